/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which field a fault concerns: told by the name that it begins with, "campaign.steps[0].at", else
 * by its line; those of templates by the name of their file. */
#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"
#include "muster/campaign/sketch.h"

enum { NO_FIELD = -1, NO_WORDS = -1, LINES_OF_HEAD = 2 /* "Subject: ..." and an empty line */ };

/* What faults find. */
struct finding {
    const struct sketch *sketch;
    const char *file;
    const struct sketch_line *lines;
    size_t line_count;
    struct arena *arena;
};

/* The field whose name the text begins with; NO_FIELD. */
static int named(const char *text, size_t length, bool of_step)
{
    const int count = of_step ? (int)SKETCH_STEP_FIELDS : (int)SKETCH_FIELDS;
    for (int i = 0; i < count; i++) {
        const char *name = of_step ? sketch_step_field_name((enum sketch_step_field)i)
                                   : sketch_field_name((enum sketch_field)i);
        if (strlen(name) == length && strncmp(name, text, length) == 0) {
            return i;
        }
    }
    return NO_FIELD;
}

/* "hours.sms" is the field hours_sms, "hours" alone its first; "within" is a deadline. */
static int field_of(const char *name, bool of_step)
{
    const size_t length = strcspn(name, ".[ :");
    const int hours = of_step ? (int)SKETCH_STEP_HOURS_SMS : (int)SKETCH_HOURS_SMS;
    if (length == strlen("hours") && strncmp(name, "hours", length) == 0) {
        return strncmp(name, "hours.email", strlen("hours.email")) == 0 ? hours + 1
               : strncmp(name, "hours.why", strlen("hours.why")) == 0   ? hours + 2
                                                                        : hours;
    }
    return named(name, length, of_step);
}

/* Take "campaign.steps[0]." off the front, and find the field that is named then. */
static bool find_named(struct sketch_fault *fault)
{
    static const char CAMPAIGN[] = "campaign.";
    static const char STEPS[] = "steps[";
    const char *at = fault->sentence;
    if (strncmp(at, CAMPAIGN, strlen(CAMPAIGN)) != 0) {
        return false;
    }
    at += strlen(CAMPAIGN);
    if (strncmp(at, STEPS, strlen(STEPS)) == 0) {
        char *end = NULL;
        const unsigned long step = strtoul(at + strlen(STEPS), &end, 10);
        if (step < PLAN_STEPS_MOST && end[0] == ']' && end[1] == '.') {
            fault->step = (int)step;
            fault->sentence = end + 2;
            fault->field = field_of(fault->sentence, true);
            return true;
        }
    }
    const int field = field_of(at, false);
    const int only = field == NO_FIELD ? field_of(at, true) : NO_FIELD;
    if (field == NO_FIELD && only == NO_FIELD) {
        return false;
    }
    fault->sentence = at;
    fault->step = field == NO_FIELD ? 0 : SKETCH_OF_CAMPAIGN;
    fault->field = field == NO_FIELD ? only : field;
    return true;
}

/* What has no line, as it is of no setting alone: the one that it is mended by. */
static void find_known(struct sketch_fault *fault)
{
    static const struct {
        const char *begins;
        int step;
        int field;
    } known[] = {
        {"who: ", 0, SKETCH_STEP_WHO},
        {"there is a campaign", SKETCH_OF_CAMPAIGN, SKETCH_NAME},
        {"there is no ballot", SKETCH_OF_CAMPAIGN, SKETCH_BALLOT},
        {"there is no action", SKETCH_OF_CAMPAIGN, SKETCH_ACTION},
        {"action '", SKETCH_OF_CAMPAIGN, SKETCH_ACTION},
        {"there is a budget", SKETCH_OF_CAMPAIGN, SKETCH_BUDGET},
        {"the details have", SKETCH_OF_CAMPAIGN, SKETCH_DETAILS},
        {"the deadline has passed", 0, SKETCH_STEP_DEADLINE},
        {"texts are wanted", 0, SKETCH_STEP_CHANNELS},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(known) && fault->field == NO_FIELD; i++) {
        if (strncmp(fault->sentence, known[i].begins, strlen(known[i].begins)) == 0) {
            fault->step = known[i].step;
            fault->field = known[i].field;
        }
    }
}

/* A fault of a line of the text. */
static void find_line(const struct finding *finding, unsigned line, struct sketch_fault *fault)
{
    if (find_named(fault)) {
        return;
    }
    if (line > 0 && line <= finding->line_count) {
        fault->step = finding->lines[line - 1].step;
        fault->field = finding->lines[line - 1].field;
    }
    if (fault->field == NO_FIELD) {
        find_known(fault);
    }
}

