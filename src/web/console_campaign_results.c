/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members did after the steps of a campaign that tries something, and what can honestly be
 * said of it: what the sample cannot tell is said to be so. */
#include <stdlib.h>

#include "console_campaign.h"
#include "console_counts.h"
#include "muster/ballot/effects.h"
#include "muster/base/text.h"
#include "muster/model/trial.h"
#include "muster/store/inbox.h"

static const char *const deeds[EFFECTS_DEEDS] = {
    [EFFECTS_VOTED] = "did-vote",        [EFFECTS_REPLIED] = "did-reply",
    [EFFECTS_OPTED_OUT] = "did-opt-out", [EFFECTS_NO_PAPER] = "did-no-paper",
    [EFFECTS_PLANS] = "did-plan",
};

static const char *arm_words(const struct console_call *call, const char *arm)
{
    return text_equal(arm, TRIAL_WORD_HELD_OUT) ? console_campaign_word(call, "", "held-out") : arm;
}

static struct json *make_arm(const struct console_call *call, const struct trial_figures *arm)
{
    struct json *values = json_make_object();
    json_put_text(values, "arm", arm_words(call, arm->arm));
    json_put_number(values, "members", arm->members);
    json_put_number(values, "accepted", arm->accepted);
    json_put_number(values, "delivered", arm->delivered);
    json_put_number(values, "replied", arm->replied);
    json_put_number(values, "opted_out", arm->opted_out);
    json_put_number(values, "voted", arm->voted);
    return values;
}

/* What a comparison says, in one sentence. */
static struct json *make_verdict(const struct console_call *call,
                                 const struct effects_comparison *comparison)
{
    const struct interval *difference = &comparison->difference;
    const bool more = difference->value > 0;
    struct json *values = json_make_object();
    json_put_text(values, "arm", arm_words(call, comparison->arm->arm));
    json_put_text(values, "control", arm_words(call, comparison->control->arm));
    json_put_text(values, "did", console_campaign_word(call, "", deeds[comparison->deed]));
    json_put_flag(values, "tells", comparison->tells);
    json_put_flag(values, "more", more);
    json_put_text(values, "shows", effects_tenths(comparison->shows, false, call->arena));
    json_put_text(values, "least",
                  effects_tenths(more ? difference->low : -difference->high, false, call->arena));
    json_put_text(values, "most",
                  effects_tenths(more ? difference->high : -difference->low, false, call->arena));
    json_put_number(values, "members", comparison->arm->members);
    json_put_number(values, "control_members", comparison->control->members);
    return values;
}

static struct json *make_step(const struct console_call *call, const struct effects *effects,
                              const struct effects_step *row)
{
    struct json *values = json_make_object();
    struct json *arms = json_make_array();
    struct json *verdicts = json_make_array();
    if (row->step != NULL) {
        json_put_text(values, "step", text_given(row->step->name));
        console_campaign_put_instant(call, values, "since", row->since);
    } else {
        json_put_flag(values, "all_steps", true);
    }
    for (size_t i = 0; i < row->arm_count; i++) {
        json_append(arms, make_arm(call, &row->arms[i]));
    }
    for (size_t i = 0; i < row->comparison_count; i++) {
        if (effects_telling(effects, &row->comparisons[i])) {
            json_append(verdicts, make_verdict(call, &row->comparisons[i]));
        }
    }
    json_put(values, "arms", arms);
    json_put(values, "verdicts", verdicts);
    json_put_flag(values, "later", row->later);
    return values;
}

/* Nothing can be counted any more once what members told is deleted. */
static bool is_kept(struct console_call *call, const struct campaign *campaign, bool *kept,
                    struct error *err)
{
    struct ballot *ballot = NULL;
    if (campaign->ballot_id != 0 &&
        !ballots_get(call->console->db, campaign->ballot_id, call->arena, &ballot, err)) {
        return false;
    }
    *kept = ballot == NULL || ballot->purged_at == 0;
    return true;
}

bool console_campaign_put_answers(struct console_call *call, const struct campaign *campaign,
                                  struct error *err)
{
    const struct inbox_meaning *meanings = NULL;
    size_t count = 0;
    int64_t at = 0;
    if (!console_counts_meanings(call->console->counts, campaign->id, &meanings, &count, &at,
                                 err)) {
        return false;
    }
    console_counted_at(call, at);
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        const struct inbox_meaning *row = &meanings[i];
        struct json *values = json_make_object();
        json_put_text(values, "step", text_given(row->step));
        json_put_text(values, "words", console_campaign_word(call, "means-", row->meaning));
        json_put_number(values, "members", row->members);
        json_put_number(values, "percent", row->handed == 0 ? 0 : row->members * 100 / row->handed);
        json_append(list, values);
    }
    json_put(call->values, "answers", list);
    return true;
}

bool console_campaign_put_results(struct console_call *call, const struct campaign *campaign,
                                  struct error *err)
{
    const struct effects *effects = NULL;
    int64_t at = 0;
    bool kept = false;
    if (!is_kept(call, campaign, &kept, err)) {
        return false;
    }
    if (!kept) {
        return true;
    }
    if (!console_counts_effects(call->console->counts, campaign->id, &effects, &at, err)) {
        return false;
    }
    if (effects->count == 0) {
        return true;
    }
    console_counted_at(call, at);
    struct json *values = json_make_object();
    struct json *steps = json_make_array();
    for (size_t i = 0; i < effects->count; i++) {
        if (effects->steps[i].arm_count > 0) {
            json_append(steps, make_step(call, effects, &effects->steps[i]));
        }
    }
    json_put_flag(values, "of_ballot", effects->of_ballot);
    json_put_flag(values, "held_out", effects->held_out);
    json_put(values, "steps", steps);
    json_put(call->values, "results", values);
    return true;
}
