/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walk over a campaign's messages: those that wait in the outbox, then those that its steps
 * would put there, slice by slice. */
#include "muster/campaign/preflight.h"

#include <string.h>

#include "choice.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/letter/letters.h"
#include "muster/store/outbox_second.h"
#include "muster/store/outbox_trial.h"
#include "muster/store/segments.h"
#include "preflight_texts.h"

enum { SLICE = 2000, COSTLY_FIRST = 64 };

/* A preflight under way. */
struct flight {
    struct db *db;
    const struct preflight_order *order;
    struct arena *arena;   /* the caller's */
    struct arena *slice;   /* the recipients of a slice */
    struct arena *scratch; /* one message */
    struct letters *letters;
    struct letterhead letterhead;
    struct preflight *preflight;
    const struct step *step;    /* the one whose messages are counted */
    struct preflight_step *row; /* and what is counted of it */
    int64_t paid;               /* millionths, for texts that the budgets pay for */
    int64_t step_paid;          /* of them, for those of the step */
    bool over;                  /* the campaign's budget has ended its texts */
    bool step_over;             /* the step's own has ended the step's */
    size_t costly_room;
    struct forecast_use use[CHANNEL_COUNT];
    int64_t done;
    int64_t total;
};

/* Count a message that cannot be rendered with those of the same reason. */
static void note_fault(struct preflight *preflight, const char *number, const char *why,
                       struct arena *arena)
{
    preflight->fault_count++;
    for (size_t i = 0; i < preflight->fault_kinds; i++) {
        if (text_equal(preflight->faults[i].why, why)) {
            preflight->faults[i].count++;
            return;
        }
    }
    if (preflight->fault_kinds < PREFLIGHT_FAULTS_MOST) {
        preflight->faults[preflight->fault_kinds++] = (struct preflight_fault){
            .why = arena_text(arena, why), .number = arena_text(arena, number), .count = 1};
    }
}

static void note_costly(struct flight *flight, const char *number, const char *why,
                        const struct gsm_size *size)
{
    struct preflight *preflight = flight->preflight;
    if (size->parts == 0) {
        note_fault(preflight, number, why, flight->arena);
    }
    if (!flight->order->list_costly) {
        return;
    }
    if (preflight->costly_count == flight->costly_room) {
        const size_t room = flight->costly_room == 0 ? COSTLY_FIRST : flight->costly_room * 2;
        struct preflight_costly *more = arena_array(flight->arena, room, sizeof *more);
        for (size_t i = 0; i < preflight->costly_count; i++) {
            more[i] = preflight->costly[i];
        }
        preflight->costly = more;
        flight->costly_room = room;
    }
    preflight->costly[preflight->costly_count++] = (struct preflight_costly){
        .number = arena_text(flight->arena, number),
        .parts = size->parts,
        .encoding = size->encoding,
        .units = size->units,
        .why = arena_text(flight->arena, why),
    };
}

static void count_mail(struct preflight *preflight, const struct letter *letter)
{
    const int64_t bytes = (int64_t)letter->length;
    preflight->mails++;
    preflight->mail_bytes += bytes;
    preflight->largest_mail = bytes > preflight->largest_mail ? bytes : preflight->largest_mail;
}

/* The texts are paid for one after another, until a budget does not pay for the next; what has no
 * price is withheld, and ends nothing. */
static void count_budget(struct flight *flight, const struct price_sum *before, size_t parts)
{
    struct preflight *preflight = flight->preflight;
    const struct campaign *campaign = flight->order->campaign;
    const struct step *step = flight->step;
    const int64_t cost = preflight->price.cost - before->cost;
    const bool priced = !preflight->price.unknown || cost > 0;
    if (parts == 0 || (!priced && (campaign->budgeted || step->budget > 0))) {
        return;
    }
    flight->over = flight->over ||
                   (campaign->budgeted && flight->paid + cost > campaign->budget - campaign->spent);
    flight->step_over =
        flight->step_over || (!flight->over && step->budget > 0 &&
                              flight->step_paid + cost > step->budget - step->spent);
    preflight->unaffordable = flight->over;
    flight->row->unaffordable = flight->step_over;
    if (flight->over || flight->step_over) {
        return;
    }
    flight->paid += cost;
    flight->step_paid += cost;
    preflight->affordable++;
    flight->row->affordable++;
}

