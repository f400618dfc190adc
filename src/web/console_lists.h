/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Membership lists that somebody has sent and not brought in yet, or just now. They are kept in
 * files without a name and known in memory only: when the console ends, in whichever way, nothing
 * is left of them. One that nobody comes back to is dropped after a day. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_LISTS_H
#define MUSTER_WEB_CONSOLE_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console_upload.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"

enum { CONSOLE_LISTS_MOST = 8, CONSOLE_LIST_KEY_LETTERS = 20 };

/* How a list is to be read. */
struct console_list_reading {
    const char *profile; /* its name; "": none */
    bool whole;          /* the list is the whole membership */
    const char *within;  /* ... of whom these words select; "": of all */
    bool custom;         /* columns that mean nothing are kept */
    const char *const *maps;
    size_t map_count;
    int leavers_most; /* per cent */
    int renamed_most;
};

enum console_list_step { CONSOLE_LIST_COLUMNS, CONSOLE_LIST_TRIED, CONSOLE_LIST_APPLIED };

struct console_list {
    struct console_list *next;
    struct arena *arena;
    char key[CONSOLE_LIST_KEY_LETTERS + 1]; /* in the addresses of its pages */
    int64_t account;                        /* whose it is */
    int64_t at;
    const char *name;
    int fd; /* -1: it was brought in, and its bytes are gone */
    size_t length;
    char digest[TOKEN_HEX_SIZE];
    struct console_list_reading reading;
    enum console_list_step step; /* what its job is, or was */
    int64_t job;                 /* 0: none yet */
    int refused_fd;              /* of that job: the rows with faults; -1: none */
    int changes_fd;              /* and the differences */
};

struct console_lists;

struct console_lists *console_lists_create(void) MUST_USE;

/* Drop them all; sets the pointer to NULL. No job may run any more. For CLEANUP. */
void console_lists_free(struct console_lists **lists);

/* Keep a file that has come; takes its descriptor over in any case. ERROR_TEMPORARY when there are
 * CONSOLE_LISTS_MOST of them already. */
bool console_lists_add(struct console_lists *lists, struct console_upload_file *file,
                       int64_t account, int64_t now, struct console_list **list,
                       struct error *err) MUST_USE;

/* The list of this key, if it is of this account; else NULL. */
struct console_list *console_lists_find(struct console_lists *lists, const char *key,
                                        int64_t account) MUST_USE;

/* The latest, and from there by `next`. Of all accounts. */
struct console_list *console_lists_first(struct console_lists *lists) MUST_USE;

/* Say how a list is to be read; the texts are copied. */
void console_list_read_as(struct console_list *list, const struct console_list_reading *reading);

/* A job has begun with it, which writes into these files; they are the list's from now on. */
void console_list_set_job(struct console_list *list, enum console_list_step step, int64_t job,
                          int refused_fd, int changes_fd);

/* Close what holds its bytes: it was brought in. */
void console_list_close(struct console_list *list);

/* Drop a list. */
void console_lists_drop(struct console_lists *lists, struct console_list *list);

/* Drop those of more than a day ago, but the one that `busy` (a job, or 0) works on. */
void console_lists_sweep(struct console_lists *lists, int64_t busy, int64_t now);

#endif
