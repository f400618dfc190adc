/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a relay answers, line by line: a reply has a code that a reply may have and words on one
 * line, or it is said what was wrong; and the listener is as new after each reply. */
#include <string.h>

#include "fuzz.h"
#include "smtp_reply.h"

static bool is_one_line(const char *text)
{
    return strlen(text) <= SMTP_WORDS_MAX && strpbrk(text, "\r\n") == NULL;
}

static void check_reply(const struct smtp_listener *listener, const struct smtp_reply *reply,
                        struct arena *arena)
{
    MUST_HOLD(reply->code >= 200 && reply->code <= 599);
    MUST_HOLD(is_one_line(reply->text));
    MUST_HOLD(reply->enhanced[0] == 0 || reply->enhanced[0] == reply->code / 100);
    for (size_t i = 0; i < ARRAY_LENGTH(reply->enhanced); i++) {
        MUST_HOLD(reply->enhanced[i] >= 0 && reply->enhanced[i] <= 999);
    }
    MUST_HOLD(listener->code == 0 && listener->used == 0 && listener->heard == 0);
    const char *line = smtp_reply_line(reply, arena);
    MUST_HOLD(strncmp(line, listener->last, strlen(listener->last)) == 0);
    MUST_HOLD(smtp_says(reply, line[0] - '0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct smtp_listener listener = {.code = 0};
    const char *at = (const char *)bytes;
    for (size_t left = size; left > 0;) {
        const char *end = memchr(at, '\n', left);
        const size_t length = end == NULL ? left : (size_t)(end - at) + 1;
        struct smtp_reply reply = {.code = 77};
        const enum smtp_heard heard = smtp_listen(&listener, at, length, arena, &reply);
        MUST_HOLD(is_one_line(listener.last) && strlen(listener.text) <= SMTP_WORDS_MAX);
        if (heard == SMTP_HEARD_NONSENSE) {
            MUST_HOLD(listener.fault != NULL && reply.code == 77);
            return 0;
        }
        if (heard == SMTP_HEARD_REPLY) {
            check_reply(&listener, &reply, arena);
        } else {
            MUST_HOLD(listener.code >= 200 && listener.code <= 599 && reply.code == 77);
            MUST_HOLD(listener.heard <= SMTP_REPLY_MOST);
        }
        at += length;
        left -= length;
    }
    return 0;
}
