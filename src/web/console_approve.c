/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a second person looks at, and agrees to: texts in all languages, who is meant, when, and for
 * how much. The form carries what was shown, so that nothing is approved that changed meanwhile,
 * and the person is told what did. */
#include <string.h>

#include "console_campaign.h"
#include "console_preflight.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/sample.h"
#include "muster/store/segments.h"

enum { SHOWN_MOST = 16 * 1024 }; /* of the 64 KiB that a form may have, in %22 and the like */

bool console_campaign_make_samples(struct console_call *call, const struct campaign *campaign,
                                   const struct step *step, struct json **samples,
                                   struct error *err)
{
    const struct sample_order order = {
        .config = call->console->config, .campaign = campaign, .step = step, .now = call->now};
    struct preview_message *messages = NULL;
    size_t count = 0;
    if (!sample_step(call->console->db, &order, call->arena, &messages, &count, err)) {
        return false;
    }
    *samples = json_make_array();
    for (size_t i = 0; i < count; i++) {
        const struct preview_message *message = &messages[i];
        const bool text = message->channel == CHANNEL_SMS;
        struct json *values = json_make_object();
        json_put_flag(values, "of_texts", text);
        json_put_text(values, "language", message->language);
        json_put_text(values, "to", console_member_name(&message->reader->member, call->arena));
        json_put_flag(values, "invented", message->reader->member.id == 0);
        json_put_text(values, "fault", message->fault);
        if (message->fault == NULL) {
            json_put_text(values, "subject", text ? NULL : message->letter.subject);
            json_put_text(values, "body", text ? message->letter.body : message->letter.text);
        }
        if (message->fault == NULL && text) {
            json_put_number(values, "parts", (int64_t)message->letter.wording.size.parts);
        }
        json_append(*samples, values);
    }
    return true;
}

