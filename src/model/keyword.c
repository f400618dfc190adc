/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reply means.
 *
 * Carriers look for one bare word, and people do not write that way: "Stop. Thanks", "pls stop
 * texting me", "i've voted, stop". Matching any text that begins with "stop" is as wrong: "Stop
 * the cuts!" is support. So a reply is cut into words and clauses, and the words around a "stop"
 * decide: with only courtesy and talk about messages it is a wish to leave, with anything else it
 * is a sentence about the world. A miss annoys somebody and breaks the law, a false hold costs an
 * organiser one look: what may be meant either way is held.
 *
 * The words are cut in saying.c; the vocabulary is in keyword_words.h and
 * keyword_ballot_words.h. */
#include "muster/model/keyword.h"

#include <string.h>

#include "keyword_ballot_words.h"
#include "keyword_words.h"
#include "saying.h"

/* What one clause says. */
enum sense {
    SENSE_NOTHING, /* courtesy only */
    SENSE_OTHER,
    SENSE_STOP,  /* a bare "stop": certain only if nothing else is said */
    SENSE_LEAVE, /* certain: "stop texting me" */
    SENSE_HOLD,
    SENSE_VOTED,
    SENSE_NO_PAPER,
    SENSE_DECLINED,
    SENSE_ASKS, /* who are you */
};

#define ALONE(span, table) saying_alone(span, table, ARRAY_LENGTH(table))
#define FIND(span, table, before, after)                                                           \
    saying_find(span, table, ARRAY_LENGTH(table), before, after)

/* Courtesy, talk about messages, and the small words between them. */
static bool is_known(const char *word)
{
    return saying_among(FILL, word) || saying_among(ABOUT, word) ||
           saying_among(saying_polite, word) || saying_among(CORE, word) ||
           saying_among(WEAK, word) || word[strspn(word, "0123456789")] == '\0';
}

/* How many words at the beginning are known. */
static size_t known_words(struct saying span)
{
    size_t count = 0;
    while (count < span.count && is_known(span.words[count].text))
        count++;
    return count;
}

static bool is_familiar(struct saying span, const char *more)
{
    for (size_t i = 0; i < span.count; i++) {
        const char *word = span.words[i].text;
        if (!is_known(word) && !saying_among(LEAD, word) && !saying_among(DOUBT, word) &&
            !saying_among(more, word))
            return false;
    }
    return true;
}

/* Whether what follows is denied by one of the last three words: "I don't want to stop". */
static bool is_denied(struct saying before)
{
    size_t from = before.count < 3 ? 0 : before.count - 3;
    return saying_any(saying_slice(before, from, before.count), NOT);
}

static enum sense sense_of_ballot(struct saying clause);

/* Whether the words around a "stop" are a whole statement of their own: "I've voted, stop". */
static bool is_statement(struct saying span)
{
    while (span.count > 0 && (saying_among(LEAD, span.words[span.count - 1].text) ||
                              saying_among(saying_polite, span.words[span.count - 1].text)))
        span.count--;
    while (span.count > 0 && saying_among(saying_polite, span.words[0].text))
        span = saying_slice(span, 1, span.count);
    enum sense sense = sense_of_ballot(span);
    return span.count > 0 && sense != SENSE_OTHER;
}

/* "Stop these cuts", "we must stop this": about the world, whatever small words are in it. */
static bool is_slogan(struct saying before, struct saying after)
{
    return saying_any(after, CAUSES) ||
           (before.count > 0 && saying_among(TOGETHER, before.words[0].text) &&
            !saying_any(before, "you u ur your") && !saying_any(before, ABOUT));
}

