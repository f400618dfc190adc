/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the phones say: replies posted to the client's reply hook. */
#ifndef MUSTER_REHEARSAL_REPLIES_H
#define MUSTER_REHEARSAL_REPLIES_H

#include <stdint.h>

#include "rehearsal.h"

enum { REPLIES_TEXT_LONGEST = 1600 }; /* bytes */

/* The texts are copied. */
struct reply_facts {
    const char *from; /* the phone */
    const char *to;   /* the sender it answers */
    const char *text;
    const char *url;
    int64_t pause; /* milliseconds from now */
};

/* Let the phone say it. */
void replies_begin(struct rehearsal *world, const struct reply_facts *facts);

#endif
