/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files: read with a ceiling, made once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/file.h"

struct place {
    char folder[32];
    char path[48];
};

static void open_place(struct place *place)
{
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/muster-file-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    (void)snprintf(place->path, sizeof place->path, "%s/file", place->folder);
}

static void close_place(const struct place *place)
{
    (void)unlink(place->path);
    assert_int_equal(rmdir(place->folder), 0);
}

static void what_is_made_is_read(void **state)
{
    (void)state;
    static char bytes[200001];
    memset(bytes, 'b', sizeof bytes);
    bytes[5] = '\0';
    static const size_t sizes[] = {0, 1, 65535, 65536, 65537, sizeof bytes};
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        struct place place;
        struct error err;
        struct stat info;
        open_place(&place);
        assert_true(file_create(place.path, bytes, sizes[i], 0640, &err));
        assert_int_equal(stat(place.path, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0640); /* whatever the umask */
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, sizeof bytes + 3);
        assert_true(buffer_puts(&out, "abc"));
        assert_true(file_read(place.path, &out, &err));
        assert_int_equal(out.length, sizes[i] + 3);
        assert_memory_equal(buffer_text(&out), "abc", 3);
        assert_memory_equal(buffer_text(&out) + 3, bytes, sizes[i]);
        close_place(&place);
    }
}

static void a_file_is_made_once(void **state)
{
    (void)state;
    struct place place;
    struct error err;
    open_place(&place);
    assert_true(file_create(place.path, "first", 5, 0600, &err));
    assert_false(file_create(place.path, "second", 6, 0600, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_non_null(strstr(err.text, "it exists already"));
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 100);
    assert_true(file_read(place.path, &out, &err));
    assert_string_equal(buffer_text(&out), "first");
    assert_false(file_create("/proc/none/file", "x", 1, 0600, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    close_place(&place);
}

static void what_cannot_be_read_is_said(void **state)
{
    (void)state;
    struct place place;
    struct error err;
    open_place(&place);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 10);
    assert_false(file_read(place.path, &out, &err));
    assert_int_equal(err.kind, ERROR_NO_INPUT);
    assert_non_null(strstr(err.text, "cannot be opened"));
    assert_false(file_read(place.folder, &out, &err));
    assert_int_equal(err.kind, ERROR_NO_INPUT);
    assert_non_null(strstr(err.text, "is a folder"));
    assert_true(file_create(place.path, "12345678901", 11, 0600, &err));
    assert_false(file_read(place.path, &out, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.text, "larger than the limit of 10 bytes"));
    buffer_clear(&out);
    assert_false(file_read("/dev/zero", &out, &err)); /* it never ends, but the ceiling does */
    close_place(&place);
}

static void paths_are_seen_from_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *beside;
        const char *path;
        const char *seen;
    } cases[] = {
        {"/etc/muster/muster.conf", "muster.db", "/etc/muster/muster.db"},
        {"/etc/muster/muster.conf", "../x", "/etc/muster/../x"},
        {"/etc/muster/muster.conf", "/var/x", "/var/x"},
        {"muster.conf", "muster.db", "muster.db"},
        {"a/muster.conf", "b/x", "a/b/x"},
        {"/muster.conf", "x", "/x"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(file_beside(cases[i].beside, cases[i].path, arena), cases[i].seen);
    }
}

static void whose_file_it_is_is_said(void **state)
{
    (void)state;
    char advice[FILE_ADVICE_SIZE];
    struct stat facts = {.st_uid = geteuid()};
    file_advise(&facts, advice);
    assert_string_equal(advice, "chmod 600 mends it");
    facts.st_uid = geteuid() == 0 ? 1 : 0;
    file_advise(&facts, advice);
    assert_non_null(strstr(advice, "it belongs to "));
    assert_non_null(strstr(advice, ", and chmod 600 mends it"));
    facts.st_uid = 4000000001U;
    file_advise(&facts, advice);
    assert_string_equal(advice, "it belongs to user 4000000001, and chmod 600 mends it");
}

static void a_file_without_a_name_leaves_nothing(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer text;
    char folder[] = "/tmp/nameless-XXXXXX";
    struct stat info;
    struct error err;
    int fd = -1;
    buffer_init(&text, 100);
    assert_non_null(mkdtemp(folder));
    assert_true(file_nameless(folder, &fd, &err));
    assert_int_equal(fstat(fd, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_nlink, 0);
    assert_int_equal(write(fd, "members", 7), 7);
    assert_true(file_read(file_again(fd, arena), &text, &err));
    assert_string_equal(buffer_text(&text), "members");
    assert_int_equal(rmdir(folder), 0); /* which is empty */
    (void)close(fd);
    assert_false(file_nameless(folder, &fd, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_is_read),
        cmocka_unit_test(a_file_is_made_once),
        cmocka_unit_test(what_cannot_be_read_is_said),
        cmocka_unit_test(paths_are_seen_from_a_file),
        cmocka_unit_test(whose_file_it_is_is_said),
        cmocka_unit_test(a_file_without_a_name_leaves_nothing),
    };
    return cmocka_run_group_tests_name("base/file", tests, NULL, NULL);
}
