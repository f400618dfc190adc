/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that may be followed by a mail. What gives a text its mail_at, and takes it away, is the
 * release (outbox_wire.c) and the trigger outbox_step_taken. */
#include "muster/store/outbox_second.h"

#include "audience.h"
#include "campaigns_row.h"
#include "muster/base/clock.h"
#include "query.h"
#include "vector.h"

bool outbox_second_any(struct db *db, int64_t step_id, int64_t now, bool *any, struct error *err)
{
    static const char ANY[] =
        "SELECT 1 FROM outbox WHERE step_id = :step AND mail_at <= :now LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, ANY);
    query_number(query, ":step", step_id);
    query_number(query, ":now", now);
    *any = query_step(query);
    return query_ok(query, err);
}

bool outbox_second_due(struct db *db, const struct step *step, int64_t ballot_id, int64_t now,
                       size_t limit, struct arena *arena, struct outbox_second **seconds,
                       size_t *count, struct error *err)
{
    /* CROSS JOIN keeps to the texts that are due: a segment of few would be gone through else. Who
     * has silenced the number since, or is held, is left in peace on the other channel, too. */
    static const char HEAD[] =
        "SELECT " CAMPAIGNS_RECIPIENT ", o.id, o.state,"
        " NOT EXISTS (SELECT 1 FROM reply r WHERE r.outbox_id = o.id)"
        " AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address_key = o.address_key"
        "     AND s.lifted_at IS NULL AND s.kind <> :spared) AND";
    static const char DUE[] =
        "FROM outbox o CROSS JOIN member m ON m.id = o.member_id WHERE o.step_id = :step"
        " AND o.mail_at <= :now ORDER BY o.mail_at, o.id LIMIT :limit";
    struct audience audience;
    const char *kind = "";
    if (!campaigns_spared(db, step->id, arena, &kind, err) ||
        !audience_compile_step(db, step->who, ballot_id, arena, &audience, err)) {
        return false;
    }
    CLEANUP(query_end)
    struct query *query = audience_query(db, HEAD, &audience, DUE, ballot_id, arena);
    query_number(query, ":step", step->id);
    query_number(query, ":now", now);
    query_number(query, ":limit", (int64_t)limit);
    query_text(query, ":spared", kind);
    struct vector list = {0};
    while (query_step(query)) {
        struct outbox_second *second = vector_push(&list, arena, sizeof *second);
        campaigns_read_recipient(query, arena, &second->recipient);
        second->text_id = query_column(query, CAMPAIGNS_RECIPIENT_COLUMNS);
        second->state = query_column_text(query, CAMPAIGNS_RECIPIENT_COLUMNS + 1, arena);
        second->wanted = query_column(query, CAMPAIGNS_RECIPIENT_COLUMNS + 2) != 0;
    }
    *seconds = list.items;
    *count = list.count;
    return query_ok(query, err);
}

/* Told of the mail for good: a message's reason is that of its last step. */
static bool tell(struct db *db, int64_t step_id, int64_t member_id, const char *why, int64_t now,
                 struct error *err)
{
    static const char TELL[] =
        "INSERT INTO outbox_event (outbox_id, at, was, becomes, reason)"
        " SELECT id, :now, state, state, :why FROM outbox"
        " WHERE step_id = :step AND member_id = :member AND channel = 'email'";
    static const char COUNT[] = "UPDATE step SET mailed_after = mailed_after + 1 WHERE id = :step";
    CLEANUP(query_end) struct query *told = query_begin(db, TELL);
    query_number(told, ":now", now);
    query_text(told, ":why", why);
    query_number(told, ":step", step_id);
    query_number(told, ":member", member_id);
    CLEANUP(query_end) struct query *count = query_begin(db, COUNT);
    query_number(count, ":step", step_id);
    return query_run(told, err) && query_run(count, err);
}

bool outbox_second_decide(struct db *db, const struct step *step,
                          const struct outbox_second *second, const char *why, int64_t now,
                          struct error *err)
{
    static const char DECIDE[] = "UPDATE outbox SET mail_at = NULL WHERE id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, DECIDE);
    query_number(query, ":id", second->text_id);
    return query_run(query, err) &&
           (why == NULL || tell(db, step->id, second->recipient.member.id, why, now, err));
}

/* The mail that waits in a text's stead is withheld; `proven`: whatever the text's state is. */
static bool withhold(struct db *db, int64_t text_id, bool proven, const char *reason, int64_t now,
                     struct error *err)
{
    static const char WITHHOLD[] =
        "UPDATE outbox SET state = 'withheld', reason = :reason, worker_id = NULL,"
        " lease_until = NULL, changed_at = :now WHERE id = (SELECT e.id FROM outbox t"
        "     JOIN outbox e ON e.step_id = t.step_id AND e.member_id = t.member_id"
        "     AND e.channel = 'email' WHERE t.id = :id AND t.channel = 'sms'"
        "     AND (:proven = 1 OR t.state = 'delivered')) AND state IN ('queued', 'claimed')";
    CLEANUP(query_end) struct query *query = query_begin(db, WITHHOLD);
    query_text(query, ":reason", reason);
    query_number(query, ":now", now);
    query_number(query, ":id", text_id);
    query_number(query, ":proven", proven);
    return query_run(query, err);
}

