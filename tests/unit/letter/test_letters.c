/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is rendered for the wire, and rendered again from what the store has of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../inbound/world.h"
#include "muster/letter/letters.h"

static const struct config config = {
    .organisation = {.name = "Branch", .zone = "Europe/London"},
    .public = {.url = "https://gotv.branch.example"},
    .mail = {.from = "organiser@branch.example", .from_name = ""},
};

static void put_frozen(struct world *world, struct frozen_template *template)
{
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(templates_put(world->db, template, &err));
    WORLD_MUST(db_commit(world->db, &err));
    world->template_id = template->id;
}

static void put_template(struct world *world, enum channel channel, const char *subject,
                         const char *text)
{
    struct frozen_template template = {
        .name = "note", .channel = channel, .language = "en", .subject = subject, .text = text};
    put_frozen(world, &template);
}

/* One message of a channel, rendered; gives whether it could be. */
static bool render(struct world *world, enum channel channel, const char *merge, const char *plain,
                   struct letter *letter, struct error *fault)
{
    struct letterhead letterhead;
    struct outbox_message message = {.channel = channel,
                                     .address = "ann@mail.example",
                                     .template_id = world->template_id,
                                     .reference = "abcdefghij",
                                     .plain = plain,
                                     .campaign = "come",
                                     .merge = merge};
    struct letters *letters = letters_create(world->db, &config);
    letterhead_of(&config, world->arena, &letterhead);
    const struct letter_order order = {
        .message = &message, .letterhead = &letterhead, .at = world->now};
    bool ok = letters_render(letters, &order, world->arena, letter, fault);
    letters_free(&letters);
    assert_null(letters);
    return ok;
}

static void texts_are_rendered_and_measured(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *merge;
        const char *body; /* NULL: it cannot be */
        size_t parts;
        const char *plain;
    } cases[] = {
        {"Hi {{first_name}}", "{\"first_name\":\"Ann\"}", "Hi Ann", 1, NULL},
        {"  Hi {{first_name}} \n", "{}", "Hi", 1, NULL},
        {"{{first_name}}", "{\"first_name\":\"<b> & 'c'\"}", "<b> & 'c'", 1, NULL},
        {"\xC5\xB4yn {{first_name}}", "{}", "\xC5\xB4yn", 1, NULL},
        {"{{first_name}}", "{}", NULL, 0, NULL},
        {"   \n", "{}", NULL, 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(clock_now());
        struct letter letter;
        struct error fault = {.kind = ERROR_NONE};
        put_template(world, CHANNEL_SMS, NULL, cases[i].text);
        bool ok = render(world, CHANNEL_SMS, cases[i].merge, cases[i].plain, &letter, &fault);
        if (ok != (cases[i].body != NULL)) {
            fail_msg("'%s': %s", cases[i].text, fault.text);
        }
        if (ok) {
            assert_string_equal(letter.body, cases[i].body);
            assert_int_equal(letter.length, strlen(cases[i].body));
            assert_int_equal(letter.wording.size.parts, cases[i].parts);
        } else {
            assert_int_equal(fault.kind, ERROR_DATA);
        }
        world_close(world);
    }
}

/* A link to answer by is as long for one message as for another. */
static void a_text_has_a_short_link_to_answer_by(void **state)
{
    (void)state;
    struct world *world = world_open(clock_now());
    struct letter letter;
    struct error fault = {.kind = ERROR_NONE};
    put_template(world, CHANNEL_SMS, NULL, "Answer or leave: {{links.answer}}");
    if (!render(world, CHANNEL_SMS, "{}", NULL, &letter, &fault)) {
        fail_msg("%s", fault.text);
    }
    static const char before[] = "Answer or leave: https://gotv.branch.example/b/abcde";
    assert_memory_equal(letter.body, before, sizeof before - 1);
    assert_int_equal(strlen(letter.body), sizeof before - 1 + 13);
    assert_int_equal(letter.wording.size.parts, 1);
    world_close(world);
}

static void a_mail_has_what_lets_a_member_leave(void **state)
{
    (void)state;
    struct world *world = world_open(clock_now());
    struct letter letter;
    struct error fault = {.kind = ERROR_NONE};
    put_template(world, CHANNEL_EMAIL, "{{first_name}}, vote", "Go: {{links.unsubscribe}}\n");
    if (!render(world, CHANNEL_EMAIL, "{\"first_name\":\"Ann\",\"full_name\":\"Ann Ash\"}", NULL,
                &letter, &fault)) {
        fail_msg("%s", fault.text);
    }
    static const char *const pieces[] = {
        "From: organiser@branch.example\r\n",
        "To: Ann Ash <ann@mail.example>\r\n",
        "Subject: Ann, vote\r\n",
        "Message-ID: <abcdefghij@branch.example>\r\n",
        "List-Unsubscribe: <https://gotv.branch.example/u/abcdefghij-",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        "List-Id: ",
        "Feedback-ID: come:branch.example:campaign:muster\r\n",
        "Auto-Submitted: ",
        "Go: https://gotv.branch.example/u/abcdefghij-",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
        if (strstr(letter.body, pieces[i]) == NULL) {
            fail_msg("without '%s':\n%s", pieces[i], letter.body);
        }
    }
    world_close(world);
}

