/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers to a call: "1", "1 +2", "Coming, with two friends", "Methu dod, sori".
 *
 * A reply is taken apart from both ends of what is certain: first what says maybe, then what says
 * no, then what says yes, so that "coming" within "not coming" is not heard; then numbers, each of
 * which has to be accounted for. Where something is left over that might change the answer, it is
 * for a person: somebody who is waited for in vain is worse than a reply that is read. */
#include "question_come.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "saying.h"

enum { WORDS_MOST = 16, BEFORE_MOST = 6, TEXT_CEILING = 2 * SAYING_BYTES_MAX };

/* How many words somebody brings along, at most; more is a slip, or a coach. */
enum { GUESTS_MOST = 20, NO_NUMBER = -1, UNCLEAR = -2 };

/* Words before an answer that change nothing about it. */
static const char BEFORE[] =
    "yes yep yeah yup aye ydw byddaf ie iawn answer option number my is its it reply the a an i im "
    "ill id we well were will would be am are can can't do definitely def deffo defo certainly "
    "absolutely sure of course all both just me and my answer is count ateb fy mae dw dwi rwy rwyn "
    "dwin rydw mi fi fe y no nope nah na us ohonom unfortunately afraid that think but really";

static const char YES[] = "yes yep yeah yup aye ydw byddaf gwnaf ie";
static const char NO[] = "no nope nah na nac nage";

/* What may turn an answer round, or hang a condition on it. */
static const char TURNING[] =
    "but if unless except until when not dont doesnt didnt isnt arent wasnt cant cannot wont never "
    "voted vote voting ballot paper no or either os ond heb ddim dim nid neu unrhyw instead "
    "cancelled";

static const char *const MAYBE[] = {
    "not sure yet", "not sure",     "not certain",      "unsure",       "maybe",     "may be",
    "might",        "possibly",     "perhaps",          "prob",         "probably",  "hopefully",
    "will try",     "ill try",      "try to come",      "let you know", "dont know", "dunno",
    "depends",      "hope to",      "efallai",          "falle",        "ella",      "hwyrach",
    "ddim yn siwr", "ddim yn siŵr", "ddim yn siwr eto", "gobeithio",
};

static const char *const CANNOT[] = {
    "wont be able to come",
    "wont be able to make it",
    "wont be able to",
    "wont be able",
    "not able to come",
    "not able to make it",
    "not able to",
    "unable to come",
    "unable to make it",
    "unable to attend",
    "unable to",
    "unable",
    "cant come",
    "cannot come",
    "cant make it",
    "cannot make it",
    "cant make",
    "cannot make",
    "cant attend",
    "cannot attend",
    "cant be there",
    "cannot be there",
    "cant do it",
    "cant get there",
    "cant",
    "cannot",
    "can not come",
    "can not make it",
    "wont be there",
    "wont be coming",
    "wont be",
    "wont come",
    "wont make it",
    "not be there",
    "not be coming",
    "not coming",
    "not attending",
    "not going",
    "not this time",
    "dont think i can",
    "not available",
    "unavailable",
    "im working",
    "am working",
    "on shift",
    "im away",
    "on holiday",
    "on leave",
    "methu dod",
    "methu",
    "ddim yn dod",
    "ddim yn gallu dod",
    "ddim yn gallu",
    "alla i ddim",
    "allaf i ddim",
    "allai ddim",
    "fedra i ddim",
    "fedraf i ddim",
    "fydda i ddim yno",
    "fyddaf i ddim yno",
    "dim yn gallu",
};

static const char *const COMING[] = {
    "count me in",   "count us in",  "be there",    "be coming",    "will come",
    "ill come",      "can come",     "can make it", "will attend",  "be attending",
    "ill attend",    "coming along", "coming",      "comming",      "attending",
    "see you there", "im in",        "were in",     "im up for it", "will be at it",
    "going to come", "im going",     "ill go",      "on my way",    "bydda i yno",
    "byddaf yno",    "byddaf i yno", "fydda i yno", "fyddaf yno",   "fyddai yno",
    "byddwn ni yno", "byddwn yno",   "yn dod",      "dwin dod",     "rwyn dod",
    "mi ddof",       "dof",          "dod",         "ddo i",        "dewn ni",
};

