/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: what is read, every fault that is told, and the example file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/file.h"
#include "muster/conf/config.h"
#include "scratch.h"

#define LEAST "organisation = { name = \"Anytown\"; }; mail = { from = \"gotv@branch.example\"; "
#define WHOLE LEAST "};"

struct reading {
    struct arena *arena;
    struct faults faults;
    struct config config;
    struct error err;
    bool ok;
};

static void read_path(struct reading *reading, const char *path)
{
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    reading->ok =
        config_load(path, reading->arena, &reading->faults, &reading->config, &reading->err);
}

static void read_text(struct reading *reading, const char *text)
{
    read_path(reading, scratch_text("muster.conf", text));
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static void test_defaults(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, WHOLE);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_string_equal(got.config.organisation.name, "Anytown");
    assert_string_equal(got.config.organisation.zone, "Europe/London");
    assert_string_equal(got.config.mail.relay, "127.0.0.1:25");
    assert_string_equal(got.config.mail.engine, "auto");
    assert_string_equal(got.config.mail.tls, "auto");
    assert_string_equal(got.config.mail.tls_least, "1.2");
    assert_string_equal(got.config.mail.auth, "auto");
    assert_string_equal(got.config.mail.user, "");
    assert_int_equal(got.config.mail.batch, 256);
    assert_string_equal(got.config.sms.gateway, "");
    assert_string_equal(got.config.sms.price, "");
    assert_string_equal(got.config.sms.currency, "");
    assert_int_equal(got.config.sms.variable_count, 0);
    assert_string_equal(got.config.hours.sms, "Mon-Fri 09:00-20:00, Sat 10:00-18:00");
    assert_string_equal(got.config.hours.email, "always");
    assert_string_equal(got.config.hours.nation, "england-and-wales");
    assert_string_equal(got.config.hours.holidays, "");
    assert_int_equal(got.config.retry.first, 60);
    assert_int_equal(got.config.mail.relay_count, 1);
    assert_string_equal(got.config.mail.relays[0].name, "relay");
    assert_string_equal(got.config.mail.relays[0].config->mail.relay, "127.0.0.1:25");
    assert_string_equal(got.config.mail.relays[0].config->mail.route, "");
    assert_int_equal(got.config.sms.gateway_count, 0);
    char beside[128];
    (void)snprintf(beside, sizeof beside, "%s/muster.db", scratch);
    assert_string_equal(got.config.store.file, beside);
    drop(&got);
}

static void test_values(void **state)
{
    (void)state;
    struct reading got;
    (void)scratch_text("secret", "abc\n");
    read_text(
        &got,
        "organisation = { name = \"Gwynedd \xc3\xa2\"; zone = \"UTC\"; };\n"
        "store = { file = \"/var/lib/muster/x.db\"; };\n"
        "public = { listen = \"[::1]:0\"; url = \"https://gotv.branch.example/m\"; };\n"
        "mail = { from = \"gotv@branch.example\"; relay = \"smtp.branch.example:587\";\n"
        "  tls = \"required\"; user = \"u\"; password_file = \"secret\"; batch = 20; };\n"
        "sms = { /* 99999999999 */ gateway = \"rehearsal\"; sender = \"+447700900123\";\n"
        "  price = \"0.0299\"; price_crown = \"1000\"; price_elsewhere = \"\"; currency = "
        "\"EUR\";\n"
        "  variables = { base_url = \"http://127.0.0.1:1\"; account = \"012345678901\"; }; };\n"
        "retry = { first = 5; longest = 5; attempts = 1; };\n");
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_string_equal(got.config.store.file, "/var/lib/muster/x.db");
    assert_string_equal(got.config.public.listen, "[::1]:0");
    assert_int_equal(got.config.mail.batch, 20);
    assert_int_equal(got.config.sms.variable_count, 2);
    assert_string_equal(got.config.sms.price, "0.0299");
    assert_string_equal(got.config.sms.price_crown, "1000");
    assert_string_equal(got.config.sms.price_elsewhere, "");
    assert_string_equal(got.config.sms.currency, "EUR");
    assert_string_equal(got.config.sms.variables[0].name, "base_url");
    assert_string_equal(got.config.sms.variables[1].value, "012345678901");
    assert_int_equal(got.config.retry.first, 5);
    drop(&got);
}

