/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that nobody has: a segment with one is valid, and selects nobody without a word. */
#include <string.h>

#include "audience.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"
#include "muster/store/segments.h"
#include "muster/store/values.h"
#include "query.h"
#include "vector.h"

enum { VALUES_MOST = 5000 };

/* The values of a fact, read once. */
struct known {
    bool read;
    const char *const *values;
    size_t count;
};

struct doubting {
    struct db *db;
    struct arena *arena;
    struct known known[MEMBER_FIELDS];
    struct known units;
    struct vector doubts; /* struct segment_doubt */
    size_t most;
    struct error *err;
};

static bool field_of(enum who_field asked, enum member_field *field)
{
    static const struct {
        enum who_field asked;
        enum member_field field;
    } FIELDS[] = {
        {WHO_FIELD_EMPLOYER, MEMBER_EMPLOYER}, {WHO_FIELD_WORKPLACE, MEMBER_WORKPLACE},
        {WHO_FIELD_BRANCH, MEMBER_BRANCH},     {WHO_FIELD_JOB, MEMBER_JOB},
        {WHO_FIELD_BAND, MEMBER_BAND},         {WHO_FIELD_LANGUAGE, MEMBER_LANGUAGE},
        {WHO_FIELD_STATUS, MEMBER_STATUS},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        if (FIELDS[i].asked == asked) {
            *field = FIELDS[i].field;
            return true;
        }
    }
    return false;
}

/* A status that the rules know may well be nobody's today. */
static bool is_known_status(enum member_field field, const char *value)
{
    for (size_t i = 0; field == MEMBER_STATUS && fact_status(i) != NULL; i++) {
        if (text_equal(fact_status(i), value)) {
            return true;
        }
    }
    return false;
}

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Whether a value answers what was asked; both are folded. */
static bool answers(const char *value, const char *asked, bool begins)
{
    int64_t one = 0;
    int64_t other = 0;
    if (begins) {
        return begins_with(value, asked);
    }
    return text_equal(value, asked) || (text_number(value, 0, INT64_MAX, &one) &&
                                        text_number(asked, 0, INT64_MAX, &other) && one == other);
}

/* The value that was probably meant: one that begins so, or that is near, or whose beginning is. */
static const char *nearest(const struct known *known, const char *asked, bool begins,
                           struct arena *arena)
{
    const char **folded = arena_array(arena, known->count + 1, sizeof *folded);
    for (size_t i = 0; i < known->count; i++) {
        folded[i] = text_fold(known->values[i], arena);
        if (begins_with(folded[i], asked)) {
            return known->values[i];
        }
    }
    const char *near = text_nearest(asked, folded, known->count);
    size_t length = strlen(asked);
    for (size_t cut = length + 1; begins && near == NULL && cut + 1 >= length; cut--) {
        for (size_t i = 0; i < known->count; i++) {
            folded[i] = arena_span(arena, folded[i], strnlen(folded[i], cut));
        }
        near = text_nearest(asked, folded, known->count);
    }
    for (size_t i = 0; near != NULL && i < known->count; i++) {
        if (folded[i] == near) {
            return known->values[i];
        }
    }
    return NULL;
}

/* "5-6" as the language writes it, or NULL. */
static const char *as_range(const char *value, struct arena *arena)
{
    size_t first = strspn(value, "0123456789");
    const char *rest = value + first + (value[first] == '-' ? 1 : 0);
    size_t second = strspn(rest, "0123456789");
    return first > 0 && rest > value + first && second > 0 && rest[second] == '\0'
               ? arena_printf(arena, "%.*s..%s", (int)first, value, rest)
               : NULL;
}

static bool read_units(struct doubting *doubting, struct known *known)
{
    static const char UNITS[] = "SELECT MIN(name) FROM ballot_unit"
                                " GROUP BY name COLLATE NOCASE ORDER BY 1 LIMIT :most";
    CLEANUP(query_end) struct query *query = query_begin(doubting->db, UNITS);
    query_number(query, ":most", VALUES_MOST);
    struct vector list = {0};
    while (query_step(query)) {
        const char **slot = vector_push(&list, doubting->arena, sizeof *slot);
        *slot = query_column_text(query, 0, doubting->arena);
    }
    known->values = list.items;
    known->count = list.count;
    return query_ok(query, doubting->err);
}

/* The values that there are of a fact, or of units. */
static bool know(struct doubting *doubting, bool unit, enum member_field field,
                 struct known **known)
{
    *known = unit ? &doubting->units : &doubting->known[field];
    if ((*known)->read) {
        return true;
    }
    (*known)->read = true;
    return unit ? read_units(doubting, *known)
                : values_list(doubting->db, field, VALUES_MOST, doubting->arena, &(*known)->values,
                              &(*known)->count, doubting->err);
}

static bool doubt_term(struct doubting *doubting, const struct who *who)
{
    enum member_field field = MEMBER_CUSTOM;
    struct known *known = NULL;
    const bool begins = who->match == WHO_MATCH_BEGINS;
    const bool unit = who->field == WHO_FIELD_UNIT;
    if (!(unit || field_of(who->field, &field)) || (who->match != WHO_MATCH_IS && !begins) ||
        text_empty(who->low) || doubting->doubts.count == doubting->most) {
        return true;
    }
    const char *asked = text_fold(who->low, doubting->arena);
    if (!know(doubting, unit, field, &known)) {
        return false;
    }
    if (known->count == VALUES_MOST || is_known_status(field, asked)) {
        return true;
    }
    for (size_t i = 0; i < known->count; i++) {
        if (answers(text_fold(known->values[i], doubting->arena), asked, begins)) {
            return true;
        }
    }
    struct segment_doubt *doubt = vector_push(&doubting->doubts, doubting->arena, sizeof *doubt);
    *doubt = (struct segment_doubt){
        .field = field,
        .unit = unit,
        .value = who->low,
        .begins = begins,
        .near = nearest(known, asked, begins, doubting->arena),
        .range = field == MEMBER_BAND ? as_range(who->low, doubting->arena) : NULL,
    };
    return true;
}

static bool doubt_tree(struct doubting *doubting, const struct who *who)
{
    switch (who->kind) {
    case WHO_EVERYONE: return true;
    case WHO_TERM: return doubt_term(doubting, who);
    case WHO_NOT: return doubt_tree(doubting, who->left);
    case WHO_AND:
    case WHO_OR: return doubt_tree(doubting, who->left) && doubt_tree(doubting, who->right);
    }
    return true;
}

bool segments_doubts(struct db *db, const char *who, size_t most, struct arena *arena,
                     struct segment_doubt **doubts, size_t *count, struct error *err)
{
    struct doubting doubting = {.db = db, .arena = arena, .most = most, .err = err};
    const struct who *tree = NULL;
    if (!audience_parse(db, who, arena, &tree, err) || !doubt_tree(&doubting, tree)) {
        return false;
    }
    *doubts = doubting.doubts.items;
    *count = doubting.doubts.count;
    return true;
}
