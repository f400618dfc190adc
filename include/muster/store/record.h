/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record: who did what, and when. It only grows: the store refuses to change an entry or to
 * take one out, and each entry carries a digest of itself and of the one before, so that whoever
 * goes past the store to change one is found out.
 *
 * An entry outlives everything that it speaks of. So it holds no name, number or address of a
 * member: a member is "member 17", the id of the row, which says nothing once the member is
 * erased. */
#ifndef MUSTER_STORE_RECORD_H
#define MUSTER_STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/token.h"
#include "muster/store/db.h"

struct record_entry {
    int64_t id; /* 1, 2, 3 and so on without a gap; given by record_put */
    int64_t at;
    const char *account; /* the name; NULL: nobody in particular, as on the command line */
    const char *deed;    /* "campaign.start" */
    const char *subject; /* "pay-reminder", "member 17"; NULL: none */
    const char *detail;  /* one short line of words, without personal data; NULL: none */
};

/* Which entries are wanted; what is NULL or 0 asks for nothing. */
struct record_choice {
    const char *words;   /* in deed, subject, detail or account, whatever the case */
    const char *account; /* just this one */
    const char *deed;    /* "campaign.start"; or "campaign", all deeds of this kind */
    const char *subject; /* just this one */
    int64_t from, until; /* at or after; before */
    int64_t before;      /* ids below: the last id of one page leads to the next */
    size_t limit;
};

/* What may be wrong with an entry. */
enum record_wrong {
    RECORD_CHANGED,  /* it says something else than was written */
    RECORD_REDONE,   /* it says what was written, but carries another digest */
    RECORD_MISSING,  /* it was taken out, and `count` - 1 behind it; what followed may have been
                        numbered anew */
    RECORD_INSERTED, /* muster did not write it, nor `count` - 1 behind it */
    RECORD_MOVED,    /* it stands under another number, `stands` */
};

struct record_fault {
    enum record_wrong wrong;
    int64_t entry; /* its number, as it was written; of one put in, as it stands */
    int64_t count;
    int64_t stands;
};

enum { RECORD_FAULTS_MOST = 20 };

/* What a check has found. */
struct record_state {
    int64_t entries;                               /* that are there */
    size_t fault_count;                            /* 0: all are as they were written */
    struct record_fault fault[RECORD_FAULTS_MOST]; /* the first ones, in the order of the record */
    int64_t last;                                  /* the number of the last entry; 0: none */
    char head[TOKEN_HEX_SIZE];                     /* its digest; "": none */
    int64_t known;                   /* which entry `known_head` is of; see record_check */
    char known_head[TOKEN_HEX_SIZE]; /* "": there is no such entry in order */
};

/* Add an entry; the id is given. Needs the open transaction of the deed itself, so that neither is
 * there without the other. */
bool record_put(struct db *db, const struct record_entry *entry, struct error *err) MUST_USE;

/* "member 17", in the arena: the subject of what is done to a member. */
const char *record_member(int64_t member_id, struct arena *arena) MUST_USE;

/* The entries of a choice, the latest first, in the arena. */
bool record_list(struct db *db, const struct record_choice *choice, struct arena *arena,
                 struct record_entry **entries, size_t *count, struct error *err) MUST_USE;

/* The kinds of deeds that there are entries of ("account", "campaign"), by name, in the arena. */
bool record_kinds(struct db *db, struct arena *arena, const char ***kinds, size_t *count,
                  struct error *err) MUST_USE;

/* The last entry and its digest, as they stand; 0 and zeros when there is none. */
bool record_head(struct db *db, int64_t *id, char head[TOKEN_HEX_SIZE], struct error *err) MUST_USE;

/* Reckon every digest again, from the first entry on, and tell which entries are not as they were
 * written, up to RECORD_FAULTS_MOST. The digests are keyed: who has the store but not its key
 * cannot make them. That the end was cut off is seen only by who has noted an entry and its digest
 * before: `known` is that entry's number, 0 for none. An entry behind one that is missing follows
 * on what is not there: only the entries after it vouch for it. */
bool record_check(struct db *db, int64_t known, struct record_state *state,
                  struct error *err) MUST_USE;

/* "entry 4 is missing", in the arena. */
const char *record_wrong_text(const struct record_fault *fault, struct arena *arena) MUST_USE;

#endif
