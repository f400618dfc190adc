/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is no list is refused with a sentence that says what it is; a list that changes is noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"

static char folder[] = "/tmp/muster-source-XXXXXX";
static char list[64];
static char other[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(list, sizeof list, "%s/list.csv", folder);
    (void)snprintf(other, sizeof other, "%s/other.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(list);
    (void)unlink(other);
    return rmdir(folder);
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(close(fd), 0);
}

/* Opening gives this kind of error, and says this. */
static void refused(const char *path, enum error_kind kind, const char *says)
{
    CLEANUP(source_close) struct source source = {.fd = -1};
    struct error err;
    assert_false(source_open(path, NULL, &source, &err));
    assert_int_equal(source.fd, -1);
    if (err.kind != kind || strstr(err.text, says) == NULL || strstr(err.text, path) == NULL) {
        fail_msg("%s", err.text);
    }
}

static void test_refused(void **state)
{
    (void)state;
    refused("/nowhere/list.csv", ERROR_NO_INPUT, "No such file");
    refused(folder, ERROR_NO_INPUT, "is a folder");
    refused("/dev/null", ERROR_NO_INPUT, "but a device");
    assert_int_equal(mkfifo(list, 0600), 0);
    refused(list, ERROR_NO_INPUT, "but a pipe");
    assert_int_equal(unlink(list), 0);

    write_file(list, "", 0);
    refused(list, ERROR_DATA, "is empty");
    write_file(list, "\x1F\x8B\x08\0", 4);
    refused(list, ERROR_DATA, "is compressed");
    write_file(list, "PK\x03\x04[Content_Types].xml", 23);
    refused(list, ERROR_DATA, "is an Excel workbook");
    assert_int_equal(truncate(list, (off_t)2 * 1024 * 1024 * 1024 + 1), 0);
    refused(list, ERROR_DATA, "larger than 2 GiB");
    if (geteuid() != 0) { /* root may read everything */
        assert_int_equal(chmod(list, 0), 0);
        refused(list, ERROR_NO_INPUT, "Permission denied");
    }
    assert_int_equal(unlink(list), 0);
    assert_int_equal(symlink(list, other), 0);
    refused(other, ERROR_NO_INPUT, "No such file");
    assert_int_equal(unlink(other), 0);
}

static void test_read_again(void **state)
{
    (void)state;
    static const char text[] = "No,Name\n1,Ann\n";
    write_file(list, text, sizeof text - 1);
    CLEANUP(source_close) struct source source = {.fd = -1};
    struct error err;
    assert_true(source_open(list, NULL, &source, &err));
    assert_int_equal(source.size, sizeof text - 1);
    for (int round = 0; round < 2; round++) {
        char piece[5];
        char all[100] = "";
        size_t got = 1;
        for (size_t length = 0; got > 0; length += got) {
            assert_true(source_read(&source, piece, sizeof piece, &got, &err));
            memcpy(all + length, piece, got);
        }
        assert_string_equal(all, text);
        assert_true(source_rewind(&source, &err));
    }
    assert_true(source_unchanged(&source, &err));
    source_close(&source);
    assert_int_equal(source.fd, -1);
    source_close(&source);
}

enum change { GROWS, SHRINKS, TOUCHED, A_MOMENT, REPLACED, DELETED };

static void change_list(enum change change)
{
    struct stat info;
    assert_int_equal(stat(list, &info), 0);
    struct timespec times[2] = {info.st_atim, info.st_mtim};
    switch (change) {
    case GROWS: assert_int_equal(truncate(list, 100), 0); break;
    case SHRINKS: assert_int_equal(truncate(list, 3), 0); break;
    case TOUCHED: times[1].tv_sec++; break;
    case A_MOMENT: times[1].tv_nsec = (times[1].tv_nsec + 1) % 1000000000; break;
    case REPLACED:
        write_file(other, "No,Name\n1,Bea\n", 14);
        assert_int_equal(rename(other, list), 0);
        break;
    case DELETED: assert_int_equal(unlink(list), 0); return;
    }
    /* The time stands still, so that nothing else tells. */
    assert_int_equal(utimensat(AT_FDCWD, list, times, 0), 0);
}

static void test_changes(void **state)
{
    (void)state;
    static const char *const says[] = {
        [GROWS] = "has changed",    [SHRINKS] = "has changed",   [TOUCHED] = "has changed",
        [A_MOMENT] = "has changed", [REPLACED] = "was replaced", [DELETED] = NULL,
    };
    for (enum change change = GROWS; change <= DELETED; change++) {
        write_file(list, "No,Name\n1,Ann\n", 14);
        CLEANUP(source_close) struct source source = {.fd = -1};
        struct error err;
        assert_true(source_open(list, NULL, &source, &err));
        assert_true(source_unchanged(&source, &err));
        change_list(change);
        bool same = source_unchanged(&source, &err);
        assert_int_equal(same, says[change] == NULL);
        if (!same && (err.kind != ERROR_DATA || strstr(err.text, says[change]) == NULL)) {
            fail_msg("%d: %s", (int)change, err.text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_read_again),
        cmocka_unit_test(test_changes),
    };
    return cmocka_run_group_tests_name("roster/source", tests, make_folder, remove_folder);
}
