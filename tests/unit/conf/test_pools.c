/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of receivers: the file that is shipped, where it is looked for, whose an address is, and
 * every fault that is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/conf/pools.h"
#include "scratch.h"

struct reading {
    struct arena *arena;
    struct faults faults;
    struct pools pools;
    struct error err;
    bool ok;
};

/* `path` "": the file is looked for beside one in the scratch folder. */
static void read_rules(struct reading *reading, const char *path)
{
    char beside[128];
    (void)snprintf(beside, sizeof beside, "%s/muster.conf", scratch);
    const struct config config = {.path = beside, .mail = {.pools = path}};
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    reading->ok =
        pools_read(&config, reading->arena, &reading->faults, &reading->pools, &reading->err);
}

/* The file that is shipped; the tests run in the root of the tree. */
static void read_shipped(struct reading *reading)
{
    char path[4096];
    assert_non_null(realpath("etc/mail-pools.conf", path));
    read_rules(reading, path);
    assert_string_equal(buffer_text(&reading->faults.text), "");
    assert_true(reading->ok);
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static const struct pool *pool_named(const struct pools *pools, const char *name)
{
    for (size_t i = 0; i < pools->count; i++) {
        if (strcmp(pools->list[i].name, name) == 0) {
            return &pools->list[i];
        }
    }
    fail_msg("there is no pool %s", name);
    return NULL;
}

static void the_shipped_figures_are_those_of_large_senders(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t sessions;
        int64_t per_session;
    } rules[] = {
        {"google", 5, 50}, {"yahoo", 0, 20},      {"outlook", 5, 50}, {"microsoft", 5, 50},
        {"apple", 10, 5},  {"mimecast", 10, 100}, {"orange", 2, 100}, {"comcast", 25, 1000},
    };
    struct reading got;
    read_shipped(&got);
    assert_int_equal(got.pools.count, sizeof rules / sizeof rules[0]);
    for (size_t i = 0; i < got.pools.count; i++) {
        const struct pool *pool = pool_named(&got.pools, rules[i].name);
        assert_int_equal(pool->sessions, rules[i].sessions);
        assert_int_equal(pool->per_session, rules[i].per_session);
        assert_int_equal(pool->rate + pool->per_minute + pool->per_day, 0);
    }
    drop(&got);
}

static void addresses_belong_to_those_who_take_them_in(void **state)
{
    (void)state;
    static const struct {
        const char *domain;
        const char *mx;
        const char *pool;
    } cases[] = {
        {"gmail.com", NULL, "google"},
        {"GMail.Com", "", "google"},
        {"nhs.net", NULL, "microsoft"},
        {"trust.nhs.uk", NULL, "microsoft"},
        {"wales.nhs.uk", NULL, "microsoft"},
        {"ward.trust.nhs.uk", NULL, "microsoft"},
        {"hotmail.co.uk", NULL, "outlook"},
        {"outlook.com", NULL, "outlook"},
        {"yahoo.co.uk", NULL, "yahoo"},
        {"btinternet.com", NULL, ""},
        {"notnhs.net", NULL, ""},
        {"nhs.uk", NULL, ""},
        {"gmail.com.example", NULL, ""},
        {"mygmail.com", NULL, ""},
        {"", NULL, ""},
        {"", NULL, ""},
        {"council.example", "council-example.mail.protection.outlook.com", "microsoft"},
        {"council.example", "COUNCIL-EXAMPLE.N-V1.MX.MICROSOFT", "microsoft"},
        {"small.example", "small-example.olc.protection.outlook.com", "outlook"},
        {"trust.example", "eu-smtp-inbound-1.mimecast.com", "mimecast"},
        {"club.example", "aspmx.l.google.com", "google"},
        {"club.example", "aspmx.l.google.com.evil.example", ""},
        {"club.example", "mx.club.example", ""},
        {"club.example", ".", ""},
        {"gmail.com", "eu-smtp-inbound-1.mimecast.com", "google"}, /* the domain comes first */
    };
    struct reading got;
    read_shipped(&got);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* The domain alone, and the domain of somebody, whatever stands before it. */
        static const char *const before[] = {"", "ann@", "\"a@b\"@", "@"};
        for (size_t j = 0; j < sizeof before / sizeof before[0]; j++) {
            char address[200];
            (void)snprintf(address, sizeof address, "%s%s", before[j], cases[i].domain);
            const char *pool = pools_of(&got.pools, address, cases[i].mx);
            if (strcmp(pool, cases[i].pool) != 0) {
                fail_msg("%s, %s: '%s'", address, cases[i].mx == NULL ? "-" : cases[i].mx, pool);
            }
        }
    }
    drop(&got);
}

