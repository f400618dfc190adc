/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the segment language becomes: whom the fields of the store select, the logic of what is not
 * known, counts against asking each member, and the store's own account of how it goes about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audience.h"
#include "crowd.h"
#include "muster/base/buffer.h"
#include "muster/store/segments.h"

static const int64_t NOW = 1800000000000;

static const struct member ROSTER[] = {
    {.number = "1",
     .first_name = "SI\xC3\x82N",
     .last_name = "\xC3\x89lodie-Zo\xC3\xAB",
     .mobile = "+447700900001",
     .email = "Ann@mail.example",
     .branch = "Leeds",
     .job = "Nurse",
     .joined = "2019-05-31",
     .tags = "rep",
     .custom = "{\"shift_pattern\":\"Nights\",\"payroll\":\"0100\",\"start_date\":\"2019-05-31\"}"},
    {.number = "20",
     .first_name = "Si\xC3\xA2n",
     .mobile = "+447700900002",
     .email = "bea@trust.example",
     .branch = "leeds",
     .job = "NURSE practitioner",
     .custom = "{\"shift_pattern\":\"nights and days\",\"payroll\":\"20\","
               "\"start_date\":\"2020-02-29\"}"},
    {.number = "100",
     .first_name = "Sian",
     .email = "cai@mail.example",
     .branch = "Nursing \xF4\x8F\xBF\xBF",
     .job = "Nurs",
     .tags = "represented",
     .custom = "{\"shift_pattern\":\"days\",\"payroll\":\"A7\"}"},
    {.number = "A-7", .mobile = "+447700900104", .first_name = "50%_off"},
    {.number = "B8", .status = "left", .branch = "Leeds", .mobile = "+447700900005"},
};

/* Campaigns that were, and what became of their messages: one for each of the members above. */
static const char *const HISTORY[] = {
    "DELETE FROM ballot_member",
    "DELETE FROM member",
    "INSERT INTO custom_field (name, heading) VALUES ('shift_pattern', 'Shift Pattern'),"
    " ('payroll', 'Payroll No'), ('start_date', 'Start Date'), ('branch', 'Branch (old)')",
    "INSERT INTO action (id, name, title, place, starts, ends, who, at, merge) VALUES"
    " (5, 'rally', 'R', 'P', 1, 2, 'not number:A-7', 1, '{}'),"
    " (6, 'picket', 'R', 'P', 1, 2, 'status:left', 1, '{}')",
    "INSERT INTO campaign (id, name, title, at) VALUES (51, 'opening', 'O', 1),"
    " (52, 'Openhouse', 'O', 1)",
    "INSERT INTO step (id, campaign_id, position, who, sms_first, uses_sms, uses_email, at,"
    " deadline) VALUES (51, 51, 1, 'everyone', 1, 1, 1, 1, 2), (52, 52, 1, 'everyone', 1, 1, 1, 1,"
    " 2)",
};

static void add_message(struct world *world, int step, const char *number, const char *channel,
                        const char *state)
{
    crowd_run(world,
              arena_printf(world->arena,
                           "INSERT INTO outbox (step_id, member_id, channel, address, address_key,"
                           " template_id, reference, merge, state, due_at, changed_at)"
                           " SELECT %d, c.member_id, c.channel, c.address, c.address_key, %lld,"
                           " %d || c.channel || m.number, '{}', '%s', 1, 1 FROM member m"
                           " JOIN contact c ON c.member_id = m.id"
                           " WHERE m.number = '%s' AND c.channel = '%s'",
                           step, (long long)world->template_id, step, state, number, channel));
}

static void add_reply(struct world *world, const char *number, int step, const char *meaning)
{
    crowd_run(world, arena_printf(world->arena,
                                  "INSERT INTO reply (gateway, remote_id, address, address_key,"
                                  " member_id, outbox_id, text, meaning, at)"
                                  " SELECT 'g', 'r' || m.number || '%s', c.address, c.address_key,"
                                  " m.id, (SELECT o.id FROM outbox o WHERE o.member_id = m.id"
                                  " AND o.channel = c.channel AND o.step_id = %d), 't', '%s', 1"
                                  " FROM member m JOIN contact c ON c.member_id = m.id"
                                  " WHERE m.number = '%s' AND c.channel = 'sms'",
                                  meaning, step, meaning, number));
}

