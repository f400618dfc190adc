/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON: the first line is a path into the value behind it. What is read can be written, and what is
 * written is read as the same. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/json.h"

enum { WRITTEN_MAX = 1 << 20 };

static void check_again(struct buffer *first)
{
    CLEANUP(json_free) struct json *again = NULL;
    CLEANUP(buffer_free) struct buffer second;
    struct error err = {0};
    buffer_init(&second, WRITTEN_MAX);
    MUST_HOLD(json_parse(buffer_text(first), first->length, &again, &err));
    MUST_HOLD(json_write(again, &second) && second.length == first->length);
    MUST_HOLD(memcmp(second.data, first->data, first->length) == 0);
}

static void check_parts(const struct json *value, const char *path, struct arena *arena)
{
    const char *text = json_text_at(value, path, arena);
    MUST_HOLD(fuzz_is_utf8(text));
    const struct json *there = json_at(value, path);
    char room[JSON_NUMBER_SIZE];
    size_t length = 0;
    const char *scalar = json_scalar(there, room, &length);
    MUST_HOLD(scalar == NULL || strnlen(scalar, length + 1) <= length);
    for (size_t i = 0; json_object_given(value) && i < json_count(value); i++) {
        const char *name = json_name(value, i);
        MUST_HOLD(fuzz_is_utf8(name) && json_member(value, name) != NULL);
    }
    MUST_HOLD(json_name(value, json_count(value)) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *path = fuzz_text(&rest, '\n');
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(json_free) struct json *value = NULL;
    CLEANUP(buffer_free) struct buffer written;
    struct error err = {0};
    buffer_init(&written, WRITTEN_MAX);
    if (!json_parse(rest.at, rest.left, &value, &err)) {
        MUST_HOLD(value == NULL && err.kind == ERROR_DATA && fuzz_is_utf8(err.text));
        return 0;
    }
    check_parts(value, path, arena);
    if (json_write(value, &written)) {
        check_again(&written);
    }
    return 0;
}
