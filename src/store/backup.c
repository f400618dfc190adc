/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite's online backup. By itself it begins again whenever another process writes between two
 * steps, for ever on a busy day; so one reading transaction is held over all of them. In WAL mode
 * that keeps nobody from writing: the journal only grows until the copy is done. VACUUM INTO would
 * do as well, but tells nobody how far it is. */
#include "muster/store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db_private.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/store/record.h"
#include "query.h"

enum { PAGES_A_STEP = 1024 };

static void close_handle(sqlite3 **handle)
{
    (void)sqlite3_close(*handle);
}

static bool copy_fault(sqlite3 *copy, const char *path, struct error *err)
{
    return error_set(err, ERROR_IO, "%s cannot be written: %s", path, sqlite3_errmsg(copy));
}

/* All pages, as they are in the transaction that the source has open. */
static bool copy_pages(struct db *db, const char *path, const struct backup_watch *watch,
                       struct error *err)
{
    CLEANUP(close_handle) sqlite3 *copy = NULL;
    if (sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        return copy_fault(copy, path, err);
    }
    sqlite3_backup *backup = sqlite3_backup_init(copy, "main", db->handle, "main");
    if (backup == NULL) {
        return copy_fault(copy, path, err);
    }
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, PAGES_A_STEP);
        const int total = sqlite3_backup_pagecount(backup);
        watch->at(watch->context, total - sqlite3_backup_remaining(backup), total);
    }
    (void)sqlite3_backup_finish(backup);
    return code == SQLITE_DONE || copy_fault(copy, path, err);
}

