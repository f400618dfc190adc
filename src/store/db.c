/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Open, close, transactions, keys. */
#include "muster/store/db.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "db_private.h"
#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "query_private.h"
#include "schema.h"
#include "upgrade.h"

enum {
    APPLICATION_ID = 0x4D757374, /* "Must", so that file(1) and we know our own */
    BUSY_MS = 30 * 1000,
    BRIEF_WAIT_US = 250,      /* between two looks whether the store is free, at first */
    LONG_WAIT_US = 10 * 1000, /* and when whoever has it takes longer than BRIEF_WAITS */
    BRIEF_WAITS = 200,
    UNDO_IN_MEMORY = 124 << 10, /* bytes with which a statement is undone, before they are a file */
    TRIGGER_ROOM = 8 << 10,     /* bytes that a trigger's program works in, kept ready: they are */
    TRIGGERS_AT_ONCE = 64,      /* allocated anew for each row that has one */
    ADDRESS_CEILING = 1024,
    LOOK_AT_TOLD = 1000, /* steps of a statement between two looks */
};

/* What keeps this user from the store, as the end of a sentence; NULL: neither the modes of the
 * file nor those of its folder, in which SQLite makes files of its own. */
static const char *barrier(const struct db *db)
{
    const char *slash = strrchr(db->path, '/');
    const char *folder =
        slash == NULL ? "." : arena_span(db->arena, db->path, (size_t)(slash - db->path) + 1);
    if (access(db->path, R_OK) != 0) {
        return errno == EACCES ? "cannot be read by this user" : NULL;
    }
    if (access(db->path, W_OK) != 0) {
        return "is not writable for this user";
    }
    return access(folder, W_OK) != 0 ? "lies in a folder that is not writable for this user" : NULL;
}

bool db_fault(struct db *db, const char *doing, struct error *err)
{
    int code = sqlite3_errcode(db->handle);
    const char *text = sqlite3_errmsg(db->handle);
    bool kept = code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_CANTOPEN;
    const char *why = kept ? barrier(db) : NULL;
    if (why != NULL) {
        return error_set(err, ERROR_PERMISSION, "%s failed: the store %s %s", doing, db->path, why);
    }
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, ERROR_TEMPORARY, "the store is busy: %s waited in vain", doing);
    case SQLITE_INTERRUPT:
        return error_set(err, ERROR_TEMPORARY, "%s was broken off: the program ends", doing);
    case SQLITE_FULL: return error_set(err, ERROR_IO, "the disk is full: %s failed", doing);
    case SQLITE_IOERR: return error_set(err, ERROR_IO, "%s failed: %s", doing, text);
    case SQLITE_READONLY:
    case SQLITE_PERM: return error_set(err, ERROR_PERMISSION, "%s failed: %s", doing, text);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return error_set(err, ERROR_CONFIG, "%s is not a sound store of muster: %s", db->path,
                         text);
    case SQLITE_CANTOPEN:
        return error_set(err, ERROR_NO_INPUT, "the store %s cannot be opened", db->path);
    default: return error_set(err, ERROR_INTERNAL, "%s failed: %s", doing, text);
    }
}

bool db_execute(struct db *db, const char *sql, const char *doing, struct error *err)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || db_fault(db, doing, err);
}

static struct db *db_make(const char *path)
{
    struct db *db = calloc(1, sizeof *db);
    if (db == NULL) {
        abort();
    }
    db->arena = arena_create();
    /* Else 64 kB, and a file for most batches that are claimed. No more than this: SQLite writes
     * all of it to the file at once, and cannot write 128 kB at once. */
    (void)sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, UNDO_IN_MEMORY);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* nobody asks, and each allocation waits */
    /* One store, one name: workers find one another by the file beside it. */
    char *resolved = realpath(path, NULL);
    db->path = arena_text(db->arena, resolved == NULL ? path : resolved);
    free(resolved);
    return db;
}

static int is_told(void *context)
{
    const struct db *db = context;
    return db->told != NULL && atomic_load(db->told);
}

/* Whoever waits for the store waits for a batch of somebody else's, a millisecond or two, for which
 * SQLite's own waits of up to 100 ms are far too long; rarely for an import, which takes many
 * seconds. 0: the patience is at an end. */
static int wait_for_store(void *context, int tries)
{
    struct db *db = context;
    const int64_t now = clock_monotonic();
    if (tries == 0) {
        db->waiting_since = now;
    }
    if (now - db->waiting_since >= db->patience || is_told(db)) {
        return 0;
    }
    const struct timespec span = {.tv_nsec =
                                      1000L * (tries < BRIEF_WAITS ? BRIEF_WAIT_US : LONG_WAIT_US)};
    (void)nanosleep(&span, NULL);
    return 1;
}

static bool connect_file(struct db *db, struct error *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(db->path, &db->handle, flags, NULL) != SQLITE_OK) {
        return db_fault(db, "opening the store", err);
    }
    (void)sqlite3_extended_result_codes(db->handle, 0);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_LOOKASIDE, NULL, TRIGGER_ROOM,
                            TRIGGERS_AT_ONCE);
    db->patience = BUSY_MS;
    (void)sqlite3_busy_handler(db->handle, wait_for_store, db);
    return true;
}

