/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What providers that take a form are asked, and what they answer. */
#ifndef MUSTER_TESTS_CARRIER_PROFILES_FORM_H
#define MUSTER_TESTS_CARRIER_PROFILES_FORM_H

#include "profile_play.h"

#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded"

static const struct profile_case profile_kannel = {
    .name = "kannel",
    .variables = {{"username", "branch"}},
    .line = "GET /cgi-bin/sendsms?username=branch&password=" SECRET_FORM
            "&from=%2B447700900999&to=%2B447700900123&text=" AWKWARD_FORM
            "&charset=UTF-8&coding=2&validity=60&dlr-mask=31&dlr-url=" RECEIPTS_FORM
            "%3Freference%3Dref1%26status%3D%25d",
    .body = "",
    .plain = "&text=" PLAIN_FORM "&charset=UTF-8&coding=0&",
    .answers =
        {
            {202, "0: Accepted for delivery", 'a', NULL},
            {202, "3: Queued for later delivery\n", 'a', NULL},
            {202, "Sent.", 'x', NULL},
            {403, "Authorization failed for sendsms", 'c', NULL},
            {400, "Sender missing and no global set, rejected", 'c', NULL},
            {400, "Empty receiver number not allowed, rejected", 'r', NULL},
            {503, "Temporal failure, try again later.", 'd', NULL},
        },
};

#define TWILIO_ERROR(code)                                                                         \
    "{\"code\":" code                                                                              \
    ",\"message\":\"told\",\"more_info\":\"https://www.twilio.com/docs/errors/" code               \
    "\",\"status\":400}"

static const struct profile_case profile_twilio = {
    .name = "twilio",
    .variables = {{"account_sid", "AC1"}},
    .line = "POST /2010-04-01/Accounts/AC1/Messages.json",
    .headers = {"Authorization: Basic QUMxOnMzY3IrdA==", FORM_TYPE},
    .body = "To=%2B447700900123&From=%2B447700900999&Body=" AWKWARD_FORM
            "&StatusCallback=" RECEIPTS_FORM "&ValidityPeriod=3600",
    .answers =
        {
            {201,
             "{\"sid\":\"SM1\",\"status\":\"queued\",\"num_segments\":\"1\",\"error_code\":null,"
             "\"error_message\":null,\"price\":null}",
             'a', "SM1"},
            {400, TWILIO_ERROR("21211"), 'r', NULL},
            {400, TWILIO_ERROR("21614"), 'r', NULL},
            {400, TWILIO_ERROR("21612"), 'r', NULL},
            {400, TWILIO_ERROR("21408"), 'r', NULL},
            {403, TWILIO_ERROR("21408"), 'r', NULL},
            {400, TWILIO_ERROR("21635"), 'r', NULL},
            {400, TWILIO_ERROR("21602"), 'r', NULL},
            {400, TWILIO_ERROR("21617"), 'r', NULL},
            {400, TWILIO_ERROR("21610"), 'o', NULL},
            {403, TWILIO_ERROR("21610"), 'o', NULL},
            {401, TWILIO_ERROR("20003"), 'c', NULL},
            {400, TWILIO_ERROR("21603"), 'c', NULL},
            {400, TWILIO_ERROR("21606"), 'c', NULL},
            {400, TWILIO_ERROR("21659"), 'c', NULL},
            {400, TWILIO_ERROR("21660"), 'c', NULL},
            {400, TWILIO_ERROR("30002"), 'c', NULL},
            {429, TWILIO_ERROR("20429"), 'd', NULL},
            {400, TWILIO_ERROR("21611"), 'd', NULL},
            {400, TWILIO_ERROR("30001"), 'd', NULL},
            {500, TWILIO_ERROR("20500"), 'x', NULL},
        },
};

#define VONAGE_ONE(status)                                                                         \
    "{\"message-count\":\"1\",\"messages\":[{\"to\":\"447700900123\",\"status\":\"" status         \
    "\",\"error-text\":\"told\"}]}"
#define VONAGE_TWO(first, second)                                                                  \
    "{\"message-count\":\"2\",\"messages\":[{\"to\":\"447700900123\",\"message-id\":\"0A1\","      \
    "\"status\":\"" first "\",\"client-ref\":\"ref1\"},{\"to\":\"447700900123\","                  \
    "\"message-id\":\"0A2\",\"status\":\"" second "\"}]}"

