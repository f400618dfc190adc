/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells into members: names, dates, addresses, and the rows that are not members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "muster/base/buffer.h"
#include "name.h"
#include "row.h"

enum { CELLS_MAX = 12 };

/* Faults as "LINE column: reason|" in a buffer. */
static void write_fault(const struct import_fault *fault, void *context)
{
    assert_non_null(fault->cell);
    (void)buffer_printf(context, "%u %s%s: %s|", fault->line, fault->column,
                        fault->kind == IMPORT_FAULT_ROW ? " refused" : "", fault->reason);
}

struct reader {
    struct arena *arena;
    struct buffer faults;
    struct member member;
};

static void reader_free(struct reader *reader)
{
    arena_free(&reader->arena);
    buffer_free(&reader->faults);
}

static void reader_init(struct reader *reader)
{
    *reader = (struct reader){.arena = arena_create()};
    buffer_init(&reader->faults, 10000);
}

static enum row_kind read_cells(struct reader *reader, const char *const *headers, size_t columns,
                                const char *const *cells, size_t count)
{
    struct csv_row header = {1, columns, headers, NULL, NULL};
    struct csv_row row = {2, count, cells, NULL, NULL};
    struct mapping *mapping = mapping_find(&header, NULL, 0, reader->arena);
    assert_non_null(mapping);
    struct row_rules rules = {
        .mapping = mapping, .region = "GB", .fault = write_fault, .context = &reader->faults};
    buffer_clear(&reader->faults);
    return row_read(&rules, &row, reader->arena, &reader->member);
}

/* What the field becomes when one cell under `header` holds `cell`. */
static void read_one(struct reader *reader, const char *header, const char *cell)
{
    const char *const headers[] = {"Membership No", header, "Shoe size", "Status"};
    const char *const cells[] = {"1234567", cell, "\xEF\xBF\xBD", ""};
    assert_int_equal(read_cells(reader, headers, 4, cells, 4), ROW_MEMBER);
    assert_string_equal(reader->member.number, "1234567");
}

static void same(const char *what, const char *told, const char *expected)
{
    if (told == NULL || expected == NULL) {
        if (told != expected) {
            fail_msg("%s: \"%s\", not \"%s\"", what, told == NULL ? "NULL" : told,
                     expected == NULL ? "NULL" : expected);
        }
    } else if (strcmp(told, expected) != 0) {
        fail_msg("%s: \"%s\", not \"%s\"", what, told, expected);
    }
}