static void test_bounces(void **state)
{
    (void)state;
    static const char *const good[] = {"bounces@branch.example", "bounces+*@bounce.example",
                                       "*@bounce.example", "*-bounces@branch.example",
                                       "bounces-of-the-branch-2*@branch.example"};
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        struct reading got;
        char text[256];
        (void)snprintf(text, sizeof text, LEAST "bounces = \"%s\"; };\n", good[i]);
        read_text(&got, text);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_true(got.ok);
        assert_string_equal(got.config.mail.bounces, good[i]);
        drop(&got);
    }
}

/* With a domain so long that the mark does not fit into an address any more (254 octets). */
static void test_bounces_too_long(void **state)
{
    (void)state;
    static const struct {
        int label; /* letters of the last but one label */
        bool good;
    } cases[] = {{11, true}, {12, false}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        char text[512];
        char domain[64];
        memset(domain, 'd', 63);
        domain[63] = '\0';
        (void)snprintf(text, sizeof text, LEAST "bounces = \"b*@%s.%s.%s.%.*s.example\"; };\n",
                       domain, domain, domain, cases[i].label, domain);
        read_text(&got, text);
        assert_int_equal(got.ok, cases[i].good);
        drop(&got);
    }
}

struct fault_case {
    const char *text;
    const char *fault; /* part of what is told */
};

