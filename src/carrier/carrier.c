/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The common part of all carriers: see muster/carrier/carrier.h for the contract. */
#include "muster/carrier/carrier.h"

#include <string.h>

#include "carrier_private.h"
#include "muster/base/text.h"

size_t carrier_batch(const struct carrier *carrier)
{
    return carrier->kind->batch(carrier);
}

bool carrier_send(struct carrier *carrier, struct parcel *parcels, size_t count,
                  struct arena *arena, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        parcels[i].verdict = CARRIER_UNTOUCHED;
        parcels[i].remote_id = NULL;
        parcels[i].answer = "";
        parcels[i].retry_after = 0;
        parcels[i].opted_out = false;
    }
    return count == 0 || carrier->kind->send(carrier, parcels, count, arena, err);
}

void carrier_free(struct carrier **carrier)
{
    if (*carrier != NULL) {
        (*carrier)->kind->free(*carrier);
        *carrier = NULL;
    }
}

const char *carrier_answer(const char *bytes, size_t length, struct arena *arena)
{
    char line[CARRIER_ANSWER_MAX + 1];
    size_t used = 0;
    bool gap = false;
    uint32_t rune = 0;
    for (size_t i = 0, step; (step = text_rune(bytes + i, length - i, &rune)) > 0; i += step) {
        if (rune <= ' ' || (rune >= 0x7F && rune <= 0xA0)) {
            gap = used > 0;
            continue;
        }
        char piece[4];
        size_t size = text_put_rune(rune, piece);
        if (used + size + (gap ? 1 : 0) > CARRIER_ANSWER_MAX) {
            break;
        }
        if (gap) {
            line[used++] = ' ';
            gap = false;
        }
        memcpy(line + used, piece, size);
        used += size;
    }
    return arena_span(arena, line, used);
}

size_t carrier_count(const struct parcel *parcels, size_t count, enum carrier_verdict verdict)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += parcels[i].verdict == verdict ? 1 : 0;
    }
    return found;
}
