/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From an audience to messages in the outbox. */
#ifndef MUSTER_CAMPAIGN_EXPAND_H
#define MUSTER_CAMPAIGN_EXPAND_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/clock.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/pools.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

/* How long before its time a listed step's audience is looked up and queued: long enough for half
 * a million members, short enough that few in it have voted by then, or have joined too late. */
enum { EXPAND_LEAD_MS = CLOCK_HOUR };

/* What became of the members of an audience. */
struct expand_tally {
    int64_t members;     /* in the audience */
    int64_t sms;         /* have a text in the outbox now */
    int64_t email;       /* have a mail in the outbox now */
    int64_t shared;      /* share a handset or mailbox with one who has a message */
    int64_t no_address;  /* have no address that may be used on a channel of this step */
    int64_t unwilling;   /* of those: they want nothing promotional, which the campaign is */
    const char *step;    /* the name of the one that was gone on with; NULL: of none */
    const char *skipped; /* why it is not run; NULL: it is */
    int64_t second;      /* have a mail beside a text that has not arrived; not among `email` */
    int64_t held_out;    /* get nothing, to learn from */
};

/* What every expansion needs to know. */
struct expand_setting {
    const struct config *config;
    const struct pools *pools; /* receivers of mail with rules of their own; NULL: none */
};

/* Whether a step's turn has come and it is not wholly expanded. The one step of a campaign that
 * lists none is expanded at once, whenever it goes: who starts it sees what is queued. */
bool expand_is_due(const struct step *step, int64_t now) MUST_USE;

/* Leave a step out whose deadline has passed before anything of it was queued, in a transaction of
 * its own. `*skipped` is the reason, in the arena; NULL when it is not left out. */
bool expand_skip(struct db *db, struct step *step, int64_t now, struct arena *arena,
                 const char **skipped, struct error *err) MUST_USE;

/* "campaign nhs-pay: step post-1 is skipped: its deadline, ...", in the arena. */
const char *expand_skipped_words(const char *campaign, const char *step, const char *why,
                                 struct arena *arena) MUST_USE;

/* Expand the next slice of a step, at most `limit` members, in one transaction: each member gets
 * one message, on the first channel of the step that may reach them, in their language. Adds to
 * `tally`. `step` is brought up to date; `step->expanded` is true after the last slice.
 * Does nothing when its ballot has meanwhile moved it to a later time.
 * Resumable: a slice that was cut off is done again, and puts no message twice. ERROR_DATA when
 * the campaign is not running any more, ERROR_PERMISSION when the step has not begun and waits for
 * an approval of its campaign. */
bool expand_slice(struct db *db, const struct expand_setting *setting,
                  const struct campaign *campaign, struct step *step, int64_t now, size_t limit,
                  struct expand_tally *tally, struct error *err) MUST_USE;

/* Go on with one slice of a step whose turn has come, or leave out one whose deadline has passed,
 * of the oldest running campaign that has such a step, so that a start that was cut off is finished
 * by whoever comes next; or of the mails that are due as texts have not arrived (see
 * store/outbox_second.h). `*campaign` is that campaign, in the arena, and `tally->step` its step;
 * NULL when there was nothing to do. A campaign whose segment cannot be used any more is
 * paused, and ERROR_DATA says so. One that waits for an approval is passed over; ERROR_DATA says so
 * once, when its approval is found void. */
bool expand_next(struct db *db, const struct expand_setting *setting, int64_t now, size_t limit,
                 struct arena *arena, const struct campaign **campaign, struct expand_tally *tally,
                 struct error *err) MUST_USE;

#endif
