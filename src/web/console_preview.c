/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sketch comes to, as one types: whom a step means, when it is, and what somebody would
 * read. */
#include <string.h>

#include "console_mails.h"
#include "console_sketch.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/campaign/preview.h"
#include "muster/conf/gateway.h"
#include "muster/message/gsm.h"
#include "muster/message/price.h"
#include "muster/model/phone.h"
#include "muster/store/actions.h"
#include "muster/store/ballots.h"
#include "muster/store/members.h"
#include "muster/store/members_awkward.h"
#include "muster/store/segments.h"

enum {
    SEPTETS_ONE = 160,
    SEPTETS_MORE = 153, /* of each of several parts */
    UNITS_ONE = 70,
    UNITS_MORE = 67,
    DOUBTS_MOST = 5,
};

/* A place of the form's, at most `count` - 1. */
static size_t chosen(const struct console_call *call, const char *name, size_t count)
{
    int64_t place = 0;
    return count > 0 && text_number(console_field(call, name), 0, (int64_t)count - 1, &place)
               ? (size_t)place
               : 0;
}

/* What is dearest, so that nobody is surprised; TARIFF_UNKNOWN where no price is known. */
static void read_tariff(struct console_call *call, struct tariff *tariff)
{
    CLEANUP(faults_free) struct faults ignored;
    struct error unread = {.kind = ERROR_NONE};
    struct gateway *gateways = NULL;
    const struct config *config = call->console->config;
    faults_init(&ignored);
    *tariff = gateway_dearest(NULL, 0);
    if (config->sms.gateway_count > 0 &&
        gateway_read_all(config, call->arena, &ignored, &gateways, &unread)) {
        *tariff = gateway_dearest(gateways, config->sms.gateway_count);
    }
}

/* How many characters more its last part would take. */
static int64_t units_left(const struct gsm_size *size)
{
    const size_t one = size->encoding == GSM_7BIT ? SEPTETS_ONE : UNITS_ONE;
    const size_t more = size->encoding == GSM_7BIT ? SEPTETS_MORE : UNITS_MORE;
    const size_t room = size->parts <= 1 ? one : size->parts * more;
    return room > size->units ? (int64_t)(room - size->units) : 0;
}

static void put_text(const struct console_call *call, const struct tariff *tariff,
                     const struct preview_message *message, struct json *values)
{
    const struct letter *letter = &message->letter;
    const struct gsm_size *size = &letter->wording.size;
    const char *mobile = message->reader->member.mobile;
    const int64_t price = price_of_part(tariff, mobile == NULL ? PHONE_UK : phone_route(mobile));
    json_put_text(values, "body", letter->body);
    json_put_number(values, "parts", (int64_t)size->parts);
    json_put_flag(values, "one_part", size->parts == 1);
    json_put_text(values, "encoding", gsm_encoding_name(size->encoding));
    json_put_flag(values, "wide", size->encoding == GSM_UCS2);
    json_put_number(values, "units", (int64_t)size->units);
    json_put_number(values, "left", units_left(size));
    json_put_text(values, "price",
                  price == TARIFF_UNKNOWN
                      ? NULL
                      : price_text(price * (int64_t)size->parts, tariff->currency, call->arena));
    json_put_text(values, "given",
                  text_equal(letter->wording.given, letter->wording.text) ? NULL
                                                                          : letter->wording.given);
}

static void put_mail(const struct console_call *call, const struct letter *letter,
                     struct json *values)
{
    json_put_text(values, "subject", letter->subject);
    json_put_text(values, "body", letter->text);
    json_put_number(values, "bytes", (int64_t)letter->length);
    json_put_text(values, "frame",
                  letter->html == NULL
                      ? NULL
                      : console_mails_put(call->console->mails, call->session, letter->html));
}

void console_preview_put_messages(struct console_call *call, const struct preview_message *messages,
                                  size_t count, struct json *values)
{
    struct json *texts = json_make_array();
    struct json *mails = json_make_array();
    struct tariff tariff;
    json_put(values, "texts", texts);
    json_put(values, "mails", mails);
    read_tariff(call, &tariff);
    for (size_t i = 0; i < count; i++) {
        const bool sms = messages[i].channel == CHANNEL_SMS;
        struct json *one = json_make_object();
        json_put_text(one, "reader", console_member_name(&messages[i].reader->member, call->arena));
        json_put_text(one, "message_language", messages[i].language);
        json_put_text(one, "unfit", messages[i].fault);
        if (messages[i].fault == NULL && sms) {
            put_text(call, &tariff, &messages[i], one);
        } else if (messages[i].fault == NULL) {
            put_mail(call, &messages[i].letter, one);
        }
        json_append(sms ? texts : mails, one);
    }
}

