/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that membership systems and branch secretaries write above their columns.
 *
 * No union publishes what its exports look like, and branches rename columns at will, so there are
 * no fixed formats here but one table of words. What it does not know a person says with --map. */
#include "mapping.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"

struct alias {
    const char *words; /* folded, blanks where people may write them */
    enum mapping_field field;
    bool vague; /* gives way to a plain word for the same field */
};

static const struct alias ALIASES[] = {
    {"membership number", MAPPING_NUMBER, false},
    {"membership no", MAPPING_NUMBER, false},
    {"membership num", MAPPING_NUMBER, false},
    {"membership id", MAPPING_NUMBER, false},
    {"membership ref", MAPPING_NUMBER, false},
    {"membership reference", MAPPING_NUMBER, false},
    {"member number", MAPPING_NUMBER, false},
    {"member no", MAPPING_NUMBER, false},
    {"member num", MAPPING_NUMBER, false},
    {"member id", MAPPING_NUMBER, false},
    {"member ref", MAPPING_NUMBER, false},
    {"members no", MAPPING_NUMBER, false},
    {"members number", MAPPING_NUMBER, false},
    {"memb no", MAPPING_NUMBER, false},
    {"mem no", MAPPING_NUMBER, false},
    {"mbr no", MAPPING_NUMBER, false},
    {"mship no", MAPPING_NUMBER, false},
    {"rms number", MAPPING_NUMBER, false},
    {"rms no", MAPPING_NUMBER, false},
    {"union number", MAPPING_NUMBER, false},
    {"union membership number", MAPPING_NUMBER, false},
    {"rhif aelodaeth", MAPPING_NUMBER, false},
    {"rhif aelod", MAPPING_NUMBER, false},
    {"rif aelodaeth", MAPPING_NUMBER, false},
    {"ref", MAPPING_NUMBER, true},
    {"ref no", MAPPING_NUMBER, true},
    {"reference", MAPPING_NUMBER, true},
    {"unique id", MAPPING_NUMBER, true},
    {"cyfeirnod", MAPPING_NUMBER, true},

    {"first name", MAPPING_FIRST, false},
    {"forename", MAPPING_FIRST, false},
    {"forenames", MAPPING_FIRST, false},
    {"given name", MAPPING_FIRST, false},
    {"christian name", MAPPING_FIRST, false},
    {"enw cyntaf", MAPPING_FIRST, false},
    {"known as", MAPPING_FIRST, true},
    {"preferred name", MAPPING_FIRST, true},
    {"surname", MAPPING_LAST, false},
    {"last name", MAPPING_LAST, false},
    {"family name", MAPPING_LAST, false},
    {"cyfenw", MAPPING_LAST, false},
    {"name", MAPPING_FULL, false},
    {"full name", MAPPING_FULL, false},
    {"member name", MAPPING_FULL, false},
    {"members name", MAPPING_FULL, false},
    {"member", MAPPING_FULL, true},
    {"enw", MAPPING_FULL, false},
    {"enw llawn", MAPPING_FULL, false},

    {"mobile", MAPPING_MOBILE, false},
    {"mobile no", MAPPING_MOBILE, false},
    {"mobile num", MAPPING_MOBILE, false},
    {"mobile number", MAPPING_MOBILE, false},
    {"mobile phone", MAPPING_MOBILE, false},
    {"mobile phone no", MAPPING_MOBILE, false},
    {"mobile phone number", MAPPING_MOBILE, false},
    {"mobile telephone", MAPPING_MOBILE, false},
    {"mobile tel", MAPPING_MOBILE, false},
    {"mob", MAPPING_MOBILE, false},
    {"mob no", MAPPING_MOBILE, false},
    {"mob tel", MAPPING_MOBILE, false},
    {"cell", MAPPING_MOBILE, false},
    {"cell phone", MAPPING_MOBILE, false},
    {"home mobile", MAPPING_MOBILE, false},
    {"personal mobile", MAPPING_MOBILE, false},
    {"preferred mobile", MAPPING_MOBILE, false},
    {"work mobile", MAPPING_MOBILE, true},
    {"sms", MAPPING_MOBILE, false},
    {"sms number", MAPPING_MOBILE, false},
    {"ffôn symudol", MAPPING_MOBILE, false},
    {"ffon symudol", MAPPING_MOBILE, false},
    {"rhif ffôn symudol", MAPPING_MOBILE, false},
    {"rhif ffon symudol", MAPPING_MOBILE, false},
    {"rhif symudol", MAPPING_MOBILE, false},
    {"symudol", MAPPING_MOBILE, false},
    {"phone", MAPPING_PHONE, false},
    {"phone no", MAPPING_PHONE, false},
    {"phone number", MAPPING_PHONE, false},
    {"telephone", MAPPING_PHONE, false},
    {"telephone no", MAPPING_PHONE, false},
    {"telephone number", MAPPING_PHONE, false},
    {"tel", MAPPING_PHONE, false},
    {"tel no", MAPPING_PHONE, false},
    {"home tel", MAPPING_PHONE, false},
    {"home phone", MAPPING_PHONE, false},
    {"home telephone", MAPPING_PHONE, false},
    {"work tel", MAPPING_PHONE, false},
    {"work phone", MAPPING_PHONE, false},
    {"contact number", MAPPING_PHONE, false},
    {"contact no", MAPPING_PHONE, false},
    {"ffôn", MAPPING_PHONE, false},
    {"rhif ffôn", MAPPING_PHONE, false},

    {"email", MAPPING_EMAIL, false},
    {"emails", MAPPING_EMAIL, false},
    {"mail", MAPPING_EMAIL, false},
    {"email address", MAPPING_EMAIL, false},
    {"mail address", MAPPING_EMAIL, false},
    {"email addr", MAPPING_EMAIL, false},
    {"home email", MAPPING_EMAIL, false},
    {"home email address", MAPPING_EMAIL, false},
    {"personal email", MAPPING_EMAIL, false},
    {"personal email address", MAPPING_EMAIL, false},
    {"private email", MAPPING_EMAIL, false},
    {"preferred email", MAPPING_EMAIL, false},
    {"preferred email address", MAPPING_EMAIL, false},
    {"primary email", MAPPING_EMAIL, false},
    {"secondary email", MAPPING_EMAIL, false},
    {"second email", MAPPING_EMAIL, false},
    {"other email", MAPPING_EMAIL, false},
    {"work email", MAPPING_EMAIL, false},
    {"work email address", MAPPING_EMAIL, false},
    {"contact email", MAPPING_EMAIL, false},
    {"ebost", MAPPING_EMAIL, false},
    {"cyfeiriad ebost", MAPPING_EMAIL, false},

    {"employer", MAPPING_EMPLOYER, false},
    {"employer name", MAPPING_EMPLOYER, false},
    {"emp name", MAPPING_EMPLOYER, false},
    {"cyflogwr", MAPPING_EMPLOYER, false},
    {"employing organisation", MAPPING_EMPLOYER, false},
    {"company", MAPPING_EMPLOYER, true},
    {"trust", MAPPING_EMPLOYER, true},
    {"organisation", MAPPING_EMPLOYER, true},
    {"health board", MAPPING_EMPLOYER, true},
    {"bwrdd iechyd", MAPPING_EMPLOYER, true},
    {"employer code", MAPPING_EMPLOYER, true},
    {"workplace", MAPPING_WORKPLACE, false},
    {"workplace name", MAPPING_WORKPLACE, false},
    {"work place", MAPPING_WORKPLACE, false},
    {"work location", MAPPING_WORKPLACE, false},
    {"place of work", MAPPING_WORKPLACE, false},
    {"gweithle", MAPPING_WORKPLACE, false},
    {"man gwaith", MAPPING_WORKPLACE, false},
    {"site", MAPPING_WORKPLACE, true},
    {"site name", MAPPING_WORKPLACE, true},
    {"safle", MAPPING_WORKPLACE, true},
    {"location", MAPPING_WORKPLACE, true},
    {"lleoliad", MAPPING_WORKPLACE, true},
    {"base", MAPPING_WORKPLACE, true},
    {"department", MAPPING_WORKPLACE, true},
    {"dept", MAPPING_WORKPLACE, true},
    {"adran", MAPPING_WORKPLACE, true},
    {"ward", MAPPING_WORKPLACE, true},
    {"unit", MAPPING_WORKPLACE, true},
    {"workplace code", MAPPING_WORKPLACE, true},
    {"branch", MAPPING_BRANCH, false},
    {"branch name", MAPPING_BRANCH, false},
    {"cangen", MAPPING_BRANCH, false},
    {"enw cangen", MAPPING_BRANCH, false},
    {"branch code", MAPPING_BRANCH, true},
    {"branch no", MAPPING_BRANCH, true},

    {"job title", MAPPING_JOB, false},
    {"job", MAPPING_JOB, false},
    {"occupation", MAPPING_JOB, false},
    {"job role", MAPPING_JOB, false},
    {"position", MAPPING_JOB, true},
    {"role", MAPPING_JOB, true},
    {"occupational group", MAPPING_JOB, true},
    {"staff group", MAPPING_JOB, true},
    {"swydd", MAPPING_JOB, false},
    {"teitl swydd", MAPPING_JOB, false},
    {"band", MAPPING_BAND, false},
    {"pay band", MAPPING_BAND, false},
    {"afc band", MAPPING_BAND, false},
    {"nhs band", MAPPING_BAND, false},
    {"band cyflog", MAPPING_BAND, false},
    {"grade", MAPPING_BAND, true},
    {"pay grade", MAPPING_BAND, true},
    {"gradd", MAPPING_BAND, true},

    {"language", MAPPING_LANGUAGE, false},
    {"preferred language", MAPPING_LANGUAGE, false},
    {"language preference", MAPPING_LANGUAGE, false},
    {"correspondence language", MAPPING_LANGUAGE, false},
    {"lang", MAPPING_LANGUAGE, false},
    {"iaith", MAPPING_LANGUAGE, false},
    {"dewis iaith", MAPPING_LANGUAGE, false},
    {"status", MAPPING_STATUS, false},
    {"membership status", MAPPING_STATUS, false},
    {"member status", MAPPING_STATUS, false},
    {"current status", MAPPING_STATUS, false},
    {"statws", MAPPING_STATUS, false},
    {"statws aelodaeth", MAPPING_STATUS, false},
    {"date joined", MAPPING_JOINED, false},
    {"joined", MAPPING_JOINED, false},
    {"join date", MAPPING_JOINED, false},
    {"joining date", MAPPING_JOINED, false},
    {"date of joining", MAPPING_JOINED, false},
    {"joined date", MAPPING_JOINED, false},
    {"joined on", MAPPING_JOINED, false},
    {"member since", MAPPING_JOINED, false},
    {"membership start date", MAPPING_JOINED, false},
    {"dyddiad ymuno", MAPPING_JOINED, false},
    {"tag", MAPPING_TAGS, false},
    {"tags", MAPPING_TAGS, false},
    {"labels", MAPPING_TAGS, true},
    {"activist role", MAPPING_TAGS, false},
    {"activist roles", MAPPING_TAGS, false},
    {"activist", MAPPING_TAGS, false},
    {"rep role", MAPPING_TAGS, false},
    {"branch role", MAPPING_TAGS, false},
    {"union role", MAPPING_TAGS, false},
    {"union roles", MAPPING_TAGS, false},
    {"rôl undeb", MAPPING_TAGS, false},
};

