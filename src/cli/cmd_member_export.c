/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster member export: everything that is held of one member, for that member. */
#include <stdio.h>
#include <sys/stat.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/draft.h"
#include "muster/base/text.h"
#include "muster/letter/portrait.h"
#include "muster/store/members.h"
#include "muster/store/record.h"

const struct call_option cmd_export_options[] = {
    {"--format", "json|html", "json for programs (else), html to read and to print"},
    {"--output", "FILE", "a new file that only this user can read; else standard output"},
    ACTING_OPTIONS,
    {0},
};

static void put_to_stream(void *context, const void *bytes, size_t length)
{
    (void)fwrite(bytes, 1, length, context);
}

/* Before the first byte goes out: an export that nobody noted is worse than a note of one that
 * failed. */
static bool note_export(struct call *call, const struct portrait_order *order,
                        const struct account *account, struct error *err)
{
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return acting_note(call, account, "member.export",
                       record_member(order->member->id, call->arena),
                       order->form == PORTRAIT_HTML ? "html" : "json", err) &&
           db_commit(transaction, err);
}

static bool export_to_file(struct call *call, const struct portrait_order *order, const char *path,
                           const struct account *account, struct error *err)
{
    CLEANUP(draft_free) struct draft *draft = NULL;
    return draft_open(path, S_IRUSR | S_IWUSR, &draft, err) &&
           note_export(call, order, account, err) &&
           portrait_keep(call->db, &call->config, order, draft, err);
}

bool cmd_member_export(struct call *call, struct error *err)
{
    const char *format = call_value(call, "--format");
    const char *path = call_value(call, "--output");
    struct portrait_order order = {.form = PORTRAIT_JSON, .now = clock_now()};
    struct member *member = NULL;
    struct account *account = NULL;
    if (format != NULL && !portrait_form_parse(format, &order.form)) {
        return error_set(err, ERROR_USAGE, "the format of an export is json or html, not '%s'",
                         format);
    }
    if (!acting_account(call, ROLE_MAY_DISCLOSE, "export a member", &account, err) ||
        !members_find(call->db, call->arguments[0], call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return cmd_unknown_member(call, call->arguments[0], err);
    }
    order.member = member;
    if (path == NULL) {
        return note_export(call, &order, account, err) &&
               portrait_write(call->db, &call->config, &order, put_to_stream, stdout, err);
    }
    if (!export_to_file(call, &order, path, account, err)) {
        return false;
    }
    (void)printf("%s holds everything about member %s: hand it to nobody else, and delete it"
                 " when it has been handed over\n",
                 text_printable(path, call->arena), text_printable(member->number, call->arena));
    return true;
}
