/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The links of messages at the public listener: pages by GET, deeds by POST, and strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "house.h"
#include "muster/store/attendees.h"
#include "muster/store/links.h"
#include "muster/store/refusals.h"
#include "muster/store/unsubscribe.h"

enum { PATH_SIZE = 128 };

static const char FORM[] = "application/x-www-form-urlencoded";
static const char PARTS[] = "multipart/form-data; boundary=b";

static const char MAIL[] = "ann@mail.example";
static const char MOBILE[] = "+447700900001";

static void leave_path_of(struct house *house, const struct outbox_message *message, char *path)
{
    char token[UNSUBSCRIBE_TOKEN_SIZE];
    unsubscribe_token(house->world->db, message->reference, token);
    (void)snprintf(path, PATH_SIZE, "/u/%s", token);
}

static void answer_path_of(struct house *house, const struct outbox_message *message, char *path)
{
    char token[LINKS_ANSWER_SIZE];
    links_answer_token(house->world->db, message->reference, token);
    (void)snprintf(path, PATH_SIZE, "/b/%s", token);
}

/* The link to leave by of a mail to Ann, and that to answer by of a text to her. */
static void paths(struct house *house, char leave[PATH_SIZE], char answer[PATH_SIZE])
{
    leave_path_of(house, world_queue(house->world, 0, CHANNEL_EMAIL), leave);
    answer_path_of(house, world_queue(house->world, 0, CHANNEL_SMS), answer);
}

static void run(struct house *house, const char *sql)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(house->world->store, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static const char *state_of_ann(struct house *house)
{
    struct ballot_place place;
    WORLD_MUST(ballots_place(house->world->db, house->world->ballot_id, house->world->member_ids[0],
                             house->world->arena, &place, &err));
    return place.state;
}

static size_t ledger(struct house *house)
{
    struct suppression *list = NULL;
    size_t count = 0;
    WORLD_MUST(
        suppressions_list(house->world->db, NULL, 100, house->world->arena, &list, &count, &err));
    return count;
}

static void has(const char *answer, const char *part)
{
    if (strstr(answer, part) == NULL) {
        fail_msg("the answer has no %s: %s", part, answer);
    }
}

/* Nothing that the store has of Ann stands on any page. */
static void tells_nothing(const char *answer)
{
    static const char *const never[] = {
        "Ann", "M1", "ann@", "77009", "Anytown Hospital", "Pay ballot", "Reminder",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(never); i++) {
        if (strstr(answer, never[i]) != NULL) {
            fail_msg("a page tells of %s: %s", never[i], answer);
        }
    }
}

static void looking_at_a_page_changes_nothing(void **state)
{
    struct house *house = *state;
    char ways[2][PATH_SIZE];
    paths(house, ways[0], ways[1]);
    static const char *const parts[] = {
        "Content-Type: text/html; charset=utf-8\r\n",
        "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; ",
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n",
        "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: no-referrer\r\n",
        "X-Robots-Tag: noindex\r\n",
        "Cache-Control: no-store\r\n",
        "<html lang=\"en\">",
        "<link rel=\"stylesheet\" href=\"../style.css\">",
        "<a href=\"?lang=cy\" lang=\"cy\"",
        "method=\"post\">",
    };
    for (size_t way = 0; way < ARRAY_LENGTH(ways); way++) {
        const char *answer = client_get(house->port, ways[way]);
        assert_int_equal(client_status(answer), 200);
        for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
            has(answer, parts[i]);
        }
        has(answer, "Anytown &lt;Health&gt; Branch");
        assert_null(strstr(answer, "<Health>"));
        assert_null(strstr(answer, "<script"));
        tells_nothing(answer);
        answer = client_ask(house->port, "HEAD", ways[way], FORM, "");
        assert_int_equal(client_status(answer), 200);
        assert_null(strstr(answer, "<html"));
    }
    assert_int_equal(ledger(house), 0);
    assert_string_equal(state_of_ann(house), "unknown");
    assert_string_equal(world_message(house->world, 0, CHANNEL_SMS)->state, "queued");
    const char *style = client_get(house->port, "/style.css");
    has(style, "Content-Type: text/css; charset=utf-8\r\n");
    has(style, "main {");
}

