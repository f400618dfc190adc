/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns, their steps, and who is next. */
#include "muster/store/campaigns.h"

#include "audience.h"
#include "campaigns_row.h"
#include "muster/base/text.h"
#include "muster/store/outbox.h"
#include "muster/store/suppressions.h"
#include "vector.h"

/* Forget a campaign of this name that has queued nothing. */
static bool drop_draft(struct db *db, const char *name, struct error *err)
{
#define DRAFT                                                                                      \
    "(SELECT k.id FROM campaign k WHERE k.name = :name AND k.state IN ('draft', 'cancelled')"      \
    " AND NOT EXISTS (SELECT 1 FROM outbox o JOIN step t ON t.id = o.step_id"                      \
    "     WHERE t.campaign_id = k.id))"
    static const char *const DROP[] = {
        "DELETE FROM step_template WHERE step_id IN"
        " (SELECT s.id FROM step s WHERE s.campaign_id IN " DRAFT ")",
        "DELETE FROM step_variant WHERE step_id IN"
        " (SELECT s.id FROM step s WHERE s.campaign_id IN " DRAFT ")",
        "DELETE FROM trial_member WHERE step_id IN"
        " (SELECT s.id FROM step s WHERE s.campaign_id IN " DRAFT ")",
        "DELETE FROM step WHERE campaign_id IN " DRAFT,
        "DELETE FROM campaign WHERE id IN " DRAFT,
    };
#undef DRAFT
    for (size_t i = 0; i < ARRAY_LENGTH(DROP); i++) {
        CLEANUP(query_end) struct query *query = query_begin(db, DROP[i]);
        query_text(query, ":name", name);
        if (!query_run(query, err)) {
            return false;
        }
    }
    return true;
}

void campaigns_bind(struct query *query, const struct campaign *campaign)
{
    query_text(query, ":title", campaign->title);
    query_id(query, ":ballot", campaign->ballot_id);
    query_number(query, ":at", campaign->at);
    query_text(query, ":details", campaign->details == NULL ? "{}" : campaign->details);
    query_text(query, ":hours_sms", campaign->hours_sms);
    query_text(query, ":hours_email", campaign->hours_email);
    query_text(query, ":hours_why", campaign->hours_why);
    if (campaign->budgeted) {
        query_number(query, ":budget", campaign->budget);
    } else {
        query_text(query, ":budget", NULL);
    }
    query_text(query, ":currency", campaign->currency);
    query_text(query, ":purpose", campaign->promotional ? "promotional" : "service");
    query_id(query, ":action", campaign->action_id);
}

