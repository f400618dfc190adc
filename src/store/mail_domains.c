/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail servers of domains. */
#include "muster/store/mail_domains.h"

#include "muster/base/clock.h"
#include "query.h"
#include "vector.h"

static const int64_t FRESH_MS = 30 * 24 * (int64_t)CLOCK_HOUR;
static const int64_t FRESH_NONE_MS = 24 * (int64_t)CLOCK_HOUR;

bool mail_domains_want(struct db *db, const char *domain, int64_t now, struct arena *arena,
                       const char **mx, struct error *err)
{
    static const char READ[] = "SELECT mx, at = 0 OR at > CASE mx WHEN '' THEN :since_none"
                               " ELSE :since END FROM mail_domain WHERE domain = :domain";
    static const char WANT[] = "INSERT INTO mail_domain (domain) VALUES (:domain)"
                               " ON CONFLICT (domain) DO UPDATE SET at = 0";
    CLEANUP(query_end) struct query *read = query_begin(db, READ);
    query_text(read, ":domain", domain);
    query_number(read, ":since", now - FRESH_MS);
    query_number(read, ":since_none", now - FRESH_NONE_MS);
    bool known = query_step(read);
    const char *found = known ? query_column_text(read, 0, arena) : "";
    bool fresh = known && query_column(read, 1) != 0;
    if (!query_ok(read, err)) {
        return false;
    }
    CLEANUP(query_end) struct query *want = query_begin(db, WANT);
    query_text(want, ":domain", domain);
    if (!fresh && !query_run(want, err)) {
        return false;
    }
    *mx = found;
    return true;
}

bool mail_domains_due(struct db *db, size_t limit, struct arena *arena, const char ***domains,
                      size_t *count, struct error *err)
{
    static const char DUE[] =
        "SELECT domain FROM mail_domain WHERE at = 0 ORDER BY RANDOM() LIMIT :limit";
    CLEANUP(query_end) struct query *query = query_begin(db, DUE);
    query_number(query, ":limit", (int64_t)limit);
    struct vector list = {0};
    while (query_step(query)) {
        const char **domain = vector_push(&list, arena, sizeof *domain);
        *domain = query_column_text(query, 0, arena);
    }
    *domains = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool mail_domains_learn(struct db *db, const char *domain, const char *mx, int64_t now,
                        struct error *err)
{
    static const char LEARN[] = "UPDATE mail_domain SET mx = :mx, at = :now WHERE domain = :domain";
    static const char FORGET[] = "DELETE FROM mail_domain WHERE at > 0 AND at < :before";
    CLEANUP(query_end) struct query *learn = query_begin(db, LEARN);
    query_text(learn, ":mx", mx);
    query_number(learn, ":now", now);
    query_text(learn, ":domain", domain);
    CLEANUP(query_end) struct query *forget = query_begin(db, FORGET);
    query_number(forget, ":before", now - 2 * FRESH_MS);
    return query_run(learn, err) && query_run(forget, err);
}
