/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phones and mailboxes within their ceilings, and the counts and small rules beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "boxes.h"
#include "endpoint.h"
#include "parts.h"
#include "tally.h"

static void put(struct boxes *boxes, const char *name, int number, size_t length)
{
    static char text[4096];
    memset(text, 'x', sizeof text);
    struct item item = {
        .at = number,
        .from = "Branch",
        .subject = "",
        .text = text,
        .length = length,
    };
    snprintf(item.id, sizeof item.id, "R%d", number);
    struct box *box = boxes_open(boxes, name);
    assert_non_null(box);
    boxes_put(boxes, box, &item);
}

static size_t held(const struct box *box)
{
    size_t count = 0;
    for (const struct item *item = box->newest; item != NULL; item = item->older) {
        count++;
    }
    return count;
}

static void the_latest_are_kept(void **state)
{
    (void)state;
    struct boxes *boxes = boxes_create(10, 1 << 20);
    for (int i = 0; i < BOX_HOLDS + 7; i++) {
        put(boxes, "+447700900123", i, 20);
    }
    const struct box *box = boxes_find(boxes, "+447700900123");
    assert_int_equal(held(box), BOX_HOLDS);
    assert_int_equal(box->messages, BOX_HOLDS + 7);
    assert_null(boxes_item(box, "R6"));
    assert_non_null(boxes_item(box, "R7"));
    assert_string_equal(box->newest->id, "R56");
    boxes_free(&boxes);
    assert_null(boxes);
}

static void recent_boxes_come_first(void **state)
{
    (void)state;
    struct boxes *boxes = boxes_create(3, 1 << 20);
    put(boxes, "a", 1, 1);
    put(boxes, "b", 2, 1);
    put(boxes, "c", 3, 1);
    put(boxes, "a", 4, 1);
    assert_string_equal(boxes_recent(boxes)->name, "a");
    assert_string_equal(boxes_recent(boxes)->less_recent->name, "c");
    assert_string_equal(boxes_recent(boxes)->less_recent->less_recent->name, "b");
    assert_null(boxes_recent(boxes)->less_recent->less_recent->less_recent);
    assert_null(boxes_open(boxes, "d"));
    assert_int_equal(boxes_count(boxes), 3);
    boxes_free(&boxes);
}

static void the_oldest_anywhere_gives_way(void **state)
{
    (void)state;
    struct boxes *boxes = boxes_create(5000, 100 * 1200);
    for (int i = 0; i < 3000; i++) {
        char name[32];
        snprintf(name, sizeof name, "box%d", i);
        put(boxes, name, i, 1000);
    }
    size_t total = 0;
    for (const struct box *box = boxes_recent(boxes); box != NULL; box = box->less_recent) {
        total += held(box);
        assert_int_equal(box->messages, 1);
    }
    assert_in_range(total, 80, 120);
    assert_null(boxes_find(boxes, "box0")->newest);
    assert_non_null(boxes_find(boxes, "box2999")->newest);
    boxes_free(&boxes);
}

static void answers_go_to_the_last_url(void **state)
{
    (void)state;
    struct boxes *boxes = boxes_create(3, 1 << 20);
    struct box *box = boxes_open(boxes, "a");
    boxes_set_answer(box, "Branch", "http://127.0.0.1/1");
    boxes_set_answer(box, "Office", NULL);
    assert_string_equal(box->sender, "Office");
    assert_string_equal(box->reply_url, "http://127.0.0.1/1");
    boxes_set_answer(box, "Office", "http://127.0.0.1/2");
    assert_string_equal(box->reply_url, "http://127.0.0.1/2");
    boxes_free(&boxes);
}

static void tallies_are_kept_apart(void **state)
{
    (void)state;
    struct tally *tally = tally_create();
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20000; i++) {
            char number[32];
            snprintf(number, sizeof number, "+4477009%05d", i);
            struct tally_entry *entry = tally_of(tally, number);
            assert_int_equal(entry->attempts, round);
            entry->attempts++;
        }
    }
    tally_free(&tally);
    assert_null(tally);
}

static void parts_are_counted(void **state)
{
    (void)state;
    char text[2048];
    static const struct {
        const char *character;
        int count;
        unsigned parts;
    } cases[] = {
        {"a", 0, 1},
        {"a", 1, 1},
        {"a", 160, 1},
        {"a", 161, 2},
        {"a", 306, 2},
        {"a", 307, 3},
        {"\xe2\x82\xac", 80, 1},
        {"\xe2\x82\xac", 81, 2},
        {"\xe2\x82\xac", 152, 2},
        {"\xe2\x82\xac", 153, 3},
        {"\xc3\xa9", 160, 1},
        {"\xc5\xb5", 70, 1},
        {"\xc5\xb5", 71, 2},
        {"\xc5\xb5", 134, 2},
        {"\xc5\xb5", 135, 3},
        {"\xf0\x9f\x93\xb1", 35, 1},
        {"\xf0\x9f\x93\xb1", 36, 2},
        {"\xf0\x9f\x93\xb1", 66, 2},
        {"\xf0\x9f\x93\xb1", 67, 3},
        {"\n", 160, 1},
        {"`", 71, 2},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t width = strlen(cases[i].character);
        for (int j = 0; j < cases[i].count; j++) {
            memcpy(text + (size_t)j * width, cases[i].character, width);
        }
        text[(size_t)cases[i].count * width] = '\0';
        if (parts_count(text) != cases[i].parts) {
            fail_msg("%d of %s make %u parts, not %u", cases[i].count, cases[i].character,
                     parts_count(text), cases[i].parts);
        }
    }
}

static void only_this_machine_is_called(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool local;
    } cases[] = {
        {"http://127.0.0.1/", true},
        {"http://127.9.9.9:8080/hook?id=1", true},
        {"http://localhost:1", true},
        {"http://[::1]:80/x", true},
        {"http://[::1]", true},
        {"https://127.0.0.1/", false},
        {"http://192.0.2.1/", false},
        {"http://example.org/", false},
        {"http://127.0.0.1.example/", false},
        {"http://127.0.0.1@evil.example/", false},
        {"http://127.0.0.1:80@evil.example/", false},
        {"http://user@127.0.0.1/", false},
        {"http://127.0.0.1\\@evil.example/", false},
        {"http://127.0.0.1:0/", false},
        {"http://127.0.0.1:65536/", false},
        {"http://127.1/", false},
        {"http://[::2]/", false},
        {"http://[::ffff:192.0.2.1]/", false},
        {"http://127.0.0.1/a b", false},
        {"http://127.0.0.1/\n", false},
        {"http://", false},
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (endpoint_is_local_url(cases[i].url) != cases[i].local) {
            fail_msg("%s", cases[i].url);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_latest_are_kept),
        cmocka_unit_test(recent_boxes_come_first),
        cmocka_unit_test(the_oldest_anywhere_gives_way),
        cmocka_unit_test(answers_go_to_the_last_url),
        cmocka_unit_test(tallies_are_kept_apart),
        cmocka_unit_test(parts_are_counted),
        cmocka_unit_test(only_this_machine_is_called),
    };
    return cmocka_run_group_tests_name("rehearsal/boxes", tests, NULL, NULL);
}
