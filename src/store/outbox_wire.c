/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox around the wire: release and settle.
 *
 * A message is `sending` from the commit just before it is handed over until the commit of what
 * came of it. Whatever ends the program between the two leaves it `sending`, and the sweep makes
 * that `unsure`: it may have been sent, so it is never sent again by itself. Whatever ends the
 * program before leaves it `claimed`, and it goes back to the queue: it certainly was not sent. */
#include "audience.h"
#include "budget.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"
#include "muster/store/outbox_second.h"
#include "muster/store/restrictions.h"
#include "muster/store/suppressions.h"
#include "outbox_row.h"
#include "query.h"
#include "vector.h"

/* What a release needs to know of the step, read inside its transaction. */
struct gate {
    int64_t position; /* of the suppression ledger */
    bool running;
    bool cancelled;
    bool late;
    bool urgent; /* it does not wait for how often its members are written to */
    struct budget budget;
    const char *letterhead; /* the last one kept; NULL: none, and its row 0 */
    int64_t letterhead_id;
    const char *spared; /* the kind of suppression that does not concern it; "": each does */
    struct arena *arena;
    struct audience who;
    int64_t ballot_id;
    int64_t mail_after;     /* the step's; 0: no mail follows a text */
    struct query *send;     /* a message that nothing stands in the way of becomes `sending` */
    struct query *audience; /* does :member belong to it still; NULL until that is asked */
};

/* Nearly all messages go this way: one statement asks all there is to ask of the message and its
 * member, and releases it. Where it changes nothing, refuse_claimed finds out why. */
static const char SEND_HEAD[] =
    "UPDATE outbox SET state = 'sending', attempt = attempt + 1, cleared_under = :position,"
    " released_at = :now, digest = :digest, parts = :parts, cost = :cost, gateway = :gateway,"
    " letterhead_id = :letterhead, remote_id = NULL, reason = NULL, changed_at = :now,"
    " mail_at = CASE channel WHEN 'sms' THEN :now + :mail_after END"
    " WHERE id = :id AND state = 'claimed' AND worker_id = :worker AND lease_until > :now"
    " AND NOT EXISTS (SELECT 1 FROM suppression s"
    "     WHERE s.address_key = outbox.address_key AND s.lifted_at IS NULL"
    "     AND s.kind <> :spared)"
    " AND EXISTS (SELECT 1 FROM member m WHERE m.id = outbox.member_id AND";

static bool compose_gate(struct db *db, const char *who, int64_t ballot_id, const char *action,
                         struct arena *arena, struct gate *gate, struct error *err)
{
    if (!audience_compile_step(db, who, ballot_id, action, arena, &gate->who, err)) {
        return false;
    }
    gate->arena = arena;
    gate->ballot_id = ballot_id;
    gate->send = audience_query(db, SEND_HEAD, &gate->who, ")", ballot_id, arena);
    return query_ok(gate->send, NULL) ||
           error_set(err, ERROR_DATA, "its segment has grown too large to be used");
}

static bool read_gate(struct db *db, const struct outbox_terms *terms, struct arena *arena,
                      struct gate *gate, struct error *err)
{
    static const char STATE[] =
        "SELECT CASE WHEN k.urgent = 0 AND EXISTS (SELECT 1 FROM action c WHERE c.id = k.action_id"
        "     AND c.state = 'cancelled') THEN 'cancelled' ELSE k.state END, s.deadline <= :now OR "
        "(k.urgent = 0 AND EXISTS (SELECT 1 FROM action b"
        "     WHERE b.id = k.action_id AND b.starts <= :now)), s.who, COALESCE(k.ballot_id, 0),"
        " (SELECT position FROM ledger), k.purpose = 'promotional', COALESCE(s.mail_after, 0),"
        " (SELECT a.name FROM action a WHERE a.id = k.action_id), k.urgent"
        " FROM step s JOIN campaign k ON k.id = s.campaign_id WHERE s.id = :step";
    CLEANUP(query_end) struct query *query = query_begin(db, STATE);
    query_number(query, ":now", terms->now);
    query_number(query, ":step", terms->step_id);
    if (!query_step(query)) {
        return query_ok(query, err) && error_set(err, ERROR_INTERNAL, "a step is gone");
    }
    const char *state = query_column_text(query, 0, arena);
    gate->running = text_equal(state, "running");
    gate->cancelled = text_equal(state, "cancelled");
    gate->late = query_column(query, 1) != 0;
    const char *who = query_column_text(query, 2, arena);
    int64_t ballot_id = query_column(query, 3);
    gate->position = query_column(query, 4);
    gate->spared = query_column(query, 5) != 0 ? "" : SUPPRESSIONS_PROMOTIONAL;
    gate->mail_after = query_column(query, 6);
    const char *action = query_column_text(query, 7, arena);
    gate->urgent = query_column(query, 8) != 0;
    if (!budget_read(db, terms->step_id, terms->currency, &gate->budget, err)) {
        return false;
    }
    return compose_gate(db, who, ballot_id, action, arena, gate, err);
}

