/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the routes of the public listener share. Private to public*.c. */
#ifndef MUSTER_WEB_PUBLIC_PRIVATE_H
#define MUSTER_WEB_PUBLIC_PRIVATE_H

#include "intake.h"
#include "muster/base/file.h"
#include "muster/inbound/hook.h"
#include "muster/store/refusals.h"
#include "muster/web/public.h"
#include "public_pages.h"
#include "server.h"

enum { PUBLIC_STATUS_WORD_MAX = 64 };

/* What a gateway's callbacks are checked by, and where it calls. */
struct public_key {
    char secret[FILE_SECRET_MAX]; /* "": it signs nothing */
    struct hook_urls urls;
};

struct public
{
    struct db *db;
    const struct config *config;
    const struct public_callers *callers;
    char(*secrets)[HOOK_SECRET_SIZE]; /* of each of them */
    struct public_key *keys;          /* likewise */
    struct public_pages *pages;
    struct intake *intake;
    char strange[PUBLIC_STATUS_WORD_MAX + 1]; /* the status word that was last complained of */
    int64_t refused[REFUSALS_COUNT];          /* since they were last stored */
    struct server_refused server_refused; /* of these, what the server had when they were added */
    int64_t stored_at;                    /* clock_monotonic: when that was */
};

/* The routes of the links of messages. Defined in public_links.c. */
void public_show_leave(struct server_exchange *exchange, const struct server_request *request,
                       void *context);
void public_take_leave(struct server_exchange *exchange, const struct server_request *request,
                       void *context);
void public_show_answer(struct server_exchange *exchange, const struct server_request *request,
                        void *context);
void public_take_answer(struct server_exchange *exchange, const struct server_request *request,
                        void *context);
void public_show_style(struct server_exchange *exchange, const struct server_request *request,
                       void *context);

#endif
