/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form of a campaign: from its fields to a sketch, and back. Private to console*.c.
 *
 * What a campaign says has fields of the names that a campaign file has, "title"; what its first
 * step says "s0.who"; its first own words "w0.text". Buttons called `do` change the form, and store
 * nothing: so steps come and go without any script. */
#ifndef MUSTER_WEB_CONSOLE_SKETCH_H
#define MUSTER_WEB_CONSOLE_SKETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "console_call.h"
#include "muster/campaign/sketch.h"

enum { CONSOLE_SKETCH_STEPS = PLAN_STEPS_MOST, CONSOLE_SKETCH_WORDS = 128 };

/* An empty sketch: one step, by text, with words of its own to be written. */
void console_sketch_blank(const struct console_call *call, struct sketch *sketch);

/* The sketch that was posted. The partials that were frozen with words of the campaign `from` come
 * from the store; NULL: from the files. */
bool console_sketch_posted(const struct console_call *call, const struct campaign *from,
                           struct sketch *sketch, struct error *err) MUST_USE;

/* Do what the button says: "add-step", "remove-step-1", "write-sms-0", "language-email-0",
 * "drop-words-2". Others do nothing. */
void console_sketch_change(const struct console_call *call, const char *what,
                           struct sketch *sketch);

/* What is shown of a sketch. */
struct console_sketch_view {
    const struct sketch *sketch;
    const struct sketch_fault *faults;
    size_t fault_count;
    const struct sketch *stored; /* what the store has now, where that differs; NULL: not told */
    bool fixed;                  /* its name is not to be changed */
};

/* Put it all into call->values. */
bool console_sketch_put(struct console_call *call, const struct console_sketch_view *view,
                        struct error *err) MUST_USE;

/* Put what the sketch comes to: whom a step means, when it is, and its messages as somebody would
 * read them. The step and the reader are fields of the form. */
bool console_preview_put(struct console_call *call, const struct sketch *sketch,
                         struct error *err) MUST_USE;

/* The same of messages that were rendered: under "texts" and "mails" of `values`. */
void console_preview_put_messages(struct console_call *call, const struct preview_message *messages,
                                  size_t count, struct json *values);

/* The faults of templates, in lines, under "faults" of `values`. While somebody is `writing` them,
 * nothing is said of texts that are not begun. */
void console_preview_put_faults(const struct console_call *call, const struct faults *faults,
                                bool writing, struct json *values);

#endif
