/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parser of the segment language: recursive descent, one function for each line of the grammar.
 *
 * Terms joined by `and` (or by `or`) are kept in a balanced tree, not a chain: whoever walks the
 * tree, and the store's SQL, then stay shallow however long a description grows. */
#include "muster/model/who.h"

#include <string.h>
#include <strings.h>

#include "muster/base/text.h"
#include "who_lexer.h"

enum { LENGTH_MAX = 4096, DEPTH_MAX = 64 };

/* Which matches a field allows beside equality. */
enum { ALLOW_ENDING = 1, ALLOW_RANGE = 2 };

static const struct {
    const char *name;
    enum who_field field;
    unsigned allows;
} FIELDS[] = {
    {"number", WHO_FIELD_NUMBER, ALLOW_ENDING | ALLOW_RANGE},
    {"first", WHO_FIELD_FIRST, ALLOW_ENDING},
    {"last", WHO_FIELD_LAST, ALLOW_ENDING},
    {"branch", WHO_FIELD_BRANCH, ALLOW_ENDING},
    {"employer", WHO_FIELD_EMPLOYER, ALLOW_ENDING},
    {"workplace", WHO_FIELD_WORKPLACE, ALLOW_ENDING},
    {"job", WHO_FIELD_JOB, ALLOW_ENDING},
    {"band", WHO_FIELD_BAND, ALLOW_ENDING | ALLOW_RANGE},
    {"lang", WHO_FIELD_LANGUAGE, 0},
    {"status", WHO_FIELD_STATUS, ALLOW_ENDING},
    {"joined", WHO_FIELD_JOINED, ALLOW_RANGE},
    {"tag", WHO_FIELD_TAG, ALLOW_ENDING},
    {"reachable", WHO_FIELD_REACHABLE, 0},
    {"segment", WHO_FIELD_SEGMENT, 0},
};

static const struct {
    const char *word;
    const char *state;
} STATES[] = {
    {"voted", "voted"},       {"no-paper", "no-paper"},     {"no_paper", "no-paper"},
    {"declined", "declined"}, {"ineligible", "ineligible"}, {"unknown", "unknown"},
};

static const char *const REACHES[] = {"sms", "email", "any"};
static const char *const WORDS[] = {"and", "or", "not", "everyone"};

struct parser {
    struct who_lexer lexer;
    struct who_token token; /* the one being looked at */
    struct arena *arena;
    size_t depth;
    const char *unquoted; /* the bare value just read, for the advice to quote several words */
};

/* Terms on their way into a tree. */
struct operands {
    const struct who **items;
    size_t count;
    size_t room;
};

static bool fault(const struct who_token *token, struct error *err, const char *sentence)
{
    return error_set(err, ERROR_DATA, "at character %zu: %s", token->column, sentence);
}

static bool expected(const struct who_token *token, struct error *err, const char *what)
{
    if (token->kind == WHO_TOKEN_END)
        return error_set(err, ERROR_DATA, "at character %zu: expected %s, found the end",
                         token->column, what);
    return error_set(err, ERROR_DATA, "at character %zu: expected %s, found '%.60s'", token->column,
                     what, token->text);
}

static bool advance(struct parser *parser, struct error *err)
{
    return who_lexer_next(&parser->lexer, &parser->token, err);
}

static bool is_word(const struct parser *parser, const char *word)
{
    return parser->token.kind == WHO_TOKEN_WORD && strcasecmp(parser->token.text, word) == 0;
}

static struct who *node(struct parser *parser, enum who_kind kind)
{
    struct who *who = arena_alloc(parser->arena, sizeof *who);
    who->kind = kind;
    who->column = parser->token.column;
    return who;
}

static void operands_add(struct operands *list, const struct who *item, struct arena *arena)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 8 : list->room * 2;
        const struct who **items = arena_array(arena, room, sizeof(*items));
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof(*items));
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = item;
}

