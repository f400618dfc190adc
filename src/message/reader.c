/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each tag means: Mustache's core specification, its inheritance module, and the pipes.
 *
 * A tag that has its line to itself takes the line with it; a parent does so as a whole, from its
 * opening to its closing tag. Blanks before a partial, a parent or a block indent every line of
 * what comes in its place; the indentation of a block that is handed over is taken off its lines
 * here. */
#include "reader.h"

#include <string.h>

#include "muster/base/text.h"

uint32_t reader_keep(struct template *template, const char *bytes, size_t length)
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
           template->sources.full || reader->noted.full;
}

/* How many of the blanks at the start of a line are taken off. */
static size_t taken_off(const struct reader *reader, size_t from, size_t to)
{
    size_t taken = 0;
    while (taken < reader->dedent.length && from + taken < to &&
           reader->scanner.source[from + taken] == reader->dedent.text[taken]) {
        taken++;
    }
    return taken;
}

/* The blanks source[from, to) at the start of a line, without what is taken off. */
static struct blanks rest_of(const struct reader *reader, size_t from, size_t to)
{
    const size_t taken = taken_off(reader, from, to);
    return (struct blanks){reader->scanner.source + from + taken, to - from - taken};
}

static bool begins_line(const struct reader *reader, size_t at)
{
    return at == 0 || reader->scanner.source[at - 1] == '\n';
}

/* Keep source[from, to) without what is taken off its lines; gives its offset and length. */
static uint32_t keep_lines(struct reader *reader, size_t from, size_t to, uint32_t *length)
{
    struct template *template = reader->template;
    const char *source = reader->scanner.source;
    const uint32_t offset = (uint32_t) template->text.length;
    while (from < to) {
        from += begins_line(reader, from) ? taken_off(reader, from, to) : 0;
        const char *newline = memchr(source + from, '\n', to - from);
        const size_t next = newline == NULL ? to : (size_t)(newline - source) + 1;
        (void)buffer_add(&template->text, source + from, next - from);
        from = next;
    }
    *length = (uint32_t)(template->text.length - offset);
    (void)buffer_putc(&template->text, '\0');
    return offset;
}

static void emit_text(struct reader *reader, size_t from, size_t to)
{
    if (from >= to) {
        return;
    }
    struct code code = {.kind = CODE_TEXT, .line_start = begins_line(reader, from)};
    code.text = keep_lines(reader, from, to, &code.length);
    if (code.length > 0) {
        (void)emit(reader, &code);
    }
}

/* Read the name at the start of source[from, to); gives its length, 0 when there is none. */
static size_t name_length(const struct reader *reader, size_t from, size_t to)
{
    const char *source = reader->scanner.source;
    size_t at = from;
    while (at < to && !scanner_is_space(source[at]) && strchr("|\"", source[at]) == NULL) {
        at++;
    }
    return at - from;
}

static bool check_name(struct reader *reader, size_t from, size_t length)
{
    const char *name = reader->scanner.source + from;
    if (length == 0) {
        return scanner_fail(&reader->scanner, from, "a name is missing here");
    }
    if (strchr("$<*#^/!=>&{", name[0]) != NULL) {
        return scanner_fail(&reader->scanner, from, "a name cannot begin with \"%c\"", name[0]);
    }
    if (length > CODE_NAME_MOST) {
        return scanner_fail(&reader->scanner, from, "this name is longer than %d bytes",
                            CODE_NAME_MOST);
    }
    if (length == 1 && name[0] == '.') {
        return true;
    }
    for (size_t i = 0; i < length; i++) {
        if (name[i] == '.' && (i == 0 || i + 1 == length || name[i + 1] == '.')) {
            return scanner_fail(&reader->scanner, from, "the name \"%.*s\" has an empty part",
                                (int)length, name);
        }
    }
    return true;
}

static void put_place(struct reader *reader, size_t offset, struct code *code)
{
    const struct place place = scanner_place(&reader->scanner, offset);
    code->line = place.line;
    code->column = place.column;
}

