/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of action files. */
#include <string.h>

#include "muster/conf/plan.h"
#include "plan_private.h"

enum { LINE_MOST = 120 };

/* A text that stands within a sentence of a message: one line, and not a long one. */
static const char *read_line(const struct libconfig *file, const struct libconfig_node *group,
                             const char *name, const char *preset)
{
    const char *text = libconfig_text(file, group, name, preset);
    if (strlen(text) > LINE_MOST || strchr(text, '\n') != NULL) {
        libconfig_fault(file, libconfig_member(group, name),
                        "action.%s must be one line of at most %d bytes", name, LINE_MOST);
    }
    return text;
}

static void read_action(const struct libconfig *file, const struct libconfig_node *group,
                        int64_t now, struct action_plan *plan)
{
    static const char *const names[] = {"name", "title", "place",   "starts",
                                        "ends", "who",   "contact", "why"};
    libconfig_known(file, group, names, sizeof names / sizeof names[0]);
    plan->name = plan_read_word(file, group, "name", true);
    plan->title = read_line(file, group, "title", NULL);
    plan->place = read_line(file, group, "place", NULL);
    plan->starts = plan_read_time(file, group, "starts", false);
    plan->ends = plan_read_time(file, group, "ends", false);
    plan->who = libconfig_text(file, group, "who", NULL);
    plan->contact = read_line(file, group, "contact", "");
    plan->why = read_line(file, group, "why", "");
    if (plan->starts != 0 && plan->ends != 0 && plan->ends <= plan->starts) {
        libconfig_fault(file, libconfig_member(group, "ends"),
                        "action.ends is not after action.starts");
    }
    if (plan->starts != 0 && plan->starts <= now) {
        libconfig_fault(file, libconfig_member(group, "starts"),
                        "action.starts lies in the past: nobody could be called to it");
    }
}

bool plan_read_action(const char *path, int64_t now, struct arena *arena, struct faults *faults,
                      struct action_plan *plan, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!libconfig_open(path, ERROR_DATA, arena, faults, &file, err)) {
        return false;
    }
    struct action_plan made = {0};
    const struct libconfig_node *group = libconfig_subject(file, "action");
    if (group != NULL) {
        read_action(file, group, now, &made);
    }
    if (!libconfig_conclude(file, ERROR_DATA, err)) {
        return false;
    }
    *plan = made;
    return true;
}