/* Our own listings say "number". Written in any other way it may be that of a telephone. */
static const struct alias OWN_NUMBER = {"number", MAPPING_NUMBER, true};

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
    {"ignore", MAPPING_NONE},
    {"lang", MAPPING_LANGUAGE},
    {"tag", MAPPING_TAGS},
    {"first_name", MAPPING_FIRST},
    {"last_name", MAPPING_LAST},
};

enum {
    HEADER_MAX = 200, /* bytes: what is longer is no header but a text */
    LIST_CEILING = 1024,
};

/* Letters and digits of a header, folded: "E-mail_Address " is "emailaddress". In the arena. */
static char *key_of(const char *header, struct arena *arena)
{
    char *key = text_fold(header, arena);
    size_t used = 0;
    for (size_t i = 0; key[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)key[i];
        if (byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            key[used++] = key[i];
        }
    }
    key[used] = '\0';
    return key;
}

/* Whether the words of an alias, without their blanks, are the key. */
static bool says(const char *words, const char *key)
{
    for (; *words != '\0'; words++) {
        if (*words != ' ' && *words != *key++) {
            return false;
        }
    }
    return *key == '\0';
}

static const struct alias *alias_of(const char *key)
{
    for (size_t i = 0; i < ARRAY_LENGTH(ALIASES); i++) {
        if (says(ALIASES[i].words, key)) {
            return &ALIASES[i];
        }
    }
    return NULL;
}