static const struct fault_case faults[] = {
    {"", "organisation.name is missing"},
    {"", "mail.from is missing"},
    {"organisation = {\n name = \"\";\n};", ":2: organisation.name must not be empty"},
    {"organisation = { name = 5; };", "organisation.name must be a text in quotes"},
    {"organisation = { name = \"\xff\"; };", "organisation.name is not UTF-8"},
    {"organisation = { name = \"a\x1b[1mb\"; };", "organisation.name is not UTF-8"},
    {WHOLE "\nmial = { };", ":2: mial is not known; did you mean mail?"},
    {WHOLE "\nxyzzy = 1;", ":2: xyzzy is not known\n"},
    {LEAST "\n\n relya = \"x:1\"; };", ":3: mail.relya is not known; did you mean relay?"},
    {LEAST "relay = \"nowhere\"; };", "mail.relay is \"nowhere\", but must be a HOST:PORT"},
    {LEAST "relay = \"h:0\"; };", "mail.relay"},
    {LEAST "relay = \"h:65536\"; };", "mail.relay"},
    {LEAST "relay = \"[::1]:25\"; };", "mail.relay"},
    {LEAST "relay = \"a b:25\"; };", "mail.relay"},
    {LEAST "mx = \"maybe\"; };", "mail.mx is \"maybe\", but must be one of no|yes"},
    {WHOLE "mailbox = { url = \"https://h.example/INBOX\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { url = \"imaps://h.example\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { url = \"imaps://h.example/\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { url = \"imaps://h.example:/INBOX\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { url = \"imaps://me:secret@h.example/INBOX\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { url = \"imaps://h.example/IN BOX\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { url = \"imaps://h.example/INBOX;UID=1\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { url = \"imaps:///INBOX\"; };", "mailbox.url is"},
    {WHOLE "mailbox = { folder = \"a\\\"b\"; };", "mailbox.folder is"},
    {WHOLE "mailbox = { folder = \"a\\r\\nb\"; };", "mailbox.folder is"},
    {WHOLE "mailbox = { url = \"imaps://h.example/INBOX\"; user = \"b\"; };",
     "mailbox.user and mailbox.password_file must be given with mailbox.url"},
    {WHOLE "mailbox = { done = \"burn\"; };", "mailbox.done is"},
    {LEAST "resolver = \"dns.example:53\"; };", "mail.resolver is \"dns.example:53\", but must be"},
    {LEAST "resolver = \"192.0.2.53\"; };", "mail.resolver"},
    {LEAST "resolver = \"192.0.2.53:0\"; };", "mail.resolver"},
    {LEAST "resolver = \"192.0.2.053.1:53\"; };", "mail.resolver"},
    {LEAST "resolver = \"192.0.2.1111111111111:53\"; };", "mail.resolver"},
    {LEAST "relays = ( { name = \"a\"; pools = \"none\"; } ); };", "pools is not known"},
    {LEAST "batch = 513; };", "mail.batch is \"513\", but must be a whole number from 1 to 512"},
    {LEAST "batch = 0; };", "mail.batch"},
    {LEAST "batch = 99999999999999L; };", "mail.batch"},
    {LEAST "\n/* \" */ batch = 4294967346; };", ":2: the number 4294967346 is too large"},
    {LEAST "batch = -99999999999; };", "is too large"},
    {WHOLE "sms = { variables = { a = 7; }; };", "sms.variables.a must be a text in quotes"},
    {LEAST "batch = \"5\"; };", "mail.batch must be a whole number, without quotes"},
    {LEAST "batch = 1.5; };", "mail.batch must be a whole number"},
    {LEAST "batch = true; };", "mail.batch must be a whole number"},
    {LEAST "tls = \"yes\"; };", "mail.tls is \"yes\", but must be one of auto|none|"},
    {LEAST "tls = \"none|\"; };", "mail.tls"},
    {LEAST "bounces = \"nobody\"; };", "mail.bounces"},
    {LEAST "bounces = \"a@b\\r\\n.example\"; };", "mail.bounces"},
    {LEAST "bounces = \"*\"; };", "mail.bounces is \"*\", but must be a mail address"},
    {LEAST "bounces = \"*+*@branch.example\"; };", "with one * among at most 24 characters"},
    {LEAST "bounces = \"b@*.branch.example\"; };", "mail.bounces"},
    {LEAST "bounces = \".*@branch.example\"; };", "mail.bounces"},
    {LEAST "bounces = \"b+*.@branch.example\"; };", "mail.bounces"},
    {LEAST "bounces = \"b..*@branch.example\"; };", "mail.bounces"},
    {LEAST "bounces = \"*.branch.example\"; };", "mail.bounces"},
    {LEAST "bounces = \"b*@*.branch.example\"; };", "mail.bounces"},
    {LEAST "bounces = \"bounces-of-the-branch-23*@branch.example\"; };", "mail.bounces"},
    {LEAST "user = \"u\"; };", "mail.user and mail.password_file must be given together"},
    {LEAST "user = \"u\"; password_file = \"none\"; };", "is not there"},
    {LEAST "user = \"u\"; password_file = \"open\"; };", "chmod 600 mends it"},
    {LEAST "engine = \"sendmail\"; };",
     "mail.engine is \"sendmail\", but must be one of auto|esmtp"},
    {LEAST "tls_least = \"1.1\"; };", "mail.tls_least is \"1.1\", but must be one of 1.2|1.3"},
    {LEAST "auth = \"cram\"; };", "mail.auth is \"cram\", but must be one of auto|plain"},
    {LEAST "auth = \"oauth2\"; };", "mail.auth is given, but no mail.user to log in"},
    {LEAST "\nengine = \"esmtp\"; tls_least = \"1.3\"; };",
     ":2: mail.engine \"esmtp\" has no TLS 1.3"},
    {LEAST "user = \"u\"; password_file = \"secret\"; auth = \"oauth2\";\nengine = \"esmtp\"; };",
     ":2: mail.engine \"esmtp\" cannot log in by mail.auth \"oauth2\": \"curl\" can"},
    {LEAST
     "engine = \"esmtp\"; relays = (\n{ name = \"a\"; engine = \"auto\"; tls_least = \"1.3\"; },"
     "\n{ name = \"b\"; tls_least = \"1.3\"; } ); };",
     ":3: mail.engine \"esmtp\" has no TLS 1.3"},
    {LEAST "relays = ( ); };", "mail.relays must have 1 to 16 groups in it"},
    {LEAST "relays = ( 5 ); };", "mail.relays[0] must be a group"},
    {LEAST "\nrelays = ( { relay = \"a:25\"; } ); };", ":2: mail.relays[0].name is missing"},
    {LEAST "relays = ( { name = \"A b\"; } ); };", "mail.relays[0].name must be small letters"},
    {LEAST "relays = ( { name = \"a\"; }, { name = \"a\"; } ); };",
     "mail.relays[1] has the name of another one"},
    {LEAST "relays = ( { name = \"a\"; rate = -1; } ); };", "mail.relays[0].rate is \"-1\""},
    {LEAST "relays = ( { name = \"a\"; wieght = 2; } ); };", "did you mean weight?"},
    {LEAST "relays = ( { name = \"a\"; from = \"x@y.example\"; } ); };",
     "mail.relays[0].from is not known"},
    {LEAST "relays = ( { name = \"a\"; user = \"u\"; } ); };",
     "mail.user and mail.password_file must be given together"},
    {WHOLE "sms = { gateways = ( { name = \"a\"; gateway = \"x\"; } ); };",
     "sms.sender is missing"},
    {WHOLE "sms = { in_flight = 2; sessions = 3; };", "sms.in_flight is less than sms.sessions"},
    {WHOLE "mail = { };", "duplicate setting name"},
    {WHOLE "organisation_ = ;", "syntax error"},
    {WHOLE "sms = { gateway = \"x\"; };", "sms.sender is missing"},
    {WHOLE "sms = { sender = \"a long sender name\"; };", "sms.sender"},
    {WHOLE "sms = { gateway = \"a b\"; };", "sms.gateway"},
    {WHOLE "sms = 5;", "sms must be a group"},
    {WHOLE "\nsms = { price = 0.035; };", ":2: sms.price must be a text in quotes"},
    {WHOLE "sms = { price = 1; };", "sms.price must be a text in quotes"},
    {WHOLE "\nsms = { price = \"0,035\"; };",
     ":2: sms.price is \"0,035\", but must be a price such as \"0.0350\": at most 1000, with "
     "at most six decimals"},
    {WHOLE "sms = { price = \"0.0350000\"; };", "sms.price is"},
    {WHOLE "sms = { price = \"-1\"; };", "sms.price is"},
    {WHOLE "sms = { price_crown = \"1000.01\"; };", "sms.price_crown is"},
    {WHOLE "sms = { price_elsewhere = \"free\"; };", "sms.price_elsewhere is"},
    {WHOLE "sms = { price_elswhere = \"1\"; };", "did you mean price_elsewhere?"},
    {WHOLE "sms = { currency = \"gbp\"; };",
     "sms.currency is \"gbp\", but must be a currency such as \"GBP\": three capital letters"},
    {WHOLE "sms = { currency = \"GBPS\"; };", "sms.currency is"},
    {WHOLE "sms = { variables = ( ); };", "sms.variables must be a group"},
    {WHOLE "sms = { variables = { a = { }; }; };", "sms.variables.a must be a text"},
    {WHOLE "public = { url = \"https://x.example/\"; };", "public.url"},
    {WHOLE "public = { url = \"ftp://x.example\"; };", "public.url"},
    {WHOLE "hours = {\n sms = \"Mno 09:00-20:00\"; };",
     ":2: hours.sms is \"Mno 09:00-20:00\": at character 1: 'Mno' is no day; did you mean Mon"},
    {WHOLE "hours = { email = \"\"; };", "hours.email must not be empty"},
    {WHOLE "hours = { email = \"Mon 22:00-06:00\"; };", "a span stays within its day"},
    {WHOLE "hours = { nation = \"wales\"; };",
     "hours.nation is \"wales\", but must be one of england-and-wales|scotland|northern-ireland"},
    {WHOLE "retry = { first = 100; longest = 5; };", "retry.longest is shorter"},
    {"organisation = { name = \"x\"; zone = \"Europe/Lodnon\"; };", "organisation.zone"},
    {"organisation = { name = \"x\"; zone = \"/etc/passwd\"; };", "organisation.zone"},
    {"organisation = { name = \"x\"; region = \"gb\"; };", "organisation.region"},
    {"organisation = { name = \"x\"; language = \"English\"; };", "organisation.language"},
    {"@include \"nowhere.conf\"\n", "muster.conf:1:"},
};

