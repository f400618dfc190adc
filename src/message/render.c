/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the compact form of a template over one member's values.
 *
 * It is a loop with a stack of its own, so that neither a deep template nor one that uses itself
 * can exhaust the program's; and it counts its steps, so that sections over sections come to an
 * end. */
#include "render.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"

#include "code.h"

enum { STEPS_MOST = 4 * 1000 * 1000 };

/* The blanks in front of a partial, and those in front of the partial it stands in. */
struct indent {
    const char *text;
    size_t length;
    const struct indent *outer;
};

/* An open section, or a partial being run. */
struct frame {
    const struct json *context; /* what a section pushed; NULL for a partial */
    const struct json *list;    /* the array being gone through, or NULL */
    size_t index;
    size_t back;                /* a partial: the instruction after its call */
    const struct indent *outer; /* a partial: the indentation outside of it */
    struct indent indent;
};

struct rendering {
    const struct template *template;
    const struct json *values;
    enum template_escape escape;
    struct buffer *out;
    struct arena *arena; /* one value at a time */
    struct frame frames[CODE_DEPTH];
    size_t depth;
    const struct indent *indent;
    size_t at;
    struct error *err;
};

/* Say what is wrong at the present instruction. */
static bool PRINTF_LIKE(2, 3) fail(const struct rendering *rendering, const char *format, ...)
{
    char sentence[ERROR_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    const struct template *template = rendering->template;
    const struct code *code = code_at(template, rendering->at);
    uint32_t block = 0;
    while (block + 1 < code_block_count(template) &&
           code_block_at(template, block + 1)->start <= rendering->at) {
        block++;
    }
    return error_set(rendering->err, ERROR_DATA, "%s:%u:%u: %s",
                     code_text(template, code_block_at(template, block)->name), code->line,
                     code->column, sentence);
}

/* The specification's rule: the first part of a name is looked for from the innermost context
 * outwards, the rest only within what was found. */
static const struct json *find(const struct rendering *rendering, const struct code *code)
{
    const char *first = code_text(rendering->template, code->text);
    const bool itself = strcmp(first, ".") == 0;
    const struct json *found = NULL;
    for (size_t i = rendering->depth; i > 0 && found == NULL; i--) {
        const struct json *context = rendering->frames[i - 1].context;
        if (context != NULL) {
            found = itself ? context : json_at(context, first);
        }
    }
    if (found == NULL) {
        found = itself ? rendering->values : json_at(rendering->values, first);
    }
    if (found == NULL || code->rest == 0) {
        return found;
    }
    return json_at(found, code_text(rendering->template, code->rest));
}

/* Add the bytes up to the next one that needs care, `special`, and go on behind it; the escapers
 * below are loops over this. */
static size_t add_plain(struct buffer *out, const char *text, const char *special)
{
    const size_t length = strcspn(text, special);
    (void)buffer_add(out, text, length);
    return length;
}

static void add_markup(struct buffer *out, const char *text, bool xml)
{
    static const char controls[] = "\x01\x02\x03\x04\x05\x06\x07\x08\x0B\x0C\x0E\x0F\x10\x11\x12"
                                   "\x13\x14\x15\x16\x17\x18\x19\x1A\x1B\x1C\x1D\x1E\x1F&<>\"'";
    const char *special = xml ? controls : controls + sizeof controls - sizeof "&<>\"'";
    for (;;) {
        text += add_plain(out, text, special);
        switch (*text) {
        case '\0': return;
        case '&': (void)buffer_puts(out, "&amp;"); break;
        case '<': (void)buffer_puts(out, "&lt;"); break;
        case '>': (void)buffer_puts(out, "&gt;"); break;
        case '"': (void)buffer_puts(out, "&quot;"); break;
        case '\'': (void)buffer_puts(out, "&#39;"); break;
        default: break; /* XML 1.0 has no way to write this character */
        }
        text++;
    }
}

static void add_form(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= '0' && byte <= '9') || strchr("*-._", byte) != NULL) {
            (void)buffer_putc(out, *text);
        } else if (byte == ' ') {
            (void)buffer_putc(out, '+');
        } else {
            (void)buffer_printf(out, "%%%02X", byte);
        }
    }
}

