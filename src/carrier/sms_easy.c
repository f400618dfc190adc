/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every request to a provider, submission or look-up: no redirects are followed, no
 * proxy is taken from the environment, only HTTP and HTTPS are spoken, certificates are verified
 * (libcurl's own default), and time and size have their limits. */
#include <stdlib.h>

#include "sms_private.h"

enum {
    CONNECT_TIMEOUT = 10,    /* seconds */
    HEADERS_MAX = 64 * 1024, /* bytes of an answer's headers */
};

void sms_must(CURLcode code)
{
    if (code != CURLE_OK) {
        abort(); /* out of memory, or an option that this libcurl was built without */
    }
}

static size_t take_answer(char *bytes, size_t size, size_t count, void *context)
{
    struct sms_intake *intake = context;
    return buffer_add(&intake->answer, bytes, size * count) ? size * count : CURL_WRITEFUNC_ERROR;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    struct sms_intake *intake = context;
    intake->headers += size * count;
    return intake->headers <= HEADERS_MAX ? size * count : CURL_WRITEFUNC_ERROR;
}

void sms_intake_clear(struct sms_intake *intake)
{
    buffer_clear(&intake->answer);
    intake->headers = 0;
}

void sms_intake_free(struct sms_intake *intake)
{
    buffer_free(&intake->answer);
}

const char *sms_easy_words(const struct sms_intake *intake, CURLcode code)
{
    if (intake->answer.full) {
        return "the answer is larger than 64 KiB";
    }
    /* We do not let libcurl send again what a dying connection may have carried. */
    return code == CURLE_ABORTED_BY_CALLBACK ? "the connection was lost before the answer"
                                             : curl_easy_strerror(code);
}

CURL *sms_easy_create(const struct config *config, const struct sms_recipe *recipe,
                      struct sms_intake *intake)
{
    static bool started;
    if (!started) {
        sms_must(curl_global_init(CURL_GLOBAL_DEFAULT));
        started = true;
    }
    CURL *easy = curl_easy_init();
    if (easy == NULL) {
        abort();
    }
    buffer_init(&intake->answer, SMS_ANSWER_MAX);
    sms_must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    sms_must(curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L));
    sms_must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"));
    sms_must(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
    sms_must(curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L));
    sms_must(curl_easy_setopt(easy, CURLOPT_PROXY, "")); /* nothing from the environment */
    sms_must(curl_easy_setopt(easy, CURLOPT_USERAGENT, "muster/" MUSTER_VERSION));
    sms_must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT));
    sms_must(curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)config->sms.timeout));
    sms_must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer));
    sms_must(curl_easy_setopt(easy, CURLOPT_WRITEDATA, intake));
    sms_must(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header));
    sms_must(curl_easy_setopt(easy, CURLOPT_HEADERDATA, intake));
    if (sms_recipe_user(recipe)[0] != '\0') {
        sms_must(curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC));
        sms_must(curl_easy_setopt(easy, CURLOPT_USERNAME, sms_recipe_user(recipe)));
        sms_must(curl_easy_setopt(easy, CURLOPT_PASSWORD, sms_recipe_password(recipe)));
    }
    return easy;
}
