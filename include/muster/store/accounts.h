/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may act: accounts, and signing in with them. */
#ifndef MUSTER_STORE_ACCOUNTS_H
#define MUSTER_STORE_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/role.h"
#include "muster/store/db.h"

/* After so many wrong passwords in a row each further one closes the account for a while: a minute,
 * then twice as long each time, up to an hour. It is never closed for good: else anybody could shut
 * anybody out. In the console it is closed to the address that they came from; only after
 * ACCOUNTS_TRIES_ANYWHERE of them, from wherever, to everybody, a minute each. */
enum { ACCOUNTS_TRIES = 5, ACCOUNTS_TRIES_ANYWHERE = 50, ACCOUNTS_NAME_MOST = 32 };

struct account {
    int64_t id;
    const char *name;
    const char *full_name; /* these NULL when not known */
    enum role role;
    const char *branch;
    const char *workplace;
    const char *mobile; /* E.164 */
    const char *email;
    int64_t password_at;
    const char *password_by; /* the account that set the password, if another did; else NULL */
    int64_t recovered_at; /* when the password was last set by somebody not signed in; 0: never */
    int64_t failures;     /* tries to sign in since the last that succeeded */
    int64_t locked_until;
    int64_t signed_in_at; /* 0: never */
    int64_t disabled_at;  /* 0: it may sign in */
    int64_t made_at;
    const char *scope; /* a rep's: which members they see, in words as scope.h takes them; NULL:
                          those of their branch and workplace, or nobody */
    int64_t
        totp_at; /* since when a code of a device is asked for, too; 0: the password is enough */
};

/* Who wants to sign in. */
struct accounts_asker {
    const char *from; /* the address of their browser; NULL: somebody on this machine */
    int64_t now;
};

/* Who sets a password. */
struct accounts_setter {
    const char *by; /* the account that does it for its owner; NULL: the owner */
    bool recovered; /* nobody has signed in for it */
};

/* Add an account with this password, as password_read of model/password.h gives it; sets the id.
 * ERROR_DATA when there is one of the name, or the name is none: small letters, digits, dots and
 * hyphens, the first a letter; and when the scope is no such words, or belongs to no rep. Needs an
 * open transaction, as do all functions here that write, but accounts_sign_in. */
bool accounts_add(struct db *db, struct account *account, const char *password,
                  const struct accounts_setter *setter, struct error *err) MUST_USE;

/* The account of this name, in the arena; `*account` is NULL when there is none. */
bool accounts_find(struct db *db, const char *name, struct arena *arena, struct account **account,
                   struct error *err) MUST_USE;

/* The one with this id, likewise. */
bool accounts_get(struct db *db, int64_t id, struct arena *arena, struct account **account,
                  struct error *err) MUST_USE;

/* All, by name, in the arena. */
bool accounts_list(struct db *db, struct arena *arena, struct account **accounts, size_t *count,
                   struct error *err) MUST_USE;

/* Whether there is any, disabled ones among them. */
bool accounts_exist(struct db *db, bool *exist, struct error *err) MUST_USE;

/* Write full name, role, branch, workplace, scope, mobile and email. Other rights end its sessions.
 * ERROR_DATA when the scope is no such words, or belongs to no rep, and when no administrator who
 * may sign in would be left; likewise below. */
bool accounts_set(struct db *db, const struct account *account, struct error *err) MUST_USE;

/* Disable it at an instant, which ends its sessions and its links, or enable it (0). */
bool accounts_disable(struct db *db, int64_t id, int64_t at, struct error *err) MUST_USE;

/* Give it another password: its sessions and its links end, and whoever was closed out may try
 * again. */
bool accounts_set_password(struct db *db, int64_t id, const char *password,
                           const struct accounts_setter *setter, int64_t now,
                           struct error *err) MUST_USE;

/* Sign in. The try is counted before the password is looked at, in a transaction of its own, so
 * that many at once count, too. ERROR_PERMISSION when name or password is wrong (the same words and
 * the same work for either), when it is too early after wrong ones, and when the account is
 * disabled. The account lies in the arena. */
bool accounts_sign_in(struct db *db, const char *name, const char *password,
                      const struct accounts_asker *asker, struct arena *arena,
                      struct account **account, struct error *err) MUST_USE;

/* Who has to show a code, too (totp_at), is not in with the password: the tries count on until
 * accounts_let_in, which needs an open transaction. accounts_try counts one at the code, in a
 * transaction of its own; ERROR_PERMISSION when it is too early for one, or the account may not
 * sign in any more. */
bool accounts_try(struct db *db, int64_t id, const struct accounts_asker *asker,
                  struct error *err) MUST_USE;
bool accounts_let_in(struct db *db, int64_t id, const struct accounts_asker *asker,
                     struct error *err) MUST_USE;

#endif
