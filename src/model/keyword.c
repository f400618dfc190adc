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
 * The vocabulary is in keyword_words.h. */
#include "muster/model/keyword.h"

#include <string.h>

#include "keyword_words.h"
#include "muster/base/text.h"

enum {
    REPLY_MAX = 16384, /* bytes looked at; the longest text has about 1600 */
    WORDS_MAX = 1024,
    WORD_SIZE = 64, /* bytes kept of one word */
};

struct word {
    const char *text;
    bool ends; /* the clause ends behind this word */
    bool asks; /* with a question mark */
};

/* Some words of a reply, one after another. */
struct span {
    const struct word *words;
    size_t count;
};

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

static bool among(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length) {
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* Whether one letter more, less or other, or two neighbours swapped, makes one word the other. */
static bool one_edit(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    if (*a == '\0' || *b == '\0')
        return strlen(a) + strlen(b) <= 1;
    if (strcmp(a + 1, b + 1) == 0 || strcmp(a + 1, b) == 0 || strcmp(a, b + 1) == 0)
        return true;
    return a[0] == b[1] && a[1] == b[0] && strcmp(a + 2, b + 2) == 0;
}

static bool is_sign(uint32_t rune)
{
    static const uint32_t ranges[][2] = {
        {0x80, 0xBF},     {0xD7, 0xD7},       {0xF7, 0xF7},        {0x2000, 0x2BFF},
        {0x2E00, 0x2E7F}, {0x3000, 0x303F},   {0xE000, 0xF8FF},    {0xFE00, 0xFE6F},
        {0xFFF0, 0xFFFF}, {0x1F000, 0x1FBFF}, {0xE0000, 0x10FFFF},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ranges); i++) {
        if (rune >= ranges[i][0] && rune <= ranges[i][1])
            return true;
    }
    return false;
}

static bool is_word_rune(uint32_t rune)
{
    if (rune >= 0x80)
        return !is_sign(rune);
    return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z') ||
           (rune >= '0' && rune <= '9');
}

/* Apostrophes of all kinds, and accents left over from other alphabets' tricks. */
static bool is_dropped(uint32_t rune)
{
    return rune == '\'' || rune == '`' || rune == 0x2018 || rune == 0x2019 || rune == 0x2BC ||
           (rune >= 0x300 && rune <= 0x36F);
}

/* Whether a sign ends a clause: "nhs.net" and "opt-out" are not two clauses, "stop. thanks" is. */
static bool is_break(uint32_t rune, const char *next)
{
    if (rune == '|')
        return true;
    if (rune >= 0x80)
        return rune == 0x2013 || rune == 0x2014 || rune == 0x201C || rune == 0x201D ||
               rune == 0x3002;
    if (rune == 0 || strchr(".!?,;:()-\"", (int)rune) == NULL)
        return false;
    uint32_t follows = 0;
    return text_rune(next, strnlen(next, 4), &follows) == 0 || !is_word_rune(follows);
}

/* The word that was probably meant; gives `text` itself when it is not a known slip. */
static const char *meant(const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(SLIPS); i++) {
        if (strcmp(text, SLIPS[i].slip) == 0)
            return SLIPS[i].word;
    }
    if (strlen(text) >= 9 && one_edit(text, "unsubscribe"))
        return "unsubscribe";
    char once[WORD_SIZE + 1]; /* "stooopppp": every letter once */
    size_t length = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (length == 0 || once[length - 1] != *at)
            once[length++] = *at;
    }
    once[length] = '\0';
    return strcmp(once, "stop") == 0 ? "stop" : text;
}

/* Take "s t o p" together: the words from `at` on that spell `target`. */
static bool is_spelled(const struct word *words, size_t count, const char *target)
{
    size_t length = strlen(target);
    if (count < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (words[i].text[0] != target[i] || words[i].text[1] != '\0')
            return false;
    }
    return true;
}

/* Join spelled words and PAIRS; gives the new count. */
static size_t join_words(struct word *words, size_t count)
{
    static const char *const spelled[] = {"stop", "end", "quit", "unsubscribe", "voted"};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct word word = words[i];
        for (size_t k = 0; k < ARRAY_LENGTH(spelled); k++) {
            if (!is_spelled(words + i, count - i, spelled[k]))
                continue;
            i += strlen(spelled[k]) - 1;
            word = words[i];
            word.text = spelled[k];
            break;
        }
        for (size_t k = 0; kept > 0 && !words[kept - 1].ends && k < ARRAY_LENGTH(PAIRS); k++) {
            if (strcmp(words[kept - 1].text, PAIRS[k].first) == 0 &&
                strcmp(word.text, PAIRS[k].second) == 0) {
                word.text = PAIRS[k].both;
                kept--;
                k = (size_t)-1; /* the new word may pair with the one before it */
            }
        }
        words[kept++] = word;
    }
    return kept;
}

