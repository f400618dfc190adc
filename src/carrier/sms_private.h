/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the SMS carrier: what is asked of the provider, what its answer means, and the
 * traffic itself. Private to src/carrier. */
#ifndef MUSTER_CARRIER_SMS_PRIVATE_H
#define MUSTER_CARRIER_SMS_PRIVATE_H

#include <curl/curl.h>

#include "carrier_private.h"
#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/base/json.h"
#include "muster/carrier/sms_lookup.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"

enum { SMS_REQUEST_MAX = 64 * 1024, SMS_ANSWER_MAX = 64 * 1024 };

/* A request of a profile with its templates parsed and its variables filled in. */
struct sms_recipe;

/* What is asked of the provider: to take a message, or what it knows of one. */
enum sms_purpose { SMS_SUBMISSION, SMS_LOOKUP };

/* The two URLs are for submissions. ERROR_CONFIG when a template does not parse or uses a name that
 * no one gives; errors of file_secret. */
bool sms_recipe_create(const struct config *config, const struct gateway *gateway,
                       enum sms_purpose purpose, const char *receipt_url, const char *reply_url,
                       struct sms_recipe **recipe, struct error *err) MUST_USE;
void sms_recipe_free(struct sms_recipe **recipe);

/* Whether a template of it has this name. */
bool sms_recipe_uses(const struct sms_recipe *recipe, const char *name);

/* The name and password of Basic authentication; "" when there is none. */
const char *sms_recipe_user(const struct sms_recipe *recipe);
const char *sms_recipe_password(const struct sms_recipe *recipe);

/* One request, made again and again in the same memory. */
struct sms_request {
    struct buffer url;
    struct buffer body;
    struct curl_slist *headers;
};

void sms_request_init(struct sms_request *request);
void sms_request_free(struct sms_request *request);

/* Make the request for a parcel. ERROR_DATA when the parcel's values cannot be put into it. */
bool sms_request_make(struct sms_recipe *recipe, const struct parcel *parcel,
                      struct sms_request *request, struct error *err) MUST_USE;

/* Make the request for a look-up, in which ids stand in the URL percent-encoded. ERROR_DATA as
 * above. */
bool sms_request_ask(struct sms_recipe *recipe, const struct sms_query *query,
                     struct sms_request *request, struct error *err) MUST_USE;

/* What comes back, within its limits. */
struct sms_intake {
    struct buffer answer;
    size_t headers; /* bytes of headers that came */
};

/* A handle of libcurl's with what holds for every request to a provider: whom it may speak to and
 * how long, whom it says it is, and that what comes is taken by `intake`, which must outlive it.
 * Ends the program when libcurl cannot. */
CURL *sms_easy_create(const struct config *config, const struct sms_recipe *recipe,
                      struct sms_intake *intake) MUST_USE;

/* Make ready to take another answer; release. */
void sms_intake_clear(struct sms_intake *intake);
void sms_intake_free(struct sms_intake *intake);

/* What is wrong when libcurl gives `code`, in words. */
const char *sms_easy_words(const struct sms_intake *intake, CURLcode code);

/* End the program unless libcurl has done as it was told. */
void sms_must(CURLcode code);

/* A whole answer. */
struct sms_answer {
    int status;
    const char *body;
    size_t length;
    int64_t retry_after; /* ms; 0 when not said */
};

/* Give a parcel its verdict by the rules of the profile. True when the answer says that the
 * provider does not accept us at all. */
bool sms_judge(const struct gateway *gateway, const struct sms_answer *answer,
               struct parcel *parcel, struct arena *arena);

/* The first rule that fits an answer (`json` is NULL when it is none), or NULL. */
const struct gateway_rule *sms_rule(const struct gateway_rule *rules, size_t count,
                                    const struct sms_answer *answer, const struct json *json,
                                    struct arena *arena);

/* The text at a path of the answer, in the arena; NULL when there is none that could be an id. */
const char *sms_id_at(const struct json *json, const char *path, struct arena *arena);

/* An answer as one line for people, in the arena. */
const char *sms_answer_line(const struct sms_answer *answer, struct arena *arena);

#endif