static const struct {
    const char *header;
    const char *cell;
    size_t offset;
    const char *value;
    bool faulted;
} FIELD_CASES[] = {
#define FIELD(name) offsetof(struct member, name)
    {"Mobile", "07700 900123", FIELD(mobile), "+447700900123", false},
    {"Mobile", "7700900123", FIELD(mobile), "+447700900123", false},
    {"Mobile", "+44 (0)7700 900123", FIELD(mobile), "+447700900123", false},
    {"Mobile", "'07700900123", FIELD(mobile), "+447700900123", false},
    {"Mobile", "=\"07700900123\"", FIELD(mobile), "+447700900123", false},
    {"Mobile",
     "\xC2\xA0"
     "07700\xC2\xA0"
     "900123\xE2\x80\x8B",
     FIELD(mobile), "+447700900123", false},
    {"Mobile", "7.70E+09", FIELD(mobile), NULL, true},
    {"Mobile", "########", FIELD(mobile), NULL, true},
    {"Mobile", "0113 496 0123", FIELD(mobile), NULL, true},
    {"Mobile", "07700 90012", FIELD(mobile), NULL, true},
    {"Mobile", "ask Ann", FIELD(mobile), NULL, true},
    {"Mobile", "N/A", FIELD(mobile), NULL, false},
    {"Mobile", " - ", FIELD(mobile), NULL, false},
    {"Mobile", "", FIELD(mobile), NULL, false},
    {"Mobile", "0", FIELD(mobile), NULL, false},
    {"Home Tel", "07700 900123", FIELD(mobile), "+447700900123", false},
    {"Home Tel", "0113 496 0123", FIELD(mobile), NULL, false},
    {"Email", "Ann@Mail.Example", FIELD(email), "Ann@mail.example", false},
    {"Email", "mailto:ann@mail.example;", FIELD(email), "ann@mail.example", false},
    {"Email", "ann@mail,example", FIELD(email), NULL, true},
    {"Email", "ann", FIELD(email), NULL, true},
    {"Email", "no email", FIELD(email), NULL, false},
    {"Email", "x@x.example", FIELD(email), NULL, false},
    {"Employer", "  Anytown \t Hospitals\n NHS Trust ", FIELD(employer),
     "Anytown Hospitals NHS Trust", false},
    {"Employer", "#REF!", FIELD(employer), NULL, false},
    {"Branch", "Leeds General", FIELD(branch), "Leeds General", false},
    {"Branch", "=\" Leeds General \"", FIELD(branch), "Leeds General", false},
    {"Branch", "=\" \"", FIELD(branch), NULL, false},
    {"Workplace",
     "Ward\xC2\xA0"
     "12",
     FIELD(workplace), "Ward 12", false},
    {"Job Title", "Nurse, Theatres", FIELD(job), "Nurse, Theatres", false},
    {"Band", "Band 5", FIELD(band), "5", false},
    {"Band", "BAND  8A", FIELD(band), "8a", false},
    {"Band", "AfC Band 8 b", FIELD(band), "8b", false},
    {"Band", "B6", FIELD(band), "6", false},
    {"Band", "7", FIELD(band), "7", false},
    {"Band", "5.0", FIELD(band), "5", false},
    {"Band", "Medical", FIELD(band), "Medical", false},
    {"Band", "Band 5/6", FIELD(band), "Band 5/6", false},
    {"Band", "Bank", FIELD(band), "Bank", false},
    {"Status", "Active", FIELD(status), "active", false},
    {"Status", "In  Membership", FIELD(status), "active", false},
    {"Status", "LEAVER", FIELD(status), "left", false},
    {"Status", "Retired", FIELD(status), "retired", false},
    {"Status", "n/a", FIELD(status), NULL, false},
    {"Date Joined", "31/01/2026", FIELD(joined), "2026-01-31", false},
    {"Date Joined", "01/31/2026", FIELD(joined), NULL, true},
    {"Date Joined", "-", FIELD(joined), NULL, false},
    {"Language", "Welsh", FIELD(language), "cy", false},
    {"Language", "CYMRAEG", FIELD(language), "cy", false},
    {"Language", "cy", FIELD(language), "cy", false},
    {"Language", "English", FIELD(language), "en", false},
    {"Language", "pl", FIELD(language), "pl", false},
    {"Language", "Klingon", FIELD(language), NULL, true},
    {"Tags", "Rep; Steward", FIELD(tags), "rep,steward", false},
    {"Tags", "Rep,rep,, REP ;", FIELD(tags), "rep", false},
    {"Tags", "Health and  safety rep", FIELD(tags), "health and safety rep", false},
    {"Tags", "n/a", FIELD(tags), NULL, false},
    {"Tags", ";;,", FIELD(tags), NULL, false},
    {"Employer", "bad \x07 bell", FIELD(employer), NULL, true},
    {"Surname", "Si\xEF\xBF\xBDn", FIELD(last_name), NULL, true},
    {"Surname", "Null", FIELD(last_name), "Null", false},
    {"Surname", "'t Hooft", FIELD(last_name), "'t Hooft", false},
#undef FIELD
};

