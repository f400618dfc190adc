/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of a campaign's step. Each setting is looked for in the step's own group, then in that
 * of the campaign: what is said for all steps need not fit every one, so that a template, hours or
 * answers for a channel that a step does not use are a fault only where the step itself names
 * them. */
#include <string.h>

#include "libconfig_door.h"
#include "muster/base/hours.h"
#include "muster/base/text.h"
#include "muster/conf/plan.h"
#include "plan_private.h"

enum { WHY_MOST = 200, ANSWER_MOST = 20, ANSWERS_MOST = 9 };

enum { CHANNEL_SMS, CHANNEL_EMAIL, CHANNELS };

/* A step while it is read. */
struct reading {
    const struct libconfig *file;
    const struct libconfig_node *campaign;
    const struct libconfig_node *step; /* the campaign again, when it lists none */
    struct arena *arena;
    bool used[CHANNELS];
};

/* The group that says it: the step's own, unless only the campaign's does. */
static const struct libconfig_node *place(const struct reading *reading, const char *name)
{
    return libconfig_member(reading->step, name) == NULL &&
                   libconfig_member(reading->campaign, name) != NULL
               ? reading->campaign
               : reading->step;
}

/* Whether the step says it for itself. */
static bool own(const struct reading *reading, const char *name)
{
    return libconfig_member(reading->step, name) != NULL;
}

static const char *const channel_words[CHANNELS] = {"sms", "email"};

/* Which channels are used, in which order. */
static void read_channels(struct reading *reading, bool *sms_first)
{
    const struct libconfig *file = reading->file;
    const struct libconfig_node *group = place(reading, "channels");
    const struct libconfig_node *list = libconfig_list(file, group, "channels");
    size_t count = libconfig_count(list);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const char *word = libconfig_typed(file, node, false);
        if (word == NULL) {
            continue;
        }
        bool known = false;
        for (size_t j = 0; j < CHANNELS; j++) {
            if (strcmp(word, channel_words[j]) == 0) {
                known = !reading->used[j];
                reading->used[j] = true;
                *sms_first = *sms_first || (j == CHANNEL_SMS && i == 0);
            }
        }
        if (!known) {
            libconfig_fault(file, node,
                            "%s is \"%.40s\": channels are \"sms\" and \"email\", each "
                            "at most once",
                            libconfig_name(file, node), word);
        }
    }
    if (count == 0) {
        libconfig_fault(file, group, "%s.channels must name \"sms\" or \"email\" or both",
                        libconfig_name(file, group));
    }
}

/* The template of a channel: there when the channel is used, and only then; where every variant has
 * its own, the step need not name one. */
static const char *read_template(const struct reading *reading, size_t channel,
                                 const struct plan_trial *trial)
{
    const struct libconfig *file = reading->file;
    const char *word = channel_words[channel];
    const struct libconfig_node *node = libconfig_member(reading->step, word);
    if (!reading->used[channel]) {
        if (node != NULL) {
            libconfig_fault(file, node, "%s names a template, but \"%s\" is not among the channels",
                            libconfig_name(file, node), word);
        }
        return "";
    }
    const char *varied = plan_trial_template(trial, channel == CHANNEL_SMS);
    const char *name = plan_read_word(file, place(reading, word), word, varied[0] == '\0');
    return name[0] == '\0' ? varied : name;
}

/* What is learnt from holding members out is how many of them report a vote. */
static void read_trial(const struct reading *reading, const char *ballot, struct plan_trial *trial)
{
    plan_read_trial(reading->file, reading->campaign, reading->step, reading->used, reading->arena,
                    trial);
    if (trial->held_out > 0 && ballot[0] == '\0') {
        const struct libconfig_node *node =
            libconfig_member(place(reading, "held_out"), "held_out");
        libconfig_fault(reading->file, node,
                        "%s: what members do is noted in a ballot, but campaign.ballot names none,"
                        " so that nothing would be learnt",
                        libconfig_name(reading->file, node));
    }
}

/* What the campaign says for all steps concerns those that a mail can follow. */
static int64_t read_mail_after(const struct reading *reading, const struct plan_step *step)
{
    const bool follows = step->uses_sms && step->uses_email && step->sms_first;
    return follows || own(reading, "mail_after")
               ? plan_read_mail_after(reading->file, place(reading, "mail_after"), follows)
               : 0;
}

static const char *const plain_words[] = {"punctuation", "letters", "names", "welsh"};

const char *const *plan_plain_words(size_t *count)
{
    *count = ARRAY_LENGTH(plain_words);
    return plain_words;
}

