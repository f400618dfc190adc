/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster template preview. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/campaign/preview.h"
#include "muster/store/campaigns.h"
#include "muster/store/members.h"

const struct call_option cmd_preview_options[] = {
    {"--member", "NUMBER", "as this member reads it; else as members do whose details are awkward"},
    {"--campaign", "NAME", "with the ballot, the action and the details of this campaign"},
    {"--html", "FILE", "write the HTML of the first mail into a new file, to look at in a browser"},
    {"--ballot", "NAME", "with the dates of this ballot; else of the one that closes last"},
    {0},
};

/* The ballot to preview with, NULL when there is none. */
static bool find_ballot(struct call *call, const struct campaign *campaign, struct ballot **ballot,
                        struct error *err)
{
    const char *name = call_value(call, "--ballot");
    struct ballot *all = NULL;
    size_t count = 0;
    *ballot = NULL;
    if (name != NULL) {
        return cmd_find_ballot(call, name, ballot, err);
    }
    if (campaign != NULL) {
        return campaign->ballot_id == 0 ||
               ballots_get(call->db, campaign->ballot_id, call->arena, ballot, err);
    }
    if (!ballots_list(call->db, call->arena, &all, &count, err)) {
        return false;
    }
    *ballot = count > 0 ? &all[0] : NULL;
    return true;
}

static bool find_campaign(struct call *call, struct campaign **campaign, struct error *err)
{
    const char *name = call_value(call, "--campaign");
    *campaign = NULL;
    return name == NULL || cmd_find_campaign(call, name, campaign, err);
}

static bool find_readers(struct call *call, struct preview_reader **readers, size_t *count,
                         struct error *err)
{
    const char *number = call_value(call, "--member");
    struct member *member = NULL;
    if (number == NULL) {
        return preview_awkward(call->db, call->arena, readers, count, err);
    }
    if (!members_find(call->db, number, call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return cmd_unknown_member(call, number, err);
    }
    *readers = arena_alloc(call->arena, sizeof **readers);
    **readers = (struct preview_reader){.label = "", .member = *member};
    *count = 1;
    return true;
}

/* One line over each message: who, how, and what it costs. */
static const char *heading(const struct preview_message *message, struct arena *arena)
{
    const struct preview_reader *reader = message->reader;
    const struct gsm_size *size = &message->letter.wording.size;
    const char *who = arena_printf(
        arena, "%s%s%s", cmd_full_name(reader->member.first_name, reader->member.last_name, arena),
        reader->label[0] == '\0' ? "" : ", ", reader->label);
    if (message->fault != NULL) {
        return arena_printf(arena, "%s: %s.%s", who,
                            message->channel == CHANNEL_SMS ? "text" : "mail", message->language);
    }
    if (message->channel == CHANNEL_EMAIL) {
        return arena_printf(arena, "%s: mail.%s, %zu bytes%s", who, message->language,
                            message->letter.length,
                            message->letter.html == NULL ? ", no HTML" : " with its HTML");
    }
    return arena_printf(arena, "%s: text.%s, %zu part%s (%s, %zu units)", who, message->language,
                        size->parts, size->parts == 1 ? "" : "s", gsm_encoding_name(size->encoding),
                        size->units);
}

void cmd_print_lines(const char *text, const char *indent, struct arena *arena)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        (void)printf("%s%s\n", length == 0 ? "" : indent,
                     text_printable(arena_span(arena, text, length), arena));
        text += length + (text[length] == '\n' ? 1 : 0);
    }
}

static void print_message(const struct preview_message *message, struct arena *arena)
{
    (void)printf("%s\n", text_printable(heading(message, arena), arena));
    if (message->fault != NULL) {
        (void)printf("  cannot be rendered: %s\n", text_printable(message->fault, arena));
    } else if (message->channel == CHANNEL_SMS) {
        cmd_print_lines(message->letter.body, "  ", arena);
    } else {
        (void)printf("  Subject: %s\n\n", text_printable(message->letter.subject, arena));
        cmd_print_lines(message->letter.text, "  ", arena);
    }
}

