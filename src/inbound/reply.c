/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking replies; see reply.h. */
#include "muster/inbound/reply.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/model/keyword.h"
#include "muster/model/question.h"
#include "muster/store/answers.h"
#include "muster/store/assignments.h"
#include "muster/store/attendees.h"
#include "muster/store/ballots.h"
#include "muster/store/suppressions.h"

enum {
    JOINED_MAX = 2 * 1024 * 1024, /* more than the parts of one text can have */
    FIRST_DATE = 19700101,        /* where an instant has no local day */
};

static bool suppress(struct db *db, enum channel channel, const unsigned char *address_key,
                     const char *kind, const char *reason, int64_t now, struct error *err)
{
    struct suppression suppression = {
        .channel = channel,
        .kind = kind,
        .source = "reply",
        .reason = reason,
        .at = now,
    };
    memcpy(suppression.address_key, address_key, sizeof suppression.address_key);
    return suppressions_add(db, &suppression, err);
}

static bool suppress_texts(struct db *db, const struct reply *reply, const char *kind,
                           const char *reason, int64_t now, struct error *err)
{
    return suppress(db, CHANNEL_SMS, reply->address_key, kind, reason, now, err);
}

/* Who says STOP after something doubtful has decided it: there is nothing left to hold. */
static bool stop(struct db *db, const struct reply *reply, int64_t now, struct error *err)
{
    int64_t lifted = 0;
    return suppress_texts(db, reply, "stop", "a reply asked for no more texts", now, err) &&
           suppressions_lift(db, reply->address_key, "hold", "the same number said STOP", now,
                             &lifted, err) &&
           answers_confirm(db, reply, now, err);
}

/* What a person who wrote has asked for before, taken back. Who has chosen to have nothing
 * promotional, and then said STOP, has that choice again; where there was nothing else, it is this
 * choice that START takes back: it can mean nothing else. */
static bool lift(struct db *db, const unsigned char *address_key, const char *why, int64_t now,
                 struct error *err)
{
    int64_t stops = 0;
    int64_t holds = 0;
    int64_t choices = 0;
    return suppressions_lift(db, address_key, "stop", why, now, &stops, err) &&
           suppressions_lift(db, address_key, "hold", why, now, &holds, err) &&
           (stops + holds > 0 ||
            suppressions_lift(db, address_key, SUPPRESSIONS_PROMOTIONAL, why, now, &choices, err));
}

static bool mark(struct db *db, const struct reply *reply, int64_t now, struct error *err)
{
    if (reply->member_id == 0 || reply->ballot_id == 0) {
        return true;
    }
    const char *becomes = NULL;
    return ballots_mark(db, reply->ballot_id, reply->member_id, reply->meaning, "reply", now,
                        &becomes, err);
}

/* Whether they come, to the action that the message was about. */
static bool attend(struct db *db, const struct reply *reply, struct question_heard heard,
                   int64_t now, struct error *err)
{
    const struct attendee_answer answer = {.state = keyword_name(heard.meaning),
                                           .guests = heard.guests,
                                           .source = "reply",
                                           .outbox_id = reply->outbox_id,
                                           .at = now};
    return reply->member_id == 0 || reply->action_id == 0 ||
           attendees_mark(db, reply->action_id, reply->member_id, &answer, err);
}

static bool plan(struct db *db, const struct reply *reply, int days, struct error *err)
{
    struct clock_stretch day;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (reply->member_id == 0 || reply->ballot_id == 0 || !clock_stretch(reply->at, &day)) {
        return true;
    }
    const int date = calendar_date(calendar_day(day.date) + days);
    return ballots_plan(db, reply->ballot_id, reply->member_id, calendar_text(date, arena), err);
}

static bool act(struct db *db, const struct reply *reply, struct question_heard heard, int64_t now,
                struct error *err)
{
    switch (heard.meaning) {
    case KEYWORD_STOP: return stop(db, reply, now, err);
    case KEYWORD_HOLD:
        return suppress_texts(db, reply, "hold", "a reply may have asked for no more texts", now,
                              err);
    case KEYWORD_START:
        return lift(db, reply->address_key, "the same number asked for texts", now, err);
    case KEYWORD_VOTED:
    case KEYWORD_NO_PAPER:
    case KEYWORD_DECLINED: return mark(db, reply, now, err);
    case KEYWORD_PLAN: return plan(db, reply, heard.days, err);
    case KEYWORD_COMING:
    case KEYWORD_MAYBE:
    case KEYWORD_CANNOT: return attend(db, reply, heard, now, err);
    case KEYWORD_HELP: return answers_help(db, reply, now, err);
    case KEYWORD_OTHER: return true;
    }
    return true;
}

/* The graver of two meanings: nobody who asked for silence in one part has taken it back in the
 * next. */
static enum keyword graver(enum keyword a, enum keyword b)
{
    if (a == KEYWORD_STOP || b == KEYWORD_STOP) {
        return KEYWORD_STOP;
    }
    return a == KEYWORD_HOLD || b == KEYWORD_HOLD ? KEYWORD_HOLD : b;
}

