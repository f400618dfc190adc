/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign preflight. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/campaign/lanes.h"
#include "muster/campaign/preflight.h"
#include "muster/campaign/warning.h"
#include "muster/conf/gateway.h"
#include "muster/conf/plan.h"
#include "muster/dispatch/ways.h"
#include "progress.h"

#define TIME_FORMAT "%a %-d %b %Y, %H:%M:%S"

const struct call_option cmd_preflight_options[] = {
    {"--members", NULL, "list whose text takes more than one part or cannot be rendered, and why"},
    {0},
};

static void watch(int64_t done, int64_t total, void *context)
{
    progress_at(context, done, total);
}

static const char *route_words(int route)
{
    return route == PHONE_UK      ? "in the United Kingdom"
           : route == PHONE_CROWN ? "in Jersey, Guernsey and the Isle of Man"
                                  : "in other countries";
}

static void print_parts(struct call *call, const struct preflight *preflight)
{
    static const struct listing_column COLUMNS[] = {
        {"PARTS", "parts", true}, {"GSM-7", "gsm7", true}, {"UCS-2", "ucs2", true}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (int64_t i = 1; i <= GSM_PARTS_MOST; i++) {
        const int64_t *row = preflight->by_parts[i];
        if (row[GSM_7BIT] + row[GSM_UCS2] > 0) {
            listing_number(listing, i);
            listing_number(listing, row[GSM_7BIT]);
            listing_number(listing, row[GSM_UCS2]);
        }
    }
    (void)puts("\ntexts by the parts they take");
    listing_print(listing, LISTING_TEXT, "none");
}

static void print_price(const struct preflight *preflight, const struct tariff *tariff,
                        size_t gateways, struct arena *arena)
{
    const struct price_sum *sum = &preflight->price;
    const bool known = !text_empty(tariff->currency);
    (void)putchar('\n');
    for (int i = 0; i < PHONE_ROUTES; i++) {
        if (sum->parts[i] == 0) {
            continue;
        }
        const int64_t price = price_of_part(tariff, (enum phone_route)i);
        (void)printf("%lld part%s %s%s%s\n", (long long)sum->parts[i], cmd_s(sum->parts[i]),
                     route_words(i), price == TARIFF_UNKNOWN ? "" : " at ",
                     price == TARIFF_UNKNOWN ? ", at a price that is not known"
                                             : price_text_exact(price, tariff->currency, arena));
    }
    if (known) {
        (void)printf("they cost %s%s%s\n", gateways > 1 ? "at most " : "",
                     price_text(sum->cost, tariff->currency, arena),
                     sum->unknown ? ", and what is not known" : "");
    } else if (gateways > 1) {
        (void)puts(
            "what they cost is not known: no price is known of some gateway, or the gateways "
            "take different currencies");
    } else {
        (void)puts("what they cost is not known: give sms.price, or the gateway a tariff");
    }
    if (known && gateways > 1) {
        (void)printf("reckoned as the dearest of %zu gateways takes it\n", gateways);
    }
}

/* How far the own budgets of steps go. */
static void print_step_budgets(const struct preflight *preflight, const char *currency,
                               struct arena *arena)
{
    for (size_t i = 0; i < preflight->step_count; i++) {
        const struct preflight_step *step = &preflight->steps[i];
        if (step->budget >= 0 && !step->passed) {
            (void)printf("step %s: its budget is %s, which pays for %lld of %lld texts\n",
                         step->name, price_text(step->budget, currency, arena),
                         (long long)step->affordable, (long long)step->texts);
        }
        if (step->no_second && !step->passed) {
            (void)printf("step %s is over before a mail could follow its texts\n", step->name);
        }
    }
}

/* How far the budget goes. */
static void print_budget(const struct preflight *preflight, const struct campaign *campaign,
                         const struct tariff *tariff, struct arena *arena)
{
    if (!campaign->budgeted) {
        return;
    }
    const char *currency = text_given(campaign->currency);
    const char *spent =
        campaign->spent == 0
            ? ""
            : arena_printf(arena, ", %s of it spent", price_text(campaign->spent, currency, arena));
    (void)printf("\nthe budget is %s%s: ", price_text(campaign->budget, currency, arena), spent);
    const enum warning_kind wrong = warning_budget(preflight, campaign, tariff);
    if (wrong == WARNING_NO_PRICE || wrong == WARNING_OTHER_CURRENCY) {
        (void)printf("no text goes, as %s\n", wrong == WARNING_NO_PRICE
                                                  ? "what it costs is not known"
                                                  : "the prices are in another currency now");
    } else if (wrong == WARNING_NONE) {
        (void)puts("it pays for every text that has a price");
    } else {
        (void)printf("it pays for %lld of %lld texts, in the order in which they go;\n"
                     "%s more would pay for all of them\n",
                     (long long)preflight->affordable, (long long)preflight->texts,
                     price_text(warning_missing(preflight, campaign), currency, arena));
    }
    if (preflight->price.unknown) {
        (void)puts("texts without a known price are withheld");
    }
}

static void print_causes(const struct preflight *preflight)
{
    if (preflight->cause_count == 0) {
        return;
    }
    (void)puts("\nwhy texts take more than one part");
    for (size_t i = 0; i < preflight->cause_count; i++) {
        const struct preflight_cause *cause = &preflight->causes[i];
        const bool words = cause->where[0] == '\0';
        if (cause->what[0] == '\0') {
            (void)printf("  %s%s%s: %lld text%s\n",
                         words ? "the words alone are too long" : "too long with {{", cause->where,
                         words ? "" : "}}", (long long)cause->texts, cmd_s(cause->texts));
        } else {
            (void)printf("  \"%s\" in %s%s%s: %lld text%s\n", cause->what,
                         words ? "the words" : "{{", cause->where, words ? "" : "}}",
                         (long long)cause->texts, cmd_s(cause->texts));
        }
    }
    if (preflight->other_causes > 0) {
        (void)printf("  others: %lld\n", (long long)preflight->other_causes);
    }
}

/* What each permission does, in the order of plan_plain_words. */
static const char *const deeds[PREFLIGHT_LEVELS] = {
    "quotes, dashes, dots and blanks written plainly",
    "letters without marks in the template's own words",
    "letters without marks in what is merged in, too",
    "letters without marks in Welsh, too",
};

static void print_saving(const struct preflight_saving *saving, const char *deed, const char *verb,
                         const char *currency, struct arena *arena)
{
    const char *money =
        saving->cost == 0 ? ""
                          : arena_printf(arena, ", %s", price_text(saving->cost, currency, arena));
    (void)printf("\n%s: %s %lld part%s in %lld text%s%s\n", deed, verb, (long long)saving->parts,
                 cmd_s(saving->parts), (long long)saving->texts, cmd_s(saving->texts), money);
    (void)printf("  - %s\n  + %s\n", text_printable(saving->given, arena),
                 text_printable(saving->plain, arena));
}

static void print_savings(const struct preflight *preflight, const struct tariff *tariff,
                          struct arena *arena)
{
    size_t count = 0;
    const char *const *words = plan_plain_words(&count);
    if (preflight->saved.parts > 0) {
        print_saving(&preflight->saved, "written plainer, as the campaign allows", "saves",
                     tariff->currency, arena);
    }
    for (size_t i = 0; i < PREFLIGHT_LEVELS && i < count; i++) {
        if (preflight->further[i].parts > 0) {
            print_saving(&preflight->further[i], deeds[i], "would save", tariff->currency, arena);
            (void)printf("  if the campaign's file said \"%s\" in its list plain = [ ... ]\n",
                         words[i]);
        }
    }
}

static void print_faults(const struct preflight *preflight, struct arena *arena)
{
    if (preflight->fault_count == 0) {
        return;
    }
    (void)printf("\n%lld message%s cannot be rendered, and would be withheld\n",
                 (long long)preflight->fault_count, cmd_s(preflight->fault_count));
    for (size_t i = 0; i < preflight->fault_kinds; i++) {
        const struct preflight_fault *fault = &preflight->faults[i];
        const char *others = fault->count == 1 ? ""
                                               : arena_printf(arena, " and %lld other%s",
                                                              (long long)(fault->count - 1),
                                                              cmd_s(fault->count - 1));
        (void)printf("  %s%s: %s\n", text_printable(fault->number, arena), others,
                     text_printable(fault->why, arena));
    }
    if (preflight->fault_kinds == PREFLIGHT_FAULTS_MOST) {
        (void)puts("  ...; --members lists them all");
    }
}

/* ", at most 600 a minute and 5000 a day". */
static const char *caps_words(const struct forecast_pace *pace, struct arena *arena)
{
    const char *minute = pace->per_minute == 0
                             ? ""
                             : arena_printf(arena, "%lld a minute", (long long)pace->per_minute);
    const char *day =
        pace->per_day == 0 ? "" : arena_printf(arena, "%lld a day", (long long)pace->per_day);
    return minute[0] == '\0' && day[0] == '\0'
               ? ""
               : arena_printf(arena, ", at most %s%s%s", minute,
                              minute[0] == '\0' || day[0] == '\0' ? "" : " and ", day);
}

/* When the messages of a channel would go, and how many the deadline cuts off. */
static void print_times(const struct preflight *preflight, const struct preflight_order *order,
                        enum channel channel, struct arena *arena)
{
    const struct preflight_times *times = &preflight->times[channel];
    const struct forecast *forecast = &times->forecast;
    const struct forecast_lane *lane = &order->lanes[channel];
    const long long rate = lane->pace.rate;
    const bool own = (channel == CHANNEL_SMS ? order->campaign->hours_sms
                                             : order->campaign->hours_email) != NULL;
    const long long count = forecast->fit + forecast->late;
    const bool capped = lane->pace.per_minute > 0 || lane->pace.per_day > 0;
    if (count == 0) {
        return;
    }
    (void)printf("\n%s go %s%lld a second%s, hours: %s\n",
                 channel == CHANNEL_SMS ? "texts" : "mails",
                 rate > 0 ? "at "
                 : capped ? "as fast as they are taken, reckoned as "
                          : "without a limit, reckoned as ",
                 rate > 0 ? rate : (long long)FORECAST_RATE_ASSUMED, caps_words(&lane->pace, arena),
                 hours_format(&lane->hours, arena));
    if (own) {
        (void)printf("  these hours are the campaign's own: %s\n",
                     text_printable(order->campaign->hours_why, arena));
    }
    if (forecast->fit > 0) {
        (void)printf("  the first on %s, the last on %s\n",
                     clock_format(forecast->first, TIME_FORMAT, arena),
                     clock_format(forecast->last, TIME_FORMAT, arena));
    }
    const char *deadline = clock_format(times->deadline, TIME_FORMAT, arena);
    if (forecast->late == 0) {
        (void)printf("  %s before the deadline, %s\n", count == 1 ? "it goes" : "all of them go",
                     deadline);
    } else {
        (void)printf("  %lld of %lld would expire: not sent before the deadline, %s\n",
                     (long long)forecast->late, count, deadline);
    }
}

/* Who is held out; and "by lot, 60 members get plain, 61 figures". */
static void print_lots(const struct preflight *preflight, struct arena *arena)
{
    const char *words = "by lot, ";
    if (preflight->held_out > 0) {
        (void)printf("%lld more %s held out by lot, to learn from: they get nothing\n",
                     (long long)preflight->held_out, preflight->held_out == 1 ? "is" : "are");
    }
    for (size_t i = 0; i < preflight->variant_count; i++) {
        const struct preflight_variant *variant = &preflight->variants[i];
        words = i == 0 ? arena_printf(arena, "%s%lld member%s get%s %s", words,
                                      (long long)variant->members, cmd_s(variant->members),
                                      variant->members == 1 ? "s" : "", variant->name)
                       : arena_printf(arena, "%s, %lld %s", words, (long long)variant->members,
                                      variant->name);
    }
    if (preflight->variant_count > 0) {
        (void)puts(words);
    }
}

/* What each step would send. Members answer and vote in the meantime, so that it will be less. */
static void print_steps(struct call *call, const struct preflight *preflight,
                        const struct tariff *tariff)
{
    static const struct listing_column COLUMNS[] = {{"STEP", "step", false},
                                                    {"GOES", "at", false},
                                                    {"TEXTS", "texts", true},
                                                    {"MAILS", "mails", true},
                                                    {"COST", "cost", true}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    size_t silent = 0;
    if (preflight->step_count < 2) {
        return;
    }
    for (size_t i = 0; i < preflight->step_count; i++) {
        const struct preflight_step *step = &preflight->steps[i];
        if (!step->passed && step->texts + step->mails == 0) {
            silent++;
            continue;
        }
        listing_text(listing, step->name);
        listing_text(listing, step->passed
                                  ? "never: its deadline has passed"
                                  : clock_format(step->at, "%a %-d %b %Y %H:%M", call->arena));
        listing_number(listing, step->texts);
        listing_number(listing, step->mails);
        listing_text(listing, step->cost == 0 || text_empty(tariff->currency)
                                  ? ""
                                  : price_text(step->cost, tariff->currency, call->arena));
    }
    (void)puts(
        "\neach step, if all members stayed as they are now; who votes or answers drops out");
    listing_print(listing, LISTING_TEXT, "none of them would send anything now");
    if (silent > 0) {
        (void)printf("%zu step%s mean%s nobody now\n", silent, cmd_s((int64_t)silent),
                     silent == 1 ? "s" : "");
    }
}

/* The mails that may follow texts: as many as there could be. */
static void print_second(const struct preflight *preflight, struct arena *arena)
{
    if (preflight->second_after > 0) {
        (void)printf("\nup to %lld mail%s more: a mail follows a text that has not arrived after"
                     " %s; mails cost nothing\n",
                     (long long)preflight->second, cmd_s(preflight->second),
                     clock_span(preflight->second_after, arena));
    }
}

/* How many messages it would send, in one step or in several. */
static void print_sum(struct call *call, const struct campaign *campaign,
                      const struct preflight *preflight)
{
    const int64_t messages = preflight->texts + preflight->mails;
    const char *what =
        preflight->step_count < 2
            ? arena_printf(call->arena, "write to %lld member%s now", (long long)messages,
                           cmd_s(messages))
            : arena_printf(call->arena, "send %lld message%s in %zu steps", (long long)messages,
                           cmd_s(messages), preflight->step_count);
    (void)printf("campaign %s would %s: %lld text%s, %lld mail%s\n", campaign->name, what,
                 (long long)preflight->texts, cmd_s(preflight->texts), (long long)preflight->mails,
                 cmd_s(preflight->mails));
}

static void print_report(struct call *call, const struct campaign *campaign,
                         const struct preflight *preflight, const struct preflight_order *order)
{
    const struct tariff *tariff = order->tariff;
    const bool over =
        text_equal(campaign->state, "finished") || text_equal(campaign->state, "cancelled");
    if (over) {
        (void)printf("campaign %s is %s; what it sent: muster campaign status %s\n", campaign->name,
                     campaign->state, campaign->name);
        return;
    }
    if (preflight->late) {
        (void)printf("the deadline of campaign %s has passed: nothing more is sent\n",
                     campaign->name);
        return;
    }
    print_sum(call, campaign, preflight);
    if (campaign->promotional) {
        (void)puts("they are promotional: who wants none such is left out");
    }
    if (preflight->waiting > 0) {
        (void)printf("%lld of these messages wait%s in the outbox already\n",
                     (long long)preflight->waiting, preflight->waiting == 1 ? "s" : "");
    }
    if (preflight->shared + preflight->no_address > 0) {
        (void)printf("%lld more share%s a handset or mailbox, %lld cannot be reached%s\n",
                     (long long)preflight->shared, preflight->shared == 1 ? "s" : "",
                     (long long)preflight->no_address,
                     cmd_unwilling_words(preflight->unwilling, call->arena));
    }
    print_lots(preflight, call->arena);
    if (preflight->put_off > 0) {
        (void)printf("%lld of them wait%s, as the member was written to lately (limits.per_week,"
                     " limits.apart)\n",
                     (long long)preflight->put_off, preflight->put_off == 1 ? "s" : "");
    }
    if (preflight->too_often > 0) {
        (void)printf("%lld more get%s none: it would have to wait for that beyond the deadline\n",
                     (long long)preflight->too_often, preflight->too_often == 1 ? "s" : "");
    }
    if (preflight->other_language > 0) {
        (void)printf("%lld of them read%s another language than there is a template in\n",
                     (long long)preflight->other_language,
                     preflight->other_language == 1 ? "s" : "");
    }
    print_steps(call, preflight, tariff);
    if (preflight->texts > 0) {
        print_parts(call, preflight);
        print_price(preflight, tariff, call->config.sms.gateway_count, call->arena);
        print_budget(preflight, campaign, tariff, call->arena);
        print_step_budgets(preflight, text_given(campaign->currency), call->arena);
        print_causes(preflight);
        print_savings(preflight, tariff, call->arena);
    }
    if (preflight->mails > 0) {
        (void)printf("\nmails have %lld bytes on average, the largest %lld\n",
                     (long long)(preflight->mail_bytes / preflight->mails),
                     (long long)preflight->largest_mail);
    }
    print_second(preflight, call->arena);
    print_times(preflight, order, CHANNEL_SMS, call->arena);
    print_times(preflight, order, CHANNEL_EMAIL, call->arena);
    print_faults(preflight, call->arena);
}

/* When the first and the last message of a channel would go, in UTC; empty when none would. */
static void list_times(struct listing *listing, const struct preflight *preflight,
                       enum channel channel, const char *name, struct arena *arena)
{
    const struct forecast *forecast = &preflight->times[channel].forecast;
    const int64_t instants[] = {forecast->first, forecast->last};
    static const char *const ends[] = {"first", "last"};
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        listing_text(listing, arena_printf(arena, "%s_%s", name, ends[i]));
        listing_text(listing, forecast->fit == 0 ? "" : clock_iso(instants[i], arena));
        listing_text(listing, "");
    }
}

/* The figures for programs: a name and a number a row. */
static void list_figures(struct call *call, const struct preflight *preflight,
                         const struct tariff *tariff)
{
    static const struct listing_column COLUMNS[] = {
        {"FIGURE", "figure", false}, {"VALUE", "value", true}, {"CURRENCY", "currency", false}};
    const struct {
        const char *name;
        int64_t value;
    } figures[] = {
        {"audience", preflight->members},
        {"waiting", preflight->waiting},
        {"shared", preflight->shared},
        {"no_address", preflight->no_address},
        {"unwilling", preflight->unwilling},
        {"put_off", preflight->put_off},
        {"too_often", preflight->too_often},
        {"texts", preflight->texts},
        {"mails", preflight->mails},
        {"parts", preflight->parts},
        {"parts_uk", preflight->price.parts[PHONE_UK]},
        {"parts_crown", preflight->price.parts[PHONE_CROWN]},
        {"parts_abroad", preflight->price.parts[PHONE_ABROAD]},
        {"cost_millionths", preflight->price.cost},
        {"texts_affordable", preflight->affordable},
        {"mails_after_texts", preflight->second},
        {"mail_bytes", preflight->mail_bytes},
        {"faults", preflight->fault_count},
        {"other_language", preflight->other_language},
        {"held_out", preflight->held_out},
        {"texts_late", preflight->times[CHANNEL_SMS].forecast.late},
        {"mails_late", preflight->times[CHANNEL_EMAIL].forecast.late},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < ARRAY_LENGTH(figures); i++) {
        listing_text(listing, figures[i].name);
        listing_number(listing, figures[i].value);
        listing_text(listing, strncmp(figures[i].name, "cost", 4) == 0 ? tariff->currency : "");
    }
    for (size_t i = 0; i < preflight->variant_count; i++) {
        listing_text(listing, arena_printf(call->arena, "variant_%s", preflight->variants[i].name));
        listing_number(listing, preflight->variants[i].members);
        listing_text(listing, "");
    }
    list_times(listing, preflight, CHANNEL_SMS, "texts", call->arena);
    list_times(listing, preflight, CHANNEL_EMAIL, "mails", call->arena);
    listing_print(listing, call->format, "nothing");
}

static void list_members(struct call *call, const struct preflight *preflight)
{
    static const struct listing_column COLUMNS[] = {{"NUMBER", "number", false},
                                                    {"PARTS", "parts", true},
                                                    {"ENCODING", "encoding", false},
                                                    {"UNITS", "units", true},
                                                    {"WHY", "why", false}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < preflight->costly_count; i++) {
        const struct preflight_costly *costly = &preflight->costly[i];
        listing_text(listing, costly->number);
        listing_number(listing, (int64_t)costly->parts);
        listing_text(listing, costly->parts == 0 ? "" : gsm_encoding_name(costly->encoding));
        listing_number(listing, (int64_t)costly->units);
        listing_text(listing, costly->why);
    }
    listing_print(listing, call->format, "every text takes one part");
}

static bool read_lanes(struct call *call, const struct ways *ways, const struct campaign *campaign,
                       struct lanes *lanes, struct error *err)
{
    const struct lanes_setting setting = {.config = &call->config,
                                          .windows = &ways->windows,
                                          .gateways = ways->gateways,
                                          .now = clock_now()};
    return lanes_read(call->db, &setting, campaign, call->arena, lanes, err);
}

/* Where no receipts come, no text is known to have arrived. */
static void warn_of_silence(const struct warning *warnings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (warnings[i].kind == WARNING_SILENT) {
            (void)fprintf(stderr,
                          "gateway %s sends no receipts: whoever is texted by it gets the mail,"
                          " too\n",
                          warnings[i].name);
        }
    }
}

