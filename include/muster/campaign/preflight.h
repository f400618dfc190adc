/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a campaign will cost, before it is started or for what is left of it: every message that
 * it would send now is chosen as the expansion chooses, rendered as the dispatch renders, and
 * counted. Nothing is written, and of a campaign that is over nothing is left. What it cannot
 * foresee: who gets the message of somebody with the same handset, should that be withheld; and who
 * will have been written to by other campaigns before its turn comes. */
#ifndef MUSTER_CAMPAIGN_PREFLIGHT_H
#define MUSTER_CAMPAIGN_PREFLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/campaign/forecast.h"
#include "muster/conf/config.h"
#include "muster/conf/tariff.h"
#include "muster/message/gsm.h"
#include "muster/message/price.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

enum {
    PREFLIGHT_CAUSES_MOST = 64,
    PREFLIGHT_FAULTS_MOST = 20,
    PREFLIGHT_VARIANTS_MOST = 16,
    PREFLIGHT_LEVELS = 4, /* of what may be written plainer, in the order of plan_plain_words */
};

/* Why texts take more than one part. */
struct preflight_cause {
    const char *what;  /* the character, or "" for the length alone */
    const char *where; /* the field whose value it stands in, or "" for the template's own words */
    int64_t texts;
};

/* A message that costs more than one part, or cannot be rendered at all. */
struct preflight_costly {
    const char *number; /* of the member */
    size_t parts;       /* 0: it cannot be rendered */
    enum gsm_encoding encoding;
    size_t units;
    const char *why; /* one line */
};

/* What writing texts plainer saves. */
struct preflight_saving {
    int64_t texts;
    int64_t parts;
    int64_t cost;      /* of them, millionths; of those whose price is known */
    const char *given; /* one of them, as it is without, and with it; NULL when there is none */
    const char *plain;
};

/* Messages that cannot be rendered, for one reason. */
struct preflight_fault {
    const char *why;
    const char *number; /* of the first member */
    int64_t count;
};

/* When the messages of one channel would go, those that can be rendered, over all steps. */
struct preflight_times {
    struct forecast forecast;
    int64_t deadline; /* the last one of the steps that have messages on the channel; 0: none has */
};

/* Members who get one wording of several. */
struct preflight_variant {
    const char *name;
    int64_t members;
};

/* What one step would send, if everybody stayed as they are now. */
struct preflight_step {
    const char *name; /* "": it is the only one */
    int64_t at;
    bool passed; /* its deadline has, or it is left out: it sends nothing more */
    int64_t texts;
    int64_t mails;
    int64_t cost;       /* of the texts whose price is known, millionths */
    int64_t budget;     /* what is left of its own, millionths; -1: it has none */
    int64_t affordable; /* texts that its own pays for, and the campaign's */
    bool unaffordable;  /* its own does not pay for the others */
    bool no_second;     /* it is over before a mail could follow its texts */
};

struct preflight {
    int64_t members;    /* in the audience now, without those whose message waits already */
    int64_t shared;     /* share a handset or mailbox with one who has a message */
    int64_t no_address; /* cannot be reached on a channel of this campaign */
    int64_t unwilling;  /* of those: they want nothing promotional, which this campaign is */
    int64_t waiting;    /* messages that are in the outbox already, counted with the others */
    int64_t put_off; /* messages whose member was written to so lately that they wait, likewise */
    int64_t
        too_often; /* would have to wait beyond the deadline: not sent, and counted nowhere else */
    bool late;     /* the deadline of every step has passed: nothing more is sent */
    struct preflight_step *steps;
    size_t step_count;
    int64_t texts;
    int64_t mails;
    int64_t by_parts[GSM_PARTS_MOST + 1][2]; /* texts by parts and encoding */
    int64_t parts;
    struct price_sum price;
    int64_t
        affordable; /* texts that the budgets pay for, in order, if each costs what the tariff says;
                         * all of them without any */
    bool unaffordable; /* the campaign's does not pay for the others */
    int64_t second;    /* mails besides, at most: to whom a text may turn out not to have arrived */
    int64_t second_after; /* ms: after which they would go, the shortest of all steps; 0: none */
    int64_t mail_bytes;
    int64_t largest_mail;
    struct preflight_saving saved;                     /* by what the campaign allows */
    struct preflight_saving further[PREFLIGHT_LEVELS]; /* would be, by each word that it does not
                                                        * say, beyond those before it */
    struct preflight_cause causes[PREFLIGHT_CAUSES_MOST];
    size_t cause_count;
    int64_t other_causes; /* texts whose cause found no place among them */
    struct preflight_costly *costly;
    size_t costly_count;
    struct preflight_fault faults[PREFLIGHT_FAULTS_MOST]; /* the first kinds of them */
    size_t fault_kinds;
    int64_t fault_count;    /* messages, in all */
    int64_t other_language; /* members who get a template that is not in their language */
    struct preflight_times times[CHANNEL_COUNT];
    int64_t held_out;                                           /* get nothing, to learn from */
    struct preflight_variant variants[PREFLIGHT_VARIANTS_MOST]; /* of all steps, by name */
    size_t variant_count;
};

/* Tells how far it is: messages looked at, of about so many. */
typedef void preflight_watch_fn(int64_t done, int64_t total, void *context);

struct preflight_order {
    const struct config *config;
    const struct tariff *tariff;
    const struct campaign *campaign;
    const struct forecast_lane *lanes; /* of each channel; nothing else is sent on them */
    const struct forecast_use *use;    /* of each lane, how far it is in use; NULL: not at all */
    int64_t now;
    bool list_costly;          /* fill in `costly` */
    preflight_watch_fn *watch; /* NULL: nobody watches */
    void *context;
};

/* Look over the campaign; strings lie in the arena. ERROR_DATA when its segment cannot be used. */
bool preflight_run(struct db *db, const struct preflight_order *order, struct arena *arena,
                   struct preflight *preflight, struct error *err) MUST_USE;

#endif
