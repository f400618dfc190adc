/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of replies share. Private to console_replies.c, console_conversation.c and
 * console_answers.c. */
#ifndef MUSTER_WEB_CONSOLE_INBOX_H
#define MUSTER_WEB_CONSOLE_INBOX_H

#include "console_call.h"
#include "muster/store/inbox.h"

/* The reply of this id, in the arena. ERROR_NO_INPUT when there is none. */
bool console_find_reply(const struct console_call *call, int64_t id, struct reply **reply,
                        struct error *err) MUST_USE;

/* Who wrote it, as `member` of the values; nothing when that is nobody we know. */
bool console_put_writer(const struct console_call *call, const struct reply *reply,
                        struct json *values, struct error *err) MUST_USE;

/* A field of the form that may have several lines, which browsers end with CR LF: with LF; in the
 * arena. */
const char *console_lines(const struct console_call *call, const char *name) MUST_USE;

#endif
