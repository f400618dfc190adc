/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of campaign files, and what it shares with that of ballots. */
#include "muster/conf/plan.h"

#include <string.h>

#include "config_private.h"
#include "libconfig_door.h"
#include "muster/base/clock.h"
#include "muster/base/hours.h"
#include "muster/base/text.h"
#include "muster/conf/tariff.h"
#include "plan_private.h"

enum { NAME_MAX_LENGTH = 64, WHY_MOST = 200, ANSWER_MOST = 20, ANSWERS_MOST = 9 };

#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* "has-it-come": letters, digits, hyphens. */
static bool is_word(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= NAME_MAX_LENGTH && text[0] != '-' &&
           strspn(text, LETTERS_AND_DIGITS "-") == length;
}

const char *plan_read_word(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, bool needed)
{
    const char *text = libconfig_text(file, group, name, needed ? NULL : "");
    if (text[0] != '\0' && !is_word(text)) {
        const struct libconfig_node *node = libconfig_member(group, name);
        libconfig_fault(file, node, "%s is \"%.40s\", but must be letters, digits and hyphens",
                        libconfig_name(file, node), text);
    }
    return text;
}

int64_t plan_read_time(const struct libconfig *file, const struct libconfig_node *group,
                       const char *name, bool day)
{
    const char *text = libconfig_text(file, group, name, NULL);
    if (text[0] == '\0') {
        return 0;
    }
    const struct libconfig_node *node = libconfig_member(group, name);
    const char *full = libconfig_name(file, node);
    int64_t instant = 0;
    if (!clock_parse(text, &instant)) {
        libconfig_fault(file, node,
                        "%s is \"%.40s\", but must be a day and time that exist, such as "
                        "\"2026-11-23 10:00\"",
                        full, text);
        return 0;
    }
    if (!day && strlen(text) == strlen("2026-11-23")) {
        libconfig_fault(file, node, "%s needs a time of day too: \"%s 17:00\"", full, text);
    }
    return instant;
}

enum { CHANNEL_SMS, CHANNEL_EMAIL, CHANNELS };

static const char *const channel_words[CHANNELS] = {"sms", "email"};

/* Which channels are used, in which order. */
static void read_channels(const struct libconfig *file, const struct libconfig_node *group,
                          bool used[CHANNELS], bool *sms_first)
{
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
                known = !used[j];
                used[j] = true;
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
        libconfig_fault(file, group, "campaign.channels must name \"sms\" or \"email\" or both");
    }
}

/* The template of a channel: there when the channel is used, and only then; unless every variant
 * has its own, of which `varied` is the first. */
static const char *read_template(const struct libconfig *file, const struct libconfig_node *group,
                                 const char *channel, bool used, const char *varied)
{
    const struct libconfig_node *node = libconfig_member(group, channel);
    if (node != NULL && !used) {
        libconfig_fault(file, node,
                        "campaign.%s names a template, but \"%s\" is not among the "
                        "channels",
                        channel, channel);
    }
    const char *name = plan_read_word(file, group, channel, used && varied[0] == '\0');
    return name[0] == '\0' ? varied : name;
}

/* What is learnt from holding members out is how many of them report a vote. */
static void read_trial(const struct libconfig *file, const struct libconfig_node *group,
                       const bool used[CHANNELS], struct arena *arena, struct campaign_plan *plan)
{
    plan_read_trial(file, group, used, arena, &plan->trial);
    if (plan->trial.held_out > 0 && plan->ballot[0] == '\0') {
        libconfig_fault(file, libconfig_member(group, "held_out"),
                        "campaign.held_out: what members do is noted in a ballot, but"
                        " campaign.ballot names none, so that nothing would be learnt");
    }
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

static const char *read_plain(const struct libconfig *file, const struct libconfig_node *group,
                              struct arena *arena)
{
    const struct libconfig_node *list = libconfig_list(file, group, "plain");
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
            words = arena_printf(arena, "%s%s%s", words, words[0] == '\0' ? "" : " ", word);
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
                         says[strspn(says, LETTERS_AND_DIGITS)] != '\0')) {
        libconfig_fault(file, node,
                        "%s is \"%.40s\", but an answer is a digit or one word, of letters and"
                        " digits",
                        libconfig_name(file, node), says);
    }
}

