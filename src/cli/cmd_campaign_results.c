/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign results: what members did after each step, and what that tells. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "listing.h"
#include "muster/ballot/effects.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/trial.h"
#include "muster/store/ballots.h"

const struct call_option cmd_results_options[] = {
    {"--by-hour", NULL, "what members did in each hour after a step, for three days"},
    {0},
};

enum { HOURS = 72, BAR = 40 };

/* Of each deed: its word, what it is called in a sentence, and its heading. */
static const struct {
    const char *word;
    const char *did;
} deeds[EFFECTS_DEEDS] = {
    [EFFECTS_VOTED] = {"voted", "report a vote"},
    [EFFECTS_REPLIED] = {"replied", "answer"},
    [EFFECTS_OPTED_OUT] = {"opted out", "opt out"},
    [EFFECTS_NO_PAPER] = {"no paper", "ask for a paper"},
    [EFFECTS_PLANS] = {"plans", "name a day"},
};

static const char *step_name(const struct effects_step *row, struct arena *arena)
{
    if (row->step == NULL) {
        return "all";
    }
    return text_empty(row->step->name) ? arena_printf(arena, "%lld", (long long)row->step->position)
                                       : row->step->name;
}

static void print_step_head(const struct effects_step *row, struct arena *arena)
{
    if (row->step == NULL) {
        (void)puts("\nall steps that held members out, from each member's first");
        return;
    }
    (void)printf("\nstep %s, %s %s\n", text_printable(step_name(row, arena), arena),
                 row->arm_count == 0 ? "for" : "since",
                 clock_format(row->since, "%A %-d %B %Y, %H:%M", arena));
    if (!text_empty(row->step->skipped)) {
        (void)printf("it is left out: %s\n", text_printable(row->step->skipped, arena));
    } else if (row->arm_count == 0) {
        (void)puts("it has not begun");
    }
}

static void print_arms(const struct effects *effects, const struct effects_step *row,
                       struct arena *arena)
{
    static const struct listing_column COLUMNS[] = {
        {"WHO", "", false},      {"MEMBERS", "", true},  {"MESSAGES", "", true},
        {"DELIVERED", "", true}, {"REPLIED", "", true},  {"OPTED OUT", "", true},
        {"VOTED", "", true},     {"NO PAPER", "", true}, {"PLANS", "", true}};
    enum { WITHOUT_BALLOT = 6 };
    struct listing *listing =
        listing_create(COLUMNS, effects->of_ballot ? ARRAY_LENGTH(COLUMNS) : WITHOUT_BALLOT, arena);
    for (size_t i = 0; i < row->arm_count; i++) {
        const struct trial_figures *arm = &row->arms[i];
        listing_text(listing, arm->arm);
        listing_number(listing, arm->members);
        listing_number(listing, arm->accepted);
        listing_number(listing, arm->delivered);
        listing_number(listing, arm->replied);
        listing_number(listing, arm->opted_out);
        if (effects->of_ballot) {
            listing_number(listing, arm->voted);
            listing_number(listing, arm->no_paper);
            listing_number(listing, arm->plans);
        }
    }
    listing_print(listing, LISTING_TEXT, "");
}

static const char *rate_words(const struct trial_figures *arm, enum effects_deed deed,
                              struct arena *arena)
{
    return arena_printf(
        arena, "%s %%",
        effects_tenths(interval_rate(effects_count(arm, deed)).value, false, arena));
}

