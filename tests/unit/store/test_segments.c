/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The segment language against a small invented roster: whom the words select, and every sentence
 * for words that mean nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "members_row.h"
#include "muster/base/buffer.h"
#include "muster/model/fact.h"
#include "muster/store/segments.h"

static const int64_t NOW = 1800000000000;

static const struct member ROSTER[] = {
    {.number = "1",
     .first_name = "Ann",
     .last_name = "Ash",
     .mobile = "+447700900001",
     .email = "ann@mail.example",
     .employer = "St Anne's Hospital",
     .workplace = "Ward 5",
     .branch = "Leeds General",
     .job = "Nurse",
     .band = "5",
     .language = "en",
     .status = "active",
     .joined = "2019-05-31",
     .tags = "rep,steward"},
    {.number = "2",
     .first_name = "Bea",
     .last_name = "Birch",
     .mobile = "+447700900002",
     .employer = "St Anne's Hospital",
     .branch = "Leeds General",
     .job = "Midwife",
     .band = "6",
     .status = "active",
     .joined = "2020-01-01"},
    {.number = "3",
     .first_name = "Cai",
     .last_name = "Cedar",
     .email = "cai@mail.example",
     .employer = "City Trust",
     .branch = "City",
     .job = "Nurse practitioner",
     .band = "10",
     .language = "cy",
     .status = "active",
     .joined = "2020-02-29",
     .tags = "represented"},
    {.number = "4",
     .first_name = "Dot",
     .last_name = "O'Dell",
     .employer = "City Trust",
     .job = "100%_porter",
     .band = "2",
     .status = "active"},
    {.number = "5",
     .first_name = "Eve",
     .last_name = "Elm",
     .mobile = "+447700900005",
     .employer = "City Trust",
     .status = "left",
     .joined = "2021-12-31"},
    {.number = "6",
     .first_name = "\xC5\xB4yn",
     .last_name = "Fir",
     .mobile = "+447700900006",
     .email = "fir@mail.example",
     .band = "Consultant",
     .status = "retired"},
    {.number = "A-7", .mobile = "+447700900001"},
};

static struct world *open_roster(void)
{
    struct world *world = world_open(NOW);
    /* The voters are those of the roster, the small union goes. */
    crowd_run(world, "DELETE FROM ballot_member");
    crowd_run(world, "DELETE FROM member");
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(ROSTER); i++) {
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &ROSTER[i], 0, world->arena, &outcome, &err));
        struct member *member = NULL;
        WORLD_MUST(members_find(world->db, ROSTER[i].number, world->arena, &member, &err));
        static const char *const states[] = {"voted",   "no-paper", "declined",
                                             "unknown", "voted",    "ineligible"};
        if (i < ARRAY_LENGTH(states)) {
            crowd_run(world,
                      arena_printf(world->arena,
                                   "INSERT INTO ballot_member (ballot_id, member_id, state)"
                                   " VALUES (%lld, %lld, '%s')",
                                   (long long)world->ballot_id, (long long)member->id, states[i]));
            crowd_run(world, arena_printf(world->arena,
                                          "INSERT INTO ballot_seat (ballot_id, member_id, unit_id)"
                                          " VALUES (%lld, %lld, (SELECT MIN(id) FROM ballot_unit))",
                                          (long long)world->ballot_id, (long long)member->id));
        }
    }
    /* Who has two jobs is entitled in both places. */
    crowd_run(world, "INSERT INTO ballot_unit (ballot_id, name) VALUES (1, 'Vale Trust')");
    crowd_run(world, "INSERT INTO ballot_seat (ballot_id, member_id, unit_id) SELECT 1, m.id, u.id"
                     " FROM member m, ballot_unit u WHERE m.number = '2' AND u.name LIKE 'Vale%'");
    WORLD_MUST(db_commit(world->db, &err));
    crowd_suppress(world, "+447700900002", "stop");
    return world;
}

