/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials of steps, and the households that draw in them. */
#include "muster/store/trials.h"

#include <string.h>

#include "db_private.h"
#include "muster/base/text.h"
#include "query.h"
#include "vector.h"

static bool put_variant(struct db *db, int64_t step_id, const struct trial_variant *variant,
                        size_t position, struct error *err)
{
    static const char PUT[] = "INSERT INTO step_variant (step_id, position, name, weight)"
                              " VALUES (:step, :position, :name, :weight)";
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":step", step_id);
    query_number(query, ":position", (int64_t)position);
    query_text(query, ":name", variant->name);
    query_number(query, ":weight", variant->weight);
    return query_run(query, err);
}

bool trials_put(struct db *db, int64_t step_id, const struct trial *trial, struct error *err)
{
    static const char SET[] = "UPDATE step SET held_out = :held_out, trial = :trial WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_number(query, ":held_out", trial->held_out);
    query_text(query, ":trial", text_given(trial->name));
    query_number(query, ":id", step_id);
    if (!query_run(query, err)) {
        return false;
    }
    for (size_t i = 0; i < trial->variant_count; i++) {
        if (!put_variant(db, step_id, &trial->variants[i], i + 1, err)) {
            return false;
        }
    }
    return true;
}

bool trials_add_template(struct db *db, int64_t step_id, const char *variant,
                         const struct frozen_template *template, struct error *err)
{
    static const char INSERT[] =
        "INSERT INTO step_template (step_id, channel, language, template_id, variant)"
        " VALUES (:step, :channel, :language, :template, :variant)";
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    query_number(query, ":step", step_id);
    query_text(query, ":channel", channel_name(template->channel));
    query_text(query, ":language", template->language);
    query_number(query, ":template", template->id);
    query_text(query, ":variant", variant);
    return query_run(query, err);
}

bool trials_templates(struct db *db, int64_t step_id, struct arena *arena, struct trials_own **own,
                      size_t *count, struct error *err)
{
    static const char OWN[] = "SELECT p.variant, p.template_id FROM step_template p"
                              " JOIN step_variant v ON v.step_id = p.step_id AND v.name = p.variant"
                              " WHERE p.step_id = :step"
                              " ORDER BY v.position, p.channel, p.language";
    CLEANUP(query_end) struct query *query = query_begin(db, OWN);
    struct vector list = {0};
    query_number(query, ":step", step_id);
    while (query_step(query)) {
        struct trials_own *row = vector_push(&list, arena, sizeof *row);
        row->variant = query_column_text(query, 0, arena);
        row->template_id = query_column(query, 1);
    }
    *own = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool trials_of_step(struct db *db, int64_t step_id, struct arena *arena, struct trial *trial,
                    struct error *err)
{
    static const char GET[] = "SELECT COALESCE(s.trial, k.name), s.held_out FROM step s"
                              " JOIN campaign k ON k.id = s.campaign_id WHERE s.id = :step";
    static const char VARIANTS[] =
        "SELECT name, weight FROM step_variant WHERE step_id = :step ORDER BY position";
    struct trial read = {.name = ""};
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":step", step_id);
    if (query_step(query)) {
        read.name = query_column_text(query, 0, arena);
        read.held_out = query_column(query, 1);
    }
    CLEANUP(query_end) struct query *variants = query_begin(db, VARIANTS);
    query_number(variants, ":step", step_id);
    while (query_step(variants) && read.variant_count < TRIAL_VARIANTS_MOST) {
        read.variants[read.variant_count++] = (struct trial_variant){
            .name = query_column_text(variants, 0, arena), .weight = query_column(variants, 1)};
    }
    if (!query_ok(query, err) || !query_ok(variants, err)) {
        return false;
    }
    *trial = read;
    return true;
}

bool trials_tries(const struct trial *trial)
{
    return trial->held_out > 0 || trial->variant_count > 0;
}

