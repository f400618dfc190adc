/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One loop, and a table that says of each byte where it needs care: most bytes need none anywhere,
 * and are copied in runs. */
#include "escape.h"

#include <string.h>

#include "muster/base/text.h"

enum care {
    CARE_SMS = 1,     /* controls but LF; the first byte of U+0080 to U+009F */
    CARE_HTML = 2,    /* & < > " ' */
    CARE_HEADER = 4,  /* CR LF */
    CARE_FORM = 8,    /* all but what the URL standard's form encoding leaves alone */
    CARE_JSON = 16,   /* " \ and controls */
    CARE_CONTROL = 32 /* what XML 1.0 has no way to write; the first byte of U+FFFE and U+FFFF */
};

/* The bytes that share what they need. */
#define C_NUL      (CARE_SMS | CARE_FORM | CARE_JSON | CARE_CONTROL)
#define C_CTL      (CARE_SMS | CARE_FORM | CARE_JSON | CARE_CONTROL)
#define C_TAB      (CARE_SMS | CARE_FORM | CARE_JSON)
#define C_LF       (CARE_HEADER | CARE_FORM | CARE_JSON)
#define C_CR       (CARE_SMS | CARE_HEADER | CARE_FORM | CARE_JSON)
#define C_MARK     (CARE_HTML | CARE_FORM)
#define C_DEL      (CARE_SMS | CARE_FORM)
#define C_C2       (CARE_SMS | CARE_FORM)
#define C_EF       (CARE_FORM | CARE_CONTROL)
#define C_FORM     CARE_FORM
#define SIX(c)     c, c, c, c, c, c
#define EIGHT(c)   c, c, c, c, c, c, c, c
#define SIXTEEN(c) EIGHT(c), EIGHT(c)

static const unsigned char cares[256] = {
    /* clang-format off */
    /* 00 */ C_NUL, C_CTL, C_CTL, C_CTL, C_CTL, C_CTL, C_CTL, C_CTL,
    /* 08 */ C_CTL, C_TAB, C_LF, C_CTL, C_CTL, C_CR, C_CTL, C_CTL,
    /* 10 */ SIXTEEN(C_CTL),
    /*  ! */ C_FORM, C_FORM, C_MARK | CARE_JSON, C_FORM, C_FORM, C_FORM, C_MARK, C_MARK,
    /*  ( */ C_FORM, C_FORM, 0, C_FORM, C_FORM, 0, 0, C_FORM,
    /*  0 */ EIGHT(0), 0, 0, C_FORM, C_FORM, C_MARK, C_FORM, C_MARK, C_FORM,
    /*  @ */ C_FORM, EIGHT(0), SIX(0), 0,
    /*  P */ EIGHT(0), 0, 0, 0, C_FORM, C_FORM | CARE_JSON, C_FORM, C_FORM, 0,
    /*  ` */ C_FORM, EIGHT(0), SIX(0), 0,
    /*  p */ EIGHT(0), 0, 0, 0, C_FORM, C_FORM, C_FORM, C_FORM, C_DEL,
    /* 80 */ SIXTEEN(C_FORM), SIXTEEN(C_FORM), SIXTEEN(C_FORM), SIXTEEN(C_FORM),
    /* C0 */ C_FORM, C_FORM, C_C2, C_FORM, C_FORM, C_FORM, C_FORM, C_FORM, EIGHT(C_FORM),
    /* D0 */ SIXTEEN(C_FORM), EIGHT(C_FORM), SIX(C_FORM), C_FORM, C_EF, SIXTEEN(C_FORM),
    /* clang-format on */
};

static const char hex[] = "0123456789ABCDEF";

/* How many bytes in front need no care. */
static size_t plain_length(const char *text, size_t length, unsigned care)
{
    size_t at = 0;
    while (at < length && (cares[(unsigned char)text[at]] & care) == 0) {
        at++;
    }
    return at;
}

