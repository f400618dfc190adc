/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template over values, for each place where the text may stand. What is rendered as plain text
 * says, with its spans, what each of the others must be: it is put together here once more, by
 * rules written down a second time.
 *
 * The first byte chooses the language ("c" is Welsh, any other English); then come the values, the
 * template and its partials a, b and c, parted by "~". Where the values are no JSON object, there
 * are ordinary awkward ones instead: see `rich`. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/message/template.h"

enum {
    SOURCES = 4,
    CEILING = 64 * 1024, /* of what is rendered as plain text */
    GROWTH = 8,          /* no escaping makes six bytes into more than this times as many */
    SPANS_CEILING = GROWTH * CEILING * (int)sizeof(struct template_span),
};

static const char BEFORE[] = "what stood there before\n";

static const char *const NAMES[SOURCES] = {"the template", "a", "b", "c"};

/* The places, plain text first. */
static const enum template_escape PLACES[] = {
    TEMPLATE_TEXT, TEMPLATE_SMS,  TEMPLATE_HTML, TEMPLATE_HEADER,
    TEMPLATE_FORM, TEMPLATE_JSON, TEMPLATE_XML,
};

static const char *find_partial(const char *name, void *context, struct arena *arena)
{
    char *const *sources = context;
    for (size_t i = 1; i < SOURCES; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            return arena_text(arena, sources[i]);
        }
    }
    return NULL;
}

static struct json *list_of(const char *const *texts, size_t count)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        json_append_text(list, texts[i]);
    }
    return list;
}

/* Every byte of ASCII but NUL, and what lies on both sides of each edge beyond it. */
static void put_awkward(struct json *values)
{
    char ascii[128];
    for (char byte = 1; byte < 127; byte++) {
        ascii[byte - 1] = byte;
    }
    ascii[126] = 127;
    ascii[127] = '\0';
    json_put_text(values, "t", ascii);
    json_put_text(values, "u",
                  "\xC2\x80\xC2\x85\xC2\x9F\xC2\xA0\xC3\x80\xDF\xBF\xE0\xA0\x80\xE2\x80\xA8"
                  "\xED\x9F\xBF\xEE\x80\x80\xEF\xBB\xBF\xEF\xBF\xBD\xEF\xBF\xBE\xEF\xBF\xBF"
                  "\xF0\x90\x80\x80\xF0\x9F\x91\x8B\xF4\x8F\xBF\xBF");
    json_put_text(values, "h", "one\r\ntwo\nthree\rfour");
    json_put_text(values, "c", "\x01\x1B\xC2\x80\x7F"); /* nothing of it is left in some places */
}

/* By one letter each. */
static struct json *rich(void)
{
    static const char *const WORDS[] = {"x", "<y & \"z\">", "\xC5\xB4yn"};
    struct json *values = json_make_object();
    put_awkward(values);
    json_put_text(values, "m", "<a href='x'>&amp;\\</a>");
    json_put_text(values, "w", "SI\xC3\x82N O'BRIEN-\xC5\xB4YN, mcDonald");
    json_put_text(values, "d", "2026-12-01");
    json_put_text(values, "i", "2026-06-30T22:59:59Z");
    json_put_text(values, "r", "-1234567.895");
    json_put_text(values, "e", "");
    json_put_text(values, "z", NULL);
    json_put_number(values, "n", 1);
    json_put_number(values, "k", INT64_MIN);
    json_put_flag(values, "y", true);
    json_put_flag(values, "x", false);
    json_put(values, "l", list_of(WORDS, ARRAY_LENGTH(WORDS)));
    json_put(values, "j", json_make_array());
    json_put(values, "v", json_make_object());
    struct json *lists = json_make_array();
    json_append(lists, list_of(WORDS, 2));
    json_append(lists, json_make_array());
    json_append(lists, list_of(WORDS + 1, 2));
    json_put(values, "q", lists);
    struct json *inner = json_make_object();
    json_put_text(inner, "p", "within");
    json_put_number(inner, "n", 12345);
    struct json *outer = json_make_object();
    json_put(outer, "o", json_share(inner));
    json_put_text(outer, "p", "it's \"outside\"");
    json_put(values, "o", outer);
    struct json *objects = json_make_array();
    json_append(objects, inner);
    json_append(objects, json_make_object());
    json_put(values, "s", objects);
    return values;
}

