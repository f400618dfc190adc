/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The segment language: its trees, written out as text, and its faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/compiler.h"
#include "muster/model/who.h"

static const char *const FIELDS[] = {
    [WHO_FIELD_NUMBER] = "number",
    [WHO_FIELD_FIRST] = "first",
    [WHO_FIELD_LAST] = "last",
    [WHO_FIELD_BRANCH] = "branch",
    [WHO_FIELD_EMPLOYER] = "employer",
    [WHO_FIELD_WORKPLACE] = "workplace",
    [WHO_FIELD_JOB] = "job",
    [WHO_FIELD_BAND] = "band",
    [WHO_FIELD_LANGUAGE] = "lang",
    [WHO_FIELD_STATUS] = "status",
    [WHO_FIELD_JOINED] = "joined",
    [WHO_FIELD_TAG] = "tag",
    [WHO_FIELD_REACHABLE] = "reachable",
    [WHO_FIELD_BALLOT] = "ballot",
    [WHO_FIELD_UNIT] = "unit",
    [WHO_FIELD_PLAN] = "plan",
    [WHO_FIELD_PAPER] = "replacement",
    [WHO_FIELD_SEGMENT] = "segment",
    [WHO_FIELD_MOBILE] = "mobile",
    [WHO_FIELD_EMAIL] = "email",
    [WHO_FIELD_EMAIL_KIND] = "email kind",
    [WHO_FIELD_SENT] = "sent",
    [WHO_FIELD_DELIVERED] = "delivered",
    [WHO_FIELD_FAILED] = "failed",
    [WHO_FIELD_REPLIED] = "replied",
    [WHO_FIELD_COMING] = "coming",
    [WHO_FIELD_MAYBE] = "maybe",
    [WHO_FIELD_CANNOT] = "cannot",
    [WHO_FIELD_UNANSWERED] = "unanswered",
    [WHO_FIELD_REPLY] = "reply",
    [WHO_FIELD_CUSTOM] = "custom",
};

static const char *const COLUMNS[] = {"shift_pattern", "start_date", "band", "payroll"};
static const char *const CAMPAIGNS[] = {"opening", "Reminder-1", "reminder-2"};
static const char *const SEGMENTS[] = {"Night staff", "nurses"};

static const struct who_vocabulary VOCABULARY = {
    .fields = COLUMNS,
    .field_count = ARRAY_LENGTH(COLUMNS),
    .campaigns = CAMPAIGNS,
    .campaign_count = ARRAY_LENGTH(CAMPAIGNS),
    .segments = SEGMENTS,
    .segment_count = ARRAY_LENGTH(SEGMENTS),
};

static void write_tree(const struct who *who, struct buffer *out)
{
    static const char *const signs[] = {
        [WHO_MATCH_IS] = "=",    [WHO_MATCH_BEGINS] = "^", [WHO_MATCH_RANGE] = "~",
        [WHO_MATCH_BELOW] = "<", [WHO_MATCH_ABOVE] = ">",  [WHO_MATCH_ENDS] = "$",
    };
    switch (who->kind) {
    case WHO_EVERYONE: buffer_puts(out, "everyone"); return;
    case WHO_NOT:
        buffer_puts(out, "!");
        write_tree(who->left, out);
        return;
    case WHO_AND:
    case WHO_OR:
        buffer_puts(out, "(");
        write_tree(who->left, out);
        buffer_puts(out, who->kind == WHO_AND ? " & " : " | ");
        write_tree(who->right, out);
        buffer_puts(out, ")");
        return;
    case WHO_TERM: break;
    }
    buffer_printf(out, "%s%s", who->custom == NULL ? FIELDS[who->field] : who->custom,
                  signs[who->match]);
    assert_int_equal(who->custom != NULL, who->field == WHO_FIELD_CUSTOM);
    if (who->low != NULL)
        buffer_printf(out, "[%s]", who->low);
    bool single = who->match == WHO_MATCH_IS || who->match == WHO_MATCH_BEGINS ||
                  who->match == WHO_MATCH_ENDS;
    if (!single)
        buffer_printf(out, "..");
    if (who->high != NULL)
        buffer_printf(out, "[%s]", who->high);
}

