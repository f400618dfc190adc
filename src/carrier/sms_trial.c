/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial: libcurl is asked to show what it says and hears, and what is secret is starred before
 * anybody sees it. */
#include "muster/carrier/sms_trial.h"

#include <string.h>
#include <strings.h>

#include "muster/base/text.h"
#include "sms_private.h"

enum {
    SHOWN_MAX = 2 * (SMS_REQUEST_MAX + SMS_ANSWER_MAX),
    SHORTEST = 4, /* a secret that is shorter would star half of what is shown */
};

struct trial {
    struct sms_recipe *recipe;
    struct sms_request request;
    struct sms_intake intake;
    CURL *easy;
    struct buffer said;
    struct buffer heard;
};

static int note(CURL *easy, curl_infotype kind, char *bytes, size_t length, void *context)
{
    struct trial *trial = context;
    (void)easy;
    if (kind == CURLINFO_HEADER_OUT || kind == CURLINFO_DATA_OUT) {
        (void)buffer_add(&trial->said, bytes, length);
    } else if (kind == CURLINFO_HEADER_IN || kind == CURLINFO_DATA_IN) {
        (void)buffer_add(&trial->heard, bytes, length);
    }
    return 0;
}

/* Without carriage returns and NULs, in the arena. */
static char *as_text(const struct buffer *bytes, struct arena *arena)
{
    char *text = arena_alloc(arena, bytes->length + 1);
    size_t used = 0;
    for (size_t i = 0; i < bytes->length; i++) {
        if (bytes->data[i] != '\r' && bytes->data[i] != '\0') {
            text[used++] = bytes->data[i];
        }
    }
    text[used] = '\0';
    return text;
}

static void star(char *text, const char *secret)
{
    const size_t length = strlen(secret);
    for (char *at = text; length >= SHORTEST && (at = strstr(at, secret)) != NULL; at += length) {
        memset(at, '*', length);
    }
}

/* The values of headers by which one logs in. */
static void star_headers(char *text)
{
    static const char *const names[] = {
        "authorization:", "proxy-authorization:", "cookie:", "set-cookie:"};
    for (char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
            const size_t name = strlen(names[i]);
            if (length > name && strncasecmp(line, names[i], name) == 0) {
                const size_t blanks = strspn(line + name, " ");
                memset(line + name + blanks, '*', length - name - blanks);
            }
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
}

/* The secret as it may stand in a form or a URL. */
static const char *encoded(const struct trial *trial, const char *secret, struct arena *arena)
{
    char *made = curl_easy_escape(trial->easy, secret, 0);
    const char *kept = made == NULL ? "" : arena_text(arena, made);
    curl_free(made);
    return kept;
}

/* ".../hook/NAME/SECRET/receipt": the part before the last. */
static const char *path_secret(const char *url, struct arena *arena)
{
    const char *last = strrchr(url, '/');
    const char *from = last;
    while (from != NULL && from > url && from[-1] != '/') {
        from--;
    }
    return last == NULL ? "" : arena_span(arena, from, (size_t)(last - from));
}

/* "https://USER:PASSWORD@...": what stands between colon and at; "" when nothing does. */
static const char *login_secret(const char *url, struct arena *arena)
{
    const char *slashes = strstr(url, "://");
    const char *from = slashes == NULL ? "" : slashes + 3;
    const size_t host = strcspn(from, "/");
    const char *at = memchr(from, '@', host);
    const char *colon = memchr(from, ':', host);
    return at == NULL || colon == NULL || colon > at
               ? ""
               : arena_span(arena, colon + 1, (size_t)(at - colon - 1));
}

static const char *shown(const struct trial *trial, const struct buffer *bytes, const char *secret,
                         const char *const urls[2], struct arena *arena)
{
    char *text = as_text(bytes, arena);
    star_headers(text);
    star(text, secret);
    star(text, encoded(trial, secret, arena));
    star(text, sms_recipe_password(trial->recipe));
    star(text, encoded(trial, sms_recipe_password(trial->recipe), arena));
    for (size_t i = 0; i < 2; i++) {
        const char *login = login_secret(urls[i], arena);
        star(text, path_secret(urls[i], arena));
        star(text, login);
        star(text, encoded(trial, login, arena));
    }
    return text;
}

static void close_trial(struct trial *trial)
{
    if (trial->easy != NULL) {
        curl_easy_cleanup(trial->easy);
        sms_intake_free(&trial->intake);
    }
    sms_request_free(&trial->request);
    sms_recipe_free(&trial->recipe);
    buffer_free(&trial->said);
    buffer_free(&trial->heard);
}

/* A fresh connection, so that libcurl has no reason to say anything twice. */
static CURLcode perform(struct trial *trial, const struct gateway *gateway)
{
    CURL *easy = trial->easy;
    const bool get = strcmp(gateway->request.method, "GET") == 0;
    sms_must(curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L));
    sms_must(curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, note));
    sms_must(curl_easy_setopt(easy, CURLOPT_DEBUGDATA, trial));
    sms_must(curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L));
    sms_must(curl_easy_setopt(easy, CURLOPT_URL, buffer_text(&trial->request.url)));
    sms_must(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, trial->request.headers));
    sms_must(curl_easy_setopt(easy, get ? CURLOPT_HTTPGET : CURLOPT_POST, 1L));
    if (!get) {
        curl_off_t length = (curl_off_t)trial->request.body.length;
        sms_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, length));
        sms_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buffer_text(&trial->request.body)));
    }
    return curl_easy_perform(easy);
}

/* Whether any of it may have left: nothing that was said is no doubt. */
static void judge_silence(const struct trial *trial, CURLcode code, struct parcel *parcel,
                          struct arena *arena)
{
    const bool left = trial->said.length > 0;
    parcel->verdict = left ? CARRIER_UNSURE : CARRIER_UNTOUCHED;
    parcel->answer = arena_text(arena, sms_easy_words(&trial->intake, code));
}

bool sms_try(const struct config *config, const struct gateway *gateway, const char *receipt_url,
             const char *reply_url, struct parcel *parcel, struct arena *arena,
             struct sms_exchange *exchange, struct error *err)
{
    CLEANUP(close_trial) struct trial trial = {.easy = NULL};
    char secret[FILE_SECRET_MAX] = "";
    const char *const urls[] = {receipt_url, reply_url};
    sms_request_init(&trial.request);
    buffer_init(&trial.said, SHOWN_MAX);
    buffer_init(&trial.heard, SHOWN_MAX);
    parcel->answer = "";
    if (!sms_recipe_create(config, gateway, SMS_SUBMISSION, receipt_url, reply_url, &trial.recipe,
                           err) ||
        !sms_request_make(trial.recipe, parcel, &trial.request, err) ||
        (!text_empty(config->sms.secret_file) &&
         !file_secret(config->sms.secret_file, secret, err))) {
        return false;
    }
    trial.easy = sms_easy_create(config, trial.recipe, &trial.intake);
    const CURLcode code = perform(&trial, gateway);
    long status = 0;
    (void)curl_easy_getinfo(trial.easy, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK) {
        const struct sms_answer answer = {.status = (int)status,
                                          .body = buffer_text(&trial.intake.answer),
                                          .length = trial.intake.answer.length};
        (void)sms_judge(gateway, &answer, parcel, arena);
    } else {
        judge_silence(&trial, code, parcel, arena);
    }
    *exchange = (struct sms_exchange){
        .request = shown(&trial, &trial.said, secret, urls, arena),
        .answer = shown(&trial, &trial.heard, secret, urls, arena),
    };
    explicit_bzero(secret, sizeof secret);
    return true;
}
