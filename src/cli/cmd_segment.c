/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster segment. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/text.h"
#include "muster/model/fact.h"
#include "muster/store/segments.h"

enum { DOUBTS_MOST = 5 };

bool cmd_print_doubts(struct call *call, const char *who, struct error *err)
{
    struct segment_doubt *doubts = NULL;
    size_t count = 0;
    if (call->format != LISTING_TEXT) {
        return true;
    }
    if (!segments_doubts(call->db, who, DOUBTS_MOST, call->arena, &doubts, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct segment_doubt *doubt = &doubts[i];
        const char *label = doubt->unit ? "unit of a ballot" : fact_label(doubt->field);
        const char *words =
            doubt->begins ? arena_printf(call->arena, "no %s begins with '%s'", label, doubt->value)
            : doubt->unit ? arena_printf(call->arena, "no ballot has a unit '%s'", doubt->value)
                          : arena_printf(call->arena, "no member has %s '%s'", label, doubt->value);
        if (doubt->range != NULL) {
            words = arena_printf(call->arena, "%s; a range is written %s", words, doubt->range);
        } else if (doubt->near != NULL) {
            words = arena_printf(call->arena, "%s; did you mean '%s'?", words, doubt->near);
        }
        (void)fprintf(stderr, "%s\n", text_printable(words, call->arena));
    }
    return true;
}

bool cmd_segment_set(struct call *call, struct error *err)
{
    struct segments_size size;
    if (!db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!segments_put(call->db, call->arguments[0], call->arguments[1], err) ||
        !acting_note(call, NULL, "segment.set", call->arguments[0], NULL, err) ||
        !db_commit(transaction, err) ||
        !segments_count(call->db, call->arguments[1], 0, &size, err)) {
        return false;
    }
    (void)printf("segment %s: %lld member%s\n", call->arguments[0], (long long)size.members,
                 size.members == 1 ? "" : "s");
    return cmd_print_doubts(call, call->arguments[1], err);
}

bool cmd_segment_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"NAME", "name", false}, {"MEMBERS", "members", true}, {"WHO", "who", false}};
    struct segment *segments = NULL;
    size_t count = 0;
    if (!segments_list(call->db, call->arena, &segments, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        struct segments_size size;
        if (!segments_count(call->db, segments[i].who, 0, &size, err)) {
            return error_prefix(err, "segment %s", segments[i].name);
        }
        listing_text(listing, segments[i].name);
        listing_number(listing, size.members);
        listing_text(listing, segments[i].who);
    }
    listing_print(listing, call->format, "no segments yet");
    return true;
}

bool cmd_segment_count(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"MEMBERS", "members", true}, {"BY SMS", "sms", true}, {"BY E-MAIL", "email", true}};
    struct segments_size size;
    if (!segments_count(call->db, call->arguments[0], 0, &size, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    listing_number(listing, size.members);
    listing_number(listing, size.sms);
    listing_number(listing, size.email);
    listing_print(listing, call->format, "");
    return cmd_print_doubts(call, call->arguments[0], err);
}

bool cmd_segment_show(struct call *call, struct error *err)
{
    struct member *members = NULL;
    size_t count = 0;
    const char *who = NULL;
    if (!segments_find(call->db, call->arguments[0], call->arena, &who, err)) {
        return false;
    }
    if (!segments_members(call->db, who, 0, INT64_MAX, call->arena, &members, &count, err)) {
        return false;
    }
    cmd_print_members(call, members, count);
    return true;
}