static struct world *open_roster(void)
{
    struct world *world = world_open(NOW);
    for (size_t i = 0; i < ARRAY_LENGTH(HISTORY); i++) {
        crowd_run(world, HISTORY[i]);
    }
    WORLD_MUST(db_begin(world->db, &err));
    for (size_t i = 0; i < ARRAY_LENGTH(ROSTER); i++) {
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &ROSTER[i], 0, world->arena, &outcome, &err));
    }
    WORLD_MUST(db_commit(world->db, &err));
    crowd_run(world, "UPDATE contact SET work = 1 WHERE address = 'bea@trust.example'");
    add_message(world, 51, "1", "sms", "delivered");
    add_message(world, 51, "1", "email", "refused");
    add_message(world, 51, "20", "sms", "undelivered");
    add_message(world, 51, "100", "email", "queued");
    add_message(world, 52, "A-7", "sms", "accepted");
    crowd_run(world, "INSERT INTO attendee (action_id, member_id, state, source, at) SELECT 5, id,"
                     " CASE number WHEN '1' THEN 'coming' ELSE 'cannot' END, 'reply', 1 FROM member"
                     " WHERE number IN ('1', '20')");
    add_reply(world, "1", 51, "voted");
    add_reply(world, "A-7", 0, "other");
    crowd_run(world, "INSERT INTO reply (gateway, remote_id, address, address_key, text, meaning,"
                     " at) VALUES ('g', 'nobody', '+1', x'00', 't', 'stop', 1)");
    return world;
}

static const struct crowd_selection SELECTIONS[] = {
    {"everyone", "1 100 20 A-7"},
    /* The case of letters beyond ASCII. */
    {"first:Si\xC3\xA2n", "1 20"},
    {"first:SI\xC3\x82N", "1 20"},
    {"first:si\xC3\xA2*", "1 20"},
    {"first:sia\xCC\x82n", "1 20"}, /* a letter and its accent apart */
    {"first:sian", "100"},
    {"not first:Si\xC3\xA2n", "100 A-7"},
    {"last:\xC3\xA9lodie-zo\xC3\xAB", "1"},
    {"last:\xC3\x89LODIE*", "1"},
    /* A beginning is that of the text, whatever its case. */
    {"job:nurse*", "1 20"},
    {"job:Nurs*", "1 100 20"},
    {"job:nurs", "100"},
    {"branch:nursing*", "100"},
    {"branch:*", "1 100 20"},
    {"not branch:*", "A-7"},
    {"not branch:Leeds", "100 A-7"},
    {"branch:Leeds and status:*", "1 20 B8"},
    {"status:LEFT", "B8"},
    {"status:le*", "B8"},
    {"not branch:Leeds and status:*", "100 A-7"},
    {"first:50%*", "A-7"},
    {"first:\"50_*\"", ""},
    {"first:\"*_off\"", ""},
    /* Numbers are numbers where they are. */
    {"number:a-7", "A-7"},
    {"number:1*", "1 100"},
    {"number:a*", "A-7"},
    {"number:1..20", "1 20"},
    {"number:>20", "100 A-7"},
    {"number:a..b", "A-7"},
    /* Mobiles and mail addresses. */
    {"mobile:\"07700 900001\"", "1"},
    {"mobile:+447700900001", "1"},
    {"mobile:\"07700 9000*\"", "1 20"},
    {"mobile:077*", "1 20 A-7"},
    {"mobile:*", "1 20 A-7"},
    {"not mobile:*", "100"},
    {"not mobile:07700900001", "100 20 A-7"},
    {"email:ANN@MAIL.example", "1"},
    {"email:ann*", "1"},
    {"email:*@mail.example", "1 100"},
    {"email:*@TRUST.example", "20"},
    {"email:*", "1 100 20"},
    {"email:work", "20"},
    {"email:personal", "1 100"},
    {"not email:work", "1 100 A-7"},
    {"not email:personal", "20 A-7"},
    {"email:\"_*\" or email:\"%*\"", ""},
    /* Custom columns; a field of ours wins over its namesake. */
    {"shift_pattern:nights", "1"},
    {"shift_pattern:NIGHTS*", "1 20"},
    {"not shift_pattern:nights*", "100 A-7"},
    {"shift_pattern:*", "1 100 20"},
    {"Shift_Pattern:\"nights and days\"", "20"},
    {"shift_pattern:a..e", "100"},
    {"payroll:20..100", "1 20"},
    {"payroll:<100", "20"},
    {"payroll:>=100", "1 100"}, /* a text is behind all digits */
    {"payroll:0100", "1"},
    {"start_date:2019..2020", "1 20"},
    {"start_date:<=2019", "1"},
    {"start_date:>2019", "20"},
    {"start_date:2020-01..2020-02", "20"},
    {"start_date:<2020-02-29", "1"},
    {"not start_date:>2000", "100 A-7"},
    {"branch:leeds", "1 20"},
    /* Campaigns that were, and answers. */
    {"sent:opening", "1 20"},
    {"sent:OPENING", "1 20"},
    {"sent:open*", "1 20 A-7"},
    {"sent:*", "1 20 A-7"},
    {"not sent:*", "100"},
    {"not sent:opening", "100 A-7"},
    {"delivered:opening", "1"},
    {"not delivered:opening", "100 20 A-7"},
    {"sent:opening and not delivered:opening", "20"},
    {"failed:opening", "1 20"},
    {"failed:openhouse", ""},
    {"replied:opening", "1"},
    {"replied:openhouse", ""},
    {"replied:*", "1"},
    {"reply:voted", "1"},
    {"reply:other", "A-7"},
    {"reply:stop", ""},
    {"reply:*", "1 A-7"},
    {"not reply:voted", "100 20 A-7"},
    {"coming:rally", "1"},
    {"Coming:RALLY", "1"},
    {"maybe:rally", ""},
    {"cannot:rally or coming:rally", "1 20"},
    {"not coming:rally", "100 20 A-7"},
    {"unanswered:rally", "100"}, /* of whom it concerns */
    {"unanswered:picket", ""},   /* whoever has left is meant by the action, but not here */
    {"unanswered:picket and status:*", "B8"},
    {"not unanswered:rally", "1 20 A-7"},
};

