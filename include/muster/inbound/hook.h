/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an SMS provider tells us when it calls back: receipts or replies, read as its profile says.
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
    HOOK_BYTES_MAX = 256 * 1024, /* of a callback's body: a hundred receipts take some 70 KiB */
    HOOK_EVENTS_MAX = 1000,      /* of one call */
    HOOK_SECRET_SIZE = 33,       /* 32 hexadecimal digits and a NUL */
};

/* A callback as it came in. */
struct hook_call {
    enum hook_kind kind;
    const char *bytes; /* the body; or the query, when it came by GET */
    size_t length;
    int64_t at; /* when it came */
};

/* One thing that it says. Only the one of its kind is set. */
struct hook_event {
    enum hook_kind kind;
    struct receipt receipt;
    struct reply reply;  /* address, text and part; the rest is found out when it is taken */
    bool unknown_status; /* the profile does not know the receipt's word: it counts as pending */
};

/* All that it says. */
struct hook_events {
    struct hook_event *events; /* those of the URL's kind first, each kind in the order they came */
    size_t count;
    size_t unread;      /* elements of a list that say nothing that can be taken */
    struct error fault; /* what is wrong with the first of these */
};

/* Read a callback. `region` is for numbers without a country code. Strings lie in the arena, but
 * for the gateway's. A reply's text is made valid UTF-8 (U+FFFD for each bad byte and each NUL);
 * its number becomes E.164, or `+` and its digits when it is no mobile, or stays as it is when it
 * has no digits. A reply in a list that has no id gets one, rather than that a STOP is lost.
 *
 * The kind of the URL holds for all events, unless the profile has an `only` for that kind: then
 * an event that is not of it is read as one of the other kind if that has an `only` which fits, and
 * else passed over. There may be no event at all.
 *
 * An element of a list that is malformed does not take the others with it: they are given, and it
 * is counted. To refuse the call would have all of it sent again, and that element with it, for
 * ever; who answers "no" for a day is struck off by some providers, and hears no STOP any more.
 *
 * ERROR_DATA when nothing of it can be read: not of its format, too large, no list where it should
 * be, an only event that lacks a value or has it twice, too long or malformed, or a list in which
 * every element does. Then it is the profile that is wrong, most likely, and what is sent again may
 * be read by a better one. The sentence does not repeat what was sent. */
bool hook_read(const struct gateway *gateway, const char *region, const struct hook_call *call,
               struct arena *arena, struct hook_events *events, struct error *err) MUST_USE;

/* The secret part of the path of a gateway's callbacks. */
void hook_secret(const struct db *db, const char *gateway, char secret[HOOK_SECRET_SIZE]);

/* The URLs that a provider is to call. */
struct hook_urls {
    const char *receipt;
    const char *reply;
};

/* Make them, in the arena, with user and password when the provider is to log in. Both are "" when
 * public.url is not set: then nobody outside can reach us. Fails when the password cannot be
 * read. */
bool hook_urls(const struct db *db, const struct config *config, const struct gateway *gateway,
               struct arena *arena, struct hook_urls *urls, struct error *err) MUST_USE;

#endif
