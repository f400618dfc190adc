/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML as carriers send it, and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/base/xml.h"

/* From a piece of memory of exactly its size. */
static bool parse(const char *bytes, size_t length, struct json **value, struct error *err)
{
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    bool ok = xml_parse(copy, length, value, err);
    free(copy);
    return ok;
}

static void elements_become_members(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *written;
    } cases[] = {
        {"<a/>", "{\"#name\":\"a\"}"},
        {"<a>text alone</a>", "{\"#name\":\"a\"}"},
        {"<a><b>x</b><c/></a>", "{\"#name\":\"a\",\"b\":\"x\",\"c\":\"\"}"},
        {"<a><b><c>x</c></b></a>", "{\"#name\":\"a\",\"b\":{\"#name\":\"b\",\"c\":\"x\"}}"},
        {"<a><b>1</b><b>2</b><b>3</b></a>", "{\"#name\":\"a\",\"b\":[\"1\",\"2\",\"3\"]}"},
        {"<a>out<b>in</b>side</a>", "{\"#name\":\"a\",\"b\":\"in\"}"},
        {"<a><b>out<c>in</c>side</b></a>",
         "{\"#name\":\"a\",\"b\":{\"#name\":\"b\",\"c\":\"in\"}}"},
        {"<a x='1'><b y='2'>z</b></a>", "{\"#name\":\"a\",\"b\":\"z\"}"},
        {"<?xml version=\"1.0\"?>\n<!-- a --><a><?go on?><b>x<!-- y -->z</b></a>\n",
         "{\"#name\":\"a\",\"b\":\"xz\"}"},
        {"<n:a xmlns:n='urn:x' xmlns='urn:y'><n:b>1</n:b><c>2</c></n:a>",
         "{\"#name\":\"a\",\"b\":\"1\",\"c\":\"2\"}"},
        {"<a><b> x </b></a>", "{\"#name\":\"a\",\"b\":\" x \"}"},
        {"<a><b>&lt;&amp;&#163;&#x1F44D;<![CDATA[<STOP>&]]></b></a>",
         "{\"#name\":\"a\",\"b\":\"<&\xC2\xA3\xF0\x9F\x91\x8D<STOP>&\"}"},
        /* Whatever it says of itself, it is UTF-8, as far as it can be. */
        {"<?xml version='1.0' encoding='ISO-8859-1'?><a><b>STOP arr\xEAt</b></a>",
         "{\"#name\":\"a\",\"b\":\"STOP arr\xEF\xBF\xBDt\"}"},
        {"<?xml version=\"1.0\" encoding=\"utf-16\"?><a><b>\xC3\xAA</b></a>",
         "{\"#name\":\"a\",\"b\":\"\xC3\xAA\"}"},
        {"<?xml version='1.0' encoding='ISO-2022-JP'?><a><b>\x1B$B\xFF\x7F</b></a>",
         "{\"#name\":\"a\",\"b\":\"\xEF\xBF\xBD$B\xEF\xBF\xBD\x7F\"}"},
        {"<?xml version='1.0' encoding='no-such'?><a/>", "{\"#name\":\"a\"}"},
        {"<a><b>\x01\xEF\xBF\xBE</b></a>", "{\"#name\":\"a\",\"b\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"}"},
        {"\xEF\xBB\xBF<a><b>1</b></a>", "{\"#name\":\"a\",\"b\":\"1\"}"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(json_free) struct json *value = NULL;
        CLEANUP(buffer_free) struct buffer written;
        struct error err = {.kind = ERROR_NONE};
        buffer_init(&written, 4096);
        if (!parse(cases[i].bytes, strlen(cases[i].bytes), &value, &err)) {
            fail_msg("%s: %s", cases[i].bytes, err.text);
        }
        assert_true(json_write(value, &written));
        assert_string_equal(buffer_text(&written), cases[i].written);
    }
}