/* The name of the innermost section that is open; 0 when none is. */
static uint32_t section_name(const struct reader *reader)
{
    for (size_t i = reader->depth; i > 0; i--) {
        if (reader->elements[i - 1].kind == CODE_SECTION) {
            return reader->elements[i - 1].name;
        }
    }
    return 0;
}

/* Note the name, and put it into the code, its first part by itself. */
static void take_name(struct reader *reader, size_t from, size_t length, struct code *code)
{
    const char *name = reader->scanner.source + from;
    put_place(reader, from, code);
    code->name = reader_keep(reader->template, name, length);
    code->text = code->name;
    const char *dot = length > 1 ? memchr(name, '.', length) : NULL;
    if (dot != NULL) {
        code->text = reader_keep(reader->template, name, (size_t)(dot - name));
        code->rest = code->name + (uint32_t)(dot - name) + 1;
    }
    const struct noted_use use = {
        .name = code->name,
        .source = reader->source,
        .line = code->line,
        .column = code->column,
        .section = code->kind != CODE_VALUE,
        .within = section_name(reader),
        .handed = reader->arguments > 0,
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
    return tag->from + length == tag->to ||
           scanner_fail(&reader->scanner, tag->from + length, "only a name may stand in this tag");
}

/* Read the pipe whose word begins at *at. */
static bool read_pipe(struct reader *reader, size_t *at, size_t to)
{
    struct pipe pipe = {0};
    size_t taken = 0;
    const char *fault = NULL;
    if (!pipe_read(reader->scanner.source + *at, to - *at, &pipe, &taken, &fault, reader->arena)) {
        return scanner_fail(&reader->scanner, *at + taken, "%s", fault);
    }
    struct template *template = reader->template;
    struct code_pipe code = {.kind = pipe.kind};
    for (size_t i = 0; i < PIPE_ARGUMENTS && pipe.arguments[i] != NULL; i++) {
        code.arguments[i] = reader_keep(template, pipe.arguments[i], strlen(pipe.arguments[i]));
    }
    (void)buffer_add(&template->pipes, &code, sizeof code);
    *at += taken;
    return true;
}

/* The name just noted goes through the pipe just read. */
static void note_pipe(struct reader *reader)
{
    struct noted_use *uses = (struct noted_use *)(void *)reader->noted.data;
    const size_t noted = reader->noted.length / sizeof *uses;
    const size_t pipes = reader->template->pipes.length / sizeof(struct code_pipe);
    if (noted > 0 && pipes > 0 && code_pipe_at(reader->template, pipes - 1)->kind == PIPE_JOIN) {
        uses[noted - 1].joined = true;
    }
}

static bool read_value(struct reader *reader, const struct tag *tag)
{
    const char *source = reader->scanner.source;
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
        if (scanner_is_space(source[at])) {
            at++;
            continue;
        }
        if (source[at] != '|') {
            return scanner_fail(&reader->scanner, at,
                                "only a pipe may follow here, as in {{name | upper}}");
        }
        if (code.length == CODE_PIPES_MOST) {
            return scanner_fail(&reader->scanner, at, "more than %d pipes follow the name here",
                                CODE_PIPES_MOST);
        }
        at++;
        while (at < tag->to && scanner_is_space(source[at])) {
            at++;
        }
        if (!read_pipe(reader, &at, tag->to)) {
            return false;
        }
        note_pipe(reader);
        code.length++;
    }
    (void)emit(reader, &code);
    return true;
}

/* The source of a partial, a new one if need be. */
static uint32_t source_of(struct template *template, const char *name, size_t length)
{
    const size_t count = code_source_count(template);
    for (uint32_t i = 1; i < count; i++) {
        const char *known = code_text(template, code_source_at(template, i)->name);
        if (strlen(known) == length && memcmp(known, name, length) == 0) {
            return i;
        }
    }
    const struct code_source source = {.name = reader_keep(template, name, length)};
    (void)buffer_add(&template->sources, &source, sizeof source);
    return (uint32_t)count;
}