static void add_json(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\') {
            (void)buffer_putc(out, '\\');
            (void)buffer_putc(out, *text);
        } else if (byte == '\n') {
            (void)buffer_puts(out, "\\n");
        } else if (byte < 0x20) {
            (void)buffer_printf(out, "\\u%04X", byte);
        } else {
            (void)buffer_putc(out, *text);
        }
    }
}

/* Drop the controls of ASCII but LF, and those of U+0080 to U+009F. */
static void add_sms(struct buffer *out, const char *text, size_t length)
{
    size_t start = 0;
    size_t at = 0;
    while (at < length) {
        uint32_t rune = 0;
        const size_t taken = text_rune(text + at, length - at, &rune);
        if ((rune < 0x20 && rune != '\n') || (rune >= 0x7F && rune <= 0x9F)) {
            (void)buffer_add(out, text + start, at - start);
            start = at + taken;
        }
        at += taken;
    }
    (void)buffer_add(out, text + start, at - start);
}

static bool add_value(struct rendering *rendering, const char *text, bool raw)
{
    struct buffer *out = rendering->out;
    switch (rendering->escape) {
    case TEMPLATE_SMS: add_sms(out, text, strlen(text)); return true;
    case TEMPLATE_HEADER:
        if (strpbrk(text, "\r\n") != NULL) {
            return fail(rendering, "the value holds a line break, which a header cannot");
        }
        (void)buffer_puts(out, text);
        return true;
    case TEMPLATE_HTML:
    case TEMPLATE_XML:
        if (!raw) {
            add_markup(out, text, rendering->escape == TEMPLATE_XML);
            return true;
        }
        break;
    case TEMPLATE_FORM:
        if (!raw) {
            add_form(out, text);
            return true;
        }
        break;
    case TEMPLATE_JSON:
        if (!raw) {
            add_json(out, text);
            return true;
        }
        break;
    case TEMPLATE_TEXT: break;
    }
    (void)buffer_puts(out, text);
    return true;
}

static bool run_value(struct rendering *rendering, const struct code *code)
{
    const struct template *template = rendering->template;
    const char *value = json_text_at(find(rendering, code), "", rendering->arena);
    for (uint32_t i = 0; i < code->length; i++) {
        const struct code_pipe *at = code_pipe_at(template, code->target + i);
        const struct pipe pipe = {.kind = at->kind, .argument = code_text(template, at->argument)};
        const char *before = value;
        if (!pipe_apply(&pipe, before, &value, rendering->arena)) {
            return fail(rendering, "\"%.60s\" is not something that the pipe %s can use", before,
                        pipe_name(pipe.kind));
        }
    }
    const bool ok = value == NULL || add_value(rendering, value, code->raw);
    arena_reset(rendering->arena);
    return ok;
}

static void add_indent(struct buffer *out, const struct indent *indent)
{
    if (indent != NULL) {
        add_indent(out, indent->outer);
        (void)buffer_add(out, indent->text, indent->length);
    }
}

static void add_text(struct rendering *rendering, const char *text, size_t length)
{
    if (rendering->escape == TEMPLATE_SMS) {
        add_sms(rendering->out, text, length);
    } else {
        (void)buffer_add(rendering->out, text, length);
    }
}

static void run_text(struct rendering *rendering, const struct code *code)
{
    const char *text = code_text(rendering->template, code->text);
    const char *end = text + code->length;
    if (rendering->indent == NULL) {
        add_text(rendering, text, code->length);
        return;
    }
    for (bool starts = code->line_start; text < end; starts = true) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *next = newline != NULL ? newline + 1 : end;
        if (starts) {
            add_indent(rendering->out, rendering->indent);
        }
        add_text(rendering, text, (size_t)(next - text));
        text = next;
    }
}

