/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gateway profiles: the one that comes with muster, a made-up one with everything, and faults. */
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

static void read_configured(struct reading *reading, const struct config *config)
{
    *reading = (struct reading){.arena = arena_create()};
    faults_init(&reading->faults);
    reading->ok =
        gateway_read(config, reading->arena, &reading->faults, &reading->gateway, &reading->err);
}

static void read_named(struct reading *reading, const char *name, const char *beside,
                       const struct config_pair *variables, size_t count)
{
    struct config config = {.path = beside};
    config.sms.gateway = name;
    config.sms.variables = variables;
    config.sms.variable_count = count;
    read_configured(reading, &config);
}

static void read_text(struct reading *reading, const char *text)
{
    char config[128];
    (void)snprintf(config, sizeof config, "%s/muster.conf", scratch);
    (void)scratch_text("made.conf", text);
    read_named(reading, "./made.conf", config, NULL, 0);
}

static void drop(struct reading *reading)
{
    faults_free(&reading->faults);
    arena_free(&reading->arena);
}

static void test_rehearsal(void **state)
{
    (void)state;
    static const struct config_pair variables[] = {{"base_url", "http://127.0.0.1:1"}};
    struct reading got;
    read_named(&got, "rehearsal", "etc/muster.conf", variables, 1);
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    const struct gateway *gateway = &got.gateway;
    assert_string_equal(gateway->name, "rehearsal");
    assert_string_equal(gateway->request.method, "POST");
    assert_int_equal(gateway->request.body, GATEWAY_FORM);
    assert_int_equal(gateway->number, GATEWAY_E164);
    assert_string_equal(gateway->request.fields[0].name, "to");
    assert_string_equal(gateway->answer_id, "id");
    assert_int_equal(gateway->rules[0].low, 201);
    assert_int_equal(gateway->rules[0].high, 201);
    assert_null(gateway->rules[0].equals);
    assert_int_equal(gateway->rules[0].verdict, GATEWAY_ACCEPTED);
    const struct gateway_lookup *lookup = &gateway->lookup;
    assert_true(lookup->given);
    assert_string_equal(lookup->request.method, "GET");
    assert_string_equal(lookup->request.fields[0].value, "{{reference}}");
    assert_string_equal(lookup->id, "messages.0.id");
    assert_string_equal(lookup->reference, "messages.0.reference");
    assert_int_equal(lookup->rule_count, 6);
    assert_int_equal(lookup->rules[0].finding, GATEWAY_FINDS_TAKEN);
    assert_int_equal(lookup->rules[4].finding, GATEWAY_FINDS_ABSENT);
    assert_int_equal(lookup->settle_after, 300);
    assert_int_equal(lookup->forgets_after, 86400);
    assert_string_equal(gateway->receipt.status, "status");
    assert_int_equal(gateway->status_count, 4);
    assert_int_equal(gateway->statuses[1].means, GATEWAY_DELIVERED);
    assert_string_equal(gateway->reply.text, "text");
    assert_string_equal(gateway->tariff.currency, "GBP");
    assert_int_equal(gateway->tariff.united_kingdom, 35000);
    assert_int_equal(gateway->tariff.crown_dependencies, 70000);
    assert_int_equal(gateway->tariff.elsewhere, 90000);
    drop(&got);
    static const struct config_pair wrong[] = {{"base_urk", "x"}};
    read_named(&got, "rehearsal", "etc/muster.conf", wrong, 1);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_CONFIG);
    assert_int_equal(got.faults.count, 2);
    assert_non_null(strstr(buffer_text(&got.faults.text), "sms.variables.base_url is missing"));
    assert_non_null(strstr(buffer_text(&got.faults.text), "did you mean base_url"));
    drop(&got);
}

#define RULES "answer = { rules = ( { status = \"200\"; verdict = \"accepted\"; } ); };"

