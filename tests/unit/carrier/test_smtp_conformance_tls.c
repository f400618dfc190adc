/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both engines of mail keep the contract of carriers over TLS and with a login, and say nothing to
 * a relay that is not the right one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "certificates.h"
#include "drill.h"

/* "\0muster\0swordfish", "muster" and "swordfish" in base 64 */
#define PLAIN "AG11c3RlcgBzd29yZGZpc2g="
#define LOGIN "bXVzdGVy c3dvcmRmaXNo"
/* "user=muster\1auth=Bearer swordfish\1\1" in base 64 */
#define TOKEN "dXNlcj1tdXN0ZXIBYXV0aD1CZWFyZXIgc3dvcmRmaXNoAQE="

static char folder[64] = "/tmp/muster-test-XXXXXX";

static const char *path_of(const char *name)
{
    static char paths[8][128];
    static size_t next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static const char *const FILES[] = {"authority.pem", "right.pem",   "address.pem", "other.pem",
                                    "expired.pem",   "self.pem",    "password",    "wrong",
                                    "token",         "nobodys.pem", "stray.pem",   "forged.pem"};

static void write_secret(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void issue(const char *name, const struct certificate *authority, const char *names,
                  long until)
{
    struct certificate made = certificate_make(authority, names, until);
    certificate_write(&made, path_of(name), true);
    certificate_free(&made);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    struct certificate authority = certificate_make(NULL, NULL, 3600);
    struct certificate nobody = certificate_make(NULL, NULL, 3600);
    certificate_write(&authority, path_of("authority.pem"), false);
    certificate_write(&nobody, path_of("nobodys.pem"), false);
    issue("right.pem", &authority, "DNS:localhost", 3600);
    issue("address.pem", &authority, "IP:127.0.0.1", 3600);
    issue("other.pem", &authority, "DNS:relay.other.example,IP:127.0.0.2", 3600);
    issue("expired.pem", &authority, "DNS:localhost", -3600);
    issue("stray.pem", &nobody, "DNS:localhost", 3600);
    (void)X509_set_subject_name(nobody.x509, X509_get_subject_name(authority.x509));
    issue("forged.pem", &nobody, "DNS:localhost", 3600);
    issue("self.pem", NULL, "DNS:localhost", 3600);
    certificate_free(&authority);
    certificate_free(&nobody);
    write_secret("password", "swordfish\n");
    write_secret("wrong", "herring\n");
    return 0;
}

static int clear_folder(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(FILES); i++) {
        (void)unlink(path_of(FILES[i]));
    }
    return rmdir(folder);
}

/* Lost at every step of a session under TLS with a login. */
static void test_lost(void **state)
{
    (void)state;
    static const struct drill_step steps[] = {
        {"STARTTLS", RELAY_STARTTLS, "uuuuu"},   {"the handshake", RELAY_TLS, "uuuuu"},
        {"EHLO", RELAY_TLS_EHLO, "uuuuu"},       {"AUTH", RELAY_AUTH, "uuuuu"},
        {"MAIL", RELAY_MAIL, "aaauu"},           {"RCPT", RELAY_RCPT, "aaadu"},
        {"DATA", RELAY_DATA, "aaadu"},           {"the body", RELAY_BODY, "aaa?u"},
        {"the dot", RELAY_DOT, "aaaxu"},         {"the dot, kept,", RELAY_KEPT, "aaaxu"},
        {"the next mail", RELAY_AFTER, "aaaau"}, {"QUIT", RELAY_QUIT, "aaaaa"},
    };
    struct drills drills = {0};
    const struct drill drill = {.name = "under TLS",
                                .script = {.certificate = path_of("right.pem"), .password = PLAIN},
                                .host = "localhost",
                                .tls = "required",
                                .ca_file = path_of("authority.pem"),
                                .user = "muster",
                                .password_file = path_of("password")};
    drill_matrix(&drills, &drill, steps, ARRAY_LENGTH(steps));
    drills_end(&drills);
    assert_int_equal(drills.done, ARRAY_LENGTH(steps) * ARRAY_LENGTH(drill_losses) * 3);
}

struct tls_case {
    const char *name;
    const char *certificate; /* NULL: the relay does not offer TLS */
    const char *host;
    const char *tls;
    const char *authority; /* NULL: those of the system */
    const char *after_tls;
    const char *answer; /* NULL: all is well */
    const char *diary;
};

/* Nothing is said to the wrong relay: it is never as far as MAIL. */
static void test_certificates(void **state)
{
    (void)state;
    static const struct tls_case cases[] = {
        {"right", "right.pem", "localhost", "required", "authority.pem", NULL, NULL, "tls TLSv1."},
        {"right address", "address.pem", "127.0.0.1", "required", "authority.pem", NULL, NULL,
         "tls TLSv1."},
        {"wrong name", "other.pem", "localhost", "required", "authority.pem", NULL,
         "certificate that is not right", NULL},
        {"wrong address", "other.pem", "127.0.0.1", "required", "authority.pem", NULL,
         "certificate that is not right", NULL},
        {"a name for an address", "right.pem", "127.0.0.1", "required", "authority.pem", NULL,
         "certificate that is not right", NULL},
        {"expired", "expired.pem", "localhost", "required", "authority.pem", NULL,
         "certificate has expired", NULL},
        {"unknown authority", "stray.pem", "localhost", "required", "authority.pem", NULL,
         "certificate that is not right", NULL},
        {"an authority unknown to the system", "right.pem", "localhost", "required", NULL, NULL,
         "certificate that is not right", NULL},
        {"self-signed", "self.pem", "localhost", "required", NULL, NULL,
         "certificate that is not right", NULL},
        {"self-signed, and trusted", "self.pem", "localhost", "required", "self.pem", NULL, NULL,
         "tls TLSv1."},
        {"wrong name, opportunistic", "other.pem", "localhost", "opportunistic", "authority.pem",
         NULL, "certificate that is not right", NULL},
        {"not checked", "expired.pem", "localhost", "opportunistic", NULL, NULL, NULL,
         "tls TLSv1."},
        {"not wanted", "expired.pem", "localhost", "none", NULL, NULL, NULL, "kept ref5"},
        {"not offered", NULL, "localhost", "opportunistic", NULL, NULL, NULL, "kept ref5"},
        {"not offered but required", NULL, "localhost", "required", NULL, NULL,
         "does not offer STARTTLS", NULL},
    };
    struct drills drills = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct tls_case *one = &cases[i];
        const struct drill drill = {
            .name = one->name,
            .script = {.certificate = one->certificate == NULL ? NULL : path_of(one->certificate)},
            .host = one->host,
            .tls = one->tls,
            .ca_file = one->authority == NULL ? NULL : path_of(one->authority),
            .verdicts = one->answer == NULL ? "aaaaa" : "uuuuu",
            .kind = one->answer == NULL ? ERROR_NONE : ERROR_CONFIG,
            .answer = one->answer == NULL ? "250" : one->answer,
            .diary = one->diary};
        drills_add_both(&drills, &drill);
    }
    const struct drill forged = {.name = "an authority of the same name",
                                 .script = {.certificate = path_of("forged.pem")},
                                 .host = "localhost",
                                 .tls = "required",
                                 .ca_file = path_of("authority.pem"),
                                 .verdicts = "uuuuu",
                                 .kind = ERROR_UNAVAILABLE,
                                 .either = true,
                                 .answer = ""};
    drills_add_both(&drills, &forged);
    const struct drill words = {.name = "words before TLS",
                                .script = {.certificate = path_of("right.pem"),
                                           .after_tls = "250-evil\r\n250 AUTH PLAIN\r\n"},
                                .host = "localhost",
                                .tls = "required",
                                .ca_file = path_of("authority.pem"),
                                .verdicts = "uuuuu",
                                .kind = ERROR_UNAVAILABLE,
                                .either = true,
                                .answer = ""};
    drills_add_both(&drills, &words);
    drills_end(&drills);
}

