/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The segment language: a tree that is sane and bounded, or an error that says where. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/text.h"
#include "muster/model/who.h"

enum {
    LENGTH_LIMIT = 4096,
    DEPTH_LIMIT = 64 + 65 * 12, /* brackets and nots, and between them trees of 4096 leaves */
    NODES_LIMIT = 4 * LENGTH_LIMIT,
};

static const char *const CUSTOMS[] = {"shift_pattern", "locker"};
static const struct who_vocabulary VOCABULARY = {.fields = CUSTOMS, .field_count = 2};

struct walk {
    size_t nodes;
    size_t characters; /* of the source */
};

static void check_term(const struct who *who)
{
    bool range = who->match == WHO_MATCH_RANGE || who->match == WHO_MATCH_BELOW ||
                 who->match == WHO_MATCH_ABOVE;
    MUST_HOLD(who->field <= WHO_FIELD_CUSTOM && who->match <= WHO_MATCH_ABOVE);
    MUST_HOLD((who->field == WHO_FIELD_CUSTOM) == (who->custom != NULL));
    MUST_HOLD(fuzz_is_utf8(who->low) && fuzz_is_utf8(who->high));
    MUST_HOLD(!range || who->field == WHO_FIELD_NUMBER || who->field == WHO_FIELD_BAND ||
              who->field == WHO_FIELD_JOINED || who->field == WHO_FIELD_PLAN ||
              who->field == WHO_FIELD_CUSTOM);
    switch (who->match) {
    case WHO_MATCH_IS:
        MUST_HOLD((who->low != NULL && who->low[0] != '\0') ||
                  (who->low == NULL && who->field >= WHO_FIELD_COMING &&
                   who->field <= WHO_FIELD_UNANSWERED));
        break;
    case WHO_MATCH_BEGINS: MUST_HOLD(who->low != NULL); break;
    case WHO_MATCH_ENDS:
        MUST_HOLD(who->field == WHO_FIELD_EMAIL && who->low != NULL && who->low[0] != '\0');
        break;
    case WHO_MATCH_RANGE: MUST_HOLD(who->low != NULL || who->high != NULL); break;
    case WHO_MATCH_BELOW: MUST_HOLD(who->low == NULL && who->high != NULL); break;
    case WHO_MATCH_ABOVE: MUST_HOLD(who->low != NULL && who->high == NULL); break;
    }
    if (who->field == WHO_FIELD_JOINED || who->field == WHO_FIELD_PLAN) {
        MUST_HOLD(who->low == NULL || strlen(who->low) == 10);
        MUST_HOLD(who->high == NULL || strlen(who->high) == 10);
        MUST_HOLD(who->low == NULL || who->high == NULL || strcmp(who->low, who->high) <= 0);
    }
}

static void check_tree(const struct who *who, size_t depth, struct walk *walk)
{
    MUST_HOLD(who != NULL && depth <= DEPTH_LIMIT && ++walk->nodes <= NODES_LIMIT);
    MUST_HOLD(who->column >= 1 && who->column <= walk->characters);
    switch (who->kind) {
    case WHO_EVERYONE: break;
    case WHO_AND:
    case WHO_OR:
        check_tree(who->left, depth + 1, walk);
        check_tree(who->right, depth + 1, walk);
        MUST_HOLD(who->column <= who->right->column);
        break;
    case WHO_NOT:
        MUST_HOLD(who->right == NULL);
        check_tree(who->left, depth + 1, walk);
        break;
    case WHO_TERM: check_term(who); break;
    default: fuzz_broken("a node is of some kind", __FILE__, __LINE__);
    }
}

static bool is_same(const struct who *a, const struct who *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    bool same = a->kind == b->kind && is_same(a->left, b->left) && is_same(a->right, b->right);
    if (!same || a->kind != WHO_TERM) {
        return same;
    }
    return a->field == b->field && a->match == b->match && text_equal(a->low, b->low) &&
           text_equal(a->high, b->high) && a->custom == b->custom;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct error err = {0};
    const struct who *who = NULL;
    if (!who_parse(text, &VOCABULARY, arena, &who, &err)) {
        MUST_HOLD(who == NULL && err.kind == ERROR_DATA && err.text[0] != '\0');
        MUST_HOLD(fuzz_is_utf8(err.text));
        return 0;
    }
    MUST_HOLD(fuzz_is_utf8(text) && strlen(text) <= LENGTH_LIMIT);
    struct walk walk = {.characters = strlen(text)};
    check_tree(who, 1, &walk);
    /* Brackets around it and blanks at its ends mean nothing. */
    const struct who *again = NULL;
    if (strlen(text) + 4 <= LENGTH_LIMIT &&
        who_parse(arena_printf(arena, " (%s) ", text), &VOCABULARY, arena, &again, &err)) {
        MUST_HOLD(is_same(who, again));
    }
    return 0;
}