static void fields_select_members(void **state)
{
    (void)state;
    struct world *world = open_roster();
    crowd_expect_selections(world, SELECTIONS, ARRAY_LENGTH(SELECTIONS));
    world_close(world);
}

static void names_are_those_of_the_store(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        const char *sentence;
    } cases[] = {
        {"shift_patern:nights", "at character 1: no field 'shift_patern', did you mean"
                                " 'shift_pattern'?"},
        {"voted or sent:opneing", "at character 15: there is no campaign 'opneing', did you mean"
                                  " 'opening'?"},
        {"sent:closing*", "at character 6: there is no campaign 'closing*'"},
        {"segment:nursse", "at character 9: there is no segment 'nursse', did you mean 'nurses'?"},
        {"coming:raly", "at character 8: there is no action 'raly', did you mean 'rally'?"},
        {"branch:X or coming", "at character 13: an answer to an action is said with the action's"
                               " name, coming:NAME, but in a campaign of that action"},
        {"unanswered:round", "action 'round' leads back to itself"},
        {"unanswered:broken", "whom action 'broken' concerns: at character 6: there is no campaign"
                              " 'gone'"},
        {"segment:stale", "segment 'stale': at character 6: there is no campaign 'gone'"},
        {"not segment:above", "segment 'stale': at character 6: there is no campaign 'gone'"},
    };
    struct world *world = open_roster();
    WORLD_MUST(segments_set(world->db, "nurses", "job:nurse*", &err));
    crowd_run(world, "INSERT INTO segment (name, who) VALUES ('stale', 'sent:gone'),"
                     " ('above', 'segment:stale'), ('circle', 'unanswered:round')");
    crowd_run(world, "INSERT INTO action (name, title, place, starts, ends, who, at, merge) VALUES"
                     " ('round', 'R', 'P', 1, 2, 'segment:circle', 1, '{}'),"
                     " ('broken', 'R', 'P', 1, 2, 'sent:gone', 1, '{}')");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct segments_size size;
        struct error fault = {.kind = ERROR_NONE};
        assert_false(segments_count(world->db, cases[i].who, 0, &size, &fault));
        assert_int_equal(fault.kind, ERROR_DATA);
        assert_string_equal(fault.text, cases[i].sentence);
    }
    const char *who = NULL;
    struct error fault;
    WORLD_MUST(segments_find(world->db, "NURSES", world->arena, &who, &err));
    assert_string_equal(who, "job:nurse*");
    assert_false(segments_find(world->db, "nursse", world->arena, &who, &fault));
    assert_string_equal(fault.text, "there is no segment 'nursse', did you mean 'nurses'?");
    /* What is being saved is judged in its own words. */
    assert_false(segments_set(world->db, "new", "voted and brnach:x", &fault));
    assert_string_equal(fault.text, "at character 11: no field 'brnach', did you mean 'branch'?");
    assert_false(segments_set(world->db, "new", "not segment:new", &fault));
    assert_string_equal(fault.text, "segment 'new' leads back to itself");
    world_close(world);
}