static struct json *values_of(const char *text)
{
    struct json *values = NULL;
    struct error err;
    if (json_parse(text, strlen(text), &values, &err)) {
        if (json_object_given(values)) {
            return values;
        }
        json_free(&values);
    }
    return rich();
}

static bool is_space(char byte)
{
    return byte != '\0' && strchr(" \t\r\n\v\f", byte) != NULL;
}

/* Whether a tag of the source might write a value as it is: it says so, or there are other
 * delimiters, behind which this does not look. */
static bool may_be_raw(const char *source)
{
    for (const char *at = strstr(source, "{{"); at != NULL; at = strstr(at + 1, "{{")) {
        const char *sigil = at + 2;
        while (is_space(*sigil)) {
            sigil++;
        }
        if (*sigil == '{' || *sigil == '&' || *sigil == '=') {
            return true;
        }
    }
    return false;
}

static void put_reference(const char *reference, uint32_t rune, struct buffer *out)
{
    char bytes[4];
    if (reference != NULL) {
        (void)buffer_puts(out, reference);
    } else {
        (void)buffer_add(out, bytes, text_put_rune(rune, bytes));
    }
}

static const char *reference_of(uint32_t rune)
{
    switch (rune) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set */
static void put_form(const char *bytes, size_t length, struct buffer *out)
{
    static const char KEPT[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._";
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == ' ') {
            (void)buffer_putc(out, '+');
        } else if (strchr(KEPT, bytes[i]) != NULL) {
            (void)buffer_putc(out, bytes[i]);
        } else {
            (void)buffer_printf(out, "%%%02X", (unsigned char)bytes[i]);
        }
    }
}

/* One character of a value, as it must stand in its place. */
static void put_rune(enum template_escape place, const char *bytes, size_t length, uint32_t rune,
                     struct buffer *out)
{
    switch (place) {
    case TEMPLATE_SMS:
        if (rune == '\t') {
            (void)buffer_putc(out, ' ');
        } else if (rune == '\n' || (rune >= ' ' && (rune < 0x7F || rune > 0x9F))) {
            (void)buffer_add(out, bytes, length);
        }
        return;
    case TEMPLATE_HTML: put_reference(reference_of(rune), rune, out); return;
    case TEMPLATE_XML: /* https://www.w3.org/TR/xml/#NT-Char */
        if (rune == '\t' || rune == '\n' || rune == '\r' ||
            (rune >= ' ' && rune != 0xFFFE && rune != 0xFFFF)) {
            put_reference(reference_of(rune), rune, out);
        }
        return;
    case TEMPLATE_FORM: put_form(bytes, length, out); return;
    case TEMPLATE_JSON:
        if (rune == '\n') {
            (void)buffer_puts(out, "\\n");
        } else if (rune < ' ') {
            (void)buffer_printf(out, "\\u%04X", (unsigned)rune);
        } else {
            (void)buffer_puts(out, rune == '"' || rune == '\\' ? "\\" : "");
            (void)buffer_add(out, bytes, length);
        }
        return;
    case TEMPLATE_TEXT:
    case TEMPLATE_HEADER: (void)buffer_add(out, bytes, length); return;
    }
}

static void put_text(enum template_escape place, const char *bytes, size_t length,
                     struct buffer *out)
{
    for (size_t at = 0; at < length;) {
        uint32_t rune = 0;
        const size_t taken = text_rune(bytes + at, length - at, &rune);
        put_rune(place, bytes + at, taken, rune, out);
        at += taken;
    }
}

/* What is rendered, and what it is rendered from. */
struct scene {
    const struct template *template;
    const struct json *values;
    bool raw;           /* some value may stand as it is */
    struct buffer text; /* as plain text, BEFORE in front */
    struct buffer spans;
    bool ok;
    struct error err; /* unless ok */
};

static struct template_span *span_at(const struct buffer *spans, size_t index)
{
    return (struct template_span *)(void *)spans->data + index;
}

static size_t span_count(const struct buffer *spans)
{
    return spans->length / sizeof(struct template_span);
}

