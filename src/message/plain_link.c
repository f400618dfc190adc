/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schemes of RFC 3986, 6068 (mailto:) and 3966 (tel:), as far as a reader needs them. */
#include "plain_link.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "muster/base/text.h"

enum { PHONE_TAIL = 9 }; /* digits that two ways to write one number have in common */

/* What follows the scheme, or NULL. */
static const char *after(const char *url, const char *scheme)
{
    const size_t length = strlen(scheme);
    return strncasecmp(url, scheme, length) == 0 ? url + length : NULL;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Without what follows a "?", percent signs decoded where that gives a character to be seen. */
static char *bare(const char *text, struct arena *arena)
{
    const size_t length = strcspn(text, "?");
    char *result = arena_span(arena, text, length);
    size_t put = 0;
    for (size_t at = 0; at < length; at++) {
        const int high = text[at] == '%' && at + 2 < length ? hex(text[at + 1]) : -1;
        const int low = high >= 0 ? hex(text[at + 2]) : -1;
        const int byte = low >= 0 ? high * 16 + low : 0;
        const bool seen = byte > ' ' && byte < 0x7F;
        result[put++] = seen ? (char)byte : text[at];
        at += seen ? 2 : 0;
    }
    result[put] = '\0';
    return result;
}

/* As browsers do: no blanks around, no line ends and tabs within; a blank within is %20. */
static char *clean(const char *href, struct arena *arena)
{
    char *result = arena_array(arena, strlen(href) + 1, 3);
    size_t put = 0;
    for (const char *at = href + strspn(href, " \t\r\n\f"); *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        if (byte == ' ' && at[strspn(at, " \t\r\n\f")] != '\0') {
            result[put++] = '%';
            result[put++] = '2';
            result[put++] = '0';
        } else if (byte > ' ' && byte != 0x7F) {
            result[put++] = *at;
        }
    }
    return result;
}

struct plain_link plain_link_read(const char *href, struct arena *arena)
{
    struct plain_link link = {0};
    const char *url = href == NULL ? "" : clean(href, arena);
    if (url[0] == '\0' || url[0] == '#' || after(url, "javascript:") != NULL ||
        after(url, "data:") != NULL || after(url, "cid:") != NULL) {
        return link;
    }
    link.kind = PLAIN_LINK_WEB;
    link.url = url;
    if (after(url, "mailto:") != NULL) {
        link.kind = PLAIN_LINK_MAIL;
        link.url = bare(after(url, "mailto:"), arena);
    }
    const char *number = after(url, "tel:") != NULL ? after(url, "tel:") : after(url, "sms:");
    if (number != NULL) {
        link.kind = PLAIN_LINK_PHONE;
        link.url = bare(number, arena);
    }
    link.kind = link.url[0] == '\0' ? PLAIN_LINK_NONE : link.kind;
    return link;
}

/* The part of a web address that people compare; gives its length without a final slash. */
static size_t core(const char **url)
{
    static const char *const fronts[] = {"https://", "http://", "www."};
    for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++) {
        const char *rest = after(*url, fronts[i]);
        *url = rest != NULL ? rest : *url;
    }
    const size_t length = strlen(*url);
    return length > 0 && (*url)[length - 1] == '/' ? length - 1 : length;
}

static bool is_same_number(const char *a, const char *b)
{
    size_t i = strlen(a);
    size_t k = strlen(b);
    size_t same = 0;
    while (same < PHONE_TAIL) {
        while (i > 0 && strchr("0123456789", a[i - 1]) == NULL) {
            i--;
        }
        while (k > 0 && strchr("0123456789", b[k - 1]) == NULL) {
            k--;
        }
        if (i == 0 || k == 0) {
            return same > 0 && i == k;
        }
        if (a[--i] != b[--k]) {
            return false;
        }
        same++;
    }
    return true;
}

bool plain_link_is_said(const struct plain_link *link, const char *text)
{
    const char *url = link->url;
    switch (link->kind) {
    case PLAIN_LINK_WEB: {
        const size_t length = core(&url);
        return core(&text) == length && strncasecmp(url, text, length) == 0;
    }
    case PLAIN_LINK_MAIL: return strcasecmp(url, text) == 0;
    case PLAIN_LINK_PHONE: return strcmp(url, text) == 0 || is_same_number(url, text);
    case PLAIN_LINK_NONE: break;
    }
    return true;
}