/* Each way out has a configuration of its own, in which what it says stands in place of what the
 * channel says. */
static void test_ways_out(void **state)
{
    (void)state;
    struct reading got;
    (void)scratch_text("secret", "abc\n");
    read_text(&got, LEAST
              "rate = 7; batch = 20; relays = (\n"
              "  { name = \"office\"; relay = \"mx.office.example:587\"; user = \"u\";\n"
              "    password_file = \"secret\"; per_minute = 30; },\n"
              "  { name = \"bulk\"; rate = 100; weight = 9; } ); };\n"
              "sms = { gateway = \"rehearsal\"; sender = \"Branch\"; variables = { a = \"1\"; };"
              "  gateways = ( { name = \"one\"; }, { name = \"two\"; sender = \"Other\";"
              "    variables = { a = \"2\"; b = \"3\"; }; } ); };\n");
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_int_equal(got.config.mail.relay_count, 2);
    const struct config_route *relays = got.config.mail.relays;
    assert_string_equal(relays[0].name, "office");
    assert_string_equal(relays[0].config->mail.route, "office");
    assert_string_equal(relays[0].config->mail.relay, "mx.office.example:587");
    assert_int_equal(relays[0].config->mail.per_minute, 30);
    assert_int_equal(relays[0].config->mail.rate, 7);
    assert_int_equal(relays[0].config->mail.batch, 20);
    assert_string_equal(relays[1].config->mail.relay, "127.0.0.1:25");
    assert_string_equal(relays[1].config->mail.user, "");
    assert_int_equal(relays[1].config->mail.rate, 100);
    assert_int_equal(relays[1].config->mail.weight, 9);
    assert_string_equal(relays[1].config->organisation.name, got.config.organisation.name);
    assert_int_equal(got.config.sms.gateway_count, 2);
    const struct config_route *gateways = got.config.sms.gateways;
    assert_string_equal(gateways[0].config->sms.sender, "Branch");
    assert_int_equal(gateways[0].config->sms.variable_count, 1);
    assert_string_equal(gateways[1].config->sms.sender, "Other");
    assert_int_equal(gateways[1].config->sms.variable_count, 2);
    CLEANUP(buffer_free) struct buffer shown;
    buffer_init(&shown, 64 * 1024);
    config_show(&got.config, true, &shown);
    assert_non_null(strstr(buffer_text(&shown), "\nmail.relays.office.per_minute = 30\n"));
    assert_non_null(strstr(buffer_text(&shown), "\nsms.gateways.two.variables.b = 3\n"));
    drop(&got);
}