static const struct {
    const char *type;
    const char *body;
    int status;
} one_clicks[] = {
    {FORM, "", 400},
    {FORM, "List-Unsubscribe=no", 400},
    {FORM, "List-Unsubscribe=One-Click%", 400},
    {FORM, "List-Unsubscribe=One-Click%00", 400},
    {FORM, "List-Unsubscribe=One-Click&List-Unsubscribe=One-Click", 400},
    {FORM, "answer=stop", 400},
    {FORM, "email=as-it-is&sms=as-it-is", 400},
    {FORM, "email=everything", 400},
    {"application/json", "{\"List-Unsubscribe\":\"One-Click\"}", 400},
    {PARTS, "--b\r\n\r\n--b--\r\n", 400},
    {PARTS, "List-Unsubscribe=One-Click", 400},
    {PARTS,
     "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nList-Unsubscribe One-Click\r\n--b--",
     400},
    {PARTS, "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click",
     400},
    {FORM, "List-Unsubscribe=One-Click", 200},
    {"", "List-Unsubscribe=One-Click", 200},
    {PARTS,
     "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
     "One-Click\r\n--b--\r\n",
     200},
    {"Multipart/Form-Data; boundary=\"b\"",
     "--b\nContent-Type: text/plain\ncontent-disposition: form-data; name=\"List-Unsubscribe\"\n\n"
     "One-Click\n--b--\n",
     200},
};

static void one_click_unsubscribes(void **state)
{
    struct house *house = *state;
    char path[PATH_SIZE];
    leave_path_of(house, world_queue(house->world, 0, CHANNEL_EMAIL), path);
    for (size_t i = 0; i < ARRAY_LENGTH(one_clicks); i++) {
        const char *answer =
            client_ask(house->port, "POST", path, one_clicks[i].type, one_clicks[i].body);
        if (client_status(answer) != one_clicks[i].status) {
            fail_msg("%s is answered %d", one_clicks[i].body, client_status(answer));
        }
        assert_null(strstr(answer, "Location:"));
        assert_null(strstr(answer, "Set-Cookie:"));
        tells_nothing(answer);
        has(answer, one_clicks[i].status == 200 ? "<li>E-mail: nothing more comes."
                                                : "Nothing was chosen, so nothing has changed.");
        assert_int_equal(world_suppressed(house->world, CHANNEL_EMAIL, MAIL, "stop"),
                         one_clicks[i].status == 200);
    }
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, MOBILE, NULL), 0);
    assert_int_equal(ledger(house), 1);
}

static void each_channel_is_chosen_by_itself_and_again(void **state)
{
    struct house *house = *state;
    char leave[PATH_SIZE];
    char answer_path[PATH_SIZE];
    paths(house, leave, answer_path);
    static const struct {
        const char *body;
        const char *mail; /* kinds in force then; "": none */
        const char *text;
        const char *says;
    } cases[] = {
        {"email=service&sms=as-it-is", "promotional", "",
         "<li>E-mail: only what is about ballots and your own affairs comes.</li>\n</ul>"},
        {"email=as-it-is&sms=nothing", "promotional", "stop",
         "<ul>\n<li>Texts: nothing more comes.</li>\n</ul>"},
        {"sms=all", "promotional", "", "<ul>\n<li>Texts: everything comes.</li>\n</ul>"},
        {"List-Unsubscribe=One-Click", "stop", "",
         "<input type=\"hidden\" name=\"email\" value=\"all\">"},
        {"email=all", "", "", "<li>E-mail: everything comes.</li>"},
        {"email=nothing&sms=service", "stop", "promotional",
         "<input type=\"hidden\" name=\"email\" value=\"all\">"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *answer = client_post(house->port, leave, cases[i].body);
        assert_int_equal(client_status(answer), 200);
        has(answer, cases[i].says);
        tells_nothing(answer);
        assert_int_equal(world_suppressed(house->world, CHANNEL_EMAIL, MAIL, cases[i].mail),
                         cases[i].mail[0] != '\0');
        assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, MOBILE, cases[i].text),
                         cases[i].text[0] != '\0');
    }
    /* What was stopped by text stays so, and the page says why. */
    const char *reply = "id=1&from=447700900001&text=STOP";
    assert_int_equal(client_status(client_post(house->port, house->reply, reply)), 200);
    const char *answer = client_post(house->port, leave, "sms=all");
    has(answer, "<li>Texts: nothing more comes. It was stopped in another way than by this link");
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, MOBILE, "stop"), 1);
}

