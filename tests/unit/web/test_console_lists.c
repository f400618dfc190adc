/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that wait: whose they are, how many, how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "console_lists.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"

enum { ANN = 1, BEA = 2 };

static const int64_t NOW = 1800000000000;

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static int open_file(void)
{
    int fd = -1;
    struct error err;
    assert_true(file_nameless("/tmp", &fd, &err));
    return fd;
}

static bool add(struct console_lists *lists, int64_t account, int64_t now,
                struct console_list **list, int *fd)
{
    struct error err = {.kind = ERROR_NONE};
    struct console_upload_file file = {.name = "week.csv", .fd = open_file()};
    *fd = file.fd;
    return console_lists_add(lists, &file, account, now, list, &err);
}

static void a_list_is_its_senders(void **state)
{
    (void)state;
    CLEANUP(console_lists_free) struct console_lists *lists = console_lists_create();
    struct console_list *one = NULL;
    struct console_list *two = NULL;
    int fds[2];
    assert_true(add(lists, ANN, NOW, &one, &fds[0]));
    assert_true(add(lists, BEA, NOW, &two, &fds[1]));
    assert_string_not_equal(one->key, two->key);
    assert_ptr_equal(console_lists_find(lists, one->key, ANN), one);
    assert_null(console_lists_find(lists, one->key, BEA));
    assert_null(console_lists_find(lists, "", ANN));
    assert_null(console_lists_find(lists, "nosuchkeynosuchkeyno", ANN));
    console_lists_drop(lists, one);
    assert_false(is_open(fds[0]));
    assert_true(is_open(fds[1]));
    assert_ptr_equal(console_lists_first(lists), two);
    console_lists_free(&lists);
    assert_false(is_open(fds[1]));
}

static void so_many_wait_and_no_more(void **state)
{
    (void)state;
    CLEANUP(console_lists_free) struct console_lists *lists = console_lists_create();
    struct console_list *list = NULL;
    int fd = -1;
    for (int i = 0; i < CONSOLE_LISTS_MOST; i++) {
        assert_true(add(lists, ANN, NOW, &list, &fd));
    }
    struct console_list *none = NULL;
    assert_false(add(lists, ANN, NOW, &none, &fd));
    assert_null(none);
    assert_false(is_open(fd)); /* nothing of it is kept */
    console_lists_drop(lists, list);
    assert_true(add(lists, BEA, NOW, &list, &fd));
}

static void nobody_comes_back_to_a_list(void **state)
{
    (void)state;
    CLEANUP(console_lists_free) struct console_lists *lists = console_lists_create();
    struct console_list *old = NULL;
    struct console_list *at_work = NULL;
    struct console_list *new = NULL;
    int fds[3];
    const int64_t day = 24 * (int64_t)CLOCK_HOUR;
    assert_true(add(lists, ANN, NOW, &old, &fds[0]));
    assert_true(add(lists, ANN, NOW, &at_work, &fds[1]));
    assert_true(add(lists, ANN, NOW + 1, &new, &fds[2]));
    console_list_set_job(at_work, CONSOLE_LIST_TRIED, 7, -1, -1);
    console_lists_sweep(lists, 7, NOW + day);
    assert_true(is_open(fds[0]));
    console_lists_sweep(lists, 7, NOW + day + 1);
    assert_false(is_open(fds[0]));
    assert_true(is_open(fds[1]));
    assert_true(is_open(fds[2]));
    console_lists_sweep(lists, 0, NOW + day + 1);
    assert_false(is_open(fds[1]));
    assert_ptr_equal(console_lists_first(lists), new);
}

static void what_is_said_of_a_list_is_kept(void **state)
{
    (void)state;
    CLEANUP(console_lists_free) struct console_lists *lists = console_lists_create();
    struct console_list *list = NULL;
    int fd = -1;
    assert_true(add(lists, ANN, NOW, &list, &fd));
    assert_string_equal(list->name, "week.csv");
    char map[] = "Code=number";
    const char *maps[] = {map};
    struct console_list_reading reading = list->reading;
    reading.maps = maps;
    reading.map_count = 1;
    reading.whole = true;
    console_list_read_as(list, &reading);
    map[0] = 'X';
    assert_string_equal(list->reading.maps[0], "Code=number");
    assert_true(list->reading.whole);
    const int refused = open_file();
    console_list_set_job(list, CONSOLE_LIST_TRIED, 1, refused, -1);
    console_list_set_job(list, CONSOLE_LIST_APPLIED, 2, -1, -1);
    assert_false(is_open(refused)); /* what an earlier trial has written is nobody's any more */
    console_list_close(list);
    assert_false(is_open(fd));
    assert_int_equal(list->fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_its_senders),
        cmocka_unit_test(so_many_wait_and_no_more),
        cmocka_unit_test(nobody_comes_back_to_a_list),
        cmocka_unit_test(what_is_said_of_a_list_is_kept),
    };
    return cmocka_run_group_tests_name("web/console_lists", tests, NULL, NULL);
}