static void a_full_name_goes_before_a_star_and_the_first_before_the_others(void **state)
{
    (void)state;
    static const char TEXT[] =
        "pools = ( { name = \"any\"; domains = [ \"*.example\" ]; },\n"
        "{ name = \"some\"; domains = [ \"a*b*.example\", \"x.example\" ]; mx = [ \"*\" ]; } );";
    struct reading got;
    read_rules(&got, scratch_text("own.conf", TEXT));
    assert_true(got.ok);
    assert_string_equal(pools_of(&got.pools, "a@x.example", NULL), "some");
    assert_string_equal(pools_of(&got.pools, "a@aabb.example", NULL), "any");
    assert_string_equal(pools_of(&got.pools, "a@b.test", NULL), "");
    assert_string_equal(pools_of(&got.pools, "a@b.test", "mx.b.test"), "some");
    drop(&got);
}

static void stars_take_what_they_need(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *domain;
        bool fits;
    } cases[] = {
        {"*", "a.example", true},  {"*", "", true},          {"**", "a", true},
        {"a*", "a", true},         {"*a", "a", true},        {"a*c", "abcbc", true},
        {"a*c", "abcbd", false},   {"*aab", "aaaaab", true}, {"a*b*c", "a-b-b-c", true},
        {"a*b*c", "a-c-b", false}, {"abc", "ab", false},     {"ab", "abc", false},
        {"a.c", "abc", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        struct reading got;
        (void)snprintf(text, sizeof text, "pools = ( { name = \"p\"; domains = [ \"%s\" ]; } );",
                       cases[i].pattern);
        read_rules(&got, scratch_text("own.conf", text));
        assert_true(got.ok);
        if ((pools_of(&got.pools, cases[i].domain, NULL)[0] != '\0') != cases[i].fits) {
            fail_msg("%s: %s", cases[i].pattern, cases[i].domain);
        }
        drop(&got);
    }
    /* What an enemy would write takes no time: a hundred stars, and an answer of 64 KiB. */
    static char long_answer[65536];
    char stars[400] = "";
    for (size_t i = 0; i < 100; i++) {
        memcpy(stars + 2 * i, "*a", 3);
    }
    memset(long_answer, 'a', sizeof long_answer - 1);
    long_answer[sizeof long_answer - 2] = 'b';
    char text[800];
    struct reading got;
    (void)snprintf(text, sizeof text,
                   "pools = ( { name = \"p\"; domains = [ \"p.example\" ];"
                   " pauses = ( { answer = \"%s\"; seconds = 1; } ); } );",
                   stars);
    read_rules(&got, scratch_text("own.conf", text));
    assert_true(got.ok);
    assert_int_equal(pools_pause(&got.pools, "p", long_answer), 0);
    drop(&got);
}

static void answers_that_ask_for_a_pause_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *pool;
        const char *answer;
        int64_t seconds;
    } cases[] = {
        {"yahoo", "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred", 7200},
        {"yahoo", "421 4.7.0 [ts04] later", 7200},
        {"yahoo", "451 4.3.2 T is not the pattern", 0}, /* brackets are brackets */
        {"google", "450-4.2.1 receiving mail too quickly", 0},
        {"google", "421-4.7.28 unusual rate of unsolicited mail", 1800},
        {"google", "421 4.7.0 Try again later", 300},
        {"outlook", "451 4.7.650 The mail server has been temporarily rate limited", 5400},
        {"microsoft", "451 4.7.500 Server busy", 1800},
        {"apple", "421 4.7.0 [TSS04]", 0},
        {"nobody", "421 4.7.0 [TSS04]", 0},
        {"", "421 4.7.0 [TSS04]", 0},
        {"yahoo", "", 0},
    };
    struct reading got;
    read_shipped(&got);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t pause = pools_pause(&got.pools, cases[i].pool, cases[i].answer);
        if (pause != cases[i].seconds * 1000) {
            fail_msg("%s: %lld", cases[i].answer, (long long)pause);
        }
    }
    drop(&got);
}

static void the_file_is_found_and_may_be_none(void **state)
{
    (void)state;
    struct reading got;
    read_rules(&got, "none");
    assert_true(got.ok);
    assert_int_equal(got.pools.count, 0);
    assert_string_equal(got.pools.path, "");
    assert_string_equal(pools_of(&got.pools, "gmail.com", "aspmx.l.google.com"), "");
    assert_int_equal(pools_pause(&got.pools, "google", "421 4.7.0"), 0);
    drop(&got);
    const char *path = scratch_text("mail-pools.conf", "pools = ( );");
    read_rules(&got, "");
    assert_true(got.ok);
    assert_string_equal(got.pools.path, path);
    assert_int_equal(got.pools.count, 0);
    drop(&got);
    read_rules(&got, "mail-pools.conf"); /* seen from the configuration's folder */
    assert_true(got.ok);
    assert_string_equal(got.pools.path, path);
    drop(&got);
    (void)unlink(path);
    read_rules(&got, "mail-pools.conf");
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_NO_INPUT);
    drop(&got);
    /* Without any file: what is installed, or built in, is what is shipped. */
    read_rules(&got, "");
    assert_true(got.ok);
    assert_string_equal(pools_of(&got.pools, "gmail.com", NULL), "google");
    drop(&got);
}

