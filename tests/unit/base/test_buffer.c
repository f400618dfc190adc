/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A buffer grows to its ceiling and not beyond. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/buffer.h"

static void it_holds_what_was_added(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer buffer;
    buffer_init(&buffer, 100000);
    assert_string_equal(buffer_text(&buffer), "");
    assert_true(buffer_puts(&buffer, "one "));
    assert_true(buffer_putc(&buffer, '2'));
    assert_true(buffer_printf(&buffer, " %d %s", 3, "four"));
    assert_true(buffer_add(&buffer, "\0x", 2));
    assert_true(buffer_add(&buffer, "", 0));
    assert_int_equal(buffer.length, 14);
    assert_memory_equal(buffer_text(&buffer), "one 2 3 four\0x", 15);
    buffer_drop(&buffer, 0);
    buffer_drop(&buffer, 4);
    assert_string_equal(buffer_text(&buffer), "2 3 four");
    buffer_drop(&buffer, buffer.length);
    assert_string_equal(buffer_text(&buffer), "");
    for (int i = 0; i < 10000; i++) {
        assert_true(buffer_printf(&buffer, "%04d ", i));
    }
    assert_int_equal(buffer.length, 50000);
    assert_int_equal(strlen(buffer_text(&buffer)), 50000);
    assert_memory_equal(buffer_text(&buffer) + 49995, "9999 ", 6);
}

static void the_ceiling_holds_for_every_way_in(void **state)
{
    (void)state;
    for (int way = 0; way < 5; way++) {
        CLEANUP(buffer_free) struct buffer buffer;
        buffer_init(&buffer, 10);
        assert_true(buffer_puts(&buffer, "12345678"));
        bool ok = way == 0   ? buffer_puts(&buffer, "abc")
                  : way == 1 ? buffer_add(&buffer, "abc", 3)
                  : way == 2 ? buffer_printf(&buffer, "%s", "abc")
                  : way == 3 ? buffer_reserve(&buffer, 3) != NULL
                             : buffer_add(&buffer, "abc", SIZE_MAX);
        assert_false(ok);
        assert_true(buffer.full);
        /* Full is full: not even what would fit goes in, so that one look at the end is enough. */
        assert_false(buffer_putc(&buffer, 'x'));
        assert_string_equal(buffer_text(&buffer), "12345678");
        buffer_clear(&buffer);
        assert_false(buffer.full);
        assert_true(buffer_puts(&buffer, "1234567890"));
        assert_false(buffer.full);
        assert_int_equal(buffer.length, 10);
    }
    CLEANUP(buffer_free) struct buffer none;
    buffer_init(&none, 0);
    assert_true(buffer_add(&none, "", 0));
    assert_false(buffer_putc(&none, 'x'));
}

static void room_can_be_reserved(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer buffer;
    buffer_init(&buffer, 1000);
    char *room = buffer_reserve(&buffer, 600);
    assert_non_null(room);
    memset(room, 'r', 600);
    buffer_extend(&buffer, 300);
    assert_int_equal(buffer.length, 300);
    assert_int_equal(strlen(buffer_text(&buffer)), 300);
    assert_null(buffer_reserve(&buffer, 701));
    buffer_free(&buffer);
    assert_string_equal(buffer_text(&buffer), "");
    assert_true(buffer_puts(&buffer, "again"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_holds_what_was_added),
        cmocka_unit_test(the_ceiling_holds_for_every_way_in),
        cmocka_unit_test(room_can_be_reserved),
    };
    return cmocka_run_group_tests_name("base/buffer", tests, NULL, NULL);
}