/* One more head each. */
static const char PERSON[] =
    "wife husband partner son daughter mum mam mother dad father sister brother friend mate "
    "colleague neighbour girlfriend boyfriend nan kid child boy girl gran fiance fiancee "
    "gwraig gwr gŵr mab merch ffrind cydweithiwr chwaer brawd partneres";

/* What is counted, and what stands around numbers. */
static const char COUNTED[] =
    "others other more people persons guests guest friends mates colleagues kids children family "
    "extra along too as well from work adults ffrind ffrindiau arall eraill o bobl plant gwestai";

static const char GLUE[] = "plus with bringing bring brings will gyda efo a ac extra another";

static const char *const NUMERALS[] = {
    "zero none",          "one un",        "two dau dwy",     "three tri tair",
    "four pedwar pedair", "five pump pum", "six chwech chwe", "seven saith",
    "eight wyth",         "nine naw",      "ten deg",
};

/* A reply on its way: which words are accounted for. */
struct reply_words {
    struct saying all;
    bool *used;
};

/* The number that a word is; NO_NUMBER for none, UNCLEAR for one beyond all sense. */
static int number_of(const char *word)
{
    int64_t number = 0;
    if (word[0] != '\0' && word[strspn(word, "0123456789")] == '\0') {
        return text_number(word, 0, GUESTS_MOST + 1, &number) ? (int)number : UNCLEAR;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(NUMERALS); i++) {
        if (saying_among(NUMERALS[i], word)) {
            return (int)i;
        }
    }
    return NO_NUMBER;
}

/* Use up every occurrence of the phrases; the place of the first, or the count of all words. */
static size_t use_phrases(struct reply_words *words, const char *const *phrases, size_t count)
{
    size_t first = words->all.count;
    for (size_t at = 0; at < words->all.count; at++) {
        size_t longest = 0;
        for (size_t i = 0; i < count && !words->used[at]; i++) {
            const size_t length = saying_phrase(words->all, at, phrases[i]);
            longest = length > longest ? length : longest;
        }
        for (size_t k = 0; k < longest; k++) {
            words->used[at + k] = true;
        }
        first = longest > 0 && first == words->all.count ? at : first;
    }
    return first;
}

static bool is_asked(struct saying all)
{
    for (size_t i = 0; i < all.count; i++) {
        if (all.words[i].asks) {
            return true;
        }
    }
    return false;
}

/* Two digits with something between them that makes a choice or a time of them: "1/2", "1-2",
 * "10:30". */
static bool is_pair(const char *folded)
{
    for (const char *at = folded; *at != '\0'; at++) {
        if (*at < '0' || *at > '9') {
            continue;
        }
        const char *sign = at + 1 + strspn(at + 1, " ");
        const char *next = *sign == '\0' ? sign : sign + 1 + strspn(sign + 1, " ");
        if (*sign != '\0' && strchr("/&,-:.|", *sign) != NULL && *next >= '0' && *next <= '9') {
            return true;
        }
    }
    return false;
}

/* "+2" as a word that is kept. */
static const char *spell_plus(const char *folded, struct arena *arena)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, TEXT_CEILING);
    for (const char *at = folded; *at != '\0'; at++) {
        (void)(*at == '+' ? buffer_puts(&out, " plus ") : buffer_printf(&out, "%c", *at));
    }
    return arena_text(arena, buffer_text(&out));
}

/* "2 of us", "the two of us": all of them, the writer too. */
static bool is_of_us(const struct reply_words *words, size_t at)
{
    const struct saying rest = saying_slice(words->all, at + 1, words->all.count);
    return saying_phrase(rest, 0, "of us") > 0 || saying_phrase(rest, 0, "ohonom") > 0 ||
           saying_phrase(rest, 0, "ohonon") > 0;
}