static void an_answer_is_noted(void **state)
{
    struct house *house = *state;
    char path[PATH_SIZE];
    answer_path_of(house, world_queue(house->world, 0, CHANNEL_SMS), path);
    static const struct {
        const char *type;
        const char *body;
        int status;
        const char *says;
        const char *state;
    } cases[] = {
        {FORM, "", 400, "Nothing was chosen", "unknown"},
        {FORM, "answer=yes", 400, "Nothing was chosen", "unknown"},
        {FORM, "answer=voted&answer=voted", 400, "Nothing was chosen", "unknown"},
        {FORM, "List-Unsubscribe=One-Click", 400, "Nothing was chosen", "unknown"},
        {FORM, "answer=no-paper", 200, "Noted: your paper has not come.", "no-paper"},
        {FORM, "answer=declined", 200, "Noted: you would rather not say.", "declined"},
        {PARTS, "--b\r\nContent-Disposition: form-data; name=\"answer\"\r\n\r\nvoted\r\n--b--\r\n",
         200, "Noted: you have voted.", "voted"},
        {FORM, "answer=voted", 200, "Noted: you have voted.", "voted"},
        {FORM, "answer=no-paper", 200, "Noted: your paper has not come.", "voted"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *answer = client_ask(house->port, "POST", path, cases[i].type, cases[i].body);
        assert_int_equal(client_status(answer), cases[i].status);
        has(answer, cases[i].says);
        tells_nothing(answer);
        assert_string_equal(state_of_ann(house), cases[i].state);
    }
    assert_int_equal(ledger(house), 0);
    /* Nor does the page tell, before a tap, that anything was noted. */
    has(client_get(house->port, path), "value=\"voted\"");
}

static void stop_by_a_link_stops_and_can_be_taken_back(void **state)
{
    struct house *house = *state;
    char path[PATH_SIZE];
    answer_path_of(house, world_queue(house->world, 0, CHANNEL_SMS), path);
    for (int i = 0; i < 2; i++) {
        const char *answer = client_post(house->port, path, "answer=stop");
        assert_int_equal(client_status(answer), 200);
        has(answer, "<li>Texts: nothing more comes.</li>");
        has(answer, "<input type=\"hidden\" name=\"sms\" value=\"all\">");
        assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, MOBILE, "stop"), 1);
    }
    assert_string_equal(world_message(house->world, 0, CHANNEL_SMS)->state, "withheld");
    assert_int_equal(world_suppressed(house->world, CHANNEL_EMAIL, MAIL, NULL), 0);
    has(client_post(house->port, path, "sms=all"), "<li>Texts: everything comes.</li>");
    assert_int_equal(world_suppressed(house->world, CHANNEL_SMS, MOBILE, NULL), 0);
}

/* The ballot has closed, or the message is of none: only leaving is left. */
static void without_an_open_ballot_there_is_nothing_to_answer(void **state)
{
    struct house *house = *state;
    char path[PATH_SIZE];
    answer_path_of(house, world_queue(house->world, 0, CHANNEL_SMS), path);
    run(house, "UPDATE ballot SET opens = 1, closes = 2");
    const char *answer = client_get(house->port, path);
    has(answer, "This ballot has closed");
    assert_null(strstr(answer, "value=\"voted\""));
    has(answer, "value=\"stop\"");
    answer = client_post(house->port, path, "answer=voted");
    assert_int_equal(client_status(answer), 200);
    has(answer, "This ballot has closed");
    assert_string_equal(state_of_ann(house), "unknown");
    run(house, "UPDATE campaign SET ballot_id = NULL");
    answer = client_get(house->port, path);
    assert_null(strstr(answer, "ballot"));
    has(answer, "value=\"stop\"");
}

static const char CALL[] =
    "INSERT INTO action (id, name, title, place, starts, ends, who, at, merge) VALUES"
    " (5, 'rally', 'Rally for pay', 'Jubilee Square', 1, 4000000000000, 'everyone', 1, '{}');"
    "UPDATE campaign SET ballot_id = NULL, action_id = 5";

/* "coming 2" of whoever has answered to the action; "" when nobody has. */
static const char *attendance(struct house *house)
{
    struct attendee_place place;
    WORLD_MUST(attendees_place(house->world->db, 5, house->world->member_ids[0],
                               house->world->arena, &place, &err));
    return place.state == NULL
               ? ""
               : arena_printf(house->world->arena, "%s %lld", place.state, (long long)place.guests);
}

