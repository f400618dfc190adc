/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign approve: what a second person looks at, and agrees to. */
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/preview.h"
#include "muster/campaign/sample.h"
#include "muster/conf/plan.h"
#include "muster/message/mime.h"
#include "muster/message/price.h"
#include "muster/store/segments.h"
#include "prompt.h"

enum { MARK_LEAST = 8 };

const struct call_option cmd_campaign_approve_options[] = {
    {"--mark", "MARK", "only if it still is what had this mark when it was looked at"},
    {"--yes", NULL, "do not ask once more"},
    ACTING_OPTIONS,
    {0},
};

static void print_message(const struct preview_message *message, struct arena *arena)
{
    const struct member *member = &message->reader->member;
    const struct letter *letter = &message->letter;
    const bool texts = message->channel == CHANNEL_SMS;
    const char *who =
        text_printable(cmd_full_name(member->first_name, member->last_name, arena), arena);
    (void)printf("    %s.%s to %s%s%s%s\n", texts ? "text" : "mail", message->language, who,
                 message->reader->label[0] == '\0' ? "" : ", ", message->reader->label,
                 texts && message->fault == NULL
                     ? arena_printf(arena, ", %zu part%s", letter->wording.size.parts,
                                    letter->wording.size.parts == 1 ? "" : "s")
                     : "");
    if (message->fault != NULL) {
        (void)printf("      cannot be written: %s\n", text_printable(message->fault, arena));
    } else if (texts) {
        cmd_print_lines(letter->body, "      ", arena);
    } else {
        (void)printf("      Subject: %s\n\n", text_printable(letter->subject, arena));
        cmd_print_lines(letter->text, "      ", arena);
    }
}

/* Its messages, as members would read them. */
static bool print_messages(struct call *call, const struct campaign *campaign,
                           const struct step *step, struct error *err)
{
    const struct sample_order order = {
        .config = &call->config, .campaign = campaign, .step = step, .now = clock_now()};
    struct preview_message *messages = NULL;
    size_t count = 0;
    if (!sample_step(call->db, &order, call->arena, &messages, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        print_message(&messages[i], call->arena);
    }
    return true;
}

/* Who is meant: the words, how many they could mean, and what the names in them stand for. */
static bool print_who(struct call *call, const struct campaign *campaign, const struct step *step,
                      struct error *err)
{
    struct segment *segments = NULL;
    size_t count = 0;
    int64_t members = 0;
    struct segments_size size;
    if (!segments_count_possible(call->db, step->who, campaign->ballot_id, campaign->action,
                                 &members, err) ||
        !segments_count_step(call->db, step->who, campaign->ballot_id, campaign->action, &size,
                             err) ||
        !segments_within(call->db, step->who, call->arena, &segments, &count, err)) {
        return false;
    }
    (void)printf("  to %s\n", text_printable(step->who, call->arena));
    for (size_t i = 0; i < count; i++) {
        (void)printf("    segment:%s is %s\n", segments[i].name,
                     text_printable(segments[i].who, call->arena));
    }
    (void)printf("  %lld member%s now, and about %lld whatever members answer\n",
                 (long long)size.members, cmd_s(size.members), (long long)members);
    return true;
}

static bool print_step(struct call *call, const struct campaign *campaign, const struct step *steps,
                       size_t index, struct error *err)
{
    const struct step *step = &steps[index];
    const struct step *alike = NULL;
    const char *at = clock_format(step->at, "%a %-d %b %Y %H:%M", call->arena);
    const char *deadline = clock_format(step->deadline, "%a %-d %b %Y %H:%M", call->arena);
    const bool named = !text_empty(step->name);
    (void)printf("\n%s%s from %s%s%s%s until %s%s\n", named ? "step " : "messages go",
                 named ? arena_printf(call->arena, "%s:", step->name) : "", at,
                 step->at_words == NULL ? "" : " (", step->at_words == NULL ? "" : step->at_words,
                 step->at_words == NULL ? "" : ")", deadline,
                 step->expanded          ? ", begun already"
                 : step->skipped != NULL ? ", skipped"
                                         : "");
    if (step->expanded || step->skipped != NULL) {
        return true;
    }
    (void)printf("  by %s\n", !step->uses_email ? "text"
                              : !step->uses_sms ? "mail"
                              : step->sms_first ? "text, else by mail"
                                                : "mail, else by text");
    const struct {
        const char *noun, *hours;
    } own[] = {{"texts", step->hours_sms}, {"mails", step->hours_email}};
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++) {
        if (own[i].hours != NULL) {
            (void)printf(
                "  %s go %s: %s\n", own[i].noun, own[i].hours,
                text_printable(step->hours_why == NULL ? "" : step->hours_why, call->arena));
        }
    }
    if (!print_who(call, campaign, step, err) ||
        !sample_alike(call->db, steps, index, call->arena, &alike, err)) {
        return false;
    }
    if (alike != NULL) {
        (void)printf("  its messages read as those of step %s\n", alike->name);
        return true;
    }
    return print_messages(call, campaign, step, err);
}