static const struct profile_case profile_vonage = {
    .name = "vonage",
    .variables = {{"api_key", "abcd1234"}},
    .line = "POST /sms/json",
    .headers = {FORM_TYPE},
    .body = "api_key=abcd1234&api_secret=" SECRET_FORM
            "&from=447700900999&to=447700900123&text=" AWKWARD_FORM
            "&type=unicode&ttl=3600000&client-ref=ref1&status-report-req=1&callback=" RECEIPTS_FORM,
    .plain = "&text=" PLAIN_FORM "&type=text&",
    .answers =
        {
            {200,
             "{\"message-count\":\"1\",\"messages\":[{\"to\":\"447700900123\",\"message-id\":"
             "\"0A1\",\"status\":\"0\",\"remaining-balance\":\"3.14\",\"message-price\":\"0.03\","
             "\"network\":\"23410\",\"client-ref\":\"ref1\"}]}",
             'a', "0A1"},
            {200, VONAGE_TWO("0", "0"), 'a', "0A1"},
            {200, VONAGE_TWO("0", "1"), 'x', "0A1"},
            {200, VONAGE_TWO("9", "0"), 'x', "0A1"},
            {200, "{\"message-count\":\"0\",\"messages\":[]}", 'x', NULL},
            {200, VONAGE_ONE("1"), 'd', NULL},
            {200, VONAGE_ONE("10"), 'd', NULL},
            {200, VONAGE_ONE("5"), 'x', NULL},
            {200, VONAGE_ONE("2"), 'r', NULL},
            {200, VONAGE_ONE("3"), 'r', NULL},
            {200, VONAGE_ONE("6"), 'r', NULL},
            {200, VONAGE_ONE("7"), 'r', NULL},
            {200, VONAGE_ONE("12"), 'r', NULL},
            {200, VONAGE_ONE("22"), 'r', NULL},
            {200, VONAGE_ONE("23"), 'r', NULL},
            {200, VONAGE_ONE("33"), 'r', NULL},
            {200, VONAGE_ONE("4"), 'c', NULL},
            {200, VONAGE_ONE("8"), 'c', NULL},
            {200, VONAGE_ONE("9"), 'c', NULL},
            {200, VONAGE_ONE("11"), 'c', NULL},
            {200, VONAGE_ONE("14"), 'c', NULL},
            {200, VONAGE_ONE("15"), 'c', NULL},
            {200, VONAGE_ONE("29"), 'c', NULL},
            {200, VONAGE_ONE("32"), 'c', NULL},
            {200, VONAGE_ONE("99"), 'x', NULL},
        },
};

static const struct profile_case profile_firetext = {
    .name = "firetext",
    .line = "POST /api/sendsms/json",
    .headers = {FORM_TYPE},
    .body = "apiKey=" SECRET_FORM "&from=447700900999&to=447700900123&message=" AWKWARD_FORM
            "&reference=ref1&receipt=" RECEIPTS_FORM,
    .answers =
        {
            {200, "{\"code\":0,\"description\":\"1 SMS successfully queued\"}", 'a', NULL},
            {200, "{\"code\":1,\"description\":\"Authentication error\"}", 'c', NULL},
            {200, "{\"code\":2,\"description\":\"Destination error\"}", 'r', NULL},
            {200, "{\"code\":3,\"description\":\"From error\"}", 'c', NULL},
            {200, "{\"code\":5,\"description\":\"Message error\"}", 'r', NULL},
            {200, "{\"code\":7,\"description\":\"Insufficient credit\"}", 'c', NULL},
            {200, "{\"code\":42,\"description\":\"Something else\"}", 'x', NULL},
            {200, "0:1 SMS successfully queued", 'x', NULL}, /* not in JSON, as was asked for */
        },
};

static const struct profile_case profile_jasmin = {
    .name = "jasmin",
    .variables = {{"username", "branch"}},
    .line = "POST /send",
    .headers = {FORM_TYPE},
    .body = "username=branch&password=" SECRET_FORM "&to=447700900123&from=447700900999&coding=8"
            "&hex-content=00A3003500200026002000350030"
            "0025002B00200022006E006F00770022000A01750020D83DDE00"
            "&validity-period=60&dlr=yes&dlr-url=" RECEIPTS_FORM "&dlr-level=3&dlr-method=POST",
    .plain = "&coding=0&content=" PLAIN_FORM "&validity-period=60&",
    .answers =
        {
            {200, "Success \"07033084-5cfd-4812-90a4-e4d24ffb6e3d\"", 'a',
             "07033084-5cfd-4812-90a4-e4d24ffb6e3d"},
            {200, "Error \"No route found\"", 'x', NULL},
            {400, "Error \"Argument [to] has an invalid value: [x].\"", 'r', NULL},
            {403, "Error \"Authentication failure for username:branch\"", 'c', NULL},
            {403, "Error \"Cannot charge submit_sm, check RouterPB log file for details\"", 'c',
             NULL},
            {403, "Error \"User throughput exceeded\"", 'd', NULL},
            {412, "Error \"No route found\"", 'c', NULL},
            {500, "Error \"Cannot send submit_sm, check SMPPClientManagerPB log file\"", 'x', NULL},
        },
};

#endif
