/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of what the law asks of ballots. */
#include "muster/conf/law.h"

#include <string.h>

#include "law_preset.h"
#include "libconfig_door.h"
#include "muster/base/calendar.h"
#include "muster/base/text.h"
#include "supplied.h"

static const char *const jurisdictions[] = {"great-britain", "northern-ireland"};

enum { WHOLE_MOST = 1000000, DAYS_MOST = 366, MONTHS_MOST = 120 };

const char *const *law_jurisdictions(size_t *count)
{
    *count = ARRAY_LENGTH(jurisdictions);
    return jurisdictions;
}

bool law_parse_part(const char *text, struct law_part *part)
{
    char first[8] = "";
    struct law_part made = {.part = 0, .whole = 1};
    if (strcmp(text, "0") == 0) {
        *part = made;
        return true;
    }
    size_t length = strcspn(text, "/");
    if (text[length] != '/' || length >= sizeof first) {
        return false;
    }
    memcpy(first, text, length);
    if (!text_number(text + length + 1, 1, WHOLE_MOST, &made.whole) ||
        !text_number(first, 0, made.whole, &made.part)) {
        return false;
    }
    *part = made;
    return true;
}

static struct law_part read_part(const struct libconfig *file, const struct libconfig_node *row,
                                 const char *name)
{
    struct law_part part = {.part = 0, .whole = 1};
    const char *text = libconfig_text(file, row, name, NULL);
    if (text[0] != '\0' && !law_parse_part(text, &part)) {
        libconfig_fault(file, libconfig_member(row, name),
                        "%s.%s is \"%.40s\", but must be a fraction such as \"1/2\", or \"0\"",
                        libconfig_name(file, row), name, text);
    }
    return part;
}

static int64_t read_count(const struct libconfig *file, const struct libconfig_node *row,
                          const char *name, int64_t most)
{
    const struct libconfig_node *node = libconfig_member(row, name);
    int64_t number = 0;
    if (node == NULL) {
        libconfig_fault(file, row, "%s.%s is missing", libconfig_name(file, row), name);
        return 0;
    }
    const char *text = libconfig_typed(file, node, true);
    if (text != NULL && !text_number(text, 0, most, &number)) {
        libconfig_fault(file, node, "%s must be a whole number from 0 to %lld",
                        libconfig_name(file, node), (long long)most);
    }
    return number;
}

/* A row; its date is 0 after a fault of it. */
static struct law read_row(const struct libconfig *file, const struct libconfig_node *row)
{
    static const char *const names[] = {"from",   "turnout",       "support",     "mandate",
                                        "notice", "ballot_notice", "sample_paper"};
    struct law law = {.from = 0};
    if (!libconfig_is_group(row)) {
        libconfig_fault(file, row, "%s must be { from = \"...\"; turnout = \"...\"; ... }",
                        libconfig_name(file, row));
        return law;
    }
    libconfig_known(file, row, names, ARRAY_LENGTH(names));
    const char *from = libconfig_text(file, row, "from", NULL);
    if (from[0] != '\0' && !calendar_parse(from, &law.from)) {
        libconfig_fault(file, libconfig_member(row, "from"),
                        "%s.from is \"%.40s\", but must be a day such as \"2026-02-18\"",
                        libconfig_name(file, row), from);
    }
    law.turnout = read_part(file, row, "turnout");
    law.support = read_part(file, row, "support");
    law.mandate = read_count(file, row, "mandate", MONTHS_MOST);
    law.notice = read_count(file, row, "notice", DAYS_MOST);
    law.ballot_notice = read_count(file, row, "ballot_notice", DAYS_MOST);
    law.sample_paper = read_count(file, row, "sample_paper", DAYS_MOST);
    return law;
}

/* The last row that begins by the day; `from` is 0 when there is none. */
static struct law read_jurisdiction(const struct libconfig *file, const char *name, int opens)
{
    const struct libconfig_node *list = libconfig_list(file, libconfig_root(file), name);
    struct law found = {.from = 0};
    int before = 0;
    for (size_t i = 0; i < libconfig_count(list); i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const struct law row = read_row(file, node);
        if (row.from != 0 && row.from <= before) {
            libconfig_fault(file, node, "%s begins no later than the row before it",
                            libconfig_name(file, node));
        }
        before = row.from > before ? row.from : before;
        if (row.from != 0 && row.from <= opens) {
            found = row;
        }
    }
    return found;
}

bool law_read(const struct config *config, const char *jurisdiction, int opens, struct arena *arena,
              struct faults *faults, struct law *law, struct error *err)
{
    const struct supplied supplied = {.given = config->ballots.law,
                                      .file = "ballot-law.conf",
                                      .preset = law_preset,
                                      .title = "the law of ballots that is built in"};
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    const char *path = NULL;
    if (!supplied_open(&supplied, config, arena, faults, &file, &path, err)) {
        return false;
    }
    libconfig_known(file, libconfig_root(file), jurisdictions, ARRAY_LENGTH(jurisdictions));
    struct law found = {.from = 0};
    for (size_t i = 0; i < ARRAY_LENGTH(jurisdictions); i++) {
        const struct law last = read_jurisdiction(file, jurisdictions[i], opens);
        found = strcmp(jurisdictions[i], jurisdiction) == 0 ? last : found;
    }
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    if (found.from == 0) {
        return error_set(err, ERROR_DATA, "%s says nothing of ballots in %s that open on %s", path,
                         jurisdiction, calendar_text(opens, arena));
    }
    *law = found;
    return true;
}