static void test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(FIELD_CASES); i++) {
        CLEANUP(reader_free) struct reader reader;
        reader_init(&reader);
        read_one(&reader, FIELD_CASES[i].header, FIELD_CASES[i].cell);
        const char *value = NULL;
        memcpy(&value, (const char *)&reader.member + FIELD_CASES[i].offset, sizeof value);
        same(FIELD_CASES[i].cell, value, FIELD_CASES[i].value);
        bool faulted = strncmp(buffer_text(&reader.faults), "2 ", 2) == 0;
        if (faulted != FIELD_CASES[i].faulted) {
            fail_msg("%s \"%s\": faults \"%s\"", FIELD_CASES[i].header, FIELD_CASES[i].cell,
                     buffer_text(&reader.faults));
        }
    }
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        const char *first;
        const char *last;
        const char *right_first;
        const char *right_last;
    } cases[] = {
        {"Ann", "Lee", "Ann", "Lee"},
        {"ANN", "LEE", "Ann", "Lee"},
        {"SI\xC3\x82N", "T\xC5\xB6", "Si\xC3\xA2n", "T\xC5\xB7"},
        {"\xC3\x89LODIE",
         "N\xC3\x9A\xC3\x91"
         "EZ",
         "\xC3\x89lodie",
         "N\xC3\xBA\xC3\xB1"
         "ez"},
        {"Si\xC3\xA2n", "O'Brien", "Si\xC3\xA2n", "O'Brien"},
        {"SEAN", "O'BRIEN", "Sean", "O'Brien"},
        {"SEAN",
         "O\xE2\x80\x99"
         "BRIEN",
         "Sean",
         "O\xE2\x80\x99"
         "Brien"},
        {"MARY ANN", "D'SOUZA", "Mary Ann", "D'Souza"},
        {"IAN", "MCDONALD", "Ian", "McDonald"},
        {"IAN", "McDonald", "Ian", "McDonald"},
        {"IAN", "MACEY", "Ian", "Macey"},
        {"TOM", "VAN DER BERG", "Tom", "van der Berg"},
        {"Tom", "van der Berg", "Tom", "van der Berg"},
        {"JEAN-PAUL", "SMITH-JONES", "Jean-Paul", "Smith-Jones"},
        {"JO", "NG", "Jo", "Ng"},
        {"AJ", "SMITH", "AJ", "Smith"},
        {"A", "SMITH", "A", "Smith"},
        {"A.J.", "Smith", "A.J.", "Smith"},
        {"DYLAN", "AP RHYS", "Dylan", "ap Rhys"},
        {NULL, "SMITH, ANN", "Ann", "Smith"},
        {NULL, "Smith, Mrs Ann", "Ann", "Smith"},
        {"Ann", "Smith, RGN", "Ann", "Smith, RGN"},
        {NULL, NULL, NULL, NULL},
        {"", "", NULL, NULL},
        {"deSouza", "bell", "deSouza", "bell"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *first = cases[i].first;
        const char *last = cases[i].last;
        name_put_right(&first, &last, arena);
        same("first", first, cases[i].right_first);
        same("last", last, cases[i].right_last);
    }
}

static void test_whole_names(void **state)
{
    (void)state;
    static const struct {
        const char *whole;
        const char *first;
        const char *last;
    } cases[] = {
        {"Ann Lee", "Ann", "Lee"},
        {"LEE, Ann", "Ann", "LEE"},
        {"Dr. Ann Lee", "Ann", "Lee"},
        {"Lee, Dr Ann", "Ann", "Lee"},
        {"Ann van der Berg", "Ann", "van der Berg"},
        {"Mary Ann Lee", "Mary Ann", "Lee"},
        {"Lee", NULL, "Lee"},
        {"Dr Lee", NULL, "Lee"},
        {"Mr", NULL, "Mr"},
        {"", NULL, ""},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *first = "untouched";
        const char *last = "untouched";
        name_split(cases[i].whole, &first, &last, arena);
        same(cases[i].whole, first, cases[i].first);
        same(cases[i].whole, last, cases[i].last);
    }
}

static void test_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *iso;
    } cases[] = {
        {"31/01/2026", "2026-01-31"},
        {"1/2/26", "2026-02-01"},
        {"1/2/89", "1989-02-01"},
        {"01.02.2026", "2026-02-01"},
        {"01-02-2026", "2026-02-01"},
        {"2026-02-01", "2026-02-01"},
        {"2026/2/1", "2026-02-01"},
        {"2026-02-01T10:00:00Z", "2026-02-01"},
        {"01/02/2026 00:00:00", "2026-02-01"},
        {"12-Jan-19", "2019-01-12"},
        {"12 January 2019", "2019-01-12"},
        {"12th August, 2019", "2019-08-12"},
        {"1af", NULL},
        {"12 Rhagfyr 2019", "2019-12-12"},
        {"46053", "2026-01-31"},
        {"25569", "1970-01-01"},
        {"25568", "1969-12-31"},
        {"36585", "2000-02-29"},
        {"29/02/2024", "2024-02-29"},
        {"29/02/2026", NULL},
        {"29/02/1900", NULL},
        {"31/04/2026", NULL},
        {"00/01/2026", NULL},
        {"01/00/2026", NULL},
        {"01/13/2026", NULL},
        {"01/02/1066", NULL},
        {"01/02/226", NULL},
        {"01/02", NULL},
        {"01/02/", NULL},
        {"01022026", NULL},
        {"12 Smarch 2019", NULL},
        {"", NULL},
        {"t", NULL},
        {"99999999999999999999/1/1", NULL},
        {"\xFF/\xFF/\xFF", NULL},
        {"1/2/2026x", NULL},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *iso = NULL;
        const char *reason = NULL;
        bool ok = date_parse(cases[i].text, arena, &iso, &reason);
        same(cases[i].text, iso, cases[i].iso);
        assert_true(ok == (reason == NULL));
    }
}