static void print_differences(const struct effects_step *row, struct arena *arena)
{
    static const struct listing_column COLUMNS[] = {
        {"WHAT", "", false},    {"WHO", "", false},   {"", "", true},
        {"BESIDE", "", false},  {"", "", true},       {"DIFFERENCE", "", true},
        {"AT LEAST", "", true}, {"AT MOST", "", true}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    size_t count = 0;
    for (size_t i = 0; i < row->comparison_count; i++) {
        const struct effects_comparison *comparison = &row->comparisons[i];
        if (effects_idle(comparison)) {
            continue;
        }
        listing_text(listing, deeds[comparison->deed].word);
        listing_text(listing, comparison->arm->arm);
        listing_text(listing, rate_words(comparison->arm, comparison->deed, arena));
        listing_text(listing, comparison->control->arm);
        listing_text(listing, rate_words(comparison->control, comparison->deed, arena));
        listing_text(listing, effects_tenths(comparison->difference.value, true, arena));
        listing_text(listing, effects_tenths(comparison->difference.low, true, arena));
        listing_text(listing, effects_tenths(comparison->difference.high, true, arena));
        count++;
    }
    if (count > 0) {
        (void)putchar('\n');
        listing_print(listing, LISTING_TEXT, "");
    }
}

/* What a comparison says, in one sentence. */
static void print_verdict(const struct effects_comparison *comparison, struct arena *arena)
{
    const struct interval *difference = &comparison->difference;
    const char *did = deeds[comparison->deed].did;
    if (!comparison->tells) {
        (void)printf("%s beside %s: the sample cannot tell whether more %s;\n  with %lld and %lld"
                     " members only a difference of about %s points would show\n",
                     comparison->arm->arm, comparison->control->arm, did,
                     (long long)comparison->arm->members, (long long)comparison->control->members,
                     effects_tenths(comparison->shows, false, arena));
        return;
    }
    const bool more = difference->value > 0;
    const int64_t least = more ? difference->low : -difference->high;
    const int64_t most = more ? difference->high : -difference->low;
    (void)printf("%s beside %s: %s %s, by %s to %s members of a hundred\n", comparison->arm->arm,
                 comparison->control->arm, more ? "more" : "fewer", did,
                 effects_tenths(least, false, arena), effects_tenths(most, false, arena));
}

/* What the campaign is for is told in a sentence; of the rest, what shows. */
static size_t print_verdicts(const struct effects *effects, const struct effects_step *row,
                             struct arena *arena)
{
    size_t count = 0;
    if (row->comparison_count > 0) {
        (void)putchar('\n');
    }
    for (size_t i = 0; i < row->comparison_count; i++) {
        const struct effects_comparison *comparison = &row->comparisons[i];
        count += !effects_idle(comparison);
        if (effects_telling(effects, comparison)) {
            print_verdict(comparison, arena);
        }
    }
    if (row->later && row->comparison_count > 0) {
        (void)puts("whom this step means depends on what the steps before it did, so these arms"
                   " are no longer\nalike by lot alone: go by the first step, or by all of them");
    }
    return count;
}

/* What the figures are not. */
static void print_foot(const struct effects *effects, size_t comparisons, bool variants)
{
    if (effects->of_ballot) {
        (void)puts("\nVotes are what members report, and no turnout: nobody here knows who has"
                   " voted.");
    }
    if (effects->held_out) {
        (void)puts("Who is held out has fewer occasions to report: a text asks, and the answer is"
                   " the report. So a\ndifference to those held out is partly one of reporting, and"
                   " overstates what the messages do for\nthe turnout. That fewer of them report is"
                   " no proof that fewer vote.");
    }
    if (variants) {
        (void)puts("A wording that asks for an answer more plainly has more answers of as many"
                   " votes.");
    }
    if (comparisons > 0) {
        (void)puts("AT LEAST and AT MOST hold the difference 95 times in 100.");
    }
    if (comparisons > 1) {
        (void)printf("Of twenty such comparisons one shows a difference by chance alone; here are"
                     " %zu.\n",
                     comparisons);
    }
}

static bool has_variants(const struct effects_step *row)
{
    return row->arm_count > 2 ||
           (row->arm_count == 2 && !text_equal(row->arms[0].arm, TRIAL_WORD_HELD_OUT));
}

static void print_results(const struct effects *effects, struct arena *arena)
{
    size_t comparisons = 0;
    bool variants = false;
    (void)printf("%s (%s)\n", text_printable(effects->campaign->title, arena),
                 effects->campaign->name);
    for (size_t i = 0; i < effects->count; i++) {
        const struct effects_step *row = &effects->steps[i];
        print_step_head(row, arena);
        if (row->arm_count > 0) {
            print_arms(effects, row, arena);
            print_differences(row, arena);
            comparisons += print_verdicts(effects, row, arena);
            variants = variants || has_variants(row);
        }
    }
    print_foot(effects, comparisons, variants);
}

/* A number, or nothing where there is none. */
static void add_known(struct listing *listing, bool known, int64_t number)
{
    if (known) {
        listing_number(listing, number);
    } else {
        listing_text(listing, NULL);
    }
}

static void add_row(struct listing *listing, const char *step, const struct trial_figures *arm,
                    const char *what, struct interval_count count)
{
    const struct interval rate = interval_rate(count);
    listing_text(listing, step);
    listing_text(listing, arm->arm);
    listing_text(listing, what);
    listing_number(listing, count.whole);
    listing_number(listing, count.part);
    listing_number(listing, rate.value);
    listing_number(listing, rate.low);
    listing_number(listing, rate.high);
}

static void add_comparison(struct listing *listing, const struct effects_comparison *comparison)
{
    const bool known = comparison != NULL;
    listing_text(listing, known ? comparison->control->arm : NULL);
    add_known(listing, known, known ? comparison->difference.value : 0);
    add_known(listing, known, known ? comparison->difference.low : 0);
    add_known(listing, known, known ? comparison->difference.high : 0);
    add_known(listing, known, known ? comparison->shows : 0);
}

/* Messages are counted as they are: there may be two to a member, and a rate of them is none. */
static void add_messages(struct listing *listing, const char *step, const struct trial_figures *arm,
                         const char *what, int64_t count)
{
    listing_text(listing, step);
    listing_text(listing, arm->arm);
    listing_text(listing, what);
    listing_number(listing, arm->members);
    listing_number(listing, count);
    for (int i = 0; i < 3; i++) {
        listing_text(listing, NULL);
    }
    add_comparison(listing, NULL);
}

static void add_step(struct listing *listing, const struct effects *effects,
                     const struct effects_step *row, struct arena *arena)
{
    const char *step = step_name(row, arena);
    for (size_t i = 0; i < row->arm_count; i++) {
        const struct trial_figures *arm = &row->arms[i];
        add_messages(listing, step, arm, "accepted", arm->accepted);
        add_messages(listing, step, arm, "delivered", arm->delivered);
        for (int deed = 0; deed < EFFECTS_DEEDS; deed++) {
            if (effects->of_ballot || deed == EFFECTS_REPLIED || deed == EFFECTS_OPTED_OUT) {
                add_row(listing, step, arm, deeds[deed].word,
                        effects_count(arm, (enum effects_deed)deed));
                add_comparison(listing, NULL);
            }
        }
    }
    for (size_t i = 0; i < row->comparison_count; i++) {
        const struct effects_comparison *comparison = &row->comparisons[i];
        add_row(listing, step, comparison->arm, deeds[comparison->deed].word,
                effects_count(comparison->arm, comparison->deed));
        add_comparison(listing, comparison);
    }
}

static void list_results(struct call *call, const struct effects *effects)
{
    static const struct listing_column COLUMNS[] = {
        {"", "step", false},          {"", "arm", false},
        {"", "what", false},          {"", "members", true},
        {"", "count", true},          {"", "rate_per_10000", true},
        {"", "rate_low", true},       {"", "rate_high", true},
        {"", "beside", false},        {"", "difference_per_10000", true},
        {"", "difference_low", true}, {"", "difference_high", true},
        {"", "would_show", true}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < effects->count; i++) {
        add_step(listing, effects, &effects->steps[i], call->arena);
    }
    listing_print(listing, call->format, "");
}

static const char *const hour_words[TRIAL_DEEDS] = {
    [TRIAL_REPLIED] = "replies",
    [TRIAL_OPTED_OUT] = "opt-outs",
    [TRIAL_VOTED] = "votes",
    [TRIAL_NO_PAPER] = "papers",
};

/* What was done in each hour by those who were written to. */
struct hourly {
    int64_t counts[HOURS][TRIAL_DEEDS];
    int64_t sums[HOURS];
    int64_t most;
};

static void sum_hours(const struct trial_hour *rows, size_t count, struct hourly *hourly)
{
    *hourly = (struct hourly){.most = 0};
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(rows[i].arm, TRIAL_WORD_HELD_OUT)) {
            const int64_t hour = rows[i].hour;
            hourly->counts[hour][rows[i].deed] += rows[i].count;
            hourly->sums[hour] += rows[i].count;
            hourly->most = hourly->sums[hour] > hourly->most ? hourly->sums[hour] : hourly->most;
        }
    }
}

