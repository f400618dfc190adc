/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms in parts: read in pieces of any size, and refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "console_parts.h"
#include "muster/base/buffer.h"

static const char type[] = "multipart/form-data; boundary=----x";

/* What came, as one text: "name(file)=value;" for each part. */
static bool begin(void *context, const char *name, const char *file, struct error *err)
{
    if (strcmp(name, "refused") == 0) {
        return error_set(err, ERROR_PERMISSION, "not this one");
    }
    return file == NULL ? buffer_printf(context, "%s=", name)
                        : buffer_printf(context, "%s(%s)=", name, file);
}

static bool add(void *context, const char *bytes, size_t length, struct error *err)
{
    (void)err;
    return buffer_add(context, bytes, length);
}

static bool end(void *context, struct error *err)
{
    (void)err;
    return buffer_puts(context, ";");
}

/* Read a body in pieces of this size; gives the fault's sentence, or NULL. Static. */
static const char *read_body(const char *body, size_t length, size_t piece, struct buffer *heard)
{
    static struct error fault;
    fault = (struct error){.kind = ERROR_NONE};
    const struct console_parts_taker taker = {begin, add, end, heard};
    CLEANUP(console_parts_free) struct console_parts *parts = NULL;
    assert_true(console_parts_create(type, &taker, &parts, &fault));
    bool ok = true;
    for (size_t at = 0; ok && at < length; at += piece) {
        const size_t rest = length - at;
        ok = console_parts_add(parts, body + at, rest < piece ? rest : piece, &fault);
    }
    ok = ok && console_parts_end(parts, &fault);
    return ok ? NULL : fault.text;
}

#define PART(name, value)                                                                          \
    "------x\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_PART(file, value)                                                                     \
    "------x\r\nContent-Disposition: form-data; name=\"list\"; filename=\"" file "\"\r\n"          \
    "Content-Type: text/csv\r\n\r\n" value "\r\n"
#define CLOSING "------x--\r\n"

static const struct {
    const char *body;
    const char *heard; /* NULL: it is refused */
    const char *fault; /* words of the sentence */
} BODIES[] = {
    {PART("a", "1") CLOSING, "a=1;", NULL},
    {PART("a", "") PART("b", "x\r\ny") CLOSING, "a=;b=x\r\ny;", NULL},
    {PART("a", "1") FILE_PART("l.csv", "No,Mob\r\n1,2\r\n") CLOSING,
     "a=1;list(l.csv)=No,Mob\r\n1,2\r\n;", NULL},
    {FILE_PART("", "") CLOSING, "list()=;", NULL},
    /* What looks like a boundary, and is none. */
    {PART("a", "\r\n------\r\n-----x\r\n--") CLOSING, "a=\r\n------\r\n-----x\r\n--;", NULL},
    {PART("a", "1") "------x--\r\nwhatever follows", "a=1;", NULL},
    {PART("a", "1") "------x--", "a=1;", NULL},
    {"------x\r\ncontent-disposition:form-data; NAME=\"a\"\r\n\r\n1\r\n" CLOSING, "a=1;", NULL},
    {PART("a; name=b", "1") CLOSING, "a; name=b=1;", NULL},
    {FILE_PART("../../etc/\\\"passwd", "x") CLOSING, "list(../../etc/\\\"passwd)=x;", NULL},
    {"", NULL, "cut short"},
    {PART("a", "1"), NULL, "cut short"},
    {PART("a", "1") "------x", NULL, "cut short"},
    {FILE_PART("l.csv", "1,2\r\n") "------", NULL, "cut short"},
    {"a=1&b=2 and so on", NULL, "does not begin with its boundary"},
    {"------y\r\n\r\n", NULL, "does not begin with its boundary"},
    {"------xx\r\n\r\n", NULL, "not parted as it says"},
    {"------x\r\nContent-Type: text/plain\r\n\r\n1\r\n" CLOSING, NULL, "has no name"},
    {"------x\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n" CLOSING, NULL, "no name"},
    {PART("refused", "1") CLOSING, NULL, "not this one"},
};

static void bodies_are_read_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(BODIES); i++) {
        const size_t length = strlen(BODIES[i].body);
        for (size_t piece = 1; piece <= length + 1; piece++) {
            CLEANUP(buffer_free) struct buffer heard;
            buffer_init(&heard, 4096);
            const char *fault = read_body(BODIES[i].body, length, piece, &heard);
            if (BODIES[i].heard != NULL) {
                assert_null(fault);
                assert_string_equal(buffer_text(&heard), BODIES[i].heard);
            } else if (fault == NULL || strstr(fault, BODIES[i].fault) == NULL) {
                fail_msg("%s: %s", BODIES[i].body, fault == NULL ? "taken" : fault);
            }
        }
    }
}