/* The first step that takes a template of this name on a channel. */
static void find_user(const struct finding *finding, const char *name, size_t length,
                      enum channel channel, struct sketch_fault *fault)
{
    const int field = channel == CHANNEL_SMS ? SKETCH_STEP_SMS : SKETCH_STEP_EMAIL;
    for (size_t i = 0; i < finding->sketch->step_count; i++) {
        const char *const *says = finding->sketch->steps[i].says;
        if (strlen(says[field]) == length && strncmp(says[field], name, length) == 0) {
            fault->step = (int)i;
            fault->field = field;
            return;
        }
    }
    for (size_t i = 0; i < finding->sketch->step_count; i++) {
        const char *whole =
            arena_printf(finding->arena, "%s=%.*s", channel_name(channel), (int)length, name);
        if (strstr(finding->sketch->steps[i].says[SKETCH_STEP_VARIANTS], whole) != NULL) {
            fault->step = (int)i;
            fault->field = SKETCH_STEP_VARIANTS;
            return;
        }
    }
}

/* A fault of a template, by the name of its file: of the words that are given, or of the step that
 * takes it. */
static void find_template(const struct finding *finding, const char *path, unsigned line,
                          struct sketch_fault *fault)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *ending = strrchr(name, '.');
    const char *language = ending == NULL ? NULL : memrchr(name, '.', (size_t)(ending - name));
    if (language == NULL) {
        return;
    }
    const size_t length = (size_t)(language - name);
    const enum channel channel = strcmp(ending, ".sms") == 0 ? CHANNEL_SMS : CHANNEL_EMAIL;
    const size_t found = sketch_find_words(
        finding->sketch, arena_span(finding->arena, name, length), channel,
        arena_span(finding->arena, language + 1, (size_t)(ending - language) - 1));
    if (slash != NULL || found == finding->sketch->word_count) {
        find_user(finding, name, length, channel, fault);
        return;
    }
    const bool text = strcmp(ending, ".txt") == 0;
    fault->words = (int)found;
    fault->part = strcmp(ending, ".html") == 0 ? "html" : text && line == 1 ? "subject" : "text";
    if (line > 0 && !(text && line == 1)) {
        fault->sentence = arena_printf(finding->arena, "line %u: %s",
                                       text ? line - LINES_OF_HEAD : line, fault->sentence);
    }
}

/* What is said of a template when it is tried on readers. */
static void find_tried(const struct finding *finding, struct sketch_fault *fault)
{
    static const char TEMPLATE[] = "template ";
    const char *name = fault->sentence + strlen(TEMPLATE);
    if (fault->field != NO_FIELD || strncmp(fault->sentence, TEMPLATE, strlen(TEMPLATE)) != 0) {
        return;
    }
    find_user(finding, name, strcspn(name, " "), CHANNEL_SMS, fault);
    if (fault->field == NO_FIELD) {
        find_user(finding, name, strcspn(name, " "), CHANNEL_EMAIL, fault);
    }
}

/* One line, "FILE:LINE: sentence" or "FILE: sentence". */
static struct sketch_fault find(const struct finding *finding, const char *text)
{
    struct sketch_fault fault = {.step = SKETCH_OF_CAMPAIGN,
                                 .field = NO_FIELD,
                                 .words = NO_WORDS,
                                 .part = "",
                                 .sentence = text};
    const char *colon = strstr(text, ": ");
    if (colon == NULL) {
        return fault;
    }
    const char *path = arena_span(finding->arena, text, (size_t)(colon - text));
    const char *number = strrchr(path, ':');
    int64_t line = 0;
    if (number != NULL && text_number(number + 1, 1, INT32_MAX, &line)) {
        path = arena_span(finding->arena, path, (size_t)(number - path));
    }
    fault.sentence = colon + 2;
    if (text_equal(path, finding->file)) {
        static const char WHO[] = "who: ";
        find_line(finding, (unsigned)line, &fault);
        find_tried(finding, &fault);
        if (fault.step >= 0 && fault.field == SKETCH_STEP_WHO &&
            strncmp(fault.sentence, WHO, strlen(WHO)) == 0) {
            fault.sentence += strlen(WHO); /* it stands at that field */
        }
    } else {
        find_template(finding, path, (unsigned)line, &fault);
    }
    return fault;
}

void sketch_faults(const struct sketch *sketch, const char *file, const struct sketch_line *lines,
                   size_t line_count, const struct faults *faults, struct arena *arena,
                   struct sketch_fault **found, size_t *count)
{
    const struct finding finding = {
        .sketch = sketch, .file = file, .lines = lines, .line_count = line_count, .arena = arena};
    const char *at = buffer_text(&faults->text);
    struct sketch_fault *made = arena_array(arena, faults->count + 1, sizeof *made);
    size_t used = 0;
    while (*at != '\0' && used < faults->count) {
        const size_t length = strcspn(at, "\n");
        made[used++] = find(&finding, arena_span(arena, at, length));
        at += length + (at[length] == '\n');
    }
    *found = made;
    *count = used;
}