/* The parts that stand around one without a gap, joined. */
static void join_around(const struct reply_part *part, const struct inbox_part *parts, size_t count,
                        struct buffer *text)
{
    size_t from = 0;
    while (from + 1 < count && parts[from].number != part->number) {
        from++;
    }
    size_t to = from + 1;
    while (from > 0 && parts[from - 1].number == parts[from].number - 1) {
        from--;
    }
    while (to < count && parts[to].number == parts[to - 1].number + 1) {
        to++;
    }
    for (size_t i = from; i < to; i++) {
        (void)buffer_puts(text, parts[i].text);
    }
}

/* What a person reads: all that is here, with a sign for each gap. */
static void join_all(const struct inbox_part *parts, size_t count, int64_t total,
                     struct buffer *text)
{
    static const char GAP[] = "[...]";
    int64_t next = 1;
    for (size_t i = 0; i < count; i++) {
        (void)buffer_puts(text, parts[i].number == next ? "" : GAP);
        (void)buffer_puts(text, parts[i].text);
        next = parts[i].number + 1;
    }
    (void)buffer_puts(text, next > total ? "" : GAP);
}

/* What these words of a reply mean, after what the message before it has asked. */
static struct question_heard hear(const struct reply *reply, const char *text)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct clock_stretch day = {.date = 0};
    struct question question;
    question_parse(reply->asks, arena, &question);
    return question_hear(&question, text, clock_stretch(reply->at, &day) ? day.date : FIRST_DATE);
}

/* Write down what the parts that are here say together, and do what is new in it. */
static bool take_together(struct db *db, struct reply *reply, const struct inbox_part *parts,
                          size_t count, int64_t now, struct error *err)
{
    CLEANUP(buffer_free) struct buffer around;
    CLEANUP(buffer_free) struct buffer all;
    buffer_init(&around, JOINED_MAX);
    buffer_init(&all, JOINED_MAX);
    join_around(&reply->part, parts, count, &around);
    join_all(parts, count, reply->part.total, &all);
    const enum keyword before = keyword_named(reply->meaning);
    const struct question_heard together = hear(reply, buffer_text(&around));
    const enum keyword heard = graver(keyword_classify(reply->text), together.meaning);
    const bool whole = count == (size_t)reply->part.total;
    const bool silence = heard == KEYWORD_STOP || heard == KEYWORD_HOLD;
    const enum keyword meaning = graver(before, whole || silence ? heard : KEYWORD_OTHER);
    const char *own = reply->text;
    reply->meaning = keyword_name(meaning);
    reply->text = buffer_text(&all);
    const bool revised =
        inbox_revise_reply(db, reply, err) && assignments_arrive(db, reply->id, err);
    reply->text = own;
    const struct question_heard said = {
        .meaning = meaning, .days = together.days, .guests = together.guests};
    return revised && (meaning == before || act(db, reply, said, now, err));
}

/* A part is understood by itself, and with those beside it: a word may be cut in two. A wish for
 * silence is heard at once, in whichever part it stands; anything else when the text is whole, as
 * the answer to what was asked before its first part. */
static bool take_part(struct db *db, struct reply *reply, int64_t now, bool *fresh,
                      struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct inbox_part *parts = NULL;
    size_t count = 0;
    if (!inbox_put_part(db, reply, arena, &parts, &count, fresh, err)) {
        return false;
    }
    if (*fresh) {
        const bool taken = take_together(db, reply, parts, count, now, err);
        reply->asks = NULL; /* it ends with the arena */
        return taken;
    }
    const bool known = !text_empty(reply->meaning); /* else it had come as a whole text before */
    reply->meaning =
        keyword_name(known ? keyword_named(reply->meaning) : keyword_classify(reply->text));
    return true;
}

