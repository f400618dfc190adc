/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP carrier over TLS and with a login: nothing is said to the wrong relay. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "session.h"

/* A self-signed certificate with its key in one PEM file. */
static void make_certificate(const char *path, const char *names)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);
    (void)X509_set_version(certificate, X509_VERSION_3);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    (void)X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    (void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1,
                                     -1, 0);
    (void)X509_set_issuer_name(certificate, name);
    (void)X509_set_pubkey(certificate, key);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    (void)X509_add_ext(certificate, extension, -1);
    (void)X509_sign(certificate, key, EVP_sha256());
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    (void)PEM_write_X509(file, certificate);
    (void)fclose(file);
    X509_EXTENSION_free(extension);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static const struct errand plain = {.to = {"a@one.example", "b@two.example", "c@three.example"}};
static const struct errand beyond = {
    .to = {"zo\xc3\xab@one.example", "si\xc3\xb4n@two.example", "bj\xc3\xb6rn@three.example"}};

struct tls_case {
    const char *name;
    const char *certificate_for; /* NULL: the relay does not offer TLS */
    const char *relay;           /* host */
    const char *tls;
    bool trusted; /* the certificate is in ca_file */
    const char *after_tls;
    const char *under_tls;
    const char *verdicts;
    const char *said; /* in the diary when all is well, else in the error */
    enum error_kind kind;
};

static void check_tls(const struct tls_case *one, const char *folder, const char *extensions,
                      const struct errand *errand)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/relay.pem", folder);
    struct relay_script script = {.at = RELAY_NOWHERE,
                                  .extensions = extensions,
                                  .under_tls = one->under_tls,
                                  .after_tls = one->after_tls};
    if (one->certificate_for != NULL) {
        make_certificate(path, one->certificate_for);
        script.certificate = path;
    }
    struct relay relay;
    struct result got;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    char host[128];
    (void)snprintf(host, sizeof host, "%s:%d", one->relay, relay.port);
    config.mail.relay = host;
    config.mail.tls = one->tls;
    config.mail.ca_file = one->trusted ? path : "";
    config.mail.timeout = 5;
    send_errand(&got, &config, &relay, errand);
    const char *verdicts = verdicts_of(&got);
    size_t connections = errand == &beyond && strcmp(verdicts, "aaa") == 0 ? PARCELS : 1;
    const char *said = got.ok ? buffer_text(&got.diary) : got.err.text;
    if (strcmp(verdicts, one->verdicts) != 0 || (got.ok ? ERROR_NONE : got.err.kind) != one->kind ||
        strstr(said, one->said) == NULL || count(&got, "connected") != connections ||
        (!got.ok && count(&got, "MAIL ") > 0)) {
        fail_msg("%s: %s %s\n%s", one->name, verdicts, got.err.text, buffer_text(&got.diary));
    }
    drop(&got);
}