static void test_faults(void **state)
{
    (void)state;
    (void)scratch_write("open", "abc\n", 4, 0644);
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        struct reading got;
        read_text(&got, faults[i].text);
        assert_false(got.ok);
        assert_int_equal(got.err.kind, ERROR_CONFIG);
        if (strstr(buffer_text(&got.faults.text), faults[i].fault) == NULL) {
            fail_msg("case %zu: no \"%s\" in:\n%s", i, faults[i].fault,
                     buffer_text(&got.faults.text));
        }
        drop(&got);
    }
}

static void test_all_at_once(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, "organisation = { name = \"\"; zone = \"Nowhere/None\"; };\n"
                    "mail = { from = \"x\"; batch = 0; relay = \"y\"; };\n"
                    "smss = { };\n");
    assert_false(got.ok);
    assert_int_equal(got.faults.count, 6);
    assert_non_null(strstr(got.err.text, "6 faults"));
    drop(&got);
}

static void test_odd_files(void **state)
{
    (void)state;
    struct reading got;
    read_path(&got, "/nonexistent/muster.conf");
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_NO_INPUT);
    drop(&got);
    read_path(&got, scratch);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_NO_INPUT);
    drop(&got);
    read_path(&got, scratch_write("nul.conf", WHOLE "\n\0more", sizeof WHOLE + 5, 0600));
    assert_false(got.ok);
    assert_non_null(strstr(buffer_text(&got.faults.text), "nul.conf:2: a NUL byte"));
    drop(&got);
    size_t size = 2 * 1024 * 1024;
    char *huge = malloc(size);
    memset(huge, '\n', size);
    read_path(&got, scratch_write("huge.conf", huge, size, 0600));
    free(huge);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_DATA);
    drop(&got);
}

/* Every beginning of a good file is read or refused, and nothing else happens. */
static void test_truncated(void **state)
{
    (void)state;
    static const char text[] = WHOLE "sms = { variables = { a = \"b\\\"c\"; }; }; # end\n";
    for (size_t length = 0; length < sizeof text; length++) {
        struct reading got;
        read_path(&got, scratch_write("part.conf", text, length, 0600));
        assert_true(got.ok == (got.faults.count == 0));
        drop(&got);
    }
}

