/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scratch.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/base/token.h"

enum { TABLES_MAX = 64, DUMP_CEILING = 16 * 1024 * 1024 };

struct table {
    char name[64];
    sqlite3_stmt *rows;
    sqlite3_stmt *clear; /* NULL: belongs to the store itself */
};

struct scratch {
    char folder[32];
    char store[64];
    char key[64];
    char list[64];
    struct db *db;
    sqlite3 *raw;
    struct table tables[TABLES_MAX];
    size_t table_count;
};

static struct scratch only = {.folder = ""};

static void clean_up(void)
{
    for (size_t i = 0; i < only.table_count; i++) {
        (void)sqlite3_finalize(only.tables[i].rows);
        (void)sqlite3_finalize(only.tables[i].clear);
    }
    (void)sqlite3_close(only.raw);
    db_close(&only.db);
    static const char *const rests[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LENGTH(rests); i++) {
        char path[80];
        (void)snprintf(path, sizeof path, "%s%s", only.store, rests[i]);
        (void)unlink(path);
    }
    (void)unlink(only.key);
    (void)unlink(only.list);
    (void)rmdir(only.folder);
}

static sqlite3_stmt *prepared(const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(only.raw, sql, -1, &statement, NULL);
    MUST_HOLD(code == SQLITE_OK);
    return statement;
}

static void find_tables(void)
{
    sqlite3_stmt *names = prepared("SELECT name FROM sqlite_schema WHERE type = 'table'");
    while (sqlite3_step(names) == SQLITE_ROW) {
        MUST_HOLD(only.table_count < TABLES_MAX);
        struct table *table = &only.tables[only.table_count++];
        (void)snprintf(table->name, sizeof table->name, "%s",
                       (const char *)sqlite3_column_text(names, 0));
        char sql[128];
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1", table->name);
        table->rows = prepared(sql);
        if (strcmp(table->name, "key_check") != 0 && strcmp(table->name, "ledger") != 0) {
            (void)snprintf(sql, sizeof sql, "DELETE FROM %s", table->name);
            table->clear = prepared(sql);
        }
    }
    (void)sqlite3_finalize(names);
}

struct scratch *scratch_open(void)
{
    if (only.db != NULL) {
        return &only;
    }
    /* In memory where there is such a folder: an import waits for the disk. */
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(only.folder, sizeof only.folder, "%s/fuzz-XXXXXX", place);
    MUST_HOLD(mkdtemp(only.folder) != NULL);
    (void)snprintf(only.store, sizeof only.store, "%s/store.db", only.folder);
    (void)snprintf(only.key, sizeof only.key, "%s/key", only.folder);
    (void)snprintf(only.list, sizeof only.list, "%s/members.csv", only.folder);
    struct error err;
    MUST_HOLD(token_start(&err) && token_key_create(only.key, &err));
    MUST_HOLD(db_create(only.store, &err) && db_open(only.store, only.key, &only.db, &err));
    MUST_HOLD(sqlite3_open(only.store, &only.raw) == SQLITE_OK);
    scratch_run(&only, "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF");
    /* The record keeps what is in it: from one input to the next it must let go. */
    scratch_run(&only, "DROP TRIGGER record_keeps");
    find_tables();
    MUST_HOLD(atexit(clean_up) == 0);
    return &only;
}

struct db *scratch_db(const struct scratch *scratch)
{
    return scratch->db;
}

void scratch_run(struct scratch *scratch, const char *sql)
{
    MUST_HOLD(sqlite3_exec(scratch->raw, sql, NULL, NULL, NULL) == SQLITE_OK);
}

void scratch_clear(struct scratch *scratch)
{
    scratch_run(scratch, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < scratch->table_count; i++) {
        sqlite3_stmt *clear = scratch->tables[i].clear;
        MUST_HOLD(clear == NULL || sqlite3_step(clear) == SQLITE_DONE);
        (void)sqlite3_reset(clear);
    }
    scratch_run(scratch, "COMMIT");
}

int64_t scratch_number(struct scratch *scratch, const char *sql)
{
    MUST_HOLD(scratch == &only);
    sqlite3_stmt *statement = prepared(sql);
    MUST_HOLD(sqlite3_step(statement) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return number;
}

static void dump_rows(sqlite3_stmt *rows, struct buffer *dump)
{
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const void *bytes = sqlite3_column_blob(rows, i);
            int length = sqlite3_column_bytes(rows, i);
            (void)buffer_printf(dump, "%d %d:", sqlite3_column_type(rows, i), length);
            (void)buffer_add(dump, length > 0 ? bytes : "", (size_t)length);
        }
        (void)buffer_putc(dump, '\n');
    }
    (void)sqlite3_reset(rows);
}

void scratch_dump(struct scratch *scratch, const char *table, struct buffer *dump)
{
    buffer_init(dump, DUMP_CEILING);
    for (size_t i = 0; i < scratch->table_count; i++) {
        if (table == NULL || strcmp(table, scratch->tables[i].name) == 0) {
            (void)buffer_printf(dump, "%s\n", scratch->tables[i].name);
            dump_rows(scratch->tables[i].rows, dump);
        }
    }
    MUST_HOLD(!dump->full);
}

const char *scratch_list(struct scratch *scratch, const void *bytes, size_t size)
{
    struct error err;
    (void)unlink(scratch->list);
    MUST_HOLD(file_create(scratch->list, bytes, size, 0600, &err));
    return scratch->list;
}