static uint32_t draw(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % below;
}

/* Terms that are true, false and not known of one member or another. */
static const char *const TERMS[] = {
    "branch:Leeds",      "job:nurse*",         "joined:<2020", "tag:rep",       "shift_pattern:n*",
    "payroll:>=100",     "mobile:0770090000*", "email:work",   "reachable:sms", "sent:opening",
    "replied:*",         "reply:voted",        "number:>20",   "voted",         "status:left",
    "first:Si\xC3\xA2n", "start_date:>2019",   "band:5..6",    "lang:cy",       "everyone",
};

/* The members of whom the words are true, as bits. */
static unsigned members_of(struct world *world, const char *who)
{
    const char *numbers =
        arena_printf(world->arena, " %s ",
                     crowd_selected(world, arena_printf(world->arena, "status:* and (%s)", who)));
    unsigned bits = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(ROSTER); i++) {
        const char *number = arena_printf(world->arena, " %s ", ROSTER[i].number);
        bits |= strstr(numbers, number) != NULL ? 1U << i : 0;
    }
    return bits;
}

/* A description at random, and of whom it is true if each term is either true or false. */
static const char *describe(struct world *world, uint32_t *seed, int depth, const unsigned *truth,
                            unsigned *bits)
{
    uint32_t kind = depth == 0 ? 0 : draw(seed, 5);
    if (kind < 2) {
        uint32_t term = draw(seed, ARRAY_LENGTH(TERMS));
        *bits = truth[term];
        return TERMS[term];
    }
    unsigned left = 0;
    unsigned right = 0;
    const char *first = describe(world, seed, depth - 1, truth, &left);
    if (kind == 2) {
        *bits = ~left & ((1U << ARRAY_LENGTH(ROSTER)) - 1);
        return arena_printf(world->arena, "not (%s)", first);
    }
    const char *second = describe(world, seed, depth - 1, truth, &right);
    *bits = kind == 3 ? left & right : left | right;
    return arena_printf(world->arena, "(%s) %s (%s)", first, kind == 3 ? "and" : "or", second);
}

static void what_is_not_known_is_not_so(void **state)
{
    (void)state;
    struct world *world = open_roster();
    unsigned truth[ARRAY_LENGTH(TERMS)];
    for (size_t i = 0; i < ARRAY_LENGTH(TERMS); i++) {
        truth[i] = members_of(world, TERMS[i]);
    }
    uint32_t seed = 7;
    for (int round = 0; round < 400; round++) {
        unsigned bits = 0;
        const char *who = describe(world, &seed, 5, truth, &bits);
        if (members_of(world, who) != bits) {
            fail_msg("%s selects others than its terms", who);
        }
    }
    world_close(world);
}

/* Counting as it would be done member by member. */
static void count_each(struct world *world, const char *who, struct segments_size *size)
{
    static const char EACH[] =
        "WITH open (member_id, channel) AS (SELECT c.member_id, c.channel FROM contact c"
        " WHERE NOT EXISTS (SELECT 1 FROM suppression s WHERE s.address_key = c.address_key"
        " AND s.lifted_at IS NULL))"
        " SELECT COUNT(*),"
        " COUNT(*) FILTER (WHERE (m.id, 'sms') IN (SELECT member_id, channel FROM open)),"
        " COUNT(*) FILTER (WHERE (m.id, 'email') IN (SELECT member_id, channel FROM open))"
        " FROM member m WHERE";
    struct audience audience;
    WORLD_MUST(audience_compile(world->db, who, world->arena, &audience, &err));
    CLEANUP(query_end)
    struct query *query =
        audience_query(world->db, EACH, &audience, "", world->ballot_id, world->arena);
    assert_true(query_step(query));
    size->members = query_column(query, 0);
    size->sms = query_column(query, 1);
    size->email = query_column(query, 2);
}