static void a_value_may_be_any_bytes(void **state)
{
    (void)state;
    static char body[300000];
    const char *head = PART("a", "");
    size_t length = strlen(head) - 2;
    memcpy(body, head, length);
    for (size_t i = 0; i < 256000; i++) {
        body[length++] = (char)(i * 31 % 256);
    }
    memcpy(body + length, "\r\n" CLOSING, 2 + sizeof CLOSING);
    length += 2 + sizeof CLOSING - 1;
    CLEANUP(buffer_free) struct buffer heard;
    buffer_init(&heard, sizeof body);
    assert_null(read_body(body, length, length, &heard));
    assert_int_equal(heard.length, 256000 + 3);
    assert_memory_equal(heard.data + 2, body + strlen(head) - 2, 256000);
}

static void what_has_no_measure_is_refused(void **state)
{
    (void)state;
    CLEANUP(buffer_free) struct buffer heard;
    CLEANUP(buffer_free) struct buffer body;
    buffer_init(&heard, 1 << 16);
    buffer_init(&body, 1 << 16);
    for (int i = 0; i < CONSOLE_PARTS_MAX + 1; i++) {
        (void)buffer_puts(&body, PART("a", "1"));
    }
    assert_non_null(strstr(read_body(buffer_text(&body), body.length, 999, &heard), "64 parts"));
    buffer_clear(&body);
    (void)buffer_puts(&body, "------x\r\nX: ");
    for (int i = 0; i < CONSOLE_PARTS_HEAD_MAX; i++) {
        (void)buffer_putc(&body, 'x');
    }
    assert_non_null(strstr(read_body(buffer_text(&body), body.length, 999, &heard), "too long"));
    static const char nul[] = "------x\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n1";
    assert_non_null(strstr(read_body(nul, sizeof nul - 1, 999, &heard), "NUL"));
}

static const struct {
    const char *type;
    const char *body; /* NULL: refused at once */
} TYPES[] = {
    {"multipart/form-data; boundary=abc", "--abc--"},
    {"Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b\"", NULL},
    {"Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a'b\"", "--a'b--"},
    {"multipart/form-data; boundary=abc; charset=utf-8", "--abc--"},
    {"multipart/form-data; boundary=", NULL},
    {"multipart/form-data; boundary=\"", NULL},
    {"multipart/form-data; boundary=\"\"", NULL},
    {"multipart/form-data; boundary=\"abc", NULL},
    {"multipart/form-data", NULL},
    {"multipart/form-datax; boundary=abc", NULL},
    {"multipart/mixed; boundary=abc", NULL},
    {"application/x-www-form-urlencoded", NULL},
    {"", NULL},
    {"multipart/form-data; "
     "boundary=0123456789012345678901234567890123456789012345678901234567890123456789",
     "--0123456789012345678901234567890123456789012345678901234567890123456789--"},
    {"multipart/form-data; "
     "boundary=01234567890123456789012345678901234567890123456789012345678901234567890",
     NULL},
};

static void the_type_names_the_boundary(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(TYPES); i++) {
        CLEANUP(buffer_free) struct buffer heard;
        buffer_init(&heard, 64);
        struct error fault = {.kind = ERROR_NONE};
        const struct console_parts_taker taker = {begin, add, end, &heard};
        CLEANUP(console_parts_free) struct console_parts *parts = NULL;
        const bool ok = console_parts_create(TYPES[i].type, &taker, &parts, &fault);
        if (ok != (TYPES[i].body != NULL)) {
            fail_msg("%s: %s", TYPES[i].type, ok ? "taken" : fault.text);
        }
        if (ok) {
            const size_t length = strlen(TYPES[i].body);
            assert_true(console_parts_add(parts, TYPES[i].body, length, &fault));
            assert_true(console_parts_end(parts, &fault));
        } else {
            assert_int_equal(fault.kind, ERROR_DATA);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_read_in_pieces_of_any_size),
        cmocka_unit_test(a_value_may_be_any_bytes),
        cmocka_unit_test(what_has_no_measure_is_refused),
        cmocka_unit_test(the_type_names_the_boundary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