static void begin(struct buffer *out, size_t ceiling)
{
    buffer_init(out, ceiling);
    MUST_HOLD(buffer_puts(out, BEFORE));
}

static void check_spans(const struct buffer *out, const struct buffer *spans)
{
    size_t last = strlen(BEFORE);
    for (size_t i = 0; i < span_count(spans); i++) {
        const struct template_span *span = span_at(spans, i);
        MUST_HOLD(span->from >= last && span->to > span->from && span->to <= out->length);
        MUST_HOLD(text_is_utf8(out->data + span->from, span->to - span->from));
        MUST_HOLD(span->name[0] != '\0');
        last = span->to;
    }
}

static void check_untouched(const struct buffer *out, const struct error *err)
{
    MUST_HOLD(err->kind == ERROR_DATA && err->text[0] != '\0' && fuzz_is_utf8(err->text));
    MUST_HOLD(strcmp(buffer_text(out), BEFORE) == 0 && out->length == strlen(BEFORE));
    MUST_HOLD(!out->full);
}

/* The same without spans, and into buffers that are just large enough and just too small. */
static void check_ceilings(const struct scene *scene, enum template_escape place,
                           const struct buffer *out, const struct buffer *spans)
{
    struct error err = {0};
    CLEANUP(buffer_free) struct buffer exact;
    begin(&exact, out->length);
    MUST_HOLD(template_render(scene->template, scene->values, place, &exact, &err));
    MUST_HOLD(exact.length == out->length && strcmp(exact.data, out->data) == 0);
    if (out->length > strlen(BEFORE)) {
        CLEANUP(buffer_free) struct buffer small;
        begin(&small, out->length - 1);
        MUST_HOLD(!template_render(scene->template, scene->values, place, &small, &err));
        check_untouched(&small, &err);
    }
    if (spans->length > 0) {
        CLEANUP(buffer_free) struct buffer again;
        CLEANUP(buffer_free) struct buffer few;
        begin(&again, out->length);
        buffer_init(&few, spans->length - 1);
        MUST_HOLD(
            !template_render_spans(scene->template, scene->values, place, &again, &few, &err));
        check_untouched(&again, &err);
        MUST_HOLD(few.length == 0 && !few.full);
    }
}

static bool holds_line_break(const struct scene *scene)
{
    for (size_t i = 0; i < span_count(&scene->spans); i++) {
        const struct template_span *span = span_at(&scene->spans, i);
        const char *text = scene->text.data + span->from;
        if (memchr(text, '\n', span->to - span->from) != NULL ||
            memchr(text, '\r', span->to - span->from) != NULL) {
            return true;
        }
    }
    return false;
}

/* Put together what must have come of it; `*at` is the span to be compared next. */
static void check_piece(const struct scene *scene, enum template_escape place, size_t index,
                        struct buffer *expected, const struct buffer *spans, size_t *at)
{
    const bool last = index == span_count(&scene->spans);
    const struct template_span *span = last ? NULL : span_at(&scene->spans, index);
    const size_t from = index == 0 ? 0 : span_at(&scene->spans, index - 1)->to;
    const size_t to = span == NULL ? scene->text.length : span->from;
    put_text(place == TEMPLATE_SMS ? TEMPLATE_SMS : TEMPLATE_TEXT, scene->text.data + from,
             to - from, expected);
    if (span == NULL) {
        return;
    }
    const size_t begun = expected->length;
    put_text(place, scene->text.data + span->from, span->to - span->from, expected);
    if (expected->length > begun) {
        MUST_HOLD(*at < span_count(spans));
        MUST_HOLD(span_at(spans, *at)->from == begun);
        MUST_HOLD(span_at(spans, *at)->to == expected->length);
        MUST_HOLD(span_at(spans, *at)->name == span->name);
        ++*at;
    }
}

static void check_escaped(const struct scene *scene, enum template_escape place,
                          const struct buffer *out, const struct buffer *spans)
{
    CLEANUP(buffer_free) struct buffer expected;
    buffer_init(&expected, GROWTH * CEILING);
    size_t at = 0;
    for (size_t i = 0; i <= span_count(&scene->spans); i++) {
        check_piece(scene, place, i, &expected, spans, &at);
    }
    MUST_HOLD(at == span_count(spans));
    MUST_HOLD(expected.length == out->length);
    MUST_HOLD(memcmp(expected.data, out->data, out->length) == 0);
}

