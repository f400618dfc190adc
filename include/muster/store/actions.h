/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Actions that members are called to. Who comes is in attendees.h. */
#ifndef MUSTER_STORE_ACTIONS_H
#define MUSTER_STORE_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct action {
    int64_t id;
    const char *name;
    const char *title;
    const char *place;
    int64_t starts;
    int64_t ends;
    const char *who;     /* whom it concerns, in the segment language */
    const char *contact; /* the steward; NULL: none is named */
    const char *state;   /* "planned", "changed", "cancelled" */
    int64_t at;          /* when it was made */
    const char *why;     /* of the latest change, or the cancellation; NULL: not said */
    const char *merge;   /* told: JSON, what messages name as {{action.NAME}} */
};

/* Make an action in state planned; sets the id. ERROR_DATA when the name is taken, `who` does not
 * parse or selects nobody. Needs an open transaction, as do all functions here that write. */
bool actions_create(struct db *db, struct action *action, struct error *err) MUST_USE;

/* The action of this name, or with this id; `*action` is NULL when there is none. In the arena. */
bool actions_find(struct db *db, const char *name, struct arena *arena, struct action **action,
                  struct error *err) MUST_USE;
bool actions_get(struct db *db, int64_t id, struct arena *arena, struct action **action,
                 struct error *err) MUST_USE;

/* All actions, the one that starts last first. */
bool actions_list(struct db *db, struct arena *arena, struct action **actions, size_t *count,
                  struct error *err) MUST_USE;

/* Messages of an action's campaigns when it changed. */
struct action_reach {
    int64_t waits;  /* they say what holds now */
    int64_t in_air; /* on the wire: they may arrive as they were */
};

/* The action as it is to be now (title, place, times, who, contact, state, why). Every message of
 * its campaigns that is not on the wire says so from then on: what waits is merged anew, and what a
 * worker has in hand goes back to the queue. What is on the wire and comes back is merged anew when
 * it is claimed. */
bool actions_change(struct db *db, const struct action *action, int64_t now,
                    struct action_reach *reach, struct error *err) MUST_USE;

/* What became of a campaign when its action changed. */
struct action_campaign {
    const char *name;
    const char *was; /* its state before */
    int64_t waits;   /* messages of it that had not gone */
};

/* Cancel what is drafted, running or paused of an action: all of it, or only news of an earlier
 * change (`news`), which are not news any more; those campaigns, oldest first, in the arena. */
bool actions_stop_campaigns(struct db *db, int64_t action_id, bool news, int64_t now,
                            struct arena *arena, struct action_campaign **campaigns, size_t *count,
                            struct error *err) MUST_USE;

#endif
