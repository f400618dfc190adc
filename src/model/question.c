/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to what a message has asked; see question.h. */
#include "muster/model/question.h"

#include <string.h>

#include "muster/base/text.h"
#include "question_day.h"
#include "saying.h"

enum { FEW_WORDS = 5, MORE_WORDS = 12 };

/* Words before an answer, or around it, that change nothing about it. */
static const char AROUND[] =
    "answer option number my is its it reply text the a an say said saying would be im i ive we "
    "have yes yep yeah yup all good already now today yesterday just done posted sent voted got "
    "mine paper ballot vote ateb fy mae x";

/* The digits in words, English and Welsh, by their place. */
static const char *const NUMERALS[] = {"zero dim",    "one un",    "two dau dwy", "three tri tair",
                                       "four pedwar", "five pump", "six chwech",  "seven saith",
                                       "eight wyth",  "nine naw"};

bool question_meaning(const char *name, enum keyword *means)
{
    static const enum keyword meanings[] = {KEYWORD_VOTED, KEYWORD_NO_PAPER, KEYWORD_DECLINED};
    for (size_t i = 0; i < ARRAY_LENGTH(meanings); i++) {
        if (text_equal(keyword_name(meanings[i]), name)) {
            *means = meanings[i];
            return true;
        }
    }
    return false;
}

const char *question_taken(const char *says, enum keyword means)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (saying_among("yes no y n", saying_fold(says, arena))) {
        return "providers take YES for a wish to have texts again, and NO is too easily said of"
               " something else: ask for a digit";
    }
    const enum keyword heard = keyword_classify(says);
    switch (heard) {
    case KEYWORD_STOP: return "it is a word for leaving, here or at providers";
    case KEYWORD_HOLD: return "it may be a wish to leave";
    case KEYWORD_START: return "it is a word for having texts again, here or at providers";
    case KEYWORD_HELP: return "it asks for help, here or at providers";
    case KEYWORD_VOTED:
    case KEYWORD_NO_PAPER:
    case KEYWORD_DECLINED:
        return heard == means ? NULL : "it is understood as something else already";
    case KEYWORD_PLAN:
    case KEYWORD_OTHER: return NULL;
    }
    return NULL;
}

const char *question_format(const struct question *question, struct arena *arena)
{
    const char *text = question->day ? "day" : "";
    for (size_t i = question->count; i > 0; i--) {
        const struct question_answer *answer = &question->answers[i - 1];
        text = arena_printf(arena, "%s=%s%s%s", answer->says, keyword_name(answer->means),
                            text[0] == '\0' ? "" : " ", text);
    }
    return text;
}

static void parse_word(const char *word, struct arena *arena, struct question *question)
{
    const char *equals = strchr(word, '=');
    enum keyword means = KEYWORD_OTHER;
    if (text_equal(word, "day")) {
        question->day = true;
    } else if (equals != NULL && equals > word && equals - word <= QUESTION_WORD_MAX &&
               question->count < QUESTION_ANSWERS_MAX && question_meaning(equals + 1, &means)) {
        const char *says = saying_fold(arena_span(arena, word, (size_t)(equals - word)), arena);
        question->answers[question->count++] =
            (struct question_answer){.says = says, .means = means};
    }
}

void question_parse(const char *text, struct arena *arena, struct question *question)
{
    *question = (struct question){.count = 0};
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        parse_word(arena_span(arena, text, length), arena, question);
        text += length + (text[length] == ' ' ? 1 : 0);
    }
}

static bool is_said(const char *says, const char *word)
{
    return strcmp(says, word) == 0 || (says[0] >= '0' && says[0] <= '9' && says[1] == '\0' &&
                                       saying_among(NUMERALS[says[0] - '0'], word));
}

/* The answer that a word is; NULL: none. */
static const struct question_answer *answer_said(const struct question *question, const char *word)
{
    for (size_t i = 0; i < question->count; i++) {
        if (is_said(question->answers[i].says, word)) {
            return &question->answers[i];
        }
    }
    return NULL;
}

