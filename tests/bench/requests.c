/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same POST over and over, by the barest loop of libcurl's multi interface, for
 * text-dispatch.sh: what an HTTP client in C costs that keeps nothing and reads no answer.
 *
 *     bench_requests URL BODY COUNT IN_FLIGHT
 *
 * prints how many milliseconds they took, and how many of the processor it used meanwhile.
 *
 * Connections are kept, and so are the easy handles. It fails when an answer is not 201. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"

enum { IN_FLIGHT_MAX = 256, COUNT_MAX = 100000000, CREATED = 201, WAIT = 1000 };

static void fail(const char *sentence)
{
    (void)fprintf(stderr, "bench_requests: %s\n", sentence);
    exit(70);
}

static size_t drop(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return size * count;
}

static CURL *make_request(const char *url, const char *body)
{
    CURL *easy = curl_easy_init();
    if (easy == NULL || curl_easy_setopt(easy, CURLOPT_URL, url) != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body) != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop) != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_PROXY, "") != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) != CURLE_OK) {
        fail("libcurl cannot be set up");
    }
    return easy;
}

/* Judge what has come, and send each handle out again while there is something left to begin. */
static int64_t collect(CURLM *multi, int64_t *left)
{
    int64_t ended = 0;
    int waiting = 0;
    for (CURLMsg *done; (done = curl_multi_info_read(multi, &waiting)) != NULL; ended++) {
        CURL *easy = done->easy_handle;
        long status = 0;
        if (done->data.result != CURLE_OK ||
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK ||
            status != CREATED || curl_multi_remove_handle(multi, easy) != CURLM_OK) {
            fail("a request failed");
        }
        if (*left > 0) {
            --*left;
            (void)curl_multi_add_handle(multi, easy);
        } else {
            curl_easy_cleanup(easy);
        }
    }
    return ended;
}

int main(int argc, char **argv)
{
    int64_t count = 0;
    int64_t in_flight = 0;
    if (argc != 5 || !text_number(argv[3], 1, COUNT_MAX, &count) ||
        !text_number(argv[4], 1, IN_FLIGHT_MAX, &in_flight) || in_flight > count) {
        fail("usage: bench_requests URL BODY COUNT IN_FLIGHT");
    }
    CURLM *multi = curl_multi_init();
    if (multi == NULL || curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)in_flight)) {
        fail("libcurl cannot be set up");
    }
    int64_t begun = clock_monotonic();
    int64_t left = count - in_flight;
    for (int64_t i = 0; i < in_flight; i++) {
        (void)curl_multi_add_handle(multi, make_request(argv[1], argv[2]));
    }
    for (int64_t ended = 0; ended < count;) {
        int running = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK) {
            fail("libcurl gave up");
        }
        int64_t now = collect(multi, &left);
        ended += now;
        if (now == 0 && curl_multi_poll(multi, NULL, 0, WAIT, NULL) != CURLM_OK) {
            fail("libcurl gave up");
        }
    }
    (void)printf("%lld %lld\n", (long long)(clock_monotonic() - begun),
                 (long long)(clock() / (CLOCKS_PER_SEC / CLOCK_SECOND)));
    (void)curl_multi_cleanup(multi);
    return 0;
}
