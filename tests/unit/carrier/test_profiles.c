/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profiles that come with muster: the request that each provider gets, and what its answers
 * mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/text.h"
#include "sms_private.h"

#define TEXT                                                                                       \
    "Vote \xe2\x80\x93 \xc2\xa3"                                                                   \
    "5 & \"more\"\n"
#define UNICODE "\xc5\xb5"

static const struct config_pair twilio_variables[] = {{"account_sid", "AC1"}};
static const struct config_pair kannel_variables[] = {{"base_url", "http://sms.example:13013"},
                                                      {"username", "branch"}};
static const struct config_pair infobip_variables[] = {{"base_url", "https://x.api.example"}};
static const struct config_pair sinch_variables[] = {{"region", "eu"}, {"service_plan_id", "p1"}};

struct answer_case {
    int status;
    const char *body;
    enum carrier_verdict verdict;
    bool about_us;
    bool opted_out;
    const char *id;
};

enum { PARTS_MOST = 8, ANSWERS_MOST = 9 };

static const struct profile {
    const char *name;
    const struct config_pair *variables;
    size_t variable_count;
    const char *url;               /* begins so */
    const char *parts[PARTS_MOST]; /* what stands in the body, or in the URL of a GET */
    const char *header;            /* one of its headers; NULL: none need be */
    const char *user;
    struct answer_case answers[ANSWERS_MOST];
} profiles[] = {
    {"twilio",
     twilio_variables,
     1,
     "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
     {"To=%2B447700900123&From=%2B447700900999&Body=Vote%20%E2%80%93%20%C2%A35%20%26%20%22more%22",
      "&StatusCallback=https%3A%2F%2Fm.example%2Fr", "&ValidityPeriod=36000"},
     NULL,
     "AC1",
     {{201, "{\"sid\":\"SM1\",\"status\":\"queued\"}", CARRIER_ACCEPTED, false, false, "SM1"},
      {400, "{\"code\":21211,\"message\":\"bad\"}", CARRIER_REFUSED, false, false, NULL},
      {400, "{\"code\":21610,\"message\":\"STOP\"}", CARRIER_REFUSED, false, true, NULL},
      {400, "{\"code\":21606,\"message\":\"from\"}", CARRIER_DEFERRED, true, false, NULL},
      {401, "{\"code\":20003,\"message\":\"who\"}", CARRIER_DEFERRED, true, false, NULL},
      {429, "{\"code\":20429,\"message\":\"slow\"}", CARRIER_DEFERRED, false, false, NULL}}},
    {"kannel",
     kannel_variables,
     2,
     "http://sms.example:13013/cgi-bin/sendsms?",
     {"username=branch&password=se%2Fcret&from=%2B447700900999&to=%2B447700900123&text=Vote%20",
      "&charset=UTF-8&coding=2&validity=2880&dlr-mask=27",
      "&dlr-url=https%3A%2F%2Fm.example%2Fr%3Freference%3Dref1%26status%3D%25d"},
     NULL,
     "",
     {{202, "0: Accepted for delivery", CARRIER_ACCEPTED, false, false, NULL},
      {202, "3: Queued for later delivery", CARRIER_ACCEPTED, false, false, NULL},
      {403, "Authorization failed for sendsms", CARRIER_DEFERRED, true, false, NULL},
      {503, "Temporal failure, try again later.", CARRIER_DEFERRED, false, false, NULL}}},
    {"infobip",
     infobip_variables,
     1,
     "https://x.api.example/sms/2/text/advanced",
     {"{\"to\":\"447700900123\",\"messageId\":\"ref1\"}",
      "\"text\":\"Vote \xe2\x80\x93 \xc2\xa3"
      "5 & \\\"more\\\"\\n",
      "\"notifyUrl\":\"https://m.example/r\"", "\"validityPeriod\":2880"},
     "Authorization: App se/cret",
     "",
     {{200, "{\"messages\":[{\"messageId\":\"ref1\",\"status\":{\"groupId\":1,\"id\":26}}]}",
       CARRIER_ACCEPTED, false, false, "ref1"},
      {200, "{\"messages\":[{\"messageId\":\"ref1\",\"status\":{\"groupId\":5,\"id\":52}}]}",
       CARRIER_REFUSED, false, false, NULL},
      {200, "{\"messages\":[{\"messageId\":\"ref1\",\"status\":{\"groupId\":5,\"id\":12}}]}",
       CARRIER_DEFERRED, true, false, NULL},
      {200, "{\"messages\":[{\"messageId\":\"ref1\",\"status\":{\"groupId\":5,\"id\":23}}]}",
       CARRIER_UNSURE, false, false, NULL},
      {401, "{\"requestError\":{\"serviceException\":{}}}", CARRIER_DEFERRED, true, false, NULL},
      {429, "{\"requestError\":{\"serviceException\":{}}}", CARRIER_DEFERRED, false, false, NULL}}},
    {"messagebird",
     NULL,
     0,
     "https://rest.messagebird.com/messages",
     {"\"recipients\":[\"447700900123\"]",
      "\"body\":\"Vote \xe2\x80\x93 \xc2\xa3"
      "5 & \\\"more\\\"",
      "\"reference\":\"ref1\"", "\"validity\":172800"},
     "Authorization: AccessKey se/cret",
     "",
     {{201, "{\"id\":\"abc\"}", CARRIER_ACCEPTED, false, false, "abc"},
      {422, "{\"errors\":[{\"code\":9}]}", CARRIER_REFUSED, false, false, NULL},
      {422, "{\"errors\":[{\"code\":25}]}", CARRIER_DEFERRED, true, false, NULL},
      {401, "{\"errors\":[{\"code\":2}]}", CARRIER_DEFERRED, true, false, NULL},
      {429, "{}", CARRIER_DEFERRED, false, false, NULL}}},
    {"gatewayapi",
     NULL,
     0,
     "https://gatewayapi.com/rest/mtsms",
     {"\"recipients\":[{\"msisdn\":447700900123}]", "\"userref\":\"ref1\"",
      "\"validity_period\":172800", "\"encoding\":\"UCS2\""},
     NULL,
     "se/cret",
     {{200, "{\"ids\":[421332671],\"usage\":{}}", CARRIER_ACCEPTED, false, false, "421332671"},
      {422, "{\"code\":\"0x0216\",\"message\":\"no\"}", CARRIER_REFUSED, false, false, NULL},
      {401, "{\"code\":\"0x0101\"}", CARRIER_DEFERRED, true, false, NULL},
      {403, "{\"code\":\"0x0102\"}", CARRIER_DEFERRED, true, false, NULL}}},
    {"telnyx",
     NULL,
     0,
     "https://api.telnyx.com/v2/messages",
     {"\"from\":\"+447700900999\",\"to\":\"+447700900123\"",
      "\"webhook_url\":\"https://m.example/r\""},
     "Authorization: Bearer se/cret",
     "",
     {{200, "{\"data\":{\"id\":\"a-b\"}}", CARRIER_ACCEPTED, false, false, "a-b"},
      {400, "{\"errors\":[{\"code\":\"40001\"}]}", CARRIER_REFUSED, false, false, NULL},
      {400, "{\"errors\":[{\"code\":\"40300\"}]}", CARRIER_REFUSED, false, true, NULL},
      {400, "{\"errors\":[{\"code\":\"40011\"}]}", CARRIER_DEFERRED, false, false, NULL},
      {403, "{\"errors\":[{\"code\":\"10009\"}]}", CARRIER_DEFERRED, true, false, NULL},
      {429, "{}", CARRIER_DEFERRED, false, false, NULL}}},
    {"sinch",
     sinch_variables,
     2,
     "https://eu.sms.api.sinch.com/xms/v1/p1/batches",
     {"\"to\":[\"447700900123\"]", "\"client_reference\":\"ref1\"",
      "\"callback_url\":\"https://m.example/r\""},
     "Authorization: Bearer se/cret",
     "",
     {{201, "{\"id\":\"b1\",\"canceled\":false}", CARRIER_ACCEPTED, false, false, "b1"},
      {400, "{\"code\":\"syntax_invalid_parameter_format\",\"text\":\"no\"}", CARRIER_REFUSED,
       false, false, NULL},
      {401, "", CARRIER_DEFERRED, true, false, NULL},
      {429, "", CARRIER_DEFERRED, false, false, NULL}}},
    {"firetext",
     NULL,
     0,
     "https://www.firetext.co.uk/api/sendsms/json",
     {"apiKey=se%2Fcret&from=447700900999&to=447700900123&message=Vote%20", "&reference=ref1",
      "&receipt=https%3A%2F%2Fm.example%2Fr"},
     NULL,
     "",
     {{200, "{\"code\":0,\"description\":\"SMS successfully queued\"}", CARRIER_ACCEPTED, false,
       false, NULL},
      {200, "{\"code\":2}", CARRIER_REFUSED, false, false, NULL},
      {200, "{\"code\":1}", CARRIER_DEFERRED, true, false, NULL},
      {200, "{\"code\":7}", CARRIER_DEFERRED, true, false, NULL}}},
};

