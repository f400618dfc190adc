/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a callback, whichever way they were written: the profile says at which places they
 * stand (see struct gateway_callback). Private to src/inbound. */
#ifndef MUSTER_INBOUND_PLACES_H
#define MUSTER_INBOUND_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/json.h"
#include "muster/conf/gateway.h"
#include "muster/inbound/form.h"

/* A body as it was read. Empty at first. */
struct places {
    enum gateway_body format;
    struct form form;
    struct json *value; /* of JSON or XML */
};

/* One event in it. */
struct places_event {
    const struct places *places;
    const struct json *value; /* NULL: the form */
};

/* The events of a body, of one kind. */
struct places_list {
    const struct places *places;
    const struct json *value;
    bool listed; /* they stand in a list: each is read for itself */
    size_t count;
};

/* Read a body. ERROR_DATA when it is not of that format, or too large for it. */
bool places_open(enum gateway_body format, const char *bytes, size_t length, struct arena *arena,
                 struct places *places, struct error *err) MUST_USE;

/* Release it. For CLEANUP. */
void places_free(struct places *places);

/* The events at the path of a list; NULL: the body is the one event. What stands there alone, as a
 * list of one does in XML, is the only one of its list. False when nothing stands there. */
bool places_events(const struct places *places, const char *path,
                   struct places_list *list) MUST_USE;
struct places_event places_event(const struct places_list *list, size_t index);

/* The value at a place, in the arena or the form; NULL when the profile has none ("" or NULL) or it
 * was not sent. ERROR_DATA when a form gives it twice. */
bool places_get(const struct places_event *event, const char *place, struct arena *arena,
                const char **bytes, size_t *length, struct error *err) MUST_USE;

/* A short value such as an id, trimmed: "" when it was not sent. ERROR_DATA when it has more than
 * `longest` bytes or is not UTF-8 without control characters. */
bool places_word(const struct places_event *event, const char *place, size_t longest,
                 struct arena *arena, const char **word, struct error *err) MUST_USE;

#endif
