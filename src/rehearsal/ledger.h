/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the SMS provider knows of the messages that it kept, for whoever asks later: whatever became
 * of the answer, each message that has a line in the log is known here.
 *
 * It remembers the latest LEDGER_HOLDS messages at least, and what the log of earlier runs tells.
 * Where it may have forgotten something it says so: a message that is not known then may have been
 * kept all the same. */
#ifndef MUSTER_REHEARSAL_LEDGER_H
#define MUSTER_REHEARSAL_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boxes.h"

enum { LEDGER_HOLDS = 250000 };

struct ledger;

/* One message that was kept. */
struct ledger_entry {
    char id[BOX_ID_SIZE];
    const char *reference; /* "" when none was given */
    const char *status;    /* "sent", "delivered", "undelivered" or "expired"; static */
    /* Private. */
    struct ledger_entry *next_of_id, *next_of_reference;
};

/* An empty ledger that holds `holds` messages at least; freed with ledger_free, which sets the
 * pointer to NULL. */
struct ledger *ledger_create(size_t holds) MUST_USE;
void ledger_free(struct ledger **ledger);

/* Read what earlier runs have written into the log at `path`; without a log nothing tells what they
 * have kept, and a line that cannot be read may have been one of a message: then it may have
 * forgotten. Lines of mails are passed over. */
void ledger_inherit(struct ledger *ledger, const char *path);

/* A message was kept: "sent" until ledger_settle. */
void ledger_put(struct ledger *ledger, const char *id, const char *reference);

/* What became of it. An id or a status that is not known changes nothing. */
void ledger_settle(struct ledger *ledger, const char *id, const char *status);

/* The message with this id, or NULL; the latest with this reference, and with `after`, which has
 * it, the one before that. An empty reference is nobody's. */
const struct ledger_entry *ledger_of_id(const struct ledger *ledger, const char *id) MUST_USE;
const struct ledger_entry *ledger_of_reference(const struct ledger *ledger, const char *reference,
                                               const struct ledger_entry *after) MUST_USE;

/* Whether a message may have been kept that is not known any more. */
bool ledger_forgetful(const struct ledger *ledger) MUST_USE;

#endif