/* What it would cost as things stand, and what it may: that is what is approved. */
static bool print_money(struct call *call, const struct campaign *campaign, struct error *err)
{
    struct preflight *preflight = arena_alloc(call->arena, sizeof *preflight);
    struct tariff tariff;
    if (!cmd_reckon(call, campaign, preflight, &tariff, err)) {
        return false;
    }
    const bool priced = !text_empty(tariff.currency);
    (void)printf("as things stand it sends %lld text%s and %lld mail%s%s%s%s\n",
                 (long long)preflight->texts, cmd_s(preflight->texts), (long long)preflight->mails,
                 cmd_s(preflight->mails),
                 preflight->texts == 0 ? ""
                 : priced              ? ", for "
                                       : "; what a text costs is not known",
                 preflight->texts > 0 && priced
                     ? price_text(preflight->price.cost, tariff.currency, call->arena)
                     : "",
                 preflight->price.unknown && priced ? ", and what is not known" : "");
    if (campaign->budgeted) {
        (void)printf("its texts may cost %s in all\n",
                     price_text(campaign->budget, text_given(campaign->currency), call->arena));
    } else if (preflight->texts > 0) {
        (void)puts("no budget limits what its texts cost");
    }
    return true;
}

static bool show(struct call *call, const struct campaign *campaign, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    int64_t members = 0;
    if (!campaigns_steps(call->db, campaign->id, call->arena, &steps, &count, err) ||
        !approval_members(call->db, campaign, &members, err)) {
        return false;
    }
    (void)printf("campaign %s: %s\n", campaign->name, text_printable(campaign->title, call->arena));
    (void)printf("made %s%s%s, for about %lld member%s\n", clock_minute(campaign->at, call->arena),
                 campaign->made_by == NULL ? "" : " by ",
                 campaign->made_by == NULL ? "" : campaign->made_by, (long long)members,
                 cmd_s(members));
    (void)puts(campaign->promotional
                   ? "its messages are promotional: not for members who want none such"
                   : "its messages are of service");
    if (!print_money(call, campaign, err)) {
        return false;
    }
    if (campaign->hours_sms != NULL || campaign->hours_email != NULL) {
        (void)printf("hours of its own: texts %s, mails %s, as %s\n",
                     campaign->hours_sms == NULL ? "as usual" : campaign->hours_sms,
                     campaign->hours_email == NULL ? "as usual" : campaign->hours_email,
                     text_printable(text_empty(campaign->hours_why) ? "" : campaign->hours_why,
                                    call->arena));
    }
    for (size_t i = 0; i < count; i++) {
        if (!print_step(call, campaign, steps, i, err)) {
            return false;
        }
    }
    return true;
}

/* What is looked at must be what was looked at before, if somebody says so. */
static bool check_mark(const struct call *call, const char *mark, struct error *err)
{
    const char *given = call_value(call, "--mark");
    if (given == NULL) {
        return true;
    }
    if (strlen(given) < MARK_LEAST) {
        return error_set(err, ERROR_USAGE, "--mark wants %d characters at least", MARK_LEAST);
    }
    return strncmp(given, mark, strlen(given)) == 0 ||
           error_set(err, ERROR_DATA, "it is not what had the mark %s: what is shown has %s", given,
                     mark);
}

bool cmd_print_approval(struct call *call, const struct campaign *campaign, struct error *err)
{
    struct approval_standing standing;
    if (text_equal(campaign->state, "finished") || text_equal(campaign->state, "cancelled")) {
        return true;
    }
    if (!approval_look(call->db, &call->config, campaign, APPROVAL_ALL_SIZES, call->arena,
                       &standing, err)) {
        return false;
    }
    const char *words = approval_words(&standing, campaign, call->arena);
    if (words != NULL) {
        (void)puts(words);
    } else if (standing.state == APPROVAL_GIVEN) {
        (void)printf("%s approved it on %s\n", standing.by, clock_minute(standing.at, call->arena));
    } else if (!standing.alone && standing.from > 0) {
        (void)printf("it needs no approval: that is for campaigns to %lld members or more\n",
                     (long long)standing.from);
    }
    return true;
}

bool cmd_campaign_approve(struct call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct account *account = NULL;
    const char *manifest = NULL;
    char mark[APPROVAL_MARK_SIZE];
    bool yes = true;
    mime_start();
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err)) {
        return false;
    }
    if (acting_name(call) != NULL &&
        !acting_account(call, ROLE_MAY_APPROVE, "approve campaigns", &account, err)) {
        return false;
    }
    if (!approval_manifest(call->db, &call->config, campaign, call->arena, &manifest, err) ||
        !show(call, campaign, err)) {
        return false;
    }
    approval_mark(manifest, mark);
    (void)printf("\nits mark is %s\n", mark);
    if (!check_mark(call, mark, err)) {
        return false;
    }
    if (account == NULL) {
        return cmd_print_approval(call, campaign, err);
    }
    if (!call_has(call, "--yes") &&
        !prompt_yes(
            arena_printf(call->arena, "Do you approve this, %s? (yes or no): ", account->name),
            &yes, err)) {
        return false;
    }
    if (!yes) {
        (void)puts("it is not approved");
        return true;
    }
    if (!approval_give(call->db, &call->config, campaign->id, account, manifest, clock_now(),
                       err)) {
        return false;
    }
    (void)printf("%s has approved campaign %s; any change of it needs another approval\n",
                 account->name, campaign->name);
    return true;
}
