/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal of imports: what an undo puts back, what it leaves, and when it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "members_row.h"
#include "muster/store/absence.h"
#include "muster/store/bulk.h"
#include "muster/store/custom_fields.h"
#include "muster/store/edits.h"
#include "muster/store/imports.h"

static const int64_t NOW = 1800000000000;

static const struct member ANN = {.number = "1",
                                  .first_name = "Ann",
                                  .mobile = "+447700900101",
                                  .email = "ann@mail.example",
                                  .employer = "City Trust",
                                  .tags = "rep",
                                  .custom = "{\"shift\":\"days\",\"locker\":\"12\"}"};

/* Import these members; gives the import's id. */
static int64_t import_members(struct world *world, const struct member *members, size_t count)
{
    struct import import = {.file = "list.csv", .at = NOW};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(imports_begin(world->db, &import, &err));
    for (size_t i = 0; i < count; i++) {
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &members[i], import.id, world->arena, &outcome, &err));
    }
    WORLD_MUST(imports_finish(world->db, &import, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return import.id;
}

/* Everything that an undo must put back, as one text. */
static const char *everybody(struct world *world)
{
    static const char ALL[] =
        "SELECT group_concat(line, char(10)) FROM (SELECT m.id || '|' || m.number || '|' ||"
        " COALESCE(m.first_name, '-') || '|' || COALESCE(m.employer, '-') || '|' || m.status || '|'"
        " || m.tags || '|' || COALESCE(m.custom, '-') || '|' || m.channels || '|' ||"
        " COALESCE(m.absent_in, '-') || '|' || COALESCE(m.import_id, '-') || '|' ||"
        " COALESCE((SELECT group_concat(c.address || hex(c.address_key)) FROM contact c"
        " WHERE c.member_id = m.id), '-') AS line FROM member m ORDER BY m.id)";
    CLEANUP(query_end) struct query *query = query_compose(world->db, ALL);
    assert_true(query_step(query));
    return query_column_text(query, 0, world->arena);
}

static struct imports_undoing undo(struct world *world, int64_t id)
{
    struct imports_undoing undoing = {0};
    WORLD_MUST(imports_undo(world->db, id, NOW + 1, world->arena, &undoing, &err));
    return undoing;
}

/* An edit by hand, as the commands write it. */
static void edit(struct world *world, const char *number, const char *fact, const char *sql)
{
    crowd_run(world, sql);
    crowd_run(world,
              arena_printf(world->arena,
                           "INSERT INTO member_edit (member_id, fact, before, after, import_id, at)"
                           " SELECT id, '%s', 'x', 'y', (SELECT COALESCE(MAX(id), 0) FROM import),"
                           " 5 FROM member WHERE number = '%s'",
                           fact, number));
}

static void an_undo_puts_everything_back(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)import_members(world, &ANN, 1);
    const char *before = everybody(world);
    const struct member next[] = {
        {.number = "1",
         .first_name = "Anne",
         .mobile = "+447700900102",
         .employer = "Calder Trust",
         .status = "retired",
         .tags = "steward",
         .custom = "{\"shift\":\"nights\",\"bay\":\"4\"}"},
        {.number = "2", .first_name = "Bea", .email = "bea@mail.example"},
        {.number = "1", .first_name = "Annie", .language = "cy"}, /* the same member again */
    };
    int64_t id = import_members(world, next, ARRAY_LENGTH(next));
    assert_string_not_equal(everybody(world), before);
    struct imports_undoing undoing = undo(world, id);
    assert_string_equal(everybody(world), before);
    assert_int_equal(undoing.removed, 1);
    assert_int_equal(undoing.restored, 1);
    assert_int_equal(undoing.kept_count, 0);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM import_change"), 0);
    world_close(world);
}

static void an_address_that_was_new_goes_again(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member bare = {.number = "1", .first_name = "Ann"};
    (void)import_members(world, &bare, 1);
    const char *before = everybody(world);
    int64_t id = import_members(world, &ANN, 1);
    assert_int_equal(crowd_number(world, "SELECT channels FROM member WHERE number = '1'"), 3);
    (void)undo(world, id);
    assert_string_equal(everybody(world), before);
    world_close(world);
}