static void counts_are_those_of_asking_each(void **state)
{
    (void)state;
    static const char *const suppressed[] = {"+447700900001", "+447700900001", "+447700900005",
                                             "+447700900150", "+447700900002"};
    static const char *const kinds[] = {"stop", "manual", "stop", "stop", "stop"};
    struct world *world = open_roster();
    WORLD_MUST(db_begin(world->db, &err));
    for (int i = 1; i < 60; i++) {
        (void)crowd_add(world, i);
    }
    /* A handset for two. */
    struct member shared = {.number = "S", .mobile = "+447700900150", .email = "s@mail.example"};
    struct members_outcome outcome;
    WORLD_MUST(members_put(world->db, &shared, 0, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    for (size_t round = 0; round <= ARRAY_LENGTH(suppressed); round++) {
        for (size_t i = 0; i < ARRAY_LENGTH(TERMS) * 2; i++) {
            const char *who = TERMS[i / 2];
            who = i % 2 == 0 ? who : arena_printf(world->arena, "not %s and status:*", who);
            struct segments_size each;
            struct segments_size size;
            count_each(world, who, &each);
            WORLD_MUST(segments_count(world->db, who, world->ballot_id, &size, &err));
            assert_int_equal(size.members, each.members);
            assert_int_equal(size.sms, each.sms);
            assert_int_equal(size.email, each.email);
        }
        if (round < ARRAY_LENGTH(suppressed)) {
            crowd_suppress(world, suppressed[round], kinds[round]);
        }
    }
    struct segments_size size;
    WORLD_MUST(segments_count(world->db, "everyone", 0, &size, &err));
    assert_int_equal(size.members, 4 + 59 + 1);
    assert_int_equal(size.sms, 3 - 2 + 59 - 1 + 0);
    assert_int_equal(size.email, 3 + 1);
    world_close(world);
}

/* Whatever is said, it stays a value; and the longest description is still one statement, or is
 * refused with a sentence. */
static void enemies_are_answered(void **state)
{
    (void)state;
    static const char *const nobody[] = {
        "branch:\"' OR 1=1 --\"",
        "shift_pattern:\"') OR ('1'='1\"",
        "shift_pattern:\"$.payroll\"",
        "email:\"*' OR '1'='1\"",
        "email:\"%*\"",
        "email:\"*_mail.example\"",
        "tag:\"r_p\" or tag:\"%\" or tag:\"_*\"",
        "job:\"\\\" or job:\"\\*\" or number:\":v0\" or number:?1",
        "first:\xF4\x8F\xBF\xBF or branch:\xF4\x8F\xBF\xBF* or job:\xEF\xBF\xBF*",
        "last:\x01\x02\x7F or first:\xC2\x80*",
        "payroll:>99999999999999999999999999 and payroll:<0",
        "number:\"1 \\0 2\"",
    };
    static const char *const repeated[] = {
        "branch:a* or ",
        "not job:\xC3\xA9* or ",
        "(",
        "not ",
        "email:*x or mobile:0* ",
        "sent:* and ",
        "shift_pattern:>9 or ",
        "first:\xC3\xA9\xC3\xA9 or ",
        "segment:tall or ",
        "reachable:any and ",
    };
    struct world *world = open_roster();
    for (size_t i = 0; i < ARRAY_LENGTH(nobody); i++) {
        assert_string_equal(crowd_selected(world, nobody[i]), "");
    }
    WORLD_MUST(segments_set(world->db, "tall", "not (not (branch:Leeds* or job:nurse*))", &err));
    for (size_t i = 0; i < ARRAY_LENGTH(repeated); i++) {
        CLEANUP(buffer_free) struct buffer words;
        buffer_init(&words, 8192);
        while (words.length + strlen(repeated[i]) < 4080) {
            (void)buffer_puts(&words, repeated[i]);
        }
        (void)buffer_puts(&words, "voted");
        struct segments_size size;
        struct error fault = {.kind = ERROR_NONE};
        if (!segments_count(world->db, buffer_text(&words), world->ballot_id, &size, &fault)) {
            assert_int_equal(fault.kind, ERROR_DATA);
        }
    }
    /* Deep, and built on something deep. */
    static const char NOTS[] = "not not not not not not not not not not not not not not not "
                               "not not not not not not not not not not not not not not not ";
    const char *deep = arena_printf(world->arena, "%s%svoted", NOTS, NOTS);
    WORLD_MUST(segments_set(world->db, "deep", deep, &err));
    assert_string_equal(crowd_selected(world, "segment:deep"), crowd_selected(world, "voted"));
    deep = arena_printf(world->arena, "%s%ssegment:deep", NOTS, NOTS);
    struct segments_size size;
    struct error fault = {.kind = ERROR_NONE};
    assert_false(segments_count(world->db, deep, world->ballot_id, &size, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    struct member *members = NULL;
    size_t count = 0;
    assert_false(segments_members(world->db, deep, world->ballot_id, 1, world->arena, &members,
                                  &count, &fault));
    assert_int_equal(fault.kind, ERROR_DATA);
    world_close(world);
}

static const struct {
    const char *who;
    const char *step; /* how the store takes the members */
} PLANS[] = {
    {"everyone", "SCAN m USING COVERING INDEX member_status"},
    {"not everyone", "SCAN m USING COVERING INDEX member_status"},
    {"status:active", "SEARCH m USING COVERING INDEX member_status (status=?)"},
    {"branch:X", "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"branch:\"\xC5\xB4yn\"", "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"branch:X or branch:Y", "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"branch:*", "SEARCH m USING COVERING INDEX member_branch (branch>?)"},
    {"not branch:X", "SCAN m USING COVERING INDEX member_branch"},
    {"branch:X and status:active",
     "SEARCH m USING COVERING INDEX member_branch (branch=? AND status=?)"},
    {"branch:X and reachable:sms", "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"branch:X and not voted", "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"employer:X", "SEARCH m USING COVERING INDEX member_employer (employer=?)"},
    {"employer:\"St Anne's*\"",
     "SEARCH m USING COVERING INDEX member_employer (employer>? AND employer<?)"},
    {"workplace:X", "SEARCH m USING COVERING INDEX member_workplace (workplace=?)"},
    {"job:nurse*", "SEARCH m USING COVERING INDEX member_job (job>? AND job<?)"},
    {"last:X", "SEARCH m USING INDEX member_last_name (last_name=?)"},
    {"last:X*", "SEARCH m USING INDEX member_last_name (last_name>? AND last_name<?)"},
    {"number:17", "SEARCH m USING INDEX sqlite_autoindex_member_1 (number=?)"},
    {"mobile:07700900001", "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)"},
    {"email:ann@mail.example", "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)"},
    {"segment:base and band:5", "SEARCH m USING INDEX member_branch (branch=?)"},
    {"branch:\"Leeds General\" and band:5..6 and (tag:rep or job:nurse*) and not voted and"
     " joined:<2026-01-01 and reachable:sms and lang:cy",
     "SEARCH m USING INDEX member_branch (branch=?)"},
    {"branch:X and sent:opening and not delivered:opening and replied:opening",
     "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"branch:X and reply:voted and not replied:*",
     "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"branch:X and (coming:rally or unanswered:rally)",
     "SEARCH m USING INDEX member_branch (branch=?)"},
    {"branch:X and not coming:rally", "SEARCH m USING COVERING INDEX member_branch (branch=?)"},
    {"reachable:any", "SCAN m USING COVERING INDEX member_status"},
    {"sent:opening", "SCAN m USING COVERING INDEX member_status"},
    {"mobile:0770*", "SCAN m USING COVERING INDEX member_status"},
    {"email:*@nhs.net or email:work", "SCAN m USING COVERING INDEX member_status"},
};

static void counting_takes_the_indexes(void **state)
{
    (void)state;
    struct world *world = open_roster();
    WORLD_MUST(segments_set(world->db, "base", "branch:X", &err));
    for (size_t i = 0; i < ARRAY_LENGTH(PLANS); i++) {
        struct audience audience;
        WORLD_MUST(audience_compile(world->db, PLANS[i].who, world->arena, &audience, &err));
        CLEANUP(query_end)
        struct query *query = audience_count(world->db, &audience, world->ballot_id, world->arena);
        const char *plan = query_plan(query, world->arena);
        if (strstr(plan, PLANS[i].step) == NULL) {
            fail_msg("%s is not counted by %s but by\n%s", PLANS[i].who, PLANS[i].step, plan);
        }
        /* Whose address is suppressed is found from the suppressions on, and one message at a
         * time. */
        assert_non_null(
            strstr(plan, "SEARCH c USING COVERING INDEX contact_address (address_key=?)"));
        assert_null(strstr(plan, "SCAN c\n"));
        assert_null(strstr(plan, "SCAN c USING"));
        assert_null(strstr(plan, "SCAN o"));
        assert_null(strstr(plan, "SCAN r"));
        assert_null(strstr(plan, "outbox_state"));
    }
    world_close(world);
}

/* Whether one member belongs to it is asked before each message: it must not go through the
 * members, whatever else the words would have an index for. */
static void asking_for_one_member_takes_that_one(void **state)
{
    (void)state;
    struct world *world = open_roster();
    WORLD_MUST(segments_set(world->db, "base", "branch:X", &err));
    for (size_t i = 0; i < ARRAY_LENGTH(PLANS); i++) {
        struct audience audience;
        WORLD_MUST(audience_compile_step(world->db, PLANS[i].who, i % 2 == 0 ? 0 : world->ballot_id,
                                         NULL, world->arena, &audience, &err));
        CLEANUP(query_end)
        struct query *query =
            audience_query(world->db, "SELECT 1 FROM member m WHERE m.id = :member AND", &audience,
                           "", world->ballot_id, world->arena);
        const char *plan = query_plan(query, world->arena);
        if (strstr(plan, "SEARCH m USING INTEGER PRIMARY KEY (rowid=?)") == NULL ||
            strstr(plan, "SCAN m") != NULL || strstr(plan, "SCAN c\n") != NULL ||
            strstr(plan, "SCAN r") != NULL) {
            fail_msg("for %s one member is found by\n%s", PLANS[i].who, plan);
        }
    }
    world_close(world);
}

/* In an action's campaign its answers are bare words, and it means whom the action concerns. */
static void a_step_of_an_action_keeps_to_it(void **state)
{
    (void)state;
    static const struct {
        const char *who;
        int64_t members;
    } cases[] = {
        {"everyone", 2}, /* 1 and 100: 20 cannot come, A-7 is not concerned */
        {"coming", 1},
        {"maybe", 0},
        {"cannot", 1},
        {"unanswered", 1},
        {"everyone and (cannot or not cannot)", 3},
        {"coming or unanswered", 2},
        {"number:A-7", 0},
    };
    struct world *world = open_roster();
    struct segments_size size;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        WORLD_MUST(segments_count_step(world->db, cases[i].who, 0, "rally", &size, &err));
        if (size.members != cases[i].members) {
            fail_msg("%s means %lld", cases[i].who, (long long)size.members);
        }
    }
    /* Who has answered belongs to it, wherever they are on the roster. */
    crowd_run(world, "INSERT INTO attendee (action_id, member_id, state, source, at) SELECT 5, id,"
                     " 'maybe', 'person', 1 FROM member WHERE number = 'A-7'");
    WORLD_MUST(segments_count_step(world->db, "coming or maybe", 0, "rally", &size, &err));
    assert_int_equal(size.members, 2);
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_select_members),
        cmocka_unit_test(a_step_of_an_action_keeps_to_it),
        cmocka_unit_test(names_are_those_of_the_store),
        cmocka_unit_test(what_is_not_known_is_not_so),
        cmocka_unit_test(counts_are_those_of_asking_each),
        cmocka_unit_test(enemies_are_answered),
        cmocka_unit_test(counting_takes_the_indexes),
        cmocka_unit_test(asking_for_one_member_takes_that_one),
    };
    return cmocka_run_group_tests_name("store/audience", tests, NULL, NULL);
}