/* What is nothing but values is, between quotation marks, a string to a parser of JSON. */
static void check_json(const struct scene *scene, const struct buffer *out)
{
    size_t at = strlen(BEFORE);
    for (size_t i = 0; i < span_count(&scene->spans); i++) {
        if (span_at(&scene->spans, i)->from != at) {
            return;
        }
        at = span_at(&scene->spans, i)->to;
    }
    if (at != scene->text.length) {
        return;
    }
    CLEANUP(buffer_free) struct buffer quoted;
    CLEANUP(json_free) struct json *value = NULL;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct error err;
    buffer_init(&quoted, out->length + 2);
    (void)buffer_printf(&quoted, "\"%s\"", out->data + strlen(BEFORE));
    MUST_HOLD(json_parse(quoted.data, quoted.length, &value, &err));
    MUST_HOLD(text_equal(json_text_at(value, "", arena), scene->text.data + strlen(BEFORE)));
}

static void check_place(const struct scene *scene, enum template_escape place)
{
    CLEANUP(buffer_free) struct buffer out;
    CLEANUP(buffer_free) struct buffer spans;
    begin(&out, GROWTH * CEILING);
    buffer_init(&spans, SPANS_CEILING);
    struct error err = {0};
    if (!template_render_spans(scene->template, scene->values, place, &out, &spans, &err)) {
        check_untouched(&out, &err);
        MUST_HOLD(spans.length == 0);
        const bool broken = place == TEMPLATE_HEADER && (!scene->ok || holds_line_break(scene));
        MUST_HOLD(broken || (!scene->ok && strcmp(err.text, scene->err.text) == 0));
        return;
    }
    MUST_HOLD(scene->ok && (place != TEMPLATE_HEADER || !holds_line_break(scene)));
    MUST_HOLD(strlen(out.data) == out.length && text_is_utf8(out.data, out.length));
    check_spans(&out, &spans);
    check_ceilings(scene, place, &out, &spans);
    if (!scene->raw || place == TEMPLATE_SMS || place == TEMPLATE_HEADER) {
        check_escaped(scene, place, &out, &spans);
    }
    if (!scene->raw && place == TEMPLATE_JSON) {
        check_json(scene, &out);
    }
}

static void check_scene(struct scene *scene)
{
    begin(&scene->text, CEILING);
    buffer_init(&scene->spans, SPANS_CEILING);
    scene->ok = template_render_spans(scene->template, scene->values, TEMPLATE_TEXT, &scene->text,
                                      &scene->spans, &scene->err);
    if (!scene->ok) {
        check_untouched(&scene->text, &scene->err);
    }
    /* What is too large as plain text need not be so elsewhere. */
    if (scene->ok || strstr(scene->err.text, "is larger than") == NULL) {
        for (size_t i = 0; i < ARRAY_LENGTH(PLACES); i++) {
            check_place(scene, PLACES[i]);
        }
    }
    buffer_free(&scene->text);
    buffer_free(&scene->spans);
}

static void start(void)
{
    static bool started;
    struct error err;
    MUST_HOLD(started || clock_set_zone("Europe/London", &err));
    started = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    start();
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const char *language = fuzz_byte(&rest) == 'c' ? "cy" : "en";
    CLEANUP(fuzz_free) char *given = fuzz_text(&rest, '~');
    CLEANUP(json_free) struct json *values = values_of(given);
    char *sources[SOURCES];
    struct scene scene = {.values = values};
    for (size_t i = 0; i < SOURCES; i++) {
        sources[i] = i + 1 == SOURCES ? fuzz_rest(&rest) : fuzz_text(&rest, '~');
        scene.raw = scene.raw || may_be_raw(sources[i]);
    }
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    if (template_parse(&(struct template_source){.name = NAMES[0],
                                                 .text = sources[0],
                                                 .language = language,
                                                 .partial = find_partial,
                                                 .context = sources},
                       &template, &err)) {
        scene.template = template;
        check_scene(&scene);
    }
    for (size_t i = 0; i < SOURCES; i++) {
        fuzz_free(&sources[i]);
    }
    return 0;
}
