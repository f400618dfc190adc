/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMS carrier: many requests at once over kept connections, by libcurl's multi interface.
 *
 * libcurl is fond of trying again. When a kept connection dies before the first byte of the answer,
 * it opens another and sends the same request once more, POST or not; the provider may well have
 * taken the first. So it is asked, whenever it is about to write a request, whether any of it has
 * been written before, and then it may not; and a request without a body gets a fresh connection
 * each time, as only kept ones are suspected. */
#include "muster/carrier/sms.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "sms_private.h"

enum {
    KEPT_FOR = 30,                  /* seconds that an idle connection is used again */
    WAIT = 1000,                    /* ms at most between two looks at the transfers */
    RETRY_AFTER_MAX = 24 * 60 * 60, /* seconds */
    WORDS_MAX = 256,
};

/* One request under way; its easy handle serves many in turn. */
struct slot {
    CURL *easy;
    struct sms_request request;
    struct sms_intake intake;
    struct parcel *parcel; /* NULL when the slot is free */
};

struct sms {
    struct carrier base; /* first */
    const struct config *config;
    const struct gateway *gateway;
    struct sms_recipe *recipe;
    CURLM *multi;
    struct slot *slots;
    size_t slot_count;
};

/* One batch. */
struct run {
    struct sms *sms;
    struct parcel *parcels;
    size_t count;
    size_t next;
    size_t active;
    bool stop; /* begin no more */
    bool late; /* a parcel's `until` had passed */
    struct arena *arena;
    enum error_kind kind;
    char words[WORDS_MAX];
};

static struct sms *sms_of(struct carrier *carrier)
{
    return (struct sms *)carrier; /* the carrier is its first member */
}

/* Bytes of the request that were written, on whatever connection; all of them if that is not
 * known. */
static long written(const struct slot *slot)
{
    long size = 0;
    return curl_easy_getinfo(slot->easy, CURLINFO_REQUEST_SIZE, &size) == CURLE_OK ? size
                                                                                   : LONG_MAX;
}

/* See the head of this file. */
static int refuse_second(void *context, char *peer, char *own, int peer_port, int own_port)
{
    const struct slot *slot = context;
    (void)peer;
    (void)own;
    (void)peer_port;
    (void)own_port;
    return written(slot) > 0 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* Options that are the same for every request of a slot. */
static void prepare_slot(const struct sms *sms, struct slot *slot)
{
    CURL *easy = sms_easy_create(sms->config, sms->recipe, &slot->intake);
    slot->easy = easy;
    sms_request_init(&slot->request);
    sms_must(curl_easy_setopt(easy, CURLOPT_PRIVATE, slot));
    sms_must(curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)KEPT_FOR));
    sms_must(curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, refuse_second));
    sms_must(curl_easy_setopt(easy, CURLOPT_PREREQDATA, slot));
    if (strcmp(sms->gateway->request.method, "GET") == 0) {
        sms_must(curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L));
        sms_must(curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L));
        sms_must(curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L));
        return;
    }
    sms_must(curl_easy_setopt(easy, CURLOPT_POST, 1L));
}

static void note(struct run *run, enum error_kind kind, const char *words)
{
    run->stop = true;
    if (run->kind == ERROR_NONE || (run->kind != ERROR_CONFIG && kind == ERROR_CONFIG)) {
        run->kind = kind;
        size_t length = strnlen(words, sizeof run->words - 1);
        memcpy(run->words, words, length);
        run->words[length] = '\0';
    }
}

static bool is_get(const struct run *run)
{
    return strcmp(run->sms->gateway->request.method, "GET") == 0;
}