/* Whether a message would go at all, for how often its member is written to. */
static bool has_chance(struct flight *flight, const struct outbox_message *message, bool *goes,
                       struct error *err)
{
    const struct preflight_order *order = flight->order;
    const struct step *step = flight->step;
    const struct outbox_limits limits = {.per_week = order->config->limits.per_week,
                                         .apart = order->config->limits.apart * CLOCK_HOUR};
    const int64_t at = step->at > order->now ? step->at : order->now;
    int64_t chance = 0;
    if (order->campaign->urgent) {
        *goes = true;
        return true;
    }
    if (!outbox_chance(flight->db, &limits, message->member_id, at, &chance, err)) {
        return false;
    }
    *goes = chance < step->deadline;
    flight->preflight->too_often += !*goes;
    flight->preflight->put_off += *goes && chance > 0;
    return true;
}

/* Render a message and count it; one that cannot be rendered is noted, like the dispatch does. */
static bool count_message(struct flight *flight, const struct outbox_message *message,
                          const struct json *values, const char *number, const char *language,
                          struct error *err)
{
    struct preflight *preflight = flight->preflight;
    const struct letter_order order = {.message = message,
                                       .values = values,
                                       .letterhead = &flight->letterhead,
                                       .at = flight->order->now};
    struct letter letter;
    struct error fault = {0};
    const char *why = NULL;
    bool goes = true;
    struct gsm_size size = {0};
    if (!has_chance(flight, message, &goes, err)) {
        return false;
    }
    if (!goes) {
        return true;
    }
    if (letters_render(flight->letters, &order, flight->scratch, &letter, &fault)) {
        preflight->other_language += language != NULL && !text_equal(language, letter.language);
        if (message->channel == CHANNEL_EMAIL) {
            count_mail(preflight, &letter);
        } else {
            const struct price_sum before = preflight->price;
            why = preflight_text(preflight, flight->order->tariff, message->address, &letter,
                                 flight->arena, flight->scratch);
            count_budget(flight, &before, letter.wording.size.parts);
        }
        size = letter.wording.size;
    } else if (fault.kind == ERROR_DATA) {
        why = arena_text(flight->scratch, fault.text);
    } else {
        return error_set(err, fault.kind, "%s", fault.text);
    }
    if (why != NULL) {
        note_costly(flight, number, why, &size);
    }
    arena_reset(flight->scratch);
    return true;
}

static void tell(struct flight *flight)
{
    if (flight->order->watch != NULL) {
        flight->order->watch(flight->done, flight->total, flight->order->context);
    }
}

/* The membership number of a waiting message's member is among what it is merged with. */
static bool count_waiting_one(struct flight *flight, const struct outbox_message *message,
                              struct error *err)
{
    CLEANUP(json_free) struct json *values = NULL;
    const char *number = NULL;
    if (json_parse(message->merge, strlen(message->merge), &values, NULL)) {
        number = json_text_at(values, "number", flight->slice);
    }
    return count_message(flight, message, values, number == NULL ? "" : number, NULL, err);
}

static bool count_waiting(struct flight *flight, const struct step *step, struct error *err)
{
    int64_t after = 0;
    size_t count = SLICE;
    while (count == SLICE) {
        struct outbox_message *messages = NULL;
        if (!outbox_waiting(flight->db, step->id, step->who, flight->order->campaign->ballot_id,
                            after, SLICE, flight->slice, &messages, &count, err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!count_waiting_one(flight, &messages[i], err)) {
                return false;
            }
            after = messages[i].id;
        }
        flight->preflight->waiting += (int64_t)count;
        flight->done += (int64_t)count;
        tell(flight);
        arena_reset(flight->slice);
    }
    return true;
}

