/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two campaigns as most branches run them, of templates that come with muster. */
#include "console_examples.h"

#include "muster/base/text.h"

struct example_step {
    const char *name;
    const char *who;
    const char *at;
    const char *template;
    const char *answers;
};

static const struct example_step reminder[] = {
    {"coming", "unknown", "opens + 1 day 10:00", "ballot-opens", ""},
    {"has-it-come", "unknown", "opens + 1 week 10:00", "has-your-paper-come", ""},
    {"post-3", "unknown or no-paper", "last_safe_post - 3 working days 10:00", "last-safe-post",
     ""},
    {"last-post", "unknown or no-paper", "last_safe_post 10:00", "last-safe-post", ""},
};

static const struct example_step call[] = {
    {"call", "everyone", "starts - 8 days 10:00", "join-us", "coming 1, maybe 2, cannot 3"},
    {"again", "unanswered or maybe", "starts - 3 days 17:00", "join-us",
     "coming 1, maybe 2, cannot 3"},
    {"tomorrow", "coming", "starts - 1 day 17:30", "action-reminder",
     "coming 1, maybe 2, cannot 3"},
};

static const struct {
    const char *name;
    const struct example_step *steps;
    size_t count;
    const char *deadline;
} examples[] = {
    {"reminder", reminder, ARRAY_LENGTH(reminder), "at 19:00"},
    {"call", call, ARRAY_LENGTH(call), "at 20:00"},
};

bool console_examples_put(const char *name, struct sketch *sketch)
{
    for (size_t i = 0; i < ARRAY_LENGTH(examples); i++) {
        if (!text_equal(examples[i].name, name)) {
            continue;
        }
        sketch->step_count = examples[i].count;
        sketch->word_count = 0;
        for (size_t k = 0; k < examples[i].count; k++) {
            const struct example_step *step = &examples[i].steps[k];
            const char **says = sketch->steps[k].says;
            for (int field = 0; field < SKETCH_STEP_FIELDS; field++) {
                says[field] = "";
            }
            says[SKETCH_STEP_NAME] = step->name;
            says[SKETCH_STEP_WHO] = step->who;
            says[SKETCH_STEP_CHANNELS] = "sms email";
            says[SKETCH_STEP_SMS] = step->template;
            says[SKETCH_STEP_EMAIL] = step->template;
            says[SKETCH_STEP_AT] = step->at;
            says[SKETCH_STEP_DEADLINE] = examples[i].deadline;
            says[SKETCH_STEP_ANSWERS] = step->answers;
        }
        return true;
    }
    return false;
}