static void test_rows(void **state)
{
    (void)state;
    static const char *const headers[] = {"Membership No", "Surname",  "First Name",
                                          "Mobile",        "Employer", "Tags"};
    static const struct {
        const char *cells[CELLS_MAX];
        enum row_kind kind;
        const char *faults;
    } cases[] = {
        {{"1", "Lee", "Ann", "", "", ""}, ROW_MEMBER, ""},
        {{"1"}, ROW_MEMBER, ""},
        {{"1", "Lee", "Ann", "", "", "", "", ""}, ROW_MEMBER, ""},
        {{"1", "Lee", "Ann", "", "", "", "", "x"},
         ROW_REFUSED,
         "2  refused: has more cells than the header: is a quotation mark missing around a cell?|"},
        {{"", "Lee", "Ann", "", "", ""}, ROW_REFUSED, "2  refused: has no membership number|"},
        {{"n/a", "Lee", "Ann"}, ROW_REFUSED, "2  refused: has no membership number|"},
        {{"1.2E+06", "Lee", "Ann"},
         ROW_REFUSED,
         "2  refused: has a membership number that a spreadsheet has shortened (as in 1.2E+06)|"},
        {{"\xEF\xBF\xBD", "Lee"},
         ROW_REFUSED,
         "2 Membership No: has a character that cannot be read|"
         "2  refused: has no membership number|"},
        {{"", "", " ", "\xC2\xA0", "", ""}, ROW_BLANK, ""},
        {{""}, ROW_BLANK, ""},
        {{NULL}, ROW_BLANK, ""},
        {{"Total members", "", "2400"}, ROW_TOTAL, ""},
        {{"", "", "", "", "TOTAL: 2400"}, ROW_TOTAL, ""},
        {{"", "Grand Total", "2400"}, ROW_TOTAL, ""},
        {{"Cyfanswm", "2400"}, ROW_TOTAL, ""},
        {{"", "Lee", "Ann", "07700 900123", "Total Care Ltd"},
         ROW_REFUSED,
         "2  refused: has no membership number|"},
        {{"", "Lee", "Ann", "", "Total Care Ltd"},
         ROW_REFUSED,
         "2  refused: has no membership number|"},
        {{"1", "Totally", "Ann", "", "Total Care Ltd"}, ROW_MEMBER, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(reader_free) struct reader reader;
        reader_init(&reader);
        size_t count = 0;
        while (cases[i].cells[count] != NULL) {
            count++;
        }
        enum row_kind kind =
            read_cells(&reader, headers, ARRAY_LENGTH(headers), cases[i].cells, count);
        if (kind != cases[i].kind) {
            fail_msg("case %zu is of kind %d", i, (int)kind);
        }
        same("faults", buffer_text(&reader.faults), cases[i].faults);
        bool wide = strstr(cases[i].faults, "more cells") != NULL;
        if (kind != ROW_MEMBER && !wide) {
            assert_null(reader.member.number);
        } else {
            assert_string_equal(reader.member.number, "1");
        }
    }
}

static void test_two_columns(void **state)
{
    (void)state;
    static const char *const headers[] = {"Membership No", "Email",     "Email", "Mobile 1",
                                          "Mobile 2",      "Telephone", "Name"};
    static const struct {
        const char *cells[7];
        const char *email;
        const char *mobile;
        size_t faults;
    } cases[] = {
        {{"1",
          "ann@"
          "some.nhs.uk",
          "ann@mail.example", "", "07700 900001", "", ""},
         "ann@mail.example",
         "+447700900001",
         0},
        {{"1", "ann@mail.example",
          "ann@"
          "some.nhs.uk",
          "07700 900001", "07700 900002", "", ""},
         "ann@mail.example",
         "+447700900001",
         0},
        {{"1",
          "ann@"
          "some.nhs.uk",
          "", "7.7E+09", "07700 900002", "", ""},
         "ann@"
         "some.nhs.uk",
         "+447700900002",
         1},
        {{"1", "ann", "n/a", "", "N/A", "07700 900003", ""}, NULL, "+447700900003", 1},
        {{"1", "ann", "bea", "x", "y", "0113 496 0123", ""}, NULL, NULL, 4},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(reader_free) struct reader reader;
        reader_init(&reader);
        assert_int_equal(read_cells(&reader, headers, 7, cases[i].cells, 7), ROW_MEMBER);
        same("email", reader.member.email, cases[i].email);
        same("mobile", reader.member.mobile, cases[i].mobile);
        size_t faults = 0;
        for (const char *at = buffer_text(&reader.faults); *at != '\0'; at++) {
            faults += *at == '|';
        }
        assert_int_equal(faults, cases[i].faults);
    }
}

static void test_wishes_for_silence(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *cell;
        bool no_sms;
        bool no_email;
        bool noticed;
    } cases[] = {
        {"No SMS", "Y", true, false, false},
        {"No SMS", "yes ", true, false, false},
        {"Do not text", "TRUE", true, false, false},
        {"No SMS", "1", true, false, false},
        {"No SMS", "x", true, false, false},
        {"No SMS", "12/03/2024", true, false, false},
        {"No SMS", "N", false, false, false},
        {"No SMS", "No", false, false, false},
        {"No SMS", "0", false, false, false},
        {"No SMS", "", false, false, false},
        {"No SMS", "n/a", false, false, false},
        {"No SMS", "ask her", true, false, true},
        {"Dim neges destun", "Ydw", true, false, false},
        {"No Email", "y", false, true, false},
        {"Do not contact", "Yes", true, true, false},
        {"Do not contact", "No", false, false, false},
        {"Contact by SMS", "N", true, false, false},
        {"Contact by SMS", "No", true, false, false},
        {"Contact by SMS", "none", true, false, false},
        {"Contact by SMS", "0", true, false, false},
        {"Contact by SMS", "Yes", false, false, false},
        {"Contact by SMS", "", false, false, false},
        {"Contact by SMS", "unknown", false, false, false},
        {"SMS consent", "01/02/2020", false, false, false},
        {"SMS consent", "withdrawn", true, false, false},
        {"Email opt in", "FALSE", false, true, false},
        {"Email opt in", "Nac ydw", false, true, false},
        {"Email opt in", "perhaps", false, true, true},
        {"SMS", "No", true, false, false},
        {"SMS", "yes", false, false, false},
        {"SMS", "07700 900123", false, false, false},
        {"Texts", "N", true, false, false},
        /* what cannot be read is no "no" */
        {"No SMS", "yes\x01", true, false, true},
        {"No SMS", "\xFF", true, false, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(reader_free) struct reader reader;
        reader_init(&reader);
        read_one(&reader, cases[i].header, cases[i].cell);
        unsigned wanted = (cases[i].no_sms ? MEMBER_SILENT_SMS : 0U) |
                          (cases[i].no_email ? MEMBER_SILENT_EMAIL : 0U);
        if (reader.member.silent != wanted) {
            fail_msg("%s \"%s\": silent %u", cases[i].header, cases[i].cell, reader.member.silent);
        }
        assert_int_equal(buffer_text(&reader.faults)[0] != '\0', cases[i].noticed);
    }
}

static void test_rows_at_the_foot(void **state)
{
    (void)state;
    static const char *const headers[] = {"Membership No", "Surname", "Mobile"};
    static const struct {
        const char *cells[3];
        enum row_kind kind;
        const char *faults;
    } cases[] = {
        {{"MEMBERSHIP NO", "surname ", "Mobile"}, ROW_REFUSED, "2  refused: repeats the heading|"},
        {{"Membership No", "Lee", ""}, ROW_MEMBER, ""},
        {{"End", "", ""},
         ROW_REFUSED,
         "2  refused: holds some words and nothing else: it is no "
         "member|"},
        {{"3 members", "", ""},
         ROW_REFUSED,
         "2  refused: holds some words and nothing else: it is "
         "no member|"},
        {{"A3", "", ""}, ROW_MEMBER, ""},
        {{"1234567890123456000", "Lee", ""},
         ROW_REFUSED,
         "2  refused: has a membership number of more than 15 digits, which a spreadsheet has "
         "rounded|"},
        {{"1234567890123456789", "Lee", ""}, ROW_MEMBER, ""},
        {{"1", "Lee", "447701000000"},
         ROW_MEMBER,
         "2 Mobile: ends in six zeros: a spreadsheet has rounded it|"},
        {{"1", "Lee", "447700900000"}, ROW_MEMBER, ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(reader_free) struct reader reader;
        reader_init(&reader);
        enum row_kind kind = read_cells(&reader, headers, 3, cases[i].cells, 3);
        if (kind != cases[i].kind) {
            fail_msg("case %zu is of kind %d", i, (int)kind);
        }
        same("faults", buffer_text(&reader.faults), cases[i].faults);
    }
}

static void test_membership_numbers(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"0012345", "0012345"},   {"12345.0", "12345"},    {"12345.00", "12345"},
        {"12345.50", "12345.50"}, {"AB-12", "AB-12"},      {"1234.", "1234."},
        {"'00123", "00123"},      {"=\"00123\"", "00123"},
    };
    static const char *const headers[] = {"Membership No", "Surname"};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(reader_free) struct reader reader;
        reader_init(&reader);
        const char *const cells[] = {cases[i][0], "Lee"};
        assert_int_equal(read_cells(&reader, headers, 2, cells, 2), ROW_MEMBER);
        assert_string_equal(reader.member.number, cases[i][1]);
    }
}

