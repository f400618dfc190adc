/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker is alive while it holds its byte.
 *
 * Beside the store lies STORE.workers. Each worker locks the byte of that file whose offset is
 * its id, with an open-file-description lock: the kernel releases it when the process ends,
 * however it ends, so nobody has to guess from process ids or wait for a lease to find out that
 * a worker was killed. */
#include "muster/store/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db_private.h"
#include "query.h"

struct worker {
    int64_t id;
    int fd;
};

static bool open_locks(struct db *db, int *fd, struct error *err)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s.workers", db->path);
    if (length < 0 || (size_t)length >= sizeof path) {
        return error_set(err, ERROR_CONFIG, "the path of the store is too long");
    }
    int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (opened < 0) {
        return error_set(err, ERROR_CREATE, "%s cannot be opened: %s", path, strerror(errno));
    }
    *fd = opened;
    return true;
}

static struct flock byte_of(int64_t id, short type)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = (off_t)id, .l_len = 1};
}

static bool take_id(struct db *db, const char *role, int64_t now, int64_t *id, struct error *err)
{
    static const char INSERT[] = "INSERT INTO worker (role, at) VALUES (:role, :at)";
    CLEANUP(query_end) struct query *query = query_begin(db, INSERT);
    query_text(query, ":role", role);
    query_number(query, ":at", now);
    if (!query_run(query, err)) {
        return false;
    }
    *id = query_inserted(query);
    return true;
}

bool worker_start(struct db *db, const char *role, int64_t now, struct worker **worker,
                  struct error *err)
{
    struct worker started = {.fd = -1};
    if (!open_locks(db, &started.fd, err)) {
        return false;
    }
    if (!take_id(db, role, now, &started.id, err)) {
        (void)close(started.fd);
        return false;
    }
    struct flock byte = byte_of(started.id, F_WRLCK);
    if (fcntl(started.fd, F_OFD_SETLK, &byte) != 0) {
        (void)close(started.fd);
        return error_set(err, ERROR_SYSTEM, "worker %lld cannot be locked: %s",
                         (long long)started.id, strerror(errno));
    }
    struct worker *kept = calloc(1, sizeof *kept);
    if (kept == NULL) {
        abort();
    }
    *kept = started;
    *worker = kept;
    return true;
}

void worker_free(struct worker **worker)
{
    if (*worker != NULL) {
        (void)close((*worker)->fd);
        free(*worker);
        *worker = NULL;
    }
}

int64_t worker_id(const struct worker *worker)
{
    return worker->id;
}

bool worker_alive(int64_t id, void *context)
{
    const struct worker *asking = context;
    if (id == asking->id) {
        return true;
    }
    struct flock byte = byte_of(id, F_WRLCK);
    /* When the question itself fails, nobody is declared dead. */
    return fcntl(asking->fd, F_OFD_GETLK, &byte) != 0 || byte.l_type != F_UNLCK;
}
