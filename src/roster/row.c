/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row: every cell is tidied, then each field picks its cell. A cell that cannot be used never
 * costs the member, unless it is the membership number: without it nobody knows who this is. */
#include "row_private.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "cell.h"
#include "date.h"
#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"
#include "name.h"

enum {
    TAGS_LIMIT = 500,            /* bytes */
    CUSTOM_LIMIT = 16 * 1024,    /* bytes of facts of a row's own */
    CUSTOM_CEILING = 256 * 1024, /* of the same as JSON */
};

/* A cell that cannot be used. */
static void tell(const struct row_reading *reading, size_t column, const char *reason)
{
    row_tell(reading, column, IMPORT_FAULT_CELL, reason);
}

static enum row_kind refuse(const struct row_reading *reading, const char *reason)
{
    row_tell_whole(reading, reason);
    return ROW_REFUSED;
}

/* "447701000000", a number and not a text: a spreadsheet had shown 4.47701E+11 and saved that. One
 * mobile in a million ends so. */
static bool is_rounded(const char *text)
{
    enum { NOUGHTS = 6, FEWEST = 10, MOST = 12 };
    size_t length = strspn(text, "0123456789");
    return text[length] == '\0' && text[0] != '0' && length >= FEWEST && length <= MOST &&
           strspn(text + length - NOUGHTS, "0") == NOUGHTS;
}

/* More digits than any one number has. */
static bool holds_several(const char *text)
{
    enum { MOST = 16 };
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        digits += *text >= '0' && *text <= '9';
    }
    return digits > MOST;
}

/* The next mobile of the field's columns; NULL after the last. Faults are told for `told`. */
static const char *next_mobile(const struct row_reading *reading, enum mapping_field field,
                               bool told)
{
    const char *text;
    for (size_t i = 0; (text = row_next_cell(reading, field, &i)) != NULL; i++) {
        const char *e164 = NULL;
        const char *reason = "ends in six zeros: a spreadsheet has rounded it";
        /* The cell as it stands: a line end in it parts two numbers. */
        if (!is_rounded(text) && phone_parse(reading->row->cells[i], reading->rules->region,
                                             reading->arena, &e164, &reason)) {
            if (told && holds_several(text)) {
                row_tell(reading, i, IMPORT_FAULT_NOTICE,
                         "holds more than one number; the first mobile is taken");
            }
            if (told && !phone_is_known(e164)) {
                row_tell(reading, i, IMPORT_FAULT_NOTICE,
                         "is in a range of numbers that is new or none; taken all the same");
            }
            return e164;
        }
        if (told) {
            tell(reading, i, reason);
        }
    }
    return NULL;
}

/* Some write their mobile under "Telephone"; that most numbers there are not one is no fault. */
static const char *read_mobile(const struct row_reading *reading)
{
    const char *mobile = next_mobile(reading, MAPPING_MOBILE, true);
    mobile = mobile != NULL ? mobile : next_mobile(reading, MAPPING_SMS, false);
    return mobile != NULL ? mobile : next_mobile(reading, MAPPING_PHONE, false);
}

/* A mistyped domain may belong to somebody, who would learn who is in the union: so it is told, but
 * whether it is mistyped only a person knows. */
static void suggest(const struct row_reading *reading, size_t column, const char *address)
{
    const char *meant = address_suggest(address, reading->arena);
    if (meant != NULL) {
        row_tell(reading, column, IMPORT_FAULT_NOTICE,
                 arena_printf(reading->arena, "may be mistyped: is %s meant?", meant));
    }
}

/* The first usable address; one that is not the employer's goes before one that is. */
static const char *read_email(const struct row_reading *reading)
{
    const char *best = NULL;
    size_t column = 0;
    const char *text;
    for (size_t i = 0; (text = row_next_cell(reading, MAPPING_EMAIL, &i)) != NULL; i++) {
        const char *address = NULL;
        const char *reason = NULL;
        if (address_is_placeholder(text)) {
            continue;
        }
        if (!address_parse(text, reading->arena, &address, &reason)) {
            tell(reading, i, reason);
        } else if (best == NULL || (address_is_work(best) && !address_is_work(address))) {
            best = address;
            column = i;
        }
    }
    if (best != NULL) {
        suggest(reading, column, best);
    }
    return best;
}

