/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Correcting what is known of a member. Each change is remembered, and no list that only repeats
 * what was there before takes it back. */
#include <string.h>

#include "console_inbox.h"
#include "console_people.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"
#include "muster/store/custom_fields.h"
#include "muster/store/edits.h"
#include "muster/store/record.h"
#include "muster/store/values.h"

enum { EDITS_MOST = 256 };

static const enum member_field FACTS[] = {
    MEMBER_FIRST_NAME, MEMBER_LAST_NAME, MEMBER_MOBILE, MEMBER_EMAIL, MEMBER_EMPLOYER,
    MEMBER_WORKPLACE,  MEMBER_BRANCH,    MEMBER_JOB,    MEMBER_BAND,  MEMBER_LANGUAGE,
    MEMBER_STATUS,     MEMBER_JOINED,    MEMBER_TAGS,
};

/* The form in the making: the member as stored, what was typed, and the edits that follow. */
struct form_edit {
    struct console_call *call;
    const struct member *member;
    const struct json *customs; /* of the member; NULL: none */
    struct custom_field *fields;
    size_t field_count;
    bool posted;
    struct json *list; /* what the page shows */
    struct edit edits[EDITS_MOST];
    size_t count;
    bool faulty;
};

/* One field of the form, and what is stored of it; gives its row. */
static struct json *put_row(struct form_edit *form, const char *name, const char *label,
                            const char *value, const char *known)
{
    struct json *row = json_make_object();
    json_put_text(row, "known", known == NULL ? "" : known);
    json_put_text(row, "field", name);
    json_put_text(row, "label", label);
    json_put_text(row, "value", value);
    json_append(form->list, row);
    return row;
}

static void tell_fault(struct form_edit *form, struct json *row, const char *sentence)
{
    json_put_text(row, "wrong", sentence);
    form->faulty = true;
}

/* A status that nobody has is taken only when the form says so. */
static bool check_status(struct form_edit *form, struct json *row, const char *status,
                         struct error *err)
{
    struct console_call *call = form->call;
    bool known = false;
    const char *near = NULL;
    if (!values_status(call->console->db, status, call->arena, &known, &near, err)) {
        return false;
    }
    if (known || text_equal(console_field(call, "new_status"), "1")) {
        return true;
    }
    json_put_flag(call->values, "new_status", true);
    tell_fault(form, row,
               near == NULL
                   ? console_word(call, "status-is-new")
                   : arena_printf(call->arena, "%s %s “%s”?", console_word(call, "status-is-new"),
                                  console_word(call, "did-you-mean"), near));
    return true;
}

static bool take(struct form_edit *form, enum member_field field, const char *custom,
                 const char *typed, const char *known, struct json *row, struct error *err)
{
    struct console_call *call = form->call;
    const char *value = NULL;
    const char *reason = "";
    if (text_equal(typed, known == NULL ? "" : known)) {
        return true;
    }
    if (!fact_read(field, typed, known, call->console->config->organisation.region, call->arena,
                   &value, &reason)) {
        tell_fault(form, row, arena_printf(call->arena, "“%s” %s", typed, reason));
        return true;
    }
    if (field == MEMBER_STATUS && !text_empty(value) && !check_status(form, row, value, err)) {
        return false;
    }
    if (form->count < EDITS_MOST) {
        form->edits[form->count++] =
            (struct edit){.field = field, .custom = custom, .value = value};
    }
    return true;
}

/* What the form says under a name; NULL when it does not say it, or says it twice. */
static const char *said(const struct form_edit *form, const char *name)
{
    struct error unread = {.kind = ERROR_NONE};
    const struct form_field *field = NULL;
    return form->posted && form_find(&form->call->form, name, &field, &unread) && field != NULL
               ? text_trim(field->value, form->call->arena)
               : NULL;
}

/* What was stored of a fact when the form was shown; NULL when it does not say. */
static const char *shown_of(const struct form_edit *form, const char *name)
{
    return said(form, arena_printf(form->call->arena, "was.%s", name));
}

/* What the form says of a fact. What it does not say stays as it is, and so does what nobody has
 * touched in it, though a list or somebody else may have changed it meanwhile. */
static const char *typed_of(const struct form_edit *form, const char *name, const char *known)
{
    const char *typed = said(form, name);
    const bool untouched = typed != NULL && text_equal(typed, shown_of(form, name));
    return typed != NULL && !untouched ? typed : known == NULL ? "" : known;
}

