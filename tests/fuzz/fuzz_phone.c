/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A number in E.164, or a reason; what was read is read as itself, wherever one is. The first byte
 * chooses the region. */
#include <string.h>

#include "fuzz.h"
#include "muster/model/phone.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const REGIONS[] = {"GB", "IE", "gb", "US", "DE", "IM", "ZZ", "", "FR"};
    struct fuzz_bytes rest = {(const char *)bytes, size};
    unsigned choice = fuzz_byte(&rest);
    /* A printable first byte means Britain. */
    const char *region = choice < ARRAY_LENGTH(REGIONS) ? REGIONS[choice] : "GB";
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *e164 = NULL;
    const char *reason = NULL;
    if (!phone_parse(text, region, arena, &e164, &reason)) {
        MUST_HOLD(e164 == NULL && reason != NULL && reason[0] != '\0');
        return 0;
    }
    MUST_HOLD(e164 != NULL && reason == NULL);
    MUST_HOLD(e164[0] == '+' && e164[1] >= '1' && e164[1] <= '9');
    size_t digits = strspn(e164 + 1, "0123456789");
    MUST_HOLD(e164[1 + digits] == '\0' && digits >= 7 && digits <= 15);
    for (size_t i = 0; i < ARRAY_LENGTH(REGIONS); i++) {
        const char *again = NULL;
        MUST_HOLD(phone_parse(e164, REGIONS[i], arena, &again, &reason));
        MUST_HOLD(strcmp(again, e164) == 0);
    }
    return 0;
}
