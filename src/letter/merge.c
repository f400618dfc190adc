/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a member to the values of a message. */
#include "muster/letter/merge.h"

#include "muster/base/clock.h"
#include "muster/base/text.h"

static void put_known(struct json *object, const char *name, const char *value)
{
    if (!text_empty(value)) {
        json_put_text(object, name, value);
    }
}

static const char *full_name(const struct member *member, struct arena *arena)
{
    const bool both = !text_empty(member->first_name) && !text_empty(member->last_name);
    return both ? arena_printf(arena, "%s %s", member->first_name, member->last_name)
           : text_empty(member->first_name) ? member->last_name
                                            : member->first_name;
}

static void put_member(struct json *values, const struct member *member, struct arena *arena)
{
    put_known(values, "first_name", member->first_name);
    put_known(values, "last_name", member->last_name);
    put_known(values, "full_name", full_name(member, arena));
    put_known(values, "number", member->number);
    put_known(values, "employer", member->employer);
    put_known(values, "workplace", member->workplace);
    put_known(values, "branch", member->branch);
    put_known(values, "job", member->job);
    put_known(values, "band", member->band);
}

/* A ballot's day; absent when it has none. */
static void put_instant(struct json *object, const char *name, int64_t instant, struct arena *arena)
{
    if (instant != 0) {
        json_put_text(object, name, clock_iso(instant, arena));
    }
}

struct json *merge_ballot(const struct ballot *ballot, struct arena *arena)
{
    struct json *values = json_make_object();
    json_put_text(values, "title", ballot->title);
    json_put_text(values, "opens", clock_iso(ballot->opens, arena));
    json_put_text(values, "closes", clock_iso(ballot->closes, arena));
    put_instant(values, "last_post", ballot->last_post, arena);
    put_instant(values, "replacements_until", ballot->replacements_until, arena);
    return values;
}

struct json *merge_values(const struct merge_setting *setting, const struct member *member,
                          const char *unit, struct arena *arena)
{
    struct json *values = json_make_object();
    put_member(values, member, arena);
    struct json *organisation = json_make_object();
    json_put_text(organisation, "name", setting->organisation);
    json_put(values, "organisation", organisation);
    if (setting->ballot != NULL) {
        json_put(values, "ballot", merge_ballot(setting->ballot, arena));
    }
    if (unit != NULL) {
        struct json *place = json_make_object();
        json_put_text(place, "name", unit);
        json_put(values, "unit", place);
    }
    if (json_count(setting->details) > 0) {
        json_put(values, "details", json_share(setting->details));
    }
    return values;
}