bool outbox_second_arrived(struct db *db, int64_t text_id, int64_t now, struct error *err)
{
    return withhold(db, text_id, false, "the text has arrived after all", now, err);
}

bool outbox_second_answered(struct db *db, int64_t text_id, int64_t now, struct error *err)
{
    return withhold(db, text_id, true, "the member has answered the text", now, err);
}

bool outbox_second_stands(struct db *db, int64_t text_id, bool *stands, struct error *err)
{
    static const char STANDS[] =
        "SELECT 1 FROM outbox t JOIN outbox e ON e.step_id = t.step_id"
        " AND e.member_id = t.member_id AND e.channel = 'email' WHERE t.id = :id"
        " AND t.channel = 'sms' AND e.state NOT IN ('withheld', 'cancelled', 'expired', 'refused')";
    CLEANUP(query_end) struct query *query = query_begin(db, STANDS);
    query_number(query, ":id", text_id);
    *stands = query_step(query);
    return query_ok(query, err);
}

/* What the steps ask for, and how many mails came of it. */
static bool read_steps(struct db *db, int64_t campaign_id, struct outbox_second_standing *standing,
                       struct error *err)
{
    static const char STEPS[] =
        "SELECT COALESCE(MIN(s.mail_after), 0), COALESCE(SUM(s.mailed_after), 0) FROM step s"
        " JOIN campaign k ON k.id = s.campaign_id"
        " WHERE (k.id = :campaign OR (:campaign IS NULL AND k.state = 'running'))";
    CLEANUP(query_end) struct query *query = query_begin(db, STEPS);
    query_id(query, ":campaign", campaign_id);
    if (query_step(query)) {
        standing->after = query_column(query, 0);
        standing->queued = query_column(query, 1);
    }
    return query_ok(query, err);
}

bool outbox_second_standing(struct db *db, int64_t campaign_id, int64_t now,
                            struct outbox_second_standing *standing, struct error *err)
{
    static const char WAITING[] =
        "SELECT COUNT(*), COALESCE(MIN(CASE WHEN o.mail_at < s.deadline THEN o.mail_at END), 0)"
        " FROM campaign k JOIN step s ON s.campaign_id = k.id"
        " CROSS JOIN outbox o ON o.step_id = s.id WHERE k.state = 'running'"
        " AND (:campaign IS NULL OR k.id = :campaign) AND s.mail_after IS NOT NULL"
        " AND s.deadline > :now AND o.mail_at IS NOT NULL";
    struct outbox_second_standing read = {0};
    if (!read_steps(db, campaign_id, &read, err)) {
        return false;
    }
    if (read.after > 0) {
        CLEANUP(query_end) struct query *query = query_begin(db, WAITING);
        query_id(query, ":campaign", campaign_id);
        query_number(query, ":now", now);
        if (query_step(query)) {
            read.waiting = query_column(query, 0);
            read.next_at = query_column(query, 1);
        }
        if (!query_ok(query, err)) {
            return false;
        }
    }
    *standing = read;
    return true;
}

bool outbox_second_possible(struct db *db, int64_t step_id, int64_t *count, struct error *err)
{
    static const char POSSIBLE[] =
        "SELECT COUNT(*) FROM outbox o JOIN member m ON m.id = o.member_id"
        " WHERE o.step_id = :step AND o.channel = 'sms'"
        " AND (o.state IN ('queued', 'claimed', 'sending') OR o.mail_at IS NOT NULL)"
        " AND " CAMPAIGNS_OPEN(
            "email") " AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.step_id = o.step_id"
                     "     AND e.member_id = o.member_id AND e.channel = 'email')";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *kind = "";
    if (!campaigns_spared(db, step_id, arena, &kind, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, POSSIBLE);
    query_number(query, ":step", step_id);
    query_text(query, ":spared", kind);
    *count = query_step(query) ? query_column(query, 0) : 0;
    return query_ok(query, err);
}

bool outbox_second_other(struct db *db, int64_t id, struct arena *arena,
                         struct outbox_second_other *other, struct error *err)
{
    static const char OTHER[] =
        "SELECT p.reference, p.state, COALESCE(o.mail_at, 0) FROM outbox o LEFT JOIN outbox p"
        " ON p.step_id = o.step_id AND p.member_id = o.member_id AND p.id <> o.id"
        " WHERE o.id = :id";
    CLEANUP(query_end) struct query *query = query_begin(db, OTHER);
    query_number(query, ":id", id);
    *other = (struct outbox_second_other){.reference = NULL};
    if (query_step(query)) {
        other->reference = query_column_text(query, 0, arena);
        other->state = query_column_text(query, 1, arena);
        other->mail_at = query_column(query, 2);
    }
    return query_ok(query, err);
}
