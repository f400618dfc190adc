/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a fact: one walk over its index, or over the members where there is none. */
#include "muster/store/values.h"

#include "query.h"
#include "vector.h"

static const char *const LISTS[MEMBER_FIELDS] = {
    [MEMBER_EMPLOYER] = "SELECT MIN(employer) FROM member WHERE employer > ''"
                        " GROUP BY employer COLLATE NOCASE ORDER BY 1 LIMIT :most",
    [MEMBER_WORKPLACE] = "SELECT MIN(workplace) FROM member WHERE workplace > ''"
                         " GROUP BY workplace COLLATE NOCASE ORDER BY 1 LIMIT :most",
    [MEMBER_BRANCH] = "SELECT MIN(branch) FROM member WHERE branch > ''"
                      " GROUP BY branch COLLATE NOCASE ORDER BY 1 LIMIT :most",
    [MEMBER_JOB] = "SELECT MIN(job) FROM member WHERE job > ''"
                   " GROUP BY job COLLATE NOCASE ORDER BY 1 LIMIT :most",
    [MEMBER_BAND] = "SELECT MIN(band) FROM member WHERE band > ''"
                    " GROUP BY band COLLATE NOCASE ORDER BY 1 LIMIT :most",
    [MEMBER_LANGUAGE] = "SELECT MIN(language) FROM member WHERE language > ''"
                        " GROUP BY language COLLATE NOCASE ORDER BY 1 LIMIT :most",
    [MEMBER_STATUS] = "SELECT MIN(status) FROM member WHERE status > ''"
                      " GROUP BY status COLLATE NOCASE ORDER BY 1 LIMIT :most",
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
