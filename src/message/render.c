/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the compact form of a template over one member's values.
 *
 * It is a loop with a stack of its own, so that neither a deep template nor one that uses itself
 * can exhaust the program's; and it counts its steps, so that sections over sections come to an
 * end. What takes longer than a step counts as several: a name that is looked for in many contexts,
 * a megabyte that leaves nothing. Values are borrowed from where they lie: only a pipe that makes a
 * new one needs memory. */
#include "render.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"

#include "code.h"
#include "escape.h"

enum {
    STEPS_MOST = 4 * 1000 * 1000,
    WRITTEN = 16, /* bytes of text that are written in a step */
    PIPED = 4,    /* bytes that go through a pipe in a step */
    SHOWN = 60,   /* bytes of a value in a sentence about it */
};

/* The blanks in front of a partial, and those in front of the partial it stands in. */
struct indent {
    const char *text;
    size_t length;
    const struct indent *outer;
};

/* An open section, or a source or block being run. */
struct frame {
    const struct json *context; /* what a section pushed; NULL for a call or a block */
    const struct json *list;    /* the array being gone through, or NULL */
    size_t index;
    size_t back;                     /* a call or block: the instruction to go on behind */
    uint32_t blocks;                 /* a call: the first of the blocks handed over, 0: none */
    const struct frame *scope;       /* what `scope` was outside of it */
    const struct indent *indent_out; /* what `indent` was outside of it */
    struct indent indent;
};

struct rendering {
    const struct template *template;
    const struct json *values;
    enum template_escape escape;
    struct buffer *out;
    struct buffer *spans; /* struct template_span, or NULL */
    struct arena *arena;  /* one value at a time; NULL until a pipe needs it */
    size_t depth;
    const struct frame *scope; /* the innermost call whose blocks are seen */
    const struct indent *indent;
    bool indented; /* what comes next stands in a line that has its indentation */
    size_t at;
    size_t steps;
    struct error *err;
    struct frame frames[CODE_DEPTH]; /* the first `depth` of them */
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
    uint32_t source = 0;
    while (source + 1 < code_source_count(template) &&
           code_source_at(template, source + 1)->start <= rendering->at) {
        source++;
    }
    return error_set(rendering->err, ERROR_DATA, "%s:%u:%u: %s",
                     code_text(template, code_source_at(template, source)->name), code->line,
                     code->column, sentence);
}

/* The specification's rule: the first part of a name is looked for from the innermost context
 * outwards, the rest only within what was found. */