static bool copy_instant(struct db *db, const char *path, const struct backup_watch *watch,
                         struct error *err)
{
    static const char DOING[] = "reading the store for a backup";
    if (!db_execute(db, "BEGIN", DOING, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return db_execute(transaction, "SELECT COUNT(*) FROM key_check", DOING, err) &&
           copy_pages(db, path, watch, err);
}

static bool rest_campaigns(struct db *copy, int64_t at, struct error *err)
{
    static const char PAUSE[] =
        "UPDATE campaign SET state = 'paused', paused_why = :why WHERE state = 'running'";
    static const char EXPIRE[] =
        "UPDATE answer SET state = 'expired', reason = :why, changed_at = :at"
        " WHERE state = 'queued'";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *why = arena_printf(
        arena, "it comes from a backup of %s, and may have sent more since", clock_iso(at, arena));
    CLEANUP(query_end) struct query *pause = query_begin(copy, PAUSE);
    CLEANUP(query_end) struct query *expire = query_begin(copy, EXPIRE);
    query_text(pause, ":why", why);
    query_text(expire, ":why", why);
    query_number(expire, ":at", at);
    return query_run(pause, err) && query_run(expire, err);
}

/* See backup.h; after it, all of the copy is in one file. */
static bool lay_to_rest(const char *path, const char *key_path, int64_t at, struct error *err)
{
    CLEANUP(db_close) struct db *copy = NULL;
    return db_open(path, key_path, &copy, err) && rest_campaigns(copy, at, err) &&
           db_execute(copy, "PRAGMA journal_mode = DELETE", "closing the backup", err);
}

/* What SQLite itself finds wrong: the pages, then what refers to nothing. */
static bool check_soundness(struct db *db, const char *path, struct error *err)
{
    static const char PAGES[] = "PRAGMA integrity_check(1)";
    static const char REFERENCES[] = "PRAGMA foreign_key_check";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(query_end) struct query *pages = query_begin(db, PAGES);
    CLEANUP(query_end) struct query *references = query_begin(db, REFERENCES);
    const char *found = query_step(pages) ? query_column_text(pages, 0, arena) : "";
    if (!query_ok(pages, err)) {
        err->kind = ERROR_DATA;
        return false;
    }
    if (!text_equal(found, "ok")) {
        return error_set(err, ERROR_DATA, "%s is damaged: %s", path, found);
    }
    const bool loose = query_step(references);
    return query_ok(references, err) &&
           (!loose || error_set(err, ERROR_DATA, "%s is damaged: a row of %s refers to nothing",
                                path, query_column_text(references, 0, arena)));
}

static bool check_record(struct db *db, const char *path, struct backup_facts *facts,
                         struct error *err)
{
    struct record_state state;
    if (!record_check(db, 0, &state, err)) {
        return false;
    }
    facts->entries = state.entries;
    memcpy(facts->head, state.head, sizeof facts->head);
    return state.fault_count == 0 ||
           error_set(err, ERROR_DATA, "the record in %s is not as it was written", path);
}

static bool count_rows(struct db *db, struct backup_facts *facts, struct error *err)
{
    static const char COUNT[] =
        "SELECT (SELECT COUNT(*) FROM member), (SELECT COUNT(*) FROM suppression"
        " WHERE lifted_at IS NULL), (SELECT COUNT(*) FROM campaign),"
        " (SELECT COUNT(*) FROM outbox)";
    CLEANUP(query_end) struct query *query = query_begin(db, COUNT);
    if (query_step(query)) {
        facts->members = query_column(query, 0);
        facts->opt_outs = query_column(query, 1);
        facts->campaigns = query_column(query, 2);
        facts->messages = query_column(query, 3);
    }
    return query_ok(query, err);
}

bool backup_verify(const char *path, const char *key_path, struct backup_facts *facts,
                   struct error *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    struct backup_facts found = {0};
    struct stat info;
    if (!db_open_at_rest(path, key_path, &db, err) || !check_soundness(db, path, err) ||
        !check_record(db, path, &found, err) || !count_rows(db, &found, err)) {
        return false;
    }
    if (stat(path, &info) != 0) {
        return error_set(err, ERROR_IO, "%s cannot be read: %s", path, strerror(errno));
    }
    found.bytes = (int64_t)info.st_size;
    found.version = db_pragma_number(db, "PRAGMA user_version");
    *facts = found;
    return true;
}

static bool sync_path(const char *path, int flags)
{
    CLEANUP(file_close) const int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    return fd >= 0 && fsync(fd) == 0;
}

/* A link, not a rename: that would take the place of what has come to be there meanwhile. */
static bool name_it(const char *part, const char *path, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *folder = file_beside(path, ".", arena);
    if (!sync_path(part, 0)) {
        return error_set(err, ERROR_IO, "%s cannot be written: %s", part, strerror(errno));
    }
    if (link(part, path) != 0) {
        return error_set(err, errno == EEXIST ? ERROR_CREATE : ERROR_IO, "%s cannot be made: %s",
                         path, strerror(errno));
    }
    if (unlink(part) != 0 || !sync_path(folder, O_DIRECTORY)) {
        const int fault = errno;
        (void)unlink(path);
        return error_set(err, ERROR_IO, "%s cannot be made: %s", path, strerror(fault));
    }
    return true;
}

static bool note(struct db *db, const char *path, const struct backup_facts *facts,
                 struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *slash = strrchr(path, '/');
    const struct record_entry entry = {
        .at = clock_now(),
        .deed = "backup.write",
        .subject = slash == NULL ? path : slash + 1,
        .detail = arena_printf(arena, "%lld members, %lld messages, entries to %lld",
                               (long long)facts->members, (long long)facts->messages,
                               (long long)facts->entries)};
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return record_put(db, &entry, err) && db_commit(transaction, err);
}

/* What SQLite may have laid beside it, too. */
static void remove_part(const char *part)
{
    static const char *const BESIDE[] = {"", "-journal", "-wal", "-shm"};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(BESIDE); i++) {
        (void)unlink(arena_printf(arena, "%s%s", part, BESIDE[i]));
    }
}

bool backup_write(struct db *db, const char *key_path, const char *path,
                  const struct backup_watch *watch, struct backup_facts *facts, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *part = arena_printf(arena, "%s.part", path);
    const int64_t at = clock_now();
    struct backup_facts found;
    struct stat info;
    if (lstat(path, &info) == 0) {
        return error_set(err, ERROR_CREATE, "%s is there already; name a new file", path);
    }
    if (!file_create(part, "", 0, 0600, err)) {
        return false;
    }
    if (!copy_instant(db, part, watch, err) || !lay_to_rest(part, key_path, at, err) ||
        !backup_verify(part, key_path, &found, err) || !name_it(part, path, err)) {
        remove_part(part);
        return false;
    }
    *facts = found;
    return note(db, path, &found, err);
}
