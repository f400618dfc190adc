/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail addresses: what is trimmed, what is refused, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "muster/model/address.h"

static void test_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *address;
    } cases[] = {
        {"sam@mail.example", "sam@mail.example"},
        {"  sam@mail.example \r\n", "sam@mail.example"},
        {"\xef\xbb\xbfsam@mail.example\xc2\xa0", "sam@mail.example"},
        {"Sam.Jones@Mail.EXAMPLE", "Sam.Jones@mail.example"},
        {"mailto:sam@mail.example", "sam@mail.example"},
        {"MAILTO:sam@mail.example?subject=Hello", "sam@mail.example"},
        {"<sam@mail.example>", "sam@mail.example"},
        {"Sam Jones <sam@mail.example>", "sam@mail.example"},
        {"\"Jones, Sam\" <sam@mail.example>;", "sam@mail.example"},
        {"<mailto:sam@mail.example>", "sam@mail.example"},
        {"mailto:'sam@mail.example'", "sam@mail.example"},
        {"'mailto:<sam@mail.example>'", "sam@mail.example"},
        {"sam@mail.example.", "sam@mail.example"},
        {"sam@mail.example;", "sam@mail.example"},
        {"sam@mail.example,", "sam@mail.example"},
        {"'sam@mail.example", "sam@mail.example"},
        {"'sam@mail.example'", "sam@mail.example"},
        {"=\"sam@mail.example\"", "sam@mail.example"},
        {"sam@mail.example; jo@mail.example", "sam@mail.example"},
        {"sam@mail.example / jo@mail.example", "sam@mail.example"},
        {"sam@mail.example jo@mail.example", "sam@mail.example"},
        {"o'brien+union@mail.example", "o'brien+union@mail.example"},
        {"a!#$%&*-/=?^_`{|}~b@mail.example", "a!#$%&*-/=?^_`{|}~b@mail.example"},
        {"s\xc3\xa2n@mail.example", "s\xc3\xa2n@mail.example"},
        {"sam@b\xc3\xbc"
         "cher.example",
         "sam@xn--bcher-kva.example"},
        {"sam@B\xc3\x9c"
         "CHER.example",
         "sam@xn--bcher-kva.example"},
        {"sam@bu\xcc\x88"
         "cher.example",
         "sam@xn--bcher-kva.example"},
        {"sam@xn--bcher-kva.example", "sam@xn--bcher-kva.example"},
        {"sam@stra\xc3\x9f"
         "e.example",
         "sam@xn--strae-oqa.example"},
        {"sam@a-b.c1.example", "sam@a-b.c1.example"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *address = NULL;
        const char *reason = "";
        if (!address_parse(cases[i].text, arena, &address, &reason))
            fail_msg("'%s' %s", cases[i].text, reason);
        assert_string_equal(address, cases[i].address);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason;
    } cases[] = {
        {"", "is blank"},
        {NULL, "is blank"},
        {" <> ", "is blank"},
        {"sam", "has no @"},
        {"07700 900123", "has no @"},
        {"@mail.example", "nothing before the @"},
        {"sam@", "nothing after the @"},
        {"sam@jo@mail.example", "more than one @"},
        {"sam jones@mail.example", "a blank"},
        {"sam@mail .example", "a blank"},
        {"sam\xc2\xa0jones@mail.example", "a blank"},
        {".sam@mail.example", "edge of the part before"},
        {"sam.@mail.example", "edge of the part before"},
        {"sam..jones@mail.example", "two dots"},
        {"sam@mail..example", "two dots"},
        {"sam@.mail.example", "edge of its domain"},
        {"sam@mail", "no dot"},
        {"sam@mail,example", "no dot"},
        {"sam@mail,sub.example", "no domain may have"},
        {"sam@mail_box.example", "no domain may have"},
        {"sam@-mail.example", "hyphen"},
        {"sam@mail-.example", "hyphen"},
        {"sam@[192.0.2.1]", "no domain may have"},
        {"sam@192.0.2.1", "no country or kind"},
        {"sam@mail.e", "no country or kind"},
        {"sam(work)@mail.example", "no address may have"},
        {"sam\x01@mail.example", "no address may have"},
        {"sam\xe2\x80\x8bjones@mail.example", "no address may have"},
        {"sam:jones@mail.example", "no address may have"},
        {"sam\xff@mail.example", "not valid UTF-8"},
        {"sam@mail.example\xe2\x80", "not valid UTF-8"},
        {"sam@xn--a.example", "international name"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *address = NULL;
        const char *reason = "";
        if (address_parse(cases[i].text, arena, &address, &reason))
            fail_msg("'%s' is taken for %s", cases[i].text, address);
        assert_null(address);
        if (strstr(reason, cases[i].reason) == NULL)
            fail_msg("'%s' %s; expected '%s'", cases[i].text, reason, cases[i].reason);
    }
}

/* A letter more than the standards allow is refused, the last one allowed is not. */
static void test_lengths(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char letters[300];
    memset(letters, 'a', sizeof letters);
    static const struct {
        int local;
        int labels[4]; /* and ".example" behind them */
        bool ok;
    } cases[] = {
        {64, {63, 0, 0, 0}, true},    {65, {63, 0, 0, 0}, false},  {1, {64, 0, 0, 0}, false},
        {53, {63, 63, 63, 0}, true},  {54, {63, 63, 63, 0}, true}, {55, {63, 63, 63, 0}, false},
        {1, {63, 63, 63, 60}, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char *text = arena_printf(arena, "%.*s@", cases[i].local, letters);
        for (size_t k = 0; k < 4 && cases[i].labels[k] > 0; k++)
            text = arena_printf(arena, "%s%.*s.", text, cases[i].labels[k], letters);
        text = arena_printf(arena, "%sexample", text);
        const char *address = NULL;
        const char *reason = NULL;
        if (address_parse(text, arena, &address, &reason) != cases[i].ok)
            fail_msg("case %zu of %zu octets", i, strlen(text));
    }
    char *huge = arena_alloc(arena, 1 << 20);
    memset(huge, '<', (1 << 20) - 1);
    const char *address = NULL;
    const char *reason = NULL;
    assert_false(address_parse(huge, arena, &address, &reason));
}

static void test_placeholders(void **state)
{
    (void)state;
    static const char *const nothings[] = {
        "",
        " ",
        NULL,
        "-",
        "--",
        ".",
        "n/a",
        "N/A",
        "NA",
        "none",
        "NULL",
        "#N/A",
        "#REF!",
        "0",
        "no email",
        "No E-mail",
        "unknown",
        "not known",
        "xxx",
        "?",
        "n/k",
        "nil",
        " \xc2\xa0 ",
        "noemail@mail.example",
        "no-email@mail.example",
        "unknown@mail.example",
        "x@x.example",
        "xx@xx.example",
        "a@a.example",
        "none@none.example",
        "test@test.example",
        "No.Email@mail.example",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(nothings); i++) {
        if (!address_is_placeholder(nothings[i]))
            fail_msg("'%s' is not seen as nothing", nothings[i]);
    }
    static const char *const people[] = {
        "sam@mail.example",  "x@mail.example",  "na@mail.example",       "dim@mail.example",
        "test@mail.example", "sam@sam.example", "nonesuch@mail.example", "sam",
        "07700 900123",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(people); i++) {
        if (address_is_placeholder(people[i]))
            fail_msg("'%s' is seen as nothing", people[i]);
    }
}

static void test_work(void **state)
{
    (void)state;
    /* Domains only: the addresses are put together here. */
    static const struct {
        const char *domain;
        bool work;
    } cases[] = {
        {"nhs.net", true},          {"NHS.NET", true},
        {"leeds.nhs.uk", true},     {"wales.nhs.uk", true},
        {"nhs.scot", true},         {"council.gov.uk", true},
        {"uni.ac.uk", true},        {"school.sch.uk", true},
        {"mail.example", false},    {"mynhs.net", false},
        {"nhs.net.example", false}, {"nhs.uk.example", false},
        {"xgov.uk", false},         {"net", false},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (address_is_work(arena_printf(arena, "sam@%s", cases[i].domain)) != cases[i].work)
            fail_msg("%s", cases[i].domain);
    }
    assert_false(address_is_work("nothing"));
}

/* Domains are written without their addresses: nobody's mailbox stands here. */
static void test_suggested(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        const char *meant;
    } cases[] = {
        {"gmial.com", "gmail.com"},
        {"gamil.com", "gmail.com"},
        {"gmai.com", "gmail.com"},
        {"gmail.co", "gmail.com"},
        {"gmail.con", "gmail.com"},
        {"gmail.co.uk", "gmail.com"},
        {"gmial.con", "gmail.com"},
        {"gnail.co", "gmail.com"},
        {"gmail.co.k", "gmail.com"},
        {"googlmail.com", "googlemail.com"},
        {"hotmial.com", "hotmail.com"},
        {"hotmial.co.uk", "hotmail.co.uk"},
        {"hotmail.con", "hotmail.com"},
        {"hotmail.co.ik", "hotmail.co.uk"},
        {"hotmail.couk", "hotmail.co.uk"},
        {"hotmial.co.ukk", "hotmail.co.uk"},
        {"hotmail.uk", "hotmail.co.uk"},
        {"outlok.com", "outlook.com"},
        {"outlook.co", "outlook.com"},
        {"live.con", "live.com"},
        {"icloud.co", "icloud.com"},
        {"icloud.co.uk", "icloud.com"},
        {"iclould.com", "icloud.com"},
        {"yaho.co.uk", "yahoo.co.uk"},
        {"yahooo.com", "yahoo.com"},
        {"yahoo.co.k", "yahoo.co.uk"},
        {"yahoo.co.uk.con", "yahoo.co.uk"},
        {"btinternet.co", "btinternet.com"},
        {"btinterent.com", "btinternet.com"},
        {"btinternet.co.uk", "btinternet.com"},
        {"virginmeda.com", "virginmedia.com"},
        {"talktak.net", "talktalk.net"},
        {"ntlword.com", "ntlworld.com"},
        {"bluyonder.co.uk", "blueyonder.co.uk"},
        {"sky.con", "sky.com"},
        {"nhs.ne", "nhs.net"},
        {"nhs.nett", "nhs.net"},
        {"nhs.ent", "nhs.net"},
        {"trust.nhs.u", "trust.nhs.uk"},
        {"trust.nhs.ukk", "trust.nhs.uk"},
        {"trust.nhs.co.uk", "trust.nhs.uk"},
        {"trust.nhsuk", "trust.nhs.uk"},
        {"council.gov.u", "council.gov.uk"},
        {"college.ac.ukk", "college.ac.uk"},
        {"no-such-firm.co.k", "no-such-firm.co.uk"},
        {"no-such-firm.comm", "no-such-firm.com"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char *address = arena_printf(arena, "Ann.o'b+x@%s", cases[i].written);
        const char *told = address_suggest(address, arena);
        if (told == NULL || strcmp(strchr(told, '@') + 1, cases[i].meant) != 0) {
            fail_msg("%s became %s", address, told == NULL ? "nothing" : told);
        }
        assert_memory_equal(told, address, strlen("Ann.o'b+x@"));
        assert_null(address_suggest(told, arena));
        const char *parsed = NULL;
        const char *reason = NULL;
        assert_true(address_parse(told, arena, &parsed, &reason));
    }
}

/* Real domains that look like a slip of another, and employers'. */
static const char REAL[] =
    "gmail.com ymail.com mail.com email.com gmx.com gmx.co.uk gmx.net gmx.de live.com "
    "live.co.uk live.ie live.fr hotmail.com hotmail.co.uk hotmail.fr hotmail.es "
    "hotmail.it outlook.com outlook.ie outlook.fr outlook.co.nz msn.com yahoo.com "
    "yahoo.co.uk yahoo.ie yahoo.fr yahoo.com.au rocketmail.com icloud.com me.com mac.com "
    "aol.com aol.co.uk aim.com sky.com btinternet.com btopenworld.com btconnect.com "
    "bt.com virginmedia.com virginmedia.co.uk virgin.net talktalk.net talktalk.co.uk "
    "talk21.com ntlworld.com blueyonder.co.uk blueyonder.com tiscali.co.uk "
    "protonmail.com proton.me pm.me tutanota.com fastmail.com fastmail.fm zoho.com "
    "hey.com mail.ru o2.co.uk o2.pl wp.pl onet.pl interia.pl orange.net orange.fr "
    "free.fr web.de t-online.de plus.com plus.net plusnet.com zen.co.uk supanet.com "
    "lineone.net freeserve.co.uk fsmail.net ukgateway.net eircom.net cloud.com inbox.com "
    "nhs.net nhs.uk nhs.scot trust.nhs.uk wales.nhs.uk nhs24.scot.nhs.uk gov.uk "
    "gov.wales council.gov.uk college.ac.uk school.sch.uk police.uk example.com "
    "example.co example.cm example.om company.co nosuch.io ";

/* Which ending was meant nobody can tell; and what is not the whole name. */
static const char DOUBTFUL[] = "hotmail.co yahoo.co live.co gmial.de hotmial.co "
                               "mail.gmial.com mygmial.com gmial a.b ";

/* Expect no suggestion for any of the domains, which blanks part. */
static void expect_none(const char *domains, struct arena *arena)
{
    for (size_t length; (length = strcspn(domains, " ")) > 0; domains += length + 1) {
        char *address = arena_printf(arena, "ann@%.*s", (int)length, domains);
        const char *told = address_suggest(address, arena);
        if (told != NULL) {
            fail_msg("%s became %s", address, told);
        }
    }
}

static void test_not_suggested(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    expect_none(REAL, arena);
    expect_none(DOUBTFUL, arena);
    assert_null(address_suggest("", arena));
    assert_null(address_suggest("ann", arena));
    assert_null(address_suggest("ann@", arena));
    assert_null(address_suggest("@.con", arena));
    char *huge = arena_alloc(arena, 100001);
    memset(huge, 'a', 100000);
    memcpy(huge, "a@", 2);
    assert_null(address_suggest(huge, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),      cmocka_unit_test(test_suggested),
        cmocka_unit_test(test_not_suggested), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_lengths),       cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_work),
    };
    return cmocka_run_group_tests_name("model/address", tests, NULL, NULL);
}
