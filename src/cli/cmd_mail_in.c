/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster mail-in. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_mail_in.h"
#include "lines.h"
#include "muster/base/text.h"
#include "muster/inbound/returned.h"

const struct call_option cmd_mail_in_options[] = {
    {"--explain", NULL, "say what the mail on standard input is, and do nothing"},
    {"--recipient", "ADDRESS", "the envelope recipient, as the MTA says it: whose mail it is"},
    {"--tell", NULL, "say what was done; else nothing is printed when all went well"},
    {0},
};

static const char *shown(const char *text, struct arena *arena)
{
    return text[0] == '\0' ? "-" : text_printable(text, arena);
}

/* One line for each thing that the mail says. It needs no store. */
static bool explain(const struct buffer *mail, struct arena *arena, struct error *err)
{
    struct returned returned;
    if (!returned_read(buffer_text(mail), mail->length, arena, &returned, err)) {
        return false;
    }
    for (size_t i = 0; i < returned.count; i++) {
        const struct returned_event *event = &returned.events[i];
        (void)printf("%s\t%s\t%s\t%s\n", returned_kind_name(event->kind),
                     shown(event->recipient, arena), shown(event->status, arena),
                     returned_class_name(event->class));
    }
    return true;
}

/* Standard input, as much of it as is read of a mail; what is behind is not looked at. */
static bool read_mail(struct buffer *mail, struct error *err)
{
    char piece[4096];
    size_t got;
    while ((got = fread(piece, 1, sizeof piece, stdin)) > 0) {
        const size_t room = RETURNED_BYTES_MAX - mail->length;
        (void)buffer_add(mail, piece, got < room ? got : room);
    }
    return ferror(stdin) == 0 || error_set(err, ERROR_IO, "standard input cannot be read");
}

bool cmd_mail_in(struct call *call, struct error *err)
{
    CLEANUP(buffer_free) struct buffer mail;
    buffer_init(&mail, RETURNED_BYTES_MAX);
    if (!read_mail(&mail, err)) {
        return false;
    }
    return call_has(call, "--explain") ? explain(&mail, call->arena, err)
                                       : cmd_mail_in_take(call, &mail, err);
}
