/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the store back to the form. Days of a step that is repeated daily become one step again. */
#include <stdlib.h>
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/campaign/sketch.h"
#include "muster/conf/tariff.h"
#include "muster/message/plain.h"
#include "muster/store/ballots.h"
#include "muster/store/trials.h"

enum { DAY_SUFFIX = 11 /* "-2026-11-25" */, WHOLE = 100 };

/* A campaign while it is read. */
struct reading {
    struct db *db;
    const struct config *config;
    const struct campaign *campaign;
    struct arena *arena;
    struct sketch *sketch;
    size_t word_room;
};

static const char *or_nothing(const char *text)
{
    return text == NULL ? "" : text;
}

/* An amount as people type it. */
static const char *amount(int64_t millionths, struct arena *arena)
{
    const int64_t rest = millionths % TARIFF_UNIT;
    char *text =
        arena_printf(arena, "%lld.%06lld", (long long)(millionths / TARIFF_UNIT), (long long)rest);
    size_t length = strlen(text);
    while (text[length - 1] == '0' && text[length - 3] != '.') {
        text[--length] = '\0';
    }
    return text;
}

/* A value of several lines, the later ones indented. */
static const char *indented(const char *value, struct arena *arena)
{
    const char *out = "";
    while (*value != '\0') {
        const size_t length = strcspn(value, "\n");
        out = arena_printf(arena, "%s%s%s", out, out[0] == '\0' ? "" : "\n  ",
                           arena_span(arena, value, length));
        value += length + (value[length] == '\n');
    }
    return out;
}

static bool read_details(const struct reading *reading, const char **text, struct error *err)
{
    CLEANUP(json_free) struct json *details = NULL;
    const char *stored = reading->campaign->details;
    *text = "";
    if (text_empty(stored)) {
        return true;
    }
    if (!json_parse(stored, strlen(stored), &details, err)) {
        return false;
    }
    for (size_t i = 0; i < json_count(details); i++) {
        const struct json *value = json_value(details, i);
        const char *name = json_name(details, i);
        if (!json_array_given(value)) {
            *text = arena_printf(
                reading->arena, "%s%s = %s\n", *text, name,
                indented(or_nothing(json_text_at(value, "", reading->arena)), reading->arena));
            continue;
        }
        *text = arena_printf(reading->arena, "%s%s =\n", *text, name);
        for (size_t k = 0; k < json_count(value); k++) {
            const char *place = arena_printf(reading->arena, "%zu", k);
            *text = arena_printf(
                reading->arena, "%s- %s\n", *text,
                indented(or_nothing(json_text_at(value, place, reading->arena)), reading->arena));
        }
    }
    return true;
}

static bool read_campaign(const struct reading *reading, struct error *err)
{
    const struct campaign *campaign = reading->campaign;
    const char **says = reading->sketch->says;
    struct ballot *ballot = NULL;
    if (campaign->ballot_id != 0 &&
        !ballots_get(reading->db, campaign->ballot_id, reading->arena, &ballot, err)) {
        return false;
    }
    says[SKETCH_NAME] = campaign->name;
    says[SKETCH_TITLE] = campaign->title;
    says[SKETCH_BALLOT] = ballot == NULL ? "" : ballot->name;
    says[SKETCH_ACTION] = or_nothing(campaign->action);
    says[SKETCH_PURPOSE] = campaign->promotional ? "promotional" : "service";
    says[SKETCH_BUDGET] = campaign->budgeted ? amount(campaign->budget, reading->arena) : "";
    says[SKETCH_HOURS_SMS] = or_nothing(campaign->hours_sms);
    says[SKETCH_HOURS_EMAIL] = or_nothing(campaign->hours_email);
    says[SKETCH_HOURS_WHY] = or_nothing(campaign->hours_why);
    says[SKETCH_REPLIES_TO] = or_nothing(campaign->replies_to);
    return read_details(reading, &says[SKETCH_DETAILS], err);
}

