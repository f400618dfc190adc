/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows when a person wrote; see bounce.h. */
#include <string.h>

#include "bounce_private.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/inbound/reply.h"
#include "muster/model/keyword.h"
#include "muster/store/inbox.h"
#include "muster/store/suppressions.h"

enum {
    STRANGERS_MOST = 200,  /* mails of people nobody knows that are kept in a day */
    ADDRESS_MOST = 50,     /* the same in the name of one address that is known */
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
    bool known = false;
    if (taken->message == NULL && !inbox_knows(taken->db, reply->address_key, &known, err)) {
        return false;
    }
    *stranger = taken->message == NULL && !known;
    return true;
}

/* Whether there is no room left for what proves nothing: anybody can write it, in any name. */
static bool is_enough(const struct bounce_case *taken, const struct reply *reply, bool stranger,
                      bool *enough, struct error *err)
{
    int64_t count = 0;
    if (taken->message != NULL) {
        *enough = false;
        return true;
    }
    if (stranger ? !inbox_strangers(taken->db, taken->now, &count, err)
                 : !inbox_written(taken->db, reply->address_key, taken->now, &count, err)) {
        return false;
    }
    *enough = count >= (stranger ? STRANGERS_MOST : ADDRESS_MOST);
    return true;
}

/* Whoever asks for silence has it at the address they write from, if that is another one that we
 * write to: a mail that was passed on proves whose it was, and not who wants no more. But anybody
 * can write in anybody's name, so it is held there until a person has looked. */
static bool silence_writer(const struct bounce_case *taken, struct error *err)
{
    unsigned char key[TOKEN_DIGEST_SIZE];
    bool known = false;
    db_address_key(taken->db, CHANNEL_EMAIL, taken->returned->from, key);
    if (taken->message != NULL && memcmp(key, taken->address_key, sizeof key) == 0) {
        return true;
    }
    return inbox_knows(taken->db, key, &known, err) &&
           (!known || bounce_suppress(taken, key, "hold", REPLY_UNPROVEN, 0, err));
}

/* The address that a wish to leave certainly is for. */
static bool silence_reader(const struct bounce_case *taken, struct error *err)
{
    static const char WHY[] = "a mail asked for no more mails";
    int64_t lifted = 0;
    return bounce_suppress(taken, taken->address_key, "stop", WHY, 0, err) &&
           suppressions_lift(taken->db, taken->address_key, "hold", WHY, taken->now, &lifted, err);
}

/* What is not kept is heard nevertheless when it asks for silence. */
static bool pass_over(const struct bounce_case *taken, enum keyword keyword, bool stranger,
                      const char **told, struct error *err)
{
    const bool silence = keyword == KEYWORD_STOP || keyword == KEYWORD_HOLD;
    *told = stranger  ? "not kept: enough strangers have written today"
            : silence ? "its address is held; not kept: enough was written from it today"
                      : "not kept: enough was written from its address today";
    return stranger || !silence || silence_writer(taken, err);
}

static const char *tell(const struct reply *reply, bool stranger, struct arena *arena)
{
    return arena_printf(arena, "in the inbox as %s%s", reply->meaning,
                        stranger              ? ", from nobody we know"
                        : reply->answers == 0 ? ", from a member's address as it seems"
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
        !is_enough(taken, &reply, stranger, &enough, err)) {
        return false;
    }
    if (enough) {
        return pass_over(taken, keyword, stranger, told, err);
    }
    const bool doubtful = keyword == KEYWORD_STOP && taken->message == NULL && !stranger;
    const struct reply_mail mail = {
        .reply = &reply,
        .keyword = doubtful ? KEYWORD_HOLD : keyword,
        .sent_to = taken->message == NULL ? NULL : taken->message->address,
        .stranger = stranger,
    };
    if (!reply_take_mail(taken->db, &mail, taken->now, &fresh, err)) {
        return false;
    }
    *told = tell(&reply, stranger, taken->arena);
    return taken->message == NULL || !reply_silences(&reply) || silence_writer(taken, err);
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
            return silence_reader(taken, err) && silence_writer(taken, err);
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
