/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved segments, and what the segment language selects. */
#ifndef MUSTER_STORE_SEGMENTS_H
#define MUSTER_STORE_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/member.h"
#include "muster/store/db.h"
#include "muster/store/scope.h"

struct segment {
    const char *name;
    const char *who;
};

/* Save the words under a name, replacing older ones. ERROR_DATA when they do not parse, name a
 * segment that is not there, lead back to this one, or make another segment or an unfinished
 * campaign that builds on this one unusable. A transaction of its own. */
bool segments_set(struct db *db, const char *name, const char *who, struct error *err) MUST_USE;

/* The same within an open transaction, which the caller rolls back where this fails. */
bool segments_put(struct db *db, const char *name, const char *who, struct error *err) MUST_USE;

/* All saved segments by name, in the arena. */
bool segments_list(struct db *db, struct arena *arena, struct segment **segments, size_t *count,
                   struct error *err) MUST_USE;

/* The words saved under a name (case ignored), in the arena. ERROR_DATA, with a suggestion, when
 * there is no such segment. */
bool segments_find(struct db *db, const char *name, struct arena *arena, const char **who,
                   struct error *err) MUST_USE;

struct segments_size {
    int64_t members;
    int64_t sms;   /* of them with a mobile that is not suppressed */
    int64_t email; /* of them with a mail address that is not suppressed */
};

/* How many `who` selects. The words voted, no-paper, ... are of the ballot `ballot_id`; 0: of the
 * ballot that closes last. ERROR_DATA when it does not parse. */
bool segments_count(struct db *db, const char *who, int64_t ballot_id, struct segments_size *size,
                    struct error *err) MUST_USE;

/* How many a step of a campaign with these words means, as campaigns_audience finds them: of the
 * campaign of a ballot only those entitled in it, without who has declined to be reminded; of one
 * without a ballot (0) nobody is in a state of any. Of the campaign of an action (its name; NULL:
 * none) only those whom that concerns or who have answered, mostly without who cannot come. Errors
 * as above. */
bool segments_count_step(struct db *db, const char *who, int64_t ballot_id, const char *action,
                         struct segments_size *size, struct error *err) MUST_USE;

/* How many a step could mean, whatever its members answer and however far the campaign is: what is
 * said of the ballot, of messages and of opt-outs is left open, and only what is known of the
 * members counts. So it changes with the members, and not with the campaign. Errors as above. */
bool segments_count_possible(struct db *db, const char *who, int64_t ballot_id, const char *action,
                             int64_t *members, struct error *err) MUST_USE;

/* The same, but counting ends at `most`: enough to tell whether there are so many. */
bool segments_count_possible_to(struct db *db, const char *who, int64_t ballot_id,
                                const char *action, int64_t most, int64_t *members,
                                struct error *err) MUST_USE;

/* The saved segments that the words build on, those that these build on among them, each once, in
 * the arena. ERROR_DATA when one is not there. */
bool segments_within(struct db *db, const char *who, struct arena *arena, struct segment **segments,
                     size_t *count, struct error *err) MUST_USE;

/* A term with a value that nobody has: most likely a slip, as it selects nobody. */
struct segment_doubt {
    enum member_field field;
    bool unit; /* it asks for a ballot's unit; `field` says nothing */
    const char *value;
    bool begins;       /* a final * was written */
    const char *near;  /* a value that was probably meant, or NULL */
    const char *range; /* "5..6" where 5-6 was written, or NULL */
};

/* The terms of `who` that ask for an employer, workplace, branch, job, band, language or status
 * that no member has, or for a unit that no ballot has, in the order of the words, at most `most`,
 * in the arena. Saved segments within it are not looked into; of a fact with some thousand
 * different values nothing is said. ERROR_DATA when it does not parse. */
bool segments_doubts(struct db *db, const char *who, size_t most, struct arena *arena,
                     struct segment_doubt **doubts, size_t *count, struct error *err) MUST_USE;

/* The members it selects, by number, at most `limit`, in the arena. */
bool segments_members(struct db *db, const char *who, int64_t ballot_id, size_t limit,
                      struct arena *arena, struct member **members, size_t *count,
                      struct error *err) MUST_USE;

/* A page of the members within a scope whom `who` selects, by number. */
struct segments_page {
    const char *after; /* the number of the last one on the page before; "" for the first page */
    size_t limit;
};

/* Read a page, in the arena. Errors as segments_count. */
bool segments_page(struct db *db, const struct scope *scope, const char *who, int64_t ballot_id,
                   const struct segments_page *page, struct arena *arena, struct member **members,
                   size_t *count, struct error *err) MUST_USE;

#endif