static void test_custom_facts(void **state)
{
    (void)state;
    CLEANUP(reader_free) struct reader reader;
    reader_init(&reader);
    const char *const headers[] = {"Membership No", "Surname", "Shift", "Bay", "shift"};
    const char *const cells[] = {"1", "Lee", " Nights ", "N/A", "Days"};
    struct csv_row header = {1, 5, headers, NULL, NULL};
    struct csv_row csv = {2, 5, cells, NULL, NULL};
    struct mapping *mapping = mapping_find(&header, NULL, 0, reader.arena);
    assert_non_null(mapping);
    mapping_keep_rest(mapping, reader.arena);
    struct row_rules rules = {.mapping = mapping, .region = "GB"};
    struct member member;
    assert_int_equal(row_read(&rules, &csv, reader.arena, &member), ROW_MEMBER);
    same("custom", member.custom, "{\"shift\":\"Nights\"}");
}

static void test_words_of_a_profile(void **state)
{
    (void)state;
    CLEANUP(reader_free) struct reader reader;
    reader_init(&reader);
    const char *const headers[] = {"Membership No", "Status"};
    struct csv_row header = {1, 2, headers, NULL, NULL};
    struct mapping *mapping = mapping_find(&header, NULL, 0, reader.arena);
    assert_non_null(mapping);
    const struct row_status statuses[] = {{"p", "active"}, {"active", "left"}};
    struct row_rules rules = {
        .mapping = mapping, .region = "GB", .statuses = statuses, .status_count = 2};
    static const char *const cases[][2] = {{"P", "active"}, {"Active", "left"}, {"Leaver", "left"}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *const cells[] = {"1", cases[i][0]};
        struct csv_row csv = {2, 2, cells, NULL, NULL};
        struct member member;
        assert_int_equal(row_read(&rules, &csv, reader.arena, &member), ROW_MEMBER);
        assert_string_equal(member.status, cases[i][1]);
    }
}

