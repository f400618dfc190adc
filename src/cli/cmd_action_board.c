/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster action board, steward: how many heads, and whose. */
#include <stdio.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/attendees.h"

static void add_row(struct listing *listing, const char *branch, const char *workplace,
                    const struct attendee_figures *row)
{
    listing_text(listing, branch);
    listing_text(listing, workplace);
    listing_number(listing, row->concerned);
    listing_number(listing, row->asked);
    listing_number(listing, row->coming);
    listing_number(listing, row->guests);
    listing_number(listing, row->coming + row->guests);
    listing_number(listing, row->maybe);
    listing_number(listing, row->cannot);
    listing_number(listing, row->unanswered);
}

bool cmd_action_board(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"BRANCH", "branch", false},      {"WORKPLACE", "workplace", false},
        {"CONCERNED", "concerned", true}, {"ASKED", "asked", true},
        {"COMING", "coming", true},       {"GUESTS", "guests", true},
        {"HEADS", "heads", true},         {"MAYBE", "maybe", true},
        {"CANNOT", "cannot", true},       {"UNANSWERED", "unanswered", true},
    };
    struct action *action = NULL;
    struct attendee_figures *figures = NULL;
    struct attendee_figures total = {0};
    size_t count = 0;
    const bool people = call->format == LISTING_TEXT;
    if (!cmd_find_action(call, call->arguments[0], &action, err) ||
        !attendees_figures(call->db, action, call->arena, &figures, &count, err) ||
        !attendees_total(call->db, action, &total, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        const char *none = people ? "not known" : NULL;
        add_row(listing, figures[i].branch == NULL ? none : figures[i].branch,
                figures[i].workplace == NULL ? none : figures[i].workplace, &figures[i]);
    }
    if (people) {
        add_row(listing, "all", "", &total);
        cmd_print_action(call, action);
        (void)putchar('\n');
    }
    listing_print(listing, call->format, "it concerns nobody now");
    return true;
}

/* "Ash, Ann": sheets are looked through by the last name. */
static const char *sheet_name(const struct attendee *person, struct arena *arena)
{
    const bool both = !text_empty(person->first_name) && !text_empty(person->last_name);
    return both ? arena_printf(arena, "%s, %s", person->last_name, person->first_name)
           : text_empty(person->last_name) ? person->first_name
                                           : person->last_name;
}

/* A sheet to print and tick off. */
static void print_sheet(struct call *call, const struct action *action,
                        const struct attendee *people, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"HERE", "", false},   {"NAME", "", false},   {"WORKPLACE", "", false},
        {"BRANCH", "", false}, {"ANSWER", "", false}, {"GUESTS", "", true},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    int64_t coming = 0;
    int64_t guests = 0;
    cmd_print_action(call, action);
    (void)putchar('\n');
    for (size_t i = 0; i < count; i++) {
        const bool sure = text_equal(people[i].state, "coming");
        coming += sure;
        guests += sure ? people[i].guests : 0;
        listing_text(listing, "[  ]");
        listing_text(listing, sheet_name(&people[i], call->arena));
        listing_text(listing, people[i].workplace);
        listing_text(listing, people[i].branch);
        listing_text(listing, people[i].state);
        listing_number(listing, people[i].guests);
    }
    listing_print(listing, LISTING_TEXT, "nobody has said that they come");
    (void)printf("\n%lld coming with %lld guest%s: %lld heads; %lld more may come\n",
                 (long long)coming, (long long)guests, cmd_s(guests), (long long)(coming + guests),
                 (long long)((int64_t)count - coming));
}

bool cmd_action_steward(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"LAST", "last_name", false},      {"FIRST", "first_name", false},
        {"WORKPLACE", "workplace", false}, {"BRANCH", "branch", false},
        {"ANSWER", "answer", false},       {"GUESTS", "guests", true},
    };
    struct action *action = NULL;
    struct attendee *people = NULL;
    size_t count = 0;
    if (!cmd_find_action(call, call->arguments[0], &action, err) ||
        !attendees_list(call->db, action->id, call->arena, &people, &count, err)) {
        return false;
    }
    if (call->format == LISTING_TEXT) {
        print_sheet(call, action, people, count);
        return true;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, people[i].last_name);
        listing_text(listing, people[i].first_name);
        listing_text(listing, people[i].workplace);
        listing_text(listing, people[i].branch);
        listing_text(listing, people[i].state);
        listing_number(listing, people[i].guests);
    }
    listing_print(listing, call->format, "");
    return true;
}