static void test_tls(void **state)
{
    const char *folder = *state;
    static const struct tls_case cases[] = {
        {"right", "DNS:localhost", "localhost", "required", true, NULL, NULL, "aaa",
         "tls TLSv1.2 localhost\n", ERROR_NONE},
        {"again, as the context is kept", "DNS:localhost", "localhost", "required", true, NULL,
         NULL, "aaa", "tls TLSv1.2 localhost\n", ERROR_NONE},
        {"right address", "IP:127.0.0.1", "127.0.0.1", "required", true, NULL, NULL, "aaa",
         "tls TLSv1.2 -\n", ERROR_NONE},
        {"wrong host", "DNS:other.example", "localhost", "required", true, NULL, NULL, "uuu",
         "hostname mismatch", ERROR_CONFIG},
        {"wrong address", "IP:127.0.0.2", "127.0.0.1", "required", true, NULL, NULL, "uuu",
         "IP address mismatch", ERROR_CONFIG},
        {"unknown authority", "DNS:localhost", "localhost", "required", false, NULL, NULL, "uuu",
         "certificate that is not right", ERROR_CONFIG},
        {"wrong host, opportunistic", "DNS:other.example", "localhost", "opportunistic", true, NULL,
         NULL, "uuu", "hostname mismatch", ERROR_CONFIG},
        {"not checked", "DNS:other.example", "localhost", "opportunistic", false, NULL, NULL, "aaa",
         "tls TLSv1.2", ERROR_NONE},
        {"not wanted", "DNS:localhost", "localhost", "none", false, NULL, NULL, "aaa", "took",
         ERROR_NONE},
        {"not offered", NULL, "localhost", "opportunistic", false, NULL, NULL, "aaa", "took",
         ERROR_NONE},
        {"not offered but required", NULL, "localhost", "required", false, NULL, NULL, "uuu",
         "does not offer STARTTLS", ERROR_CONFIG},
        {"words before TLS", "DNS:localhost", "localhost", "required", true,
         "250-evil\r\n250 AUTH PLAIN\r\n", NULL, "uuu", "before TLS begins", ERROR_CONFIG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        check_tls(&cases[i], folder, NULL, &plain);
    }
}

/* The same by the other engine, which also sees whether SMTPUTF8 is offered under TLS. */
static void test_tls_beyond_ascii(void **state)
{
    const char *folder = *state;
    static const struct tls_case cases[] = {
        {"right", "DNS:localhost", "localhost", "required", true, NULL, NULL, "aaa",
         "tls TLSv1.3 localhost\n", ERROR_NONE},
        {"right address", "IP:127.0.0.1", "127.0.0.1", "required", true, NULL, NULL, "aaa",
         "tls TLSv1.3 -\n", ERROR_NONE},
        {"wrong host", "DNS:other.example", "localhost", "required", true, NULL, NULL, "uuu",
         "certificate that is not right", ERROR_CONFIG},
        {"wrong address", "IP:127.0.0.2", "127.0.0.1", "required", true, NULL, NULL, "uuu",
         "certificate that is not right", ERROR_CONFIG},
        {"unknown authority", "DNS:localhost", "localhost", "required", false, NULL, NULL, "uuu",
         "certificate that is not right", ERROR_CONFIG},
        {"wrong host, opportunistic", "DNS:other.example", "localhost", "opportunistic", true, NULL,
         NULL, "uuu", "certificate that is not right", ERROR_CONFIG},
        {"not checked", "DNS:other.example", "localhost", "opportunistic", false, NULL, NULL, "aaa",
         "tls TLSv1.3", ERROR_NONE},
        {"not wanted", "DNS:localhost", "localhost", "none", false, NULL, NULL, "aaa", "took",
         ERROR_NONE},
        {"not offered", NULL, "localhost", "opportunistic", false, NULL, NULL, "aaa", "took",
         ERROR_NONE},
        {"not offered but required", NULL, "localhost", "required", false, NULL, NULL, "uuu",
         "does not offer STARTTLS", ERROR_CONFIG},
        {"words before TLS", "DNS:localhost", "localhost", "required", true,
         "250-SMTPUTF8\r\n250 AUTH PLAIN\r\n", NULL, "uuu", "broke off", ERROR_UNAVAILABLE},
        {"SMTPUTF8 before TLS only", "DNS:localhost", "localhost", "required", true, NULL,
         "250-8BITMIME\r\n", "rrr", "tls TLSv1.3", ERROR_NONE},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        check_tls(&cases[i], folder, "250-8BITMIME\r\n250-SMTPUTF8\r\n", &beyond);
    }
    static const struct tls_case under = {
        "SMTPUTF8 under TLS only",          "DNS:localhost", "localhost",   "required", true, NULL,
        "250-8BITMIME\r\n250-SMTPUTF8\r\n", "aaa",           "tls TLSv1.3", ERROR_NONE};
    check_tls(&under, folder, "250-8BITMIME\r\n", &beyond);
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

struct login_case {
    const char *right;
    const char *password;
    const char *verdicts;
    const char *said;
};

static void check_login(const struct login_case *one, const char *folder,
                        const struct errand *errand)
{
    const struct relay_script script = {
        .at = RELAY_NOWHERE, .password = one->right, .extensions = "250-SMTPUTF8\r\n"};
    struct relay relay;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    config.mail.user = "muster";
    config.mail.password_file = write_file(folder, "password", one->password, 0600);
    struct result got;
    send_errand(&got, &config, &relay, errand);
    assert_string_equal(verdicts_of(&got), one->verdicts);
    assert_int_equal(count(&got, "MAIL "), got.ok ? 3 : 0);
    if (!got.ok) {
        assert_int_equal(got.err.kind, ERROR_CONFIG);
        assert_non_null(strstr(got.err.text, one->said));
    }
    drop(&got);
}

static void test_login(void **state)
{
    /* "\0muster\0swordfish" in base 64 */
    static const struct login_case cases[] = {
        {"AG11c3RlcgBzd29yZGZpc2g=", "swordfish\n", "aaa", ""},
        {"AG11c3RlcgBzd29yZGZpc2g=", "herring\n", "uuu", "535 5.7.8 wrong password"},
        {NULL, "swordfish\n", "uuu", "does not offer a login"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        check_login(&cases[i], *state, &plain);
        check_login(&cases[i], *state, &beyond);
    }
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
    static const char *const names[] = {"relay.pem", "again.pem", "password", "open", "empty"};
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
        cmocka_unit_test(test_tls),          cmocka_unit_test(test_tls_beyond_ascii),
        cmocka_unit_test(test_tls_sessions), cmocka_unit_test(test_login),
        cmocka_unit_test(test_create),
    };
    return cmocka_run_group_tests_name("smtp over tls", tests, make_folder, clear_folder);
}