static const struct who *balanced(enum who_kind kind, const struct who *const *items, size_t count,
                                  struct arena *arena)
{
    if (count == 1)
        return items[0];
    size_t half = (count + 1) / 2;
    struct who *who = arena_alloc(arena, sizeof *who);
    who->kind = kind;
    who->left = balanced(kind, items, half, arena);
    who->right = balanced(kind, items + half, count - half, arena);
    who->column = who->left->column;
    return who;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* A date or its beginning (2026, 2026-01) into its first and last day. */
static bool days_of(const char *text, struct arena *arena, const char **first, const char **last)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    size_t length = strlen(text);
    if (length != 4 && length != 7 && length != 10)
        return false;
    if ((length > 4 && text[4] != '-') || (length > 7 && text[7] != '-'))
        return false;
    int64_t year = 0;
    int64_t month = 1;
    int64_t day = 1;
    if (!text_number(arena_span(arena, text, 4), 1900, 2199, &year))
        return false;
    if (length > 4 && !text_number(arena_span(arena, text + 5, 2), 1, 12, &month))
        return false;
    int64_t end = length > 4 ? month : 12;
    int64_t most = days[end - 1] + (end == 2 && is_leap(year) ? 1 : 0);
    if (length > 7 && !text_number(arena_span(arena, text + 8, 2), 1, most, &day))
        return false;
    *first = arena_printf(arena, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
    *last =
        length > 7 ? *first : arena_printf(arena, "%04d-%02d-%02d", (int)year, (int)end, (int)most);
    return true;
}

/* Turn the dates of a `joined:` term into whole days, so that the store need only compare them. */
static bool check_joined(const struct who_token *token, struct arena *arena, struct who *who,
                         struct error *err)
{
    const char *first = "";
    const char *last = "";
    const char *sentence = "joined: takes a date such as 2026-01-31, 2026-01 or 2026";
    if (who->high != NULL) {
        if (!days_of(who->high, arena, &first, &last))
            return fault(token, err, sentence);
        who->high = who->match == WHO_MATCH_BELOW ? first : last;
    }
    if (who->low != NULL) {
        if (!days_of(who->low, arena, &first, &last))
            return fault(token, err, sentence);
        who->low = who->match == WHO_MATCH_ABOVE ? last : first;
    }
    if (who->match == WHO_MATCH_IS && strcmp(first, last) != 0) {
        who->match = WHO_MATCH_RANGE;
        who->high = last;
    }
    return true;
}

static bool check_reachable(const struct who_token *token, struct who *who, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LENGTH(REACHES); i++) {
        if (strcasecmp(who->low, REACHES[i]) == 0) {
            who->low = REACHES[i];
            return true;
        }
    }
    return fault(token, err, "reachable: takes sms, email or any");
}

static bool check_language(const struct who_token *token, const struct who *who, struct error *err)
{
    size_t letters = strspn(who->low, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (who->low[letters] == '\0' && (letters == 2 || letters == 3))
        return true;
    return fault(token, err, "lang: takes the code of a language, such as en or cy");
}

/* A range of numbers that runs backwards matches nobody, and was not meant. */
static bool check_order(const struct who_token *token, const struct who *who, struct error *err)
{
    if (who->match != WHO_MATCH_RANGE || who->low == NULL || who->high == NULL)
        return true;
    int64_t low = 0;
    int64_t high = 0;
    bool backwards = who->field == WHO_FIELD_JOINED && strcmp(who->low, who->high) > 0;
    if (text_number(who->low, 0, INT64_MAX, &low) && text_number(who->high, 0, INT64_MAX, &high))
        backwards = low > high;
    return !backwards || fault(token, err, "this range runs backwards");
}

/* Whether the field allows such a match with such values. `token` is the first value's. */
static bool check_term(const struct who_token *token, size_t index, struct arena *arena,
                       struct who *who, struct error *err)
{
    const char *name = FIELDS[index].name;
    unsigned allows = FIELDS[index].allows;
    if (who->match == WHO_MATCH_BEGINS && (allows & ALLOW_ENDING) == 0)
        return error_set(err, ERROR_DATA, "at character %zu: %s: does not take a final *",
                         token->column, name);
    bool range = who->match != WHO_MATCH_IS && who->match != WHO_MATCH_BEGINS;
    if (range && (allows & ALLOW_RANGE) == 0)
        return error_set(err, ERROR_DATA, "at character %zu: %s: does not take a range",
                         token->column, name);
    if (who->field == WHO_FIELD_REACHABLE)
        return check_reachable(token, who, err);
    if (who->field == WHO_FIELD_LANGUAGE)
        return check_language(token, who, err);
    if (who->field == WHO_FIELD_JOINED && !check_joined(token, arena, who, err))
        return false;
    return check_order(token, who, err);
}

/* value = word | '"' { any but " } '"'. `*ending` tells of a final *, which is cut off; it may be
 * NULL where none is allowed. */
static bool parse_value(struct parser *parser, const char **value, bool *ending, struct error *err)
{
    struct who_token token = parser->token;
    parser->unquoted = NULL;
    if (token.kind == WHO_TOKEN_WORD) {
        for (size_t i = 0; i < ARRAY_LENGTH(WORDS) - 1; i++) {
            if (strcasecmp(token.text, WORDS[i]) == 0)
                return error_set(
                    err, ERROR_DATA,
                    "at character %zu: expected a value, found '%s' (quote it if it is "
                    "the value)",
                    token.column, token.text);
        }
        if (strchr(token.text, ',') != NULL)
            return fault(&token, err, "a value with a comma needs quotes; for a choice write or");
        parser->unquoted = token.text;
    } else if (token.kind != WHO_TOKEN_QUOTED) {
        return expected(&token, err, "a value");
    }
    char *text = text_trim(token.text, parser->arena);
    size_t length = strlen(text);
    if (length == 0)
        return fault(&token, err, "there is no value between the quotes");
    bool star = text[length - 1] == '*';
    if (star && ending == NULL)
        return fault(&token, err, "a range does not take a *");
    if (star)
        text[length - 1] = '\0';
    if (token.kind == WHO_TOKEN_WORD && strchr(text, '*') != NULL)
        return fault(&token, err, "a * may only stand at the end of a value");
    if (ending != NULL)
        *ending = star;
    *value = text;
    return advance(parser, err);
}

/* match = value | value ".." value | "<" value | ... */
static bool parse_match(struct parser *parser, struct who *who, struct error *err)
{
    enum who_token_kind sign = parser->token.kind;
    bool above = sign == WHO_TOKEN_MORE || sign == WHO_TOKEN_MORE_SAME;
    bool below = sign == WHO_TOKEN_LESS || sign == WHO_TOKEN_LESS_SAME;
    if (above || below) {
        who->match = sign == WHO_TOKEN_MORE   ? WHO_MATCH_ABOVE
                     : sign == WHO_TOKEN_LESS ? WHO_MATCH_BELOW
                                              : WHO_MATCH_RANGE;
        return advance(parser, err) &&
               parse_value(parser, above ? &who->low : &who->high, NULL, err);
    }
    struct who_token first = parser->token;
    bool ending = false;
    if (!parse_value(parser, &who->low, &ending, err))
        return false;
    who->match = ending ? WHO_MATCH_BEGINS : WHO_MATCH_IS;
    if (parser->token.kind != WHO_TOKEN_DOTS)
        return true;
    if (ending)
        return fault(&first, err, "a range does not take a *");
    who->match = WHO_MATCH_RANGE;
    return advance(parser, err) && parse_value(parser, &who->high, NULL, err);
}

/* Say that nobody knows `name`, and which word may have been meant. */
static bool unknown_field(const struct who_token *name, struct error *err)
{
    const char *choices[ARRAY_LENGTH(FIELDS)];
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++)
        choices[i] = FIELDS[i].name;
    const char *near = text_nearest(name->text, choices, ARRAY_LENGTH(choices));
    if (near != NULL)
        return error_set(err, ERROR_DATA, "at character %zu: no field '%.60s', did you mean '%s'?",
                         name->column, name->text, near);
    return error_set(
        err, ERROR_DATA,
        "at character %zu: no field '%.60s'; there are number, first, last, branch, "
        "employer, workplace, job, band, lang, status, joined, tag, reachable, segment",
        name->column, name->text);
}