static const struct {
    const char *source;
    const char *tree;
} TREES[] = {
    {"everyone", "everyone"},
    {"EVERYONE", "everyone"},
    {"branch:Leeds", "branch=[Leeds]"},
    {"branch: Leeds", "branch=[Leeds]"},
    {"Branch:\"Leeds General\"", "branch=[Leeds General]"},
    {"branch:\xe2\x80\x9cLeeds General\xe2\x80\x9d", "branch=[Leeds General]"},
    {"branch:\" Leeds \"", "branch=[Leeds]"},
    {"job:nurse*", "job^[nurse]"},
    {"employer:\"St Anne's*\"", "employer^[St Anne's]"},
    {"job:*", "job^[]"},
    {"band:5", "band=[5]"},
    {"band:5..6", "band~[5]..[6]"},
    {"band:5 .. 6", "band~[5]..[6]"},
    {"band:8a..8d", "band~[8a]..[8d]"},
    {"band:8*", "band^[8]"},
    {"band:<6", "band<..[6]"},
    {"band:<=6", "band~..[6]"},
    {"band:>6", "band>[6].."},
    {"band:>=6", "band~[6].."},
    {"number:100..200", "number~[100]..[200]"},
    {"number:00100", "number=[00100]"},
    {"first:Sam last:O'Brien", "(first=[Sam] & last=[O'Brien])"},
    {"lang:cy", "lang=[cy]"},
    {"status:active", "status=[active]"},
    {"tag:rep", "tag=[rep]"},
    {"segment:\"Night staff\"", "segment=[Night staff]"},
    {"reachable:SMS", "reachable=[sms]"},
    {"reachable:any", "reachable=[any]"},
    {"workplace:\"and\"", "workplace=[and]"},
    /* Mobiles, however they are written. */
    {"mobile:07700900001", "mobile=[+447700900001]"},
    {"mobile:\"07700 900001\"", "mobile=[+447700900001]"},
    {"mobile:\"+44 (0)7700 900-001\"", "mobile=[+447700900001]"},
    {"mobile:00447700900001", "mobile=[+447700900001]"},
    {"mobile:7700900001", "mobile=[+447700900001]"},
    {"mobile:0770*", "mobile^[+44770]"},
    {"mobile:+44770*", "mobile^[+44770]"},
    {"mobile:44770*", "mobile^[+44770]"},
    {"mobile:\"+44 (0)7*\"", "mobile^[+447]"},
    {"mobile:0044*", "mobile^[+44]"},
    {"mobile:*", "mobile^[]"},
    {"mobile:1", "mobile=[+1]"},
    /* Mail addresses, their ends, and whose they are. */
    {"email:ann@MAIL.example", "email=[ann@mail.example]"},
    {"email:ann*", "email^[ann]"},
    {"email:*@nhs.net", "email$[@nhs.net]"},
    {"email:\"*@nhs.net\"", "email$[@nhs.net]"},
    {"email:*", "email^[]"},
    {"email:WORK", "email kind=[work]"},
    {"not email:personal", "!email kind=[personal]"},
    /* Campaigns that were, and what was answered. */
    {"sent:opening and not delivered:Opening", "(sent=[opening] & !delivered=[Opening])"},
    {"failed:reminder*", "failed^[reminder]"},
    {"replied:*", "replied^[]"},
    {"reply:Voted", "reply=[voted]"},
    {"reply:no_paper or reply:other", "(reply=[no-paper] | reply=[other])"},
    {"reply:*", "reply^[]"},
    /* Columns of somebody's lists; ours win. */
    {"shift_pattern:nights*", "shift_pattern^[nights]"},
    {"SHIFT_PATTERN:\"Late turn\"", "shift_pattern=[Late turn]"},
    {"band:5", "band=[5]"},
    {"payroll:100..2000", "payroll~[100]..[2000]"},
    {"payroll:<10", "payroll<..[10]"},
    {"payroll:b..a", "payroll~[b]..[a]"},
    {"start_date:2019-05..2020-02-29", "start_date~[2019-05-01]..[2020-02-29]"},
    {"start_date:2019..2020-02", "start_date~[2019-01-01]..[2020-02-29]"},
    {"start_date:>2019-02", "start_date>[2019-02-28].."},
    {"start_date:<=2019", "start_date~..[2019]"},
    {"start_date:2019-05", "start_date=[2019-05]"},
    {"joined:2026-01-31", "joined=[2026-01-31]"},
    {"joined:2026-02", "joined~[2026-02-01]..[2026-02-28]"},
    {"unit:\"City Trust\" and unit:v*", "(unit=[City Trust] & unit^[v])"},
    {"plan:2026-11-25", "plan=[2026-11-25]"},
    {"plan:<2026-11-25", "plan<..[2026-11-25]"},
    {"plan:Today", "plan=[today]"},
    {"plan:<=TOMORROW", "plan~..[tomorrow]"},
    {"plan:yesterday..2026-11", "plan~[yesterday]..[2026-11-30]"},
    {"plan:2026-11..today", "plan~[2026-11-01]..[today]"},
    {"plan:>yesterday", "plan>[yesterday].."},
    {"replacement:Outstanding", "replacement=[outstanding]"},
    {"reply:plan", "reply=[plan]"},
    {"joined:2028-02", "joined~[2028-02-01]..[2028-02-29]"},
    {"joined:2026", "joined~[2026-01-01]..[2026-12-31]"},
    {"joined:<2026-01-01", "joined<..[2026-01-01]"},
    {"joined:<2026-02", "joined<..[2026-02-01]"},
    {"joined:<=2026-02", "joined~..[2026-02-28]"},
    {"joined:>2026-02", "joined>[2026-02-28].."},
    {"joined:>=2026", "joined~[2026-01-01].."},
    {"joined:2025..2026-06", "joined~[2025-01-01]..[2026-06-30]"},
    {"voted", "ballot=[voted]"},
    {"No-Paper", "ballot=[no-paper]"},
    {"no_paper", "ballot=[no-paper]"},
    {"declined or ineligible or unknown",
     "((ballot=[declined] | ballot=[ineligible]) | ballot=[unknown])"},
    {"not voted", "!ballot=[voted]"},
    {"not not voted", "!!ballot=[voted]"},
    {"NOT (voted OR declined)", "!(ballot=[voted] | ballot=[declined])"},
    {"tag:a and tag:b or tag:c and tag:d", "((tag=[a] & tag=[b]) | (tag=[c] & tag=[d]))"},
    {"tag:a (tag:b or tag:c) not tag:d", "((tag=[a] & (tag=[b] | tag=[c])) & !tag=[d])"},
    {"not tag:a tag:b", "(!tag=[a] & tag=[b])"},
    {"tag:a tag:b tag:c tag:d", "((tag=[a] & tag=[b]) & (tag=[c] & tag=[d]))"},
    {"((((everyone))))", "everyone"},
    {"(tag:a)(tag:b)", "(tag=[a] & tag=[b])"},
    {"tag:a\xc2\xa0"
     "and\ttag:b\n",
     "(tag=[a] & tag=[b])"},
    {"branch:Caerdydd and job:\"Nyrs gofr\xc3\xaasr\"",
     "(branch=[Caerdydd] & job=[Nyrs gofr\xc3\xaasr])"},
    {"branch:\"Leeds General\" and band:5..6 and not tag:rep",
     "((branch=[Leeds General] & band~[5]..[6]) & !tag=[rep])"},
    {"employer:\"St Anne's*\" and (job:nurse* or job:midwife) and reachable:sms and not voted",
     "((employer^[St Anne's] & (job^[nurse] | job=[midwife])) & (reachable=[sms] & "
     "!ballot=[voted]))"},
};