bool cmd_reckon(struct call *call, const struct campaign *campaign, struct preflight *preflight,
                struct tariff *tariff, struct error *err)
{
    struct ways ways;
    struct lanes lanes;
    struct progress progress;
    if (!cmd_read_ways(call, &ways, err) || !read_lanes(call, &ways, campaign, &lanes, err)) {
        return false;
    }
    *tariff = gateway_dearest(ways.gateways, call->config.sms.gateway_count);
    const struct preflight_order order = {
        .config = &call->config,
        .tariff = tariff,
        .campaign = campaign,
        .lanes = lanes.lane,
        .use = lanes.use,
        .now = clock_now(),
        .watch = watch,
        .context = &progress,
    };
    progress_begin(&progress, "Rendering");
    const bool ok = preflight_run(call->db, &order, call->arena, preflight, err);
    progress_end(&progress);
    return ok;
}

bool cmd_campaign_preflight(struct call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct ways ways;
    struct lanes lanes;
    struct preflight *preflight = arena_alloc(call->arena, sizeof *preflight);
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err) ||
        !cmd_read_ways(call, &ways, err) || !read_lanes(call, &ways, campaign, &lanes, err)) {
        return false;
    }
    const struct tariff tariff = gateway_dearest(ways.gateways, call->config.sms.gateway_count);
    const bool members = call_has(call, "--members");
    struct progress progress;
    progress_begin(&progress, "Rendering");
    const struct preflight_order order = {
        .config = &call->config,
        .tariff = &tariff,
        .campaign = campaign,
        .lanes = lanes.lane,
        .use = lanes.use,
        .now = clock_now(),
        .list_costly = members,
        .watch = watch,
        .context = &progress,
    };
    const bool ok = preflight_run(call->db, &order, call->arena, preflight, err);
    progress_end(&progress);
    if (!ok) {
        return false;
    }
    if (members) {
        list_members(call, preflight);
    } else if (call->format != LISTING_TEXT) {
        list_figures(call, preflight, &tariff);
    } else {
        struct warning *warnings = NULL;
        const size_t warning_count =
            warning_find(preflight, &order, ways.gateways, call->arena, &warnings);
        print_report(call, campaign, preflight, &order);
        warn_of_silence(warnings, warning_count);
    }
    return preflight->fault_count == 0 ||
           error_set(err, ERROR_DATA, "%lld message%s of campaign %s cannot be rendered",
                     (long long)preflight->fault_count, cmd_s(preflight->fault_count),
                     campaign->name);
}
