/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sketch looked at before it is a campaign: whatever of it is sound already is shown. */
#include <string.h>

#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/campaign/campaign.h"
#include "muster/campaign/preview.h"
#include "muster/campaign/sketch.h"
#include "muster/conf/holidays.h"
#include "muster/store/actions.h"
#include "muster/store/ballots.h"
#include "muster/store/segments.h"
#include "timetable.h"

static const char FILE_NAME[] = "sketch";

/* The ballot and the action that it names, where they are there. */
static bool find_subject(struct db *db, const struct sketch *sketch, struct arena *arena,
                         struct ballot **ballot, struct action **action, struct error *err)
{
    *ballot = NULL;
    *action = NULL;
    return (text_empty(sketch->says[SKETCH_BALLOT]) ||
            ballots_find(db, sketch->says[SKETCH_BALLOT], arena, ballot, err)) &&
           (text_empty(sketch->says[SKETCH_ACTION]) ||
            actions_find(db, sketch->says[SKETCH_ACTION], arena, action, err));
}

/* When these words are; 0 when they cannot be understood. */
static int64_t resolve(const char *words, const struct moment_anchors *anchors, int64_t at,
                       int64_t now)
{
    struct error ignored = {.kind = ERROR_NONE};
    int64_t instant = 0;
    if (text_empty(words)) {
        return 0;
    }
    if (text_equal(words, "now")) {
        return now;
    }
    if (words[0] >= '0' && words[0] <= '9') {
        return clock_parse(words, &instant) ? instant : 0;
    }
    return timetable_resolve(words, anchors, at, &instant, &ignored) ? instant : 0;
}

bool sketch_moments(struct db *db, const struct config *config, const struct sketch *sketch,
                    int64_t now, struct arena *arena, struct sketch_times **times,
                    struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct ballot *ballot = NULL;
    struct action *action = NULL;
    struct holidays holidays;
    faults_init(&faults);
    if (!find_subject(db, sketch, arena, &ballot, &action, err) ||
        !holidays_read(config, config->hours.nation, arena, &faults, &holidays, err)) {
        return false;
    }
    const struct moment_anchors anchors = timetable_anchors(ballot, action, &holidays.dates, arena);
    struct sketch_times *made = arena_array(arena, sketch->step_count + 1, sizeof *made);
    for (size_t i = 0; i < sketch->step_count; i++) {
        const char *const *says = sketch->steps[i].says;
        made[i].at = resolve(says[SKETCH_STEP_AT], &anchors, 0, now);
        made[i].deadline = resolve(says[SKETCH_STEP_DEADLINE], &anchors, made[i].at, now);
    }
    *times = made;
    return true;
}

/* What the templates of a sketch are checked against. */
static struct message_setting setting_of(const struct config *config, const struct sketch *sketch,
                                         const struct plan_detail *details, size_t count,
                                         struct arena *arena)
{
    const char **names = arena_array(arena, count + 1, sizeof *names);
    bool *lists = arena_array(arena, count + 1, sizeof *lists);
    for (size_t i = 0; i < count; i++) {
        names[i] = details[i].name;
        lists[i] = details[i].list;
    }
    return (struct message_setting){
        .config = config,
        .given = sketch->words,
        .given_count = sketch->word_count,
        .check = {.known = {.details = names, .lists = lists, .detail_count = count},
                  .of_ballot = !text_empty(sketch->says[SKETCH_BALLOT]),
                  .of_action = !text_empty(sketch->says[SKETCH_ACTION])},
        .one_way = message_files_unanswered(config),
    };
}

static bool uses(const struct sketch_step *step, const char *channel)
{
    return strstr(step->says[SKETCH_STEP_CHANNELS], channel) != NULL;
}

/* The line of a wording, without its name; NULL when the step tries none of this name. */
static const char *variant_line(const struct sketch_step *step, const char *variant,
                                struct arena *arena)
{
    const char *at = step->says[SKETCH_STEP_VARIANTS];
    while (!text_empty(variant) && *at != '\0') {
        const size_t length = strcspn(at, "\n");
        const char *line = text_trim(arena_span(arena, at, length), arena);
        const size_t name = strcspn(line, " ,\t");
        if (strlen(variant) == name && strncmp(line, variant, name) == 0) {
            return line + name;
        }
        at += length + (at[length] == '\n');
    }
    return NULL;
}

void sketch_variants(const struct sketch_step *step, struct arena *arena, const char ***names,
                     size_t *count)
{
    const char *at = step->says[SKETCH_STEP_VARIANTS];
    const char **found = arena_array(arena, PLAN_VARIANTS_MOST, sizeof *found);
    *count = 0;
    while (*at != '\0' && *count < PLAN_VARIANTS_MOST) {
        const size_t length = strcspn(at, "\n");
        const char *line = text_trim(arena_span(arena, at, length), arena);
        if (line[0] != '\0') {
            found[(*count)++] = arena_span(arena, line, strcspn(line, " ,\t"));
        }
        at += length + (at[length] == '\n');
    }
    *names = found;
}