static void test_trees(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(TREES); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 4096);
        const struct who *who = NULL;
        struct error err = {0};
        if (!who_parse(TREES[i].source, &VOCABULARY, arena, &who, &err))
            fail_msg("%s: %s", TREES[i].source, err.text);
        write_tree(who, &out);
        assert_string_equal(buffer_text(&out), TREES[i].tree);
    }
}

static const struct {
    const char *source;
    const char *sentence; /* how it begins */
} FAULTS[] = {
    {"", "the description is empty"},
    {"  \t ", "the description is empty"},
    {"tag:a and     brnach:Leeds", "at character 15: no field 'brnach', did you mean 'branch'?"},
    {"\xc3\xa9\xc3\xa9\xc3\xa9 brnach:x", "at character 1: no word"},
    {"job:\"\xc3\xa9\xc3\xa9\" brnach:x", "at character 10: no field 'brnach'"},
    {"colour:red", "at character 1: no field 'colour'; there are number"},
    {"votd", "at character 1: no word 'votd', did you mean 'voted'?"},
    {"comming", "at character 1: no word 'comming', did you mean 'coming'?"},
    {"coming:rally*", "at character 8: coming: does not take a final *"},
    {"unanswered:<rally", "at character 12: unanswered: does not take a range"},
    {"evryone", "at character 1: no word 'evryone', did you mean 'everyone'?"},
    {"no-papr", "at character 1: no word 'no-papr', did you mean 'no-paper'?"},
    {"branch:Leeds General", "at character 14: no word 'General'; a value of several words"},
    {"branch", "at character 1: expected 'branch:' and a value"},
    {"band=5", "at character 1: expected 'band:' and a value"},
    {"branch:", "at character 8: expected a value, found the end"},
    {"branch: and tag:a", "at character 9: expected a value, found 'and'"},
    {"branch:)", "at character 8: expected a value, found ')'"},
    {"branch::x", "at character 8: expected a value, found ':'"},
    {"branch:\"\"", "at character 8: there is no value between the quotes"},
    {"branch:\"Leeds", "at character 8: this quote is never closed"},
    {"(tag:a", "at character 1: this bracket is never closed"},
    {"tag:a)", "at character 6: this ) closes nothing"},
    {"()", "at character 2: expected a field"},
    {"tag:a and", "at character 10: expected a field, a word or (, found the end"},
    {"and tag:a", "at character 1: expected a field, a word or (, found 'and'"},
    {"tag:a or or tag:b", "at character 10: expected a field"},
    {"not", "at character 4: expected a field"},
    {"\"Leeds\"", "at character 1: expected a field"},
    {"tag:a < 5", "at character 7: expected and, or, or the end, found '<'"},
    {"(tag:a < 5)", "at character 8: expected and, or, or ), found '<'"},
    {"tag:a,b", "at character 5: a value with a comma"},
    {"job:nu*se", "at character 5: a * may only stand at the end"},
    {"job:a..b", "at character 5: job: does not take a range"},
    {"job:>a", "at character 5: job: does not take a range"},
    {"tag:a..b", "at character 5: tag: does not take a range"},
    {"mobile:ann", "at character 8: mobile: takes a number, or its beginning as in +4477*"},
    {"mobile:+", "at character 8: mobile: takes a number"},
    {"mobile:0..9", "at character 8: mobile: does not take a range"},
    {"mobile:*01", "at character 8: a * may only stand at the end"},
    {"mobile:07700 900001", "at character 14: no word '900001'; a value of several words"},
    {"email:ann", "at character 7: email: takes a whole address, its beginning or its end"},
    {"email:*ann*", "at character 7: a * may only stand at one end"},
    {"email:a..b", "at character 7: email: does not take a range"},
    {"job:*nurse", "at character 5: a * may only stand at the end"},
    {"shift_patern:x", "at character 1: no field 'shift_patern', did you mean 'shift_pattern'?"},
    {"emial:x", "at character 1: no field 'emial', did you mean 'email'?"},
    {"shift_pattern", "at character 1: expected 'shift_pattern:' and a value"},
    {"payroll=7", "at character 1: expected 'payroll:' and a value"},
    {"payroll:9..10*", "at character 12: a range does not take a *"},
    {"start_date:2020-02..2019", "at character 12: this range runs backwards"},
    {"payroll:10..9", "at character 9: this range runs backwards"},
    {"sent", "at character 1: expected 'sent:' and a value"},
    {"voted and sent:opneing", "at character 16: there is no campaign 'opneing', did you mean"
                               " 'opening'?"},
    {"delivered:xyzzy", "at character 11: there is no campaign 'xyzzy'"},
    {"failed:closing*", "at character 8: there is no campaign 'closing*'"},
    {"sent:a..b", "at character 6: sent: does not take a range"},
    {"segment:nursse", "at character 9: there is no segment 'nursse', did you mean 'nurses'?"},
    {"reply:yes", "at character 7: reply: takes voted, no-paper"},
    {"reply:vo*", "at character 7: reply: does not take a final *"},
    {"segment:a..b", "at character 9: segment: does not take a range"},
    {"segment:a*", "at character 9: segment: does not take a final *"},
    {"lang:c*", "at character 6: lang: does not take a final *"},
    {"lang:welsh", "at character 6: lang: takes the code"},
    {"reachable:phone", "at character 11: reachable: takes sms, email or any"},
    {"reachable:sms..email", "at character 11: reachable: does not take a range"},
    {"band:5*..6", "at character 6: a range does not take a *"},
    {"band:5..6*", "at character 9: a range does not take a *"},
    {"band:5..", "at character 9: expected a value, found the end"},
    {"band:..6", "at character 6: expected a value, found '..'"},
    {"band:6..5", "at character 6: this range runs backwards"},
    {"joined:2026..2025", "at character 8: this range runs backwards"},
    {"plan:soon", "at character 6: plan: takes a date such as 2026-01-31, 2026-01 or 2026, or"},
    {"plan:tod*", "at character 6: plan: does not take a final *"},
    {"plan:tomorrow..yesterday", "at character 6: this range runs backwards"},
    {"plan:today..2026-02-30", "at character 6: plan: takes a date"},
    {"replacement:lost", "at character 13: replacement: takes asked, outstanding, passed or late"},
    {"replacement:pass*", "at character 13: replacement: does not take a final *"},
    {"joined:yesterday", "at character 8: joined: takes a date"},
    {"joined:31/01/2026", "at character 8: joined: takes a date"},
    {"joined:2026-13", "at character 8: joined: takes a date"},
    {"joined:2026-02-29", "at character 8: joined: takes a date"},
    {"joined:2026-00-10", "at character 8: joined: takes a date"},
    {"joined:2026-1-1", "at character 8: joined: takes a date"},
    {"joined:<2026-", "at character 8: joined: takes a date"},
    {"joined:2026*", "at character 8: joined: does not take a final *"},
    {"voted:yes", "at character 1: no field 'voted'"},
    {"tag:\xff", "the description is not valid UTF-8"},
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(FAULTS); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const struct who *who = NULL;
        struct error err = {0};
        if (who_parse(FAULTS[i].source, &VOCABULARY, arena, &who, &err))
            fail_msg("'%s' is accepted", FAULTS[i].source);
        assert_null(who);
        assert_int_equal(err.kind, ERROR_DATA);
        if (strncmp(err.text, FAULTS[i].sentence, strlen(FAULTS[i].sentence)) != 0)
            fail_msg("'%s': '%s', expected '%s'", FAULTS[i].source, err.text, FAULTS[i].sentence);
    }
}