/* Begin the next parcel in a free slot. */
static void begin(struct run *run, struct slot *slot)
{
    struct parcel *parcel = &run->parcels[run->next++];
    struct error err = {0};
    if (parcel->until != 0 && clock_now() >= parcel->until) {
        run->late = true;
        return;
    }
    if (!sms_request_make(run->sms->recipe, parcel, &slot->request, &err)) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a batch has parcels */
        parcel->verdict = CARRIER_REFUSED;
        parcel->answer = arena_printf(run->arena, "not handed over: %s", err.text);
        return;
    }
    sms_intake_clear(&slot->intake);
    sms_must(curl_easy_setopt(slot->easy, CURLOPT_URL, buffer_text(&slot->request.url)));
    sms_must(curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->request.headers));
    if (!is_get(run)) {
        curl_off_t length = (curl_off_t)slot->request.body.length;
        const char *body = buffer_text(&slot->request.body);
        sms_must(curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE_LARGE, length));
        sms_must(curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, body));
        sms_must(curl_easy_setopt(slot->easy, CURLOPT_FRESH_CONNECT, length == 0 ? 1L : 0L));
    }
    if (curl_multi_add_handle(run->sms->multi, slot->easy) != CURLM_OK) {
        abort();
    }
    slot->parcel = parcel;
    run->active++;
}

static void begin_more(struct run *run)
{
    for (size_t i = 0; i < run->sms->slot_count && !run->stop && run->next < run->count;) {
        if (run->sms->slots[i].parcel == NULL) {
            begin(run, &run->sms->slots[i]);
        }
        i += run->sms->slots[i].parcel != NULL ? 1 : 0;
    }
}

/* Whether the provider may have the whole request. A connection that could not be made says no, as
 * long as an earlier one, found dead, was given nothing; other failures say no only when not a byte
 * left. */
static bool may_have_left(const struct slot *slot, CURLcode code)
{
    curl_off_t began = 0;
    bool no_connection = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST;
    if (no_connection && written(slot) == 0) {
        return false;
    }
    bool known = curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T, &began) == CURLE_OK;
    return !known || began > 0 || written(slot) > 0;
}

/* The transfer failed: what is known of the parcel? */
static void judge_failure(struct run *run, struct slot *slot, CURLcode code)
{
    struct parcel *parcel = slot->parcel;
    const char *words = sms_easy_words(&slot->intake, code);
    if (!may_have_left(slot, code)) {
        bool ours = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
        note(run, ours ? ERROR_CONFIG : ERROR_UNAVAILABLE, words);
        return;
    }
    parcel->verdict = CARRIER_UNSURE;
    parcel->answer = arena_printf(run->arena, "the provider may have taken the message: %s", words);
    /* A provider that hangs would make every further message unsure as well. */
    if (code == CURLE_OPERATION_TIMEDOUT) {
        note(run, ERROR_UNAVAILABLE, words);
    }
}

static void judge_answer(struct run *run, struct slot *slot)
{
    long status = 0;
    curl_off_t wait = 0;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(slot->easy, CURLINFO_RETRY_AFTER, &wait);
    wait = wait < 0 ? 0 : wait > RETRY_AFTER_MAX ? RETRY_AFTER_MAX : wait;
    const struct sms_answer answer = {
        .status = (int)status,
        .body = buffer_text(&slot->intake.answer),
        .length = slot->intake.answer.length,
        .retry_after = (int64_t)wait * CLOCK_SECOND,
    };
    if (sms_judge(run->sms->gateway, &answer, slot->parcel, run->arena)) {
        note(run, ERROR_CONFIG, slot->parcel->answer);
    }
    /* Asked to wait: the rest of the batch waits as well. */
    run->stop = run->stop || slot->parcel->retry_after > 0;
}

static void finish(struct run *run, CURL *easy, CURLcode code)
{
    struct slot *slot = NULL;
    sms_must(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot));
    (void)curl_multi_remove_handle(run->sms->multi, easy);
    if (code == CURLE_OK) {
        judge_answer(run, slot);
    } else {
        judge_failure(run, slot, code);
    }
    slot->parcel = NULL;
    run->active--;
}

/* libcurl itself failed: nothing is known of what is under way. */
static void give_up(struct run *run, CURLMcode code)
{
    note(run, ERROR_INTERNAL, curl_multi_strerror(code));
    for (size_t i = 0; i < run->sms->slot_count; i++) {
        struct slot *slot = &run->sms->slots[i];
        if (slot->parcel != NULL) {
            (void)curl_multi_remove_handle(run->sms->multi, slot->easy);
            slot->parcel->verdict = CARRIER_UNSURE;
            slot->parcel->answer = "the transfer was broken off";
            slot->parcel = NULL;
        }
    }
    run->active = 0;
}

