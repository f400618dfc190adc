/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster member show: everything known of one person on one screen. For programs it is rows of fact
 * and value: what holds now, without the history. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"
#include "muster/store/members.h"

enum {
    WIDTH = 80,
    LABEL = 11, /* columns of the labels to the left, and the gap behind them */
    GAP = 2,
    LABEL_MOST = 18,
    TEXT_CEILING = 64 * 1024,
    MESSAGES_MOST = 10,
    REPLIES_MOST = 5,
    IMPORTS_MOST = 5,
    EDITS_MOST = 5,
    SHARERS_MOST = 3,
    STOPPED_MOST = 5, /* opt-outs that were lifted: who has a link can make any number */
    NAMES_ROOM = 512, /* bytes for the names of those who share an address */
};

const struct suppression *cmd_stop_of(const struct suppression *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i].lifted_at == 0 && !text_equal(list[i].kind, SUPPRESSIONS_PROMOTIONAL)) {
            return &list[i];
        }
    }
    return NULL;
}

const char *cmd_stop_words(const struct suppression *suppression, struct arena *arena)
{
    const char *day = clock_day(suppression->at, arena);
    const char *kind = suppression->kind;
    if (text_equal(kind, "stop")) {
        const bool tapped = text_equal(suppression->source, "tap");
        return arena_printf(arena, "%s on %s",
                            suppression->channel != CHANNEL_SMS ? "unsubscribed"
                            : tapped                            ? "stopped by a link"
                                                                : "said STOP",
                            day);
    }
    if (text_equal(kind, SUPPRESSIONS_PROMOTIONAL)) {
        return arena_printf(arena, "nothing promotional since %s: %s", day, suppression->reason);
    }
    if (text_equal(kind, "hold")) {
        return arena_printf(arena, "on hold since %s, until a person decides: %s", day,
                            suppression->reason);
    }
    if (text_equal(kind, "manual")) {
        return arena_printf(arena, "a person said so on %s: %s", day, suppression->reason);
    }
    if (text_equal(kind, "suspended")) {
        return arena_printf(arena, "%s: nothing from %s to %s", suppression->reason, day,
                            clock_day(suppression->ends_at, arena));
    }
    if (text_equal(kind, "bounce") || text_equal(kind, "complaint")) {
        return arena_printf(arena, "%s, on %s", suppression->reason, day);
    }
    const char *who = text_equal(kind, "roster") ? "a membership list" : kind;
    return arena_printf(arena, "by %s%s since %s: %s", who == kind ? "the " : "", who, day,
                        suppression->reason);
}

const char *cmd_unwilling_words(int64_t count, struct arena *arena)
{
    return count == 0 ? ""
                      : arena_printf(arena, ", %lld of them as %s want%s nothing promotional",
                                     (long long)count, count == 1 ? "that one" : "they",
                                     count == 1 ? "s" : "");
}

const char *cmd_full_name(const char *first, const char *last, struct arena *arena)
{
    if (text_empty(first) || text_empty(last)) {
        return text_empty(first) ? (text_empty(last) ? "" : last) : first;
    }
    return arena_printf(arena, "%s %s", first, last);
}

const char *cmd_sharer_words(const struct dossier_sharer *sharers, size_t count,
                             struct arena *arena)
{
    CLEANUP(buffer_free) struct buffer words;
    buffer_init(&words, TEXT_CEILING);
    size_t shown = count <= SHARERS_MOST + 1 ? count : SHARERS_MOST;
    for (size_t i = 0; i < shown && words.length < NAMES_ROOM; i++) {
        const char *name = cmd_full_name(sharers[i].first_name, sharers[i].last_name, arena);
        (void)buffer_printf(&words, "%s%s%s%s%s", i == 0 ? "" : ", ", sharers[i].number,
                            name[0] == '\0' ? "" : " (", name, name[0] == '\0' ? "" : ")");
    }
    if (shown < count) {
        (void)buffer_printf(&words, " and %zu others", count - shown);
    }
    return arena_text(arena, buffer_text(&words));
}

