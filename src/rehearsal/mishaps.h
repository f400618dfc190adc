/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong on purpose (--faults): each kind with its rate, struck by lot. */
#ifndef MUSTER_REHEARSAL_MISHAPS_H
#define MUSTER_REHEARSAL_MISHAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"

enum mishap {
    MISHAP_MAIL_DEFER,
    MISHAP_MAIL_REFUSE,
    MISHAP_MAIL_THROTTLE,
    MISHAP_MAIL_HANG,
    MISHAP_MAIL_DROP_BEFORE_DOT,
    MISHAP_MAIL_DROP_AFTER_DOT,
    MISHAP_SMS_THROTTLE,
    MISHAP_SMS_REFUSE,
    MISHAP_SMS_CREDIT,
    MISHAP_SMS_ERROR,
    MISHAP_SMS_ERROR_AFTER,
    MISHAP_SMS_BUSY,
    MISHAP_SMS_HANG,
    MISHAP_SMS_DROP,
    MISHAP_SMS_DROP_AFTER,
    MISHAP_SMS_TWICE,
    MISHAP_RECEIPT_LOSE,
    MISHAP_RECEIPT_REPEAT,
    MISHAP_RECEIPT_FAIL,
    MISHAP_RECEIPT_EXPIRE,
    MISHAP_REPLY_REPEAT,
    MISHAP_COUNT,
};

struct mishaps {
    uint64_t seed;
    uint32_t rates[MISHAP_COUNT]; /* millionths */
    int64_t delay;                /* milliseconds before each answer to a message */
};

/* Read "mail.defer=2%,sms.throttle=1%,delay=20ms". ERROR_USAGE for an unknown name (the nearest
 * known one is told), a bad rate or delay, or a name given twice. The empty text is no fault at
 * all. */
bool mishaps_parse(const char *spec, uint64_t seed, struct mishaps *mishaps,
                   struct error *err) MUST_USE;

/* Whether this mishap strikes this attempt (counted from 1 per recipient). Always the same for the
 * same seed, kind, recipient and attempt. */
bool mishaps_strike(const struct mishaps *mishaps, enum mishap kind, const char *whom,
                    uint64_t attempt) MUST_USE;

/* Every kind by name with one sentence, a line each. */
void mishaps_explain(struct buffer *out);

#endif
