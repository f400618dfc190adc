/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members: found by whatever is known of them, or chosen by facts. What is chosen in the form is
 * put into the words of the segment language, which are shown, can be changed, and are what counts:
 * so whoever filters learns the words, and a segment is saved as it was seen. */
#include <string.h>

#include "console_counts.h"
#include "console_inbox.h"
#include "console_people.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"
#include "muster/model/who.h"
#include "muster/store/segments.h"
#include "muster/store/values.h"

enum { PAGE_ROWS = 50, VALUES_MOST = 150, DOUBTS_MOST = 5 };

static const char NO_FILTER[] = "everyone";

/* A field of the filter: its name in the form, and in the segment language; and whose values are
 * offered. */
static const struct filter_field {
    const char *name;
    const char *who;
    enum member_field values;
} fields[] = {
    {"employer", "employer", MEMBER_EMPLOYER}, {"workplace", "workplace", MEMBER_WORKPLACE},
    {"in_branch", "branch", MEMBER_BRANCH},    {"job", "job", MEMBER_JOB},
    {"status", "status", MEMBER_STATUS},       {"band", "band", MEMBER_CUSTOM},
    {"language", "lang", MEMBER_CUSTOM},       {"tag", "tag", MEMBER_CUSTOM},
};

/* A field of a form that was posted, or of the query. */
static const char *asked(const struct console_call *call, const char *name)
{
    return text_equal(call->request->method, "POST") ? console_field(call, name)
                                                     : console_query(call, name);
}

/* One more condition. */
static void join(const struct console_call *call, const char **words, const char *term)
{
    *words = (*words)[0] == '\0' ? term : arena_printf(call->arena, "%s and %s", *words, term);
}

/* A band may be a range, "5..6", which is one only without quotation marks. */
static const char *term_of(const struct console_call *call, const struct filter_field *field,
                           const char *value)
{
    const bool range =
        text_equal(field->who, "band") && strspn(value, "0123456789.<>=abcd") == strlen(value);
    return range ? arena_printf(call->arena, "band:%s", value)
                 : who_term(field->who, value, call->arena);
}

static bool join_choice(const struct console_call *call, const char *name,
                        const char *const choices[], const char *const terms[], const char **words)
{
    const char *value = asked(call, name);
    if (value[0] == '\0') {
        return true;
    }
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (text_equal(choices[i], value)) {
            join(call, words, terms[i]);
            return true;
        }
    }
    return false;
}

/* The words that are asked for: those that somebody has written, or those of the form's fields.
 * ERROR_DATA when a field cannot be said. */
static bool read_words(const struct console_call *call, const char **words, struct error *err)
{
    static const char *const reaches[] = {"sms", "email", "any", "none", NULL};
    static const char *const reach_terms[] = {"reachable:sms", "reachable:email", "reachable:any",
                                              "not reachable:any"};
    static const char *const states[] = {"unknown",  "voted",      "no-paper",
                                         "declined", "ineligible", NULL};
    const char *written = asked(call, "who");
    *words = "";
    if (written[0] != '\0') {
        *words = written;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const char *value = asked(call, fields[i].name);
        const char *term = value[0] == '\0' ? "" : term_of(call, &fields[i], value);
        if (term == NULL) {
            return error_set(err, ERROR_DATA, "%s: %s", console_word(call, fields[i].who),
                             console_word(call, "value-not-said"));
        }
        if (term[0] != '\0') {
            join(call, words, term);
        }
    }
    if (!join_choice(call, "reach", reaches, reach_terms, words) ||
        !join_choice(call, "state", states, states, words)) {
        return error_set(err, ERROR_DATA, "%s", console_word(call, "value-not-said"));
    }
    *words = (*words)[0] == '\0' ? NO_FILTER : *words;
    return true;
}

/* The ballot that states are of; id 0: the one that closes last. */
static bool read_ballot(struct console_call *call, int64_t *id, struct error *err)
{
    struct ballot *ballot = NULL;
    const char *name = asked(call, "ballot");
    *id = 0;
    if (name[0] == '\0') {
        return true;
    }
    if (!console_ballot_of(call, name, &ballot, err)) {
        return false;
    }
    *id = ballot->id;
    return true;
}