/* What is answered, in words: "1=voted 2=no-paper NOPE=no-paper day" is "voted 1, no-paper 2 NOPE".
 * Not by question_parse, which folds the answers: they are to be as they were written. */
static void read_question(const char *asks, struct arena *arena, const char **says)
{
    const char *text = "";
    const char *means = "";
    says[SKETCH_STEP_QUESTION] = "";
    while (*asks != '\0') {
        const size_t length = strcspn(asks, " ");
        const char *word = arena_span(arena, asks, length);
        const char *equals = strchr(word, '=');
        asks += length + strspn(asks + length, " ");
        if (text_equal(word, "day")) {
            says[SKETCH_STEP_QUESTION] = "plan";
        }
        if (equals == NULL) {
            continue;
        }
        const char *answer = arena_span(arena, word, (size_t)(equals - word));
        if (text_equal(means, equals + 1)) {
            text = arena_printf(arena, "%s %s", text, answer);
        } else {
            means = equals + 1;
            text =
                arena_printf(arena, "%s%s%s %s", text, text[0] == '\0' ? "" : ", ", means, answer);
        }
    }
    says[SKETCH_STEP_ANSWERS] = text;
}

/* The share that a variant was given, 0 for none: what is left then is shared by those without. How
 * weights are made of shares is said in conf/plan_trial.c. */
static void find_shares(const struct trial *trial, int64_t shares[TRIAL_VARIANTS_MOST])
{
    int64_t sum = 0;
    for (size_t i = 0; i < trial->variant_count; i++) {
        sum += trial->variants[i].weight;
        shares[i] = trial->variants[i].weight;
    }
    const int64_t open = sum / WHOLE;
    if (open <= 1 && trial->variant_count > 1 && sum == WHOLE) {
        return; /* those of all are given, or all but one, which is the same */
    }
    for (size_t i = 0; i < trial->variant_count; i++) {
        int64_t alike = 0;
        for (size_t k = 0; k < trial->variant_count; k++) {
            alike += trial->variants[k].weight == trial->variants[i].weight;
        }
        if (alike < open) {
            continue;
        }
        int64_t left = open;
        for (size_t k = 0; k < trial->variant_count; k++) {
            const bool without = trial->variants[k].weight == trial->variants[i].weight && left > 0;
            left -= without;
            shares[k] = without || open == 0 ? 0 : trial->variants[k].weight / open;
        }
        return;
    }
}

/* Whether the sketch has the template among its words already, or one by this name was left to its
 * files. */
static bool is_told(const struct frozen_template *told, size_t count,
                    const struct frozen_template *template)
{
    for (size_t i = 0; i < count; i++) {
        if (told[i].channel == template->channel && text_equal(told[i].name, template->name) &&
            text_equal(told[i].language, template->language)) {
            return true;
        }
    }
    return false;
}

static bool read_trial(const struct reading *reading, int64_t step_id, const char **says,
                       struct error *err)
{
    struct trial trial;
    struct trials_own *own = NULL;
    size_t count = 0;
    int64_t shares[TRIAL_VARIANTS_MOST] = {0};
    struct arena *arena = reading->arena;
    if (!trials_of_step(reading->db, step_id, arena, &trial, err) ||
        !trials_templates(reading->db, step_id, arena, &own, &count, err)) {
        return false;
    }
    says[SKETCH_STEP_HELD_OUT] =
        trial.held_out > 0 ? arena_printf(arena, "%lld", (long long)trial.held_out) : "";
    says[SKETCH_STEP_TRIAL] =
        trials_tries(&trial) && !text_equal(trial.name, reading->campaign->name) ? trial.name : "";
    says[SKETCH_STEP_VARIANTS] = "";
    find_shares(&trial, shares);
    for (size_t i = 0; i < trial.variant_count; i++) {
        const char *line = trial.variants[i].name;
        int told = CHANNEL_COUNT;
        for (size_t k = 0; k < count; k++) {
            struct frozen_template template;
            if (!text_equal(own[k].variant, trial.variants[i].name)) {
                continue;
            }
            if (!templates_get(reading->db, own[k].template_id, arena, &template, err)) {
                return false;
            }
            if ((int)template.channel != told) {
                told = (int)template.channel;
                line = arena_printf(arena, "%s %s=%s", line, channel_name(template.channel),
                                    template.name);
            }
        }
        if (shares[i] > 0) {
            line = arena_printf(arena, "%s share=%lld", line, (long long)shares[i]);
        }
        says[SKETCH_STEP_VARIANTS] =
            arena_printf(arena, "%s%s\n", says[SKETCH_STEP_VARIANTS], line);
    }
    return true;
}