/* The ways of this connection; the first of them also marks the file, so it must be known as ours.
 * A message on its way writes the same pages again and again: the journal is folded into the file
 * every 32 MB, not every 4, so that each page is written once for many changes. What is deleted or
 * written over is overwritten with zeros, where that writes no page that would not be: it costs
 * nothing that can be measured, and spares members a trace. */
static bool set_ways(struct db *db, struct error *err)
{
    return db_execute(
        db,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA secure_delete = FAST;"
        "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 8000;",
        "opening the store", err);
}

int64_t db_pragma_number(struct db *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = -1;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        number = sqlite3_column_int64(statement, 0);
    }
    (void)sqlite3_finalize(statement);
    return number;
}

bool db_create(const char *path, struct error *err)
{
    if (!file_create(path, "", 0, 0600, err)) {
        return false;
    }
    CLEANUP(db_close) struct db *db = db_make(path);
    CLEANUP(buffer_free) struct buffer marks;
    buffer_init(&marks, 256);
    (void)buffer_printf(&marks, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
                        APPLICATION_ID, UPGRADE_VERSION);
    bool ok = connect_file(db, err) && set_ways(db, err) &&
              db_execute(db, "BEGIN IMMEDIATE", "making the store", err) &&
              db_execute(db, schema_sql, "making the store", err) &&
              db_execute(db, schema_triggers, "making the store", err) &&
              db_execute(db, buffer_text(&marks), "making the store", err) &&
              db_execute(db, "COMMIT", "making the store", err);
    if (!ok) {
        db_close(&db);
        (void)unlink(path);
    }
    return ok;
}

/* A number that a file says of itself; of a file that is not ours it may be negative. What went
 * wrong is asked at once: the next statement, if it succeeds, makes SQLite forget it. */
static bool read_mark(struct db *db, const char *sql, int64_t *mark, struct error *err)
{
    *mark = db_pragma_number(db, sql);
    return sqlite3_errcode(db->handle) == SQLITE_OK || db_fault(db, "opening the store", err);
}

static bool check_version(struct db *db, struct error *err)
{
    int64_t application = 0;
    int64_t version = 0;
    if (!read_mark(db, "PRAGMA application_id", &application, err) ||
        !read_mark(db, "PRAGMA user_version", &version, err)) {
        return false;
    }
    if (application != APPLICATION_ID) {
        return error_set(err, ERROR_CONFIG, "%s is not a store of muster", db->path);
    }
    if (version > UPGRADE_VERSION) {
        return error_set(err, ERROR_CONFIG,
                         "the store %s was made by a newer muster (schema %d, this one knows %d)",
                         db->path, (int)version, (int)UPGRADE_VERSION);
    }
    return true;
}

/* A store is bound to the key it was first opened with: under another one, nobody who said STOP
 * would be found. */
static bool check_key(struct db *db, const char *key_path, struct error *err)
{
    static const char READ[] = "SELECT mac FROM key_check";
    static const char BIND[] = "INSERT INTO key_check (mac)"
                               " SELECT :mac WHERE NOT EXISTS (SELECT 1 FROM key_check)";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char mac[TOKEN_HEX_SIZE];
    db_derive(db, "the key of this store", mac);
    for (;;) {
        CLEANUP(query_end) struct query *read = query_begin(db, READ);
        const char *bound = query_step(read) ? query_column_text(read, 0, arena) : NULL;
        if (!query_ok(read, err)) {
            return false;
        }
        if (bound != NULL) {
            return token_equal(bound, mac) ||
                   error_set(err, ERROR_CONFIG,
                             "%s is not the key of the store %s: opt-outs would not be found",
                             key_path, db->path);
        }
        query_end(&read);
        CLEANUP(query_end) struct query *bind = query_begin(db, BIND);
        query_text(bind, ":mac", mac);
        if (!query_run(bind, err)) {
            return false;
        }
    }
}

static bool check_mode(const char *path, struct error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        return error_set(err, ERROR_NO_INPUT, "the store %s cannot be opened: %s", path,
                         strerror(errno));
    }
    if ((info.st_mode & 077) == 0) {
        return true;
    }
    char advice[FILE_ADVICE_SIZE];
    file_advise(&info, advice);
    return error_set(err, ERROR_PERMISSION, "the store %s can be read by others than its owner; %s",
                     path, advice);
}

bool db_open(const char *path, const char *key_path, struct db **db, struct error *err)
{
    if (!check_mode(path, err)) {
        return false;
    }
    CLEANUP(db_close) struct db *opened = db_make(path);
    if (!token_key_read(key_path, &opened->key, err) || !connect_file(opened, err) ||
        !check_version(opened, err) || !upgrade_run(opened, err) || !set_ways(opened, err) ||
        !check_key(opened, key_path, err)) {
        return false;
    }
    *db = STEAL(opened);
    return true;
}

void db_close(struct db **db)
{
    if (*db == NULL) {
        return;
    }
    query_close_all(*db);
    (void)sqlite3_close((*db)->handle);
    token_key_wipe(&(*db)->key);
    arena_free(&(*db)->arena);
    free(*db);
    *db = NULL;
}

