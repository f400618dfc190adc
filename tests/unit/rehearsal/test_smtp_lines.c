/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes into lines and lines into mails, whatever the cuts between the bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/compiler.h"
#include "smtp_lines.h"

enum { LIMIT = 20 };

/* Write down what comes out: the text of each good line, or its faults. */
static void drain(struct smtp_lines *lines, struct buffer *out)
{
    struct smtp_line line;
    while (smtp_lines_next(lines, LIMIT, &line)) {
        buffer_puts(out, line.overlong ? "<long" : "<");
        buffer_puts(out, line.bare ? "!" : "");
        if (!line.overlong) {
            buffer_add(out, line.text, line.length);
        }
        buffer_putc(out, '>');
    }
}

static void feed(struct smtp_lines *lines, const char *bytes, size_t length, struct buffer *out)
{
    memcpy(smtp_lines_room(lines), bytes, length);
    smtp_lines_filled(lines, length);
    drain(lines, out);
}

/* The stream in three pieces, cut at `a` and `b`. */
static void check_cut(const char *bytes, size_t length, size_t a, size_t b, const char *want)
{
    struct smtp_lines lines;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 1 << 16);
    smtp_lines_init(&lines);
    feed(&lines, bytes, a, &out);
    feed(&lines, bytes + a, b - a, &out);
    feed(&lines, bytes + b, length - b, &out);
    if (strcmp(buffer_text(&out), want) != 0) {
        fail_msg("cut at %zu and %zu gives %s, not %s", a, b, buffer_text(&out), want);
    }
    smtp_lines_free(&lines);
}

static void lines_do_not_depend_on_cuts(void **state)
{
    (void)state;
    static const struct {
        const char *stream;
        const char *want;
    } cases[] = {
        {"EHLO x\r\nQUIT\r\n", "<EHLO x><QUIT>"},
        {"\r\n\r\n", "<><>"},
        {"a\nb\r\nc\r\n", "<!a\nb><c>"},
        {"a\rb\r\nc\r\n", "<!a\rb><c>"},
        {"a\r\r\n\n\r\nc\r\n", "<!a\r><!\n><c>"},
        {"\n.\r\n", "<!\n.>"},
        {"\r\n.\nMAIL\r\n", "<><!.\nMAIL>"},
        {"01234567890123456789\r\nx\r\n", "<01234567890123456789><x>"},
        {"012345678901234567890\r\nx\r\n", "<long><x>"},
        {"0123456789012345678901234567890123456789\r\nx\r\n", "<long><x>"},
        {"0123456789012345678\r0\r\nx\r\n", "<long!><x>"},
        {"012345678901234567890123\n56789\r\nx\r\n", "<long!><x>"},
        {"012345678901234567890123\r56789\r\nx\r\n", "<long!><x>"},
        {"012345678901234567890123456\r\r\nx\r\n", "<long!><x>"},
        {"no end", ""},
        {"a\r\nno end\r", "<a>"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t length = strlen(cases[i].stream);
        for (size_t a = 0; a <= length; a++) {
            for (size_t b = a; b <= length; b++) {
                check_cut(cases[i].stream, length, a, b, cases[i].want);
            }
        }
    }
}

static void one_byte_at_a_time(void **state)
{
    (void)state;
    static const char stream[] = "a\0b\r\n012345678901234567890123456789\r\n\xff\xfe\r\n";
    static const char want[] = "<a\0b><long><\xff\xfe>";
    struct smtp_lines lines;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 1 << 16);
    smtp_lines_init(&lines);
    for (size_t i = 0; i < sizeof stream - 1; i++) {
        feed(&lines, stream + i, 1, &out);
    }
    assert_int_equal(out.length, sizeof want - 1);
    assert_memory_equal(out.data, want, sizeof want - 1);
    smtp_lines_free(&lines);
}