static void edits_by_hand_are_kept_and_told(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    (void)import_members(world, &ANN, 1);
    edit(world, "1", "tags", "UPDATE member SET tags = ',old,' WHERE number = '1'");
    const struct member next[] = {
        {.number = "1",
         .first_name = "Anne",
         .employer = "Calder Trust",
         .tags = "new",
         .custom = "{\"shift\":\"nights\",\"locker\":\"13\"}"},
        {.number = "2", .first_name = "Bea"},
        {.number = "3", .first_name = "Cai"},
    };
    int64_t id = import_members(world, next, ARRAY_LENGTH(next));
    edit(world, "1", "employer", "UPDATE member SET employer = 'Moorside' WHERE number = '1'");
    edit(world, "1", "custom.locker",
         "UPDATE member SET custom = json_set(custom, '$.locker', '99') WHERE number = '1'");
    edit(world, "2", "first_name", "UPDATE member SET first_name = 'Beatrix' WHERE number = '2'");
    struct imports_undoing undoing = undo(world, id);
    assert_int_equal(undoing.removed, 1); /* 3 */
    assert_int_equal(undoing.kept_count, 3);
    assert_string_equal(undoing.kept[0].fact, "employer");
    assert_string_equal(undoing.kept[1].fact, "locker");
    assert_null(undoing.kept[2].fact);
    assert_string_equal(undoing.kept[2].number, "2");
    struct member *ann = NULL;
    WORLD_MUST(members_find(world->db, "1", world->arena, &ann, &err));
    assert_string_equal(ann->first_name, "Ann");
    assert_string_equal(ann->employer, "Moorside");
    assert_string_equal(ann->tags, "old"); /* edited before the import: as it was then */
    assert_string_equal(ann->custom, "{\"shift\":\"days\",\"locker\":\"99\"}");
    struct member *bea = NULL;
    WORLD_MUST(members_find(world->db, "2", world->arena, &bea, &err));
    assert_string_equal(bea->first_name, "Beatrix");
    world_close(world);
}

static void members_with_a_life_of_their_own_stay(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member next[] = {{.number = "1", .mobile = "+447700900101"},
                                  {.number = "2", .mobile = "+447700900102"},
                                  {.number = "3", .mobile = "+447700900103"}};
    int64_t id = import_members(world, next, ARRAY_LENGTH(next));
    crowd_run(world, "INSERT INTO ballot_member (ballot_id, member_id)"
                     " SELECT u.ballot_id, m.id FROM ballot_unit u, member m"
                     " WHERE m.number = '1' LIMIT 1");
    assert_true(crowd_queue(world, world->step_id,
                            crowd_number(world, "SELECT id FROM member WHERE number = '2'"), 2,
                            NOW));
    struct imports_undoing undoing = undo(world, id);
    assert_int_equal(undoing.removed, 1);
    assert_int_equal(undoing.kept_count, 2);
    assert_string_equal(undoing.kept[0].why, "has a place in a ballot");
    assert_string_equal(undoing.kept[1].why, "has been written to");
    world_close(world);
}

