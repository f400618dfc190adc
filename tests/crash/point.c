/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dies at a named point. Preloaded into a program, it stands between the program and its libraries
 * and sends the process SIGKILL when it passes the point for the n-th time. The program has no
 * part in it.
 *
 *     MUSTER_CRASH_POINT    name of the point, a row of the tables below
 *     MUSTER_CRASH_PASSAGE  at which passage, counted in each process; 1 if not given
 *     MUSTER_CRASH_FIRED    file that is made when it strikes: "POINT PROCESS". While it is there
 *                           nothing strikes any more, so a role that is started again lives on
 *
 * A transaction is known by what it does, not by its place: by the text of the statements that are
 * stepped in it. Whoever rewrites such a statement has its point never passed, and the harness
 * fails. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdint.h>
#include <sys/socket.h>

#include "real.h"

/* What a transaction does, and a piece of the SQL that only it steps. */
static const struct deed {
    const char *name;
    const char *sql;
} DEEDS[] = {
    {"claim", "UPDATE outbox SET state = 'claimed'"},
    {"release", "UPDATE outbox SET state = 'sending'"},
    {"settle", "OR (:state = 'accepted' AND state IN ("},
    {"sweep", "UPDATE outbox SET state = 'unsure'"},
    {"expand", "UPDATE step SET expanded_to = :"},
    {"second", "UPDATE outbox SET mail_at = NULL WHERE id"}, /* a mail after a text */
    {"switch", "UPDATE campaign SET state = :state"},        /* start, pause, cancel */
    {"reply", "INSERT INTO reply "},
    {"receipt", "INSERT INTO receipt "},
};

/* Where within a transaction: the point is called DEED-MOMENT. */
static const struct moment {
    const char *name;
    const char *meaning;
} MOMENTS[] = {
    {"uncommitted", "all its statements are done, COMMIT is not begun"},
    {"torn", "half of its first page is in the log"},
    {"unsynced", "it is in the log, which is not on the disk yet"},
    {"committed", "COMMIT has come back"},
};

enum moment_index { UNCOMMITTED, TORN, UNSYNCED, COMMITTED };

/* On the wire and in the checkpoint: how a write begins or ends that is the point. */
static const struct place {
    const char *name;
    enum { SEND_BEGINS, SEND_ENDS, RECEIVE_BEGINS, LOG_HAS, STORE_WRITE } call;
    const char *sign;
    enum { BEFORE, HALFWAY, AFTER } when;
} PLACES[] = {
    {"mail-greeted", SEND_BEGINS, "EHLO ", AFTER},
    {"mail-begun", SEND_BEGINS, "MAIL FROM:", AFTER},
    {"mail-half", SEND_ENDS, "\r\n.\r\n", HALFWAY},
    {"mail-dot-unwritten", SEND_ENDS, "\r\n.\r\n", BEFORE},
    {"mail-dot-written", SEND_ENDS, "\r\n.\r\n", AFTER},
    {"mail-answered", RECEIVE_BEGINS, "250 2.0.0 Kept", AFTER},
    /* Headers and body leave together. */
    {"text-unwritten", SEND_BEGINS, "POST /messages", BEFORE},
    {"text-half", SEND_BEGINS, "POST /messages", HALFWAY},
    {"text-written", SEND_BEGINS, "POST /messages", AFTER},
    {"text-answered", RECEIVE_BEGINS, "HTTP/1.1 201", AFTER},
    {"checkpoint-begun", STORE_WRITE, "", BEFORE},
    {"checkpoint-torn", STORE_WRITE, "", HALFWAY},
    {"checkpoint-written", STORE_WRITE, "", AFTER},
    /* In the rehearsal: what it has taken is in its log, or not, and never answered. */
    {"carrier-unlogged", LOG_HAS, "\"event\":\"message\"", BEFORE},
    {"carrier-logged", LOG_HAS, "\"event\":\"message\"", AFTER},
};

static struct {
    bool read;
    const struct deed *deed;
    enum moment_index moment;
    const struct place *place;
    const char *name;
    const char *fired;
    long passage;
    long passed;
    bool doing;     /* the deed has been done in this transaction */
    bool finishing; /* the COMMIT of such a transaction is under way */
} point;

static void choose_place(void)
{
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        if (strcmp(PLACES[i].name, point.name) == 0) {
            point.place = &PLACES[i];
        }
    }
}

static void choose_deed(void)
{
    char name[64];
    for (size_t i = 0; i < sizeof DEEDS / sizeof DEEDS[0]; i++) {
        for (size_t j = 0; j < sizeof MOMENTS / sizeof MOMENTS[0]; j++) {
            (void)snprintf(name, sizeof name, "%s-%s", DEEDS[i].name, MOMENTS[j].name);
            if (strcmp(name, point.name) == 0) {
                point.deed = &DEEDS[i];
                point.moment = (enum moment_index)j;
            }
        }
    }
}

static bool armed(void)
{
    if (!point.read) {
        const char *passage = getenv("MUSTER_CRASH_PASSAGE");
        point.read = true;
        point.name = getenv("MUSTER_CRASH_POINT");
        point.fired = getenv("MUSTER_CRASH_FIRED");
        point.passage = passage == NULL ? 1 : strtol(passage, NULL, 10);
        if (point.name != NULL) {
            choose_place();
            choose_deed();
        }
        if (point.name != NULL && point.place == NULL && point.deed == NULL) {
            real_fault("there is no such point", point.name);
        }
        if (point.name != NULL && (point.fired == NULL || point.passage < 1)) {
            real_fault("MUSTER_CRASH_FIRED or a passage is missing", point.name);
        }
    }
    return point.name != NULL;
}

