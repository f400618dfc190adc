/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request says of a message in the provider's own terms, and what rules make of answers that
 * are lists or plain text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "sms_private.h"

/* A profile made for one test: a form with one field, in which the template stands. */
struct draft {
    struct arena *arena;
    struct config config;
    struct config_pair field;
    struct gateway gateway;
    struct sms_recipe *recipe;
    struct sms_request request;
    struct error err;
};

static void open_draft(struct draft *draft, const char *template, struct gateway_validity validity)
{
    *draft = (struct draft){.arena = arena_create(), .field = {"v", template}};
    draft->config.sms.sender = "+447700900999";
    draft->config.sms.secret_file = "";
    draft->gateway.name = "made";
    draft->gateway.validity = validity;
    draft->gateway.request = (struct gateway_request){.method = "POST",
                                                      .url = "http://127.0.0.1:9/",
                                                      .user = "",
                                                      .password = "",
                                                      .fields = &draft->field,
                                                      .field_count = 1,
                                                      .text = ""};
    sms_request_init(&draft->request);
    if (!sms_recipe_create(&draft->config, &draft->gateway, SMS_SUBMISSION, "", "", &draft->recipe,
                           &draft->err)) {
        fail_msg("%s", draft->err.text);
    }
}

/* The body that this text gets, or NULL. */
static const char *make(struct draft *draft, const char *text, int64_t validity)
{
    const struct parcel parcel = {.reference = "ref1",
                                  .to = "+447700900123",
                                  .body = text,
                                  .length = strlen(text),
                                  .validity = validity};
    return sms_request_make(draft->recipe, &parcel, &draft->request, &draft->err)
               ? buffer_text(&draft->request.body)
               : NULL;
}

static void close_draft(struct draft *draft)
{
    sms_recipe_free(&draft->recipe);
    sms_request_free(&draft->request);
    arena_free(&draft->arena);
}

/* Seconds that are left, and what the provider is told; NULL: the text is not handed over. */
static const struct {
    struct gateway_validity bounds;
    int64_t left;
    const char *told;
} validities[] = {
    {{GATEWAY_SECONDS, 1, INT32_MAX}, 3600, "v=3600"},
    {{GATEWAY_SECONDS, 1, INT32_MAX}, 1, "v=1"},
    {{GATEWAY_SECONDS, 1, INT32_MAX}, 0, NULL},
    {{GATEWAY_SECONDS, 1, INT32_MAX}, -5, NULL},
    {{GATEWAY_SECONDS, 1, 36000}, 172800, "v=36000"},
    {{GATEWAY_SECONDS, 60, 36000}, 60, "v=60"},
    {{GATEWAY_SECONDS, 60, 36000}, 59, NULL},
    {{GATEWAY_MILLISECONDS, 20000, 604800000}, 172800, "v=172800000"},
    {{GATEWAY_MILLISECONDS, 20000, 604800000}, 20, "v=20000"},
    {{GATEWAY_MILLISECONDS, 20000, 604800000}, 19, NULL},
    {{GATEWAY_MINUTES, 1, 2880}, 3600, "v=60"},
    {{GATEWAY_MINUTES, 1, 2880}, 3599, "v=59"},
    {{GATEWAY_MINUTES, 1, 2880}, 119, "v=1"},
    {{GATEWAY_MINUTES, 1, 2880}, 59, NULL},
    {{GATEWAY_HOURS, 1, 72}, 172800, "v=48"},
    {{GATEWAY_HOURS, 1, 24}, 172800, "v=24"},
    {{GATEWAY_HOURS, 1, 72}, 7199, "v=1"},
    {{GATEWAY_HOURS, 1, 72}, 3599, NULL},
};

static void test_validity(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(validities); i++) {
        struct draft draft;
        open_draft(&draft, "{{validity}}", validities[i].bounds);
        const char *body = make(&draft, "ok", validities[i].left);
        if (!text_equal(body, validities[i].told)) {
            fail_msg("case %zu: %s", i, body == NULL ? draft.err.text : body);
        }
        if (body == NULL) {
            assert_int_equal(draft.err.kind, ERROR_DATA);
            assert_non_null(strstr(draft.err.text, "deadline is nearer"));
        }
        close_draft(&draft);
    }
}

/* A provider that is not told until when gets every text. */
static void test_no_validity(void **state)
{
    (void)state;
    struct draft draft;
    open_draft(&draft, "{{text}}", (struct gateway_validity){GATEWAY_HOURS, 1, 72});
    assert_string_equal(make(&draft, "ok", 5), "v=ok");
    close_draft(&draft);
}