/* The same for a word that stands alone. */
static bool unknown_word(const struct parser *parser, const struct who_token *word,
                         struct error *err)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        size_t length = strlen(FIELDS[i].name);
        if (strncasecmp(word->text, FIELDS[i].name, length) != 0)
            continue;
        if (word->text[length] == '\0' || word->text[length] == '=')
            return error_set(err, ERROR_DATA, "at character %zu: expected '%s:' and a value",
                             word->column, FIELDS[i].name);
    }
    if (parser->unquoted != NULL)
        return error_set(err, ERROR_DATA,
                         "at character %zu: no word '%.60s'; a value of several words needs "
                         "quotes, \"%.60s %.60s\"",
                         word->column, word->text, parser->unquoted, word->text);
    const char *choices[ARRAY_LENGTH(WORDS) + ARRAY_LENGTH(STATES)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++)
        choices[count++] = WORDS[i];
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++)
        choices[count++] = STATES[i].word;
    const char *near = text_nearest(word->text, choices, count);
    if (near != NULL)
        return error_set(err, ERROR_DATA, "at character %zu: no word '%.60s', did you mean '%s'?",
                         word->column, word->text, near);
    return error_set(err, ERROR_DATA,
                     "at character %zu: no word '%.60s'; write a field and a value, as in "
                     "branch:Leeds, or voted, no-paper, declined, ineligible, unknown, everyone",
                     word->column, word->text);
}

/* term = field ":" match; the colon is being looked at. */
static bool parse_field(struct parser *parser, const struct who_token *name, struct who *who,
                        struct error *err)
{
    size_t index = 0;
    while (index < ARRAY_LENGTH(FIELDS) && strcasecmp(name->text, FIELDS[index].name) != 0)
        index++;
    if (index == ARRAY_LENGTH(FIELDS))
        return unknown_field(name, err);
    if (!advance(parser, err))
        return false;
    struct who_token value = parser->token;
    who->field = FIELDS[index].field;
    return parse_match(parser, who, err) && check_term(&value, index, parser->arena, who, err);
}

