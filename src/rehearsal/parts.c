/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many parts a text takes; see parts.h. Deliberately a second reading of the standard, so that
 * a mistake in muster's own count shows as a difference. */
#include "parts.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "muster/base/text.h"

static const char basic[] = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
                            "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static const char extended[] = "\f^{}\\[~]|€";

/* Whether the character of these bytes is in a list of characters. */
static bool among(const char *list, const char *bytes, size_t width)
{
    char character[5] = "";
    memcpy(character, bytes, width);
    return strstr(list, character) != NULL;
}

/* Units of the next character: 0 when the alphabet does not have it. */
static unsigned septets(const char *bytes, size_t width)
{
    if (among(basic, bytes, width)) {
        return 1;
    }
    return among(extended, bytes, width) ? 2 : 0;
}

static unsigned packed(const char *text, bool gsm, unsigned single, unsigned part)
{
    unsigned total = 0;
    unsigned parts = 1;
    unsigned filled = 0;
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        uint32_t rune = 0;
        size_t width = text_rune(text + i, length - i, &rune);
        unsigned units = gsm ? septets(text + i, width) : rune > 0xffff ? 2 : 1;
        total += units;
        if (filled + units > part) {
            parts++;
            filled = 0;
        }
        filled += units;
        i += width;
    }
    return total <= single ? 1 : parts;
}

unsigned parts_count(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        uint32_t rune = 0;
        size_t width = text_rune(text + i, length - i, &rune);
        if (septets(text + i, width) == 0) {
            return packed(text, false, 70, 67);
        }
        i += width;
    }
    return packed(text, true, 160, 153);
}
