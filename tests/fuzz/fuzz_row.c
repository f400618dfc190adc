/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a row, parted by TABs, into a member under a fixed header: whatever they hold, the
 * member is one that may be stored and written to, and every refusal is told. */
#include <string.h>

#include "date.h"
#include "fuzz.h"
#include "mapping.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"
#include "row.h"

enum { CELLS_MAX = 32, FACT_LIMIT = 3 * 500 };

struct tally {
    size_t refused;
    size_t faults;
};

static void on_fault(const struct import_fault *fault, void *context)
{
    struct tally *tally = context;
    MUST_HOLD(fault->line == 7 && fault->column != NULL && fault->cell != NULL);
    MUST_HOLD(fault->reason != NULL && fault->reason[0] != '\0' && fuzz_is_utf8(fault->reason));
    bool refused = fault->kind == IMPORT_FAULT_ROW;
    MUST_HOLD(!refused || (fault->column[0] == '\0' && fault->cell[0] == '\0'));
    tally->refused += refused;
    tally->faults += !refused;
}

static void check_text(const char *text)
{
    if (text == NULL) {
        return;
    }
    MUST_HOLD(text[0] != '\0' && strlen(text) <= FACT_LIMIT && fuzz_is_utf8(text));
    MUST_HOLD(text[0] != ' ' && text[strlen(text) - 1] != ' ');
    for (const char *byte = text; *byte != '\0'; byte++) {
        MUST_HOLD((unsigned char)*byte >= ' ' && *byte != 0x7F);
    }
}

static void check_member(const struct member *member, struct arena *arena)
{
    MUST_HOLD(member->number != NULL && strlen(member->number) <= 64);
    check_text(member->number);
    for (size_t i = 0; i < MEMBER_FIELDS; i++) {
        check_text(member_get(member, (enum member_field)i));
    }
    const char *again = NULL;
    const char *reason = NULL;
    if (member->mobile != NULL) {
        MUST_HOLD(phone_parse(member->mobile, "GB", arena, &again, &reason));
        MUST_HOLD(strcmp(again, member->mobile) == 0);
    }
    if (member->email != NULL) {
        MUST_HOLD(address_parse(member->email, arena, &again, &reason));
    }
    if (member->joined != NULL) {
        MUST_HOLD(date_parse(member->joined, arena, &again, &reason));
        MUST_HOLD(strcmp(again, member->joined) == 0);
    }
    const char *language = member->language;
    MUST_HOLD(language == NULL || strlen(language) == 2);
    const char *tags = member->tags;
    MUST_HOLD(tags == NULL ||
              (tags[0] != ',' && tags[strlen(tags) - 1] != ',' && strstr(tags, ",,") == NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const HEADERS[] = {
        "Membership No", "First Name", "Surname",   "Mobile", "Telephone",
        "Email",         "Work Email", "Employer",  "Branch", "Job",
        "Band",          "Language",   "Status",    "Joined", "Tags",
        "Pronouns",      "Name",       "Workplace", "No SMS", "Email opt in",
    };
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct csv_row header = {.line = 1, .count = ARRAY_LENGTH(HEADERS), .cells = HEADERS};
    const char *cells[CELLS_MAX];
    struct csv_row row = {.line = 7, .cells = cells};
    for (char *at = text; at != NULL && row.count < CELLS_MAX;) {
        cells[row.count++] = strsep(&at, "\t");
    }
    struct tally tally = {0};
    struct row_rules rules = {.mapping = mapping_find(&header, NULL, 0, arena),
                              .region = "GB",
                              .fault = on_fault,
                              .context = &tally};
    MUST_HOLD(rules.mapping != NULL);
    struct member read;
    switch (row_read(&rules, &row, arena, &read)) {
    case ROW_MEMBER:
        MUST_HOLD(tally.refused == 0);
        check_member(&read, arena);
        break;
    case ROW_REFUSED:
        MUST_HOLD(tally.refused == 1);
        check_text(read.number);
        break;
    case ROW_BLANK:
    case ROW_TOTAL: MUST_HOLD(tally.refused == 0 && read.number == NULL); break;
    }
    return 0;
}
