/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only door to libconfig. Its header claims the name config_load, which on this floor is ours:
 * therefore this file, which alone includes it, must not include muster/conf/config.h.
 *
 * libconfig stops at the first syntax error, so of those there is one at a time; everything else is
 * noted and passed over, so that one reading names all the faults of a file. */
#include <libconfig.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libconfig_door.h"
#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/base/text.h"

enum { FILE_MAX = 1024 * 1024, NAMES_MAX = 64, FAULT_MAX = 512 };

struct libconfig {
    config_t config;
    const char *path;
    struct arena *arena;
    struct faults *faults;
    size_t faults_before;
};

static const config_setting_t *inner(const struct libconfig_node *node)
{
    return (const config_setting_t *)node;
}

static const struct libconfig_node *outer(const config_setting_t *setting)
{
    return (const struct libconfig_node *)setting;
}

/* The folder of the file, for @include. */
static const char *folder(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "." : arena_span(arena, path, (size_t)(slash - path) + 1);
}

/* libconfig reads a C string, so a NUL would hide the rest of the file. */
static bool check_bytes(const struct libconfig *file, const struct buffer *text)
{
    const char *nul = memchr(buffer_text(text), '\0', text->length);
    if (nul != NULL) {
        unsigned line = 1;
        for (const char *at = buffer_text(text); at < nul; at++) {
            line += *at == '\n' ? 1 : 0;
        }
        faults_add(file->faults, file->path, line,
                   "a NUL byte stands here; this is not a text file");
        return false;
    }
    return true;
}

/* The byte after a string or a comment that begins at `at`, or `at` when neither does. */
static const char *skip_opaque(const char *at)
{
    if (*at == '#' || (at[0] == '/' && at[1] == '/')) {
        return at + strcspn(at, "\n");
    }
    if (at[0] == '/' && at[1] == '*') {
        const char *end = strstr(at + 2, "*/");
        return end == NULL ? at + strlen(at) : end + 2;
    }
    if (*at != '"') {
        return at;
    }
    for (at++; *at != '\0' && *at != '"'; at++) {
        at += at[0] == '\\' && at[1] != '\0' ? 1 : 0;
    }
    return *at == '"' ? at + 1 : at;
}

/* libconfig 1.5 cuts a whole number without a final L to 32 bits and says nothing, so that a large
 * one turns into another. Such numbers are found in the text itself. */
static bool check_numbers(const struct libconfig *file, const char *text)
{
    static const char digits[] = "0123456789";
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-*.";
    unsigned line = 1;
    bool ok = true;
    for (const char *at = text; *at != '\0';) {
        const char *next = skip_opaque(at);
        if (next == at) {
            size_t length = strspn(at, word);
            next = at + (length == 0 ? 1 : length);
            const char *from = at + (*at == '-' ? 1 : 0);
            size_t count = strspn(from, digits);
            char number[24] = "";
            int64_t value = 0;
            if (count > 0 && from + count == next) {
                memcpy(number, from, count < sizeof number ? count : sizeof number - 1);
                if (!text_number(number, 0, INT32_MAX, &value)) {
                    faults_add(file->faults, file->path, line,
                               "the number %s is too large; is it a text, and lacks quotes?",
                               number);
                    ok = false;
                }
            }
        }
        for (; at < next; at++) {
            line += *at == '\n' ? 1 : 0;
        }
    }
    return ok;
}

/* Whether the line, or the one before it, where the parser may have lost its way, has a quotation
 * mark of a word processor. */
static bool has_curly_quote(const char *text, int line)
{
    for (int at = 1; *text != '\0' && at <= line; at++) {
        const size_t length = strcspn(text, "\n");
        for (size_t i = 0; at >= line - 1 && i + 2 < length; i++) {
            if (memcmp(text + i, "\xE2\x80\x9C", 3) == 0 ||
                memcmp(text + i, "\xE2\x80\x9D", 3) == 0) {
                return true;
            }
        }
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    return false;
}

static bool parse(struct libconfig *file, const struct buffer *text)
{
    if (!check_bytes(file, text) || !check_numbers(file, buffer_text(text))) {
        return false;
    }
    config_set_include_dir(&file->config, folder(file->path, file->arena));
    if (config_read_string(&file->config, buffer_text(text)) == CONFIG_TRUE) {
        return true;
    }
    const char *where = config_error_file(&file->config);
    int line = config_error_line(&file->config);
    const char *what = config_error_text(&file->config);
    const bool curly = where == NULL && has_curly_quote(buffer_text(text), line);
    faults_add(file->faults, where == NULL ? file->path : where, line < 0 ? 0 : (unsigned)line,
               "%s%s", what == NULL ? "cannot be parsed" : what,
               curly ? "; curly quotation marks, as word processors make them, are not \"" : "");
    return false;
}

static bool open_buffer(const char *name, const struct buffer *text, enum error_kind bad,
                        struct arena *arena, struct faults *faults, struct libconfig **file,
                        struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *made = calloc(1, sizeof *made);
    if (made == NULL) {
        abort();
    }
    config_init(&made->config);
    made->path = arena_text(arena, name);
    made->arena = arena;
    made->faults = faults;
    made->faults_before = faults->count;
    if (!parse(made, text)) {
        return libconfig_conclude(made, bad, err);
    }
    *file = STEAL(made);
    return true;
}

bool libconfig_open(const char *path, enum error_kind bad, struct arena *arena,
                    struct faults *faults, struct libconfig **file, struct error *err)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, FILE_MAX);
    if (!file_read(path, &text, err)) {
        return false;
    }
    if (strncmp(buffer_text(&text), "\xEF\xBB\xBF", 3) ==
        0) { /* the mark that Windows puts there */
        buffer_drop(&text, 3);
    }
    return open_buffer(path, &text, bad, arena, faults, file, err);
}

