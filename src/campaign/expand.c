/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message a member, on the channel that reaches them. */
#include "muster/campaign/expand.h"

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/store/ballots.h"
#include "muster/store/outbox.h"

enum { MERGE_CEILING = 16 * 1024 };

/* What every message of the campaign is merged with. */
struct setting {
    const struct config *config;
    const struct ballot *ballot; /* NULL: none */
    const struct step *step;
    struct arena *arena;
    int64_t now;
};

static const char *full_name(const struct member *member, struct arena *arena)
{
    bool both = !text_empty(member->first_name) && !text_empty(member->last_name);
    return both ? arena_printf(arena, "%s %s", member->first_name, member->last_name)
           : text_empty(member->first_name) ? member->last_name
                                            : member->first_name;
}

/* A value that is not known is left out, so that {{#name}} and "or" see it as missing. */
static void put_known(struct json *object, const char *name, const char *value)
{
    if (!text_empty(value)) {
        json_put_text(object, name, value);
    }
}

static struct json *merge_values(const struct setting *setting, const struct recipient *recipient)
{
    const struct member *member = &recipient->member;
    struct json *values = json_make_object();
    put_known(values, "first_name", member->first_name);
    put_known(values, "last_name", member->last_name);
    put_known(values, "full_name", full_name(member, setting->arena));
    put_known(values, "number", member->number);
    put_known(values, "employer", member->employer);
    put_known(values, "workplace", member->workplace);
    put_known(values, "branch", member->branch);
    put_known(values, "job", member->job);
    put_known(values, "band", member->band);
    struct json *organisation = json_make_object();
    json_put_text(organisation, "name", setting->config->organisation.name);
    json_put(values, "organisation", organisation);
    if (setting->ballot != NULL) {
        struct json *ballot = json_make_object();
        json_put_text(ballot, "title", setting->ballot->title);
        json_put_text(ballot, "opens", clock_iso(setting->ballot->opens, setting->arena));
        json_put_text(ballot, "closes", clock_iso(setting->ballot->closes, setting->arena));
        json_put(values, "ballot", ballot);
    }
    if (recipient->unit != NULL) {
        struct json *unit = json_make_object();
        json_put_text(unit, "name", recipient->unit);
        json_put(values, "unit", unit);
    }
    return values;
}

/* The channels of the step that may reach the member, the preferred one first; gives their
 * number. */
static size_t choose_channels(const struct step *step, const struct recipient *recipient,
                              enum channel channels[CHANNEL_COUNT])
{
    size_t count = 0;
    bool sms = step->uses_sms && recipient->sms;
    bool email = step->uses_email && recipient->email;
    if (sms && step->sms_first) {
        channels[count++] = CHANNEL_SMS;
    }
    if (email) {
        channels[count++] = CHANNEL_EMAIL;
    }
    if (sms && !step->sms_first) {
        channels[count++] = CHANNEL_SMS;
    }
    return count;
}

static bool queue_message(struct db *db, const struct setting *setting,
                          const struct recipient *recipient, enum channel channel, bool *queued,
                          struct error *err)
{
    const struct member *member = &recipient->member;
    const char *fallback = setting->config->organisation.language;
    struct outbox_message message = {
        .step_id = setting->step->id,
        .member_id = member->id,
        .channel = channel,
        .address = channel == CHANNEL_SMS ? member->mobile : member->email,
        .due_at = setting->step->at,
    };
    if (!campaigns_template(db, setting->step->id, channel,
                            text_empty(member->language) ? fallback : member->language, fallback,
                            &message.template_id, err)) {
        return false;
    }
    CLEANUP(buffer_free) struct buffer merge;
    buffer_init(&merge, MERGE_CEILING);
    CLEANUP(json_free) struct json *values = merge_values(setting, recipient);
    if (!json_write(values, &merge)) {
        return error_set(err, ERROR_DATA, "member %s has too much text to merge", member->number);
    }
    message.merge = buffer_text(&merge);
    return outbox_put(db, &message, setting->now, queued, err);
}

/* One message a member, and one an address: who shares a handset that has its message already
 * gets a mail, if there is one to send it to. */