static void close_gate(struct gate *gate)
{
    query_end(&gate->send);
    query_end(&gate->audience);
}

/* One claimed message of ours: to the wire, or where it belongs instead. */
static bool move_claimed(struct db *db, int64_t id, const char *becomes, const char *reason,
                         int64_t now, struct error *err)
{
    static const char MOVE[] = "UPDATE outbox SET state = :becomes, reason = :reason, worker_id = "
                               "NULL, lease_until = NULL,"
                               " changed_at = :now WHERE id = :id AND state = 'claimed'";
    CLEANUP(query_end) struct query *query = query_begin(db, MOVE);
    query_text(query, ":becomes", becomes);
    query_text(query, ":reason", reason);
    query_number(query, ":now", now);
    query_number(query, ":id", id);
    return query_run(query, err);
}

/* What the worker has claimed and no longer has a lease for. It would go back once the lease ends,
 * but if the clock was set forward for a moment, that may be long. */
static bool give_back(struct db *db, const struct outbox_terms *terms, int64_t id,
                      struct error *err)
{
    static const char GIVE[] =
        "UPDATE outbox SET state = 'queued', reason = 'the lease ended', worker_id = NULL,"
        " lease_until = NULL, changed_at = :now"
        " WHERE id = :id AND state = 'claimed' AND worker_id = :worker";
    CLEANUP(query_end) struct query *query = query_begin(db, GIVE);
    query_number(query, ":now", terms->now);
    query_number(query, ":id", id);
    query_number(query, ":worker", terms->worker);
    return query_run(query, err);
}

/* The row of the letterhead, the same for all messages of a batch. */
static bool keep_letterhead(struct db *db, struct gate *gate, const char *settings,
                            struct error *err)
{
    /* The update changes nothing: it makes the row that is there already come back. */
    static const char KEEP[] = "INSERT INTO letterhead (settings) VALUES (:settings)"
                               " ON CONFLICT (settings) DO UPDATE SET settings = excluded.settings"
                               " RETURNING id";
    if (text_equal(settings, gate->letterhead)) {
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, KEEP);
    query_text(query, ":settings", settings);
    if (query_step(query)) {
        gate->letterhead_id = query_column(query, 0);
        gate->letterhead = settings;
    }
    return query_run(query, err);
}

/* Release it, if nothing stands in the way. */
static bool send_claimed(struct db *db, struct gate *gate, const struct outbox_terms *terms,
                         struct outbox_release *release, struct error *err)
{
    if (!keep_letterhead(db, gate, release->letterhead, err)) {
        return false;
    }
    struct query *query = gate->send;
    query_again(query);
    query_number(query, ":position", gate->position);
    query_number(query, ":now", terms->now);
    query_blob(query, ":digest", release->digest, sizeof release->digest);
    query_id(query, ":parts", release->parts);
    const int64_t cost = budget_cost(&gate->budget, release);
    if (cost < 0) {
        query_text(query, ":cost", NULL);
    } else {
        query_number(query, ":cost", cost);
    }
    query_text(query, ":gateway", release->gateway);
    query_id(query, ":letterhead", gate->letterhead_id);
    query_id(query, ":mail_after", gate->mail_after);
    query_number(query, ":id", release->id);
    query_number(query, ":worker", terms->worker);
    query_text(query, ":spared", gate->spared);
    if (!query_run(query, err)) {
        return false;
    }
    release->released = query_changes(query) > 0;
    query_again(query);
    if (release->released) {
        budget_spend(&gate->budget, release);
    }
    return true;
}

/* The member of a message that is still ours (0: it is not), and whether its address is
 * suppressed for it. */