static void test_columns(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct who *who = NULL;
    struct error err = {0};
    assert_true(who_parse("job:\"\xc3\xa9\" or  band:5", NULL, arena, &who, &err));
    assert_int_equal(who->left->column, 1);
    assert_int_equal(who->right->column, 13);
}

static size_t height(const struct who *who)
{
    if (who->kind == WHO_TERM || who->kind == WHO_EVERYONE)
        return 1;
    size_t left = height(who->left);
    size_t right = who->right == NULL ? 0 : height(who->right);
    return 1 + (left > right ? left : right);
}

/* 64 brackets are allowed and 65 not; a long chain of terms stays a shallow tree. */
static void test_depth(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct who *who = NULL;
    struct error err = {0};
    char source[8192];
    for (size_t depth = 63; depth <= 66; depth++) {
        memset(source, '(', depth);
        memcpy(source + depth, "voted", 5);
        memset(source + depth + 5, ')', depth);
        source[2 * depth + 5] = '\0';
        assert_int_equal(who_parse(source, NULL, arena, &who, &err), depth <= 64);
    }
    memset(source, '(', 4000);
    source[4000] = '\0';
    assert_false(who_parse(source, NULL, arena, &who, &err));
    assert_non_null(strstr(err.text, "64"));
    source[0] = '\0';
    size_t length = 0;
    for (size_t i = 0; i < 1024; i++, length += 4)
        memcpy(source + length, "not ", 5);
    assert_false(who_parse(source, NULL, arena, &who, &err));

    for (length = 0; length + 6 <= 4096; length += 6)
        memcpy(source + length, "voted ", 7);
    assert_true(who_parse(source, NULL, arena, &who, &err));
    assert_in_range(height(who), 10, 12);
    memset(source, ' ', 4097);
    source[4097] = '\0';
    memcpy(source, "voted", 5);
    assert_false(who_parse(source, NULL, arena, &who, &err));
    source[4096] = '\0';
    assert_true(who_parse(source, NULL, arena, &who, &err));
}

