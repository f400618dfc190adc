/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of what is known of members in a ballot: every table is looked at afterwards, and the
 * bytes of the files too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/base/file.h"
#include "muster/store/counts.h"
#include "muster/store/purges.h"
#include "muster/store/replacements.h"

static const int64_t NOW = 1800000000000;

static const char *const OF_BALLOT[] = {"ballot_member", "ballot_seat", "ballot_event",
                                        "replacement"};

static int64_t rows(struct world *world, const char *table, int64_t ballot_id)
{
    return crowd_number(world,
                        arena_printf(world->arena, "SELECT COUNT(*) FROM %s WHERE ballot_id = %lld",
                                     table, (long long)ballot_id));
}

static void tell(struct world *world, int64_t ballot_id, size_t member, const char *state)
{
    const char *becomes = NULL;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, ballot_id, world->member_ids[member], state, "reply", NOW,
                            &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_non_null(becomes);
}

static void reply(struct world *world, size_t member, const char *id, const char *text,
                  const char *meaning)
{
    struct reply reply = {.gateway = "practice",
                          .remote_id = id,
                          .address = world_members[member].mobile,
                          .text = text,
                          .meaning = meaning,
                          .at = NOW};
    bool fresh = false;
    db_address_key(world->db, CHANNEL_SMS, reply.address, reply.address_key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(inbox_find_writer(world->db, &reply, world->arena, &err));
    WORLD_MUST(inbox_put_reply(world->db, &reply, &fresh, &err));
    WORLD_MUST(db_commit(world->db, &err));
}

/* Two ballots with the same members; in the world's own all has been told that can be. */
static int64_t fill(struct world *world)
{
    struct ballot other = {.name = "other",
                           .title = "Another",
                           .opens = NOW,
                           .closes = NOW + CLOCK_HOUR,
                           .who = "everyone",
                           .threshold_part = 1,
                           .threshold_whole = 2,
                           .method = "postal",
                           .support_whole = 1};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_create(world->db, &other, &err));
    WORLD_MUST(db_commit(world->db, &err));
    const int64_t ids[] = {world->ballot_id, other.id};
    for (size_t i = 0; i < 2; i++) {
        tell(world, ids[i], 0, "voted");
        tell(world, ids[i], 1, "no-paper");
        WORLD_MUST(ballots_plan(world->db, ids[i], world->member_ids[2], "2027-01-20", &err));
    }
    for (size_t i = 0; i < 2; i++) {
        (void)world_queue(world, i, CHANNEL_SMS);
    }
    world_release(world, CHANNEL_SMS);
    reply(world, 0, "1", "An unmistakable reply", "voted");
    reply(world, 1, "2", "A kind word", "other");
    crowd_run(world, "INSERT INTO reply_part (reply_id, number, total, reference, sent_to, gateway,"
                     " remote_id, text) SELECT id, 1, 2, '17', '61016', gateway, remote_id, text"
                     " FROM reply");
    return other.id;
}

static void what_was_told_goes_and_its_figures_stay(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const int64_t other = fill(world);
    const struct purged expected = {
        .members = 3, .told = 2, .plans = 1, .replacements = 1, .replies = 1};
    struct purged purged = {0};
    bool emptied = false;
    WORLD_MUST(purges_count(world->db, world->ballot_id, &purged, &err));
    assert_memory_equal(&purged, &expected, sizeof purged);
    purged = (struct purged){0};
    WORLD_MUST(purges_ballot(world->db, world->ballot_id, NOW, &purged, &emptied, &err));
    assert_memory_equal(&purged, &expected, sizeof purged);
    assert_true(emptied);
    for (size_t i = 0; i < ARRAY_LENGTH(OF_BALLOT); i++) {
        assert_int_equal(rows(world, OF_BALLOT[i], world->ballot_id), 0);
        assert_true(rows(world, OF_BALLOT[i], other) > 0);
    }
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply WHERE meaning = 'purged'"
                                         " AND text = ''"),
                     1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply WHERE meaning = 'other'"
                                         " AND text = 'A kind word'"),
                     1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM reply_part"), 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM member"), 3);
    world_close(world);
}

