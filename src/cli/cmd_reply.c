/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster reply. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "lines.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/dispatch/response.h"
#include "muster/model/keyword.h"
#include "muster/store/answers.h"
#include "muster/store/assignments.h"
#include "muster/store/dossiers.h"
#include "muster/store/inbox.h"
#include "muster/store/members.h"
#include "muster/store/saved_answers.h"
#include "words.h"

const struct call_option cmd_reply_options[] = {
    {"--meaning", "MEANING", "only replies of this meaning"},
    {"--held", NULL, "only doubtful ones, whose number is held until a person decides"},
    {"--unanswered", NULL, "only those that wait for a person, who has waited longest first"},
    {"--assigned", "PERSON", "only those that this person is to answer, in the order to do so"},
    {"--mine", NULL, "the same of whoever MUSTER_ACCOUNT names"},
    {0},
};

const struct call_option cmd_reply_answer_options[] = {
    {"--saved", "NAME", "the saved answer of this name, in the language of the member"},
    {0},
};

enum { REPLIES_MOST = 1000, SUPPRESSIONS_MOST = 20 };

static const char INSTANT[] = "%Y-%m-%d %H:%M:%S";

static bool member_of(struct call *call, const struct reply *reply, struct member **member,
                      struct error *err)
{
    *member = NULL;
    return reply->member_id == 0 ||
           members_get(call->db, reply->member_id, call->arena, member, err);
}

/* Whose replies are wanted; NULL: anybody's. */
static bool choose_person(const struct call *call, const char **person, struct error *err)
{
    const char *given = call_value(call, "--assigned");
    const char *me = getenv("MUSTER_ACCOUNT");
    if (!call_has(call, "--mine")) {
        *person = given;
        return true;
    }
    if (given != NULL) {
        return error_set(err, ERROR_USAGE, "--mine and --assigned name two people");
    }
    *person = me;
    return !text_empty(me) ||
           error_set(err, ERROR_USAGE,
                     "who are you? MUSTER_ACCOUNT does not say it; --assigned PERSON does, too");
}

bool cmd_reply_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"ID", "id", true},
        {"WHEN", "at", false},
        {"BY", "channel", false},
        {"FROM", "from", false},
        {"MEMBER", "member", false},
        {"MEANING", "meaning", false},
        {"CAMPAIGN", "campaign", false},
        {"FOR", "assigned", false},
        {"STATE", "state", false},
        {"TEXT", "text", false},
    };
    struct reply *replies = NULL;
    size_t count = 0;
    struct inbox_choice choice = {.meaning = call_value(call, "--meaning"),
                                  .held = call_has(call, "--held"),
                                  .waiting = call_has(call, "--unanswered"),
                                  .limit = REPLIES_MOST};
    if (!words_check(call->command->words, "MEANING", choice.meaning, err) ||
        !choose_person(call, &choice.assigned, err) ||
        !inbox_replies(call->db, &choice, call->arena, &replies, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        struct member *member = NULL;
        if (!member_of(call, &replies[i], &member, err)) {
            return false;
        }
        listing_number(listing, replies[i].id);
        listing_text(listing, clock_format(replies[i].at, INSTANT, call->arena));
        listing_text(listing, channel_name(replies[i].channel));
        listing_text(listing, replies[i].address);
        listing_text(listing, member == NULL ? "" : member->number);
        listing_text(listing, replies[i].meaning);
        listing_text(listing, replies[i].campaign);
        listing_text(listing, replies[i].assigned);
        listing_text(listing, replies[i].standing);
        listing_text(listing, replies[i].text);
    }
    listing_print(listing, call->format, "no replies");
    return true;
}

/* The reply of this id. */
static bool find_reply(struct call *call, const char *id, struct reply **reply, struct error *err)
{
    struct inbox_choice choice = {.limit = 1};
    size_t count = 0;
    if (!text_number(id, 1, INT64_MAX, &choice.id)) {
        return error_set(err, ERROR_USAGE, "'%.40s' is no reply: muster reply list has their ids",
                         id);
    }
    return inbox_replies(call->db, &choice, call->arena, reply, &count, err) &&
           (count > 0 || error_set(err, ERROR_DATA, "there is no reply %s", id));
}

static void add_fact(struct listing *listing, const char *name, const char *value)
{
    listing_text(listing, name);
    listing_text(listing, value);
}

