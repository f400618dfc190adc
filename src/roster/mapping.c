/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A header line, understood: first what somebody has said of a heading, on the command line or in a
 * profile; then what the heading says by itself. */
#include "mapping.h"

#include <string.h>

#include "alias.h"
#include "custom.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"

/* The words for fields in --map; behind "ignore", other words for some of them. */
static const struct {
    const char *word;
    enum mapping_field field;
} FIELDS[] = {
    {"number", MAPPING_NUMBER},
    {"first", MAPPING_FIRST},
    {"last", MAPPING_LAST},
    {"name", MAPPING_FULL},
    {"mobile", MAPPING_MOBILE},
    {"phone", MAPPING_PHONE},
    {"email", MAPPING_EMAIL},
    {"employer", MAPPING_EMPLOYER},
    {"workplace", MAPPING_WORKPLACE},
    {"branch", MAPPING_BRANCH},
    {"job", MAPPING_JOB},
    {"band", MAPPING_BAND},
    {"language", MAPPING_LANGUAGE},
    {"status", MAPPING_STATUS},
    {"joined", MAPPING_JOINED},
    {"tags", MAPPING_TAGS},
    {"no-sms", MAPPING_NO_SMS},
    {"no-email", MAPPING_NO_EMAIL},
    {"no-contact", MAPPING_NO_CONTACT},
    {"sms-ok", MAPPING_SMS_OK},
    {"email-ok", MAPPING_EMAIL_OK},
    {"sms", MAPPING_SMS},
    {"custom", MAPPING_CUSTOM},
    {"ignore", MAPPING_NONE},
    {"lang", MAPPING_LANGUAGE},
    {"tag", MAPPING_TAGS},
    {"first_name", MAPPING_FIRST},
    {"last_name", MAPPING_LAST},
};

enum { LIST_CEILING = 1024 };

static const char CUSTOM[] = "custom";

static bool field_of(const char *word, enum mapping_field *field)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        if (strcmp(FIELDS[i].word, word) == 0) {
            *field = FIELDS[i].field;
            return true;
        }
    }
    return false;
}

static bool unknown_field(const char *word, struct error *err)
{
    const char *words[ARRAY_LENGTH(FIELDS)];
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        words[i] = FIELDS[i].word;
    }
    const char *nearest = text_nearest(word, words, ARRAY_LENGTH(words));
    if (nearest != NULL) {
        return error_set(err, ERROR_USAGE, "no field \"%s\", did you mean \"%s\"?", word, nearest);
    }
    CLEANUP(buffer_free) struct buffer list;
    buffer_init(&list, LIST_CEILING);
    for (size_t i = 0; mapping_word(i) != NULL; i++) {
        (void)buffer_printf(&list, "%s%s", i == 0 ? "" : ", ", mapping_word(i));
    }
    return error_set(err, ERROR_USAGE, "no field \"%s\"; the fields are %s", word,
                     buffer_text(&list));
}

const char *mapping_word(size_t index)
{
    size_t last = 0;
    while (FIELDS[last].field != MAPPING_NONE) {
        last++;
    }
    return index <= last ? FIELDS[index].word : NULL;
}

const char *mapping_word_of(enum mapping_field field)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        if (FIELDS[i].field == field) {
            return FIELDS[i].word;
        }
    }
    return mapping_word_of(MAPPING_NONE);
}

/* "custom:shift" names the fact; "custom" leaves it to the heading. */
static bool read_custom(const char *header, const char *word, struct arena *arena,
                        struct mapping_wish *wish, struct error *err)
{
    const char *told = word + strlen(CUSTOM);
    wish->field = MAPPING_CUSTOM;
    wish->name = custom_name(told[0] == ':' ? told + 1 : header, arena);
    if (told[0] == ':' && !text_equal(wish->name, told + 1)) {
        return error_set(err, ERROR_USAGE,
                         "\"%s\" cannot name a custom fact: letters, digits and _ only, and no "
                         "word that segments have already",
                         told + 1);
    }
    return wish->name != NULL ||
           error_set(err, ERROR_USAGE, "\"%s\" has no letters to name a custom fact by", header);
}