bool trials_template(struct db *db, const struct trials_wish *wish, int64_t *template_id,
                     struct error *err)
{
    static const char CHOOSE[] =
        "SELECT template_id FROM step_template WHERE step_id = :step AND variant = :variant"
        " AND channel = :channel ORDER BY CASE language WHEN :language THEN 0"
        " WHEN :fallback THEN 1 ELSE 2 END, language LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, CHOOSE);
    query_number(query, ":step", wish->step_id);
    query_text(query, ":variant", wish->variant);
    query_text(query, ":channel", channel_name(wish->channel));
    query_text(query, ":language", wish->language);
    query_text(query, ":fallback", wish->fallback);
    *template_id = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

/* The household as it was when the member was drawn first, else that of another who lives there,
 * else the least of their ids. */
static bool find_household(struct db *db, const struct trial *trial, int64_t member_id,
                           int64_t *household, struct error *err)
{
    static const char FIND[] =
        "WITH RECURSIVE house (member_id) AS (SELECT :member UNION"
        "  SELECT n.member_id FROM house h JOIN contact c ON c.member_id = h.member_id"
        "  JOIN contact n ON n.address_key = c.address_key"
        "  WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM contact x"
        "         WHERE x.address_key = c.address_key LIMIT :most + 1) y) <= :most)"
        " SELECT COALESCE((SELECT t.household FROM house h JOIN trial_member t"
        "  ON t.member_id = h.member_id AND t.trial = :trial"
        "  ORDER BY CASE t.member_id WHEN :member THEN 0 ELSE 1 END, t.step_id, t.member_id"
        "  LIMIT 1), (SELECT MIN(member_id) FROM house))";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_number(query, ":member", member_id);
    query_number(query, ":most", TRIALS_HOUSEHOLD_MOST);
    query_text(query, ":trial", trial->name);
    *household = query_step(query) ? query_column(query, 0) : member_id;
    return query_ok(query, err);
}

static void store_mac(const void *context, const char *text, unsigned char mac[TOKEN_DIGEST_SIZE])
{
    const struct db *db = context;
    token_mac(&db->key, text, strlen(text), mac);
}

bool trials_draw(struct db *db, const struct trial *trial, int64_t member_id,
                 struct trials_lot *lot, struct error *err)
{
    int64_t household = 0;
    if (!find_household(db, trial, member_id, &household, err)) {
        return false;
    }
    *lot = (struct trials_lot){.arm = trial_arm(trial, household, store_mac, db),
                               .household = household};
    return true;
}

bool trials_put_member(struct db *db, int64_t step_id, const struct trial *trial, int64_t member_id,
                       const struct trials_lot *lot, int64_t now, bool *fresh, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO trial_member (step_id, member_id, trial, household, arm, at)"
        " VALUES (:step, :member, :trial, :household, :arm, :now) ON CONFLICT DO NOTHING";
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":step", step_id);
    query_number(query, ":member", member_id);
    query_text(query, ":trial", trial->name);
    query_number(query, ":household", lot->household);
    query_text(query, ":arm", trial_arm_name(trial, lot->arm));
    query_number(query, ":now", now);
    if (!query_run(query, err)) {
        return false;
    }
    *fresh = query_changes(query) > 0;
    return true;
}

bool trials_arms(struct db *db, int64_t campaign_id, struct arena *arena, struct trials_arm **arms,
                 size_t *count, struct error *err)
{
    static const char ARMS[] =
        "SELECT CASE s.name WHEN '' THEN CAST(s.position AS TEXT) ELSE s.name END, t.arm, COUNT(*)"
        " FROM step s JOIN trial_member t ON t.step_id = s.id"
        " LEFT JOIN step_variant v ON v.step_id = s.id AND v.name = t.arm"
        " WHERE s.campaign_id = :campaign GROUP BY s.id, v.position, t.arm"
        " ORDER BY s.position, COALESCE(v.position, 0), t.arm";
    CLEANUP(query_end) struct query *query = query_begin(db, ARMS);
    query_number(query, ":campaign", campaign_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct trials_arm *arm = vector_push(&list, arena, sizeof *arm);
        arm->step = query_column_text(query, 0, arena);
        arm->arm = query_column_text(query, 1, arena);
        arm->members = query_column(query, 2);
    }
    *arms = list.items;
    *count = list.count;
    return query_ok(query, err);
}