static bool add_answers(struct call *call, const struct reply *reply, struct listing *listing,
                        struct error *err)
{
    struct answer *answers = NULL;
    size_t count = 0;
    if (!answers_of(call->db, reply->id, call->arena, &answers, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *why = answers[i].reason;
        const bool unsure = text_equal(answers[i].state, "unsure");
        add_fact(listing, "answer",
                 arena_printf(call->arena, "%s: %s%s%s%s%s%s%s", answers[i].kind, answers[i].state,
                              text_empty(why) ? "" : ", ", text_empty(why) ? "" : why,
                              unsure ? ", muster message resolve " : "",
                              unsure ? answers[i].reference : "",
                              text_empty(answers[i].text) ? "" : ": ",
                              text_empty(answers[i].text) ? "" : answers[i].text));
    }
    return true;
}

bool cmd_reply_show(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {{"FACT", "fact", false},
                                                    {"VALUE", "value", false}};
    struct reply *reply = NULL;
    struct member *member = NULL;
    struct response_standing standing;
    struct dossier_sharer *bearers = NULL;
    size_t count = 0;
    if (!find_reply(call, call->arguments[0], &reply, err) ||
        !member_of(call, reply, &member, err) ||
        !response_look(call->db, &call->config, reply, call->arena, &standing, err) ||
        !dossiers_sharers(call->db, reply->address_key, 0, call->arena, &bearers, &count, err)) {
        return false;
    }
    const struct suppression *silence = standing.silence;
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    add_fact(listing, "when", clock_format(reply->at, INSTANT, call->arena));
    add_fact(listing, "from", reply->address);
    add_fact(listing, "member",
             member == NULL
                 ? "nobody we know"
                 : arena_printf(call->arena, "%s %s", member->number,
                                cmd_full_name(member->first_name, member->last_name, call->arena)));
    if (count > 1) {
        add_fact(listing, "shared by", cmd_sharer_words(bearers, count, call->arena));
    }
    add_fact(listing, "campaign", text_empty(reply->campaign) ? "none" : reply->campaign);
    add_fact(listing, "meaning", reply->meaning);
    if (!text_empty(reply->assigned)) {
        add_fact(listing, "for", reply->assigned);
    }
    if (!text_empty(reply->standing)) {
        add_fact(listing, "state", reply->standing);
    }
    add_fact(listing, "text", reply->text);
    if (!add_answers(call, reply, listing, err)) {
        return false;
    }
    add_fact(listing, reply->channel == CHANNEL_SMS ? "texts" : "mails",
             silence == NULL ? "yes"
                             : arena_printf(call->arena, "no, %s since %s", silence->kind,
                                            clock_minute(silence->at, call->arena)));
    listing_print(listing, call->format, "nothing");
    if (silence != NULL && text_equal(silence->kind, "hold") && call->format == LISTING_TEXT) {
        (void)printf("\nNothing is sent to this %s until somebody decides:\n"
                     "  muster suppress add %s --reason WHY       they meant to leave\n"
                     "  muster suppress remove %s --reason WHY    they did not\n",
                     reply->channel == CHANNEL_SMS ? "number" : "address", reply->address,
                     reply->address);
    }
    return true;
}

/* What is to be answered: the words of the second argument, or a saved answer. */
static bool choose_text(struct call *call, const struct reply *reply, const char **text,
                        struct error *err)
{
    const char *saved = call_value(call, "--saved");
    struct member *member = NULL;
    if ((saved != NULL) == (call->argument_count > 1)) {
        return error_set(err, ERROR_USAGE,
                         "give the words of the answer, or --saved NAME: one of the two");
    }
    if (saved == NULL) {
        *text = call->arguments[1];
        return true;
    }
    const char *usual = call->config.organisation.language;
    if (!member_of(call, reply, &member, err) ||
        !saved_answers_find(call->db, saved,
                            member == NULL || text_empty(member->language) ? usual
                                                                           : member->language,
                            usual, call->arena, text, err)) {
        return false;
    }
    return *text != NULL || error_set(err, ERROR_DATA,
                                      "there is no saved answer '%s': muster reply answers list"
                                      " has them",
                                      saved);
}

bool cmd_reply_answer(struct call *call, struct error *err)
{
    struct response response = {.seen = RESPONSE_ANY};
    struct reply *reply = NULL;
    int64_t parts = 0;
    if (!find_reply(call, call->arguments[0], &reply, err) ||
        !choose_text(call, reply, &response.text, err)) {
        return false;
    }
    response.reply = reply;
    response.by = acting_for(call);
    if (!response_give(call->db, &call->config, &response, clock_now(), &parts, err)) {
        return false;
    }
    (void)printf("%lld part%s to %s: it goes at once, or with the next muster run\n",
                 (long long)parts, cmd_s(parts), reply->address);
    return true;
}

static bool note_reply(struct call *call, const char *deed, const struct reply *reply,
                       const char *detail, struct error *err)
{
    const char *subject = arena_printf(call->arena, "reply %lld", (long long)reply->id);
    return acting_note(call, NULL, deed, subject, detail, err);
}

bool cmd_reply_assign(struct call *call, struct error *err)
{
    struct reply *reply = NULL;
    const char *person = call->arguments[1];
    const bool nobody = text_equal(person, "nobody");
    if (!find_reply(call, call->arguments[0], &reply, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if ((!nobody && !assignments_check(call->db, person, err)) ||
        !assignments_give(call->db, reply->id, nobody ? NULL : person, clock_now(), err) ||
        !note_reply(call, "reply.assign", reply, nobody ? NULL : person, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("reply %lld is for %s\n", (long long)reply->id,
                 text_printable(person, call->arena));
    return true;
}

bool cmd_reply_done(struct call *call, struct error *err)
{
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    for (size_t i = 0; i < call->argument_count; i++) {
        struct reply *reply = NULL;
        if (!find_reply(call, call->arguments[i], &reply, err) ||
            !assignments_done(call->db, reply->id, clock_now(), err) ||
            !note_reply(call, "reply.done", reply, NULL, err)) {
            return false;
        }
    }
    if (!db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%zu done\n", call->argument_count);
    return true;
}

static void classify_line(const char *line, void *context)
{
    (void)context;
    (void)puts(keyword_name(keyword_classify(line)));
}

bool cmd_reply_classify(struct call *call, struct error *err)
{
    (void)call;
    return lines_each(classify_line, NULL, err);
}
