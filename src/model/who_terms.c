/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the segment language, as tables, and a check for each kind of value. */
#include "who_terms.h"

#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/calendar.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/keyword.h"
#include "muster/model/phone.h"

/* How a mobile without a country code is read: whoever writes one in a description writes it as
 * the neighbours do. Elsewhere it is written with its +. */
#define REGION      "GB"
#define REGION_CODE "+44"

enum { LIST_CEILING = 400, PHONE_MAX = 32 };

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
    {"mobile", WHO_FIELD_MOBILE, ALLOW_ENDING},
    {"email", WHO_FIELD_EMAIL, ALLOW_ENDING},
    {"employer", WHO_FIELD_EMPLOYER, ALLOW_ENDING},
    {"workplace", WHO_FIELD_WORKPLACE, ALLOW_ENDING},
    {"branch", WHO_FIELD_BRANCH, ALLOW_ENDING},
    {"job", WHO_FIELD_JOB, ALLOW_ENDING},
    {"band", WHO_FIELD_BAND, ALLOW_ENDING | ALLOW_RANGE},
    {"lang", WHO_FIELD_LANGUAGE, 0},
    {"status", WHO_FIELD_STATUS, ALLOW_ENDING},
    {"joined", WHO_FIELD_JOINED, ALLOW_RANGE},
    {"tag", WHO_FIELD_TAG, ALLOW_ENDING},
    {"unit", WHO_FIELD_UNIT, ALLOW_ENDING},
    {"plan", WHO_FIELD_PLAN, ALLOW_RANGE},
    {"replacement", WHO_FIELD_PAPER, 0},
    {"reachable", WHO_FIELD_REACHABLE, 0},
    {"sent", WHO_FIELD_SENT, ALLOW_ENDING},
    {"delivered", WHO_FIELD_DELIVERED, ALLOW_ENDING},
    {"failed", WHO_FIELD_FAILED, ALLOW_ENDING},
    {"replied", WHO_FIELD_REPLIED, ALLOW_ENDING},
    {"reply", WHO_FIELD_REPLY, ALLOW_ENDING},
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
static const char *const REPLACEMENTS[] = {"asked", "outstanding", "passed", "late"};
static const char *const NEAR_DAYS[] = {"yesterday", "today", "tomorrow"}; /* in their order */
static const char *const JOINTS[] = {"and", "or", "not"};

static bool fault(const struct who_token *token, struct error *err, const char *sentence)
{
    return error_set(err, ERROR_DATA, "at character %zu: %s", token->column, sentence);
}

/* A date or its beginning (2026, 2026-01) into its first and last day. */
static bool days_of(const char *text, struct arena *arena, const char **first, const char **last)
{
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
    int64_t most = calendar_month_days(end, year);
    if (length > 7 && !text_number(arena_span(arena, text + 8, 2), 1, most, &day))
        return false;
    *first = arena_printf(arena, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
    *last =
        length > 7 ? *first : arena_printf(arena, "%04d-%02d-%02d", (int)year, (int)end, (int)most);
    return true;
}

/* Dates into whole days, so that the store need only compare them. False when one is none. */
static bool whole_days(struct who *who, struct arena *arena)
{
    const char *first = "";
    const char *last = "";
    if (who->high != NULL) {
        if (!days_of(who->high, arena, &first, &last))
            return false;
        who->high = who->match == WHO_MATCH_BELOW ? first : last;
    }
    if (who->low != NULL) {
        if (!days_of(who->low, arena, &first, &last))
            return false;
        who->low = who->match == WHO_MATCH_ABOVE ? last : first;
    }
    if (who->match == WHO_MATCH_IS && strcmp(first, last) != 0) {
        who->match = WHO_MATCH_RANGE;
        who->high = last;
    }
    return true;
}

/* Whether the bounds of a custom column are days; makes whole ones of them then. A bare 2026 may be
 * any number, unless the other bound is a date. */
static bool check_custom(struct arena *arena, struct who *who)
{
    struct who days = *who;
    bool dashed = (who->low != NULL && strchr(who->low, '-') != NULL) ||
                  (who->high != NULL && strchr(who->high, '-') != NULL);
    bool single = who->match == WHO_MATCH_IS || who->match == WHO_MATCH_BEGINS;
    if (!dashed || single || !whole_days(&days, arena))
        return false;
    *who = days;
    return true;
}

/* A value that is one of some words, in its one spelling; `sentence` says which there are. */
static bool check_word(const struct who_token *token, const char *const *words, size_t count,
                       const char *sentence, struct who *who, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(who->low, words[i]) == 0) {
            who->low = words[i];
            return true;
        }
    }
    return fault(token, err, sentence);
}

