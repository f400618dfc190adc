/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two manifests, told apart as an organiser would: "step last-call: the deadline was ... and is
 * ...". */
#include "approval_private.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/message/price.h"

enum { TOLD_MOST = 3, SHORT_MOST = 60 };

enum kind { WORDS, INSTANT, MONEY, SWITCH, LENGTH };

/* How the columns are called, and read. */
static const struct {
    const char *column;
    const char *words;
    enum kind kind;
} columns[] = {
    {"title", "the title", WORDS},
    {"details", "the details", WORDS},
    {"hours_sms", "the hours of texts", WORDS},
    {"hours_email", "the hours of mails", WORDS},
    {"hours_why", "the reason for its hours", WORDS},
    {"budget", "the budget", MONEY},
    {"budget_currency", "the currency", WORDS},
    {"purpose", "the purpose", WORDS},
    {"who", "who is meant", WORDS},
    {"sms_first", "which channel comes first", SWITCH},
    {"uses_sms", "whether texts go", SWITCH},
    {"uses_email", "whether mails go", SWITCH},
    {"at", "the time", INSTANT},
    {"deadline", "the deadline", INSTANT},
    {"at_words", "the time in words", WORDS},
    {"deadline_words", "the deadline in words", WORDS},
    {"plain", "what may be written plainer", WORDS},
    {"asks", "what its answers mean", WORDS},
    {"name", "the name", WORDS},
    {"skipped", "why it is skipped", WORDS},
    {"mail_after", "after how long a mail follows a text", LENGTH},
    {"held_out", "how many percent get nothing, to learn from", WORDS},
    {"trial", "whose lots are drawn", WORDS},
    {"daily_until", "the last of its days", WORDS},
    {"opens", "the opening", INSTANT},
    {"closes", "the close", INSTANT},
    {"method", "the method", WORDS},
    {"replacements_from", "from when papers are replaced", INSTANT},
    {"replacements_until", "until when papers are replaced", INSTANT},
    {"last_post", "the last safe day for the post", INSTANT},
    {"place", "the place", WORDS},
    {"starts", "the beginning", INSTANT},
    {"ends", "the end", INSTANT},
    {"contact", "the contact", WORDS},
};

struct difference {
    struct arena *arena;
    const char *currency;
    const char *words; /* "": nothing */
    size_t count;
};

static void tell(struct difference *difference, const char *what)
{
    if (difference->count++ < TOLD_MOST) {
        difference->words = arena_printf(difference->arena, "%s%s%s", difference->words,
                                         difference->count == 1 ? "" : "; ", what);
    }
}

static const char *text_of(const struct json *object, const char *name, struct arena *arena)
{
    return json_text_at(json_member(object, name), "", arena);
}

/* A value as people read it; NULL: too long for a sentence. */
static const char *value_words(const struct difference *difference, enum kind kind,
                               const char *value)
{
    int64_t number = 0;
    if (value == NULL) {
        return "none";
    }
    if (kind != WORDS && !text_number(value, INT64_MIN + 1, INT64_MAX, &number)) {
        return value;
    }
    switch (kind) {
    case INSTANT: return clock_minute(number, difference->arena);
    case MONEY: return price_text(number, difference->currency, difference->arena);
    case LENGTH:
        return arena_printf(difference->arena, "%lld minutes", (long long)(number / CLOCK_MINUTE));
    case SWITCH: return number == 0 ? "no" : "yes";
    case WORDS: break;
    }
    return strlen(value) > SHORT_MOST || strpbrk(value, "{\n") != NULL
               ? NULL
               : arena_printf(difference->arena, "'%s'", value);
}

static void tell_column(struct difference *difference, const char *prefix, const char *column,
                        const char *was, const char *is)
{
    const char *words = column;
    enum kind kind = WORDS;
    for (size_t i = 0; i < ARRAY_LENGTH(columns); i++) {
        if (text_equal(columns[i].column, column)) {
            words = columns[i].words;
            kind = columns[i].kind;
        }
    }
    const char *before = value_words(difference, kind, was);
    const char *after = value_words(difference, kind, is);
    tell(difference, before == NULL || after == NULL
                         ? arena_printf(difference->arena, "%s%s changed", prefix, words)
                         : arena_printf(difference->arena, "%s%s: %s instead of %s", prefix, words,
                                        after, before));
}

