/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text costs, reckoned a second time, and what may be done to it to make it cheaper.
 *
 * The lowest bits of the first byte are what may be written plainer ("`" nothing, "a" punctuation,
 * "b" letters, "c" both ... "o" everything), the fifth says that the text is Welsh ("p" to DEL).
 * Then comes the text, in which "<" and ">" stand around a value and are left out.
 *
 * The second reckoning is slow: it keeps the text as a row of characters, cuts parts off its front,
 * and writes each way that is permitted in full. Only the letters without their marks are asked of
 * the same function, text_bare, which has its own tests. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/message/gsm.h"
#include "muster/message/wording.h"

enum { VALUES_MOST = 64, CEILING = 64 * 1024 };

/* 3GPP TS 23.038, 6.2.1 and 6.2.1.1. */
static const char DEFAULT_ALPHABET[] =
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static const char EXTENSION[] = "\f^{}\\[~]|€";

/* Each mark with its plainer form; in the first table nothing is lost by it. */
static const char *const MARKS[][2] = {
    {"`", "'"},      {"\u00A0", " "},  {"«", "\""},      {"\u00AD", ""},  {"´", "'"},
    {"»", "\""},     {"\u180E", ""},   {"\u2000", " "},  {"\u2001", " "}, {"\u2002", " "},
    {"\u2003", " "}, {"\u2004", " "},  {"\u2005", " "},  {"\u2006", " "}, {"\u2007", " "},
    {"\u2008", " "}, {"\u2009", " "},  {"\u200A", " "},  {"\u200B", ""},  {"\u200C", ""},
    {"\u2010", "-"}, {"\u2011", "-"},  {"\u2012", "-"},  {"–", "-"},      {"—", "-"},
    {"\u2015", "-"}, {"‘", "'"},       {"’", "'"},       {"‚", "'"},      {"‛", "'"},
    {"“", "\""},     {"”", "\""},      {"„", "\""},      {"‟", "\""},     {"•", "-"},
    {"…", "..."},    {"\u2028", "\n"}, {"\u2029", "\n"}, {"\u202F", " "}, {"′", "'"},
    {"″", "\""},     {"\u205F", " "},  {"\u2060", ""},   {"−", "-"},      {"\u3000", " "},
    {"\uFEFF", ""},
};
static const char *const SIGNS[][2] = {
    {"©", "(C)"}, {"®", "(R)"}, {"°", " deg"}, {"·", "-"},  {"¼", "1/4"}, {"½", "1/2"},
    {"¾", "3/4"}, {"×", "x"},   {"№", "No"},   {"™", "TM"}, {"✓", "*"},   {"✔", "*"},
};

/* --- the count ------------------------------------------------------------------------------- */

/* The septets of each character of the first plane. */
static unsigned char septets[0x10000];

static void list_septets(const char *list, unsigned char count)
{
    const size_t length = strlen(list);
    uint32_t rune = 0;
    for (size_t at = 0; at < length;) {
        at += text_rune(list + at, length - at, &rune);
        septets[rune] = count;
    }
}

static unsigned septets_of(const char *bytes, size_t length)
{
    uint32_t rune = 0;
    (void)text_rune(bytes, length, &rune);
    return rune < ARRAY_LENGTH(septets) ? septets[rune] : 0;
}

/* How many parts a row of ones and twos takes, when no two may be cut in its middle: parts are cut
 * off the front, each as long as it can be. */
static size_t cut(const unsigned char *widths, size_t count, size_t single, size_t room)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += widths[i];
    }
    if (total <= single) {
        return total > 0 ? 1 : 0;
    }
    size_t parts = 0;
    for (size_t first = 0; first < count; parts++) {
        size_t end = count;
        for (size_t used = total; used > room; end--) {
            used -= widths[end - 1];
        }
        for (; first < end; first++) {
            total -= widths[first];
        }
    }
    return parts;
}