/* A fact that is a text. A mail address there comes from a row whose cells have slipped. */
static const char *read_text(const struct row_reading *reading, enum mapping_field field)
{
    const char *text;
    for (size_t i = 0; (text = row_next_cell(reading, field, &i)) != NULL; i++) {
        if (strchr(text, '@') == NULL) {
            return text;
        }
        tell(reading, i, "is a mail address: have the cells of this row slipped?");
    }
    return NULL;
}

static void read_names(const struct row_reading *reading, struct member *member)
{
    member->first_name = row_first_cell(reading, MAPPING_FIRST);
    member->last_name = row_first_cell(reading, MAPPING_LAST);
    const char *whole = row_first_cell(reading, MAPPING_FULL);
    if (whole != NULL && (member->first_name == NULL || member->last_name == NULL)) {
        const char *first = NULL;
        const char *last = NULL;
        name_split(whole, &first, &last, reading->arena);
        member->first_name = member->first_name == NULL ? first : member->first_name;
        member->last_name = member->last_name == NULL ? last : member->last_name;
    }
    name_put_right(&member->first_name, &member->last_name, reading->arena);
}

/* "AfC Band 8A" is "8a"; what is no such band stays as it is. */
static const char *read_band(const struct row_reading *reading)
{
    static const char *const words[] = {
        "agenda for change", "afc", "nhs", "pay", "band", "grade", "b"};
    const char *text = row_first_cell(reading, MAPPING_BAND);
    if (text == NULL) {
        return NULL;
    }
    const char *rest = text_fold(text, reading->arena);
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        size_t length = strlen(words[i]);
        if (strncmp(rest, words[i], length) == 0 && !isalpha((unsigned char)rest[length])) {
            rest += length;
            rest += strspn(rest, " :.-");
        }
    }
    size_t digits = strspn(rest, "0123456789");
    if (digits == 0 || digits > 2) {
        return text;
    }
    const char *tail = rest + digits;
    if (strcmp(tail, ".0") == 0) {
        return arena_span(reading->arena, rest, digits);
    }
    tail += strspn(tail, " ");
    bool letter = tail[0] >= 'a' && tail[0] <= 'z' && tail[1] == '\0';
    if (tail[0] != '\0' && !letter) {
        return text;
    }
    return arena_printf(reading->arena, "%.*s%s", (int)digits, rest, tail);
}

/* What the words of a status column mean; others are kept as they are. */
static const struct {
    const char *word;
    const char *status;
} STATUSES[] = {
    {"active", "active"},
    {"current", "active"},
    {"live", "active"},
    {"member", "active"},
    {"full member", "active"},
    {"in membership", "active"},
    {"active member", "active"},
    {"paid up", "active"},
    {"paying", "active"},
    {"good standing", "active"},
    {"in good standing", "active"},
    {"gweithredol", "active"},
    {"cyfredol", "active"},
    {"left", "left"},
    {"leaver", "left"},
    {"resigned", "left"},
    {"ceased", "left"},
    {"terminated", "left"},
    {"cancelled", "left"},
    {"closed", "left"},
    {"ended", "left"},
    {"ex member", "left"},
    {"ex-member", "left"},
    {"former", "left"},
    {"wedi gadael", "left"},
    {"wedi ymddiswyddo", "left"},
    {"lapsed", "lapsed"},
    {"wedi dod i ben", "lapsed"},
    {"deceased", "deceased"},
    {"died", "deceased"},
    {"wedi marw", "deceased"},
    {"retired", "retired"},
    {"retired member", "retired"},
    {"ymddeoledig", "retired"},
    {"wedi ymddeol", "retired"},
    {"student", "student"},
    {"student member", "student"},
    {"myfyriwr", "student"},
    {"suspended", "suspended"},
    {"honorary", "honorary"},
    {"unemployed", "unemployed"},
    {"maternity leave", "maternity leave"},
    {"on maternity leave", "maternity leave"},
    {"career break", "career break"},
    {"on leave", "on leave"},
};

