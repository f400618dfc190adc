/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of roster profiles. What the words for fields mean is the roster's business. */
#include "muster/conf/profile.h"

#include "libconfig_door.h"
#include "muster/base/text.h"

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