const char *cmd_fact_label(const char *fact, const struct custom_field *customs, size_t count)
{
    enum member_field field;
    if (fact_parse(fact, &field)) {
        return fact_label(field);
    }
    size_t prefix = strlen(MEMBER_CUSTOM_PREFIX);
    const char *name = strncmp(fact, MEMBER_CUSTOM_PREFIX, prefix) == 0 ? fact + prefix : fact;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(customs[i].name, name)) {
            return customs[i].heading;
        }
    }
    return name;
}

const char *cmd_edit_words(const struct edit_made *edit, const struct custom_field *customs,
                           size_t count, struct arena *arena)
{
    return arena_printf(arena, "%s: %s -> %s", cmd_fact_label(edit->fact, customs, count),
                        edit->before == NULL ? "not known" : edit->before,
                        edit->after == NULL ? "not known" : edit->after);
}

struct page {
    struct arena *arena;
    size_t indent; /* columns before what is told */
};

/* One line of what is told, broken between words where it passes the screen; what is broken stands
 * `hang` columns further to the right. */
static void put_line(const struct page *page, const char *label, size_t hang, const char *text)
{
    const char *left = text_printable(label, page->arena);
    const char *right = text_printable(text, page->arena);
    size_t used = text_width(left);
    (void)printf("%s%*s", left, (int)(used < page->indent ? page->indent - used : GAP), "");
    size_t column = used < page->indent ? page->indent : used + GAP;
    bool fresh = true;
    while (*right != '\0') {
        size_t blanks = strspn(right, " ");
        size_t length = strcspn(right + blanks, " ");
        const char *word = arena_span(page->arena, right + blanks, length);
        size_t width = text_width(word);
        if (!fresh && column + blanks + width > WIDTH) {
            (void)printf("\n%*s", (int)(page->indent + hang), "");
            column = page->indent + hang;
            blanks = 0;
        }
        (void)printf("%*s%s", (int)blanks, "", word);
        column += blanks + width;
        right += strspn(right, " ") + length;
        fresh = false;
    }
    (void)putchar('\n');
}

static void PRINTF_LIKE(4, 5)
    put(const struct page *page, const char *label, size_t hang, const char *format, ...)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, TEXT_CEILING);
    va_list values;
    va_start(values, format);
    char *room = buffer_reserve(&text, TEXT_CEILING / 2);
    int length = room == NULL ? 0 : vsnprintf(room, TEXT_CEILING / 2, format, values);
    va_end(values);
    put_line(page, label, hang, length > 0 ? room : "");
}

static void put_fact(const struct page *page, const char *label, const char *value)
{
    if (!text_empty(value)) {
        put_line(page, label, 0, value);
    }
}

static void put_more(const struct page *page, int64_t in_all, size_t shown)
{
    if (in_all > (int64_t)shown) {
        put(page, "", 0, "and %lld more", (long long)in_all - (long long)shown);
    }
}

static void put_facts(const struct page *page, const struct dossier *dossier)
{
    static const enum member_field FIELDS[] = {MEMBER_EMPLOYER, MEMBER_WORKPLACE, MEMBER_BRANCH,
                                               MEMBER_JOB,      MEMBER_BAND,      MEMBER_LANGUAGE,
                                               MEMBER_TAGS};
    const struct member *member = &dossier->member;
    struct arena *arena = page->arena;
    const char *name = cmd_full_name(member->first_name, member->last_name, arena);
    put(page, member->number, 0, "%s", name[0] == '\0' ? "(no name known)" : name);
    (void)putchar('\n');
    const char *joined =
        text_empty(member->joined) ? "" : arena_printf(arena, ", joined %s", member->joined);
    const char *absent =
        dossier->absent_from == NULL
            ? ""
            : arena_printf(arena, ", not in the whole list %s of %s", dossier->absent_from,
                           clock_day(dossier->absent_at, arena));
    put(page, "status", 0, "%s%s%s", member->status, joined, absent);
    if (dossier->restriction != NULL) {
        put(page, "restricted", 0, "kept and not used since %s: %s",
            clock_day(dossier->restriction->at, arena), dossier->restriction->reason);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        put_fact(page, fact_label(FIELDS[i]), member_get(member, FIELDS[i]));
    }
    for (size_t i = 0; i < dossier->custom_count; i++) {
        put_fact(page, dossier->customs[i].heading, dossier->customs[i].value);
    }
}