/* Who is meant: the words, how many they could mean, and what the names in them stand for. */
static bool put_who(struct console_call *call, const struct campaign *campaign,
                    const struct step *step, struct json *values, struct error *err)
{
    struct segment *segments = NULL;
    size_t count = 0;
    int64_t members = 0;
    struct segments_size size;
    struct db *db = call->console->db;
    if (!segments_count_possible(db, step->who, campaign->ballot_id, campaign->action, &members,
                                 err) ||
        !segments_count_step(db, step->who, campaign->ballot_id, campaign->action, &size, err) ||
        !segments_within(db, step->who, call->arena, &segments, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *segment = json_make_object();
        json_put_text(segment, "name", segments[i].name);
        json_put_text(segment, "who", segments[i].who);
        json_append(list, segment);
    }
    json_put_text(values, "who", step->who);
    json_put(values, "segments", list);
    json_put_number(values, "now", size.members);
    json_put_number(values, "possible", members);
    return true;
}

static void put_step(struct console_call *call, const struct step *step, struct json *values)
{
    json_put_text(values, "step", text_given(step->name));
    json_put_text(values, "at_words", text_given(step->at_words));
    json_put_flag(values, "begun", step->expanded);
    json_put_text(values, "skipped", step->skipped);
    json_put_text(values, "ways",
                  console_campaign_word(call, "",
                                        !step->uses_email ? "by-text"
                                        : !step->uses_sms ? "by-mail"
                                        : step->sms_first ? "by-text-else-mail"
                                                          : "by-mail-else-text"));
    json_put_text(values, "hours_sms", step->hours_sms);
    json_put_text(values, "hours_email", step->hours_email);
    json_put_text(values, "hours_why", step->hours_why);
    console_campaign_put_instant(call, values, "at", step->at);
    console_campaign_put_instant(call, values, "deadline", step->deadline);
}

/* A step with its messages, or the step whose messages read the same. */
static bool put_steps(struct console_call *call, const struct campaign *campaign, struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    json_put(call->values, "steps", list);
    if (!campaigns_steps(call->console->db, campaign->id, call->arena, &steps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct step *alike = NULL;
        struct json *samples = NULL;
        struct json *values = json_make_object();
        json_append(list, values);
        put_step(call, &steps[i], values);
        if (steps[i].expanded || steps[i].skipped != NULL) {
            continue;
        }
        if (!put_who(call, campaign, &steps[i], values, err) ||
            !sample_alike(call->console->db, steps, i, call->arena, &alike, err)) {
            return false;
        }
        if (alike != NULL) {
            json_put_text(values, "alike", alike->name);
            continue;
        }
        if (!console_campaign_make_samples(call, campaign, &steps[i], &samples, err)) {
            return false;
        }
        json_put(values, "samples", samples);
    }
    return true;
}

/* What it would cost as things stand; of a large campaign the preflight says it. */
static bool put_money(struct console_call *call, const struct campaign *campaign, struct error *err)
{
    bool quick = false;
    if (!console_preflight_is_quick(call, campaign, &quick, err)) {
        return false;
    }
    if (!quick) {
        return true;
    }
    struct json *values = json_make_object();
    json_put(call->values, "report", values);
    struct console_preflight *reckoning = arena_alloc(call->arena, sizeof *reckoning);
    *reckoning = (struct console_preflight){
        .config = call->console->config, .campaign_id = campaign->id, .now = call->now};
    if (!console_preflight_reckon(call->console->db, NULL, reckoning, call->arena, err)) {
        return false;
    }
    if (reckoning->campaign != NULL) {
        console_preflight_put(call, reckoning, values);
    }
    return true;
}

/* Whether this account may approve it; else why not. */
static bool put_may(struct console_call *call, const struct campaign *campaign, struct error *err)
{
    static const char *const bars[] = {
        [APPROVAL_DISABLED] = "disabled",   [APPROVAL_ROLE] = "role",
        [APPROVAL_RECOVERED] = "recovered", [APPROVAL_HAND] = "hand",
        [APPROVAL_KNOWN] = "known",
    };
    struct approval_check check;
    if (!console_may(call, CONSOLE_APPROVERS) || schedule_over(campaign)) {
        return true;
    }
    if (!approval_check(call->console->db, campaign, call->account, call->now, call->arena, &check,
                        err)) {
        return false;
    }
    json_put_flag(call->values, "may_approve", check.bar == APPROVAL_OPEN);
    if (check.bar != APPROVAL_OPEN) {
        struct json *values = json_make_object();
        json_put_flag(values, bars[check.bar], true);
        json_put_text(values, "who", check.who);
        console_campaign_put_instant(call, values, "until", check.until);
        json_put(call->values, "bar", values);
    }
    return true;
}

/* What the form carries of what was shown: its digest, and itself where it is not too long, to tell
 * what has changed. */
static void put_shown(struct console_call *call, const char *manifest)
{
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    char mark[APPROVAL_MARK_SIZE];
    token_digest(manifest, strlen(manifest), digest);
    token_hex(digest, sizeof digest, hex);
    approval_mark(manifest, mark);
    json_put_text(call->values, "mark", mark);
    json_put_text(call->values, "digest", hex);
    if (strlen(manifest) <= SHOWN_MOST) {
        json_put_text(call->values, "shown", manifest);
    }
}

static bool show(struct console_call *call, const struct campaign *campaign, struct error *err)
{
    const char *manifest = NULL;
    int64_t members = 0;
    if (!approval_manifest(call->console->db, call->console->config, campaign, call->arena,
                           &manifest, err) ||
        !approval_members(call->console->db, campaign, &members, err)) {
        return false;
    }
    console_campaign_put(call, campaign, call->values);
    console_campaign_put_rights(call, campaign, call->values);
    json_put_text(call->values, "made_by", campaign->made_by);
    console_campaign_put_instant(call, call->values, "made_at", campaign->at);
    json_put_number(call->values, "members", members);
    json_put_flag(call->values, "promotional", campaign->promotional);
    json_put_text(call->values, "hours_sms", campaign->hours_sms);
    json_put_text(call->values, "hours_email", campaign->hours_email);
    json_put_text(call->values, "hours_why", campaign->hours_why);
    if (campaign->budgeted) {
        console_campaign_put_money(call, call->values, "budget", campaign->budget,
                                   campaign->currency);
    }
    put_shown(call, manifest);
    return put_money(call, campaign, err) && put_steps(call, campaign, err) &&
           console_campaign_put_approval(call, campaign, err) && put_may(call, campaign, err) &&
           console_answer(call, "campaign-approve.html", "campaigns", err);
}

bool console_show_approve(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    return console_campaign_find(call, &campaign, err) && show(call, campaign, err);
}

/* It is shown again, with what has changed since it was looked at. */
static bool show_changed(struct console_call *call, const struct campaign *campaign,
                         const char *shown, struct error *err)
{
    const char *difference = NULL;
    if (!approval_changes(call->console->db, call->console->config, campaign, shown, call->arena,
                          &difference, err)) {
        return false;
    }
    struct json *changed = json_make_object();
    json_put_text(changed, "what", difference);
    json_put(call->values, "changed", changed);
    return show(call, campaign, err);
}

/* Whether what is there now is what was shown. */
static bool is_shown(const struct console_call *call, const char *manifest)
{
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    token_digest(manifest, strlen(manifest), digest);
    token_hex(digest, sizeof digest, hex);
    return token_equal(console_field(call, "digest"), hex);
}

bool console_approve(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct error fault = {.kind = ERROR_NONE};
    const char *manifest = NULL;
    struct db *db = call->console->db;
    const struct config *config = call->console->config;
    if (!console_campaign_find(call, &campaign, err) ||
        !approval_manifest(db, config, campaign, call->arena, &manifest, err)) {
        return false;
    }
    if (!is_shown(call, manifest)) {
        return show_changed(call, campaign, console_field(call, "shown"), err);
    }
    if (approval_give(db, config, campaign->id, call->account, manifest, call->now, &fault)) {
        return console_go(call, arena_printf(call->arena, "/campaigns/%s", campaign->name),
                          "done-approved");
    }
    if (fault.kind == ERROR_TEMPORARY) {
        return show_changed(call, campaign, manifest, err);
    }
    /* Who may not is told by the page itself; and so is that it is over. */
    return fault.kind == ERROR_PERMISSION || fault.kind == ERROR_DATA
               ? show(call, campaign, err)
               : error_set(err, fault.kind, "%s", fault.text);
}
