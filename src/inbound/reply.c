/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking replies; see reply.h. */
#include "muster/inbound/reply.h"

#include <string.h>

#include "muster/base/text.h"
#include "muster/model/keyword.h"
#include "muster/store/ballots.h"
#include "muster/store/suppressions.h"

static bool suppress(struct db *db, const struct reply *reply, const char *kind, const char *reason,
                     int64_t now, struct error *err)
{
    struct suppression suppression = {
        .channel = CHANNEL_SMS,
        .kind = kind,
        .source = "reply",
        .reason = reason,
        .at = now,
    };
    memcpy(suppression.address_key, reply->address_key, sizeof suppression.address_key);
    return suppressions_add(db, &suppression, err);
}

static bool lift(struct db *db, const struct reply *reply, int64_t now, struct error *err)
{
    static const char *const kinds[] = {"stop", "hold"};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        int64_t lifted = 0;
        if (!suppressions_lift(db, reply->address_key, kinds[i], "the same number asked for texts",
                               now, &lifted, err)) {
            return false;
        }
    }
    return true;
}

static bool mark(struct db *db, const struct reply *reply, int64_t now, struct error *err)
{
    if (reply->member_id == 0 || reply->ballot_id == 0) {
        return true;
    }
    const char *becomes = NULL;
    return ballots_mark(db, reply->ballot_id, reply->member_id, reply->meaning, "reply", now,
                        &becomes, err);
}

static bool act(struct db *db, const struct reply *reply, enum keyword keyword, int64_t now,
                struct error *err)
{
    switch (keyword) {
    case KEYWORD_STOP:
        return suppress(db, reply, "stop", "a reply asked for no more texts", now, err);
    case KEYWORD_HOLD:
        return suppress(db, reply, "hold", "a reply may have asked for no more texts", now, err);
    case KEYWORD_START: return lift(db, reply, now, err);
    case KEYWORD_VOTED:
    case KEYWORD_NO_PAPER:
    case KEYWORD_DECLINED: return mark(db, reply, now, err);
    case KEYWORD_HELP:
    case KEYWORD_OTHER: return true;
    }
    return true;
}

bool reply_take(struct db *db, struct reply *reply, int64_t now, bool *fresh, struct error *err)
{
    enum keyword keyword = keyword_classify(reply->text);
    reply->meaning = keyword_name(keyword);
    db_address_key(db, CHANNEL_SMS, reply->address, reply->address_key);
    bool first = false;
    if (!inbox_put_reply(db, reply, &first, err)) {
        return false;
    }
    if (first && !act(db, reply, keyword, now, err)) {
        return false;
    }
    *fresh = first;
    return true;
}

bool reply_silences(const struct reply *reply)
{
    return text_equal(reply->meaning, keyword_name(KEYWORD_STOP)) ||
           text_equal(reply->meaning, keyword_name(KEYWORD_HOLD));
}