static bool reckon(const char *text, size_t length, struct gsm_size *size)
{
    if (!text_is_utf8(text, length) || memchr(text, '\0', length) != NULL ||
        memchr(text, 0x1B, length) != NULL) {
        return false;
    }
    unsigned char *narrow = malloc(length + 1);
    unsigned char *units = malloc(length + 1);
    MUST_HOLD(narrow != NULL && units != NULL);
    size_t count = 0;
    *size = (struct gsm_size){.encoding = GSM_7BIT};
    size_t of_septets = 0;
    size_t of_units = 0;
    for (size_t at = 0; at < length; count++) {
        size_t taken = 1;
        while (at + taken < length && ((unsigned char)text[at + taken] & 0xC0) == 0x80) {
            taken++;
        }
        narrow[count] = (unsigned char)septets_of(text + at, taken);
        units[count] = taken == 4 ? 2 : 1;
        of_septets += narrow[count];
        of_units += units[count];
        size->encoding = narrow[count] == 0 ? GSM_UCS2 : size->encoding;
        at += taken;
    }
    const bool gsm = size->encoding == GSM_7BIT;
    size->units = gsm ? of_septets : of_units;
    size->parts = gsm ? cut(narrow, count, 160, 153) : cut(units, count, 70, 67);
    free(narrow);
    free(units);
    return true;
}

static bool same_size(const struct gsm_size *a, const struct gsm_size *b)
{
    return a->encoding == b->encoding && a->units == b->units && a->parts == b->parts;
}

/* --- the wording ----------------------------------------------------------------------------- */

/* A text, the values in it, and what it takes. */
struct writing {
    struct buffer text;
    struct template_span spans[VALUES_MOST];
    size_t span_count;
    struct gsm_size size;
};

/* A way to write it, one bit each. */
enum { MARKS_PLAIN = 1, LETTERS_PLAIN = 2, VALUES_TOO = 4, ONLY_LEFT_OUT = 8, WAYS = 16 };

static const char *look_up(const char *const table[][2], size_t count, const char *bytes,
                           size_t length)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(table[i][0]) == length && memcmp(table[i][0], bytes, length) == 0) {
            return table[i][1];
        }
    }
    return NULL;
}

/* The plainer form of a character; NULL when there is none. */
static const char *plainer(unsigned way, bool in_value, const char *bytes, size_t length,
                           char bare[TEXT_BARE_SIZE + 1])
{
    if (septets_of(bytes, length) > 0) {
        return NULL;
    }
    const char *plain = NULL;
    if ((way & MARKS_PLAIN) != 0) {
        plain = look_up(MARKS, ARRAY_LENGTH(MARKS), bytes, length);
    }
    if (plain == NULL && (way & LETTERS_PLAIN) != 0 && (!in_value || (way & VALUES_TOO) != 0)) {
        uint32_t rune = 0;
        (void)text_rune(bytes, length, &rune);
        plain = look_up(SIGNS, ARRAY_LENGTH(SIGNS), bytes, length);
        bare[text_bare(rune, bare)] = '\0';
        if (plain == NULL && (bare[0] != '\0' || (rune >= 0x0300 && rune <= 0x036F))) {
            plain = bare;
        }
    }
    return plain != NULL && plain[0] != '\0' && (way & ONLY_LEFT_OUT) != 0 ? NULL : plain;
}

/* Write the text in this way. */
static void write_so(const struct writing *given, unsigned way, struct writing *result)
{
    static size_t moved[CEILING + 1];
    const char *text = buffer_text(&given->text);
    const size_t length = given->text.length;
    buffer_clear(&result->text);
    size_t value = 0;
    for (size_t at = 0, taken = 0; at < length; at += taken) {
        uint32_t rune = 0;
        taken = text_rune(text + at, length - at, &rune);
        while (value < given->span_count && given->spans[value].to <= at) {
            value++;
        }
        const bool in_value = value < given->span_count && given->spans[value].from <= at;
        char bare[TEXT_BARE_SIZE + 1];
        const char *plain = plainer(way, in_value, text + at, taken, bare);
        moved[at] = result->text.length;
        MUST_HOLD(plain != NULL ? buffer_puts(&result->text, plain)
                                : buffer_add(&result->text, text + at, taken));
    }
    moved[length] = result->text.length;
    result->span_count = given->span_count;
    for (size_t i = 0; i < given->span_count; i++) {
        result->spans[i] = (struct template_span){moved[given->spans[i].from],
                                                  moved[given->spans[i].to], given->spans[i].name};
    }
    MUST_HOLD(reckon(buffer_text(&result->text), result->text.length, &result->size));
}

static bool is_permitted(unsigned way, unsigned allowed, bool welsh)
{
    const bool letters =
        (allowed & WORDING_LETTERS) != 0 && (!welsh || (allowed & WORDING_WELSH) != 0);
    return ((way & MARKS_PLAIN) == 0 || (allowed & WORDING_PUNCTUATION) != 0) &&
           ((way & LETTERS_PLAIN) == 0 || letters) &&
           ((way & VALUES_TOO) == 0 || (allowed & WORDING_NAMES) != 0);
}

