/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frozen templates: the same words are kept once. */
#include "muster/store/templates.h"

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "query.h"

enum { TEMPLATE_CEILING = 1024 * 1024 };

static const char NONE[] = "{}";

static const char *partials_of(const struct frozen_template *template)
{
    return template->partials == NULL ? NONE : template->partials;
}

static bool digest_of(const struct frozen_template *template,
                      unsigned char digest[TOKEN_DIGEST_SIZE])
{
    CLEANUP(buffer_free) struct buffer all;
    buffer_init(&all, TEMPLATE_CEILING);
    const char *pieces[] = {template->subject, template->text, template->html};
    for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
        (void)buffer_puts(&all, pieces[i] == NULL ? "" : pieces[i]);
        (void)buffer_putc(&all, '\0');
    }
    /* Last, and only when there are any: a template of an older store keeps its digest. */
    if (!text_equal(partials_of(template), NONE)) {
        (void)buffer_puts(&all, partials_of(template));
    }
    token_digest(buffer_text(&all), all.length, digest);
    return !all.full;
}

bool templates_put(struct db *db, struct frozen_template *template, struct error *err)
{
    /* The update changes nothing: it makes the row that is there already come back. */
    static const char PUT[] =
        "INSERT INTO template (name, channel, language, digest, subject, text, html,"
        " partials)"
        " VALUES (:name, :channel, :language, :digest, :subject, :text, :html, :partials)"
        " ON CONFLICT (name, channel, language, digest) DO UPDATE SET name = excluded.name"
        " RETURNING id";
    unsigned char digest[TOKEN_DIGEST_SIZE];
    if (!digest_of(template, digest)) {
        return error_set(err, ERROR_DATA, "template '%s' is too long", template->name);
    }
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_text(query, ":name", template->name);
    query_text(query, ":channel", channel_name(template->channel));
    query_text(query, ":language", template->language);
    query_blob(query, ":digest", digest, sizeof digest);
    query_text(query, ":subject", template->subject);
    query_text(query, ":text", template->text);
    query_text(query, ":html", template->html);
    query_text(query, ":partials", partials_of(template));
    if (query_step(query)) {
        template->id = query_column(query, 0);
    }
    return query_run(query, err);
}

bool templates_get(struct db *db, int64_t id, struct arena *arena, struct frozen_template *template,
                   struct error *err)
{
    static const char GET[] =
        "SELECT name, channel, language, subject, text, html, partials,"
        " (SELECT COUNT(*) FROM template e WHERE e.name = t.name AND e.channel = t.channel"
        "     AND e.language = t.language AND e.id <= t.id)"
        " FROM template t WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    if (!query_step(query)) {
        return query_ok(query, err) &&
               error_set(err, ERROR_INTERNAL, "the store has no template %lld", (long long)id);
    }
    template->id = id;
    template->name = query_column_text(query, 0, arena);
    (void)!channel_parse(query_column_text(query, 1, arena), &template->channel);
    template->language = query_column_text(query, 2, arena);
    template->subject = query_column_text(query, 3, arena);
    template->text = query_column_text(query, 4, arena);
    template->html = query_column_text(query, 5, arena);
    template->partials = query_column_text(query, 6, arena);
    template->version = query_column(query, 7);
    return true;
}
