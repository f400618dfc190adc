/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates, by hand: the C library reads one form at a time, in one language, and takes the 31st of
 * February for the 3rd of March. */
#include "date.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "muster/base/calendar.h"
#include "muster/base/text.h"

enum {
    SERIAL_FIRST = 10959, /* 1930-01-01 as Excel counts days */
    SERIAL_LAST = 73050,  /* 2099-12-31 */
    SERIAL_DIGITS = 5,
    SERIAL_EPOCH = 25569, /* 1970-01-01 */
    CENTURY_PIVOT = 40,   /* 39 is 2039, 40 is 1940 */
    YEAR_FIRST = 1900,
    YEAR_LAST = 2099,
    PART_MAX = 16, /* bytes of the longest part: "Gorffennaf" */
    CELL_MAX = 64, /* bytes of any cell with a date in it, nearly */
};

static const char *const MONTHS[][12] = {
    {"january", "february", "march", "april", "may", "june", "july", "august", "september",
     "october", "november", "december"},
    {"ionawr", "chwefror", "mawrth", "ebrill", "mai", "mehefin", "gorffennaf", "awst", "medi",
     "hydref", "tachwedd", "rhagfyr"},
};

/* 1 to 12 for a month's name, whole or at least its first three letters; else 0. */
static int64_t month_named(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; length >= 3 && i < ARRAY_LENGTH(MONTHS); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(MONTHS[i]); j++) {
            if (strncmp(MONTHS[i][j], word, length) == 0) {
                return (int64_t)j + 1;
            }
        }
    }
    return 0;
}

/* Cut the folded text into three parts of digits or letters; false when there are not three. What
 * follows a blank after the third (a time) is left out. */
static bool cut(const char *text, char parts[3][PART_MAX])
{
    for (size_t i = 0; i < 3; i++) {
        size_t length = 0;
        while (isalnum((unsigned char)text[length])) {
            length++;
        }
        if (length == 0 || length >= PART_MAX) {
            return false;
        }
        memcpy(parts[i], text, length);
        parts[i][length] = '\0';
        text += length;
        if (i < 2) {
            size_t gap = strspn(text, "/-. ,");
            if (gap == 0) {
                return false;
            }
            text += gap;
        }
    }
    return text[0] == '\0' || text[0] == ' ';
}

/* "12th" is 12; an ISO date's "31t00:00:00" is cut at its t. */
static void drop_ordinal(char *part)
{
    size_t digits = strspn(part, "0123456789");
    const char *rest = part + digits;
    if (digits > 0 && (strcmp(rest, "st") == 0 || strcmp(rest, "nd") == 0 ||
                       strcmp(rest, "rd") == 0 || strcmp(rest, "th") == 0)) {
        part[digits] = '\0';
    }
}

static bool refuse(const char **reason, const char *sentence)
{
    *reason = sentence;
    return false;
}

static void put_digits(char *to, size_t count, int64_t number)
{
    for (; count > 0; number /= 10) {
        to[--count] = (char)('0' + number % 10);
    }
}

static bool make(int64_t day, int64_t month, int64_t year, struct arena *arena, const char **iso,
                 const char **reason)
{
    if (month < 1 || month > 12) {
        return refuse(reason, "has a month beyond 12; dates are read day first, as in 31/01/2026");
    }
    if (year < YEAR_FIRST || year > YEAR_LAST) {
        return refuse(reason, "has a year that cannot be right");
    }
    if (day < 1 || day > calendar_month_days(month, year)) {
        return refuse(reason, "is a day that does not exist");
    }
    char made[] = "yyyy-mm-dd"; /* by hand: printf takes as long as all the rest */
    put_digits(made, 4, year);
    put_digits(made + 5, 2, month);
    put_digits(made + 8, 2, day);
    *iso = arena_text(arena, made);
    return true;
}

/* Days since 1899-12-30, which is how spreadsheets store a date. */
static bool from_serial(int64_t serial, struct arena *arena, const char **iso, const char **reason)
{
    const int date = calendar_date(serial - SERIAL_EPOCH);
    return make(date % 100, date / 100 % 100, date / 10000, arena, iso, reason);
}

/* "45210.0" or "45210.5", a day number with its time: the day alone. */
static void drop_time(char *text)
{
    size_t whole = strspn(text, "0123456789");
    if (whole == SERIAL_DIGITS && text[whole] == '.' && text[whole + 1] != '\0' &&
        text[whole + 1 + strspn(text + whole + 1, "0123456789")] == '\0') {
        text[whole] = '\0';
    }
}

bool date_parse(const char *text, struct arena *arena, const char **iso, const char **reason)
{
    static const char NO_DATE[] = "is not a date such as 31/01/2026";
    char ascii[CELL_MAX];
    char *folded = text_fold_ascii(text, ascii, sizeof ascii) ? ascii : text_fold(text, arena);
    char *time = strchr(folded, 't');
    if (time != NULL && time > folded && time[-1] >= '0' && time[-1] <= '9' && time[1] >= '0' &&
        time[1] <= '9') {
        *time = '\0';
    }
    drop_time(folded);
    int64_t numbers[3];
    if (text_number(folded, SERIAL_FIRST, SERIAL_LAST, &numbers[0])) {
        return from_serial(numbers[0], arena, iso, reason);
    }
    char parts[3][PART_MAX];
    if (!cut(folded, parts)) {
        return refuse(reason, NO_DATE);
    }
    drop_ordinal(parts[0]);
    int64_t named = month_named(parts[1]);
    bool year_first = strlen(parts[0]) == 4;
    if (!text_number(parts[0], 0, 9999, &numbers[0]) ||
        (named == 0 && !text_number(parts[1], 0, 99, &numbers[1])) ||
        !text_number(parts[2], 0, 9999, &numbers[2])) {
        return refuse(reason, NO_DATE);
    }
    int64_t month = named != 0 ? named : numbers[1];
    if (year_first) {
        return make(numbers[2], month, numbers[0], arena, iso, reason);
    }
    int64_t year = numbers[2];
    if (strlen(parts[2]) == 2) {
        year += year < CENTURY_PIVOT ? 2000 : 1900;
    }
    return make(numbers[0], month, year, arena, iso, reason);
}