/* A call is answered by a button, with how many; the last word holds. */
static void a_call_is_answered_by_a_tap(void **state)
{
    static const struct {
        const char *body;
        int status;
        const char *part;
        const char *noted;
    } taps[] = {
        {"answer=voted", 400, "Nothing was chosen", ""},
        {"answer=coming&guests=21", 400, "a number from 0 to 20", ""},
        {"answer=coming&guests=two", 400, "a number from 0 to 20", ""},
        {"answer=coming&guests=-1", 400, "a number from 0 to 20", ""},
        {"answer=coming&guests=1&guests=2", 400, "a number from 0 to 20", ""},
        {"answer=coming", 200, "Noted: you are coming.", "coming 0"},
        {"answer=coming&guests=", 200, "Noted: you are coming.", "coming 0"},
        {"answer=coming&guests=2", 200, "Noted: you are coming. With you: 2.", "coming 2"},
        {"answer=maybe&guests=20", 200, "Noted: maybe. With you: 20.", "maybe 20"},
        {"answer=cannot&guests=3", 200, "Noted: you cannot come.", "cannot 0"},
    };
    struct house *house = *state;
    char path[PATH_SIZE];
    answer_path_of(house, world_queue(house->world, 0, CHANNEL_SMS), path);
    run(house, CALL);
    const char *page = client_get(house->port, path);
    has(page, "<h1>Are you coming?</h1>");
    has(page, "name=\"guests\" min=\"0\" max=\"20\"");
    has(page, "value=\"stop\">Stop texting me");
    assert_null(strstr(page, "Rally"));
    assert_null(strstr(page, "ballot"));
    for (size_t i = 0; i < ARRAY_LENGTH(taps); i++) {
        const char *answer = client_post(house->port, path, taps[i].body);
        if (client_status(answer) != taps[i].status) {
            fail_msg("%s is answered %d", taps[i].body, client_status(answer));
        }
        has(answer, taps[i].part);
        assert_string_equal(attendance(house), taps[i].noted);
    }
    assert_string_equal(state_of_ann(house), "unknown");
    run(house, "UPDATE action SET state = 'cancelled'");
    page = client_get(house->port, path);
    has(page, "This is over, or cancelled");
    assert_null(strstr(page, "value=\"coming\""));
    has(client_post(house->port, path, "answer=coming"), "This is over, or cancelled");
    assert_string_equal(attendance(house), "cannot 0");
    has(client_post(house->port, path, "answer=stop&guests=0"), "nothing more comes.");
}

static void pages_are_in_two_languages(void **state)
{
    struct house *house = *state;
    char path[PATH_SIZE];
    char asked[PATH_SIZE + 16];
    answer_path_of(house, world_queue(house->world, 0, CHANNEL_SMS), path);
    (void)snprintf(asked, sizeof asked, "%s?lang=cy", path);
    const char *answer = client_get(house->port, asked);
    has(answer, "<html lang=\"cy\">");
    has(answer, "Rwyf wedi pleidleisio");
    has(answer, "<a href=\"?lang=en\" lang=\"en\"");
    has(client_post(house->port, asked, "answer=voted"), "Nodwyd: rydych wedi pleidleisio.");
    int fd = client_dial(house->port);
    char request[512];
    (void)snprintf(request, sizeof request,
                   "GET %s HTTP/1.1\r\nHost: x\r\nAccept-Language: cy, en;q=0.5\r\n"
                   "Connection: close\r\n\r\n",
                   path);
    assert_true(client_send(fd, request, strlen(request)));
    has(client_read(fd), "<html lang=\"cy\">");
    run(house, "UPDATE template SET language = 'cy'");
    has(client_get(house->port, path), "<html lang=\"cy\">");
}

/* Forged, cut, lengthened, of the other purpose, of another store, of a message that is gone: one
 * and the same page, byte for byte. */