/* Cut folded text into words; gives their count. */
static size_t read_words(const char *text, struct arena *arena, struct word words[WORDS_MAX])
{
    char word[WORD_SIZE + 1];
    size_t length = 0;
    size_t count = 0;
    size_t left = strlen(text);
    while (count < WORDS_MAX) {
        uint32_t rune = 0;
        size_t size = text_rune(text, left, &rune);
        if (size > 0 && is_word_rune(rune) && !is_dropped(rune)) {
            for (size_t i = 0; i < size && length < WORD_SIZE; i++)
                word[length++] = text[i];
        } else if ((size == 0 || !is_dropped(rune)) && length > 0) {
            word[length] = '\0';
            words[count++] = (struct word){.text = meant(arena_text(arena, word))};
            length = 0;
        }
        if (size == 0)
            break;
        text += size;
        left -= size;
        if (count > 0 && length == 0 && is_break(rune, text)) {
            words[count - 1].ends = true;
            words[count - 1].asks |= rune == '?';
        }
    }
    return join_words(words, count);
}

static struct span slice(struct span span, size_t from, size_t to)
{
    return (struct span){.words = span.words + from, .count = to - from};
}

/* Without courtesy at both ends. */
static struct span bare(struct span span)
{
    size_t from = 0;
    size_t to = span.count;
    while (from < to && among(POLITE, span.words[from].text))
        from++;
    while (to > from && among(POLITE, span.words[to - 1].text))
        to--;
    return slice(span, from, to);
}

/* How many words `phrase` has when it stands at `at`; else 0. */
static size_t phrase_at(struct span span, size_t at, const char *phrase)
{
    size_t words = 0;
    for (;;) {
        size_t length = strcspn(phrase, " ");
        if (at + words == span.count)
            return 0;
        const char *word = span.words[at + words].text;
        if (strncmp(word, phrase, length) != 0 || word[length] != '\0')
            return 0;
        words++;
        if (phrase[length] == '\0')
            return words;
        phrase += length + 1;
    }
}

static bool is_alone(struct span span, const char *const *phrases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (span.count > 0 && phrase_at(span, 0, phrases[i]) == span.count)
            return true;
    }
    return false;
}

/* Find the first of the phrases; what stands before and behind it into `before` and `after`. */
static bool find(struct span span, const char *const *phrases, size_t count, struct span *before,
                 struct span *after)
{
    for (size_t at = 0; at < span.count; at++) {
        for (size_t i = 0; i < count; i++) {
            size_t words = phrase_at(span, at, phrases[i]);
            if (words == 0)
                continue;
            *before = slice(span, 0, at);
            *after = slice(span, at + words, span.count);
            return true;
        }
    }
    return false;
}

#define ALONE(span, table)               is_alone(span, table, ARRAY_LENGTH(table))
#define FIND(span, table, before, after) find(span, table, ARRAY_LENGTH(table), before, after)

static bool any_among(struct span span, const char *list)
{
    for (size_t i = 0; i < span.count; i++) {
        if (among(list, span.words[i].text))
            return true;
    }
    return false;
}

static bool all_among(struct span span, const char *list)
{
    for (size_t i = 0; i < span.count; i++) {
        if (!among(list, span.words[i].text))
            return false;
    }
    return true;
}

/* Courtesy, talk about messages, and the small words between them. */
static bool is_known(const char *word)
{
    return among(FILL, word) || among(ABOUT, word) || among(POLITE, word) || among(CORE, word) ||
           among(WEAK, word) || word[strspn(word, "0123456789")] == '\0';
}

/* How many words at the beginning are known. */
static size_t known_words(struct span span)
{
    size_t count = 0;
    while (count < span.count && is_known(span.words[count].text))
        count++;
    return count;
}

static bool is_familiar(struct span span, const char *more)
{
    for (size_t i = 0; i < span.count; i++) {
        const char *word = span.words[i].text;
        if (!is_known(word) && !among(LEAD, word) && !among(DOUBT, word) && !among(more, word))
            return false;
    }
    return true;
}

/* Whether what follows is denied by one of the last three words: "I don't want to stop". */
static bool is_denied(struct span before)
{
    size_t from = before.count < 3 ? 0 : before.count - 3;
    return any_among(slice(before, from, before.count), NOT);
}

static enum sense sense_of_ballot(struct span clause);

/* Whether the words around a "stop" are a whole statement of their own: "I've voted, stop". */
static bool is_statement(struct span span)
{
    while (span.count > 0 && (among(LEAD, span.words[span.count - 1].text) ||
                              among(POLITE, span.words[span.count - 1].text)))
        span.count--;
    while (span.count > 0 && among(POLITE, span.words[0].text))
        span = slice(span, 1, span.count);
    enum sense sense = sense_of_ballot(span);
    return span.count > 0 && sense != SENSE_OTHER;
}

