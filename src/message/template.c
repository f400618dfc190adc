/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of templates: Mustache's core specification, and the pipes.
 *
 * Whether a tag stands alone on its line, and so takes the line with it, is seen from the source
 * around it: nothing but blanks back to the line's start and on to its end. Partials are read one
 * after the other from a list, never within each other, so that two that use each other cannot
 * send the reader round in circles. */
#include "muster/message/template.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"

#include "code.h"
#include "reader.h"
#include "render.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return c != '\0' && strchr(" \t\r\n\v\f", c) != NULL;
}

static struct place locate(struct reader *reader, size_t offset)
{
    struct place place = reader->place;
    if (offset < place.offset) {
        place = (struct place){.line = 1, .column = 1};
    }
    while (place.offset < offset) {
        uint32_t rune = 0;
        place.offset += text_rune(reader->source + place.offset, offset - place.offset, &rune);
        place.column = rune == '\n' ? 1 : place.column + 1;
        place.line += rune == '\n' ? 1 : 0;
    }
    reader->place = place;
    return place;
}

static bool PRINTF_LIKE(3, 4) fail(struct reader *reader, size_t offset, const char *format, ...)
{
    char sentence[ERROR_TEXT_SIZE];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    const struct place place = locate(reader, offset);
    const struct template *template = reader->template;
    return error_set(reader->err, ERROR_DATA, "%s:%u:%u: %s",
                     code_text(template, code_block_at(template, reader->block)->name), place.line,
                     place.column, sentence);
}

/* Keep a copy of some text in the template, followed by a NUL; gives its offset. What passes the
 * ceiling is noticed by `finish`, through the buffer's own mark. */
static uint32_t keep(struct template *template, const char *bytes, size_t length)
{
    const uint32_t offset = (uint32_t) template->text.length;
    (void)buffer_add(&template->text, bytes, length);
    (void)buffer_putc(&template->text, '\0');
    return offset;
}

static size_t emit(struct reader *reader, const struct code *code)
{
    (void)buffer_add(&reader->template->code, code, sizeof *code);
    return code_count(reader->template) - 1;
}

static bool is_full(const struct reader *reader)
{
    const struct template *template = reader->template;
    return template->text.full || template->code.full || template->pipes.full ||
           template->blocks.full || reader->noted.full;
}

static void emit_text(struct reader *reader, size_t from, size_t to)
{
    if (from >= to) {
        return;
    }
    const struct code code = {
        .kind = CODE_TEXT,
        .line_start = from == 0 || reader->source[from - 1] == '\n',
        .text = keep(reader->template, reader->source + from, to - from),
        .length = (uint32_t)(to - from),
    };
    (void)emit(reader, &code);
}

/* Where the closing delimiter begins, seen from `from`; the length of the source when it is
 * missing. In a value's tag it may stand within a quoted argument. */
static size_t find_close(const struct reader *reader, size_t from, const char *close, bool quotes)
{
    const size_t length = strlen(close);
    bool quoted = false;
    for (size_t at = from; at < reader->length; at++) {
        const char c = reader->source[at];
        if (!quoted && strncmp(reader->source + at, close, length) == 0) {
            return at;
        }
        if (quotes && quoted && c == '\\' && at + 1 < reader->length) {
            at++;
        } else if (quotes && c == '"') {
            quoted = !quoted;
        }
    }
    return reader->length;
}

/* Whether the tag has its line to itself, and where reading goes on. */
static void see_line(const struct reader *reader, struct tag *tag)
{
    const char *source = reader->source;
    size_t start = tag->start;
    while (start > 0 && is_blank(source[start - 1])) {
        start--;
    }
    size_t end = tag->end;
    while (is_blank(source[end])) {
        end++;
    }
    tag->next = tag->end;
    tag->line_start = start;
    const bool starts = start == 0 || source[start - 1] == '\n';
    const size_t newline = source[end] == '\n' ? 1 : strncmp(source + end, "\r\n", 2) == 0 ? 2 : 0;
    if (tag->sigil == '\0' || strchr("#^/!=>", tag->sigil) == NULL) {
        return;
    }
    tag->alone = starts && (newline > 0 || source[end] == '\0');
    if (tag->alone) {
        tag->next = end + newline;
    }
}