static bool is_the_same(const struct wording *wording, const struct writing *writing)
{
    if (wording->length != writing->text.length ||
        memcmp(wording->text, buffer_text(&writing->text), writing->text.length) != 0 ||
        wording->span_count != writing->span_count) {
        return false;
    }
    for (size_t i = 0; i < writing->span_count; i++) {
        if (wording->spans[i].from != writing->spans[i].from ||
            wording->spans[i].to != writing->spans[i].to ||
            wording->spans[i].name != writing->spans[i].name) {
            return false;
        }
    }
    return true;
}

/* What was chosen is one of the ways that are permitted, values and all, and none takes fewer
 * parts. */
static void check_choice(const struct writing *given, const struct wording *wording,
                         unsigned allowed, bool welsh)
{
    static struct writing other;
    buffer_init(&other.text, 4 * CEILING);
    bool found = false;
    for (unsigned way = 0; way < WAYS; way++) {
        if (!is_permitted(way, allowed, welsh)) {
            continue;
        }
        write_so(given, way, &other);
        found = found || is_the_same(wording, &other);
        MUST_HOLD(other.size.parts >= wording->size.parts || other.size.parts == 0);
    }
    buffer_free(&other.text);
    MUST_HOLD(found);
}

static void check_wording(struct writing *given, unsigned allowed, bool welsh)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct wording wording;
    const char *text = buffer_text(&given->text);
    MUST_HOLD(wording_choose(text, given->text.length, given->spans, given->span_count, allowed,
                             welsh, arena, &wording));
    MUST_HOLD(wording.given == text && wording.given_spans == given->spans);
    MUST_HOLD(same_size(&wording.written, &given->size));
    struct gsm_size size;
    MUST_HOLD(reckon(wording.text, wording.length, &size) && same_size(&size, &wording.size));
    MUST_HOLD(wording.text[wording.length] == '\0');
    if (wording.text != text) {
        MUST_HOLD(wording.size.parts < given->size.parts && wording.size.parts > 0);
    } else {
        MUST_HOLD(wording.spans == given->spans && same_size(&size, &given->size));
    }
    check_choice(given, &wording, allowed, welsh);
}

/* --- the input ------------------------------------------------------------------------------- */

/* Whether no character goes across the place. */
static bool is_between(const struct buffer *text, size_t at)
{
    return at == text->length || ((unsigned char)text->data[at] & 0xC0) != 0x80;
}

/* Take the text in, and the values out of it: whole characters, as a rendering has them. */
static void read_text(struct fuzz_bytes *bytes, struct writing *given)
{
    buffer_init(&given->text, CEILING);
    bool inside = false;
    while (bytes->left > 0) {
        const char byte = (char)fuzz_byte(bytes);
        struct template_span *span = &given->spans[given->span_count];
        if (byte == '<' && !inside && given->span_count < VALUES_MOST) {
            *span = (struct template_span){.from = given->text.length, .name = "name"};
            inside = true;
        } else if (byte == '>' && inside) {
            span->to = given->text.length;
            inside = false;
            given->span_count++;
        } else {
            MUST_HOLD(buffer_putc(&given->text, byte));
        }
    }
    for (size_t i = 0; i < given->span_count; i++) {
        if (!is_between(&given->text, given->spans[i].from) ||
            !is_between(&given->text, given->spans[i].to)) {
            given->span_count = 0;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size < CEILING ? size : CEILING};
    const unsigned first = fuzz_byte(&rest);
    list_septets(DEFAULT_ALPHABET, 1);
    list_septets(EXTENSION, 2);
    static struct writing given;
    given.span_count = 0;
    read_text(&rest, &given);
    const char *text = buffer_text(&given.text);
    struct gsm_size measured = {.units = 77};
    const bool good = gsm_measure(text, given.text.length, &measured);
    MUST_HOLD(good == reckon(text, given.text.length, &given.size));
    if (good) {
        MUST_HOLD(same_size(&measured, &given.size));
        check_wording(&given, first & WORDING_ALL, (first & 16) != 0);
    } else {
        struct wording wording;
        CLEANUP(arena_free) struct arena *arena = arena_create();
        MUST_HOLD(measured.units == 77);
        MUST_HOLD(!wording_choose(text, given.text.length, given.spans, given.span_count,
                                  first & WORDING_ALL, (first & 16) != 0, arena, &wording));
    }
    buffer_free(&given.text);
    return 0;
}