static void test_everything(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, "gateway = { request = { method = \"POST\"; url = \"https://sms.example/\";\n"
                    " number = \"digits\"; user = \"u\"; password = \"{{secret}}\";\n"
                    " headers = [ \"X-Key: {{secret}}\" ];\n"
                    " json = \"{\\\"to\\\":\\\"{{to}}\\\"\" \"}\"; };\n"
                    "answer = { id = \"m.0.id\"; rules = (\n"
                    " { status = 200; where = \"m.0.ok\"; equals = 1; verdict = \"accepted\"; },\n"
                    " { status = \"400-499\"; verdict = \"opted_out\"; } ); }; };");
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    assert_string_equal(got.gateway.name, "made");
    assert_string_equal(got.gateway.title, "made");
    assert_int_equal(got.gateway.request.body, GATEWAY_JSON);
    assert_string_equal(got.gateway.request.text, "{\"to\":\"{{to}}\"}");
    assert_int_equal(got.gateway.number, GATEWAY_DIGITS);
    assert_int_equal(got.gateway.request.header_count, 1);
    assert_string_equal(got.gateway.rules[0].equals, "1");
    assert_int_equal(got.gateway.rules[1].high, 499);
    assert_int_equal(got.gateway.rules[1].verdict, GATEWAY_OPTED_OUT);
    assert_string_equal(got.gateway.receipt.status, "");
    assert_string_equal(got.gateway.answer_type, "text/plain");
    assert_string_equal(got.gateway.tariff.currency, "");
    assert_int_equal(got.gateway.tariff.united_kingdom, TARIFF_UNKNOWN);
    assert_false(got.gateway.lookup.given);
    drop(&got);
}

#define CALLED(groups)                                                                             \
    "gateway = { request = { url = \"u\"; form = ( ); };" RULES "\n " groups " };"

/* Places where a provider tells why, several events in a call, and texts in parts. */
static void test_callbacks(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, CALLED("receipt = { format = \"json\"; list = \"results\"; id = \"id\";"
                           " only = { where = \"type\"; equals = [ \"sent\", \"final*\" ]; };"
                           " status = \"s\"; error = \"e.code\"; errors = ("
                           " { word = \"30005\"; means = \"number\"; },"
                           " { word = \"21610\"; means = \"opted_out\"; } ); };"
                           "reply = { format = \"json\"; list = \".\"; from = \"f\"; text = \"t\";"
                           " only = { where = \"type\"; equals = 7; };"
                           " part = { reference = \"r\"; total = \"n\"; number = \"p\"; };"
                           " answered = [ \"stop\" ]; };"));
    assert_string_equal(buffer_text(&got.faults.text), "");
    const struct gateway *gateway = &got.gateway;
    assert_string_equal(gateway->receipt.list, "results");
    assert_string_equal(gateway->receipt.only.where, "type");
    assert_int_equal(gateway->receipt.only.count, 2);
    assert_string_equal(gateway->receipt.only.equals[1], "final*");
    assert_string_equal(gateway->receipt.error, "e.code");
    assert_int_equal(gateway->error_count, 2);
    assert_int_equal(gateway->errors[0].means, GATEWAY_CAUSE_NUMBER);
    assert_int_equal(gateway->errors[1].means, GATEWAY_CAUSE_OPTED_OUT);
    assert_string_equal(gateway->reply.list, "");
    assert_int_equal(gateway->reply.only.count, 1);
    assert_string_equal(gateway->reply.only.equals[0], "7");
    assert_string_equal(gateway->reply.part.number, "p");
    assert_true(gateway->answers_stop);
    assert_false(gateway->answers_help);
    drop(&got);
    read_text(&got, CALLED("receipt = { id = \"id\"; status = \"s\"; };"));
    assert_true(got.ok);
    assert_null(got.gateway.receipt.list);
    assert_int_equal(got.gateway.receipt.only.count, 0);
    assert_int_equal(got.gateway.error_count, 0);
    assert_null(got.gateway.reply.part.reference);
    assert_int_equal(got.gateway.reply.utf16.count, 0);
    drop(&got);
    read_text(&got, CALLED("reply = { from = \"f\"; text = \"t\";"
                           " utf16 = { where = \"coding\"; equals = 2; }; };"));
    assert_true(got.ok);
    assert_string_equal(got.gateway.reply.utf16.where, "coding");
    assert_string_equal(got.gateway.reply.utf16.equals[0], "2");
    drop(&got);
}