/* The alias of a header: as it stands, without "(...)", without digits at the end. */
static const struct alias *understand(const char *header, struct arena *arena)
{
    if (header[0] == '\0' || strlen(header) > HEADER_MAX) {
        return NULL;
    }
    if (strcmp(header, OWN_NUMBER.words) == 0) {
        return &OWN_NUMBER;
    }
    char *key = key_of(header, arena);
    const struct alias *alias = alias_of(key);
    const char *bracket = strchr(header, '(');
    if (alias == NULL && bracket != NULL && bracket > header) {
        key = key_of(arena_span(arena, header, (size_t)(bracket - header)), arena);
        alias = alias_of(key);
    }
    if (alias == NULL) {
        size_t length = strlen(key);
        while (length > 0 && key[length - 1] >= '0' && key[length - 1] <= '9') {
            key[--length] = '\0';
        }
        alias = length > 0 ? alias_of(key) : NULL;
    }
    return alias;
}

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

static bool unknown_field(const char *map, const char *word, struct error *err)
{
    const char *words[ARRAY_LENGTH(FIELDS)];
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        words[i] = FIELDS[i].word;
    }
    const char *nearest = text_nearest(word, words, ARRAY_LENGTH(words));
    if (nearest != NULL) {
        return error_set(err, ERROR_USAGE, "--map \"%s\": no field \"%s\", did you mean \"%s\"?",
                         map, word, nearest);
    }
    CLEANUP(buffer_free) struct buffer list;
    buffer_init(&list, LIST_CEILING);
    for (size_t i = 0; mapping_word(i) != NULL; i++) {
        (void)buffer_printf(&list, "%s%s", i == 0 ? "" : ", ", mapping_word(i));
    }
    return error_set(err, ERROR_USAGE, "--map \"%s\": no field \"%s\"; the fields are %s", map,
                     word, buffer_text(&list));
}

