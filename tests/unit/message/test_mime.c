/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The composed mail, octet by octet where relays are strict: lines, dots, injection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/message/mime.h"

static struct mail sample(void)
{
    return (struct mail){
        .from_name = "Anytown Health Branch",
        .from = "gotv@branch.example",
        .to = "jo@mail.example",
        .subject = "Has your paper come?",
        .message_id = "m1.7f@branch.example",
        .date = INT64_C(1796119200000),
        .text = "Hello Jo,\nhas it come?\n",
    };
}

static void compose(const struct mail *mail, struct buffer *out)
{
    struct error err = {0};
    if (!mime_compose(mail, out, &err)) {
        fail_msg("%s", err.text);
    }
}

/* What holds for every mail. */
static void check_lines(const struct buffer *out)
{
    const char *line = buffer_text(out);
    const char *last = line + out->length;
    bool head = true;
    while (line < last) {
        const char *end = memmem(line, (size_t)(last - line), "\r\n", 2);
        assert_non_null(end);
        const size_t length = (size_t)(end - line);
        assert_true(memchr(line, '\n', length) == NULL && memchr(line, '\r', length) == NULL);
        assert_int_equal(text_ascii(line, length), length);
        assert_true(length <= 998);
        assert_false(line[0] == '.');
        assert_false(strncmp(line, "From ", 5) == 0);
        head = head && length > 0;
        assert_true(!head || length <= 78);
        assert_true(!head || length <= 76 || memmem(line, length, "=?UTF-8?", 8) == NULL);
        line = end + 2;
    }
}

static bool has_line(const struct buffer *out, const char *line)
{
    const char *at = buffer_text(out);
    const size_t length = strlen(line);
    while (*at != '\0') {
        const size_t here = strcspn(at, "\r");
        if (here == length && memcmp(at, line, length) == 0) {
            return true;
        }
        at += here + 2;
    }
    return false;
}

static void test_whole(void **state)
{
    (void)state;
    struct mail mail = sample();
    mail.list_id = "gotv.branch.example";
    mail.feedback_id = "has-it-come:anytown:gotv:muster";
    mail.test = "has-it-come/anna";
    mail.reply_to = "office@branch.example";
    mail.unsubscribe = "https://branch.example/u/abc";
    mail.leave = "unsub+m1-7f@branch.example";
    mail.html = "<p>Hello</p>";
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 64 * 1024);
    compose(&mail, &out);
    check_lines(&out);
    const char *boundary = strstr(buffer_text(&out), "boundary=\"");
    assert_non_null(boundary);
    char edge[64];
    (void)snprintf(edge, sizeof edge, "%.26s", boundary + strlen("boundary=\""));
    CLEANUP(buffer_free) struct buffer expected;
    buffer_init(&expected, 64 * 1024);
    (void)buffer_printf(&expected,
                        "Date: Tue, 01 Dec 2026 10:00:00 +0000\r\n"
                        "From: Anytown Health Branch <gotv@branch.example>\r\n"
                        "To: jo@mail.example\r\n"
                        "Reply-To: office@branch.example\r\n"
                        "Subject: Has your paper come?\r\n"
                        "Message-ID: <m1.7f@branch.example>\r\n"
                        "List-Id: <gotv.branch.example>\r\n"
                        "List-Unsubscribe: <https://branch.example/u/abc>,\r\n"
                        " <mailto:unsub+m1-7f@branch.example>\r\n"
                        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                        "Feedback-ID: has-it-come:anytown:gotv:muster\r\n"
                        "X-Muster-Test: has-it-come/anna\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "Precedence: bulk\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: multipart/alternative; boundary=\"%s\"\r\n"
                        "\r\n--%s\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: 7bit\r\n\r\n"
                        "Hello Jo,\r\nhas it come?\r\n"
                        "--%s\r\n"
                        "Content-Type: text/html; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: 7bit\r\n\r\n"
                        "<p>Hello</p>\r\n"
                        "--%s--\r\n",
                        edge, edge, edge, edge);
    assert_string_equal(buffer_text(&out), buffer_text(&expected));

    CLEANUP(buffer_free) struct buffer again;
    buffer_init(&again, 64 * 1024);
    compose(&mail, &again);
    assert_string_equal(buffer_text(&again), buffer_text(&out));
    buffer_clear(&again);
    mail.message_id = "m2.7f@branch.example";
    compose(&mail, &again);
    assert_null(strstr(buffer_text(&again), edge));
}

