/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list would do, or has done: the counts, every fault, and who changes how. */
#include <string.h>

#include "console_import.h"
#include "muster/base/text.h"

enum { FAULTS_A_PAGE = 100, OPEN_MOST = 25 /* of what is not folded up */ };

/* The three kinds of faults, each a view of its own. */
static const struct {
    const char *name; /* in the query */
    const char *words;
    enum import_fault_kind kind;
} views[] = {
    {"rows", "import-show-rows", IMPORT_FAULT_ROW},
    {"cells", "import-show-cells", IMPORT_FAULT_CELL},
    {"notices", "import-show-notices", IMPORT_FAULT_NOTICE},
};

const char *console_import_delimiter(const struct console_call *call, char delimiter)
{
    return delimiter == '\t' ? console_word(call, "import-tab")
                             : arena_printf(call->arena, "%c", delimiter);
}

static size_t count_faults(const struct console_list_work *work, enum import_fault_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < work->fault_count; i++) {
        count += work->faults[i].kind == kind;
    }
    return count;
}

/* The view that is asked for; without one, the first that has something. */
static size_t find_view(const struct console_call *call, const struct console_list_work *work)
{
    const char *show = console_query(call, "show");
    for (size_t i = 0; i < ARRAY_LENGTH(views); i++) {
        if (text_equal(show, views[i].name)) {
            return i;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(views); i++) {
        if (count_faults(work, views[i].kind) > 0) {
            return i;
        }
    }
    return 0;
}

static void put_shows(struct console_call *call, const struct console_list_work *work, size_t view)
{
    struct json *shows = json_make_array();
    for (size_t i = 0; i < ARRAY_LENGTH(views); i++) {
        struct json *show = json_make_object();
        json_put_text(show, "name", views[i].name);
        json_put_text(show, "words", console_word(call, views[i].words));
        json_put_number(show, "count", (int64_t)count_faults(work, views[i].kind));
        json_put_flag(show, "here", i == view);
        json_append(shows, show);
    }
    json_put(call->values, "shows", shows);
    json_put_text(call->values, "show", views[view].name);
}

static struct json *make_fault(const struct console_list_fault *fault)
{
    struct json *values = json_make_object();
    json_put_number(values, "line", fault->line);
    json_put_text(values, "column", fault->column);
    json_put_text(values, "cell", fault->cell);
    json_put_text(values, "reason", fault->reason);
    return values;
}

static void put_faults(struct console_call *call, const struct console_list_work *work)
{
    int64_t page = 1;
    const size_t view = find_view(call, work);
    const size_t count = count_faults(work, views[view].kind);
    const size_t pages = (count + FAULTS_A_PAGE - 1) / FAULTS_A_PAGE;
    if (!text_number(console_query(call, "page"), 1, (int64_t)pages, &page)) {
        page = 1;
    }
    const size_t first = (size_t)(page - 1) * FAULTS_A_PAGE;
    struct json *faults = json_make_array();
    size_t at = 0;
    for (size_t i = 0; i < work->fault_count && at < first + FAULTS_A_PAGE; i++) {
        if (work->faults[i].kind == views[view].kind && at++ >= first) {
            json_append(faults, make_fault(&work->faults[i]));
        }
    }
    put_shows(call, work, view);
    json_put(call->values, "faults", faults);
    if (page > 1) {
        json_put_number(call->values, "earlier", page - 1);
    }
    if ((size_t)page < pages) {
        json_put_number(call->values, "later", page + 1);
    }
}

static struct json *make_facts(const struct console_list_change *change)
{
    struct json *facts = json_make_array();
    for (size_t i = 0; i < change->fact_count; i++) {
        struct json *fact = json_make_object();
        json_put_text(fact, "fact", change->facts[i].fact);
        json_put_text(fact, "before", change->facts[i].before);
        json_put_text(fact, "now", change->facts[i].now);
        json_append(facts, fact);
    }
    return facts;
}

/* What happens to members, kind by kind. */
static struct json *make_changes(const struct console_call *call,
                                 const struct console_list_work *work,
                                 enum import_difference_kind kind)
{
    static const char *const words[] = {
        [IMPORT_DIFFERENCE_JOINED] = "import-changes-added",
        [IMPORT_DIFFERENCE_CHANGED] = "import-changes-changed",
        [IMPORT_DIFFERENCE_ABSENT] = "import-changes-left",
    };
    const struct console_list_changes *changes = &work->changes[kind];
    struct json *values = json_make_object();
    struct json *members = json_make_array();
    for (size_t i = 0; i < changes->count && i < CONSOLE_LIST_CHANGES_MOST; i++) {
        const struct console_list_change *change = &changes->shown[i];
        struct json *member = json_make_object();
        json_put_number(member, "line", change->line);
        json_put_text(member, "number", change->number);
        json_put_text(member, "who", change->name);
        json_put(member, "facts", make_facts(change));
        json_append(members, member);
    }
    json_put_text(values, "words", console_word(call, words[kind]));
    json_put_number(values, "count", (int64_t)changes->count);
    json_put_flag(values, "lines", kind != IMPORT_DIFFERENCE_ABSENT);
    json_put_flag(values, "with_facts", kind == IMPORT_DIFFERENCE_CHANGED);
    json_put_flag(values, "open", changes->count <= OPEN_MOST);
    json_put_flag(values, "more", changes->count > CONSOLE_LIST_CHANGES_MOST);
    json_put(values, "members", members);
    return values;
}

static void put_changes(struct console_call *call, const struct console_list_work *work)
{
    static const enum import_difference_kind kinds[] = {
        IMPORT_DIFFERENCE_CHANGED, IMPORT_DIFFERENCE_ABSENT, IMPORT_DIFFERENCE_JOINED};
    struct json *list = json_make_array();
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (work->changes[kinds[i]].count > 0) {
            json_append(list, make_changes(call, work, kinds[i]));
        }
    }
    json_put(call->values, "changes", list);
}