/* Whether a channel leads to the member now, and if not, why. */
static const char *reach_words(const struct dossier *dossier, enum channel channel,
                               struct arena *arena)
{
    const struct dossier_address *address = &dossier->addresses[channel];
    const char *to = address->address == NULL ? "" : address->address;
    to = address->work ? arena_printf(arena, "%s (the employer's)", to) : to;
    if (address->address == NULL) {
        bool sms = channel == CHANNEL_SMS;
        unsigned bit = sms ? MEMBER_SILENT_SMS : MEMBER_SILENT_EMAIL;
        const char *wish =
            sms ? "; the membership list says: no texts" : "; the membership list says: no mails";
        return arena_printf(arena, "no: no %s is known%s", sms ? "mobile" : "address",
                            (dossier->member.silent & bit) == 0 ? "" : wish);
    }
    const struct suppression *stop = cmd_stop_of(address->suppressions, address->suppression_count);
    if (stop != NULL) {
        return arena_printf(arena, "no, not to %s: %s", to, cmd_stop_words(stop, arena));
    }
    if (dossier->restriction != NULL) {
        return arena_printf(arena, "no, not to %s: the member is restricted", to);
    }
    if (member_is_gone(dossier->member.status)) {
        return arena_printf(arena, "to %s, but only if a segment asks for status:%s", to,
                            dossier->member.status);
    }
    return arena_printf(arena, "yes, to %s", to);
}

static void put_channel(const struct page *page, const struct dossier *dossier,
                        enum channel channel)
{
    const struct dossier_address *address = &dossier->addresses[channel];
    const struct suppression *first =
        cmd_stop_of(address->suppressions, address->suppression_count);
    put(page, channel == CHANNEL_SMS ? "texts" : "mail", GAP, "%s",
        reach_words(dossier, channel, page->arena));
    size_t lifted = 0;
    for (size_t i = 0; i < address->suppression_count; i++) {
        const struct suppression *row = &address->suppressions[i];
        lifted += row->lifted_at != 0;
        if (row->lifted_at != 0 && lifted > STOPPED_MOST) {
            continue;
        }
        if (row->lifted_at != 0) {
            put(page, "", GAP, "stopped before: %s; lifted on %s: %s",
                cmd_stop_words(row, page->arena), clock_day(row->lifted_at, page->arena),
                row->lifted_why == NULL ? "no reason given" : row->lifted_why);
        } else if (row != first) {
            put(page, "", GAP, "and %s", cmd_stop_words(row, page->arena));
        }
    }
    if (lifted > STOPPED_MOST) {
        put(page, "", GAP, "and %zu times more before that", lifted - STOPPED_MOST);
    }
    for (size_t i = 0; i < address->hearsay_count; i++) {
        const struct bounce *row = &address->hearsay[i];
        put(page, "", GAP, "a mail that proves nothing says: %s%s%s, on %s", row->class,
            text_empty(row->status) ? "" : " ", row->status, clock_day(row->at, page->arena));
    }
    if (address->sharer_count > 0) {
        put(page, "", GAP, "shared with %s",
            cmd_sharer_words(address->sharers, address->sharer_count, page->arena));
    }
}

static const char *place_words(const struct dossier_place *place, struct arena *arena)
{
    const bool planned = !text_empty(place->plan);
    const bool seated = place->unit != NULL;
    return arena_printf(arena, "%s, %s%s: %s%s%s", place->ballot,
                        seated ? "in " : "no longer entitled", seated ? place->unit : "",
                        place->state, planned ? ", means to vote on " : "",
                        planned ? place->plan : "");
}

