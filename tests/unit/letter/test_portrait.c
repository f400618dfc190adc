/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is held of a member is in the export, and nothing of anybody else; each of its names has
 * words for the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../store/crowd.h"
#include "muster/base/json.h"
#include "muster/letter/portrait.h"
#include "muster/store/disclosures.h"

static const int64_t NOW = 1800000000000;

static const struct config config = {
    .organisation = {.name = "Branch & Co", .zone = "Europe/London"},
    .public = {.url = "https://gotv.branch.example"},
    .mail = {.from = "organiser@branch.example", .from_name = ""},
};

enum { ROOM = 1 << 20 };

static void put(void *context, const void *bytes, size_t length)
{
    assert_true(buffer_add(context, bytes, length));
}

static const char *portrait_of(struct world *world, const char *number, enum portrait_form form)
{
    struct member *member = NULL;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, ROOM);
    WORLD_MUST(members_find(world->db, number, world->arena, &member, &err));
    assert_non_null(member);
    const struct portrait_order order = {.member = member, .form = form, .now = NOW};
    WORLD_MUST(portrait_write(world->db, &config, &order, put, &text, &err));
    return arena_text(world->arena, buffer_text(&text));
}

/* Something in every column that is told, each with a word of its own; of M2, what must not be. */
static const char *const STATEMENTS[] = {
    "INSERT INTO import (id, file, digest, at, made_by, undone_at) VALUES"
    " (1, 'w-brought.csv', x'00', 1, 'w-maker', NULL), (2, 'w-changed.csv', x'00', 2, NULL,"
    " NULL), (3, 'w-whole.csv', x'00', 3, NULL, 4)",
    "INSERT INTO custom_field VALUES ('shift', 'w-heading')",
    "UPDATE member SET import_id = 1, absent_in = 3, status = 'w-status', silent = 3,"
    " last_name = 'w-last', workplace = 'w-workplace', branch = 'w-branch', job = 'w-job',"
    " band = 'w-band', language = 'cy', joined = '2020-02-01', tags = ',w-tag,',"
    " custom = '{\"shift\":\"w-custom\"}' WHERE number = 'M1'",
    "INSERT INTO import_change SELECT 2, id, '{\"band\":\"w-before\",\"absent_in\":3,"
    "\"custom\":\"w-customs\",\"channels\":1}' FROM member WHERE number = 'M1'",
    "INSERT INTO member_edit (member_id, fact, before, after, import_id, at)"
    " SELECT id, 'job', 'w-edit-before-' || number, 'w-edit-after', 2, 5 FROM member",
    "INSERT INTO suppression (address_key, channel, kind, source, reason, at, lifted_at,"
    " lifted_why, ends_at) SELECT address_key, channel, 'stop', 'w-said', 'w-why-' ||"
    " member_id, 6, 7, 'w-lifted', 8 FROM contact WHERE channel = 'sms'",
    "INSERT INTO ballot_unit (id, ballot_id, name) SELECT 77, id, 'w-unit' FROM ballot",
    "INSERT OR REPLACE INTO ballot_member SELECT b.id, m.id, 'voted', 'w-teller', 9,"
    " '2026-11-25' FROM ballot b, member m WHERE m.number = 'M1'",
    "INSERT INTO ballot_seat SELECT b.id, m.id, 77, 'w-seat', 12 FROM ballot b, member m"
    " WHERE m.number = 'M1'",
    "INSERT INTO ballot_event (ballot_id, member_id, told, becomes, source, at, account)"
    " SELECT b.id, m.id, 'w-told', 'voted', 'person', 10, 'w-noter' FROM ballot b, member m"
    " WHERE m.number = 'M1'",
    "INSERT INTO replacement (ballot_id, member_id, loss, asked_at, source, batch,"
    " passed_on_at, passed_on_to, sent_at, closed_at, closed_as) SELECT b.id, m.id, 1, 11,"
    " 'tap', 1, 12, 'w-office', 13, 14, 'w-closed' FROM ballot b, member m"
    " WHERE m.number = 'M1'",
    "INSERT INTO action (id, name, title, place, starts, ends, who, at) VALUES"
    " (5, 'w-action', 'w-rally', 'here', 1, 2, 'everyone', 1)",
    "INSERT INTO attendee_event (action_id, member_id, state, guests, source, at)"
    " SELECT 5, id, 'coming', 3, 'w-caller', 15 FROM member WHERE number = 'M1'",
    "UPDATE step SET name = 'w-step'",
    "INSERT INTO trial_member SELECT s.id, m.id, 'w', m.id, 'w-arm', 16 FROM step s, member m"
    " WHERE m.number = 'M1'",
    "INSERT INTO outbox_event (outbox_id, at, was, becomes, reason) SELECT id, 17, 'w-was',"
    " 'queued', 'w-event' FROM outbox WHERE channel = 'sms'",
    "INSERT INTO receipt (gateway, remote_id, status, means, outbox_id, at, error, cause)"
    " SELECT 'g', id, 'w-receipt', 'delivered', id, 18, 'w-error', 'w-cause' FROM outbox",
    "INSERT INTO lookup SELECT id, 1, 2, 19, 20, 'w-lookup' FROM outbox",
    "INSERT INTO bounce (address_key, outbox_id, class, status, diagnostic, at) SELECT"
    " address_key, id, 'full', '4.2.2', 'w-bounce', 21 FROM outbox WHERE channel = 'email'",
    "INSERT INTO bounce (address_key, class, status, diagnostic, at) SELECT address_key,"
    " 'dead', '5.1.1', 'w-hearsay-' || member_id, 22 FROM contact WHERE channel = 'email'",
    "INSERT INTO reply (id, gateway, remote_id, address, address_key, member_id, outbox_id,"
    " text, meaning, at, assigned, assigned_at, done_at) SELECT m.id, 'w-net', 'w-remote-' ||"
    " m.number, c.address, c.address_key, m.id, (SELECT MIN(id) FROM outbox o"
    " WHERE o.member_id = m.id), 'w-words-' || m.number || ' <b>', 'other', 23, 'w-rep', 24,"
    " 25 FROM member m JOIN contact c ON c.member_id = m.id AND c.channel = 'sms'",
    "INSERT INTO reply_part SELECT id, 1, 2, 'r', 's', 'g', 'p' || id, 'w-part' FROM reply",
    "INSERT INTO answer (reply_id, kind, reference, gateway, address, address_key, text,"
    " made_at, due_at, expires_at, released_at, changed_at, remote_id, reason) SELECT id,"
    " 'person', 'ref' || id, 'w-way', address, address_key, 'w-answer', 26, 26, 99, 27, 28,"
    " 'w-id', 'w-answered' FROM reply",
    "INSERT INTO account (id, name, role, password, password_at, made_at) VALUES"
    " (1, 'olu', 'organiser', 'x', 1, 1)",
    "INSERT INTO specimen (account_id, campaign, step, channel, language, member_id,"
    " reference, route, outcome, at) SELECT 1, 'w-tested', 's', 'sms', 'cy', id, 'ref', 'g',"
    " 'accepted', 29 FROM member WHERE number = 'M1'",
    "INSERT INTO record (id, at, account, deed, subject, detail, chain) SELECT 1, 30,"
    " 'w-clerk', 'w-deed', 'member ' || id, 'w-detail', x'00' FROM member WHERE number = 'M1'",
};

