/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second message of a step to the same member: a mail, when the text has not arrived.
 *
 * A step with `mail_after` texts first. Each text that is handed over is given the instant at
 * which its mail is due, outbox.mail_at, and loses it when it arrives; only such texts lie in the
 * index that is searched, so that a look costs the same however many have arrived. A mail is
 * queued in the transaction that takes the instant away, so each member has one at most, whatever
 * is killed when.
 *
 * Refused texts have their mail at once: they certainly did not arrive. One that a receipt calls
 * undelivered has it an hour later, as receipts overtake one another and a later one may know
 * better; the promise is that nobody gets both. For the same reason a text that is proven to have
 * arrived withholds the mail that still waits. */
#ifndef MUSTER_STORE_OUTBOX_SECOND_H
#define MUSTER_STORE_OUTBOX_SECOND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

/* A text whose mail is due. */
struct outbox_second {
    int64_t text_id;
    const char *state; /* accepted, unsure, undelivered, refused */
    bool wanted;       /* its member is in the step's audience still, and has neither answered the
                        * text nor silenced the number that it went to */
    struct recipient recipient;
};

/* Whether the step has any. */
bool outbox_second_any(struct db *db, int64_t step_id, int64_t now, bool *any,
                       struct error *err) MUST_USE;

/* Those of the step, the one due first in front, at most `limit`, in the arena. ERROR_DATA when the
 * step's segment cannot be used any more. */
bool outbox_second_due(struct db *db, const struct step *step, int64_t ballot_id, int64_t now,
                       size_t limit, struct arena *arena, struct outbox_second **seconds,
                       size_t *count, struct error *err) MUST_USE;

/* What is due is decided: the text is not looked at again. `why`, not NULL, is told of the mail
 * that was queued for it. Needs an open transaction, as do all functions here that write. */
bool outbox_second_decide(struct db *db, const struct step *step,
                          const struct outbox_second *second, const char *why, int64_t now,
                          struct error *err) MUST_USE;

/* The mail that still waits for its turn in a text's stead is withheld, if there is one: when the
 * text is `delivered`, and when it was answered. */
bool outbox_second_arrived(struct db *db, int64_t text_id, int64_t now, struct error *err) MUST_USE;
bool outbox_second_answered(struct db *db, int64_t text_id, int64_t now,
                            struct error *err) MUST_USE;

/* Whether the text has a mail in its stead, on its way or gone. */
bool outbox_second_stands(struct db *db, int64_t text_id, bool *stands, struct error *err) MUST_USE;

/* How the texts stand that may yet be followed by a mail. */
struct outbox_second_standing {
    int64_t after;   /* ms, the shortest of the steps that do so; 0: none does */
    int64_t waiting; /* texts that are neither known to have arrived nor decided; running ones */
    int64_t next_at; /* when the first mail of those is due; 0: none before its deadline */
    int64_t queued;  /* mails that were queued so far */
};

/* Of a campaign; 0: of all that are running. */
bool outbox_second_standing(struct db *db, int64_t campaign_id, int64_t now,
                            struct outbox_second_standing *standing, struct error *err) MUST_USE;

/* How many of the step's texts that are queued or under way may yet be followed by a mail, at
 * most. */
bool outbox_second_possible(struct db *db, int64_t step_id, int64_t *count,
                            struct error *err) MUST_USE;

/* The other message of the step to the same member, in the arena. */
struct outbox_second_other {
    const char *reference; /* NULL: there is none */
    const char *state;
    int64_t mail_at; /* of the message itself, a text: when its mail is due; 0: it is not */
};
bool outbox_second_other(struct db *db, int64_t id, struct arena *arena,
                         struct outbox_second_other *other, struct error *err) MUST_USE;

#endif