/* As the expansion draws, but nothing is put down. */
static bool count_lot(struct flight *flight, const struct choice *choice,
                      struct recipient *recipient, bool *held, struct error *err)
{
    struct preflight *preflight = flight->preflight;
    struct trials_lot lot;
    if (!choice_draw(choice, recipient, &lot, err)) {
        return false;
    }
    *held = lot.arm == TRIAL_HELD_OUT;
    preflight->held_out += *held;
    if (recipient->variant == NULL) {
        return true;
    }
    for (size_t i = 0; i < PREFLIGHT_VARIANTS_MOST; i++) {
        struct preflight_variant *variant = &preflight->variants[i];
        if (i == preflight->variant_count) {
            preflight->variant_count++;
            variant->name = arena_text(flight->arena, recipient->variant);
        }
        if (text_equal(variant->name, recipient->variant)) {
            variant->members++;
            return true;
        }
    }
    return true;
}

/* As expand_one, but into the trial. */
static bool count_recipient(struct flight *flight, const struct choice *choice,
                            struct recipient *recipient, struct error *err)
{
    struct preflight *preflight = flight->preflight;
    enum channel channels[CHANNEL_COUNT];
    bool has = false;
    bool queued = false;
    bool held = false;
    const size_t count = choice_channels(choice, recipient, channels);
    if (!outbox_has(flight->db, choice->step->id, recipient->member.id, &has, err)) {
        return false;
    }
    if (has) {
        return true;
    }
    preflight->members++;
    if (count > 0 && !count_lot(flight, choice, recipient, &held, err)) {
        return false;
    }
    for (size_t i = 0; i < count && !queued && !held; i++) {
        struct outbox_message message;
        CLEANUP(json_free) struct json *values = NULL;
        if (!choice_message(choice, recipient, channels[i], flight->slice, &message, &values,
                            err) ||
            !outbox_trial_put(flight->db, &message, &queued, err)) {
            return false;
        }
        message.reference = OUTBOX_REFERENCE_SAMPLE;
        preflight->second += queued && channels[i] == CHANNEL_SMS && recipient->email &&
                             choice->step->mail_after > 0;
        if (queued && !count_message(flight, &message, values, recipient->member.number,
                                     text_given(recipient->member.language), err)) {
            return false;
        }
    }
    preflight->shared += count > 0 && !queued && !held;
    preflight->no_address += count == 0;
    return count > 0 || choice_unwilling(choice, recipient, &preflight->unwilling, err);
}