bool campaigns_create(struct db *db, struct campaign *campaign, struct error *err)
{
    static const char INSERT[] =
        "INSERT INTO campaign (name, title, ballot_id, at, details, hours_sms, hours_email,"
        " hours_why, budget, currency, purpose, made_by, action_id, urgent) VALUES (:name, :title,"
        " :ballot, :at, :details, :hours_sms, :hours_email, :hours_why, :budget, :currency,"
        " :purpose, :made_by, :action, :urgent)"
        " ON CONFLICT (name) DO NOTHING";
    if (!drop_draft(db, campaign->name, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    query_text(query, ":name", campaign->name);
    campaigns_bind(query, campaign);
    query_text(query, ":made_by", campaign->made_by);
    query_number(query, ":urgent", campaign->urgent);
    if (!query_run(query, err)) {
        return false;
    }
    if (query_changes(query) == 0) {
        return error_set(err, ERROR_DATA, "there is a campaign '%s' already", campaign->name);
    }
    campaign->id = query_inserted(query);
    campaign->state = "draft";
    return true;
}

bool campaigns_add_step(struct db *db, struct step *step, struct error *err)
{
    static const char INSERT[] =
        "INSERT INTO step (campaign_id, position, who, sms_first, uses_sms, uses_email, at,"
        " deadline, plain, asks, name, at_words, deadline_words, daily_until, hours_sms,"
        " hours_email, hours_why, mail_after, budget) VALUES (:campaign, :position, :who,"
        " :sms_first, :uses_sms, :uses_email, :at, :deadline, :plain, :asks, :name, :at_words,"
        " :deadline_words, :daily_until, :hours_sms, :hours_email, :hours_why, :mail_after,"
        " :budget)";
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    query_number(query, ":campaign", step->campaign_id);
    query_number(query, ":position", step->position);
    query_text(query, ":who", step->who);
    query_number(query, ":sms_first", step->sms_first);
    query_number(query, ":uses_sms", step->uses_sms);
    query_number(query, ":uses_email", step->uses_email);
    query_number(query, ":at", step->at);
    query_number(query, ":deadline", step->deadline);
    query_text(query, ":plain", step->plain == NULL ? "" : step->plain);
    query_text(query, ":asks", step->asks == NULL ? "" : step->asks);
    query_text(query, ":name", step->name == NULL ? "" : step->name);
    query_text(query, ":at_words", step->at_words);
    query_text(query, ":deadline_words", step->deadline_words);
    query_text(query, ":daily_until", step->daily_until);
    query_text(query, ":hours_sms", step->hours_sms);
    query_text(query, ":hours_email", step->hours_email);
    query_text(query, ":hours_why", step->hours_why);
    query_id(query, ":mail_after", step->mail_after);
    query_id(query, ":budget", step->budget);
    if (!query_run(query, err)) {
        return false;
    }
    step->id = query_inserted(query);
    return true;
}

bool campaigns_add_template(struct db *db, int64_t step_id, enum channel channel,
                            const char *language, int64_t template_id, struct error *err)
{
    static const char INSERT[] =
        "INSERT INTO step_template (step_id, channel, language, template_id)"
        " VALUES (:step, :channel, :language, :template)";
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    query_number(query, ":step", step_id);
    query_text(query, ":channel", channel_name(channel));
    query_text(query, ":language", language);
    query_number(query, ":template", template_id);
    return query_run(query, err);
}

#define CAMPAIGN_ROW                                                                               \
    "id, name, title, COALESCE(ballot_id, 0), state, at, details, hours_sms, hours_email,"         \
    " hours_why, budget IS NOT NULL, COALESCE(budget, 0), currency, spent,"                        \
    " purpose = 'promotional', paused_why, made_by, COALESCE(action_id, 0),"                       \
    " (SELECT a.name FROM action a WHERE a.id = campaign.action_id), urgent, replies_to"

static void read_campaign(struct query *query, struct arena *arena, struct campaign *campaign)
{
    campaign->id = query_column(query, 0);
    campaign->name = query_column_text(query, 1, arena);
    campaign->title = query_column_text(query, 2, arena);
    campaign->ballot_id = query_column(query, 3);
    campaign->state = query_column_text(query, 4, arena);
    campaign->at = query_column(query, 5);
    campaign->details = query_column_text(query, 6, arena);
    campaign->hours_sms = query_column_text(query, 7, arena);
    campaign->hours_email = query_column_text(query, 8, arena);
    campaign->hours_why = query_column_text(query, 9, arena);
    campaign->budgeted = query_column(query, 10) != 0;
    campaign->budget = query_column(query, 11);
    campaign->currency = query_column_text(query, 12, arena);
    campaign->spent = query_column(query, 13);
    campaign->promotional = query_column(query, 14) != 0;
    campaign->paused_why = query_column_text(query, 15, arena);
    campaign->made_by = query_column_text(query, 16, arena);
    campaign->action_id = query_column(query, 17);
    campaign->action = query_column_text(query, 18, arena);
    campaign->urgent = query_column(query, 19) != 0;
    campaign->replies_to = query_column_text(query, 20, arena);
}

static bool read_one(struct query *query, struct arena *arena, struct campaign **campaign,
                     struct error *err)
{
    struct campaign *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        read_campaign(query, arena, found);
    }
    if (!query_ok(query, err)) {
        return false;
    }
    *campaign = found;
    return true;
}

bool campaigns_find(struct db *db, const char *name, struct arena *arena,
                    struct campaign **campaign, struct error *err)
{
    static const char FIND[] = "SELECT " CAMPAIGN_ROW " FROM campaign WHERE name = :name";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":name", name);
    return read_one(query, arena, campaign, err);
}