/* The answer of the campaign's own that a word is; NULL: none. */
static const struct question_answer *answer_of(const struct question *question, const char *word)
{
    for (size_t i = 0; i < question->count; i++) {
        const char *says = question->answers[i].says;
        const bool digit = says[0] >= '0' && says[0] <= '9' && says[1] == '\0';
        if (text_equal(says, word) || (digit && saying_among(NUMERALS[says[0] - '0'], word))) {
            return &question->answers[i];
        }
    }
    return NULL;
}

/* Whether every word before `place` changes nothing. */
static bool is_before(const struct reply_words *words, size_t place)
{
    size_t strange = 0;
    for (size_t i = 0; i < place; i++) {
        const char *word = words->all.words[i].text;
        const bool us = number_of(word) >= 0 && is_of_us(words, i);
        strange += !words->used[i] && !us && !saying_among(BEFORE, word) &&
                   !saying_among(saying_polite, word);
    }
    return strange == 0 && place <= BEFORE_MOST;
}

/* An answer by one of the campaign's own words or digits: the first word that is one, when only
 * such words stand before it as change nothing. */
static const struct question_answer *own_answer(const struct question *question,
                                                struct reply_words *words, size_t *place)
{
    for (size_t i = 0; i < words->all.count; i++) {
        const struct question_answer *answer = answer_of(question, words->all.words[i].text);
        if (answer != NULL && !words->used[i] && !is_of_us(words, i) && is_before(words, i)) {
            words->used[i] = true;
            *place = i;
            return answer;
        }
    }
    return NULL;
}

/* Whether a number at a place says how many are brought: right behind the answer, or after "plus"
 * and its like, or before what is counted. */
static bool is_guests(const struct reply_words *words, size_t at, size_t place)
{
    const struct saying_word *list = words->all.words;
    const bool counted = at + 1 < words->all.count && saying_among(COUNTED, list[at + 1].text);
    const bool glued = at > 0 && at - 1 != place && saying_among(GLUE, list[at - 1].text);
    const bool behind = at > 0 && (at - 1 == place || words->used[at - 1]) && !list[at - 1].ends;
    return counted || glued || behind;
}

/* How many they bring, of all numbers and people that are named from `place` on; UNCLEAR when a
 * number may mean something else. */
static int count_guests(struct reply_words *words, size_t place)
{
    int guests = NO_NUMBER;
    int named = 0;
    for (size_t i = 0; i < words->all.count; i++) {
        const char *word = words->all.words[i].text;
        const int number = words->used[i] ? NO_NUMBER : number_of(word);
        named += i > place && !words->used[i] && saying_among(PERSON, word);
        if (number == NO_NUMBER) {
            continue;
        }
        const bool us = is_of_us(words, i);
        const int brought = us ? number - 1 : number;
        if (number == UNCLEAR || guests != NO_NUMBER || brought < 0 || brought > GUESTS_MOST ||
            (!us && (i < place || !is_guests(words, i, place)))) {
            return UNCLEAR;
        }
        guests = brought;
        words->used[i] = true;
    }
    return guests != NO_NUMBER ? guests : named;
}

/* Whether a word that is left may turn the answer round. */
static bool is_turned(const struct reply_words *words, enum keyword meaning)
{
    for (size_t i = 0; i < words->all.count; i++) {
        const char *word = words->all.words[i].text;
        const bool fits = meaning == KEYWORD_CANNOT && saying_among(NO, word);
        if (!words->used[i] && !fits && saying_among(TURNING, word)) {
            return true;
        }
        if (meaning != KEYWORD_COMING && saying_among(YES, word)) {
            return true;
        }
    }
    return false;
}