bool db_begin(struct db *db, struct error *err)
{
    return db_execute(db, "BEGIN IMMEDIATE", "beginning a transaction", err);
}

bool db_commit(struct db *db, struct error *err)
{
    return db_execute(db, "COMMIT", "committing a transaction", err);
}

void db_rollback(struct db **db)
{
    if (*db != NULL && sqlite3_get_autocommit((*db)->handle) == 0) {
        (void)sqlite3_exec((*db)->handle, "ROLLBACK", NULL, NULL, NULL);
    }
}

int db_set_patience(struct db *db, int milliseconds)
{
    const int before = (int)db->patience;
    db->patience = milliseconds;
    return before;
}

void db_cease_when(struct db *db, const atomic_bool *told)
{
    db->told = told;
    sqlite3_progress_handler(db->handle, LOOK_AT_TOLD, is_told, db);
}

bool db_keep_aside_in_memory(struct db *db, struct error *err)
{
    return db_execute(db, "PRAGMA temp_store = MEMORY", "opening the store", err);
}

bool db_shred_deleted(struct db *db, struct error *err)
{
    return db_execute(db, "PRAGMA secure_delete = ON", "setting up an erasure", err);
}

int64_t db_size(struct db *db)
{
    return db_pragma_number(db, "PRAGMA page_count") * db_pragma_number(db, "PRAGMA page_size");
}

bool db_compact(struct db *db, bool in_memory, bool *done, struct error *err)
{
    const int64_t kept = db_pragma_number(db, "PRAGMA temp_store");
    if (in_memory && !db_keep_aside_in_memory(db, err)) {
        return false;
    }
    const int code = sqlite3_exec(db->handle, "VACUUM", NULL, NULL, NULL);
    *done = code == SQLITE_OK;
    const bool ok = *done || code == SQLITE_BUSY || code == SQLITE_LOCKED ||
                    db_fault(db, "writing the store down anew", err);
    return (kept != 0 || db_execute(db, "PRAGMA temp_store = DEFAULT", "compacting", err)) && ok;
}

bool db_empty_journal(struct db *db, int patience, bool *emptied, struct error *err)
{
    db->patience = patience;
    int code = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    db->patience = BUSY_MS;
    if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED) {
        return db_fault(db, "emptying the journal", err);
    }
    *emptied = code == SQLITE_OK;
    return true;
}

int64_t db_version(struct db *db)
{
    return db_pragma_number(db, "PRAGMA data_version");
}

void db_address_key(const struct db *db, enum channel channel, const char *address,
                    unsigned char key[TOKEN_DIGEST_SIZE])
{
    CLEANUP(arena_free) struct arena *arena = NULL;
    char ascii[ADDRESS_CEILING];
    char named[ADDRESS_CEILING + 16];
    if (!text_fold_ascii(address, ascii, sizeof ascii)) {
        arena = arena_create();
    }
    const char *plain = arena == NULL ? ascii : text_fold(address, arena);
    int length = snprintf(named, sizeof named, "%s:%s", channel_name(channel), plain);
    size_t used = length < 0 ? 0 : (size_t)length;
    token_mac(&db->key, named, used < sizeof named ? used : sizeof named - 1, key);
}

void db_number_key(const struct db *db, const char *number, unsigned char key[TOKEN_DIGEST_SIZE])
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char *plain = text_fold(number, arena);
    size_t used = 0;
    for (const char *at = plain; *at != '\0'; at++) {
        if (*at != ' ') {
            plain[used++] = *at;
        }
    }
    plain[used] = '\0';
    bool digits = plain[strspn(plain, "0123456789")] == '\0';
    const char *named = arena_printf(arena, "member:%s", plain + (digits ? strspn(plain, "0") : 0));
    token_mac(&db->key, named, strlen(named), key);
}

void db_derive(const struct db *db, const char *text, char hex[TOKEN_HEX_SIZE])
{
    unsigned char mac[TOKEN_DIGEST_SIZE];
    token_mac(&db->key, text, strlen(text), mac);
    token_hex(mac, sizeof mac, hex);
}

void db_message_digest(const struct db *db, const char *body, size_t length,
                       unsigned char digest[TOKEN_DIGEST_SIZE])
{
    token_mac(&db->key, body, length, digest);
}

/* A key that serves this and nothing else. */
static void seal_key(const struct db *db, struct token_key *key)
{
    static const char PURPOSE[] = "the secrets that lie in this store";
    token_mac(&db->key, PURPOSE, sizeof PURPOSE - 1, key->bytes);
}

void db_seal(const struct db *db, const void *bytes, size_t length, unsigned char *sealed)
{
    CLEANUP(token_key_wipe) struct token_key key;
    seal_key(db, &key);
    token_seal(&key, bytes, length, sealed);
}

bool db_unseal(const struct db *db, const unsigned char *sealed, size_t length, void *bytes)
{
    CLEANUP(token_key_wipe) struct token_key key;
    seal_key(db, &key);
    return token_unseal(&key, sealed, length, bytes);
}
