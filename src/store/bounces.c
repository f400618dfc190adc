/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Envelope senders that name their message, and what came back to them; see bounces.h. */
#include "muster/store/bounces.h"

#include <string.h>
#include <strings.h>

#include "mark.h"
#include "muster/base/clock.h"
#include "muster/conf/config.h"
#include "muster/store/outbox.h"
#include "query.h"
#include "vector.h"

_Static_assert((int)BOUNCES_REFERENCE_SIZE == (int)MARK_REFERENCE_SIZE,
               "a reference is as long in every mark");
_Static_assert((int)CONFIG_MARK_LENGTH == (int)OUTBOX_REFERENCE_LETTERS + 1 + (int)MARK_MAC_DIGITS,
               "the configuration leaves room for a mark");

static const char purpose[] = "bounce";

const char *bounces_sender(const struct db *db, const char *pattern, const char *reference,
                           struct arena *arena)
{
    return mark_address(db, purpose, pattern, reference, arena);
}

bool bounces_matches(const char *pattern, const char *address)
{
    return mark_matches(pattern, address);
}

bool bounces_reference(const struct db *db, const char *pattern, const char *address,
                       char reference[BOUNCES_REFERENCE_SIZE])
{
    return mark_read_address(db, purpose, pattern, address, reference);
}

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

bool bounces_put(struct db *db, const struct bounce *bounce, bool *fresh, struct error *err)
{
    static const char AGAIN[] = "UPDATE bounce SET times = times + 1 WHERE class = :class"
                                " AND outbox_id = :outbox";
    static const char AGAIN_UNPROVEN[] = "UPDATE bounce SET times = times + 1 WHERE class = :class"
                                         " AND address_key = :key AND outbox_id IS NULL";
    static const char PUT[] =
        "INSERT INTO bounce (address_key, outbox_id, class, status, diagnostic, at)"
        " VALUES (:key, :outbox, :class, :status, :diagnostic, :at)";
    const bool proven = bounce->outbox_id != 0;
    CLEANUP(query_end) struct query *again = query_begin(db, proven ? AGAIN : AGAIN_UNPROVEN);
    query_text(again, ":class", bounce->class);
    if (proven) {
        query_number(again, ":outbox", bounce->outbox_id);
    } else {
        query_blob(again, ":key", bounce->address_key, sizeof bounce->address_key);
    }
    if (!query_run(again, err)) {
        return false;
    }
    *fresh = query_changes(again) == 0;
    if (!*fresh) {
        return true;
    }
    CLEANUP(query_end) struct query *put = query_begin(db, PUT);
    query_blob(put, ":key", bounce->address_key, sizeof bounce->address_key);
    query_id(put, ":outbox", bounce->outbox_id);
    query_text(put, ":class", bounce->class);
    query_text(put, ":status", bounce->status);
    query_text(put, ":diagnostic", bounce->diagnostic);
    query_number(put, ":at", bounce->at);
    return query_run(put, err);
}

bool bounces_spell(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                   int64_t released_at, struct bounces_spell *spell, struct error *err)
{
    static const char SPELL[] =
        "SELECT COUNT(DISTINCT b.at / :day),"
        " COUNT(DISTINCT CASE WHEN b.class <> 'full' THEN b.at / :day END)"
        " FROM bounce b JOIN outbox o ON o.id = b.outbox_id"
        " WHERE b.address_key = :key AND b.class IN ('full', 'temporary', 'unknown')"
        " AND o.released_at <= :released AND o.released_at > COALESCE((SELECT MAX(p.released_at)"
        "     FROM outbox p WHERE p.address_key = :key AND p.state IN ('accepted', 'delivered')"
        "     AND p.released_at < :released), 0)"
        " AND b.at > COALESCE((SELECT MAX(s.lifted_at) FROM suppression s"
        "     WHERE s.address_key = :key AND s.kind = 'suspended'), 0)";
    CLEANUP(query_end) struct query *query = query_begin(db, SPELL);
    query_number(query, ":day", DAY);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    query_number(query, ":released", released_at);
    *spell = (struct bounces_spell){0};
    if (query_step(query)) {
        spell->days = query_column(query, 0);
        spell->else_days = query_column(query, 1);
    }
    return query_ok(query, err);
}

