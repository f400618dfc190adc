/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A copy of the store in one file, made while others write to it, and checked before it has its
 * name.
 *
 * The copy lies still. Messages may go out after it was made that it knows nothing of; so whoever
 * puts it in the place of a store that was lost has one that sends nothing by itself: campaigns
 * that ran are paused in it, and answers that waited have expired. */
#ifndef MUSTER_STORE_BACKUP_H
#define MUSTER_STORE_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/store/db.h"

/* What a backup holds. */
struct backup_facts {
    int64_t bytes;
    int64_t version; /* of the schema */
    int64_t members, opt_outs, campaigns, messages;
    int64_t entries;           /* of the record */
    char head[TOKEN_HEX_SIZE]; /* the digest of the last of them; "": there is none */
};

/* Told how far the copy is, in pages. */
struct backup_watch {
    void (*at)(void *context, int64_t done, int64_t total);
    void *context;
};

/* Write a backup of the open store to a new file of mode 0600, on the disk when this gives true;
 * `key_path` is the store's key, which is not in it. It holds one instant, that of the call,
 * however long it takes. Notes it in the record of the store. ERROR_CREATE when something is at
 * `path` or `path`.part, where it is made; on any fault nothing is left of it. */
bool backup_write(struct db *db, const char *key_path, const char *path,
                  const struct backup_watch *watch, struct backup_facts *facts,
                  struct error *err) MUST_USE;

/* Check a backup, changing nothing of it: that it is a store of muster and of this key, that all
 * its pages and references are sound, and that its record is as it was written. ERROR_DATA when it
 * is not; else as db_open. */
bool backup_verify(const char *path, const char *key_path, struct backup_facts *facts,
                   struct error *err) MUST_USE;

#endif