/* Each way out alone; one click only where there is a link; and what says something in a URI. */
static void test_ways_out(void **state)
{
    (void)state;
    struct mail mail = sample();
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 64 * 1024);
    compose(&mail, &out);
    assert_null(strstr(buffer_text(&out), "List-Unsubscribe"));
    buffer_clear(&out);
    mail.leave = "u?b&c%d/e+m1-7f@branch.example";
    compose(&mail, &out);
    assert_true(
        has_line(&out, "List-Unsubscribe: <mailto:u%3Fb%26c%25d%2Fe+m1-7f@branch.example>"));
    assert_null(strstr(buffer_text(&out), "List-Unsubscribe-Post"));
    buffer_clear(&out);
    mail.leave = NULL;
    mail.unsubscribe = "https://branch.example/u/abc";
    compose(&mail, &out);
    assert_true(has_line(&out, "List-Unsubscribe: <https://branch.example/u/abc>"));
    assert_true(has_line(&out, "List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
}

static void test_single_part(void **state)
{
    (void)state;
    struct mail mail = sample();
    mail.date = INT64_C(1782907200000);
    mail.from_name = NULL;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 64 * 1024);
    (void)buffer_puts(&out, "before\r\n");
    compose(&mail, &out);
    assert_memory_equal(out.data, "before\r\n", 8);
    assert_true(has_line(&out, "Date: Wed, 01 Jul 2026 13:00:00 +0100"));
    assert_true(has_line(&out, "From: gotv@branch.example"));
    assert_true(has_line(&out, "Content-Type: text/plain; charset=utf-8"));
    assert_null(strstr(buffer_text(&out), "multipart"));
    assert_null(strstr(buffer_text(&out), "List-"));
}

static void test_headers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *subject;
        const char *from_line;
        const char *subject_line;
    } cases[] = {
        {"Anytown Branch", "Vote", "From: Anytown Branch <gotv@branch.example>", "Subject: Vote"},
        {"Jones, Mary (rep)", "A, b (c)", "From: \"Jones, Mary (rep)\" <gotv@branch.example>",
         "Subject: A, b (c)"},
        {"Anne \"Nan\" O\\Hara", "=x?= b",
         "From: \"Anne \\\"Nan\\\" O\\\\Hara\" <gotv@branch.example>", "Subject: =x?= b"},
        {"Siân", "Siân, have you voted in the ballot?",
         "From: =?UTF-8?B?U2nDom4=?= <gotv@branch.example>",
         "Subject: =?UTF-8?Q?Si=C3=A2n=2C_have_you_voted_in_the_ballot=3F?="},
        {"=?x", " two  blanks", "From: =?UTF-8?Q?=3D=3Fx?= <gotv@branch.example>",
         "Subject: =?UTF-8?Q?_two__blanks?="},
        {"=?UTF-8?Q?a?=", "b=?utf-8?b?YQ==?=c",
         "From: =?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fa=3F=3D?= <gotv@branch.example>",
         "Subject: =?UTF-8?Q?b=3D=3Futf-8=3Fb=3FYQ=3D=3D=3F=3Dc?="},
        {"a@b.example>, <c", "@", "From: \"a@b.example>, <c\" <gotv@branch.example>", "Subject: @"},
        {"x\\", "", "From: \"x\\\\\" <gotv@branch.example>", "Subject:"},
        {"\x1b[31m", "\xe2\x80\xa8", "From: =?UTF-8?Q?=1B=5B31m?= <gotv@branch.example>",
         "Subject: =?UTF-8?B?4oCo?="},
        {"A日本", "日本", "From: =?UTF-8?B?QeaXpeacrA==?= <gotv@branch.example>",
         "Subject: =?UTF-8?B?5pel5pys?="},
        {"a\tb", "x\x07y", "From: =?UTF-8?Q?a=09b?= <gotv@branch.example>",
         "Subject: =?UTF-8?Q?x=07y?="},
        {"", "😀", "From: gotv@branch.example", "Subject: =?UTF-8?B?8J+YgA==?="},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct mail mail = sample();
        mail.from_name = cases[i].name;
        mail.subject = cases[i].subject;
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 64 * 1024);
        compose(&mail, &out);
        check_lines(&out);
        if (!has_line(&out, cases[i].from_line) || !has_line(&out, cases[i].subject_line)) {
            fail_msg("case %zu: %s", i, buffer_text(&out));
        }
    }
}