void console_preview_put_faults(const struct console_call *call, const struct faults *faults,
                                bool writing, struct json *values)
{
    struct json *list = json_make_array();
    const char *at = buffer_text(&faults->text);
    while (*at != '\0') {
        const size_t length = strcspn(at, "\n");
        const char *line = arena_span(call->arena, at, length);
        const char *slash = line + strcspn(line, ": ");
        while (slash > line && slash[-1] != '/') {
            slash--; /* whose folder it lies in is of no use to who writes here */
        }
        if (!writing || strstr(line, ": the text is empty") == NULL) {
            json_append_text(list, slash); /* who has not begun to write knows that */
        }
        at += length + (at[length] == '\n');
    }
    json_put(values, "faults", list);
}

/* Who reads it: the member of a number, else one of those whose details are awkward. */
static bool find_reader(struct console_call *call, struct preview_reader **reader,
                        struct error *err)
{
    const char *number = console_field(call, "show_member");
    struct member *member = NULL;
    if (!text_empty(number)) {
        if (!members_find(call->console->db, number, call->arena, &member, err)) {
            return false;
        }
        json_put_flag(call->values, "no_such_member", member == NULL);
    }
    if (member == NULL) {
        return preview_awkward_one(call->console->db,
                                   chosen(call, "show_as", MEMBERS_AWKWARD_COUNT), call->arena,
                                   reader, err);
    }
    *reader = arena_alloc(call->arena, sizeof **reader);
    **reader = (struct preview_reader){.label = "", .member = *member};
    return true;
}

/* The ballot's id, 0 for none or none that there is. */
static bool find_ballot(const struct console_call *call, const struct sketch *sketch, int64_t *id,
                        struct error *err)
{
    struct ballot *ballot = NULL;
    *id = 0;
    if (text_empty(sketch->says[SKETCH_BALLOT])) {
        return true;
    }
    if (!ballots_find(call->console->db, sketch->says[SKETCH_BALLOT], call->arena, &ballot, err)) {
        return false;
    }
    *id = ballot == NULL ? 0 : ballot->id;
    return true;
}