/* Read the tag whose opening delimiter is at `start`. */
static bool read_tag(struct reader *reader, size_t start, struct tag *tag)
{
    const char *source = reader->source;
    size_t from = start + strlen(reader->open);
    while (is_space(source[from])) {
        from++;
    }
    *tag = (struct tag){.start = start};
    if (source[from] != '\0' && strchr("#^/!=>&{", source[from]) != NULL) {
        tag->sigil = source[from++];
    }
    char close[DELIMITER_SIZE + 1];
    (void)snprintf(close, sizeof close, "%s%s",
                   tag->sigil == '{'   ? "}"
                   : tag->sigil == '=' ? "="
                                       : "",
                   reader->close);
    const bool value = tag->sigil == '\0' || tag->sigil == '&' || tag->sigil == '{';
    const size_t to = find_close(reader, from, close, value);
    if (to == reader->length) {
        if (value && find_close(reader, from, close, false) != reader->length) {
            return fail(reader, start, "the quotation mark in this tag is never closed");
        }
        return fail(reader, start, "this tag is never closed: \"%s\" is missing", close);
    }
    tag->end = to + strlen(close);
    tag->from = from;
    tag->to = to;
    while (tag->from < tag->to && is_space(source[tag->from])) {
        tag->from++;
    }
    while (tag->to > tag->from && is_space(source[tag->to - 1])) {
        tag->to--;
    }
    see_line(reader, tag);
    return true;
}

/* Read the name at the start of source[from, to); gives its length, 0 when there is none. */
static size_t name_length(const struct reader *reader, size_t from, size_t to)
{
    size_t at = from;
    while (at < to && !is_space(reader->source[at]) && strchr("|\"", reader->source[at]) == NULL) {
        at++;
    }
    return at - from;
}

static bool check_name(struct reader *reader, size_t from, size_t length)
{
    const char *name = reader->source + from;
    if (length == 0) {
        return fail(reader, from, "a name is missing here");
    }
    if (strchr("$<*#^/!=>&{", name[0]) != NULL) {
        return fail(reader, from, "a name cannot begin with \"%c\"", name[0]);
    }
    if (length == 1 && name[0] == '.') {
        return true;
    }
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '.' && (i == 0 || i + 1 == length || name[i + 1] == '.')) {
            return fail(reader, from, "the name \"%.*s\" has an empty part", (int)length, name);
        }
    }
    return true;
}

/* Note the name, and put it into the code, its first part by itself. */
static void take_name(struct reader *reader, size_t from, size_t length, struct code *code)
{
    const char *name = reader->source + from;
    const struct place place = locate(reader, from);
    code->line = place.line;
    code->column = place.column;
    code->text = keep(reader->template, name, length);
    const char *dot = length > 1 ? memchr(name, '.', length) : NULL;
    if (dot != NULL && !reader->template->text.full) {
        reader->template->text.data[code->text + (size_t)(dot - name)] = '\0';
        code->rest = code->text + (uint32_t)(dot - name) + 1;
    }
    if (reader->judged > 0) {
        return;
    }
    const struct noted_use use = {
        .name = keep(reader->template, name, length),
        .block = reader->block,
        .line = place.line,
        .column = place.column,
        .section = code->kind != CODE_VALUE,
    };
    (void)buffer_add(&reader->noted, &use, sizeof use);
}

/* The only name in a tag that takes no pipes. */
static bool read_only_name(struct reader *reader, const struct tag *tag)
{
    const size_t length = name_length(reader, tag->from, tag->to);
    if (!check_name(reader, tag->from, length)) {
        return false;
    }
    if (tag->from + length != tag->to) {
        return fail(reader, tag->from + length, "only a name may stand in this tag");
    }
    return true;
}

/* Read the pipe whose word begins at *at. */
static bool read_pipe(struct reader *reader, size_t *at, size_t to)
{
    struct pipe pipe = {0};
    size_t taken = 0;
    const char *fault = NULL;
    if (!pipe_read(reader->source + *at, to - *at, &pipe, &taken, &fault, reader->arena)) {
        return fail(reader, *at + taken, "%s", fault);
    }
    struct template *template = reader->template;
    struct code_pipe code = {.kind = pipe.kind};
    if (pipe.argument != NULL) {
        code.argument = keep(template, pipe.argument, strlen(pipe.argument));
    }
    (void)buffer_add(&template->pipes, &code, sizeof code);
    *at += taken;
    return true;
}