bool reply_take(struct db *db, struct reply *reply, int64_t now, bool *fresh, struct error *err)
{
    db_address_key(db, CHANNEL_SMS, reply->address, reply->address_key);
    if (reply->part.total > 0) {
        return take_part(db, reply, now, fresh, err);
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    bool first = false;
    if (!inbox_find_writer(db, reply, arena, err)) {
        return false;
    }
    const struct question_heard heard = hear(reply, reply->text);
    reply->asks = NULL; /* it ends with the arena */
    reply->meaning = keyword_name(heard.meaning);
    if (!inbox_put_reply(db, reply, &first, err)) {
        return false;
    }
    if (first && (!assignments_arrive(db, reply->id, err) || !act(db, reply, heard, now, err))) {
        return false;
    }
    *fresh = first;
    return true;
}

enum keyword reply_keyword_of_mail(const char *text, struct arena *arena)
{
    const char *begin = text + strspn(text, " \t\r\n");
    const char *blank = strstr(begin, "\n\n");
    const size_t paragraph = blank == NULL ? strlen(begin) : (size_t)(blank - begin);
    const size_t heads[] = {strlen(begin), paragraph, strcspn(begin, "\r\n")};
    enum keyword found = KEYWORD_OTHER;
    for (size_t i = 0; i < ARRAY_LENGTH(heads); i++) {
        enum keyword keyword = keyword_classify(arena_span(arena, begin, heads[i]));
        const bool silence = keyword == KEYWORD_STOP || keyword == KEYWORD_HOLD;
        found = silence || found == KEYWORD_OTHER ? graver(found, keyword) : found;
    }
    return found;
}

static bool act_on_mail(struct db *db, const struct reply_mail *mail, int64_t now,
                        struct error *err)
{
    const struct reply *reply = mail->reply;
    const bool certain = mail->sent_to != NULL;
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    db_address_key(db, CHANNEL_EMAIL, certain ? mail->sent_to : reply->address, key);
    switch (mail->keyword) {
    case KEYWORD_STOP:
        return suppress(db, CHANNEL_EMAIL, key, "stop", "a mail asked for no more mails", now,
                        err) &&
               suppressions_lift(db, key, "hold", "a mail asked for no more mails", now, &lifted,
                                 err);
    case KEYWORD_HOLD:
        return suppress(db, CHANNEL_EMAIL, key, "hold",
                        certain ? "a mail may have asked for no more mails" : REPLY_UNPROVEN, now,
                        err);
    case KEYWORD_START: return !certain || lift(db, key, "a reply asked for mails again", now, err);
    case KEYWORD_VOTED:
    case KEYWORD_NO_PAPER:
    case KEYWORD_DECLINED: return !certain || mark(db, reply, now, err);
    case KEYWORD_PLAN:
    case KEYWORD_COMING:
    case KEYWORD_MAYBE:
    case KEYWORD_CANNOT:
    case KEYWORD_HELP:
    case KEYWORD_OTHER: return true;
    }
    return true;
}

bool reply_take_mail(struct db *db, const struct reply_mail *mail, int64_t now, bool *fresh,
                     struct error *err)
{
    struct reply *reply = mail->reply;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    bool first = false;
    reply->meaning = keyword_name(mail->keyword);
    const bool found = inbox_find_writer(db, reply, arena, err);
    reply->asks = NULL; /* it ends with the arena */
    if (!found || !inbox_put_reply(db, reply, &first, err)) {
        return false;
    }
    if (first && (!assignments_arrive(db, reply->id, err) ||
                  (!mail->stranger && !act_on_mail(db, mail, now, err)))) {
        return false;
    }
    *fresh = first;
    return true;
}

/* Those of a ballot's. */
static bool is_state(enum keyword keyword)
{
    return keyword == KEYWORD_VOTED || keyword == KEYWORD_NO_PAPER || keyword == KEYWORD_DECLINED;
}

bool reply_correctable(const char *meaning)
{
    const enum keyword before = keyword_named(meaning);
    return text_equal(meaning, keyword_name(before)) &&
           (before == KEYWORD_OTHER || before == KEYWORD_HOLD || is_state(before));
}

/* Do what a person has understood. */
static bool act_for_person(struct db *db, const struct reply *reply, enum keyword before,
                           enum keyword meaning, const char *account, int64_t now,
                           struct error *err)
{
    static const char WHY[] = "a person has read the reply, and decided";
    const char *becomes = NULL;
    int64_t lifted = 0;
    struct suppression leave = {.channel = reply->channel,
                                .kind = "manual",
                                .source = "person",
                                .reason = "a person has read the reply as a wish to leave",
                                .at = now};
    memcpy(leave.address_key, reply->address_key, sizeof leave.address_key);
    const bool placed = reply->member_id != 0 && reply->ballot_id != 0;
    const char *state = is_state(meaning) ? keyword_name(meaning) : "unknown";
    return (meaning != KEYWORD_STOP || suppressions_add(db, &leave, err)) &&
           (before != KEYWORD_HOLD ||
            suppressions_lift(db, reply->address_key, "hold", WHY, now, &lifted, err)) &&
           (!placed || (!is_state(meaning) && !is_state(before)) ||
            ballots_put_down(db, reply->ballot_id, reply->member_id, state, account, now, &becomes,
                             err));
}

bool reply_correct(struct db *db, int64_t id, enum keyword meaning, const char *account,
                   int64_t now, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct inbox_choice choice = {.id = id, .limit = 1};
    struct reply *reply = NULL;
    size_t count = 0;
    if (!inbox_replies(db, &choice, arena, &reply, &count, err)) {
        return false;
    }
    if (count == 0) {
        return error_set(err, ERROR_NO_INPUT, "there is no such reply");
    }
    if (!reply_correctable(reply->meaning) ||
        (meaning != KEYWORD_STOP && meaning != KEYWORD_OTHER && !is_state(meaning))) {
        return error_set(err, ERROR_DATA, "what this reply was taken for cannot be changed here");
    }
    const enum keyword before = keyword_named(reply->meaning);
    reply->meaning = keyword_name(meaning);
    return before == meaning || (inbox_revise_reply(db, reply, err) &&
                                 act_for_person(db, reply, before, meaning, account, now, err) &&
                                 assignments_arrive(db, id, err));
}

bool reply_silences(const struct reply *reply)
{
    return text_equal(reply->meaning, keyword_name(KEYWORD_STOP)) ||
           text_equal(reply->meaning, keyword_name(KEYWORD_HOLD));
}