static void fill(char *text, const char *piece, size_t times)
{
    *text = '\0';
    for (size_t i = 0, length = strlen(piece); i < times; i++) {
        memcpy(text + i * length, piece, length + 1);
    }
}

static int hex_value(char c)
{
    const char *digits = "0123456789ABCDEF";
    const char *at = strchr(digits, c);
    return c == '\0' || at == NULL ? -1 : (int)(at - digits);
}

/* Decode =XX, and in headers _; soft breaks vanish. Gives the length written. */
static size_t decode_quoted(const char *text, size_t length, bool header, char *out)
{
    size_t put = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '=' && i + 2 < length && text[i + 1] == '\r') {
            i += 2;
        } else if (text[i] == '=') {
            assert_true(i + 2 < length && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0);
            out[put++] = (char)(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        } else {
            out[put++] = header && text[i] == '_' ? ' ' : text[i];
        }
    }
    out[put] = '\0';
    return put;
}

static size_t decode_base64(const char *text, size_t length, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t put = 0;
    unsigned bits = 0;
    unsigned count = 0;
    assert_int_equal(length % 4, 0);
    for (size_t i = 0; i < length && text[i] != '='; i++) {
        const char *at = strchr(digits, text[i]);
        assert_non_null(at);
        bits = (bits << 6 | (unsigned)(at - digits)) & 0xFFFF;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[put++] = (char)(bits >> count);
        }
    }
    out[put] = '\0';
    return put;
}

/* The value of a header as a reader sees it: unfolded, encoded words joined and decoded. Some
 * readers join base64 before they decode it, so padding may stand only at the end of it. */
static void read_header(const struct buffer *mail, const char *name, char *value)
{
    char start[32];
    (void)snprintf(start, sizeof start, "\n%s: ", name);
    const char *at = strstr(buffer_text(mail), start);
    assert_non_null(at);
    at += strlen(start);
    bool after_word = false;
    bool padded = false;
    while (strncmp(at, "\r\n", 2) != 0 || at[2] == ' ') {
        if (strncmp(at, "=?UTF-8?", 8) == 0) {
            const size_t length = strcspn(at + 10, "?");
            const char *end = at + 10 + length;
            assert_true(strncmp(end, "?=", 2) == 0);
            assert_true(length + 12 <= 75);
            assert_false(after_word && padded && at[8] == 'B');
            padded = at[8] == 'B' && end[-1] == '=';
            value += at[8] == 'Q' ? decode_quoted(at + 10, length, true, value)
                                  : decode_base64(at + 10, length, value);
            at = end + 2;
            after_word = true;
            continue;
        }
        const size_t blank = strspn(at, " \r\n");
        if (after_word && blank > 0 && strncmp(at + blank, "=?UTF-8?", 8) == 0) {
            at += blank;
            continue;
        }
        if (*at != '\r' && *at != '\n') {
            *value++ = *at;
        }
        at++;
        after_word = false;
    }
    *value = '\0';
}

