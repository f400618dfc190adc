/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A date, or a reason; a date that was read is read as itself. */
#include <string.h>

#include "date.h"
#include "fuzz.h"

static bool is_iso(const char *iso)
{
    return strlen(iso) == 10 && strspn(iso, "0123456789") == 4 && iso[4] == '-' &&
           strspn(iso + 5, "0123456789") == 2 && iso[7] == '-' &&
           strspn(iso + 8, "0123456789") == 2 && strcmp(iso, "1900-01-01") >= 0 &&
           strcmp(iso, "2099-12-31") <= 0 && strncmp(iso + 5, "01", 2) >= 0 &&
           strncmp(iso + 5, "12", 2) <= 0 && strncmp(iso + 8, "01", 2) >= 0 &&
           strncmp(iso + 8, "31", 2) <= 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *iso = NULL;
    const char *reason = NULL;
    if (!date_parse(text, arena, &iso, &reason)) {
        MUST_HOLD(iso == NULL && reason != NULL && reason[0] != '\0');
        return 0;
    }
    MUST_HOLD(iso != NULL && reason == NULL && is_iso(iso));
    const char *again = NULL;
    MUST_HOLD(date_parse(iso, arena, &again, &reason));
    MUST_HOLD(strcmp(again, iso) == 0);
    /* A time behind it changes nothing, nor do blanks around it. */
    MUST_HOLD(date_parse(arena_printf(arena, " %s 23:59 ", iso), arena, &again, &reason));
    MUST_HOLD(strcmp(again, iso) == 0);
    return 0;
}