static void test_example_is_committed(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer made;
    CLEANUP(buffer_free) struct buffer committed;
    buffer_init(&made, 1 << 20);
    buffer_init(&committed, 1 << 20);
    struct error err = {0};
    assert_true(config_example(NULL, 0, &made, &err));
    assert_true(file_read("etc/muster.conf", &committed, &err));
    assert_string_equal(buffer_text(&made), buffer_text(&committed));
}

static void test_example_given(void **state)
{
    (void)state;
    static const struct config_pair given[] = {
        {"organisation.name", "The \"Old\" \\ Branch"},
        {"mail.from", "gotv@branch.example"},
        {"mail.batch", "7"},
        {"sms.variables.base_url", "http://127.0.0.1:1"},
        {"sms.variables.other", "first"},
        {"sms.variables.other", "last"},
        {"mail.batch", "9"},
    };
    CLEANUP(buffer_free) struct buffer made;
    buffer_init(&made, 1 << 20);
    struct error err = {0};
    assert_true(config_example(given, ARRAY_LENGTH(given), &made, &err));
    struct reading got;
    read_text(&got, buffer_text(&made));
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_string_equal(got.config.organisation.name, "The \"Old\" \\ Branch");
    assert_int_equal(got.config.mail.batch, 9);
    assert_int_equal(got.config.sms.variable_count, 2);
    assert_string_equal(got.config.sms.variables[1].value, "last");
    drop(&got);
}

static void test_example_refuses(void **state)
{
    (void)state;
    static const struct fault_case cases[] = {
        {"mail.form", "did you mean mail.from?"},   {"mail.batch", "must be a whole number"},
        {"name", "there is no setting name"},       {"sms.variables.", "there is no setting"},
        {"sms.variables.9", "there is no setting"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct config_pair given = {cases[i].text, "x"};
        CLEANUP(buffer_free) struct buffer made;
        buffer_init(&made, 1 << 20);
        struct error err = {0};
        assert_false(config_example(&given, 1, &made, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_non_null(strstr(err.text, strstr(cases[i].fault, "did") ? "did you mean mail.from"
                                                                       : cases[i].fault));
        assert_int_equal(made.length, 0);
    }
    const struct config_pair breaks = {"organisation.name", "a\nb"};
    CLEANUP(buffer_free) struct buffer made;
    buffer_init(&made, 1 << 20);
    struct error err = {0};
    assert_false(config_example(&breaks, 1, &made, &err));
    buffer_init(&made, 100);
    assert_false(config_example(NULL, 0, &made, &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

static void test_show(void **state)
{
    (void)state;
    struct reading got;
    (void)scratch_text("secret", "hunter2\n");
    read_text(&got, LEAST "user = \"u\"; password_file = \"secret\"; };\n"
                          "sms = { variables = { base_url = \"b\"; api_key = \"hunter3\"; }; };");
    assert_true(got.ok);
    CLEANUP(buffer_free) struct buffer shown;
    buffer_init(&shown, 1 << 16);
    config_show(&got.config, true, &shown);
    assert_non_null(strstr(buffer_text(&shown), "mail.batch = 256\n"));
    assert_non_null(strstr(buffer_text(&shown), "sms.variables.base_url = b\n"));
    assert_non_null(strstr(buffer_text(&shown), "mail.password_file = "));
    assert_null(strstr(buffer_text(&shown), "hunter"));
    buffer_clear(&shown);
    config_show(&got.config, false, &shown);
    assert_non_null(strstr(buffer_text(&shown), "mail.user = u\n"));
    assert_null(strstr(buffer_text(&shown), "mail.batch"));
    drop(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),      cmocka_unit_test(test_values),
        cmocka_unit_test(test_bounces),       cmocka_unit_test(test_bounces_too_long),
        cmocka_unit_test(test_ways_out),      cmocka_unit_test(test_faults),
        cmocka_unit_test(test_all_at_once),   cmocka_unit_test(test_odd_files),
        cmocka_unit_test(test_truncated),     cmocka_unit_test(test_example_is_committed),
        cmocka_unit_test(test_example_given), cmocka_unit_test(test_example_refuses),
        cmocka_unit_test(test_show),
    };
    return cmocka_run_group_tests_name("config", tests, scratch_make, scratch_clear);
}