/* Any mixture of the language's pieces is parsed or refused, and never leaves a half tree. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "(",       ")",         "not ",    "and ",    "or ",          "tag:",     "band:",
        "joined:", "5",         "..",      "<",       ">=",           "*",        "\"a b\"",
        "\"",      "voted ",    "email:",  "mobile:", "sent:",        "payroll:", "reply:",
        "+44",     "everyone ", "2026-02", " ",       "\xe2\x80\x9c", "\xff",     "x",
        ":",
    };
    uint32_t seed = 99;
    for (int round = 0; round < 20000; round++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        CLEANUP(buffer_free) struct buffer source;
        buffer_init(&source, 1024);
        for (int i = 0; i < 12; i++) {
            seed = seed * 1664525 + 1013904223;
            buffer_puts(&source, pieces[(seed >> 16) % ARRAY_LENGTH(pieces)]);
        }
        const struct who *who = NULL;
        struct error err = {0};
        if (who_parse(buffer_text(&source), round % 2 == 0 ? &VOCABULARY : NULL, arena, &who, &err))
            assert_in_range(height(who), 1, 64);
        else
            assert_int_equal(err.kind, ERROR_DATA);
    }
}

static void test_terms(void **state)
{
    static const struct {
        const char *value;
        const char *term;
    } cases[] = {
        {"City Trust", "employer:\"City Trust\""},
        {"voted", "employer:\"voted\""},
        {"St Anne's (East)", "employer:\"St Anne's (East)\""},
        {"a\"b", NULL},
        {"", NULL},
        {"City*", NULL},
    };
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *term = who_term("employer", cases[i].value, arena);
        const struct who *who = NULL;
        struct error err = {.kind = ERROR_NONE};
        if (cases[i].term == NULL) {
            assert_null(term);
            continue;
        }
        assert_string_equal(term, cases[i].term);
        assert_true(who_parse(term, NULL, arena, &who, &err)); /* and means just that */
        assert_int_equal(who->match, WHO_MATCH_IS);
        assert_string_equal(who->low, cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trees),   cmocka_unit_test(test_faults),
        cmocka_unit_test(test_columns), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_terms),
    };
    return cmocka_run_group_tests_name("model/who", tests, NULL, NULL);
}
