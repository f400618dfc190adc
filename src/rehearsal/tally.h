/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few figures for each recipient ever seen, 16 bytes of them: a million recipients must fit, far
 * more than have a phone or mailbox on the pages. Recipients are told apart by a 64-bit hash. */
#ifndef MUSTER_REHEARSAL_TALLY_H
#define MUSTER_REHEARSAL_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/compiler.h"

struct tally;

struct tally_entry {
    uint64_t key;      /* never 0 in use */
    uint32_t attempts; /* messages that were tried */
    uint16_t replies;  /* replies sent */
    bool answered;     /* it has said what --answers lets it say */
};

/* An empty table; freed with tally_free, which sets the pointer to NULL. */
struct tally *tally_create(void) MUST_USE;
void tally_free(struct tally **tally);

/* The figures of a recipient, zero at first. Valid until the next call. */
struct tally_entry *tally_of(struct tally *tally, const char *recipient) MUST_USE;

#endif