/* What the words around one of CORE make of it. */
static enum sense judge_core(struct saying before, struct saying after, bool strong)
{
    bool about = saying_any(after, ABOUT);
    size_t known = known_words(after);
    bool sure_after = known == after.count || is_statement(after);
    if (is_denied(before)) {
        bool may_mean_us = about || strong || (sure_after && before.count <= 2);
        bool cannot = saying_among("cant wont couldnt", before.words[before.count - 1].text);
        return may_mean_us && (about || strong || !cannot) ? SENSE_HOLD : SENSE_OTHER;
    }
    if (known == after.count && about)
        return SENSE_LEAVE;
    if (!strong && !about && is_slogan(before, after))
        return SENSE_OTHER;
    if (!strong && known == after.count && ALONE(saying_bare(before), QUESTIONS))
        return SENSE_HOLD; /* "who is this stop" */
    if (!strong && after.count == 1 && saying_among("them him her", after.words[0].text))
        return SENSE_HOLD; /* them who text, or them who cut? */
    if (sure_after &&
        (saying_all(before, LEAD) || is_familiar(before, "") || is_statement(before))) {
        if (!saying_any(before, DOUBT) || is_statement(before))
            return strong ? SENSE_LEAVE : SENSE_STOP;
    }
    if (is_familiar(before, VOTE_WORDS) && is_familiar(after, ""))
        return SENSE_HOLD;
    /* "stop texting me about the ballot": what comes after "me" changes nothing. */
    if (after.count > 0 && saying_among(ABOUT, after.words[0].text) &&
        saying_any(saying_slice(after, 0, known), "me us my"))
        return SENSE_LEAVE;
    bool courteous = after.count > 0 && saying_among(saying_polite, after.words[0].text);
    if (courteous && saying_all(before, LEAD) && after.count <= known + 2)
        return SENSE_STOP; /* a name at the end: "stop please, Jo" */
    bool vague = after.count > 0 && saying_all(before, LEAD) &&
                 saying_among("this these it asking now or immediately me", after.words[0].text);
    if (strong || about || courteous || vague)
        return SENSE_HOLD;
    static const char *const nearly[] = {"please",   "thanks",    "texting", "texts",
                                         "messages", "messaging", "sending"};
    for (size_t i = 0; known < after.count && i < ARRAY_LENGTH(nearly); i++) {
        if (saying_near(after.words[known].text, nearly[i]))
            return SENSE_HOLD;
    }
    return SENSE_OTHER;
}

/* The surest sense of any "stop" in the clause. */
static enum sense sense_of_core(struct saying clause)
{
    enum sense best = SENSE_OTHER;
    for (size_t i = 0; i < clause.count && best != SENSE_LEAVE; i++) {
        const char *word = clause.words[i].text;
        if (!saying_among(CORE, word))
            continue;
        enum sense sense =
            judge_core(saying_slice(clause, 0, i), saying_slice(clause, i + 1, clause.count),
                       (strncmp(word, "stop", 4) != 0 && strncmp(word, "arr", 3) != 0) ||
                           strcmp(word, "stopall") == 0);
        if (sense == SENSE_LEAVE || sense == SENSE_STOP || best == SENSE_OTHER)
            best = sense;
    }
    if (best != SENSE_OTHER || clause.count < 2 || !saying_among(WEAK, clause.words[0].text))
        return best;
    struct saying rest = saying_slice(clause, 1, clause.count);
    bool about = saying_any(rest, ABOUT);
    if (known_words(rest) == rest.count)
        return about ? SENSE_LEAVE : SENSE_HOLD;
    return about ? SENSE_HOLD : SENSE_OTHER;
}

/* Wishes to be left alone that have no "stop" in them. */
static enum sense sense_of_wish(struct saying clause)
{
    struct saying before = {0};
    struct saying after = {0};
    if (FIND(clause, LEAVES, &before, &after))
        return known_words(after) == after.count && !is_denied(before) ? SENSE_LEAVE : SENSE_HOLD;
    if (FIND(clause, REMOVALS, &before, &after)) {
        bool listed = saying_any(saying_slice(after, 0, known_words(after)), ABOUT);
        return listed && !is_denied(before) ? SENSE_LEAVE : SENSE_HOLD;
    }
    if (FIND(clause, REFUSALS, &before, &after) && saying_any(after, ABOUT))
        return known_words(after) == after.count ? SENSE_LEAVE : SENSE_HOLD;
    if (FIND(clause, HOLDS, &before, &after) || ALONE(clause, HOLD_ALONE))
        return SENSE_HOLD;
    for (size_t i = 0; i + 2 < clause.count; i++) { /* "this isn't Gareth's phone" */
        if (saying_among("not isnt", clause.words[i].text) &&
            !saying_among("a the", clause.words[i + 1].text) &&
            saying_among("number phone mobile", clause.words[i + 2].text))
            return SENSE_HOLD;
    }
    return SENSE_OTHER;
}

/* Words that add nothing to a wish to leave, nor take anything away: "Stop!! Now!!", a signature.
 */
static bool is_idle(struct saying clause)
{
    return saying_all(clause, YES_NO) || saying_phrase(clause, 0, "sent from my") > 0 ||
           (clause.count <= 2 && known_words(clause) == clause.count && !saying_any(clause, NOT));
}