bool campaigns_get(struct db *db, int64_t id, struct arena *arena, struct campaign **campaign,
                   struct error *err)
{
    static const char GET[] = "SELECT " CAMPAIGN_ROW " FROM campaign WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", id);
    return read_one(query, arena, campaign, err);
}

static void read_all(struct query *query, struct arena *arena, struct campaign **campaigns,
                     size_t *count)
{
    struct vector list = {0};
    while (query_step(query)) {
        read_campaign(query, arena, vector_push(&list, arena, sizeof(struct campaign)));
    }
    *campaigns = list.items;
    *count = list.count;
}

bool campaigns_list(struct db *db, struct arena *arena, struct campaign **campaigns, size_t *count,
                    struct error *err)
{
    static const char LIST[] = "SELECT " CAMPAIGN_ROW " FROM campaign ORDER BY id DESC";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    read_all(query, arena, campaigns, count);
    return query_ok(query, err);
}

bool campaigns_running(struct db *db, struct arena *arena, struct campaign **campaigns,
                       size_t *count, struct error *err)
{
    static const char RUNNING[] =
        "SELECT " CAMPAIGN_ROW " FROM campaign WHERE state = 'running' ORDER BY id";
    CLEANUP(query_end) struct query *query = query_begin(db, RUNNING);
    read_all(query, arena, campaigns, count);
    return query_ok(query, err);
}

#define STEP_ROW                                                                                   \
    "id, campaign_id, position, who, sms_first, uses_sms, uses_email, at, deadline, expanded_to,"  \
    " expanded, plain, asks, name, at_words, deadline_words, daily_until, skipped, hours_sms,"     \
    " hours_email, hours_why, COALESCE(mail_after, 0), COALESCE(budget, 0), spent"

static void read_step(struct query *query, struct arena *arena, struct step *step)
{
    step->id = query_column(query, 0);
    step->campaign_id = query_column(query, 1);
    step->position = query_column(query, 2);
    step->who = query_column_text(query, 3, arena);
    step->sms_first = query_column(query, 4) != 0;
    step->uses_sms = query_column(query, 5) != 0;
    step->uses_email = query_column(query, 6) != 0;
    step->at = query_column(query, 7);
    step->deadline = query_column(query, 8);
    step->expanded_to = query_column(query, 9);
    step->expanded = query_column(query, 10) != 0;
    step->plain = query_column_text(query, 11, arena);
    step->asks = query_column_text(query, 12, arena);
    step->name = query_column_text(query, 13, arena);
    step->at_words = query_column_text(query, 14, arena);
    step->deadline_words = query_column_text(query, 15, arena);
    step->daily_until = query_column_text(query, 16, arena);
    step->skipped = query_column_text(query, 17, arena);
    step->hours_sms = query_column_text(query, 18, arena);
    step->hours_email = query_column_text(query, 19, arena);
    step->hours_why = query_column_text(query, 20, arena);
    step->mail_after = query_column(query, 21);
    step->budget = query_column(query, 22);
    step->spent = query_column(query, 23);
}