/* libesmtp knows TLS 1.2 only. */
static void test_versions(void **state)
{
    (void)state;
    static const struct {
        const char *engine;
        const char *least;
        int relay_least, relay_most;
        const char *verdicts;
        const char *says; /* in the diary, or in the error */
    } cases[] = {
        {"esmtp", "1.2", 0, 0, "aaaaa", "tls TLSv1.2 localhost"},
        {"curl", "1.2", 0, 0, "aaaaa", "tls TLSv1.3 localhost"},
        {"auto", "1.2", 0, 0, "aaaaa", "tls TLSv1.3 localhost"},
        {"auto", "1.3", 0, 0, "aaaaa", "tls TLSv1.3 localhost"},
        {"esmtp", "1.2", TLS1_2_VERSION, TLS1_2_VERSION, "aaaaa", "tls TLSv1.2 localhost"},
        {"curl", "1.2", TLS1_2_VERSION, TLS1_2_VERSION, "aaaaa", "tls TLSv1.2 localhost"},
        {"curl", "1.3", TLS1_2_VERSION, TLS1_2_VERSION, "uuuuu", "cannot agree on TLS"},
        {"auto", "1.3", TLS1_2_VERSION, TLS1_2_VERSION, "uuuuu", "cannot agree on TLS"},
        {"esmtp", "1.2", TLS1_3_VERSION, TLS1_3_VERSION, "uuuuu", "mail.engine \"curl\" knows"},
        {"curl", "1.2", TLS1_3_VERSION, TLS1_3_VERSION, "aaaaa", "tls TLSv1.3 localhost"},
        {"curl", "1.3", TLS1_3_VERSION, TLS1_3_VERSION, "aaaaa", "tls TLSv1.3 localhost"},
        {"esmtp", "1.2", TLS1_VERSION, TLS1_1_VERSION, "uuuuu", "cannot agree on TLS"},
        {"curl", "1.2", TLS1_VERSION, TLS1_1_VERSION, "uuuuu", "cannot agree on TLS"},
    };
    struct drills drills = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        bool well = cases[i].verdicts[0] == 'a';
        const struct drill drill = {.name = "versions",
                                    .engine = cases[i].engine,
                                    .script = {.certificate = path_of("right.pem"),
                                               .tls_least = cases[i].relay_least,
                                               .tls_most = cases[i].relay_most},
                                    .host = "localhost",
                                    .tls = "required",
                                    .tls_least = cases[i].least,
                                    .ca_file = path_of("authority.pem"),
                                    .verdicts = cases[i].verdicts,
                                    .kind = well ? ERROR_NONE : ERROR_UNAVAILABLE,
                                    .answer = well ? "" : cases[i].says,
                                    .diary = well ? cases[i].says : NULL};
        drills_add(&drills, &drill);
    }
    drills_end(&drills);
}