/* A lone word that is one slip away from a known one. */
static enum sense sense_of_slip(const char *word, bool asks)
{
    static const char *const stops[] = {"stop", "stopall", "unsubscribe", "optout", "stopio"};
    for (size_t i = 0; i < ARRAY_LENGTH(stops); i++) {
        if (strlen(word) < 4 || !saying_near(word, stops[i]))
            continue;
        return saying_among("shop step slop stow strop stomp stope snap stoep", word) ? SENSE_HOLD
                                                                                      : SENSE_STOP;
    }
    if (!asks && saying_near(word, "voted") &&
        !saying_among("noted vote votes voter doted toted rated coted", word))
        return SENSE_VOTED;
    return SENSE_OTHER;
}

static bool is_voted(struct saying part, bool asks)
{
    if (part.count == 0 || asks)
        return false;
    if (ALONE(part, VOTED_ALONE))
        return true;
    struct saying before = {0};
    struct saying after = {0};
    for (size_t i = 0; i + 1 < part.count; i++) {
        bool paper = saying_among(PAPER, part.words[i + 1].text) ||
                     saying_among("vote", part.words[i + 1].text);
        if (paper && strcmp(part.words[i].text, "no") == 0)
            return false; /* "no paper sent" */
    }
    if (saying_all(part, VOTE_WORDS) && saying_any(part, VOTE_CORE))
        return true;
    return FIND(part, VOTED_SURE, &before, &after) && !saying_any(part, SUPPOSING);
}

/* Whether paper and its coming stand together in a clause that denies: "not had my paper". */
static bool is_paper_missing(struct saying part)
{
    if (!saying_any(part, MISSING))
        return false;
    for (size_t i = 0; i < part.count; i++) {
        const char *wanted = saying_among(RECEIVED, part.words[i].text) ? PAPER
                             : saying_among(PAPER, part.words[i].text)  ? RECEIVED
                                                                        : NULL;
        if (wanted == NULL)
            continue;
        for (size_t k = i + 1; k < part.count; k++) {
            if (saying_among(wanted, part.words[k].text))
                return true;
            if (!saying_among(PAPER_LINK, part.words[k].text) &&
                !saying_among(PAPER, part.words[k].text))
                break;
        }
    }
    return false;
}

static enum sense sense_of_part(struct saying part, bool asks)
{
    struct saying before = {0};
    struct saying after = {0};
    if (ALONE(part, NO_PAPER_ALONE))
        return SENSE_NO_PAPER;
    if (is_voted(part, asks))
        return SENSE_VOTED;
    if (FIND(part, NO_PAPER_SURE, &before, &after) || is_paper_missing(part))
        return SENSE_NO_PAPER;
    if (ALONE(part, DECLINED_ALONE) || FIND(part, DECLINED_ANYWHERE, &before, &after))
        return SENSE_DECLINED;
    return SENSE_OTHER;
}

/* What a clause says about the ballot; nothing certain when it says two different things. */
static enum sense sense_of_ballot(struct saying clause)
{
    enum sense found = SENSE_OTHER;
    bool asks = clause.count > 0 && clause.words[clause.count - 1].asks;
    for (size_t from = 0; from < clause.count;) {
        size_t to = from;
        while (to < clause.count && !saying_among(JOINING, clause.words[to].text))
            to++;
        enum sense sense = sense_of_part(saying_bare(saying_slice(clause, from, to)), asks);
        if (sense != SENSE_OTHER && found != SENSE_OTHER && sense != found)
            return SENSE_OTHER;
        if (sense != SENSE_OTHER)
            found = sense;
        from = to + 1;
    }
    return found == SENSE_OTHER ? sense_of_part(saying_bare(clause), asks) : found;
}

static enum sense sense_of_clause(struct saying whole)
{
    struct saying clause = saying_bare(whole);
    if (clause.count == 0)
        return SENSE_NOTHING;
    if (ALONE(clause, STOPS))
        return SENSE_STOP;
    enum sense core = sense_of_core(clause);
    if (core == SENSE_LEAVE)
        return core;
    enum sense wish = sense_of_wish(clause);
    if (wish == SENSE_LEAVE)
        return wish;
    if (core != SENSE_OTHER)
        return core;
    if (wish != SENSE_OTHER)
        return wish;
    if (ALONE(clause, QUESTIONS))
        return SENSE_ASKS;
    enum sense ballot = sense_of_ballot(clause);
    if (ballot == SENSE_OTHER && clause.count == 1)
        ballot = sense_of_slip(clause.words[0].text, clause.words[0].asks);
    return ballot == SENSE_OTHER && is_idle(clause) ? SENSE_NOTHING : ballot;
}

