/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file is there whole, or as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/draft.h"
#include "muster/base/file.h"

struct folder {
    char path[32];
    char file[64];
    struct arena *arena;
};

static void folder_make(struct folder *folder)
{
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/draft-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    (void)snprintf(folder->file, sizeof folder->file, "%s/out.csv", folder->path);
    folder->arena = arena_create();
}

static void folder_drop(struct folder *folder)
{
    (void)unlink(folder->file);
    assert_int_equal(rmdir(folder->path), 0); /* nothing else is left in it */
    arena_free(&folder->arena);
}

static const char *contents(struct folder *folder)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, 1000);
    struct error err;
    return file_read(folder->file, &text, &err) ? arena_text(folder->arena, buffer_text(&text))
                                                : "(none)";
}

static void what_is_kept_is_whole(void **state)
{
    (void)state;
    CLEANUP(folder_drop) struct folder folder;
    folder_make(&folder);
    struct error err;
    CLEANUP(draft_free) struct draft *draft = NULL;
    assert_true(draft_open(folder.file, 0640, &draft, &err));
    draft_add(draft, "new ", 4);
    draft_add(draft, "text", 4);
    assert_string_equal(contents(&folder), "(none)");
    assert_true(draft_keep(draft, &err));
    assert_string_equal(contents(&folder), "new text");
    struct stat info;
    assert_int_equal(stat(folder.file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void nothing_is_ever_overwritten(void **state)
{
    (void)state;
    CLEANUP(folder_drop) struct folder folder;
    folder_make(&folder);
    struct error err;
    CLEANUP(draft_free) struct draft *draft = NULL;
    assert_true(draft_open(folder.file, 0600, &draft, &err));
    draft_add(draft, "new", 3);
    assert_true(file_create(folder.file, "old", 3, 0644, &err)); /* somebody was quicker */
    assert_false(draft_keep(draft, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_string_equal(contents(&folder), "old");
    struct draft *other = NULL;
    assert_false(draft_open(folder.file, 0600, &other, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_false(draft_open("/dev/null", 0600, &other, &err));
    assert_int_equal(unlink(folder.file), 0);
    assert_int_equal(symlink("nowhere", folder.file), 0);
    assert_false(draft_open(folder.file, 0600, &other, &err));
    assert_null(other);
}

static void what_is_dropped_leaves_no_trace(void **state)
{
    (void)state;
    CLEANUP(folder_drop) struct folder folder;
    folder_make(&folder);
    struct error err;
    struct draft *draft = NULL;
    assert_true(draft_open(folder.file, 0600, &draft, &err));
    draft_add(draft, "half", 4);
    draft_free(&draft);
    assert_null(draft);
    assert_string_equal(contents(&folder), "(none)");
    draft_free(&draft);
}

static void faults_are_told(void **state)
{
    (void)state;
    CLEANUP(folder_drop) struct folder folder;
    folder_make(&folder);
    struct error err;
    struct draft *draft = NULL;
    assert_false(draft_open(folder.path, 0600, &draft, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_false(draft_open("/nowhere/at/all.csv", 0600, &draft, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_null(draft);
}

static void one_in_an_open_file_gets_no_name(void **state)
{
    (void)state;
    CLEANUP(folder_drop) struct folder folder;
    folder_make(&folder);
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, 100);
    struct error err;
    int fd = -1;
    assert_true(file_nameless(folder.path, &fd, &err));
    {
        CLEANUP(draft_free) struct draft *draft = NULL;
        assert_true(draft_onto(fd, "the rows", &draft, &err));
        draft_add(draft, "new text", 8);
        assert_true(draft_keep(draft, &err));
    }
    assert_true(file_read(file_again(fd, folder.arena), &text, &err));
    assert_string_equal(buffer_text(&text), "new text");
    (void)close(fd);
    struct draft *none = NULL;
    assert_false(draft_onto(fd, "the rows", &none, &err)); /* it is closed */
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_non_null(strstr(err.text, "the rows"));
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_whole),
        cmocka_unit_test(nothing_is_ever_overwritten),
        cmocka_unit_test(what_is_dropped_leaves_no_trace),
        cmocka_unit_test(faults_are_told),
        cmocka_unit_test(one_in_an_open_file_gets_no_name),
    };
    return cmocka_run_group_tests_name("base/draft", tests, NULL, NULL);
}