/* The one answer that is in a reply, and its place; `*several` when there are different ones. */
static const struct question_answer *only_answer(const struct question *question,
                                                 struct saying saying, size_t *place, bool *several)
{
    const struct question_answer *only = NULL;
    *several = false;
    for (size_t i = 0; i < saying.count; i++) {
        const struct question_answer *said = answer_said(question, saying.words[i].text);
        if (said == NULL) {
            continue;
        }
        *several = *several || (only != NULL && only->means != said->means);
        *place = only == NULL ? i : *place;
        only = only == NULL ? said : only;
    }
    return only;
}

static bool is_around(struct saying saying)
{
    for (size_t i = 0; i < saying.count; i++) {
        if (!saying_among(AROUND, saying.words[i].text) &&
            !saying_among(saying_polite, saying.words[i].text)) {
            return false;
        }
    }
    return true;
}

/* Whether a reply is an answer that stands at `place`, and not a sentence with a number in it: "2
 * of us have voted". `agrees`: the words by themselves mean the same. */
static bool is_answer(const struct question *question, struct saying all, size_t place, bool agrees)
{
    const struct saying before = saying_slice(all, 0, place);
    struct saying after = saying_slice(all, place + 1, all.count);
    while (after.count > 0 && answer_said(question, after.words[0].text) != NULL) {
        after = saying_slice(after, 1, after.count); /* "1 1 1" */
    }
    if (agrees) {
        return true;
    }
    if (!is_around(before) || before.count > FEW_WORDS || saying_any(all, question_denying)) {
        return false;
    }
    return all.words[place].ends ? after.count <= MORE_WORDS
                                 : is_around(after) && after.count <= FEW_WORDS;
}

/* The meaning of the words without the answer itself. */
static enum keyword rest_means(struct saying all, size_t place, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < all.count; i++) {
        if (i != place) {
            text = arena_printf(arena, "%s %s%s", text, all.words[i].text,
                                all.words[i].ends ? "." : "");
        }
    }
    return keyword_classify(text);
}

static bool is_asked(struct saying saying)
{
    for (size_t i = 0; i < saying.count; i++) {
        if (saying.words[i].asks) {
            return true;
        }
    }
    return false;
}

/* What the answers and the day say beside what the words mean by themselves. */
static struct question_heard hear_answer(const struct question *question, enum keyword plain,
                                         const char *text, int date)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct saying_word words[SAYING_WORDS_MAX];
    const struct saying all = {.words = words,
                               .count = saying_read(saying_fold(text, arena), arena, words)};
    size_t place = 0;
    bool several = false;
    const struct question_answer *only = only_answer(question, all, &place, &several);
    const bool asked = is_asked(all);
    if (several && plain == KEYWORD_OTHER) {
        return (struct question_heard){.meaning = KEYWORD_OTHER};
    }
    if (only != NULL && !asked && !several) {
        const enum keyword rest = plain == KEYWORD_OTHER ? rest_means(all, place, arena) : plain;
        const bool contrary = rest != KEYWORD_OTHER && rest != only->means;
        const bool begins = is_around(saying_slice(all, 0, place));
        if (contrary && begins) {
            return (struct question_heard){.meaning = KEYWORD_OTHER};
        }
        if (!contrary && is_answer(question, all, place, rest == only->means)) {
            return (struct question_heard){.meaning = only->means};
        }
    }
    const int days =
        plain == KEYWORD_OTHER && question->day && !asked ? question_day(all, date) : -1;
    return days < 0 ? (struct question_heard){.meaning = plain}
                    : (struct question_heard){.meaning = KEYWORD_PLAN, .days = days};
}

struct question_heard question_hear(const struct question *question, const char *text, int date)
{
    const enum keyword plain = keyword_classify(text);
    const bool first = plain == KEYWORD_STOP || plain == KEYWORD_HOLD || plain == KEYWORD_START ||
                       plain == KEYWORD_HELP;
    return first || (question->count == 0 && !question->day)
               ? (struct question_heard){.meaning = plain}
               : hear_answer(question, plain, text, date);
}