/* Two hundred and more letters, the first of them a curly quote. */
static void a_text_is_written_plainer_only_as_allowed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *plain;
        const char *body;
        size_t parts;
    } cases[] = {
        {"It\xE2\x80\x99s {{first_name}}. "
         "3456789012345678901234567890123456789012345678901234567890"
         "12345678",
         "",
         "It\xE2\x80\x99s Si\xC3\xA2n. 3456789012345678901234567890123456789012345678901234567890"
         "12345678",
         2},
        {"It\xE2\x80\x99s {{first_name}}. "
         "3456789012345678901234567890123456789012345678901234567890"
         "12345678",
         "punctuation letters",
         "It\xE2\x80\x99s Si\xC3\xA2n. 34567890123456789012345678901234567890"
         "1234567890123456789012345678",
         2},
        {"It\xE2\x80\x99s {{first_name}}. "
         "3456789012345678901234567890123456789012345678901234567890"
         "12345678",
         "punctuation letters names",
         "It's Sian. 34567890123456789012345678901234567890123456789012345"
         "6789012345678",
         1},
        {"It\xE2\x80\x99s {{first_name}}.", "punctuation letters names",
         "It\xE2\x80\x99s Si\xC3\xA2n.", 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct world *world = world_open(clock_now());
        struct letter letter;
        struct error fault = {.kind = ERROR_NONE};
        put_template(world, CHANNEL_SMS, NULL, cases[i].text);
        assert_true(render(world, CHANNEL_SMS, "{\"first_name\":\"Si\xC3\xA2n\"}", cases[i].plain,
                           &letter, &fault));
        assert_string_equal(letter.body, cases[i].body);
        assert_int_equal(letter.wording.size.parts, cases[i].parts);
        assert_int_equal(letter.wording.span_count, 1);
        assert_memory_equal(letter.body + letter.wording.spans[0].from, "Si", 2);
        world_close(world);
    }
}