/* What a campaign gets while it goes: the first text that costs something brings the currency, and
 * a step is left out when its time has passed. */
static bool comes_by_itself(const char *name)
{
    return text_equal(name, "skipped") || text_equal(name, "currency");
}

/* Every text of two objects; what is an object is another's. */
static void compare_columns(struct difference *difference, const char *prefix,
                            const struct json *before, const struct json *now)
{
    const struct json *const both[] = {before, now};
    for (size_t side = 0; side < ARRAY_LENGTH(both); side++) {
        for (size_t i = 0; i < json_count(both[side]); i++) {
            const char *name = json_name(both[side], i);
            const char *was = text_of(before, name, difference->arena);
            const char *is = text_of(now, name, difference->arena);
            const bool by_itself = was == NULL && comes_by_itself(name);
            const bool told = side == 1 && was != NULL;
            if (!told && !by_itself && !text_equal(was, is) && !text_equal(name, "members")) {
                tell_column(difference, prefix, name, was, is);
            }
        }
    }
}

/* Segments, or templates: what there is on one side only, and what is not the same. */
static void compare_named(struct difference *difference, const char *prefix, const char *noun,
                          const struct json *before, const struct json *now)
{
    for (size_t i = 0; i < json_count(now); i++) {
        const char *name = json_name(now, i);
        const char *was = text_of(before, name, difference->arena);
        if (!text_equal(was, text_of(now, name, difference->arena))) {
            tell(difference, arena_printf(difference->arena, "%s%s %s %s", prefix, noun, name,
                                          was == NULL ? "is new" : "changed"));
        }
    }
    for (size_t i = 0; i < json_count(before); i++) {
        const char *name = json_name(before, i);
        if (json_member(now, name) == NULL) {
            tell(difference,
                 arena_printf(difference->arena, "%s%s %s is gone", prefix, noun, name));
        }
    }
}

static void compare_step(struct difference *difference, const struct json *before,
                         const struct json *now, const struct step *step, bool only)
{
    const char *place = arena_printf(difference->arena, "%lld", (long long)step->position);
    const char *name = text_empty(step->name) ? place : step->name;
    const char *prefix = only ? "" : arena_printf(difference->arena, "step %s: ", name);
    const struct json *was = json_member(before, place);
    const struct json *is = json_member(now, place);
    if (was == NULL) {
        tell(difference, arena_printf(difference->arena, "step %s is new", name));
        return;
    }
    compare_columns(difference, prefix, was, is);
    compare_named(difference, prefix, "segment", json_member(was, "segments"),
                  json_member(is, "segments"));
    compare_named(difference, prefix, "the template", json_member(was, "templates"),
                  json_member(is, "templates"));
    compare_named(difference, prefix, "the share of wording", json_member(was, "variants"),
                  json_member(is, "variants"));
}

const char *approval_difference(const struct json *before, const struct json *now,
                                const struct step *steps, size_t step_count, struct arena *arena)
{
    static const struct {
        const char *group;
        const char *prefix;
    } groups[] = {{"campaign", ""}, {"ballot", "the ballot: "}, {"action", "the action: "}};
    const struct json *steps_before = json_member(before, "steps");
    const struct json *steps_now = json_member(now, "steps");
    struct difference difference = {
        .arena = arena,
        .words = "",
        .currency = text_of(json_member(now, "campaign"), "budget_currency", arena)};
    for (size_t i = 0; i < ARRAY_LENGTH(groups); i++) {
        compare_columns(&difference, groups[i].prefix, json_member(before, groups[i].group),
                        json_member(now, groups[i].group));
    }
    compare_named(&difference, "", "who writes:", json_member(before, "writer"),
                  json_member(now, "writer"));
    for (size_t i = 0; i < step_count; i++) {
        if (!steps[i].expanded) {
            compare_step(&difference, steps_before, steps_now, &steps[i], step_count == 1);
        }
    }
    if (json_count(steps_before) > json_count(steps_now)) {
        tell(&difference, "there are fewer steps");
    }
    if (difference.count > TOLD_MOST) {
        return arena_printf(arena, "%s; and more", difference.words);
    }
    return difference.count == 0 ? NULL : difference.words;
}
