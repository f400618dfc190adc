/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One statement for each kind. */
#include "muster/store/members_awkward.h"

#include "members_row.h"

#define OF_MEMBERS "SELECT " MEMBER_ROW " FROM member m WHERE " MEMBER_NOT_GONE " AND "

static const char *const statements[] = {
    [MEMBERS_AWKWARD_LONG_NAME] =
        OF_MEMBERS "m.first_name IS NOT NULL AND m.last_name IS NOT NULL"
                   " ORDER BY length(m.first_name) + length(m.last_name) DESC, m.id LIMIT 1",
    [MEMBERS_AWKWARD_NO_FIRST_NAME] = OF_MEMBERS "m.first_name IS NULL AND m.last_name IS NOT NULL"
                                                 " ORDER BY m.id LIMIT 1",
    [MEMBERS_AWKWARD_WELSH] = OF_MEMBERS "m.language = 'cy' ORDER BY m.id LIMIT 1",
    [MEMBERS_AWKWARD_LONG_EMPLOYER] =
        OF_MEMBERS "m.employer IS NOT NULL ORDER BY length(m.employer) DESC, m.id LIMIT 1",
    [MEMBERS_AWKWARD_TWO_EMPLOYERS] =
        OF_MEMBERS "(m.employer LIKE '%;%' OR m.employer LIKE '% / %') ORDER BY m.id LIMIT 1",
};

bool members_awkward(struct db *db, enum members_awkward kind, struct arena *arena,
                     struct member **member, struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(db, statements[kind]);
    return members_read_one(query, arena, member, err);
}