static void a_text_of_too_many_parts_is_none(void **state)
{
    (void)state;
    struct world *world = world_open(clock_now());
    struct letter letter;
    struct error fault = {.kind = ERROR_NONE};
    CLEANUP(buffer_free) struct buffer merge;
    buffer_init(&merge, 4096);
    (void)buffer_puts(&merge, "{\"first_name\":\"");
    for (int i = 0; i < 1531; i++) {
        (void)buffer_putc(&merge, 'x');
    }
    (void)buffer_puts(&merge, "\"}");
    put_template(world, CHANNEL_SMS, NULL, "{{first_name}}");
    assert_false(render(world, CHANNEL_SMS, buffer_text(&merge), "punctuation", &letter, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_string_equal(fault.text, "the text takes 11 parts, and a phone puts 10 together");
    world_close(world);
}

/* What sections that are left out leave behind is no gap in the letter. */
static void a_mail_has_no_gaps(void **state)
{
    (void)state;
    struct world *world = world_open(clock_now());
    struct letter letter;
    struct error fault = {.kind = ERROR_NONE};
    put_template(world, CHANNEL_EMAIL, " Vote ",
                 "\n{{x}}\nDear Ann,\n\n{{x}}\n \t\nvote.\r\n\r\n\r\nBye\n\n\n");
    assert_true(render(world, CHANNEL_EMAIL, "{}", NULL, &letter, &fault));
    assert_string_equal(letter.subject, "Vote");
    assert_string_equal(letter.text, "Dear Ann,\n\nvote.\r\n\r\nBye\n\n");
    world_close(world);
}

/* Partials are those of the day it was frozen, each of its text's own kind; the Welsh are told the
 * day in Welsh. */
static void partials_are_frozen_with_a_template(void **state)
{
    (void)state;
    struct world *world = world_open(clock_now());
    struct letter letter;
    struct error fault = {.kind = ERROR_NONE};
    struct frozen_template template = {
        .name = "note",
        .channel = CHANNEL_EMAIL,
        .language = "cy",
        .subject = "{{>a.b}}",
        .text = "{{<a.b}}{{$x}}{{day | date \"%A\"}}{{/x}}{{/a.b}}\n",
        .html = "<p>{{>a.b}}</p>\n",
        .partials = "{\"a.b.txt\":\"text {{$x}}{{/x}}\",\"a.b.subject\":\"subject\","
                    "\"a.b.html\":\"html\"}",
    };
    put_frozen(world, &template);
    assert_true(render(world, CHANNEL_EMAIL, "{\"day\":\"2026-12-18\"}", NULL, &letter, &fault));
    assert_string_equal(letter.subject, "subject");
    assert_string_equal(letter.text, "text dydd Gwener");
    assert_string_equal(letter.html, "<p>html</p>\n");
    world_close(world);
}

/* Hand a message over as the dispatcher does, and give it back as the store has it. */
static struct outbox_message *release(struct world *world, struct letters *letters,
                                      const struct letterhead *letterhead, struct letter *letter)
{
    struct outbox_message *claimed = NULL;
    assert_int_equal(world_claim(world, CHANNEL_EMAIL, 1, 10, &claimed), 1);
    const struct letter_order order = {
        .message = claimed, .letterhead = letterhead, .at = world->now};
    WORLD_MUST(letters_render(letters, &order, world->arena, letter, &err));
    struct outbox_release given = {.id = claimed->id, .letterhead = letterhead->text};
    db_message_digest(world->db, letter->body, letter->length, given.digest);
    const struct outbox_terms terms = world_terms(world, 1, claimed->step_id);
    WORLD_MUST(outbox_release(world->db, &terms, &given, 1, &err));
    assert_true(given.released);
    struct outbox_message *stored = NULL;
    WORLD_MUST(outbox_find(world->db, claimed->reference, world->arena, &stored, &err));
    return stored;
}

static void what_was_sent_is_rendered_again(void **state)
{
    (void)state;
    struct world *world = world_open(clock_now());
    struct letterhead letterhead;
    struct letter sent;
    struct letter again;
    struct error fault = {.kind = ERROR_NONE};
    bool same = false;
    put_template(world, CHANNEL_EMAIL, "Vote by {{d | date \"%H:%M\"}}", "{{links.unsubscribe}}\n");
    const struct outbox_message message = {.step_id = world->step_id,
                                           .member_id = world->member_ids[1],
                                           .channel = CHANNEL_EMAIL,
                                           .address = world_members[1].email,
                                           .template_id = world->template_id,
                                           .merge = "{\"d\":\"2026-12-18T17:00:00Z\"}",
                                           .due_at = world->now - 10};
    bool queued = false;
    WORLD_MUST(outbox_put(world->db, &message, world->now, &queued, &err));
    struct letters *letters = letters_create(world->db, &config);
    letterhead_of(&config, world->arena, &letterhead);
    struct outbox_message *stored = release(world, letters, &letterhead, &sent);
    letters_free(&letters);

    /* Everything of ours is another now: the address, the zone, the name. */
    struct config later = config;
    later.organisation.zone = "Asia/Tokyo";
    later.mail.from = "other@elsewhere.example";
    later.public.url = "https://other.example";
    WORLD_MUST(clock_set_zone("Asia/Tokyo", &err));
    letters = letters_create(world->db, &later);
    assert_true(letters_again(letters, stored, world->arena, &again, &same, &fault));
    assert_true(same);
    assert_string_equal(again.body, sent.body);
    assert_string_equal(again.subject, "Vote by 17:00");
    assert_string_equal(clock_minute(0, world->arena), "1970-01-01 09:00");

    /* A digest of anything else does not prove it. */
    stored->digest[0] ^= 1;
    assert_true(letters_again(letters, stored, world->arena, &again, &same, &fault));
    assert_false(same);
    stored->released_at = 0;
    assert_false(letters_again(letters, stored, world->arena, &again, &same, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    letters_free(&letters);
    WORLD_MUST(clock_set_zone("Europe/London", &err));
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_rendered_and_measured),
        cmocka_unit_test(a_text_is_written_plainer_only_as_allowed),
        cmocka_unit_test(a_text_of_too_many_parts_is_none),
        cmocka_unit_test(a_text_has_a_short_link_to_answer_by),
        cmocka_unit_test(a_mail_has_what_lets_a_member_leave),
        cmocka_unit_test(a_mail_has_no_gaps),
        cmocka_unit_test(partials_are_frozen_with_a_template),
        cmocka_unit_test(what_was_sent_is_rendered_again),
    };
    return cmocka_run_group_tests_name("letter/letters", tests, NULL, NULL);
}
