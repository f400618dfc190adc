/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of callbacks: those that providers publish, and wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signature_case.h"

static const struct gateway_signed url_and_fields[] = {{GATEWAY_PART_URL, ""},
                                                       {GATEWAY_PART_FIELDS, ""}};
static const struct gateway_signature twilio = {.scheme = GATEWAY_MAC,
                                                .hash = GATEWAY_SHA1,
                                                .place = HEADER("X-Twilio-Signature"),
                                                PARTS(url_and_fields)};

#define TWILIO_URL "https://mycompany.com/myapp.php?foo=1&bar=2"
#define TWILIO_FORM                                                                                \
    "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"              \
    "&To=%2B18005551212"
#define TWILIO_STOP                                                                                \
    "To=%2B447700900456&SmsStatus=received&SmsSid=SM00000000000000000000000000000001"              \
    "&NumSegments=1&NumMedia=0&MessageSid=SM00000000000000000000000000000001"                      \
    "&From=%2B447700900123&Body=STOP&ApiVersion=2010-04-01"                                        \
    "&AccountSid=AC00000000000000000000000000000001"

static const char right[] = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
static const struct case_of url_and_fields_cases[] = {
    {"published",
     &twilio,
     "12345",
     TWILIO_URL,
     NULL,
     TWILIO_FORM,
     {"x-twilio-signature", right},
     0,
     NULL},
    {"of a text, in any order",
     &twilio,
     "12345",
     "https://muster.example/hook/twilio/in",
     NULL,
     TWILIO_STOP,
     {"X-Twilio-Signature", "NN+P62dF/d/oxUH9f0UxRzwjULg="},
     0,
     NULL},
    {"another key",
     &twilio,
     "12346",
     TWILIO_URL,
     NULL,
     TWILIO_FORM,
     {"X-Twilio-Signature", right},
     0,
     "is not right"},
    {"another address",
     &twilio,
     "12345",
     "https://mycompany.com/myapp.php?foo=1",
     NULL,
     TWILIO_FORM,
     {"X-Twilio-Signature", right},
     0,
     "is not right"},
    {"one field more",
     &twilio,
     "12345",
     TWILIO_URL,
     NULL,
     TWILIO_FORM "&Extra=1",
     {"X-Twilio-Signature", right},
     0,
     "is not right"},
    {"cut off",
     &twilio,
     "12345",
     TWILIO_URL,
     NULL,
     TWILIO_FORM,
     {"X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93"},
     0,
     "is not right"},
    {"empty",
     &twilio,
     "12345",
     TWILIO_URL,
     NULL,
     TWILIO_FORM,
     {"X-Twilio-Signature", ""},
     0,
     "is missing"},
    {"none", &twilio, "12345", TWILIO_URL, NULL, TWILIO_FORM, {NULL}, 0, "is missing"},
    {"no base 64",
     &twilio,
     "12345",
     TWILIO_URL,
     NULL,
     TWILIO_FORM,
     {"X-Twilio-Signature", "\x01====!!"},
     0,
     "is not right"},
    {"a form that is none",
     &twilio,
     "12345",
     TWILIO_URL,
     NULL,
     "a=%zz",
     {"X-Twilio-Signature", right},
     0,
     "cannot be read"},
};

static void test_url_and_fields(void **state)
{
    (void)state;
    check_all(url_and_fields_cases, ARRAY_LENGTH(url_and_fields_cases));
}

static const struct gateway_signed pairs[] = {{GATEWAY_PART_PAIRS, ""}};
static const struct gateway_signature by_sha256 = {.scheme = GATEWAY_MAC,
                                                   .hash = GATEWAY_SHA256,
                                                   .hex = true,
                                                   .place = FIELD("sig"),
                                                   PARTS(pairs),
                                                   .timestamp = FIELD("timestamp"),
                                                   .tolerance = 300};