static const char *read_status(const struct row_reading *reading)
{
    size_t column = 0;
    const char *text = row_next_cell(reading, MAPPING_STATUS, &column);
    if (text == NULL) {
        return NULL;
    }
    const char *word = text_fold(text, reading->arena);
    for (size_t i = 0; i < reading->rules->status_count; i++) {
        if (strcmp(word, reading->rules->statuses[i].word) == 0) {
            return reading->rules->statuses[i].status;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(STATUSES); i++) {
        if (strcmp(word, STATUSES[i].word) == 0) {
            return STATUSES[i].status;
        }
    }
    row_tell(reading, column, IMPORT_FAULT_NOTICE,
             "is a status that muster does not know; it is kept, and who has it is written to");
    return word;
}

static const char *read_language(const struct row_reading *reading)
{
    static const struct {
        const char *word;
        const char *code;
    } known[] = {
        {"welsh", "cy"}, {"c", "cy"}, {"cymraeg", "cy"}, {"cym", "cy"},
        {"wel", "cy"},   {"w", "cy"}, {"english", "en"}, {"saesneg", "en"},
        {"eng", "en"},   {"e", "en"}, {"en-gb", "en"},   {"cy-gb", "cy"},
    };
    size_t column = 0;
    const char *text = row_next_cell(reading, MAPPING_LANGUAGE, &column);
    if (text == NULL) {
        return NULL;
    }
    const char *word = text_fold(text, reading->arena);
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        if (strcmp(word, known[i].word) == 0) {
            return known[i].code;
        }
    }
    if (strlen(word) == 2 && strspn(word, "abcdefghijklmnopqrstuvwxyz") == 2) {
        return word;
    }
    tell(reading, column, "is not a language we know (English, Welsh, or a code such as cy)");
    return NULL;
}

static const char *read_joined(const struct row_reading *reading)
{
    const char *text;
    for (size_t i = 0; (text = row_next_cell(reading, MAPPING_JOINED, &i)) != NULL; i++) {
        const char *iso = NULL;
        const char *reason = NULL;
        if (date_parse(text, reading->arena, &iso, &reason)) {
            return iso;
        }
        tell(reading, i, reason);
    }
    return NULL;
}

/* Tags of all columns, in lower case, each once. */
static const char *read_tags(const struct row_reading *reading)
{
    CLEANUP(buffer_free) struct buffer tags;
    buffer_init(&tags, TAGS_LIMIT);
    const char *text;
    for (size_t i = 0; (text = row_next_cell(reading, MAPPING_TAGS, &i)) != NULL; i++) {
        while (text[0] != '\0') {
            size_t length = strcspn(text, ";,");
            const char *tag = text_fold(arena_span(reading->arena, text, length), reading->arena);
            if (!row_says_nothing(tag, MAPPING_TAGS) && !member_has_tag(buffer_text(&tags), tag) &&
                strlen(tag) + tags.length + 1 < TAGS_LIMIT) {
                (void)buffer_printf(&tags, "%s%s", tags.length > 0 ? "," : "", tag);
            }
            text += length + (text[length] != '\0');
        }
    }
    return tags.length == 0 ? NULL : arena_text(reading->arena, buffer_text(&tags));
}

/* What the list tells beside our fields, as a JSON object; NULL for nothing. */
static const char *read_custom(const struct row_reading *reading)
{
    const struct mapping *mapping = reading->rules->mapping;
    CLEANUP(json_free) struct json *facts = NULL;
    size_t bytes = 0;
    const char *text;
    for (size_t i = 0; (text = row_next_cell(reading, MAPPING_CUSTOM, &i)) != NULL; i++) {
        if (facts == NULL) {
            facts = json_make_object();
        }
        bytes += strlen(text);
        if (bytes > CUSTOM_LIMIT) {
            tell(reading, i, "is left out: the row has more than 16 KiB of facts of its own");
            continue;
        }
        json_put_text(facts, mapping->names[i], text);
    }
    if (facts == NULL) {
        return NULL;
    }
    CLEANUP(buffer_free) struct buffer json;
    buffer_init(&json, CUSTOM_CEILING);
    return json_write(facts, &json) ? arena_text(reading->arena, buffer_text(&json)) : NULL;
}

