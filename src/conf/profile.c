/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of roster profiles. What the words for fields mean is the roster's business. */
#include "muster/conf/profile.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libconfig_door.h"
#include "muster/base/file.h"
#include "muster/base/text.h"

enum { PROFILES_MOST = 256, PLACES = 2 };

/* A profile while it is read. */
struct reading {
    const struct libconfig *file;
    struct arena *arena;
    struct profile *profile;
};

/* The two texts of one element of a list, { first = "..."; second = "..."; }; false after a
 * fault. */
static bool read_pair(const struct reading *reading, const struct libconfig_node *node,
                      const char *const names[2], const char *texts[2])
{
    if (!libconfig_is_group(node)) {
        libconfig_fault(reading->file, node, "%s must be { %s = \"...\"; %s = \"...\"; }",
                        libconfig_name(reading->file, node), names[0], names[1]);
        return false;
    }
    libconfig_known(reading->file, node, names, 2);
    for (size_t i = 0; i < 2; i++) {
        texts[i] = libconfig_text(reading->file, node, names[i], NULL);
    }
    return !text_empty(texts[0]) && !text_empty(texts[1]);
}

static void read_columns(const struct reading *reading, const struct libconfig_node *group)
{
    static const char *const names[] = {"header", "field"};
    const struct libconfig_node *list = libconfig_list(reading->file, group, "columns");
    size_t count = libconfig_count(list);
    struct profile_column *columns = arena_array(reading->arena, count + 1, sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        const char *texts[2];
        if (read_pair(reading, libconfig_at(list, i), names, texts)) {
            columns[reading->profile->column_count++] = (struct profile_column){texts[0], texts[1]};
        }
    }
    reading->profile->columns = columns;
}

static void read_statuses(const struct reading *reading, const struct libconfig_node *group)
{
    static const char *const names[] = {"word", "means"};
    const struct libconfig_node *list = libconfig_list(reading->file, group, "status");
    size_t count = libconfig_count(list);
    struct profile_status *statuses = arena_array(reading->arena, count + 1, sizeof *statuses);
    for (size_t i = 0; i < count; i++) {
        const char *texts[2];
        if (read_pair(reading, libconfig_at(list, i), names, texts)) {
            statuses[reading->profile->status_count++] = (struct profile_status){
                text_fold(texts[0], reading->arena), text_fold(texts[1], reading->arena)};
        }
    }
    reading->profile->statuses = statuses;
}

static void read_profile(const struct reading *reading, const struct libconfig_node *group)
{
    static const char *const names[] = {"encoding", "delimiter", "unknown", "columns", "status"};
    static const char *const delimiters[] = {",", ";", "|", "tab", "\t"};
    static const char *const unknown[] = {"ignore", "keep"};
    libconfig_known(reading->file, group, names, ARRAY_LENGTH(names));
    const char *encoding = libconfig_text(reading->file, group, "encoding", "");
    reading->profile->encoding = text_given(encoding);
    int delimiter = libconfig_word(reading->file, group, "delimiter", delimiters,
                                   ARRAY_LENGTH(delimiters), ARRAY_LENGTH(delimiters));
    reading->profile->delimiter = ",;|\t\t\0"[delimiter];
    reading->profile->custom =
        libconfig_word(reading->file, group, "unknown", unknown, ARRAY_LENGTH(unknown), 0) == 1;
    read_columns(reading, group);
    read_statuses(reading, group);
}

bool profile_read(const char *path, struct arena *arena, struct faults *faults,
                  struct profile *profile, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!libconfig_open(path, ERROR_CONFIG, arena, faults, &file, err)) {
        return false;
    }
    struct profile made = {0};
    struct reading reading = {file, arena, &made};
    const struct libconfig_node *group = libconfig_subject(file, "roster");
    if (group != NULL) {
        read_profile(&reading, group);
    }
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    *profile = made;
    return true;
}

static void find_places(const char *config_path, const char *file, struct arena *arena,
                        const char *places[PLACES])
{
    places[0] = file_beside(config_path, arena_printf(arena, "roster/%s", file), arena);
    places[1] = arena_printf(arena, "%s/roster/%s", MUSTER_DATA_DIR, file);
}

bool profile_find(const char *config_path, const char *name, struct arena *arena, const char **path,
                  struct error *err)
{
    const char *places[PLACES];
    if (strchr(name, '/') != NULL || access(name, F_OK) == 0) {
        *path = name;
        return true;
    }
    find_places(config_path, arena_printf(arena, "%s.conf", name), arena, places);
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        if (access(places[i], F_OK) == 0) {
            *path = places[i];
            return true;
        }
    }
    return error_set(err, ERROR_NO_INPUT,
                     "there is no profile '%s': neither %s nor %s is there; a profile may be named "
                     "by its path, too",
                     name, places[0], places[1]);
}

static int compare_names(const void *left, const void *right)
{
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

/* The name of a profile's file without its end, in the arena; NULL when it is no such file. */
static const char *name_of(const char *file, struct arena *arena)
{
    static const char END[] = ".conf";
    const size_t length = strlen(file);
    const size_t end = sizeof END - 1;
    if (file[0] == '.' || length <= end || !text_equal(file + length - end, END)) {
        return NULL;
    }
    return arena_span(arena, file, length - end);
}

static bool list_folder(const char *folder, struct arena *arena, const char **names, size_t *count,
                        struct error *err)
{
    DIR *open = opendir(folder);
    if (open == NULL) {
        return errno == ENOENT || errno == ENOTDIR ||
               error_set(err, ERROR_IO, "%s cannot be read: %s", folder, strerror(errno));
    }
    const struct dirent *entry = NULL;
    while (*count < PROFILES_MOST && (entry = readdir(open)) != NULL) {
        const char *name = name_of(entry->d_name, arena);
        for (size_t i = 0; name != NULL && i < *count; i++) {
            name = text_equal(names[i], name) ? NULL : name;
        }
        if (name != NULL) {
            names[(*count)++] = name;
        }
    }
    (void)closedir(open);
    return true;
}

bool profile_list(const char *config_path, struct arena *arena, const char *const **names,
                  size_t *count, struct error *err)
{
    const char *places[PLACES];
    const char **found = arena_array(arena, PROFILES_MOST, sizeof *found);
    size_t used = 0;
    find_places(config_path, "", arena, places);
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        if (!list_folder(places[i], arena, found, &used, err)) {
            return false;
        }
    }
    qsort(found, used, sizeof *found, compare_names);
    *names = found;
    *count = used;
    return true;
}