#define REQUEST(more) "gateway = { request = { url = \"u\"; form = ( );\n " more " };" RULES "};"
#define WHERE(path)                                                                                \
    "gateway = { request = { url = \"u\"; form = ( ); };\n"                                        \
    "answer = { rules = ( { status = \"200\"; where = \"" path                                     \
    "\"; verdict = \"accepted\"; } ); }; };"
#define ANSWER(more)                                                                               \
    "gateway = { request = { url = \"u\"; form = ( ); };\n answer = { " more                       \
    " rules = ( { status = \"200\"; verdict = \"accepted\"; } ); }; };"
#define VARIABLES(list)                                                                            \
    "gateway = { variables = " list "; request = { url = \"u\"; form = ( ); };" RULES "};"

static void test_validity(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        struct gateway_validity validity;
    } cases[] = {
        {"", {GATEWAY_SECONDS, 1, INT32_MAX}},
        {"validity_unit = \"minutes\";", {GATEWAY_MINUTES, 1, INT32_MAX}},
        {"validity_unit = \"hours\"; validity_most = 72;", {GATEWAY_HOURS, 1, 72}},
        {"validity_unit = \"milliseconds\"; validity_least = 20000; validity_most = 604800000;",
         {GATEWAY_MILLISECONDS, 20000, 604800000}},
        {"validity_least = 5; validity_most = 5;", {GATEWAY_SECONDS, 5, 5}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct reading got;
        char text[512];
        (void)snprintf(text, sizeof text, REQUEST("%s"), cases[i].given);
        read_text(&got, text);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_int_equal(got.gateway.validity.unit, cases[i].validity.unit);
        assert_int_equal(got.gateway.validity.least, cases[i].validity.least);
        assert_int_equal(got.gateway.validity.most, cases[i].validity.most);
        drop(&got);
    }
}

/* A variable with a value of its own need not be given, and may be. */
static void test_variables(void **state)
{
    (void)state;
    static const char text[] =
        VARIABLES("( { name = \"base_url\"; value = \"https://sms.example\"; }, \"account\","
                  " { name = \"service\"; } )");
    static const struct config_pair given[] = {{"account", "1"}, {"base_url", "x"}};
    struct reading got;
    char config[128];
    (void)snprintf(config, sizeof config, "%s/muster.conf", scratch);
    read_text(&got, text);
    assert_false(got.ok);
    assert_int_equal(got.faults.count, 1);
    assert_non_null(strstr(buffer_text(&got.faults.text), "sms.variables.account is missing"));
    drop(&got);
    for (size_t count = 1; count <= 2; count++) {
        read_named(&got, "./made.conf", config, given, count);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_int_equal(got.gateway.variable_count, 3);
        assert_string_equal(got.gateway.variables[0].value, "https://sms.example");
        assert_null(got.gateway.variables[1].value);
        assert_string_equal(got.gateway.variables[2].name, "service");
        assert_string_equal(got.gateway.variables[2].value, "");
        drop(&got);
    }
}

#define LOOKUP(request, answer, more)                                                              \
    "gateway = { request = { url = \"u\"; form = ( ); };" RULES "\n lookup = { " request           \
    " answer = { " answer " }; " more " }; };"
#define ASKED "request = { url = \"u\"; };"
#define FOUND "{ status = \"200\"; where = \"s\"; verdict = \"found\"; }"

