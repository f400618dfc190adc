/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies of a relay. What is no reply is said to be none: a client that guesses what was meant
 * takes the answer to one message for the answer to another. */
#include "smtp_reply.h"

#include <stdio.h>
#include <string.h>

/* "5.1.1 " at the beginning of a reply's text, into `enhanced`; gives what stands behind it. */
static const char *read_enhanced(const char *text, int code, int enhanced[3])
{
    int found[3] = {0};
    const char *at = text;
    for (size_t i = 0; i < ARRAY_LENGTH(found); i++) {
        size_t digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 3) {
            return text;
        }
        for (const char *end = at + digits; at < end; at++) {
            found[i] = found[i] * 10 + (*at - '0');
        }
        if (i < 2 && *at++ != '.') {
            return text;
        }
    }
    if (found[0] != code / 100 || (*at != ' ' && *at != '\0')) {
        return text;
    }
    memcpy(enhanced, found, sizeof found);
    return at + (*at == ' ' ? 1 : 0);
}

/* Those of one reply are put together; the enhanced code, which each of them repeats (RFC 2034 4),
 * is kept of the first alone. */
static void add_text(struct smtp_listener *listener, const char *text)
{
    bool first = listener->code == 0;
    int other[3];
    int code =
        first ? (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0') : listener->code;
    const char *words = text[3] == '\0' ? text + 3 : text + 4;
    words = read_enhanced(words, code, first ? listener->enhanced : other);
    listener->code = code;
    int added = snprintf(listener->text + listener->used, sizeof listener->text - listener->used,
                         "%s%s", first ? "" : " ", words);
    listener->used += added > 0 ? (size_t)added : 0;
    listener->used = listener->used < SMTP_WORDS_MAX ? listener->used : SMTP_WORDS_MAX;
}

const char *smtp_reply_line(const struct smtp_reply *reply, struct arena *arena)
{
    const int *enhanced = reply->enhanced;
    return enhanced[0] == 0 ? arena_printf(arena, "%d %s", reply->code, reply->text)
                            : arena_printf(arena, "%d %d.%d.%d %s", reply->code, enhanced[0],
                                           enhanced[1], enhanced[2], reply->text);
}

static enum smtp_heard fail(struct smtp_listener *listener, const char *fault)
{
    listener->fault = fault;
    return SMTP_HEARD_NONSENSE;
}

static void finish(struct smtp_listener *listener, struct arena *arena, struct smtp_reply *reply)
{
    *reply = (struct smtp_reply){.code = listener->code, .text = arena_text(arena, listener->text)};
    memcpy(reply->enhanced, listener->enhanced, sizeof reply->enhanced);
    (void)snprintf(listener->last, sizeof listener->last, "%s", smtp_reply_line(reply, arena));
    listener->used = 0;
    listener->code = 0;
    listener->heard = 0;
    listener->text[0] = '\0';
    memset(listener->enhanced, 0, sizeof listener->enhanced);
}

enum smtp_heard smtp_listen(struct smtp_listener *listener, const char *line, size_t length,
                            struct arena *arena, struct smtp_reply *reply)
{
    char text[SMTP_WORDS_MAX + 1] = "";
    size_t used = 0;
    for (; used < length && used < SMTP_WORDS_MAX && strchr("\r\n", line[used]) == NULL; used++) {
        text[used] = line[used];
    }
    text[used] = '\0';
    listener->heard += length;
    bool shaped = used >= 3 && strspn(text, "0123456789") == 3 && text[0] >= '2' &&
                  text[0] <= '5' && (text[3] == ' ' || text[3] == '-' || text[3] == '\0');
    if (!shaped) {
        (void)snprintf(listener->last, sizeof listener->last, "%s", text);
        return fail(listener, "does not speak SMTP");
    }
    int code = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    if (listener->code != 0 && listener->code != code) {
        return fail(listener, "contradicts itself within one answer");
    }
    if (listener->heard > SMTP_REPLY_MOST) {
        return fail(listener, "does not come to the end of its answer");
    }
    add_text(listener, text);
    if (text[3] == '-') {
        return SMTP_HEARD_MORE;
    }
    finish(listener, arena, reply);
    return SMTP_HEARD_REPLY;
}