static struct frame *push(struct rendering *rendering)
{
    if (rendering->depth == CODE_DEPTH) {
        (void)fail(rendering, "sections and partials are more than %d deep here", CODE_DEPTH);
        return NULL;
    }
    struct frame *frame = &rendering->frames[rendering->depth++];
    *frame = (struct frame){0};
    return frame;
}

static bool run_section(struct rendering *rendering, const struct code *code)
{
    const struct json *value = find(rendering, code);
    const bool wanted = json_true_given(value) == (code->kind == CODE_SECTION);
    if (!wanted) {
        rendering->at = code->target;
        return true;
    }
    if (code->kind == CODE_INVERTED) {
        return true;
    }
    struct frame *frame = push(rendering);
    if (frame == NULL) {
        return false;
    }
    frame->list = json_array_given(value) ? value : NULL;
    frame->context = frame->list != NULL ? json_value(value, 0) : value;
    return true;
}

static void run_end(struct rendering *rendering, const struct code *code)
{
    struct frame *frame = &rendering->frames[rendering->depth - 1];
    if (frame->list != NULL && ++frame->index < json_count(frame->list)) {
        frame->context = json_value(frame->list, frame->index);
        rendering->at = code->target;
    } else {
        rendering->depth--;
    }
}

static bool run_call(struct rendering *rendering, const struct code *code)
{
    struct frame *frame = push(rendering);
    if (frame == NULL) {
        return false;
    }
    frame->back = rendering->at;
    frame->outer = rendering->indent;
    frame->indent = (struct indent){
        .text = code_text(rendering->template, code->text),
        .length = code->length,
        .outer = rendering->indent,
    };
    /* Only a partial alone on its line is indented, by its own blanks and those outside. */
    if (!code->line_start) {
        rendering->indent = NULL;
    } else if (code->length > 0) {
        rendering->indent = &frame->indent;
    }
    /* The loop steps on to the block's first instruction. */
    rendering->at = (size_t)code_block_at(rendering->template, code->target)->start - 1;
    return true;
}

static bool run(struct rendering *rendering)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the caller has set `out` */
    for (size_t steps = 0; !rendering->out->full; steps++, rendering->at++) {
        const struct code *code = code_at(rendering->template, rendering->at);
        if (steps == STEPS_MOST) {
            return error_set(
                rendering->err, ERROR_DATA, "%s: its sections go on without end",
                code_text(rendering->template, code_block_at(rendering->template, 0)->name));
        }
        bool ok = true;
        switch (code->kind) {
        case CODE_TEXT: run_text(rendering, code); break;
        case CODE_INDENT: add_indent(rendering->out, rendering->indent); break;
        case CODE_VALUE: ok = run_value(rendering, code); break;
        case CODE_SECTION:
        case CODE_INVERTED: ok = run_section(rendering, code); break;
        case CODE_END: run_end(rendering, code); break;
        case CODE_CALL: ok = run_call(rendering, code); break;
        case CODE_RETURN:
            if (rendering->depth == 0) {
                return true;
            }
            rendering->depth--;
            rendering->indent = rendering->frames[rendering->depth].outer;
            rendering->at = rendering->frames[rendering->depth].back;
            break;
        }
        if (!ok) {
            return false;
        }
    }
    return error_set(rendering->err, ERROR_DATA, "%s: the result is larger than %zu bytes",
                     code_text(rendering->template, code_block_at(rendering->template, 0)->name),
                     rendering->out->ceiling);
}

bool render_template(const struct template *template, const struct json *values,
                     enum template_escape escape, struct buffer *out, struct error *err)
{
    const size_t length = out->length;
    const bool full = out->full;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct rendering rendering = {
        .template = template,
        .values = values,
        .escape = escape,
        .out = out,
        .arena = arena,
        .err = err,
    };
    if (run(&rendering)) {
        return true;
    }
    out->full = full;
    out->length = length;
    if (out->data != NULL) {
        out->data[length] = '\0';
    }
    return false;
}