static bool read_claimed(struct db *db, const struct gate *gate, const struct outbox_terms *terms,
                         int64_t id, int64_t *member, bool *suppressed, struct error *err)
{
    static const char READ[] =
        "SELECT o.member_id, EXISTS (SELECT 1 FROM suppression s"
        " WHERE s.address_key = o.address_key AND s.lifted_at IS NULL AND s.kind <> :spared)"
        " FROM outbox o"
        " WHERE o.id = :id AND o.state = 'claimed' AND o.worker_id = :worker"
        " AND o.lease_until > :now";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_number(query, ":id", id);
    query_number(query, ":worker", terms->worker);
    query_number(query, ":now", terms->now);
    query_text(query, ":spared", gate->spared);
    *member = 0;
    if (query_step(query)) {
        *member = query_column(query, 0);
        *suppressed = query_column(query, 1) != 0;
    }
    return query_ok(query, err);
}

static bool in_audience(struct db *db, struct gate *gate, int64_t member, bool *inside,
                        struct error *err)
{
    static const char IS_IN[] = "SELECT 1 FROM member m WHERE m.id = :member AND";
    if (gate->audience == NULL) {
        gate->audience = audience_query(db, IS_IN, &gate->who, "", gate->ballot_id, gate->arena);
    }
    query_again(gate->audience);
    query_number(gate->audience, ":member", member);
    *inside = query_step(gate->audience);
    bool ok = query_ok(gate->audience, err);
    query_again(gate->audience);
    return ok;
}

/* Somebody who shares the handset was left out because this message went there: the step is
 * expanded once more from them on. */
static bool reopen_for_sharers(struct db *db, int64_t id, struct error *err)
{
    static const char REOPEN[] =
        "UPDATE step SET expanded = 0, expanded_to = MIN(expanded_to, (SELECT MIN(c.member_id) - 1"
        "     FROM contact c JOIN outbox o ON o.address_key = c.address_key WHERE o.id = :id))"
        " WHERE id = (SELECT step_id FROM outbox WHERE id = :id)"
        " AND EXISTS (SELECT 1 FROM contact c JOIN outbox o ON o.address_key = c.address_key"
        "     WHERE o.id = :id AND c.member_id <> o.member_id AND NOT EXISTS"
        "     (SELECT 1 FROM outbox p WHERE p.step_id = o.step_id AND p.member_id = c.member_id))";
    CLEANUP(query_end) struct query *query = query_begin(db, REOPEN);
    query_number(query, ":id", id);
    return query_run(query, err);
}

/* It waits for its chance, or is withheld when that would be too late. */
static bool put_off(struct db *db, int64_t id, int64_t chance, int64_t now, struct error *err)
{
    static const char WAIT[] =
        "UPDATE outbox SET state = 'queued', due_at = :chance, worker_id = NULL,"
        " lease_until = NULL, reason = 'the member is written to often enough for now', changed_at "
        "= :now"
        " WHERE id = :id AND state = 'claimed'"
        " AND (SELECT deadline FROM step WHERE id = step_id) > :chance";
    CLEANUP(query_end) struct query *query = query_begin(db, WAIT);
    query_number(query, ":chance", chance);
    query_number(query, ":now", now);
    query_number(query, ":id", id);
    return query_run(query, err) &&
           (query_changes(query) > 0 ||
            move_claimed(db, id, "withheld", "the member is written to often enough", now, err));
}

/* Why the message was not released, as far as it is still ours; `unpaid`, when it is not NULL, is
 * the reason if there is no other. */
