/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template and its partials, read one after the other and never within each other, so that two
 * that use each other cannot send the reader round in circles; and the names that they use. */
#include "muster/message/template.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"

#include "code.h"
#include "reader.h"
#include "render.h"

/* A source is open when an open one calls it outside of its sections; source 0 is. */
static void open_sources(const struct template *template)
{
    bool changed = true;
    while (changed) {
        changed = false;
        bool open = false;
        size_t next = 0;
        for (size_t i = 0; i < code_count(template); i++) {
            if (next < code_source_count(template) && code_source_at(template, next)->start == i) {
                open = code_source_at(template, next++)->open;
            }
            const struct code *code = code_at(template, i);
            const bool is_call = code->kind == CODE_CALL || code->kind == CODE_PARENT;
            if (is_call && open && !code->inside) {
                struct code_source *called = code_source_at(template, code->target);
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
        const struct code_source *source = code_source_at(template, noted[i].source);
        const struct template_use use = {
            .name = code_text(template, noted[i].name),
            .partial = noted[i].source == 0 ? NULL : code_text(template, source->name),
            .line = noted[i].line,
            .column = noted[i].column,
            .section = noted[i].section,
            .within = noted[i].within == 0 ? NULL : code_text(template, noted[i].within),
            .handed = noted[i].handed,
            .joined = noted[i].joined,
        };
        const struct template_use *uses = NULL;
        const size_t known = template_uses(template, &uses);
        bool again = !source->open;
        for (size_t k = 0; k < known && !again; k++) {
            again = uses[k].section == use.section && strcmp(uses[k].name, use.name) == 0 &&
                    text_equal(uses[k].within, use.within) && uses[k].handed == use.handed &&
                    uses[k].joined == use.joined;
        }
        if (!again) {
            (void)buffer_add(&template->uses, &use, sizeof use);
        }
    }
}

static bool read_all(struct reader *reader, const struct template_source *source, struct error *err)
{
    struct template *template = reader->template;
    (void)buffer_putc(&template->text, '\0');
    const struct code_source main = {
        .name = reader_keep(template, source->name, strlen(source->name)),
        .open = true,
    };
    (void)buffer_add(&template->sources, &main, sizeof main);
    if (!reader_read(reader, 0, source->text, err)) {
        return false;
    }
    for (uint32_t i = 1; i < code_source_count(template); i++) {
        const char *partial = code_text(template, code_source_at(template, i)->name);
        const char *text = source->partial == NULL
                               ? NULL
                               : source->partial(partial, source->context, reader->arena);
        if (!reader_read(reader, i, text, err)) {
            return false;
        }
    }
    open_sources(template);
    keep_uses(reader);
    return true;
}

static struct template *template_create(void)
{
    struct template *template = calloc(1, sizeof *template);
    if (template == NULL) {
        abort();
    }
    buffer_init(&template->text, CODE_TEXT_MOST);
    buffer_init(&template->code, CODE_MOST * sizeof(struct code));
    buffer_init(&template->pipes, CODE_MOST * sizeof(struct code_pipe));
    buffer_init(&template->sources, CODE_SOURCES_MOST * sizeof(struct code_source));
    buffer_init(&template->uses, CODE_MOST * sizeof(struct template_use));
    return template;
}

bool template_parse(const struct template_source *source, struct template **template,
                    struct error *err)
{
    CLEANUP(template_free) struct template *made = template_create();
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct reader reader = {.template = made, .arena = arena};
    made->tongue = tongue_of(source->language);
    buffer_init(&reader.noted, CODE_MOST * sizeof(struct noted_use));
    const bool ok = read_all(&reader, source, err);
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
    buffer_free(&(*template)->sources);
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
    return render_template(template, values, escape, out, NULL, err);
}

bool template_render_spans(const struct template *template, const struct json *values,
                           enum template_escape escape, struct buffer *out, struct buffer *spans,
                           struct error *err)
{
    return render_template(template, values, escape, out, spans, err);
}

/* Whether a source has a place that a block of this name fills. */
static bool has_place(const struct template *template, const char *name)
{
    for (size_t i = 0; i < code_count(template); i++) {
        const struct code *code = code_at(template, i);
        if (code->kind == CODE_BLOCK && !code->handed &&
            strcmp(code_text(template, code->name), name) == 0) {
            return true;
        }
    }
    return false;
}

const char *template_stray(const struct template *template, size_t *index, const char **parent,
                           unsigned *line, unsigned *column)
{
    for (size_t i = *index; i < code_count(template); i++) {
        const struct code *block = code_at(template, i);
        const char *name = code_text(template, block->name);
        if (block->kind == CODE_BLOCK && block->handed && !has_place(template, name)) {
            *index = i + 1;
            *parent = code_text(template, code_source_at(template, block->rest)->name);
            *line = block->line;
            *column = block->column;
            return name;
        }
    }
    *index = code_count(template);
    return NULL;
}
