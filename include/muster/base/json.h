/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON values (RFC 8259), built and read. The only door to jansson.
 *
 * A `struct json` is owned by whoever made it (json_free) or by the value it was put into. Values
 * reached by a getter are borrowed from their parent. */
#ifndef MUSTER_BASE_JSON_H
#define MUSTER_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"

struct json;

/* A new empty object, or array. */
struct json *json_make_object(void) MUST_USE;
struct json *json_make_array(void) MUST_USE;

/* Release a value that has no parent; sets the pointer to NULL. */
void json_free(struct json **value);

/* Read one value; depth and size are bounded by the parser. ERROR_DATA names line and column. */
bool json_parse(const char *bytes, size_t length, struct json **value, struct error *err) MUST_USE;

/* Put a member into an object, replacing an older one. Text that is not UTF-8 is put with U+FFFD
 * for each bad byte; NULL text puts null. */
void json_put_text(struct json *object, const char *name, const char *text);
void json_put_number(struct json *object, const char *name, int64_t number);
void json_put_flag(struct json *object, const char *name, bool flag);
/* The object, or array, takes over the value. */
void json_put(struct json *object, const char *name, struct json *value);
void json_append(struct json *array, struct json *value);
/* The same, but where the object has a member of this name it becomes an array of both; an array
 * gets one element more. */
void json_gather(struct json *object, const char *name, struct json *value);
void json_append_text(struct json *array, const char *text); /* as json_put_text */

/* The same value once more, to be put into another object or array, or freed: nothing is copied, so
 * neither may be changed any more. */
struct json *json_share(const struct json *value) MUST_USE;

/* The member of this very name, dots and all, or NULL. Borrowed. */
const struct json *json_member(const struct json *object, const char *name) MUST_USE;

/* The value at a path such as "messages.0.id" (members by name, elements by index), or NULL.
 * An empty path is the value itself. Borrowed. */
const struct json *json_at(const struct json *value, const char *path) MUST_USE;

/* The scalar at a path as text in the arena: strings as they are, numbers and true/false as JSON
 * writes them; NULL for null, objects, arrays and what is not there. Of an array, "messages.#" is
 * how many elements it has. */
char *json_text_at(const struct json *value, const char *path, struct arena *arena) MUST_USE;

enum { JSON_NUMBER_SIZE = 32 };

/* A scalar as text, without a copy: a string's own bytes, or a number or true/false as JSON writes
 * it, in `room`; NULL as above. `*length` is its length; the text ends in a NUL. */
const char *json_scalar(const struct json *value, char room[JSON_NUMBER_SIZE],
                        size_t *length) MUST_USE;

/* How many elements or members; 0 for a scalar. */
size_t json_count(const struct json *value);

/* The members of an object in the order they were put: the i-th name and value, or NULL.
 * Borrowed. */
const char *json_name(const struct json *object, size_t index) MUST_USE;
const struct json *json_value(const struct json *object, size_t index) MUST_USE;

/* What kind of value it is; NULL is none of them. (jansson keeps the plain names for itself.) */
bool json_object_given(const struct json *value) MUST_USE;
bool json_array_given(const struct json *value) MUST_USE;
/* Mustache's question: not null, false, "" or an empty array. */
bool json_true_given(const struct json *value) MUST_USE;

/* Append the value in compact form, members in the order they were put. */
bool json_write(const struct json *value, struct buffer *out);

#endif