static void put_markup(struct buffer *out, char byte)
{
    switch (byte) {
    case '&': (void)buffer_puts(out, "&amp;"); break;
    case '<': (void)buffer_puts(out, "&lt;"); break;
    case '>': (void)buffer_puts(out, "&gt;"); break;
    case '"': (void)buffer_puts(out, "&quot;"); break;
    case '\'': (void)buffer_puts(out, "&#39;"); break;
    default: break; /* a control: dropped */
    }
}

/* Of what begins as U+FFFE and U+FFFF do, those two are dropped. Gives how many bytes that was. */
static size_t put_xml(struct buffer *out, const char *text, size_t length)
{
    if ((unsigned char)text[0] != 0xEF) {
        put_markup(out, text[0]);
        return 1;
    }
    if (length > 2 && (unsigned char)text[1] == 0xBF && (unsigned char)text[2] >= 0xBE) {
        return 3;
    }
    (void)buffer_putc(out, text[0]);
    return 1;
}

static void put_form(struct buffer *out, char byte)
{
    const unsigned char value = (unsigned char)byte;
    const char coded[] = {'%', hex[value >> 4], hex[value & 15]};
    if (byte == ' ') {
        (void)buffer_putc(out, '+');
    } else {
        (void)buffer_add(out, coded, sizeof coded);
    }
}

static void put_json(struct buffer *out, char byte)
{
    const unsigned char value = (unsigned char)byte;
    const char coded[] = {'\\', 'u', '0', '0', hex[value >> 4], hex[value & 15]};
    if (byte == '\n') {
        (void)buffer_puts(out, "\\n");
    } else if (byte == '"' || byte == '\\') {
        (void)buffer_putc(out, '\\');
        (void)buffer_putc(out, byte);
    } else {
        (void)buffer_add(out, coded, sizeof coded);
    }
}

/* Write or drop what stands at the front and needs care; gives how many bytes that was. */
static size_t put_sms(struct buffer *out, const char *text, size_t length)
{
    if (text[0] == '\t') {
        (void)buffer_putc(out, ' ');
        return 1;
    }
    if ((unsigned char)text[0] != 0xC2) {
        return 1;
    }
    if (length > 1 && (unsigned char)text[1] < 0xA0) {
        return 2;
    }
    (void)buffer_putc(out, text[0]);
    return 1;
}

static unsigned care_of(enum template_escape escape, bool raw)
{
    switch (escape) {
    case TEMPLATE_TEXT: return 0;
    case TEMPLATE_SMS: return CARE_SMS;
    case TEMPLATE_HEADER: return CARE_HEADER;
    case TEMPLATE_HTML: return raw ? 0 : CARE_HTML;
    case TEMPLATE_XML: return raw ? 0 : CARE_HTML | CARE_CONTROL;
    case TEMPLATE_FORM: return raw ? 0 : CARE_FORM;
    case TEMPLATE_JSON: return raw ? 0 : CARE_JSON;
    }
    return 0;
}

bool escape_value(enum template_escape escape, bool raw, const char *text, size_t length,
                  struct buffer *out)
{
    const unsigned care = care_of(escape, raw);
    for (;;) {
        const size_t plain = plain_length(text, length, care);
        (void)buffer_add(out, text, plain);
        text += plain;
        length -= plain;
        if (length == 0) {
            return true;
        }
        size_t taken = 1;
        switch (escape) {
        case TEMPLATE_HEADER: return false;
        case TEMPLATE_SMS: taken = put_sms(out, text, length); break;
        case TEMPLATE_HTML: put_markup(out, *text); break;
        case TEMPLATE_XML: taken = put_xml(out, text, length); break;
        case TEMPLATE_FORM: put_form(out, *text); break;
        case TEMPLATE_JSON: put_json(out, *text); break;
        case TEMPLATE_TEXT: break;
        }
        text += taken;
        length -= taken;
    }
}

void escape_words(enum template_escape escape, const char *text, size_t length, struct buffer *out)
{
    if (escape == TEMPLATE_SMS) {
        (void)!escape_value(escape, true, text, length, out);
    } else {
        (void)buffer_add(out, text, length);
    }
}
