/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails as a person reads them, the malformed ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "letter.h"
#include "muster/base/compiler.h"

static const char mail[] =
    "Subject: one\r\n\ttwo \r\nFROM:a@b.example\r\nSubjectX: no\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed;\r\n boundary=outer\r\n\r\npreamble\r\n--outer\r\n"
    "Content-Type: multipart/alternative; boundary=\"in ner\"\r\n\r\n"
    "--in ner\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9=\r\n!\r\n--in ner  \r\n"
    "Content-Type: TEXT/HTML\r\nContent-Transfer-Encoding: BASE64\r\n\r\nPGI+\r\nSGk8L2I+\r\n"
    "--in ner--\r\n--outer\r\nContent-Type: text/plain\r\n\r\nnot this\r\n--outer--\r\n";

static void fields_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value; /* NULL: none */
    } cases[] = {
        {"Subject", "one two"},
        {"from", "a@b.example"},
        {"Content-Type", "multipart/mixed; boundary=outer"},
        {"preamble", NULL},
        {"To", NULL},
        {"Sub", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 256);
        assert_int_equal(letter_field(mail, sizeof mail - 1, cases[i].name, &out),
                         cases[i].value != NULL);
        assert_string_equal(buffer_text(&out), cases[i].value == NULL ? "" : cases[i].value);
    }
}

static void bodies_begin_after_the_empty_line(void **state)
{
    (void)state;
    assert_int_equal(letter_body("A: b\r\n\r\nx", 9), 8);
    assert_int_equal(letter_body("A: b\n\nx", 7), 6);
    assert_int_equal(letter_body("\r\nx", 3), 2);
    assert_int_equal(letter_body("A: b", 4), 4);
    assert_int_equal(letter_body("", 0), 0);
}

static void parts_are_decoded(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer text;
    CLEANUP(buffer_free) struct buffer html;
    buffer_init(&text, 4096);
    buffer_init(&html, 4096);
    letter_parts(mail, sizeof mail - 1, &text, &html);
    assert_string_equal(buffer_text(&text), "caf\xc3\xa9!\r\n");
    assert_string_equal(buffer_text(&html), "<b>Hi</b>");
}

static void every_truncation_is_harmless(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof mail; length++) {
        CLEANUP(buffer_free) struct buffer text;
        CLEANUP(buffer_free) struct buffer html;
        buffer_init(&text, 4096);
        buffer_init(&html, 4096);
        letter_parts(mail, length, &text, &html);
        assert_true(text.length <= length);
        assert_true(html.length <= length);
    }
}

/* Boundaries within boundaries end at a depth. */
static void nesting_has_an_end(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer deep;
    CLEANUP(buffer_free) struct buffer text;
    CLEANUP(buffer_free) struct buffer html;
    buffer_init(&deep, 1 << 20);
    buffer_init(&text, 4096);
    buffer_init(&html, 4096);
    for (int i = 0; i < 2000; i++) {
        buffer_printf(&deep, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i);
    }
    buffer_puts(&deep, "\r\ntoo deep\r\n");
    letter_parts(buffer_text(&deep), deep.length, &text, &html);
    assert_int_equal(text.length, 0);
}

static void words_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *want;
    } cases[] = {
        {"plain", "plain"},
        {"=?utf-8?q?Pleidlais_=E2=9C=93?=", "Pleidlais \xe2\x9c\x93"},
        {"=?UTF-8?B?Y2Fmw6k=?= x", "caf\xc3\xa9 x"},
        {"=?utf-8?q?a?=  =?utf-8?q?b?=", "ab"},
        {"a =?iso-8859-1?Q?=E9?= b", "a \xc3\xa9 b"},
        {"=?utf-8?q?open", "=?utf-8?q?open"},
        {"=?utf-8?", "=?utf-8?"},
        {"=?", "=?"},
        {"=?utf-8?q?a b?=", "=?utf-8?q?a b?="},
        {"x =", "x ="},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 256);
        letter_words(cases[i].value, &out);
        assert_string_equal(buffer_text(&out), cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found),   cmocka_unit_test(bodies_begin_after_the_empty_line),
        cmocka_unit_test(parts_are_decoded),  cmocka_unit_test(every_truncation_is_harmless),
        cmocka_unit_test(nesting_has_an_end), cmocka_unit_test(words_are_decoded),
    };
    return cmocka_run_group_tests_name("rehearsal/letter", tests, NULL, NULL);
}
