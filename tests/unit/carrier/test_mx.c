/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail servers looked up at a name server that answers well, badly, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/carrier/mx.h"
#include "resolver.h"

static void what_a_name_server_says(void **state)
{
    (void)state;
    static const struct {
        const char *domain;
        enum mx found;
        const char *host;
    } cases[] = {
        {"trust.example", MX_FOUND, "trust-example.mail.protection.outlook.com"},
        {"club.example", MX_FOUND, "aspmx.l.google.com"},
        {"null.example", MX_FOUND, "."},
        {"none.example", MX_NONE, ""},
        {"gone.example", MX_NONE, ""},
        {"odd.example", MX_FOUND, "mx.odd.example"},
        {"loop.example", MX_NONE, ""},
        {"many.example", MX_FOUND, "mx.many.example"},
        {"broken.example", MX_SILENT, ""},
        {"refused.example", MX_SILENT, ""},
        {"garbage.example", MX_SILENT, ""},
        {"stranger.example", MX_SILENT, ""},
        {"silent.example", MX_SILENT, ""},
    };
    struct resolver resolver;
    struct arena *arena = arena_create();
    resolver_start(&resolver);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *host = "";
        enum mx found = mx_lookup(resolver.address, cases[i].domain, arena, &host);
        if (found != cases[i].found || strcmp(host, cases[i].host) != 0) {
            fail_msg("%s: %d '%s'", cases[i].domain, found, host);
        }
    }
    resolver_stop(&resolver);
    arena_free(&arena);
}

/* What was cut short ends before its count says: whatever is made of it, it is not the half of a
 * name. */
static void what_was_cut_short_is_not_misread(void **state)
{
    (void)state;
    struct resolver resolver;
    struct arena *arena = arena_create();
    const char *host = "";
    resolver_start(&resolver);
    enum mx found = mx_lookup(resolver.address, "short.example", arena, &host);
    assert_true(found != MX_FOUND || strcmp(host, "mx.short.example") == 0);
    resolver_stop(&resolver);
    arena_free(&arena);
}

static void nobody_there_is_silence(void **state)
{
    (void)state;
    struct resolver resolver;
    struct arena *arena = arena_create();
    const char *host = "untouched";
    resolver_start(&resolver);
    resolver_stop(&resolver);
    assert_int_equal(mx_lookup(resolver.address, "trust.example", arena, &host), MX_SILENT);
    assert_int_equal(mx_lookup("127.0.0.1", "trust.example", arena, &host), MX_SILENT);
    assert_int_equal(mx_lookup("localhost:53", "trust.example", arena, &host), MX_SILENT);
    assert_int_equal(mx_lookup("127.0.0.1:0", "trust.example", arena, &host), MX_SILENT);
    assert_string_equal(host, "untouched");
    arena_free(&arena);
}

/* Names that no name server can be asked for. */
static void no_name_is_too_strange(void **state)
{
    (void)state;
    struct resolver resolver;
    struct arena *arena = arena_create();
    char long_name[400];
    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    const char *const names[] = {"", "..", "a..example", long_name};
    resolver_start(&resolver);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *host = "";
        assert_true(mx_lookup(resolver.address, names[i], arena, &host) != MX_FOUND);
    }
    resolver_stop(&resolver);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_name_server_says),
        cmocka_unit_test(what_was_cut_short_is_not_misread),
        cmocka_unit_test(nobody_there_is_silence),
        cmocka_unit_test(no_name_is_too_strange),
    };
    return cmocka_run_group_tests_name("carrier/mx", tests, NULL, NULL);
}
