/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lots drawn by a keyed hash; see draw.h. The hash is FNV-1a, finished with the mixer of splitmix64
 * because FNV alone leaves the high bits of short texts nearly equal. */
#include "draw.h"

#include <string.h>

static uint64_t mixed(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t draw_hash(const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return mixed(hash);
}

uint32_t draw_lot(uint64_t seed, const char *what, const char *whom, uint64_t attempt)
{
    uint64_t lot = mixed(seed);
    lot = mixed(lot ^ draw_hash(what, strlen(what)));
    lot = mixed(lot ^ draw_hash(whom, strlen(whom)));
    lot = mixed(lot ^ attempt);
    return (uint32_t)(lot % DRAW_WHOLE);
}

bool draw_rate(const char *text, uint32_t *rate)
{
    uint32_t value = 0;
    size_t i = 0;
    for (; text[i] >= '0' && text[i] <= '9'; i++) {
        value = value * 10 + (uint32_t)(text[i] - '0');
        if (value > 100) {
            return false;
        }
    }
    if (i == 0) {
        return false;
    }
    value *= DRAW_WHOLE / 100;
    if (text[i] == '.') {
        uint32_t place = DRAW_WHOLE / 100;
        size_t decimals = 0;
        for (i++; text[i] >= '0' && text[i] <= '9' && decimals < 4; i++, decimals++) {
            place /= 10;
            value += (uint32_t)(text[i] - '0') * place;
        }
        if (decimals == 0) {
            return false;
        }
    }
    if (strcmp(text + i, "%") != 0 || value > DRAW_WHOLE) {
        return false;
    }
    *rate = value;
    return true;
}
