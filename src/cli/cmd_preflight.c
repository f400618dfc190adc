/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign preflight. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/campaign/preflight.h"
#include "muster/conf/gateway.h"
#include "muster/conf/plan.h"
#include "muster/conf/windows.h"
#include "progress.h"

#define TIME_FORMAT "%a %-d %b %Y, %H:%M:%S"

const struct call_option cmd_preflight_options[] = {
    {"--members", NULL, "list whose text takes more than one part or cannot be rendered, and why"},
    {0},
};

static const char *s(int64_t count)
{
    return count == 1 ? "" : "s";
}

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
                        struct arena *arena)
{
    const struct price_sum *sum = &preflight->price;
    const bool known = !text_empty(tariff->currency);
    (void)putchar('\n');
    for (int i = 0; i < PHONE_ROUTES; i++) {
        if (sum->parts[i] == 0) {
            continue;
        }
        const int64_t price = price_of_part(tariff, (enum phone_route)i);
        (void)printf("%lld part%s %s%s%s\n", (long long)sum->parts[i], s(sum->parts[i]),
                     route_words(i), price == TARIFF_UNKNOWN ? "" : " at ",
                     price == TARIFF_UNKNOWN ? ", at a price that is not known"
                                             : price_text_exact(price, tariff->currency, arena));
    }
    if (known) {
        (void)printf("they cost %s%s\n", price_text(sum->cost, tariff->currency, arena),
                     sum->unknown ? ", and what is not known" : "");
    } else {
        (void)puts("what they cost is not known: give sms.price, or the gateway a tariff");
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
                         words ? "" : "}}", (long long)cause->texts, s(cause->texts));
        } else {
            (void)printf("  \"%s\" in %s%s%s: %lld text%s\n", cause->what,
                         words ? "the words" : "{{", cause->where, words ? "" : "}}",
                         (long long)cause->texts, s(cause->texts));
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
                 s(saving->parts), (long long)saving->texts, s(saving->texts), money);
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
                 (long long)preflight->fault_count, s(preflight->fault_count));
    for (size_t i = 0; i < preflight->fault_kinds; i++) {
        const struct preflight_fault *fault = &preflight->faults[i];
        const char *others = fault->count == 1
                                 ? ""
                                 : arena_printf(arena, " and %lld other%s",
                                                (long long)(fault->count - 1), s(fault->count - 1));
        (void)printf("  %s%s: %s\n", text_printable(fault->number, arena), others,
                     text_printable(fault->why, arena));
    }
    if (preflight->fault_kinds == PREFLIGHT_FAULTS_MOST) {
        (void)puts("  ...; --members lists them all");
    }
}

