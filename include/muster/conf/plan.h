/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an organiser writes down in a file: a ballot, an action, a campaign. */
#ifndef MUSTER_CONF_PLAN_H
#define MUSTER_CONF_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/law.h"

/*
 *     ballot = {
 *         name = "pay-2026";  title = "NHS pay ballot 2026";
 *         opens = "2026-11-02";  closes = "2026-12-18 17:00";
 *         who = "status:active";            # the electorate
 *         method = "postal";                # or hybrid, electronic, workplace
 *         count = "each employer";          # or together: the threshold is of all of them
 *         jurisdiction = "great-britain";   # whose law, of conf/law.h
 *         important_public_service = "no";  # "yes": a support threshold may apply
 *         threshold = "law";                # or a fraction of those entitled, or "0": none
 *         replacements = { from = "2026-11-09"; until = "2026-12-11 12:00"; };  # else worked out
 *         post = "first class";             # or second class: how long a paper takes
 *         last_safe_post = "2026-12-15";    # else worked out
 *         retention = "30 days";            # else as muster.conf says; how long after its close it
 *                                           # is kept who told what
 *         questions = ( { name = "strike"; text = "Are you ...?"; }, ... );  # each Yes or No
 *     };
 */
struct plan_question {
    const char *name; /* a word: "strike" */
    const char *text; /* as it stands on the paper; the name where the file has none */
};

struct ballot_plan {
    const char *name; /* a word: letters, digits, hyphens */
    const char *title;
    int64_t opens;  /* ms since the epoch */
    int64_t closes; /* after opens */
    const char *who;
    const char *method; /* static */
    bool together;
    const char *jurisdiction; /* static */
    bool important;
    bool threshold_of_law;
    struct law_part threshold; /* votes needed of those entitled, unless that is the law's to say */
    int64_t replacements_from; /* both 0: to be worked out */
    int64_t replacements_until;
    bool second_class;
    int64_t last_post; /* the beginning of that day; 0: to be worked out */
    const struct plan_question *questions;
    size_t question_count;
    const char *retention; /* as retention_parse reads it; NULL: the file does not say */
};

/* Whether votes of a ballot by this method are posted. */
bool plan_by_post(const char *method) MUST_USE;

enum { PLAN_QUESTIONS_MOST = 9 };

/*
 *     action = {
 *         name = "rally-2026";  title = "Rally for pay";   # as members read it
 *         place = "Jubilee Square, by the library";
 *         starts = "2026-12-08 17:30";  ends = "2026-12-08 19:00";
 *         who = "status:active";            # whom it concerns
 *         contact = "Bea, 07700 900123";    # the steward to turn to; optional
 *         why = "the square is closed";     # of a change, as members read it; optional
 *     };
 */
struct action_plan {
    const char *name; /* a word: letters, digits, hyphens */
    const char *title;
    const char *place;
    int64_t starts; /* ms since the epoch, not yet past */
    int64_t ends;   /* after starts */
    const char *who;
    const char *contact; /* "" when there is none */
    const char *why;     /* likewise */
};

/*
 *     campaign = {
 *         name = "has-it-come";  title = "Has your paper come?";
 *         ballot = "pay-2026";              # optional; or what it calls to: action = "rally-2026"
 *         purpose = "service";              # or "promotional"; without it "service" with a ballot,
 *                                           # "promotional" without one
 *         who = "not voted";                # a segment in words, or segment:NAME
 *         channels = [ "sms", "email" ];    # the first that reaches a member is taken
 *         sms = "has-your-paper-come";      # template names
 *         email = "has-your-paper-come";
 *         mail_after = "24 hours";          # whose text has not arrived by then gets the mail
 *         at = "2026-11-23 10:00";          # or "now"
 *         deadline = "2026-11-23 20:00";    # nothing is handed over later
 *         hours = { sms = "daily 09:00-21:00"; email = "always";  # instead of muster.conf's
 *                   why = "the evening before the last post"; };
 *         budget = "50.00";                 # what its texts may cost, in the tariff's currency
 *         plain = [ "punctuation" ];        # what may be written plainer to save parts of a text:
 *                                           # punctuation, letters, names, welsh
 *         answers = { voted = 1;  no-paper = 2;  declined = [ "3", "PRIVATE" ]; };  # to its texts
 *         question = "plan";                # they ask on which day a member will vote
 *         replies_to = "asha";              # who answers what members write in their own words
 *         details = { place = "Town Hall"; speakers = [ "A", "B" ]; };  # {{details.place}}
 *         held_out = 10;                    # percent of those meant who get nothing, to learn from
 *         variants = ( { name = "plain"; },                     # the campaign's own templates
 *                      { name = "figures"; sms = "has-it-come-figures"; share = 50; } );
 *         trial = "reminders";              # whose lots are drawn; else the campaign's own
 *     };
 *
 * A campaign of several steps has, instead of one sending, a list of them. What a step does not
 * say is as the campaign's group says it; `at` and `deadline` may be counted from the ballot's days
 * in the words of model/moment.h, here and in a campaign of one step:
 *
 *         channels = [ "sms", "email" ];    # of all steps that name no others
 *         deadline = "at 20:00";            # of the step's own day; or within = "10 hours"
 *         steps = (
 *             { name = "coming";  who = "unknown";  at = "opens + 1 day 10:00";
 *               sms = "ballot-opens";  email = "ballot-opens";
 *               budget = "300.00"; },       # what its own texts may cost, beside the campaign's
 *             { name = "today";  who = "not voted and plan:today";  channels = [ "sms" ];
 *               at = "opens + 2 weeks 17:00";  daily_until = "last_safe_post";  # one for each day
 *               sms = "last-safe-post"; }
 *         );
 */
