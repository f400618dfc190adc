/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail addresses.
 *
 * The syntax is the useful part of RFC 5321: a dot-atom before the @ (with the letters of all
 * scripts, RFC 6531) and a domain name after it. Quoted local parts and address literals are legal
 * there and a typing mistake in every membership list, so they are refused. */
#include "muster/model/address.h"

#include <idn2.h>
#include <string.h>
#include <strings.h>

#include "muster/base/text.h"

enum {
    ADDRESS_MAX = 254, /* octets in all: RFC 3696, erratum 1690 */
    LOCAL_MAX = 64,
    DOMAIN_MAX = 253,
    LABEL_MAX = 63,
    CELL_MAX = 1024, /* more than this in a cell is no address, whatever is trimmed off */
};

static bool is_alnum(unsigned char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

/* Cut `text` down to what stands between its last pair of angle brackets, if it has one. */
static char *inside_brackets(char *text)
{
    char *open = strrchr(text, '<');
    char *close = open == NULL ? NULL : strchr(open, '>');
    if (close == NULL)
        return text;
    *close = '\0';
    return open + 1;
}

/* Of several addresses in one cell, keep the first. A comma with no second @ behind it is left in
 * place: there it stands for a mistyped dot, and the domain's check will say so. */
static void keep_first(char *text)
{
    char *at = strchr(text, '@');
    char *end = at == NULL ? NULL : at + strcspn(at, ";,/| \t\r\n");
    if (end != NULL && strchr(end, '@') != NULL)
        *end = '\0';
}

/* One layer of what people put around an address off. */
static char *peeled(char *text, struct arena *arena)
{
    char *rest = inside_brackets(text);
    rest += strspn(rest, "'\"=< \t");
    if (strncasecmp(rest, "mailto:", 7) == 0) {
        rest += 7;
        rest[strcspn(rest, "?")] = '\0';
    }
    keep_first(rest);
    size_t length = strlen(rest);
    while (length > 0 && strchr(".;,>'\" \t", rest[length - 1]) != NULL)
        length--;
    rest[length] = '\0';
    return text_trim(rest, arena);
}

/* The layers may come in any order, mailto:'...' and 'mailto:...': only what no more can be peeled
 * off is an address, and is read as itself ever after. */
static char *trimmed(const char *text, struct arena *arena)
{
    char *rest = text_trim(text, arena);
    size_t before;
    do {
        before = strlen(rest);
        rest = peeled(rest, arena);
    } while (strlen(rest) < before);
    return rest;
}

/* Whether the character may stand in a local part: atext of RFC 5322, or any letter beyond ASCII
 * that is not white space, a control or invisible. */
static bool is_local_rune(uint32_t rune)
{
    if (rune < 0x80)
        return is_alnum((unsigned char)rune) ||
               (rune != 0 && strchr("!#$%&'*+-/=?^_`{|}~.", (int)rune));
    if (rune <= 0xA0 || rune == 0xAD || rune == 0x3000 || rune == 0xFEFF || rune == 0xFFFD)
        return false;
    return !(rune >= 0x2000 && rune <= 0x206F) && !(rune >= 0xE000 && rune <= 0xF8FF);
}

/* What is wrong with the part before the @, or NULL. */
static const char *local_fault(const char *local, size_t length)
{
    if (length == 0)
        return "has nothing before the @";
    if (length > LOCAL_MAX)
        return "has more than 64 characters before the @";
    if (local[0] == '.' || local[length - 1] == '.')
        return "has a dot at the edge of the part before the @";
    uint32_t before = 0;
    for (size_t i = 0; i < length;) {
        uint32_t rune = 0;
        i += text_rune(local + i, length - i, &rune);
        if (rune == '.' && before == '.')
            return "has two dots in a row";
        if (rune == ' ' || rune == '\t' || rune == 0xA0)
            return "has a blank in it";
        if (!is_local_rune(rune))
            return "has a character before the @ that no address may have";
        before = rune;
    }
    return NULL;
}

/* What is wrong with an ASCII domain in lower case, or NULL. */
static const char *domain_fault(const char *domain)
{
    if (strlen(domain) > DOMAIN_MAX)
        return "has a domain of more than 253 characters";
    if (strchr(domain, '.') == NULL)
        return "has no dot in its domain";
    for (const char *label = domain; label != NULL;) {
        size_t length = strcspn(label, ".");
        if (length == 0)
            return label[0] == '\0' || label == domain ? "has a dot at the edge of its domain"
                                                       : "has two dots in a row";
        if (length > LABEL_MAX)
            return "has a part of more than 63 characters in its domain";
        if (label[0] == '-' || label[length - 1] == '-')
            return "has a hyphen at the edge of a part of its domain";
        for (size_t i = 0; i < length; i++) {
            if (!is_alnum((unsigned char)label[i]) && label[i] != '-')
                return "has a character in its domain that no domain may have";
        }
        label = label[length] == '.' ? label + length + 1 : NULL;
    }
    const char *top = strrchr(domain, '.') + 1;
    if (strlen(top) < 2 || strspn(top, "0123456789") == strlen(top))
        return "has a domain that ends in no country or kind";
    return NULL;
}

/* The domain in lower case and ASCII, in the arena, or NULL when IDNA 2008 refuses it. */
static char *ascii_domain(const char *domain, struct arena *arena)
{
    char *lower = arena_text(arena, domain);
    bool plain = strcasestr(lower, "xn--") == NULL;
    for (char *at = lower; *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
        plain = plain && (unsigned char)*at < 0x80;
    }
    if (plain)
        return lower;
    char *ascii = NULL;
    if (idn2_to_ascii_8z(lower, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
        return NULL;
    char *copy = arena_text(arena, ascii);
    idn2_free(ascii);
    return copy;
}

static bool refuse(const char **reason, const char *sentence)
{
    *reason = sentence;
    return false;
}

bool address_parse(const char *text, struct arena *arena, const char **address, const char **reason)
{
    size_t given = text == NULL ? 0 : strlen(text);
    if (given > CELL_MAX)
        return refuse(reason, "is too long for an address");
    if (!text_is_utf8(text == NULL ? "" : text, given))
        return refuse(reason, "is not valid UTF-8");
    const char *whole = trimmed(text == NULL ? "" : text, arena);
    if (text_empty(whole))
        return refuse(reason, "is blank");
    const char *at = strrchr(whole, '@');
    if (at == NULL)
        return refuse(reason, "has no @");
    if (memchr(whole, '@', (size_t)(at - whole)) != NULL)
        return refuse(reason, "has more than one @");
    size_t length = (size_t)(at - whole);
    const char *fault = local_fault(whole, length);
    if (fault != NULL)
        return refuse(reason, fault);
    if (at[1] == '\0')
        return refuse(reason, "has nothing after the @");
    if (strpbrk(at, " \t\r\n") != NULL)
        return refuse(reason, "has a blank in it");
    const char *domain = ascii_domain(at + 1, arena);
    if (domain == NULL)
        return refuse(reason, "has a domain that is not a valid international name");
    fault = domain_fault(domain);
    if (fault != NULL)
        return refuse(reason, fault);
    if (length + 1 + strlen(domain) > ADDRESS_MAX)
        return refuse(reason, "is longer than 254 characters");
    *address = arena_printf(arena, "%.*s@%s", (int)length, whole, domain);
    return true;
}

/* Words that people and systems write where they have no address; folded. */
static const char *const NOTHINGS[] = {
    "n/a",
    "na",
    "n.a.",
    "n.a",
    "none",
    "null",
    "nil",
    "nan",
    "no",
    "no email",
    "no e-mail",
    "noemail",
    "no-email",
    "no.email",
    "no_email",
    "nomail",
    "no mail",
    "no address",
    "not known",
    "notknown",
    "unknown",
    "n/k",
    "nk",
    "not given",
    "not held",
    "not provided",
    "no provided",
    "not supplied",
    "not available",
    "unavailable",
    "tbc",
    "tba",
    "blank",
    "empty",
    "(none)",
    "(null)",
    "(blank)",
    "noaddress",
    "donotemail",
    "do not email",
    "dim",
    "dim e-bost",
    "dim ebost",
    "undefined",
    "test",
    "false",
};

static bool is_nothing(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(NOTHINGS); i++) {
        if (word[0] == NOTHINGS[i][0] && strcmp(word, NOTHINGS[i]) == 0)
            return true;
    }
    return false;
}

/* Whether the word is one sign over and over: `x`, `xxx`, `---`, `0`. */
static bool is_filler(const char *word)
{
    return word[0] == '\0' || strspn(word, (const char[]){word[0], '\0'}) == strlen(word);
}

/* Words that no person has before the @: what NOTHINGS has, less those that may be a name. */
static bool is_nobody(const char *local)
{
    static const char *const names[] = {"na", "no", "nk", "nan", "dim", "nil", "test", "false"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (strcmp(local, names[i]) == 0)
            return false;
    }
    return is_nothing(local);
}

/* Whether a cell, folded, means "none"; it is spoilt. */
static bool is_placeholder(char *word)
{
    size_t length = strlen(word);
    if (is_filler(word) || is_nothing(word) || strspn(word, "-._?*/# ") == length)
        return true;
    if (word[0] == '#') /* a spreadsheet's #N/A, #REF!, #VALUE!, #NAME? */
        return strchr(word, '@') == NULL;
    char *at = strchr(word, '@');
    if (at == NULL)
        return false;
    *at = '\0';
    if (is_nobody(word))
        return true;
    /* The same nothing on both sides: x@x, none@none, test@test, with whatever ending. */
    char *host = at + 1;
    host[strcspn(host, ".")] = '\0';
    return strcmp(word, host) == 0 && (is_filler(word) || is_nothing(word));
}

bool address_is_placeholder(const char *text)
{
    if (text == NULL)
        return true;
    char word[CELL_MAX + 1];
    if (text_fold_ascii(text, word, sizeof word))
        return is_placeholder(word);
    if (strlen(text) > CELL_MAX)
        return false;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    return is_placeholder(text_fold(text, arena));
}

bool address_is_work(const char *address)
{
    static const char *const employers[] = {
        "nhs.net",   "nhs.uk", "nhs.scot", "hscni.net", "gov.uk", "gov.scot",
        "gov.wales", "ac.uk",  "sch.uk",   "police.uk", "mod.uk", "parliament.uk",
    };
    const char *at = strrchr(address, '@');
    if (at == NULL)
        return false;
    size_t length = strlen(at + 1);
    for (size_t i = 0; i < ARRAY_LENGTH(employers); i++) {
        size_t tail = strlen(employers[i]);
        if (length < tail || strcasecmp(at + 1 + length - tail, employers[i]) != 0)
            continue;
        /* At the @ itself or at a dot, so that "mynhs.net" is nobody's employer. */
        char before = at[length - tail];
        if (before == '@' || before == '.')
            return true;
    }
    return false;
}
