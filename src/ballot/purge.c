/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days on which ballots are purged; see purge.h. */
#include "muster/ballot/purge.h"

#include "muster/ballot/days.h"
#include "muster/base/clock.h"
#include "muster/conf/retention.h"

int purge_day(const struct config *config, const struct ballot *ballot, const char **keeps)
{
    struct retention retention = {.endless = true};
    struct days days;
    days_of(ballot, &days);
    *keeps = ballot->retention == NULL ? config->ballots.retention : ballot->retention;
    /* What cannot be read is kept. */
    return retention_parse(*keeps, &retention) ? retention_end(&retention, days.closes) : 0;
}

bool purge_list(struct db *db, const struct config *config, int64_t now, struct arena *arena,
                struct purge **purges, size_t *count, struct error *err)
{
    struct clock_stretch today = {.date = 0};
    struct ballot *ballots = NULL;
    size_t all = 0;
    if (!ballots_list(db, arena, &ballots, &all, err)) {
        return false;
    }
    struct purge *made = arena_array(arena, all + 1, sizeof *made);
    size_t used = 0;
    for (size_t i = 0; i < all && clock_stretch(now, &today); i++) {
        const struct ballot *ballot = &ballots[i];
        if (ballot->purged_at != 0) {
            continue;
        }
        struct purge *purge = &made[used++];
        *purge = (struct purge){.ballot = ballot};
        purge->date = purge_day(config, ballot, &purge->keeps);
        purge->due = purge->date != 0 && today.date >= purge->date && now >= ballot->closes;
    }
    *purges = made;
    *count = used;
    return true;
}

const char *purge_words(const struct purged *purged, struct arena *arena)
{
    const struct {
        int64_t count;
        const char *one;
        const char *many;
    } parts[] = {
        {purged->members, "place in it", "places in it"},
        {purged->told, "state", "states"},
        {purged->plans, "day on which somebody meant to vote",
         "days on which members meant to vote"},
        {purged->replacements, "request for a paper", "requests for papers"},
        {purged->replies, "reply", "replies"},
    };
    const char *text = "";
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (parts[i].count > 0) {
            text = arena_printf(arena, "%s%s%lld %s", text, text[0] == '\0' ? "" : ", ",
                                (long long)parts[i].count,
                                parts[i].count == 1 ? parts[i].one : parts[i].many);
        }
    }
    return text[0] == '\0' ? "nothing" : text;
}
