/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign as a form has it: every setting as people type it, and the words of its messages.
 *
 * A sketch becomes the text of a campaign file, with one setting to a line, and is judged by the
 * same reader (conf/plan.h) and the same campaign_make as a file: what is wrong with a line is
 * wrong with the field that it was made of. A campaign of the store becomes a sketch again. */
#ifndef MUSTER_CAMPAIGN_SKETCH_H
#define MUSTER_CAMPAIGN_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/campaign/message_files.h"
#include "muster/campaign/preview.h"
#include "muster/conf/config.h"
#include "muster/conf/plan.h"
#include "muster/store/campaigns.h"
#include "muster/store/db.h"

/* What a campaign says once. */
enum sketch_field {
    SKETCH_NAME,
    SKETCH_TITLE,
    SKETCH_BALLOT,
    SKETCH_ACTION,
    SKETCH_PURPOSE,
    SKETCH_BUDGET,
    SKETCH_HOURS_SMS,
    SKETCH_HOURS_EMAIL,
    SKETCH_HOURS_WHY,
    SKETCH_REPLIES_TO,
    SKETCH_DETAILS, /* "place = Town Hall" a line; the lines "- Ann" and so on behind "names =" are
                     * a list; a line that begins with a blank goes on with the text before it */
    SKETCH_FIELDS,
};

/* What each of its steps says. */
enum sketch_step_field {
    SKETCH_STEP_NAME, /* "": it is the only one */
    SKETCH_STEP_WHO,
    SKETCH_STEP_CHANNELS, /* "sms email" */
    SKETCH_STEP_SMS,      /* the names of templates */
    SKETCH_STEP_EMAIL,
    SKETCH_STEP_AT,
    SKETCH_STEP_DEADLINE,
    SKETCH_STEP_DAILY_UNTIL,
    SKETCH_STEP_MAIL_AFTER,
    SKETCH_STEP_BUDGET, /* of its own, where there are several */
    SKETCH_STEP_QUESTION,
    SKETCH_STEP_ANSWERS,  /* "voted 1, no-paper 2, declined 3 PRIVATE" */
    SKETCH_STEP_PLAIN,    /* "punctuation letters"; "none": nothing */
    SKETCH_STEP_HELD_OUT, /* percent */
    SKETCH_STEP_VARIANTS, /* "figures sms=come-figures share=50" a line */
    SKETCH_STEP_TRIAL,
    SKETCH_STEP_HOURS_SMS,
    SKETCH_STEP_HOURS_EMAIL,
    SKETCH_STEP_HOURS_WHY,
    SKETCH_STEP_FIELDS,
};

struct sketch_step {
    const char *says[SKETCH_STEP_FIELDS]; /* none is NULL */
};

struct sketch {
    const char *says[SKETCH_FIELDS]; /* none is NULL */
    struct sketch_step *steps;
    size_t step_count;
    struct frozen_template *words; /* those of its own; other templates are files. None of their
                                    * texts is NULL, but partials may be */
    size_t word_count;
};

/* The names of fields, "hours_sms": in forms, and for people who look for them. Static. */
const char *sketch_field_name(enum sketch_field field) MUST_USE;
const char *sketch_step_field_name(enum sketch_step_field field) MUST_USE;

enum { SKETCH_OF_CAMPAIGN = -1 };

/* The names of the wordings that a step tries, in the arena. */
void sketch_variants(const struct sketch_step *step, struct arena *arena, const char ***names,
                     size_t *count);

/* What a line of the text was made of. */
struct sketch_line {
    int step;  /* its index, or SKETCH_OF_CAMPAIGN */
    int field; /* of the one table or the other; -1: none, such as the step as a whole */
};

/* The text of its campaign file, and what each line was made of, the first line at index 0; in the
 * arena. What cannot even be written is noted among the faults, under the name `file`. */
const char *sketch_text(const struct sketch *sketch, const char *file, struct arena *arena,
                        struct faults *faults, struct sketch_line **lines, size_t *count);

/* The details, in the arena. Lines that are none are noted among the faults, at `line` of
 * `file`. */
void sketch_details(const struct sketch *sketch, const char *file, unsigned line,
                    struct arena *arena, struct faults *faults, struct plan_detail **details,
                    size_t *count);

/* Where the words of a template stand among the sketch's, sketch->word_count when they do not. */
size_t sketch_find_words(const struct sketch *sketch, const char *name, enum channel channel,
                         const char *language) MUST_USE;

/* The campaign as it is in the store. Templates that are word for word what the files of their name
 * say now are left to those; the words of the others are among the sketch's. In the arena. */
bool sketch_read(struct db *db, const struct config *config, const struct campaign *campaign,
                 struct arena *arena, struct sketch *sketch, struct error *err) MUST_USE;

/* A fault, and the field that it concerns. */
struct sketch_fault {
    int step;         /* its index, SKETCH_OF_CAMPAIGN; of the words of messages the latter */
    int field;        /* -1: of no field in particular */
    int words;        /* which of the sketch's words; -1: none of them */
    const char *part; /* of the words: "subject", "text" or "html" */
    const char *sentence;
};

/* Give each of the faults its field; in the arena. */
void sketch_faults(const struct sketch *sketch, const char *file, const struct sketch_line *lines,
                   size_t line_count, const struct faults *faults, struct arena *arena,
                   struct sketch_fault **found, size_t *count);

/* Note what is wrong with the words, the templates and whom each step means: of a sketch whose text
 * cannot even be read campaign_make says no more than that. */
bool sketch_check(struct db *db, const struct config *config, const struct sketch *sketch,
                  const char *file, struct arena *arena, struct faults *faults,
                  struct error *err) MUST_USE;

/* When a step would begin, and end. */
struct sketch_times {
    int64_t at; /* 0: that cannot be said (yet) */
    int64_t deadline;
};

/* The same for all steps, whatever else may be wrong with the sketch; in the arena. */
bool sketch_moments(struct db *db, const struct config *config, const struct sketch *sketch,
                    int64_t now, struct arena *arena, struct sketch_times **times,
                    struct error *err) MUST_USE;

/* The messages of a step as members would read them now, whatever else may be wrong. */
struct sketch_show {
    size_t step;
    const char *variant; /* its wording of this name; NULL, or none of its: its own */
    const struct preview_reader *readers;
    size_t reader_count;
};

/* Faults of the words and the templates are noted. Messages lie in the arena; those of templates
 * with faults are not among them. */
bool sketch_render(struct db *db, const struct config *config, const struct sketch *sketch,
                   const struct sketch_show *show, int64_t now, struct arena *arena,
                   struct faults *faults, struct preview_message **messages, size_t *count,
                   struct error *err) MUST_USE;

#endif
