/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store: one SQLite file in WAL mode, one connection for a process, or for a thread of it, and
 * the key of the address MACs, which never lies inside it.
 *
 * A stage does one batch in a few short transactions:
 *
 *     if (!db_begin(db, err)) { return false; }
 *     CLEANUP(db_rollback) struct db *transaction = db;      // undoes unless committed
 *     ...
 *     return db_commit(transaction, err);
 * / */
#ifndef MUSTER_STORE_DB_H
#define MUSTER_STORE_DB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/model/channel.h"

struct db;

/* Make a new, empty store at `path` (mode 0600). ERROR_CREATE when there is a file already. */
bool db_create(const char *path, struct error *err) MUST_USE;

/* Open the store with the key in `key_path`. ERROR_NO_INPUT when a file is missing, ERROR_CONFIG
 * when the store was made by a newer muster, is not one of ours or belongs to another key (it is
 * bound to the first it is opened with), ERROR_PERMISSION when others may read store or key. */
bool db_open(const char *path, const char *key_path, struct db **db, struct error *err) MUST_USE;

/* Close it; sets the pointer to NULL. An open transaction is undone. */
void db_close(struct db **db);

/* Begin a transaction that may write (BEGIN IMMEDIATE). Waits up to 30 s for other writers, then
 * ERROR_TEMPORARY. Transactions do not nest. */
bool db_begin(struct db *db, struct error *err) MUST_USE;

/* How long db_begin waits from now on; gives what it was. For a process that somebody outside is
 * waiting for. */
int db_set_patience(struct db *db, int milliseconds);

/* From now on, whatever this connection does ends with ERROR_TEMPORARY once `*told` is true, which
 * another thread may make it; what the open transaction has written is undone then. Lives as long
 * as the connection. */
void db_cease_when(struct db *db, const atomic_bool *told);

/* Make it durable: when this gives true, the transaction outlives a power cut. */
bool db_commit(struct db *db, struct error *err) MUST_USE;

/* Undo the open transaction, if there is one. For CLEANUP. */
void db_rollback(struct db **db);

/* From now on, what this connection keeps aside for a statement stays in memory: for those that
 * make many small changes. Whoever sorts a whole store is better off with files. */
bool db_keep_aside_in_memory(struct db *db, struct error *err) MUST_USE;

/* From now on, this connection overwrites with zeros what it deletes. Not within a transaction. */
bool db_shred_deleted(struct db *db, struct error *err) MUST_USE;

/* How many bytes the store has, without its journal. */
int64_t db_size(struct db *db);

/* Write the whole store down anew, so that no page has copies of what once stood in it; the journal
 * holds all of it then. Meanwhile nobody else writes. `in_memory`: what is put aside for that stays
 * in memory, as much as the store has; else it is a file for temporary ones, without a name.
 * `*done` is false when the store was busy. Not within a transaction. */
bool db_compact(struct db *db, bool in_memory, bool *done, struct error *err) MUST_USE;

/* Move the journal (the -wal file) into the store and empty it, so that it holds nothing of what
 * was deleted. Waits up to `patience` ms for other processes that read; `*emptied` is false when
 * they went on: then it is overwritten in the course of things. */
bool db_empty_journal(struct db *db, int patience, bool *emptied, struct error *err) MUST_USE;

/* A number that changes when another process has committed something. */
int64_t db_version(struct db *db);

/* The keyed MAC under which an address is suppressed and found: HMAC-SHA-256 of "sms:+44..." or of
 * "email:" and the address as text_fold gives it, so that case, accents written apart and
 * full-width letters make no other. It says nothing about the address to who has no key. */
void db_address_key(const struct db *db, enum channel channel, const char *address,
                    unsigned char key[TOKEN_DIGEST_SIZE]);

/* The keyed MAC of a membership number, under which an erasure is remembered: the same for "AB 12"
 * and "ab12", and for "0012" and "12", which spreadsheets make of one another. */
void db_number_key(const struct db *db, const char *number, unsigned char key[TOKEN_DIGEST_SIZE]);

/* HMAC-SHA-256 of a text under the store's key, in hexadecimal, for secrets that are derived and
 * need not be kept, such as the path of a gateway's callbacks. */
void db_derive(const struct db *db, const char *text, char hex[TOKEN_HEX_SIZE]);

/* The same of a message that is handed over, as bytes: whoever changes what the store has of it
 * cannot make the digest that belongs to it without the key. */
void db_message_digest(const struct db *db, const char *body, size_t length,
                       unsigned char digest[TOKEN_DIGEST_SIZE]);

/* Encrypt a secret that lies in the store, under a key derived from the store's: `sealed` has room
 * for TOKEN_SEAL_SIZE bytes more. */
void db_seal(const struct db *db, const void *bytes, size_t length, unsigned char *sealed);

/* Take it apart again; `length` is that of `sealed`. False when it is not whole, or not ours. */
bool db_unseal(const struct db *db, const unsigned char *sealed, size_t length,
               void *bytes) MUST_USE;

#endif