/* What a reader makes of long names and subjects is what was put in. */
static void test_long_headers(void **state)
{
    (void)state;
    static const char *const cases[] = {"a",  "ŵ",     "word ", "😀",    "ŵ a", "Siân, ", "?=", "\"",
                                        "=?", "łódź ", "_",     "日本", "a日", "日é😀",   "a, "};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t times = 1; times <= 300; times += times < 40 ? 1 : 65) {
            char name[300 * 9 + 1];
            fill(name, cases[i], times);
            struct mail mail = sample();
            mail.to_name = name;
            mail.subject = name;
            CLEANUP(buffer_free) struct buffer out;
            buffer_init(&out, 64 * 1024);
            compose(&mail, &out);
            check_lines(&out);
            char value[300 * 18 + 64];
            read_header(&out, "Subject", value);
            assert_string_equal(value, name);
            read_header(&out, "To", value);
            char *address = strstr(value, " <jo@mail.example>");
            assert_non_null(address);
            assert_int_equal(strlen(address), strlen(" <jo@mail.example>"));
            *address = '\0';
            if (value[0] != '"') {
                assert_string_equal(value, name);
            }
        }
    }
}

/* Bodies come back as they were, whatever they hold, and no line is out of bounds on the way. */
static void test_bodies(void **state)
{
    (void)state;
    static char dots[5000];
    static char full[500];
    static char wide[1200];
    fill(dots, ".From .", 700);
    fill(full, "a", 75);
    memcpy(full + 75, " \né\n", sizeof " \né\n");
    fill(wide, "x", 999);
    static const struct {
        const char *text;
        const char *encoding;
    } cases[] = {
        {"", "7bit"},
        {"plain\n", "7bit"},
        {"no end", "7bit"},
        {"a\r\nb\rc\n\n", "7bit"},
        {".", "quoted-printable"},
        {"a\n.b\n..c\n", "quoted-printable"},
        {"From here\nFrom there\nFrom\n", "quoted-printable"},
        {"Siân\n", "quoted-printable"},
        {"blank \ntab\t\né \n", "quoted-printable"},
        {"a=_b\n--=_x\n", "quoted-printable"},
        {"bell\x07\n", "quoted-printable"},
        {"€😀ŵ ŷ\n", "quoted-printable"},
        {dots, "quoted-printable"},
        {full, "quoted-printable"},
        {wide, "quoted-printable"},
        {wide + 1, "7bit"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct mail mail = sample();
        mail.text = cases[i].text;
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 64 * 1024);
        compose(&mail, &out);
        check_lines(&out);
        char line[64];
        (void)snprintf(line, sizeof line, "Content-Transfer-Encoding: %s", cases[i].encoding);
        assert_true(has_line(&out, line));
        const char *body = strstr(buffer_text(&out), "\r\n\r\n") + 4;
        char decoded[8192] = "";
        if (strcmp(cases[i].encoding, "7bit") == 0) {
            memcpy(decoded, body, strlen(body) + 1);
        } else {
            (void)decode_quoted(body, strlen(body), false, decoded);
            for (const char *at = body; *at != '\0'; at = strchr(at, '\n') + 1) {
                assert_true(strcspn(at, "\r") <= 76);
            }
        }
        CLEANUP(buffer_free) struct buffer expected;
        buffer_init(&expected, sizeof decoded);
        for (const char *at = cases[i].text; *at != '\0'; at++) {
            const bool pair = at[0] == '\r' && at[1] == '\n';
            (void)buffer_add(&expected, *at == '\r' || *at == '\n' ? "\r\n" : at,
                             *at == '\r' || *at == '\n' ? 2 : 1);
            at += pair ? 1 : 0;
        }
        if (expected.length > 0 && expected.data[expected.length - 1] != '\n') {
            (void)buffer_puts(&expected, "\r\n");
        }
        assert_string_equal(decoded, buffer_text(&expected));
    }
}