static const struct gateway_signature by_md5 = {
    .scheme = GATEWAY_MAC, .hash = GATEWAY_MD5, .hex = true, .place = FIELD("sig"), PARTS(pairs)};
static const struct gateway_signature by_digest = {.scheme = GATEWAY_DIGEST,
                                                   .hash = GATEWAY_MD5,
                                                   .hex = true,
                                                   .place = FIELD("sig"),
                                                   PARTS(pairs)};

#define PAIRS "param2=value2&param1=value1&timestamp=1234567890&sig="
#define SHA   "280c4320703dbc98bfa22db676655ed2acfbfe8792b062ff7622e67f1183c287"

static const char key[] = "signature_secret";
static const struct case_of pairs_cases[] = {
    {"SHA-256", &by_sha256, key, "", PAIRS SHA, NULL, {NULL}, 1234567890, NULL},
    {"in a body", &by_sha256, key, "", NULL, PAIRS SHA, {NULL}, 1234567890, NULL},
    {"capitals",
     &by_sha256,
     key,
     "",
     PAIRS "280C4320703DBC98BFA22DB676655ED2ACFBFE8792B062FF7622E67F1183C287",
     NULL,
     {NULL},
     1234567890,
     NULL},
    {"a little old", &by_sha256, key, "", PAIRS SHA, NULL, {NULL}, 1234567890 + 300, NULL},
    {"played again",
     &by_sha256,
     key,
     "",
     PAIRS SHA,
     NULL,
     {NULL},
     1234567890 + 301,
     "is not of this time"},
    {"from tomorrow",
     &by_sha256,
     key,
     "",
     PAIRS SHA,
     NULL,
     {NULL},
     1234567890 - 301,
     "is not of this time"},
    {"MD5", &by_md5, key, "", PAIRS "724c2bf6ca423c36e20631b11d1c5753", NULL, {NULL}, 0, NULL},
    {"signs in values",
     &by_md5,
     key,
     "",
     "param1=value%261&param2=value%3D2&timestamp=1234567890"
     "&sig=2bbf0abafb2c55e5af6231513896a2ac",
     NULL,
     {NULL},
     0,
     NULL},
    {"a digest",
     &by_digest,
     key,
     "",
     PAIRS "d72f75ac8cda9bbce891c4fa62bee6cd",
     NULL,
     {NULL},
     0,
     NULL},
    {"another key",
     &by_digest,
     "other",
     "",
     PAIRS "d72f75ac8cda9bbce891c4fa62bee6cd",
     NULL,
     {NULL},
     0,
     "is not right"},
    {"given twice",
     &by_sha256,
     key,
     "",
     PAIRS SHA "&sig=" SHA,
     NULL,
     {NULL},
     1234567890,
     "is missing"},
    {"odd", &by_sha256, key, "", PAIRS "280", NULL, {NULL}, 1234567890, "is not right"},
};

static void test_pairs(void **state)
{
    (void)state;
    check_all(pairs_cases, ARRAY_LENGTH(pairs_cases));
}