static bool expand_one(struct db *db, const struct setting *setting,
                       const struct recipient *recipient, struct expand_tally *tally,
                       struct error *err)
{
    enum channel channels[CHANNEL_COUNT];
    bool has = false;
    bool queued = false;
    size_t count = choose_channels(setting->step, recipient, channels);
    if (!outbox_has(db, setting->step->id, recipient->member.id, &has, err)) {
        return false;
    }
    if (has) { /* from an expansion before this one */
        return true;
    }
    tally->members++;
    for (size_t i = 0; i < count && !queued; i++) {
        if (!queue_message(db, setting, recipient, channels[i], &queued, err)) {
            return false;
        }
        if (queued) {
            tally->sms += channels[i] == CHANNEL_SMS;
            tally->email += channels[i] == CHANNEL_EMAIL;
        }
    }
    tally->shared += count > 0 && !queued;
    tally->no_address += count == 0;
    return true;
}

/* The step and its campaign as they are now: another process may have gone on with the one, or have
 * cancelled the other. */
static bool read_again(struct db *db, const struct campaign *campaign, struct step *step,
                       struct arena *arena, struct error *err)
{
    struct campaign *now = NULL;
    struct step stored;
    if (!campaigns_get(db, campaign->id, arena, &now, err) ||
        !campaigns_step(db, step->id, arena, &stored, err)) {
        return false;
    }
    if (now == NULL || !text_equal(now->state, "running")) {
        return error_set(err, ERROR_DATA, "campaign %s is %s: nothing more is queued",
                         campaign->name, now == NULL ? "gone" : now->state);
    }
    step->expanded_to = stored.expanded_to;
    step->expanded = stored.expanded;
    return true;
}

bool expand_slice(struct db *db, const struct config *config, const struct campaign *campaign,
                  struct step *step, int64_t now, size_t limit, struct expand_tally *tally,
                  struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct ballot *ballot = NULL;
    struct recipient *recipients = NULL;
    size_t count = 0;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!read_again(db, campaign, step, arena, err)) {
        return false;
    }
    if (step->expanded) {
        return true;
    }
    if ((campaign->ballot_id != 0 && !ballots_get(db, campaign->ballot_id, arena, &ballot, err)) ||
        !campaigns_audience(db, step, campaign->ballot_id, limit, arena, &recipients, &count,
                            err)) {
        return false;
    }
    struct setting setting = {
        .config = config, .ballot = ballot, .step = step, .arena = arena, .now = now};
    struct expand_tally slice = *tally;
    for (size_t i = 0; i < count; i++) {
        if (!expand_one(db, &setting, &recipients[i], &slice, err)) {
            return false;
        }
    }
    bool done = count < limit;
    int64_t last = count == 0 ? step->expanded_to : recipients[count - 1].member.id;
    if (!campaigns_expanded(db, step->id, last, done, err) || !db_commit(transaction, err)) {
        return false;
    }
    step->expanded_to = last;
    step->expanded = done;
    *tally = slice;
    return true;
}

/* A campaign whose segment cannot be used any more is paused, so that it stops nobody else. */
static bool pause_broken(struct db *db, const struct campaign *campaign, int64_t now,
                         const struct error *fault, struct error *err)
{
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(db_rollback) struct db *transaction = db;
    struct campaign *stored = NULL;
    if (!campaigns_get(db, campaign->id, arena, &stored, err)) {
        return false;
    }
    if (stored == NULL || !text_equal(stored->state, "running")) {
        return error_set(err, fault->kind, "%s", fault->text);
    }
    return campaigns_set_state(db, campaign->id, "paused", now, err) &&
           db_commit(transaction, err) &&
           error_set(err, ERROR_DATA, "campaign %s is paused: %s", campaign->name, fault->text);
}

static bool expand_first(struct db *db, const struct config *config,
                         const struct campaign *campaign, int64_t now, size_t limit,
                         struct arena *arena, bool *found, struct expand_tally *tally,
                         struct error *err)
{
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(db, campaign->id, arena, &steps, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!steps[i].expanded) {
            *found = true;
            return expand_slice(db, config, campaign, &steps[i], now, limit, tally, err);
        }
    }
    return true;
}

bool expand_next(struct db *db, const struct config *config, int64_t now, size_t limit,
                 struct arena *arena, const struct campaign **campaign, struct expand_tally *tally,
                 struct error *err)
{
    struct campaign *running = NULL;
    size_t count = 0;
    *campaign = NULL;
    if (!campaigns_running(db, arena, &running, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        struct error fault = {0};
        if (!expand_first(db, config, &running[i], now, limit, arena, &found, tally, &fault)) {
            return fault.kind == ERROR_DATA
                       ? pause_broken(db, &running[i], now, &fault, err)
                       : error_set(err, fault.kind, "campaign %s: %s", running[i].name, fault.text);
        }
        if (found) {
            *campaign = &running[i];
            return true;
        }
    }
    return true;
}