/* Values that nobody has: most likely slips. */
static bool put_doubts(struct console_call *call, const char *words, struct error *err)
{
    struct segment_doubt *doubts = NULL;
    size_t count = 0;
    if (!segments_doubts(call->console->db, words, DOUBTS_MOST, call->arena, &doubts, &count,
                         err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *doubt = json_make_object();
        json_put_text(doubt, "value", doubts[i].value);
        json_put_text(doubt, "near", doubts[i].range != NULL ? doubts[i].range : doubts[i].near);
        json_append(list, doubt);
    }
    json_put(call->values, "doubts", list);
    return true;
}

/* How many the words mean. What is wrong with the words is said, and is no failure. */
static bool put_count(struct console_call *call, const char *words, int64_t ballot_id, bool *good,
                      struct error *err)
{
    struct segments_size size;
    struct error fault = {.kind = ERROR_NONE};
    *good = console_counts_size(call->console->counts, words, ballot_id, &size, &fault) &&
            put_doubts(call, words, &fault);
    json_put_text(call->values, "words", words);
    if (*good) {
        json_put_number(call->values, "count", size.members);
        json_put_number(call->values, "by_sms", size.sms);
        json_put_number(call->values, "by_email", size.email);
        json_put_flag(call->values, "counted", true);
        return true;
    }
    json_put_text(call->values, "words_fault", fault.text);
    return fault.kind == ERROR_DATA || error_set(err, fault.kind, "%s", fault.text);
}

/* The count alone, while somebody types. */
bool console_count_members(struct console_call *call, struct error *err)
{
    int64_t ballot_id = 0;
    bool good = false;
    const char *words = "";
    struct error fault = {.kind = ERROR_NONE};
    if (!read_words(call, &words, &fault) || !read_ballot(call, &ballot_id, &fault)) {
        json_put_text(call->values, "words_fault", fault.text);
    } else if (!put_count(call, words, ballot_id, &good, err)) {
        return false;
    }
    return console_answer_part(call, "members-count-part.html", err);
}

static bool put_found(struct console_call *call, const char *find, struct error *err)
{
    if (!console_put_members_found(call, find, err)) {
        return false;
    }
    json_put_flag(call->values, "listed", true);
    json_put_flag(call->values, "asked_for", true);
    return true;
}

/* Who is found, alone, while somebody types. */
bool console_find_members(struct console_call *call, struct error *err)
{
    const char *find = console_field(call, "find");
    return (find[0] == '\0' || put_found(call, find, err)) &&
           console_answer_part(call, "members-part.html", err);
}

/* The query of this page without where its list begins. */
static const char *query_without_after(const struct console_call *call, const char *words)
{
    const char *ballot = asked(call, "ballot");
    return arena_printf(
        call->arena, "who=%s%s%s", console_member_key(words, call->arena),
        ballot[0] == '\0' ? "" : "&ballot=", console_member_key(ballot, call->arena));
}

static bool put_page(struct console_call *call, const char *words, int64_t ballot_id,
                     struct error *err)
{
    struct member *members = NULL;
    size_t count = 0;
    const struct segments_page page = {.after = asked(call, "after"), .limit = PAGE_ROWS + 1};
    if (!segments_page(call->console->db, &call->scope, words, ballot_id, &page, call->arena,
                       &members, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count && i < PAGE_ROWS; i++) {
        json_append(list, console_member_row(call, &members[i]));
    }
    json_put(call->values, "members", list);
    json_put_flag(call->values, "listed", true);
    if (count > PAGE_ROWS) {
        json_put_text(call->values, "next",
                      arena_printf(call->arena, "%s&after=%s", query_without_after(call, words),
                                   console_member_key(members[PAGE_ROWS - 1].number, call->arena)));
    }
    return true;
}

/* The fields of the filter as they were sent, and what may be put in. */
static bool put_fields(struct console_call *call, struct error *err)
{
    struct json *list = json_make_array();
    json_put(call->values, "fields", list);
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const char *const *values = NULL;
        size_t count = 0;
        struct json *field = json_make_object();
        json_append(list, field);
        json_put_text(field, "field", fields[i].name);
        json_put_text(field, "label", console_word(call, fields[i].who));
        json_put_text(field, "value", asked(call, fields[i].name));
        if (!values_of(fields[i].values)) {
            continue;
        }
        if (!values_list(call->console->db, fields[i].values, VALUES_MOST, call->arena, &values,
                         &count, err)) {
            return false;
        }
        struct json *offered = json_make_array();
        for (size_t k = 0; k < count; k++) {
            struct json *value = json_make_object();
            json_put_text(value, "is", values[k]);
            json_append(offered, value);
        }
        json_put(field, "offered", offered);
        json_put_flag(field, "offers", count > 0);
    }
    return true;
}

static void put_options(struct console_call *call, const char *name, const char *const *options)
{
    struct json *list = json_make_array();
    for (size_t i = 0; options[i] != NULL; i++) {
        struct json *option = json_make_object();
        json_put_text(option, "is", options[i]);
        json_put_text(option, "label",
                      console_word(call, arena_printf(call->arena, "%s-%s", name, options[i])));
        json_put_flag(option, "chosen", text_equal(asked(call, name), options[i]));
        json_append(list, option);
    }
    json_put(call->values, arena_printf(call->arena, "%s_options", name), list);
}

static bool put_choices(struct console_call *call, struct error *err)
{
    static const char *const reaches[] = {"sms", "email", "any", "none", NULL};
    static const char *const states[] = {"unknown",  "voted",      "no-paper",
                                         "declined", "ineligible", NULL};
    struct ballot *ballots = NULL;
    size_t count = 0;
    put_options(call, "reach", reaches);
    put_options(call, "state", states);
    if (!ballots_list(call->console->db, call->arena, &ballots, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *ballot = json_make_object();
        json_put_text(ballot, "ballot", ballots[i].name);
        json_put_text(ballot, "title", ballots[i].title);
        json_put_flag(ballot, "chosen", text_equal(asked(call, "ballot"), ballots[i].name));
        json_append(list, ballot);
    }
    json_put(call->values, "ballot_options", list);
    return true;
}

/* The page for staff, of what was asked for. */
static bool show(struct console_call *call, struct error *err)
{
    const char *find = asked(call, "find");
    const char *words = "";
    int64_t ballot_id = 0;
    bool good = false;
    struct error fault = {.kind = ERROR_NONE};
    json_put_text(call->values, "find", find);
    json_put_flag(call->values, "may_save", console_may(call, CONSOLE_WRITERS));
    if (!put_fields(call, err) || !put_choices(call, err)) {
        return false;
    }
    if (find[0] != '\0') {
        return put_found(call, find, err) && console_answer(call, "members.html", "members", err);
    }
    if (!read_words(call, &words, &fault) || !read_ballot(call, &ballot_id, &fault)) {
        json_put_text(call->values, "words_fault", fault.text);
        json_put_flag(call->values, "filtered", true);
        return console_answer(call, "members.html", "members", err);
    }
    json_put_flag(call->values, "filtered", !text_equal(words, NO_FILTER));
    json_put_flag(call->values, "asked_for",
                  !text_equal(words, NO_FILTER) || asked(call, "after")[0] != '\0');
    json_put_text(call->values, "ballot", asked(call, "ballot"));
    return put_count(call, words, ballot_id, &good, err) &&
           (!good || put_page(call, words, ballot_id, err)) &&
           console_answer(call, "members.html", "members", err);
}

bool console_show_members(struct console_call *call, struct error *err)
{
    return console_may(call, CONSOLE_STAFF) ? show(call, err) : console_show_mine_found(call, err);
}

bool console_show_segments(struct console_call *call, struct error *err)
{
    struct segment *segments = NULL;
    size_t count = 0;
    if (!segments_list(call->console->db, call->arena, &segments, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *segment = json_make_object();
        json_put_text(segment, "segment", segments[i].name);
        json_put_text(segment, "who", segments[i].who);
        json_put_text(segment, "who_key", console_member_key(segments[i].who, call->arena));
        json_append(list, segment);
    }
    json_put(call->values, "segments", list);
    return console_answer(call, "segments.html", "members", err);
}

/* Save the words under a name. What is wrong with either is said on the page of the members, with
 * what was written. */
bool console_save_segment(struct console_call *call, struct error *err)
{
    struct db *db = call->console->db;
    struct error fault = {.kind = ERROR_NONE};
    const char *name = console_field(call, "segment");
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (segments_put(db, name, console_field(call, "who"), &fault)) {
        return console_note(call, "segment.set", name, NULL, err) && db_commit(transaction, err) &&
               console_go(call, "/segments", "done-segment");
    }
    db_rollback(&transaction);
    if (fault.kind != ERROR_DATA) {
        return error_set(err, fault.kind, "%s", fault.text);
    }
    json_put_text(call->values, "segment", name);
    json_put_text(call->values, "segment_fault", fault.text);
    return show(call, err);
}