/* A meaning and what says it: one answer, or a list. */
static void read_answers(const struct libconfig *file, const struct libconfig_node *group,
                         struct arena *arena, struct campaign_plan *plan)
{
    const struct libconfig_node *answers = libconfig_group(file, group, "answers");
    struct plan_answer *read = arena_array(arena, ANSWERS_MOST + 1, sizeof *read);
    for (size_t i = 0; i < libconfig_count(answers); i++) {
        const struct libconfig_node *node = libconfig_at(answers, i);
        const bool several = libconfig_is_list(node);
        const size_t count = several ? libconfig_count(node) : 1;
        for (size_t k = 0; k < count; k++) {
            if (plan->answer_count == ANSWERS_MOST) {
                libconfig_fault(file, node, "campaign.answers has more than %d answers",
                                ANSWERS_MOST);
                break;
            }
            read_answer(file, several ? libconfig_at(node, k) : node,
                        arena_text(arena, libconfig_key(node)), &read[plan->answer_count++]);
        }
    }
    plan->answers = read;
    static const char *const questions[] = {"none", "plan"};
    plan->asks_day = libconfig_word(file, group, "question", questions, 2, 0) == 1;
}

/* Answers come to texts, and are noted in a ballot. */
static void check_answers(const struct libconfig *file, const struct libconfig_node *group,
                          bool texts, const struct campaign_plan *plan)
{
    const char *name = plan->answer_count > 0 ? "answers" : "question";
    if (plan->answer_count == 0 && !plan->asks_day) {
        return;
    }
    if (!texts) {
        libconfig_fault(file, libconfig_member(group, name),
                        "campaign.%s: members answer texts, but \"sms\" is not among the channels",
                        name);
    }
    if (plan->ballot[0] == '\0') {
        libconfig_fault(file, libconfig_member(group, name),
                        "campaign.%s: what members answer is noted in a ballot, but"
                        " campaign.ballot names none",
                        name);
    }
}

/* A detail is a text, a whole number, or a list of them. */
static void read_detail(const struct libconfig *file, const struct libconfig_node *node,
                        struct arena *arena, struct plan_detail *detail)
{
    detail->name = arena_text(arena, libconfig_key(node));
    detail->list = libconfig_is_list(node);
    detail->count = detail->list ? libconfig_count(node) : 1;
    const char **values = arena_array(arena, detail->count + 1, sizeof *values);
    for (size_t i = 0; i < detail->count; i++) {
        const struct libconfig_node *value = detail->list ? libconfig_at(node, i) : node;
        values[i] = libconfig_value(file, value);
        values[i] = values[i] == NULL ? "" : values[i];
    }
    detail->values = values;
    if (!config_value_is_name(detail->name)) {
        libconfig_fault(file, node, "%s: a detail's name is letters, digits and underscores",
                        libconfig_name(file, node));
    }
}

static void read_details(const struct libconfig *file, const struct libconfig_node *group,
                         struct arena *arena, struct campaign_plan *plan)
{
    const struct libconfig_node *details = libconfig_group(file, group, "details");
    const size_t count = libconfig_count(details);
    struct plan_detail *read = arena_array(arena, count + 1, sizeof *read);
    for (size_t i = 0; i < count; i++) {
        read_detail(file, libconfig_at(details, i), arena, &read[i]);
    }
    plan->details = read;
    plan->detail_count = count;
}

