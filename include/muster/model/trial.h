/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial of what is sent: some members of a step's audience are held out, and the others get one
 * of several variants, by lot. The lots are keyed hashes, so that nobody can foresee or choose one,
 * and the same household draws the same lot again in every step of the trial.
 *
 * A household is drawn, not a member: who shares a handset reads the same text, and a member who is
 * held out while it lies on the kitchen table is not held out. Which members are one household is
 * the store's to say (store/trials.h); here it is a number. */
#ifndef MUSTER_MODEL_TRIAL_H
#define MUSTER_MODEL_TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "muster/base/token.h"

enum {
    TRIAL_VARIANTS_MOST = 8,
    TRIAL_HELD_OUT_MOST = 50, /* percent: who holds more out campaigns with fewer than half */
    TRIAL_NAME_MOST = 64,     /* letters of a name */
    TRIAL_HELD_OUT = -1,      /* the arm of who gets nothing; the others count from 0 */
};

/* What the arms are called that are no variants; no variant's name has a blank in it. */
#define TRIAL_WORD_HELD_OUT "held out"
#define TRIAL_WORD_ALL      "written to"

struct trial_variant {
    const char *name;
    int64_t weight; /* at least 1: its part of the sum of all */
};

struct trial {
    const char *name; /* steps of the same name draw the same lots */
    int64_t held_out; /* percent; 0: nobody */
    struct trial_variant variants[TRIAL_VARIANTS_MOST];
    size_t variant_count; /* 0: all get the same */
};

/* Makes a keyed MAC of a text. */
typedef void trial_mac_fn(const void *context, const char *text,
                          unsigned char mac[TOKEN_DIGEST_SIZE]);

/* The arm of a household: TRIAL_HELD_OUT, else a variant's index, 0 when there are none. Whom 10
 * percent hold out, 20 percent hold out, too. Who gets which variant depends on the names of all of
 * them, in whatever order, and their weights, but not on how many are held out. */
int trial_arm(const struct trial *trial, int64_t household, trial_mac_fn *mac,
              const void *context) MUST_USE;

/* The word for an arm. */
const char *trial_arm_name(const struct trial *trial, int arm) MUST_USE;

#endif