/* What nobody can know the meaning of, whoever it is from. */
static const struct answer_case doubtful[] = {
    {200, "<html>Welcome</html>", CARRIER_UNSURE, false, false, NULL},
    {200, "", CARRIER_UNSURE, false, false, NULL},
    {201, "{\"what\":1}", CARRIER_UNSURE, false, false, NULL},
    {500, "oops", CARRIER_UNSURE, false, false, NULL},
    {502, "<html>Bad gateway</html>", CARRIER_UNSURE, false, false, NULL},
};

struct scene {
    struct arena *arena;
    struct config config;
    struct gateway gateway;
};

static char secret_path[] = "/tmp/muster-test-XXXXXX";

static int make_secret(void **state)
{
    (void)state;
    const int fd = mkstemp(secret_path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "se/cret\n", 8), 8);
    assert_int_equal(close(fd), 0);
    return 0;
}

static int drop_secret(void **state)
{
    (void)state;
    return unlink(secret_path);
}

static void open_scene(struct scene *scene, const struct profile *profile)
{
    struct faults faults;
    struct error err = {.kind = ERROR_NONE};
    *scene = (struct scene){.arena = arena_create(), .config = {.path = "etc/muster.conf"}};
    scene->config.sms.gateway = profile->name;
    scene->config.sms.sender = "+447700900999";
    scene->config.sms.secret_file = secret_path;
    scene->config.sms.callback_secret_file = "";
    scene->config.sms.variables = profile->variables;
    scene->config.sms.variable_count = profile->variable_count;
    faults_init(&faults);
    if (!gateway_read(&scene->config, scene->arena, &faults, &scene->gateway, &err)) {
        fail_msg("%s: %s\n%s", profile->name, err.text, buffer_text(&faults.text));
    }
    faults_free(&faults);
}