/* Whoever knows the message id knows the boundary, and still cannot part the mail with it. */
static void test_boundary(void **state)
{
    (void)state;
    struct mail mail = sample();
    mail.html = "";
    mail.text = "";
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 64 * 1024);
    compose(&mail, &out);
    check_lines(&out);
    char edge[64];
    (void)snprintf(edge, sizeof edge, "%.28s", strstr(buffer_text(&out), "\r\n--") + 2);
    char empty[512];
    (void)snprintf(empty, sizeof empty,
                   "\r\n\r\n%s\r\n"
                   "Content-Type: text/plain; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: 7bit\r\n\r\n"
                   "%s\r\n"
                   "Content-Type: text/html; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: 7bit\r\n\r\n"
                   "%s--\r\n",
                   edge, edge, edge);
    assert_string_equal(strstr(buffer_text(&out), "\r\n\r\n"), empty);

    char text[256];
    (void)snprintf(text, sizeof text, "a\n%s\nContent-Type: text/html\n\n<b>\n%s--\n", edge, edge);
    mail.text = text;
    mail.html = text;
    buffer_clear(&out);
    compose(&mail, &out);
    check_lines(&out);
    size_t edges = 0;
    for (const char *at = buffer_text(&out); (at = strstr(at, edge)) != NULL; at++) {
        edges++;
    }
    assert_int_equal(edges, 3);
}

/* A megabyte without a line break goes through whole, as text, name and subject. */
static void test_huge(void **state)
{
    (void)state;
    enum { PIECES = 512 * 1024, CEILING = 16 * 1024 * 1024 };
    static const char *const pieces[] = {"xy", "é", " .", "= "};
    char *text = malloc(PIECES * 2 + 1);
    char *decoded = malloc(CEILING);
    assert_true(text != NULL && decoded != NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
        for (size_t at = 0; at < PIECES; at++) {
            memcpy(text + 2 * at, pieces[i], 3);
        }
        struct mail mail = sample();
        mail.text = text;
        mail.to_name = text;
        mail.subject = text;
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, CEILING);
        compose(&mail, &out);
        check_lines(&out);
        const char *body = strstr(buffer_text(&out), "\r\n\r\n") + 4;
        const size_t length = decode_quoted(body, strlen(body), false, decoded);
        assert_int_equal(length, PIECES * 2 + 2);
        assert_memory_equal(decoded, text, PIECES * 2);
        read_header(&out, "Subject", decoded);
        assert_string_equal(decoded, text);
    }
    free(text);
    free(decoded);
}