struct plan_detail {
    const char *name; /* letters, digits, underscores */
    const char *const *values;
    size_t count; /* 1 for a text, any for a list */
    bool list;
};

/* What members may answer, as it is written: whether the words will do is not judged here. */
struct plan_answer {
    const char *means; /* the state of a ballot, "voted", "no-paper", "declined", or what is said to
                        * an action, "coming", "maybe", "cannot" */
    const char *says;  /* "1" */
    unsigned line;
};

/* A time as it is written. */
struct plan_when {
    const char *text; /* "2026-11-23 10:00", "now", or words; "" when it is not given */
    int64_t instant;  /* of a time that is written as one, ms since the epoch; else 0 */
    const char *name; /* what it is called in faults, "campaign.steps[0].at" */
    unsigned line;
};

/* When messages may go, as hours_format writes it. */
struct plan_hours {
    const char *sms;   /* NULL: as the configuration says */
    const char *email; /* likewise */
    const char *why;   /* one line; NULL when neither is given */
};

enum { PLAN_VARIANTS_MOST = 8, PLAN_HELD_OUT_MOST = 50 /* percent */ };

/* One wording of several. */
struct plan_variant {
    const char *name;
    const char *sms; /* its templates; "": the step's own */
    const char *email;
    int64_t weight; /* its share, as a part of the sum of all */
};

/* What is tried: who gets nothing, and who gets which wording. */
struct plan_trial {
    const char *name; /* "": the campaign's */
    int64_t held_out; /* percent; 0: nobody */
    const struct plan_variant *variants;
    size_t variant_count; /* 0, or at least 2 */
};

/* One sending: to whom, what, from when, until when. */
struct plan_step {
    const char *name; /* "": the one step of a campaign that lists none */
    const char *path; /* what it is called in faults, "campaign.steps[0]" */
    unsigned line;
    const char *who;
    bool sms_first; /* which channel is tried first when both are used */
    bool uses_sms;
    bool uses_email;
    const char *sms_template; /* "" when the channel is not used */
    const char *email_template;
    int64_t mail_after;        /* ms: whose text has not arrived by then gets the mail; 0: nobody */
    int64_t budget;            /* of its own, millionths; 0: none */
    struct plan_when at;       /* "now": at once */
    struct plan_when deadline; /* "at + 10 hours" for within = "10 hours" */
    struct plan_when daily_until; /* the last day of a step that is repeated daily */
    struct plan_hours hours;      /* its own; without them those of the campaign hold */
    const char *plain; /* the words, with a blank between them; "punctuation" when none are given */
    const struct plan_answer *answers;
    size_t answer_count;
    bool asks_day;
    struct plan_trial trial;
};

enum {
    PLAN_BUDGET_NONE = -1,
    PLAN_BUDGET_MOST = 10000000, /* pounds: more is a slip of the pen */
    PLAN_STEPS_MOST = 100,
};

struct campaign_plan {
    const char *name;
    const char *title;
    const char *ballot;      /* "" when there is none */
    const char *action;      /* likewise; a campaign has one of the two at most */
    bool urgent;             /* that its action has changed, or is cancelled; no file says so */
    bool promotional;        /* its purpose; else "service" */
    const char *replies_to;  /* "" when nobody is named */
    int64_t budget;          /* millionths; PLAN_BUDGET_NONE: no limit */
    struct plan_hours hours; /* of all steps that have none of their own */
    const struct plan_detail *details;
    size_t detail_count;
    const struct plan_step *steps; /* at least one */
    size_t step_count;
};

/* The words that `plain` may hold. Static. */
const char *const *plan_plain_words(size_t *count) MUST_USE;

/* Read an amount as a budget is written, "50" or "50.00": more than nothing, at most
 * PLAN_BUDGET_MOST, in millionths. False leaves `*millionths` alone. */
bool plan_parse_budget(const char *text, int64_t *millionths) MUST_USE;

/* Read a file with one such group. Every fault is noted with file and line; ERROR_DATA when
 * there was any, ERROR_NO_INPUT without a file. Times are local. Strings live in the arena. The
 * segment is not parsed here, nor are times in words. */
bool plan_read_ballot(const char *path, struct arena *arena, struct faults *faults,
                      struct ballot_plan *plan, struct error *err) MUST_USE;
bool plan_read_campaign(const char *path, struct arena *arena, struct faults *faults,
                        struct campaign_plan *plan, struct error *err) MUST_USE;

/* The same of a campaign file's text, which is called `name` in faults. */
bool plan_read_campaign_text(const char *name, const char *text, struct arena *arena,
                             struct faults *faults, struct campaign_plan *plan,
                             struct error *err) MUST_USE;

/* The same of an action, which must not have begun by `now`. */
bool plan_read_action(const char *path, int64_t now, struct arena *arena, struct faults *faults,
                      struct action_plan *plan, struct error *err) MUST_USE;

#endif
