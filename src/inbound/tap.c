/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taps on the links of messages; see tap.h. */
#include "muster/inbound/tap.h"

#include <string.h>

#include "muster/model/keyword.h"
#include "muster/store/attendees.h"
#include "muster/store/ballots.h"
#include "muster/store/suppressions.h"

static const char SOURCE[] = "tap";

/* Close an address to everything ("stop") or to what is promotional. */
static bool close_address(struct db *db, const struct link_subject *subject, enum channel channel,
                          const unsigned char *address_key, const char *kind, const char *reason,
                          int64_t now, struct error *err)
{
    struct suppression suppression = {
        .channel = channel,
        .kind = kind,
        .source = SOURCE,
        .reason = reason,
        .at = now,
        .link = subject->reference,
    };
    memcpy(suppression.address_key, address_key, sizeof suppression.address_key);
    return suppressions_add(db, &suppression, err);
}

/* Take back what this link did of one kind (NULL: of every kind). */
static bool take_back(struct db *db, const struct link_subject *subject,
                      const unsigned char *address_key, const char *kind, int64_t now,
                      struct error *err)
{
    int64_t lifted = 0;
    return suppressions_take_back(db, address_key, kind, subject->reference,
                                  "the same link was used to take it back", now, &lifted, err);
}

bool tap_leave(struct db *db, const struct link_subject *subject, int64_t now, struct error *err)
{
    return close_address(db, subject, subject->channel, subject->address_key, "stop",
                         "the unsubscribe link of a message was used", now, err);
}

/* Do what was chosen for one address. What is stricter comes first: there is no moment between. */
static bool set_level(struct db *db, const struct link_subject *subject, enum channel channel,
                      const unsigned char *address_key, enum tap_level level, int64_t now,
                      struct error *err)
{
    static const char CHOSEN[] = "chosen on the page of a message's link";
    switch (level) {
    case TAP_AS_IT_IS: return true;
    case TAP_ALL: return take_back(db, subject, address_key, NULL, now, err);
    case TAP_SERVICE:
        return close_address(db, subject, channel, address_key, SUPPRESSIONS_PROMOTIONAL, CHOSEN,
                             now, err) &&
               take_back(db, subject, address_key, "stop", now, err);
    case TAP_NOTHING:
        return close_address(db, subject, channel, address_key, "stop", CHOSEN, now, err);
    }
    return true;
}

static bool choose(struct db *db, const struct link_subject *subject, enum channel channel,
                   enum tap_level level, int64_t now, enum tap_level *in_force, struct error *err)
{
    unsigned char key[TOKEN_DIGEST_SIZE];
    bool known = false;
    bool closed = false;
    bool promotional_closed = false;
    *in_force = level;
    if (level == TAP_AS_IT_IS) {
        return true;
    }
    if (!links_address(db, subject, channel, key, &known, err)) {
        return false;
    }
    if (!known) {
        return true;
    }
    if (!set_level(db, subject, channel, key, level, now, err) ||
        !suppressions_reach(db, key, &closed, &promotional_closed, err)) {
        return false;
    }
    *in_force = closed ? TAP_NOTHING : promotional_closed ? TAP_SERVICE : TAP_ALL;
    return true;
}

bool tap_choose(struct db *db, const struct link_subject *subject,
                const enum tap_level choices[CHANNEL_COUNT], int64_t now,
                enum tap_level in_force[CHANNEL_COUNT], struct error *err)
{
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (!choose(db, subject, (enum channel)channel, choices[channel], now, &in_force[channel],
                    err)) {
            return false;
        }
    }
    return true;
}

bool tap_asks(const struct link_subject *subject, int64_t now)
{
    return (subject->ballot_id != 0 || subject->action_id != 0) && subject->closes > now;
}

bool tap_answer(struct db *db, const struct link_subject *subject, enum tap_answer answer,
                int64_t guests, int64_t now, bool *taken, struct error *err)
{
    static const enum keyword STATES[] = {
        [TAP_VOTED] = KEYWORD_VOTED,       [TAP_NO_PAPER] = KEYWORD_NO_PAPER,
        [TAP_DECLINED] = KEYWORD_DECLINED, [TAP_COMING] = KEYWORD_COMING,
        [TAP_MAYBE] = KEYWORD_MAYBE,       [TAP_CANNOT] = KEYWORD_CANNOT,
    };
    const char *state = keyword_name(STATES[answer]);
    const char *becomes = NULL;
    const bool calls = subject->action_id != 0;
    *taken = tap_asks(subject, now) && calls == (answer >= TAP_COMING);
    if (!*taken) {
        return true;
    }
    const struct attendee_answer told = {.state = state,
                                         .guests = guests,
                                         .source = SOURCE,
                                         .outbox_id = subject->outbox_id,
                                         .at = now};
    return calls ? attendees_mark(db, subject->action_id, subject->member_id, &told, err)
                 : ballots_mark(db, subject->ballot_id, subject->member_id, state, SOURCE, now,
                                &becomes, err);
}
