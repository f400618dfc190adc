/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log: its strings, its lines, and when they are in the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"
#include "muster/base/file.h"
#include "muster/base/json.h"

static void strings_are_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *want;
    } cases[] = {
        {"", 0, "\"\""},
        {"plain", 5, "\"plain\""},
        {"a\"b\\c", 5, "\"a\\\"b\\\\c\""},
        {"a\nb\rc\td", 7, "\"a\\nb\\u000dc\\u0009d\""},
        {"\0\x1f\x7f", 3, "\"\\u0000\\u001f\\u007f\""},
        {"caf\xc3\xa9 \xf0\x9f\x93\xb1", 10, "\"caf\xc3\xa9 \xf0\x9f\x93\xb1\""},
        {"\xef\xbf\xbd", 3, "\"\xef\xbf\xbd\""},
        {"a\xff"
         "b",
         3, "\"a\\ufffdb\""},
        {"\xc3", 1, "\"\\ufffd\""},
        {"\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\""},
        {"\xc0\xaf", 2, "\"\\ufffd\\ufffd\""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 256);
        journal_quote(&out, cases[i].text, cases[i].length);
        assert_string_equal(buffer_text(&out), cases[i].want);
    }
}

static void every_string_is_json(void **state)
{
    (void)state;
    for (int first = 0; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            char bytes[3] = {(char)first, (char)second, 'x'};
            CLEANUP(buffer_free) struct buffer out;
            CLEANUP(json_free) struct json *value = NULL;
            struct error err;
            buffer_init(&out, 256);
            buffer_puts(&out, "{\"s\":");
            journal_quote(&out, bytes, sizeof bytes);
            buffer_puts(&out, "}");
            bool nul = first == 0 || second == 0;
            assert_true(nul || json_parse(out.data, out.length, &value, &err));
        }
    }
}

static void instants_are_written(void **state)
{
    (void)state;
    char text[32];
    journal_time(INT64_C(1795291200123), text);
    assert_string_equal(text, "2026-11-21T20:00:00.123Z");
    journal_time(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
}

static void write_event(struct journal *journal, int64_t number)
{
    journal_begin(journal, "message");
    journal_text(journal, "to", "+447700900123");
    journal_text(journal, "nothing", NULL);
    journal_span(journal, "text", "two\nlines", 9);
    journal_number(journal, "size", number);
    journal_end(journal);
}

static void lines_reach_the_file(void **state)
{
    (void)state;
    char path[] = "/tmp/muster-journal-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    struct journal *journal = NULL;
    struct error err;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, 1 << 20);
    assert_true(journal_open(path, &journal, &err));
    assert_int_equal(journal_inherited(journal), 0);
    write_event(journal, 1);
    write_event(journal, -2);
    assert_true(file_read(path, &text, &err));
    assert_int_equal(text.length, 0); /* they gather first */
    assert_true(journal_flush(journal));
    assert_true(file_read(path, &text, &err));
    char *second = strchr(text.data, '\n');
    assert_non_null(second);
    CLEANUP(json_free) struct json *value = NULL;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_true(json_parse(second + 1, strlen(second + 1), &value, &err));
    assert_string_equal(json_text_at(value, "event", arena), "message");
    assert_string_equal(json_text_at(value, "text", arena), "two\nlines");
    assert_string_equal(json_text_at(value, "nothing", arena), "");
    assert_string_equal(json_text_at(value, "size", arena), "-2");
    assert_int_equal(strlen(json_text_at(value, "at", arena)), 24);
    journal_free(&journal);
    assert_null(journal);
    assert_true(journal_open(path, &journal, &err));
    assert_int_equal(journal_inherited(journal), 2);
    write_event(journal, 3);
    journal_free(&journal); /* closing flushes */
    buffer_clear(&text);
    assert_true(file_read(path, &text, &err));
    size_t lines = 0;
    for (size_t i = 0; i < text.length; i++) {
        lines += text.data[i] == '\n';
    }
    assert_int_equal(lines, 3);
    unlink(path);
}

static void a_full_disk_is_remembered(void **state)
{
    (void)state;
    struct journal *journal = NULL;
    struct error err;
    assert_true(journal_open("/dev/full", &journal, &err));
    write_event(journal, 1);
    assert_false(journal_flush(journal));
    assert_true(journal_failed(journal));
    assert_false(journal_flush(journal));
    journal_free(&journal);
    assert_false(journal_open("/nonexistent/log", &journal, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
}

static void recent_lines_stay(void **state)
{
    (void)state;
    struct journal *journal = NULL;
    struct error err;
    assert_true(journal_open(NULL, &journal, &err));
    assert_null(journal_recent(journal, 0));
    for (int i = 0; i < JOURNAL_RECENT + 5; i++) {
        write_event(journal, i);
    }
    assert_non_null(strstr(journal_recent(journal, 0), "\"size\":204}"));
    assert_non_null(strstr(journal_recent(journal, JOURNAL_RECENT - 1), "\"size\":5}"));
    assert_null(journal_recent(journal, JOURNAL_RECENT));
    assert_true(journal_flush(journal));
    journal_free(&journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped),       cmocka_unit_test(every_string_is_json),
        cmocka_unit_test(instants_are_written),      cmocka_unit_test(lines_reach_the_file),
        cmocka_unit_test(a_full_disk_is_remembered), cmocka_unit_test(recent_lines_stay),
    };
    return cmocka_run_group_tests_name("rehearsal/journal", tests, NULL, NULL);
}