static void fill(struct world *world)
{
    (void)world_queue(world, 0, CHANNEL_SMS);
    (void)world_queue(world, 0, CHANNEL_EMAIL);
    (void)world_queue(world, 1, CHANNEL_SMS);
    world_release(world, CHANNEL_SMS);
    world_settle(world, world_message(world, 0, CHANNEL_SMS)->id, "accepted", "w-carrier");
    for (size_t i = 0; i < ARRAY_LENGTH(STATEMENTS); i++) {
        crowd_run(world, STATEMENTS[i]);
    }
}

static const char *const TOLD[] = {
    "w-brought.csv",
    "w-changed.csv",
    "w-whole.csv",
    "w-maker",
    "w-heading",
    "w-custom",
    "w-status",
    "w-last",
    "w-workplace",
    "w-branch",
    "w-job",
    "w-band",
    "w-tag",
    "w-before",
    "w-customs",
    "w-said",
    "w-lifted",
    "w-unit",
    "w-edit-after",
    "w-teller",
    "w-seat",
    "w-told",
    "w-noter",
    "w-office",
    "w-closed",
    "w-rally",
    "w-caller",
    "w-arm",
    "w-event",
    "w-was",
    "w-receipt",
    "w-error",
    "w-cause",
    "w-lookup",
    "w-bounce",
    "w-words-M1",
    "w-remote-M1",
    "w-rep",
    "w-part",
    "w-answer",
    "w-way",
    "w-id",
    "w-answered",
    "w-tested",
    "w-deed",
    "w-detail",
    "w-clerk",
    "w-carrier",
    "+447700900001",
    "ann@mail.example",
    "2026-11-25",
    "201 Created",
    "w-step",
    "w-net",
    "w-edit-before-M1",
    "Anytown Hospital",
};

static const char *const OTHERS[] = {
    "M2",         "M3",          "+447700900002",    "bea@mail.example",
    "w-words-M2", "w-remote-M2", "w-edit-before-M2",
};

static void all_of_one_member_is_told(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    fill(world);
    const char *const pages[] = {portrait_of(world, "M1", PORTRAIT_JSON),
                                 portrait_of(world, "M1", PORTRAIT_HTML)};
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        for (size_t k = 0; k < ARRAY_LENGTH(TOLD); k++) {
            if (strstr(pages[i], TOLD[k]) == NULL) {
                fail_msg("%s is not told:\n%s", TOLD[k], pages[i]);
            }
        }
        for (size_t k = 0; k < ARRAY_LENGTH(OTHERS); k++) {
            if (strstr(pages[i], OTHERS[k]) != NULL) {
                fail_msg("%s is told, which is somebody else's", OTHERS[k]);
            }
        }
    }
    assert_non_null(strstr(pages[1], "<html lang=\"cy\">"));
    assert_non_null(strstr(pages[1], "Yr hyn a gedwir amdanoch"));
    assert_non_null(strstr(pages[1], "w-words-M1 &lt;b&gt;"));
    assert_non_null(strstr(pages[1], "Branch &amp; Co"));
    assert_non_null(strstr(portrait_of(world, "M2", PORTRAIT_HTML), "What is held about you"));
    world_close(world);
}