/* What a partial's tag and a parent's have in common. */
static struct code make_call(struct reader *reader, const struct tag *tag, enum code_kind kind)
{
    struct code code = {
        .kind = kind,
        .line_start = tag->starts,
        .inside = reader->inside > 0,
        .target =
            source_of(reader->template, reader->scanner.source + tag->from, tag->to - tag->from),
    };
    put_place(reader, tag->from, &code);
    if (tag->starts) {
        const struct blanks blanks = rest_of(reader, tag->line, tag->start);
        code.length = (uint32_t)blanks.length;
        code.text = reader_keep(reader->template, blanks.text, blanks.length);
    }
    return code;
}

static bool call_partial(struct reader *reader, const struct tag *tag)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    struct code code = make_call(reader, tag, CODE_CALL);
    if (!tag->ends) {
        code.line_start = false;
        code.length = 0;
    }
    (void)emit(reader, &code);
    return true;
}

static struct element *open_element(struct reader *reader, const struct tag *tag,
                                    enum code_kind kind)
{
    if (reader->depth == CODE_DEPTH) {
        (void)scanner_fail(&reader->scanner, tag->start, "sections are more than %d deep here",
                           CODE_DEPTH);
        return NULL;
    }
    struct element *element = &reader->elements[reader->depth++];
    *element = (struct element){
        .kind = kind,
        .name =
            reader_keep(reader->template, reader->scanner.source + tag->from, tag->to - tag->from),
        .place = scanner_place(&reader->scanner, tag->from),
        .starts = tag->starts,
        .dedent = reader->dedent,
    };
    return element;
}

static bool open_section(struct reader *reader, const struct tag *tag)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    struct code code = {.kind = tag->sigil == '^' ? CODE_INVERTED : CODE_SECTION};
    take_name(reader, tag->from, tag->to - tag->from, &code);
    struct element *element = open_element(reader, tag, code.kind);
    if (element == NULL) {
        return false;
    }
    element->code = emit(reader, &code);
    reader->inside += code.kind == CODE_SECTION ? 1 : 0;
    return true;
}

static bool open_parent(struct reader *reader, const struct tag *tag, size_t lead)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    struct element *element = open_element(reader, tag, CODE_PARENT);
    if (element == NULL) {
        return false;
    }
    const struct code code = make_call(reader, tag, CODE_PARENT);
    element->code = emit(reader, &code);
    element->lead = lead;
    return true;
}

/* Whether the innermost element is a parent: what is directly in it is for its blocks only. */
static bool is_in_parent(const struct reader *reader)
{
    return reader->depth > 0 && reader->elements[reader->depth - 1].kind == CODE_PARENT;
}

/* The blanks at the start of the line behind the tag's. */
static struct blanks next_line(const struct reader *reader, const struct tag *tag)
{
    const char *start = reader->scanner.source + tag->after;
    return (struct blanks){start, strspn(start, " \t")};
}

/* Put the block at the end of its parent's chain. */
static bool hand_over(struct reader *reader, struct element *parent, size_t block,
                      const struct tag *tag)
{
    struct template *template = reader->template;
    if (is_full(reader)) {
        return true; /* told at the end of the tag */
    }
    const char *name = code_text(template, code_at(template, block)->name);
    for (uint32_t at = code_at(template, parent->code)->chain; at != 0;
         at = code_at(template, at)->chain) {
        if (strcmp(code_text(template, code_at(template, at)->name), name) == 0) {
            return scanner_fail(&reader->scanner, tag->start,
                                "the block \"%s\" is given a second time here", name);
        }
    }
    code_at(template, parent->last == 0 ? parent->code : parent->last)->chain = (uint32_t)block;
    code_at(template, block)->rest = code_at(template, parent->code)->target;
    parent->last = block;
    return true;
}