/* Keep the words of a template, unless they are kept. A mail whose text was made of its HTML is its
 * HTML alone. */
static void keep_words(const struct reading *reading, const struct frozen_template *template)
{
    struct sketch *sketch = reading->sketch;
    struct error ignored = {.kind = ERROR_NONE};
    const char *text = NULL;
    const char *title = NULL;
    if (is_told(sketch->words, sketch->word_count, template) ||
        sketch->word_count == reading->word_room) {
        return;
    }
    struct frozen_template *kept = &sketch->words[sketch->word_count++];
    *kept = *template;
    kept->html = or_nothing(template->html);
    if (template->html != NULL &&
        plain_from_html(template->html, reading->arena, &text, &title, &ignored) &&
        text_equal(text, template->text)) {
        kept->text = "";
        kept->subject = "";
    }
    kept->text = or_nothing(kept->text);
    kept->subject = or_nothing(kept->subject);
}

static bool same_words(const struct frozen_template *a, const struct frozen_template *b)
{
    return a->channel == b->channel && text_equal(a->name, b->name) &&
           text_equal(a->language, b->language) && text_equal(a->subject, b->subject) &&
           text_equal(a->text, b->text) && text_equal(a->html, b->html) &&
           text_equal(or_nothing(a->partials), or_nothing(b->partials));
}

/* Whether the files of a template say what was frozen of it on a channel, in all languages. */
static bool is_of_files(const struct reading *reading, const struct frozen_template *templates,
                        size_t count, const struct frozen_template *one)
{
    CLEANUP(faults_free) struct faults faults;
    const struct message_setting setting = {
        .config = reading->config, .check = {.known = {.any_detail = true}, .any_campaign = true}};
    struct message_files *files = arena_alloc(reading->arena, sizeof *files);
    size_t frozen = 0;
    size_t alike = 0;
    faults_init(&faults);
    message_files_read(&setting, one->channel, one->name, reading->arena, &faults, files);
    for (size_t i = 0; i < count; i++) {
        if (templates[i].channel != one->channel || !text_equal(templates[i].name, one->name)) {
            continue;
        }
        frozen++;
        for (size_t k = 0; k < files->count; k++) {
            alike += same_words(&templates[i], &files->templates[k]);
        }
    }
    return faults.count == 0 && frozen == files->count && alike == frozen;
}

/* The words of all templates that are not those of files. */
static bool read_words(struct reading *reading, struct error *err)
{
    struct frozen_template *templates = NULL;
    size_t count = 0;
    if (!campaigns_templates(reading->db, reading->campaign->id, reading->arena, &templates, &count,
                             err)) {
        return false;
    }
    reading->word_room = count;
    reading->sketch->words = arena_array(reading->arena, count + 1, sizeof *reading->sketch->words);
    for (size_t i = 0; i < count; i++) {
        if (!is_of_files(reading, templates, count, &templates[i])) {
            keep_words(reading, &templates[i]);
        }
    }
    return true;
}

/* The names of the templates that a step has itself. */
static bool read_templates(const struct reading *reading, int64_t step_id, const char **says,
                           struct error *err)
{
    static const enum sketch_step_field fields[CHANNEL_COUNT] = {
        [CHANNEL_SMS] = SKETCH_STEP_SMS, [CHANNEL_EMAIL] = SKETCH_STEP_EMAIL};
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        int64_t id = 0;
        struct frozen_template template;
        says[fields[channel]] = "";
        if (!campaigns_template(reading->db, step_id, (enum channel)channel, "en", "en", &id,
                                err)) {
            return false;
        }
        if (id != 0) {
            if (!templates_get(reading->db, id, reading->arena, &template, err)) {
                return false;
            }
            says[fields[channel]] = template.name;
        }
    }
    return true;
}

