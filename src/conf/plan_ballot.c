/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of ballot files. */
#include "muster/base/calendar.h"
#include "muster/base/text.h"
#include "muster/conf/law.h"
#include "muster/conf/plan.h"
#include "muster/conf/retention.h"
#include "plan_private.h"

static const char *const methods[] = {"postal", "hybrid", "electronic", "workplace"};
static const char *const counts[] = {"each employer", "together"};
static const char *const posts[] = {"first class", "second class"};
static const char *const answers[] = {"no", "yes"};

static void read_threshold(const struct libconfig *file, const struct libconfig_node *group,
                           struct ballot_plan *plan)
{
    const char *text = libconfig_text(file, group, "threshold", "law");
    plan->threshold_of_law = text_equal(text, "law");
    if (text[0] != '\0' && !plan->threshold_of_law && !law_parse_part(text, &plan->threshold)) {
        libconfig_fault(file, libconfig_member(group, "threshold"),
                        "ballot.threshold is \"%.40s\", but must be \"law\", a fraction such as"
                        " \"1/2\", or \"0\"",
                        text);
    }
}

/* When replacement papers can be asked for. */
static void read_replacements(const struct libconfig *file, const struct libconfig_node *ballot,
                              struct ballot_plan *plan)
{
    static const char *const names[] = {"from", "until"};
    const struct libconfig_node *group = libconfig_group(file, ballot, "replacements");
    if (group == NULL) {
        return;
    }
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    const int64_t from = plan_read_time(file, group, "from", true);
    const int64_t until = plan_read_time(file, group, "until", false);
    if (from == 0 || until == 0 || plan->opens == 0 || plan->closes == 0) {
        return;
    }
    if (until <= from) {
        libconfig_fault(file, libconfig_member(group, "until"),
                        "ballot.replacements.until is not after ballot.replacements.from");
    } else if (from < plan->opens || until > plan->closes) {
        libconfig_fault(file, group, "ballot.replacements do not lie within the ballot");
    }
    plan->replacements_from = from;
    plan->replacements_until = until;
}

/* The last day on which a paper may be posted, where the union says so itself. */
static void read_last_post(const struct libconfig *file, const struct libconfig_node *group,
                           struct ballot_plan *plan)
{
    const char *text = libconfig_text(file, group, "last_safe_post", "");
    const struct libconfig_node *node = libconfig_member(group, "last_safe_post");
    if (text[0] == '\0') {
        return;
    }
    int date = 0;
    if (!calendar_parse(text, &date)) {
        libconfig_fault(file, node,
                        "ballot.last_safe_post is \"%.40s\", but must be a day such as"
                        " \"2026-12-15\"",
                        text);
        return;
    }
    plan->last_post = plan_read_time(file, group, "last_safe_post", true);
    if (plan->opens != 0 && plan->closes != 0 &&
        (plan->last_post < plan->opens || plan->last_post > plan->closes)) {
        libconfig_fault(file, node, "ballot.last_safe_post does not lie within the ballot");
    }
    if (!plan_by_post(plan->method)) {
        libconfig_fault(file, node,
                        "ballot.last_safe_post: nothing is posted in a ballot by \"%s\"",
                        plan->method);
    }
}

/* One question; false after a fault of it. */
static bool read_question(const struct libconfig *file, const struct libconfig_node *node,
                          struct plan_question *question)
{
    static const char *const names[] = {"name", "text"};
    if (!libconfig_is_group(node)) {
        libconfig_fault(file, node, "%s must be { name = \"strike\"; text = \"...\"; }",
                        libconfig_name(file, node));
        return false;
    }
    libconfig_known(file, node, names, ARRAY_LENGTH(names));
    question->name = plan_read_word(file, node, "name", true);
    question->text = libconfig_text(file, node, "text", question->name);
    return question->name[0] != '\0';
}