bool mapping_make_wish(const char *header, const char *word, struct arena *arena,
                       struct mapping_wish *wish, struct error *err)
{
    struct mapping_wish made = {.header = text_trim(header, arena)};
    made.key = alias_key(made.header, arena);
    if (made.key[0] == '\0') {
        return error_set(err, ERROR_USAGE, "names no header");
    }
    const char *folded = text_fold(word, arena);
    bool custom =
        strncmp(folded, CUSTOM, strlen(CUSTOM)) == 0 && strchr(":", folded[strlen(CUSTOM)]) != NULL;
    if (custom ? !read_custom(made.header, folded, arena, &made, err)
               : !field_of(folded, &made.field)) {
        return custom ? false : unknown_field(folded, err);
    }
    *wish = made;
    return true;
}

bool mapping_read_wishes(const char *const *maps, size_t count, struct arena *arena,
                         struct mapping_wish **wishes, struct error *err)
{
    struct mapping_wish *read = arena_array(arena, count + 1, sizeof *read);
    for (size_t i = 0; i < count; i++) {
        const char *equals = strrchr(maps[i], '=');
        if (equals == NULL) {
            return error_set(err, ERROR_USAGE, "--map \"%s\" is not of the form \"Header=field\"",
                             maps[i]);
        }
        const char *header = arena_span(arena, maps[i], (size_t)(equals - maps[i]));
        if (!mapping_make_wish(header, equals + 1, arena, &read[i], err)) {
            return error_prefix(err, "--map \"%s\"", maps[i]);
        }
    }
    *wishes = read;
    return true;
}

static const struct mapping_wish *wish_of(const char *header, const struct mapping_wish *wishes,
                                          size_t count, struct arena *arena)
{
    if (count == 0 || header[0] == '\0' || strlen(header) > ALIAS_HEADER_MAX) {
        return NULL;
    }
    const char *key = alias_key(header, arena);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(wishes[i].key, key) == 0) {
            return &wishes[i];
        }
    }
    return NULL;
}

static bool has(const enum mapping_field *fields, const bool *vague, size_t count,
                enum mapping_field field)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i] == field && !vague[i]) {
            return true;
        }
    }
    return false;
}

/* "Line,Column,Reason" in front: what an import has written about refused rows, mended now. */
static void set_own_aside(struct mapping *mapping, struct arena *arena)
{
    static const char *const own[] = {"line", "column", "reason"};
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++) {
        if (i >= mapping->count || strcmp(alias_key(mapping->headers[i], arena), own[i]) != 0) {
            return;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++) {
        mapping->fields[i] = MAPPING_OWN;
    }
}

static struct mapping *mapping_create(const struct csv_row *row, struct arena *arena)
{
    struct mapping *mapping = arena_alloc(arena, sizeof *mapping);
    size_t room = row->count + 1;
    mapping->line = row->line;
    mapping->count = row->count;
    mapping->headers = arena_array(arena, room, sizeof *mapping->headers);
    mapping->fields = arena_array(arena, room, sizeof *mapping->fields);
    mapping->wished = arena_array(arena, room, sizeof *mapping->wished);
    mapping->names = arena_array(arena, room, sizeof *mapping->names);
    for (size_t i = 0; i < row->count; i++) {
        mapping->headers[i] = text_trim(row->cells[i], arena);
    }
    return mapping;
}

struct mapping *mapping_plain(const struct csv_row *row, struct arena *arena)
{
    struct mapping *mapping = mapping_create(row, arena);
    set_own_aside(mapping, arena);
    return mapping;
}

/* A fact of which there is one: a column that somebody has named for it leaves no place for one
 * that names itself. */
static bool is_single(enum mapping_field field)
{
    return field == MAPPING_NUMBER || field == MAPPING_FIRST || field == MAPPING_LAST ||
           field == MAPPING_FULL || (field >= MAPPING_EMPLOYER && field <= MAPPING_JOINED);
}