/* When the messages of a channel would go, and how many the deadline cuts off. */
static void print_times(const struct preflight *preflight, const struct preflight_order *order,
                        enum channel channel, struct arena *arena)
{
    const struct preflight_times *times = &preflight->times[channel];
    const struct forecast *forecast = &times->forecast;
    const struct forecast_lane *lane = &order->lanes[channel];
    const long long rate = lane->pace.rate;
    const long long count = forecast->fit + forecast->late;
    if (count == 0) {
        return;
    }
    (void)printf("\n%s go %s%lld a second, hours: %s\n", channel == CHANNEL_SMS ? "texts" : "mails",
                 rate > 0 ? "at " : "without a limit, reckoned as ",
                 rate > 0 ? rate : (long long)FORECAST_RATE_ASSUMED,
                 hours_format(&lane->hours, arena));
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
    (void)printf("campaign %s would write to %lld member%s now: %lld text%s, %lld mail%s\n",
                 campaign->name, (long long)(preflight->texts + preflight->mails),
                 s(preflight->texts + preflight->mails), (long long)preflight->texts,
                 s(preflight->texts), (long long)preflight->mails, s(preflight->mails));
    if (preflight->waiting > 0) {
        (void)printf("%lld of these messages wait%s in the outbox already\n",
                     (long long)preflight->waiting, preflight->waiting == 1 ? "s" : "");
    }
    if (preflight->shared + preflight->no_address > 0) {
        (void)printf("%lld more share%s a handset or mailbox, %lld cannot be reached\n",
                     (long long)preflight->shared, preflight->shared == 1 ? "s" : "",
                     (long long)preflight->no_address);
    }
    if (preflight->other_language > 0) {
        (void)printf("%lld of them read%s another language than there is a template in\n",
                     (long long)preflight->other_language,
                     preflight->other_language == 1 ? "s" : "");
    }
    if (preflight->texts > 0) {
        print_parts(call, preflight);
        print_price(preflight, tariff, call->arena);
        print_causes(preflight);
        print_savings(preflight, tariff, call->arena);
    }
    if (preflight->mails > 0) {
        (void)printf("\nmails have %lld bytes on average, the largest %lld\n",
                     (long long)(preflight->mail_bytes / preflight->mails),
                     (long long)preflight->largest_mail);
    }
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
        {"texts", preflight->texts},
        {"mails", preflight->mails},
        {"parts", preflight->parts},
        {"parts_uk", preflight->price.parts[PHONE_UK]},
        {"parts_crown", preflight->price.parts[PHONE_CROWN]},
        {"parts_abroad", preflight->price.parts[PHONE_ABROAD]},
        {"cost_millionths", preflight->price.cost},
        {"mail_bytes", preflight->mail_bytes},
        {"faults", preflight->fault_count},
        {"other_language", preflight->other_language},
        {"texts_late", preflight->times[CHANNEL_SMS].forecast.late},
        {"mails_late", preflight->times[CHANNEL_EMAIL].forecast.late},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < ARRAY_LENGTH(figures); i++) {
        listing_text(listing, figures[i].name);
        listing_number(listing, figures[i].value);
        listing_text(listing, strncmp(figures[i].name, "cost", 4) == 0 ? tariff->currency : "");
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

/* What texts cost; nothing is known of it without a gateway. */
static bool read_tariff(struct call *call, struct tariff *tariff, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct gateway gateway;
    faults_init(&faults);
    *tariff = (struct tariff){.currency = "",
                              .united_kingdom = TARIFF_UNKNOWN,
                              .crown_dependencies = TARIFF_UNKNOWN,
                              .elsewhere = TARIFF_UNKNOWN};
    if (text_empty(call->config.sms.gateway)) {
        return true;
    }
    if (!gateway_read(&call->config, call->arena, &faults, &gateway, err)) {
        call_print_faults(&faults);
        return false;
    }
    *tariff = gateway.tariff;
    return true;
}

/* How texts and mails go: within the hours, at the pace of the configuration. */
static bool read_lanes(struct call *call, struct forecast_lane lanes[CHANNEL_COUNT],
                       struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct windows windows;
    faults_init(&faults);
    if (!windows_read(&call->config, call->arena, &faults, &windows, err)) {
        call_print_faults(&faults);
        return false;
    }
    lanes[CHANNEL_SMS] = (struct forecast_lane){.hours = windows.sms,
                                                .holidays = windows.holidays.dates,
                                                .pace = {.rate = call->config.sms.rate}};
    lanes[CHANNEL_EMAIL] = (struct forecast_lane){.hours = windows.email,
                                                  .holidays = windows.holidays.dates,
                                                  .pace = {.rate = call->config.mail.rate}};
    return true;
}

bool cmd_campaign_preflight(struct call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct tariff tariff;
    struct forecast_lane lanes[CHANNEL_COUNT];
    struct preflight *preflight = arena_alloc(call->arena, sizeof *preflight);
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err) ||
        !read_tariff(call, &tariff, err) || !read_lanes(call, lanes, err)) {
        return false;
    }
    const bool members = call_has(call, "--members");
    struct progress progress;
    progress_begin(&progress, "Rendering");
    const struct preflight_order order = {
        .config = &call->config,
        .tariff = &tariff,
        .campaign = campaign,
        .lanes = lanes,
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
        print_report(call, campaign, preflight, &order);
    }
    return preflight->fault_count == 0 ||
           error_set(err, ERROR_DATA, "%lld message%s of campaign %s cannot be rendered",
                     (long long)preflight->fault_count, s(preflight->fault_count), campaign->name);
}