static void carry(struct run *run)
{
    begin_more(run);
    while (run->active > 0) {
        int running = 0;
        CURLMcode code = curl_multi_perform(run->sms->multi, &running);
        int left = 0;
        for (const CURLMsg *done; (done = curl_multi_info_read(run->sms->multi, &left)) != NULL;) {
            if (done->msg == CURLMSG_DONE) {
                finish(run, done->easy_handle, done->data.result);
            }
        }
        size_t before = run->active;
        begin_more(run);
        /* What was just begun wants a turn before anybody waits. */
        if (code == CURLM_OK && run->active > 0 && run->active == before) {
            code = curl_multi_poll(run->sms->multi, NULL, 0, WAIT, NULL);
        }
        if (code != CURLM_OK) {
            give_up(run, code);
        }
    }
}

static bool sms_send(struct carrier *carrier, struct parcel *parcels, size_t count,
                     struct arena *arena, struct error *err)
{
    struct run run = {.sms = sms_of(carrier), .parcels = parcels, .count = count, .arena = arena};
    carry(&run);
    const char *title = run.sms->gateway->title;
    if (run.kind == ERROR_CONFIG) {
        return error_set(err, ERROR_CONFIG, "the SMS provider (%s) does not accept us: %s", title,
                         run.words);
    }
    if (run.kind == ERROR_NONE && run.late) {
        return true;
    }
    size_t untouched = carrier_count(parcels, count, CARRIER_UNTOUCHED);
    size_t answered = carrier_count(parcels, count, CARRIER_ACCEPTED) +
                      carrier_count(parcels, count, CARRIER_REFUSED) +
                      carrier_count(parcels, count, CARRIER_DEFERRED);
    if (run.kind == ERROR_INTERNAL || (untouched > 0 && answered == 0)) {
        return error_set(err, run.kind == ERROR_NONE ? ERROR_UNAVAILABLE : run.kind,
                         "the SMS provider (%s) does not answer: %s", title, run.words);
    }
    return true;
}

static size_t sms_batch(const struct carrier *carrier)
{
    const struct sms *sms = (const struct sms *)carrier;
    /* No more than are on the wire at once: all of a batch is in doubt when the program is
     * killed. */
    return (size_t)sms->config->sms.in_flight;
}

static void sms_free(struct carrier *carrier)
{
    struct sms *sms = sms_of(carrier);
    for (size_t i = 0; i < sms->slot_count; i++) {
        curl_easy_cleanup(sms->slots[i].easy);
        sms_request_free(&sms->slots[i].request);
        sms_intake_free(&sms->slots[i].intake);
    }
    if (sms->multi != NULL) {
        (void)curl_multi_cleanup(sms->multi);
    }
    sms_recipe_free(&sms->recipe);
    free(sms->slots);
    free(sms);
}

static void prepare(struct sms *sms)
{
    size_t count = (size_t)sms->config->sms.in_flight;
    sms->multi = curl_multi_init();
    sms->slots = calloc(count, sizeof *sms->slots);
    if (sms->multi == NULL || sms->slots == NULL) {
        abort();
    }
    for (; sms->slot_count < count; sms->slot_count++) {
        prepare_slot(sms, &sms->slots[sms->slot_count]);
    }
    (void)curl_multi_setopt(sms->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    (void)curl_multi_setopt(sms->multi, CURLMOPT_MAXCONNECTS, (long)count);
    (void)curl_multi_setopt(sms->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)count);
}

bool sms_create(const struct config *config, const struct gateway *gateway, const char *receipt_url,
                const char *reply_url, struct carrier **carrier, struct error *err)
{
    static const struct carrier_kind kind = {
        .batch = sms_batch, .send = sms_send, .free = sms_free};
    struct sms *sms = calloc(1, sizeof *sms);
    if (sms == NULL) {
        abort();
    }
    sms->base.kind = &kind;
    CLEANUP(carrier_free) struct carrier *made = &sms->base;
    sms->config = config;
    sms->gateway = gateway;
    if (!sms_recipe_create(config, gateway, SMS_SUBMISSION, receipt_url, reply_url, &sms->recipe,
                           err)) {
        return false;
    }
    prepare(sms);
    *carrier = STEAL(made);
    return true;
}
