/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encodings met on the way; see codec.h. Written here because the rehearsal stands on the
 * ground floor alone: it must not share a bug with the programs it judges. */
#include "codec.h"

#include <stdint.h>
#include <string.h>

int codec_digit(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return letter - '0';
    }
    if (letter >= 'A' && letter <= 'F') {
        return letter - 'A' + 10;
    }
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static int sextet(char letter)
{
    if (letter >= 'A' && letter <= 'Z') {
        return letter - 'A';
    }
    if (letter >= 'a' && letter <= 'z') {
        return letter - 'a' + 26;
    }
    if (letter >= '0' && letter <= '9') {
        return letter - '0' + 52;
    }
    return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

void codec_base64_mail(const char *text, size_t length, struct buffer *out)
{
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < length && text[i] != '='; i++) {
        int value = sextet(text[i]);
        if (value < 0) {
            continue;
        }
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            buffer_putc(out, (char)(unsigned char)(bits >> held));
        }
    }
}

bool codec_base64(const char *text, size_t length, struct buffer *out)
{
    size_t padding = 0;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=') {
        padding++;
    }
    for (size_t i = 0; i < length - padding; i++) {
        if (sextet(text[i]) < 0) {
            return false;
        }
    }
    codec_base64_mail(text, length - padding, out);
    return length % 4 == 0 && !out->full;
}

void codec_quoted(const char *text, size_t length, struct buffer *out)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '=') {
            buffer_putc(out, text[i]);
            continue;
        }
        size_t end = i + 1;
        while (end < length && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r')) {
            end++;
        }
        if (end == length || text[end] == '\n') {
            i = end; /* a soft line break */
        } else if (i + 2 < length && codec_digit(text[i + 1]) >= 0 &&
                   codec_digit(text[i + 2]) >= 0) {
            buffer_putc(out, (char)(codec_digit(text[i + 1]) * 16 + codec_digit(text[i + 2])));
            i += 2;
        } else {
            buffer_putc(out, '=');
        }
    }
}

bool codec_percent(const char *text, size_t length, bool plus, struct buffer *out)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%') {
            if (i + 2 >= length || codec_digit(text[i + 1]) < 0 || codec_digit(text[i + 2]) < 0) {
                return false;
            }
            buffer_putc(out, (char)(codec_digit(text[i + 1]) * 16 + codec_digit(text[i + 2])));
            i += 2;
        } else {
            buffer_putc(out, plus && text[i] == '+' ? ' ' : text[i]);
        }
    }
    return !out->full;
}

void codec_put_percent(struct buffer *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        if (letter || (byte >= '0' && byte <= '9') || strchr("-._~", byte) != NULL) {
            buffer_putc(out, *text);
        } else {
            buffer_putc(out, '%');
            buffer_putc(out, hex[byte >> 4]);
            buffer_putc(out, hex[byte & 15]);
        }
    }
}
