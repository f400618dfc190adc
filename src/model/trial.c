/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two lots for each household: whether it is held out, and which variant it gets. They come from
 * different texts, so that the one says nothing of the other. */
#include "muster/model/trial.h"

#include <stdio.h>
#include <string.h>

enum {
    HUNDRED = 100,
    LOT_BYTES = 8,
    DIGITS_MOST = 24,
    NAMES_SIZE = (TRIAL_NAME_MOST + 1) * TRIAL_VARIANTS_MOST + 1,
    TEXT_SIZE = NAMES_SIZE + TRIAL_NAME_MOST + DIGITS_MOST + 32,
};

/* A lot from 0 to `of` - 1. Of 64 bits the remainder favours none by more than one in 10^16. */
static int64_t draw(const char *what, const char *name, int64_t household, int64_t of,
                    trial_mac_fn *mac, const void *context)
{
    char text[TEXT_SIZE];
    unsigned char bytes[TOKEN_DIGEST_SIZE];
    uint64_t lot = 0;
    (void)snprintf(text, sizeof text, "trial %s\n%s\n%lld", name, what, (long long)household);
    mac(context, text, bytes);
    for (size_t i = 0; i < LOT_BYTES; i++) {
        lot = lot << 8 | bytes[i];
    }
    return (int64_t)(lot % (uint64_t)of);
}

/* The variants by name: the order of the file is for people. */
static void sort(const struct trial *trial, size_t order[TRIAL_VARIANTS_MOST])
{
    for (size_t i = 0; i < trial->variant_count; i++) {
        size_t place = i;
        while (place > 0 &&
               strcmp(trial->variants[order[place - 1]].name, trial->variants[i].name) > 0) {
            order[place] = order[place - 1];
            place--;
        }
        order[place] = i;
    }
}

static size_t draw_variant(const struct trial *trial, int64_t household, trial_mac_fn *mac,
                           const void *context)
{
    size_t order[TRIAL_VARIANTS_MOST];
    char names[NAMES_SIZE] = "";
    size_t length = 0;
    int64_t sum = 0;
    sort(trial, order);
    for (size_t i = 0; i < trial->variant_count && length < sizeof names; i++) {
        const struct trial_variant *variant = &trial->variants[order[i]];
        length += (size_t)snprintf(names + length, sizeof names - length, " %s", variant->name);
        sum += variant->weight;
    }
    int64_t lot = draw(names, trial->name, household, sum, mac, context);
    for (size_t i = 0; i + 1 < trial->variant_count; i++) {
        lot -= trial->variants[order[i]].weight;
        if (lot < 0) {
            return order[i];
        }
    }
    return order[trial->variant_count - 1];
}

int trial_arm(const struct trial *trial, int64_t household, trial_mac_fn *mac, const void *context)
{
    if (trial->held_out > 0 &&
        draw("held out", trial->name, household, HUNDRED, mac, context) < trial->held_out) {
        return TRIAL_HELD_OUT;
    }
    return trial->variant_count < 2 ? 0 : (int)draw_variant(trial, household, mac, context);
}

const char *trial_arm_name(const struct trial *trial, int arm)
{
    if (arm == TRIAL_HELD_OUT) {
        return TRIAL_WORD_HELD_OUT;
    }
    return (size_t)arm < trial->variant_count ? trial->variants[arm].name : TRIAL_WORD_ALL;
}