/* What the words around one of CORE make of it. */
static enum sense judge_core(struct span before, struct span after, bool strong)
{
    bool about = any_among(after, ABOUT);
    size_t known = known_words(after);
    bool sure_after = known == after.count || is_statement(after);
    if (is_denied(before)) {
        bool may_mean_us = about || strong || (sure_after && before.count <= 2);
        bool cannot = among("cant wont couldnt", before.words[before.count - 1].text);
        return may_mean_us && (about || strong || !cannot) ? SENSE_HOLD : SENSE_OTHER;
    }
    if (known == after.count && about)
        return SENSE_LEAVE;
    if (sure_after &&
        (all_among(before, LEAD) || is_familiar(before, "") || is_statement(before))) {
        if (!any_among(before, DOUBT) || is_statement(before))
            return strong ? SENSE_LEAVE : SENSE_STOP;
    }
    if (is_familiar(before, VOTE_WORDS) && is_familiar(after, ""))
        return SENSE_HOLD;
    /* "stop texting me about the ballot": what comes after "me" changes nothing. */
    if (after.count > 0 && among(ABOUT, after.words[0].text) &&
        any_among(slice(after, 0, known), "me us my"))
        return SENSE_LEAVE;
    bool courteous = after.count > 0 && among(POLITE, after.words[0].text);
    if (courteous && all_among(before, LEAD) && after.count <= known + 2)
        return SENSE_STOP; /* a name at the end: "stop please, Jo" */
    bool vague = after.count > 0 && all_among(before, LEAD) &&
                 among("this these it asking", after.words[0].text);
    if (strong || about || courteous || vague)
        return SENSE_HOLD;
    static const char *const nearly[] = {"please",   "thanks",    "texting", "texts",
                                         "messages", "messaging", "sending"};
    for (size_t i = 0; known < after.count && i < ARRAY_LENGTH(nearly); i++) {
        if (one_edit(after.words[known].text, nearly[i]))
            return SENSE_HOLD;
    }
    return SENSE_OTHER;
}

/* The surest sense of any "stop" in the clause. */
static enum sense sense_of_core(struct span clause)
{
    enum sense best = SENSE_OTHER;
    for (size_t i = 0; i < clause.count && best != SENSE_LEAVE; i++) {
        const char *word = clause.words[i].text;
        if (!among(CORE, word))
            continue;
        enum sense sense =
            judge_core(slice(clause, 0, i), slice(clause, i + 1, clause.count),
                       strncmp(word, "stop", 4) != 0 || strcmp(word, "stopall") == 0);
        if (sense == SENSE_LEAVE || sense == SENSE_STOP || best == SENSE_OTHER)
            best = sense;
    }
    if (best != SENSE_OTHER || clause.count < 2 || !among(WEAK, clause.words[0].text))
        return best;
    struct span rest = slice(clause, 1, clause.count);
    bool about = any_among(rest, ABOUT);
    if (known_words(rest) == rest.count)
        return about ? SENSE_LEAVE : SENSE_HOLD;
    return about ? SENSE_HOLD : SENSE_OTHER;
}

/* Wishes to be left alone that have no "stop" in them. */
static enum sense sense_of_wish(struct span clause)
{
    struct span before = {0};
    struct span after = {0};
    if (FIND(clause, LEAVES, &before, &after))
        return known_words(after) == after.count && !is_denied(before) ? SENSE_LEAVE : SENSE_HOLD;
    if (FIND(clause, REMOVALS, &before, &after)) {
        bool listed = any_among(slice(after, 0, known_words(after)), ABOUT);
        return listed && !is_denied(before) ? SENSE_LEAVE : SENSE_HOLD;
    }
    if (FIND(clause, REFUSALS, &before, &after) && any_among(after, ABOUT))
        return known_words(after) == after.count ? SENSE_LEAVE : SENSE_HOLD;
    if (FIND(clause, HOLDS, &before, &after) || ALONE(clause, HOLD_ALONE))
        return SENSE_HOLD;
    return SENSE_OTHER;
}

/* A lone word that is one slip away from a known one. */
static enum sense sense_of_slip(const char *word, bool asks)
{
    static const char *const stops[] = {"stop", "stopall", "unsubscribe", "optout", "stopio"};
    for (size_t i = 0; i < ARRAY_LENGTH(stops); i++) {
        if (strlen(word) < 4 || !one_edit(word, stops[i]))
            continue;
        return among("shop step slop stow strop stomp stope snap stoep", word) ? SENSE_HOLD
                                                                               : SENSE_STOP;
    }
    if (!asks && one_edit(word, "voted") &&
        !among("noted vote votes voter doted toted rated coted", word))
        return SENSE_VOTED;
    return SENSE_OTHER;
}