/* The place of a word among the days near today; -1: it is none of them. */
static int near_day(const char *text)
{
    for (int i = 0; text != NULL && i < (int)ARRAY_LENGTH(NEAR_DAYS); i++) {
        if (strcasecmp(text, NEAR_DAYS[i]) == 0)
            return i;
    }
    return -1;
}

/* Days that are near words stay words: which days they are is seen when they are used. A bound
 * that is a date becomes a whole day, or the first or the last one of its month or year. */
static bool check_plan(const struct who_token *token, struct arena *arena, struct who *who,
                       struct error *err)
{
    const int low = near_day(who->low);
    const int high = near_day(who->high);
    struct who dates = *who;
    dates.low = low >= 0 ? NULL : who->low;
    dates.high = high >= 0 ? NULL : who->high;
    if (low >= 0 && who->match == WHO_MATCH_IS) {
        who->low = NEAR_DAYS[low];
        return true;
    }
    if (!whole_days(&dates, arena))
        return fault(token, err,
                     "plan: takes a date such as 2026-01-31, 2026-01 or 2026, or today, tomorrow"
                     " or yesterday");
    *who = dates;
    who->low = low >= 0 ? NEAR_DAYS[low] : who->low;
    who->high = high >= 0 ? NEAR_DAYS[high] : who->high;
    return low < 0 || high < 0 || low <= high || fault(token, err, "this range runs backwards");
}