/* An instant, never after the one that is meant, and with the same bounds. */
static void test_expires(void **state)
{
    (void)state;
    static const struct {
        int64_t left, told;
    } cases[] = {{3600, 3600}, {3599, 3540}, {172800, 86400}, {60, 60}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct draft draft;
        open_draft(&draft, "{{expires}}", (struct gateway_validity){GATEWAY_MINUTES, 1, 1440});
        int64_t before = clock_now() / CLOCK_SECOND * CLOCK_SECOND;
        const char *body = make(&draft, "ok", cases[i].left);
        int64_t after = clock_now();
        assert_non_null(body);
        int64_t told = 0;
        /* v=2026-12-01T10%3A00%3A00Z */
        assert_int_equal(strlen(body), 26);
        assert_true(clock_parse(
            arena_printf(draft.arena, "%.13s:%.2s:%.3s", body + 2, body + 18, body + 23), &told));
        assert_in_range(told - cases[i].told * CLOCK_SECOND, before, after);
        assert_null(make(&draft, "ok", 59));
        close_draft(&draft);
    }
}

static void test_unicode(void **state)
{
    (void)state;
    static const struct {
        const char *text, *told;
    } cases[] = {
        {"Vote \xC2\xA3 [now] \xE2\x82\xAC", "v=gsm"}, /* the euro is in the extension */
        {"Pleidleisiwch dros eich t\xC5\xB7", "v=ucs"},
        {"Vote \xF0\x9F\x98\x80", "v=ucs"},
        {"Vote \xE2\x80\x93 now", "v=ucs"},
        {"not UTF-8: \xFF", "v=ucs"},
    };
    struct draft draft;
    open_draft(&draft, "{{#unicode}}ucs{{/unicode}}{{^unicode}}gsm{{/unicode}}",
               (struct gateway_validity){GATEWAY_SECONDS, 1, 60});
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(make(&draft, cases[i].text, 60), cases[i].told);
    }
    close_draft(&draft);
}

static void test_utf16(void **state)
{
    (void)state;
    struct draft draft;
    open_draft(&draft, "{{#unicode}}{{text_utf16}}{{/unicode}}",
               (struct gateway_validity){GATEWAY_SECONDS, 1, 60});
    assert_string_equal(make(&draft, "t\xC5\xB7\n\xF0\x9F\x98\x80", 60), "v=00740177000AD83DDE00");
    assert_string_equal(make(&draft, "\xFF", 60), "v=FFFD");
    assert_string_equal(make(&draft, "plain", 60), "");
    close_draft(&draft);
}

/* A variable's own value holds until the branch has one. */
static void test_variables(void **state)
{
    (void)state;
    static const struct config_pair asked[] = {{"host", "a.example"}, {"path", NULL}, {"more", ""}};
    static const struct config_pair given[] = {{"path", "sms"}, {"host", "b.example"}};
    for (size_t count = 1; count <= 2; count++) {
        struct draft draft;
        open_draft(&draft, "x", (struct gateway_validity){GATEWAY_SECONDS, 1, 60});
        sms_recipe_free(&draft.recipe);
        draft.gateway.variables = asked;
        draft.gateway.variable_count = ARRAY_LENGTH(asked);
        draft.config.sms.variables = given;
        draft.config.sms.variable_count = count;
        draft.gateway.request.url = "https://{{host}}/{{path}}{{#more}}?more={{more}}{{/more}}";
        assert_true(sms_recipe_create(&draft.config, &draft.gateway, SMS_SUBMISSION, "", "",
                                      &draft.recipe, &draft.err));
        assert_non_null(make(&draft, "ok", 60));
        assert_string_equal(buffer_text(&draft.request.url),
                            count == 1 ? "https://a.example/sms" : "https://b.example/sms");
        close_draft(&draft);
    }
}

