/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first channel that reaches a member, the template of their language, their values. */
#include "choice.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/campaign/receivers.h"
#include "muster/store/ballots.h"

enum { MERGE_CEILING = 16 * 1024 };

bool choice_open(struct db *db, const struct config *config, const struct campaign *campaign,
                 const struct step *step, struct arena *arena, struct choice *choice,
                 struct error *err)
{
    struct ballot *ballot = NULL;
    struct json *details = NULL;
    const char *text = campaign->details == NULL ? "{}" : campaign->details;
    if (campaign->ballot_id != 0 && !ballots_get(db, campaign->ballot_id, arena, &ballot, err)) {
        return false;
    }
    if (!json_parse(text, strlen(text), &details, err)) {
        return error_prefix(err, "the details of campaign %s", campaign->name);
    }
    *choice = (struct choice){
        .db = db,
        .config = config,
        .campaign = campaign,
        .step = step,
        .details = details,
        .merge = {.organisation = config->organisation.name, .ballot = ballot, .details = details},
    };
    return trials_of_step(db, step->id, arena, &choice->trial, err);
}

void choice_close(struct choice *choice)
{
    if (choice->details != NULL) {
        json_free(&choice->details);
    }
}

size_t choice_channels(const struct choice *choice, const struct recipient *recipient,
                       enum channel channels[CHANNEL_COUNT])
{
    const struct step *step = choice->step;
    size_t count = 0;
    const bool sms = step->uses_sms && recipient->sms;
    const bool email = step->uses_email && recipient->email;
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

bool choice_draw(const struct choice *choice, struct recipient *recipient, struct trials_lot *lot,
                 struct error *err)
{
    const struct trial *trial = &choice->trial;
    *lot = (struct trials_lot){0};
    if (!trials_tries(trial)) {
        return true;
    }
    if (!trials_draw(choice->db, trial, recipient->member.id, lot, err)) {
        return false;
    }
    recipient->variant = trial->variant_count > 0 && lot->arm != TRIAL_HELD_OUT
                             ? trial->variants[lot->arm].name
                             : NULL;
    return true;
}

/* The template of the member's variant, else the step's own; 0: there is none. */
static bool choose_template(const struct choice *choice, const struct recipient *recipient,
                            enum channel channel, int64_t *template_id, struct error *err)
{
    const char *fallback = choice->config->organisation.language;
    const char *own = recipient->member.language;
    const struct trials_wish wish = {
        .step_id = choice->step->id,
        .variant = recipient->variant,
        .channel = channel,
        .language = text_empty(own) ? fallback : own,
        .fallback = fallback,
    };
    *template_id = 0;
    if (wish.variant != NULL && !trials_template(choice->db, &wish, template_id, err)) {
        return false;
    }
    return *template_id != 0 || campaigns_template(choice->db, wish.step_id, channel, wish.language,
                                                   fallback, template_id, err);
}

bool choice_unwilling(const struct choice *choice, const struct recipient *recipient,
                      int64_t *count, struct error *err)
{
    bool unwilling = false;
    if (choice->campaign->promotional &&
        !campaigns_wants_nothing_promotional(choice->db, choice->step, recipient->member.id,
                                             &unwilling, err)) {
        return false;
    }
    *count += unwilling;
    return true;
}

bool choice_message(const struct choice *choice, const struct recipient *recipient,
                    enum channel channel, struct arena *arena, struct outbox_message *message,
                    struct json **values, struct error *err)
{
    const struct member *member = &recipient->member;
    struct outbox_message made = {
        .step_id = choice->step->id,
        .member_id = member->id,
        .channel = channel,
        .address = channel == CHANNEL_SMS ? member->mobile : member->email,
        .due_at = choice->step->at,
        .deadline = choice->step->deadline,
        .plain = choice->step->plain,
        .campaign = choice->campaign->name,
    };
    if (!choose_template(choice, recipient, channel, &made.template_id, err)) {
        return false;
    }
    if (made.template_id == 0) {
        return error_set(err, ERROR_DATA, "campaign %s has no template for its %s",
                         choice->campaign->name, channel == CHANNEL_SMS ? "texts" : "mails");
    }
    CLEANUP(json_free)
    struct json *merged = merge_values(&choice->merge, member, recipient->unit, arena);
    CLEANUP(buffer_free) struct buffer merge;
    buffer_init(&merge, MERGE_CEILING);
    if (!json_write(merged, &merge)) {
        return error_set(err, ERROR_DATA, "member %s has too much text to merge", member->number);
    }
    made.merge = arena_span(arena, buffer_text(&merge), merge.length);
    *values = STEAL(merged);
    *message = made;
    return true;
}

bool choice_queue(const struct choice *choice, const struct recipient *recipient,
                  const struct choice_going *going, struct arena *arena, bool *queued,
                  struct error *err)
{
    struct outbox_message message;
    CLEANUP(json_free) struct json *values = NULL;
    if (!choice_message(choice, recipient, going->channel, arena, &message, &values, err)) {
        return false;
    }
    message.due_at = going->due_at == 0 ? message.due_at : going->due_at;
    if (going->channel == CHANNEL_EMAIL &&
        !receivers_pool(choice->db, choice->config, going->pools, message.address, going->now,
                        arena, &message.pool, err)) {
        return false;
    }
    return outbox_put(choice->db, &message, going->now, queued, err);
}
