/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program muster: one call of one command. */
#include <stdio.h>

#include "call.h"
#include "cmd.h"
#include "cmd_mail_in.h"
#include "muster.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "rights.h"
#include "topics.h"

static bool run(struct call *call, int argc, char **argv, struct error *err)
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    bool help = false;
    const bool parsed = call_parse(call, argc, argv, commands, count, &help, err);
    if (call->topic != NULL && topics_print(call->topic)) {
        return true;
    }
    if (!parsed) {
        return false;
    }
    if (help) {
        if (call->command == NULL) {
            call_help_all(commands, count, call->group);
        } else {
            call_help(commands, count, call->command);
        }
        return true;
    }
    if (call_has(call, "--version")) {
        (void)puts("muster " MUSTER_VERSION);
        return true;
    }
    return token_start(err) && call_prepare(call, err) && rights_check(call, err) &&
           call->command->run(call, err);
}

static int status_of(const struct call *call, const struct error *err)
{
    const bool from_mta = call->command != NULL && call->command->run == cmd_mail_in;
    return from_mta ? cmd_mail_in_status(call, err) : error_exit_status(err->kind);
}

int main(int argc, char **argv)
{
    log_open("muster", NULL);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct call call = {.arena = arena};
    struct error err = {0};
    bool ok = run(&call, argc, argv, &err);
    db_close(&call.db);
    if (ok && (fflush(stdout) != 0 || ferror(stdout) != 0)) {
        ok = error_set(&err, ERROR_IO, "standard output cannot be written");
    }
    if (!ok) {
        (void)fprintf(stderr, "muster: %s\n", text_printable(err.text, arena));
    }
    return ok ? 0 : status_of(&call, &err);
}
