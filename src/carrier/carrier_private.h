/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every carrier has in common. Private to src/carrier. */
#ifndef MUSTER_CARRIER_CARRIER_PRIVATE_H
#define MUSTER_CARRIER_CARRIER_PRIVATE_H

#include "muster/carrier/carrier.h"

/* What a carrier can do. `send` is called with parcels that carrier_send has made ready: UNTOUCHED,
 * with an empty answer. */
struct carrier_kind {
    size_t (*batch)(const struct carrier *carrier);
    bool (*send)(struct carrier *carrier, struct parcel *parcels, size_t count, struct arena *arena,
                 struct error *err);
    void (*free)(struct carrier *carrier);
};

/* The first member of every carrier. */
struct carrier {
    const struct carrier_kind *kind;
};

enum { CARRIER_ANSWER_MAX = 200 };

/* What the other side said, on one line of at most CARRIER_ANSWER_MAX bytes, in the arena: control
 * characters and runs of blanks become one blank, malformed UTF-8 becomes U+FFFD. */
const char *carrier_answer(const char *bytes, size_t length, struct arena *arena);

/* How many parcels have this verdict. */
size_t carrier_count(const struct parcel *parcels, size_t count, enum carrier_verdict verdict);

#endif
