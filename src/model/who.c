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
#include "who_terms.h"

enum { LENGTH_MAX = 4096, DEPTH_MAX = 64 };

struct parser {
    struct who_lexer lexer;
    struct who_token token; /* the one being looked at */
    const struct who_vocabulary *vocabulary;
    struct arena *arena;
    size_t depth;
    bool may_end;         /* the term's value may begin with a * */
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

/* A bare word as a value: one of the grammar's own must be quoted, and so must a comma. */
static bool check_bare(const struct who_token *token, struct error *err)
{
    if (who_terms_is_joint(token->text))
        return error_set(err, ERROR_DATA,
                         "at character %zu: expected a value, found '%s' (quote it if it is "
                         "the value)",
                         token->column, token->text);
    if (strchr(token->text, ',') != NULL)
        return fault(token, err, "a value with a comma needs quotes; for a choice write or");
    return true;
}

/* Cut a * off the value's end, or off its beginning where the field allows that; `*match` tells.
 * NULL: none is allowed. */
static bool cut_star(const struct parser *parser, const struct who_token *token, char **text,
                     enum who_match *match, struct error *err)
{
    size_t length = strlen(*text);
    bool final = (*text)[length - 1] == '*';
    bool first = parser->may_end && (*text)[0] == '*' && length > 1;
    if (match == NULL)
        return !(final || first) || fault(token, err, "a range does not take a *");
    if (final && first)
        return fault(token, err, "a * may only stand at one end of a value");
    *match = final ? WHO_MATCH_BEGINS : first ? WHO_MATCH_ENDS : WHO_MATCH_IS;
    if (final)
        (*text)[length - 1] = '\0';
    if (first)
        (*text)++;
    return token->kind != WHO_TOKEN_WORD || strchr(*text, '*') == NULL ||
           fault(token, err, "a * may only stand at the end of a value");
}

/* value = word | '"' { any but " } '"', and its * as cut_star tells it. */
static bool parse_value(struct parser *parser, const char **value, enum who_match *match,
                        struct error *err)
{
    struct who_token token = parser->token;
    parser->unquoted = NULL;
    if (token.kind == WHO_TOKEN_WORD) {
        if (!check_bare(&token, err))
            return false;
        parser->unquoted = token.text;
    } else if (token.kind != WHO_TOKEN_QUOTED) {
        return expected(&token, err, "a value");
    }
    char *text = text_trim(token.text, parser->arena);
    if (text[0] == '\0')
        return fault(&token, err, "there is no value between the quotes");
    if (!cut_star(parser, &token, &text, match, err))
        return false;
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
    if (!parse_value(parser, &who->low, &who->match, err))
        return false;
    if (parser->token.kind != WHO_TOKEN_DOTS)
        return true;
    if (who->match != WHO_MATCH_IS)
        return fault(&first, err, "a range does not take a *");
    who->match = WHO_MATCH_RANGE;
    return advance(parser, err) && parse_value(parser, &who->high, NULL, err);
}

/* term = field ":" match; the colon is being looked at. */
static bool parse_field(struct parser *parser, const struct who_token *name, struct who *who,
                        struct error *err)
{
    if (!who_terms_field(name, parser->vocabulary, parser->arena, who, err) ||
        !advance(parser, err))
        return false;
    struct who_token value = parser->token;
    parser->may_end = who_terms_may_end(who->field);
    return parse_match(parser, who, err) &&
           who_terms_check(&value, parser->vocabulary, parser->arena, who, err);
}

/* A field with its match, a ballot state, an answer to an action, or "everyone". */
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
    if (who_terms_answer(word.text, &term->field)) {
        parser->unquoted = NULL;
        return true;
    }
    term->field = WHO_FIELD_BALLOT;
    term->low = who_terms_state(word.text);
    if (term->low == NULL)
        return who_terms_unknown_word(&word, parser->unquoted, parser->vocabulary, parser->arena,
                                      err);
    parser->unquoted = NULL;
    return true;
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

bool who_parse(const char *source, const struct who_vocabulary *vocabulary, struct arena *arena,
               const struct who **who, struct error *err)
{
    size_t length = strlen(source);
    if (length > LENGTH_MAX)
        return error_set(err, ERROR_DATA, "the description is longer than %d bytes", LENGTH_MAX);
    if (!text_is_utf8(source, length))
        return error_set(err, ERROR_DATA, "the description is not valid UTF-8");
    struct parser parser = {.lexer = {.at = source, .column = 1, .arena = arena},
                            .vocabulary = vocabulary,
                            .arena = arena};
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

const char *who_term(const char *field, const char *value, struct arena *arena)
{
    const size_t length = strlen(value);
    return length == 0 || strchr(value, '"') != NULL || value[length - 1] == '*'
               ? NULL
               : arena_printf(arena, "%s:\"%s\"", field, value);
}
