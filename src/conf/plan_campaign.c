/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of campaign files: what holds for a campaign as a whole. */
#include <string.h>

#include "config_private.h"
#include "libconfig_door.h"
#include "muster/base/text.h"
#include "muster/conf/plan.h"
#include "muster/conf/tariff.h"
#include "plan_private.h"

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

/* What it is about: a ballot, an action, or neither. */
static void read_subject(const struct libconfig *file, const struct libconfig_node *group,
                         struct campaign_plan *plan)
{
    plan->ballot = plan_read_word(file, group, "ballot", false);
    plan->action = plan_read_word(file, group, "action", false);
    if (plan->ballot[0] != '\0' && plan->action[0] != '\0') {
        libconfig_fault(file, libconfig_member(group, "action"),
                        "campaign.action: a campaign is of a ballot or of an action, not of both");
    }
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

int64_t plan_read_budget(const struct libconfig *file, const struct libconfig_node *group,
                         bool texts)
{
    const struct libconfig_node *node = libconfig_member(group, "budget");
    int64_t budget = 0;
    if (node == NULL) {
        return budget;
    }
    const char *text = libconfig_text(file, group, "budget", NULL);
    if (text[0] != '\0' && !plan_parse_budget(text, &budget)) {
        libconfig_fault(file, node,
                        "%s is \"%.40s\", but must be an amount such as \"50.00\": more than 0, "
                        "at most %d",
                        libconfig_name(file, node), text, PLAN_BUDGET_MOST);
    }
    if (!texts) {
        libconfig_fault(file, node, "%s is for texts, but \"sms\" is not among the channels",
                        libconfig_name(file, node));
    }
    return budget;
}

/* The names of steps tell them apart, in listings and in what is logged. */
static void check_names(const struct libconfig *file, const struct libconfig_node *list,
                        const struct campaign_plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (plan->steps[i].name[0] != '\0' &&
                text_equal(plan->steps[i].name, plan->steps[k].name)) {
                libconfig_fault(file, libconfig_member(libconfig_at(list, i), "name"),
                                "%s.name is \"%s\", as is that of another step",
                                plan->steps[i].path, plan->steps[i].name);
            }
        }
    }
}

/* The steps that are listed, or the one that the campaign itself is. */
static void read_steps(const struct libconfig *file, const struct libconfig_node *group,
                       struct arena *arena, struct campaign_plan *plan)
{
    const bool listed = libconfig_member(group, "steps") != NULL;
    const struct libconfig_node *list = libconfig_list(file, group, "steps");
    size_t count = listed ? libconfig_count(list) : 1;
    if (count > PLAN_STEPS_MOST) {
        libconfig_fault(file, list, "campaign.steps has more than %d steps", PLAN_STEPS_MOST);
        count = PLAN_STEPS_MOST;
    }
    if (list != NULL && count == 0) {
        libconfig_fault(file, list, "campaign.steps is empty: a campaign has one step at least");
    }
    if (listed && libconfig_member(group, "variants") != NULL) {
        libconfig_fault(file, libconfig_member(group, "variants"),
                        "campaign.variants: each step has messages of its own, so its variants"
                        " stand in the step");
    }
    struct plan_step *steps = arena_array(arena, count + 1, sizeof *steps);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *step = listed ? libconfig_at(list, i) : group;
        if (libconfig_is_group(step)) {
            plan_read_step(file, group, step, plan, arena, &steps[plan->step_count++]);
        } else {
            libconfig_fault(file, step, "%s must be a group { ... }", libconfig_name(file, step));
        }
    }
    plan->steps = steps;
    check_names(file, list, plan);
}

static void read_campaign(const struct libconfig *file, const struct libconfig_node *group,
                          struct arena *arena, struct campaign_plan *plan)
{
    static const char *const names[] = {
        "name",       "title",      "ballot",   "who",      "channels", "sms",
        "email",      "at",         "hours",    "budget",   "deadline", "plain",
        "details",    "answers",    "question", "purpose",  "within",   "steps",
        "replies_to", "mail_after", "held_out", "variants", "trial",    "action"};
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    read_details(file, group, arena, plan);
    plan->name = plan_read_word(file, group, "name", true);
    plan->title = libconfig_text(file, group, "title", plan->name);
    read_subject(file, group, plan);
    plan->replies_to = plan_read_word(file, group, "replies_to", false);
    plan->promotional = read_promotional(file, group, plan->ballot[0] != '\0');
    read_steps(file, group, arena, plan);
    bool texts = false;
    bool mails = false;
    for (size_t i = 0; i < plan->step_count; i++) {
        texts = texts || plan->steps[i].uses_sms;
        mails = mails || plan->steps[i].uses_email;
    }
    plan_read_hours(file, group, texts, mails, arena, &plan->hours);
    const int64_t budget = plan_read_budget(file, group, texts);
    plan->budget = budget == 0 ? PLAN_BUDGET_NONE : budget;
}

static bool read_file(const struct libconfig *file, struct arena *arena, struct campaign_plan *plan,
                      struct error *err)
{
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

bool plan_read_campaign(const char *path, struct arena *arena, struct faults *faults,
                        struct campaign_plan *plan, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    return libconfig_open(path, ERROR_DATA, arena, faults, &file, err) &&
           read_file(file, arena, plan, err);
}

bool plan_read_campaign_text(const char *name, const char *text, struct arena *arena,
                             struct faults *faults, struct campaign_plan *plan, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    return libconfig_open_text(name, text, ERROR_DATA, arena, faults, &file, err) &&
           read_file(file, arena, plan, err);
}
