/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a message, and the check for others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/message/fields.h"

static const char values_text[] =
    "{\"first_name\":\"Margaret\",\"last_name\":\"Okonkwo\",\"full_name\":\"Margaret Okonkwo\","
    "\"number\":\"1000123\",\"employer\":\"Anytown Trust\",\"workplace\":\"Anytown General\","
    "\"branch\":\"Anytown Health\",\"job\":\"Nurse\",\"band\":\"5\","
    "\"organisation\":{\"name\":\"Anytown Health Branch\"},"
    "\"ballot\":{\"title\":\"the pay "
    "ballot\",\"opens\":\"2026-11-24\",\"last_post\":\"2026-12-15\",\"replacements_until\":\"2026-"
    "12-11\","
    "\"closes\":\"2026-12-21 12:00\"},\"unit\":{\"name\":\"Anytown Trust\"},"
    "\"action\":{\"title\":\"Rally\",\"place\":\"Jubilee Square\",\"date\":\"2026-12-08\","
    "\"time\":\"17:30\",\"until\":\"19:00\",\"contact\":\"Bea\",\"why\":\"it rains\"},"
    "\"links\":{\"unsubscribe\":\"https://anytown.example/u/abc\","
    "\"answer\":\"https://anytown.example/b/abc\"}}";

static struct json *read_json(const char *text)
{
    struct json *value = NULL;
    struct error err;
    if (!json_parse(text, strlen(text), &value, &err)) {
        fail_msg("bad test data %s: %s", text, err.text);
    }
    return value;
}

static const char *foot(const char *name, void *context, struct arena *arena)
{
    (void)name;
    (void)context;
    return arena_text(arena, "\n {{organisation.nam}}");
}

static const char *const details[] = {"place", "speakers"};
static const bool lists[] = {false, true};
static const struct fields_known known = {.details = details, .lists = lists, .detail_count = 2};

static const struct {
    const char *template;
    const char *faults;
} checks[] = {
    {"{{first_name}} {{ballot.closes | date \"%d\"}} {{unit.name}}", ""},
    {"{{links.unsubscribe}}{{links.answer}}", ""},
    {"{{#ballot}}{{title}}{{/ballot}}{{#links}}x{{/links}}", ""},
    {"{{#employer}}at {{employer}}{{/employer}}", ""},
    {"Hi\nŵ {{firstname}}",
     "f.sms:2: column 5: there is no field {{firstname}}; did you mean {{first_name}}?\n"},
    {"{{balot.closes}}{{band}}{{shoe_size_of_the_cat}}",
     "f.sms:1: column 3: there is no field {{balot.closes}}; did you mean {{ballot.closes}}?\n"
     "f.sms:1: column 27: there is no field {{shoe_size_of_the_cat}}\n"},
    {"{{details.place}}{{#details.time}}{{details.time}}{{/details.time}}{{#details}}{{/"
     "details}}",
     ""},
    {"{{^details.time}}soon{{/details.time}}", ""},
    {"{{#first_name}}{{last_name}}{{.}}{{/first_name}}{{#details.speakers}}{{.}}{{/"
     "details.speakers}}",
     ""},
    {"{{#details}}{{place}}{{/details}}{{#ballot}}{{closes}}{{employer}}{{/ballot}}", ""},
    {"{{<foot}}{{$x}}{{.}}{{first_name}}{{/x}}{{/foot}}{{details.speakers | join}}",
     "foot:2: column 4: there is no field {{organisation.nam}}; did you mean "
     "{{organisation.name}}?\n"},
    {"{{details.speakers | upper}}",
     "f.sms:1: column 3: {{details.speakers}} is a list; {{details.speakers | join}} writes it "
     "as \"a, b and c\"\n"},
    {"{{#first_name}} {{frist_name}}{{/first_name}}",
     "f.sms:1: column 19: there is no field {{frist_name}}; did you mean {{first_name}}?\n"},
    {"{{#ballot}}{{clses}}{{/ballot}}", "f.sms:1: column 14: there is no field {{clses}}\n"},
    {"{{#details}}{{nosuch}}{{/details}}", "f.sms:1: column 15: there is no field {{nosuch}}\n"},
    {"{{details.plase}}", "f.sms:1: column 3: there is no field {{details.plase}}; did you mean "
                          "{{details.place}}?\n"},
    {"{{details.time}}",
     "f.sms:1: column 3: {{details.time}} is asked for, but the campaign has no such detail\n"},
    {"{{zzzzzz.qqqqqq}}", "f.sms:1: column 3: there is no field {{zzzzzz.qqqqqq}}\n"},
    {"{{.}}", "f.sms:1: column 3: there is no field {{.}}\n"},
    {"{{>foot}}", "foot:2: column 4: there is no field {{organisation.nam}}; did you mean "
                  "{{organisation.name}}?\n"},
};

static void test_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(checks); i++) {
        CLEANUP(template_free) struct template *template = NULL;
        CLEANUP(faults_free) struct faults faults;
        faults_init(&faults);
        struct error err = {0};
        assert_true(template_parse(
            &(struct template_source){
                .name = "f.sms", .text = checks[i].template, .partial = foot, .context = NULL},
            &template, &err));
        const bool ok = fields_check(template, &known, "f.sms", &faults);
        assert_string_equal(buffer_text(&faults.text), checks[i].faults);
        assert_int_equal(ok, checks[i].faults[0] == '\0');
        assert_int_equal(ok, faults.count == 0);
    }
    /* A group is no value. */
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct error err = {0};
    assert_true(template_parse(
        &(struct template_source){
            .name = "f.sms", .text = "{{ballot}}", .partial = NULL, .context = NULL},
        &template, &err));
    assert_false(fields_check(template, &known, "f.sms", &faults));
    assert_int_equal(faults.count, 1);
}

static void test_list(void **state)
{
    (void)state;
    size_t count = 0;
    const struct field *fields = fields_list(&count);
    assert_int_equal(count, 25);
    CLEANUP(json_free) struct json *values = read_json(values_text);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(json_at(values, fields[i].name));
        assert_int_equal(fields[i].meaning[strlen(fields[i].meaning) - 1], '.');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_list),
    };
    return cmocka_run_group_tests_name("message/fields", tests, NULL, NULL);
}
