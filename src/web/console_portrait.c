/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is held of a member, for that member, as a file to be saved; see letter/portrait.h. */
#include <sys/stat.h>

#include "console_people.h"
#include "muster/base/draft.h"
#include "muster/base/file.h"
#include "muster/letter/portrait.h"
#include "muster/store/record.h"

static bool note(const struct console_call *call, const struct portrait_order *order,
                 struct error *err)
{
    struct db *db = call->console->db;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return console_note(call, "member.export", record_member(order->member->id, call->arena),
                        order->form == PORTRAIT_HTML ? "html" : "json", err) &&
           db_commit(transaction, err);
}

/* Beside the store, where there is room, and nothing that others read. */
static bool write_file(const struct console_call *call, const struct portrait_order *order, int fd,
                       struct error *err)
{
    CLEANUP(draft_free) struct draft *draft = NULL;
    return draft_onto(fd, "the export", &draft, err) &&
           portrait_keep(call->console->db, call->console->config, order, draft, err);
}

bool console_export_member(struct console_call *call, struct error *err)
{
    struct portrait_order order = {.form = PORTRAIT_HTML, .now = call->now};
    struct member *member = NULL;
    struct stat info;
    CLEANUP(file_close) int fd = -1;
    if (!portrait_form_parse(console_field(call, "form"), &order.form)) {
        order.form = PORTRAIT_HTML;
    }
    if (!console_find_member(call, &member, err)) {
        return false;
    }
    order.member = member;
    const char *folder = file_beside(call->console->config->store.file, ".", call->arena);
    if (!file_nameless(folder, &fd, err) || !note(call, &order, err) ||
        !write_file(call, &order, fd, err)) {
        return false;
    }
    if (fstat(fd, &info) != 0) {
        return error_set(err, ERROR_IO, "the export cannot be read again");
    }
    const struct server_file file = {fd, (size_t)info.st_size,
                                     portrait_file_name(&order, call->arena)};
    server_answer(call->exchange, &(struct server_answer){.status = 200,
                                                          .type = order.form == PORTRAIT_HTML
                                                                      ? "text/html; charset=utf-8"
                                                                      : "application/json",
                                                          .file = &file});
    return true;
}
