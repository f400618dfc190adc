/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows as JSON, column by column. */
#include "muster/store/manifests.h"

#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/store/segments.h"
#include "query.h"

/* How far it is, what it has cost, and who has to do with it: none of this decides what is sent.
 * Nor does the currency, noted with the first text that costs something; a budget's does. */
static const char *const campaign_others[] = {
    "id",      "state",     "paused_why", "watched_from", "at",       "spent",
    "made_by", "ballot_id", "action_id",  "replies_to",   "currency",
};
static const char *const step_others[] = {
    "id",           "campaign_id", "position", "expanded_to", "expanded",
    "mailed_after", "who",         "spent",    "overspent",
};
static const char *const template_others[] = {"step_id", "template_id", "name", "digest"};

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* The columns of the current row that are not among these. */
static struct json *row(struct query *query, const char *const *others, size_t count)
{
    struct json *object = json_make_object();
    for (int i = 0; i < query_column_count(query); i++) {
        const char *name = query_column_name(query, i);
        const char *value = query_column_view(query, i);
        if (value != NULL && !is_among(name, others, count)) {
            json_put_text(object, name, value);
        }
    }
    return object;
}

/* The one row of a statement about the campaign, under a name; nothing when there is none. */
static bool put_row(struct db *db, const char *sql, int64_t campaign_id, const char *name,
                    const char *const *others, size_t count, struct json *manifest,
                    struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(db, sql);
    query_number(query, ":campaign", campaign_id);
    if (query_step(query)) {
        json_put(manifest, name, row(query, others, count));
    }
    return query_ok(query, err);
}

/* "sms.en" and what the template is; with more columns in front of it the more that tell it
 * apart. */
static bool put_templates(struct db *db, int64_t step_id, struct arena *arena, struct json *step,
                          struct error *err)
{
    static const char TEMPLATES[] =
        "SELECT t.name, t.digest, p.* FROM step_template p JOIN template t ON t.id = p.template_id"
        " WHERE p.step_id = :step ORDER BY p.channel, p.language, p.template_id";
    enum { NAME, DIGEST, OTHERS };
    CLEANUP(query_end) struct query *query = query_begin(db, TEMPLATES);
    query_number(query, ":step", step_id);
    struct json *templates = json_make_object();
    while (query_step(query)) {
        unsigned char digest[TOKEN_DIGEST_SIZE];
        char hex[TOKEN_HEX_SIZE];
        const char *key = "";
        for (int i = OTHERS; i < query_column_count(query); i++) {
            const char *value = query_column_view(query, i);
            if (!text_empty(value) && !is_among(query_column_name(query, i), template_others,
                                                ARRAY_LENGTH(template_others))) {
                key = arena_printf(arena, "%s%s%s", key, key[0] == '\0' ? "" : ".", value);
            }
        }
        query_column_blob(query, DIGEST, digest, sizeof digest);
        token_hex(digest, sizeof digest, hex);
        json_put_text(templates, key,
                      arena_printf(arena, "%s %s", query_column_view(query, NAME), hex));
    }
    json_put(step, "templates", templates);
    return query_ok(query, err);
}

/* The wordings that are tried, and how they are shared out; nothing where there is one. */
static bool put_variants(struct db *db, int64_t step_id, struct json *step, struct error *err)
{
    static const char VARIANTS[] =
        "SELECT name, weight FROM step_variant WHERE step_id = :step ORDER BY position";
    CLEANUP(query_end) struct query *query = query_begin(db, VARIANTS);
    query_number(query, ":step", step_id);
    struct json *variants = NULL;
    while (query_step(query)) {
        if (variants == NULL) {
            variants = json_make_object();
            json_put(step, "variants", variants);
        }
        json_put_text(variants, query_column_view(query, 0), query_column_view(query, 1));
    }
    return query_ok(query, err);
}

/* Whom it means: its words, and what the names of segments in them stand for. */
static bool put_who(struct db *db, const char *who, struct arena *arena, struct json *step,
                    struct error *err)
{
    struct segment *list = NULL;
    size_t count = 0;
    json_put_text(step, "who", who);
    if (!segments_within(db, who, arena, &list, &count, err)) {
        return false;
    }
    struct json *segments = json_make_object();
    for (size_t i = 0; i < count; i++) {
        json_put_text(segments, text_fold(list[i].name, arena), list[i].who);
    }
    json_put(step, "segments", segments);
    return true;
}

static bool put_steps(struct db *db, int64_t campaign_id, struct json *manifest, struct error *err)
{
    static const char STEPS[] =
        "SELECT id, position, who, s.* FROM step s WHERE campaign_id = :campaign ORDER BY position";
    enum { ID, POSITION, WHO };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, STEPS);
    query_number(query, ":campaign", campaign_id);
    struct json *steps = json_make_object();
    json_put(manifest, "steps", steps);
    while (query_step(query)) {
        struct json *step = row(query, step_others, ARRAY_LENGTH(step_others));
        json_put(steps, query_column_view(query, POSITION), step);
        if (!put_who(db, query_column_text(query, WHO, arena), arena, step, err) ||
            !put_templates(db, query_column(query, ID), arena, step, err) ||
            !put_variants(db, query_column(query, ID), step, err)) {
            return false;
        }
    }
    return query_ok(query, err);
}

bool manifests_read(struct db *db, int64_t campaign_id, struct json **manifest, struct error *err)
{
    static const char CAMPAIGN[] =
        "SELECT *, CASE WHEN budget IS NOT NULL THEN currency END AS budget_currency"
        " FROM campaign WHERE id = :campaign";
    static const char BALLOT[] =
        "SELECT name, title, opens, closes, who, method, replacements_from, replacements_until,"
        " last_post FROM ballot WHERE id = (SELECT ballot_id FROM campaign WHERE id = :campaign)";
    static const char ACTION[] =
        "SELECT name, title, place, starts, ends, who, contact, why FROM action"
        " WHERE id = (SELECT action_id FROM campaign WHERE id = :campaign)";
    CLEANUP(json_free) struct json *made = json_make_object();
    if (!put_row(db, CAMPAIGN, campaign_id, "campaign", campaign_others,
                 ARRAY_LENGTH(campaign_others), made, err) ||
        !put_row(db, BALLOT, campaign_id, "ballot", NULL, 0, made, err) ||
        !put_row(db, ACTION, campaign_id, "action", NULL, 0, made, err) ||
        !put_steps(db, campaign_id, made, err)) {
        return false;
    }
    *manifest = STEAL(made);
    return true;
}
