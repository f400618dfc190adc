/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A description as a query: what the language accepts can be counted, and everybody is either meant
 * by it or by its opposite, whatever is not known of them. */
#include <string.h>

#include "fuzz.h"
#include "muster/model/who.h"
#include "muster/store/members.h"
#include "muster/store/segments.h"
#include "scratch.h"

/* SQLite's parser has a stack of 100: a tree that is not deeper is a query for certain. */
enum { DEPTH_CERTAIN = 16 };

static const struct member MEMBERS[] = {
    {.number = "1000001"},
    {
        .number = "1000002",
        .first_name = "Siân",
        .last_name = "O'Brien",
        .mobile = "+447700900002",
        .email = "sian@mail.example",
        .employer = "St Anne's",
        .workplace = "Ward 9 (100%)",
        .branch = "Leeds General",
        .job = "Nurse",
        .band = "5",
        .language = "cy",
        .joined = "2026-01-31",
        .tags = "rep,steward",
    },
    {
        .number = "A-3",
        .first_name = "Ann",
        .mobile = "+447700900003",
        .job = "Midwife",
        .band = "8a",
        .joined = "1999-12-31",
        .tags = "rep_of_all",
    },
    {.number = "4", .last_name = "Żółć", .email = "z@work.example", .band = "Other"},
};

static struct db *filled(void)
{
    static bool done;
    struct scratch *scratch = scratch_open();
    struct db *db = scratch_db(scratch);
    if (done) {
        return db;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct members_outcome outcome;
    struct error err;
    scratch_clear(scratch);
    MUST_HOLD(db_begin(db, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(MEMBERS); i++) {
        MUST_HOLD(members_put(db, &MEMBERS[i], 0, arena, &outcome, &err));
    }
    MUST_HOLD(db_commit(db, &err));
    MUST_HOLD(segments_set(db, "nurses", "job:nurse*", &err));
    done = true;
    return db;
}

static size_t depth_of(const struct who *who)
{
    size_t left = who->left == NULL ? 0 : depth_of(who->left);
    size_t right = who->right == NULL ? 0 : depth_of(who->right);
    return 1 + (left > right ? left : right);
}

/* Whether the description names a segment. That may not be there. */
static bool names_another(const struct who *who)
{
    if (who == NULL) {
        return false;
    }
    bool named = who->field == WHO_FIELD_SEGMENT || who->field == WHO_FIELD_SENT ||
                 who->field == WHO_FIELD_DELIVERED || who->field == WHO_FIELD_FAILED ||
                 who->field == WHO_FIELD_REPLIED;
    return (who->kind == WHO_TERM && named) || names_another(who->left) ||
           names_another(who->right);
}

static void check_both(struct db *db, const char *text, struct arena *arena, int64_t members)
{
    struct segments_size others;
    struct error err = {0};
    const struct who *who = NULL;
    const char *opposite = arena_printf(arena, "not (%s)", text);
    if (who_parse(opposite, NULL, arena, &who, &err) && depth_of(who) <= DEPTH_CERTAIN) {
        MUST_HOLD(segments_count(db, opposite, 0, &others, &err));
        MUST_HOLD(members + others.members == (int64_t)ARRAY_LENGTH(MEMBERS));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct db *db = filled();
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct error err = {0};
    const struct who *who = NULL;
    bool parsed = who_parse(text, NULL, arena, &who, &err);
    struct segments_size count = {0};
    bool counted = segments_count(db, text, 0, &count, &err);
    MUST_HOLD(parsed || !counted);
    if (!counted) {
        MUST_HOLD(err.text[0] != '\0');
        MUST_HOLD(!parsed || names_another(who) || depth_of(who) > DEPTH_CERTAIN);
        MUST_HOLD(err.kind == ERROR_DATA || (parsed && depth_of(who) > DEPTH_CERTAIN));
        return 0;
    }
    MUST_HOLD(count.members >= 0 && count.sms <= count.members && count.email <= count.members);
    struct member *members = NULL;
    size_t listed = 0;
    MUST_HOLD(segments_members(db, text, 0, 10, arena, &members, &listed, &err));
    MUST_HOLD((int64_t)listed == count.members);
    check_both(db, text, arena, count.members);
    return 0;
}
