/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a profile says that its provider signs callbacks, and faults of that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/conf/gateway.h"
#include "scratch.h"

struct reading {
    struct arena *arena;
    struct faults faults;
    struct gateway gateway;
    struct error err;
    bool ok;
};

/* Read a profile with this group `signature`, with a secret and a key or without. */
static void read_with(struct reading *reading, const char *signature, const char *secret,
                      const char *key)
{
    char path[256];
    *reading = (struct reading){.arena = arena_create()};
    (void)snprintf(path, sizeof path, "%s/muster.conf", scratch);
    (void)scratch_text("made.conf",
                       arena_printf(reading->arena,
                                    "gateway = { request = { url = \"u\"; form = ( ); };"
                                    " answer = { rules = ( { status = \"200\";"
                                    " verdict = \"accepted\"; } ); };\nsignature = { %s }; };",
                                    signature));
    struct config config = {.path = path};
    config.sms.gateway = "./made.conf";
    config.sms.secret_file = secret;
    config.sms.callback_secret_file = key;
    faults_init(&reading->faults);
    reading->ok =
        gateway_read(&config, reading->arena, &reading->faults, &reading->gateway, &reading->err);
}

static void read_signed(struct reading *reading, const char *signature, const char *key)
{
    read_with(reading, signature, "", key);
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static void test_parts(void **state)
{
    (void)state;
    struct reading got;
    read_signed(&got,
                "scheme = \"mac\"; algorithm = \"sha512\"; encoding = \"hex\";"
                "place = \"header X-Signature\"; timestamp = \"field at\"; tolerance = 300;"
                "signed = [ \"url\", \"base-url\", \"fields\", \"pairs\", \"query\", \"body\","
                " \"body-sha256\", \"header X-Nonce\", \"text | \" ];",
                "key");
    assert_true(got.ok);
    const struct gateway_signature *signature = &got.gateway.signature;
    assert_int_equal(signature->scheme, GATEWAY_MAC);
    assert_int_equal(signature->hash, GATEWAY_SHA512);
    assert_true(signature->hex);
    assert_string_equal(signature->place.header, "X-Signature");
    assert_string_equal(signature->timestamp.field, "at");
    assert_int_equal(signature->tolerance, 300);
    assert_int_equal(signature->part_count, 9);
    for (size_t i = 0; i < signature->part_count; i++) {
        assert_int_equal(signature->parts[i].part, i);
    }
    assert_string_equal(signature->parts[7].text, "X-Nonce");
    assert_string_equal(signature->parts[8].text, "| ");
    drop(&got);
}

static void test_token(void **state)
{
    (void)state;
    struct reading got;
    read_signed(&got,
                "scheme = \"jwt\"; place = \"header Authorization\"; issuer = \"Somebody\";"
                "body_hash = \"payload_hash\"; url_hash = \"url_hash\"; tolerance = 60;",
                "key");
    assert_true(got.ok);
    const struct gateway_signature *signature = &got.gateway.signature;
    assert_int_equal(signature->scheme, GATEWAY_JWT);
    assert_int_equal(signature->hash, GATEWAY_SHA256);
    assert_string_equal(signature->issuer, "Somebody");
    assert_false(signature->claims);
    drop(&got);
}

/* Nobody has to have a provider log in: without a password the path is the secret, and the key of
 * the account is never taken for one. */
static void test_login(void **state)
{
    (void)state;
    struct reading got;
    read_signed(&got, "scheme = \"basic\"; user = \"muster\";", "key");
    assert_true(got.ok);
    assert_int_equal(got.gateway.signature.scheme, GATEWAY_BASIC);
    assert_string_equal(got.gateway.signature.user, "muster");
    assert_string_equal(got.gateway.signature.password_file, "key");
    drop(&got);
    read_signed(&got, "scheme = \"basic\"; user = \"muster\";", "");
    assert_true(got.ok);
    assert_int_equal(got.gateway.signature.scheme, GATEWAY_UNSIGNED);
    drop(&got);
}

#define PLACE "place = \"header X\"; "
#define MAC   "scheme = \"mac\"; "
#define JWT   "scheme = \"jwt\"; " PLACE

static const struct {
    const char *text;
    const char *fault;
} faults[] = {
    {"", "gateway.signature.scheme is missing"},
    {"scheme = \"rsa\"; " PLACE, "but must be"},
    {MAC "signed = [ \"body\" ];", "gateway.signature.place is missing"},
    {MAC "place = \"X\"; signed = [ \"body\" ];", "must be \"header NAME\" or \"field NAME\""},
    {MAC PLACE, "needs signed, the list of what is signed"},
    {MAC PLACE "signed = [ ];", "needs signed"},
    {MAC PLACE "signed = [ \"bodies\" ];", "is \"bodies\", but must be one of"},
    {MAC PLACE "signed = [ \"header \" ];", "but must be one of"},
    {MAC PLACE "signed = [ \"body\" ]; algorithm = \"sha3\";", "but must be"},
    {MAC PLACE "signed = [ \"body\" ]; timestamp = \"header T\";", "without a tolerance"},
    {MAC PLACE "signed = [ \"body\" ]; tolerance = -1;", "must be 0 to 86400 seconds"},
    {MAC PLACE "signed = [ \"body\" ]; issuer = \"x\";", "is for the scheme \"jwt\" only"},
    {MAC PLACE "signed = [ \"body\" ]; key = \"x\";", "but must be"},
    {MAC PLACE "signed = [ \"body\" ]; keys = \"x\";", "keys"},
    {JWT "signed = [ \"body\" ]; body_hash = \"h\";", "a token says itself what is signed"},
    {JWT, "proves nothing of it"},
    {JWT "body_hash = \"h\"; algorithm = \"sha1\";", "is signed by sha256 or sha512"},
    {"scheme = \"basic\";", "gateway.signature.user is missing"},
    {"scheme = \"basic\"; user = \"a:b\";", "gateway.signature.user cannot have a colon"},
    {"scheme = \"basic\"; user = \"a\"; place = \"header X\";", "place"},
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        struct reading got;
        read_signed(&got, faults[i].text, "key");
        assert_false(got.ok);
        if (strstr(buffer_text(&got.faults.text), faults[i].fault) == NULL) {
            fail_msg("case %zu: no \"%s\" in:\n%s", i, faults[i].fault,
                     buffer_text(&got.faults.text));
        }
        drop(&got);
    }
}

