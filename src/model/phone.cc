/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phone numbers: the repair of what spreadsheets and people do to them, and the judgement.
 *
 * The library is right about every country, and needs 25 to 40 microseconds to say so: an import of
 * a million rows would spend most of its time here. Whether a British number is a mobile depends on
 * its first six digits alone (checked against all of 07: no range of six digits is mixed), and so
 * does whether it is an island's (the tests ask the installed library), so those are asked of the
 * library once each and remembered. The tables are filled at run time and never shipped, so they
 * are as new as the installed library.
 *
 * This is the one C++ file, for the library's sake: plain functions, and no exception leaves it. */
#include "muster/model/phone.h"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <strings.h>

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include "muster/base/text.h"

namespace
{

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

const size_t CELL_MAX = 512;    /* characters in a cell, after blanks are collapsed */
const size_t DIGITS_MAX = 40;   /* digits kept; more than 15 are refused in any case */
const size_t E164_MAX = 15;     /* digits of any number: ITU-T E.164 */
const size_t NUMBER_MIN = 7;    /* fewer digits than this are only a part of a number */
const size_t NATIONAL = 10;     /* digits of a British number after the 0 or +44 */
const char OTHER_SIGN = '\x01'; /* stands for any character that no number has */

/* What a number is; each but the mobile with the sentence that refuses it. */
enum kind : uint8_t {
    KIND_UNASKED,
    KIND_MOBILE,
    KIND_LANDLINE,
    KIND_PAGER,
    KIND_PERSONAL,
    KIND_SERVICE,
    KIND_INTERNET,
    KIND_NOBODY,
};

const char *const KIND_REASON[] = {
    "cannot be judged",
    "",
    "is a landline",
    "is a pager",
    "is a personal number (070), not a mobile",
    "is a service number, not a mobile",
    "is an internet telephone number, not a mobile",
    "is in a range of numbers that nobody has been given",
};

/* The sentence for a British mobile with so many digits after its 0 or +44. */
#define COUNTED(count) "has " #count " digits after the 0 or +44, where a mobile has 10"
const char *const COUNT_REASON[] = {
    COUNTED(7),  COUNTED(8),  COUNTED(9),  "",          COUNTED(11),
    COUNTED(12), COUNTED(13), COUNTED(14), COUNTED(15),
};

const char *const TOO_SHORT = "has too few digits";
const char *const TOO_LONG = "has too many digits";

/* A cell's text in ASCII: blanks collapsed, invisible signs gone, digits and dashes of every script
 * in their plain form. */
struct cell {
    char text[CELL_MAX + 1];
    size_t length;
};

/* The digits of one number. */
struct digits {
    char text[DIGITS_MAX + 1];
    size_t count;
    bool plus; /* a + stood before the first digit that is not 0 */
};

bool refuse(const char **reason, const char *sentence) noexcept
{
    *reason = sentence;
    return false;
}

bool is_digit(char byte) noexcept
{
    return byte >= '0' && byte <= '9';
}

bool is_letter(char byte) noexcept
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool between(uint32_t rune, uint32_t low, uint32_t high) noexcept
{
    return rune >= low && rune <= high;
}

/* The plain form of a character beyond ASCII; 0 for one that is not seen. */
char plain_sign(uint32_t rune) noexcept
{
    if (rune == 0xA0 || between(rune, 0x2000, 0x200A) || rune == 0x202F || rune == 0x205F ||
        rune == 0x3000)
        return ' ';
    if (rune == 0xAD || between(rune, 0x200B, 0x200F) || between(rune, 0x202A, 0x202E) ||
        between(rune, 0x2060, 0x206F) || rune == 0xFEFF)
        return '\0';
    if (between(rune, 0x2010, 0x2015) || rune == 0x2212 || rune == 0xFE58 || rune == 0xFE63 ||
        rune == 0xFF0D)
        return '-';
    if (between(rune, 0xFF01, 0xFF5E)) /* the full-width copy of ASCII */
        return static_cast<char>(rune - 0xFF01 + '!');
    if (between(rune, 0x660, 0x669))
        return static_cast<char>(rune - 0x660 + '0');
    if (between(rune, 0x6F0, 0x6F9))
        return static_cast<char>(rune - 0x6F0 + '0');
    if (between(rune, 0x2018, 0x201B))
        return '\'';
    if (between(rune, 0x201C, 0x201F))
        return '"';
    return rune == 0x2028 || rune == 0x2029 || rune == 0x85 ? '\n' : OTHER_SIGN;
}

/* Fill `cell` from UTF-8; false when it would not fit. */
bool cell_read(const char *text, struct cell *cell) noexcept
{
    size_t left = strlen(text);
    cell->length = 0;
    while (left > 0) {
        uint32_t rune = static_cast<unsigned char>(*text);
        size_t size = rune < 0x80 ? 1 : text_rune(text, left, &rune);
        text += size;
        left -= size;
        char sign = rune < 0x80 ? static_cast<char>(rune) : plain_sign(rune);
        if (sign == '\t' || sign == '\v' || sign == '\f')
            sign = ' ';
        if (sign == '\r')
            sign = '\n';
        bool blank = sign == ' ' || sign == '\n';
        if (sign == '\0' || (blank && cell->length == 0))
            continue;
        if (blank && strchr(" \n", cell->text[cell->length - 1]) != nullptr) {
            if (sign == '\n')
                cell->text[cell->length - 1] = '\n';
            continue;
        }
        if (cell->length == CELL_MAX)
            return false;
        cell->text[cell->length++] = sign;
    }
    cell->text[cell->length] = '\0';
    return true;
}

/* The length of the separator between two numbers at `at`, or 0. */
size_t separator(const char *at) noexcept
{
    static const char *const words[] = {" or ", " and ", " neu ", " & "};
    if (*at != '\0' && strchr("/,;|\n&", *at) != nullptr)
        return 1;
    if (*at != ' ')
        return 0;
    for (const char *word : words) {
        if (strncasecmp(at, word, strlen(word)) == 0)
            return strlen(word);
    }
    return 0;
}

/* The end of the first number in `text`. What looks like a separator inside the first few digits
 * ("07700/900123", "7,700,900,123") belongs to the number. */
const char *number_end(const char *text) noexcept
{
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        bool thousands = *text == ',' && strspn(text + 1, "0123456789") == 3;
        if (digits >= NUMBER_MIN && !thousands && separator(text) > 0)
            return text;
        digits += is_digit(*text);
    }
    return text;
}

