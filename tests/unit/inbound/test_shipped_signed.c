/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The signatures of the shipped profiles, with vectors that the providers or the RFCs publish: the
 * right one, a wrong one, one of something else, and the right one long afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "shipped.h"
#include "signature_case.h"

#define TOKEN_HEAD "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."

/* What MessageBird publishes with its library, of this key and of midday on 5 July 2021. */
#define BIRD_KEY "36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb"
static const char BIRD[] = TOKEN_HEAD
    "eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiI5M2U1NTAwN"
    "i1hMGU4LTQ1MjYtYTE5MC1mYTVmZjAwZWExMTYiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3Yz"
    "Q1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAiLCJwYXlsb2FkX2hhc2giOiJkZmZkNjAyMWJiMmJkNWI"
    "wYWY2NzYyOTA4MDllYzNhNTMxOTFkZDgxYzdmNzBhNGIyODY4OGEzNjIxODI5ODZmIn0._H--TOuYFLpeEH39-rg5E3IH"
    "VkjHozBcaKVWPRC5m9I";
static const char BIRD_BY_GET[] = TOKEN_HEAD
    "eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTYyNTQ3OTIwMCwiZXhwIjoxNjI1NDc5MjYwLCJqdGkiOiJjOTQ2YWY3N"
    "y1lMTgyLTRlYWEtYjJmZi0xYTU0NWI1ZTk5MWEiLCJ1cmxfaGFzaCI6IjQxZjA1ZjBkZGQwYTIyYWIyMDlhYzQ2ZjQ3Yz"
    "Q1NzJkOWNlZmEyNTdlZDc0YjI0MDA0YmFlNzUzZWNlNmMyNjAifQ.huo2ou6JDoDc7sV25d75UMWeYhBeavQlLsqIibSZ"
    "uac";

/* What GatewayAPI shows in its manual. */
static const char GATEWAYAPI[] =
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpZCI6MjM4MTcwMywibXNpc2RuIjo0NTQyNjA5MDQ1LCJ0aW1lIjox"
    "NTIyNzY0MDYyLCJzdGF0dXMiOiJERUxJVkVSRUQiLCJlcnJvciI6bnVsbCwiY29kZSI6bnVsbCwidXNlcnJlZiI6bnVsb"
    "CwiY2FsbGJhY2tfdXJsIjoiaHR0cDovL2JiYWY3MTQyLm5ncm9rLmlvIiwiYXBpIjo0fQ.KdfDH65bnQtgxEkFnpAQodO"
    "ciAJedZFB13r9wEo8t3Y";

/* Vonage describes its token and publishes none: iat 1700000000, payload_hash of BODY. */
static const char VONAGE[] =
    "Bearer " TOKEN_HEAD
    "eyJpYXQiOjE3MDAwMDAwMDAsImp0aSI6IngiLCJpc3MiOiJWb25hZ2UiLCJwYXlsb2FkX2hhc2giOiIyNDk5MzU4ZDNiN"
    "zM2NjBkZDM4ZWUzMDMzOGEzNzA0NWFlMjIwNjJjNDFmMWJlOWRmMTQyMjg1YTYxNWE2YWU5In0.AEuJ0ZgW33NVdAwmsp"
    "iOgU1WVrI-ol6PjoKiMfzA0J8";

#define PLIVO_CALL "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"
#define SINCH_BODY                                                                                 \
    "{\"app_id\":\"01EB37HMH1M6SV18BSNS3G135H\",\"accepted_time\":\"2020-11-17T15:09:11.659Z\","   \
    "\"project_id\":\"c36f3d3d-1513-2edd-ae42-11995557ff61\",\"message_delivery_report\":"         \
    "{\"message_id\":\"01EQBC1A3BEK731GY4YXEN0C2R\",\"conversation_id\":"                          \
    "\"01EPYATA64TMNZ1FV02JKF12JF\",\"status\":\"QUEUED_ON_CHANNEL\",\"contact_id\":"              \
    "\"01EXA07N79THJ20WSN6AS30TMW\"}}"