bool campaigns_steps(struct db *db, int64_t campaign_id, struct arena *arena, struct step **steps,
                     size_t *count, struct error *err)
{
    static const char STEPS[] =
        "SELECT " STEP_ROW " FROM step WHERE campaign_id = :campaign ORDER BY at, position";
    CLEANUP(query_end) struct query *query = query_begin(db, STEPS);
    query_number(query, ":campaign", campaign_id);
    struct vector list = {0};
    while (query_step(query)) {
        read_step(query, arena, vector_push(&list, arena, sizeof(struct step)));
    }
    *steps = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool campaigns_step(struct db *db, int64_t step_id, struct arena *arena, struct step *step,
                    struct error *err)
{
    static const char GET[] = "SELECT " STEP_ROW " FROM step WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, GET);
    query_number(query, ":id", step_id);
    if (!query_step(query)) {
        return query_ok(query, err) &&
               error_set(err, ERROR_INTERNAL, "the store has no step %lld", (long long)step_id);
    }
    read_step(query, arena, step);
    return true;
}

bool campaigns_set_state(struct db *db, int64_t campaign_id, const char *state, int64_t at,
                         struct error *err)
{
    static const char SET[] =
        "UPDATE campaign SET state = :state, paused_why = NULL,"
        " watched_from = CASE :state WHEN 'running' THEN :at ELSE watched_from END WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_text(query, ":state", state);
    query_number(query, ":at", at);
    query_number(query, ":id", campaign_id);
    return query_run(query, err) &&
           (!text_equal(state, "cancelled") || outbox_cancel(db, campaign_id, at, err));
}

bool campaigns_pause_step(struct db *db, int64_t step_id, const char *why, bool *paused,
                          struct error *err)
{
    static const char PAUSE[] = "UPDATE campaign SET state = 'paused', paused_why = :why"
                                " WHERE state = 'running'"
                                " AND id = (SELECT campaign_id FROM step WHERE id = :step)";
    CLEANUP(query_end) struct query *query = query_begin(db, PAUSE);
    query_text(query, ":why", why);
    query_number(query, ":step", step_id);
    if (!query_run(query, err)) {
        return false;
    }
    *paused = query_changes(query) > 0;
    return true;
}

bool campaigns_set_budget(struct db *db, int64_t campaign_id, int64_t budget, int64_t at,
                          int64_t *requeued, struct error *err)
{
    static const char SET[] = "UPDATE campaign SET budget = :budget WHERE id = :id";
    static const char REQUEUE[] =
        "UPDATE outbox SET state = 'queued', reason = 'the budget was raised', due_at = :at,"
        " changed_at = :at WHERE state = 'unaffordable'"
        " AND step_id IN (SELECT id FROM step WHERE campaign_id = :id AND overspent = 0)";
    CLEANUP(query_end) struct query *set = query_begin(db, SET);
    query_number(set, ":budget", budget);
    query_number(set, ":id", campaign_id);
    if (!query_run(set, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *requeue = query_begin(db, REQUEUE);
    query_number(requeue, ":at", at);
    query_number(requeue, ":id", campaign_id);
    if (!query_run(requeue, err)) {
        return false;
    }
    *requeued = query_changes(requeue);
    return true;
}

bool campaigns_finish(struct db *db, int64_t now, struct error *err)
{
    static const char FINISH[] =
        "UPDATE campaign SET state = 'finished' WHERE state = 'running'"
        " AND NOT EXISTS (SELECT 1 FROM step s WHERE s.campaign_id = campaign.id"
        "     AND ((s.expanded = 0 AND s.skipped IS NULL) OR EXISTS (SELECT 1 FROM outbox o"
        "         WHERE o.step_id = s.id AND o.state IN ('queued', 'claimed', 'sending'))"
        "     OR (s.deadline > :now AND EXISTS (SELECT 1 FROM outbox o WHERE o.step_id = s.id"
        "         AND o.mail_at IS NOT NULL))))";
    CLEANUP(query_end) struct query *query = query_begin(db, FINISH);
    query_number(query, ":now", now);
    return query_run(query, err);
}

bool campaigns_spared(struct db *db, int64_t step_id, struct arena *arena, const char **kind,
                      struct error *err)
{
    static const char SPARED[] =
        "SELECT CASE k.purpose WHEN 'service' THEN '" SUPPRESSIONS_PROMOTIONAL "' ELSE '' END"
        " FROM step s JOIN campaign k ON k.id = s.campaign_id WHERE s.id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, SPARED);
    query_number(query, ":step", step_id);
    *kind = query_step(query) ? query_column_text(query, 0, arena) : "";
    return query_ok(query, err);
}

void campaigns_read_recipient(struct query *query, struct arena *arena, struct recipient *recipient)
{
    members_read_row(query, 0, arena, &recipient->member);
    recipient->unit = query_column_text(query, MEMBER_ROW_COLUMNS, arena);
    recipient->sms = query_column(query, MEMBER_ROW_COLUMNS + 1) != 0;
    recipient->email = query_column(query, MEMBER_ROW_COLUMNS + 2) != 0;
}

bool campaigns_audience(struct db *db, const struct step *step, int64_t ballot_id, size_t limit,
                        struct arena *arena, struct recipient **recipients, size_t *count,
                        struct error *err)
{
    /* NOT INDEXED leaves the way by id. With an index of the segment's, every batch would collect
     * and sort the whole audience again to find its first members. */
    static const char HEAD[] =
        "SELECT " CAMPAIGNS_RECIPIENT " FROM member m NOT INDEXED WHERE m.id > :after AND";
    struct audience audience;
    const char *kind = "";
    const char *action = NULL;
    if (!campaigns_spared(db, step->id, arena, &kind, err) ||
        !audience_action(db, step->id, arena, &action, err) ||
        !audience_compile_step(db, step->who, ballot_id, action, arena, &audience, err)) {
        return false;
    }
    CLEANUP(query_end)
    struct query *query =
        audience_query(db, HEAD, &audience, "ORDER BY m.id LIMIT :limit", ballot_id, arena);
    query_number(query, ":after", step->expanded_to);
    query_number(query, ":limit", (int64_t)limit);
    query_text(query, ":spared", kind);
    struct vector list = {0};
    while (query_step(query)) {
        campaigns_read_recipient(query, arena, vector_push(&list, arena, sizeof(struct recipient)));
    }
    *recipients = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool campaigns_wants_nothing_promotional(struct db *db, const struct step *step, int64_t member_id,
                                         bool *wants, struct error *err)
{
    static const char PROMOTIONAL_ONLY[] =
        "SELECT 1 FROM contact c JOIN suppression s ON s.address_key = c.address_key"
        " WHERE c.member_id = :member AND s.lifted_at IS NULL"
        " AND CASE c.channel WHEN 'sms' THEN :sms ELSE :email END = 1 GROUP BY c.channel"
        " HAVING MAX(CASE s.kind WHEN '" SUPPRESSIONS_PROMOTIONAL "' THEN 0 ELSE 1 END) = 0"
        " LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, PROMOTIONAL_ONLY);
    query_number(query, ":member", member_id);
    query_number(query, ":sms", step->uses_sms);
    query_number(query, ":email", step->uses_email);
    const bool found = query_step(query);
    if (!query_ok(query, err)) {
        return false;
    }
    *wants = found;
    return true;
}

bool campaigns_template(struct db *db, int64_t step_id, enum channel channel, const char *language,
                        const char *fallback, int64_t *template_id, struct error *err)
{
    static const char CHOOSE[] =
        "SELECT template_id FROM step_template WHERE step_id = :step AND channel = :channel"
        " AND variant = '' ORDER BY CASE language WHEN :language THEN 0 WHEN :fallback THEN 1 ELSE "
        "2 END, language"
        " LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, CHOOSE);
    query_number(query, ":step", step_id);
    query_text(query, ":channel", channel_name(channel));
    query_text(query, ":language", language);
    query_text(query, ":fallback", fallback);
    *template_id = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool campaigns_plain(struct db *db, int64_t campaign_id, const char *template, struct arena *arena,
                     const char **plain, struct error *err)
{
    static const char PLAIN[] =
        "SELECT s.plain FROM step s JOIN step_template p ON p.step_id = s.id"
        " JOIN template t ON t.id = p.template_id WHERE s.campaign_id = :campaign"
        " AND t.name = :template ORDER BY s.at, s.position LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, PLAIN);
    query_number(query, ":campaign", campaign_id);
    query_text(query, ":template", template);
    *plain = query_step(query) ? query_column_text(query, 0, arena) : NULL;
    return query_ok(query, err);
}

/* The templates whose ids a statement selects. */
static bool read_templates(struct db *db, struct query *query, struct arena *arena,
                           struct frozen_template **templates, size_t *count, struct error *err)
{
    struct vector list = {0};
    while (query_step(query)) {
        struct frozen_template *template = vector_push(&list, arena, sizeof *template);
        if (!templates_get(db, query_column(query, 0), arena, template, err)) {
            return false;
        }
    }
    *templates = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool campaigns_templates(struct db *db, int64_t campaign_id, struct arena *arena,
                         struct frozen_template **templates, size_t *count, struct error *err)
{
    static const char IDS[] =
        "SELECT DISTINCT p.template_id, p.channel, p.language FROM step_template p"
        " JOIN step s ON s.id = p.step_id WHERE s.campaign_id = :campaign"
        " ORDER BY p.channel, p.language, p.template_id";
    CLEANUP(query_end) struct query *query = query_begin(db, IDS);
    query_number(query, ":campaign", campaign_id);
    return read_templates(db, query, arena, templates, count, err);
}

bool campaigns_step_templates(struct db *db, int64_t step_id, struct arena *arena,
                              struct frozen_template **templates, size_t *count, struct error *err)
{
    static const char IDS[] = "SELECT template_id FROM step_template WHERE step_id = :step"
                              " ORDER BY channel, language, template_id";
    CLEANUP(query_end) struct query *query = query_begin(db, IDS);
    query_number(query, ":step", step_id);
    return read_templates(db, query, arena, templates, count, err);
}

bool campaigns_skip(struct db *db, int64_t step_id, int64_t now, const char *why, bool *done,
                    struct error *err)
{
    static const char SKIP[] =
        "UPDATE step SET skipped = :why WHERE id = :id AND skipped IS NULL AND expanded = 0"
        " AND deadline <= :now AND NOT EXISTS (SELECT 1 FROM outbox WHERE step_id = :id)";
    CLEANUP(query_end) struct query *query = query_begin(db, SKIP);
    query_text(query, ":why", why);
    query_number(query, ":id", step_id);
    query_number(query, ":now", now);
    if (!query_run(query, err)) {
        return false;
    }
    *done = query_changes(query) > 0;
    return true;
}

bool campaigns_next(struct db *db, struct arena *arena, struct campaigns_next *next,
                    struct error *err)
{
    static const char NEXT[] =
        "SELECT k.name, s.name, s.at FROM campaign k JOIN step s ON s.campaign_id = k.id"
        " WHERE k.state = 'running' AND s.expanded = 0 AND s.skipped IS NULL"
        " ORDER BY s.at, s.id LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, NEXT);
    *next = (struct campaigns_next){.campaign = NULL};
    if (query_step(query)) {
        next->campaign = query_column_text(query, 0, arena);
        next->step = query_column_text(query, 1, arena);
        next->at = query_column(query, 2);
    }
    return query_ok(query, err);
}

bool campaigns_expanded(struct db *db, int64_t step_id, int64_t expanded_to, bool done,
                        struct error *err)
{
    static const char SET[] = "UPDATE step SET expanded_to = :to, expanded = :done WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_number(query, ":to", expanded_to);
    query_number(query, ":done", done);
    query_number(query, ":id", step_id);
    return query_run(query, err);
}