/* "asked for another paper, passed on 2026-11-21 10:00 to the ballot office; has voted". */
static const char *paper_words(const struct dossier_paper *paper, struct arena *arena)
{
    const char *text = "asked for another paper";
    if (paper->passed_on_at != 0) {
        text = arena_printf(arena, "%s, passed on %s to %s", text,
                            clock_minute(paper->passed_on_at, arena), paper->passed_on_to);
    }
    if (paper->sent_at != 0) {
        text = arena_printf(arena, "%s, sent out %s", text, clock_minute(paper->sent_at, arena));
    }
    return paper->closed_at == 0
               ? text
               : arena_printf(arena, "%s; settled by: %s", text, paper->closed_as);
}

static void put_papers(const struct page *page, const struct dossier *dossier, int64_t ballot_id)
{
    for (size_t i = 0; i < dossier->paper_count; i++) {
        const struct dossier_paper *paper = &dossier->papers[i];
        if (paper->ballot_id == ballot_id) {
            put(page, "", 20, "  %s  %s", clock_minute(paper->asked_at, page->arena),
                text_printable(paper_words(paper, page->arena), page->arena));
        }
    }
}

static void put_ballots(const struct page *page, const struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->place_count; i++) {
        const struct dossier_place *place = &dossier->places[i];
        put(page, i == 0 ? "ballots" : "", GAP, "%s", place_words(place, page->arena));
        for (size_t j = 0; j < dossier->event_count; j++) {
            const struct dossier_event *event = &dossier->events[j];
            if (event->ballot_id == place->ballot_id) {
                bool kept = !text_equal(event->told, event->becomes);
                put(page, "", 20, "  %s  %s, told by a %s%s%s%s%s",
                    clock_minute(event->at, page->arena), event->told,
                    text_printable(event->source, page->arena),
                    event->account == NULL ? "" : ", put down by ",
                    event->account == NULL ? "" : event->account, kept ? "; it stays " : "",
                    kept ? event->becomes : "");
            }
        }
        put_papers(page, dossier, place->ballot_id);
    }
}

/* "rally: coming, with 2 more, told by a reply". */
static const char *call_words(const struct dossier_call *call, struct arena *arena)
{
    const char *guests =
        call->guests == 0 ? "" : arena_printf(arena, ", with %lld more", (long long)call->guests);
    return arena_printf(arena, "%s: %s%s, told by a %s", call->action, call->state, guests,
                        call->source);
}

static void put_calls(const struct page *page, const struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->call_count; i++) {
        const struct dossier_call *call = &dossier->calls[i];
        put(page, i == 0 ? "actions" : "", 18, "%s  %s", clock_minute(call->at, page->arena),
            text_printable(call_words(call, page->arena), page->arena));
    }
}

static void put_messages(const struct page *page, const struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->message_count; i++) {
        const struct dossier_message *message = &dossier->messages[i];
        bool told = text_equal(message->state, "withheld") ||
                    text_equal(message->state, "refused") ||
                    text_equal(message->state, "undelivered");
        put(page, i == 0 ? "messages" : "", 18, "%s  %-4s  %-11s  %s%s%s",
            clock_minute(message->at, page->arena),
            message->channel == CHANNEL_SMS ? "text" : "mail", message->state, message->campaign,
            told && message->reason != NULL ? ": " : "",
            told && message->reason != NULL ? message->reason : "");
    }
    put_more(page, dossier->messages_in_all, dossier->message_count);
}

/* What was texted back: a text that went is shown, of another it is said what became of it. */
static void put_answers(const struct page *page, const struct dossier_reply *reply, size_t room)
{
    for (size_t i = 0; i < reply->answer_count; i++) {
        const struct dossier_answer *answer = &reply->answers[i];
        const bool went =
            text_equal(answer->state, "accepted") || text_equal(answer->state, "delivered");
        const char *told = went ? answer->text : answer->reason;
        put(page, "", 18, "  %s  %s: %s", clock_minute(answer->at, page->arena),
            went ? "answered" : arena_printf(page->arena, "answer %s", answer->state),
            listing_head(text_empty(told) ? answer->kind : told, room, page->arena));
    }
}

