/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few lists in memory; see console_lists.h. */
#include "console_lists.h"

#include <stdlib.h>
#include <unistd.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/roster/import.h"

enum { LONGEST = 24 * CLOCK_HOUR };

struct console_lists {
    struct console_list *latest;
    size_t count;
};

struct console_lists *console_lists_create(void)
{
    struct console_lists *lists = calloc(1, sizeof *lists);
    if (lists == NULL) {
        abort();
    }
    return lists;
}

static void close_file(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}

static void free_list(struct console_list *list)
{
    close_file(&list->fd);
    close_file(&list->refused_fd);
    close_file(&list->changes_fd);
    arena_free(&list->arena);
    free(list);
}

void console_lists_free(struct console_lists **lists)
{
    struct console_lists *old = *lists;
    *lists = NULL;
    while (old != NULL && old->latest != NULL) {
        console_lists_drop(old, old->latest);
    }
    free(old);
}

bool console_lists_add(struct console_lists *lists, struct console_upload_file *file,
                       int64_t account, int64_t now, struct console_list **list, struct error *err)
{
    if (lists->count == CONSOLE_LISTS_MOST) {
        close_file(&file->fd);
        return error_set(err, ERROR_TEMPORARY, "%d lists are waiting already", CONSOLE_LISTS_MOST);
    }
    struct console_list *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    made->arena = arena_create();
    token_random(made->key, CONSOLE_LIST_KEY_LETTERS);
    made->account = account;
    made->at = now;
    made->name = arena_text(made->arena, file->name);
    made->fd = file->fd;
    made->length = file->length;
    token_hex(file->digest, sizeof file->digest, made->digest);
    made->reading = (struct console_list_reading){.profile = "",
                                                  .within = "",
                                                  .leavers_most = IMPORT_LEAVERS_MOST,
                                                  .renamed_most = IMPORT_RENAMED_MOST};
    made->refused_fd = -1;
    made->changes_fd = -1;
    made->next = lists->latest;
    lists->latest = made;
    lists->count++;
    file->fd = -1;
    *list = made;
    return true;
}

struct console_list *console_lists_find(struct console_lists *lists, const char *key,
                                        int64_t account)
{
    struct console_list *list = lists->latest;
    while (list != NULL && (list->account != account || !text_equal(list->key, key))) {
        list = list->next;
    }
    return list;
}

struct console_list *console_lists_first(struct console_lists *lists)
{
    return lists->latest;
}

void console_list_read_as(struct console_list *list, const struct console_list_reading *reading)
{
    struct console_list_reading kept = *reading;
    const char **maps = arena_array(list->arena, reading->map_count + 1, sizeof *maps);
    for (size_t i = 0; i < reading->map_count; i++) {
        maps[i] = arena_text(list->arena, reading->maps[i]);
    }
    kept.maps = maps;
    kept.profile = arena_text(list->arena, reading->profile);
    kept.within = arena_text(list->arena, reading->within);
    list->reading = kept;
}

void console_list_set_job(struct console_list *list, enum console_list_step step, int64_t job,
                          int refused_fd, int changes_fd)
{
    close_file(&list->refused_fd);
    close_file(&list->changes_fd);
    list->step = step;
    list->job = job;
    list->refused_fd = refused_fd;
    list->changes_fd = changes_fd;
}

void console_list_close(struct console_list *list)
{
    close_file(&list->fd);
}

void console_lists_drop(struct console_lists *lists, struct console_list *list)
{
    struct console_list **at = &lists->latest;
    while (*at != list) {
        at = &(*at)->next;
    }
    *at = list->next;
    lists->count--;
    free_list(list);
}

void console_lists_sweep(struct console_lists *lists, int64_t busy, int64_t now)
{
    for (struct console_list *list = lists->latest; list != NULL;) {
        struct console_list *next = list->next;
        if (now - list->at > LONGEST && (busy == 0 || list->job != busy)) {
            console_lists_drop(lists, list);
        }
        list = next;
    }
}
