/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second step of signing in: a code from a device of the person's own, or, once each, one of
 * the codes that they have put away for the day the device is lost. The secrets of the devices are
 * sealed under the store's key; of the codes there are only digests. */
#ifndef MUSTER_STORE_SECOND_STEPS_H
#define MUSTER_STORE_SECOND_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/totp.h"
#include "muster/store/accounts.h"
#include "muster/store/db.h"

enum { SECOND_STEPS_CODES = 10, SECOND_STEPS_CODE_LETTERS = 16 };

/* Make a secret for an account. It counts for nothing until second_steps_confirm; one that is in
 * force stays so until then. Needs an open transaction, as does all that writes here but
 * second_steps_check. */
bool second_steps_offer(struct db *db, int64_t account_id, struct totp_secret *secret,
                        struct error *err) MUST_USE;

/* The secret that waits to be confirmed; `*there` is false when there is none. */
bool second_steps_offered(struct db *db, int64_t account_id, struct totp_secret *secret,
                          bool *there, struct error *err) MUST_USE;

/* Put the secret that was offered into force, if the code is one of it: `*confirmed` tells. */
bool second_steps_confirm(struct db *db, int64_t account_id, const char *code, int64_t now,
                          bool *confirmed, struct error *err) MUST_USE;

/* Ask for no second step of this account any more: secret and codes are forgotten. */
bool second_steps_drop(struct db *db, int64_t account_id, struct error *err) MUST_USE;

/* Make SECOND_STEPS_CODES codes, "abcd-efgh-ijkl-mnop", in the arena, in place of all before. This
 * is the only time that they are told. */
bool second_steps_codes(struct db *db, int64_t account_id, struct arena *arena,
                        const char *codes[SECOND_STEPS_CODES], struct error *err) MUST_USE;

/* How many of them are left. */
bool second_steps_left(struct db *db, int64_t account_id, size_t *count,
                       struct error *err) MUST_USE;

/* Take a code from the device, or one of those put away, which is used up by it: `*recovery` tells.
 * Tries are counted and throttled as passwords are (accounts_try). ERROR_PERMISSION when it is none
 * or was used before. */
bool second_steps_check(struct db *db, const struct account *account, const char *code,
                        const struct accounts_asker *asker, bool *recovery,
                        struct error *err) MUST_USE;

#endif