bool bounces_died(struct db *db, const unsigned char address_key[TOKEN_DIGEST_SIZE],
                  int64_t outbox_id, int64_t before, bool *died, struct error *err)
{
    static const char DIED[] = "SELECT 1 FROM bounce WHERE address_key = :key AND class = 'dead'"
                               " AND outbox_id <> :outbox AND at <= :before LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, DIED);
    query_blob(query, ":key", address_key, TOKEN_DIGEST_SIZE);
    query_number(query, ":outbox", outbox_id);
    query_number(query, ":before", before);
    *died = query_step(query);
    return query_ok(query, err);
}

/* Count a domain that is not among those that were seen; as many as matter. */
static void count_domain(const char *address, const char *seen[BOUNCES_DOMAINS_MOST],
                         struct bounces_blocked *blocked, struct arena *arena)
{
    const char *at = strrchr(address, '@');
    const char *domain = at == NULL ? address : at + 1;
    for (size_t i = 0; i < BOUNCES_DOMAINS_MOST && seen[i] != NULL; i++) {
        if (strcasecmp(seen[i], domain) == 0) {
            return;
        }
    }
    if (blocked->domains < BOUNCES_DOMAINS_MOST) {
        seen[blocked->domains++] = arena_text(arena, domain);
    }
}

bool bounces_blocked(struct db *db, const char *pool, const char *route, int64_t since, int64_t now,
                     struct bounces_blocked *blocked, struct error *err)
{
    static const char BLOCKED[] =
        "SELECT o.address FROM bounce b JOIN outbox o ON o.id = b.outbox_id"
        " WHERE b.class = 'blocked' AND b.at > :since AND b.at <= :now AND o.pool = :pool"
        " AND (:pool <> '' OR o.gateway = :route)"
        " GROUP BY o.address_key ORDER BY MAX(b.at) DESC LIMIT 1000";
    const char *seen[BOUNCES_DOMAINS_MOST] = {NULL};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *query = query_begin(db, BLOCKED);
    query_number(query, ":since", since);
    query_number(query, ":now", now);
    query_text(query, ":pool", pool);
    query_text(query, ":route", route);
    *blocked = (struct bounces_blocked){0};
    while (query_step(query)) {
        blocked->count++;
        count_domain(query_column_view(query, 0), seen, blocked, arena);
    }
    return query_ok(query, err);
}

/* The plus signs keep the index of a step out of it, which would have every one of its messages
 * looked at.
 *
 * How far from a message, counted in messages of any kind, those before and behind it are looked
 * for: where its receivers have but a hundredth of the mails, some two hundred are found. */
enum { CROWD_REACH = 20000 };

/* The messages that came back so, around one of them, in the order in which they were queued, which
 * is about that in which they went. */
static bool list_crowd(struct db *db, int64_t outbox_id, const struct bounces_measure *measure,
                       struct arena *arena, struct vector *ids, struct error *err)
{
    static const char AROUND[] =
        "SELECT o.id FROM outbox m JOIN step s ON s.id = m.step_id"
        " JOIN campaign k ON k.id = s.campaign_id CROSS JOIN bounce b CROSS JOIN outbox o"
        " ON o.id = b.outbox_id WHERE m.id = :id AND b.class = :class"
        " AND b.outbox_id BETWEEN :id - :reach AND :id + :reach AND +o.step_id = m.step_id"
        " AND o.pool = m.pool AND o.released_at >= k.watched_from ORDER BY o.id";
    CLEANUP(query_end) struct query *query = query_begin(db, AROUND);
    query_number(query, ":id", outbox_id);
    query_text(query, ":class", measure->class);
    query_number(query, ":reach", CROWD_REACH);
    while (query_step(query)) {
        *(int64_t *)vector_push(ids, arena, sizeof(int64_t)) = query_column(query, 0);
    }
    return query_ok(query, err);
}

