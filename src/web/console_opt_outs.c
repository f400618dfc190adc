/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opt-outs: the ledger, one more as a person has told, and lifting one. An address is known here by
 * its key alone, and is shown only where a member has it; of a number that nobody has it can be
 * asked whether it is closed, and never which it is. */
#include <string.h>

#include "console_inbox.h"
#include "console_people.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"
#include "muster/store/record.h"

enum { PAGE_ROWS = 50, FOUND_MOST = 50, MEMBERS_MOST = 10, REASON_MOST = 300 };

/* Either kind of address, as it is stored; false, with why, when it is none. */
static bool read_address(const struct console_call *call, const char *text, enum channel *channel,
                         const char **address, const char **reason)
{
    *channel = strchr(text, '@') == NULL ? CHANNEL_SMS : CHANNEL_EMAIL;
    return *channel == CHANNEL_SMS ? phone_parse(text, call->console->config->organisation.region,
                                                 call->arena, address, reason)
                                   : address_parse(text, call->arena, address, reason);
}

/* What is wrong with a reason, or NULL. It is kept in clear, and addresses are not. */
static const char *reason_fault(const struct console_call *call, const char *reason,
                                const char *address)
{
    return reason[0] == '\0'              ? "reason-missing"
           : strlen(reason) > REASON_MOST ? "reason-long"
           : address != NULL && suppressions_named(reason, address, call->arena)
               ? "reason-names-address"
               : NULL;
}

