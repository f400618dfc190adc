/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each SQL statement costs a program that knows nothing of it. Preloaded before SQLite, it
 * stands between the two, and when a statement is reset or ends it appends a line to the file
 * $MUSTER_QUERIES:
 *
 *     ROWS-SCANNED ROWS-SORTED STEPS SQL
 *
 * rows of a table that were gone through without an index, rows that were sorted, and steps of
 * SQLite's machine. Statements with fewer than $MUSTER_QUERIES_FROM steps are left out. */
#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int ending_fn(sqlite3_stmt *statement);

static ending_fn *real(const char *name)
{
    ending_fn *found = NULL;
    void *symbol = dlsym(RTLD_NEXT, name);
    memcpy(&found, &symbol, sizeof found);
    return found;
}

/* One write, so that the lines of two processes do not mix. */
static void tell(sqlite3_stmt *statement)
{
    const char *file = getenv("MUSTER_QUERIES");
    const char *from = getenv("MUSTER_QUERIES_FROM");
    if (statement == NULL || file == NULL) {
        return;
    }
    const int scanned = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
    const int sorts = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_SORT, 1);
    const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
    if (steps < (from == NULL ? 0 : strtol(from, NULL, 10))) {
        return;
    }
    char line[8192];
    int length = snprintf(line, sizeof line, "%d %d %d ", scanned, sorts, steps);
    const char *sql = sqlite3_sql(statement);
    for (; *sql != '\0' && length < (int)sizeof line - 1; sql++) {
        const char letter = *sql == '\n' ? ' ' : *sql;
        if (letter != ' ' || line[length - 1] != ' ') {
            line[length++] = letter;
        }
    }
    line[length++] = '\n';
    const int out = open(file, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (out < 0 || write(out, line, (size_t)length) < 0 || close(out) != 0) {
        abort();
    }
}

__attribute__((visibility("default"))) int sqlite3_reset(sqlite3_stmt *statement)
{
    static ending_fn *reset;
    reset = reset == NULL ? real("sqlite3_reset") : reset;
    tell(statement);
    return reset(statement);
}

__attribute__((visibility("default"))) int sqlite3_finalize(sqlite3_stmt *statement)
{
    static ending_fn *finalize;
    finalize = finalize == NULL ? real("sqlite3_finalize") : finalize;
    tell(statement);
    return finalize(statement);
}
