/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A property: whatever sequence of imports, undos, edits and erasures there is, nobody can be
 * reached at an address that somebody has silenced. Sequences are drawn from a fixed seed, or from
 * MUSTER_SEED; a failure tells which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>

#include "../inbound/world.h"
#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/roster/import.h"
#include "muster/store/edits.h"
#include "muster/store/erasures.h"
#include "muster/store/imports.h"
#include "muster/store/segments.h"

enum { SEQUENCES = 12, STEPS = 60, PEOPLE = 12, ADDRESSES = 16, LIST_ROWS = 9 };

static const int64_t NOW = 1800000000000;

struct play {
    struct world *world;
    uint64_t seed;
    uint64_t state;
    bool silent[CHANNEL_COUNT][ADDRESSES]; /* what somebody has asked for so far */
    size_t imports;                        /* that were made, to see that the play is a real one */
    size_t undone;
    size_t erased;
    size_t asked; /* by a list */
};

/* xorshift64*. */
static uint64_t draw(struct play *play, uint64_t below)
{
    play->state ^= play->state >> 12;
    play->state ^= play->state << 25;
    play->state ^= play->state >> 27;
    return (play->state * UINT64_C(2685821657736338717) >> 33) % below;
}

static const char *mobile_of(struct play *play, size_t address)
{
    return arena_printf(play->world->arena, "+447700900%03zu", 100 + address);
}

static const char *email_of(struct play *play, size_t address)
{
    return arena_printf(play->world->arena, "a%zu@mail.example", address);
}

static const char *address_of(struct play *play, enum channel channel, size_t address)
{
    return channel == CHANNEL_SMS ? mobile_of(play, address) : email_of(play, address);
}

/* The same number in one of the ways that lists have. */
static const char *written(struct play *play, size_t address)
{
    switch (draw(play, 4)) {
    case 0: return arena_printf(play->world->arena, "07700900%03zu", 100 + address);
    case 1: return arena_printf(play->world->arena, "7700900%03zu", 100 + address);
    case 2: return arena_printf(play->world->arena, "+44 (0)7700 900%03zu", 100 + address);
    default: return arena_printf(play->world->arena, "447700900%03zu.0", 100 + address);
    }
}

/* Write a list and import it; what it asks for is silent from then on. */
static void import_list(struct play *play)
{
    struct world *world = play->world;
    const char *path = arena_printf(world->arena, "%s/list.csv", world->folder);
    CLEANUP(buffer_free) struct buffer list;
    buffer_init(&list, 64 * 1024);
    (void)buffer_puts(&list, "Member No,Surname,Mobile,Email,Contact by SMS,Do not email\n");
    bool asked[CHANNEL_COUNT][ADDRESSES] = {{false}};
    for (size_t i = 0; i < LIST_ROWS; i++) {
        size_t person = draw(play, PEOPLE);
        size_t mobile = draw(play, ADDRESSES);
        size_t email = draw(play, ADDRESSES);
        bool no_sms = draw(play, 12) == 0;
        bool no_email = draw(play, 12) == 0;
        bool erased = false;
        struct erasure *erasure = NULL;
        const char *number = arena_printf(world->arena, "P%zu", person);
        WORLD_MUST(erasures_find(world->db, number, world->arena, &erasure, &err));
        erased = erasure != NULL;
        asked[CHANNEL_SMS][mobile] |= no_sms && !erased;
        asked[CHANNEL_EMAIL][email] |= no_email && !erased;
        (void)buffer_printf(&list, "%s,Person %zu,%s,A%zu@Mail.Example,%s,%s\n", number, person,
                            written(play, mobile), email, no_sms ? "N" : "Y",
                            no_email ? "yes" : "");
    }
    (void)unlink(path);
    WORLD_MUST(file_create(path, buffer_text(&list), list.length, 0600, &err));
    struct import_options options = {
        .region = "GB", .whole = draw(play, 4) == 0, .leavers_most = 100, .renamed_most = 100};
    options.dry_run = draw(play, 8) == 0;
    struct import_report report;
    WORLD_MUST(import_file(world->db, path, &options, world->arena, &report, &err));
    play->imports += !options.dry_run;
    play->asked += options.dry_run ? 0 : (size_t)report.opt_outs;
    for (size_t i = 0; i < ADDRESSES && !options.dry_run; i++) {
        play->silent[CHANNEL_SMS][i] |= asked[CHANNEL_SMS][i];
        play->silent[CHANNEL_EMAIL][i] |= asked[CHANNEL_EMAIL][i];
    }
}

static void undo_import(struct play *play)
{
    struct import *imports = NULL;
    size_t count = 0;
    WORLD_MUST(imports_list(play->world->db, 100, play->world->arena, &imports, &count, &err));
    for (size_t i = 0; i < count; i++) {
        if (imports[i].undone_at == 0) {
            struct imports_undoing undoing = {0};
            WORLD_MUST(imports_undo(play->world->db, imports[i].id, NOW, play->world->arena,
                                    &undoing, &err));
            play->undone++;
            return;
        }
    }
}

static struct member *somebody(struct play *play)
{
    struct member *member = NULL;
    const char *number = arena_printf(play->world->arena, "P%zu", (size_t)draw(play, PEOPLE));
    WORLD_MUST(members_find(play->world->db, number, play->world->arena, &member, &err));
    return member;
}