static void put_held(const struct page *page, const struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->held_count; i++) {
        const struct dossier_held *held = &dossier->held[i];
        put(page, i == 0 ? "held out" : "", 18, "%s  of step %s of %s, to learn from",
            clock_minute(held->at, page->arena), text_printable(held->step, page->arena),
            held->campaign);
    }
}

static void put_replies(const struct page *page, const struct dossier *dossier)
{
    enum { BEFORE = 28 }; /* columns of time and meaning */
    for (size_t i = 0; i < dossier->reply_count; i++) {
        const struct dossier_reply *reply = &dossier->replies[i];
        size_t room = page->indent + BEFORE < WIDTH ? WIDTH - page->indent - BEFORE : 0;
        put(page, i == 0 ? "replies" : "", 18, "%s  %-8s  %s", clock_minute(reply->at, page->arena),
            reply->meaning, listing_head(reply->text, room, page->arena));
        put_answers(page, reply, room);
    }
    put_more(page, dossier->replies_in_all, dossier->reply_count);
}

static void put_imports(const struct page *page, const struct dossier *dossier)
{
    for (size_t i = 0; i < dossier->import_count; i++) {
        const struct dossier_import *import = &dossier->imports[i];
        put(page, i == 0 ? "imports" : "", 18, "%s  %s by %s%s",
            clock_minute(import->at, page->arena), import->brought ? "brought" : "changed",
            import->file, import->undone ? ", which was undone" : "");
    }
    put_more(page, dossier->imports_in_all, dossier->import_count);
}

static void put_edits(struct call *call, const struct page *page, const struct dossier *dossier,
                      const struct custom_field *customs, size_t custom_count)
{
    for (size_t i = 0; i < dossier->edit_count; i++) {
        put(page, i == 0 ? "by hand" : "", 18, "%s  %s",
            clock_minute(dossier->edits[i].at, page->arena),
            cmd_edit_words(&dossier->edits[i], customs, custom_count, call->arena));
    }
    put_more(page, dossier->edits_in_all, dossier->edit_count);
}

/* What there is nothing of, in one line. */
static void put_nothing(const struct page *page, const struct dossier *dossier)
{
    const struct {
        const char *what;
        size_t count;
    } groups[] = {{"ballots", dossier->place_count},
                  {"messages", dossier->message_count},
                  {"replies", dossier->reply_count},
                  {"imports", dossier->import_count},
                  {"changes by hand", dossier->edit_count}};
    CLEANUP(buffer_free) struct buffer words;
    buffer_init(&words, TEXT_CEILING);
    for (size_t i = 0; i < ARRAY_LENGTH(groups); i++) {
        if (groups[i].count == 0) {
            (void)buffer_printf(&words, "%s%s", words.length > 0 ? ", " : "", groups[i].what);
        }
    }
    put_fact(page, "nothing of", buffer_text(&words));
}

static bool print_page(struct call *call, const struct dossier *dossier, struct error *err)
{
    struct custom_field *customs = NULL;
    size_t custom_count = 0;
    if (!custom_fields_list(call->db, call->arena, &customs, &custom_count, err)) {
        return false;
    }
    size_t label = LABEL;
    for (size_t i = 0; i < dossier->custom_count; i++) {
        size_t width = text_width(dossier->customs[i].heading);
        label = width > label ? width : label;
    }
    struct page page = {call->arena, (label > LABEL_MOST ? LABEL_MOST : label) + GAP};
    put_facts(&page, dossier);
    (void)putchar('\n');
    put_channel(&page, dossier, CHANNEL_SMS);
    put_channel(&page, dossier, CHANNEL_EMAIL);
    (void)putchar('\n');
    put_ballots(&page, dossier);
    put_calls(&page, dossier);
    put_messages(&page, dossier);
    put_held(&page, dossier);
    put_replies(&page, dossier);
    put_imports(&page, dossier);
    put_edits(call, &page, dossier, customs, custom_count);
    put_nothing(&page, dossier);
    return true;
}

static void add_fact(struct listing *listing, const char *what, const char *value)
{
    if (!text_empty(value)) {
        listing_text(listing, what);
        listing_text(listing, value);
    }
}