static const struct {
    size_t field;
    const char *value;
    const char *sentence;
} refusals[] = {
    {offsetof(struct mail, from_name), "x\r\nBcc: all@branch.example",
     "the sender's name of the mail holds a line break"},
    {offsetof(struct mail, from_name), "x\nBcc: y",
     "the sender's name of the mail holds a line break"},
    {offsetof(struct mail, to_name), "x\ry", "the recipient's name of the mail holds a line break"},
    {offsetof(struct mail, to_name), "\xff", "the recipient's name of the mail is not UTF-8"},
    {offsetof(struct mail, subject), "x\n\nbody", "the subject of the mail holds a line break"},
    {offsetof(struct mail, subject), "\xc3", "the subject of the mail is not UTF-8"},
    {offsetof(struct mail, from), "a@b.example\r\nX: y",
     "the sender of the mail holds a line break"},
    {offsetof(struct mail, to), "a@b.example, c@d.example",
     "the recipient of the mail holds a character that it cannot have"},
    {offsetof(struct mail, to), "a@b.example>",
     "the recipient of the mail holds a character that it cannot have"},
    {offsetof(struct mail, to), "nobody", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "@b.example", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "", "the recipient of the mail is empty or far too long"},
    {offsetof(struct mail, to), "a@", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "a@b@c.example", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "a..b@c.example", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), ".a@c.example", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "a@c.example.", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "a@\xc5\xb5.example",
     "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "a@c_d.example", "the recipient of the mail is not an address"},
    {offsetof(struct mail, to), "\"a b\"@c.example",
     "the recipient of the mail holds a character that it cannot have"},
    {offsetof(struct mail, to), "a\x7f@c.example",
     "the recipient of the mail holds a character that it cannot have"},
    {offsetof(struct mail, to), "=?UTF-8?Q?a?=@c.example",
     "the recipient of the mail looks like an encoded word"},
    {offsetof(struct mail, reply_to), "a@[192.0.2.1]",
     "the reply address of the mail holds a character that it cannot have"},
    {offsetof(struct mail, reply_to), "a@b.example\n",
     "the reply address of the mail holds a line break"},
    {offsetof(struct mail, message_id), "a b@c",
     "the message id of the mail holds a character that it cannot have"},
    {offsetof(struct mail, message_id), "a>\r\nX: y",
     "the message id of the mail holds a line break"},
    {offsetof(struct mail, message_id), "ŵ@c", "the message id of the mail is not ASCII"},
    {offsetof(struct mail, list_id), "a>b",
     "the list id of the mail holds a character that it cannot have"},
    {offsetof(struct mail, message_id), "=?utf-8?b?YQ==?=@c",
     "the message id of the mail looks like an encoded word"},
    {offsetof(struct mail, feedback_id), "a:b\r\nX: y",
     "the feedback id of the mail holds a line break"},
    {offsetof(struct mail, feedback_id), "a:b c:d",
     "the feedback id of the mail holds a character that it cannot have"},
    {offsetof(struct mail, feedback_id), "Siân:b:c:muster",
     "the feedback id of the mail is not ASCII"},
    {offsetof(struct mail, unsubscribe), "mailto:x@y.example",
     "the unsubscribe link of the mail is not a web address"},
    {offsetof(struct mail, unsubscribe), "https://x.example/\r\nX: y",
     "the unsubscribe link of the mail holds a line break"},
    {offsetof(struct mail, leave), "nobody",
     "the address for leaving of the mail is not an address"},
    {offsetof(struct mail, leave), "siân@y.example",
     "the address for leaving of the mail is not ASCII"},
    {offsetof(struct mail, leave), "x@y.example\r\nX: y",
     "the address for leaving of the mail holds a line break"},
    {offsetof(struct mail, text), "a\xe2\x82", "the text of the mail is not UTF-8"},
    {offsetof(struct mail, html), "\xed\xa0\x80", "the HTML of the mail is not UTF-8"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
        struct mail mail = sample();
        memcpy((char *)&mail + refusals[i].field, &refusals[i].value, sizeof refusals[i].value);
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 64 * 1024);
        (void)buffer_puts(&out, "kept");
        struct error err = {0};
        assert_false(mime_compose(&mail, &out, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_string_equal(err.text, refusals[i].sentence);
        assert_string_equal(buffer_text(&out), "kept");
    }
}

static void test_ceiling(void **state)
{
    (void)state;
    struct mail mail = sample();
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, 300);
    (void)buffer_puts(&out, "kept");
    struct error err = {0};
    assert_false(mime_compose(&mail, &out, &err));
    assert_string_equal(err.text, "the mail is larger than 300 bytes");
    assert_string_equal(buffer_text(&out), "kept");

    mail.date = -1;
    assert_false(mime_compose(&mail, &out, &err));
    assert_string_equal(err.text, "the date of the mail is not of our time");
    mail.date = INT64_MAX;
    assert_false(mime_compose(&mail, &out, &err));

    static char link[1200] = "https://branch.example/";
    fill(link + strlen(link), "x", 1000);
    mail = sample();
    mail.unsubscribe = link;
    assert_false(mime_compose(&mail, &out, &err));
    assert_string_equal(err.text, "the unsubscribe link of the mail is empty or far too long");
    static char address[1200];
    fill(address, "x", 900);
    memcpy(address + 900, "@b.example", sizeof "@b.example");
    mail = sample();
    mail.to = address;
    assert_false(mime_compose(&mail, &out, &err));
    assert_string_equal(err.text, "the recipient of the mail is empty or far too long");
}

static int start(void **state)
{
    (void)state;
    struct error err;
    mime_start();
    return token_start(&err) && clock_set_zone("Europe/London", &err) ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),        cmocka_unit_test(test_ways_out),
        cmocka_unit_test(test_single_part),  cmocka_unit_test(test_headers),
        cmocka_unit_test(test_long_headers), cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_refused),      cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_boundary),     cmocka_unit_test(test_huge),
    };
    return cmocka_run_group_tests_name("message/mime", tests, start, NULL);
}