static const struct json *find(struct rendering *rendering, const struct code *code)
{
    const char *first = code_text(rendering->template, code->text);
    const bool itself = strcmp(first, ".") == 0;
    const struct json *found = NULL;
    for (size_t i = rendering->depth; i > 0 && found == NULL; i--) {
        const struct json *context = rendering->frames[i - 1].context;
        if (context != NULL) {
            rendering->steps++;
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

static void note_span(struct rendering *rendering, const struct code *code, size_t from)
{
    const struct template_span span = {
        .from = from,
        .to = rendering->out->length,
        .name = code_text(rendering->template, code->name),
    };
    if (rendering->spans != NULL && span.to > span.from) {
        (void)buffer_add(rendering->spans, &span, sizeof span);
    }
}

/* How many steps it takes to put the value through a pipe. */
static size_t steps_of(const struct pipe_value *value)
{
    return value->text != NULL ? strlen(value->text) / PIPED : json_count(value->list);
}

static bool fail_pipe(const struct rendering *rendering, const char *text, const struct pipe *pipe)
{
    const char *name = pipe_name(pipe->kind);
    if (text == NULL) {
        return fail(rendering, "this list is not something that the pipe %s can use", name);
    }
    const int length = (int)text_valid(text, strnlen(text, SHOWN));
    return fail(rendering, "\"%.*s\" is not something that the pipe %s can use", length, text,
                name);
}

/* Put the value through its pipes. */
static bool run_pipes(struct rendering *rendering, const struct code *code,
                      const struct json *found, struct pipe_value *value)
{
    const struct template *template = rendering->template;
    if (rendering->arena == NULL) {
        rendering->arena = arena_create();
    }
    value->list = json_array_given(found) ? found : NULL;
    for (uint32_t i = 0; i < code->length; i++) {
        const struct code_pipe *at = code_pipe_at(template, code->target + i);
        struct pipe pipe = {.kind = at->kind};
        for (size_t k = 0; k < PIPE_ARGUMENTS; k++) {
            pipe.arguments[k] =
                at->arguments[k] == 0 ? NULL : code_text(template, at->arguments[k]);
        }
        const char *before = value->text;
        rendering->steps += steps_of(value);
        if (!pipe_apply(&pipe, template->tongue, value, rendering->arena)) {
            return fail_pipe(rendering, before, &pipe);
        }
    }
    return true;
}

static bool run_value(struct rendering *rendering, const struct code *code)
{
    char room[JSON_NUMBER_SIZE];
    const struct json *found = find(rendering, code);
    size_t length = 0;
    struct pipe_value value = {.text = json_scalar(found, room, &length)};
    if (code->length > 0) {
        if (!run_pipes(rendering, code, found, &value)) {
            return false;
        }
        length = value.text == NULL ? 0 : strlen(value.text);
    }
    rendering->indented = false;
    rendering->steps += length / WRITTEN;
    const size_t from = rendering->out->length;
    const bool ok = length == 0 ||
                    escape_value(rendering->escape, code->raw, value.text, length, rendering->out);
    note_span(rendering, code, from);
    if (code->length > 0) {
        arena_reset(rendering->arena);
    }
    return ok || fail(rendering, "the value holds a line break, which a header cannot");
}

static void add_indent(struct rendering *rendering, const struct indent *indent)
{
    if (indent != NULL) {
        add_indent(rendering, indent->outer);
        escape_words(rendering->escape, indent->text, indent->length, rendering->out);
    }
}

/* Indent a line that begins here, unless it has its indentation already. */
static void begin_line(struct rendering *rendering)
{
    if (!rendering->indented) {
        add_indent(rendering, rendering->indent);
    }
    rendering->indented = false;
}

static void run_text(struct rendering *rendering, const struct code *code)
{
    const char *text = code_text(rendering->template, code->text);
    const char *end = text + code->length;
    rendering->steps += code->length / WRITTEN;
    if (rendering->indent == NULL) {
        escape_words(rendering->escape, text, code->length, rendering->out);
        return;
    }
    for (bool starts = code->line_start; text < end; starts = true) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *next = newline != NULL ? newline + 1 : end;
        if (starts) {
            begin_line(rendering);
        }
        rendering->indented = false;
        escape_words(rendering->escape, text, (size_t)(next - text), rendering->out);
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

/* Open a frame for a source or a block: everything is put back as it is now by `leave`. */
static struct frame *enter(struct rendering *rendering, size_t back)
{
    struct frame *frame = push(rendering);
    if (frame != NULL) {
        frame->back = back;
        frame->scope = rendering->scope;
        frame->indent_out = rendering->indent;
    }
    return frame;
}

static void leave(struct rendering *rendering)
{
    const struct frame *frame = &rendering->frames[--rendering->depth];
    rendering->scope = frame->scope;
    rendering->indent = frame->indent_out;
    rendering->at = frame->back;
}

/* Indent what the frame runs by these blanks, and by those outside. */
static void indent_by(struct rendering *rendering, struct frame *frame, const struct code *code)
{
    if (code->length > 0) {
        frame->indent = (struct indent){
            .text = code_text(rendering->template, code->text),
            .length = code->length,
            .outer = rendering->indent,
        };
        rendering->indent = &frame->indent;
    }
}

static bool run_call(struct rendering *rendering, const struct code *code)
{
    const bool parent = code->kind == CODE_PARENT;
    struct frame *frame = enter(rendering, parent ? code->end : rendering->at);
    if (frame == NULL) {
        return false;
    }
    /* Only a partial alone on its line is indented. */
    if (code->line_start) {
        indent_by(rendering, frame, code);
    } else {
        rendering->indent = NULL;
    }
    frame->blocks = parent ? code->chain : 0;
    if (frame->blocks != 0) {
        rendering->scope = frame;
    }
    /* The loop steps on to the first instruction. */
    rendering->at = (size_t)code_source_at(rendering->template, code->target)->start - 1;
    return true;
}

/* The block that was handed over by this name, and by which call: of several the outermost, for the
 * template that is nearest to the member has the last word. 0 when there is none. */
static uint32_t handed_over(struct rendering *rendering, const struct code *code,
                            const struct frame **by)
{
    const struct template *template = rendering->template;
    const char *name = code_text(template, code->name);
    uint32_t found = 0;
    for (const struct frame *frame = rendering->scope; frame != NULL; frame = frame->scope) {
        for (uint32_t at = frame->blocks; at != 0; at = code_at(template, at)->chain) {
            rendering->steps++;
            if (strcmp(code_text(template, code_at(template, at)->name), name) == 0) {
                found = at;
                *by = frame;
                break;
            }
        }
    }
    return found;
}

/* What was handed over sees only the blocks that were handed to the template it stands in. */
static bool run_block(struct rendering *rendering, const struct code *code)
{
    const struct frame *by = NULL;
    const uint32_t block = handed_over(rendering, code, &by);
    struct frame *frame = enter(rendering, code->target);
    if (frame == NULL) {
        return false;
    }
    if (block != 0) {
        indent_by(rendering, frame, code);
        rendering->indented = code->inner && rendering->indent != NULL;
        rendering->scope = by->scope;
        rendering->at = block;
    }
    return true;
}

static bool run_one(struct rendering *rendering, const struct code *code)
{
    switch (code->kind) {
    case CODE_TEXT: run_text(rendering, code); return true;
    case CODE_INDENT: begin_line(rendering); return true;
    case CODE_VALUE: return run_value(rendering, code);
    case CODE_SECTION:
    case CODE_INVERTED: return run_section(rendering, code);
    case CODE_END: run_end(rendering, code); return true;
    case CODE_CALL:
    case CODE_PARENT: return run_call(rendering, code);
    case CODE_BLOCK: return run_block(rendering, code);
    case CODE_BLOCK_END:
    case CODE_RETURN: leave(rendering); return true;
    case CODE_PARENT_END: return true;
    }
    return true;
}

static const char *own_name(const struct template *template)
{
    return code_text(template, code_source_at(template, 0)->name);
}

static bool run(struct rendering *rendering)
{
    const struct template *template = rendering->template;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the caller has set `out` */
    for (; !rendering->out->full; rendering->at++) {
        const struct code *code = code_at(template, rendering->at);
        if (code->kind == CODE_RETURN && rendering->depth == 0) {
            return true;
        }
        if (rendering->steps++ >= STEPS_MOST) {
            return error_set(rendering->err, ERROR_DATA, "%s: its sections go on without end",
                             own_name(template));
        }
        if (!run_one(rendering, code)) {
            return false;
        }
    }
    return error_set(rendering->err, ERROR_DATA, "%s: the result is larger than %zu bytes",
                     own_name(template), rendering->out->ceiling);
}

/* A buffer as it was before the rendering. */
struct before {
    size_t length;
    bool full;
};

static struct before note(const struct buffer *buffer)
{
    return buffer == NULL ? (struct before){0} : (struct before){buffer->length, buffer->full};
}

static void put_back(struct buffer *buffer, struct before before)
{
    if (buffer != NULL) {
        buffer->length = before.length;
        buffer->full = before.full;
    }
    if (buffer != NULL && buffer->data != NULL) {
        buffer->data[before.length] = '\0';
    }
}

/* A value that could not be noted would pass for a word of the template. */
static bool check_spans(const struct rendering *rendering)
{
    const struct buffer *spans = rendering->spans;
    return spans == NULL || !spans->full ||
           error_set(rendering->err, ERROR_DATA, "%s: no more than %zu of its values can be noted",
                     own_name(rendering->template), spans->ceiling / sizeof(struct template_span));
}

bool render_template(const struct template *template, const struct json *values,
                     enum template_escape escape, struct buffer *out, struct buffer *spans,
                     struct error *err)
{
    const struct before out_before = note(out);
    const struct before spans_before = note(spans);
    struct rendering rendering = {
        .template = template,
        .values = values,
        .escape = escape,
        .out = out,
        .spans = spans,
        .err = err,
    };
    const bool ok = run(&rendering) && check_spans(&rendering);
    arena_free(&rendering.arena);
    if (!ok) {
        put_back(out, out_before);
        put_back(spans, spans_before);
    }
    return ok;
}
