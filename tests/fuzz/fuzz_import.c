/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole file into a store that knows somebody already. Either nothing changes and somebody hears
 * why, or the counts add up and the store is sound; a dry run tells what the run will do; the same
 * list again brings nobody and, where it names each member once, changes nothing; and both can be
 * taken back. */
#include <string.h>

#include "fuzz.h"
#include "muster/roster/import.h"
#include "muster/store/imports.h"
#include "muster/store/members.h"
#include "muster/store/suppressions.h"
#include "scratch.h"

/* What the callbacks heard. */
struct heard {
    int64_t faults;
    int64_t refused;
    bool twice; /* a member stands in the list twice */
};

static void on_fault(const struct import_fault *fault, void *context)
{
    struct heard *heard = context;
    MUST_HOLD(fault->line >= 1 && fault->column != NULL && fault->cell != NULL);
    MUST_HOLD(fault->reason != NULL && fault->reason[0] != '\0');
    heard->faults += fault->kind == IMPORT_FAULT_CELL;
    heard->refused += fault->kind == IMPORT_FAULT_ROW;
    heard->twice = heard->twice || strstr(fault->reason, "the later row is taken") != NULL;
}

/* Somebody who is known already, and an address that nothing is sent to. */
static void fill(struct scratch *scratch, struct arena *arena)
{
    struct db *db = scratch_db(scratch);
    struct member known = {
        .number = "1000001",
        .first_name = "Ann",
        .mobile = "+447700900001",
        .email = "ann@mail.example",
        .branch = "Leeds General",
        .tags = "rep",
    };
    struct suppression stop = {
        .channel = CHANNEL_SMS,
        .kind = "stop",
        .source = "reply",
        .reason = "STOP",
        .at = 1,
    };
    db_address_key(db, CHANNEL_SMS, known.mobile, stop.address_key);
    struct members_outcome outcome;
    struct error err;
    scratch_clear(scratch);
    MUST_HOLD(db_begin(db, &err));
    MUST_HOLD(members_put(db, &known, 0, arena, &outcome, &err));
    MUST_HOLD(suppressions_add(db, &stop, &err));
    MUST_HOLD(db_commit(db, &err));
}

static bool run(struct scratch *scratch, const char *path, bool dry_run, struct arena *arena,
                struct import_report *report, struct heard *heard)
{
    struct import_options options = {.region = "GB",
                                     .dry_run = dry_run,
                                     .renamed_most = 100,
                                     .fault = on_fault,
                                     .context = heard};
    struct error err = {0};
    *heard = (struct heard){0};
    if (!import_file(scratch_db(scratch), path, &options, arena, report, &err)) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0');
        return false;
    }
    const struct import *import = &report->import;
    MUST_HOLD(import->rows > 0);
    MUST_HOLD(import->rows ==
              import->joined + import->changed + import->unchanged + import->refused);
    MUST_HOLD(report->faults == heard->faults && import->refused == heard->refused);
    MUST_HOLD(report->without_address <= import->rows - import->refused);
    MUST_HOLD(report->header_line >= 1 && report->encoding != NULL);
    return true;
}

static bool same_counts(const struct import_report *a, const struct import_report *b)
{
    return a->import.rows == b->import.rows && a->import.joined == b->import.joined &&
           a->import.changed == b->import.changed && a->import.unchanged == b->import.unchanged &&
           a->import.refused == b->import.refused && a->faults == b->faults &&
           a->without_address == b->without_address && a->delimiter == b->delimiter &&
           a->header_line == b->header_line && a->unused_count == b->unused_count;
}