static bool count_expansion(struct flight *flight, const struct step *given, struct error *err)
{
    struct step step = *given;
    size_t count = SLICE;
    while (!step.expanded && count == SLICE) {
        struct recipient *recipients = NULL;
        CLEANUP(choice_close) struct choice choice = {0};
        const struct campaign *campaign = flight->order->campaign;
        if (!choice_open(flight->db, flight->order->config, campaign, &step, flight->slice, &choice,
                         err) ||
            !campaigns_audience(flight->db, &step, campaign->ballot_id, SLICE, flight->slice,
                                &recipients, &count, err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (!count_recipient(flight, &choice, &recipients[i], err)) {
                return false;
            }
            step.expanded_to = recipients[i].member.id;
        }
        flight->done += (int64_t)count;
        tell(flight);
        arena_reset(flight->slice);
    }
    return true;
}

/* When a step's messages of one channel go, behind those of the steps before it. */
static void foresee(struct flight *flight, const struct step *step, enum channel channel,
                    int64_t count)
{
    if (count == 0) {
        return;
    }
    const struct preflight_order *order = flight->order;
    struct preflight_times *times = &flight->preflight->times[channel];
    struct forecast_lane lane = order->lanes[channel];
    const char *own = channel == CHANNEL_SMS ? step->hours_sms : step->hours_email;
    struct hours hours;
    if (own != NULL && hours_parse(own, &hours, NULL)) {
        lane.hours = hours;
    }
    const int64_t start = step->at > order->now ? step->at : order->now;
    const struct forecast added =
        forecast_run(&lane, start, step->deadline, count, &flight->use[channel]);
    struct forecast *whole = &times->forecast;
    whole->first = whole->fit == 0 ? added.first : whole->first;
    whole->last = added.fit == 0 ? whole->last : added.last;
    whole->fit += added.fit;
    whole->late += added.late;
    times->deadline = step->deadline > times->deadline ? step->deadline : times->deadline;
}

/* The mails that may follow the texts which are in the outbox already. */
static bool count_second(struct flight *flight, const struct step *step, struct error *err)
{
    struct preflight *preflight = flight->preflight;
    int64_t possible = 0;
    if (step->mail_after == 0) {
        return true;
    }
    if (!outbox_second_possible(flight->db, step->id, &possible, err)) {
        return false;
    }
    const bool shorter = preflight->second_after == 0 || step->mail_after < preflight->second_after;
    preflight->second_after = shorter ? step->mail_after : preflight->second_after;
    preflight->second += possible;
    return true;
}

static bool count_step(struct flight *flight, const struct step *step, struct preflight_step *row,
                       struct error *err)
{
    struct preflight *preflight = flight->preflight;
    const int64_t texts = preflight->texts;
    const int64_t mails = preflight->mails;
    const int64_t cost = preflight->price.cost;
    flight->step = step;
    flight->row = row;
    flight->step_paid = 0;
    flight->step_over = false;
    if (!count_second(flight, step, err) || !count_waiting(flight, step, err) ||
        !count_expansion(flight, step, err)) {
        return false;
    }
    foresee(flight, step, CHANNEL_SMS, preflight->texts - texts);
    foresee(flight, step, CHANNEL_EMAIL, preflight->mails - mails);
    row->texts = preflight->texts - texts;
    row->mails = preflight->mails - mails;
    row->cost = preflight->price.cost - cost;
    return true;
}

static bool count_steps(struct flight *flight, struct error *err)
{
    const struct campaign *campaign = flight->order->campaign;
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(flight->db, campaign->id, flight->arena, &steps, &count, err) ||
        !outbox_trial_begin(flight->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct segments_size size;
        if (!segments_count_step(flight->db, steps[i].who, campaign->ballot_id, campaign->action,
                                 &size, err)) {
            return false;
        }
        flight->total += size.members;
    }
    struct preflight *preflight = flight->preflight;
    preflight->steps = arena_array(flight->arena, count + 1, sizeof *preflight->steps);
    preflight->step_count = count;
    preflight->late = count > 0;
    for (size_t i = 0; i < count; i++) {
        struct preflight_step *row = &preflight->steps[i];
        const bool late = steps[i].deadline <= flight->order->now;
        *row = (struct preflight_step){
            .name = steps[i].name,
            .at = steps[i].at,
            .passed = late || steps[i].skipped != NULL,
            .budget = steps[i].budget == 0 ? -1 : steps[i].budget - steps[i].spent,
            .no_second =
                steps[i].mail_after > 0 && steps[i].deadline <= steps[i].at + steps[i].mail_after};
        preflight->late = preflight->late && row->passed;
        if (!row->passed && !count_step(flight, &steps[i], row, err)) {
            return false;
        }
    }
    return true;
}

bool preflight_run(struct db *db, const struct preflight_order *order, struct arena *arena,
                   struct preflight *preflight, struct error *err)
{
    CLEANUP(arena_free) struct arena *slice = arena_create();
    CLEANUP(arena_free) struct arena *scratch = arena_create();
    CLEANUP(letters_free) struct letters *letters = letters_create(db, order->config);
    struct flight flight = {
        .db = db,
        .order = order,
        .arena = arena,
        .slice = slice,
        .scratch = scratch,
        .letters = letters,
        .preflight = preflight,
    };
    *preflight = (struct preflight){0};
    for (size_t i = 0; i < CHANNEL_COUNT && order->use != NULL; i++) {
        flight.use[i] = order->use[i];
    }
    letterhead_of(order->config, arena, &flight.letterhead);
    const char *state = order->campaign->state;
    return text_equal(state, "finished") || text_equal(state, "cancelled") ||
           count_steps(&flight, err);
}