static bool is_voted(struct span part, bool asks)
{
    if (part.count == 0 || asks)
        return false;
    if (ALONE(part, VOTED_ALONE))
        return true;
    struct span before = {0};
    struct span after = {0};
    for (size_t i = 0; i + 1 < part.count; i++) {
        bool paper = among(PAPER, part.words[i + 1].text) || among("vote", part.words[i + 1].text);
        if (paper && strcmp(part.words[i].text, "no") == 0)
            return false; /* "no paper sent" */
    }
    if (all_among(part, VOTE_WORDS) && any_among(part, VOTE_CORE))
        return true;
    return FIND(part, VOTED_SURE, &before, &after) && !any_among(part, SUPPOSING);
}

/* Whether paper and its coming stand together in a clause that denies: "not had my paper". */
static bool is_paper_missing(struct span part)
{
    if (!any_among(part, MISSING))
        return false;
    for (size_t i = 0; i < part.count; i++) {
        const char *wanted = among(RECEIVED, part.words[i].text) ? PAPER
                             : among(PAPER, part.words[i].text)  ? RECEIVED
                                                                 : NULL;
        if (wanted == NULL)
            continue;
        for (size_t k = i + 1; k < part.count; k++) {
            if (among(wanted, part.words[k].text))
                return true;
            if (!among(PAPER_LINK, part.words[k].text) && !among(PAPER, part.words[k].text))
                break;
        }
    }
    return false;
}

static enum sense sense_of_part(struct span part, bool asks)
{
    struct span before = {0};
    struct span after = {0};
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
static enum sense sense_of_ballot(struct span clause)
{
    enum sense found = SENSE_OTHER;
    bool asks = clause.count > 0 && clause.words[clause.count - 1].asks;
    for (size_t from = 0; from < clause.count;) {
        size_t to = from;
        while (to < clause.count && !among(JOINING, clause.words[to].text))
            to++;
        enum sense sense = sense_of_part(bare(slice(clause, from, to)), asks);
        if (sense != SENSE_OTHER && found != SENSE_OTHER && sense != found)
            return SENSE_OTHER;
        if (sense != SENSE_OTHER)
            found = sense;
        from = to + 1;
    }
    return found == SENSE_OTHER ? sense_of_part(bare(clause), asks) : found;
}

static enum sense sense_of_clause(struct span whole)
{
    struct span clause = bare(whole);
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
    return ballot == SENSE_OTHER && clause.count == 1
               ? sense_of_slip(clause.words[0].text, clause.words[0].asks)
               : ballot;
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

/* At most REPLY_MAX bytes, folded, with every line's end kept as a clause's end. */
static const char *folded_reply(const char *text, struct arena *arena)
{
    size_t length = strnlen(text, REPLY_MAX);
    char *lines = arena_span(arena, text, length);
    for (char *at = lines; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\r')
            *at = '|';
    }
    return text_fold(lines, arena);
}

enum keyword keyword_classify(const char *text)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *folded = folded_reply(text, arena);
    if (is_tap(folded))
        return KEYWORD_OTHER;
    struct word words[WORDS_MAX];
    struct span all = {.words = words, .count = read_words(folded, arena, words)};
    if (all.count == 0) /* a stop sign or a no-entry sign, and no word */
        return strstr(folded, "\xf0\x9f\x9b\x91") != NULL ||
                       strstr(folded, "\xf0\x9f\x9a\xab") != NULL
                   ? KEYWORD_HOLD
                   : KEYWORD_OTHER;
    if (ALONE(bare(all), STARTS))
        return KEYWORD_START;
    if (ALONE(bare(all), HELPS))
        return KEYWORD_HELP;
    bool said[SENSE_ASKS + 1] = {false};
    for (size_t from = 0; from < all.count;) {
        size_t to = from + 1;
        while (to < all.count && !words[to - 1].ends)
            to++;
        enum sense sense = sense_of_clause(slice(all, from, to));
        /* "Thanks, Jo": a name behind courtesy says nothing. */
        if (sense == SENSE_OTHER && from > 0 && to == all.count &&
            bare(slice(all, from, to)).count <= 2 && among(POLITE, words[from - 1].text))
            sense = SENSE_NOTHING;
        said[sense] = true;
        from = to;
    }
    return decide(said);
}

const char *keyword_name(enum keyword keyword)
{
    static const char *const names[] = {
        [KEYWORD_OTHER] = "other",       [KEYWORD_STOP] = "stop",   [KEYWORD_START] = "start",
        [KEYWORD_HELP] = "help",         [KEYWORD_VOTED] = "voted", [KEYWORD_NO_PAPER] = "no-paper",
        [KEYWORD_DECLINED] = "declined", [KEYWORD_HOLD] = "hold",
    };
    return names[keyword];
}
