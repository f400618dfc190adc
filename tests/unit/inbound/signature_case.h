/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A callback, its signature, and what must be said of it. */
#ifndef MUSTER_TESTS_INBOUND_SIGNATURE_CASE_H
#define MUSTER_TESTS_INBOUND_SIGNATURE_CASE_H

#include <string.h>
#include <strings.h>

#include "muster/base/text.h"
#include "muster/inbound/signature.h"

#define BODY "{\"status\":\"delivered\"}"

enum { HEADERS_MOST = 3 };

/* Headers of a callback, name and value by turns. */
struct case_of {
    const char *name;
    const struct gateway_signature *signature;
    const char *key;
    const char *url, *query, *body;
    const char *headers[HEADERS_MOST * 2];
    int64_t at;        /* seconds; 0: any */
    const char *fault; /* in what is said; NULL: it is right */
};

static inline const char *header_of(const char *name, void *context)
{
    const char *const *headers = context;
    for (size_t i = 0; i < HEADERS_MOST && headers[i * 2] != NULL; i++) {
        if (strcasecmp(headers[i * 2], name) == 0) {
            return headers[i * 2 + 1];
        }
    }
    return NULL;
}

static inline bool check(const struct case_of *given, struct arena *arena,
                         struct signature_payload *payload, struct error *err)
{
    char *headers[HEADERS_MOST * 2];
    memcpy(headers, given->headers, sizeof headers);
    const char *body = given->body == NULL ? "" : given->body;
    const struct signature_call call = {.url = given->url,
                                        .query = given->query == NULL ? "" : given->query,
                                        .body = body,
                                        .length = strlen(body),
                                        .at = (given->at == 0 ? 1700000010 : given->at) * 1000,
                                        .header = header_of,
                                        .context = headers};
    return signature_check(given->signature, given->key, &call, arena, payload, err);
}

static inline void check_all(const struct case_of *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct error err = {.kind = ERROR_NONE};
        struct signature_payload payload;
        const bool ok = check(&cases[i], arena, &payload, &err);
        const char *fault = cases[i].fault;
        if (ok != (fault == NULL) || (!ok && strstr(err.text, fault) == NULL) ||
            (!ok && err.kind != ERROR_PERMISSION)) {
            fail_msg("%s: %d \"%s\"", cases[i].name, ok, err.text);
        }
    }
}

#define HEADER(text)                                                                               \
    {                                                                                              \
        .header = (text), .field = ""                                                              \
    }
#define FIELD(text)                                                                                \
    {                                                                                              \
        .header = "", .field = (text)                                                              \
    }
#define PARTS(list) .parts = (list), .part_count = ARRAY_LENGTH(list)

#endif
