/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of the facts, and one reader for each that is more than text. */
#include "muster/model/fact.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/calendar.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"

enum { TEXT_MOST = 500, TAGS_CEILING = 500 };

static const struct {
    const char *word;
    const char *label;
} FACTS[MEMBER_CUSTOM] = {
    [MEMBER_FIRST_NAME] = {"first", "first name"},
    [MEMBER_LAST_NAME] = {"last", "last name"},
    [MEMBER_MOBILE] = {"mobile", "mobile"},
    [MEMBER_EMAIL] = {"email", "e-mail"},
    [MEMBER_EMPLOYER] = {"employer", "employer"},
    [MEMBER_WORKPLACE] = {"workplace", "workplace"},
    [MEMBER_BRANCH] = {"branch", "branch"},
    [MEMBER_JOB] = {"job", "job"},
    [MEMBER_BAND] = {"band", "band"},
    [MEMBER_LANGUAGE] = {"lang", "language"},
    [MEMBER_STATUS] = {"status", "status"},
    [MEMBER_JOINED] = {"joined", "joined"},
    [MEMBER_TAGS] = {"tags", "tags"},
};

const char *fact_word(size_t index)
{
    return index < ARRAY_LENGTH(FACTS) ? FACTS[index].word : NULL;
}

bool fact_parse(const char *word, enum member_field *field)
{
    for (size_t i = 0; i < ARRAY_LENGTH(FACTS); i++) {
        if (strcasecmp(FACTS[i].word, word) == 0 ||
            strcasecmp(member_field_name((enum member_field)i), word) == 0) {
            *field = (enum member_field)i;
            return true;
        }
    }
    return false;
}

const char *fact_label(enum member_field field)
{
    return field < MEMBER_CUSTOM ? FACTS[field].label : "custom";
}

const char *fact_status(size_t index)
{
    static const char *const WORDS[] = {"active",  "left",     "lapsed",   "resigned",
                                        "retired", "deceased", "suspended"};
    return index < ARRAY_LENGTH(WORDS) ? WORDS[index] : NULL;
}

static bool refuse(const char **reason, const char *sentence)
{
    *reason = sentence;
    return false;
}

static bool read_language(const char *text, struct arena *arena, const char **value,
                          const char **reason)
{
    static const struct {
        const char *word;
        const char *code;
    } LANGUAGES[] = {{"english", "en"}, {"saesneg", "en"}, {"welsh", "cy"}, {"cymraeg", "cy"}};
    const char *code = text_fold(text, arena);
    for (size_t i = 0; i < ARRAY_LENGTH(LANGUAGES); i++) {
        code = text_equal(code, LANGUAGES[i].word) ? LANGUAGES[i].code : code;
    }
    if (strlen(code) != 2 || strspn(code, "abcdefghijklmnopqrstuvwxyz") != 2) {
        return refuse(reason, "is not a language code such as en or cy");
    }
    *value = code;
    return true;
}

/* Three numbers with the same sign between them; tells how many digits each has. */
static bool cut_date(const char *text, int64_t numbers[3], size_t digits[3])
{
    char sign = '\0';
    for (size_t i = 0; i < 3; i++) {
        digits[i] = strspn(text, "0123456789");
        numbers[i] = 0;
        for (size_t j = 0; j < digits[i] && j < 4; j++) {
            numbers[i] = numbers[i] * 10 + text[j] - '0';
        }
        text += digits[i];
        if (i == 0) {
            sign = *text;
        }
        if (digits[i] == 0 || digits[i] > 4 || *text != (i < 2 ? sign : '\0')) {
            return false;
        }
        text += i < 2 ? 1 : 0;
    }
    return strchr("-/.", sign) != NULL;
}