struct login_case {
    const char *name;
    const char *engine; /* NULL: both */
    const char *auth;
    const char *mechanisms; /* that the relay offers */
    const char *right;
    const char *secret;
    const char *refuses; /* in place of the relay's answer to AUTH */
    const char *answer;  /* NULL: all is well */
    enum error_kind kind;
};

static void test_logins(void **state)
{
    (void)state;
    static const struct login_case cases[] = {
        {"PLAIN", NULL, "auto", "PLAIN", PLAIN, "password", NULL, NULL, 0},
        {"LOGIN", NULL, "auto", "LOGIN", LOGIN, "password", NULL, NULL, 0},
        {"others first", NULL, "auto", "GSSAPI XOAUTH2 PLAIN", PLAIN, "password", NULL, NULL, 0},
        {"PLAIN, wrong", NULL, "auto", "PLAIN", PLAIN, "wrong", NULL, "535 5.7.8 wrong password",
         ERROR_CONFIG},
        {"LOGIN, wrong", NULL, "auto", "LOGIN", LOGIN, "wrong", NULL, "535 5.7.8 wrong password",
         ERROR_CONFIG},
        {"not offered", NULL, "auto", NULL, NULL, "password", NULL, "does not offer a login",
         ERROR_CONFIG},
        {"only others", NULL, "auto", "GSSAPI", PLAIN, "password", NULL, "does not offer a login",
         ERROR_CONFIG},
        {"for now", NULL, "auto", "PLAIN", PLAIN, "password", "454 4.7.0 later", "454 4.7.0 later",
         ERROR_UNAVAILABLE},
        {"for good", NULL, "auto", "PLAIN", PLAIN, "password", "535 5.7.3 locked",
         "535 5.7.3 locked", ERROR_CONFIG},
        {"PLAIN, chosen", "auto", "plain", "LOGIN PLAIN", PLAIN, "password", NULL, NULL, 0},
        {"LOGIN, chosen", "auto", "login", "PLAIN LOGIN", LOGIN, "password", NULL, NULL, 0},
        {"PLAIN, not there", "curl", "plain", "LOGIN", LOGIN, "password", NULL,
         "does not offer a login (AUTH PLAIN)", ERROR_CONFIG},
        {"XOAUTH2", "curl", "oauth2", "PLAIN XOAUTH2", TOKEN, "password", NULL, NULL, 0},
        {"XOAUTH2 by choice", "auto", "oauth2", "XOAUTH2", TOKEN, "password", NULL, NULL, 0},
        {"XOAUTH2, wrong", "auto", "oauth2", "XOAUTH2", TOKEN, "wrong", NULL,
         "refuses the login: {\"status\":\"401\"", ERROR_CONFIG},
        {"XOAUTH2, not there", "auto", "oauth2", "PLAIN LOGIN", PLAIN, "password", NULL,
         "does not offer a login (AUTH XOAUTH2)", ERROR_CONFIG},
        {"XOAUTH2, for now", "auto", "oauth2", "XOAUTH2", TOKEN, "password", "454 4.7.0 later",
         "454 4.7.0 later", ERROR_UNAVAILABLE},
        {"XOAUTH2, an odd challenge", "auto", "oauth2", "XOAUTH2", TOKEN, "password", "334 ~~~~",
         "refuses the login: 334 ~~~~", ERROR_CONFIG},
    };
    struct drills drills = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct login_case *one = &cases[i];
        const struct drill drill = {
            .name = one->name,
            .engine = one->engine,
            .script = {.at = one->refuses == NULL ? RELAY_NOWHERE : RELAY_AUTH,
                       .does = RELAY_SAYS,
                       .says = one->refuses,
                       .mechanisms = one->mechanisms,
                       .password = one->right},
            .auth = one->auth,
            .user = "muster",
            .password_file = path_of(one->secret),
            .verdicts = one->answer == NULL ? "aaaaa" : "uuuuu",
            .kind = one->kind,
            .answer = one->answer == NULL ? "250" : one->answer};
        if (one->engine == NULL) {
            drills_add_both(&drills, &drill);
        } else {
            drills_add(&drills, &drill);
        }
    }
    drills_end(&drills);
}

