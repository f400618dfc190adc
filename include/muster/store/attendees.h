/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who comes to an action: what members have answered, and what follows for whoever stands there. */
#ifndef MUSTER_STORE_ATTENDEES_H
#define MUSTER_STORE_ATTENDEES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/actions.h"
#include "muster/store/db.h"

enum { ATTENDEES_GUESTS_MOST = 20 };

/* What a member has answered. */
struct attendee_place {
    const char *state; /* "coming", "maybe", "cannot"; NULL: nothing yet */
    int64_t guests;
};

bool attendees_place(struct db *db, int64_t action_id, int64_t member_id, struct arena *arena,
                     struct attendee_place *place, struct error *err) MUST_USE;

/* What somebody tells of a member. */
struct attendee_answer {
    const char *state; /* "coming", "maybe", "cannot" */
    int64_t guests;
    const char *source; /* "reply", "tap", "person" */
    int64_t outbox_id;  /* the message that it answers; 0: none */
    int64_t at;
};

/* The i-th answer that there is to an action, "coming"; NULL behind the last. Static. */
const char *attendees_state(size_t index) MUST_USE;

/* Note it. The last word holds, whoever says it; every one is kept. ERROR_DATA for another state,
 * or for guests that are not from 0 to ATTENDEES_GUESTS_MOST; who cannot come brings none. */
bool attendees_mark(struct db *db, int64_t action_id, int64_t member_id,
                    const struct attendee_answer *answer, struct error *err) MUST_USE;

/* The figures of an action at one workplace of a branch. */
struct attendee_figures {
    const char *branch;    /* NULL: not known */
    const char *workplace; /* likewise */
    int64_t concerned;     /* members whom it concerns, or who have answered */
    int64_t asked;         /* of them a message of it was handed over to */
    int64_t coming;
    int64_t guests; /* of those who are coming */
    int64_t maybe;
    int64_t cannot;
    int64_t unanswered;
};

/* By branch and workplace, in the arena. */
bool attendees_figures(struct db *db, const struct action *action, struct arena *arena,
                       struct attendee_figures **figures, size_t *count,
                       struct error *err) MUST_USE;

/* All of them in one; branch and workplace are NULL. */
bool attendees_total(struct db *db, const struct action *action, struct attendee_figures *total,
                     struct error *err) MUST_USE;

/* Somebody whom the steward looks out for. */
struct attendee {
    const char *first_name;
    const char *last_name;
    const char *branch;
    const char *workplace;
    const char *state; /* "coming" or "maybe" */
    int64_t guests;
};

/* Who is coming or may be, by their last names, in the arena. */
bool attendees_list(struct db *db, int64_t action_id, struct arena *arena, struct attendee **people,
                    size_t *count, struct error *err) MUST_USE;

/* Whom news of an action concerns: those who are coming or may be, and others who were told of it
 * and have not answered. */
struct attendee_told {
    int64_t coming;
    int64_t maybe;
    int64_t silent;
};
bool attendees_told(struct db *db, int64_t action_id, struct attendee_told *told,
                    struct error *err) MUST_USE;

#endif