static void a_link_that_is_none_of_ours_leads_nowhere(void **state)
{
    struct house *house = *state;
    char leave[PATH_SIZE];
    char answer[PATH_SIZE];
    char forged[12][PATH_SIZE] = {"/u/x-y", "/b/x", "/b/aaaaaaaaaaaaaaaaaa", "/u/%00-a",
                                  "/b/%00%00%00"};
    char gone[UNSUBSCRIBE_TOKEN_SIZE];
    char gone_answer[LINKS_ANSWER_SIZE];
    paths(house, leave, answer);
    unsubscribe_token(house->world->db, "purged", gone);
    links_answer_token(house->world->db, "abcdefghij234567klmn", gone_answer);
    (void)snprintf(forged[5], PATH_SIZE, "/b/%.120s", leave + 3);
    (void)snprintf(forged[6], PATH_SIZE, "/u/%.120s", answer + 3);
    (void)snprintf(forged[7], PATH_SIZE, "/u/%s", gone);
    (void)snprintf(forged[8], PATH_SIZE, "/b/%s", gone_answer);
    (void)snprintf(forged[9], PATH_SIZE, "%.100sa", answer);
    (void)snprintf(forged[10], PATH_SIZE, "%.*s", (int)strlen(answer) - 1, answer);
    (void)snprintf(forged[11], PATH_SIZE, "%.100s0", leave);
    char first[CLIENT_ANSWER_MAX] = "";
    for (size_t i = 0; i < ARRAY_LENGTH(forged); i++) {
        const char *shown = client_get(house->port, forged[i]);
        const char *body = strstr(shown, "<!DOCTYPE");
        assert_int_equal(client_status(shown), 404);
        has(shown, "This link does not work");
        assert_non_null(body);
        if (i == 0) {
            (void)snprintf(first, sizeof first, "%s", body);
        }
        assert_string_equal(body, first);
        const char *posted = client_post(house->port, forged[i],
                                         "List-Unsubscribe=One-Click&answer=stop&sms=nothing");
        assert_int_equal(client_status(posted), 404);
        assert_string_equal(strstr(posted, "<!DOCTYPE"), first);
    }
    assert_int_equal(ledger(house), 0);
}

/* What strangers send is counted by its kind, and nothing more is kept of it. */
static void what_is_turned_away_is_counted(void **state)
{
    struct house *house = *state;
    char leave[PATH_SIZE];
    char answer[PATH_SIZE];
    paths(house, leave, answer);
    (void)client_get(house->port, "/b/aaaaaaaaaaaaaaaaaa");
    (void)client_get(house->port, "/u/x-y");
    (void)client_post(house->port, answer, "answer=maybe");
    (void)client_post(house->port, "/hook/practice/wrong/reply", "a=b");
    (void)client_post(house->port, house->reply, "a=%zz");
    assert_int_equal(client_status(client_get(house->port, "/admin.php")), 404);
    assert_int_equal(client_status(client_ask(house->port, "DELETE", answer, FORM, "")), 405);
    int fd = client_dial(house->port);
    char request[512];
    (void)snprintf(request, sizeof request,
                   "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", answer);
    assert_true(client_send(fd, request, strlen(request)));
    assert_int_equal(client_status(client_read(fd)), 413);
    house_end(house);
    static const struct {
        const char *why;
        int count;
    } counts[] = {{"link", 2},  {"form", 1},   {"caller", 1}, {"callback", 1},
                  {"route", 1}, {"method", 1}, {"size", 1}};
    sqlite3 *handle = NULL;
    sqlite3_stmt *rows = NULL;
    assert_int_equal(sqlite3_open(house->world->store, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, "SELECT count FROM refusal_count WHERE why = ?1",
                                        -1, &rows, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < ARRAY_LENGTH(counts); i++) {
        assert_int_equal(sqlite3_bind_text(rows, 1, counts[i].why, -1, SQLITE_STATIC), SQLITE_OK);
        if (sqlite3_step(rows) != SQLITE_ROW || sqlite3_column_int(rows, 0) != counts[i].count) {
            fail_msg("%s is not counted %d times", counts[i].why, counts[i].count);
        }
        (void)sqlite3_reset(rows);
    }
    (void)sqlite3_finalize(rows);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
    assert_int_equal(ledger(house), 0);
}

#define HOUSE_TEST(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(looking_at_a_page_changes_nothing),
        HOUSE_TEST(one_click_unsubscribes),
        HOUSE_TEST(each_channel_is_chosen_by_itself_and_again),
        HOUSE_TEST(an_answer_is_noted),
        HOUSE_TEST(stop_by_a_link_stops_and_can_be_taken_back),
        HOUSE_TEST(without_an_open_ballot_there_is_nothing_to_answer),
        HOUSE_TEST(a_call_is_answered_by_a_tap),
        HOUSE_TEST(pages_are_in_two_languages),
        HOUSE_TEST(a_link_that_is_none_of_ours_leads_nowhere),
        HOUSE_TEST(what_is_turned_away_is_counted),
    };
    return cmocka_run_group_tests_name("web/public_links", tests, NULL, NULL);
}