/* A look-up is a GET without a body unless it says otherwise. */
static void test_lookup(void **state)
{
    (void)state;
    struct reading got;
    read_text(&got, LOOKUP(ASKED, "rules = ( " FOUND " );", ""));
    assert_string_equal(buffer_text(&got.faults.text), "");
    assert_true(got.ok);
    const struct gateway_lookup *lookup = &got.gateway.lookup;
    assert_true(lookup->given);
    assert_string_equal(lookup->request.method, "GET");
    assert_int_equal(lookup->request.body, GATEWAY_FORM);
    assert_int_equal(lookup->request.field_count, 0);
    assert_string_equal(lookup->id, "");
    assert_string_equal(lookup->reference, "");
    assert_int_equal(lookup->settle_after, 300);
    assert_int_equal(lookup->forgets_after, 86400);
    drop(&got);
    read_text(&got, LOOKUP("request = { method = \"POST\"; url = \"u\"; user = \"a\"; password ="
                           " \"b\"; headers = [ \"A: b\" ]; json = \"{}\"; };",
                           "id = \"i\"; reference = \"r\"; rules = (\n"
                           "{ status = \"404\"; where = \"body\"; equals = \"none*\";"
                           " verdict = \"absent\"; },"
                           "{ status = \"500-599\"; verdict = \"unknown\"; } );",
                           "settle_after = 0; forgets_after = 1;"));
    assert_string_equal(buffer_text(&got.faults.text), "");
    lookup = &got.gateway.lookup;
    assert_string_equal(lookup->request.method, "POST");
    assert_int_equal(lookup->request.body, GATEWAY_JSON);
    assert_string_equal(lookup->request.text, "{}");
    assert_string_equal(lookup->request.user, "a");
    assert_int_equal(lookup->request.header_count, 1);
    assert_string_equal(lookup->id, "i");
    assert_string_equal(lookup->reference, "r");
    assert_int_equal(lookup->rules[0].finding, GATEWAY_FINDS_ABSENT);
    assert_int_equal(lookup->rules[1].finding, GATEWAY_FINDS_UNKNOWN);
    assert_int_equal(lookup->settle_after, 0);
    assert_int_equal(lookup->forgets_after, 1);
    drop(&got);
}

#define RULED(rule) LOOKUP(ASKED, "rules = ( " rule " );", "")
#define TIMED(more) LOOKUP(ASKED, "rules = ( " FOUND " );", more)

#define TARIFF(inside)                                                                             \
    "gateway = { request = { url = \"u\"; form = ( ); };\n tariff = { " inside " };\n" RULES "};"
#define PRICED(price) TARIFF("currency = \"GBP\"; united_kingdom = " price ";")
#define PRICE_WANTED                                                                               \
    "but must be a price such as \"0.0350\": at most 1000, with at most six decimals"

