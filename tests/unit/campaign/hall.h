/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of campaigns share: the small union of inbound/world.h, a folder to write campaign
 * files and templates into, and a configuration. */
#ifndef MUSTER_TESTS_CAMPAIGN_HALL_H
#define MUSTER_TESTS_CAMPAIGN_HALL_H

#include <dirent.h>
#include <sys/stat.h>

#include "../inbound/world.h"
#include "muster/base/file.h"
#include "muster/conf/config.h"

struct hall {
    struct world *world;
    const char *folder;    /* for the files */
    const char *templates; /* templates.dir */
    struct config config;
    struct config_route gateway;
};

static inline const char *hall_path(const struct hall *hall, const char *name)
{
    return arena_printf(hall->world->arena, "%s/%s", hall->folder, name);
}

/* Write a file of the folder anew. */
static inline void hall_write(const struct hall *hall, const char *name, const char *text)
{
    const char *path = hall_path(hall, name);
    (void)unlink(path);
    WORLD_MUST(file_create(path, text, strlen(text), 0600, &err));
}

static inline void hall_open(struct hall *hall, int64_t now)
{
    struct world *world = world_open(now);
    char folder[] = "/tmp/muster-hall-XXXXXX";
    assert_non_null(mkdtemp(folder));
    hall->world = world;
    hall->folder = arena_text(world->arena, folder);
    hall->templates = arena_printf(world->arena, "%s/templates", folder);
    assert_int_equal(mkdir(hall->templates, 0700), 0);
    hall->config = (struct config){
        .hours = {.nation = "england-and-wales", .holidays = ""},
        .path = "muster.conf",
        .organisation = {.name = "Anytown Branch", .language = "en", .region = "GB"},
        .templates = {.dir = hall->templates},
        .public = {.listen = "127.0.0.1:0", .url = "https://gotv.branch.example"},
        .mail = {.from = "organiser@branch.example"},
        .sms = {.gateway = "practice",
                .sender = "+447700900999",
                .gateways = &hall->gateway,
                .gateway_count = 1},
    };
    hall->gateway = (struct config_route){.name = "practice", .config = &hall->config};
}

static inline void hall_empty(const char *folder, struct arena *arena)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        (void)unlink(arena_printf(arena, "%s/%s", folder, entry->d_name));
    }
    (void)closedir(dir);
}

static inline void hall_close(struct hall *hall)
{
    hall_empty(hall->templates, hall->world->arena);
    assert_int_equal(rmdir(hall->templates), 0);
    hall_empty(hall->folder, hall->world->arena);
    assert_int_equal(rmdir(hall->folder), 0);
    world_close(hall->world);
}

#endif