static void list_messages(struct call *call, const struct preview_message *messages, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"MEMBER", "member", false},     {"LABEL", "label", false}, {"CHANNEL", "channel", false},
        {"LANGUAGE", "language", false}, {"PARTS", "parts", true},  {"SUBJECT", "subject", false},
        {"TEXT", "text", false},         {"HTML", "html", false},   {"FAULT", "fault", false}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const struct letter *letter = &messages[i].letter;
        const bool sms = messages[i].channel == CHANNEL_SMS;
        listing_text(listing, messages[i].reader->member.number);
        listing_text(listing, messages[i].reader->label);
        listing_text(listing, channel_name(messages[i].channel));
        listing_text(listing, messages[i].language);
        listing_number(listing, (int64_t)letter->wording.size.parts);
        listing_text(listing, letter->subject);
        listing_text(listing, sms ? letter->body : letter->text);
        listing_text(listing, letter->html);
        listing_text(listing, messages[i].fault);
    }
    listing_print(listing, call->format, "nothing");
}

/* What the campaign lets be written plainer in this template. */
static bool find_plain(struct call *call, const struct campaign *campaign, const char **plain,
                       struct error *err)
{
    const char *found = NULL;
    if (!campaigns_plain(call->db, campaign->id, call->arguments[0], call->arena, &found, err)) {
        return false;
    }
    *plain = found == NULL ? "" : found;
    return true;
}

/* What messages name of the action to preview with: the campaign's, or the one that starts last;
 * NULL when there is none. */
static bool find_action(struct call *call, const struct campaign *campaign, struct json **action,
                        struct error *err)
{
    struct action *found = NULL;
    size_t count = 1;
    if (campaign == NULL) {
        if (!actions_list(call->db, call->arena, &found, &count, err)) {
            return false;
        }
    } else if (campaign->action_id != 0 &&
               !actions_get(call->db, campaign->action_id, call->arena, &found, err)) {
        return false;
    }
    return found == NULL || count == 0 ||
           json_parse(found->merge, strlen(found->merge), action, err);
}

/* What is blank in the preview only because nobody has said it. */
static void tell_holes(const struct message_files *files, const struct preview_order *order)
{
    const struct campaign *campaign = order->campaign;
    if (campaign == NULL && preview_mentions(files->templates, files->count, "details.")) {
        (void)fputs("details are left blank: --campaign NAME fills them in\n", stderr);
    }
    if (order->ballot == NULL && preview_mentions(files->templates, files->count, "ballot.")) {
        (void)fputs("what is told of a ballot is left blank: there is none\n", stderr);
    }
    if (order->action == NULL && preview_mentions(files->templates, files->count, "action.")) {
        (void)fputs("what is told of an action is left blank: there is none\n", stderr);
    }
}

/* Write the HTML of the first mail that has some; nothing to do when it was not asked for. */
static bool write_html(struct call *call, const struct preview_message *messages, size_t count,
                       struct error *err)
{
    const char *path = call_value(call, "--html");
    if (path == NULL) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const char *html = messages[i].letter.html;
        if (messages[i].fault == NULL && html != NULL) {
            return file_create(path, html, strlen(html), 0600, err);
        }
    }
    return error_set(err, ERROR_DATA, "no mail of this template has HTML");
}

bool cmd_template_preview(struct call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    CLEANUP(json_free) struct json *details = NULL;
    CLEANUP(json_free) struct json *action = NULL;
    faults_init(&faults);
    struct campaign *campaign = NULL;
    struct ballot *ballot = NULL;
    struct preview_reader *readers = NULL;
    struct preview_message *messages = NULL;
    size_t reader_count = 0;
    size_t count = 0;
    if (!find_campaign(call, &campaign, err) || !find_ballot(call, campaign, &ballot, err) ||
        !find_action(call, campaign, &action, err) ||
        !find_readers(call, &readers, &reader_count, err)) {
        return false;
    }
    if (campaign != NULL &&
        !json_parse(campaign->details, strlen(campaign->details), &details, err)) {
        return false;
    }
    struct preview_order order = {
        .config = &call->config,
        .name = call->arguments[0],
        .campaign = campaign,
        .ballot = ballot,
        .action = action,
        .details = details,
        .plain = "punctuation",
        .now = clock_now(),
    };
    if (campaign != NULL && !find_plain(call, campaign, &order.plain, err)) {
        return false;
    }
    struct message_files *files = arena_alloc(call->arena, sizeof *files);
    if (!preview_find(call->db, &order, call->arena, &faults, files, err)) {
        call_print_faults(&faults);
        return false;
    }
    tell_holes(files, &order);
    if (!preview_render(call->db, &order, files, readers, reader_count, call->arena, &messages,
                        &count, err)) {
        return false;
    }
    if (!write_html(call, messages, count, err)) {
        return false;
    }
    if (call->format != LISTING_TEXT) {
        list_messages(call, messages, count);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        (void)fputs(i == 0 ? "" : "\n", stdout);
        print_message(&messages[i], call->arena);
    }
    return true;
}