static const struct crowd_selection SELECTIONS[] = {
    /* Who has left belongs only to an audience that speaks of it. */
    {"everyone", "1 2 3 4 6 A-7"},
    {"not everyone", ""},
    {"status:left", "5"},
    {"status:*", "1 2 3 4 5 6 A-7"},
    {"not status:active", "5 6"},
    {"status:retired or status:LEFT", "5 6"},
    /* Texts: case does not count, a star is any ending, other signs are themselves. */
    {"branch:\"Leeds General\"", "1 2"},
    {"branch:\"leeds GENERAL\"", "1 2"},
    {"branch:Leeds", ""},
    {"branch:Leeds*", "1 2"},
    {"not branch:City", "1 2 4 6 A-7"},
    {"employer:\"st anne's hospital\"", "1 2"},
    {"last:O'Dell", "4"},
    {"job:nurse", "1"},
    {"job:nurse*", "1 3"},
    {"job:*", "1 2 3 4"},
    {"job:\"100%_porter\"", "4"},
    {"job:\"1%\"", ""},
    {"job:\"100_*\"", ""},
    {"workplace:\"Ward 5\"", "1"},
    {"first:Ann and last:ash", "1"},
    /* Where they are entitled, whatever the roster says of their employer. */
    {"unit:\"anytown HOSPITAL\"", "1 2 3 4 6"},
    {"unit:vale*", "2"},
    {"unit:\"Anytown Hospital\" and unit:\"Vale Trust\" and not voted", "2"},
    {"not unit:*", "A-7"},
    {"number:A-7", "A-7"},
    {"number:1", "1"},
    /* Bands are numbers where they are numbers. */
    {"band:5", "1"},
    {"band:5..6", "1 2"},
    {"band:5..10", "1 2 3"},
    {"band:>5", "2 3"},
    {"band:<=5", "1 4"},
    {"band:<5", "4"},
    {"band:consultant", "6"},
    {"not band:>=2", "6 A-7"},
    /* Dates may be prefixes. */
    {"joined:2020", "2 3"},
    {"joined:2020-02", "3"},
    {"joined:2020-02-29", "3"},
    {"joined:<2020", "1"},
    {"joined:<=2020", "1 2 3"},
    {"joined:>2019", "2 3"},
    {"joined:2019-06..2020-01", "2"},
    {"joined:>=2020-01-02 and joined:<=2020-12-31", "3"},
    {"not joined:2020", "1 4 6 A-7"},
    /* Tags are whole words. */
    {"tag:rep", "1"},
    {"tag:REP", "1"},
    {"tag:steward", "1"},
    {"tag:rep*", "1 3"},
    {"not tag:rep", "2 3 4 6 A-7"},
    {"lang:cy or lang:en", "1 3"},
    /* Reachable: an address there, and no opt-out. */
    {"reachable:sms", "1 6 A-7"},
    {"reachable:email", "1 3 6"},
    {"reachable:any", "1 3 6 A-7"},
    {"not reachable:any", "2 4"},
    /* The ballot. */
    {"voted", "1"},
    {"not voted", "2 3 4 6 A-7"},
    {"no-paper or declined", "2 3"},
    {"unknown", "4"},
    {"ineligible", "6"},
    {"voted and status:*", "1 5"},
    /* Brackets and their absence: and binds tighter than or, and may be left out. */
    {"job:nurse* band:10", "3"},
    {"job:midwife or job:nurse and band:10", "2"},
    {"(job:midwife or job:nurse) and band:5", "1"},
    {"not (job:midwife or job:nurse*)", "4 6 A-7"},
    {"not not voted", "1"},
    {"EVERYONE AND NOT VOTED", "2 3 4 6 A-7"},
};

static void words_select_members(void **state)
{
    (void)state;
    struct world *world = open_roster();
    crowd_expect_selections(world, SELECTIONS, ARRAY_LENGTH(SELECTIONS));
    world_close(world);
}

