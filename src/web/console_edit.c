/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign is made, or a draft is edited, by its form. Nothing that was typed is lost: what
 * cannot be stored is shown again with what is wrong with it, or with what somebody else has stored
 * meanwhile. */
#include <string.h>

#include "console_examples.h"
#include "console_mails.h"
#include "console_people.h"
#include "console_sketch.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/campaign/campaign.h"
#include "muster/store/actions.h"
#include "muster/store/approvals.h"
#include "muster/store/ballots.h"
#include "muster/store/campaigns.h"

static const char FORM[] = "campaign"; /* what its file is called in faults */

/* A mail alone, in a frame: its own styles and pictures, and nothing that runs or is sent. */
static const char mail_policy[] =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; sandbox; "
    "form-action 'none'; frame-ancestors 'self'; base-uri 'none'";

/* A form while it is answered. */
struct editing {
    struct sketch sketch;
    struct campaign *campaign; /* the draft; NULL: it is to be a new one */
    struct campaign *from;     /* whose words were frozen; NULL: nobody's */
    const char *version;       /* of the draft, as it is shown */
    struct sketch_fault *faults;
    size_t fault_count;
    const struct sketch *stored; /* what is stored now; NULL: nothing else */
};

static bool find(const struct console_call *call, const char *name, struct campaign **campaign,
                 struct error *err)
{
    *campaign = NULL;
    return text_empty(name) || campaigns_find(call->console->db, name, call->arena, campaign, err);
}

static bool is_open(const struct campaign *campaign)
{
    return text_equal(campaign->state, "draft") && !campaign->urgent;
}

static bool answer_form(struct console_call *call, const struct editing *editing, struct error *err)
{
    struct json *values = call->values;
    const struct campaign *campaign = editing->campaign;
    if (campaign == NULL && !console_put_campaigns(call, false, err)) {
        return false;
    }
    json_put_flag(values, "editing", campaign != NULL);
    json_put_text(values, "campaign_name", campaign == NULL ? NULL : campaign->name);
    json_put_text(values, "campaign_title", campaign == NULL ? NULL : campaign->title);
    json_put_text(values, "target",
                  campaign == NULL
                      ? "/campaigns/new"
                      : arena_printf(call->arena, "/campaigns/%s/edit", campaign->name));
    json_put_text(values, "version", campaign == NULL ? "" : editing->version);
    json_put_text(values, "from", editing->from == NULL ? "" : editing->from->name);
    json_put_flag(values, "conflict", editing->stored != NULL);
    const struct console_sketch_view view = {.sketch = &editing->sketch,
                                             .faults = editing->faults,
                                             .fault_count = editing->fault_count,
                                             .stored = editing->stored,
                                             .fixed = campaign != NULL};
    return console_sketch_put(call, &view, err) &&
           console_preview_put(call, &editing->sketch, err) &&
           console_answer(call, "edit.html", "campaigns", err);
}

/* The draft's version, in the arena. */
static bool read_version(const struct console_call *call, const struct campaign *campaign,
                         const char **version, struct error *err)
{
    char mark[CAMPAIGN_VERSION_SIZE];
    if (!campaign_version(call->console->db, campaign, mark, err)) {
        return false;
    }
    *version = arena_text(call->arena, mark);
    return true;
}

