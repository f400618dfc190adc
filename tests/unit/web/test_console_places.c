/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every place of the console is asked for by every role and by nobody, and lets in whom the table
 * below says, which is written down a second time on purpose: a place that is added without a
 * thought of who may have it fails here. And a rep reaches nobody of another part by any of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "console_call.h"
#include "house.h"
#include "muster/store/sessions.h"
#include "muster/web/console.h"

/* Who may have each place, by method and path. */
static const struct {
    const char *method;
    const char *path;
    const char *who; /* Administrator, Organiser, approver (P), Rep, aUditor; "-": anybody */
} expected[] = {
    {"GET", "/", "AOPRU"},
    {"GET", "/account", "AOPRU"},
    {"POST", "/account/password", "AOPRU"},
    {"POST", "/account/sign-out", "AOPRU"},
    {"GET", "/account/totp", "AOPRU"},
    {"GET", "/account/totp.svg", "AOPRU"},
    {"POST", "/account/totp/begin", "AOPRU"},
    {"POST", "/account/totp/codes", "AOPRU"},
    {"POST", "/account/totp/confirm", "AOPRU"},
    {"GET", "/accounts", "AU"},
    {"POST", "/accounts", "A"},
    {"GET", "/accounts/*", "AU"},
    {"POST", "/accounts/*", "A"},
    {"POST", "/accounts/*/disable", "A"},
    {"POST", "/accounts/*/enable", "A"},
    {"POST", "/accounts/*/link", "A"},
    {"POST", "/accounts/*/sign-out", "A"},
    {"POST", "/accounts/*/totp-off", "A"},
    {"GET", "/accounts/new", "A"},
    {"GET", "/answers", "AOPU"},
    {"POST", "/answers", "AO"},
    {"POST", "/answers/remove", "AO"},
    {"GET", "/ballots", "AOPU"},
    {"GET", "/ballots/*", "AOPU"},
    {"GET", "/ballots/*/calls", "AOPU"},
    {"GET", "/ballots/*/calls.csv", "AOPU"},
    {"GET", "/ballots/*/effects", "AOPU"},
    {"GET", "/ballots/*/mark", "AOR"},
    {"POST", "/ballots/*/mark", "AOR"},
    {"GET", "/ballots/*/phone", "AOPRU"},
    {"POST", "/ballots/*/phone", "AOR"},
    {"GET", "/ballots/*/replacements", "AOPU"},
    {"POST", "/ballots/*/replacements", "AO"},
    {"GET", "/ballots/*/replacements.csv", "AOPU"},
    {"POST", "/ballots/*/replacements/sent", "AO"},
    {"GET", "/ballots/*/result", "AOPU"},
    {"POST", "/ballots/*/result", "AO"},
    {"GET", "/ballots/*/units/*", "AOPU"},
    {"GET", "/campaigns", "AOPU"},
    {"GET", "/campaigns/*", "AOPU"},
    {"GET", "/campaigns/*/approve", "AOPU"},
    {"POST", "/campaigns/*/approve", "AP"},
    {"GET", "/campaigns/*/cancel", "AO"},
    {"POST", "/campaigns/*/cancel", "AO"},
    {"GET", "/campaigns/*/edit", "AO"},
    {"POST", "/campaigns/*/edit", "AO"},
    {"GET", "/campaigns/*/messages", "AOPU"},
    {"GET", "/campaigns/*/messages/*", "AOPU"},
    {"POST", "/campaigns/*/pause", "AO"},
    {"GET", "/campaigns/*/preflight", "AOPU"},
    {"POST", "/campaigns/*/preflight", "AOPU"},
    {"GET", "/campaigns/*/preflight/progress", "AOPU"},
    {"GET", "/campaigns/*/progress", "AOPU"},
    {"GET", "/campaigns/*/resume", "AO"},
    {"POST", "/campaigns/*/resume", "AO"},
    {"GET", "/campaigns/*/start", "AO"},
    {"POST", "/campaigns/*/start", "AO"},
    {"GET", "/campaigns/*/steps", "AOPU"},
    {"GET", "/campaigns/*/test", "AOP"},
    {"POST", "/campaigns/*/test", "AOP"},
    {"GET", "/campaigns/*/test/progress", "AOP"},
    {"GET", "/campaigns/mail/*", "AOPU"},
    {"GET", "/campaigns/new", "AO"},
    {"POST", "/campaigns/new", "AO"},
    {"POST", "/campaigns/preview", "AO"},
    {"GET", "/console.js", "-"},
    {"GET", "/gateways", "AU"},
    {"POST", "/gateways/*/test", "A"},
    {"GET", "/gateways/test", "A"},
    {"GET", "/gateways/test/progress", "A"},
    {"GET", "/health", "-"},
    {"HEAD", "/health", "-"},
    {"GET", "/icon.svg", "-"},
    {"GET", "/imports", "AOPU"},
    {"POST", "/imports", "AO"},
    {"GET", "/imports/*", "AOPU"},
    {"GET", "/imports/*/progress", "AO"},
    {"POST", "/imports/*/undo", "AO"},
    {"GET", "/imports/lists/*", "AO"},
    {"POST", "/imports/lists/*/apply", "AO"},
    {"GET", "/imports/lists/*/changes.csv", "AO"},
    {"POST", "/imports/lists/*/drop", "AO"},
    {"GET", "/imports/lists/*/progress", "AO"},
    {"GET", "/imports/lists/*/refused.csv", "AO"},
    {"POST", "/imports/lists/*/try", "AO"},
    {"GET", "/imports/new", "AO"},
    {"GET", "/join/*", "-"},
    {"POST", "/join/*", "-"},
    {"POST", "/language", "-"},
    {"GET", "/members", "AOPRU"},
    {"GET", "/members/*", "AOPRU"},
    {"GET", "/members/*/edit", "AO"},
    {"POST", "/members/*/edit", "AO"},
    {"POST", "/members/*/export", "A"},
    {"POST", "/members/*/lift", "AO"},
    {"POST", "/members/*/mark", "AOR"},
    {"POST", "/members/*/stop", "AO"},
    {"POST", "/members/count", "AOPU"},
    {"POST", "/members/found", "AOPU"},
    {"GET", "/metrics", "-"},
    {"HEAD", "/metrics", "-"},
    {"GET", "/mine", "R"},
    {"GET", "/opt-outs", "AOPU"},
    {"POST", "/opt-outs", "AO"},
    {"POST", "/opt-outs/*/lift", "AO"},
    {"GET", "/record", "AU"},
    {"GET", "/replies", "AOPU"},
    {"GET", "/replies/*", "AOPU"},
    {"POST", "/replies/*", "AO"},
    {"POST", "/replies/*/assign", "AO"},
    {"POST", "/replies/*/done", "AO"},
    {"POST", "/replies/*/meaning", "AO"},
    {"POST", "/replies/*/size", "AO"},
    {"GET", "/segments", "AOPU"},
    {"POST", "/segments", "AO"},
    {"GET", "/sign-in", "-"},
    {"POST", "/sign-in", "-"},
    {"GET", "/sign-in/code", "-"},
    {"POST", "/sign-in/code", "-"},
    {"POST", "/sign-out", "-"},
    {"GET", "/style.css", "-"},
    {"GET", "/templates", "AOPU"},
    {"GET", "/templates/*", "AOPU"},
    {"GET", "/today/waiting", "AOPU"},
};

