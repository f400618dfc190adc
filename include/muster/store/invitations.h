/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links by which somebody sets the password of an account themselves, so that nobody has to know
 * one to hand it over. A link serves once, and not for long; the store has only its digest. */
#ifndef MUSTER_STORE_INVITATIONS_H
#define MUSTER_STORE_INVITATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/clock.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

enum { INVITATIONS_TOKEN_LETTERS = 32 /* a-z and 2-7: 160 bits */ };

enum invitation_kind {
    INVITATIONS_FIRST,    /* makes the first account, an administrator's: a day */
    INVITATIONS_JOIN,     /* the first password of an account that was made: a week */
    INVITATIONS_PASSWORD, /* another password: a day */
};

struct invitation {
    enum invitation_kind kind;
    int64_t account_id;  /* INVITATIONS_FIRST: 0 */
    const char *made_by; /* the account; NULL: who ran muster */
    int64_t made_at;
    int64_t ends_at; /* given by invitations_make */
};

/* Make a link; its token and a NUL into `token`. Links of the account that were made before are of
 * no use any more. Needs an open transaction, as does all that writes here. */
bool invitations_make(struct db *db, struct invitation *invitation,
                      char token[INVITATIONS_TOKEN_LETTERS + 1], struct error *err) MUST_USE;

/* What a token is of, in the arena; `*invitation` is NULL when it is of none, was used, is over,
 * when its account is disabled, or it is for a first account and there is one. */
bool invitations_find(struct db *db, const char *token, int64_t now, struct arena *arena,
                      struct invitation **invitation, struct error *err) MUST_USE;

/* Whether a link waits for the owner of an account; `*ends_at` 0: none does. */
bool invitations_open(struct db *db, int64_t account_id, int64_t now, int64_t *ends_at,
                      struct error *err) MUST_USE;

/* Forget the links of an account (0: those that make the first one). */
bool invitations_close(struct db *db, int64_t account_id, struct error *err) MUST_USE;

#endif