/* The one ballot that is open, where there is one. */
static bool guess_ballot(const struct console_call *call, struct sketch *sketch, struct error *err)
{
    struct ballot *ballots = NULL;
    size_t count = 0;
    size_t open = 0;
    if (!ballots_list(call->console->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (ballots[i].closes > call->now) {
            sketch->says[SKETCH_BALLOT] = ballots[i].name;
            open++;
        }
    }
    if (open != 1) {
        sketch->says[SKETCH_BALLOT] = "";
    }
    return true;
}

/* The action that starts next. */
static bool guess_action(const struct console_call *call, struct sketch *sketch, struct error *err)
{
    struct action *actions = NULL;
    size_t count = 0;
    if (!actions_list(call->console->db, call->arena, &actions, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (actions[i].starts > call->now && !text_equal(actions[i].state, "cancelled")) {
            sketch->says[SKETCH_ACTION] = actions[i].name;
        }
    }
    return true;
}

/* What a new one begins with: a copy, an example, or nothing. */
static bool begin(struct console_call *call, struct editing *editing, struct error *err)
{
    struct sketch *sketch = &editing->sketch;
    const char *like = console_query(call, "like");
    if (!find(call, console_query(call, "from"), &editing->from, err)) {
        return false;
    }
    if (editing->from != NULL) {
        if (!sketch_read(call->console->db, call->console->config, editing->from, call->arena,
                         sketch, err)) {
            return false;
        }
        sketch->says[SKETCH_NAME] = "";
        return true;
    }
    console_sketch_blank(call, sketch);
    const bool example = console_examples_put(like, sketch);
    sketch->says[SKETCH_PURPOSE] = "service";
    return example && text_equal(like, "call") ? guess_action(call, sketch, err)
                                               : guess_ballot(call, sketch, err);
}

bool console_show_new_campaign(struct console_call *call, struct error *err)
{
    struct editing editing = {.campaign = NULL};
    return begin(call, &editing, err) && answer_form(call, &editing, err);
}

/* One fault that no file had. */
static void add_fault(const struct console_call *call, struct editing *editing, int field,
                      const char *sentence)
{
    struct sketch_fault *faults =
        arena_array(call->arena, editing->fault_count + 1, sizeof *faults);
    for (size_t i = 0; i < editing->fault_count; i++) {
        faults[i] = editing->faults[i];
    }
    faults[editing->fault_count++] = (struct sketch_fault){
        .step = SKETCH_OF_CAMPAIGN, .field = field, .words = -1, .part = "", .sentence = sentence};
    editing->faults = faults;
}

static bool is_known(const struct sketch_fault *faults, size_t count,
                     const struct sketch_fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        if (faults[i].step == fault->step && faults[i].field == fault->field &&
            faults[i].words == fault->words && text_equal(faults[i].part, fault->part) &&
            text_equal(faults[i].sentence, fault->sentence)) {
            return true;
        }
    }
    return false;
}

/* What else is wrong, so that a person mends all in one go: where a line of the text is wrong, who
 * is meant and the words of messages have not been looked at yet. */
static bool add_others(const struct console_call *call, struct editing *editing, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct sketch_fault *more = NULL;
    size_t count = 0;
    faults_init(&faults);
    if (!sketch_check(call->console->db, call->console->config, &editing->sketch, FORM, call->arena,
                      &faults, err)) {
        return false;
    }
    sketch_faults(&editing->sketch, FORM, NULL, 0, &faults, call->arena, &more, &count);
    struct sketch_fault *all =
        arena_array(call->arena, editing->fault_count + count + 1, sizeof *all);
    size_t used = 0;
    for (size_t i = 0; i < editing->fault_count; i++) {
        all[used++] = editing->faults[i];
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_known(all, used, &more[i])) {
            all[used++] = more[i];
        }
    }
    editing->faults = all;
    editing->fault_count = used;
    return true;
}

/* Make it, or make it anew. False when it was not, with the faults that the person can mend in
 * `editing`; err->kind tells when it is something else. */
static bool make(const struct console_call *call, struct editing *editing,
                 const struct campaign_remake *remake, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct sketch_line *lines = NULL;
    size_t line_count = 0;
    struct campaign *made = NULL;
    faults_init(&faults);
    const char *text =
        sketch_text(&editing->sketch, FORM, call->arena, &faults, &lines, &line_count);
    const struct campaign_request request = {.config = call->console->config,
                                             .path = FORM,
                                             .text = text,
                                             .given = editing->sketch.words,
                                             .given_count = editing->sketch.word_count,
                                             .remake = remake,
                                             .fresh = true,
                                             .made_by = call->account->name,
                                             .now = call->now};
    if (campaign_make(call->console->db, &request, call->arena, &faults, &made, err)) {
        return true;
    }
    const bool whole = faults.count == 0;
    if (err->kind == ERROR_DATA && whole) {
        faults_add(&faults, FORM, 0, "%s", err->text);
    }
    sketch_faults(&editing->sketch, FORM, lines, line_count, &faults, call->arena, &editing->faults,
                  &editing->fault_count);
    if (err->kind == ERROR_DATA && !whole) {
        (void)add_others(call, editing, err);
    }
    return false;
}