static bool send_one(struct carrier *carrier, struct arena *arena, struct error *err)
{
    struct parcel parcel = {.reference = "r",
                            .to = "a@one.example",
                            .sender = "b@branch.example",
                            .body = mail,
                            .length = sizeof mail - 1};
    *err = (struct error){0};
    bool ok = carrier_send(carrier, &parcel, 1, arena, err);
    assert_int_equal(parcel.verdict, ok ? CARRIER_ACCEPTED : CARRIER_UNTOUCHED);
    return ok;
}

/* One carrier, and a token that is renewed between its sessions, the last one longer than a command
 * may be. */
static void test_tokens(void **state)
{
    (void)state;
    char token[901] = "";
    char said[1024];
    unsigned char coded[2048];
    memset(token, 'k', sizeof token - 1);
    int length = snprintf(said, sizeof said, "user=muster\1auth=Bearer %s\1\1", token);
    (void)EVP_EncodeBlock(coded, (const unsigned char *)said, length);
    const struct relay_script script = {
        .at = RELAY_NOWHERE, .mechanisms = "XOAUTH2", .password = (const char *)coded};
    struct relay relay;
    relay_start(&relay, &script);
    struct config config = config_for(relay.port);
    config.mail.auth = "oauth2";
    config.mail.user = "muster";
    config.mail.password_file = path_of("token");
    config.mail.timeout = DRILL_LONG;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(carrier_free) struct carrier *carrier = NULL;
    struct error err = {0};
    write_secret("token", "expired\n");
    assert_true(smtp_create(&config, &carrier, &err));
    assert_false(send_one(carrier, arena, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_non_null(strstr(err.text, "\"schemes\":\"bearer\""));
    assert_int_equal(unlink(path_of("token")), 0);
    assert_false(send_one(carrier, arena, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_non_null(strstr(err.text, "is not there"));
    write_secret("token", token);
    assert_true(send_one(carrier, arena, &err));
    CLEANUP(buffer_free) struct buffer diary;
    relay_stop(&relay, &diary);
    assert_non_null(strstr(buffer_text(&diary), "AUTH XOAUTH2\nMAIL "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost),     cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_versions), cmocka_unit_test(test_logins),
        cmocka_unit_test(test_tokens),
    };
    return cmocka_run_group_tests_name("smtp conformance, TLS", tests, make_folder, clear_folder);
}