/* Whether, from one message to another, no more than `of` were handed over. */
static bool is_dense(struct db *db, int64_t from, int64_t to, int64_t of, bool *dense,
                     struct error *err)
{
    static const char BETWEEN[] =
        "SELECT COUNT(*) FROM (SELECT 1 FROM outbox m JOIN outbox o"
        " ON o.id BETWEEN :from AND :to WHERE m.id = :from AND +o.step_id = m.step_id"
        " AND o.channel = m.channel AND o.pool = m.pool AND o.released_at IS NOT NULL"
        " LIMIT :of + 1)";
    CLEANUP(query_end) struct query *query = query_begin(db, BETWEEN);
    query_number(query, ":from", from);
    query_number(query, ":to", to);
    query_number(query, ":of", of);
    *dense = query_step(query) && query_column(query, 0) <= of;
    return query_ok(query, err);
}

bool bounces_crowd(struct db *db, int64_t outbox_id, const struct bounces_measure *measure,
                   bool *crowd, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct vector list = {0};
    bool found = false;
    if (!list_crowd(db, outbox_id, measure, arena, &list, err)) {
        return false;
    }
    const int64_t *ids = list.items;
    const size_t more = (size_t)measure->most;
    for (size_t i = 0; i + more < list.count && !found; i++) {
        const bool among = ids[i] <= outbox_id && outbox_id <= ids[i + more];
        if (among && !is_dense(db, ids[i], ids[i + more], measure->of, &found, err)) {
            return false;
        }
    }
    *crowd = found;
    return true;
}

bool bounces_list(struct db *db, const unsigned char *address_key, bool unproven, size_t limit,
                  struct arena *arena, struct bounce **bounces, size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT b.address_key, COALESCE(b.outbox_id, 0), b.class, b.status, b.diagnostic, b.at,"
        " b.times, o.reference, k.name FROM bounce b LEFT JOIN outbox o ON o.id = b.outbox_id"
        " LEFT JOIN step s ON s.id = o.step_id LEFT JOIN campaign k ON k.id = s.campaign_id"
        " WHERE b.address_key = COALESCE(:key, b.address_key)"
        " AND (:unproven = 0 OR b.outbox_id IS NULL) ORDER BY b.id DESC LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_blob(query, ":key", address_key, address_key == NULL ? 0 : TOKEN_DIGEST_SIZE);
    query_number(query, ":unproven", unproven);
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        struct bounce *bounce = vector_push(&list, arena, sizeof *bounce);
        query_column_blob(query, 0, bounce->address_key, sizeof bounce->address_key);
        bounce->outbox_id = query_column(query, 1);
        bounce->class = query_column_text(query, 2, arena);
        bounce->status = query_column_text(query, 3, arena);
        bounce->diagnostic = query_column_text(query, 4, arena);
        bounce->at = query_column(query, 5);
        bounce->times = query_column(query, 6);
        bounce->reference = query_column_text(query, 7, arena);
        bounce->campaign = query_column_text(query, 8, arena);
    }
    *bounces = list.items;
    *count = list.count;
    return query_ok(query, err);
}

/* What was taken so long ago does not come again. */
static bool forget_mails(struct db *db, int64_t now, struct error *err)
{
    static const char FORGET[] = "DELETE FROM mail_taken WHERE at < :before";
    CLEANUP(query_end) struct query *query = query_begin(db, FORGET);
    query_number(query, ":before", now - 90 * DAY);
    return query_run(query, err);
}

bool bounces_note_mail(struct db *db, const unsigned char mark[TOKEN_DIGEST_SIZE], int64_t at,
                       bool *fresh, struct error *err)
{
    static const char NOTE[] = "INSERT INTO mail_taken (mark, at) VALUES (:mark, :at)"
                               " ON CONFLICT (mark) DO NOTHING";
    if (!forget_mails(db, at, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, NOTE);
    query_blob(query, ":mark", mark, TOKEN_DIGEST_SIZE);
    query_number(query, ":at", at);
    if (!query_run(query, err)) {
        return false;
    }
    *fresh = query_changes(query) > 0;
    return true;
}

bool bounces_count_mail(struct db *db, const char *kind, const char *class, const char *proof,
                        struct error *err)
{
    static const char COUNT[] = "INSERT INTO mail_count (kind, class, proof, count)"
                                " VALUES (:kind, :class, :proof, 1)"
                                " ON CONFLICT (kind, class, proof) DO UPDATE SET count = count + 1";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    query_text(query, ":kind", kind);
    query_text(query, ":class", class);
    query_text(query, ":proof", proof);
    return query_run(query, err);
}
