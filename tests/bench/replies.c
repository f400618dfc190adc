/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider that has many replies to deliver, for reply-storm.sh: each is POSTed to the address of
 * replies, and again until it is answered 200, as providers do.
 *
 *     bench_replies URL COUNT IN_FLIGHT      prints how many milliseconds they took, and how many
 *                                            were sent more than once
 *
 * The replies are called r0, r1 ..., come from a thousand numbers, and say this and that. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"

enum {
    IN_FLIGHT_MAX = 256,
    COUNT_MAX = 100000000,
    OK = 200,
    WAIT = 1000,
    PAUSE_US = 20 * 1000, /* before a reply is sent again */
    BODY_SIZE = 200,
    NUMBERS = 1000,
    PATIENCE = 60 * 1000, /* ms without any answer of 200 */
};

/* One reply under way. */
struct slot {
    CURL *easy;
    int64_t number;
    bool again;
    char body[BODY_SIZE];
};

struct storm {
    CURLM *multi;
    int64_t count;
    int64_t next;
    int64_t stored;
    int64_t repeated;
};

static void fail(const char *sentence)
{
    (void)fprintf(stderr, "bench_replies: %s\n", sentence);
    exit(70);
}

static size_t drop(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return size * count;
}

static const char *words(int64_t number)
{
    static const char *const all[] = {"1", "VOTED", "Hello there", "no paper yet", "STOP", "START"};
    return all[number % (int64_t)ARRAY_LENGTH(all)];
}

static void send_slot(struct storm *storm, struct slot *slot)
{
    (void)snprintf(slot->body, sizeof slot->body,
                   "id=r%lld&from=%%2B447700900%03lld&to=%%2B447700900999&text=%s",
                   (long long)slot->number, (long long)(slot->number % NUMBERS),
                   words(slot->number));
    for (char *at = slot->body; *at != '\0'; at++) {
        *at = *at == ' ' ? '+' : *at;
    }
    if (curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, slot->body) != CURLE_OK ||
        curl_multi_add_handle(storm->multi, slot->easy) != CURLM_OK) {
        fail("libcurl gave up");
    }
}

static void begin(struct storm *storm, struct slot *slot, const char *url)
{
    slot->easy = curl_easy_init();
    if (slot->easy == NULL || curl_easy_setopt(slot->easy, CURLOPT_URL, url) != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot) != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, drop) != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_PROXY, "") != CURLE_OK ||
        curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L) != CURLE_OK) {
        fail("libcurl cannot be set up");
    }
    slot->number = storm->next++;
    send_slot(storm, slot);
}

/* What came of one: the next, or the same again. */
static void go_on(struct storm *storm, struct slot *slot, CURLcode code)
{
    long status = 0;
    (void)curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_multi_remove_handle(storm->multi, slot->easy);
    if (code != CURLE_OK || status != OK) {
        storm->repeated += slot->again ? 0 : 1;
        slot->again = true;
        (void)usleep(PAUSE_US);
        send_slot(storm, slot);
        return;
    }
    storm->stored++;
    slot->again = false;
    if (storm->next < storm->count) {
        slot->number = storm->next++;
        send_slot(storm, slot);
    }
}

static void run(struct storm *storm)
{
    int64_t stored = 0;
    int64_t at = clock_monotonic();
    while (storm->stored < storm->count) {
        int running = 0;
        int left = 0;
        if (curl_multi_perform(storm->multi, &running) != CURLM_OK) {
            fail("libcurl gave up");
        }
        bool ended = false;
        for (CURLMsg *done; (done = curl_multi_info_read(storm->multi, &left)) != NULL;) {
            struct slot *slot = NULL;
            const CURLcode code = done->data.result;
            (void)curl_easy_getinfo(done->easy_handle, CURLINFO_PRIVATE, (char **)&slot);
            go_on(storm, slot, code);
            ended = true;
        }
        if (storm->stored > stored) {
            stored = storm->stored;
            at = clock_monotonic();
        } else if (clock_monotonic() - at > PATIENCE) {
            fail("nothing is answered 200 any more");
        }
        if (!ended && curl_multi_poll(storm->multi, NULL, 0, WAIT, NULL) != CURLM_OK) {
            fail("libcurl gave up");
        }
    }
}

int main(int argc, char **argv)
{
    static struct slot slots[IN_FLIGHT_MAX];
    int64_t in_flight = 0;
    struct storm storm = {.multi = curl_multi_init()};
    if (argc != 4 || !text_number(argv[2], 1, COUNT_MAX, &storm.count) ||
        !text_number(argv[3], 1, IN_FLIGHT_MAX, &in_flight) || in_flight > storm.count) {
        fail("usage: bench_replies URL COUNT IN_FLIGHT");
    }
    if (storm.multi == NULL ||
        curl_multi_setopt(storm.multi, CURLMOPT_MAXCONNECTS, (long)in_flight)) {
        fail("libcurl cannot be set up");
    }
    const int64_t begun = clock_monotonic();
    for (int64_t i = 0; i < in_flight; i++) {
        begin(&storm, &slots[i], argv[1]);
    }
    run(&storm);
    (void)printf("%lld %lld\n", (long long)(clock_monotonic() - begun), (long long)storm.repeated);
    return 0;
}