#define POOL(text) "pools = ( {\n name = \"p\"; domains = [ \"p.example\" ]; " text " } );"

static const struct {
    const char *text;
    const char *fault;
} faults[] = {
    {"", "own.conf: there is no list \"pools\""},
    {"pool = ( );", "own.conf:1: pool is not known; did you mean pools?"},
    {"pools = { };", "own.conf:1: pools must be a list"},
    {"pools = (\n \"google\" );", "own.conf:2: pools[0] must be a group"},
    {"pools = ( { name = \"p\"; } );", "own.conf:1: pools[0] has neither domains nor mx"},
    {"pools = ( { domains = [ \"a.example\" ]; } );", "pools[0].name is missing"},
    {"pools = ( { name = \"\"; domains = [ \"a.example\" ]; } );", "pools[0].name"},
    {"pools = ( {\n name = \"P\"; domains = [ \"a.example\" ]; } );",
     "own.conf:2: pools[0].name must be small letters"},
    {"pools = ( {\n name = \"p/q\"; domains = [ \"a.example\" ]; } );", "must be small letters"},
    {"pools = ( {\n name = \"p23456789012345678901234567890123\"; mx = [ \"a\" ]; } );",
     "at most 32"},
    {"pools = ( { name = \"p\"; mx = [ \"a\" ]; },\n{ name = \"p\"; mx = [ \"b\" ]; } );",
     "own.conf:2: pools[1] has the name of another one"},
    {POOL("session = 5;"), "own.conf:2: pools[0].session is not known; did you mean "},
    {POOL("sessions = -1;"), "own.conf:2: pools[0].sessions must be a whole number from 0 to"},
    {POOL("sessions = \"5\";"), "pools[0].sessions must be a"},
    {POOL("sessions = 5.5;"), "pools[0].sessions must be a"},
    {POOL("rate = 100001;"), "pools[0].rate must be a whole number from 0 to 100000"},
    {POOL("per_day = 10000001;"), "pools[0].per_day must be a whole number"},
    {POOL("per_minute = 99999999999999999999L;"), "own.conf:"},
    {POOL("mx = \"a\";"), "own.conf:2: pools[0].mx must be a list"},
    {POOL("mx = [ 1 ];"), "pools[0].mx[0] must be a text"},
    {POOL("mx = [ \"\" ];"), "pools[0].mx[0] is \"\", but must be a domain"},
    {POOL("mx = [ \"@a.example\" ];"), "is \"@a.example\", but must be a domain"},
    {POOL("mx = [ \".a\" ];"), "but must be a domain"},
    {POOL("mx = [ \"a..b\" ];"), "but must be a domain"},
    {POOL("mx = [ \"a b\" ];"), "but must be a domain"},
    {POOL("mx = [ \"a.\" ];"), "but must be a domain"},
    {POOL("mx = [ \"\xC3\xA9.example\" ];"), "but must be a domain"},
    {POOL("pauses = ( \"x\" );"), "own.conf:2: pools[0].pauses[0] must be { answer = "},
    {POOL("pauses = ( { answer = \"x\"; } );"), "pools[0].pauses[0].seconds is missing"},
    {POOL("pauses = ( { seconds = 5; } );"), "pools[0].pauses[0].answer is missing"},
    {POOL("pauses = ( { answer = \"\"; seconds = 5; } );"), "answer"},
    {POOL("pauses = ( { answer = \"x\"; seconds = 0; } );"),
     "seconds must be a whole number from 1 to 86400"},
    {POOL("pauses = ( { answer = \"x\"; seconds = 86401; } );"), "from 1 to 86400"},
    {POOL("pauses = ( { answer = \"x\"; second = 5; } );"), "did you mean seconds?"},
    {"pools = ( { name = \"p\"", "own.conf:"},
};

static void every_fault_is_told_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct reading got;
        read_rules(&got, scratch_text("own.conf", faults[i].text));
        if (got.ok || strstr(buffer_text(&got.faults.text), faults[i].fault) == NULL) {
            fail_msg("case %zu: no \"%s\" in:\n%s", i, faults[i].fault,
                     buffer_text(&got.faults.text));
        }
        assert_int_equal(got.err.kind, ERROR_CONFIG);
        drop(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_figures_are_those_of_large_senders),
        cmocka_unit_test(addresses_belong_to_those_who_take_them_in),
        cmocka_unit_test(a_full_name_goes_before_a_star_and_the_first_before_the_others),
        cmocka_unit_test(stars_take_what_they_need),
        cmocka_unit_test(answers_that_ask_for_a_pause_are_known),
        cmocka_unit_test(the_file_is_found_and_may_be_none),
        cmocka_unit_test(every_fault_is_told_with_its_line),
    };
    return cmocka_run_group_tests_name("conf/pools", tests, scratch_make, scratch_clear);
}
