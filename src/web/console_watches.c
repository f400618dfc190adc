/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The watches that are kept; see console_watches.h. */
#include "console_watches.h"

#include <stdlib.h>

#include "muster/base/log.h"

enum { KEPT = 8 };

struct kept {
    int64_t campaign_id; /* 0: this place is free */
    int64_t looked_at;
    struct watch *watch;
};

struct console_watches {
    const struct config *config;
    struct arena *arena;
    struct db *db; /* NULL: nobody has looked yet */
    struct windows windows;
    bool windows_read;
    struct kept kept[KEPT];
};

struct console_watches *console_watches_create(const struct config *config)
{
    struct console_watches *watches = calloc(1, sizeof *watches);
    if (watches == NULL) {
        abort();
    }
    watches->config = config;
    watches->arena = arena_create();
    return watches;
}

void console_watches_free(struct console_watches **watches)
{
    struct console_watches *old = *watches;
    *watches = NULL;
    if (old == NULL) {
        return;
    }
    for (size_t i = 0; i < KEPT; i++) {
        watch_free(&old->kept[i].watch);
    }
    db_close(&old->db);
    arena_free(&old->arena);
    free(old);
}

bool console_watches_windows(struct console_watches *watches, const struct windows **windows,
                             struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    if (!watches->windows_read &&
        !windows_read(watches->config, watches->arena, &faults, &watches->windows, err)) {
        log_error("%s", buffer_text(&faults.text));
        return false;
    }
    watches->windows_read = true;
    *windows = &watches->windows;
    return true;
}

/* The place of a campaign, or that which was looked at longest ago. */
static struct kept *find_place(struct console_watches *watches, int64_t campaign_id)
{
    struct kept *oldest = &watches->kept[0];
    for (size_t i = 0; i < KEPT; i++) {
        struct kept *kept = &watches->kept[i];
        if (kept->campaign_id == campaign_id) {
            return kept;
        }
        oldest = kept->looked_at < oldest->looked_at ? kept : oldest;
    }
    return oldest;
}

bool console_watches_look(struct console_watches *watches, int64_t campaign_id, int64_t now,
                          const struct watch_view **view, struct error *err)
{
    const struct windows *windows = NULL;
    const struct config *config = watches->config;
    struct kept *kept = find_place(watches, campaign_id);
    if (!console_watches_windows(watches, &windows, err) ||
        (watches->db == NULL &&
         !db_open(config->store.file, config->store.key, &watches->db, err))) {
        return false;
    }
    if (kept->campaign_id != campaign_id) {
        watch_free(&kept->watch);
        kept->watch = watch_open(watches->db, config, windows, campaign_id);
        kept->campaign_id = campaign_id;
    }
    kept->looked_at = now;
    if (!watch_look(kept->watch, now, view, err)) {
        watch_free(&kept->watch);
        *kept = (struct kept){.campaign_id = 0};
        return false;
    }
    return true;
}