/* What is asked on the paper. */
static void read_questions(const struct libconfig *file, const struct libconfig_node *group,
                           struct arena *arena, struct ballot_plan *plan)
{
    const struct libconfig_node *list = libconfig_list(file, group, "questions");
    const size_t count = libconfig_count(list);
    struct plan_question *questions = arena_array(arena, count + 1, sizeof *questions);
    if (count > PLAN_QUESTIONS_MOST) {
        libconfig_fault(file, list, "ballot.questions are more than %d", (int)PLAN_QUESTIONS_MOST);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        if (!read_question(file, node, &questions[plan->question_count])) {
            continue;
        }
        for (size_t j = 0; j < plan->question_count; j++) {
            if (text_equal(questions[j].name, questions[plan->question_count].name)) {
                libconfig_fault(file, node, "%s has the name of another, '%s'",
                                libconfig_name(file, node), questions[j].name);
            }
        }
        plan->question_count++;
    }
    plan->questions = questions;
}

/* How long it is kept who told what. */
static void read_retention(const struct libconfig *file, const struct libconfig_node *group,
                           struct ballot_plan *plan)
{
    const struct libconfig_node *node = libconfig_member(group, "retention");
    const char *text = libconfig_text(file, group, "retention", "");
    struct retention retention;
    if (node == NULL) {
        return;
    }
    if (!retention_parse(text, &retention)) {
        libconfig_fault(file, node, "ballot.retention is \"%.40s\", but must be " RETENTION_WANTED,
                        text);
    }
    plan->retention = text;
}

static const char *read_choice(const struct libconfig *file, const struct libconfig_node *group,
                               const char *name, const char *const *words, size_t count)
{
    return words[libconfig_word(file, group, name, words, count, 0)];
}

static void read_ballot(const struct libconfig *file, const struct libconfig_node *group,
                        struct arena *arena, struct ballot_plan *plan)
{
    static const char *const names[] = {
        "name",           "title",        "opens",
        "closes",         "who",          "threshold",
        "method",         "count",        "jurisdiction",
        "post",           "replacements", "important_public_service",
        "last_safe_post", "questions",    "retention"};
    size_t jurisdictions = 0;
    const char *const *words = law_jurisdictions(&jurisdictions);
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    plan->name = plan_read_word(file, group, "name", true);
    plan->title = libconfig_text(file, group, "title", plan->name);
    plan->opens = plan_read_time(file, group, "opens", true);
    plan->closes = plan_read_time(file, group, "closes", false);
    plan->who = libconfig_text(file, group, "who", NULL);
    if (plan->opens != 0 && plan->closes != 0 && plan->closes <= plan->opens) {
        libconfig_fault(file, libconfig_member(group, "closes"),
                        "ballot.closes is not after ballot.opens");
    }
    plan->method = read_choice(file, group, "method", methods, ARRAY_LENGTH(methods));
    plan->together = libconfig_word(file, group, "count", counts, ARRAY_LENGTH(counts), 0) == 1;
    plan->second_class = libconfig_word(file, group, "post", posts, ARRAY_LENGTH(posts), 0) == 1;
    plan->jurisdiction = read_choice(file, group, "jurisdiction", words, jurisdictions);
    plan->important = libconfig_word(file, group, "important_public_service", answers,
                                     ARRAY_LENGTH(answers), 0) == 1;
    read_threshold(file, group, plan);
    read_replacements(file, group, plan);
    read_last_post(file, group, plan);
    read_questions(file, group, arena, plan);
    read_retention(file, group, plan);
}

bool plan_by_post(const char *method)
{
    return text_equal(method, "postal") || text_equal(method, "hybrid");
}

bool plan_read_ballot(const char *path, struct arena *arena, struct faults *faults,
                      struct ballot_plan *plan, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!libconfig_open(path, ERROR_DATA, arena, faults, &file, err)) {
        return false;
    }
    struct ballot_plan made = {.threshold = {.part = 0, .whole = 1}};
    const struct libconfig_node *group = libconfig_subject(file, "ballot");
    if (group != NULL) {
        read_ballot(file, group, arena, &made);
    }
    if (!libconfig_conclude(file, ERROR_DATA, err)) {
        return false;
    }
    *plan = made;
    return true;
}
