/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the phones answer by themselves; see answers.h. */
#include "answers.h"

#include <string.h>

#include "draw.h"
#include "muster/base/text.h"

static bool read_answer(char *item, struct arena *arena, struct answer *answer, struct error *err)
{
    char *value = strrchr(item, '=');
    if (value == NULL) {
        return error_set(err, ERROR_USAGE,
                         "an answer is a text and a rate such as VOTED=20%%, "
                         "not \"%s\"",
                         item);
    }
    *value = '\0';
    answer->text = text_trim(item, arena);
    size_t length = strlen(answer->text);
    if (length == 0 || length > ANSWERS_TEXT_LONGEST || !text_is_utf8(answer->text, length)) {
        return error_set(err, ERROR_USAGE, "the text of an answer has 1 to %d bytes of UTF-8",
                         ANSWERS_TEXT_LONGEST);
    }
    char *words = strchr(value + 1, '@');
    answer->words = words == NULL ? "" : text_trim(words + 1, arena);
    if (words != NULL) {
        *words = '\0';
    }
    if (words != NULL && answer->words[0] == '\0') {
        return error_set(err, ERROR_USAGE, "the answer \"%s\" names no words behind its @",
                         answer->text);
    }
    if (!draw_rate(text_trim(value + 1, arena), &answer->rate)) {
        return error_set(err, ERROR_USAGE,
                         "the rate of the answer \"%s\" is a percentage such as 20%%, not \"%s\"",
                         answer->text, value + 1);
    }
    return true;
}

bool answers_parse(const char *spec, uint64_t seed, struct arena *arena, struct answers *answers,
                   struct error *err)
{
    struct answers read = {.seed = seed};
    uint32_t total = 0;
    char *rest = arena_text(arena, spec);
    while (rest != NULL && *rest != '\0') {
        if (read.count == ANSWERS_MOST) {
            return error_set(err, ERROR_USAGE, "there can be %d answers at most", ANSWERS_MOST);
        }
        struct answer *answer = &read.list[read.count];
        if (!read_answer(strsep(&rest, ","), arena, answer, err)) {
            return false;
        }
        total += answer->rate;
        if (total > DRAW_WHOLE) {
            return error_set(err, ERROR_USAGE, "the rates of the answers pass 100%% together");
        }
        read.count++;
    }
    *answers = read;
    return true;
}

const char *answers_pick(const struct answers *answers, const char *number, const char *message)
{
    if (answers->count == 0) {
        return NULL;
    }
    uint32_t lot = draw_lot(answers->seed, "answer", number, 0);
    for (size_t i = 0; i < answers->count; i++) {
        const struct answer *answer = &answers->list[i];
        if (strstr(message, answer->words) == NULL) {
            continue;
        }
        if (lot < answer->rate) {
            return answer->text;
        }
        lot -= answer->rate;
    }
    return NULL;
}

int64_t answers_pause(const struct answers *answers, const char *number)
{
    return draw_lot(answers->seed, "pause", number, 0) % (ANSWERS_DELAY + 1);
}
