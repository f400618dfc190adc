/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts a segment's description into its pieces. Descriptions are pasted from letters and chats, so
 * curly quotes and no-break spaces are read as what they were meant to be. */
#include "who_lexer.h"

#include <string.h>

#include "muster/base/text.h"

static uint32_t rune_at(const char *at, size_t *size)
{
    uint32_t rune = 0;
    *size = text_rune(at, strlen(at) < 4 ? strlen(at) : 4, &rune);
    return rune;
}

static bool is_blank(uint32_t rune)
{
    return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0xA0 || rune == 0x202F ||
           rune == 0x3000 || (rune >= 0x2000 && rune <= 0x200B) || rune == 0xFEFF;
}

static bool is_quote(uint32_t rune)
{
    return rune == '"' || rune == 0x201C || rune == 0x201D || rune == 0x201E;
}

static void step(struct who_lexer *lexer, size_t size)
{
    lexer->at += size;
    lexer->column++;
}

/* Whether a word ends here. */
static bool is_word_end(const char *at)
{
    size_t size = 0;
    uint32_t rune = rune_at(at, &size);
    return size == 0 || is_blank(rune) || is_quote(rune) || strchr("():<>", *at) != NULL ||
           strncmp(at, "..", 2) == 0;
}

static bool read_quoted(struct who_lexer *lexer, struct who_token *token, struct error *err)
{
    size_t size = 0;
    bool curly = rune_at(lexer->at, &size) != '"';
    step(lexer, size);
    const char *start = lexer->at;
    for (;;) {
        uint32_t rune = rune_at(lexer->at, &size);
        if (size == 0)
            return error_set(err, ERROR_DATA, "at character %zu: this quote is never closed",
                             token->column);
        /* Word processors curl one of a pair only, now and then: what began curly ends in any. */
        if (rune == '"' || (curly && is_quote(rune)))
            break;
        step(lexer, size);
    }
    token->kind = WHO_TOKEN_QUOTED;
    token->text = arena_span(lexer->arena, start, (size_t)(lexer->at - start));
    step(lexer, size);
    return true;
}

static void read_word(struct who_lexer *lexer, struct who_token *token)
{
    const char *start = lexer->at;
    while (!is_word_end(lexer->at)) {
        size_t size = 0;
        rune_at(lexer->at, &size);
        step(lexer, size);
    }
    token->kind = WHO_TOKEN_WORD;
    token->text = arena_span(lexer->arena, start, (size_t)(lexer->at - start));
}

bool who_lexer_next(struct who_lexer *lexer, struct who_token *token, struct error *err)
{
    static const struct {
        const char *text;
        enum who_token_kind kind;
    } signs[] = {
        {"..", WHO_TOKEN_DOTS}, {"<=", WHO_TOKEN_LESS_SAME}, {">=", WHO_TOKEN_MORE_SAME},
        {"<", WHO_TOKEN_LESS},  {">", WHO_TOKEN_MORE},       {":", WHO_TOKEN_COLON},
        {"(", WHO_TOKEN_OPEN},  {")", WHO_TOKEN_CLOSE},
    };
    size_t size = 0;
    uint32_t rune = rune_at(lexer->at, &size);
    while (size > 0 && is_blank(rune)) {
        step(lexer, size);
        rune = rune_at(lexer->at, &size);
    }
    *token = (struct who_token){.kind = WHO_TOKEN_END, .text = "", .column = lexer->column};
    if (size == 0)
        return true;
    if (is_quote(rune))
        return read_quoted(lexer, token, err);
    for (size_t i = 0; i < ARRAY_LENGTH(signs); i++) {
        size_t length = strlen(signs[i].text);
        if (strncmp(lexer->at, signs[i].text, length) != 0)
            continue;
        token->kind = signs[i].kind;
        token->text = signs[i].text;
        lexer->at += length;
        lexer->column += length;
        return true;
    }
    read_word(lexer, token);
    return true;
}