/* Whether it was changed meanwhile into something that the person has not seen, who wants it to be
 * something else again: then they see it first. */
static bool is_overtaken(struct form_edit *form, const char *name, const char *typed,
                         const char *known, struct json *row)
{
    const char *shown = shown_of(form, name);
    const char *now = known == NULL ? "" : text_trim(known, form->call->arena);
    if (shown == NULL || text_equal(shown, now) || text_equal(typed, now)) {
        return false;
    }
    tell_fault(form, row,
               arena_printf(form->call->arena, "%s “%s”.",
                            console_word(form->call, "fact-changed-meanwhile"), now));
    return true;
}

static bool take_facts(struct form_edit *form, struct error *err)
{
    struct console_call *call = form->call;
    for (size_t i = 0; i < ARRAY_LENGTH(FACTS); i++) {
        const char *name = member_field_name(FACTS[i]);
        const char *known = member_get(form->member, FACTS[i]);
        const char *typed = typed_of(form, name, known);
        struct json *row = put_row(form, name, console_named(call, "fact", name), typed, known);
        if (form->posted && !is_overtaken(form, name, typed, known, row) &&
            !take(form, FACTS[i], NULL, typed, known, row, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < form->field_count; i++) {
        const char *name =
            arena_printf(call->arena, MEMBER_CUSTOM_PREFIX "%s", form->fields[i].name);
        const struct json *value =
            form->customs == NULL ? NULL : json_member(form->customs, form->fields[i].name);
        const char *known = value == NULL ? NULL : json_text_at(value, "", call->arena);
        const char *typed = typed_of(form, name, known);
        struct json *row = put_row(form, name, form->fields[i].heading, typed, known);
        if (form->posted && !is_overtaken(form, name, typed, known, row) &&
            !take(form, MEMBER_CUSTOM, form->fields[i].name, typed, known, row, err)) {
            return false;
        }
    }
    return true;
}

static bool read_form(struct form_edit *form, struct json **customs, struct error *err)
{
    struct console_call *call = form->call;
    const char *custom = form->member->custom;
    if (!custom_fields_list(call->console->db, call->arena, &form->fields, &form->field_count,
                            err) ||
        (custom != NULL && !json_parse(custom, strlen(custom), customs, err))) {
        return false;
    }
    form->customs = *customs;
    form->list = json_make_array();
    json_put(call->values, "fields", form->list);
    json_put_text(call->values, "name", console_member_name(form->member, call->arena));
    json_put_text(call->values, "key", console_member_key(form->member->number, call->arena));
    return take_facts(form, err);
}

bool console_show_correction(struct console_call *call, struct error *err)
{
    struct member *member = NULL;
    CLEANUP(json_free) struct json *customs = NULL;
    if (!console_find_member(call, &member, err)) {
        return false;
    }
    struct form_edit form = {.call = call, .member = member};
    return read_form(&form, &customs, err) &&
           console_answer(call, "member-edit.html", "members", err);
}

/* Which facts were changed: "band, employer". What they were and are is with the member. */
static const char *names_of(const struct edit_made *made, size_t count, struct arena *arena)
{
    const char *names = "";
    for (size_t i = 0; i < count; i++) {
        names = arena_printf(arena, "%s%s%s", names, i == 0 ? "" : ", ", made[i].fact);
    }
    return names;
}

bool console_correct_member(struct console_call *call, struct error *err)
{
    struct db *db = call->console->db;
    struct member *member = NULL;
    struct edit_made *made = NULL;
    size_t count = 0;
    CLEANUP(json_free) struct json *customs = NULL;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!console_find_member(call, &member, err)) {
        return false;
    }
    struct form_edit form = {.call = call, .member = member, .posted = true};
    if (!read_form(&form, &customs, err)) {
        return false;
    }
    if (form.faulty) {
        db_rollback(&transaction);
        return console_answer(call, "member-edit.html", "members", err);
    }
    if (!edits_apply(db, member->id, form.edits, form.count, call->now, call->arena, &made, &count,
                     err) ||
        (count > 0 && !console_note(call, "member.set", record_member(member->id, call->arena),
                                    names_of(made, count, call->arena), err)) ||
        !db_commit(transaction, err)) {
        return false;
    }
    return console_go(
        call,
        arena_printf(call->arena, "/members/%s", console_member_key(member->number, call->arena)),
        count > 0 ? "done-edited" : "done-nothing");
}