static void an_endless_line_takes_no_memory(void **state)
{
    (void)state;
    static char block[SMTP_READ_SIZE];
    struct smtp_lines lines;
    CLEANUP(buffer_free) struct buffer out;
    memset(block, 'x', sizeof block);
    buffer_init(&out, 1 << 16);
    smtp_lines_init(&lines);
    for (int i = 0; i < 200; i++) {
        feed(&lines, block, sizeof block, &out);
    }
    assert_true(lines.raw.capacity <= 4 * SMTP_READ_SIZE);
    feed(&lines, "\r\nok\r\n", 6, &out);
    assert_string_equal(buffer_text(&out), "<long><ok>");
    smtp_lines_free(&lines);
}

/* Feed a whole DATA, cut in two; gives where the mail ended. */
static void check_mail(const char *stream, size_t cut, const struct smtp_mail *want)
{
    struct smtp_lines lines;
    struct smtp_mail mail;
    struct smtp_line line;
    bool ended = false;
    size_t length = strlen(stream);
    smtp_lines_init(&lines);
    smtp_mail_init(&mail);
    for (int half = 0; half < 2; half++) {
        size_t begin = half == 0 ? 0 : cut;
        size_t size = half == 0 ? cut : length - cut;
        memcpy(smtp_lines_room(&lines), stream + begin, size);
        smtp_lines_filled(&lines, size);
        while (!ended && smtp_lines_next(&lines, 998, &line)) {
            ended = smtp_mail_add(&mail, &line);
        }
    }
    assert_true(ended);
    assert_int_equal(mail.bare, want->bare);
    assert_int_equal(mail.overlong, want->overlong);
    if (!want->bare && !want->overlong) {
        assert_string_equal(buffer_text(&mail.text), buffer_text(&want->text));
        assert_true(smtp_lines_next(&lines, 998, &line));
        assert_int_equal(line.length, 4); /* QUIT is still there */
    }
    smtp_mail_free(&mail);
    smtp_lines_free(&lines);
}

static void dots_are_taken_out(void **state)
{
    (void)state;
    static const struct {
        const char *stream;
        const char *text;
        bool bare;
    } cases[] = {
        {".\r\nQUIT\r\n", "", false},
        {"Subject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n", "Subject: x\r\n\r\nhello\r\n", false},
        {"..\r\n...x\r\n. y\r\n.\r\nQUIT\r\n", ".\r\n..x\r\n y\r\n", false},
        {"a.\r\n .\r\n.\r\nQUIT\r\n", "a.\r\n .\r\n", false},
        {"x\n.\r\n.\r\nQUIT\r\n", "", true},
        {"x\r\n.\nMAIL\r\n.\r\nQUIT\r\n", "", true},
        {"x\r.\r\n.\r\nQUIT\r\n", "", true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct smtp_mail want;
        smtp_mail_init(&want);
        buffer_puts(&want.text, cases[i].text);
        want.bare = cases[i].bare;
        for (size_t cut = 0; cut <= strlen(cases[i].stream); cut++) {
            check_mail(cases[i].stream, cut, &want);
        }
        smtp_mail_free(&want);
    }
}

static void a_mail_has_a_ceiling(void **state)
{
    (void)state;
    static char text[900];
    memset(text, 'z', sizeof text);
    struct smtp_mail mail;
    smtp_mail_init(&mail);
    const struct smtp_line line = {.text = text, .length = sizeof text};
    for (size_t i = 0; i < SMTP_MAIL_MOST / sizeof text + 2; i++) {
        assert_false(smtp_mail_add(&mail, &line));
    }
    assert_true(mail.oversize);
    assert_true(mail.text.length <= SMTP_MAIL_MOST);
    smtp_mail_clear(&mail);
    assert_false(mail.oversize);
    assert_int_equal(mail.text.length, 0);
    assert_false(smtp_mail_add(&mail, &line));
    assert_int_equal(mail.text.length, sizeof text + 2);
    smtp_mail_free(&mail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_do_not_depend_on_cuts),
        cmocka_unit_test(one_byte_at_a_time),
        cmocka_unit_test(an_endless_line_takes_no_memory),
        cmocka_unit_test(dots_are_taken_out),
        cmocka_unit_test(a_mail_has_a_ceiling),
    };
    return cmocka_run_group_tests_name("rehearsal/smtp_lines", tests, NULL, NULL);
}
