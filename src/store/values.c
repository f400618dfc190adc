/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a fact, by its index; where there is none, by a walk over the members. */
#include "muster/store/values.h"

#include <strings.h>

#include "muster/base/text.h"
#include "muster/model/fact.h"
#include "query.h"
#include "vector.h"

/* From one value to the next by the column's index, which is a few steps for each and not one for
 * each member; then one spelling of each. The walk ends where there are certainly enough, but for a
 * column of which more than half are there in two spellings. */
#define BY_INDEX(column, collation)                                                                \
    "WITH RECURSIVE each (value) AS (SELECT * FROM (SELECT " column " FROM member"                 \
    " WHERE " column " > '' " collation " ORDER BY " column " " collation " LIMIT 1)"              \
    " UNION ALL SELECT (SELECT m." column " FROM member m WHERE m." column                         \
    " > each.value " collation " ORDER BY m." column " " collation " LIMIT 1)"                     \
    " FROM each WHERE each.value IS NOT NULL LIMIT 2 * :most)"                                     \
    " SELECT MIN(value) FROM each WHERE value IS NOT NULL"                                         \
    " GROUP BY value COLLATE NOCASE ORDER BY 1 LIMIT :most"

/* Of a column without one. */
#define BY_WALK(column)                                                                            \
    "SELECT MIN(" column ") FROM member WHERE " column " > ''"                                     \
    " GROUP BY " column " COLLATE NOCASE ORDER BY 1 LIMIT :most"

static const char *const LISTS[MEMBER_FIELDS] = {
    [MEMBER_EMPLOYER] = BY_INDEX("employer", "COLLATE NOCASE"),
    [MEMBER_WORKPLACE] = BY_INDEX("workplace", "COLLATE NOCASE"),
    [MEMBER_BRANCH] = BY_INDEX("branch", "COLLATE NOCASE"),
    [MEMBER_JOB] = BY_INDEX("job", "COLLATE NOCASE"),
    [MEMBER_BAND] = BY_WALK("band"),
    [MEMBER_LANGUAGE] = BY_WALK("language"),
    [MEMBER_STATUS] = BY_INDEX("status", ""),
};

bool values_of(enum member_field field)
{
    return LISTS[field] != NULL;
}

bool values_list(struct db *db, enum member_field field, size_t most, struct arena *arena,
                 const char *const **values, size_t *count, struct error *err)
{
    struct vector list = {0};
    if (!values_of(field)) {
        *values = NULL;
        *count = 0;
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, LISTS[field]);
    query_number(query, ":most", (int64_t)most);
    while (query_step(query)) {
        const char **slot = vector_push(&list, arena, sizeof *slot);
        *slot = query_column_text(query, 0, arena);
    }
    *values = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool values_status(struct db *db, const char *status, struct arena *arena, bool *known,
                   const char **near, struct error *err)
{
    enum { STATUSES_MOST = 64, NAMES_MOST = 128 };
    const char *names[NAMES_MOST];
    const char *const *values = NULL;
    size_t count = 0;
    size_t all = 0;
    if (!values_list(db, MEMBER_STATUS, STATUSES_MOST, arena, &values, &count, err)) {
        return false;
    }
    for (; fact_status(all) != NULL; all++) {
        names[all] = fact_status(all);
    }
    for (size_t i = 0; i < count && all < NAMES_MOST; i++) {
        names[all++] = values[i];
    }
    *known = false;
    for (size_t i = 0; i < all; i++) {
        *known = *known || strcasecmp(names[i], status) == 0;
    }
    *near = *known ? NULL : text_nearest(status, names, all);
    return true;
}
