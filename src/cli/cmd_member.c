/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster member: find, set, erase, readmit. What show prints is in cmd_member_show.c. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"
#include "muster/store/custom_fields.h"
#include "muster/store/dossiers.h"
#include "muster/store/edits.h"
#include "muster/store/erasures.h"
#include "muster/store/members.h"
#include "muster/store/record.h"
#include "muster/store/scope.h"
#include "muster/store/suppressions.h"
#include "muster/store/values.h"

enum { FOUND_MOST = 50, SUPPRESSIONS_MOST = 20, NAMES_MOST = 128 };

const struct call_option cmd_set_options[] = {
    {"--new-status", NULL, "take a status that no member has yet"},
    {0},
};

const struct call_option cmd_erase_options[] = {
    {"--reason", "TEXT", "why, one sentence without the person; it is kept"},
    {"--vacuum", NULL, "write a store of more than 64 MB down anew, so that no copy is left in it"},
    {0},
};

void cmd_print_members(struct call *call, const struct member *members, size_t count)
{
    static const struct listing_column COLUMNS[] = {
        {"NUMBER", "number", false},       {"FIRST NAME", "first_name", false},
        {"LAST NAME", "last_name", false}, {"MOBILE", "mobile", false},
        {"E-MAIL", "email", false},        {"EMPLOYER", "employer", false},
        {"STATUS", "status", false},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, members[i].number);
        listing_text(listing, members[i].first_name);
        listing_text(listing, members[i].last_name);
        listing_text(listing, members[i].mobile);
        listing_text(listing, members[i].email);
        listing_text(listing, members[i].employer);
        listing_text(listing, members[i].status);
    }
    listing_print(listing, call->format, "nobody");
}

bool cmd_unknown_member(struct call *call, const char *number, struct error *err)
{
    struct erasure *erasure = NULL;
    const char *nearest = NULL;
    if (!erasures_find(call->db, number, call->arena, &erasure, err) ||
        !members_nearest(call->db, number, call->arena, &nearest, err)) {
        return false;
    }
    if (erasure != NULL) {
        return error_set(err, ERROR_DATA, "member %s was erased on %s: %s", number,
                         clock_day(erasure->at, call->arena), erasure->reason);
    }
    return error_set(err, ERROR_DATA, "there is no member %s%s%s%s", number,
                     nearest == NULL ? "" : "; did you mean ", nearest == NULL ? "" : nearest,
                     nearest == NULL ? "" : "?");
}

bool cmd_member_find(struct call *call, struct error *err)
{
    struct members_found found;
    if (!members_search(call->db, &scope_everybody, call->arguments[0],
                        call->config.organisation.region, FOUND_MOST, call->arena, &found, err)) {
        return false;
    }
    cmd_print_members(call, found.members, found.count);
    if (found.more) {
        (void)fprintf(call->format == LISTING_TEXT ? stdout : stderr,
                      "and more: these %zu fit best\n", found.count);
    }
    return true;
}

/* A custom field by its name, with or without "custom." in front, or by its heading. */
static const char *find_custom(const struct custom_field *customs, size_t count, const char *word,
                               struct arena *arena)
{
    size_t prefix = strlen(MEMBER_CUSTOM_PREFIX);
    const char *name = strncasecmp(word, MEMBER_CUSTOM_PREFIX, prefix) == 0 ? word + prefix : word;
    const char *folded = text_fold(name, arena);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(text_fold(customs[i].name, arena), folded) ||
            text_equal(text_fold(customs[i].heading, arena), folded)) {
            return customs[i].name;
        }
    }
    return NULL;
}