static void test_hostile_cells(void **state)
{
    (void)state;
    CLEANUP(reader_free) struct reader reader;
    reader_init(&reader);
    char *huge = arena_alloc(reader.arena, 1000001);
    memset(huge, '7', 1000000);
    static const char *const headers[] = {"Membership No", "Name",        "Mobile", "Email",
                                          "Tags",          "Date Joined", "Band",   "Language"};
    for (size_t i = 1; i < ARRAY_LENGTH(headers); i++) {
        read_one(&reader, headers[i], huge);
        assert_string_not_equal(buffer_text(&reader.faults), "");
        read_one(&reader, headers[i], "\xFF\xC3\x28\xED\xA0\x80");
        assert_string_not_equal(buffer_text(&reader.faults), "");
        read_one(&reader, headers[i], "=\"");
        read_one(&reader, headers[i], "''''");
        read_one(&reader, headers[i], ",;,;,");
    }
    const char *const cells[] = {huge, "Lee"};
    assert_int_equal(read_cells(&reader, headers, 8, cells, 2), ROW_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_whole_names),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_two_columns),
        cmocka_unit_test(test_wishes_for_silence),
        cmocka_unit_test(test_rows_at_the_foot),
        cmocka_unit_test(test_membership_numbers),
        cmocka_unit_test(test_custom_facts),
        cmocka_unit_test(test_words_of_a_profile),
        cmocka_unit_test(test_hostile_cells),
    };
    return cmocka_run_group_tests_name("roster/row", tests, NULL, NULL);
}
