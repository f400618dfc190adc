/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arms are comparable, in what. Who is held out has no message of the step to answer, so that
 * neither answers nor the days that they name are compared with them. */
#include "muster/ballot/effects.h"

#include <stdlib.h>

#include "muster/base/text.h"
#include "muster/model/trial.h"

struct interval_count effects_count(const struct trial_figures *arm, enum effects_deed deed)
{
    const int64_t counts[EFFECTS_DEEDS] = {
        [EFFECTS_VOTED] = arm->voted,         [EFFECTS_REPLIED] = arm->replied,
        [EFFECTS_OPTED_OUT] = arm->opted_out, [EFFECTS_NO_PAPER] = arm->no_paper,
        [EFFECTS_PLANS] = arm->plans,
    };
    return (struct interval_count){.part = counts[deed], .whole = arm->members};
}

static bool is_held_out(const struct trial_figures *arm)
{
    return text_equal(arm->arm, TRIAL_WORD_HELD_OUT);
}

static bool is_comparable(const struct effects *effects, const struct trial_figures *control,
                          enum effects_deed deed)
{
    const bool of_message = deed == EFFECTS_REPLIED || deed == EFFECTS_PLANS;
    const bool of_ballot =
        deed == EFFECTS_VOTED || deed == EFFECTS_NO_PAPER || deed == EFFECTS_PLANS;
    return (effects->of_ballot || !of_ballot) && !(of_message && is_held_out(control));
}

static struct effects_comparison compare(const struct trial_figures *arm,
                                         const struct trial_figures *control,
                                         enum effects_deed deed)
{
    const struct interval_count of_arm = effects_count(arm, deed);
    const struct interval_count of_control = effects_count(control, deed);
    const struct interval difference = interval_difference(of_arm, of_control);
    return (struct effects_comparison){
        .arm = arm,
        .control = control,
        .deed = deed,
        .difference = difference,
        .shows = interval_detectable(of_arm, of_control),
        .tells = difference.low > 0 || difference.high < 0,
    };
}

/* Every arm behind `control` with it. */
static size_t compare_with(const struct effects *effects, const struct effects_step *step,
                           size_t control, struct effects_comparison *made)
{
    size_t count = 0;
    for (size_t i = control + 1; i < step->arm_count; i++) {
        for (int deed = 0; deed < EFFECTS_DEEDS; deed++) {
            if (is_comparable(effects, &step->arms[control], (enum effects_deed)deed)) {
                made[count++] =
                    compare(&step->arms[i], &step->arms[control], (enum effects_deed)deed);
            }
        }
    }
    return count;
}

/* The arms are in their order: who is held out, then the variants. */
static void compare_all(struct effects *effects, struct effects_step *step, struct arena *arena)
{
    if (step->arm_count == 0) {
        return;
    }
    struct effects_comparison *made =
        arena_array(arena, 2 * step->arm_count * EFFECTS_DEEDS, sizeof *made);
    size_t count = compare_with(effects, step, 0, made);
    if (is_held_out(&step->arms[0])) {
        effects->held_out = true;
        count += step->arm_count < 3 ? 0 : compare_with(effects, step, 1, made + count);
    }
    step->comparisons = made;
    step->comparison_count = count;
}

static bool read_step(struct db *db, struct effects *effects, const struct step *step,
                      struct arena *arena, struct effects_step *read, struct error *err)
{
    struct trial_figures *arms = NULL;
    *read = (struct effects_step){.step = step};
    if (!trial_results_step(db, step->id, arena, &arms, &read->arm_count, &read->since, err)) {
        return false;
    }
    read->arms = arms;
    compare_all(effects, read, arena);
    return true;
}

static bool read_all(struct db *db, struct effects *effects, struct arena *arena,
                     struct effects_step *read, bool *several, struct error *err)
{
    struct trial_figures *arms = NULL;
    int64_t steps = 0;
    *read = (struct effects_step){0};
    if (!trial_results_all(db, effects->campaign->id, arena, &arms, &read->arm_count, &steps,
                           err)) {
        return false;
    }
    read->arms = arms;
    *several = steps > 1;
    if (*several) {
        compare_all(effects, read, arena);
    }
    return true;
}

bool effects_read(struct db *db, const struct campaign *campaign, struct arena *arena,
                  struct effects *effects, struct error *err)
{
    struct effects made = {.campaign = campaign, .of_ballot = campaign->ballot_id != 0};
    struct step *steps = NULL;
    bool begun = false;
    bool several = false;
    if (!campaigns_steps(db, campaign->id, arena, &steps, &made.count, err)) {
        return false;
    }
    struct effects_step *rows = arena_array(arena, made.count + 1, sizeof *rows);
    for (size_t i = 0; i < made.count; i++) {
        if (!read_step(db, &made, &steps[i], arena, &rows[i], err)) {
            return false;
        }
        rows[i].later = begun;
        begun = begun || rows[i].arm_count > 0;
    }
    if (!read_all(db, &made, arena, &rows[made.count], &several, err)) {
        return false;
    }
    made.count += several;
    made.steps = rows;
    *effects = made;
    return true;
}

bool effects_idle(const struct effects_comparison *comparison)
{
    return effects_count(comparison->arm, comparison->deed).part +
               effects_count(comparison->control, comparison->deed).part ==
           0;
}

bool effects_telling(const struct effects *effects, const struct effects_comparison *comparison)
{
    const enum effects_deed aim = effects->of_ballot ? EFFECTS_VOTED : EFFECTS_REPLIED;
    return comparison->deed == aim || comparison->tells;
}

const char *effects_tenths(int64_t hundredths, bool sign, struct arena *arena)
{
    enum { TEN = 10 };
    const int64_t size = (llabs(hundredths) + TEN / 2) / TEN;
    const char *before = size == 0 ? "" : hundredths < 0 ? "-" : sign ? "+" : "";
    return arena_printf(arena, "%s%lld.%lld", before, (long long)(size / TEN),
                        (long long)(size % TEN));
}
