/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jansson under the names muster uses. `struct json` is jansson's value by another name: nothing is
 * wrapped, only the type is kept from the other floors. */
#include "muster/base/json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"

static json_t *inner(const struct json *value)
{
    union {
        const struct json *outer;
        json_t *inner;
    } same = {.outer = value};
    return same.inner;
}

/* A value just made; out of memory is the only way that making one fails. */
static struct json *made(json_t *value)
{
    if (value == NULL) {
        abort();
    }
    return (struct json *)value;
}

static void must(int result)
{
    if (result != 0) {
        abort();
    }
}

struct json *json_make_object(void)
{
    return made(json_object());
}

struct json *json_make_array(void)
{
    return made(json_array());
}

void json_free(struct json **value)
{
    json_decref(inner(*value));
    *value = NULL;
}

bool json_parse(const char *bytes, size_t length, struct json **value, struct error *err)
{
    json_error_t fault;
    json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
    if (root == NULL) {
        return error_set(err, ERROR_DATA, "not JSON: line %d, column %d: %s", fault.line,
                         fault.column, fault.text);
    }
    *value = made(root);
    return true;
}

/* Malformed bytes replaced, so that no value is ever lost for one bad character. */
static json_t *text_value(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    json_t *value = json_string(text);
    if (value != NULL) {
        return value;
    }
    size_t length = strlen(text);
    CLEANUP(buffer_free) struct buffer clean;
    buffer_init(&clean, length * 3);
    uint32_t rune;
    for (size_t i = 0, step; (step = text_rune(text + i, length - i, &rune)) > 0; i += step) {
        char bytes[4];
        (void)buffer_add(&clean, bytes, text_put_rune(rune, bytes));
    }
    return json_string(buffer_text(&clean));
}

void json_put_text(struct json *object, const char *name, const char *text)
{
    must(json_object_set_new(inner(object), name, text_value(text)));
}

void json_put_number(struct json *object, const char *name, int64_t number)
{
    must(json_object_set_new(inner(object), name, json_integer(number)));
}

void json_put_flag(struct json *object, const char *name, bool flag)
{
    must(json_object_set_new(inner(object), name, json_boolean(flag)));
}

void json_put(struct json *object, const char *name, struct json *value)
{
    must(json_object_set_new(inner(object), name, inner(value)));
}

void json_append(struct json *array, struct json *value)
{
    must(json_array_append_new(inner(array), inner(value)));
}

void json_gather(struct json *object, const char *name, struct json *value)
{
    json_t *there = json_object_get(inner(object), name);
    if (there == NULL) {
        json_put(object, name, value);
        return;
    }
    if (!json_is_array(there)) {
        json_t *both = json_array();
        must(json_array_append(both, there));
        must(json_object_set_new(inner(object), name, both));
        there = both;
    }
    must(json_array_append_new(there, inner(value)));
}

struct json *json_share(const struct json *value)
{
    return made(json_incref(inner(value)));
}

void json_append_text(struct json *array, const char *text)
{
    must(json_array_append_new(inner(array), text_value(text)));
}

const struct json *json_member(const struct json *object, const char *name)
{
    return (const struct json *)json_object_get(inner(object), name);
}

const struct json *json_at(const struct json *value, const char *path)
{
    json_t *at = inner(value);
    while (at != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        if (json_is_array(at)) {
            int64_t index = -1;
            char digits[20] = "";
            if (length < sizeof digits) {
                memcpy(digits, path, length);
            }
            at = text_number(digits, 0, INT32_MAX, &index) ? json_array_get(at, (size_t)index)
                                                           : NULL;
        } else {
            at = json_object_getn(at, path, length);
        }
        path += length;
        path += *path == '.' ? 1 : 0;
    }
    return (const struct json *)at;
}

/* The shortest decimal that is read back as the same number. */
static size_t write_real(double number, char room[JSON_NUMBER_SIZE])
{
    enum { ENOUGH = 17, USUAL = 15 };
    int length = 0;
    for (int digits = USUAL; digits <= ENOUGH; digits++) {
        length = snprintf(room, JSON_NUMBER_SIZE, "%.*g", digits, number);
        if (strtod(room, NULL) == number) {
            break;
        }
    }
    return (size_t)length;
}

const char *json_scalar(const struct json *value, char room[JSON_NUMBER_SIZE], size_t *length)
{
    const json_t *at = inner(value);
    *length = 0;
    if (at == NULL) {
        return NULL;
    }
    switch (json_typeof(at)) {
    case JSON_STRING: *length = json_string_length(at); return json_string_value(at);
    case JSON_INTEGER:
        *length =
            (size_t)snprintf(room, JSON_NUMBER_SIZE, "%lld", (long long)json_integer_value(at));
        return room;
    case JSON_REAL: *length = write_real(json_real_value(at), room); return room;
    case JSON_TRUE: *length = sizeof "true" - 1; return "true";
    case JSON_FALSE: *length = sizeof "false" - 1; return "false";
    case JSON_NULL:
    case JSON_OBJECT:
    case JSON_ARRAY: return NULL;
    }
    return NULL;
}

/* The array that a path ending in "#" counts, or NULL. */
static const struct json *array_counted(const struct json *value, const char *path,
                                        struct arena *arena)
{
    size_t length = strlen(path);
    if (length == 0 || path[length - 1] != '#' || (length > 1 && path[length - 2] != '.')) {
        return NULL;
    }
    const char *above = arena_span(arena, path, length > 1 ? length - 2 : 0);
    const struct json *array = json_at(value, above);
    return json_array_given(array) ? array : NULL;
}

char *json_text_at(const struct json *value, const char *path, struct arena *arena)
{
    char room[JSON_NUMBER_SIZE];
    size_t length = 0;
    const struct json *array = array_counted(value, path, arena);
    if (array != NULL) {
        return arena_printf(arena, "%zu", json_count(array));
    }
    const char *text = json_scalar(json_at(value, path), room, &length);
    return text == NULL ? NULL : arena_span(arena, text, length);
}

size_t json_count(const struct json *value)
{
    const json_t *at = inner(value);
    return json_is_array(at) ? json_array_size(at) : json_object_size(at);
}

static void *member_at(json_t *object, size_t index)
{
    void *at = json_object_iter(object);
    while (at != NULL && index > 0) {
        at = json_object_iter_next(object, at);
        index--;
    }
    return at;
}

const char *json_name(const struct json *object, size_t index)
{
    void *at = member_at(inner(object), index);
    return at == NULL ? NULL : json_object_iter_key(at);
}

const struct json *json_value(const struct json *object, size_t index)
{
    json_t *value = inner(object);
    if (json_is_array(value)) {
        return (const struct json *)json_array_get(value, index);
    }
    void *at = member_at(value, index);
    return at == NULL ? NULL : (const struct json *)json_object_iter_value(at);
}

bool json_object_given(const struct json *value)
{
    return json_is_object(inner(value));
}

bool json_array_given(const struct json *value)
{
    return json_is_array(inner(value));
}

bool json_true_given(const struct json *value)
{
    const json_t *at = inner(value);
    if (at == NULL || json_is_null(at) || json_is_false(at)) {
        return false;
    }
    if (json_is_array(at)) {
        return json_array_size(at) > 0;
    }
    return !json_is_string(at) || json_string_length(at) > 0;
}

static int add_to_buffer(const char *bytes, size_t length, void *out)
{
    return buffer_add(out, bytes, length) ? 0 : -1;
}

bool json_write(const struct json *value, struct buffer *out)
{
    return json_dump_callback(inner(value), add_to_buffer, out, JSON_COMPACT | JSON_ENCODE_ANY) ==
           0;
}
