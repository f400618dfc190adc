/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns and their steps. */
#ifndef MUSTER_STORE_CAMPAIGNS_H
#define MUSTER_STORE_CAMPAIGNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/model/member.h"
#include "muster/store/db.h"
#include "muster/store/templates.h"

struct campaign {
    int64_t id;
    const char *name;
    const char *title;
    int64_t ballot_id;     /* 0: none */
    int64_t action_id;     /* what it calls to; 0: nothing */
    const char *action;    /* told: the name of that; NULL: none */
    bool urgent;           /* that its action has changed or is cancelled: it goes before others */
    const char *state;     /* draft, running, paused, cancelled, finished */
    int64_t at;            /* when it was made */
    const char *details;   /* JSON: what its messages may name as {{details.NAME}}; NULL: nothing */
    const char *hours_sms; /* when texts may go; NULL: as the configuration says */
    const char *hours_email; /* likewise */
    const char *hours_why;   /* the reason for either; NULL: there are none */
    bool budgeted;
    int64_t budget;         /* when it is budgeted: what its texts may cost, millionths */
    const char *currency;   /* of the budget and of what was spent; NULL: neither is known yet */
    int64_t spent;          /* what its texts have cost, millionths */
    bool promotional;       /* not of service: its messages are withheld from who wants none such */
    const char *paused_why; /* what made it pause by itself; NULL: it is not, or a person did */
    const char *made_by;    /* the account that made it; NULL: nobody is known */
    const char *replies_to; /* told: who answers what members write; NULL: nobody is named */
};

struct step {
    int64_t id;
    int64_t campaign_id;
    int64_t position;
    const char *who;
    bool sms_first;
    bool uses_sms;
    bool uses_email;
    int64_t at;
    int64_t deadline;
    int64_t expanded_to; /* a member id */
    bool expanded;
    const char *plain;    /* what may be written plainer to save parts, in the words of wording.h;
                        * NULL: nothing */
    const char *asks;     /* what its texts ask, as question_format writes it; NULL: nothing */
    const char *name;     /* its word in the campaign's file; "", NULL: it is the only one */
    const char *at_words; /* "opens + 1 day 10:00"; NULL: a fixed time */
    const char *deadline_words; /* likewise */
    const char *daily_until;    /* the last day of those on which it is repeated; NULL: it is not */
    const char *skipped;        /* why it is not run; NULL: it is */
    const char *hours_sms;      /* when its texts may go; NULL: as the campaign says */
    const char *hours_email;    /* likewise */
    const char *hours_why;      /* the reason for either; NULL: there are none */
    int64_t mail_after; /* ms: whose text has not arrived by then gets its mail; 0: nobody */
    int64_t budget;     /* what its own texts may cost, millionths; 0: what the campaign's may */
    int64_t spent;      /* what they have cost, millionths; not for campaigns_add_step */
};

/* Make a campaign in state draft; sets the id. One of the same name that has queued nothing, a
 * draft or one that was cancelled as a draft, gives way to it; ERROR_DATA when the name is taken
 * by another. Needs an open transaction, as do all functions here that write. */
bool campaigns_create(struct db *db, struct campaign *campaign, struct error *err) MUST_USE;

/* Make a draft (`campaign->id`) anew: title, times, everything that campaigns_create puts down but
 * its name and who made it; its steps are taken away, for others to be added. ERROR_TEMPORARY when
 * it is no draft any more. */
bool campaigns_remake(struct db *db, const struct campaign *campaign, struct error *err) MUST_USE;

/* Give a campaign a step; sets its id. */
bool campaigns_add_step(struct db *db, struct step *step, struct error *err) MUST_USE;

/* Give a step the template for one channel and language. */
bool campaigns_add_template(struct db *db, int64_t step_id, enum channel channel,
                            const char *language, int64_t template_id, struct error *err) MUST_USE;

/* The frozen templates of a campaign's steps, in the arena. */
bool campaigns_templates(struct db *db, int64_t campaign_id, struct arena *arena,
                         struct frozen_template **templates, size_t *count,
                         struct error *err) MUST_USE;

/* The same of one step. */
bool campaigns_step_templates(struct db *db, int64_t step_id, struct arena *arena,
                              struct frozen_template **templates, size_t *count,
                              struct error *err) MUST_USE;