static void only_the_latest_can_be_undone(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t first = import_members(world, &ANN, 1);
    const struct member next = {.number = "1", .first_name = "Anne"};
    int64_t second = import_members(world, &next, 1);
    struct imports_undoing undoing = {0};
    struct error fault;
    const char *all = everybody(world);
    assert_false(imports_undo(world->db, first, NOW, world->arena, &undoing, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    assert_non_null(strstr(fault.text, "undo that one first"));
    assert_false(imports_undo(world->db, 77, NOW, world->arena, &undoing, &fault));
    assert_string_equal(fault.text, "there is no import 77");
    assert_string_equal(everybody(world), all);
    (void)undo(world, second);
    assert_false(imports_undo(world->db, second, NOW, world->arena, &undoing, &fault));
    assert_non_null(strstr(fault.text, "has been undone already"));
    (void)undo(world, first);
    struct import *imports = NULL;
    size_t count = 0;
    WORLD_MUST(imports_list(world->db, 9, world->arena, &imports, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(imports[0].undone_at, NOW + 1);
    world_close(world);
}

static bool is_even(int64_t id, const void *context)
{
    (void)context;
    return id % 2 == 0;
}

static void the_absent_leave_and_come_back(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member odd = {.number = "1", .first_name = "Ann"};
    (void)import_members(world, &odd, 1);
    int64_t id = crowd_number(world, "SELECT id FROM member WHERE number = '1'");
    const char *before = everybody(world);
    struct import import = {.file = "whole.csv", .at = NOW, .whole = true};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(imports_begin(world->db, &import, &err));
    struct absence absence;
    struct absence_question question = {.import_id = import.id, .seen = is_even};
    WORLD_MUST(absence_find(world->db, &question, world->arena, &absence, &err));
    assert_int_equal(absence.members, WORLD_MEMBERS + 1);
    assert_true(absence.count > 0 && absence.count < (size_t)absence.members);
    struct member *member = NULL;
    WORLD_MUST(absence_mark(world->db, id, import.id, world->arena, &member, &err));
    assert_string_equal(member->status, "active");
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(crowd_number(world, "SELECT absent_in FROM member WHERE number = '1'"),
                     import.id);
    const char *gone = everybody(world);

    /* Back in a later list, without a word about the status; and gone again when that is undone. */
    struct members_outcome outcome;
    struct import later = {.file = "later.csv", .at = NOW};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(imports_begin(world->db, &later, &err));
    WORLD_MUST(members_put(world->db, &odd, later.id, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(outcome.returned);
    WORLD_MUST(members_find(world->db, "1", world->arena, &member, &err));
    assert_string_equal(member->status, "active");
    (void)undo(world, later.id);
    assert_string_equal(everybody(world), gone);

    /* ... with one, too. */
    const struct member active = {.number = "1", .status = "active"};
    later = (struct import){.file = "later.csv", .at = NOW};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(imports_begin(world->db, &later, &err));
    WORLD_MUST(members_put(world->db, &active, later.id, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_true(outcome.returned);
    (void)undo(world, later.id);
    assert_string_equal(everybody(world), gone);
    (void)undo(world, import.id);
    assert_string_equal(everybody(world), before);
    world_close(world);
}

/* Import members, and mark everybody else of these numbers as absent. */
static int64_t import_whole(struct world *world, const struct member *members, size_t count,
                            const char *absent)
{
    int64_t id = import_members(world, members, count);
    struct member *before = NULL;
    int64_t member_id = crowd_number(
        world, arena_printf(world->arena, "SELECT id FROM member WHERE number = '%s'", absent));
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(absence_mark(world->db, member_id, id, world->arena, &before, &err));
    WORLD_MUST(db_commit(world->db, &err));
    return id;
}

static void who_comes_back_is_what_they_were(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member list[] = {{.number = "1"}, {.number = "2", .status = "retired"}};
    const struct member silent = {.number = "2", .employer = "City Trust"};
    (void)import_members(world, list, 2);
    (void)import_whole(world, list, 1, "2");
    (void)import_members(world, &silent, 1);
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, "2", world->arena, &member, &err));
    assert_string_equal(member->status, "retired");
    world_close(world);
}

static void a_list_that_says_left_takes_over_from_absence(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member list[] = {{.number = "1"}, {.number = "2"}};
    const struct member left = {.number = "2", .status = "left", .employer = "Other"};
    const struct member word = {.number = "2", .status = "left"};
    const struct member silent = {.number = "2"};
    (void)import_members(world, list, 2);
    (void)import_whole(world, list, 1, "2");
    const char *absent = everybody(world);
    (void)undo(world, import_members(world, &left, 1));
    assert_string_equal(everybody(world), absent);
    (void)undo(world, import_members(world, &word, 1));
    assert_string_equal(everybody(world), absent);
    (void)import_members(world, &word, 1);
    (void)import_members(world, &silent, 1);
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, "2", world->arena, &member, &err));
    assert_string_equal(member->status, "left");
    world_close(world);
}

static void who_left_by_the_list_does_not_come_back_by_silence(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member left = {.number = "1", .status = "left"};
    const struct member silent = {.number = "1", .first_name = "Ann"};
    (void)import_members(world, &left, 1);
    (void)import_members(world, &silent, 1);
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, "1", world->arena, &member, &err));
    assert_string_equal(member->status, "left");
    world_close(world);
}

static void the_erased_stay_out(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    unsigned char key[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    db_number_key(world->db, "1", key);
    token_hex(key, sizeof key, hex);
    crowd_run(world, arena_printf(world->arena,
                                  "INSERT INTO erasure (number_key, reason, at)"
                                  " VALUES (x'%s', 'asked us to', 5)",
                                  hex));
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &ANN, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_ERASED);
    assert_int_equal(outcome.id, 0);
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, "1", world->arena, &member, &err));
    assert_null(member);
    /* Spreadsheets drop zeros in front, and put some there. */
    const struct member zeros = {.number = "001"};
    WORLD_MUST(members_put(world->db, &zeros, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_ERASED);
    db_number_key(world->db, "ab12", key);
    token_hex(key, sizeof key, hex);
    crowd_run(world, arena_printf(world->arena,
                                  "INSERT INTO erasure (number_key, reason, at)"
                                  " VALUES (x'%s', 'asked us to', 5)",
                                  hex));
    const struct member spelled = {.number = "AB 12"};
    WORLD_MUST(members_put(world->db, &spelled, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_ERASED);
    const struct member other = {.number = "10"};
    WORLD_MUST(members_put(world->db, &other, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_JOINED);
    world_close(world);
}

static int64_t suppressed(struct world *world, const char *mobile)
{
    return (int64_t)world_suppressed(world, CHANNEL_SMS, mobile, NULL);
}

static void a_wish_for_silence_stays_with_the_member(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member wish = {.number = "1", .silent = MEMBER_SILENT_SMS};
    const struct member mobile = {.number = "1", .mobile = "+447700900101"};
    const struct member other = {
        .number = "1", .mobile = "+447700900102", .email = "ann@mail.example"};
    (void)import_members(world, &wish, 1);
    (void)import_members(world, &mobile, 1);
    assert_int_equal(suppressed(world, "+447700900101"), 1);
    int64_t id = import_members(world, &other, 1);
    assert_int_equal(suppressed(world, "+447700900102"), 1);
    assert_int_equal(world_suppressed(world, CHANNEL_EMAIL, "ann@mail.example", NULL), 0);
    (void)undo(world, id);
    assert_int_equal(suppressed(world, "+447700900102"), 1);

    /* Also when a person writes the number down. */
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(members_write(world->db,
                             crowd_number(world, "SELECT id FROM member WHERE number = '1'"),
                             MEMBER_MOBILE, "+447700900103", &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(suppressed(world, "+447700900103"), 1);

    /* Until a person lifts it. */
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    db_address_key(world->db, CHANNEL_SMS, "+447700900103", key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_lift(world->db, key, NULL, "rang us", NOW, &lifted, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(lifted, 1);
    const struct member last = {.number = "1", .mobile = "+447700900104"};
    (void)import_members(world, &last, 1);
    assert_int_equal(suppressed(world, "+447700900104"), 0);
    assert_int_equal(suppressed(world, "+447700900101"), 1);
    world_close(world);
}

static void corrections_stand_until_the_list_has_news(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member list = {.number = "1", .first_name = "Ann", .employer = "City Trust"};
    (void)import_members(world, &list, 1);
    crowd_run(world, "UPDATE member SET employer = 'Moorside' WHERE number = '1'");
    crowd_run(world, "INSERT INTO member_edit (member_id, fact, before, after, import_id, at)"
                     " SELECT id, 'employer', 'City Trust', 'Moorside', 1, 5 FROM member"
                     " WHERE number = '1'");
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &list, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_UNCHANGED);
    assert_true(outcome.corrected && !outcome.overruled);
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, "1", world->arena, &member, &err));
    assert_string_equal(member->employer, "Moorside");

    const struct member news = {.number = "1", .employer = "Calder Trust"};
    WORLD_MUST(members_put(world->db, &news, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_CHANGED);
    assert_true(outcome.overruled && !outcome.corrected);
    WORLD_MUST(members_find(world->db, "1", world->arena, &member, &err));
    assert_string_equal(member->employer, "Calder Trust");

    /* The correction has had its day: the list's old word is as good as any other now. */
    WORLD_MUST(members_put(world->db, &list, 0, world->arena, &outcome, &err));
    assert_int_equal(outcome.change, MEMBERS_CHANGED);
    assert_false(outcome.corrected || outcome.overruled);
    world_close(world);
}

static void set_band(struct world *world, const char *band)
{
    const struct edit edit = {.field = MEMBER_BAND, .value = band};
    struct edit_made *made = NULL;
    size_t count = 0;
    WORLD_MUST(edits_apply(world->db,
                           crowd_number(world, "SELECT id FROM member WHERE number = '1'"), &edit,
                           1, NOW, world->arena, &made, &count, &err));
    assert_int_equal(count, 1);
}

static void a_correction_of_a_correction_stands_too(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member list = {.number = "1", .band = "5"};
    const struct member news = {.number = "1", .band = "8a"};
    struct members_outcome outcome;
    (void)import_members(world, &list, 1);
    set_band(world, "6");
    set_band(world, NULL);
    set_band(world, "7");
    WORLD_MUST(members_put(world->db, &list, 0, world->arena, &outcome, &err));
    assert_true(outcome.corrected && outcome.change == MEMBERS_UNCHANGED);
    assert_string_equal(outcome.now->band, "7");

    /* What stood there before the list had something new is new again. */
    WORLD_MUST(members_put(world->db, &news, 0, world->arena, &outcome, &err));
    assert_true(outcome.overruled && outcome.change == MEMBERS_CHANGED);
    set_band(world, "8b");
    WORLD_MUST(members_put(world->db, &news, 0, world->arena, &outcome, &err));
    assert_true(outcome.corrected);
    WORLD_MUST(members_put(world->db, &list, 0, world->arena, &outcome, &err));
    assert_true(outcome.overruled);
    assert_string_equal(outcome.now->band, "5");
    world_close(world);
}

static void lifting_for_one_leaves_the_wish_of_another(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member both[] = {
        {.number = "1", .mobile = "+447700900101", .silent = MEMBER_SILENT_SMS},
        {.number = "2", .mobile = "+447700900101"},
    };
    const struct member band = {.number = "1", .band = "6"};
    const struct member moved = {.number = "1", .mobile = "+447700900105"};
    (void)import_members(world, both, 2);
    unsigned char key[TOKEN_DIGEST_SIZE];
    int64_t lifted = 0;
    db_address_key(world->db, CHANNEL_SMS, "+447700900101", key);
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(suppressions_lift(world->db, key, NULL, "the other rang", NOW, &lifted, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(suppressed(world, "+447700900101"), 0);

    (void)import_members(world, &band, 1); /* another fact is no new wish */
    assert_int_equal(suppressed(world, "+447700900101"), 0);
    (void)import_members(world, &moved, 1);
    assert_int_equal(suppressed(world, "+447700900105"), 1);
    world_close(world);
}

static void who_has_left_shares_nothing(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    int64_t before[2];
    int64_t now[2];
    const struct member three[] = {
        {.number = "1", .mobile = "+447700900191", .status = "left"},
        {.number = "2", .mobile = "+447700900191"},
        {.number = "3", .mobile = "+447700900191", .status = "lapsed"},
    };
    const struct member back = {.number = "3", .status = "active"};
    WORLD_MUST(members_sharing(world->db, &before[0], &before[1], &err));
    (void)import_members(world, three, 3);
    WORLD_MUST(members_sharing(world->db, &now[0], &now[1], &err));
    assert_int_equal(now[0], before[0]);
    assert_int_equal(now[1], before[1]);
    (void)import_members(world, &back, 1);
    WORLD_MUST(members_sharing(world->db, &now[0], &now[1], &err));
    assert_int_equal(now[0], before[0] + 1);
    assert_int_equal(now[1], before[1] + 2);
    world_close(world);
}

/* The list has an old number, and says that it wants no texts: whoever may have that number now
 * gets none, and neither does the member at the new one. */
static void a_wish_holds_at_the_number_it_stands_beside(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    const struct member list = {.number = "1", .mobile = "+447700900101"};
    (void)import_members(world, &list, 1);
    struct member *member = NULL;
    WORLD_MUST(members_find(world->db, "1", world->arena, &member, &err));
    const struct edit edit = {.field = MEMBER_MOBILE, .value = "+447700900102"};
    struct edit_made *made = NULL;
    size_t count = 0;
    WORLD_MUST(
        edits_apply(world->db, member->id, &edit, 1, NOW, world->arena, &made, &count, &err));

    const struct member wish = {
        .number = "1", .mobile = "+447700900101", .silent = MEMBER_SILENT_SMS};
    for (int i = 0; i < 2; i++) {
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &wish, 0, world->arena, &outcome, &err));
        assert_true(outcome.corrected);
        WORLD_MUST(members_find(world->db, "1", world->arena, &member, &err));
        assert_string_equal(member->mobile, "+447700900102");
        assert_int_equal(suppressed(world, "+447700900101"), 1);
        assert_int_equal(suppressed(world, "+447700900102"), 1);
    }
    world_close(world);
}

static void many_members_at_once_leave_the_same_indices(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    static const char INDICES[] = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'index'"
                                  " AND tbl_name IN ('member', 'contact')";
    int64_t before = crowd_number(world, INDICES);
    struct bulk bulk;
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(bulk_begin(world->db, 100, 0, world->arena, &bulk, &err));
    assert_int_equal(bulk.count, 0);
    assert_int_equal(crowd_number(world, INDICES), before);
    WORLD_MUST(bulk_begin(world->db, 400000, 1000000, world->arena, &bulk, &err));
    assert_int_equal(bulk.count, 0);
    WORLD_MUST(bulk_begin(world->db, 1000000, 1000000, world->arena, &bulk, &err));
    assert_true(bulk.count > 5);
    assert_int_equal(crowd_number(world, INDICES), before - (int64_t)bulk.count);
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &ANN, 0, world->arena, &outcome, &err));
    WORLD_MUST(bulk_end(world->db, &bulk, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_int_equal(crowd_number(world, INDICES), before);
    assert_int_equal(crowd_number(world, "SELECT COUNT(*) FROM pragma_integrity_check"
                                         " WHERE integrity_check <> 'ok'"),
                     0);
    world_close(world);
}

static void custom_names_are_remembered(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    WORLD_MUST(custom_fields_put(world->db, "shift", "Shift", &err));
    WORLD_MUST(custom_fields_put(world->db, "bay", "Bay", &err));
    WORLD_MUST(custom_fields_put(world->db, "shift", "Shift Pattern", &err));
    struct custom_field *fields = NULL;
    size_t count = 0;
    WORLD_MUST(custom_fields_list(world->db, world->arena, &fields, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(fields[0].name, "bay");
    assert_string_equal(fields[1].heading, "Shift Pattern");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_undo_puts_everything_back),
        cmocka_unit_test(an_address_that_was_new_goes_again),
        cmocka_unit_test(edits_by_hand_are_kept_and_told),
        cmocka_unit_test(members_with_a_life_of_their_own_stay),
        cmocka_unit_test(only_the_latest_can_be_undone),
        cmocka_unit_test(the_absent_leave_and_come_back),
        cmocka_unit_test(who_comes_back_is_what_they_were),
        cmocka_unit_test(a_list_that_says_left_takes_over_from_absence),
        cmocka_unit_test(who_left_by_the_list_does_not_come_back_by_silence),
        cmocka_unit_test(the_erased_stay_out),
        cmocka_unit_test(a_wish_for_silence_stays_with_the_member),
        cmocka_unit_test(corrections_stand_until_the_list_has_news),
        cmocka_unit_test(a_correction_of_a_correction_stands_too),
        cmocka_unit_test(lifting_for_one_leaves_the_wish_of_another),
        cmocka_unit_test(who_has_left_shares_nothing),
        cmocka_unit_test(a_wish_holds_at_the_number_it_stands_beside),
        cmocka_unit_test(many_members_at_once_leave_the_same_indices),
        cmocka_unit_test(custom_names_are_remembered),
    };
    return cmocka_run_group_tests_name("store/imports", tests, NULL, NULL);
}