/* Each is right as it stands. */
static const struct shipped_case {
    const char *name; /* of the profile */
    bool timed;       /* it is refused long afterwards */
    bool whole;       /* all of it is in the signature: what stands beside it counts for nothing */
    struct case_of right;
} cases[] = {
    {"twilio",
     false,
     false,
     {.key = "12345",
      .url = "https://mycompany.com/myapp.php?foo=1&bar=2",
      .body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
              "&To=%2B18005551212",
      .headers = {"X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="}}},
    {"vonage",
     true,
     false,
     {.key = "signature_secret",
      .url = "",
      .query = "param1=value1&param2=value2&timestamp=1234567890"
               "&sig=280c4320703dbc98bfa22db676655ed2acfbfe8792b062ff7622e67f1183c287",
      .at = 1234567890}},
    {"vonage-messages",
     true,
     false,
     {.key = "signature_secret", .url = "", .body = BODY, .headers = {"Authorization", VONAGE}}},
    {"messagebird",
     true,
     false,
     {.key = BIRD_KEY,
      .url = "https://example.com/path?bar=1&foo=2",
      .body = "Hello, World!",
      .headers = {"MessageBird-Signature-JWT", BIRD},
      .at = 1625479200}},
    {"messagebird",
     true,
     false,
     {.key = BIRD_KEY,
      .url = "https://example.com/path?bar=1&foo=2",
      .query = "bar=1&foo=2",
      .headers = {"MessageBird-Signature-JWT", BIRD_BY_GET},
      .at = 1625479200}},
    {"gatewayapi",
     false,
     true,
     {.key = "secret", .url = "", .body = BODY, .headers = {"X-Gwapi-Signature", GATEWAYAPI}}},
    {"telnyx",
     true,
     false,
     {.key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
      .url = "",
      .body = BODY,
      .headers = {"telnyx-signature-ed25519",
                  "/5YM+1tKtAODYwlxbhcd4I1znMTnC4ni9oXz0rVfjXEkRiQijGnObrSHdCPTM+3AemkTKFJK1L5MeT+"
                  "oTzfgCw==",
                  "telnyx-timestamp", "1700000000"}}},
    {"plivo",
     false,
     false,
     {.key = "Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4",
      .url = "https://plivobin.non-prod.plivops.com/api/v1/validate_signature03.xml",
      .body = "Direction=outbound&From=19792014278&ALegUUID=" PLIVO_CALL
              "&CallStatus=in-progress&BillRate=0.002&ParentAuthID=MANWVLYTK4ZWU1YTY4QA"
              "&To=sip%3APlivoSignature382029104058171078704104%40phone-qa.voice.plivodev.com"
              "&ALegRequestUUID=" PLIVO_CALL "&CallUUID=" PLIVO_CALL "&RequestUUID=" PLIVO_CALL
              "&SIP-H-To=%3Csip%3APlivoSignature382029104058171078704104%4052.9.11.55%3Btransport"
              "%3Dudp%3E%3Btag%3D1&SessionStart=2020-04-08+11%3A34%3A33.238707&Event=StartApp",
      .headers = {"X-Plivo-Signature-V3", "AAAA, iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0=",
                  "X-Plivo-Signature-V3-Nonce", "31627761595286130198"}}},
    {"sinch",
     true,
     false,
     {.key = "foo_secret1234",
      .url = "",
      .body = SINCH_BODY,
      .headers = {"x-sinch-webhook-signature", "Yc+3R1pIS78xLASybulhs8BsSo9BPB3Pr92QCUoczfk=",
                  "x-sinch-webhook-signature-nonce", "01FJA8B4A7BM43YGWSG9GBV067",
                  "x-sinch-webhook-signature-timestamp", "1634579353"},
      .at = 1634579353}},
    {"firetext",
     false,
     true,
     {.key = "open sesame",
      .url = "",
      .body = BODY,
      .headers = {"Authorization", "Basic bXVzdGVyOm9wZW4gc2VzYW1l"}}},
};

/* Whether it is let in; when not, it must be for what it is, and not for our configuration. */
static bool is_let_in(const struct case_of *given, const char *name, const char *what)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct gateway gateway = shipped_read(name, arena);
    struct case_of of = *given;
    struct signature_payload payload;
    struct error err = {.kind = ERROR_NONE};
    of.signature = &gateway.signature;
    const bool in = check(&of, arena, &payload, &err);
    if (!in && err.kind != ERROR_PERMISSION) {
        fail_msg("%s, %s: %s", name, what, err.text);
    }
    return in;
}

static void expect(bool wanted, const struct case_of *given, const char *name, const char *what)
{
    if (is_let_in(given, name, what) != wanted) {
        fail_msg("%s, %s: it is %slet in", name, what, wanted ? "not " : "");
    }
}

static void test_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        expect(true, &cases[i].right, cases[i].name, "right");
    }
}

/* Another key; no signature; another body or query under the same signature. */
static void test_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const char *name = cases[i].name;
        struct case_of given = cases[i].right;
        given.key =
            text_equal(name, "telnyx") ? "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=" : "another";
        expect(false, &given, name, "another key");

        given = cases[i].right;
        memset(given.headers, 0, sizeof given.headers);
        given.query = given.body == NULL ? "param1=value1&timestamp=1234567890" : NULL;
        expect(false, &given, name, "no signature");

        given = cases[i].right;
        given.body = given.body == NULL ? NULL : arena_printf(arena, "%s&x=y", given.body);
        given.query = given.query == NULL ? NULL : arena_printf(arena, "x=y&%s", given.query);
        given.url = arena_printf(arena, "%s%s", given.url, given.body == NULL ? "&x=y" : "");
        expect(cases[i].whole, &given, name, "something else");
    }
}

/* What has no time is known by its id; see the inbox. */
static void test_old(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct case_of given = cases[i].right;
        given.at = (given.at == 0 ? 1700000010 : given.at) + 3600;
        expect(!cases[i].timed, &given, cases[i].name, "an hour later");
    }
}

/* Every profile that checks anything is here. */
static void test_all_are_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(shipped_profiles); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const char *name = shipped_profiles[i].name;
        bool here = false;
        for (size_t j = 0; j < ARRAY_LENGTH(cases); j++) {
            here |= text_equal(cases[j].name, name);
        }
        if (here != (shipped_read(name, arena).signature.scheme != GATEWAY_UNSIGNED)) {
            fail_msg("%s is %shere", name, here ? "" : "not ");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_old),
        cmocka_unit_test(test_all_are_here),
    };
    return cmocka_run_group_tests_name("shipped/signed", tests, NULL, NULL);
}
