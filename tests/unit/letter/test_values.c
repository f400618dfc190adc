/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a message: the same that json_parse reads, and shared where they are written the
 * same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "muster/base/text.h"
#include "values.h"

static void assert_same(const struct json *one, const struct json *other)
{
    char rooms[2][JSON_NUMBER_SIZE];
    size_t lengths[2];
    const char *words[] = {json_scalar(one, rooms[0], &lengths[0]),
                           json_scalar(other, rooms[1], &lengths[1])};
    assert_int_equal(json_object_given(one), json_object_given(other));
    assert_int_equal(json_array_given(one), json_array_given(other));
    assert_int_equal(json_count(one), json_count(other));
    assert_int_equal(words[0] == NULL, words[1] == NULL);
    if (words[0] != NULL) {
        assert_int_equal(lengths[0], lengths[1]);
        assert_memory_equal(words[0], words[1], lengths[0]);
    }
    for (size_t i = 0; i < json_count(one); i++) {
        const char *name = json_array_given(one) ? NULL : json_name(one, i);
        assert_same(json_value(one, i),
                    name == NULL ? json_value(other, i) : json_member(other, name));
    }
}

/* Read by both, twice, as the second time finds what the first has kept. */
static void assert_read(struct values_memory *memory, const char *merge)
{
    for (int i = 0; i < 2; i++) {
        struct error faults[2] = {{0}};
        CLEANUP(json_free) struct json *values = NULL;
        CLEANUP(json_free) struct json *expected = NULL;
        bool read = values_read(memory, merge, &values, &faults[0]);
        assert_int_equal(json_parse(merge, strlen(merge), &expected, &faults[1]), read);
        assert_int_equal(faults[1].kind, faults[0].kind);
        if (read) {
            assert_same(values, expected);
        }
    }
}

static void values_are_those_that_a_parser_reads(void **state)
{
    (void)state;
    static const char *const MERGES[] = {
        "{}",
        "{\"a\":\"b\"}",
        "{\"a\":{}}",
        "{\"first_name\":\"Si\\u00e2n\",\"ballot\":{\"days\":[1,{\"a\":2}]},\"n\":3}",
        "{\"unit\":{\"name\":\"a } , { \\\" \\\\\"},\"x\":\"} , {\",\"y\":[\"]\",{\"b\":1}]}",
        "{\"a\":{\"b\":{\"c\":{}}},\"d\":null,\"e\":true,\"f\":-1}",
        "{ \"a\" : { \"b\" : 1 } , \"c\" : 2 }",
        "{\"a\":{\"b\":1},\"a\":{\"b\":1}}",
        "{\"a\":1,\"a\":{\"b\":1}}",
        "{\"a\\u0062\":{\"b\":1}}",
        "{\"a\":{\"b\":1}x}",
        "{\"a\":{\"b\":1,}}",
        "{\"a\":{\"b\":1}",
        "{\"a\":{\"b\":1}}}",
        "{\"a\":]}",
        "{\"a\":,}",
        "{\"a\":1,}",
        "{\"a",
        "{\"a\\",
        "{\"\":{}}",
        "[1]",
        "3",
        "",
        "{",
        "{\"a name that is longer than those that there are, and than what is kept of one\":{}}",
    };
    struct values_memory memory;
    values_init(&memory);
    for (size_t i = 0; i < ARRAY_LENGTH(MERGES); i++) {
        assert_read(&memory, MERGES[i]);
    }
    values_free(&memory);
}

static void what_members_share_is_read_once(void **state)
{
    (void)state;
    static const char *const MERGES[] = {
        "{\"first_name\":\"Ann\",\"ballot\":{\"title\":\"Pay\"}}",
        "{\"first_name\":\"Owen\",\"ballot\":{\"title\":\"Pay\"}}",
        "{\"first_name\":\"Rhys\",\"ballot\":{\"title\":\"Jobs\"}}",
    };
    struct values_memory memory;
    struct json *values[ARRAY_LENGTH(MERGES)];
    values_init(&memory);
    for (size_t i = 0; i < ARRAY_LENGTH(MERGES); i++) {
        assert_true(values_read(&memory, MERGES[i], &values[i], NULL));
    }
    assert_ptr_equal(json_member(values[0], "ballot"), json_member(values[1], "ballot"));
    assert_ptr_not_equal(json_member(values[0], "ballot"), json_member(values[2], "ballot"));
    values_free(&memory); /* the values stay whole without it */
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_string_equal("Pay", json_text_at(values[1], "ballot.title", arena));
    assert_string_equal("Jobs", json_text_at(values[2], "ballot.title", arena));
    for (size_t i = 0; i < ARRAY_LENGTH(MERGES); i++) {
        json_free(&values[i]);
    }
}

/* More objects than there is room for. */
static void what_is_new_takes_the_place_of_the_oldest(void **state)
{
    (void)state;
    struct values_memory memory;
    values_init(&memory);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (int i = 0; i < 3 * VALUES_KEPT; i++) {
        assert_read(&memory, arena_printf(arena, "{\"a\":{\"n\":%d},\"b\":{\"n\":%d}}", i, i / 2));
    }
    values_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_that_a_parser_reads),
        cmocka_unit_test(what_members_share_is_read_once),
        cmocka_unit_test(what_is_new_takes_the_place_of_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