static const struct {
    const char *text;
    const char *fault;
} faults[] = {
    {"", "there is no group gateway"},
    {"gateway = 1;", "gateway must be a group"},
    {"gateway = { };", "gateway.request and gateway.answer must both be given"},
    {"gateway = { request = { url = \"u\"; form = ( ); }; answer = { }; };",
     "no rule that says \"accepted\""},
    {"gateway = { request = { form = ( ); };" RULES "};", "gateway.request.url is missing"},
    {"gateway = { request = { url = \"u\"; };" RULES "};", "needs one of form, json and xml"},
    {"gateway = { request = { url = \"u\"; json = \"{}\"; xml = \"x\"; };" RULES "};",
     "needs one of form, json and xml"},
    {"gateway = { request = { method = \"GET\"; url = \"u\"; json = \"{}\"; };" RULES "};",
     "a GET request has no body"},
    {"gateway = { request = { method = \"PUT\"; url = \"u\"; form = ( ); };" RULES "};",
     "gateway.request.method is \"PUT\", but must be \"POST\" or \"GET\""},
    {"gateway = { request = { url = \"u\"; form = ( 5 ); };" RULES "};",
     "gateway.request.form[0] must be"},
    {"gateway = { request = { url = \"u\"; form = ( { nam = \"x\"; } ); };" RULES "};",
     "gateway.request.form[0].nam is not known; did you mean name?"},
    {"gateway = { request = { url = \"u\"; form = ( ); headers = [ \"no colon\" ]; };" RULES "};",
     "must be \"Name: value\""},
    {"gateway = { request = { url = \"u\"; form = ( ); headers = [ \"A: b\\nC: d\" ]; };" RULES
     "};",
     "must be \"Name: value\""},
    {"gateway = { request = { url = \"u\"; form = ( ); };\n"
     "answer = { rules = ( { status = \"2xx\"; verdict = \"accepted\"; } ); }; };",
     ":2: gateway.answer.rules[0].status must be an HTTP status"},
    {"gateway = { request = { url = \"u\"; form = ( ); };\n"
     "answer = { rules = ( { status = \"403-401\"; verdict = \"accepted\"; } ); }; };",
     "status must be an HTTP status"},
    {"gateway = { request = { url = \"u\"; form = ( ); };\n"
     "answer = { rules = ( { status = \"200\"; verdict = \"acepted\"; } ); }; };",
     "verdict is \"acepted\", but must be"},
    {"gateway = { request = { url = \"u\"; form = ( ); };\n"
     "answer = { rules = ( { status = \"200\"; } ); }; };",
     "gateway.answer.rules[0].verdict is missing"},
    {"gateway = { request = { url = \"u\"; form = ( ); };\n"
     "answer = { rules = ( { status = \"200\"; equals = \"x\"; verdict = \"accepted\"; } ); };"
     "};",
     "equals needs a where"},
    {"gateway = { request = { url = \"u\"; form = ( ); };" RULES
     "receipt = { status = \"s\"; }; };",
     "gateway.receipt needs id, or reference"},
    {"gateway = { request = { url = \"u\"; form = ( ); };" RULES "reply = { from = \"f\"; }; };",
     "gateway.reply.text is missing"},
    {"gateway = { request = { url = \"u\"; form = ( ); };" RULES "receipt = { id = \"i\";"
     "status = \"s\"; statuses = ( { word = \"w\"; means = \"gone\"; } ); }; };",
     "means is \"gone\""},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; list = \"results\"; };"),
     ":2: a form is one event: gateway.receipt.list goes with json and xml"},
    {CALLED("receipt = { format = \"json\"; id = \"i\"; status = \"s\"; list = \"\"; };"),
     "gateway.receipt.list must not be empty"},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; errors = ( { word = \"1\"; means = "
            "\"number\"; } ); };"),
     ":2: gateway.receipt.errors needs an error"},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; error = \"e\"; errors = ( { word = \"1\"; "
            "means = \"dead\"; } ); };"),
     "means is \"dead\", but must be \"number\""},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; error = \"e\"; errors = ( \"1\" ); };"),
     "gateway.receipt.errors[0] must be { word"},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; only = \"SENT\"; };"),
     "gateway.receipt.only must be a group"},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; only = { where = \"t\"; }; };"),
     ":2: gateway.receipt.only.equals must say which words are meant"},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; only = { equals = \"t\"; }; };"),
     "gateway.receipt.only.where is missing"},
    {CALLED("receipt = { id = \"i\"; status = \"s\"; part = { }; };"),
     "gateway.receipt.part is not known"},
    {CALLED("reply = { from = \"f\"; text = \"t\"; part = { total = \"n\"; number = \"p\"; }; };"),
     "gateway.reply.part.reference is missing"},
    {CALLED("reply = { format = \"json\"; from = \"f\"; text = \"t\";"
            " utf16 = { where = \"c\"; equals = \"2\"; }; };"),
     ":2: json and xml hold no UTF-16: gateway.reply.utf16 goes with a form"},
    {CALLED("reply = { from = \"f\"; text = \"t\"; utf16 = { where = \"c\"; }; };"),
     "gateway.reply.utf16.equals must say which words are meant"},
    {CALLED("reply = { from = \"f\"; text = \"t\"; answered = [ \"start\" ]; };"),
     ":2: gateway.reply.answered[0] is \"start\", but must be \"stop\" or \"help\""},
    {CALLED("reply = { from = \"f\"; text = \"t\"; error = \"e\"; };"),
     "gateway.reply.error is not known"},
    {"gateway = { variables = [ \"9\" ]; request = { url = \"u\"; form = ( ); };" RULES "};",
     "a variable's name is"},
    {VARIABLES("( { name = \"9\"; value = \"\"; } )"), "a variable's name is"},
    {VARIABLES("( { value = \"x\"; } )"), "gateway.variables[0].name is missing"},
    {VARIABLES("( { name = \"x\"; preset = \"\"; } )"), "variables[0].preset is not known"},
    {REQUEST("validity_unit = \"days\";"),
     ":2: gateway.request.validity_unit is \"days\", but must be \"seconds\", \"milliseconds\","},
    {REQUEST("validity_least = 0;"), ":2: gateway.request.validity_least must be at least 1"},
    {REQUEST("validity_most = -1;"), "gateway.request.validity_most must be at least 1"},
    {REQUEST("validity_most = \"5\";"), "validity_most must be a whole number"},
    {REQUEST("validity_least = 6; validity_most = 5;"),
     "validity_most is less than validity_least"},
    {REQUEST("validity = 6;"), "gateway.request.validity is not known"},
    {WHERE("messages*.status"), ":2: gateway.answer.rules[0].where: a * stands for every element"},
    {WHERE("messages.*status"), "where: a * stands for every element"},
    {WHERE("messages.*.*x"), "where: a * stands for every element"},
    {WHERE("**"), "where: a * stands for every element"},
    {ANSWER("id = \"messages.*.id\";"), ":2: gateway.answer.id must be one place"},
    {ANSWER("id_text = \"Success\";"), ":2: gateway.answer.id_text must have one *"},
    {ANSWER("id_text = \"*, *\";"), "gateway.answer.id_text must have one *"},
    {"gateway = { tittle = \"x\"; request = { url = \"u\"; form = ( ); };" RULES "};",
     "gateway.tittle is not known; did you mean title?"},
    {"gateway = {", "syntax error"},
    {LOOKUP("", "", ""), ":2: gateway.lookup.request and gateway.lookup.answer must both be given"},
    {LOOKUP("request = { };", "rules = ( " FOUND " );", ""),
     "gateway.lookup.request.url is missing"},
    {LOOKUP("request = { url = \"u\"; number = \"e164\"; };", "rules = ( " FOUND " );", ""),
     "gateway.lookup.request.number is not known"},
    {LOOKUP("request = { url = \"u\"; json = \"{}\"; };", "rules = ( " FOUND " );", ""),
     "a GET request has no body"},
    {LOOKUP(ASKED, "", ""), "gateway.lookup.answer.rules must be given"},
    {LOOKUP(ASKED, "rule = 1;", ""), "did you mean rules?"},
    {LOOKUP(ASKED, "rules = ( " FOUND " );", "settles = 1;"),
     "gateway.lookup.settles is not known"},
    {RULED("{ status = \"200\"; where = \"s\"; verdict = \"accepted\"; }"),
     "verdict is \"accepted\", but must be \"unknown\", \"found\""},
    {RULED("{ status = \"200\"; verdict = \"found\"; }"),
     ":2: gateway.lookup.answer.rules[0] settles a message: it needs a where"},
    {RULED("{ status = \"404\"; verdict = \"absent\"; }"), "settles a message: it needs a where"},
    {RULED("{ status = \"404\"; where = \"error\"; verdict = \"absent\"; }"),
     "lets a message be sent again: it needs an equals"},
    {RULED("{ status = \"4o4\"; where = \"s\"; verdict = \"found\"; }"), "must be an HTTP status"},
    {TIMED("settle_after = -1;"), "gateway.lookup.settle_after must be 0 to 31622400 seconds"},
    {TIMED("settle_after = \"300\";"), "settle_after must be a whole number, without quotes"},
    {TIMED("settle_after = 31622401;"), "settle_after must be 0 to"},
    {TIMED("settle_after = 86400;"), "forgets_after must be more than settle_after"},
    {TIMED("forgets_after = 300;"), "forgets_after must be more than settle_after"},
    {"gateway = { request = { url = \"u\"; form = ( ); }; lookup = 5; " RULES "};",
     "gateway.lookup must be a group"},
    {TARIFF(""), ":2: gateway.tariff.currency is missing"},
    {TARIFF(""), ":2: gateway.tariff.united_kingdom is missing"},
    {TARIFF("united_kingdom = \"1\";"), "gateway.tariff.currency is missing"},
    {TARIFF("currency = \"\"; united_kingdom = \"1\";"), "currency must not be empty"},
    {TARIFF("currency = \"gbp\"; united_kingdom = \"1\";"),
     ":2: gateway.tariff.currency is \"gbp\", but must be a currency such as \"GBP\": three "
     "capital"},
    {TARIFF("currency = \"POUND\"; united_kingdom = \"1\";"), "currency is \"POUND\""},
    {TARIFF("currency = \"\xc2\xa3\"; united_kingdom = \"1\";"), "currency is \""},
    {TARIFF("currency = 826; united_kingdom = \"1\";"), "currency must be a text in quotes"},
    {TARIFF("currency = \"GBP\"; uk = \"1\";"), "gateway.tariff.uk is not known"},
    {TARIFF("currency = \"GBP\"; united_kingdom = \"1\"; elswhere = \"1\";"),
     "did you mean elsewhere?"},
    {TARIFF("currency = \"GBP\"; united_kingdom = \"1\"; elsewhere = \"x\";"),
     ":2: gateway.tariff.elsewhere is \"x\", " PRICE_WANTED},
    {TARIFF("currency = \"GBP\"; united_kingdom = \"1\"; crown_dependencies = \"\";"),
     "gateway.tariff.crown_dependencies is \"\", " PRICE_WANTED},
    {PRICED("0.035"), ":2: gateway.tariff.united_kingdom must be a text in quotes"},
    {PRICED("1"), "united_kingdom must be a text in quotes"},
    {PRICED("{ }"), "united_kingdom must be a text in quotes"},
    {PRICED("\"0,035\""), "united_kingdom is \"0,035\", " PRICE_WANTED},
    {PRICED("\"-0.035\""), PRICE_WANTED},
    {PRICED("\"0.0350001\""), PRICE_WANTED},
    {PRICED("\"1000.000001\""), PRICE_WANTED},
    {PRICED("\"99999999999999999999\""), PRICE_WANTED},
    {PRICED("\"0.035 GBP\""), PRICE_WANTED},
    {PRICED("\"3.5e-2\""), PRICE_WANTED},
    {"gateway = { request = { url = \"u\"; form = ( ); }; tariff = \"0.035\"; " RULES "};",
     "gateway.tariff must be a group"},
};