static const char letters[ROLE_COUNT] = {[ROLE_ADMINISTRATOR] = 'A',
                                         [ROLE_ORGANISER] = 'O',
                                         [ROLE_APPROVER] = 'P',
                                         [ROLE_REP] = 'R',
                                         [ROLE_AUDITOR] = 'U'};

static const char settings[] = "organisation = { name = \"Anytown Health Branch\"; };\n"
                               "mail = { from = \"organiser@branch.example\"; };\n"
                               "console = { listen = \"127.0.0.1:0\"; };\n"
                               "templates = { dir = \"%s/templates/message\"; };\n"
                               "hours = { holidays = \"%s/etc/holidays.conf\"; };\n";

static const char *settings_path(const struct world *world)
{
    return arena_printf(world->arena, "%s/muster.conf", world->folder);
}

static void write_settings(struct world *world)
{
    char root[4096];
    assert_non_null(getcwd(root, sizeof root));
    FILE *file = fopen(settings_path(world), "w");
    assert_non_null(file);
    assert_true(fprintf(file, settings, root, root) > 0);
    assert_int_equal(fclose(file), 0);
}

static int serve_console(const struct house *house)
{
    struct error err = {.kind = ERROR_NONE};
    struct sigaction term = {.sa_handler = house_on_term};
    (void)sigaction(SIGTERM, &term, NULL);
    CLEANUP(db_close) struct db *db = NULL;
    CLEANUP(faults_free) struct faults faults;
    struct config config;
    faults_init(&faults);
    log_open("muster", "console");
    const bool loaded =
        config_load(settings_path(house->world), house->world->arena, &faults, &config, &err);
    (void)unlink(settings_path(house->world));
    if (!loaded) {
        (void)fputs(buffer_text(&faults.text), stderr);
    }
    if (!loaded || !db_open(house->world->store, house->world->key, &db, &err) ||
        !console_run(db, &config, -1, &house_stop, &err)) {
        (void)fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    return 0;
}

/* An account of each role; the rep has the part of `Vale Trust`, in which M4 is and nobody else. */
static void add_accounts(struct world *world)
{
    static const struct accounts_setter owner = {.by = NULL};
    const struct member vale = {
        .number = "M4", .first_name = "Dai", .employer = "Vale Trust", .status = "active"};
    struct members_outcome outcome;
    write_settings(world);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(members_put(world->db, &vale, 0, world->arena, &outcome, &err));
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct account account = {.name = role_name((enum role)role),
                                  .role = (enum role)role,
                                  .scope = role == ROLE_REP ? "employer:\"Vale Trust\"" : NULL,
                                  .made_at = world->now};
        WORLD_MUST(accounts_add(world->db, &account, "a long enough pass phrase", &owner, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
}

static int open_console(void **state)
{
    return house_open_with(state, NULL, serve_console, add_accounts);
}

/* A new session of a role, and the token that its forms carry; "" for nobody (ROLE_COUNT). */
static const char *session_of(struct house *house, int role, const char **form)
{
    struct world *world = house->world;
    char token[SESSIONS_TOKEN_LETTERS + 1] = "";
    struct account *account = NULL;
    *form = "";
    if (role == ROLE_COUNT) {
        return "";
    }
    WORLD_MUST(accounts_find(world->db, role_name((enum role)role), world->arena, &account, &err));
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(sessions_open(world->db, account->id, clock_now(), token, &err));
    WORLD_MUST(db_commit(world->db, &err));
    struct console console = {.db = world->db};
    const struct console_call call = {
        .console = &console, .arena = world->arena, .account = account, .session = token};
    *form = console_token(&call);
    return arena_text(world->arena, token);
}

/* What the console answers to a request of a role with the token that its forms carry. */
static const char *ask(struct house *house, int role, const char *method, const char *path,
                       const char *fields)
{
    struct arena *arena = house->world->arena;
    const char *form = NULL;
    const char *session = session_of(house, role, &form);
    const bool post = strcmp(method, "POST") == 0;
    const char *body = post ? arena_printf(arena, "token=%s&%s", form, fields) : "";
    const char *request =
        arena_printf(arena,
                     "%s %s HTTP/1.1\r\nHost: console.example\r\nConnection: close\r\n"
                     "Cookie: muster=%s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     method, path, session, strlen(body), body);
    int fd = client_dial(house->port);
    assert_true(client_send(fd, request, strlen(request)));
    return client_read(fd);
}

/* The path with a text in the place of its stars. */
static const char *fill(struct house *house, const char *path, const char *text)
{
    const char *filled = "";
    for (const char *star = NULL; (star = strchr(path, '*')) != NULL; path = star + 1) {
        filled =
            arena_printf(house->world->arena, "%s%.*s%s", filled, (int)(star - path), path, text);
    }
    return arena_printf(house->world->arena, "%s%s", filled, path);
}

static const char *who_may(const struct console_place *place)
{
    for (size_t i = 0; i < ARRAY_LENGTH(expected); i++) {
        if (strcmp(expected[i].method, place->method) == 0 &&
            strcmp(expected[i].path, place->path) == 0) {
            return expected[i].who;
        }
    }
    fail_msg("who may have %s %s? Say it in this test", place->method, place->path);
    return "";
}

static void each_place_lets_in_whom_it_should(void **state)
{
    struct house *house = *state;
    size_t count = 0;
    const struct console_place *places = console_places(&count);
    assert_int_equal(count, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < count; i++) {
        const char *who = who_may(&places[i]);
        const char *path = fill(house, places[i].path, "none");
        for (int role = 0; role <= ROLE_COUNT; role++) {
            const int status = client_status(ask(house, role, places[i].method, path, ""));
            const bool anybody = who[0] == '-';
            const bool may = anybody || (role < ROLE_COUNT && strchr(who, letters[role]) != NULL);
            /* Nobody is led to the sign-in: at once, or with their form kept. */
            const bool refused = status == 403 || (role == ROLE_COUNT && status == 303);
            if (status == 0 || status >= 500 || (!may && !refused) || (may && status == 403)) {
                fail_msg("%s %s by %s: %d", places[i].method, path,
                         role == ROLE_COUNT ? "nobody" : role_name((enum role)role), status);
            }
        }
    }
}

/* Whether a place is of one member. */
static bool is_of_member(const struct console_place *place)
{
    return strncmp(place->path, "/members/*", 10) == 0;
}

static void a_rep_reaches_nobody_of_another_part(void **state)
{
    static const char fields[] = "ballot=pay&state=voted&voted=M1";
    struct house *house = *state;
    struct arena *arena = house->world->arena;
    size_t count = 0;
    const struct console_place *places = console_places(&count);
    for (size_t i = 0; i < count; i++) {
        if (!is_of_member(&places[i]) || (places[i].rights & CONSOLE_REPS) == 0) {
            continue;
        }
        const char *method = places[i].method;
        const char *unknown = arena_text(
            arena, ask(house, ROLE_REP, method, fill(house, places[i].path, "M9"), fields));
        const char *other = ask(house, ROLE_REP, method, fill(house, places[i].path, "M1"), fields);
        assert_int_equal(client_status(unknown), 404);
        assert_int_equal(client_status(other), 404);
        assert_null(strstr(other, "Ann"));
    }
    assert_int_equal(client_status(ask(house, ROLE_REP, "GET", "/members/M4", "")), 200);
    assert_int_equal(client_status(ask(house, ROLE_REP, "POST", "/ballots/pay/phone", fields)),
                     404);
    struct ballot_place place;
    WORLD_MUST(ballots_place(house->world->db, house->world->ballot_id, house->world->member_ids[0],
                             arena, &place, &err));
    assert_string_equal(place.state, "unknown");
}

/* What lists show of others: nothing, whatever is asked. */
static void lists_show_a_rep_their_own(void **state)
{
    static const char *const paths[] = {
        "/mine",
        "/members",
        "/members?find=Ann",
        "/members?find=M",
        "/members?find=M1",
        "/members?find=07700+900001",
        "/members?find=ann%40mail.example",
        "/members?find=mail.example",
        "/members?after=",
        "/members?who=everyone",
        "/ballots/pay/phone",
        "/ballots/pay/phone?unit=Anytown+Hospital",
    };
    struct house *house = *state;
    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
        const char *answer = ask(house, ROLE_REP, "GET", paths[i], "");
        assert_int_equal(client_status(answer), 200);
        for (size_t k = 0; k < WORLD_MEMBERS; k++) {
            const char *link =
                arena_printf(house->world->arena, "/members/%s\"", world_members[k].number);
            if (strstr(answer, link) != NULL || strstr(answer, world_members[k].mobile) != NULL) {
                fail_msg("%s shows %s", paths[i], world_members[k].number);
            }
        }
    }
    assert_non_null(strstr(ask(house, ROLE_REP, "GET", "/members?find=Dai", ""), "M4"));
    assert_non_null(strstr(ask(house, ROLE_ORGANISER, "GET", "/members?find=Ann", ""), "M1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_place_lets_in_whom_it_should, open_console,
                                        house_teardown),
        cmocka_unit_test_setup_teardown(a_rep_reaches_nobody_of_another_part, open_console,
                                        house_teardown),
        cmocka_unit_test_setup_teardown(lists_show_a_rep_their_own, open_console, house_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