static bool refuse_claimed(struct db *db, struct gate *gate, const struct outbox_terms *terms,
                           struct outbox_release *release, const struct budget_refusal *unpaid,
                           struct error *err)
{
    int64_t member = 0;
    int64_t now = terms->now;
    bool suppressed = false;
    bool inside = false;
    if (!read_claimed(db, gate, terms, release->id, &member, &suppressed, err)) {
        return false;
    }
    if (member == 0) {
        return give_back(db, terms, release->id, err);
    }
    if (gate->cancelled) {
        return move_claimed(db, release->id, "cancelled", "the campaign was cancelled", now, err);
    }
    if (!gate->running) {
        return move_claimed(db, release->id, "queued", "the campaign is paused", now, err);
    }
    if (gate->late) {
        return move_claimed(db, release->id, "expired", "the deadline passed", now, err);
    }
    if (suppressed) {
        return move_claimed(db, release->id, "withheld", "the address is suppressed", now, err);
    }
    if (release->fault != NULL) {
        return move_claimed(db, release->id, "withheld", release->fault, now, err);
    }
    if (!in_audience(db, gate, member, &inside, err)) {
        return false;
    }
    if (!inside) {
        bool restricted = false;
        return restrictions_hold(db, member, &restricted, err) &&
               move_claimed(db, release->id, "withheld",
                            restricted ? "the member's data is not to be used"
                                       : "no longer in the audience",
                            now, err) &&
               reopen_for_sharers(db, release->id, err);
    }
    if (unpaid == NULL) {
        return error_set(err, ERROR_INTERNAL, "a message could not be released");
    }
    if (unpaid->ended != NULL && !unpaid->ended->over && !unpaid->ended->ends) {
        release->ended =
            unpaid->ended == &gate->budget.step ? OUTBOX_ENDS_STEP : OUTBOX_ENDS_CAMPAIGN;
    }
    if (unpaid->ended != NULL) {
        unpaid->ended->ends = true;
    }
    release->waits = text_equal(unpaid->becomes, "queued");
    return move_claimed(db, release->id, unpaid->becomes, unpaid->reason, now, err);
}

/* The message is ours and might go, but for how often its member is written to. */
static bool is_clear(struct db *db, struct gate *gate, const struct outbox_terms *terms, int64_t id,
                     bool *clear, struct error *err)
{
    int64_t member = 0;
    bool suppressed = false;
    bool inside = false;
    if (!read_claimed(db, gate, terms, id, &member, &suppressed, err) ||
        (member != 0 && !in_audience(db, gate, member, &inside, err))) {
        return false;
    }
    *clear = member != 0 && !suppressed && inside;
    return true;
}

static bool release_one(struct db *db, struct gate *gate, const struct outbox_terms *terms,
                        struct outbox_release *release, struct error *err)
{
    int64_t chance = 0;
    bool clear = true;
    bool paid = false;
    struct budget_refusal unpaid;
    release->released = false;
    release->waits = false;
    release->ended = OUTBOX_ENDS_NOTHING;
    if (gate->cancelled || !gate->running || gate->late || release->fault != NULL) {
        return refuse_claimed(db, gate, terms, release, NULL, err);
    }
    if (!gate->urgent &&
        !outbox_chance_of(db, &terms->limits, release->id, terms->now, &chance, err)) {
        return false;
    }
    if (chance > 0 && !is_clear(db, gate, terms, release->id, &clear, err)) {
        return false;
    }
    if (!clear) {
        return refuse_claimed(db, gate, terms, release, NULL, err);
    }
    if (chance > 0) {
        return put_off(db, release->id, chance, terms->now, err);
    }
    if (!budget_judge(db, &gate->budget, release, &paid, &unpaid, err)) {
        return false;
    }
    if (!paid) {
        return refuse_claimed(db, gate, terms, release, &unpaid, err);
    }
    return send_claimed(db, gate, terms, release, err) &&
           (release->released || refuse_claimed(db, gate, terms, release, NULL, err));
}

/* The segment of a step cannot be used any more: its campaign is paused, so that it stops nobody
 * else, and what was claimed goes back. Gives false, with the reason. */
static bool pause_broken(struct db *db, int64_t step_id, int64_t now,
                         const struct outbox_release *releases, size_t count,
                         const struct error *fault, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct step step;
    struct campaign *campaign = NULL;
    if (!campaigns_step(db, step_id, arena, &step, err) ||
        !campaigns_get(db, step.campaign_id, arena, &campaign, err)) {
        return false;
    }
    if (text_equal(campaign->state, "running") &&
        !campaigns_set_state(db, campaign->id, "paused", now, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!move_claimed(db, releases[i].id, "queued", "the campaign is paused", now, err)) {
            return false;
        }
    }
    return db_commit(db, err) &&
           error_set(err, ERROR_DATA, "campaign %s is paused: %s", campaign->name, fault->text);
}

