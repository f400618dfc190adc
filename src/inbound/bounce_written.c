/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows when a person wrote; see bounce.h. */
#include <string.h>

#include "bounce_private.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/inbound/reply.h"
#include "muster/store/inbox.h"

enum {
    STRANGERS_MOST = 200,  /* mails of people nobody knows that are kept in a day */
    TEXT_MOST = 16 * 1024, /* bytes of one */
    SUBJECT_MOST = 200,
};

/* No longer than `most` bytes, cut on a character. */
static const char *head(const char *text, size_t most, struct arena *arena)
{
    const size_t length = strlen(text);
    return length <= most ? text : arena_span(arena, text, text_valid(text, most));
}

/* What is read in the inbox. Who writes nothing has said it in the subject; of what is no reply
 * the subject tells most. */
static const char *words_of(const struct bounce_case *taken, enum returned_kind kind)
{
    const char *text = head(taken->returned->text, TEXT_MOST, taken->arena);
    const char *subject = head(taken->returned->subject, SUBJECT_MOST, taken->arena);
    if (text_empty(text) || text_empty(subject)) {
        return text_empty(text) ? subject : text;
    }
    return kind == RETURNED_OTHER ? arena_printf(taken->arena, "%s: %s", subject, text) : text;
}

static bool is_stranger(const struct bounce_case *taken, const struct reply *reply, bool *stranger,
                        struct error *err)
{
    bool contact = false;
    if (taken->message == NULL && !bounce_is_contact(taken, reply->address_key, &contact, err)) {
        return false;
    }
    *stranger = taken->message == NULL && !contact;
    return true;
}

/* Whether there is no room left for what strangers write. */
static bool is_enough(const struct bounce_case *taken, bool *enough, struct error *err)
{
    int64_t count = 0;
    if (!inbox_strangers(taken->db, taken->now - 24 * (int64_t)CLOCK_HOUR, &count, err)) {
        return false;
    }
    *enough = count >= STRANGERS_MOST;
    return true;
}

static const char *tell(const struct reply *reply, bool stranger, struct arena *arena)
{
    return arena_printf(arena, "in the inbox as %s%s", reply->meaning,
                        stranger              ? ", from nobody we know"
                        : reply->answers == 0 ? ", from a member's address"
                                              : "");
}

/* Into the inbox, and done what it means. */
static bool put(const struct bounce_case *taken, const struct returned_event *event,
                enum keyword keyword, const char **told, struct error *err)
{
    char id[TOKEN_HEX_SIZE];
    token_hex(taken->mark, sizeof taken->mark, id);
    struct reply reply = {
        .gateway = "mail",
        .remote_id = id,
        .address = taken->returned->from,
        .text = words_of(taken, event->kind),
        .at = taken->now,
        .channel = CHANNEL_EMAIL,
        .answers = taken->message == NULL ? 0 : taken->message->id,
    };
    db_address_key(taken->db, CHANNEL_EMAIL, reply.address, reply.address_key);
    bool stranger = false;
    bool enough = false;
    bool fresh = false;
    if (!is_stranger(taken, &reply, &stranger, err) ||
        (stranger && !is_enough(taken, &enough, err))) {
        return false;
    }
    if (enough) {
        *told = "not kept: enough strangers have written today";
        return true;
    }
    const struct reply_mail mail = {
        .reply = &reply,
        .keyword = keyword,
        .sent_to = taken->message == NULL ? NULL : taken->message->address,
        .stranger = stranger,
    };
    if (!reply_take_mail(taken->db, &mail, taken->now, &fresh, err)) {
        return false;
    }
    *told = tell(&reply, stranger, taken->arena);
    return true;
}

/* The reader's words for what it cannot place. */
static bool nobody_can_tell(const struct returned_event *event)
{
    static const char CANNOT[] = "cannot tell";
    return strncmp(event->diagnostic, CANNOT, sizeof CANNOT - 1) == 0;
}

bool bounce_written(const struct bounce_case *taken, const struct returned_event *event,
                    const char **told, struct error *err)
{
    switch (event->kind) {
    case RETURNED_REPLY:
        return put(taken, event, reply_keyword_of_mail(words_of(taken, event->kind), taken->arena),
                   told, err);
    case RETURNED_UNSUBSCRIBE:
        if (taken->proof != BOUNCE_UNPROVEN) {
            *told = "its address is suppressed";
            return bounce_suppress(taken, taken->address_key, "stop",
                                   "a mail asked for no more mails", 0, err);
        }
        return put(taken, event, KEYWORD_STOP, told, err);
    case RETURNED_OTHER:
        if (nobody_can_tell(event)) {
            return put(taken, event, KEYWORD_OTHER, told, err);
        }
        *told = arena_printf(taken->arena, "taken for %s",
                             log_masked_text(event->diagnostic, taken->arena));
        return true;
    case RETURNED_BOUNCE:
    case RETURNED_COMPLAINT: return true;
    }
    return true;
}