/* Cut blanks, quotes, the = of ="07..." and stray stops off both ends, a label off the front. */
char *stripped(char *text) noexcept
{
    static const char *const labels[] = {"tel:",   "sms:",  "mob:",  "mobile:",  "m:",   "t:",
                                         "phone:", "cell:", "ffon:", "symudol:", "text:"};
    text += strspn(text, " \n='\"");
    for (const char *label : labels) {
        if (strncasecmp(text, label, strlen(label)) == 0) {
            text += strlen(label);
            break;
        }
    }
    text += strspn(text, " \n'\"");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \n'\".,;", text[length - 1]) != nullptr)
        length--;
    text[length] = '\0';
    return text;
}

/* Undo a float: "447700900123.0" loses its ".0". */
void drop_fraction(char *text) noexcept
{
    size_t whole = (text[0] == '+') + strspn(text + (text[0] == '+'), "0123456789");
    if (whole >= NUMBER_MIN &&
        (strcmp(text + whole, ".0") == 0 || strcmp(text + whole, ".00") == 0))
        text[whole] = '\0';
}

/* Undo a spreadsheet's "7.700900123E+09" when all its digits are there. Gives NULL when the text is
 * whole (again), else the sentence that refuses it. */
const char *restore_exponent(char *text) noexcept
{
    const char *const lost = "was shortened by a spreadsheet (as in 7.70E+09): its digits are "
                             "lost, format the column as text";
    size_t whole = strspn(text, "0123456789");
    size_t fraction = 0;
    if (text[whole] == '.' || text[whole] == ',')
        fraction = 1 + strspn(text + whole + 1, "0123456789");
    const char *mark = text + whole + fraction;
    if (whole == 0 || (*mark != 'E' && *mark != 'e'))
        return nullptr;
    const char *exponent = mark + 1 + strspn(mark + 1, "+ ");
    size_t length = strspn(exponent, "0123456789");
    if (length == 0 || length > 2 || exponent[length] != '\0')
        return nullptr;
    size_t power = static_cast<size_t>(exponent[0] - '0');
    if (length == 2)
        power = power * 10 + static_cast<size_t>(exponent[1] - '0');
    if (whole != 1 || fraction == 0 || fraction - 1 != power)
        return lost;
    memmove(text + 1, text + 2, power);
    text[1 + power] = '\0';
    return nullptr;
}

