/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster mail-in without --explain: an MTA hands one mail over on standard input, and keeps it
 * until we say that we have it. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_mail_in.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/inbound/bounce.h"

enum { PATIENCE_MS = 10 * 1000 /* for who else writes; then the MTA comes again */ };

static bool take(struct call *call, const struct returned *returned, struct bounce_outcome *outcome,
                 struct error *err)
{
    const struct bounce_mail mail = {
        .returned = returned,
        .recipient = call_value(call, "--recipient"),
        .now = clock_now(),
    };
    db_set_patience(call->db, PATIENCE_MS);
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    return bounce_take(call->db, &call->config, &mail, call->arena, outcome, err) &&
           db_commit(transaction, err);
}

bool cmd_mail_in_take(struct call *call, const struct buffer *mail, struct error *err)
{
    struct returned returned;
    struct bounce_outcome outcome;
    if (mail->length == 0) {
        return error_set(err, ERROR_DATA, "there is no mail on standard input");
    }
    if (!returned_read(buffer_text(mail), mail->length, call->arena, &returned, err) ||
        !call_open(call, CALL_STORE, err) || !take(call, &returned, &outcome, err)) {
        return false;
    }
    if (call_has(call, "--tell")) {
        (void)printf("%s\t%s\t%s\t%s\n", returned_kind_name(outcome.kind),
                     returned_class_name(outcome.class),
                     text_empty(outcome.reference) ? "-" : outcome.reference,
                     text_printable(outcome.told, call->arena));
    }
    return true;
}

int cmd_mail_in_status(const struct call *call, const struct error *err)
{
    const bool explains = call_has(call, "--explain");
    return error_exit_status(explains ? err->kind : ERROR_TEMPORARY);
}
