/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template as a member will read it, before any campaign takes it. */
#ifndef MUSTER_CAMPAIGN_PREVIEW_H
#define MUSTER_CAMPAIGN_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/campaign/message_files.h"
#include "muster/letter/letters.h"
#include "muster/model/channel.h"
#include "muster/model/member.h"
#include "muster/store/ballots.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

struct preview_order {
    const struct config *config;
    const char *name;                /* of the template */
    const struct campaign *campaign; /* what it has frozen is looked at; NULL: the files */
    const struct ballot *ballot;     /* NULL: none */
    const struct json *action;       /* an object: {{action.NAME}}; NULL: none */
    const struct json *details;      /* NULL: none */
    const char *plain;               /* what may be written plainer, as a campaign says it */
    int64_t now;
    const char *reference; /* what its links are made of; NULL: one that is no message's */
};

/* Somebody to look at it as. */
struct preview_reader {
    const char *label; /* "the longest name", "invented: no first name" */
    struct member member;
};

/* One message. */
struct preview_message {
    const struct preview_reader *reader;
    enum channel channel;
    const char *language; /* of the template that was taken */
    const char *fault;    /* why it cannot be rendered; NULL: it can, and `letter` holds it */
    struct letter letter;
};

/* What the messages of a campaign may name: its ballot, its action and its details. */
struct preview_facts {
    struct ballot *ballot; /* NULL: none; in the arena */
    struct json *action;   /* NULL: none */
    struct json *details;
};

/* Read them; preview_facts_free releases them, for CLEANUP. */
bool preview_facts_read(struct db *db, const struct campaign *campaign, struct arena *arena,
                        struct preview_facts *facts, struct error *err) MUST_USE;
void preview_facts_free(struct preview_facts *facts);

/* The readers that try a template: those of the store, and invented ones where it has none. */
bool preview_awkward(struct db *db, struct arena *arena, struct preview_reader **readers,
                     size_t *count, struct error *err) MUST_USE;

/* One of them, by its place in that list (0: the first); the others are not looked for. */
bool preview_awkward_one(struct db *db, size_t index, struct arena *arena,
                         struct preview_reader **reader, struct error *err) MUST_USE;

/* The invented ones alone. */
void preview_invented(struct arena *arena, struct preview_reader **readers, size_t *count);

/* Render these templates for each reader on each channel that there is one for. In the arena. */
bool preview_render(struct db *db, const struct preview_order *order,
                    const struct message_files *files, const struct preview_reader *readers,
                    size_t reader_count, struct arena *arena, struct preview_message **messages,
                    size_t *count, struct error *err) MUST_USE;

/* Find the template's files, or what the campaign has frozen of it. Faults of the files go to
 * `faults`; ERROR_DATA when there was any, or nothing of that name. In the arena. */
bool preview_find(struct db *db, const struct preview_order *order, struct arena *arena,
                  struct faults *faults, struct message_files *files, struct error *err) MUST_USE;

/* Read a template's files on each channel that there are any for, checked as for whatever campaign
 * may take it; `beside` as in message_files.h. False when there is none. */
bool preview_files(const struct config *config, const char *beside, const char *name,
                   struct arena *arena, struct faults *faults,
                   struct message_files *files) MUST_USE;

/* The templates that a step of a campaign has frozen. In the arena. */
bool preview_step_files(struct db *db, int64_t step_id, struct arena *arena,
                        struct message_files *files, struct error *err) MUST_USE;

/* Whether these words, as "ballot." or "details.time", stand in any text of the templates. */
bool preview_mentions(const struct frozen_template *templates, size_t count,
                      const char *words) MUST_USE;

#endif
