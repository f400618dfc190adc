/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster action create, list, show, mark. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/conf/plan.h"
#include "muster/store/attendees.h"
#include "muster/store/members.h"
#include "muster/store/segments.h"
#include "words.h"

enum { NAMES_MOST = 256 };

const struct call_option cmd_action_mark_options[] = {
    {"--guests", "N", "how many more each of them brings, at most 20"},
    {0},
};

bool cmd_find_action(struct call *call, const char *name, struct action **action, struct error *err)
{
    struct action *all = NULL;
    size_t count = 0;
    if (!actions_find(call->db, name, call->arena, action, err)) {
        return false;
    }
    if (*action != NULL) {
        return true;
    }
    if (!actions_list(call->db, call->arena, &all, &count, err)) {
        return false;
    }
    const char *names[NAMES_MOST];
    count = count < NAMES_MOST ? count : NAMES_MOST;
    for (size_t i = 0; i < count; i++) {
        names[i] = all[i].name;
    }
    const char *meant = text_nearest(name, names, count);
    return error_set(err, ERROR_DATA, "there is no action '%s'%s%s%s", name,
                     meant == NULL ? "" : "; did you mean '", meant == NULL ? "" : meant,
                     meant == NULL ? "" : "'?");
}

/* "Tuesday 8 December 2026, 17:30 to 19:00"; the second day too, when it ends on another. */
static const char *when_words(const struct action *action, struct arena *arena)
{
    const bool same = text_equal(clock_day(action->starts, arena), clock_day(action->ends, arena));
    return arena_printf(arena, "%s to %s",
                        clock_format(action->starts, "%A %-d %B %Y, %H:%M", arena),
                        clock_format(action->ends, same ? "%H:%M" : "%A %-d %B, %H:%M", arena));
}

void cmd_print_action(struct call *call, const struct action *action)
{
    struct arena *arena = call->arena;
    (void)printf("%s: %s%s\n", action->name, text_printable(action->title, arena),
                 text_equal(action->state, "cancelled") ? " (cancelled)"
                 : text_equal(action->state, "changed") ? " (changed)"
                                                        : "");
    (void)printf("  where    %s\n", text_printable(action->place, arena));
    (void)printf("  when     %s\n", when_words(action, arena));
    (void)printf("  who      %s\n", text_printable(action->who, arena));
    if (action->contact != NULL) {
        (void)printf("  steward  %s\n", text_printable(action->contact, arena));
    }
    if (action->why != NULL) {
        (void)printf("  why      %s\n", text_printable(action->why, arena));
    }
}

/* Whom it concerns, and who of them can be told. */
static bool print_concerned(struct call *call, const struct action *action, struct error *err)
{
    struct segments_size size;
    if (!segments_count(call->db, action->who, 0, &size, err)) {
        return false;
    }
    (void)printf("it concerns %lld member%s: %lld can be texted, %lld can be mailed\n",
                 (long long)size.members, cmd_s(size.members), (long long)size.sms,
                 (long long)size.email);
    return true;
}

