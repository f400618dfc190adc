/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign test, tests: messages to oneself. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/campaign/specimen.h"
#include "muster/inbound/hook.h"
#include "muster/message/mime.h"
#include "muster/store/members.h"
#include "words.h"

enum { LIST_MOST = 1000, READERS_MOST = 16 };

const struct call_option cmd_campaign_test_options[] = {
    {"--step", "NAME", "of a campaign of several steps"},
    {"--member", "NUMBER", "as this member would read it"},
    {"--reader", "READER", "as somebody invented would; else as the first of these"},
    {"--sms", NULL, "the text only"},
    {"--email", NULL, "the mail only"},
    ACTING_OPTIONS,
    {0},
};

/* The invented readers, by a word each. */
const char *cmd_reader_word(size_t index)
{
    static const char *const WORDS[] = {"long-name", "no-first-name", "welsh", "long-employer",
                                        "two-employers"};
    return index < ARRAY_LENGTH(WORDS) ? WORDS[index] : NULL;
}

static bool find_reader(struct call *call, struct preview_reader *reader, struct error *err)
{
    const char *number = call_value(call, "--member");
    const char *word = call_value(call, "--reader");
    struct preview_reader *invented = NULL;
    struct member *member = NULL;
    size_t count = 0;
    if (number != NULL && word != NULL) {
        return error_set(err, ERROR_USAGE, "--member and --reader: one of them only");
    }
    if (number == NULL) {
        if (!words_check("campaign test", "READER", word, err)) {
            return false;
        }
        preview_invented(call->arena, &invented, &count);
        size_t place = 0;
        while (word != NULL && place + 1 < count && !text_equal(cmd_reader_word(place), word)) {
            place++;
        }
        *reader = invented[place];
        return true;
    }
    if (!members_find(call->db, number, call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return cmd_unknown_member(call, number, err);
    }
    *reader = (struct preview_reader){.label = "", .member = *member};
    return true;
}

/* The step that is meant: the named one, or the only one. */
static bool find_step(struct call *call, const struct campaign *campaign, struct step *step,
                      struct error *err)
{
    const char *name = call_value(call, "--step");
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    const char *names = "";
    for (size_t i = 0; i < count; i++) {
        if ((name == NULL && count == 1) || (name != NULL && text_equal(steps[i].name, name))) {
            *step = steps[i];
            return true;
        }
        names = arena_printf(call->arena, "%s%s%s", names, i == 0 ? "" : ", ",
                             text_empty(steps[i].name) ? "" : steps[i].name);
    }
    return name == NULL
               ? error_set(err, ERROR_USAGE, "which step? Give --step NAME, one of %s", names)
               : error_set(err, ERROR_DATA, "campaign %s has no step '%s'; its steps are %s",
                           campaign->name, name, names);
}

/* Members get no message now. Who tests does, and is told the difference. */
static bool tell_hours(struct call *call, const struct ways *ways,
                       const struct specimen_order *order, struct error *err)
{
    const bool texts = order->channel == CHANNEL_SMS;
    const char *of_step = texts ? order->step->hours_sms : order->step->hours_email;
    const char *of_campaign = texts ? order->campaign->hours_sms : order->campaign->hours_email;
    struct hours hours;
    if (!windows_of(&ways->windows, texts, of_step != NULL ? of_step : of_campaign, &hours, err)) {
        return false;
    }
    if (hours_opens(&hours, &ways->windows.holidays.dates, order->now) > order->now) {
        (void)fprintf(stderr, "it is outside of the hours in which members get %s (%s)\n",
                      texts ? "texts" : "mails", hours_format(&hours, call->arena));
    }
    return true;
}

static void print_body(const char *subject, const char *body, struct arena *arena)
{
    if (subject != NULL) {
        (void)printf("  Subject: %s\n\n", text_printable(subject, arena));
    }
    while (*body != '\0') {
        const size_t length = strcspn(body, "\n");
        (void)printf("%s%s\n", length == 0 ? "" : "  ",
                     text_printable(arena_span(arena, body, length), arena));
        body += length + (body[length] == '\n' ? 1 : 0);
    }
}

static void print_specimen(struct call *call, const struct specimen_order *order,
                           const struct specimen *specimen, const char *subject, const char *body)
{
    const struct preview_reader *reader = order->reader;
    const bool texts = specimen->channel == CHANNEL_SMS;
    const bool accepted = text_equal(specimen->outcome, "accepted");
    const char *who =
        cmd_full_name(reader->member.first_name, reader->member.last_name, call->arena);
    (void)printf("%s.%s to %s, as %s%s%s%s would read it\n", texts ? "text" : "mail",
                 specimen->language, texts ? order->account->mobile : order->account->email,
                 text_printable(who, call->arena), reader->label[0] == '\0' ? "" : " (",
                 reader->label, reader->label[0] == '\0' ? "" : ")");
    (void)printf(
        "%s by %s%s%s%s\n",
        text_equal(specimen->outcome, "unsure") ? "it may have been taken" : specimen->outcome,
        specimen->route,
        texts ? arena_printf(call->arena, ", %lld part%s", (long long)specimen->parts,
                             cmd_s(specimen->parts))
              : "",
        accepted || specimen->answer == NULL ? "" : ": ",
        accepted || specimen->answer == NULL ? "" : text_printable(specimen->answer, call->arena));
    print_body(subject, body, call->arena);
}

/* By the first way out of its channel. */
static bool find_way(struct call *call, const struct ways *ways, struct specimen_order *order,
                     struct error *err)
{
    size_t count = 0;
    struct hook_urls urls = {0};
    const bool texts = order->channel == CHANNEL_SMS;
    const struct config_route *routes = config_routes(&call->config, texts, &count);
    if (count == 0) {
        return error_set(err, ERROR_CONFIG, "there is no way out: sms.gateway is not set");
    }
    order->route = &routes[0];
    if (!texts) {
        return true;
    }
    order->gateway = &ways->gateways[0];
    if (!hook_urls(call->db, &call->config, order->gateway, call->arena, &urls, err)) {
        return false;
    }
    order->receipt_url = urls.receipt;
    order->reply_url = urls.reply;
    return true;
}

static bool send(struct call *call, const struct ways *ways, struct specimen_order *order,
                 bool *accepted, struct error *err)
{
    struct specimen specimen;
    const char *subject = NULL;
    const char *body = "";
    order->now = clock_now();
    if (!find_way(call, ways, order, err) || !tell_hours(call, ways, order, err) ||
        !specimen_send(call->db, order, call->arena, &specimen, &subject, &body, err)) {
        return false;
    }
    log_info("account %s sent itself a test %s of campaign %s: %s", order->account->name,
             order->channel == CHANNEL_SMS ? "text" : "mail", order->campaign->name,
             specimen.outcome);
    print_specimen(call, order, &specimen, subject, body);
    *accepted = *accepted && text_equal(specimen.outcome, "accepted");
    return true;
}

/* Which channels: those that the step has, and the account has an address for; or the one that was
 * asked for, and then what is missing is a fault. */
static bool is_wanted(const struct call *call, const struct specimen_order *order,
                      enum channel channel)
{
    const bool sms = call_has(call, "--sms");
    const bool email = call_has(call, "--email");
    if (sms || email) {
        return channel == CHANNEL_SMS ? sms : email;
    }
    return specimen_wanted(order->step, order->account, channel);
}

bool cmd_campaign_test(struct call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct account *account = NULL;
    struct step step;
    struct preview_reader reader;
    struct ways ways;
    bool accepted = true;
    size_t sent = 0;
    mime_start();
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err) ||
        !find_step(call, campaign, &step, err) || !find_reader(call, &reader, err) ||
        !cmd_read_ways(call, &ways, err) ||
        !acting_account(call, ROLE_MAY_TEST, "send test messages", &account, err)) {
        return false;
    }
    if (account == NULL) {
        return error_set(err, ERROR_DATA,
                         "a test message goes to the mobile or the mailbox of an account, and there"
                         " are no accounts: muster account add");
    }
    struct specimen_order order = {.config = &call->config,
                                   .campaign = campaign,
                                   .step = &step,
                                   .account = account,
                                   .reader = &reader};
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        order.channel = (enum channel)i;
        if (is_wanted(call, &order, order.channel)) {
            (void)fputs(sent++ == 0 ? "" : "\n", stdout);
            if (!send(call, &ways, &order, &accepted, err)) {
                return false;
            }
        }
    }
    if (sent == 0) {
        return error_set(err, ERROR_DATA,
                         "account %s has no address of its own for what this step sends: muster"
                         " account set %s --mobile NUMBER or --email ADDRESS",
                         account->name, account->name);
    }
    return accepted || error_set(err, ERROR_UNAVAILABLE, "not every test message was accepted");
}