static void what_means_nothing_is_said_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        const char *sentence;
    } cases[] = {
        {"", "the description is empty; everyone is written everyone"},
        {"   ", "the description is empty"},
        {"brnach:Leeds", "at character 1: no field 'brnach', did you mean 'branch'?"},
        {"voted and brnach:Leeds", "at character 11: no field 'brnach'"},
        {"xyzzy:1", "at character 1: no field 'xyzzy'; there are number, first"},
        {"votd", "at character 1: no word 'votd', did you mean 'voted'?"},
        {"branch:Leeds General", "a value of several words needs quotes, \"Leeds General\""},
        {"branch", "at character 1: expected 'branch:' and a value"},
        {"branch=Leeds", "at character 1: expected 'branch:' and a value"},
        {"branch:", "expected a value"},
        {"branch:and", "at character 8: expected a value, found 'and'"},
        {"branch:\"\"", "there is no value between the quotes"},
        {"branch:\"Leeds", "at character 8: "},
        {"voted and", "at character 10: expected a field, a word or (, found the end"},
        {"and voted", "at character 1: expected a field, a word or ("},
        {"(voted", "at character 1: this bracket is never closed"},
        {"voted)", "at character 6: this ) closes nothing"},
        {"tag:a,b", "a value with a comma needs quotes"},
        {"job:nu*rse", "a * may only stand at the end of a value"},
        {"band:1..*", "a range does not take a *"},
        {"band:6..5", "at character 6: this range runs backwards"},
        {"branch:>Leeds", "branch: does not take a range"},
        {"reachable:fax", "at character 11: reachable: takes sms, email or any"},
        {"reachable:s*", "reachable: does not take a final *"},
        {"lang:english", "lang: takes the code of a language"},
        {"joined:yesterday", "joined: takes a date such as 2026-01-31"},
        {"joined:2020-02-30", "joined: takes a date"},
        {"segment:none", "there is no segment 'none'"},
        {"\xFF", "the description is not valid UTF-8"},
    };
    struct world *world = open_roster();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error fault = {.kind = ERROR_NONE};
        struct segments_size size;
        assert_false(segments_count(world->db, cases[i].who, 0, &size, &fault));
        assert_int_equal(fault.kind, ERROR_DATA);
        if (strstr(fault.text, cases[i].sentence) == NULL) {
            fail_msg("%s: '%s' is not '%s'", cases[i].who, fault.text, cases[i].sentence);
        }
        assert_false(segments_set(world->db, "bad", cases[i].who, &fault));
    }
    struct segment *segments = NULL;
    size_t count = 0;
    WORLD_MUST(segments_list(world->db, world->arena, &segments, &count, &err));
    assert_int_equal(count, 0);
    world_close(world);
}