/* What all clauses say together. */
static enum keyword decide(const bool said[])
{
    /* A bare "stop" beside words about something else may be a slogan cut in two. */
    if (said[SENSE_LEAVE] || (said[SENSE_STOP] && !said[SENSE_OTHER]))
        return KEYWORD_STOP;
    if (said[SENSE_STOP] || said[SENSE_HOLD])
        return KEYWORD_HOLD;
    if (said[SENSE_VOTED] + said[SENSE_NO_PAPER] + said[SENSE_DECLINED] > 1)
        return KEYWORD_OTHER;
    if (said[SENSE_VOTED])
        return KEYWORD_VOTED;
    if (said[SENSE_NO_PAPER])
        return KEYWORD_NO_PAPER;
    if (said[SENSE_DECLINED])
        return KEYWORD_DECLINED;
    return said[SENSE_ASKS] && !said[SENSE_OTHER] ? KEYWORD_HELP : KEYWORD_OTHER;
}

/* A tap on one of our messages, reported with the message in quotes. */
static bool is_tap(const char *folded)
{
    for (size_t i = 0; i < ARRAY_LENGTH(TAPS); i++) {
        size_t length = strlen(TAPS[i]);
        if (strncmp(folded, TAPS[i], length) != 0)
            continue;
        const char *quote = strpbrk(folded + length, "\"\xe2");
        while (quote != NULL && *quote != '"' && strncmp(quote, "\xe2\x80\x9c", 3) != 0)
            quote = strpbrk(quote + 1, "\"\xe2");
        if (quote != NULL && quote - folded < 32)
            return true;
    }
    return false;
}

/* A stop sign, a no-entry sign or a finger. */
static bool is_sign_of_anger(const char *folded)
{
    static const char *const signs[] = {"\xf0\x9f\x9b\x91", "\xf0\x9f\x9a\xab", "\xf0\x9f\x96\x95"};
    for (size_t i = 0; i < ARRAY_LENGTH(signs); i++) {
        if (strstr(folded, signs[i]) != NULL)
            return true;
    }
    return false;
}

enum keyword keyword_classify(const char *text)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *folded = saying_fold(text, arena);
    if (is_tap(folded))
        return KEYWORD_OTHER;
    struct saying_word words[SAYING_WORDS_MAX];
    struct saying all = {.words = words, .count = saying_read(folded, arena, words)};
    if (all.count == 0)
        return is_sign_of_anger(folded) ? KEYWORD_HOLD : KEYWORD_OTHER;
    if (ALONE(saying_bare(all), STARTS))
        return KEYWORD_START;
    if (ALONE(saying_bare(all), HELPS))
        return KEYWORD_HELP;
    bool said[SENSE_ASKS + 1] = {false};
    for (size_t from = 0; from < all.count;) {
        size_t to = from + 1;
        while (to < all.count && !words[to - 1].ends)
            to++;
        enum sense sense = sense_of_clause(saying_slice(all, from, to));
        /* "Thanks, Jo": a name behind courtesy says nothing. */
        if (sense == SENSE_OTHER && from > 0 && to == all.count &&
            saying_bare(saying_slice(all, from, to)).count <= 2 &&
            saying_among(saying_polite, words[from - 1].text))
            sense = SENSE_NOTHING;
        said[sense] = true;
        from = to;
    }
    return decide(said);
}

static const char *const NAMES[] = {
    [KEYWORD_OTHER] = "other",       [KEYWORD_STOP] = "stop",   [KEYWORD_START] = "start",
    [KEYWORD_HELP] = "help",         [KEYWORD_VOTED] = "voted", [KEYWORD_NO_PAPER] = "no-paper",
    [KEYWORD_DECLINED] = "declined", [KEYWORD_HOLD] = "hold",   [KEYWORD_PLAN] = "plan",
};

const char *keyword_name(enum keyword keyword)
{
    return NAMES[keyword];
}

enum keyword keyword_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(NAMES); i++) {
        if (strcmp(NAMES[i], name) == 0)
            return (enum keyword)i;
    }
    return KEYWORD_OTHER;
}
