/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail that came back: whose it is, and that each is taken once; see bounce.h. */
#include "muster/inbound/bounce.h"

#include <string.h>

#include "bounce_private.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/store/bounces.h"
#include "muster/store/dossiers.h"
#include "muster/store/suppressions.h"
#include "muster/store/unsubscribe.h"

enum { MARK_CEILING = 8 * 1024 * 1024 };

const char *bounce_proof_name(enum bounce_proof proof)
{
    switch (proof) {
    case BOUNCE_UNPROVEN: return "-";
    case BOUNCE_BY_SENDER: return "sender";
    case BOUNCE_BY_LINK: return "link";
    case BOUNCE_BY_MESSAGE: return "message";
    }
    return "-";
}

bool bounce_suppress(const struct bounce_case *taken,
                     const unsigned char address_key[TOKEN_DIGEST_SIZE], const char *kind,
                     const char *reason, int64_t ends_at, struct error *err)
{
    struct suppression suppression = {
        .channel = CHANNEL_EMAIL,
        .kind = kind,
        .source = "mail",
        .reason = reason,
        .at = taken->now,
        .ends_at = ends_at,
    };
    memcpy(suppression.address_key, address_key, sizeof suppression.address_key);
    return suppressions_add(taken->db, &suppression, err);
}

bool bounce_is_contact(const struct bounce_case *taken,
                       const unsigned char address_key[TOKEN_DIGEST_SIZE], bool *contact,
                       struct error *err)
{
    struct dossier_sharer *bearers = NULL;
    size_t count = 0;
    if (!dossiers_sharers(taken->db, address_key, 0, taken->arena, &bearers, &count, err)) {
        return false;
    }
    *contact = count > 0;
    return true;
}

/* --- which message -----------------------------------------------------------------------------*/

/* The mail of ours with this reference; one that is gone, or was a text, proves nothing. */
static bool find(struct bounce_case *taken, const char *reference, enum bounce_proof proof,
                 struct error *err)
{
    struct outbox_message *message = NULL;
    if (!outbox_find(taken->db, reference, taken->arena, &message, err)) {
        return false;
    }
    if (message != NULL && message->channel == CHANNEL_EMAIL) {
        taken->message = message;
        taken->proof = proof;
        db_address_key(taken->db, CHANNEL_EMAIL, message->address, taken->address_key);
    }
    return true;
}

/* By an address it came to: that for leaving, or an envelope sender. */
static bool find_by_address(struct bounce_case *taken, const char *address, struct error *err)
{
    char leaver[UNSUBSCRIBE_REFERENCE_SIZE];
    char sender[BOUNCES_REFERENCE_SIZE];
    const char *leave = taken->config->mail.leave;
    if (text_empty(address)) {
        return true;
    }
    const bool leaves = !text_empty(leave) && bounces_matches(leave, address);
    taken->leaves = taken->leaves || leaves;
    if (taken->message == NULL && leaves &&
        unsubscribe_reference_of(taken->db, leave, address, leaver)) {
        return find(taken, leaver, BOUNCE_BY_LINK, err);
    }
    return taken->message != NULL ||
           !bounces_reference(taken->db, taken->config->mail.bounces, address, sender) ||
           find(taken, sender, BOUNCE_BY_SENDER, err);
}

static bool find_by_link(struct bounce_case *taken, struct error *err)
{
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    return taken->message != NULL ||
           !unsubscribe_reference(taken->db, taken->returned->token, reference) ||
           find(taken, reference, BOUNCE_BY_LINK, err);
}

/* Our Message-IDs are REFERENCE@DOMAIN, and nobody guesses a reference. */
static bool find_by_message(struct bounce_case *taken, struct error *err)
{
    const char *id = taken->returned->message_id;
    const size_t length = strcspn(id, "@");
    return taken->message != NULL || length != OUTBOX_REFERENCE_LETTERS || id[length] != '@' ||
           find(taken, arena_span(taken->arena, id, length), BOUNCE_BY_MESSAGE, err);
}

static bool find_message(struct bounce_case *taken, const char *recipient, struct error *err)
{
    const struct returned *returned = taken->returned;
    if (!find_by_address(taken, recipient, err)) {
        return false;
    }
    for (size_t i = 0; i < returned->came_to_count; i++) {
        if (!find_by_address(taken, returned->came_to[i], err)) {
            return false;
        }
    }
    return find_by_link(taken, err) && find_by_message(taken, err);
}

/* --- whether it has been here before -----------------------------------------------------------*/

/* What makes the mail its own, and is the same when it is brought again. What it proves goes in, so
 * that nobody keeps a bounce out by forging one before it that proves nothing; and so does what was
 * written, since there are programs that give all their mails the same Message-ID. */
