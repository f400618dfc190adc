/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a reply means. Whatever the bytes: letter case, blanks around and an exclamation mark behind
 * change nothing; one of the providers' words is an opt-out in any such dress; and no question
 * makes an answer of a wish to leave. The first byte chooses the word, or none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "muster/model/keyword.h"
#include "muster/model/question.h"

enum { LONGEST = 8192 /* what comes later may not be looked at */, NOISE = 32 };

static char switched(char letter, bool upper)
{
    if (upper) {
        return (char)(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
    }
    return (char)(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

/* The same in other dress. */
static void dressed(const char *text, struct arena *arena)
{
    const enum keyword meaning = keyword_classify(text);
    char *other = arena_text(arena, text);
    for (size_t i = 0; other[i] != '\0'; i++) {
        other[i] = switched(other[i], i % 2 == 0);
    }
    MUST_HOLD(keyword_classify(other) == meaning);
    MUST_HOLD(keyword_classify(arena_printf(arena, " \t%s  ", text)) == meaning);
    if (meaning == KEYWORD_STOP) {
        MUST_HOLD(keyword_classify(arena_printf(arena, "%s!", text)) == KEYWORD_STOP);
    }
}

/* A word for leaving with marks and blanks around it, and every letter in a case of its own. */
static void leaving(const char *word, const char *noise, struct arena *arena)
{
    static const char MARKS[] = " .!,;:-_*()[]<>#~ ";
    char marks[2][NOISE + 1] = {{'\0'}, {'\0'}};
    char *cased = arena_text(arena, word);
    const size_t length = strnlen(noise, (size_t)2 * NOISE);
    for (size_t i = 0; i < length; i++) {
        char *side = marks[i % 2];
        const size_t used = strlen(side);
        side[used] = MARKS[(unsigned char)noise[i] % (sizeof MARKS - 1)];
        side[used + 1] = '\0';
        cased[i % strlen(word)] =
            switched(cased[i % strlen(word)], ((unsigned char)noise[i] & 32) != 0);
    }
    MUST_HOLD(keyword_classify(arena_printf(arena, "%s%s%s", marks[0], cased, marks[1])) ==
              KEYWORD_STOP);
}

static void asked(const char *text, struct arena *arena)
{
    static const char *const questions[] = {"",
                                            "day",
                                            "1=voted 2=no-paper 3=declined",
                                            "1=voted DONE=voted 2=declined day",
                                            "1=coming 2=maybe 3=cannot come",
                                            "come"};
    const enum keyword plain = keyword_classify(text);
    for (size_t i = 0; i < ARRAY_LENGTH(questions); i++) {
        struct question question;
        question_parse(questions[i], arena, &question);
        const struct question_heard heard = question_hear(&question, text, (int)i);
        const bool first = plain == KEYWORD_STOP || plain == KEYWORD_HOLD ||
                           plain == KEYWORD_START || plain == KEYWORD_HELP;
        MUST_HOLD(i > 0 || heard.meaning == plain);
        MUST_HOLD(!first || heard.meaning == plain);
        MUST_HOLD(heard.meaning != KEYWORD_PLAN ||
                  (question.day && heard.days >= 0 && heard.days <= 6));
        MUST_HOLD(heard.meaning < KEYWORD_COMING ||
                  (question.come && heard.guests >= 0 && heard.guests <= 20));
        MUST_HOLD(heard.meaning != KEYWORD_CANNOT || heard.guests == 0);
        MUST_HOLD(first || (heard.meaning != KEYWORD_STOP && heard.meaning != KEYWORD_HOLD));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const words[] = {"stop",   "stopall",   "stop all", "unsubscribe", "cancel",
                                        "end",    "quit",      "optout",   "opt out",     "revoke",
                                        "remove", "td",        "arret",    "stopio",      "unsub",
                                        "dileu",  "stop2quit", "stopiwch", "arrete"};
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const unsigned choice = fuzz_byte(&rest);
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const enum keyword meaning = keyword_classify(text);
    MUST_HOLD(meaning <= KEYWORD_HOLD && keyword_classify(text) == meaning);
    MUST_HOLD(keyword_name(meaning)[0] != '\0');
    if (strlen(text) < LONGEST) {
        dressed(text, arena);
    }
    asked(text, arena);
    if (choice < ARRAY_LENGTH(words)) {
        leaving(words[choice], text, arena);
    }
    return 0;
}