static void hostile_words_stay_words(void **state)
{
    (void)state;
    static const char *const hostile[] = {
        "branch:\"') OR 1=1 --\"",
        "job:\"'; DROP TABLE member; --\"",
        "last:\":v0\"",
        "employer:\"%s%n\" or employer:\"\\\\\"",
        "tag:\",\"",
    };
    struct world *world = open_roster();
    for (size_t i = 0; i < ARRAY_LENGTH(hostile); i++) {
        assert_string_equal(crowd_selected(world, hostile[i]), "");
    }
    /* As deep and as wide as the language allows, and beyond. */
    CLEANUP(buffer_free) struct buffer words;
    buffer_init(&words, 100000);
    for (int i = 0; i < 60; i++) {
        (void)buffer_puts(&words, "(");
    }
    (void)buffer_puts(&words, "voted");
    for (int i = 0; i < 60; i++) {
        (void)buffer_puts(&words, ")");
    }
    assert_string_equal(crowd_selected(world, buffer_text(&words)), "1");
    buffer_clear(&words);
    while (words.length < 4000) {
        (void)buffer_puts(&words, "band:1 or ");
    }
    (void)buffer_puts(&words, "voted");
    assert_string_equal(crowd_selected(world, buffer_text(&words)), "1");
    while (words.length < 5000) {
        (void)buffer_puts(&words, " or voted");
    }
    struct segments_size size;
    struct error fault;
    assert_false(segments_count(world->db, buffer_text(&words), 0, &size, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    world_close(world);
}

static void segments_are_kept_and_build_on_one_another(void **state)
{
    (void)state;
    struct world *world = open_roster();
    struct error fault;
    WORLD_MUST(segments_set(world->db, "nurses", "job:nurse*", &err));
    WORLD_MUST(segments_set(world->db, "quiet", "segment:nurses and not voted", &err));
    assert_string_equal(crowd_selected(world, "segment:quiet"), "3");
    assert_string_equal(crowd_selected(world, "segment:QUIET or number:2"), "2 3");
    assert_string_equal(crowd_selected(world, "not segment:nurses"), "2 4 6 A-7");
    WORLD_MUST(
        segments_set(world->db, "nurses", "job:midwife", &err)); /* what builds on it follows */
    assert_string_equal(crowd_selected(world, "segment:quiet"), "2");
    assert_false(segments_set(world->db, "nurses", "segment:quiet", &fault));
    assert_string_equal(fault.text, "segment 'nurses' leads back to itself");
    assert_false(segments_set(world->db, "self", "segment:self", &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    static const char *const bad_names[] = {"", "two words", "a'b", "a\"b", "a;b", "\xC3\xA9"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad_names); i++) {
        assert_false(segments_set(world->db, bad_names[i], "everyone", &fault));
        assert_int_equal(fault.kind, ERROR_DATA);
    }
    struct segment *segments = NULL;
    size_t count = 0;
    WORLD_MUST(segments_list(world->db, world->arena, &segments, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(segments[0].name, "nurses");
    assert_string_equal(segments[1].who, "segment:nurses and not voted");
    /* A tower of them has an end. */
    for (int i = 1; i < 20; i++) {
        const char *who = i == 1 ? "voted" : arena_printf(world->arena, "segment:s%d", i - 1);
        (void)!segments_set(world->db, arena_printf(world->arena, "s%d", i), who, &fault);
    }
    struct segments_size size;
    assert_false(segments_count(world->db, "segment:s19", 0, &size, &fault));
    world_close(world);
}

static void counts_tell_who_can_be_reached(void **state)
{
    (void)state;
    struct world *world = open_roster();
    struct segments_size size;
    WORLD_MUST(segments_count(world->db, "everyone", 0, &size, &err));
    assert_int_equal(size.members, 6);
    assert_int_equal(size.sms, 3);
    assert_int_equal(size.email, 3);
    /* Without a ballot named, it is the one that closes last. */
    WORLD_MUST(segments_count(world->db, "voted", 0, &size, &err));
    assert_int_equal(size.members, 1);
    WORLD_MUST(segments_count(world->db, "voted", 999, &size, &err));
    assert_int_equal(size.members, 0);
    struct member *members = NULL;
    size_t count = 0;
    WORLD_MUST(segments_members(world->db, "everyone", 0, 2, world->arena, &members, &count, &err));
    assert_int_equal(count, 2);
    world_close(world);
}

static void a_step_is_counted_as_it_is_expanded(void **state)
{
    (void)state;
    struct world *world = open_roster();
    static const char *const words[] = {"everyone", "unknown or voted", "not voted", "status:left",
                                        "number:nosuch"};
    int64_t ballots[] = {world->ballot_id, 0};
    for (size_t i = 0; i < ARRAY_LENGTH(words) * 2; i++) {
        struct step step = {.who = words[i / 2]};
        struct segments_size size = {0};
        struct recipient *recipients = NULL;
        size_t count = 0;
        size_t sms = 0;
        WORLD_MUST(segments_count_step(world->db, words[i / 2], ballots[i % 2], NULL, &size, &err));
        WORLD_MUST(campaigns_audience(world->db, &step, ballots[i % 2], 100, world->arena,
                                      &recipients, &count, &err));
        for (size_t j = 0; j < count; j++) {
            sms += recipients[j].sms ? 1 : 0;
        }
        assert_int_equal(size.members, count);
        assert_int_equal(size.sms, sms);
    }
    world_close(world);
}

static void whom_a_step_could_mean_does_not_follow_its_answers(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        int64_t members; /* of all; in the ballot with those who are declined and ineligible */
        int64_t in_ballot;
    } cases[] = {
        {"everyone", 6, 5},
        {"not everyone", 0, 0},
        {"voted", 6, 5},
        {"not voted", 6, 5},
        {"sent:remind and not replied:remind and reply:other", 6, 5},
        {"reachable:sms and plan:2026-11-25", 6, 5},
        {"job:nurse*", 2, 2},
        {"job:nurse* and not voted", 2, 2},
        {"not job:nurse*", 4, 3},
        {"not (job:nurse* and voted)", 6, 5},
        {"not (job:nurse* or voted)", 4, 3},
        {"not (not job:nurse*) and not (not voted)", 2, 2},
        {"segment:quiet", 2, 2},
        {"not segment:quiet", 6, 5},
        {"not segment:loud", 4, 3},
        {"not (not segment:nurses)", 2, 2},
        {"not segment:nurses", 4, 3},
        {"status:left and reachable:sms", 1, 1},
    };
    struct world *world = open_roster();
    WORLD_MUST(segments_set(world->db, "nurses", "job:nurse*", &err));
    WORLD_MUST(segments_set(world->db, "quiet", "segment:nurses and not voted", &err));
    WORLD_MUST(segments_set(world->db, "loud", "segment:nurses or voted", &err));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t members = 0;
        int64_t in_ballot = 0;
        WORLD_MUST(segments_count_possible(world->db, cases[i].who, 0, NULL, &members, &err));
        WORLD_MUST(segments_count_possible(world->db, cases[i].who, world->ballot_id, NULL,
                                           &in_ballot, &err));
        if (members != cases[i].members || in_ballot != cases[i].in_ballot) {
            fail_msg("%s could mean %d, and %d in the ballot", cases[i].who, (int)members,
                     (int)in_ballot);
        }
        for (int64_t most = 0; most <= cases[i].in_ballot + 1; most++) {
            int64_t counted = -1;
            WORLD_MUST(segments_count_possible_to(world->db, cases[i].who, world->ballot_id, NULL,
                                                  most, &counted, &err));
            assert_int_equal(counted, most < in_ballot ? most : in_ballot);
        }
    }
    world_close(world);
}

static int64_t possible(struct world *world, const char *who)
{
    int64_t members = 0;
    WORLD_MUST(segments_count_possible(world->db, who, 0, NULL, &members, &err));
    return members;
}

/* What was counted is remembered, but never beyond a change, whoever makes it. */
static void a_count_is_of_the_store_as_it_is(void **state)
{
    (void)state;
    struct world *world = open_roster();
    CLEANUP(db_close) struct db *other = NULL;
    struct world elsewhere = *world;
    const int64_t before = possible(world, "status:active");
    assert_int_equal(possible(world, "status:active"), before);
    assert_true(possible(world, "status:left") != before); /* the same words, another value */
    crowd_run(world, "UPDATE member SET status = 'active' WHERE status = 'left'");
    const int64_t more = possible(world, "status:active");
    assert_true(more > before);
    WORLD_MUST(db_open(world->store, world->key, &other, &err));
    elsewhere.db = other;
    crowd_run(&elsewhere, "UPDATE member SET status = 'left' WHERE number = '1'");
    assert_int_equal(possible(world, "status:active"), more - 1);
    WORLD_MUST(db_begin(world->db, &err));
    crowd_run(world, "UPDATE member SET status = 'left'");
    assert_int_equal(possible(world, "status:active"), 0);
    struct db *undone = world->db;
    db_rollback(&undone);
    assert_int_equal(possible(world, "status:active"), more - 1);
    world_close(world);
}

static void the_segments_that_words_build_on_are_found(void **state)
{
    (void)state;
    struct world *world = open_roster();
    struct segment *segments = NULL;
    size_t count = 0;
    struct error fault;
    WORLD_MUST(segments_set(world->db, "nurses", "job:nurse*", &err));
    WORLD_MUST(segments_set(world->db, "quiet", "segment:nurses and not voted", &err));
    WORLD_MUST(segments_within(world->db, "everyone", world->arena, &segments, &count, &err));
    assert_int_equal(count, 0);
    WORLD_MUST(segments_within(world->db, "not (segment:Quiet or segment:nurses) or segment:quiet",
                               world->arena, &segments, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(segments[0].who, "segment:nurses and not voted");
    assert_string_equal(segments[1].who, "job:nurse*");
    assert_false(
        segments_within(world->db, "segment:none", world->arena, &segments, &count, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    world_close(world);
}

static void a_value_that_nobody_has_is_doubted(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        const char *doubts;
    } cases[] = {
        {"everyone", ""},
        {"band:5 and employer:\"city trust\" and job:NURSE* and job:* and workplace:\"ward 5\"",
         ""},
        {"band:05", ""},
        {"band:5-6", "band '5-6' 5..6;"},
        {"band:5..99", ""},
        {"band:5-", "band '5-' ~5;"},
        {"not (employer:\"City Turst\" or voted)", "employer 'City Turst' ~City Trust;"},
        {"employer:City", "employer 'City' ~City Trust;"},
        {"workplace:Wrad*", "workplace 'Wrad*' ~Ward 5;"},
        {"branch:Liverpool* or lang:fr", "branch 'Liverpool*';lang 'fr';"},
        {"status:lapsed or status:Retired", ""},
        {"status:retierd", "status 'retierd' ~retired;"},
        {"status:actve", "status 'actve' ~active;"},
        {"first:Nobody and number:nosuch and tag:none", ""},
        {"job:a or job:b or job:c", "job 'a';job 'b';"},
        {"unit:\"anytown hospital\" and unit:any*", ""},
        {"unit:\"Anytown Hopsital\"", "unit 'Anytown Hopsital' ~Anytown Hospital;"},
        {"unit:Elsewhere*", "unit 'Elsewhere*';"},
    };
    struct world *world = open_roster();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct segment_doubt *doubts = NULL;
        size_t count = 0;
        const char *text = "";
        WORLD_MUST(
            segments_doubts(world->db, cases[i].who, 2, world->arena, &doubts, &count, &err));
        for (size_t j = 0; j < count; j++) {
            text = arena_printf(
                world->arena, "%s%s '%s%s'%s%s%s%s;", text,
                doubts[j].unit ? "unit" : fact_word(doubts[j].field), doubts[j].value,
                doubts[j].begins ? "*" : "", doubts[j].near == NULL ? "" : " ~",
                doubts[j].near == NULL ? "" : doubts[j].near, doubts[j].range == NULL ? "" : " ",
                doubts[j].range == NULL ? "" : doubts[j].range);
        }
        if (!text_equal(text, cases[i].doubts)) {
            fail_msg("%s: %s", cases[i].who, text);
        }
    }
    struct segment_doubt *doubts = NULL;
    size_t count = 0;
    struct error fault;
    assert_false(segments_doubts(world->db, "(", 2, world->arena, &doubts, &count, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    world_close(world);
}

/* The store's SQL and the model's rule speak of the same words. */
static void who_is_gone_is_gone_everywhere(void **state)
{
    (void)state;
    struct world *world = world_open(NOW);
    for (size_t i = 0; fact_status(i) != NULL; i++) {
        const char *counted = arena_printf(world->arena,
                                           "SELECT COUNT(*) FROM (SELECT '%s' AS status) m"
                                           " WHERE " MEMBER_NOT_GONE,
                                           fact_status(i));
        assert_int_equal(crowd_number(world, counted), !member_is_gone(fact_status(i)));
    }
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_gone_is_gone_everywhere),
        cmocka_unit_test(words_select_members),
        cmocka_unit_test(what_means_nothing_is_said_with_its_place),
        cmocka_unit_test(hostile_words_stay_words),
        cmocka_unit_test(segments_are_kept_and_build_on_one_another),
        cmocka_unit_test(a_step_is_counted_as_it_is_expanded),
        cmocka_unit_test(whom_a_step_could_mean_does_not_follow_its_answers),
        cmocka_unit_test(a_count_is_of_the_store_as_it_is),
        cmocka_unit_test(the_segments_that_words_build_on_are_found),
        cmocka_unit_test(a_value_that_nobody_has_is_doubted),
        cmocka_unit_test(counts_tell_who_can_be_reached),
    };
    return cmocka_run_group_tests_name("store/segments", tests, NULL, NULL);
}
