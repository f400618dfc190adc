/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ballots: who is entitled, in which unit, and what is known of them. */
#ifndef MUSTER_STORE_BALLOTS_H
#define MUSTER_STORE_BALLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/store/db.h"

struct scope;

struct ballot {
    int64_t id;
    const char *name;
    const char *title;
    int64_t opens;
    int64_t closes;
    const char *who;         /* the electorate */
    int64_t threshold_part;  /* of those entitled, must vote; 0: no law asks for a turnout */
    int64_t threshold_whole; /* at least 1 */
    const char *method;      /* "postal", "hybrid", "electronic", "workplace" */
    bool together;           /* the threshold is of all units together */
    int64_t support_part;    /* of those entitled, must vote Yes; 0: no such rule */
    int64_t support_whole;
    int64_t replacements_from; /* when replacement papers can be asked for; both 0: never */
    int64_t replacements_until;
    int64_t
        last_post;   /* the beginning of the last day that is safe for posting; 0: there is none */
    int64_t mandate; /* months from its last day for which it carries action; 0: no end */
    int64_t notice;  /* days of notice before action */
    int64_t ballot_notice; /* days before the opening by which the employer has notice of it */
    int64_t sample_paper;  /* the same for the sample of the paper */
    const char *retention; /* how long after the close it is kept who told what, as retention_parse
                              reads it; NULL: as the configuration says */
    int64_t purged_at;     /* told: when that was deleted; 0: it is there */
    int64_t units;         /* counted when read */
    int64_t entitled;      /* likewise */
};

/* Make a ballot; everybody whom `ballot->who` selects is entitled, in the unit of their
 * employer. Sets id, units and entitled. ERROR_DATA when the name is taken, `who` does not parse
 * or selects nobody. Needs an open transaction. */
bool ballots_create(struct db *db, struct ballot *ballot, struct error *err) MUST_USE;

/* Store what may change of the ballot with this id: all but its name and its electorate. Needs an
 * open transaction. */
bool ballots_change(struct db *db, const struct ballot *ballot, struct error *err) MUST_USE;

/* The ballot of this name; `*ballot` is NULL when there is none. In the arena. */
bool ballots_find(struct db *db, const char *name, struct arena *arena, struct ballot **ballot,
                  struct error *err) MUST_USE;

/* The ballot with this id, likewise. */
bool ballots_get(struct db *db, int64_t id, struct arena *arena, struct ballot **ballot,
                 struct error *err) MUST_USE;

/* All ballots, the one that closes last first. */
bool ballots_list(struct db *db, struct arena *arena, struct ballot **ballots, size_t *count,
                  struct error *err) MUST_USE;

/* A member's place in a ballot. */
struct ballot_place {
    bool entitled;    /* false: the rest is not set */
    const char *unit; /* "City Trust"; of who is entitled in two: "City Trust, Vale Trust" */
    const char *state;
};

/* Where a member stands; strings in the arena. */
bool ballots_place(struct db *db, int64_t ballot_id, int64_t member_id, struct arena *arena,
                   struct ballot_place *place, struct error *err) MUST_USE;

/* Note that `source` ("reply", "tap", "person") tells `state` ("voted", "no-paper", "declined",
 * "ineligible", "unknown") of a member. What a reply or a tap tells never undoes `voted`; a
 * person can. Who has no paper has asked for a replacement (store/replacements.h), which any other
 * state but `declined` settles. `*becomes` (static) is the state after it, NULL when the member is
 * not in the ballot. Needs an open transaction. */
bool ballots_mark(struct db *db, int64_t ballot_id, int64_t member_id, const char *state,
                  const char *source, int64_t at, const char **becomes, struct error *err) MUST_USE;

/* The same of what a person tells, and the account that puts it down; NULL: nobody is known. */
bool ballots_put_down(struct db *db, int64_t ballot_id, int64_t member_id, const char *state,
                      const char *account, int64_t at, const char **becomes,
                      struct error *err) MUST_USE;

/* Note the day, "2026-11-25", on which a member means to vote; NULL: none is known. Of who is not
 * entitled, nothing. */
bool ballots_plan(struct db *db, int64_t ballot_id, int64_t member_id, const char *day,
                  struct error *err) MUST_USE;

/* The figures of one unit, as stored; what follows from them is worked out by the ballot floor. Who
 * is entitled in two units counts in both. */
struct ballot_figures {
    const char *unit;
    int64_t notified; /* how many entitled the employer was told of; 0: not known */
    int64_t entitled; /* in the list */
    int64_t voted;
    int64_t no_paper;
    int64_t declined;
    int64_t ineligible;
    int64_t reached;   /* a message to one of their addresses was accepted or delivered; 0 until
                          ballots_reached has counted them */
    int64_t reachable; /* neither voted, declined nor ineligible, with an address not suppressed */
    int64_t by_sms;    /* those of them that a text reaches */
    int64_t by_email;  /* and those that a mail reaches */
    int64_t unreached; /* the same without any such address, and not because they wished it */
};

/* Every unit's figures, by name, in the arena. */
bool ballots_figures(struct db *db, int64_t ballot_id, struct arena *arena,
                     struct ballot_figures **figures, size_t *count, struct error *err) MUST_USE;

/* The figures of the whole ballot, each member once; `unit` is NULL and `notified` 0. */
bool ballots_total(struct db *db, int64_t ballot_id, struct ballot_figures *total,
                   struct error *err) MUST_USE;

/* The figures of those members only who are within the scope, of each unit in which there are any,
 * by name, in the arena; `notified` is 0. Of a ballot that is purged, none. */
bool ballots_seen(struct db *db, const struct scope *scope, int64_t ballot_id, struct arena *arena,
                  struct ballot_figures **figures, size_t *count, struct error *err) MUST_USE;

/* Count in these rows of ballots_figures, and in the total, whom a message has reached. It takes
 * longer than all the other figures. */
bool ballots_reached(struct db *db, int64_t ballot_id, struct ballot_figures *figures, size_t count,
                     struct ballot_figures *total, struct error *err) MUST_USE;

/* Members who are not entitled in a ballot, by their status: to see at once who was forgotten. */
struct ballot_left_out {
    const char *status;
    int64_t members;
};
bool ballots_left_out(struct db *db, int64_t ballot_id, struct arena *arena,
                      struct ballot_left_out **rows, size_t *count, struct error *err) MUST_USE;

#endif
