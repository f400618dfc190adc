/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person's answer to what a member wrote: whether it may be given at all, and giving it. The one
 * place for that rule, whoever asks: the command line, the console, or what hands answers over. */
#ifndef MUSTER_DISPATCH_RESPONSE_H
#define MUSTER_DISPATCH_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"
#include "muster/store/suppressions.h"

/* What stands in the way of an answer. */
enum response_bar {
    RESPONSE_OPEN,       /* nothing */
    RESPONSE_BY_MAIL,    /* the reply came by mail, and is answered from somebody's mailbox */
    RESPONSE_SILENT,     /* its number gets no texts */
    RESPONSE_NO_GATEWAY, /* the gateway that it came by is configured no more: another one has
                            another number */
};

struct response_standing {
    enum response_bar bar;
    const char *why;                   /* a sentence; NULL when it is open */
    const struct suppression *silence; /* why its number, or its mail address, gets nothing; NULL:
                                          it does */
};

/* How it stands with answering a reply; in the arena. ERROR_CONFIG when the profile of a gateway
 * cannot be read. */
bool response_look(struct db *db, const struct config *config, const struct reply *reply,
                   struct arena *arena, struct response_standing *standing,
                   struct error *err) MUST_USE;

/* An answer is a text like any other: one that can be sent, in no more parts than phones put
 * together. `*parts` is how many it takes. ERROR_USAGE says what is wrong. */
bool response_check(const char *text, int64_t *parts, struct error *err) MUST_USE;

/* Whatever number of answers there are. */
enum { RESPONSE_ANY = -1 };

struct response {
    const struct reply *reply;
    const char *text;
    const char *by; /* the account that answers, for the record; NULL: nobody is known */
    int64_t seen;   /* how many answers of persons whoever wrote this had before their eyes, or
                     RESPONSE_ANY: when there is another by now, this one is not given */
};

/* Have it answered, and put that into the record: in one transaction of its own. ERROR_DATA when
 * something stands in the way, ERROR_USAGE when the text is none, ERROR_TEMPORARY when somebody
 * else was quicker. `*parts` as above. */
bool response_give(struct db *db, const struct config *config, const struct response *response,
                   int64_t now, int64_t *parts, struct error *err) MUST_USE;

#endif