bool libconfig_open_text(const char *name, const char *text, enum error_kind bad,
                         struct arena *arena, struct faults *faults, struct libconfig **file,
                         struct error *err)
{
    CLEANUP(buffer_free) struct buffer copy;
    buffer_init(&copy, FILE_MAX);
    (void)buffer_puts(&copy, text);
    return open_buffer(name, &copy, bad, arena, faults, file, err);
}

void libconfig_free(struct libconfig **file)
{
    if (*file != NULL) {
        config_destroy(&(*file)->config);
        free(*file);
        *file = NULL;
    }
}

bool libconfig_conclude(const struct libconfig *file, enum error_kind bad, struct error *err)
{
    size_t count = file->faults->count - file->faults_before;
    if (count == 0) {
        return true;
    }
    return error_set(err, bad, "%s has %zu fault%s", file->path, count, count == 1 ? "" : "s");
}

const struct libconfig_node *libconfig_root(const struct libconfig *file)
{
    return outer(config_root_setting(&file->config));
}

const char *libconfig_name(const struct libconfig *file, const struct libconfig_node *node)
{
    const config_setting_t *setting = inner(node);
    if (setting == NULL || config_setting_is_root(setting)) {
        return "";
    }
    const config_setting_t *parent = config_setting_parent(setting);
    const char *before = libconfig_name(file, outer(parent));
    if (config_setting_name(setting) == NULL) {
        return arena_printf(file->arena, "%s[%d]", before, config_setting_index(setting));
    }
    return arena_printf(file->arena, "%s%s%s", before, before[0] == '\0' ? "" : ".",
                        config_setting_name(setting));
}

/* Whether a fault stands among the others already: what several places share is looked at for each
 * of them. */
static bool is_noted(const struct libconfig *file, const char *where, unsigned line,
                     const char *text)
{
    const char *whole = arena_printf(file->arena, "%s:%u: %s\n", where, line, text);
    return line > 0 && strstr(buffer_text(&file->faults->text), whole) != NULL;
}

void libconfig_fault(const struct libconfig *file, const struct libconfig_node *node,
                     const char *format, ...)
{
    char text[FAULT_MAX];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof text, format, values);
    va_end(values);
    const char *where = file->path;
    unsigned line = 0;
    if (node != NULL) {
        const char *included = config_setting_source_file(inner(node));
        where = included == NULL ? file->path : included;
        line = config_setting_source_line(inner(node));
    }
    if (!is_noted(file, where, line, text)) {
        faults_add(file->faults, where, line, "%s", text);
    }
}

void libconfig_known(const struct libconfig *file, const struct libconfig_node *group,
                     const char *const *names, size_t count)
{
    for (size_t i = 0; i < libconfig_count(group); i++) {
        const struct libconfig_node *member = libconfig_at(group, i);
        bool known = false;
        for (size_t j = 0; j < count && !known; j++) {
            known = text_equal(names[j], libconfig_key(member));
        }
        if (known) {
            continue;
        }
        const char *near = text_nearest(libconfig_key(member), names, count);
        const char *full = libconfig_name(file, member);
        if (near != NULL) {
            libconfig_fault(file, member, "%s is not known; did you mean %s?", full, near);
        } else {
            libconfig_fault(file, member, "%s is not known", full);
        }
    }
}

const struct libconfig_node *libconfig_member(const struct libconfig_node *group, const char *name)
{
    if (!libconfig_is_group(group)) {
        return NULL;
    }
    return outer(config_setting_get_member(inner(group), name));
}

const struct libconfig_node *libconfig_group(const struct libconfig *file,
                                             const struct libconfig_node *group, const char *name)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    if (node != NULL && !libconfig_is_group(node)) {
        libconfig_fault(file, node, "%s must be a group: %s = { ... };", libconfig_name(file, node),
                        name);
        return NULL;
    }
    return node;
}