/* The template of a channel: the wording's own, where it has one. */
static const char *template_of(const struct sketch_step *step, enum channel channel,
                               const char *variant, struct arena *arena)
{
    const char *line = variant_line(step, variant, arena);
    const char *key = arena_printf(arena, "%s=", channel_name(channel));
    const char *own = line == NULL ? NULL : strstr(line, key);
    return own != NULL ? arena_span(arena, own + strlen(key), strcspn(own + strlen(key), " ,\t"))
                       : step->says[channel == CHANNEL_SMS ? SKETCH_STEP_SMS : SKETCH_STEP_EMAIL];
}

static void read_files(const struct message_setting *setting, const struct sketch_step *step,
                       const char *variant, struct arena *arena, struct faults *faults,
                       struct message_files *files)
{
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (uses(step, channel_name((enum channel)channel))) {
            message_files_read(setting, (enum channel)channel,
                               template_of(step, (enum channel)channel, variant, arena), arena,
                               faults, files);
        }
    }
}

bool sketch_render(struct db *db, const struct config *config, const struct sketch *sketch,
                   const struct sketch_show *show, int64_t now, struct arena *arena,
                   struct faults *faults, struct preview_message **messages, size_t *count,
                   struct error *err)
{
    CLEANUP(faults_free) struct faults unread;
    CLEANUP(json_free) struct json *details = NULL;
    CLEANUP(json_free) struct json *action_values = NULL;
    struct ballot *ballot = NULL;
    struct action *action = NULL;
    struct plan_detail *list = NULL;
    size_t detail_count = 0;
    const struct sketch_step *step = &sketch->steps[show->step];
    faults_init(&unread);
    sketch_details(sketch, FILE_NAME, 0, arena, &unread, &list, &detail_count);
    const char *text = campaign_details(list, detail_count, arena);
    if (!find_subject(db, sketch, arena, &ballot, &action, err) ||
        !json_parse(text, strlen(text), &details, err) ||
        (action != NULL &&
         !json_parse(action->merge, strlen(action->merge), &action_values, err))) {
        return false;
    }
    const struct message_setting setting = setting_of(config, sketch, list, detail_count, arena);
    struct message_files *files = arena_alloc(arena, sizeof *files);
    read_files(&setting, step, show->variant, arena, faults, files);
    size_t plain_count = 0;
    const char *plain = step->says[SKETCH_STEP_PLAIN];
    const struct preview_order order = {
        .config = config,
        .name = text_empty(sketch->says[SKETCH_NAME]) ? FILE_NAME : sketch->says[SKETCH_NAME],
        .ballot = ballot,
        .action = action_values,
        .details = details,
        .plain = text_empty(plain)           ? plan_plain_words(&plain_count)[0]
                 : text_equal(plain, "none") ? ""
                                             : plain,
        .now = now,
    };
    return preview_render(db, &order, files, show->readers, show->reader_count, arena, messages,
                          count, err);
}

/* Whom a step means, said as the reader of the file would name it. */
static bool check_who(struct db *db, const struct sketch *sketch, size_t index, int64_t ballot_id,
                      const char *file, struct faults *faults, struct error *err)
{
    struct segments_size size;
    struct error fault = {.kind = ERROR_NONE};
    const char *who = sketch->steps[index].says[SKETCH_STEP_WHO];
    const char *action = text_given(sketch->says[SKETCH_ACTION]);
    const bool ok = text_empty(who) ||
                    (action == NULL ? segments_count(db, who, ballot_id, &size, &fault)
                                    : segments_count_step(db, who, 0, action, &size, &fault));
    if (ok) {
        return true;
    }
    faults_add(faults, file, 0, "campaign.steps[%zu].who: %s", index, fault.text);
    return fault.kind == ERROR_DATA || error_set(err, fault.kind, "%s", fault.text);
}

bool sketch_check(struct db *db, const struct config *config, const struct sketch *sketch,
                  const char *file, struct arena *arena, struct faults *faults, struct error *err)
{
    CLEANUP(faults_free) struct faults unread;
    struct ballot *ballot = NULL;
    struct action *action = NULL;
    struct plan_detail *details = NULL;
    size_t count = 0;
    faults_init(&unread);
    sketch_details(sketch, file, 0, arena, &unread, &details, &count);
    if (!find_subject(db, sketch, arena, &ballot, &action, err)) {
        return false;
    }
    const struct message_setting setting = setting_of(config, sketch, details, count, arena);
    for (size_t i = 0; i < sketch->step_count; i++) {
        struct message_files *files = arena_alloc(arena, sizeof *files);
        read_files(&setting, &sketch->steps[i], NULL, arena, faults, files);
        if (!check_who(db, sketch, i, ballot == NULL ? 0 : ballot->id, file, faults, err)) {
            return false;
        }
    }
    return true;
}