static void make_mark(struct bounce_case *taken)
{
    const struct returned *returned = taken->returned;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, MARK_CEILING);
    (void)buffer_printf(&text, "%s\n%s\n", bounce_proof_name(taken->proof),
                        taken->message == NULL ? "" : taken->message->reference);
    (void)buffer_printf(&text, "%s\n%s\n%s\n%s\n", returned->own_id, returned->from,
                        returned->subject, returned->text);
    for (size_t i = 0; i < returned->count; i++) {
        const struct returned_event *event = &returned->events[i];
        (void)buffer_printf(&text, "%s %s %d %s %s %s\n", returned_kind_name(event->kind),
                            returned_class_name(event->class), event->late, event->recipient,
                            event->status, event->diagnostic);
    }
    db_message_digest(taken->db, buffer_text(&text), text.length, taken->mark);
}

/* --- what it says ------------------------------------------------------------------------------*/

/* How sure it is that what an event says is of the message itself. Where its address stands for
 * several, some of which are gone, the mail has come to the others. */
static int weight(const struct bounce_case *taken, const struct returned_event *event)
{
    static const int mild[] = {
        [RETURNED_NONE] = 5,   [RETURNED_TEMPORARY] = 4, [RETURNED_FULL] = 3,
        [RETURNED_CONFIG] = 2, [RETURNED_BLOCKED] = 1,   [RETURNED_DEAD] = 0,
    };
    static const int kinds[] = {
        [RETURNED_COMPLAINT] = 5000, [RETURNED_UNSUBSCRIBE] = 4000, [RETURNED_BOUNCE] = 3000,
        [RETURNED_REPLY] = 2000,     [RETURNED_OTHER] = 1000,
    };
    unsigned char key[TOKEN_DIGEST_SIZE];
    if (event->kind != RETURNED_BOUNCE || taken->message == NULL) {
        return kinds[event->kind];
    }
    const char *const named[] = {event->recipient, event->original};
    bool same = false;
    for (size_t i = 0; i < ARRAY_LENGTH(named); i++) {
        db_address_key(taken->db, CHANNEL_EMAIL, text_empty(named[i]) ? "" : named[i], key);
        same = same || memcmp(key, taken->address_key, sizeof key) == 0;
    }
    return kinds[event->kind] + (same ? 100 : 0) + (event->late ? 10 : mild[event->class]);
}

/* What comes to the address for leaving is a wish to leave, whatever is in it: most such mails are
 * empty, and some are written by a program that says so. */
static const struct returned_event *as_wish(const struct bounce_case *taken,
                                            const struct returned_event *event)
{
    if (!taken->leaves || event->kind == RETURNED_BOUNCE || event->kind == RETURNED_COMPLAINT) {
        return event;
    }
    struct returned_event *wish = arena_alloc(taken->arena, sizeof *wish);
    *wish = *event;
    wish->kind = RETURNED_UNSUBSCRIBE;
    wish->diagnostic = "written to the address for leaving";
    return wish;
}

/* The event that counts. */
static const struct returned_event *choose(const struct bounce_case *taken)
{
    const struct returned_event *best = &taken->returned->events[0];
    for (size_t i = 1; i < taken->returned->count; i++) {
        const struct returned_event *event = &taken->returned->events[i];
        if (weight(taken, event) > weight(taken, best)) {
            best = event;
        }
    }
    return as_wish(taken, best);
}

static bool act(const struct bounce_case *taken, const struct returned_event *event,
                const char **told, struct error *err)
{
    switch (event->kind) {
    case RETURNED_BOUNCE:
    case RETURNED_COMPLAINT:
        return taken->message == NULL ? bounce_unproven(taken, told, err)
                                      : bounce_failed(taken, event, told, err);
    case RETURNED_UNSUBSCRIBE:
    case RETURNED_REPLY:
    case RETURNED_OTHER: return bounce_written(taken, event, told, err);
    }
    return true;
}

bool bounce_take(struct db *db, const struct config *config, const struct bounce_mail *mail,
                 struct arena *arena, struct bounce_outcome *outcome, struct error *err)
{
    struct bounce_case taken = {
        .db = db, .config = config, .returned = mail->returned, .now = mail->now, .arena = arena};
    bool fresh = false;
    const char *told = "taken before";
    if (!find_message(&taken, mail->recipient, err)) {
        return false;
    }
    make_mark(&taken);
    const struct returned_event *event = choose(&taken);
    const bool bounced = event->kind == RETURNED_BOUNCE;
    if (!bounces_note_mail(db, taken.mark, taken.now, &fresh, err)) {
        return false;
    }
    if (fresh && (!bounces_count_mail(db, returned_kind_name(event->kind),
                                      bounced ? returned_class_name(event->class) : "-",
                                      bounce_proof_name(taken.proof), err) ||
                  !act(&taken, event, &told, err))) {
        return false;
    }
    *outcome = (struct bounce_outcome){
        .fresh = fresh,
        .kind = event->kind,
        .class = event->class,
        .proof = taken.proof,
        .reference = taken.message == NULL ? "" : taken.message->reference,
        .told = told,
    };
    return true;
}
