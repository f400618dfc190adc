/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members whose data is kept and not used; see restrictions.h. */
#include "muster/store/restrictions.h"

#include "muster/base/text.h"
#include "muster/store/record.h"
#include "query.h"

static bool note(struct db *db, int64_t member_id, const char *account, const char *deed,
                 int64_t at, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct record_entry entry = {
        .at = at, .account = account, .deed = deed, .subject = record_member(member_id, arena)};
    return record_put(db, &entry, err);
}

bool restrictions_put(struct db *db, const struct restriction *restriction, struct error *err)
{
    static const char PUT[] =
        "INSERT INTO restriction (member_id, reason, account, at)"
        " VALUES (:member, :reason, :account, :at) ON CONFLICT (member_id) DO UPDATE SET"
        " reason = excluded.reason, account = excluded.account, at = excluded.at";
    if (text_empty(restriction->reason)) {
        return error_set(err, ERROR_DATA, "a restriction needs a reason");
    }
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":member", restriction->member_id);
    query_text(query, ":reason", restriction->reason);
    query_text(query, ":account", restriction->account);
    query_number(query, ":at", restriction->at);
    return query_run(query, err) && note(db, restriction->member_id, restriction->account,
                                         "member.restrict", restriction->at, err);
}

bool restrictions_lift(struct db *db, int64_t member_id, const char *account, int64_t at,
                       bool *lifted, struct error *err)
{
    static const char LIFT[] = "DELETE FROM restriction WHERE member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, LIFT);
    query_number(query, ":member", member_id);
    if (!query_run(query, err)) {
        return false;
    }
    const bool was = query_changes(query) > 0;
    if (was && !note(db, member_id, account, "member.unrestrict", at, err)) {
        return false;
    }
    *lifted = was;
    return true;
}

bool restrictions_find(struct db *db, int64_t member_id, struct arena *arena,
                       struct restriction **restriction, struct error *err)
{
    static const char FIND[] =
        "SELECT reason, account, at FROM restriction WHERE member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_number(query, ":member", member_id);
    struct restriction *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        *found = (struct restriction){.member_id = member_id,
                                      .reason = query_column_text(query, 0, arena),
                                      .account = query_column_text(query, 1, arena),
                                      .at = query_column(query, 2)};
    }
    *restriction = found;
    return query_ok(query, err);
}

bool restrictions_hold(struct db *db, int64_t member_id, bool *held, struct error *err)
{
    static const char HOLD[] = "SELECT 1 FROM restriction WHERE member_id = :member";
    CLEANUP(query_end) struct query *query = query_begin(db, HOLD);
    query_number(query, ":member", member_id);
    *held = query_step(query);
    return query_ok(query, err);
}