static bool read_value(struct reader *reader, const struct tag *tag)
{
    const size_t length = name_length(reader, tag->from, tag->to);
    if (!check_name(reader, tag->from, length)) {
        return false;
    }
    struct code code = {
        .kind = CODE_VALUE,
        .raw = tag->sigil != '\0',
        .target = (uint32_t)(reader->template->pipes.length / sizeof(struct code_pipe)),
    };
    take_name(reader, tag->from, length, &code);
    for (size_t at = tag->from + length; at < tag->to;) {
        if (is_space(reader->source[at])) {
            at++;
            continue;
        }
        if (reader->source[at] != '|') {
            return fail(reader, at, "only a pipe may follow here, as in {{name | upper}}");
        }
        at++;
        while (at < tag->to && is_space(reader->source[at])) {
            at++;
        }
        if (!read_pipe(reader, &at, tag->to)) {
            return false;
        }
        code.length++;
    }
    (void)emit(reader, &code);
    return true;
}

static bool open_section(struct reader *reader, const struct tag *tag)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    if (reader->depth == CODE_DEPTH) {
        return fail(reader, tag->start, "sections are more than %d deep here", CODE_DEPTH);
    }
    const size_t length = tag->to - tag->from;
    struct code code = {.kind = tag->sigil == '^' ? CODE_INVERTED : CODE_SECTION};
    take_name(reader, tag->from, length, &code);
    reader->sections[reader->depth++] = (struct open_section){
        .code = emit(reader, &code),
        .name = keep(reader->template, reader->source + tag->from, length),
        .inverted = tag->sigil == '^',
        .place = locate(reader, tag->from),
    };
    reader->judged += tag->sigil == '#' ? 1 : 0;
    return true;
}

static bool close_section(struct reader *reader, const struct tag *tag)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    const int length = (int)(tag->to - tag->from);
    const char *name = reader->source + tag->from;
    if (reader->depth == 0) {
        return fail(reader, tag->start, "the section \"%.*s\" is closed but was not opened", length,
                    name);
    }
    if (is_full(reader)) {
        return true;
    }
    const struct open_section *section = &reader->sections[reader->depth - 1];
    const char *opened = code_text(reader->template, section->name);
    if (strlen(opened) != (size_t)length || memcmp(opened, name, (size_t)length) != 0) {
        return fail(reader, tag->start,
                    "the section \"%s\" of line %u must be closed before \"%.*s\"", opened,
                    section->place.line, length, name);
    }
    if (section->inverted) {
        code_at(reader->template, section->code)->target =
            (uint32_t)(code_count(reader->template) - 1);
    } else {
        const struct code end = {.kind = CODE_END, .target = (uint32_t)section->code};
        const size_t index = emit(reader, &end);
        code_at(reader->template, section->code)->target = (uint32_t)index;
        reader->judged--;
    }
    reader->depth--;
    return true;
}

/* The block of a partial, a new one if need be. */
static uint32_t block_of(struct template *template, const char *name, size_t length)
{
    const size_t count = code_block_count(template);
    for (uint32_t i = 1; i < count; i++) {
        const char *known = code_text(template, code_block_at(template, i)->name);
        if (strlen(known) == length && memcmp(known, name, length) == 0) {
            return i;
        }
    }
    const struct code_block block = {.name = keep(template, name, length)};
    (void)buffer_add(&template->blocks, &block, sizeof block);
    return (uint32_t)count;
}

static bool call_partial(struct reader *reader, const struct tag *tag)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    struct template *template = reader->template;
    const struct place place = locate(reader, tag->from);
    struct code code = {
        .kind = CODE_CALL,
        .line_start = tag->alone,
        .inside = reader->judged > 0,
        .target = block_of(template, reader->source + tag->from, tag->to - tag->from),
        .line = place.line,
        .column = place.column,
    };
    if (tag->alone) {
        code.length = (uint32_t)(tag->start - tag->line_start);
        code.text = keep(template, reader->source + tag->line_start, code.length);
    }
    (void)emit(reader, &code);
    return true;
}