static void make_way(struct mapping *mapping)
{
    for (size_t i = 0; i < mapping->count; i++) {
        for (size_t j = 0;
             mapping->wished[i] && is_single(mapping->fields[i]) && j < mapping->count; j++) {
            if (!mapping->wished[j] && mapping->fields[j] == mapping->fields[i]) {
                mapping->fields[j] = MAPPING_NONE;
            }
        }
    }
}

static bool tells_of_members(enum mapping_field field)
{
    return field != MAPPING_NONE && field != MAPPING_OWN && field != MAPPING_PRIVATE;
}

struct mapping *mapping_guess(const struct csv_row *row, const struct mapping_wish *wishes,
                              size_t wish_count, struct arena *arena)
{
    struct mapping *mapping = mapping_create(row, arena);
    bool *vague = arena_array(arena, row->count + 1, sizeof *vague);
    for (size_t i = 0; i < row->count; i++) {
        const char *header = mapping->headers[i];
        const struct mapping_wish *wish = wish_of(header, wishes, wish_count, arena);
        const struct alias *alias = wish == NULL ? alias_find(header, arena) : NULL;
        mapping->wished[i] = wish != NULL;
        mapping->names[i] = wish != NULL ? wish->name : NULL;
        mapping->fields[i] = wish != NULL    ? wish->field
                             : alias != NULL ? alias->field
                                             : MAPPING_NONE;
        vague[i] = alias != NULL && alias->vague;
    }
    set_own_aside(mapping, arena);
    make_way(mapping);
    for (size_t i = 0; i < row->count; i++) {
        if (vague[i] && has(mapping->fields, vague, row->count, mapping->fields[i])) {
            mapping->fields[i] = MAPPING_NONE;
        }
    }
    return mapping;
}

bool mapping_is_heading(const struct mapping *mapping)
{
    size_t known = 0;
    bool numbered = false;
    for (size_t i = 0; i < mapping->count; i++) {
        numbered = numbered || mapping->fields[i] == MAPPING_NUMBER;
        known += tells_of_members(mapping->fields[i]);
    }
    return numbered && known >= 2;
}

struct mapping *mapping_find(const struct csv_row *row, const struct mapping_wish *wishes,
                             size_t wish_count, struct arena *arena)
{
    struct mapping *mapping = mapping_guess(row, wishes, wish_count, arena);
    return mapping_is_heading(mapping) ? mapping : NULL;
}

void mapping_keep_rest(struct mapping *mapping, struct arena *arena)
{
    for (size_t i = 0; i < mapping->count; i++) {
        bool unknown = mapping->fields[i] == MAPPING_NONE && !mapping->wished[i];
        if (unknown && alias_is_private(mapping->headers[i], arena)) {
            mapping->fields[i] = MAPPING_PRIVATE;
            continue;
        }
        const char *name = unknown ? custom_name(mapping->headers[i], arena) : NULL;
        for (size_t j = 0; name != NULL && j < mapping->count; j++) {
            name = text_equal(mapping->names[j], name) ? NULL : name; /* the first one has it */
        }
        if (name != NULL) {
            mapping->fields[i] = MAPPING_CUSTOM;
            mapping->names[i] = name;
        }
    }
}

bool mapping_check(const struct mapping *mapping, const struct mapping_wish *wishes,
                   size_t wish_count, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < wish_count; i++) {
        bool found = false;
        for (size_t j = 0; j < mapping->count && !found; j++) {
            found = mapping->wished[j] &&
                    text_equal(alias_key(mapping->headers[j], arena), wishes[i].key);
        }
        if (found || wishes[i].optional) {
            continue;
        }
        const char *nearest = text_nearest(wishes[i].header, mapping->headers, mapping->count);
        if (nearest != NULL) {
            return error_set(err, ERROR_USAGE,
                             "--map: no header \"%s\" in line %u, did you mean \"%s\"?",
                             wishes[i].header, mapping->line, nearest);
        }
        return error_set(err, ERROR_USAGE, "--map: no header \"%s\" in line %u", wishes[i].header,
                         mapping->line);
    }
    return true;
}