static bool is_plain_word(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(plain_words); i++) {
        if (strcmp(word, plain_words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const char *read_plain(const struct reading *reading)
{
    const struct libconfig *file = reading->file;
    const struct libconfig_node *list = libconfig_list(file, place(reading, "plain"), "plain");
    const char *words = list == NULL ? plain_words[0] : "";
    for (size_t i = 0; i < libconfig_count(list); i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const char *word = libconfig_typed(file, node, false);
        if (word != NULL && !is_plain_word(word)) {
            libconfig_fault(file, node,
                            "%s is \"%.40s\", but must be \"punctuation\", \"letters\", "
                            "\"names\" or \"welsh\"",
                            libconfig_name(file, node), word);
        } else if (word != NULL) {
            words =
                arena_printf(reading->arena, "%s%s%s", words, words[0] == '\0' ? "" : " ", word);
        }
    }
    return words;
}

static void read_answer(const struct libconfig *file, const struct libconfig_node *node,
                        const char *means, struct plan_answer *answer)
{
    const char *says = libconfig_value(file, node);
    *answer = (struct plan_answer){
        .means = means, .says = says == NULL ? "" : says, .line = libconfig_line(node)};
    if (says != NULL && (says[0] == '\0' || strlen(says) > ANSWER_MOST ||
                         says[strspn(says, PLAN_LETTERS_AND_DIGITS)] != '\0')) {
        libconfig_fault(file, node,
                        "%s is \"%.40s\", but an answer is a digit or one word, of letters and"
                        " digits",
                        libconfig_name(file, node), says);
    }
}

/* A meaning and what says it: one answer, or a list. */
static void read_answers(const struct reading *reading, struct plan_step *step)
{
    static const char *const questions[] = {"none", "plan"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *answers =
        libconfig_group(file, place(reading, "answers"), "answers");
    struct plan_answer *read = arena_array(reading->arena, ANSWERS_MOST + 1, sizeof *read);
    for (size_t i = 0; i < libconfig_count(answers); i++) {
        const struct libconfig_node *node = libconfig_at(answers, i);
        const bool several = libconfig_is_list(node);
        const size_t count = several ? libconfig_count(node) : 1;
        for (size_t k = 0; k < count; k++) {
            if (step->answer_count == ANSWERS_MOST) {
                libconfig_fault(file, node, "%s has more than %d answers",
                                libconfig_name(file, answers), ANSWERS_MOST);
                break;
            }
            read_answer(file, several ? libconfig_at(node, k) : node,
                        arena_text(reading->arena, libconfig_key(node)),
                        &read[step->answer_count++]);
        }
    }
    step->answers = read;
    step->asks_day =
        libconfig_word(file, place(reading, "question"), "question", questions, 2, 0) == 1;
}

/* Answers come to texts, and are noted in a ballot, or of an action. */
static void check_answers(const struct reading *reading, const struct campaign_plan *plan,
                          struct plan_step *step)
{
    const char *name = step->answer_count > 0 ? "answers" : "question";
    const struct libconfig_node *node = libconfig_member(place(reading, name), name);
    if (step->answer_count == 0 && !step->asks_day) {
        return;
    }
    const char *full = libconfig_name(reading->file, node);
    if (!reading->used[CHANNEL_SMS]) {
        step->answer_count = 0;
        step->asks_day = false;
        if (own(reading, name)) {
            libconfig_fault(reading->file, node,
                            "%s: members answer texts, but \"sms\" is not among the channels",
                            full);
        }
    } else if (plan->action[0] != '\0' && step->asks_day) {
        libconfig_fault(
            reading->file, node,
            "%s: on which day members vote is asked about a ballot, not about an action", full);
    } else if (plan->ballot[0] == '\0' && plan->action[0] == '\0') {
        libconfig_fault(reading->file, node,
                        "%s: what members answer is noted in a ballot or of an action, but neither"
                        " campaign.ballot nor campaign.action names one",
                        full);
    }
}

/* The hours of a channel, written as best they are; NULL when none are given, or after a fault. */
static const char *read_channel_hours(const struct reading *reading,
                                      const struct libconfig_node *group, size_t index)
{
    const struct libconfig *file = reading->file;
    const char *channel = channel_words[index];
    const struct libconfig_node *node = libconfig_member(group, channel);
    struct hours hours;
    struct error reason = {0};
    if (node == NULL) {
        return NULL;
    }
    if (!reading->used[index]) {
        libconfig_fault(file, node, "%s: \"%s\" is not among the channels",
                        libconfig_name(file, node), channel);
        return NULL;
    }
    const char *text = libconfig_text(file, group, channel, NULL);
    if (text[0] == '\0') {
        return NULL;
    }
    if (!hours_parse(text, &hours, &reason)) {
        libconfig_fault(file, node, "%s is \"%.80s\": %s", libconfig_name(file, node), text,
                        reason.text);
        return NULL;
    }
    return hours_format(&hours, reading->arena);
}

/* Hours of its own, which need a reason: somebody will be asked for it. Those of the campaign are
 * not the step's, but hold for it all the same. */
static void read_hours(const struct reading *reading, struct plan_hours *hours)
{
    static const char *const names[] = {"sms", "email", "why"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *group = libconfig_group(file, reading->step, "hours");
    if (group == NULL) {
        return;
    }
    const char *full = libconfig_name(file, group);
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    hours->sms = read_channel_hours(reading, group, CHANNEL_SMS);
    hours->email = read_channel_hours(reading, group, CHANNEL_EMAIL);
    if (libconfig_member(group, "sms") == NULL && libconfig_member(group, "email") == NULL) {
        libconfig_fault(file, group, "%s must give sms or email or both", full);
    }
    hours->why = libconfig_text(file, group, "why", NULL);
    if (strlen(hours->why) > WHY_MOST || strchr(hours->why, '\n') != NULL) {
        libconfig_fault(file, libconfig_member(group, "why"),
                        "%s.why must be one line of at most %d bytes", full, WHY_MOST);
    }
}

void plan_read_hours(const struct libconfig *file, const struct libconfig_node *campaign,
                     bool texts, bool mails, struct arena *arena, struct plan_hours *hours)
{
    const struct reading reading = {.file = file,
                                    .campaign = campaign,
                                    .step = campaign,
                                    .arena = arena,
                                    .used = {[CHANNEL_SMS] = texts, [CHANNEL_EMAIL] = mails}};
    read_hours(&reading, hours);
}

/* A deadline of its own, or so long after the step's time; the nearer of the two groups decides. */
static void read_deadline(const struct reading *reading, struct plan_step *step)
{
    const struct libconfig *file = reading->file;
    const struct libconfig_node *group =
        own(reading, "within") || own(reading, "deadline") ? reading->step : reading->campaign;
    const struct libconfig_node *within = libconfig_member(group, "within");
    if (within == NULL) {
        group = libconfig_member(group, "deadline") == NULL ? reading->step : group;
        step->deadline = plan_read_when(file, group, "deadline", true, false);
        return;
    }
    if (libconfig_member(group, "deadline") != NULL) {
        libconfig_fault(file, within, "%s.within and %s.deadline are both given: one will do",
                        libconfig_name(file, group), libconfig_name(file, group));
    }
    const char *span = libconfig_text(file, group, "within", NULL);
    step->deadline = (struct plan_when){
        .text = span[0] == '\0' ? "" : arena_printf(reading->arena, "at + %s", span),
        .name = libconfig_name(file, within),
        .line = libconfig_line(within),
    };
}

static void check_times(const struct libconfig *file, const struct plan_step *step,
                        const struct libconfig_node *deadline)
{
    if (step->at.instant != 0 && step->deadline.instant != 0 &&
        step->deadline.instant <= step->at.instant) {
        libconfig_fault(file, deadline, "%s is not after %s", step->deadline.name, step->at.name);
    }
}

/* A step that is listed says what it is called, and nothing that only a campaign can say. */
static void read_own(const struct reading *reading, struct plan_step *step)
{
    static const char *const names[] = {
        "name",     "who",        "channels", "sms",         "email", "at",
        "hours",    "deadline",   "within",   "daily_until", "plain", "answers",
        "question", "mail_after", "held_out", "variants",    "trial", "budget"};
    step->name = "";
    step->daily_until.text = "";
    if (reading->step != reading->campaign) {
        libconfig_known(reading->file, reading->step, names, ARRAY_LENGTH(names));
        step->name = plan_read_word(reading->file, reading->step, "name", true);
        step->daily_until =
            plan_read_when(reading->file, reading->step, "daily_until", false, true);
        read_hours(reading, &step->hours);
    }
}

void plan_read_step(const struct libconfig *file, const struct libconfig_node *campaign,
                    const struct libconfig_node *step, const struct campaign_plan *plan,
                    struct arena *arena, struct plan_step *read)
{
    struct reading reading = {.file = file, .campaign = campaign, .step = step, .arena = arena};
    *read = (struct plan_step){.path = libconfig_name(file, step), .line = libconfig_line(step)};
    read_channels(&reading, &read->sms_first);
    read_own(&reading, read);
    read->plain = read_plain(&reading);
    read->who = libconfig_text(file, place(&reading, "who"), "who", NULL);
    read_trial(&reading, plan->ballot, &read->trial);
    read->sms_template = read_template(&reading, CHANNEL_SMS, &read->trial);
    read->email_template = read_template(&reading, CHANNEL_EMAIL, &read->trial);
    read->uses_sms = reading.used[CHANNEL_SMS];
    read->uses_email = reading.used[CHANNEL_EMAIL];
    read->mail_after = read_mail_after(&reading, read);
    if (step != campaign) { /* the campaign's is of all its steps */
        read->budget = plan_read_budget(file, step, read->uses_sms);
    }
    read_answers(&reading, read);
    check_answers(&reading, plan, read);
    read->at = plan_read_when(file, place(&reading, "at"), "at", true, false);
    read_deadline(&reading, read);
    check_times(file, read, libconfig_member(place(&reading, "deadline"), "deadline"));
}