/* The hours of a channel, written as best they are; NULL when none are given, or after a fault. */
static const char *read_channel_hours(const struct libconfig *file,
                                      const struct libconfig_node *group, const char *channel,
                                      bool used, struct arena *arena)
{
    const struct libconfig_node *node = libconfig_member(group, channel);
    struct hours hours;
    struct error reason = {0};
    if (node == NULL) {
        return NULL;
    }
    if (!used) {
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
    return hours_format(&hours, arena);
}

/* Hours of the campaign's own, which need a reason: somebody will be asked for it. */
static void read_hours(const struct libconfig *file, const struct libconfig_node *campaign,
                       const bool used[CHANNELS], struct arena *arena, struct campaign_plan *plan)
{
    static const char *const names[] = {"sms", "email", "why"};
    const struct libconfig_node *group = libconfig_group(file, campaign, "hours");
    if (group == NULL) {
        return;
    }
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    plan->hours_sms = read_channel_hours(file, group, "sms", used[CHANNEL_SMS], arena);
    plan->hours_email = read_channel_hours(file, group, "email", used[CHANNEL_EMAIL], arena);
    if (libconfig_member(group, "sms") == NULL && libconfig_member(group, "email") == NULL) {
        libconfig_fault(file, group, "campaign.hours must give sms or email or both");
    }
    plan->hours_why = libconfig_text(file, group, "why", NULL);
    if (strlen(plan->hours_why) > WHY_MOST || strchr(plan->hours_why, '\n') != NULL) {
        libconfig_fault(file, libconfig_member(group, "why"),
                        "campaign.hours.why must be one line of at most %d bytes", WHY_MOST);
    }
}

bool plan_parse_budget(const char *text, int64_t *millionths)
{
    int64_t amount = 0;
    if (!text_decimal(text, TARIFF_DECIMALS, (int64_t)PLAN_BUDGET_MOST * TARIFF_UNIT, &amount) ||
        amount == 0) {
        return false;
    }
    *millionths = amount;
    return true;
}

/* What the messages are for. A ballot is the members' own affair; of anything else the file has
 * to say so, as the one slip keeps a message from a few and the other breaks what they were
 * promised. */
static bool read_promotional(const struct libconfig *file, const struct libconfig_node *group,
                             bool of_ballot)
{
    const struct libconfig_node *node = libconfig_member(group, "purpose");
    if (node == NULL) {
        return !of_ballot;
    }
    const char *word = libconfig_text(file, group, "purpose", NULL);
    if (word[0] != '\0' && strcmp(word, "service") != 0 && strcmp(word, "promotional") != 0) {
        libconfig_fault(file, node,
                        "campaign.purpose is \"%.40s\", but must be \"service\" or \"promotional\"",
                        word);
    }
    return strcmp(word, "promotional") == 0;
}

static int64_t read_budget(const struct libconfig *file, const struct libconfig_node *group,
                           bool texts)
{
    const struct libconfig_node *node = libconfig_member(group, "budget");
    int64_t budget = PLAN_BUDGET_NONE;
    if (node == NULL) {
        return budget;
    }
    const char *text = libconfig_text(file, group, "budget", NULL);
    if (text[0] != '\0' && !plan_parse_budget(text, &budget)) {
        libconfig_fault(file, node,
                        "campaign.budget is \"%.40s\", but must be an amount such as \"50.00\": "
                        "more than 0, at most %d",
                        text, PLAN_BUDGET_MOST);
    }
    if (!texts) {
        libconfig_fault(file, node,
                        "campaign.budget is for texts, but \"sms\" is not among the channels");
    }
    return budget;
}

static void read_campaign(const struct libconfig *file, const struct libconfig_node *group,
                          struct arena *arena, struct campaign_plan *plan)
{
    static const char *const names[] = {"name",     "title",    "ballot",   "who",     "channels",
                                        "sms",      "email",    "at",       "hours",   "budget",
                                        "deadline", "plain",    "details",  "answers", "question",
                                        "purpose",  "held_out", "variants", "trial"};
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    plan->plain = read_plain(file, group, arena);
    read_details(file, group, arena, plan);
    plan->name = plan_read_word(file, group, "name", true);
    plan->title = libconfig_text(file, group, "title", plan->name);
    plan->ballot = plan_read_word(file, group, "ballot", false);
    plan->promotional = read_promotional(file, group, plan->ballot[0] != '\0');
    plan->who = libconfig_text(file, group, "who", NULL);
    bool used[CHANNELS] = {false};
    read_channels(file, group, used, &plan->sms_first);
    read_trial(file, group, used, arena, plan);
    plan->sms_template = read_template(file, group, "sms", used[CHANNEL_SMS],
                                       plan_trial_template(&plan->trial, true));
    plan->email_template = read_template(file, group, "email", used[CHANNEL_EMAIL],
                                         plan_trial_template(&plan->trial, false));
    read_hours(file, group, used, arena, plan);
    plan->budget = read_budget(file, group, used[CHANNEL_SMS]);
    read_answers(file, group, arena, plan);
    check_answers(file, group, used[CHANNEL_SMS], plan);
    bool now = strcmp(libconfig_text(file, group, "at", ""), "now") == 0;
    plan->at = now ? 0 : plan_read_time(file, group, "at", false);
    plan->deadline = plan_read_time(file, group, "deadline", false);
    if (plan->at != 0 && plan->deadline != 0 && plan->deadline <= plan->at) {
        libconfig_fault(file, libconfig_member(group, "deadline"),
                        "campaign.deadline is not after campaign.at");
    }
}

bool plan_read_campaign(const char *path, struct arena *arena, struct faults *faults,
                        struct campaign_plan *plan, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!libconfig_open(path, ERROR_DATA, arena, faults, &file, err)) {
        return false;
    }
    struct campaign_plan made = {0};
    const struct libconfig_node *group = libconfig_subject(file, "campaign");
    if (group != NULL) {
        read_campaign(file, group, arena, &made);
    }
    if (!libconfig_conclude(file, ERROR_DATA, err)) {
        return false;
    }
    *plan = made;
    return true;
}