static void erase_somebody(struct play *play)
{
    struct member *member = somebody(play);
    struct erasures_removed removed;
    if (member != NULL) {
        WORLD_MUST(erasures_erase(
            play->world->db,
            &(struct erasures_order){.number = member->number, .reason = "asked us to", .at = NOW},
            &removed, &err));
        play->erased++;
    }
}

static void readmit_somebody(struct play *play)
{
    const char *number = arena_printf(play->world->arena, "P%zu", (size_t)draw(play, PEOPLE));
    bool lifted = false;
    WORLD_MUST(db_begin(play->world->db, &err));
    WORLD_MUST(erasures_lift(play->world->db, number, &lifted, &err));
    WORLD_MUST(db_commit(play->world->db, &err));
}

static void edit_somebody(struct play *play)
{
    struct member *member = somebody(play);
    if (member == NULL) {
        return;
    }
    struct edit edit = {.field = MEMBER_MOBILE,
                        .value =
                            draw(play, 5) == 0 ? NULL : mobile_of(play, draw(play, ADDRESSES))};
    struct edit_made *made = NULL;
    size_t count = 0;
    WORLD_MUST(db_begin(play->world->db, &err));
    WORLD_MUST(edits_apply(play->world->db, member->id, &edit, 1, NOW, play->world->arena, &made,
                           &count, &err));
    WORLD_MUST(db_commit(play->world->db, &err));
}

static void silence_somebody(struct play *play)
{
    enum channel channel = draw(play, 2) == 0 ? CHANNEL_SMS : CHANNEL_EMAIL;
    size_t address = draw(play, ADDRESSES);
    struct suppression suppression = {.channel = channel,
                                      .kind = draw(play, 3) == 0 ? "hold" : "stop",
                                      .source = "reply",
                                      .reason = "asked us to",
                                      .at = NOW};
    db_address_key(play->world->db, channel, address_of(play, channel, address),
                   suppression.address_key);
    WORLD_MUST(db_begin(play->world->db, &err));
    WORLD_MUST(suppressions_add(play->world->db, &suppression, &err));
    WORLD_MUST(db_commit(play->world->db, &err));
    play->silent[channel][address] = true;
}

/* Nobody has an address that is silent and counts as reachable by it. */
static void expect_silence(struct play *play, size_t step)
{
    static const char *const words[] = {"reachable:sms", "reachable:email"};
    static const char *const everybody = " and (status:* or not status:*)";
    for (size_t channel = 0; channel < CHANNEL_COUNT; channel++) {
        struct member *members = NULL;
        size_t count = 0;
        const char *who = arena_printf(play->world->arena, "%s%s", words[channel], everybody);
        WORLD_MUST(segments_members(play->world->db, who, 0, 1000, play->world->arena, &members,
                                    &count, &err));
        for (size_t i = 0; i < ADDRESSES; i++) {
            if (!play->silent[channel][i]) {
                continue;
            }
            const char *address = address_of(play, (enum channel)channel, i);
            if (world_suppressed(play->world, (enum channel)channel, address, NULL) == 0) {
                fail_msg("seed %" PRIu64 ", step %zu: %s is not suppressed any more", play->seed,
                         step, address);
            }
            for (size_t j = 0; j < count; j++) {
                const char *theirs = channel == CHANNEL_SMS ? members[j].mobile : members[j].email;
                if (theirs != NULL && strcasecmp(theirs, address) == 0) {
                    fail_msg("seed %" PRIu64 ", step %zu: %s can be reached at %s", play->seed,
                             step, members[j].number, address);
                }
            }
        }
    }
}

static void play_one(struct play *play)
{
    play->world = world_open(NOW);
    for (size_t step = 0; step < STEPS; step++) {
        switch (draw(play, 10)) {
        case 0:
        case 1: silence_somebody(play); break;
        case 2: undo_import(play); break;
        case 3: erase_somebody(play); break;
        case 4: readmit_somebody(play); break;
        case 5: edit_somebody(play); break;
        default: import_list(play); break;
        }
        expect_silence(play, step);
    }
    (void)unlink(arena_printf(play->world->arena, "%s/list.csv", play->world->folder));
    world_close(play->world);
}

static void the_silent_stay_silent(void **state)
{
    (void)state;
    const char *told = getenv("MUSTER_SEED");
    int64_t first = 1;
    if (told != NULL) {
        assert_true(text_number(told, 1, INT64_MAX, &first));
    }
    struct play sum = {0};
    for (uint64_t i = 0; i < SEQUENCES; i++) {
        struct play play = {.seed = (uint64_t)first + i};
        play.state = play.seed * UINT64_C(0x9E3779B97F4A7C15);
        play_one(&play);
        sum.imports += play.imports;
        sum.undone += play.undone;
        sum.erased += play.erased;
        sum.asked += play.asked;
    }
    /* That nothing was wrong is worth something only when something was done. */
    assert_true(sum.imports > 10 * SEQUENCES);
    assert_true(sum.undone > 2 * SEQUENCES);
    assert_true(sum.erased > SEQUENCES);
    assert_true(sum.asked > SEQUENCES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_silent_stay_silent)};
    return cmocka_run_group_tests_name("roster/silence", tests, NULL, NULL);
}
