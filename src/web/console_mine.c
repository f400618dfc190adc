/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rep sees: the members of their part, by name, job and what they have told, and whether
 * messages reach them. Not their numbers and addresses, and not what they wrote: those were given
 * to the union for its messages, and a list of them that leaves by a phone cannot be called back.
 * The one exception is the list of whom to call while a ballot is open; see console_phone.c. */
#include "console_people.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/segments.h"

enum { PAGE_ROWS = 50 };

static struct json *make_unit(const struct console_call *call, const struct ballot_figures *row)
{
    struct json *values = json_make_object();
    json_put_text(values, "unit", row->unit);
    json_put_text(values, "unit_key", console_member_key(row->unit, call->arena));
    json_put_number(values, "entitled", row->entitled);
    json_put_number(values, "voted", row->voted);
    json_put_number(values, "no_paper", row->no_paper);
    json_put_number(values, "declined", row->declined);
    json_put_number(values, "left", row->entitled - row->voted - row->declined - row->ineligible);
    json_put_number(values, "percent", row->entitled == 0 ? 0 : row->voted * 100 / row->entitled);
    json_put_number(values, "done", row->entitled == 0 ? 0 : row->voted * 1000 / row->entitled);
    return values;
}

/* The ballots that are open, each with the units in which there is somebody of theirs. */
bool console_show_mine(struct console_call *call, struct error *err)
{
    struct ballot *ballots = NULL;
    size_t count = 0;
    if (!ballots_list(call->console->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    json_put(call->values, "open", list);
    for (size_t i = 0; i < count; i++) {
        struct ballot_figures *figures = NULL;
        size_t units = 0;
        if (call->now >= ballots[i].closes || ballots[i].purged_at != 0) {
            continue;
        }
        if (!ballots_seen(call->console->db, &call->scope, ballots[i].id, call->arena, &figures,
                          &units, err)) {
            return false;
        }
        struct json *values = json_make_object();
        struct json *rows = json_make_array();
        json_append(list, values);
        json_put(values, "units", rows);
        json_put_text(values, "ballot", ballots[i].name);
        json_put_text(values, "title", ballots[i].title);
        json_put_text(values, "closes", clock_iso(ballots[i].closes, call->arena));
        for (size_t k = 0; k < units; k++) {
            json_append(rows, make_unit(call, &figures[k]));
        }
    }
    json_put_flag(call->values, "no_part", call->scope.audience == NULL);
    return console_answer(call, "mine.html", "mine", err);
}

static bool put_found(struct console_call *call, const char *find, struct json *list,
                      struct error *err)
{
    struct members_found found;
    if (!members_search(call->console->db, &call->scope, find,
                        call->console->config->organisation.region, PAGE_ROWS, call->arena, &found,
                        err)) {
        return false;
    }
    for (size_t i = 0; i < found.count; i++) {
        json_append(list, console_member_row(call, &found.members[i]));
    }
    json_put_flag(call->values, "more_found", found.more);
    return true;
}

static bool put_page(struct console_call *call, struct json *list, struct error *err)
{
    struct member *members = NULL;
    size_t count = 0;
    const struct segments_page page = {.after = console_query(call, "after"),
                                       .limit = PAGE_ROWS + 1};
    if (!segments_page(call->console->db, &call->scope, "everyone", 0, &page, call->arena, &members,
                       &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count && i < PAGE_ROWS; i++) {
        json_append(list, console_member_row(call, &members[i]));
    }
    if (count > PAGE_ROWS) {
        json_put_text(call->values, "next",
                      console_member_key(members[PAGE_ROWS - 1].number, call->arena));
    }
    return true;
}

bool console_show_mine_found(struct console_call *call, struct error *err)
{
    const char *find = console_query(call, "find");
    struct json *list = json_make_array();
    json_put(call->values, "members", list);
    json_put_text(call->values, "find", find);
    json_put_flag(call->values, "no_part", call->scope.audience == NULL);
    return (find[0] == '\0' ? put_page(call, list, err) : put_found(call, find, list, err)) &&
           console_answer(call, "mine-members.html", "members", err);
}

static void put_places(struct console_call *call, const struct dossier *dossier)
{
    struct json *list = json_make_array();
    json_put(call->values, "places", list);
    for (size_t i = 0; i < dossier->place_count; i++) {
        const struct dossier_place *place = &dossier->places[i];
        struct json *values = json_make_object();
        json_append(list, values);
        json_put_text(values, "ballot", place->ballot);
        json_put_text(values, "unit", place->unit);
        json_put_text(values, "state_words",
                      console_word(call, arena_printf(call->arena, "state-%s", place->state)));
        if (place->at != 0) {
            json_put_text(values, "at", clock_iso(place->at, call->arena));
        }
        json_put_flag(values, "may_mark", place->unit != NULL);
    }
}

/* Whether the member is reached, and whether they have asked not to be: no more than that. */
static const char *reach_of(const struct dossier *dossier)
{
    bool known = false;
    bool open = false;
    bool wished = false;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        const struct dossier_address *address = &dossier->addresses[i];
        bool closed = false;
        for (size_t k = 0; address->address != NULL && k < address->suppression_count; k++) {
            const struct suppression *row = &address->suppressions[k];
            const bool holds =
                row->lifted_at == 0 && !text_equal(row->kind, SUPPRESSIONS_PROMOTIONAL);
            closed = closed || holds;
            wished = wished || (holds && !text_equal(row->kind, "bounce") &&
                                !text_equal(row->kind, "suspended"));
        }
        known = known || address->address != NULL;
        open = open || (address->address != NULL && !closed);
    }
    return wished ? "reach-wished" : open ? "reach-open" : known ? "reach-closed" : "reach-unknown";
}

bool console_show_mine_one(struct console_call *call, struct error *err)
{
    static const struct dossier_limits nothing_written = {.messages = 0};
    struct dossier *dossier = NULL;
    struct member *member = NULL;
    if (!console_find_member(call, &member, err) ||
        !dossiers_read(call->console->db, &call->scope, member->number, &nothing_written,
                       call->arena, &dossier, err)) {
        return false;
    }
    if (dossier == NULL) { /* gone meanwhile */
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-member"));
    }
    json_put(call->values, "member", console_member_row(call, &dossier->member));
    json_put_text(call->values, "reach", console_word(call, reach_of(dossier)));
    put_places(call, dossier);
    return console_answer(call, "mine-member.html", "members", err);
}