/* Who has the address of a row now. */
static bool put_bearers(struct console_call *call, const struct suppression *row,
                        struct json *values, struct error *err)
{
    struct dossier_sharer *bearers = NULL;
    size_t count = 0;
    if (!dossiers_sharers(call->console->db, row->address_key, 0, call->arena, &bearers, &count,
                          err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count && i < MEMBERS_MOST; i++) {
        const struct member member = {.number = bearers[i].number,
                                      .first_name = bearers[i].first_name,
                                      .last_name = bearers[i].last_name};
        json_append(list, console_member_row(call, &member));
    }
    json_put(values, "bearers", list);
    return true;
}

static bool put_rows(struct console_call *call, const struct suppression *rows, size_t count,
                     struct error *err)
{
    struct json *list = json_make_array();
    json_put(call->values, "rows", list);
    for (size_t i = 0; i < count; i++) {
        struct json *values = console_opt_out_row(call, &rows[i]);
        json_append(list, values);
        if (!put_bearers(call, &rows[i], values, err)) {
            return false;
        }
    }
    return true;
}

static bool put_kinds(struct console_call *call, struct error *err)
{
    struct suppressions_kind *kinds = NULL;
    size_t count = 0;
    if (!suppressions_kinds(call->console->db, call->arena, &kinds, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_put_text(values, "kind", kinds[i].kind);
        json_put_text(values, "kind_words", console_named(call, "kind", kinds[i].kind));
        json_put_number(values, "sms", kinds[i].sms);
        json_put_number(values, "email", kinds[i].email);
        json_append(list, values);
    }
    json_put(call->values, "kinds", list);
    return true;
}

/* What is known of one address, or which members a name may mean. */
static bool put_search(struct console_call *call, const char *find, struct error *err)
{
    enum channel channel;
    const char *address = NULL;
    const char *reason = "";
    json_put_flag(call->values, "searched", true);
    if (read_address(call, find, &channel, &address, &reason)) {
        unsigned char key[TOKEN_DIGEST_SIZE];
        struct suppression *rows = NULL;
        size_t count = 0;
        db_address_key(call->console->db, channel, address, key);
        return suppressions_list(call->console->db, key, FOUND_MOST, call->arena, &rows, &count,
                                 err) &&
               put_rows(call, rows, count, err);
    }
    return console_put_members_found(call, find, err) && put_rows(call, NULL, 0, err);
}

static bool put_ledger(struct console_call *call, struct error *err)
{
    struct suppression *rows = NULL;
    size_t count = 0;
    struct suppressions_choice choice = {.limit = PAGE_ROWS + 1,
                                         .kind = text_given(console_query(call, "kind")),
                                         .in_force = console_query(call, "kind")[0] != '\0'};
    (void)!text_number(console_query(call, "before"), 1, INT64_MAX, &choice.before);
    if (!suppressions_page(call->console->db, &choice, call->arena, &rows, &count, err)) {
        return false;
    }
    if (count > PAGE_ROWS) {
        json_put_number(call->values, "next", rows[PAGE_ROWS - 1].id);
        count = PAGE_ROWS;
    }
    if (choice.kind != NULL) {
        json_put_text(call->values, "chosen_kind", choice.kind);
        json_put_text(call->values, "chosen_words", console_named(call, "kind", choice.kind));
    }
    return put_rows(call, rows, count, err);
}

bool console_show_opt_outs(struct console_call *call, struct error *err)
{
    const char *find = console_query(call, "find");
    json_put_text(call->values, "find", find);
    json_put_flag(call->values, "may_change", console_may(call, CONSOLE_WRITERS));
    return put_kinds(call, err) &&
           (find[0] == '\0' ? put_ledger(call, err) : put_search(call, find, err)) &&
           console_answer(call, "opt-outs.html", "members", err);
}

/* Store it; says in `notice` what came of it. A message may be on its way already, which this page
 * cannot wait for. */
static bool add(struct console_call *call, enum channel channel, const char *address,
                const char *reason, const char *subject, const char **notice, struct error *err)
{
    struct db *db = call->console->db;
    const bool promotional = text_equal(console_field(call, "purpose"), "promotional");
    struct suppression suppression = {.channel = channel,
                                      .kind = promotional ? SUPPRESSIONS_PROMOTIONAL : "manual",
                                      .source = "person",
                                      .reason = reason,
                                      .at = call->now};
    bool in_flight = false;
    db_address_key(db, channel, address, suppression.address_key);
    if (!suppressions_tell(db, &suppression, err) ||
        !suppressions_in_flight(db, suppression.address_key, &in_flight, err) ||
        !console_note(call, "suppress.add", subject,
                      arena_printf(call->arena, "%s, %s", channel_name(channel), suppression.kind),
                      err)) {
        return false;
    }
    *notice = in_flight ? "done-opt-out-late" : "done-opt-out";
    return true;
}

/* The page once more, with what was typed and what is wrong with it. */
static bool show_fault(struct console_call *call, const char *field, const char *sentence,
                       struct error *err)
{
    json_put_text(call->values, arena_printf(call->arena, "%s_fault", field), sentence);
    json_put_text(call->values, "typed_address", console_field(call, "address"));
    json_put_text(call->values, "typed_reason", console_field(call, "reason"));
    json_put_flag(call->values, "promotional",
                  text_equal(console_field(call, "purpose"), "promotional"));
    return console_show_opt_outs(call, err);
}

bool console_add_opt_out(struct console_call *call, struct error *err)
{
    enum channel channel;
    const char *address = NULL;
    const char *why = "";
    const char *notice = NULL;
    const char *typed = console_field(call, "address");
    const char *reason = console_field(call, "reason");
    if (!read_address(call, typed, &channel, &address, &why)) {
        return show_fault(call, "address", arena_printf(call->arena, "“%s” %s", typed, why), err);
    }
    const char *fault = reason_fault(call, reason, address);
    if (fault != NULL) {
        return show_fault(call, "reason", console_word(call, fault), err);
    }
    if (!db_begin(call->console->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->console->db;
    return add(call, channel, address, reason, NULL, &notice, err) && db_commit(transaction, err) &&
           console_go(call, "/opt-outs", notice);
}

/* The reason must hold neither address of anybody who has what the key stands for. */
static bool check_bearers(struct console_call *call, const struct suppression *row,
                          const char *reason, const char **fault, struct error *err)
{
    struct dossier_sharer *bearers = NULL;
    size_t count = 0;
    *fault = reason_fault(call, reason, NULL);
    if (!dossiers_sharers(call->console->db, row->address_key, 0, call->arena, &bearers, &count,
                          err)) {
        return false;
    }
    for (size_t i = 0; i < count && *fault == NULL; i++) {
        struct member *member = NULL;
        if (!members_find(call->console->db, bearers[i].number, call->arena, &member, err)) {
            return false;
        }
        const char *address = member == NULL                ? NULL
                              : row->channel == CHANNEL_SMS ? member->mobile
                                                            : member->email;
        *fault = reason_fault(call, reason, address);
    }
    return true;
}

static bool lift(struct console_call *call, const struct suppression *row, const char *reason,
                 const char *subject, const char **notice, struct error *err)
{
    struct db *db = call->console->db;
    int64_t lifted = 0;
    bool shut = false;
    if (!suppressions_lift(db, row->address_key, row->kind, reason, call->now, &lifted, err) ||
        !suppressions_in_force(db, row->address_key, &shut, err) ||
        !console_note(call, "suppress.remove", subject,
                      arena_printf(call->arena, "%s, %s", channel_name(row->channel), row->kind),
                      err)) {
        return false;
    }
    *notice = lifted == 0 ? "done-nothing" : shut ? "done-lifted-shut" : "done-lifted";
    return true;
}

/* Find the row of the ledger that a form means, and lift what is of its kind there. With a member
 * it must be of an address of theirs. */
static bool lift_row(struct console_call *call, const char *text, const struct member *member,
                     const char **notice, const char **fault, struct error *err)
{
    struct suppression *row = NULL;
    int64_t id = 0;
    const char *reason = console_field(call, "reason");
    struct db *db = call->console->db;
    if (text_number(text, 1, INT64_MAX, &id) && !suppressions_get(db, id, call->arena, &row, err)) {
        return false;
    }
    const char *address = row == NULL || member == NULL ? NULL
                          : row->channel == CHANNEL_SMS ? member->mobile
                                                        : member->email;
    unsigned char key[TOKEN_DIGEST_SIZE] = {0};
    if (!text_empty(address)) {
        db_address_key(db, row->channel, address, key);
    }
    if (row == NULL || (member != NULL && memcmp(key, row->address_key, sizeof key) != 0)) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-opt-out"));
    }
    if (!check_bearers(call, row, reason, fault, err)) {
        return false;
    }
    const char *subject = member == NULL ? NULL : record_member(member->id, call->arena);
    return *fault != NULL || lift(call, row, reason, subject, notice, err);
}

bool console_lift_opt_out(struct console_call *call, struct error *err)
{
    const char *notice = NULL;
    const char *fault = NULL;
    if (!db_begin(call->console->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->console->db;
    if (!lift_row(call, call->request->parts[0], NULL, &notice, &fault, err)) {
        return false;
    }
    if (fault != NULL) {
        db_rollback(&transaction);
        json_put_text(call->values, "lift_fault", console_word(call, fault));
        return console_show_opt_outs(call, err);
    }
    return db_commit(transaction, err) && console_go(call, "/opt-outs", notice);
}

/* A page of the member, with what is wrong. */
static bool show_member_fault(struct console_call *call, const char *fault, struct error *err)
{
    json_put_text(call->values, "opt_out_fault", console_word(call, fault));
    json_put_text(call->values, "typed_reason", console_field(call, "reason"));
    return console_show_one(call, err);
}

bool console_stop_member(struct console_call *call, struct error *err)
{
    enum channel channel = CHANNEL_SMS;
    struct member *member = NULL;
    const char *notice = NULL;
    const char *reason = console_field(call, "reason");
    if (!db_begin(call->console->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->console->db;
    if (!console_find_member(call, &member, err)) {
        return false;
    }
    const char *address = !channel_parse(console_field(call, "channel"), &channel) ? NULL
                          : channel == CHANNEL_SMS                                 ? member->mobile
                                                                                   : member->email;
    const char *fault =
        text_empty(address) ? "no-such-address" : reason_fault(call, reason, address);
    if (fault != NULL) {
        db_rollback(&transaction);
        return show_member_fault(call, fault, err);
    }
    return add(call, channel, address, reason, record_member(member->id, call->arena), &notice,
               err) &&
           db_commit(transaction, err) &&
           console_go(call,
                      arena_printf(call->arena, "/members/%s",
                                   console_member_key(member->number, call->arena)),
                      notice);
}

bool console_lift_member(struct console_call *call, struct error *err)
{
    struct member *member = NULL;
    const char *notice = NULL;
    const char *fault = NULL;
    if (!db_begin(call->console->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->console->db;
    if (!console_find_member(call, &member, err) ||
        !lift_row(call, console_field(call, "id"), member, &notice, &fault, err)) {
        return false;
    }
    if (fault != NULL) {
        db_rollback(&transaction);
        return show_member_fault(call, fault, err);
    }
    return db_commit(transaction, err) &&
           console_go(call,
                      arena_printf(call->arena, "/members/%s",
                                   console_member_key(member->number, call->arena)),
                      notice);
}
