/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail address, or a reason; what was read is read as itself, and may stand in a header. */
#include <string.h>

#include "fuzz.h"
#include "muster/model/address.h"

enum { ADDRESS_LIMIT = 254 };

static void check_address(const char *address, struct arena *arena)
{
    MUST_HOLD(fuzz_is_utf8(address) && strlen(address) <= ADDRESS_LIMIT);
    const char *at = strchr(address, '@');
    MUST_HOLD(at != NULL && at > address && strchr(at + 1, '@') == NULL);
    MUST_HOLD(strchr(at, '.') != NULL);
    size_t domain = strlen(at + 1);
    MUST_HOLD(strspn(at + 1, "abcdefghijklmnopqrstuvwxyz0123456789.-") == domain);
    /* Nothing that would end the address, or begin another, where a mail names it. */
    for (const char *byte = address; *byte != '\0'; byte++) {
        MUST_HOLD((unsigned char)*byte > ' ' && *byte != 0x7F);
        MUST_HOLD(strchr("<>(),;:\\\"[]", *byte) == NULL);
    }
    const char *again = NULL;
    const char *reason = NULL;
    MUST_HOLD(address_parse(address, arena, &again, &reason));
    MUST_HOLD(strcmp(again, address) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *address = NULL;
    const char *reason = NULL;
    bool nothing = address_is_placeholder(text);
    bool work = address_is_work(text);
    MUST_HOLD(!work || strchr(text, '@') != NULL);
    if (!address_parse(text, arena, &address, &reason)) {
        MUST_HOLD(address == NULL && reason != NULL && reason[0] != '\0');
        return 0;
    }
    MUST_HOLD(address != NULL && reason == NULL);
    check_address(address, arena);
    /* Who stands for nobody in the list does not become somebody by being read. */
    MUST_HOLD(!nothing || address_is_placeholder(address));
    return 0;
}
