/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP request and what becomes of it, without the library that carries it: the server fills
 * the request, the provider or a page fills the response. */
#ifndef MUSTER_REHEARSAL_EXCHANGE_H
#define MUSTER_REHEARSAL_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"

struct request {
    struct arena *arena;   /* for as long as the request */
    const char *method;    /* "GET" or "POST" */
    const char *path;      /* decoded */
    const char *search;    /* ?q=, or "" */
    const char *reference; /* ?reference=, or "" */
    int64_t phones_page;   /* ?p= and ?m=, from 1 */
    int64_t mails_page;
    const char *authorization; /* header fields, or NULL */
    const char *origin;
    const char *host;
    const struct buffer *body;
};

enum response_manner {
    RESPONSE_SEND,
    RESPONSE_TWICE, /* the same answer twice in a row */
    RESPONSE_DROP,  /* close the connection instead */
    RESPONSE_HANG,  /* say nothing for a long time */
};

struct response {
    unsigned status;
    const char *type;     /* Content-Type; a constant */
    const char *location; /* of a 303, in the request's arena, or NULL */
    bool retry_after;     /* in one second */
    enum response_manner manner;
    int64_t delay; /* milliseconds to wait before it */
    struct buffer body;
};

/* An empty 200 response; released with buffer_free on its body. */
void exchange_init(struct response *response);

/* Make it a page of plain text saying one sentence. */
void exchange_sentence(struct response *response, unsigned status, const char *sentence);

/* Make it the provider's error: {"error":{"code":...,"message":...}}. */
void exchange_error(struct response *response, unsigned status, const char *code,
                    const char *message);

#endif