/* What a list may have, and a member has not. */
static bool is_wish(const char *word)
{
    static const char *const WORDS[] = {"no-sms",   "no-email", "no-contact", "sms-ok",
                                        "email-ok", "opt-out",  "optout",     "stop"};
    for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
        if (strcasecmp(word, WORDS[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool unknown_field(const struct custom_field *customs, size_t count, const char *word,
                          struct error *err)
{
    const char *names[NAMES_MOST];
    size_t known = 0;
    if (strcasecmp(word, "number") == 0) {
        return error_set(err, ERROR_USAGE, "a membership number cannot be changed");
    }
    if (is_wish(word)) {
        return error_set(
            err, ERROR_USAGE,
            "'%s' is no field of a member: muster suppress add ADDRESS makes an opt-out,"
            " muster suppress remove ADDRESS lifts it",
            word);
    }
    for (; fact_word(known) != NULL; known++) {
        names[known] = fact_word(known);
    }
    for (size_t i = 0; i < count && known < NAMES_MOST; i++) {
        names[known++] = customs[i].name;
    }
    const char *near = text_nearest(word, names, known);
    return near != NULL ? error_set(err, ERROR_USAGE, "there is no field '%s'; did you mean '%s'?",
                                    word, near)
                        : error_set(err, ERROR_USAGE,
                                    "there is no field '%s'; see muster member set --help", word);
}

static bool check_status(struct call *call, const char *status, struct error *err)
{
    bool known = false;
    const char *near = NULL;
    if (call_has(call, "--new-status")) {
        return true;
    }
    if (!values_status(call->db, status, call->arena, &known, &near, err)) {
        return false;
    }
    if (known) {
        return true;
    }
    return near != NULL
               ? error_set(err, ERROR_DATA, "no member has status '%s'; did you mean '%s'?", status,
                           near)
               : error_set(err, ERROR_DATA,
                           "no member has status '%s'; to bring it in, add --new-status", status);
}

/* Read "employer=City Trust" as a wish for this member. */
static bool read_edit(struct call *call, const char *argument, const struct member *member,
                      const struct custom_field *customs, size_t count, struct edit *edit,
                      struct error *err)
{
    size_t length = strcspn(argument, "=");
    const char *word = arena_span(call->arena, argument, length);
    const char *reason = "";
    if (argument[length] == '\0') {
        return error_set(err, ERROR_USAGE, "'%s' is not of the form FIELD=VALUE", argument);
    }
    *edit = (struct edit){.field = MEMBER_CUSTOM};
    if (!fact_parse(word, &edit->field)) {
        edit->custom = find_custom(customs, count, word, call->arena);
        if (edit->custom == NULL) {
            return unknown_field(customs, count, word, err);
        }
    }
    const char *text = argument + length + 1;
    if (!fact_read(edit->field, text, member_get(member, edit->field),
                   call->config.organisation.region, call->arena, &edit->value, &reason)) {
        return error_set(err, ERROR_DATA, "%s: '%s' %s", word, text, reason);
    }
    return edit->field != MEMBER_STATUS || check_status(call, edit->value, err);
}

static bool read_edits(struct call *call, const struct member *member,
                       const struct custom_field *customs, size_t custom_count, struct edit *edits,
                       struct error *err)
{
    for (size_t i = 0; i + 1 < call->argument_count; i++) {
        if (!read_edit(call, call->arguments[i + 1], member, customs, custom_count, &edits[i],
                       err)) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (edits[j].field == edits[i].field && text_equal(edits[j].custom, edits[i].custom)) {
                return error_set(err, ERROR_USAGE, "%s is given twice",
                                 edits[i].custom != NULL ? edits[i].custom
                                                         : fact_label(edits[i].field));
            }
        }
    }
    return true;
}

/* A new address is a new address, but what was said of it still holds. */
static bool print_address_news(struct call *call, int64_t member_id, enum channel channel,
                               const char *address, struct error *err)
{
    unsigned char key[TOKEN_DIGEST_SIZE];
    struct suppression *list = NULL;
    size_t count = 0;
    struct dossier_sharer *sharers = NULL;
    size_t sharer_count = 0;
    db_address_key(call->db, channel, address, key);
    if (!suppressions_list(call->db, key, SUPPRESSIONS_MOST, call->arena, &list, &count, err) ||
        !dossiers_sharers(call->db, key, member_id, call->arena, &sharers, &sharer_count, err)) {
        return error_prefix(err, "the change is stored");
    }
    const struct suppression *stop = cmd_stop_of(list, count);
    if (stop != NULL) {
        (void)printf("  %s to it are stopped: %s\n", channel == CHANNEL_SMS ? "texts" : "mails",
                     text_printable(cmd_stop_words(stop, call->arena), call->arena));
    }
    if (sharer_count > 0) {
        (void)printf(
            "  it is shared with %s\n",
            text_printable(cmd_sharer_words(sharers, sharer_count, call->arena), call->arena));
    }
    return true;
}

/* A call of member set: the member as it was, what was wished, and what came of it. */
struct setting {
    struct member *member;
    struct custom_field *customs;
    size_t custom_count;
    struct edit *edits;
    size_t count;
    struct edit_made *made;
    size_t made_count;
};

/* What was wished and is so already: "band is 6 already; e-mail is not known already". */
static void print_unchanged(const struct setting *setting, struct arena *arena)
{
    const char *before = setting->made_count == 0 ? "nothing changed: " : "unchanged: ";
    for (size_t i = 0; i < setting->count; i++) {
        const struct edit *edit = &setting->edits[i];
        const char *fact = edit->field == MEMBER_CUSTOM
                               ? arena_printf(arena, MEMBER_CUSTOM_PREFIX "%s", edit->custom)
                               : member_field_name(edit->field);
        bool changed = false;
        for (size_t j = 0; j < setting->made_count; j++) {
            changed = changed || text_equal(setting->made[j].fact, fact);
        }
        if (changed) {
            continue;
        }
        const char *label = cmd_fact_label(fact, setting->customs, setting->custom_count);
        const char *words =
            text_empty(edit->value)
                ? arena_printf(arena, "%s%s was not known", before, label)
                : arena_printf(arena, "%s%s %s %s already", before, label,
                               edit->field == MEMBER_TAGS ? "are" : "is", edit->value);
        (void)fputs(text_printable(words, arena), stdout);
        before = "; ";
    }
    (void)fputs(text_equal(before, "; ") ? "\n" : "", stdout);
}

static bool print_made(struct call *call, const struct setting *setting, struct error *err)
{
    for (size_t i = 0; i < setting->made_count; i++) {
        const struct edit_made *made = &setting->made[i];
        const char *words =
            cmd_edit_words(made, setting->customs, setting->custom_count, call->arena);
        (void)printf("%s\n", text_printable(words, call->arena));
        enum member_field field;
        bool address = made->after != NULL && member_field_parse(made->fact, &field) &&
                       (field == MEMBER_MOBILE || field == MEMBER_EMAIL);
        if (address && !print_address_news(call, setting->member->id,
                                           field == MEMBER_MOBILE ? CHANNEL_SMS : CHANNEL_EMAIL,
                                           made->after, err)) {
            return false;
        }
    }
    print_unchanged(setting, call->arena);
    return true;
}

/* Which facts were changed, for the record: not what they are. */
static bool note_made(struct call *call, const struct setting *setting, struct error *err)
{
    const char *facts = "";
    for (size_t i = 0; i < setting->made_count; i++) {
        facts =
            arena_printf(call->arena, "%s%s%s", facts, i == 0 ? "" : ", ", setting->made[i].fact);
    }
    return setting->made_count == 0 ||
           acting_note(call, NULL, "member.set", record_member(setting->member->id, call->arena),
                       facts, err);
}

bool cmd_member_set(struct call *call, struct error *err)
{
    struct setting setting = {.count = call->argument_count - 1};
    setting.edits = arena_array(call->arena, call->argument_count, sizeof *setting.edits);
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!members_find(call->db, call->arguments[0], call->arena, &setting.member, err) ||
        !custom_fields_list(call->db, call->arena, &setting.customs, &setting.custom_count, err)) {
        return false;
    }
    if (setting.member == NULL) {
        return cmd_unknown_member(call, call->arguments[0], err);
    }
    return read_edits(call, setting.member, setting.customs, setting.custom_count, setting.edits,
                      err) &&
           edits_apply(call->db, setting.member->id, setting.edits, setting.count, clock_now(),
                       call->arena, &setting.made, &setting.made_count, err) &&
           note_made(call, &setting, err) && db_commit(transaction, err) &&
           print_made(call, &setting, err);
}

static void print_removed(const char *number, const char *name,
                          const struct erasures_removed *removed)
{
    const struct {
        int64_t rows;
        const char *one;
        const char *many;
    } lines[] = {
        {removed->contacts, "address", "addresses"},
        {removed->messages, "message", "messages"},
        {removed->attempts, "attempt to hand one over", "attempts to hand them over"},
        {removed->receipts, "receipt", "receipts"},
        {removed->replies, "reply", "replies"},
        {removed->places, "place in a ballot", "places in ballots"},
        {removed->events, "change of state in a ballot", "changes of state in ballots"},
        {removed->calls, "answer to an action", "answers to actions"},
        {removed->changes, "change by an import", "changes by imports"},
        {removed->edits, "change by hand", "changes by hand"},
    };
    bool first = true;
    (void)printf("member %s%s%s%s is erased", number, name[0] == '\0' ? "" : " (", name,
                 name[0] == '\0' ? "" : ")");
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
        if (lines[i].rows > 0) {
            (void)printf("%s%7lld  %s\n", first ? ", with\n" : "", (long long)lines[i].rows,
                         lines[i].rows == 1 ? lines[i].one : lines[i].many);
            first = false;
        }
    }
    (void)fputs(first ? "\n" : "", stdout);
    (void)printf("opt-outs stay in force, and no list brings %s back"
                 " (muster member readmit lifts that)\n",
                 number);
    if (removed->places > 0) {
        (void)puts("boards of the ballots count one member fewer");
    }
    if (!removed->compacted) {
        (void)puts("pages of the store may still have copies of what once stood in them, until they"
                   " are full again: erase with --vacuum, when nothing is being sent");
    }
    if (!removed->journal_emptied) {
        (void)puts("other processes are reading the store: its -wal file is overwritten as they"
                   " go on");
    }
}

/* What people wrote is theirs to change; we say where. */
static bool print_named(struct call *call, const char *number, struct error *err)
{
    struct erasures_place *places = NULL;
    size_t count = 0;
    if (!erasures_named(call->db, number, call->arena, &places, &count, err)) {
        return error_prefix(err, "the member is erased");
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = text_printable(places[i].name, call->arena);
        (void)printf("%s %s has the number %s in its words, and keeps it%s%s%s\n", places[i].kind,
                     name, text_printable(number, call->arena),
                     text_equal(places[i].kind, "segment") ? ": muster segment set " : "",
                     text_equal(places[i].kind, "segment") ? name : "",
                     text_equal(places[i].kind, "segment") ? " WHO writes it anew" : "");
    }
    return true;
}

/* A name is not looked for: it may be a word like any other. */
static bool names_member(const char *sentence, const struct member *member, struct arena *arena)
{
    enum { SHORT = 4 }; /* a number below that may be a day or an hour */
    return (strlen(member->number) >= SHORT && strcasestr(sentence, member->number) != NULL) ||
           (!text_empty(member->mobile) && suppressions_named(sentence, member->mobile, arena)) ||
           (!text_empty(member->email) && suppressions_named(sentence, member->email, arena));
}

bool cmd_member_erase(struct call *call, struct error *err)
{
    const char *number = call->arguments[0];
    const char *reason = call_value(call, "--reason");
    struct erasures_removed removed = {0};
    struct member *member = NULL;
    if (text_empty(reason)) {
        return error_set(err, ERROR_USAGE,
                         "a member is erased only with --reason: why, without the person");
    }
    if (!members_find(call->db, number, call->arena, &member, err)) {
        return false;
    }
    if (member == NULL) {
        return cmd_unknown_member(call, number, err);
    }
    if (names_member(reason, member, call->arena)) {
        return error_set(err, ERROR_USAGE,
                         "the reason is kept when the person is gone: say it without their number,"
                         " mobile or mail address");
    }
    const struct erasures_order order = {.number = number,
                                         .reason = reason,
                                         .at = clock_now(),
                                         .compact = call_has(call, "--vacuum")};
    if (!erasures_erase(call->db, &order, &removed, err)) {
        return false;
    }
    const char *name = cmd_full_name(member->first_name, member->last_name, call->arena);
    print_removed(number, text_printable(name, call->arena), &removed);
    return print_named(call, number, err);
}

bool cmd_member_readmit(struct call *call, struct error *err)
{
    const char *number = call->arguments[0];
    bool lifted = false;
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!erasures_lift(call->db, number, &lifted, err) ||
        (lifted && !acting_note(call, NULL, "member.readmit", NULL, NULL, err)) ||
        !db_commit(transaction, err)) {
        return false;
    }
    if (!lifted) {
        return error_set(err, ERROR_DATA, "no member %s was erased", number);
    }
    (void)printf("%s comes in again with the next list that has it; opt-outs stay in force\n",
                 number);
    return true;
}
