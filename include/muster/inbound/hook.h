/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an SMS provider tells us when it calls back: a receipt or a reply, read as its profile says.
 *
 * Providers differ in everything but this: something identifies the message, something says what
 * became of it, or who wrote what. The profile names the places; here is no provider's name. */
#ifndef MUSTER_INBOUND_HOOK_H
#define MUSTER_INBOUND_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/conf/gateway.h"
#include "muster/store/db.h"
#include "muster/store/inbox.h"

enum hook_kind { HOOK_RECEIPT, HOOK_REPLY };

enum {
    HOOK_BYTES_MAX = 64 * 1024, /* of a callback's body, or of its query */
    HOOK_SECRET_SIZE = 33,      /* 32 hexadecimal digits and a NUL */
};

/* A callback as it came in. */
struct hook_call {
    enum hook_kind kind;
    const char *bytes; /* the body; or the query, when it came by GET */
    size_t length;
    int64_t at; /* when it came */
};

/* What it says. Only the one of its kind is set. */
struct hook_event {
    enum hook_kind kind;
    struct receipt receipt;
    struct reply reply;  /* address and text; the rest is found out when it is taken */
    bool unknown_status; /* the profile does not know the receipt's word: it counts as pending */
};

/* Read a callback. `region` is for numbers without a country code. Strings lie in the arena, but
 * for the gateway's. A reply's text is made valid UTF-8 (U+FFFD for each bad byte and each NUL);
 * its number becomes E.164, or `+` and its digits when it is no mobile, or stays as it is when it
 * has no digits. ERROR_DATA says which value is missing, given twice, too long or malformed,
 * without repeating it. */
bool hook_read(const struct gateway *gateway, const char *region, const struct hook_call *call,
               struct arena *arena, struct hook_event *event, struct error *err) MUST_USE;

/* The secret part of the path of a gateway's callbacks. */
void hook_secret(const struct db *db, const char *gateway, char secret[HOOK_SECRET_SIZE]);

/* The URLs that a provider is to call, in the arena. False when public.url is not set: then nobody
 * outside can reach us, and both are "". */
bool hook_urls(const struct db *db, const struct config *config, const struct gateway *gateway,
               struct arena *arena, const char **receipt_url, const char **reply_url) MUST_USE;

#endif