static bool open_block(struct reader *reader, const struct tag *tag)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    const bool argument = is_in_parent(reader);
    struct element *element = open_element(reader, tag, CODE_BLOCK);
    if (element == NULL) {
        return false;
    }
    element->argument = argument;
    struct code code = {.kind = CODE_BLOCK, .name = element->name};
    put_place(reader, tag->from, &code);
    if (argument) {
        code.handed = true;
        element->code = emit(reader, &code);
        reader->dedent = tag->ends ? next_line(reader, tag) : reader->dedent;
        reader->arguments++;
        return hand_over(reader, element - 1, element->code, tag);
    }
    struct blanks indent = {"", 0};
    code.inner = !tag->starts || !tag->ends;
    if (!code.inner) {
        const size_t length = next_line(reader, tag).length;
        indent = rest_of(reader, tag->after, tag->after + length);
    } else if (tag->starts) {
        indent = rest_of(reader, tag->line, tag->start);
    }
    code.text = reader_keep(reader->template, indent.text, indent.length);
    code.length = (uint32_t)indent.length;
    element->code = emit(reader, &code);
    return true;
}

/* A parent is alone when its first line begins with it and its last one ends with it; then the
 * blanks before it indent what it calls, and were not meant to be written. */
static void end_parent(struct reader *reader, const struct element *parent, const struct tag *tag)
{
    struct template *template = reader->template;
    const struct code end = {.kind = CODE_PARENT_END};
    const size_t index = emit(reader, &end);
    struct code *code = code_at(template, parent->code);
    code->end = (uint32_t)index;
    code->line_start = parent->starts && tag->ends;
    if (!code->line_start) {
        code->length = 0;
    } else if (parent->lead != 0) {
        struct code *lead = code_at(template, parent->lead - 1);
        lead->kind = CODE_TEXT;
        lead->line_start = false;
        lead->length = 0;
    }
}

static void end_element(struct reader *reader, const struct element *element, const struct tag *tag)
{
    struct template *template = reader->template;
    if (element->kind == CODE_PARENT) {
        end_parent(reader, element, tag);
    } else if (element->kind == CODE_BLOCK) {
        const struct code end = {.kind = CODE_BLOCK_END};
        const size_t index = emit(reader, &end);
        code_at(template, element->code)->target = (uint32_t)index;
        reader->arguments -= element->argument ? 1 : 0;
    } else if (element->kind == CODE_SECTION) {
        const struct code end = {.kind = CODE_END, .target = (uint32_t)element->code};
        const size_t index = emit(reader, &end);
        code_at(template, element->code)->target = (uint32_t)index;
        reader->inside--;
    } else {
        code_at(template, element->code)->target = (uint32_t)(code_count(template) - 1);
    }
}

static const char *kind_word(enum code_kind kind)
{
    return kind == CODE_PARENT ? "parent" : kind == CODE_BLOCK ? "block" : "section";
}

static bool close_element(struct reader *reader, const struct tag *tag)
{
    if (!read_only_name(reader, tag)) {
        return false;
    }
    const int length = (int)(tag->to - tag->from);
    const char *name = reader->scanner.source + tag->from;
    if (reader->depth == 0) {
        return scanner_fail(&reader->scanner, tag->start,
                            "the section \"%.*s\" is closed but was not opened", length, name);
    }
    if (is_full(reader)) {
        return true;
    }
    const struct element *element = &reader->elements[reader->depth - 1];
    const char *opened = code_text(reader->template, element->name);
    if (strlen(opened) != (size_t)length || memcmp(opened, name, (size_t)length) != 0) {
        return scanner_fail(&reader->scanner, tag->start,
                            "the %s \"%s\" of line %u must be closed before \"%.*s\"",
                            kind_word(element->kind), opened, element->place.line, length, name);
    }
    end_element(reader, element, tag);
    reader->dedent = element->dedent;
    reader->depth--;
    return true;
}

/* Whether the tag takes its line with it. */
static bool is_alone(const struct tag *tag)
{
    return tag->starts && tag->ends && tag->sigil != '\0' && strchr("#^/!=><$", tag->sigil) != NULL;
}