static bool check_language(const struct who_token *token, const struct who *who, struct error *err)
{
    size_t letters = strspn(who->low, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (who->low[letters] == '\0' && (letters == 2 || letters == 3))
        return true;
    return fault(token, err, "lang: takes the code of a language, such as en or cy");
}

/* A number or its beginning with its + and nothing but digits; NULL for what cannot be one. */
static const char *digits_of(const char *text, struct arena *arena)
{
    char digits[PHONE_MAX + 1];
    size_t count = 0;
    bool plus = text[0] == '+';
    for (const char *at = plus ? text + 1 : text; *at != '\0'; at++) {
        if (plus && strncmp(at, "(0)", 3) == 0)
            at += 2;
        else if (*at >= '0' && *at <= '9' && count < PHONE_MAX)
            digits[count++] = *at;
        else if (strchr(" -.()/", *at) == NULL)
            return NULL;
    }
    digits[count] = '\0';
    if (count == 0)
        return NULL;
    if (plus)
        return arena_printf(arena, "+%s", digits);
    if (strncmp(digits, "00", 2) == 0)
        return arena_printf(arena, "+%s", digits + 2);
    if (digits[0] == '0' || digits[0] == '7') /* spreadsheets lose the 0 */
        return arena_printf(arena, REGION_CODE "%s", digits + (digits[0] == '0' ? 1 : 0));
    return arena_printf(arena, "+%s", digits);
}

static bool check_mobile(const struct who_token *token, struct arena *arena, struct who *who,
                         struct error *err)
{
    const char *reason = NULL;
    if (who->low[0] == '\0' ||
        (who->match == WHO_MATCH_IS && phone_parse(who->low, REGION, arena, &who->low, &reason)))
        return true;
    const char *digits = digits_of(who->low, arena);
    if (digits == NULL)
        return fault(token, err, "mobile: takes a number, or its beginning as in +4477*");
    who->low = digits;
    return true;
}

static bool check_email(const struct who_token *token, struct arena *arena, struct who *who,
                        struct error *err)
{
    const char *reason = NULL;
    if (who->match != WHO_MATCH_IS || address_parse(who->low, arena, &who->low, &reason))
        return true;
    bool work = strcasecmp(who->low, "work") == 0;
    if (work || strcasecmp(who->low, "personal") == 0) {
        who->field = WHO_FIELD_EMAIL_KIND;
        who->low = work ? "work" : "personal";
        return true;
    }
    return strchr(who->low, '@') != NULL ||
           fault(token, err,
                 "email: takes a whole address, its beginning or its end as in ann* or "
                 "*@nhs.net, or work or personal");
}

static bool check_reply(const struct who_token *token, struct who *who, struct error *err)
{
    if (who->match == WHO_MATCH_BEGINS)
        return who->low[0] == '\0' ||
               fault(token, err, "reply: does not take a final *, only a * alone");
    for (int i = 0; i <= KEYWORD_PLAN; i++) {
        const char *name = keyword_name((enum keyword)i);
        bool underscored = i == KEYWORD_NO_PAPER && strcasecmp(who->low, "no_paper") == 0;
        if (underscored || strcasecmp(who->low, name) == 0) {
            who->low = name;
            return true;
        }
    }
    return fault(token, err,
                 "reply: takes voted, no-paper, declined, stop, start, help, hold, plan or other");
}

/* Whether the store has such a campaign, or such a segment. */
static bool check_name(const struct who_token *token, const char *noun, const char *const *names,
                       size_t count, const struct who *who, struct error *err)
{
    bool begins = who->match == WHO_MATCH_BEGINS;
    if (begins && who->low[0] == '\0')
        return true;
    for (size_t i = 0; i < count; i++) {
        if ((begins ? strncasecmp(names[i], who->low, strlen(who->low))
                    : strcasecmp(names[i], who->low)) == 0)
            return true;
    }
    const char *near = text_nearest(who->low, names, count);
    return error_set(err, ERROR_DATA, "at character %zu: there is no %s '%.60s%s'%s%s%s",
                     token->column, noun, who->low, begins ? "*" : "",
                     near == NULL ? "" : ", did you mean '", near == NULL ? "" : near,
                     near == NULL ? "" : "'?");
}

/* A range of numbers, or of days, that runs backwards matches nobody, and was not meant. */
static bool check_order(const struct who_token *token, const struct who *who, bool days,
                        struct error *err)
{
    if (who->match != WHO_MATCH_RANGE || who->low == NULL || who->high == NULL)
        return true;
    int64_t low = 0;
    int64_t high = 0;
    bool backwards = days && strcmp(who->low, who->high) > 0;
    if (text_number(who->low, 0, INT64_MAX, &low) && text_number(who->high, 0, INT64_MAX, &high))
        backwards = low > high;
    return !backwards || fault(token, err, "this range runs backwards");
}

/* The match alone, whatever the value. */
static bool check_match(const struct who_token *token, const struct who *who, struct error *err)
{
    const char *name = who->custom;
    unsigned allows = ALLOW_ENDING | ALLOW_RANGE;
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++) {
        if (who->field == FIELDS[i].field) {
            name = FIELDS[i].name;
            allows = FIELDS[i].allows;
        }
    }
    if (who->match == WHO_MATCH_BEGINS && (allows & ALLOW_ENDING) == 0)
        return error_set(err, ERROR_DATA, "at character %zu: %s: does not take a final *",
                         token->column, name);
    bool single = who->match == WHO_MATCH_IS || who->match == WHO_MATCH_BEGINS ||
                  who->match == WHO_MATCH_ENDS;
    return single || (allows & ALLOW_RANGE) != 0 ||
           error_set(err, ERROR_DATA, "at character %zu: %s: does not take a range", token->column,
                     name);
}

bool who_terms_check(const struct who_token *token, const struct who_vocabulary *vocabulary,
                     struct arena *arena, struct who *who, struct error *err)
{
    bool days = who->field == WHO_FIELD_JOINED || who->field == WHO_FIELD_PLAN;
    if (!check_match(token, who, err))
        return false;
    switch (who->field) {
    case WHO_FIELD_REACHABLE:
        return check_word(token, REACHES, ARRAY_LENGTH(REACHES),
                          "reachable: takes sms, email or any", who, err);
    case WHO_FIELD_PAPER:
        return check_word(token, REPLACEMENTS, ARRAY_LENGTH(REPLACEMENTS),
                          "replacement: takes asked, outstanding, passed or late", who, err);
    case WHO_FIELD_LANGUAGE: return check_language(token, who, err);
    case WHO_FIELD_MOBILE: return check_mobile(token, arena, who, err);
    case WHO_FIELD_EMAIL: return check_email(token, arena, who, err);
    case WHO_FIELD_REPLY: return check_reply(token, who, err);
    case WHO_FIELD_SENT:
    case WHO_FIELD_DELIVERED:
    case WHO_FIELD_FAILED:
    case WHO_FIELD_REPLIED:
        return vocabulary == NULL || check_name(token, "campaign", vocabulary->campaigns,
                                                vocabulary->campaign_count, who, err);
    case WHO_FIELD_SEGMENT:
        return vocabulary == NULL || check_name(token, "segment", vocabulary->segments,
                                                vocabulary->segment_count, who, err);
    case WHO_FIELD_JOINED:
        if (!whole_days(who, arena))
            return fault(token, err, "joined: takes a date such as 2026-01-31, 2026-01 or 2026");
        break;
    case WHO_FIELD_PLAN:
        if (!check_plan(token, arena, who, err))
            return false;
        days = near_day(who->low) < 0 && near_day(who->high) < 0;
        break;
    case WHO_FIELD_CUSTOM: days = check_custom(arena, who); break;
    case WHO_FIELD_NUMBER:
    case WHO_FIELD_FIRST:
    case WHO_FIELD_LAST:
    case WHO_FIELD_EMAIL_KIND:
    case WHO_FIELD_BRANCH:
    case WHO_FIELD_EMPLOYER:
    case WHO_FIELD_WORKPLACE:
    case WHO_FIELD_JOB:
    case WHO_FIELD_BAND:
    case WHO_FIELD_STATUS:
    case WHO_FIELD_TAG:
    case WHO_FIELD_UNIT:
    case WHO_FIELD_BALLOT: break;
    }
    return check_order(token, who, days, err);
}