/* A bare yes or no, with courtesy: what most people write to a call. */
static enum keyword bare_word(const struct reply_words *words)
{
    const struct saying bare = saying_bare(words->all);
    if (bare.count == 0) {
        return KEYWORD_OTHER;
    }
    const bool yes = saying_among(YES, bare.words[0].text);
    const bool no = saying_among(NO, bare.words[0].text);
    for (size_t i = 1; i < bare.count; i++) {
        const char *word = bare.words[i].text;
        const bool same = saying_among(yes ? YES : NO, word);
        const bool brings =
            yes && (saying_among(GLUE, word) || saying_among(COUNTED, word) ||
                    saying_among(PERSON, word) || saying_among("my me and", word) ||
                    (number_of(word) >= 0 && saying_among(GLUE, bare.words[i - 1].text)));
        if (!same && !brings && !saying_among(saying_polite, word)) {
            return KEYWORD_OTHER;
        }
    }
    return yes ? KEYWORD_COMING : no ? KEYWORD_CANNOT : KEYWORD_OTHER;
}

/* What the words say, whatever digits are there; its place into `*place`. KEYWORD_OTHER for
 * nothing, `*several` for two things. */
static enum keyword said_in_words(struct reply_words *words, size_t *place, bool *several)
{
    const size_t none = words->all.count;
    const size_t maybe = use_phrases(words, MAYBE, ARRAY_LENGTH(MAYBE));
    const size_t cannot = use_phrases(words, CANNOT, ARRAY_LENGTH(CANNOT));
    const size_t coming = use_phrases(words, COMING, ARRAY_LENGTH(COMING));
    *several = cannot != none && (coming != none || maybe != none);
    const size_t first = maybe < coming ? maybe : coming;
    *place = maybe != none ? first : cannot != none ? cannot : coming;
    return maybe != none    ? KEYWORD_MAYBE
           : cannot != none ? KEYWORD_CANNOT
           : coming != none ? KEYWORD_COMING
                            : KEYWORD_OTHER;
}

/* The one answer of the reply and its place; KEYWORD_OTHER for none, or for two. */
static enum keyword said(const struct question *question, struct reply_words *words, size_t *place)
{
    bool several = false;
    size_t spoken = 0;
    const enum keyword phrase = said_in_words(words, &spoken, &several);
    const struct question_answer *own = NULL;
    if (several) {
        return KEYWORD_OTHER;
    }
    *place = spoken;
    if (phrase == KEYWORD_OTHER || spoken > 0) {
        own = own_answer(question, words, place);
    }
    if (own == NULL) {
        *place = spoken;
        return phrase != KEYWORD_OTHER && !is_before(words, spoken) ? KEYWORD_OTHER : phrase;
    }
    return phrase == KEYWORD_OTHER || phrase == own->means ? own->means : KEYWORD_OTHER;
}

struct question_heard question_come_hear(const struct question *question, enum keyword plain,
                                         const char *text)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct saying_word list[SAYING_WORDS_MAX];
    const struct question_heard other = {.meaning = KEYWORD_OTHER};
    const char *folded = saying_fold(text, arena);
    const char *spelled = spell_plus(folded, arena);
    struct reply_words words = {.all = {.words = list, .count = saying_read(spelled, arena, list)}};
    words.used = arena_array(arena, words.all.count + 1, sizeof *words.used);
    size_t place = 0;
    if (words.all.count > WORDS_MOST || is_asked(words.all) || is_pair(folded)) {
        return (struct question_heard){.meaning = plain};
    }
    const bool bare = bare_word(&words) != KEYWORD_OTHER;
    enum keyword meaning = bare ? bare_word(&words) : said(question, &words, &place);
    if (meaning == KEYWORD_OTHER || plain != KEYWORD_OTHER) {
        return meaning == KEYWORD_OTHER ? (struct question_heard){.meaning = plain} : other;
    }
    const int guests = count_guests(&words, place);
    if (guests == UNCLEAR || (!bare && is_turned(&words, meaning)) ||
        (meaning == KEYWORD_CANNOT && guests > 0)) {
        return other;
    }
    return (struct question_heard){.meaning = meaning, .guests = guests};
}