static void what_is_no_xml_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        " ",
        "secret",
        "{\"a\":1}",
        "<a",
        "<a>",
        "<a><b></a></b>",
        "<a></a><b></b>",
        "<a></a>secret",
        "<a>&secret;</a>",
        "<a>&#0;</a>",
        "<a>&#1;</a>",
        "\xFF<a/>",
        "\x4C\x6F\xA7\x94", /* <?xm in EBCDIC */
        "<a b='1' b='2'/>",
        "<a><![CDATA[secret</a>",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct json *value = NULL;
        struct error err = {.kind = ERROR_NONE};
        assert_false(parse(cases[i], strlen(cases[i]), &value, &err));
        assert_null(value);
        assert_int_equal(err.kind, ERROR_DATA);
        assert_null(strstr(err.text, "secret"));
    }
}

/* What an entity is made to do elsewhere: to grow, to read a file, to call somebody. */
static void a_doctype_is_refused_whatever_it_holds(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/x.dtd'><a/>",
        "<!DOCTYPE a PUBLIC '-//x' 'http://127.0.0.1:1/x.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a><b>&x;</b></a>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/'> %x;]><a/>",
        "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>"
        "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'>"
        "<!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;'><!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;'>"
        "]><a><b>&g;</b></a>",
        "<!DOCTYPE a [<!ATTLIST a x CDATA 'y'>]><a/>",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct json *value = NULL;
        struct error err = {.kind = ERROR_NONE};
        assert_false(parse(cases[i], strlen(cases[i]), &value, &err));
        assert_string_equal(err.text, "the XML has a DOCTYPE");
    }
}

/* UTF-16 is not read, so that nothing can hide in it either. */
static void wide_letters_are_refused(void **state)
{
    (void)state;
    static const char plain[] = "<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>";
    for (size_t from = 0; from < 4; from++) {
        char wide[2 * sizeof plain] = "";
        const size_t low = from % 2; /* which byte of a letter is its low one */
        wide[0] = low == 0 ? '\xFF' : '\xFE';
        wide[1] = low == 0 ? '\xFE' : '\xFF';
        for (size_t i = 0; i < sizeof plain - 1; i++) {
            wide[2 + 2 * i + low] = plain[i];
        }
        const size_t mark = from < 2 ? 0 : 2; /* with a byte order mark, and without */
        struct json *value = NULL;
        struct error err = {.kind = ERROR_NONE};
        assert_false(parse(wide + mark, 2 * sizeof plain - mark, &value, &err));
        assert_int_equal(err.kind, ERROR_DATA);
    }
}

/* `count` times `piece` within an element, and the same of what closes it. */
static bool parse_repeated(const char *piece, const char *end, size_t count)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, 4 * (size_t)XML_BYTES_MAX);
    (void)buffer_puts(&text, "<a>");
    for (size_t i = 0; i < count; i++) {
        (void)buffer_puts(&text, piece);
    }
    for (size_t i = 0; i < count; i++) {
        (void)buffer_puts(&text, end);
    }
    (void)buffer_puts(&text, "</a>");
    CLEANUP(json_free) struct json *value = NULL;
    return parse(buffer_text(&text), text.length, &value, NULL);
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    assert_true(parse_repeated("<b>", "</b>", XML_DEPTH_MAX - 1));
    assert_false(parse_repeated("<b>", "</b>", XML_DEPTH_MAX));
    assert_false(parse_repeated("<b>", "", 10000));
    assert_true(parse_repeated("<b/>", "", XML_ELEMENTS_MAX - 1));
    assert_false(parse_repeated("<b/>", "", XML_ELEMENTS_MAX));
    assert_true(parse_repeated("a", "", XML_BYTES_MAX - 7));
    assert_false(parse_repeated("a", "", XML_BYTES_MAX - 6));
}

/* Cut anywhere, it is refused. */
static void truncated_documents_are_refused(void **state)
{
    (void)state;
    static const char whole[] = "<?xml version=\"1.0\"?><a><b>x</b><b>y</b><c><d>&amp;</d></c></a>";
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        struct json *value = NULL;
        assert_false(parse(whole, length, &value, NULL));
        assert_null(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_become_members),
        cmocka_unit_test(what_is_no_xml_is_refused),
        cmocka_unit_test(a_doctype_is_refused_whatever_it_holds),
        cmocka_unit_test(wide_letters_are_refused),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(truncated_documents_are_refused),
    };
    return cmocka_run_group_tests_name("base/xml", tests, NULL, NULL);
}
