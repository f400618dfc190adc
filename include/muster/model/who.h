/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The segment language: who is meant, in words people can say aloud.
 *
 *     branch:"Leeds General" and band:5..6 and (tag:rep or job:nurse*) and not voted
 *     employer:"St Anne's*" and reachable:sms and joined:<2026-01-01 and lang:cy
 *     shift_pattern:nights and sent:opening and not replied:opening
 *     coming:rally-2026 or maybe:rally-2026
 *
 *     who    = either { "or" either }            either = each { "and" each }
 *     each   = "not" each | "(" who ")" | term | "everyone"
 *     term   = field ":" match | state           state  = "voted" | "no-paper" | "coming" | ...
 *     field  = one of enum who_field below, or the name of a custom column of the lists
 *     match  = value | value ".." value | "<" value | "<=" value | ">" value | ">=" value
 *     value  = word | '"' { any but " } '"'      a final * matches any ending, a * alone anything;
 *                                                of email: a first * matches any beginning
 *
 * What members have answered to an action is said as a field with the action's name, or, in a
 * campaign of that action, as a bare word. No column of a list can have such a field's name: the
 * roster puts a "_" behind the name of one that is called like a word of this language.
 *
 * Words are compared without regard to case. `and` may be left out between two terms. This file
 * only knows the language, and is told the names that the store knows; the store turns the tree
 * into one query. */
#ifndef MUSTER_MODEL_WHO_H
#define MUSTER_MODEL_WHO_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

enum who_kind { WHO_EVERYONE, WHO_AND, WHO_OR, WHO_NOT, WHO_TERM };

enum who_field {
    WHO_FIELD_NUMBER,     /* number: membership number */
    WHO_FIELD_FIRST,      /* first: */
    WHO_FIELD_LAST,       /* last: */
    WHO_FIELD_MOBILE,     /* mobile: in E.164, however it was written */
    WHO_FIELD_EMAIL,      /* email: a mail address, its beginning or its end */
    WHO_FIELD_EMAIL_KIND, /* email:work, email:personal: the employer's address, or not */
    WHO_FIELD_BRANCH,     /* branch: */
    WHO_FIELD_EMPLOYER,   /* employer: */
    WHO_FIELD_WORKPLACE,  /* workplace: */
    WHO_FIELD_JOB,        /* job: */
    WHO_FIELD_BAND,       /* band: compared as a number when both are numbers */
    WHO_FIELD_LANGUAGE,   /* lang: */
    WHO_FIELD_STATUS,     /* status: active, left, ... */
    WHO_FIELD_JOINED,     /* joined: a date, 2026-01-31; may be a prefix, 2026 or 2026-01 */
    WHO_FIELD_TAG,        /* tag: one of the member's tags */
    WHO_FIELD_REACHABLE,  /* reachable: sms, email, any: has an address that is not suppressed */
    WHO_FIELD_BALLOT,     /* the bare words voted, no-paper, declined, ineligible, unknown */
    WHO_FIELD_UNIT,       /* unit: where the member is entitled in the ballot: has a seat in it */
    WHO_FIELD_PLAN,       /* plan: the day on which the member means to vote, as joined: has it;
                             yesterday, today and tomorrow stay words */
    WHO_FIELD_PAPER,      /* replacement: asked, outstanding, passed, late: of another paper */
    WHO_FIELD_COMING, /* coming: an action; with no value that of the campaign, as those below */
    WHO_FIELD_MAYBE,  /* maybe: */
    WHO_FIELD_CANNOT, /* cannot: */
    WHO_FIELD_UNANSWERED, /* unanswered: an action that concerns the member, who has not answered */
    WHO_FIELD_SENT,       /* sent: a campaign, of which something was handed over to the member */
    WHO_FIELD_DELIVERED,  /* delivered: a campaign, of which something certainly arrived */
    WHO_FIELD_FAILED,  /* failed: a campaign, of which something was refused or came to nothing */
    WHO_FIELD_REPLIED, /* replied: a campaign, a message of which the member answered */
    WHO_FIELD_REPLY,   /* reply: what any answer of the member meant, as keyword_name says it */
    WHO_FIELD_SEGMENT, /* segment: a saved segment, by name */
    WHO_FIELD_CUSTOM,  /* a column of the lists that is none of ours, by its name */
};

/* How a term compares. Texts are as written, and the store folds case; dates are whole days
 * ("2026-02" becomes a range of days), channels and ballot states are in their one spelling. */
enum who_match {
    WHO_MATCH_IS,     /* equal to `low` */
    WHO_MATCH_BEGINS, /* begins with `low` (a final * was written) */
    WHO_MATCH_ENDS,   /* ends in `low` (a first * was written) */
    WHO_MATCH_RANGE,  /* from `low` to `high`, both included; either may be NULL: open */
    WHO_MATCH_BELOW,  /* less than `high`, not equal */
    WHO_MATCH_ABOVE,  /* more than `low`, not equal */
};

struct who {
    enum who_kind kind;
    const struct who *left; /* AND, OR: both; NOT: left only */
    const struct who *right;
    enum who_field field; /* TERM: the rest */
    enum who_match match;
    const char *low; /* NULL: of an action's answers, the action is the campaign's */
    const char *high;
    const char *custom; /* WHO_FIELD_CUSTOM: the column's name, the vocabulary's own text */
    size_t column;      /* where the term begins in the source, from 1, in characters */
};

/* The names that the store knows, and a description may use. */
struct who_vocabulary {
    const char *const *fields; /* custom columns; a field of the language wins over its namesake */
    size_t field_count;
    const char *const *campaigns;
    size_t campaign_count;
    const char *const *segments;
    size_t segment_count;
    const char *const *actions;
    size_t action_count;
};

/* Parse `source` (UTF-8). The tree and its strings lie in the arena. Depth is at most 64, length at
 * most 4096 bytes. ERROR_DATA says what was expected, at which character, with a suggestion for an
 * unknown field, word, campaign, segment or action: "at character 14: no field 'brnach', did you
 * mean 'branch'?". A field is checked for the matches it allows (reachable:sms, lang:cy,
 * joined:<2026-01-01). Without a vocabulary (NULL) there are no custom columns, and the names of
 * campaigns, segments and actions are not looked at. */
bool who_parse(const char *source, const struct who_vocabulary *vocabulary, struct arena *arena,
               const struct who **who, struct error *err) MUST_USE;

/* A term as it is written, employer:"City Trust", in the arena; NULL where no words can say it,
 * since the value has a quotation mark in it, is empty or ends in a star. */
const char *who_term(const char *field, const char *value, struct arena *arena) MUST_USE;

#endif