/* RFC 2202 2 and 3, test case 2; RFC 4231 4.3. */
static void test_hashes(void **state)
{
    (void)state;
    static const struct gateway_signed body[] = {{GATEWAY_PART_BODY, ""}};
    static const struct {
        enum gateway_hash hash;
        const char *mac;
    } macs[] = {
        {GATEWAY_MD5, "750c783e6ab0b503eaa86e310a5db738"},
        {GATEWAY_SHA1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
        {GATEWAY_SHA256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {GATEWAY_SHA512, "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75"
                         "c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(macs); i++) {
        const struct gateway_signature signature = {.scheme = GATEWAY_MAC,
                                                    .hash = macs[i].hash,
                                                    .hex = true,
                                                    .place = HEADER("X-Mac"),
                                                    PARTS(body)};
        struct case_of cases[] = {{"right",
                                   &signature,
                                   "Jefe",
                                   "",
                                   NULL,
                                   "what do ya want for nothing?",
                                   {"X-Mac", macs[i].mac},
                                   0,
                                   NULL},
                                  {"wrong",
                                   &signature,
                                   "Jefe",
                                   "",
                                   NULL,
                                   "what do you want for nothing?",
                                   {"X-Mac", macs[i].mac},
                                   0,
                                   "is not right"}};
        check_all(cases, ARRAY_LENGTH(cases));
    }
}

static const struct gateway_signed legacy_parts[] = {
    {GATEWAY_PART_HEADER, "MessageBird-Request-Timestamp"},
    {GATEWAY_PART_TEXT, "\n"},
    {GATEWAY_PART_QUERY, ""},
    {GATEWAY_PART_TEXT, "\n"},
    {GATEWAY_PART_BODY_SHA256, ""}};
static const struct gateway_signature legacy = {.scheme = GATEWAY_MAC,
                                                .hash = GATEWAY_SHA256,
                                                .place = HEADER("MessageBird-Signature"),
                                                PARTS(legacy_parts),
                                                .timestamp =
                                                    HEADER("MessageBird-Request-Timestamp"),
                                                .tolerance = 60};
static const struct gateway_signed plivo_parts[] = {
    {GATEWAY_PART_BASE_URL, ""}, {GATEWAY_PART_HEADER, "X-Plivo-Signature-V2-Nonce"}};
static const struct gateway_signature plivo = {.scheme = GATEWAY_MAC,
                                               .hash = GATEWAY_SHA256,
                                               .place = HEADER("X-Plivo-Signature-V2"),
                                               PARTS(plivo_parts)};
static const struct gateway_signed plivo3_parts[] = {
    {GATEWAY_PART_URL, ""},
    {GATEWAY_PART_TEXT, "."},
    {GATEWAY_PART_FIELDS, ""},
    {GATEWAY_PART_TEXT, "."},
    {GATEWAY_PART_HEADER, "X-Plivo-Signature-V3-Nonce"}};
static const struct gateway_signature plivo3 = {.scheme = GATEWAY_MAC,
                                                .hash = GATEWAY_SHA256,
                                                .place = HEADER("X-Plivo-Signature-V3"),
                                                PARTS(plivo3_parts)};
static const struct gateway_signed sinch_parts[] = {
    {GATEWAY_PART_BODY, ""},
    {GATEWAY_PART_TEXT, "."},
    {GATEWAY_PART_HEADER, "x-sinch-webhook-signature-nonce"},
    {GATEWAY_PART_TEXT, "."},
    {GATEWAY_PART_HEADER, "x-sinch-webhook-signature-timestamp"}};
static const struct gateway_signature sinch = {.scheme = GATEWAY_MAC,
                                               .hash = GATEWAY_SHA256,
                                               .place = HEADER("x-sinch-webhook-signature"),
                                               PARTS(sinch_parts),
                                               .timestamp =
                                                   HEADER("x-sinch-webhook-signature-timestamp"),
                                               .tolerance = 300};

static const char nonce[] = "01FJA8B4A7BM43YGWSG9GBV067";
static const char stamp[] = "MessageBird-Request-Timestamp";
static const struct case_of parts_cases[] = {
    {"query, time and body",
     &legacy,
     "other-secret",
     "",
     "def=bar&abc=foo",
     "{\"a key\":\"some value\"}",
     {"MessageBird-Signature", "orb0adPhRCYND1WCAvPBr+qjm4STGtyvNDIDNBZ4Ir4=", stamp, "1544544948"},
     1544544950,
     NULL},
    {"played again",
     &legacy,
     "other-secret",
     "",
     "def=bar&abc=foo",
     "{\"a key\":\"some value\"}",
     {"MessageBird-Signature", "orb0adPhRCYND1WCAvPBr+qjm4STGtyvNDIDNBZ4Ir4=", stamp, "1544544948"},
     1544545048,
     "is not of this time"},
    {"address and number",
     &plivo,
     "my_auth_token",
     "https://answer.url?a=b",
     "a=b",
     NULL,
     {"X-Plivo-Signature-V2",
      "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc=", "X-Plivo-Signature-V2-Nonce", "12345"},
     0,
     NULL},
    {"one of several",
     &plivo3,
     "my_auth_token",
     "https://muster.example/hook/plivo/in",
     NULL,
     "To=%2B447700900999&From=%2B447700900001&Text=STOP",
     {"X-Plivo-Signature-V3",
      "AAAA, xaw2xkyvgDppHNLQp/6QzQVj3Sdo+ci/llFj8oqqkJQ=,ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKj"
      "sX7FsXc=",
      "X-Plivo-Signature-V3-Nonce", "12345"},
     0,
     NULL},
    {"none of several",
     &plivo3,
     "my_auth_token",
     "https://muster.example/hook/plivo/in",
     NULL,
     "To=%2B447700900999&From=%2B447700900001&Text=STOP",
     {"X-Plivo-Signature-V3", "AAAA,BBBB,,", "X-Plivo-Signature-V3-Nonce", "12345"},
     0,
     "is not right"},
    {"body, number and time",
     &sinch,
     "foo_secret1234",
     "",
     NULL,
     BODY,
     {"x-sinch-webhook-signature",
      "6SuuUURKw7wudqH4hdiOPxRy7H2Qt2alKcXj99gh0DY=", "x-sinch-webhook-signature-nonce", nonce,
      "x-sinch-webhook-signature-timestamp", "1634579353"},
     1634579353,
     NULL},
    {"a time that is none",
     &sinch,
     "foo_secret1234",
     "",
     NULL,
     BODY,
     {"x-sinch-webhook-signature", "6SuuUURKw7wudqH4hdiOPxRy7H2Qt2alKcXj99gh0DY=",
      "x-sinch-webhook-signature-nonce", nonce, "x-sinch-webhook-signature-timestamp", "now"},
     1634579353,
     "is not right"},
};

static void test_parts(void **state)
{
    (void)state;
    check_all(parts_cases, ARRAY_LENGTH(parts_cases));
}

static const struct gateway_signed only_body[] = {{GATEWAY_PART_BODY, ""}};
static const struct gateway_signature bare_key = {
    .scheme = GATEWAY_ED25519, .place = HEADER("signature"), PARTS(only_body)};
static const struct gateway_signed telnyx_parts[] = {
    {GATEWAY_PART_HEADER, "telnyx-timestamp"}, {GATEWAY_PART_TEXT, "|"}, {GATEWAY_PART_BODY, ""}};
static const struct gateway_signature telnyx = {.scheme = GATEWAY_ED25519,
                                                .place = HEADER("telnyx-signature-ed25519"),
                                                PARTS(telnyx_parts),
                                                .timestamp = HEADER("telnyx-timestamp"),
                                                .tolerance = 300};

#define KEY_1 "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define SIGNED                                                                                     \
    "/5YM+1tKtAODYwlxbhcd4I1znMTnC4ni9oXz0rVfjXEkRiQijGnObrSHdCPTM+3AemkTKFJK1L5MeT+oTzfgCw=="

static const struct case_of public_keys_cases[] = {
    {"RFC 8032, test 1",
     &bare_key,
     KEY_1,
     "",
     NULL,
     "",
     {"Signature",
      "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw=="},
     0,
     NULL},
    {"RFC 8032, test 2",
     &bare_key,
     "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",
     "",
     NULL,
     "r",
     {"Signature",
      "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA=="},
     0,
     NULL},
    {"time and body",
     &telnyx,
     KEY_1,
     "",
     NULL,
     BODY,
     {"telnyx-signature-ed25519", SIGNED, "telnyx-timestamp", "1700000000"},
     0,
     NULL},
    {"another body",
     &telnyx,
     KEY_1,
     "",
     NULL,
     BODY " ",
     {"telnyx-signature-ed25519", SIGNED, "telnyx-timestamp", "1700000000"},
     0,
     "is not right"},
    {"another time",
     &telnyx,
     KEY_1,
     "",
     NULL,
     BODY,
     {"telnyx-signature-ed25519", SIGNED, "telnyx-timestamp", "1700000001"},
     0,
     "is not right"},
    {"played again",
     &telnyx,
     KEY_1,
     "",
     NULL,
     BODY,
     {"telnyx-signature-ed25519", SIGNED, "telnyx-timestamp", "1700000000"},
     1700000301,
     "is not of this time"},
};

static void test_public_keys(void **state)
{
    (void)state;
    check_all(public_keys_cases, ARRAY_LENGTH(public_keys_cases));
}

static const struct gateway_signature login = {.scheme = GATEWAY_BASIC, .user = "Aladdin"};

/* The first is the example of RFC 7617 2. */
static const struct case_of login_cases[] = {
    {"published",
     &login,
     "open sesame",
     "",
     NULL,
     BODY,
     {"authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
     0,
     NULL},
    {"any case of the scheme",
     &login,
     "open sesame",
     "",
     "a=b",
     NULL,
     {"Authorization", "bASIC  QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
     0,
     NULL},
    {"with a colon in it",
     &login,
     "a:b",
     "",
     NULL,
     BODY,
     {"Authorization", "Basic QWxhZGRpbjphOmI="},
     0,
     NULL},
    {"none", &login, "open sesame", "", NULL, BODY, {NULL}, 0, "are missing"},
    {"another password",
     &login,
     "open sesame!",
     "",
     NULL,
     BODY,
     {"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
     0,
     "are not right"},
    {"another user",
     &login,
     "open sesame",
     "",
     NULL,
     BODY,
     {"Authorization", "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
     0,
     "are not right"},
    {"the password alone",
     &login,
     "open sesame",
     "",
     NULL,
     BODY,
     {"Authorization", "Basic b3BlbiBzZXNhbWU="},
     0,
     "are not right"},
    {"cut off",
     &login,
     "open sesame",
     "",
     NULL,
     BODY,
     {"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2Ft"},
     0,
     "are not right"},
    {"no base 64",
     &login,
     "open sesame",
     "",
     NULL,
     BODY,
     {"Authorization", "Basic Aladdin:open sesame"},
     0,
     "are not right"},
    {"by another scheme",
     &login,
     "open sesame",
     "",
     NULL,
     BODY,
     {"Authorization", "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
     0,
     "are not right"},
};

static void test_login(void **state)
{
    (void)state;
    check_all(login_cases, ARRAY_LENGTH(login_cases));
}

static void test_keys(void **state)
{
    (void)state;
    static const struct gateway_signature none = {.scheme = GATEWAY_UNSIGNED};
    static const struct case_of open = {"", &none, "", "", NULL, BODY, {NULL}, 0, NULL};
    static const struct case_of empty = {
        "", &twilio, "", "", NULL, "", {"X-Twilio-Signature", "AAAA"}, 0, NULL};
    static const struct case_of crooked = {
        "", &telnyx, "AAAA", "", NULL, BODY, {"telnyx-signature-ed25519", SIGNED}, 0, NULL};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct signature_payload payload;
    struct error err = {.kind = ERROR_NONE};
    assert_true(check(&open, arena, &payload, &err));
    assert_string_equal(payload.bytes, BODY);
    assert_false(check(&empty, arena, &payload, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    err = (struct error){.kind = ERROR_NONE};
    assert_false(check(&crooked, arena, &payload, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_url_and_fields), cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_parts),          cmocka_unit_test(test_public_keys),
        cmocka_unit_test(test_login),          cmocka_unit_test(test_keys),
        cmocka_unit_test(test_hashes),
    };
    return cmocka_run_group_tests_name("inbound/signature", tests, NULL, NULL);
}