#define LIST "currency = \"EUR\"; united_kingdom = \"0.04\"; "

enum { NONE = TARIFF_UNKNOWN };

/* The profile's prices, those of the configuration, and what the branch pays. */
static const struct {
    const char *profile; /* NULL: no tariff */
    const char *price, *crown, *elsewhere, *currency;
    struct tariff paid;
} tariffs[] = {
    {NULL, "", "", "", "", {"", NONE, NONE, NONE}},
    {NULL, NULL, NULL, NULL, NULL, {"", NONE, NONE, NONE}},
    {NULL, "", "", "", "GBP", {"", NONE, NONE, NONE}},
    {NULL, "0.03", "", "", "", {"GBP", 30000, 30000, NONE}},
    {NULL, "0.03", "0.06", "0.1", "EUR", {"EUR", 30000, 60000, 100000}},
    {NULL, "", "", "0.1", "", {"GBP", NONE, NONE, 100000}},
    {NULL, "0", "", "", "", {"GBP", 0, 0, NONE}},
    {LIST, "", "", "", "", {"EUR", 40000, 40000, NONE}},
    {LIST, "", "", "", "EUR", {"EUR", 40000, 40000, NONE}},
    {LIST, "0.03", "", "", "", {"EUR", 30000, 30000, NONE}},
    {LIST "crown_dependencies = \"0.08\";", "0.03", "", "", "", {"EUR", 30000, 80000, NONE}},
    {LIST "elsewhere = \"0.000001\";", "", "0.07", "", "", {"EUR", 40000, 70000, 1}},
    {LIST "elsewhere = \"1000\";", "", "", "", "", {"EUR", 40000, 40000, 1000000000}},
    {LIST "elsewhere = \"0.09\";", "", "", "0.1", "EUR", {"EUR", 40000, 40000, 100000}},
    /* what is in another currency does not count */
    {LIST "crown_dependencies = \"0.08\"; elsewhere = \"0.09\";",
     "0.03",
     "",
     "",
     "GBP",
     {"GBP", 30000, 30000, NONE}},
};