static void add_channel(const struct dossier *dossier, enum channel channel,
                        struct listing *listing, struct arena *arena)
{
    const struct dossier_address *address = &dossier->addresses[channel];
    for (size_t i = 0; i < address->suppression_count; i++) {
        const struct suppression *row = &address->suppressions[i];
        add_fact(listing, row->lifted_at == 0 ? "suppressed" : "was suppressed",
                 arena_printf(arena, "%s, %s: %s, since %s", channel_name(channel), row->kind,
                              row->reason, clock_minute(row->at, arena)));
    }
    for (size_t i = 0; i < address->sharer_count; i++) {
        add_fact(listing, "shared with",
                 arena_printf(arena, "%s, %s", channel_name(channel), address->sharers[i].number));
    }
}

static void print_rows(struct call *call, const struct dossier *dossier)
{
    static const struct listing_column COLUMNS[] = {{"FACT", "fact", false},
                                                    {"VALUE", "value", false}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    add_fact(listing, "number", dossier->member.number);
    for (size_t i = 0; i < MEMBER_CUSTOM; i++) {
        enum member_field field = (enum member_field)i;
        add_fact(listing, fact_label(field), member_get(&dossier->member, field));
    }
    for (size_t i = 0; i < dossier->custom_count; i++) {
        add_fact(listing,
                 arena_printf(call->arena, MEMBER_CUSTOM_PREFIX "%s", dossier->customs[i].name),
                 dossier->customs[i].value);
    }
    if (dossier->restriction != NULL) {
        add_fact(listing, "restricted", dossier->restriction->reason);
    }
    add_channel(dossier, CHANNEL_SMS, listing, call->arena);
    add_channel(dossier, CHANNEL_EMAIL, listing, call->arena);
    for (size_t i = 0; i < dossier->place_count; i++) {
        const struct dossier_place *place = &dossier->places[i];
        add_fact(listing, "ballot", place_words(place, call->arena));
    }
    for (size_t i = 0; i < dossier->call_count; i++) {
        add_fact(listing, "action", call_words(&dossier->calls[i], call->arena));
    }
    for (size_t i = 0; i < dossier->held_count; i++) {
        add_fact(listing, "held out",
                 arena_printf(call->arena, "of step %s of %s, to learn from, %s",
                              dossier->held[i].step, dossier->held[i].campaign,
                              clock_minute(dossier->held[i].at, call->arena)));
    }
    listing_print(listing, call->format, "nothing");
}

/* Nobody has the number: the one member whose number differs from it only by zeros in front. */
static bool other_zeros(struct call *call, const struct dossier_limits *limits,
                        struct dossier **dossier, struct error *err)
{
    const char *number = call->arguments[0];
    struct member *member = NULL;
    struct member *second = NULL;
    if (number[0] == '\0' || number[strspn(number, "0123456789")] != '\0') {
        return true;
    }
    if (!members_alike(call->db, number, call->arena, &member, err) ||
        (member != NULL && !members_alike(call->db, member->number, call->arena, &second, err))) {
        return false;
    }
    if (member == NULL || second != NULL) {
        return true;
    }
    (void)fprintf(stderr, "there is no member %s: this is member %s\n", number, member->number);
    return dossiers_read(call->db, &scope_everybody, member->number, limits, call->arena, dossier,
                         err);
}

bool cmd_member_show(struct call *call, struct error *err)
{
    static const struct dossier_limits LIMITS = {.messages = MESSAGES_MOST,
                                                 .replies = REPLIES_MOST,
                                                 .imports = IMPORTS_MOST,
                                                 .edits = EDITS_MOST};
    struct dossier *dossier = NULL;
    if (!dossiers_read(call->db, &scope_everybody, call->arguments[0], &LIMITS, call->arena,
                       &dossier, err)) {
        return false;
    }
    if (dossier == NULL && !other_zeros(call, &LIMITS, &dossier, err)) {
        return false;
    }
    if (dossier == NULL) {
        return cmd_unknown_member(call, call->arguments[0], err);
    }
    if (call->format != LISTING_TEXT) {
        print_rows(call, dossier);
        return true;
    }
    return print_page(call, dossier, err);
}