/* The damage a spreadsheet leaves. Gives NULL when the text is whole (again), else the sentence. */
const char *spreadsheet_damage(char *text) noexcept
{
    size_t hashes = strspn(text, "#");
    if (hashes > 0 && text[hashes] == '\0')
        return "is ####: a spreadsheet's column was too narrow and the number is lost";
    if (hashes > 0)
        return "is a spreadsheet's error value";
    drop_fraction(text);
    return restore_exponent(text);
}

/* Take the digits out of `text`; gives NULL, or the sentence that refuses it. */
const char *digits_read(const char *text, struct digits *digits) noexcept
{
    size_t zeros = 0;
    *digits = {};
    for (const char *at = text; *at != '\0'; at++) {
        if (digits->count > 0 && strncmp(at, "(0)", 3) == 0) {
            at += 2; /* the 0 to be left out when dialling from abroad: +44 (0)7... */
        } else if (is_digit(*at)) {
            zeros += *at == '0' && zeros == digits->count;
            if (digits->count == DIGITS_MAX)
                return TOO_LONG;
            digits->text[digits->count++] = *at;
        } else if (*at == '+') {
            if (digits->count > zeros)
                return "has a + in the middle";
            digits->plus = true;
        } else if (is_letter(*at)) {
            return "has letters in it";
        } else if (strchr(" \n()-./,", *at) == nullptr) {
            return "has characters in it that no number has";
        }
    }
    if (digits->count == 0)
        return "has no digits in it";
    if (zeros == digits->count)
        return "is only zeros";
    return nullptr;
}

const PhoneNumberUtil *library()
{
    static const PhoneNumberUtil *const instance = [] {
        PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        util->SetLogger(new i18n::phonenumbers::NullLogger()); /* it would write to stdout */
        return util;
    }();
    return instance;
}

/* What the library takes the number for. */
enum kind kind_asked(const PhoneNumber &number)
{
    if (!library()->IsValidNumber(number))
        return KIND_NOBODY;
    switch (library()->GetNumberType(number)) {
    case PhoneNumberUtil::MOBILE:
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return KIND_MOBILE;
    case PhoneNumberUtil::FIXED_LINE: return KIND_LANDLINE;
    case PhoneNumberUtil::PAGER: return KIND_PAGER;
    case PhoneNumberUtil::PERSONAL_NUMBER: return KIND_PERSONAL;
    case PhoneNumberUtil::VOIP: return KIND_INTERNET;
    case PhoneNumberUtil::TOLL_FREE:
    case PhoneNumberUtil::PREMIUM_RATE:
    case PhoneNumberUtil::SHARED_COST:
    case PhoneNumberUtil::UAN:
    case PhoneNumberUtil::VOICEMAIL: return KIND_SERVICE;
    case PhoneNumberUtil::UNKNOWN: break;
    }
    return KIND_NOBODY;
}

/* One byte a range, 0 for one that was not asked yet; two threads that fill the same one write the
 * same value. */
const size_t RANGES = 100000;

/* The number of the range that a British number of ten digits beginning with 7 is in. */
uint32_t range_of(const char *national) noexcept
{
    uint32_t range = 0;
    for (size_t i = 1; i < 6; i++)
        range = range * 10 + static_cast<uint32_t>(national[i] - '0');
    return range;
}

PhoneNumber british(uint64_t national)
{
    PhoneNumber number;
    number.set_country_code(44);
    number.set_national_number(national);
    return number;
}

/* The first number of a range. */
PhoneNumber range_sample(uint32_t range)
{
    return british((UINT64_C(700000) + range) * 10000);
}

/* What a British number of ten digits beginning with 7 is. */
enum kind kind_of_range(const char *national)
{
    static std::atomic<uint8_t> ranges[RANGES];
    uint32_t range = range_of(national);
    uint8_t known = ranges[range].load(std::memory_order_relaxed);
    if (known == KIND_UNASKED) {
        known = kind_asked(range_sample(range));
        ranges[range].store(known, std::memory_order_relaxed);
    }
    return static_cast<enum kind>(known);
}

