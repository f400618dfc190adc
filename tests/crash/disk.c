/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk that remembers what is on it for certain. Preloaded into every program that opens the
 * store, it writes a journal of what is done to the files of one folder and of what is synced;
 * disk.py makes of it what would be in the folder after the power went. It can also be full.
 *
 *     MUSTER_CRASH_DISK     the folder, its real path
 *     MUSTER_CRASH_JOURNAL  the folder of the journal: a file for each process
 *     MUSTER_CRASH_SYNC     "lies": a sync does nothing. To prove that somebody would notice
 *     MUSTER_CRASH_FULL     while this file is there, no file of the folder can grow
 *
 * A record is a line "SEQUENCE KIND INODE OFFSET LENGTH NAME" and LENGTH bytes: C a file was made,
 * U its name was removed, W bytes were written, T it was cut, S it was synced, D the folder was.
 * The sequence is common to all processes, and each step is taken under a lock: the journal has the
 * order in which things were done. A step is written down before it is taken, so a process that is
 * killed may leave a write that never was: a disk may hold that too.
 *
 * SQLite here writes with pwrite64, ftruncate64 and unlink, and syncs with fdatasync, the folder
 * included. The -shm is memory, not disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "real.h"

enum { FILES_MOST = 1024 };

static struct {
    bool read;
    const char *folder;
    const char *journals;
    const char *full;
    bool lies;
    int64_t *sequence;
    int lock;
    int journal;
    pid_t process; /* whose `lock` and `journal` are */
} disk;

static char kinds[FILES_MOST]; /* by descriptor: 'f' a file of the folder, 'd' the folder itself */

static ssize_t plain_write(int file, const void *bytes, size_t length)
{
    REAL(write);
    return real(file, bytes, length);
}

static bool watched(void)
{
    if (!disk.read) {
        const char *sync = getenv("MUSTER_CRASH_SYNC");
        disk.read = true;
        disk.folder = getenv("MUSTER_CRASH_DISK");
        disk.journals = getenv("MUSTER_CRASH_JOURNAL");
        disk.full = getenv("MUSTER_CRASH_FULL");
        disk.lies = sync != NULL && strcmp(sync, "lies") == 0;
    }
    return disk.folder != NULL;
}

/* Far from the small numbers, which a program may take for its own. */
static int open_high(const char *name, int flags)
{
    REAL(open64);
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", disk.journals, name);
    int low = real(path, flags | O_CLOEXEC, 0600);
    int high = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, FILES_MOST);
    if (high < 0) {
        real_fault("the journal cannot be opened", path);
    }
    (void)close(low);
    return high;
}

/* A lock belongs to the opening of a file, which a child shares with its parent: each process opens
 * for itself. */
static void open_journal(void)
{
    char name[32];
    if (disk.process == getpid()) {
        return;
    }
    disk.process = getpid();
    disk.lock = open_high("sequence", O_RDWR | O_CREAT);
    (void)snprintf(name, sizeof name, "%d.journal", (int)disk.process);
    disk.journal = open_high(name, O_WRONLY | O_CREAT | O_APPEND);
    if (ftruncate(disk.lock, sizeof *disk.sequence) != 0) {
        real_fault("the journal cannot be made", disk.journals);
    }
    void *page =
        mmap(NULL, sizeof *disk.sequence, PROT_READ | PROT_WRITE, MAP_SHARED, disk.lock, 0);
    if (page == MAP_FAILED) {
        real_fault("the sequence cannot be mapped", disk.journals);
    }
    disk.sequence = page;
}

static void lock(void)
{
    if (disk.journals != NULL) {
        open_journal();
        (void)flock(disk.lock, LOCK_EX);
    }
}

static void unlock(void)
{
    if (disk.journals != NULL) {
        (void)flock(disk.lock, LOCK_UN);
    }
}

/* With the lock held. */
static void note(char kind, ino_t inode, int64_t offset, const void *bytes, size_t length,
                 const char *name)
{
    char head[NAME_MAX + 128];
    if (disk.journals == NULL) {
        return;
    }
    int size =
        snprintf(head, sizeof head, "%lld %c %llu %lld %zu %s\n", (long long)++*disk.sequence, kind,
                 (unsigned long long)inode, (long long)offset, length, name);
    struct iovec parts[] = {{head, (size_t)size}, {(void *)(uintptr_t)bytes, length}};
    if (writev(disk.journal, parts, length == 0 ? 1 : 2) != size + (ssize_t)length) {
        real_fault("the journal cannot be written", disk.journals);
    }
}

static ino_t inode_of(int file)
{
    struct stat64 info;
    return fstat64(file, &info) == 0 ? info.st_ino : 0;
}