bool console_put_doubts(const struct console_call *call, const char *who, struct json *values,
                        struct error *err)
{
    struct segment_doubt *doubts = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    json_put(values, "doubts", list);
    if (!segments_doubts(call->console->db, who, DOUBTS_MOST, call->arena, &doubts, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct json *doubt = json_make_object();
        json_put_text(doubt, "doubtful", doubts[i].value);
        json_put_text(doubt, "near", doubts[i].near);
        json_append(list, doubt);
    }
    return true;
}

/* Whom a step means now. */
static bool put_who(struct console_call *call, const struct sketch *sketch, const char *who,
                    struct json *values, struct error *err)
{
    struct segments_size size = {0};
    struct error fault = {.kind = ERROR_NONE};
    int64_t ballot_id = 0;
    json_put_text(values, "who_fault", NULL);
    json_put_flag(values, "counted", false);
    json_put(values, "doubts", json_make_array());
    if (text_empty(who)) {
        return true;
    }
    if (!find_ballot(call, sketch, &ballot_id, err)) {
        return false;
    }
    if (!segments_count_step(call->console->db, who, ballot_id,
                             text_given(sketch->says[SKETCH_ACTION]), &size, &fault)) {
        json_put_text(values, "who_fault", arena_text(call->arena, fault.text));
        return fault.kind == ERROR_DATA || error_set(err, fault.kind, "%s", fault.text);
    }
    json_put_flag(values, "counted", true);
    json_put_number(values, "members", size.members);
    json_put_number(values, "by_sms", size.sms);
    json_put_number(values, "by_email", size.email);
    return console_put_doubts(call, who, values, err);
}

/* When every step is. */
static bool put_times(struct console_call *call, const struct sketch *sketch, struct error *err)
{
    struct sketch_times *times = NULL;
    struct json *list = json_make_array();
    json_put(call->values, "times", list);
    if (!sketch_moments(call->console->db, call->console->config, sketch, call->now, call->arena,
                        &times, err)) {
        return false;
    }
    for (size_t i = 0; i < sketch->step_count; i++) {
        const char *name = sketch->steps[i].says[SKETCH_STEP_NAME];
        struct json *one = json_make_object();
        json_put_text(one, "step_name",
                      text_empty(name) ? arena_printf(call->arena, "%s %zu",
                                                      console_word(call, "sk-step"), i + 1)
                                       : name);
        json_put_flag(one, "unsaid", text_empty(sketch->steps[i].says[SKETCH_STEP_AT]));
        json_put_text(one, "begins", times[i].at == 0 ? NULL : clock_iso(times[i].at, call->arena));
        json_put_text(one, "ends",
                      times[i].deadline == 0 ? NULL : clock_iso(times[i].deadline, call->arena));
        json_put_text(one, "daily", text_given(sketch->steps[i].says[SKETCH_STEP_DAILY_UNTIL]));
        json_put_flag(one, "too_late", times[i].deadline != 0 && times[i].deadline <= call->now);
        json_append(list, one);
    }
    return true;
}

/* The wordings that the step tries, to choose from; nothing where it tries none. */
static void put_variants(struct console_call *call, const struct sketch *sketch, size_t step)
{
    const char **names = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    json_put(call->values, "show_variants", list);
    if (step < sketch->step_count) {
        sketch_variants(&sketch->steps[step], call->arena, &names, &count);
    }
    for (size_t i = 0; i < count; i++) {
        struct json *one = json_make_object();
        json_put_text(one, "variant", names[i]);
        json_put_flag(one, "chosen", text_equal(names[i], console_field(call, "show_variant")));
        json_append(list, one);
    }
}

/* The fields of the preview itself: which step, and who reads it. */
static void put_form(struct console_call *call, const struct sketch *sketch)
{
    const size_t step = chosen(call, "show_step", sketch->step_count);
    const size_t reader = chosen(call, "show_as", MEMBERS_AWKWARD_COUNT);
    struct json *steps = json_make_array();
    struct json *readers = json_make_array();
    for (size_t i = 0; i < sketch->step_count; i++) {
        const char *name = sketch->steps[i].says[SKETCH_STEP_NAME];
        struct json *one = json_make_object();
        json_put_number(one, "place", (int64_t)i);
        json_put_text(one, "place_name",
                      text_empty(name) ? arena_printf(call->arena, "%s %zu",
                                                      console_word(call, "sk-step"), i + 1)
                                       : name);
        json_put_flag(one, "chosen", i == step);
        json_append(steps, one);
    }
    for (size_t i = 0; i < MEMBERS_AWKWARD_COUNT; i++) {
        struct json *one = json_make_object();
        json_put_number(one, "place", (int64_t)i);
        json_put_text(one, "place_name",
                      console_word(call, arena_printf(call->arena, "reader-%zu", i)));
        json_put_flag(one, "chosen", i == reader);
        json_append(readers, one);
    }
    json_put(call->values, "show_steps", steps);
    json_put(call->values, "show_readers", readers);
    json_put_text(call->values, "show_member", console_field(call, "show_member"));
    json_put_flag(call->values, "no_such_member", false);
    json_put_flag(call->values, "several", sketch->step_count > 1);
    put_variants(call, sketch, step);
}

bool console_preview_put(struct console_call *call, const struct sketch *sketch, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct preview_reader *reader = NULL;
    struct preview_message *messages = NULL;
    size_t count = 0;
    struct json *shown = json_make_object();
    json_put(call->values, "shown", shown);
    faults_init(&faults);
    put_form(call, sketch);
    if (!put_times(call, sketch, err) || !find_reader(call, &reader, err)) {
        return false;
    }
    if (sketch->step_count == 0) {
        return true;
    }
    const struct sketch_show show = {.step = chosen(call, "show_step", sketch->step_count),
                                     .variant = console_field(call, "show_variant"),
                                     .readers = reader,
                                     .reader_count = 1};
    if (!put_who(call, sketch, sketch->steps[show.step].says[SKETCH_STEP_WHO], shown, err) ||
        !sketch_render(call->console->db, call->console->config, sketch, &show, call->now,
                       call->arena, &faults, &messages, &count, err)) {
        return false;
    }
    console_preview_put_faults(call, &faults, true, shown);
    console_preview_put_messages(call, messages, count, shown);
    return true;
}