static void check_store(struct scratch *scratch)
{
    static const char *const none[] = {
        "SELECT COUNT(*) FROM pragma_foreign_key_check",
        "SELECT COUNT(*) FROM member WHERE number = '' OR first_name = '' OR last_name = ''",
        "SELECT COUNT(*) FROM contact WHERE member_id NOT IN (SELECT id FROM member)",
        "SELECT COUNT(*) FROM contact WHERE address = '' OR length(address_key) <> 32",
        "SELECT COUNT(*) FROM contact WHERE channel = 'sms' AND address NOT GLOB '+[1-9]*'",
        "SELECT COUNT(*) FROM contact WHERE channel = 'email' AND address NOT LIKE '_%@_%._%'",
        "SELECT COUNT(*) FROM member m WHERE channels <>"
        " (SELECT COALESCE(SUM(CASE channel WHEN 'sms' THEN 1 ELSE 2 END), 0)"
        " FROM contact c WHERE c.member_id = m.id)",
        "SELECT COUNT(*) FROM member WHERE tags <> '' AND tags NOT LIKE ',_%,'",
        "SELECT COUNT(*) FROM member WHERE custom IS NOT NULL AND NOT json_valid(custom)",
        "SELECT COUNT(*) FROM import_change WHERE NOT json_valid(before)",
        "SELECT COUNT(*) = 0 FROM member WHERE number = '1000001'",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(none); i++) {
        if (scratch_number(scratch, none[i]) != 0) {
            fuzz_broken(none[i], __FILE__, __LINE__);
        }
    }
}

static bool same_dump(struct scratch *scratch, const char *table, const struct buffer *before)
{
    struct buffer now;
    scratch_dump(scratch, table, &now);
    bool same = now.length == before->length &&
                memcmp(buffer_text(&now), buffer_text(before), now.length) == 0;
    buffer_free(&now);
    return same;
}

/* The real run, and what it leaves behind. */
static void check_run(struct scratch *scratch, const char *path, struct arena *arena,
                      const struct import_report *promised)
{
    static const char MEMBERS[] = "SELECT COUNT(*) FROM member";
    static const char SILENT[] = "SELECT COUNT(*) FROM suppression WHERE lifted_at IS NULL";
    int64_t silent = scratch_number(scratch, SILENT);
    struct buffer member;
    struct buffer contact;
    scratch_dump(scratch, "member", &member);
    scratch_dump(scratch, "contact", &contact);
    int64_t members = scratch_number(scratch, MEMBERS);

    struct import_report report;
    struct heard heard;
    MUST_HOLD(run(scratch, path, false, arena, &report, &heard));
    MUST_HOLD(same_counts(&report, promised) && report.import.id > 0);
    MUST_HOLD(scratch_number(scratch, MEMBERS) == members + report.import.joined);
    MUST_HOLD(scratch_number(scratch, "SELECT rows FROM import") == report.import.rows);
    silent += report.opt_outs;
    MUST_HOLD(scratch_number(scratch, SILENT) == silent);
    check_store(scratch);

    struct import_report again;
    MUST_HOLD(run(scratch, path, false, arena, &again, &heard));
    MUST_HOLD(again.import.joined == 0 && again.import.rows == report.import.rows);
    MUST_HOLD(again.import.refused == report.import.refused && again.faults == report.faults);
    MUST_HOLD(heard.twice || again.import.changed == 0);
    silent += again.opt_outs;
    check_store(scratch);

    /* Taken back, all is as it was; what was silenced stays so. */
    struct imports_undoing undoing = {0};
    struct error err;
    MUST_HOLD(imports_undo(scratch_db(scratch), again.import.id, 2, arena, &undoing, &err));
    MUST_HOLD(imports_undo(scratch_db(scratch), report.import.id, 2, arena, &undoing, &err));
    MUST_HOLD(undoing.removed == report.import.joined && undoing.kept_count == 0);
    /* Wishes for silence stay, too. */
    scratch_run(scratch, "UPDATE member SET silent = 0");
    MUST_HOLD(same_dump(scratch, "member", &member) && same_dump(scratch, "contact", &contact));
    MUST_HOLD(scratch_number(scratch, SILENT) == silent);
    buffer_free(&member);
    buffer_free(&contact);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct scratch *scratch = scratch_open();
    CLEANUP(arena_free) struct arena *arena = arena_create();
    fill(scratch, arena);
    const char *path = scratch_list(scratch, bytes, size);
    struct buffer before;
    scratch_dump(scratch, NULL, &before);

    struct import_report promised;
    struct heard heard;
    bool good = run(scratch, path, true, arena, &promised, &heard);
    MUST_HOLD(same_dump(scratch, NULL, &before));
    if (good) {
        MUST_HOLD(promised.import.id == 0);
        check_run(scratch, path, arena, &promised);
    } else {
        MUST_HOLD(!run(scratch, path, false, arena, &promised, &heard));
        MUST_HOLD(same_dump(scratch, NULL, &before));
    }
    buffer_free(&before);
    return 0;
}