static bool has_header(const struct curl_slist *headers, const char *wanted)
{
    bool found = wanted == NULL;
    for (; headers != NULL && !found; headers = headers->next) {
        found = text_equal(headers->data, wanted);
    }
    return found;
}

static void check_request(const struct scene *scene, const struct profile *profile)
{
    struct sms_recipe *recipe = NULL;
    struct sms_request request;
    struct error err = {.kind = ERROR_NONE};
    const struct parcel parcel = {.reference = "ref1",
                                  .to = "+447700900123",
                                  .body = TEXT UNICODE,
                                  .length = strlen(TEXT UNICODE),
                                  .validity = 172800};
    sms_request_init(&request);
    if (!sms_recipe_create(&scene->config, &scene->gateway, SMS_SUBMISSION, "https://m.example/r",
                           "https://m.example/p", &recipe, &err) ||
        !sms_request_make(recipe, &parcel, &request, &err)) {
        fail_msg("%s: %s", profile->name, err.text);
    }
    const char *url = buffer_text(&request.url);
    const bool by_get = strcmp(scene->gateway.request.method, "GET") == 0;
    const char *body = by_get ? url : buffer_text(&request.body);
    for (size_t i = 0; i < PARTS_MOST && profile->parts[i] != NULL; i++) {
        if (strstr(body, profile->parts[i]) == NULL) {
            fail_msg("%s: no %s in\n%s", profile->name, profile->parts[i], body);
        }
    }
    if (strncmp(url, profile->url, strlen(profile->url)) != 0 ||
        !has_header(request.headers, profile->header) ||
        !text_equal(sms_recipe_user(recipe), profile->user)) {
        fail_msg("%s: address, header or user: %s", profile->name, url);
    }
    if (scene->gateway.request.body == GATEWAY_JSON) {
        struct json *json = NULL;
        assert_true(json_parse(body, strlen(body), &json, NULL));
        json_free(&json);
    }
    sms_request_free(&request);
    sms_recipe_free(&recipe);
}