/* A field with its match, a ballot state, or "everyone". */
static bool parse_term(struct parser *parser, const struct who **who, struct error *err)
{
    struct who_token word = parser->token;
    if (word.kind != WHO_TOKEN_WORD)
        return expected(&word, err, "a field, a word or (");
    if (is_word(parser, "and") || is_word(parser, "or"))
        return expected(&word, err, "a field, a word or (");
    struct who *term = node(parser, WHO_TERM);
    if (!advance(parser, err))
        return false;
    *who = term;
    if (parser->token.kind == WHO_TOKEN_COLON)
        return parse_field(parser, &word, term, err);
    if (strcasecmp(word.text, "everyone") == 0) {
        parser->unquoted = NULL;
        term->kind = WHO_EVERYONE;
        return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        if (strcasecmp(word.text, STATES[i].word) == 0) {
            parser->unquoted = NULL;
            term->field = WHO_FIELD_BALLOT;
            term->low = STATES[i].state;
            return true;
        }
    }
    return unknown_word(parser, &word, err);
}

static bool parse_who(struct parser *parser, const struct who **who, struct error *err);

/* each = "not" each | "(" who ")" | term | "everyone" */
static bool parse_each(struct parser *parser, const struct who **who, struct error *err)
{
    bool negated = is_word(parser, "not");
    if (!negated && parser->token.kind != WHO_TOKEN_OPEN)
        return parse_term(parser, who, err);
    if (parser->depth == DEPTH_MAX)
        return fault(&parser->token, err, "more than 64 brackets and nots inside one another");
    struct who *inverse = node(parser, WHO_NOT);
    struct who_token open = parser->token;
    parser->unquoted = NULL;
    parser->depth++;
    if (!advance(parser, err))
        return false;
    if (negated) {
        if (!parse_each(parser, &inverse->left, err))
            return false;
        *who = inverse;
    } else {
        if (!parse_who(parser, who, err))
            return false;
        if (parser->token.kind == WHO_TOKEN_END)
            return fault(&open, err, "this bracket is never closed");
        if (parser->token.kind != WHO_TOKEN_CLOSE)
            return expected(&parser->token, err, "and, or, or )");
        parser->unquoted = NULL;
        if (!advance(parser, err))
            return false;
    }
    parser->depth--;
    return true;
}

/* either = each { "and" each }, where `and` may be left out. */
static bool parse_either(struct parser *parser, const struct who **who, struct error *err)
{
    struct operands list = {0};
    for (;;) {
        const struct who *item = NULL;
        if (!parse_each(parser, &item, err))
            return false;
        operands_add(&list, item, parser->arena);
        enum who_token_kind kind = parser->token.kind;
        bool again = kind == WHO_TOKEN_WORD || kind == WHO_TOKEN_OPEN;
        if (!again || is_word(parser, "or"))
            break;
        if (is_word(parser, "and")) {
            parser->unquoted = NULL;
            if (!advance(parser, err))
                return false;
        }
    }
    *who = balanced(WHO_AND, list.items, list.count, parser->arena);
    return true;
}

/* who = either { "or" either } */
static bool parse_who(struct parser *parser, const struct who **who, struct error *err)
{
    struct operands list = {0};
    for (;;) {
        const struct who *item = NULL;
        if (!parse_either(parser, &item, err))
            return false;
        operands_add(&list, item, parser->arena);
        if (!is_word(parser, "or"))
            break;
        parser->unquoted = NULL;
        if (!advance(parser, err))
            return false;
    }
    *who = balanced(WHO_OR, list.items, list.count, parser->arena);
    return true;
}

bool who_parse(const char *source, struct arena *arena, const struct who **who, struct error *err)
{
    size_t length = strlen(source);
    if (length > LENGTH_MAX)
        return error_set(err, ERROR_DATA, "the description is longer than %d bytes", LENGTH_MAX);
    if (!text_is_utf8(source, length))
        return error_set(err, ERROR_DATA, "the description is not valid UTF-8");
    struct parser parser = {.lexer = {.at = source, .column = 1, .arena = arena}, .arena = arena};
    if (!advance(&parser, err))
        return false;
    if (parser.token.kind == WHO_TOKEN_END)
        return error_set(err, ERROR_DATA, "the description is empty; everyone is written everyone");
    const struct who *tree = NULL;
    if (!parse_who(&parser, &tree, err))
        return false;
    if (parser.token.kind == WHO_TOKEN_CLOSE)
        return fault(&parser.token, err, "this ) closes nothing");
    if (parser.token.kind != WHO_TOKEN_END)
        return expected(&parser.token, err, "and, or, or the end");
    *who = tree;
    return true;
}