bool cmd_campaign_tests(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"AT", "at", false},        {"ACCOUNT", "account", false}, {"CAMPAIGN", "campaign", false},
        {"STEP", "step", false},    {"CHANNEL", "channel", false}, {"LANGUAGE", "language", false},
        {"AS", "member", false},    {"BY", "route", false},        {"OUTCOME", "outcome", false},
        {"ANSWER", "answer", false}};
    struct specimen *specimens = NULL;
    size_t count = 0;
    const char *name = call->argument_count > 0 ? call->arguments[0] : NULL;
    if (!specimens_list(call->db, name, LIST_MOST, call->arena, &specimens, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct specimen *specimen = &specimens[i];
        listing_text(listing, clock_minute(specimen->at, call->arena));
        listing_text(listing, specimen->account);
        listing_text(listing, specimen->campaign);
        listing_text(listing, specimen->step);
        listing_text(listing, channel_name(specimen->channel));
        listing_text(listing, specimen->language);
        listing_text(listing, specimen->member == NULL ? "invented" : specimen->member);
        listing_text(listing, specimen->route);
        listing_text(listing,
                     text_equal(specimen->outcome, "sending") ? "unsure" : specimen->outcome);
        listing_text(listing, specimen->answer);
    }
    listing_print(listing, call->format, "no test messages yet");
    return true;
}
