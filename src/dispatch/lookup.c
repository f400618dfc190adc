/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups of unsure texts: ask, decide, note. */
#include "muster/dispatch/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/carrier/sms_lookup.h"
#include "muster/dispatch/policy.h"
#include "muster/store/outbox_unsure.h"

enum {
    BATCH = 20,                           /* look-ups */
    BATCH_MS = CLOCK_SECOND,              /* how long a batch is gone on with */
    FIRST_PAUSE_MS = CLOCK_MINUTE,        /* after a provider did not answer */
    LONGEST_PAUSE_MS = 10 * CLOCK_MINUTE, /* likewise, again and again */
};

struct lookup {
    struct db *db;
    const struct config *config;
    const struct gateway *gateway;
    struct sms_lookup *carrier;
    int64_t pause;              /* of a provider that does not answer; 0: it does */
    int64_t not_before;         /* monotonic */
    char said[ERROR_TEXT_SIZE]; /* the last complaint that was logged */
};

/* What the provider said of a message, and what follows. */
struct verdict {
    struct outbox_sighting sighting;
    const char *words; /* for people */
};

bool lookup_open(struct db *db, const struct config *config, const struct gateway *gateway,
                 struct lookup **lookup, struct error *err)
{
    struct sms_lookup *carrier = NULL;
    *lookup = NULL;
    if (!gateway->lookup.given) {
        return true;
    }
    if (!sms_lookup_create(config, gateway, &carrier, err)) {
        return false;
    }
    struct lookup *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->db = db;
    made->config = config;
    made->gateway = gateway;
    made->carrier = carrier;
    *lookup = made;
    return true;
}

void lookup_free(struct lookup **lookup)
{
    if (*lookup != NULL) {
        sms_lookup_free(&(*lookup)->carrier);
        free(*lookup);
        *lookup = NULL;
    }
}

/* The provider does not have it: does that count, and what then? */
static void decide_absent(const struct lookup *lookup, const struct outbox_message *message,
                          int64_t now, struct arena *arena, struct verdict *verdict)
{
    const struct gateway_lookup *profile = &lookup->gateway->lookup;
    const struct policy policy = {.attempts = lookup->config->retry.attempts};
    int64_t from = message->released_at + profile->settle_after * CLOCK_SECOND;
    int64_t until = message->released_at + profile->forgets_after * CLOCK_SECOND;
    struct outbox_sighting *sighting = &verdict->sighting;
    if (now < from) {
        sighting->next_at = sighting->next_at > from ? sighting->next_at : from;
        verdict->words = arena_printf(arena, "not there yet, which counts from %s on: %s",
                                      clock_format(from, "%H:%M:%S", arena), sighting->answer);
    } else if (now >= until) {
        verdict->words =
            arena_printf(arena, "not there any more, if it ever was: %s", sighting->answer);
    } else {
        sighting->state = policy_untaken(&policy, message->attempt, now, message->deadline);
        verdict->words = arena_printf(arena, "it was not taken: %s", sighting->answer);
    }
}

static void decide(const struct lookup *lookup, const struct outbox_message *message,
                   const struct sms_finding *finding, int64_t times, int64_t now,
                   struct arena *arena, struct verdict *verdict)
{
    struct outbox_sighting *sighting = &verdict->sighting;
    *verdict = (struct verdict){.sighting = {.id = message->id,
                                             .attempt = message->attempt,
                                             .answer = finding->answer,
                                             .remote_id = finding->remote_id,
                                             .next_at = now + policy_ask_again(times)}};
    verdict->words = finding->answer;
    switch (finding->finding) {
    case GATEWAY_FINDS_UNKNOWN: break;
    case GATEWAY_FINDS_TAKEN: sighting->state = "accepted"; break;
    case GATEWAY_FINDS_DELIVERED: sighting->state = "delivered"; break;
    case GATEWAY_FINDS_UNDELIVERED:
    case GATEWAY_FINDS_EXPIRED: sighting->state = "undelivered"; break;
    case GATEWAY_FINDS_ABSENT: decide_absent(lookup, message, now, arena, verdict); break;
    }
    sighting->reason = arena_printf(arena, "the provider says: %s", verdict->words);
}

/* Ask, and note the answer. That there was none is noted as well, so that a message does not stand
 * in the way of others. */