/* The campaign of this name; `*campaign` is NULL when there is none. In the arena. */
bool campaigns_find(struct db *db, const char *name, struct arena *arena,
                    struct campaign **campaign, struct error *err) MUST_USE;
bool campaigns_get(struct db *db, int64_t id, struct arena *arena, struct campaign **campaign,
                   struct error *err) MUST_USE;

/* All campaigns, latest first. */
bool campaigns_list(struct db *db, struct arena *arena, struct campaign **campaigns, size_t *count,
                    struct error *err) MUST_USE;

/* The running ones, oldest first. */
bool campaigns_running(struct db *db, struct arena *arena, struct campaign **campaigns,
                       size_t *count, struct error *err) MUST_USE;

/* The steps of a campaign in the order of their times; or one step by its id. */
bool campaigns_steps(struct db *db, int64_t campaign_id, struct arena *arena, struct step **steps,
                     size_t *count, struct error *err) MUST_USE;
bool campaigns_step(struct db *db, int64_t step_id, struct arena *arena, struct step *step,
                    struct error *err) MUST_USE;

/* Change the state. Cancelling turns what is queued or claimed into `cancelled`. What runs again is
 * not paused for mails that were released before. */
bool campaigns_set_state(struct db *db, int64_t campaign_id, const char *state, int64_t at,
                         struct error *err) MUST_USE;

/* Pause the campaign of a step, if it is running, and say why in one sentence. */
bool campaigns_pause_step(struct db *db, int64_t step_id, const char *why, bool *paused,
                          struct error *err) MUST_USE;

/* Give a campaign another budget, and put its texts that were unaffordable back into the queue;
 * says how many. */
bool campaigns_set_budget(struct db *db, int64_t campaign_id, int64_t budget, int64_t at,
                          int64_t *requeued, struct error *err) MUST_USE;

/* Turn running campaigns whose messages all have reached an end, and of which no mail may follow a
 * text any more, into `finished`. */
bool campaigns_finish(struct db *db, int64_t now, struct error *err) MUST_USE;

/* One member of a step's audience who has no message of it yet. */
struct recipient {
    struct member member;
    const char *unit; /* of the campaign's ballot; NULL outside of it */
    bool sms;         /* has a mobile that may be written to, by this campaign */
    bool email;
    const char *variant; /* which of the step's wordings they get; NULL: its own. Not set here, but
                          * by whoever draws for them */
};

/* The next members of a step's audience in order of their id, behind `step->expanded_to`, at
 * most `limit`, in the arena. Of a ballot's campaign only those entitled in it, without who has
 * declined to be reminded. Members without a usable address are among them, with both flags
 * false. */
bool campaigns_audience(struct db *db, const struct step *step, int64_t ballot_id, size_t limit,
                        struct arena *arena, struct recipient **recipients, size_t *count,
                        struct error *err) MUST_USE;

/* Whether a member cannot be reached on some channel of the step for no other reason than that they
 * want nothing promotional there. */
bool campaigns_wants_nothing_promotional(struct db *db, const struct step *step, int64_t member_id,
                                         bool *wants, struct error *err) MUST_USE;

/* What may be written plainer in the first step that has a template of this name; NULL when none
 * has. In the arena. */
bool campaigns_plain(struct db *db, int64_t campaign_id, const char *template, struct arena *arena,
                     const char **plain, struct error *err) MUST_USE;

/* Which template serves a channel and language in a step: that of the language, else of `fallback`,
 * else any; 0 when the step has none for the channel. */
bool campaigns_template(struct db *db, int64_t step_id, enum channel channel, const char *language,
                        const char *fallback, int64_t *template_id, struct error *err) MUST_USE;

/* Leave a step out, for this reason; `*done` is false when something of it was queued, or its
 * deadline lies ahead after all. */
bool campaigns_skip(struct db *db, int64_t step_id, int64_t now, const char *why, bool *done,
                    struct error *err) MUST_USE;

/* The first step of any running campaign that is neither expanded nor left out. */
struct campaigns_next {
    const char *campaign; /* NULL: there is none */
    const char *step;     /* "": it is the only one */
    int64_t at;
};
bool campaigns_next(struct db *db, struct arena *arena, struct campaigns_next *next,
                    struct error *err) MUST_USE;

/* Remember how far a step is expanded. */
bool campaigns_expanded(struct db *db, int64_t step_id, int64_t expanded_to, bool done,
                        struct error *err) MUST_USE;

#endif