bool cmd_action_create(struct call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct action_plan plan;
    bool ok = plan_read_action(call->arguments[0], clock_now(), call->arena, &faults, &plan, err);
    call_print_faults(&faults);
    if (!ok || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    struct action action = {.name = plan.name,
                            .title = plan.title,
                            .place = plan.place,
                            .starts = plan.starts,
                            .ends = plan.ends,
                            .who = plan.who,
                            .contact = text_given(plan.contact),
                            .at = clock_now()};
    if (!actions_create(call->db, &action, err) ||
        !acting_note(call, NULL, "action.create", action.name, NULL, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    cmd_print_action(call, &action);
    (void)printf("a campaign calls to it that says action = \"%s\"\n", action.name);
    return print_concerned(call, &action, err);
}

static bool add_action(struct call *call, const struct action *action, struct listing *listing,
                       struct error *err)
{
    struct attendee_figures total = {0};
    if (!attendees_total(call->db, action, &total, err)) {
        return false;
    }
    listing_text(listing, action->name);
    listing_text(listing, action->state);
    listing_text(listing, clock_minute(action->starts, call->arena));
    listing_text(listing, clock_minute(action->ends, call->arena));
    listing_text(listing, action->place);
    listing_text(listing, action->title);
    listing_number(listing, total.concerned);
    listing_number(listing, total.coming);
    listing_number(listing, total.guests);
    listing_number(listing, total.maybe);
    listing_number(listing, total.cannot);
    return true;
}

static bool list_actions(struct call *call, const struct action *actions, size_t count,
                         struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"ACTION", "name", false},        {"STATE", "state", false},  {"STARTS", "starts", false},
        {"ENDS", "ends", false},          {"PLACE", "place", false},  {"TITLE", "title", false},
        {"CONCERNED", "concerned", true}, {"COMING", "coming", true}, {"GUESTS", "guests", true},
        {"MAYBE", "maybe", true},         {"CANNOT", "cannot", true},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        if (!add_action(call, &actions[i], listing, err)) {
            return false;
        }
    }
    listing_print(listing, call->format, "no actions yet");
    return true;
}

bool cmd_action_list(struct call *call, struct error *err)
{
    struct action *actions = NULL;
    size_t count = 0;
    return actions_list(call->db, call->arena, &actions, &count, err) &&
           list_actions(call, actions, count, err);
}

bool cmd_action_show(struct call *call, struct error *err)
{
    struct action *action = NULL;
    struct attendee_figures total = {0};
    if (!cmd_find_action(call, call->arguments[0], &action, err)) {
        return false;
    }
    if (call->format != LISTING_TEXT) {
        return list_actions(call, action, 1, err);
    }
    cmd_print_action(call, action);
    if (!attendees_total(call->db, action, &total, err)) {
        return false;
    }
    (void)printf("of %lld whom it concerns %lld %s asked: %lld coming, with %lld guest%s; %lld"
                 " maybe; %lld cannot; %lld have not answered\n",
                 (long long)total.concerned, (long long)total.asked,
                 total.asked == 1 ? "was" : "were", (long long)total.coming,
                 (long long)total.guests, cmd_s(total.guests), (long long)total.maybe,
                 (long long)total.cannot, (long long)total.unanswered);
    return true;
}

static bool mark_one(struct call *call, const struct action *action, const char *state,
                     int64_t guests, const char *number, struct error *err)
{
    struct member *member = NULL;
    if (!members_find(call->db, number, call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return error_set(err, ERROR_DATA, "there is no member %s; nobody was marked", number);
    }
    const struct attendee_answer answer = {
        .state = state, .guests = guests, .source = "person", .at = clock_now()};
    return attendees_mark(call->db, action->id, member->id, &answer, err);
}

bool cmd_action_mark(struct call *call, struct error *err)
{
    const char *given = call_value(call, "--guests");
    struct action *action = NULL;
    int64_t guests = 0;
    if (given != NULL && !text_number(given, 0, ATTENDEES_GUESTS_MOST, &guests)) {
        return error_set(err, ERROR_USAGE, "--guests is '%s', but a member brings 0 to %d", given,
                         (int)ATTENDEES_GUESTS_MOST);
    }
    if (!words_check(call->command->words, "STATE", call->arguments[1], err) ||
        !cmd_find_action(call, call->arguments[0], &action, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    for (size_t i = 2; i < call->argument_count; i++) {
        if (!mark_one(call, action, call->arguments[1], guests, call->arguments[i], err)) {
            return false;
        }
    }
    const char *detail =
        arena_printf(call->arena, "%zu %s", call->argument_count - 2, call->arguments[1]);
    if (!acting_note(call, NULL, "action.mark", action->name, detail, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%zu marked %s\n", call->argument_count - 2, call->arguments[1]);
    return true;
}