static void print_hours(const struct effects_step *row, const struct trial_hour *rows,
                        size_t row_count, struct arena *arena)
{
    static const struct listing_column COLUMNS[] = {
        {"HOUR", "", true},  {"FROM", "", false},    {"REPLIES", "", true},  {"OPT-OUTS", "", true},
        {"VOTES", "", true}, {"NO PAPER", "", true}, {"TOGETHER", "", false}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    struct hourly *hourly = arena_alloc(arena, sizeof *hourly);
    sum_hours(rows, row_count, hourly);
    for (int64_t hour = 0; hour < HOURS; hour++) {
        if (hourly->sums[hour] == 0) {
            continue;
        }
        char bar[BAR + 1] = "";
        const size_t filled =
            (size_t)((hourly->sums[hour] * BAR + hourly->most - 1) / hourly->most);
        memset(bar, '#', filled);
        bar[filled] = '\0';
        listing_number(listing, hour + 1);
        listing_text(listing,
                     clock_format(row->since + hour * CLOCK_HOUR, "%a %-d %b %H:%M", arena));
        for (int deed = 0; deed < TRIAL_DEEDS; deed++) {
            listing_number(listing, hourly->counts[hour][deed]);
        }
        listing_text(listing, bar);
    }
    print_step_head(row, arena);
    if (row->arm_count > 0) {
        listing_print(listing, LISTING_TEXT, "nothing in three days");
    }
}

static void list_hours(struct listing *listing, const struct effects_step *row,
                       const struct trial_hour *rows, size_t row_count, struct arena *arena)
{
    for (size_t i = 0; i < row_count; i++) {
        listing_text(listing, step_name(row, arena));
        listing_text(listing, rows[i].arm);
        listing_number(listing, rows[i].hour + 1);
        listing_text(listing, clock_iso(row->since + rows[i].hour * CLOCK_HOUR, arena));
        listing_text(listing, hour_words[rows[i].deed]);
        listing_number(listing, rows[i].count);
    }
}

static bool show_hours(struct call *call, const struct effects *effects, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"", "step", false}, {"", "arm", false},
                                                    {"", "hour", true},  {"", "from", false},
                                                    {"", "what", false}, {"", "count", true}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    const bool people = call->format == LISTING_TEXT;
    if (people) {
        (void)printf("%s (%s)\nwhat those who were written to did in each hour after a step began;"
                     " hours without\nanything are left out\n",
                     text_printable(effects->campaign->title, call->arena),
                     effects->campaign->name);
    }
    for (size_t i = 0; i < effects->count; i++) {
        const struct effects_step *row = &effects->steps[i];
        struct trial_hour *rows = NULL;
        size_t count = 0;
        if (row->step == NULL) {
            continue;
        }
        if (!trial_results_hours(call->db, row->step->id, HOURS, call->arena, &rows, &count, err)) {
            return false;
        }
        if (people) {
            print_hours(row, rows, count, call->arena);
        } else {
            list_hours(listing, row, rows, count, call->arena);
        }
    }
    if (!people) {
        listing_print(listing, call->format, "");
    }
    return true;
}

/* Nothing can be counted any more once what members told is deleted. */
static bool check_kept(struct call *call, const struct campaign *campaign, struct error *err)
{
    struct ballot *ballot = NULL;
    if (campaign->ballot_id != 0 &&
        !ballots_get(call->db, campaign->ballot_id, call->arena, &ballot, err)) {
        return false;
    }
    return ballot == NULL || ballot->purged_at == 0 ||
           error_set(err, ERROR_DATA,
                     "what members told in ballot %s was deleted on %s: there is nothing left to"
                     " count for campaign %s",
                     ballot->name, clock_day(ballot->purged_at, call->arena), campaign->name);
}

bool cmd_campaign_results(struct call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct effects effects;
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err) ||
        !check_kept(call, campaign, err) ||
        !effects_read(call->db, campaign, call->arena, &effects, err)) {
        return false;
    }
    if (call_has(call, "--by-hour")) {
        return show_hours(call, &effects, err);
    }
    if (call->format == LISTING_TEXT) {
        print_results(&effects, call->arena);
    } else {
        list_results(call, &effects);
    }
    return true;
}