/* The point is passed. Comes back when it is not yet time. */
static void pass(void)
{
    if (++point.passed != point.passage) {
        return;
    }
    int file = open(point.fired, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) {
        return;
    }
    if (file < 0 || dprintf(file, "%s %d\n", point.name, (int)getpid()) < 0) {
        real_fault("the file that tells of the point cannot be made", point.fired);
    }
    (void)kill(getpid(), SIGKILL);
}

/* Whether the n-th passage is the one about to come. */
static bool is_next(void)
{
    return point.passed + 1 == point.passage && access(point.fired, F_OK) != 0;
}

/* ---- transactions */

static bool at_moment(enum moment_index moment)
{
    return point.deed != NULL && point.finishing && point.moment == moment;
}

int sqlite3_step(sqlite3_stmt *statement)
{
    REAL(sqlite3_step);
    const char *sql = armed() && point.deed != NULL ? sqlite3_sql(statement) : NULL;
    if (sql == NULL) {
        return real(statement);
    }
    sqlite3 *db = sqlite3_db_handle(statement);
    bool alone = sqlite3_get_autocommit(db) != 0;
    bool commit = strncmp(sql, "COMMIT", 6) == 0;
    if (strncmp(sql, "BEGIN", 5) == 0) {
        point.doing = false;
    }
    bool deed = strstr(sql, point.deed->sql) != NULL;
    point.finishing = (commit && point.doing) || (alone && deed);
    if (at_moment(UNCOMMITTED)) {
        pass();
    }
    int code = real(statement);
    if (code == SQLITE_DONE && at_moment(COMMITTED)) {
        pass();
    }
    point.doing = deed || (point.doing && !commit);
    point.finishing = false;
    return code;
}

int fdatasync(int file)
{
    REAL(fdatasync);
    char path[PATH_MAX];
    if (armed() && at_moment(UNSYNCED)) {
        real_path(file, path);
        if (real_ends(path, "-wal")) {
            pass();
        }
    }
    return real(file);
}

/* ---- files of the store */

static bool at_page(int file)
{
    char path[PATH_MAX];
    bool store = point.place != NULL && point.place->call == STORE_WRITE;
    if (!store && !at_moment(TORN)) {
        return false;
    }
    real_path(file, path);
    return real_ends(path, store ? ".db" : "-wal");
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
    REAL(pwrite64);
    /* A page; the header of a frame is written by itself before it. */
    if (!armed() || length < 512 || !at_page(file)) {
        return real(file, bytes, length, offset);
    }
    bool half = point.place == NULL || point.place->when == HALFWAY;
    if (half && is_next()) {
        (void)!real(file, bytes, length / 2, offset);
    }
    if (point.place == NULL || point.place->when != AFTER) {
        pass();
        return real(file, bytes, length, offset);
    }
    ssize_t written = real(file, bytes, length, offset);
    pass();
    return written;
}

/* ---- the wire, and the log of the rehearsal */

static bool is_sign(const void *bytes, size_t length)
{
    size_t size = strlen(point.place->sign);
    switch (point.place->call) {
    case SEND_BEGINS:
    case RECEIVE_BEGINS: return length >= size && memcmp(bytes, point.place->sign, size) == 0;
    case SEND_ENDS:
        return length >= size &&
               memcmp((const char *)bytes + length - size, point.place->sign, size) == 0;
    case LOG_HAS: return memmem(bytes, length, point.place->sign, size) != NULL;
    case STORE_WRITE: return false;
    }
    return false;
}

static bool at_sending(const void *bytes, size_t length)
{
    return armed() && point.place != NULL && point.place->call != RECEIVE_BEGINS &&
           is_sign(bytes, length);
}

static bool at_receiving(const void *bytes, ssize_t length)
{
    return length > 0 && armed() && point.place != NULL && point.place->call == RECEIVE_BEGINS &&
           is_sign(bytes, (size_t)length);
}

static ssize_t hand_on_file(int file, const void *bytes, size_t length)
{
    REAL(write);
    return real(file, bytes, length);
}

static ssize_t hand_on(int file, const void *bytes, size_t length, int flags, bool socket)
{
    REAL(send);
    return socket ? real(file, bytes, length, flags) : hand_on_file(file, bytes, length);
}

static ssize_t send_at(int file, const void *bytes, size_t length, int flags, bool socket)
{
    if (!at_sending(bytes, length)) {
        return hand_on(file, bytes, length, flags, socket);
    }
    if (point.place->when == HALFWAY && is_next()) {
        (void)!hand_on(file, bytes, length / 2, flags, socket);
    }
    if (point.place->when != AFTER) {
        pass();
        return hand_on(file, bytes, length, flags, socket);
    }
    ssize_t sent = hand_on(file, bytes, length, flags, socket);
    pass();
    return sent;
}

ssize_t write(int file, const void *bytes, size_t length)
{
    return send_at(file, bytes, length, 0, false);
}

ssize_t send(int file, const void *bytes, size_t length, int flags)
{
    return send_at(file, bytes, length, flags, true);
}

ssize_t read(int file, void *bytes, size_t length)
{
    REAL(read);
    ssize_t got = real(file, bytes, length);
    if (at_receiving(bytes, got)) {
        pass();
    }
    return got;
}

ssize_t recv(int file, void *bytes, size_t length, int flags)
{
    REAL(recv);
    ssize_t got = real(file, bytes, length, flags);
    if (at_receiving(bytes, got)) {
        pass();
    }
    return got;
}