static void the_figures_are_those_of_before(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)fill(world);
    struct ballot_figures *before = NULL;
    struct ballot_figures *after = NULL;
    struct ballot_figures total_before;
    struct ballot_figures total_after;
    size_t count = 0;
    struct purged purged;
    bool emptied = false;
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &before, &count, &err));
    WORLD_MUST(ballots_total(world->db, world->ballot_id, &total_before, &err));
    WORLD_MUST(ballots_reached(world->db, world->ballot_id, before, count, &total_before, &err));
    WORLD_MUST(purges_ballot(world->db, world->ballot_id, NOW, &purged, &emptied, &err));
    WORLD_MUST(ballots_figures(world->db, world->ballot_id, world->arena, &after, &count, &err));
    WORLD_MUST(ballots_total(world->db, world->ballot_id, &total_after, &err));
    assert_int_equal(count, 1);
    assert_string_equal(after[0].unit, before[0].unit);
    const struct ballot_figures *const pairs[][2] = {{&before[0], &after[0]},
                                                     {&total_before, &total_after}};
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        assert_int_equal(pairs[i][1]->entitled, 3);
        assert_int_equal(pairs[i][1]->voted, 1);
        assert_int_equal(pairs[i][1]->no_paper, 1);
        assert_int_equal(pairs[i][1]->reached, pairs[i][0]->reached);
        assert_int_equal(pairs[i][1]->reachable, 0); /* nobody can be written to about it */
    }
    struct ballot *ballot = NULL;
    WORLD_MUST(ballots_get(world->db, world->ballot_id, world->arena, &ballot, &err));
    assert_int_equal(ballot->entitled, 3);
    assert_int_equal(ballot->units, 1);
    assert_int_equal(ballot->purged_at, NOW);
    struct replacements_figures *papers = NULL;
    WORLD_MUST(
        replacements_figures(world->db, world->ballot_id, world->arena, &papers, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(papers[0].asked, 1);
    assert_int_equal(papers[0].outstanding, 0);
    struct count_unit *units = NULL;
    WORLD_MUST(counts_units(world->db, world->ballot_id, world->arena, &units, &count, &err));
    assert_int_equal(units[0].entitled, 3);
    world_close(world);
}

static void a_second_purge_changes_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)fill(world);
    struct purged purged;
    struct ballot_figures total;
    const char *becomes = "?";
    bool emptied = false;
    WORLD_MUST(purges_ballot(world->db, world->ballot_id, NOW, &purged, &emptied, &err));
    WORLD_MUST(purges_ballot(world->db, world->ballot_id, NOW + 1, &purged, &emptied, &err));
    assert_int_equal(purged.members, 0);
    WORLD_MUST(ballots_total(world->db, world->ballot_id, &total, &err));
    assert_int_equal(total.voted, 1);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM ballot WHERE purged_at IS NOT NULL"),
                     1);
    /* A word that comes later finds no place to be noted at. */
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(ballots_mark(world->db, world->ballot_id, world->member_ids[0], "voted", "reply",
                            NOW, &becomes, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_null(becomes);
    world_close(world);
}

static void why_a_message_was_withheld_goes_too(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct purged purged;
    bool emptied = false;
    (void)world_queue(world, 0, CHANNEL_SMS);
    crowd_run(world, "UPDATE outbox SET state = 'withheld', reason = 'no longer in the audience'");
    assert_true(crowd_number(world, "SELECT COUNT(*) FROM outbox_event WHERE reason IS NOT NULL") >
                0);
    WORLD_MUST(purges_ballot(world->db, world->ballot_id, NOW, &purged, &emptied, &err));
    assert_int_equal(crowd_number(world, "SELECT (SELECT COUNT(*) FROM outbox WHERE reason IS NOT"
                                         " NULL) + (SELECT COUNT(*) FROM outbox_event WHERE reason"
                                         " IS NOT NULL)"),
                     0);
    world_close(world);
}

/* Whether a file of the store holds these bytes. */
static bool holds(const char *path, const char *bytes)
{
    CLEANUP(buffer_free) struct buffer content;
    buffer_init(&content, 64 * 1024 * 1024);
    struct error err = {0};
    return file_read(path, &content, &err) && content.length > 0 &&
           memmem(content.data, content.length, bytes, strlen(bytes)) != NULL;
}

/* Whom a later step was drawn for had not voted by then. */
static void what_fell_to_whom_by_lot_goes_too(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    struct purged purged;
    bool emptied = false;
    crowd_run(world, "INSERT INTO trial_member (step_id, member_id, trial, household, arm, at)"
                     " SELECT s.id, m.id, 't', m.id, 'held out', 1 FROM step s, member m");
    crowd_run(world, "INSERT INTO campaign (id, name, title, at) VALUES (90, 'other', 'O', 1)");
    crowd_run(world, "INSERT INTO step (id, campaign_id, position, who, sms_first, uses_sms,"
                     " uses_email, at, deadline) VALUES (90, 90, 1, 'everyone', 1, 1, 0, 1, 2)");
    crowd_run(world, "INSERT INTO trial_member (step_id, member_id, trial, household, arm, at)"
                     " SELECT 90, id, 't', id, 'held out', 1 FROM member");
    WORLD_MUST(purges_ballot(world->db, world->ballot_id, NOW, &purged, &emptied, &err));
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM trial_member WHERE step_id <> 90"),
                     0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM trial_member"), 3); /* no ballot's */
    world_close(world);
}

static void no_byte_of_it_is_left(void **state)
{
    (void)state;
    static const char *const ends[] = {"", "-wal"};
    struct world *world = world_open(NOW);
    struct purged purged;
    bool emptied = false;
    bool there = false;
    (void)fill(world);
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        there = there || holds(arena_printf(world->arena, "%s%s", world->store, ends[i]),
                               "An unmistakable reply");
    }
    assert_true(there);
    WORLD_MUST(purges_ballot(world->db, world->ballot_id, NOW, &purged, &emptied, &err));
    assert_true(emptied);
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        assert_false(holds(arena_printf(world->arena, "%s%s", world->store, ends[i]),
                           "An unmistakable reply"));
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_told_goes_and_its_figures_stay),
        cmocka_unit_test(the_figures_are_those_of_before),
        cmocka_unit_test(a_second_purge_changes_nothing),
        cmocka_unit_test(why_a_message_was_withheld_goes_too),
        cmocka_unit_test(what_fell_to_whom_by_lot_goes_too),
        cmocka_unit_test(no_byte_of_it_is_left),
    };
    return cmocka_run_group_tests_name("store/purges", tests, NULL, NULL);
}
