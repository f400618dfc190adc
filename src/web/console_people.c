/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages about members share: whom a path means, whom who asks may see, and what is noted
 * of somebody in a ballot. */
#include "console_people.h"

#include <string.h>

#include "console_inbox.h"
#include "muster/base/text.h"
#include "muster/store/record.h"

/* The number as a part of a path: what is no letter or digit goes as %XX. */
const char *console_member_key(const char *number, struct arena *arena)
{
    static const char HEX[] = "0123456789ABCDEF";
    char *key = arena_array(arena, strlen(number) * 3 + 1, sizeof *key);
    size_t used = 0;
    for (; *number != '\0'; number++) {
        const unsigned char byte = (unsigned char)*number;
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';
        if (plain) {
            key[used++] = (char)byte;
        } else {
            key[used++] = '%';
            key[used++] = HEX[byte >> 4];
            key[used++] = HEX[byte & 15];
        }
    }
    key[used] = '\0';
    return key;
}

const char *console_member_name(const struct member *member, struct arena *arena)
{
    const char *first = member->first_name == NULL ? "" : member->first_name;
    const char *last = member->last_name == NULL ? "" : member->last_name;
    const char *name = text_trim(arena_printf(arena, "%s %s", first, last), arena);
    return name[0] == '\0' ? member->number : name;
}

static bool find_seen(struct console_call *call, const char *number, struct member **member,
                      struct error *err)
{
    *member = NULL;
    if (number != NULL &&
        !scope_find(call->console->db, &call->scope, number, call->arena, member, err)) {
        return false;
    }
    return *member != NULL ||
           error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-member"));
}

bool console_find_member(struct console_call *call, struct member **member, struct error *err)
{
    return find_seen(call, console_part(call, 0), member, err);
}

bool console_ballot_of(struct console_call *call, const char *name, struct ballot **ballot,
                       struct error *err)
{
    return ballots_find(call->console->db, name, call->arena, ballot, err) &&
           (*ballot != NULL ||
            error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-ballot")));
}

bool console_kept_ballot(struct console_call *call, const char *name, struct ballot **ballot,
                         struct error *err)
{
    return console_ballot_of(call, name, ballot, err) &&
           ((*ballot)->purged_at == 0 ||
            error_set(err, ERROR_DATA, "%s", console_word(call, "ballot-purged")));
}

bool console_mark(struct console_call *call, const char *ballot_name, const char *number,
                  const char *state, struct error *err)
{
    static const char *const states[] = {"voted", "no-paper", "declined"};
    struct ballot *ballot = NULL;
    struct member *member = NULL;
    const char *becomes = NULL;
    bool known = false;
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        known = known || text_equal(state, states[i]);
    }
    if (!known) {
        return error_set(err, ERROR_DATA, "%s", console_word(call, "no-such-state"));
    }
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!find_seen(call, number, &member, err) ||
        !console_kept_ballot(call, ballot_name, &ballot, err) ||
        !ballots_put_down(db, ballot->id, member->id, state, call->account->name, call->now,
                          &becomes, err)) {
        return false;
    }
    if (becomes == NULL) {
        return error_set(err, ERROR_DATA, "%s", console_word(call, "not-entitled"));
    }
    /* What they told is kept with the ballot, and deleted with it; the record stays. */
    return console_note(call, "ballot.mark", record_member(member->id, call->arena), ballot->name,
                        err) &&
           db_commit(transaction, err);
}

struct json *console_member_row(const struct console_call *call, const struct member *member)
{
    struct json *values = json_make_object();
    json_put_text(values, "number", member->number);
    json_put_text(values, "key", console_member_key(member->number, call->arena));
    json_put_text(values, "who", console_member_name(member, call->arena));
    json_put_text(values, "employer", member->employer);
    json_put_text(values, "workplace", member->workplace);
    json_put_text(values, "branch", member->branch);
    json_put_text(values, "job", member->job);
    json_put_text(values, "status", member->status);
    return values;
}

bool console_put_members_found(struct console_call *call, const char *find, struct error *err)
{
    enum { FOUND_MOST = 50 };
    struct members_found found;
    if (!members_search(call->console->db, &call->scope, find,
                        call->console->config->organisation.region, FOUND_MOST, call->arena, &found,
                        err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < found.count; i++) {
        json_append(list, console_member_row(call, &found.members[i]));
    }
    json_put(call->values, "members", list);
    json_put_flag(call->values, "more_found", found.more);
    return true;
}
