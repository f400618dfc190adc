/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names put right: UTF-8 stays UTF-8, nothing comes out blank, and what is right stays as it is.
 * The input is "FIRST|LAST"; the whole of it is parted, too. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/text.h"
#include "name.h"

static bool has_capital(const char *text)
{
    size_t length = text == NULL ? 0 : strlen(text);
    uint32_t rune;
    for (size_t step; length > 0; text += step, length -= step) {
        step = text_rune(text, length, &rune);
        if (text_small(rune) != rune) {
            return true;
        }
    }
    return false;
}

static void check_right(const char *first, const char *last, struct arena *arena)
{
    name_put_right(&first, &last, arena);
    MUST_HOLD(fuzz_is_utf8(first) && fuzz_is_utf8(last));
    MUST_HOLD(first == NULL || first[0] != '\0');
    MUST_HOLD(last == NULL || last[0] != '\0');
    if (!has_capital(first) && !has_capital(last)) {
        return; /* DE 1111 is mended to de 1111, which is like a name that somebody wrote small */
    }
    const char *first_again = first;
    const char *last_again = last;
    name_put_right(&first_again, &last_again, arena);
    MUST_HOLD(text_equal(first_again, first));
    MUST_HOLD(text_equal(last_again, last));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    struct fuzz_bytes all = rest;
    CLEANUP(fuzz_free) char *first = fuzz_text(&rest, '|');
    CLEANUP(fuzz_free) char *last = fuzz_rest(&rest);
    CLEANUP(fuzz_free) char *whole = fuzz_rest(&all);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    /* The cells of a row are UTF-8 by the time they are read as names. */
    if (!fuzz_is_utf8(first) || !fuzz_is_utf8(last) || !fuzz_is_utf8(whole)) {
        return 0;
    }
    check_right(first, last, arena);
    check_right(NULL, last, arena);
    const char *given = NULL;
    const char *family = NULL;
    name_split(whole, &given, &family, arena);
    MUST_HOLD(fuzz_is_utf8(given) && fuzz_is_utf8(family));
    MUST_HOLD(family != NULL && strlen(family) + (given == NULL ? 0 : strlen(given)) <= size);
    check_right(given, family, arena);
    return 0;
}
