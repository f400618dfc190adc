/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shipped gateway profiles: each asks its provider exactly as the provider's manual says, and
 * understands what it answers. The tables are in profiles_form.h and profiles_json.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>

#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "profile_play.h"
#include "profiles_form.h"
#include "profiles_json.h"

static const struct profile_case *const profiles[] = {
    &profile_kannel,  &profile_twilio,    &profile_vonage,      &profile_firetext,
    &profile_jasmin,  &profile_infobip,   &profile_esendex,     &profile_vonage_messages,
    &profile_telnyx,  &profile_plivo,     &profile_messagebird, &profile_clickatell,
    &profile_bulksms, &profile_textmagic, &profile_gatewayapi,  &profile_sinch,
};

/* What every provider may answer, or what may stand in its place. */
static const struct profile_answer anybody[] = {
    {0, NULL, 'x', NULL},
    {200, "", 'x', NULL},
    {200, "<html><h1>Log in</h1></html>", 'x', NULL},
    {200, "{\"id\":", 'x', NULL},
    {200, "{}", 'x', NULL},
    {200, "[]", 'x', NULL},
    {201, "<html>0: Success</html>", 'x', NULL},
    {202, "{\"status\":\"ok\"}", 'x', NULL},
    {302, "", 'x', NULL},
    {401, "", 'c', NULL},
    {403, "", 'c', NULL},
    {404, "<h1>no such page</h1>", 'c', NULL},
    {429, "", 'd', NULL},
    {500, "", 'x', NULL},
    {500, "<h1>Oops</h1>", 'x', NULL},
    {502, "<h1>Bad gateway</h1>", 'x', NULL},
    {503, "", 'd', NULL},
    {504, "", 'x', NULL},
};

static char secret_path[] = "/tmp/muster-test-XXXXXX";

static int make_secret(void **state)
{
    (void)state;
    int fd = mkstemp(secret_path);
    bool ok = fd >= 0 && write(fd, SECRET "\n", sizeof SECRET) == sizeof SECRET;
    (void)close(fd);
    return ok && chmod(secret_path, 0600) == 0 ? 0 : -1;
}

static int remove_secret(void **state)
{
    (void)state;
    return unlink(secret_path);
}

/* Every profile in the folder, but that of the rehearsal, has a table. */
static void test_all(void **state)
{
    (void)state;
    DIR *folder = opendir("etc/gateways");
    assert_non_null(folder);
    size_t found = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        size_t length = strcspn(entry->d_name, ".");
        bool known = length == 0 || strcmp(entry->d_name, "rehearsal.conf") == 0;
        for (size_t i = 0; i < ARRAY_LENGTH(profiles) && !known; i++) {
            known = strlen(profiles[i]->name) == length &&
                    strncmp(profiles[i]->name, entry->d_name, length) == 0;
            found += known ? 1 : 0;
        }
        if (!known) {
            fail_msg("%s is not played", entry->d_name);
        }
    }
    (void)closedir(folder);
    assert_int_equal(found, ARRAY_LENGTH(profiles));
}

/* An instant is looked at, and a word stands in its place. */
static void mask_instant(struct json *body, struct arena *arena)
{
    int64_t expires = 0;
    const char *text = json_text_at(body, "expire_at", arena);
    if (text != NULL && strcmp(text, "EXPIRES") != 0) {
        assert_true(clock_parse(text, &expires));
        assert_in_range(expires, clock_now() + 3590 * CLOCK_SECOND,
                        clock_now() + 3600 * CLOCK_SECOND);
        json_put_text(body, "expire_at", "EXPIRES");
    }
}

/* JSON without its white space, escapes as they are written here. */
static const char *same_form(const char *bytes, struct arena *arena)
{
    CLEANUP(json_free) struct json *json = NULL;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, PLAY_MAX);
    struct error err = {0};
    if (bytes[0] != '{') {
        return bytes;
    }
    if (!json_parse(bytes, strlen(bytes), &json, &err)) {
        fail_msg("%s: %s", err.text, bytes);
    }
    mask_instant(json, arena);
    assert_true(json_write(json, &out));
    return arena_text(arena, buffer_text(&out));
}