static void test_tariffs(void **state)
{
    (void)state;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/muster.conf", scratch);
    for (size_t i = 0; i < ARRAY_LENGTH(tariffs); i++) {
        struct config config = {.path = path};
        config.sms.gateway = "./made.conf";
        config.sms.price = tariffs[i].price;
        config.sms.price_crown = tariffs[i].crown;
        config.sms.price_elsewhere = tariffs[i].elsewhere;
        config.sms.currency = tariffs[i].currency;
        const char *profile = tariffs[i].profile;
        char text[512];
        (void)snprintf(text, sizeof text,
                       "gateway = { request = { url = \"u\"; form = ( ); };" RULES " %s%s%s };",
                       profile == NULL ? "" : "tariff = { ", profile == NULL ? "" : profile,
                       profile == NULL ? "" : " };");
        (void)scratch_text("made.conf", text);
        struct reading got;
        read_configured(&got, &config);
        assert_string_equal(buffer_text(&got.faults.text), "");
        assert_true(got.ok);
        const struct tariff *paid = &got.gateway.tariff;
        const struct tariff *wanted = &tariffs[i].paid;
        if (strcmp(paid->currency, wanted->currency) != 0 ||
            paid->united_kingdom != wanted->united_kingdom ||
            paid->crown_dependencies != wanted->crown_dependencies ||
            paid->elsewhere != wanted->elsewhere) {
            fail_msg("case %zu: %s %lld %lld %lld", i, paid->currency,
                     (long long)paid->united_kingdom, (long long)paid->crown_dependencies,
                     (long long)paid->elsewhere);
        }
        drop(&got);
    }
}