static void put_heads(const struct console_call *call, struct json *list, const char *word,
                      const char *const *heads, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(call->arena, "%s%s%s", text, i == 0 ? "" : ", ",
                            console_list_work_excerpt(heads[i], call->arena));
    }
    if (count > 0) {
        struct json *values = json_make_object();
        json_put_text(values, "words", console_word(call, word));
        json_put_text(values, "list", text);
        json_append(list, values);
    }
}

static void put_columns(struct console_call *call, const struct import_report *report)
{
    struct json *list = json_make_array();
    put_heads(call, list, "import-unused", report->unused, report->unused_count);
    put_heads(call, list, "import-unclear", report->unclear, report->unclear_count);
    put_heads(call, list, "import-kept-columns", report->kept, report->kept_count);
    put_heads(call, list, "import-left-out", report->left_out, report->left_out_count);
    json_put(call->values, "heads", list);
}

static void put_details(struct console_call *call, const struct import_report *report)
{
    struct import_detail details[IMPORT_DETAILS_MOST];
    const size_t count = import_details(report, details);
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_put_number(values, "count", details[i].count);
        json_put_text(
            values, "words",
            console_word(call, arena_printf(call->arena, "import-detail-%s", details[i].key)));
        json_append(list, values);
    }
    json_put(call->values, "details", list);
}

static void put_counts(struct console_call *call, const struct import_report *report)
{
    struct json *values = call->values;
    json_put_number(values, "rows", report->import.rows);
    json_put_number(values, "joined", report->import.joined);
    json_put_number(values, "changed", report->import.changed);
    json_put_number(values, "unchanged", report->import.unchanged);
    json_put_number(values, "refused", report->import.refused);
    json_put_number(values, "total", report->total);
    json_put_text(values, "encoding", report->encoding);
    json_put_text(values, "delimiter", console_import_delimiter(call, report->delimiter));
    json_put_number(values, "header_line", report->header_line);
    put_details(call, report);
    put_columns(call, report);
}

/* What is to be confirmed before such a list is brought in. */
static void put_warnings(struct console_call *call, const struct import_report *report)
{
    struct json *values = call->values;
    if (report->too_many_leave) {
        json_put_number(values, "leavers", console_list_work_leavers(report));
        json_put_number(values, "departed", report->import.departed);
        json_put_number(values, "members", report->members);
    }
    if (report->too_many_renamed) {
        json_put_number(values, "renamed", console_list_work_renamed(report));
        json_put_number(values, "renamed_count", report->renamed);
        json_put_number(values, "known", report->known);
    }
}

bool console_import_show_result(struct console_call *call, struct console_list *list,
                                const struct console_list_work *work, const char *fault,
                                struct error *err)
{
    const bool applied = list->step == CONSOLE_LIST_APPLIED;
    if (applied) {
        console_list_close(list); /* its bytes have done what they were sent for */
        json_put_number(call->values, "import_id", work->report.import.id);
    } else {
        put_warnings(call, &work->report);
    }
    json_put_flag(call->values, "applied", applied);
    struct json *files = json_make_object();
    json_put_flag(files, "has_refused", work->report.errors_written);
    json_put_flag(files, "has_changes",
                  work->report.import.joined + work->report.import.changed +
                          work->report.import.departed >
                      0);
    json_put(call->values, "files", files);
    if (work->reading.whole && work->reading.within[0] != '\0' &&
        !console_put_doubts(call, work->reading.within, call->values, err)) {
        return false;
    }
    put_counts(call, &work->report);
    put_faults(call, work);
    put_changes(call, work);
    if (fault != NULL) {
        json_put_text(call->values, "fault", fault);
    }
    return console_answer(call, "import-result.html", "members", err);
}