/* Something else went wrong than what was typed, which is shown all the same, to be tried again. */
static bool answer_failed(struct console_call *call, struct editing *editing, struct error *err)
{
    log_error("a campaign's form cannot be answered: %s", err->text);
    json_put_text(call->values, "fault", console_word(call, "sk-failed"));
    editing->faults = NULL;
    editing->fault_count = 0;
    return answer_form(call, editing, err);
}

/* Names that addresses of the console have already. */
static bool is_taken(const char *name)
{
    return text_equal(name, "new") || text_equal(name, "preview") || text_equal(name, "mail");
}

static bool show_changed(struct console_call *call, struct editing *editing, struct error *err)
{
    console_sketch_change(call, console_field(call, "do"), &editing->sketch);
    return answer_form(call, editing, err);
}

bool console_make_campaign(struct console_call *call, struct error *err)
{
    struct editing editing = {.campaign = NULL};
    if (!find(call, console_field(call, "from"), &editing.from, err) ||
        !console_sketch_posted(call, editing.from, &editing.sketch, err)) {
        return false;
    }
    if (!text_equal(console_field(call, "do"), "save")) {
        return show_changed(call, &editing, err);
    }
    const char *name = editing.sketch.says[SKETCH_NAME];
    if (is_taken(name)) {
        add_fault(call, &editing, SKETCH_NAME, console_word(call, "sk-name-taken"));
        return answer_form(call, &editing, err);
    }
    if (make(call, &editing, NULL, err)) {
        return console_go(call, arena_printf(call->arena, "/campaigns/%s", name),
                          "done-campaign-made");
    }
    return err->kind == ERROR_DATA ? answer_form(call, &editing, err)
                                   : answer_failed(call, &editing, err);
}

/* It is not edited any more, and why. */
static bool answer_closed(struct console_call *call, const struct campaign *campaign,
                          struct error *err)
{
    json_put_text(call->values, "name", campaign->name);
    json_put_text(call->values, "title", campaign->title);
    json_put_text(call->values, "state_words",
                  console_word(call, arena_printf(call->arena, "campaign-%s", campaign->state)));
    json_put_flag(call->values, "urgent", campaign->urgent);
    return console_answer(call, "edit-closed.html", "campaigns", err);
}

bool console_show_edit(struct console_call *call, struct error *err)
{
    struct editing editing = {.campaign = NULL};
    if (!find(call, call->request->parts[0], &editing.campaign, err)) {
        return false;
    }
    if (editing.campaign == NULL) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "campaign-none"));
    }
    if (!is_open(editing.campaign)) {
        return answer_closed(call, editing.campaign, err);
    }
    editing.from = editing.campaign;
    return read_version(call, editing.campaign, &editing.version, err) &&
           sketch_read(call->console->db, call->console->config, editing.campaign, call->arena,
                       &editing.sketch, err) &&
           answer_form(call, &editing, err);
}

/* Somebody else was quicker: what they have stored is shown beside what was typed, and the next
 * time it is saved, it is saved over that, knowingly. */