bool outbox_release(struct db *db, const struct outbox_terms *terms,
                    struct outbox_release *releases, size_t count, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    struct gate gate = {0};
    struct error fault = {0};
    bool ok = read_gate(db, terms, arena, &gate, &fault);
    if (!ok && fault.kind == ERROR_DATA) {
        close_gate(&gate);
        return pause_broken(transaction, terms->step_id, terms->now, releases, count, &fault, err);
    }
    if (!ok) {
        *err = fault;
    }
    for (size_t i = 0; ok && i < count; i++) {
        ok = release_one(db, &gate, terms, &releases[i], err);
    }
    ok = ok && budget_settle(db, &gate.budget, terms->now, err);
    close_gate(&gate);
    return ok && db_commit(transaction, err);
}

static bool add_attempt(struct db *db, int64_t now, const struct outbox_outcome *outcome,
                        struct error *err)
{
    static const char ADD[] =
        "INSERT INTO attempt (outbox_id, number, at, verdict, answer, claimed_at, released_at,"
        " cleared_under, gateway, remote_id) SELECT id, :attempt, :now, :verdict, :answer,"
        " claimed_at, released_at, cleared_under, gateway, :remote FROM outbox WHERE id = :id"
        " ON CONFLICT (outbox_id, number) DO UPDATE SET at = excluded.at,"
        " verdict = excluded.verdict, answer = excluded.answer";
    const bool unsure = text_equal(outcome->verdict, "unsure");
    CLEANUP(query_end) struct query *query = query_begin(db, ADD);
    query_number(query, ":now", now);
    query_text(query, ":verdict", outcome->verdict);
    query_text(query, ":answer", outcome->answer);
    query_number(query, ":attempt", outcome->attempt);
    query_text(query, ":remote", unsure ? text_given(outcome->remote_id) : NULL);
    query_number(query, ":id", outcome->id);
    return query_run(query, err);
}

bool outbox_opted_out(struct db *db, int64_t id, int64_t now, struct error *err)
{
    static const char KEY[] = "SELECT channel, address_key FROM outbox WHERE id = :id";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, KEY);
    query_number(query, ":id", id);
    if (!query_step(query)) {
        return query_ok(query, err);
    }
    enum channel channel = CHANNEL_SMS;
    unsigned char address_key[TOKEN_DIGEST_SIZE];
    (void)!channel_parse(query_column_text(query, 0, arena), &channel);
    query_column_blob(query, 1, address_key, sizeof address_key);
    return suppressions_add_provider(db, channel, address_key, now, err);
}

/* A receipt may have come before the carrier's id was stored; where the provider does not echo our
 * reference, it is found only now. */