/* The words of a time, or the time; "now" where it was the moment at which all was made. */
static const char *when(const struct reading *reading, const char *words, int64_t instant)
{
    return !text_empty(words)                 ? words
           : instant == reading->campaign->at ? "now"
                                              : clock_minute(instant, reading->arena);
}

static bool read_step(const struct reading *reading, const struct step *step, const char **says,
                      struct error *err)
{
    struct arena *arena = reading->arena;
    const bool daily = !text_empty(step->daily_until);
    const char *name = or_nothing(step->name);
    const size_t length = strlen(name);
    size_t words = 0;
    says[SKETCH_STEP_NAME] =
        daily && length > DAY_SUFFIX ? arena_span(arena, name, length - DAY_SUFFIX) : name;
    says[SKETCH_STEP_WHO] = step->who;
    says[SKETCH_STEP_CHANNELS] = !step->uses_email ? "sms"
                                 : !step->uses_sms ? "email"
                                 : step->sms_first ? "sms email"
                                                   : "email sms";
    says[SKETCH_STEP_AT] = when(reading, step->at_words, step->at);
    says[SKETCH_STEP_DEADLINE] = when(reading, step->deadline_words, step->deadline);
    says[SKETCH_STEP_DAILY_UNTIL] = or_nothing(step->daily_until);
    says[SKETCH_STEP_MAIL_AFTER] =
        step->mail_after > 0
            ? arena_printf(arena, "%lld hours", (long long)(step->mail_after / CLOCK_HOUR))
            : "";
    says[SKETCH_STEP_BUDGET] = step->budget > 0 ? amount(step->budget, arena) : "";
    says[SKETCH_STEP_PLAIN] = text_empty(step->plain)                                ? "none"
                              : text_equal(step->plain, plan_plain_words(&words)[0]) ? ""
                                                                                     : step->plain;
    says[SKETCH_STEP_HOURS_SMS] = or_nothing(step->hours_sms);
    says[SKETCH_STEP_HOURS_EMAIL] = or_nothing(step->hours_email);
    says[SKETCH_STEP_HOURS_WHY] = or_nothing(step->hours_why);
    read_question(or_nothing(step->asks), arena, says);
    return read_templates(reading, step->id, says, err) && read_trial(reading, step->id, says, err);
}

static int by_position(const void *a, const void *b)
{
    const struct step *one = a;
    const struct step *other = b;
    return one->position < other->position ? -1 : one->position > other->position;
}

/* Whether a step is a later day of the one before it. */
static bool is_later_day(const struct step *before, const struct step *step)
{
    const size_t length = strlen(or_nothing(step->name));
    return !text_empty(step->daily_until) && !text_empty(before->daily_until) &&
           length > DAY_SUFFIX && strlen(before->name) == length &&
           strncmp(before->name, step->name, length - DAY_SUFFIX) == 0;
}

bool sketch_read(struct db *db, const struct config *config, const struct campaign *campaign,
                 struct arena *arena, struct sketch *sketch, struct error *err)
{
    struct sketch made = {.word_count = 0};
    struct reading reading = {
        .db = db, .config = config, .campaign = campaign, .arena = arena, .sketch = &made};
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(db, campaign->id, arena, &steps, &count, err) ||
        !read_campaign(&reading, err) || !read_words(&reading, err)) {
        return false;
    }
    if (count > 1) {
        qsort(steps, count, sizeof *steps, by_position);
    }
    made.steps = arena_array(arena, count + 1, sizeof *made.steps);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && is_later_day(&steps[i - 1], &steps[i])) {
            continue;
        }
        if (!read_step(&reading, &steps[i], made.steps[made.step_count++].says, err)) {
            return false;
        }
    }
    *sketch = made;
    return true;
}