const struct libconfig_node *libconfig_list(const struct libconfig *file,
                                            const struct libconfig_node *group, const char *name)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    if (node != NULL && !config_setting_is_list(inner(node)) &&
        !config_setting_is_array(inner(node))) {
        libconfig_fault(file, node, "%s must be a list: %s = ( ... ); or, of texts, [ ... ]",
                        libconfig_name(file, node), name);
        return NULL;
    }
    return node;
}

bool libconfig_is_group(const struct libconfig_node *node)
{
    return node != NULL && config_setting_is_group(inner(node));
}

bool libconfig_is_list(const struct libconfig_node *node)
{
    return node != NULL &&
           (config_setting_is_list(inner(node)) || config_setting_is_array(inner(node)));
}

size_t libconfig_count(const struct libconfig_node *node)
{
    if (node == NULL || !config_setting_is_aggregate(inner(node))) {
        return 0;
    }
    int count = config_setting_length(inner(node));
    return count < 0 ? 0 : (size_t)count;
}

const struct libconfig_node *libconfig_at(const struct libconfig_node *node, size_t index)
{
    return outer(config_setting_get_elem(inner(node), (unsigned)index));
}

unsigned libconfig_line(const struct libconfig_node *node)
{
    return (unsigned)config_setting_source_line(inner(node));
}

const char *libconfig_key(const struct libconfig_node *node)
{
    const char *name = config_setting_name(inner(node));
    return name == NULL ? "" : name;
}

/* Whether a string may be a setting: UTF-8, and nothing in it that a terminal would obey. */
static bool is_clean(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
            return false;
        }
    }
    return text_is_utf8(text, strlen(text));
}

const char *libconfig_value(const struct libconfig *file, const struct libconfig_node *node)
{
    const config_setting_t *setting = inner(node);
    int type = config_setting_type(setting);
    if (type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) {
        return arena_printf(file->arena, "%lld", config_setting_get_int64(setting));
    }
    if (type != CONFIG_TYPE_STRING) {
        libconfig_fault(file, node, "%s must be a text in quotes or a whole number",
                        libconfig_name(file, node));
        return NULL;
    }
    const char *text = config_setting_get_string(setting);
    if (text == NULL || !is_clean(text)) {
        libconfig_fault(file, node, "%s is not UTF-8 text, or holds a control character",
                        libconfig_name(file, node));
        return NULL;
    }
    return arena_text(file->arena, text);
}

const char *libconfig_typed(const struct libconfig *file, const struct libconfig_node *node,
                            bool number)
{
    int type = config_setting_type(inner(node));
    bool given_number = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    if (number ? given_number : type == CONFIG_TYPE_STRING) {
        return libconfig_value(file, node);
    }
    libconfig_fault(file, node, "%s must be a %s", libconfig_name(file, node),
                    number ? "whole number, without quotes" : "text in quotes");
    return NULL;
}

/* Say that a member of `group` is missing. */
static void missing(const struct libconfig *file, const struct libconfig_node *group,
                    const char *name)
{
    const char *before = libconfig_name(file, group);
    libconfig_fault(file, before[0] == '\0' ? NULL : group, "%s%s%s is missing", before,
                    before[0] == '\0' ? "" : ".", name);
}

const char *libconfig_text(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, const char *preset)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    if (node == NULL) {
        if (preset == NULL) {
            missing(file, group, name);
        }
        return preset == NULL ? "" : preset;
    }
    const char *text = libconfig_typed(file, node, false);
    if (text == NULL) {
        return "";
    }
    if (preset == NULL && text[0] == '\0') {
        libconfig_fault(file, node, "%s must not be empty", libconfig_name(file, node));
    }
    return text;
}

/* "a, b or c", in the arena. */
static const char *either(const struct libconfig *file, const char *const *words, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        const char *between = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        text = arena_printf(file->arena, "%s%s\"%s\"", text, between, words[i]);
    }
    return text;
}

int libconfig_word(const struct libconfig *file, const struct libconfig_node *group,
                   const char *name, const char *const *words, size_t count, int preset)
{
    int fallback = preset < 0 ? 0 : preset;
    const struct libconfig_node *node = libconfig_member(group, name);
    if (node == NULL && preset >= 0) {
        return preset;
    }
    const char *text = libconfig_text(file, group, name, NULL);
    if (text[0] == '\0') {
        return fallback;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            return (int)i;
        }
    }
    libconfig_fault(file, node, "%s is \"%.40s\", but must be %s", libconfig_name(file, node), text,
                    either(file, words, count));
    return fallback;
}

const struct libconfig_node *libconfig_subject(const struct libconfig *file, const char *name)
{
    const struct libconfig_node *root = libconfig_root(file);
    libconfig_known(file, root, &name, 1);
    const struct libconfig_node *group = libconfig_group(file, root, name);
    if (group == NULL && libconfig_member(root, name) == NULL) {
        libconfig_fault(file, NULL, "there is no group %s = { ... };", name);
    }
    return group;
}