/* Tidy all cells; true when one of them says something. Only cells that would be used are
 * faulted. */
static bool tidy_cells(struct row_reading *reading)
{
    const struct mapping *mapping = reading->rules->mapping;
    const struct csv_row *row = reading->row;
    bool filled = false;
    reading->texts = arena_array(reading->arena, row->count + 1, sizeof *reading->texts);
    reading->unread = arena_array(reading->arena, row->count + 1, sizeof *reading->unread);
    for (size_t i = 0; i < row->count; i++) {
        const char *reason = NULL;
        reading->texts[i] = cell_tidy(row->cells[i], reading->arena, &reason);
        reading->unread[i] = reason != NULL;
        filled = filled || reason != NULL || reading->texts[i][0] != '\0';
        if (reason != NULL && i < mapping->count && mapping->fields[i] != MAPPING_NONE) {
            tell(reading, i, reason);
        }
    }
    return filled;
}

static bool is_too_wide(const struct row_reading *reading)
{
    for (size_t i = reading->rules->mapping->count; i < reading->row->count; i++) {
        if (reading->texts[i][0] != '\0') {
            return true;
        }
    }
    return false;
}

static bool is_empty_member(const struct member *member)
{
    const char *const facts[] = {member->first_name, member->last_name, member->mobile,
                                 member->email,      member->employer,  member->workplace,
                                 member->branch,     member->job,       member->status};
    for (size_t i = 0; i < ARRAY_LENGTH(facts); i++) {
        if (!text_empty(facts[i])) {
            return false;
        }
    }
    return true;
}

static bool is_digits(const char *text)
{
    return text_empty(text) || text[strspn(text, "0123456789 .,:/-")] == '\0';
}

/* "Members,2400" and "Generated,01/11/2026" at the foot of a list. */
static bool is_named_in_digits(const struct member *member)
{
    return !(text_empty(member->first_name) && text_empty(member->last_name)) &&
           is_digits(member->first_name) && is_digits(member->last_name);
}

enum row_kind row_read(const struct row_rules *rules, const struct csv_row *row,
                       struct arena *arena, struct member *read)
{
    struct row_reading reading = {.rules = rules, .row = row, .arena = arena};
    *read = (struct member){0};
    if (row->fault != NULL) {
        return refuse(&reading, row->fault);
    }
    if (!tidy_cells(&reading)) {
        return ROW_BLANK;
    }
    const char *number = row_first_cell(&reading, MAPPING_NUMBER);
    if (row_is_total(&reading, number)) {
        return ROW_TOTAL;
    }
    if (number == NULL) {
        return refuse(&reading, "has no membership number");
    }
    if (row_is_heading(&reading)) {
        return refuse(&reading, "repeats the heading");
    }
    const char *fault = row_number_fault(number);
    if (fault != NULL) {
        return refuse(&reading, fault);
    }
    read->number = row_number_mended(number, arena);
    if (is_too_wide(&reading)) {
        return refuse(&reading,
                      "has more cells than the header: is a quotation mark missing around a cell?");
    }
    struct member member = {
        .number = read->number,
        .mobile = read_mobile(&reading),
        .email = read_email(&reading),
        .employer = read_text(&reading, MAPPING_EMPLOYER),
        .workplace = read_text(&reading, MAPPING_WORKPLACE),
        .branch = read_text(&reading, MAPPING_BRANCH),
        .job = read_text(&reading, MAPPING_JOB),
        .band = read_band(&reading),
        .language = read_language(&reading),
        .status = read_status(&reading),
        .joined = read_joined(&reading),
        .tags = read_tags(&reading),
        .custom = read_custom(&reading),
        .silent = row_read_consent(&reading),
    };
    read_names(&reading, &member);
    /* "End of report", "3 members", "End" */
    bool wordy = strpbrk(number, "0123456789") == NULL;
    if (((wordy || strchr(number, ' ') != NULL) && is_empty_member(&member)) ||
        (wordy && is_named_in_digits(&member))) {
        read->number = NULL;
        return refuse(&reading, "holds some words and nothing else: it is no member");
    }
    *read = member;
    return ROW_MEMBER;
}