static void check_answer(const struct scene *scene, const struct profile *profile,
                         const struct answer_case *given)
{
    struct parcel parcel = {.reference = "ref1", .answer = ""};
    const struct sms_answer answer = {
        .status = given->status, .body = given->body, .length = strlen(given->body)};
    const bool about_us = sms_judge(&scene->gateway, &answer, &parcel, scene->arena);
    if (parcel.verdict != given->verdict || about_us != given->about_us ||
        parcel.opted_out != given->opted_out ||
        (given->id != NULL && !text_equal(parcel.remote_id, given->id))) {
        fail_msg("%s: %d %s: %d, about us %d, opted out %d, id %s", profile->name, given->status,
                 given->body, parcel.verdict, about_us, parcel.opted_out,
                 parcel.remote_id == NULL ? "-" : parcel.remote_id);
    }
}

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct scene scene;
        open_scene(&scene, &profiles[i]);
        check_request(&scene, &profiles[i]);
        arena_free(&scene.arena);
    }
}

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct scene scene;
        open_scene(&scene, &profiles[i]);
        for (size_t k = 0; k < ANSWERS_MOST && profiles[i].answers[k].status != 0; k++) {
            check_answer(&scene, &profiles[i], &profiles[i].answers[k]);
        }
        for (size_t k = 0; k < ARRAY_LENGTH(doubtful); k++) {
            check_answer(&scene, &profiles[i], &doubtful[k]);
        }
        arena_free(&scene.arena);
    }
}

/* A text that has less left than a provider keeps one for at least is not handed over. */
static void test_validity(void **state)
{
    (void)state;
    struct scene scene;
    struct sms_recipe *recipe = NULL;
    struct sms_request request;
    struct error err = {.kind = ERROR_NONE};
    struct parcel parcel = {
        .reference = "r", .to = "+447700900123", .body = "x", .length = 1, .validity = 59};
    open_scene(&scene, &profiles[1]);
    sms_request_init(&request);
    assert_true(
        sms_recipe_create(&scene.config, &scene.gateway, SMS_SUBMISSION, "", "", &recipe, &err));
    assert_false(sms_request_make(recipe, &parcel, &request, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    parcel.validity = 119;
    assert_true(sms_request_make(recipe, &parcel, &request, NULL));
    assert_non_null(strstr(buffer_text(&request.url), "&validity=1&"));
    assert_non_null(strstr(buffer_text(&request.url), "&coding=0&"));
    sms_request_free(&request);
    sms_recipe_free(&recipe);
    arena_free(&scene.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_validity),
    };
    return cmocka_run_group_tests_name("carrier/profiles", tests, make_secret, drop_secret);
}