static bool ask(struct lookup *lookup, const struct outbox_message *message, struct arena *arena,
                struct verdict *verdict, bool *moved, struct error *fault, struct error *err)
{
    const struct sms_query query = {.reference = message->reference,
                                    .remote_id = message->remote_id};
    struct sms_finding finding = {.finding = GATEWAY_FINDS_UNKNOWN};
    struct outbox_lookup last;
    if (!outbox_unsure_last(lookup->db, message->id, arena, &last, err)) {
        return false;
    }
    if (!sms_lookup_ask(lookup->carrier, &query, arena, &finding, fault)) {
        finding = (struct sms_finding){.finding = GATEWAY_FINDS_UNKNOWN,
                                       .answer = arena_text(arena, fault->text)};
    }
    int64_t now = clock_now();
    decide(lookup, message, &finding, last.times + 1, now, arena, verdict);
    return outbox_unsure_settle(lookup->db, &verdict->sighting, now, moved, err);
}

/* Leave the provider alone for a while. */
static void hold_back(struct lookup *lookup, const struct error *fault)
{
    lookup->pause = lookup->pause == 0 ? FIRST_PAUSE_MS : lookup->pause * 2;
    lookup->pause = lookup->pause < LONGEST_PAUSE_MS ? lookup->pause : LONGEST_PAUSE_MS;
    lookup->not_before = clock_monotonic() + lookup->pause;
    if (!text_equal(lookup->said, fault->text)) {
        log_warning("%s", fault->text);
        memcpy(lookup->said, fault->text, sizeof lookup->said);
    }
}

/* Ask about each in turn. `*asked` is how far it came, or all when there is no use in going on. */
static bool ask_all(struct lookup *lookup, const struct outbox_message *messages, size_t count,
                    size_t *asked, size_t *settled, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    int64_t begun = clock_monotonic();
    for (size_t i = 0; i < count && clock_monotonic() - begun < BATCH_MS; i++) {
        struct verdict verdict;
        struct error fault = {0};
        bool moved = false;
        arena_reset(arena);
        if (!ask(lookup, &messages[i], arena, &verdict, &moved, &fault, err)) {
            return false;
        }
        *settled += moved ? 1 : 0;
        *asked = i + 1;
        if (fault.kind == ERROR_UNAVAILABLE) {
            hold_back(lookup, &fault);
            *asked = count;
            return true;
        }
        lookup->pause = 0;
        lookup->said[0] = '\0';
    }
    return true;
}

bool lookup_batch(struct lookup *lookup, bool *busy, struct error *err)
{
    *busy = false;
    if (lookup == NULL || clock_monotonic() < lookup->not_before) {
        return true;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct outbox_message *messages = NULL;
    size_t count = 0;
    size_t asked = 0;
    size_t settled = 0;
    int64_t now = clock_now();
    const struct outbox_unsure_terms terms = {
        .gateway = lookup->gateway->name,
        .released_after = now - lookup->gateway->lookup.forgets_after * CLOCK_SECOND,
        .with_id = sms_lookup_needs_id(lookup->carrier),
    };
    if (!outbox_unsure_due(lookup->db, &terms, now, BATCH, arena, &messages, &count, err) ||
        !ask_all(lookup, messages, count, &asked, &settled, err)) {
        return false;
    }
    if (settled > 0) {
        log_info("unsure texts settled by what the provider says of them: %zu", settled);
    }
    *busy = settled > 0 || asked < count || count == BATCH;
    return true;
}

bool lookup_one(struct lookup *lookup, const struct outbox_message *message, struct arena *arena,
                struct lookup_result *result, struct error *err)
{
    struct verdict verdict;
    struct error fault = {0};
    struct outbox_message *now = NULL;
    bool moved = false;
    if (!text_equal(message->state, "unsure") || message->channel != CHANNEL_SMS) {
        return error_set(err, ERROR_DATA, "message %s is no unsure text: it is a %s, and %s",
                         message->reference, message->channel == CHANNEL_SMS ? "text" : "mail",
                         message->state);
    }
    if (!text_equal(message->gateway, lookup->gateway->name)) {
        return error_set(err, ERROR_DATA, "message %s went by the gateway %s, not by %s",
                         message->reference, message->gateway, lookup->gateway->name);
    }
    if (!ask(lookup, message, arena, &verdict, &moved, &fault, err)) {
        return false;
    }
    if (fault.kind != ERROR_NONE) {
        return error_set(err, fault.kind, "message %s: %s", message->reference, fault.text);
    }
    if (!outbox_find(lookup->db, message->reference, arena, &now, err)) {
        return false;
    }
    *result = (struct lookup_result){
        .state = now == NULL ? "gone" : now->state, .answer = verdict.words, .moved = moved};
    return true;
}
