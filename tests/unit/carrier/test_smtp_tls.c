/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP carrier over TLS: what is offered under it, session after session, and what a carrier
 * needs to begin with. Certificates and logins are in test_smtp_conformance_tls.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "certificates.h"
#include "session.h"

/* What a relay offered before TLS counts no more (RFC 3207 4.2). */
static void test_beyond_ascii(void **state)
{
    static const struct errand beyond = {
        .to = {"zo\xc3\xab@one.example", "si\xc3\xb4n@two.example", "bj\xc3\xb6rn@three.example"}};
    static const struct {
        const char *before;
        const char *under;
        const char *verdicts;
    } cases[] = {
        {"250-8BITMIME\r\n250-SMTPUTF8\r\n", "250-8BITMIME\r\n250-SMTPUTF8\r\n", "aaa"},
        {"250-8BITMIME\r\n250-SMTPUTF8\r\n", "250-8BITMIME\r\n", "rrr"},
        {"250-8BITMIME\r\n", "250-8BITMIME\r\n250-SMTPUTF8\r\n", "aaa"},
    };
    char path[128];
    (void)snprintf(path, sizeof path, "%s/relay.pem", (const char *)*state);
    make_certificate(path, "IP:127.0.0.1");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct relay_script script = {.at = RELAY_NOWHERE,
                                            .extensions = cases[i].before,
                                            .under_tls = cases[i].under,
                                            .certificate = path};
        struct relay relay;
        struct result got;
        relay_start(&relay, &script);
        struct config config = config_for(relay.port);
        config.mail.tls = "required";
        config.mail.ca_file = path;
        config.mail.timeout = 5;
        send_errand(&got, &config, &relay, &beyond);
        assert_true(got.ok);
        assert_string_equal(verdicts_of(&got), cases[i].verdicts);
        assert_int_equal(count(&got, "connected"), 1);
        assert_int_equal(count(&got, "tls TLSv1.3"), 1);
        drop(&got);
    }
}

/* One carrier, several sessions: what belongs to the carrier survives each of them. */
static void test_tls_sessions(void **state)
{
    const char *folder = *state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/again.pem", folder);
    make_certificate(path, "IP:127.0.0.1");
    const struct relay_script script = {.at = RELAY_NOWHERE, .certificate = path};
    struct relay relay;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    config.mail.tls = "required";
    config.mail.ca_file = path;
    config.mail.batch = 2;
    config.mail.timeout = 5;
    struct result got;
    send_three(&got, &config, &relay);
    assert_true(got.ok);
    assert_int_equal(count(&got, "connected"), 2);
    assert_int_equal(count(&got, "took "), 3);
    drop(&got);
}

static const char *write_file(const char *folder, const char *name, const char *text, mode_t mode)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    return path;
}

static void test_create(void **state)
{
    const char *folder = *state;
    struct config config = config_for(25);
    struct carrier *carrier = NULL;
    struct error err = {0};
    config.mail.user = "muster";
    config.mail.password_file = write_file(folder, "open", "x\n", 0640);
    assert_false(smtp_create(&config, &carrier, &err));
    assert_int_equal(err.kind, ERROR_PERMISSION);
    config.mail.password_file = write_file(folder, "empty", "\nx\n", 0600);
    assert_false(smtp_create(&config, &carrier, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    config.mail.password_file = "/nonexistent";
    assert_false(smtp_create(&config, &carrier, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    config.mail.user = "";
    config.mail.tls = "required";
    config.mail.ca_file = "/nonexistent";
    assert_false(smtp_create(&config, &carrier, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_null(carrier);
}

static int make_folder(void **state)
{
    static char folder[] = "/tmp/muster-test-XXXXXX";
    *state = mkdtemp(folder);
    return *state == NULL ? -1 : 0;
}

static int clear_folder(void **state)
{
    static const char *const names[] = {"relay.pem", "again.pem", "open", "empty"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", (const char *)*state, names[i]);
        (void)unlink(path);
    }
    return rmdir(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beyond_ascii),
        cmocka_unit_test(test_tls_sessions),
        cmocka_unit_test(test_create),
    };
    return cmocka_run_group_tests_name("smtp over tls", tests, make_folder, clear_folder);
}
