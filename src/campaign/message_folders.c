/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folders of templates, and the names in them. */
#include "message_folders.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"

enum { NAMES_MOST = 1024 };

/* The folder that a file lies in, with its final slash; "" for this one. */
static const char *folder_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "" : arena_span(arena, path, (size_t)(slash - path) + 1);
}

size_t message_folders(const struct message_setting *setting, struct arena *arena,
                       const char *folders[MESSAGE_FOLDERS])
{
    size_t count = 0;
    if (setting->beside != NULL) {
        folders[count++] = folder_of(setting->beside, arena);
    }
    if (setting->config != NULL) {
        folders[count++] = arena_printf(arena, "%s/", setting->config->templates.dir);
    }
    folders[count++] = MESSAGE_FOLDERS_SHIPPED;
    return count;
}

/* The language of a file's name, NAME.LANGUAGE.ENDING; NULL when it is another's. */
static const char *language_of(const char *file, const char *name, const char *ending,
                               struct arena *arena)
{
    const size_t length = strlen(name);
    if (strncmp(file, name, length) != 0 || file[length] != '.') {
        return NULL;
    }
    const char *language = file + length + 1;
    const bool fits = strlen(language) == MESSAGE_FOLDERS_LETTERS + strlen(ending) &&
                      strcmp(language + MESSAGE_FOLDERS_LETTERS, ending) == 0;
    return fits ? arena_span(arena, language, MESSAGE_FOLDERS_LETTERS) : NULL;
}

/* The files in a folder, by name. */
struct folder {
    struct dirent **entries;
    int count;
};

/* None when it cannot be read. */
static struct folder folder_open(const char *path)
{
    struct folder folder = {0};
    folder.count = scandir(text_empty(path) ? "." : path, &folder.entries, NULL, alphasort);
    return folder;
}

static void folder_close(struct folder *folder)
{
    for (int i = 0; i < folder->count; i++) {
        free(folder->entries[i]);
    }
    free(folder->entries);
}

const char *message_folders_any(const char *path, const char *name, const char *ending,
                                struct arena *arena)
{
    CLEANUP(folder_close) struct folder folder = folder_open(path);
    const char *language = NULL;
    const char *dotted = arena_printf(arena, ".%s", ending);
    for (int i = 0; i < folder.count && language == NULL; i++) {
        language = language_of(folder.entries[i]->d_name, name, dotted, arena);
    }
    return language;
}

/* The endings of a channel's files; the second may be NULL. */
static const char *const endings[CHANNEL_COUNT][2] = {
    [CHANNEL_SMS] = {".sms", NULL},
    [CHANNEL_EMAIL] = {".txt", ".html"},
};

/* Give each language that the folder has a file of the template in; gives how many files. */
static size_t languages_in(const struct folder *folder, enum channel channel, const char *name,
                           struct arena *arena, const char *languages[MESSAGE_FOLDERS_LANGUAGES])
{
    size_t found = 0;
    for (size_t k = 0; k < 2 && endings[channel][k] != NULL; k++) {
        for (int i = 0; i < folder->count && found < MESSAGE_FOLDERS_LANGUAGES; i++) {
            const char *language =
                language_of(folder->entries[i]->d_name, name, endings[channel][k], arena);
            if (language != NULL) {
                languages[found++] = language;
            }
        }
    }
    return found;
}

const char *message_folders_find(const struct message_setting *setting, enum channel channel,
                                 const char *name, struct arena *arena,
                                 const char *languages[MESSAGE_FOLDERS_LANGUAGES], size_t *count)
{
    const char *folders[MESSAGE_FOLDERS];
    const size_t folder_count = message_folders(setting, arena, folders);
    for (size_t i = 0; i < folder_count; i++) {
        CLEANUP(folder_close) struct folder folder = folder_open(folders[i]);
        *count = languages_in(&folder, channel, name, arena, languages);
        if (*count > 0) {
            return folders[i];
        }
    }
    return NULL;
}

/* The name in NAME.LANGUAGE.ENDING of a message; NULL when it is no such file. */
static const char *name_of(const char *file, struct arena *arena)
{
    const char *end = strrchr(file, '.');
    bool known = false;
    for (int channel = 0; channel < CHANNEL_COUNT && end != NULL; channel++) {
        for (size_t i = 0; i < 2 && endings[channel][i] != NULL; i++) {
            known = known || strcmp(end, endings[channel][i]) == 0;
        }
    }
    const size_t length = known ? (size_t)(end - file) : 0;
    return length > MESSAGE_FOLDERS_LETTERS + 1 && file[length - MESSAGE_FOLDERS_LETTERS - 1] == '.'
               ? arena_span(arena, file, length - MESSAGE_FOLDERS_LETTERS - 1)
               : NULL;
}

static bool is_listed(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void message_files_list(const struct config *config, struct arena *arena, const char ***names,
                        size_t *count)
{
    const struct message_setting setting = {.config = config};
    const char *folders[MESSAGE_FOLDERS];
    const size_t folder_count = message_folders(&setting, arena, folders);
    const char **found = arena_array(arena, NAMES_MOST, sizeof *found);
    size_t used = 0;
    for (size_t i = 0; i < folder_count; i++) {
        CLEANUP(folder_close) struct folder folder = folder_open(folders[i]);
        for (int k = 0; k < folder.count && used < NAMES_MOST; k++) {
            const char *name = name_of(folder.entries[k]->d_name, arena);
            if (name != NULL && strcmp(name, "footer") != 0 && !is_listed(found, used, name)) {
                found[used++] = name;
            }
        }
    }
    qsort(found, used, sizeof *found, compare);
    *names = found;
    *count = used;
}
