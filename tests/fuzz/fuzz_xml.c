/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An XML document of a stranger's. Whatever it is, the value has only what the header says. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/xml.h"

/* Gives how many elements there are. */
static size_t check(const struct json *value, size_t depth)
{
    char room[JSON_NUMBER_SIZE];
    size_t length = 0;
    size_t found = 1;
    if (!json_object_given(value)) {
        const char *text = json_scalar(value, room, &length);
        MUST_HOLD(text != NULL && strlen(text) == length && fuzz_is_utf8(text));
        return found;
    }
    MUST_HOLD(depth < XML_DEPTH_MAX);
    MUST_HOLD(json_member(value, "#name") != NULL && strcmp(json_name(value, 0), "#name") == 0);
    for (size_t i = 1; i < json_count(value); i++) {
        const struct json *member = json_value(value, i);
        MUST_HOLD(fuzz_is_utf8(json_name(value, i)) && json_name(value, i)[0] != '#');
        if (!json_array_given(member)) {
            found += check(member, depth + 1);
            continue;
        }
        MUST_HOLD(json_count(member) > 1);
        for (size_t k = 0; k < json_count(member); k++) {
            found += check(json_value(member, k), depth + 1);
        }
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    CLEANUP(json_free) struct json *value = NULL;
    struct error err = {0};
    if (!xml_parse((const char *)bytes, size, &value, &err)) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0' && value == NULL);
        return 0;
    }
    MUST_HOLD(json_object_given(value));
    MUST_HOLD(check(value, 0) <= XML_ELEMENTS_MAX);
    return 0;
}