/* The route of a number with the country code 44. */
enum phone_route route_asked(const PhoneNumber &number)
{
    std::string region;
    library()->GetRegionCodeForNumber(number, &region);
    return region == "JE" || region == "GG" || region == "IM" ? PHONE_CROWN : PHONE_UK;
}

/* The route of a British number of ten digits beginning with 7. */
enum phone_route route_of_range(const char *national)
{
    static std::atomic<uint8_t> ranges[RANGES]; /* the route and one */
    uint32_t range = range_of(national);
    uint8_t known = ranges[range].load(std::memory_order_relaxed);
    if (known == 0) {
        known = static_cast<uint8_t>(route_asked(range_sample(range)) + 1);
        ranges[range].store(known, std::memory_order_relaxed);
    }
    return static_cast<enum phone_route>(known - 1);
}

/* What a British number of ten digits is, by its first ones. */
enum kind kind_of_national(const char *national)
{
    switch (national[0]) {
    case '7': break;
    case '1':
    case '2':
    case '3': return KIND_LANDLINE;
    case '5': return KIND_INTERNET;
    case '8':
    case '9': return KIND_SERVICE;
    default: return KIND_NOBODY;
    }
    if (national[1] == '0')
        return KIND_PERSONAL;
    if (strncmp(national, "7700900", 7) == 0) /* Ofcom's numbers for drama */
        return KIND_MOBILE;
    enum kind kind = kind_of_range(national);
    /* New ranges are given out, and the library's tables age: a mobile that they do not know yet is
     * one all the same. 076 is for pagers, but for the ranges that are known. */
    return kind == KIND_NOBODY && national[1] != '6' ? KIND_MOBILE : kind;
}

/* Judge a British number from its digits after the 0 or +44. */
bool judge_national(const char *national, struct arena *arena, const char **e164,
                    const char **reason)
{
    size_t count = strlen(national);
    if (count < NUMBER_MIN)
        return refuse(reason, TOO_SHORT);
    if (count > E164_MAX)
        return refuse(reason, TOO_LONG);
    bool landline = count + 1 == NATIONAL && national[0] == '1'; /* a few of these have nine */
    if (count != NATIONAL && national[0] == '7')
        return refuse(reason, COUNT_REASON[count - NUMBER_MIN]);
    if (count != NATIONAL && !landline)
        return refuse(reason, count < NATIONAL ? TOO_SHORT : TOO_LONG);
    enum kind kind = kind_of_national(national);
    if (kind != KIND_MOBILE)
        return refuse(reason, KIND_REASON[kind]);
    char number[] = "+44xxxxxxxxxx"; /* a British mobile has NATIONAL digits */
    memcpy(number + 3, national, NATIONAL);
    *e164 = arena_span(arena, number, sizeof number - 1);
    return true;
}

/* Judge a number of any country, as the library reads it. */
bool judge_foreign(const std::string &text, const std::string &region, struct arena *arena,
                   const char **e164, const char **reason)
{
    PhoneNumber number;
    switch (library()->Parse(text, region, &number)) {
    case PhoneNumberUtil::NO_PARSING_ERROR: break;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
        return refuse(reason, "has a country code that does not exist, or none");
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN: return refuse(reason, TOO_SHORT);
    case PhoneNumberUtil::TOO_LONG_NSN: return refuse(reason, TOO_LONG);
    case PhoneNumberUtil::NOT_A_NUMBER: return refuse(reason, "is not a phone number");
    }
    std::string national;
    library()->GetNationalSignificantNumber(number, &national);
    if (number.country_code() == 44)
        return judge_national(national.c_str(), arena, e164, reason);
    PhoneNumberUtil::ValidationResult length = library()->IsPossibleNumberWithReason(number);
    if (length == PhoneNumberUtil::TOO_SHORT)
        return refuse(reason, "has too few digits for its country");
    if (length == PhoneNumberUtil::TOO_LONG)
        return refuse(reason, "has too many digits for its country");
    enum kind kind = kind_asked(number);
    if (kind != KIND_MOBILE)
        return refuse(reason, KIND_REASON[kind]);
    std::string written;
    library()->Format(number, PhoneNumberUtil::E164, &written);
    *e164 = arena_span(arena, written.data(), written.size());
    return true;
}

