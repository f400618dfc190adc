/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects at the top of the JSON are found by their brackets alone, and compared as bytes with
 * those that were read before. All judging is left to json_parse: it reads each object that is not
 * known, and what remains without the objects. JSON that is not written as ours is, it reads
 * whole. */
#include "values.h"

#include <string.h>

enum { REST_MOST = 512 * 1024, NAME_SIZE = 64 };

void values_init(struct values_memory *memory)
{
    *memory = (struct values_memory){.next = 0};
    buffer_init(&memory->rest, REST_MOST);
    for (size_t i = 0; i < VALUES_KEPT; i++) {
        buffer_init(&memory->kept[i].text, REST_MOST);
    }
}

void values_free(struct values_memory *memory)
{
    buffer_free(&memory->rest);
    for (size_t i = 0; i < VALUES_KEPT; i++) {
        buffer_free(&memory->kept[i].text);
        if (memory->kept[i].value != NULL) {
            json_free(&memory->kept[i].value);
        }
    }
}

/* Behind the string that begins here; NULL when it does not end. */
static const char *skip_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        at += *at == '\\' ? 1 : 0;
        if (*at == '\0') {
            return NULL;
        }
    }
    return at + 1;
}

/* Behind the value that begins here: at the comma or bracket that follows; NULL: there is none. */
static const char *skip_value(const char *at)
{
    for (size_t depth = 0; *at != '\0'; at++) {
        if (*at == '"') {
            const char *behind = skip_string(at);
            if (behind == NULL) {
                return NULL;
            }
            at = behind - 1;
        } else if (*at == '{' || *at == '[') {
            depth++;
        } else if (depth == 0 && (*at == ',' || *at == '}')) {
            return at;
        } else if (*at == '}' || *at == ']') {
            depth -= depth > 0 ? 1 : 0;
        }
    }
    return NULL;
}

/* The object that is written so, kept from now on; NULL when it is none. */
static const struct json *object_written(struct values_memory *memory, const char *text,
                                         size_t length)
{
    for (size_t i = 0; i < VALUES_KEPT; i++) {
        const struct values_object *kept = &memory->kept[i];
        if (kept->value != NULL && kept->text.length == length &&
            memcmp(kept->text.data, text, length) == 0) {
            return kept->value;
        }
    }
    struct json *value = NULL;
    if (!json_parse(text, length, &value, NULL)) {
        return NULL;
    }
    struct values_object *place = &memory->kept[memory->next];
    memory->next = (memory->next + 1) % VALUES_KEPT;
    if (place->value != NULL) {
        json_free(&place->value);
    }
    buffer_clear(&place->text);
    if (!buffer_add(&place->text, text, length)) {
        json_free(&value);
        return NULL;
    }
    place->value = value;
    return value;
}

/* A member of the JSON as its brackets show it. */
struct span {
    const char *name; /* the quote before it */
    const char *value;
    const char *end;
};

/* The member that begins here, written as ours are: no white space between its parts. */
static bool find_member(const char *at, struct span *span)
{
    const char *colon = *at == '"' ? skip_string(at) : NULL;
    if (colon == NULL || *colon != ':') {
        return false;
    }
    *span = (struct span){.name = at, .value = colon + 1, .end = skip_value(colon + 1)};
    return span->end != NULL && span->end > span->value;
}

/* The object that a member is, into `objects`, which has none of its name. */
static bool put_object(struct values_memory *memory, const struct span *span, struct json *objects)
{
    char name[NAME_SIZE];
    const size_t length = (size_t)(span->value - span->name) - strlen("\"\":");
    if (length >= sizeof name || memchr(span->name, '\\', length + 1) != NULL) {
        return false;
    }
    memcpy(name, span->name + 1, length);
    name[length] = '\0';
    const struct json *object =
        object_written(memory, span->value, (size_t)(span->end - span->value));
    if (object == NULL || json_member(objects, name) != NULL) {
        return false;
    }
    json_put(objects, name, json_share(object));
    return true;
}

/* Put the objects into `objects`, and all else into the rest; false when it is not written as ours
 * is. */
static bool part(struct values_memory *memory, const char *merge, struct json *objects)
{
    struct span span;
    const char *at = merge;
    if (*at != '{' || at[1] == '}') {
        return false;
    }
    buffer_clear(&memory->rest);
    (void)buffer_putc(&memory->rest, '{');
    for (bool more = true; more;) {
        if (!find_member(++at, &span)) {
            return false;
        }
        if (*span.value == '{') {
            if (!put_object(memory, &span, objects)) {
                return false;
            }
        } else {
            (void)buffer_puts(&memory->rest, memory->rest.length > 1 ? "," : "");
            (void)buffer_add(&memory->rest, span.name, (size_t)(span.end - span.name));
        }
        at = span.end;
        more = *at == ',';
    }
    return buffer_putc(&memory->rest, '}') && at[1] == '\0';
}

bool values_read(struct values_memory *memory, const char *merge, struct json **values,
                 struct error *err)
{
    CLEANUP(json_free) struct json *objects = json_make_object();
    CLEANUP(json_free) struct json *read = NULL;
    if (!part(memory, merge, objects)) {
        return json_parse(merge, strlen(merge), values, err);
    }
    if (!json_parse(buffer_text(&memory->rest), memory->rest.length, &read, err)) {
        return false;
    }
    for (size_t i = 0; i < json_count(objects); i++) {
        if (json_member(read, json_name(objects, i)) != NULL) { /* json_parse tells of it */
            return json_parse(merge, strlen(merge), values, err);
        }
        json_put(read, json_name(objects, i), json_share(json_value(objects, i)));
    }
    *values = STEAL(read);
    return true;
}
