/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "No SMS", "Contact by e-mail": what a list knows of a member's wish to be left alone.
 *
 * Only the wish for silence is taken from a list; a "yes" there gives no leave and lifts nothing.
 * What is neither yes nor no is taken as the wish, and told: a text too few does less harm than a
 * text too many. */
#include "row_private.h"

#include <string.h>

#include "date.h"
#include "muster/base/text.h"

enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWER_UNCLEAR };

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static enum answer answer_of(const char *text, struct arena *arena)
{
    static const char *const yes[] = {
        "y",     "yes",       "true",     "1",       "x",     "t",       "ok",   "on",     "agreed",
        "given", "opt in",    "opt-in",   "ydw",     "oes",   "ie",      "✓",    "✔",      "☑",
        "✅",     "consented", "opted in", "granted", "allow", "allowed", "iawn", "cytuno",
    };
    static const char *const no[] = {
        "n",       "no",     "false",     "0",         "f",       "off",       "never", "none",
        "refused", "denied", "withdrawn", "opt out",   "opt-out", "opted out", "na",    "nac oes",
        "nac ydw", "naddo",  "nage",      "not given", "✗",       "✘",         "☐",     "❌",
    };
    static const char *const nothing[] = {
        "",          "-",        "?",   "n/a",  "n/k",     "nk",           "unknown",
        "not known", "anhysbys", "tbc", "null", "(blank)", "not recorded", "not asked",
    };
    const char *word = text_fold(text, arena);
    if (is_one_of(word, nothing, ARRAY_LENGTH(nothing))) {
        return ANSWER_NONE;
    }
    if (is_one_of(word, yes, ARRAY_LENGTH(yes))) {
        return ANSWER_YES;
    }
    if (is_one_of(word, no, ARRAY_LENGTH(no))) {
        return ANSWER_NO;
    }
    /* A date is when the answer was given: the heading's own. */
    const char *iso;
    const char *reason;
    return date_parse(text, arena, &iso, &reason) ? ANSWER_YES : ANSWER_UNCLEAR;
}

/* Whether the cell asks for silence. `refusing`: the heading is, so that a yes does. */
static bool asks(const struct row_reading *reading, size_t column, bool refusing)
{
    if (reading->unread[column]) { /* told already; what stands there is no no */
        return true;
    }
    switch (answer_of(reading->texts[column], reading->arena)) {
    case ANSWER_NONE: return false;
    case ANSWER_YES: return refusing;
    case ANSWER_NO: return !refusing;
    case ANSWER_UNCLEAR: break;
    }
    row_tell(reading, column, IMPORT_FAULT_NOTICE,
             "is neither yes nor no; taken as a wish not to be written to");
    return true;
}

/* A column "SMS" holds numbers, or whether texts are welcome. */
static bool is_answer(const struct row_reading *reading, size_t column)
{
    enum answer answer = answer_of(reading->texts[column], reading->arena);
    return answer == ANSWER_YES || answer == ANSWER_NO;
}

unsigned row_read_consent(const struct row_reading *reading)
{
    const struct mapping *mapping = reading->rules->mapping;
    unsigned silent = 0;
    for (size_t i = 0; i < mapping->count && i < reading->row->count; i++) {
        enum mapping_field field = mapping->fields[i];
        bool refusing =
            field == MAPPING_NO_SMS || field == MAPPING_NO_EMAIL || field == MAPPING_NO_CONTACT;
        bool sms = field == MAPPING_NO_SMS || field == MAPPING_SMS_OK;
        bool email = field == MAPPING_NO_EMAIL || field == MAPPING_EMAIL_OK;
        bool both = field == MAPPING_NO_CONTACT;
        sms = sms || (field == MAPPING_SMS && is_answer(reading, i));
        if ((sms || email || both) && asks(reading, i, refusing)) {
            silent |=
                (sms || both ? MEMBER_SILENT_SMS : 0U) | (email || both ? MEMBER_SILENT_EMAIL : 0U);
        }
    }
    return silent;
}