static char kind_of(int file)
{
    return watched() && file >= 0 && file < FILES_MOST ? kinds[file] : '\0';
}

/* The name of a file of the folder that is on the disk; NULL: it is none. */
static const char *name_of(const char *path)
{
    size_t length = watched() ? strlen(disk.folder) : 0;
    if (length == 0 || strncmp(path, disk.folder, length) != 0 || path[length] != '/') {
        return NULL;
    }
    const char *name = path + length + 1;
    return real_ends(name, ".workers") || strchr(name, '/') != NULL ? NULL : name;
}

static int open_watched(const char *path, int flags, mode_t mode)
{
    REAL(open64);
    const char *name = name_of(path);
    bool folder = watched() && strcmp(path, disk.folder) == 0;
    bool writes = name != NULL && (flags & O_ACCMODE) != O_RDONLY;
    if (!folder && !writes) {
        int file = real(path, flags, mode);
        if (kind_of(file) != '\0') {
            kinds[file] = '\0';
        }
        return file;
    }
    lock();
    bool fresh = writes && access(path, F_OK) != 0;
    int file = real(path, flags, mode);
    if (file >= FILES_MOST) {
        real_fault("too many open files", path);
    }
    if (file >= 0) {
        kinds[file] = folder ? 'd' : real_ends(path, "-shm") ? 'm' : 'f';
        if (fresh && kinds[file] == 'f') {
            note('C', inode_of(file), 0, NULL, 0, name);
        }
    }
    unlock();
    return file;
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_watched(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open_watched(path, flags, mode);
}

int close(int file)
{
    REAL(close);
    if (kind_of(file) != '\0') {
        kinds[file] = '\0';
    }
    return real(file);
}

/* How many of the bytes fit on a full disk: those that are there already, and half of the rest, as
 * if the last block had been found. SQLite must cope with both. */
static size_t room(int file, size_t length, int64_t offset)
{
    struct stat64 info;
    if (disk.full == NULL || access(disk.full, F_OK) != 0 || fstat64(file, &info) != 0 ||
        offset + (int64_t)length <= info.st_size) {
        return length;
    }
    int64_t inside = info.st_size > offset ? info.st_size - offset : 0;
    return (size_t)inside + (length - (size_t)inside) / 2;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t offset)
{
    REAL(pwrite64);
    char kind = kind_of(file);
    if (kind != 'f' && kind != 'm') {
        return real(file, bytes, length, offset);
    }
    size_t fits = room(file, length, offset);
    if (fits == 0 || (kind == 'm' && fits < length)) {
        errno = ENOSPC;
        return -1;
    }
    if (kind == 'm') {
        return real(file, bytes, length, offset);
    }
    lock();
    note('W', inode_of(file), offset, bytes, fits, "-");
    ssize_t written = real(file, bytes, fits, offset);
    unlock();
    return written;
}

/* SQLite extends a -shm by write, a byte at the end of each page. */
ssize_t write(int file, const void *bytes, size_t length)
{
    char kind = kind_of(file);
    if (kind == 'm' && disk.full != NULL && access(disk.full, F_OK) == 0) {
        errno = ENOSPC;
        return -1;
    }
    if (kind == 'f') {
        real_fault("a file of the store is written by write", disk.folder);
    }
    return plain_write(file, bytes, length);
}

int ftruncate64(int file, off64_t length)
{
    REAL(ftruncate64);
    if (kind_of(file) != 'f') {
        return real(file, length);
    }
    lock();
    note('T', inode_of(file), length, NULL, 0, "-");
    int result = real(file, length);
    unlock();
    return result;
}

/* What is synced here is synced in the journal; the disk of the machine is spared. */
static bool sync_watched(int file)
{
    char kind = kind_of(file);
    if (disk.journals == NULL || (kind != 'f' && kind != 'd')) {
        return false;
    }
    if (!disk.lies) {
        lock();
        note(kind == 'd' ? 'D' : 'S', inode_of(file), 0, NULL, 0, "-");
        unlock();
    }
    return true;
}

int fdatasync(int file)
{
    REAL(fdatasync);
    return sync_watched(file) ? 0 : real(file);
}

int fsync(int file)
{
    REAL(fsync);
    return sync_watched(file) ? 0 : real(file);
}

int unlink(const char *path)
{
    REAL(unlink);
    const char *name = name_of(path);
    if (name == NULL || real_ends(name, "-shm")) {
        return real(path);
    }
    lock();
    note('U', 0, 0, NULL, 0, name);
    int result = real(path);
    unlock();
    return result;
}
