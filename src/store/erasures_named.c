/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where people have written a membership number into words of their own; see erasures.h. */
#include "muster/store/erasures.h"

#include <ctype.h>
#include <string.h>

#include "muster/base/text.h"
#include "query.h"
#include "vector.h"

/* Whether the number stands in the words by itself, and is no part of a longer one. */
static bool names(const char *words, const char *number)
{
    const size_t length = strlen(number);
    for (const char *at = strcasestr(words, number); at != NULL; at = strcasestr(at + 1, number)) {
        const bool begins = at == words || !isalnum((unsigned char)at[-1]);
        if (begins && !isalnum((unsigned char)at[length])) {
            return true;
        }
    }
    return false;
}

bool erasures_named(struct db *db, const char *number, struct arena *arena,
                    struct erasures_place **places, size_t *count, struct error *err)
{
    static const char WORDS[] =
        "SELECT 'segment', name, who FROM segment"
        " UNION ALL SELECT 'campaign', k.name, s.who FROM step s"
        " JOIN campaign k ON k.id = s.campaign_id"
        " UNION ALL SELECT 'campaign', name, details FROM campaign"
        " UNION ALL SELECT 'ballot', name, who FROM ballot"
        " UNION ALL SELECT 'action', name, who FROM action"
        " UNION ALL SELECT 'account', name, scope FROM account WHERE scope IS NOT NULL";
    CLEANUP(query_end) struct query *query = query_begin(db, WORDS);
    struct vector list = {0};
    while (query_step(query) && !text_empty(number)) {
        if (names(query_column_view(query, 2), number)) {
            const char *kind = query_column_text(query, 0, arena);
            const char *name = query_column_text(query, 1, arena);
            const struct erasures_place *last =
                list.count == 0 ? NULL : (struct erasures_place *)list.items + list.count - 1;
            if (last == NULL || !text_equal(last->kind, kind) || !text_equal(last->name, name)) {
                struct erasures_place *place = vector_push(&list, arena, sizeof *place);
                *place = (struct erasures_place){kind, name};
            }
        }
    }
    *places = list.items;
    *count = list.count;
    return query_ok(query, err);
}
