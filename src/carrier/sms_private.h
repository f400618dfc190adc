/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the SMS carrier: what is asked of the provider, what its answer means, and the
 * traffic itself. Private to src/carrier. */
#ifndef MUSTER_CARRIER_SMS_PRIVATE_H
#define MUSTER_CARRIER_SMS_PRIVATE_H

#include <curl/curl.h>

#include "carrier_private.h"
#include "muster/base/buffer.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"

enum { SMS_REQUEST_MAX = 64 * 1024, SMS_ANSWER_MAX = 64 * 1024 };

/* A profile with its templates parsed and its variables filled in. */
struct sms_recipe;

/* ERROR_CONFIG when a template does not parse or uses a name that no one gives; errors of
 * carrier_secret. */
bool sms_recipe_create(const struct config *config, const struct gateway *gateway,
                       const char *receipt_url, const char *reply_url, struct sms_recipe **recipe,
                       struct error *err) MUST_USE;
void sms_recipe_free(struct sms_recipe **recipe);

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

#endif