bool who_terms_may_end(enum who_field field)
{
    return field == WHO_FIELD_EMAIL;
}

const char *who_terms_state(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(STATES); i++) {
        if (strcasecmp(word, STATES[i].word) == 0)
            return STATES[i].state;
    }
    return NULL;
}

bool who_terms_is_joint(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(JOINTS); i++) {
        if (strcasecmp(word, JOINTS[i]) == 0)
            return true;
    }
    return false;
}

/* The names of all fields, the built-in ones first. */
static const char **field_names(const struct who_vocabulary *vocabulary, struct arena *arena,
                                size_t *count)
{
    size_t customs = vocabulary == NULL ? 0 : vocabulary->field_count;
    const char **names = arena_array(arena, ARRAY_LENGTH(FIELDS) + customs, sizeof(*names));
    *count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(FIELDS); i++)
        names[(*count)++] = FIELDS[i].name;
    for (size_t i = 0; i < customs; i++)
        names[(*count)++] = vocabulary->fields[i];
    return names;
}

/* Say that nobody knows `name`, and which word may have been meant. */
static bool unknown_field(const struct who_token *name, const char *const *names, size_t count,
                          struct error *err)
{
    const char *near = text_nearest(name->text, names, count);
    if (near != NULL)
        return error_set(err, ERROR_DATA, "at character %zu: no field '%.60s', did you mean '%s'?",
                         name->column, name->text, near);
    CLEANUP(buffer_free) struct buffer list;
    buffer_init(&list, LIST_CEILING);
    for (size_t i = 0; i < count && !list.full; i++)
        (void)buffer_printf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
    return error_set(err, ERROR_DATA, "at character %zu: no field '%.60s'; there are %s%s",
                     name->column, name->text, buffer_text(&list), list.full ? ", ..." : "");
}

bool who_terms_field(const struct who_token *name, const struct who_vocabulary *vocabulary,
                     struct arena *arena, struct who *who, struct error *err)
{
    size_t count = 0;
    const char *const *names = field_names(vocabulary, arena, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(name->text, names[i]) == 0) {
            bool built_in = i < ARRAY_LENGTH(FIELDS);
            who->field = built_in ? FIELDS[i].field : WHO_FIELD_CUSTOM;
            who->custom = built_in ? NULL : names[i];
            return true;
        }
    }
    return unknown_field(name, names, count, err);
}

bool who_terms_unknown_word(const struct who_token *word, const char *unquoted,
                            const struct who_vocabulary *vocabulary, struct arena *arena,
                            struct error *err)
{
    size_t count = 0;
    const char *const *names = field_names(vocabulary, arena, &count);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(word->text, names[i], length) != 0)
            continue;
        if (word->text[length] == '\0' || word->text[length] == '=')
            return error_set(err, ERROR_DATA, "at character %zu: expected '%s:' and a value",
                             word->column, names[i]);
    }
    if (unquoted != NULL)
        return error_set(err, ERROR_DATA,
                         "at character %zu: no word '%.60s'; a value of several words needs "
                         "quotes, \"%.60s %.60s\"",
                         word->column, word->text, unquoted, word->text);
    const char *choices[ARRAY_LENGTH(JOINTS) + ARRAY_LENGTH(STATES) + 1] = {"everyone"};
    count = 1;
    for (size_t i = 0; i < ARRAY_LENGTH(JOINTS); i++)
        choices[count++] = JOINTS[i];
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