static void test_two_currencies(void **state)
{
    (void)state;
    static const struct config_pair variables[] = {{"base_url", "http://127.0.0.1:1"}};
    struct config config = {.path = "etc/muster.conf"};
    config.sms.gateway = "rehearsal";
    config.sms.variables = variables;
    config.sms.variable_count = 1;
    config.sms.price_crown = "0.05";
    config.sms.currency = "EUR";
    struct reading got;
    read_configured(&got, &config);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_CONFIG);
    assert_string_equal(
        buffer_text(&got.faults.text),
        "etc/muster.conf: sms.price is missing: sms.currency is EUR, but the prices "
        "of the gateway profile rehearsal are in GBP\n");
    drop(&got);
}

static void test_faults(void **state)
{
    (void)state;
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

static void test_missing(void **state)
{
    (void)state;
    struct reading got;
    read_named(&got, "nowhere-sms", "etc/muster.conf", NULL, 0);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_NO_INPUT);
    assert_non_null(strstr(got.err.text, "etc/gateways/nowhere-sms.conf"));
    drop(&got);
    read_named(&got, "", "etc/muster.conf", NULL, 0);
    assert_false(got.ok);
    assert_int_equal(got.err.kind, ERROR_CONFIG);
    drop(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rehearsal), cmocka_unit_test(test_everything),
        cmocka_unit_test(test_faults),    cmocka_unit_test(test_missing),
        cmocka_unit_test(test_tariffs),   cmocka_unit_test(test_two_currencies),
        cmocka_unit_test(test_lookup),    cmocka_unit_test(test_callbacks),
        cmocka_unit_test(test_lookup),    cmocka_unit_test(test_validity),
        cmocka_unit_test(test_variables),
    };
    return cmocka_run_group_tests_name("gateway", tests, scratch_make, scratch_clear);
}