/* Rules over the elements of a list: all, and at least one. */
static void test_lists(void **state)
{
    (void)state;
    static const struct gateway_rule rules[] = {
        {200, 200, "m.*.s", "0", GATEWAY_ACCEPTED, GATEWAY_FINDS_UNKNOWN},
        {200, 200, "m.*.s", "1*", GATEWAY_THROTTLED, GATEWAY_FINDS_UNKNOWN},
        {200, 200, "m.*.to.*", NULL, GATEWAY_REFUSED, GATEWAY_FINDS_UNKNOWN},
        {201, 201, "*", "yes", GATEWAY_ACCEPTED, GATEWAY_FINDS_UNKNOWN},
        {201, 201, "*.t", "yes", GATEWAY_ACCEPTED, GATEWAY_FINDS_UNKNOWN},
    };
    static const struct {
        int status;
        const char *body;
        enum carrier_verdict verdict;
    } cases[] = {
        {200, "{\"m\":[{\"s\":\"0\"}]}", CARRIER_ACCEPTED},
        {200, "{\"m\":[{\"s\":0},{\"s\":\"0\"},{\"s\":0}]}", CARRIER_ACCEPTED},
        {200, "{\"m\":[{\"s\":\"0\"},{\"s\":\"1\"}]}", CARRIER_UNSURE},
        {200, "{\"m\":[{\"s\":\"1\"},{\"s\":\"10\"}]}", CARRIER_DEFERRED},
        {200, "{\"m\":[{\"s\":\"0\"},{}]}", CARRIER_UNSURE},
        {200, "{\"m\":[]}", CARRIER_UNSURE},
        {200, "{\"m\":{\"s\":\"0\"}}", CARRIER_UNSURE},
        {200, "{\"m\":{\"0\":{\"s\":\"0\"}}}", CARRIER_UNSURE},
        {200, "{\"m\":\"0\"}", CARRIER_UNSURE},
        {200, "{}", CARRIER_UNSURE},
        {200, "{\"m\":[{\"to\":[1,2]},{\"to\":[{}]}]}", CARRIER_REFUSED},
        {200, "{\"m\":[{\"to\":[1,2]},{\"to\":[]}]}", CARRIER_UNSURE},
        {200, "{\"m\":[{\"to\":[1,null]}]}", CARRIER_UNSURE},
        {201, "[\"yes\",\"yes\"]", CARRIER_ACCEPTED},
        {201, "[\"yes\",\"no\"]", CARRIER_UNSURE},
        {201, "[{\"t\":\"yes\"}]", CARRIER_ACCEPTED},
        {201, "[]", CARRIER_UNSURE},
        {201, "yes", CARRIER_UNSURE},
        {201, "\"yes\"", CARRIER_UNSURE},
    };
    const struct gateway gateway = {
        .rules = rules, .rule_count = ARRAY_LENGTH(rules), .answer_id = ""};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct sms_answer answer = {cases[i].status, cases[i].body, strlen(cases[i].body), 0};
        struct parcel parcel = {.verdict = CARRIER_UNTOUCHED};
        assert_false(sms_judge(&gateway, &answer, &parcel, arena));
        if (parcel.verdict != cases[i].verdict) {
            fail_msg("case %zu: %d", i, parcel.verdict);
        }
    }
}

/* An id in plain text. */
static void test_text_id(void **state)
{
    (void)state;
    static const struct gateway_rule rules[] = {
        {200, 200, "body", "Success*", GATEWAY_ACCEPTED, GATEWAY_FINDS_UNKNOWN}};
    static const struct {
        const char *pattern, *body, *id;
    } cases[] = {
        {"Success \"*\"", "Success \"07033084-5cfd\"", "07033084-5cfd"},
        {"Success \"*\"", " Success \"7\" \r\n", "7"},
        {"Success \"*\"", "Success \"\"", NULL},
        {"Success \"*\"", "Success \"", NULL},
        {"Success \"*\"", "Success 7", NULL},
        {"Success \"*\"", "Success \"a\nb\"", NULL},
        {"Success \"*\"", "Success \"a\xFF\"", NULL},
        {"Success *", "Success 7", "7"},
        {"*", "Success", "Success"},
    };
    struct gateway gateway = {.rules = rules, .rule_count = 1, .answer_id = ""};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct sms_answer answer = {200, cases[i].body, strlen(cases[i].body), 0};
        struct parcel parcel = {.verdict = CARRIER_UNTOUCHED};
        gateway.answer_id_text = cases[i].pattern;
        assert_false(sms_judge(&gateway, &answer, &parcel, arena));
        assert_int_equal(parcel.verdict, CARRIER_ACCEPTED);
        if (!text_equal(parcel.remote_id, cases[i].id)) {
            fail_msg("case %zu: %s", i, parcel.remote_id == NULL ? "none" : parcel.remote_id);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_validity), cmocka_unit_test(test_no_validity),
        cmocka_unit_test(test_expires),  cmocka_unit_test(test_unicode),
        cmocka_unit_test(test_utf16),    cmocka_unit_test(test_variables),
        cmocka_unit_test(test_lists),    cmocka_unit_test(test_text_id),
    };
    return cmocka_run_group_tests_name("sms_request", tests, NULL, NULL);
}