static bool set_delimiters(struct reader *reader, const struct tag *tag)
{
    const char *source = reader->source;
    size_t middle = tag->from;
    while (middle < tag->to && !is_space(source[middle])) {
        middle++;
    }
    size_t second = middle;
    while (second < tag->to && is_space(source[second])) {
        second++;
    }
    const size_t open = middle - tag->from;
    const size_t close = tag->to - second;
    bool good = open > 0 && close > 0 && open < DELIMITER_SIZE && close < DELIMITER_SIZE;
    for (size_t i = tag->from; good && i < tag->to; i++) {
        good = source[i] != '=' && (i < second || !is_space(source[i]));
    }
    if (!good) {
        return fail(reader, tag->start,
                    "two delimiters of at most %d bytes are wanted here, as in {{=<%% %%>=}}",
                    DELIMITER_SIZE - 1);
    }
    (void)snprintf(reader->open, sizeof reader->open, "%.*s", (int)open, source + tag->from);
    (void)snprintf(reader->close, sizeof reader->close, "%.*s", (int)close, source + second);
    return true;
}

static bool read_inside(struct reader *reader, const struct tag *tag)
{
    switch (tag->sigil) {
    case '!': return true;
    case '=': return set_delimiters(reader, tag);
    case '>': return call_partial(reader, tag);
    case '#':
    case '^': return open_section(reader, tag);
    case '/': return close_section(reader, tag);
    default: return read_value(reader, tag);
    }
}

static bool read_source(struct reader *reader)
{
    const char *start = NULL;
    while ((start = strstr(reader->source + reader->at, reader->open)) != NULL) {
        struct tag tag;
        if (!read_tag(reader, (size_t)(start - reader->source), &tag)) {
            return false;
        }
        emit_text(reader, reader->at, tag.alone ? tag.line_start : tag.start);
        const bool at_line = tag.start == 0 || reader->source[tag.start - 1] == '\n';
        if (reader->block > 0 && at_line && !tag.alone) {
            const struct code indent = {.kind = CODE_INDENT};
            (void)emit(reader, &indent);
        }
        if (!read_inside(reader, &tag)) {
            return false;
        }
        if (is_full(reader)) {
            return fail(reader, tag.start, "the template and its partials are too large");
        }
        reader->at = tag.next;
    }
    emit_text(reader, reader->at, reader->length);
    if (reader->depth > 0) {
        const struct open_section *section = &reader->sections[reader->depth - 1];
        return fail(reader, section->place.offset, "the section \"%s\" is never closed",
                    code_text(reader->template, section->name));
    }
    const struct code end = {.kind = CODE_RETURN};
    (void)emit(reader, &end);
    return !is_full(reader) ||
           fail(reader, reader->length, "the template and its partials are too large");
}

static bool check_source(struct reader *reader)
{
    if (reader->length > SOURCE_MOST) {
        return fail(reader, 0, "the source is larger than %d KiB", SOURCE_MOST / 1024);
    }
    for (size_t at = 0; at < reader->length;) {
        uint32_t rune = 0;
        const size_t taken = text_rune(reader->source + at, reader->length - at, &rune);
        if (rune == 0xFFFD && taken == 1) {
            return fail(reader, at, "this is not UTF-8");
        }
        at += taken;
    }
    return true;
}

static bool read_block(struct reader *reader, uint32_t block, const char *source)
{
    struct template *template = reader->template;
    code_block_at(template, block)->start = (uint32_t)code_count(template);
    reader->block = block;
    reader->source = source != NULL ? source : "";
    reader->length = strlen(reader->source);
    reader->at = 0;
    reader->place = (struct place){.line = 1, .column = 1};
    reader->depth = 0;
    reader->judged = 0;
    (void)snprintf(reader->open, sizeof reader->open, "{{");
    (void)snprintf(reader->close, sizeof reader->close, "}}");
    return check_source(reader) && read_source(reader);
}