static bool answer_conflict(struct console_call *call, struct editing *editing, struct error *err)
{
    struct sketch *stored = arena_alloc(call->arena, sizeof *stored);
    const char *by = NULL;
    int64_t at = 0;
    struct db *db = call->console->db;
    if (!sketch_read(db, call->console->config, editing->campaign, call->arena, stored, err) ||
        !read_version(call, editing->campaign, &editing->version, err) ||
        !approvals_last_hand(db, editing->campaign->id, call->arena, &by, &at, err)) {
        return false;
    }
    const bool known = by != NULL || editing->campaign->made_by != NULL;
    json_put_text(call->values, "changed_by", by != NULL ? by : editing->campaign->made_by);
    json_put_text(call->values, "changed_at",
                  known ? clock_iso(by != NULL ? at : editing->campaign->at, call->arena) : NULL);
    json_put_flag(call->values, "other_steps", stored->step_count != editing->sketch.step_count);
    json_put_number(call->values, "stored_steps", (int64_t)stored->step_count);
    editing->stored = stored;
    return answer_form(call, editing, err);
}

/* It has been started meanwhile, or is gone: what was typed may become another campaign. */
static bool answer_over(struct console_call *call, struct editing *editing, struct error *err)
{
    editing->from = editing->campaign;
    editing->campaign = NULL;
    editing->faults = NULL;
    editing->fault_count = 0;
    editing->sketch.says[SKETCH_NAME] = "";
    json_put_text(call->values, "fault", console_word(call, "sk-over"));
    return answer_form(call, editing, err);
}

/* What has become of the draft when it was not made anew. */
static bool answer_refused(struct console_call *call, struct editing *editing, struct error *err)
{
    struct error again = {.kind = ERROR_NONE};
    const char *now = NULL;
    if (err->kind == ERROR_DATA) {
        return answer_form(call, editing, err);
    }
    if (err->kind != ERROR_TEMPORARY ||
        !find(call, call->request->parts[0], &editing->campaign, &again)) {
        return answer_failed(call, editing, err);
    }
    if (editing->campaign == NULL || !is_open(editing->campaign)) {
        return answer_over(call, editing, err);
    }
    if (!read_version(call, editing->campaign, &now, &again) || text_equal(now, editing->version)) {
        return answer_failed(call, editing, err); /* the store was busy */
    }
    editing->faults = NULL;
    editing->fault_count = 0;
    return answer_conflict(call, editing, err);
}

bool console_edit_campaign(struct console_call *call, struct error *err)
{
    struct editing editing = {.campaign = NULL};
    if (!find(call, call->request->parts[0], &editing.campaign, err) ||
        !console_sketch_posted(call, editing.campaign, &editing.sketch, err)) {
        return false;
    }
    if (editing.campaign == NULL || !is_open(editing.campaign)) {
        return answer_over(call, &editing, err);
    }
    editing.from = editing.campaign;
    editing.version = console_field(call, "version");
    editing.sketch.says[SKETCH_NAME] = editing.campaign->name;
    if (!text_equal(console_field(call, "do"), "save")) {
        return show_changed(call, &editing, err);
    }
    const struct campaign_remake remake = {
        .id = editing.campaign->id, .version = editing.version, .account_id = call->account->id};
    if (make(call, &editing, &remake, err)) {
        return console_go(call, arena_printf(call->arena, "/campaigns/%s", editing.campaign->name),
                          "done-campaign-edited");
    }
    return answer_refused(call, &editing, err);
}

bool console_preview_campaign(struct console_call *call, struct error *err)
{
    struct campaign *from = NULL;
    struct sketch sketch;
    return find(call, console_field(call, "from"), &from, err) &&
           console_sketch_posted(call, from, &sketch, err) &&
           console_preview_put(call, &sketch, err) &&
           console_answer_part(call, "edit-preview-part.html", err);
}

bool console_show_mail(struct console_call *call, struct error *err)
{
    const char *html =
        console_mails_get(call->console->mails, call->session, call->request->parts[0]);
    if (html == NULL) {
        return error_set(err, ERROR_NO_INPUT, "this preview is not kept any more");
    }
    server_answer(call->exchange, &(struct server_answer){.status = 200,
                                                          .type = "text/html; charset=utf-8",
                                                          .body = html,
                                                          .policy = mail_policy});
    return true;
}