bool outbox_adopt_receipts(struct db *db, int64_t id, const char *remote_id, int64_t now,
                           struct error *err)
{
    static const char LINK[] =
        "UPDATE receipt SET outbox_id = :id WHERE outbox_id IS NULL AND remote_id = :remote"
        " AND gateway = (SELECT gateway FROM outbox WHERE id = :id)";
    static const char MOVE[] =
        "UPDATE outbox SET reason = 'a receipt had come before the answer', changed_at = :now,"
        " state = CASE WHEN EXISTS (SELECT 1 FROM receipt r WHERE r.outbox_id = :id"
        "     AND r.means = 'delivered') THEN 'delivered' ELSE 'undelivered' END"
        " WHERE id = :id AND state IN ('accepted', 'unsure')"
        " AND EXISTS (SELECT 1 FROM receipt r WHERE r.outbox_id = :id AND r.means <> 'pending')";
    static const char OPTED_OUT[] =
        "SELECT 1 FROM receipt WHERE outbox_id = :id AND cause = 'opted_out'"
        " AND means <> 'delivered' LIMIT 1";
    CLEANUP(query_end) struct query *link = query_begin(db, LINK);
    query_number(link, ":id", id);
    query_text(link, ":remote", remote_id);
    if (!query_run(link, err)) {
        return false;
    }
    if (query_changes(link) == 0) {
        return true;
    }
    CLEANUP(query_end) struct query *move = query_begin(db, MOVE);
    query_number(move, ":now", now);
    query_number(move, ":id", id);
    if (!query_run(move, err) || !outbox_second_arrived(db, id, now, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *opted_out = query_begin(db, OPTED_OUT);
    query_number(opted_out, ":id", id);
    if (query_step(opted_out) && !outbox_opted_out(db, id, now, err)) {
        return false;
    }
    return query_ok(opted_out, err);
}

/* Whether there are receipts of messages that are not known: mostly there are none, and no message
 * need be asked. */
static bool find_strays(struct db *db, bool *strays, struct error *err)
{
    static const char STRAYS[] = "SELECT 1 FROM receipt WHERE outbox_id IS NULL LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, STRAYS);
    *strays = query_step(query);
    return query_ok(query, err);
}

static bool settle_one(struct db *db, int64_t now, const struct outbox_outcome *outcome,
                       bool strays, struct error *err)
{
    /* What is known of an earlier hand-over settles none that came after it. Whoever took us for
     * dead made it unsure, and may have put it back; we know better when the carrier has taken
     * it. */
    static const char SETTLE[] =
        "UPDATE outbox SET state = :state, reason = :reason, due_at = COALESCE(:due, due_at),"
        " attempt = attempt - :untouched, worker_id = NULL, lease_until = NULL, changed_at = :now,"
        " remote_id = COALESCE(:remote, remote_id)"
        " WHERE id = :id AND attempt = :attempt AND (state = 'sending'"
        "     OR (:state = 'accepted' AND state IN ('unsure', 'queued', 'claimed')))";
    /* A receipt was quicker, and has settled it. */
    static const char KEEP[] =
        "UPDATE outbox SET remote_id = :remote WHERE id = :id AND attempt = :attempt";
    bool untouched = text_equal(outcome->verdict, "untouched");
    if (!untouched && !add_attempt(db, now, outcome, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *settle = query_begin(db, SETTLE);
    query_text(settle, ":state", outcome->state);
    query_text(settle, ":reason", outcome->answer);
    query_id(settle, ":due", outcome->due_at);
    query_number(settle, ":untouched", untouched);
    query_number(settle, ":now", now);
    query_number(settle, ":id", outcome->id);
    query_number(settle, ":attempt", outcome->attempt);
    query_text(settle, ":remote", text_given(outcome->remote_id));
    if (!query_run(settle, err)) {
        return false;
    }
    if (query_changes(settle) == 0 && !text_empty(outcome->remote_id)) {
        CLEANUP(query_end) struct query *keep = query_begin(db, KEEP);
        query_text(keep, ":remote", outcome->remote_id);
        query_number(keep, ":id", outcome->id);
        query_number(keep, ":attempt", outcome->attempt);
        if (!query_run(keep, err)) {
            return false;
        }
    }
    return (!strays || text_empty(outcome->remote_id) ||
            outbox_adopt_receipts(db, outcome->id, outcome->remote_id, now, err)) &&
           (!outcome->opted_out || outbox_opted_out(db, outcome->id, now, err));
}

bool outbox_count_attempts(struct db *db, enum channel channel, const char *route,
                           const char *verdict, int64_t count, struct error *err)
{
    static const char COUNT[] = "INSERT INTO attempt_count (channel, route, verdict, count)"
                                " VALUES (:channel, COALESCE(:route, ''), :verdict, :count)"
                                " ON CONFLICT DO UPDATE SET count = count + excluded.count";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_text(query, ":channel", channel_name(channel));
    query_text(query, ":route", route);
    query_text(query, ":verdict", verdict);
    query_number(query, ":count", count);
    return query_run(query, err);
}

/* Count what the carriers said, once for a batch: for those who watch. */
static bool count_verdicts(struct db *db, const struct outbox_outcome *outcomes, size_t count,
                           struct error *err)
{
    static const char *const VERDICTS[] = {"accepted", "refused", "deferred", "unsure"};
    for (size_t i = 0; i < ARRAY_LENGTH(VERDICTS); i++) {
        int64_t found = 0;
        for (size_t j = 0; j < count; j++) {
            found += text_equal(outcomes[j].verdict, VERDICTS[i]) ? 1 : 0;
        }
        if (found > 0 && !outbox_count_attempts(db, outcomes[0].channel, outcomes[0].gateway,
                                                VERDICTS[i], found, err)) {
            return false;
        }
    }
    return true;
}

bool outbox_settle(struct db *db, int64_t now, const struct outbox_outcome *outcomes, size_t count,
                   struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    bool strays = false;
    if (!find_strays(db, &strays, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!settle_one(db, now, &outcomes[i], strays, err)) {
            return false;
        }
    }
    return count_verdicts(db, outcomes, count, err) && db_commit(transaction, err);
}