/* Judge digits written in Britain: 07..., 7..., +44..., 0044..., +07..., 0+44..., 44 07... */
bool judge_british(const struct digits *digits, struct arena *arena, const char **e164,
                   const char **reason)
{
    size_t zeros = strspn(digits->text, "0");
    const char *rest = digits->text + zeros;
    size_t count = digits->count - zeros;
    bool abroad = zeros >= 2 || (digits->plus && zeros == 0);
    if (strncmp(rest, "44", 2) == 0) {
        rest += 2 + strspn(rest + 2, "0");
        if (strncmp(rest, "447", 3) == 0 && strlen(rest) == NATIONAL + 2)
            rest += 2; /* the code twice: +44 447700 900123 */
        return judge_national(rest, arena, e164, reason);
    }
    /* Eleven digits after +7 are Russia's; ten are a British mobile with a stray + or zeros. */
    if (abroad && !(rest[0] == '7' && count == NATIONAL))
        return judge_foreign(std::string("+") + rest, "ZZ", arena, e164, reason);
    return judge_national(rest, arena, e164, reason);
}

/* Judge one number; `text` is spoilt. */
bool judge(char *text, const std::string &region, struct arena *arena, const char **e164,
           const char **reason)
{
    text = stripped(text);
    if (text[0] == '\0')
        return refuse(reason, "is blank");
    const char *fault = spreadsheet_damage(text);
    struct digits digits;
    if (fault == nullptr)
        fault = digits_read(text, &digits);
    if (fault != nullptr)
        return refuse(reason, fault);
    if (region == "GB" || region == "GG" || region == "JE" || region == "IM")
        return judge_british(&digits, arena, e164, reason);
    std::string number(digits.text + (digits.plus ? strspn(digits.text, "0") : 0));
    return judge_foreign((digits.plus ? "+" : "") + number, region, arena, e164, reason);
}

std::string upper(const char *region)
{
    std::string name(region == nullptr ? "ZZ" : region);
    for (char &letter : name) {
        if (letter >= 'a' && letter <= 'z')
            letter = static_cast<char>(letter - 'a' + 'A');
    }
    return name;
}

/* The first number of the cell that is not a landline. */
bool parse_cell(struct cell *cell, const std::string &region, struct arena *arena,
                const char **e164, const char **reason)
{
    const char *first = nullptr;
    char *at = cell->text;
    for (;;) {
        char *end = at + (number_end(at) - at);
        bool last = *end == '\0';
        size_t step = last ? 0 : separator(end);
        *end = '\0';
        const char *fault = nullptr;
        if (judge(at, region, arena, e164, &fault))
            return true;
        if (first == nullptr)
            first = fault;
        if (last || fault != KIND_REASON[KIND_LANDLINE])
            return refuse(reason, first);
        at = end + step;
    }
}

} /* namespace */

bool phone_parse(const char *text, const char *region, struct arena *arena, const char **e164,
                 const char **reason)
{
    try {
        struct cell cell;
        if (!cell_read(text == nullptr ? "" : text, &cell))
            return refuse(reason, "is too long for a phone number");
        return parse_cell(&cell, upper(region), arena, e164, reason);
    } catch (...) {
        return refuse(reason, "cannot be judged: the phone number library failed");
    }
}

bool phone_is_known(const char *e164)
{
    bool british = strncmp(e164, "+447", 4) == 0 && strlen(e164) == NATIONAL + 3;
    if (!british || strncmp(e164 + 3, "7700900", 7) == 0)
        return true;
    try {
        return kind_of_range(e164 + 3) == KIND_MOBILE;
    } catch (...) {
        return true;
    }
}

enum phone_route phone_route(const char *e164)
{
    if (strncmp(e164, "+44", 3) != 0)
        return PHONE_ABROAD;
    const char *national = e164 + 3;
    size_t count = strspn(national, "0123456789");
    if (national[count] != '\0' || count == 0 || count > E164_MAX)
        return PHONE_UK;
    try {
        return national[0] == '7' && count == NATIONAL
                   ? route_of_range(national)
                   : route_asked(british(std::stoull(national)));
    } catch (...) {
        return PHONE_UK;
    }
}