/* What comes of a kind of key, with each of the two files or without. */
static void test_keys(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool alone;     /* it is read with the account's secret alone */
        bool unchecked; /* and nothing is checked then */
    } cases[] = {
        {MAC PLACE "signed = [ \"body\" ];", true, false},
        {MAC PLACE "signed = [ \"body\" ]; key = \"account\";", true, false},
        {MAC PLACE "signed = [ \"body\" ]; key = \"own\";", false, false},
        {MAC PLACE "signed = [ \"body\" ]; key = \"offered\";", true, true},
        {JWT "body_hash = \"h\"; key = \"offered\";", true, true},
        {"scheme = \"basic\"; user = \"a\";", true, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        read_with(&got, cases[i].text, "secret", "");
        assert_int_equal(got.ok, cases[i].alone);
        assert_true(!got.ok ||
                    (got.gateway.signature.scheme == GATEWAY_UNSIGNED) == cases[i].unchecked);
        drop(&got);
        read_with(&got, cases[i].text, "secret", "key");
        assert_true(got.ok);
        assert_int_not_equal(got.gateway.signature.scheme, GATEWAY_UNSIGNED);
        drop(&got);
    }
}

/* A signature that nobody can check would let everything in, or nothing. */
static void test_no_key(void **state)
{
    (void)state;
    struct reading got;
    read_signed(&got, MAC PLACE "signed = [ \"body\" ];", "");
    assert_false(got.ok);
    assert_non_null(strstr(buffer_text(&got.faults.text), "sms.callback_secret_file is missing"));
    drop(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),  cmocka_unit_test(test_token),  cmocka_unit_test(test_login),
        cmocka_unit_test(test_faults), cmocka_unit_test(test_no_key), cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests_name("conf/gateway_signature", tests, scratch_make,
                                       scratch_clear);
}
