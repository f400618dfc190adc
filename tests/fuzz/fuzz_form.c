/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form; the first byte says of which kind. Its fields lie within what was sent. */
#include <string.h>

#include "fuzz.h"
#include "muster/inbound/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const bool parts = fuzz_byte(&rest) % 2 != 0;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct form form = {.count = 77};
    struct error err = {0};
    const bool ok = parts ? form_parse_parts(rest.at, rest.left, arena, &form, &err)
                          : form_parse(rest.at, rest.left, arena, &form, &err);
    if (!ok) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0' && form.count == 77);
        return 0;
    }
    size_t all = 0;
    MUST_HOLD(form.count <= FORM_FIELDS_MAX);
    for (size_t i = 0; i < form.count; i++) {
        MUST_HOLD(form.fields[i].value[form.fields[i].length] == '\0');
        all += strlen(form.fields[i].name) + form.fields[i].length;
    }
    MUST_HOLD(all <= rest.left);
    return 0;
}