static void must_have_words(const char *name)
{
    for (size_t language = 0; language < 2; language++) {
        if (portrait_word(name, language) == NULL) {
            fail_msg("there are no words for '%s'", name);
        }
    }
}

static void every_name_has_words(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    CLEANUP(json_free) struct json *all = NULL;
    fill(world);
    const char *text = portrait_of(world, "M1", PORTRAIT_JSON);
    WORLD_MUST(json_parse(text, strlen(text), &all, &err));
    for (size_t i = 0; disclosures_section(i) != NULL; i++) {
        const struct json *rows = json_member(all, disclosures_section(i));
        must_have_words(disclosures_section(i));
        if (json_count(rows) == 0) {
            fail_msg("there is no row of '%s'", disclosures_section(i));
        }
        for (size_t k = 0; k < json_count(rows); k++) {
            const struct json *row = json_at(rows, arena_printf(world->arena, "%zu", k));
            for (size_t n = 0; json_name(row, n) != NULL; n++) {
                must_have_words(json_name(row, n));
                const struct json *one = json_at(json_value(row, n), "0");
                for (size_t m = 0; json_name(one, m) != NULL; m++) {
                    must_have_words(json_name(one, m));
                }
            }
            const char *fact = json_text_at(row, "fact", world->arena);
            if (fact != NULL && strncmp(fact, "custom.", 7) != 0) {
                must_have_words(fact);
            }
        }
    }
    assert_null(portrait_word("no such name", 0));
    world_close(world);
}

/* Which source a fact has: the hand that wrote it after the list, the list that wrote it after the
 * hand, the list that brought the member. */
static void facts_say_where_they_came_from(void **state)
{
    (void)state;
    static const struct {
        const char *fact;
        const char *source;
        const char *file;
    } cases[] = {
        {"job", "person", NULL},
        {"band", "import", "w-changed.csv"},
        {"last_name", "import", "w-brought.csv"},
        {"custom.shift", "import", "w-changed.csv"},
    };
    struct world *world = world_open(NOW);
    CLEANUP(json_free) struct json *all = NULL;
    fill(world);
    crowd_run(world, "INSERT INTO member_edit (member_id, fact, before, after, import_id, at)"
                     " SELECT id, 'band', 'a', 'b', 1, 2 FROM member WHERE number = 'M1'");
    const char *text = portrait_of(world, "M1", PORTRAIT_JSON);
    WORLD_MUST(json_parse(text, strlen(text), &all, &err));
    const struct json *facts = json_member(all, "facts");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        bool found = false;
        for (size_t k = 0; k < json_count(facts); k++) {
            const struct json *row = json_at(facts, arena_printf(world->arena, "%zu", k));
            if (text_equal(json_text_at(row, "fact", world->arena), cases[i].fact)) {
                assert_string_equal(json_text_at(row, "source", world->arena), cases[i].source);
                const char *file = json_text_at(row, "file", world->arena);
                if (!text_equal(file, cases[i].file)) {
                    fail_msg("%s comes from %s", cases[i].fact, file);
                }
                found = true;
            }
        }
        assert_true(found);
    }
    world_close(world);
}

/* Two share a handset: what came from it, and nobody knows from whom, is told to neither. */
static void what_may_be_somebody_elses_is_not_told(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    crowd_run(world, "INSERT INTO reply (gateway, remote_id, address, address_key, text, meaning,"
                     " at) SELECT 'g', 'r', address, address_key, 'w-stray', 'other', 1"
                     " FROM contact WHERE address = '+447700900001'");
    assert_non_null(strstr(portrait_of(world, "M1", PORTRAIT_JSON), "w-stray"));
    struct member twin = {.number = "M9", .mobile = world_members[0].mobile};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &twin, 0, world->arena, &outcome, &err));
    assert_null(strstr(portrait_of(world, "M1", PORTRAIT_JSON), "w-stray"));
    assert_null(strstr(portrait_of(world, "M9", PORTRAIT_JSON), "w-stray"));
    world_close(world);
}

static void a_file_is_called_by_letters_and_digits(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct member member = {.number = "AB/12 \"3"};
    const struct portrait_order order = {.member = &member, .form = PORTRAIT_HTML};
    assert_string_equal(portrait_file_name(&order, arena), "member-AB-12--3.html");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_one_member_is_told),
        cmocka_unit_test(every_name_has_words),
        cmocka_unit_test(facts_say_where_they_came_from),
        cmocka_unit_test(what_may_be_somebody_elses_is_not_told),
        cmocka_unit_test(a_file_is_called_by_letters_and_digits),
    };
    return cmocka_run_group_tests_name("letter/portrait", tests, NULL, NULL);
}