static void check_request(const struct profile_case *profile, const struct play *play,
                          const char *body)
{
    char line[PLAY_MAX];
    (void)snprintf(line, sizeof line, "%s HTTP/1.1\r\n", profile->line);
    if (strncmp(play->request, line, strlen(line)) != 0) {
        fail_msg("%s: %s", profile->name, play->request);
    }
    const char *sent = same_form(play_body(play), play->arena);
    if (body != NULL && strcmp(sent, body[0] == '{' ? same_form(body, play->arena) : body) != 0) {
        fail_msg("%s: %s", profile->name, sent);
    }
    for (size_t i = 0; i < HEADERS_MAX && profile->headers[i] != NULL; i++) {
        (void)snprintf(line, sizeof line, "\r\n%s\r\n", profile->headers[i]);
        if (strstr(play->request, line) == NULL) {
            fail_msg("%s: no \"%s\" in %s", profile->name, profile->headers[i], play->request);
        }
    }
}

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct play play;
        play_open(&play, profiles[i], secret_path, &anybody[1], AWKWARD, RECEIPTS);
        check_request(profiles[i], &play, profiles[i]->body);
        play_close(&play);
        if (profiles[i]->plain != NULL) {
            play_open(&play, profiles[i], secret_path, &anybody[1], PLAIN, RECEIPTS);
            const char *sent = profiles[i]->body[0] == '\0' ? play.request : play_body(&play);
            if (strstr(sent, profiles[i]->plain) == NULL) {
                fail_msg("%s: %s", profiles[i]->name, play.request);
            }
            play_close(&play);
        }
    }
}

/* A branch without a public address: nothing is said of receipts, and JSON is still JSON. */
static void test_no_receipts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        struct play play;
        play_open(&play, profiles[i], secret_path, &anybody[1], PLAIN, "");
        const char *sent = same_form(play_body(&play), play.arena);
        if (strstr(play.request, "ote") == NULL || strstr(sent, "branch.example") != NULL ||
            strstr(sent, "allback") != NULL || strstr(play.request, "dlr-") != NULL) {
            fail_msg("%s: %s", profiles[i]->name, play.request);
        }
        play_close(&play);
    }
}

/* Whether it is as it should be; says what is not. */
static bool check_answer(const struct profile_case *profile, const struct profile_answer *answer)
{
    struct play play;
    play_open(&play, profile, secret_path, answer, AWKWARD, RECEIPTS);
    char verdict = play_verdict(&play);
    bool right = verdict == answer->verdict &&
                 (answer->id == NULL ? play.parcel.remote_id == NULL || verdict == 'x'
                                     : text_equal(play.parcel.remote_id, answer->id));
    if (!right) {
        print_error("%s: %d %s: %c %s (%s)\n", profile->name, answer->status,
                    answer->body == NULL ? "" : answer->body, verdict,
                    play.parcel.remote_id == NULL ? "" : play.parcel.remote_id, play.err.text);
    }
    play_close(&play);
    return right;
}

static void test_answers(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        for (size_t j = 0; j < ANSWERS_MAX && profiles[i]->answers[j].verdict != '\0'; j++) {
            wrong += check_answer(profiles[i], &profiles[i]->answers[j]) ? 0 : 1;
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_anybody(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(profiles); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(anybody); j++) {
            wrong += check_answer(profiles[i], &anybody[j]) ? 0 : 1;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),         cmocka_unit_test(test_requests),
        cmocka_unit_test(test_no_receipts), cmocka_unit_test(test_answers),
        cmocka_unit_test(test_anybody),
    };
    return cmocka_run_group_tests_name("profiles", tests, make_secret, remove_secret);
}