/* A block is open when an open block calls it outside of its sections; block 0 is. */
static void open_blocks(const struct template *template)
{
    bool changed = true;
    while (changed) {
        changed = false;
        bool open = false;
        size_t next = 0;
        for (size_t i = 0; i < code_count(template); i++) {
            if (next < code_block_count(template) && code_block_at(template, next)->start == i) {
                open = code_block_at(template, next++)->open;
            }
            const struct code *code = code_at(template, i);
            if (code->kind == CODE_CALL && open && !code->inside) {
                struct code_block *called = code_block_at(template, code->target);
                changed = changed || !called->open;
                called->open = true;
            }
        }
    }
}

static void keep_uses(struct reader *reader)
{
    struct template *template = reader->template;
    const struct noted_use *noted = (const struct noted_use *)(const void *)reader->noted.data;
    const size_t count = reader->noted.length / sizeof *noted;
    for (size_t i = 0; i < count; i++) {
        const struct code_block *block = code_block_at(template, noted[i].block);
        const struct template_use use = {
            .name = code_text(template, noted[i].name),
            .partial = noted[i].block == 0 ? NULL : code_text(template, block->name),
            .line = noted[i].line,
            .column = noted[i].column,
            .section = noted[i].section,
        };
        const struct template_use *uses = NULL;
        const size_t known = template_uses(template, &uses);
        bool again = !block->open;
        for (size_t k = 0; k < known && !again; k++) {
            again = uses[k].section == use.section && strcmp(uses[k].name, use.name) == 0;
        }
        if (!again) {
            (void)buffer_add(&template->uses, &use, sizeof use);
        }
    }
}

static bool read_all(struct reader *reader, const char *name, const char *source)
{
    struct template *template = reader->template;
    (void)buffer_putc(&template->text, '\0');
    const struct code_block main = {.name = keep(template, name, strlen(name)), .open = true};
    (void)buffer_add(&template->blocks, &main, sizeof main);
    if (!read_block(reader, 0, source)) {
        return false;
    }
    for (uint32_t i = 1; i < code_block_count(template); i++) {
        const char *partial = code_text(template, code_block_at(template, i)->name);
        const char *text = reader->partial == NULL
                               ? NULL
                               : reader->partial(partial, reader->context, reader->arena);
        if (!read_block(reader, i, text)) {
            return false;
        }
    }
    open_blocks(template);
    keep_uses(reader);
    return true;
}

static struct template *template_create(void)
{
    struct template *template = calloc(1, sizeof *template);
    if (template == NULL) {
        abort();
    }
    buffer_init(&template->text, TEXT_MOST);
    buffer_init(&template->code, CODE_MOST * sizeof(struct code));
    buffer_init(&template->pipes, CODE_MOST * sizeof(struct code_pipe));
    buffer_init(&template->blocks, BLOCKS_MOST * sizeof(struct code_block));
    buffer_init(&template->uses, CODE_MOST * sizeof(struct template_use));
    return template;
}

bool template_parse(const char *name, const char *source, template_partial_fn *partial,
                    void *context, struct template **template, struct error *err)
{
    CLEANUP(template_free) struct template *made = template_create();
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct reader reader = {
        .template = made,
        .arena = arena,
        .partial = partial,
        .context = context,
        .err = err,
    };
    buffer_init(&reader.noted, CODE_MOST * sizeof(struct noted_use));
    const bool ok = read_all(&reader, name, source);
    buffer_free(&reader.noted);
    if (ok) {
        *template = STEAL(made);
    }
    return ok;
}

void template_free(struct template **template)
{
    if (*template == NULL) {
        return;
    }
    buffer_free(&(*template)->text);
    buffer_free(&(*template)->code);
    buffer_free(&(*template)->pipes);
    buffer_free(&(*template)->blocks);
    buffer_free(&(*template)->uses);
    free(*template);
    *template = NULL;
}

size_t template_uses(const struct template *template, const struct template_use **uses)
{
    *uses = (const struct template_use *)(const void *)template->uses.data;
    return template->uses.length / sizeof **uses;
}

bool template_render(const struct template *template, const struct json *values,
                     enum template_escape escape, struct buffer *out, struct error *err)
{
    return render_template(template, values, escape, out, err);
}