const char *mapping_word(size_t index)
{
    size_t last = 0;
    while (FIELDS[last].field != MAPPING_NONE) {
        last++;
    }
    return index <= last ? FIELDS[index].word : NULL;
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
        read[i].header = text_trim(header, arena);
        read[i].key = key_of(read[i].header, arena);
        if (read[i].key[0] == '\0') {
            return error_set(err, ERROR_USAGE, "--map \"%s\" names no header", maps[i]);
        }
        const char *word = text_fold(equals + 1, arena);
        if (!field_of(word, &read[i].field)) {
            return unknown_field(maps[i], word, err);
        }
    }
    *wishes = read;
    return true;
}

static const struct mapping_wish *wish_of(const char *header, const struct mapping_wish *wishes,
                                          size_t count, struct arena *arena)
{
    if (count == 0 || header[0] == '\0' || strlen(header) > HEADER_MAX) {
        return NULL;
    }
    const char *key = key_of(header, arena);
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

struct mapping *mapping_find(const struct csv_row *row, const struct mapping_wish *wishes,
                             size_t wish_count, struct arena *arena)
{
    size_t count = row->count;
    const char **headers = arena_array(arena, count + 1, sizeof *headers);
    enum mapping_field *fields = arena_array(arena, count + 1, sizeof *fields);
    bool *vague = arena_array(arena, count + 1, sizeof *vague);
    bool *wished = arena_array(arena, count + 1, sizeof *wished);
    for (size_t i = 0; i < count; i++) {
        headers[i] = text_trim(row->cells[i], arena);
        const struct mapping_wish *wish = wish_of(headers[i], wishes, wish_count, arena);
        const struct alias *alias = wish == NULL ? understand(headers[i], arena) : NULL;
        wished[i] = wish != NULL;
        fields[i] = wish != NULL ? wish->field : alias != NULL ? alias->field : MAPPING_NONE;
        vague[i] = alias != NULL && alias->vague;
    }
    size_t known = 0;
    bool numbered = false;
    for (size_t i = 0; i < count; i++) {
        if (vague[i] && has(fields, vague, count, fields[i])) {
            fields[i] = MAPPING_NONE;
        }
        numbered = numbered || fields[i] == MAPPING_NUMBER;
        known += fields[i] != MAPPING_NONE;
    }
    if (!numbered || known < 2) {
        return NULL;
    }
    struct mapping *mapping = arena_alloc(arena, sizeof *mapping);
    *mapping = (struct mapping){row->line, count, headers, fields, wished};
    return mapping;
}

bool mapping_check(const struct mapping *mapping, const struct mapping_wish *wishes,
                   size_t wish_count, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < wish_count; i++) {
        bool found = false;
        for (size_t j = 0; j < mapping->count && !found; j++) {
            found = mapping->wished[j] &&
                    strcmp(key_of(mapping->headers[j], arena), wishes[i].key) == 0;
        }
        if (found) {
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