/* Whether the tag ends a block that is handed over: the blanks before it are not a part of it. */
static bool ends_argument(const struct reader *reader, const struct tag *tag)
{
    return tag->sigil == '/' && reader->depth > 0 && reader->elements[reader->depth - 1].argument;
}

/* Emit what stands before the tag; gives the instruction behind the one that writes the blanks in
 * front of a parent, 0 when there is none. */
static size_t emit_before(struct reader *reader, const struct tag *tag)
{
    const size_t at = reader->scanner.at;
    if (is_alone(tag) || (tag->starts && ends_argument(reader, tag))) {
        emit_text(reader, at, tag->line);
        return 0;
    }
    const bool apart = tag->starts && tag->sigil == '<';
    if (apart) {
        emit_text(reader, at, tag->line);
    }
    const size_t before = code_count(reader->template);
    emit_text(reader, apart ? tag->line : at, tag->start);
    if (tag->starts && rest_of(reader, tag->line, tag->start).length == 0 &&
        (reader->source > 0 || reader->arguments > 0)) {
        const struct code indent = {.kind = CODE_INDENT};
        (void)emit(reader, &indent);
    }
    return apart && code_count(reader->template) > before ? before + 1 : 0;
}

/* Where reading goes on. */
static size_t behind(const struct reader *reader, const struct tag *tag)
{
    bool takes_end = is_alone(tag);
    if (tag->sigil == '$' && is_in_parent(reader)) {
        takes_end = tag->ends;
    }
    if (tag->sigil == '/' && reader->depth > 0) {
        const struct element *element = &reader->elements[reader->depth - 1];
        takes_end = takes_end || (element->kind == CODE_PARENT && element->starts && tag->ends);
    }
    return takes_end ? tag->after : tag->end;
}

static bool read_inside(struct reader *reader, const struct tag *tag, size_t lead)
{
    switch (tag->sigil) {
    case '!': return true;
    case '=': return scanner_set_delimiters(&reader->scanner, tag);
    case '>': return call_partial(reader, tag);
    case '<': return open_parent(reader, tag, lead);
    case '$': return open_block(reader, tag);
    case '#':
    case '^': return open_section(reader, tag);
    case '/': return close_element(reader, tag);
    default: return read_value(reader, tag);
    }
}

static bool too_large(struct reader *reader, size_t offset)
{
    return scanner_fail(&reader->scanner, offset, "the template and its partials are too large");
}

static bool read_tags(struct reader *reader)
{
    struct scanner *scanner = &reader->scanner;
    struct tag tag;
    for (bool found = true; found;) {
        if (!scanner_next(scanner, &tag, &found)) {
            return false;
        }
        if (!found) {
            break;
        }
        const size_t lead = emit_before(reader, &tag);
        const size_t next = behind(reader, &tag);
        if (!read_inside(reader, &tag, lead)) {
            return false;
        }
        if (is_full(reader)) {
            return too_large(reader, tag.start);
        }
        scanner->at = next;
    }
    emit_text(reader, scanner->at, scanner->length);
    return true;
}

bool reader_read(struct reader *reader, uint32_t index, const char *source, struct error *err)
{
    struct template *template = reader->template;
    struct scanner *scanner = &reader->scanner;
    code_source_at(template, index)->start = (uint32_t)code_count(template);
    reader->source = index;
    reader->depth = 0;
    reader->inside = 0;
    reader->arguments = 0;
    reader->dedent = (struct blanks){"", 0};
    const char *name =
        arena_text(reader->arena, code_text(template, code_source_at(template, index)->name));
    if (!scanner_begin(scanner, name, source, err) || !read_tags(reader)) {
        return false;
    }
    if (reader->depth > 0) {
        const struct element *element = &reader->elements[reader->depth - 1];
        return scanner_fail(scanner, element->place.offset, "the %s \"%s\" is never closed",
                            kind_word(element->kind), code_text(template, element->name));
    }
    const struct code end = {.kind = CODE_RETURN};
    (void)emit(reader, &end);
    return !is_full(reader) || too_large(reader, scanner->length);
}