/* As it is stored, or day first, as people here write. */
static bool read_date(const char *text, struct arena *arena, const char **value,
                      const char **reason)
{
    int64_t numbers[3];
    size_t digits[3];
    bool cut = cut_date(text, numbers, digits);
    bool stored = cut && digits[0] == 4 && digits[1] == 2 && digits[2] == 2 && text[4] == '-';
    if (!stored && !(cut && digits[0] <= 2 && digits[1] <= 2 && digits[2] == 4)) {
        return refuse(reason, "is not a date such as 2026-01-31 or 31/01/2026");
    }
    int64_t year = stored ? numbers[0] : numbers[2];
    int64_t month = numbers[1];
    int64_t day = stored ? numbers[2] : numbers[0];
    if (!stored && month > 12 && month <= 31 && day <= 12) {
        return refuse(reason, "has a month beyond 12: the day comes first, as in 31/01/2026");
    }
    if (month < 1 || month > 12 || day < 1 || year < 1900 || year > 2099 ||
        day > calendar_month_days(month, year)) {
        return refuse(reason, "is a day that does not exist, or cannot be right");
    }
    *value = arena_printf(arena, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
    return true;
}

static bool add_tag(struct buffer *tags, const char *tag)
{
    return tag[0] == '\0' || member_has_tag(buffer_text(tags), tag) ||
           buffer_printf(tags, "%s%s", tags->length > 0 ? "," : "", tag);
}

/* The list without one tag. */
static void drop_tag(struct buffer *tags, const char *tag, struct arena *arena)
{
    const char *all = arena_text(arena, buffer_text(tags));
    buffer_clear(tags);
    while (all[0] != '\0') {
        size_t length = strcspn(all, ",");
        const char *other = arena_span(arena, all, length);
        (void)(text_equal(other, tag) || add_tag(tags, other));
        all += length + (all[length] != '\0');
    }
}

static bool read_tags(const char *text, const char *known, struct arena *arena, const char **value,
                      const char **reason)
{
    bool signs = text[0] == '+' || text[0] == '-';
    CLEANUP(buffer_free) struct buffer tags;
    buffer_init(&tags, TAGS_CEILING);
    (void)buffer_puts(&tags, signs && known != NULL ? known : "");
    while (text[0] != '\0') {
        size_t length = strcspn(text, ";,");
        const char *tag = text_fold(arena_span(arena, text, length), arena);
        char sign = tag[0];
        text += length + (text[length] != '\0');
        if (signs != (sign == '+' || sign == '-') && tag[0] != '\0') {
            return refuse(reason, "has tags with a sign and tags without one: give each or none");
        }
        if (signs && sign == '-') {
            drop_tag(&tags, text_trim(tag + 1, arena), arena);
        } else if (tag[0] != '\0') {
            (void)add_tag(&tags, signs ? text_trim(tag + 1, arena) : tag);
        }
    }
    if (tags.full) {
        return refuse(reason, "has too many tags");
    }
    *value = arena_text(arena, buffer_text(&tags));
    return true;
}

/* What would break a line, or a terminal, is in nobody's name. */
static bool has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7F) {
            return true;
        }
    }
    return false;
}

bool fact_read(enum member_field field, const char *text, const char *known, const char *region,
               struct arena *arena, const char **value, const char **reason)
{
    const char *given = text_trim(text, arena);
    if (strlen(given) > TEXT_MOST) {
        return refuse(reason, "is longer than 500 bytes");
    }
    if (!text_is_utf8(given, strlen(given)) || has_control(given)) {
        return refuse(reason, "has a character that cannot be read");
    }
    if (given[0] == '\0') {
        *value = field == MEMBER_STATUS ? "active" : "";
        return true;
    }
    switch (field) {
    case MEMBER_MOBILE: return phone_parse(given, region, arena, value, reason);
    case MEMBER_EMAIL: return address_parse(given, arena, value, reason);
    case MEMBER_LANGUAGE: return read_language(given, arena, value, reason);
    case MEMBER_JOINED: return read_date(given, arena, value, reason);
    case MEMBER_TAGS: return read_tags(given, known, arena, value, reason);
    case MEMBER_STATUS: *value = text_fold(given, arena); return true;
    case MEMBER_FIRST_NAME:
    case MEMBER_LAST_NAME:
    case MEMBER_EMPLOYER:
    case MEMBER_WORKPLACE:
    case MEMBER_BRANCH:
    case MEMBER_JOB:
    case MEMBER_BAND:
    case MEMBER_CUSTOM: break;
    }
    *value = given;
    return true;
}
