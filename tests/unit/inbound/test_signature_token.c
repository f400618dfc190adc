/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens that sign callbacks, and wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "signature_case.h"

#define BIRD_KEY "36efdd1aace2e26cd490f0d951138253bef2f7c6d34d18981da781555cc4cebb"

/* Tokens over BODY and https://example.com/, of 1700000000 and the minute that follows. */
static const char BIRD[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTcwMDA"
    "wMDAwMCwiZXhwIjoxNzAwMDAwMDYwLCJqdGkiOiIxIiwidXJsX2hhc2giOiIwZjExNWRiMDYyYjdjMGR"
    "kMDMwYjE2ODc4Yzk5ZGVhNWMzNTRiNDlkYzM3YjM4ZWI4ODQ2MTc5Yzc3ODNlOWQ3IiwicGF5bG9hZF9"
    "oYXNoIjoiMjQ5OTM1OGQzYjczNjYwZGQzOGVlMzAzMzhhMzcwNDVhZTIyMDYyYzQxZjFiZTlkZjE0MjI"
    "4NWE2MTVhNmFlOSJ9.ER57DZej-upZRL2IbzXfbxGpjmNR7e2Yeav6pJNPtQU";
static const char BIRD_NO_BODY[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTcwMDA"
    "wMDAwMCwiZXhwIjoxNzAwMDAwMDYwLCJqdGkiOiIxIiwidXJsX2hhc2giOiIwZjExNWRiMDYyYjdjMGR"
    "kMDMwYjE2ODc4Yzk5ZGVhNWMzNTRiNDlkYzM3YjM4ZWI4ODQ2MTc5Yzc3ODNlOWQ3In0.uEaQYU3dJ2-"
    "xQ86V40IybWeko_apwEBG19Tq3m4O4-o";
static const char BIRD_OTHER[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJTb21lYm9keSIsIm5iZiI6MTcwMDAwMDA"
    "wMCwiZXhwIjoxNzAwMDAwMDYwLCJqdGkiOiIxIiwidXJsX2hhc2giOiIwZjExNWRiMDYyYjdjMGRkMDM"
    "wYjE2ODc4Yzk5ZGVhNWMzNTRiNDlkYzM3YjM4ZWI4ODQ2MTc5Yzc3ODNlOWQ3IiwicGF5bG9hZF9oYXN"
    "oIjoiMjQ5OTM1OGQzYjczNjYwZGQzOGVlMzAzMzhhMzcwNDVhZTIyMDYyYzQxZjFiZTlkZjE0MjI4NWE"
    "2MTVhNmFlOSJ9.dSeXnyKBFA5qbMifigRO4RqoDnThVjoEFEANcmfPiAo";
static const char BIRD_512[] =
    "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTcwMDA"
    "wMDAwMCwiZXhwIjoxNzAwMDAwMDYwLCJqdGkiOiIxIiwidXJsX2hhc2giOiIwZjExNWRiMDYyYjdjMGR"
    "kMDMwYjE2ODc4Yzk5ZGVhNWMzNTRiNDlkYzM3YjM4ZWI4ODQ2MTc5Yzc3ODNlOWQ3IiwicGF5bG9hZF9"
    "oYXNoIjoiMjQ5OTM1OGQzYjczNjYwZGQzOGVlMzAzMzhhMzcwNDVhZTIyMDYyYzQxZjFiZTlkZjE0MjI"
    "4NWE2MTVhNmFlOSJ9.dzTlbtnZZZssYx7Ly0aqL07zTvupJwf4KmHyhg3_N4NvU-htDoYbaewTKD6qaR"
    "M-88GnKAtbelDI20a5EhwiWg";
static const char BIRD_NONE[] =
    "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJNZXNzYWdlQmlyZCIsIm5iZiI6MTcwMDAw"
    "MDAwMCwiZXhwIjoxNzAwMDAwMDYwLCJqdGkiOiIxIiwidXJsX2hhc2giOiIwZjExNWRiMDYyYjdjMGRk"
    "MDMwYjE2ODc4Yzk5ZGVhNWMzNTRiNDlkYzM3YjM4ZWI4ODQ2MTc5Yzc3ODNlOWQ3IiwicGF5bG9hZF9o"
    "YXNoIjoiMjQ5OTM1OGQzYjczNjYwZGQzOGVlMzAzMzhhMzcwNDVhZTIyMDYyYzQxZjFiZTlkZjE0MjI4"
    "NWE2MTVhNmFlOSJ9.EkVhLwrYxsdQ-uG5Y3VTP_RJbgj5CY8JjdDuAQR_3Uo";
static const char VONAGE[] =
    "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3MDAwMDAwMDAsImp0aSI6Ingi"
    "LCJpc3MiOiJWb25hZ2UiLCJwYXlsb2FkX2hhc2giOiIyNDk5MzU4ZDNiNzM2NjBkZDM4ZWUzMDMzOGEz"
    "NzA0NWFlMjIwNjJjNDFmMWJlOWRmMTQyMjg1YTYxNWE2YWU5In0.AEuJ0ZgW33NVdAwmspiOgU1WVrI-"
    "ol6PjoKiMfzA0J8";
static const char PAYLOAD[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6MTAwMDAwMSwibXNpc2RuIjo0NDc3MDA5MDA"
    "wMDEsInRpbWUiOjE3MDAwMDAwMDAsInN0YXR1cyI6IkRFTElWRVJFRCIsInVzZXJyZWYiOiJyZWYxIn0"
    ".JEXuPsX59N5Ickv9yY2J8wUuhcjSS47nNa_vYegT2v4";
static const char KNOWN[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4"
    "gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";

static const struct gateway_signature bird = {.scheme = GATEWAY_JWT,
                                              .hash = GATEWAY_SHA256,
                                              .place = HEADER("MessageBird-Signature-JWT"),
                                              .timestamp = {"", ""},
                                              .issuer = "MessageBird",
                                              .body_hash = "payload_hash",
                                              .url_hash = "url_hash"};
static const struct gateway_signature vonage = {.scheme = GATEWAY_JWT,
                                                .hash = GATEWAY_SHA256,
                                                .place = HEADER("Authorization"),
                                                .timestamp = {"", ""},
                                                .tolerance = 300,
                                                .issuer = "Vonage",
                                                .body_hash = "payload_hash",
                                                .url_hash = ""};
static const struct gateway_signature whole = {.scheme = GATEWAY_JWT,
                                               .hash = GATEWAY_SHA256,
                                               .place = HEADER("X-Gwapi-Signature"),
                                               .timestamp = {"", ""},
                                               .issuer = "",
                                               .body_hash = "",
                                               .url_hash = "",
                                               .claims = true};

#define BIRD_URL  "https://example.com/"
#define BIRD_HEAD "MessageBird-Signature-JWT"

static const struct case_of tokens_cases[] = {
    {"bound to body and address",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     BODY,
     {BIRD_HEAD, BIRD},
     0,
     NULL},
    {"without a body", &bird, BIRD_KEY, BIRD_URL, NULL, NULL, {BIRD_HEAD, BIRD_NO_BODY}, 0, NULL},
    {"a body that it does not name",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     BODY,
     {BIRD_HEAD, BIRD_NO_BODY},
     0,
     "is of another body"},
    {"a body that has gone",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     NULL,
     {BIRD_HEAD, BIRD},
     0,
     "is of another body"},
    {"another address",
     &bird,
     BIRD_KEY,
     BIRD_URL "x",
     NULL,
     BODY,
     {BIRD_HEAD, BIRD},
     0,
     "is of another address"},
    {"played again",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     BODY,
     {BIRD_HEAD, BIRD},
     1700000066,
     "is not of this time"},
    {"too early",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     BODY,
     {BIRD_HEAD, BIRD},
     1699999990,
     "is not of this time"},
    {"another issuer",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     BODY,
     {BIRD_HEAD, BIRD_OTHER},
     0,
     "is somebody else's"},
    {"another hash",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     BODY,
     {BIRD_HEAD, BIRD_512},
     0,
     "is not right"},
    {"no hash, it says",
     &bird,
     BIRD_KEY,
     BIRD_URL,
     NULL,
     BODY,
     {BIRD_HEAD, BIRD_NONE},
     0,
     "cannot be read"},
    {"another key", &bird, "x", BIRD_URL, NULL, BODY, {BIRD_HEAD, BIRD}, 0, "is not right"},
    {"no dots", &bird, BIRD_KEY, BIRD_URL, NULL, BODY, {BIRD_HEAD, "token"}, 0, "is not right"},
    {"dots alone", &bird, BIRD_KEY, BIRD_URL, NULL, BODY, {BIRD_HEAD, "..."}, 0, "is not right"},
    {"a bearer's", &vonage, "signature_secret", "", NULL, BODY, {"authorization", VONAGE}, 0, NULL},
    {"a bearer's, played again",
     &vonage,
     "signature_secret",
     "",
     NULL,
     BODY,
     {"Authorization", VONAGE},
     1700000301,
     "is not of this time"},
    {"all in the token",
     &whole,
     "secret",
     "",
     NULL,
     "{\"status\":\"FORGED\"}",
     {"X-Gwapi-Signature", PAYLOAD},
     0,
     NULL},
    {"as everybody has it",
     &whole,
     "your-256-bit-secret",
     "",
     NULL,
     NULL,
     {"X-Gwapi-Signature", KNOWN},
     0,
     NULL},
};

static void test_tokens(void **state)
{
    (void)state;
    check_all(tokens_cases, ARRAY_LENGTH(tokens_cases));
}

/* What the token says counts, whatever stands in the body. */
static void test_payload(void **state)
{
    (void)state;
    static const struct case_of given = {
        "", &whole, "secret", "", NULL, "{\"status\":\"FORGED\"}", {"X-Gwapi-Signature", PAYLOAD},
        0,  NULL};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct signature_payload payload;
    struct error err = {.kind = ERROR_NONE};
    assert_true(check(&given, arena, &payload, &err));
    assert_string_equal(payload.bytes,
                        "{\"id\":1000001,\"msisdn\":447700900001,\"time\":1700000000,"
                        "\"status\":\"DELIVERED\",\"userref\":\"ref1\"}");
    assert_int_equal(payload.length, strlen(payload.bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_payload),
    };
    return cmocka_run_group_tests_name("inbound/signature_token", tests, NULL, NULL);
}
