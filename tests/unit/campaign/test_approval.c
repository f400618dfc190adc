/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Approval by a second person: whether it is needed, who may give it, and what voids it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../store/crowd.h"
#include "hall.h"
#include "muster/campaign/approval.h"
#include "muster/campaign/expand.h"

static const int64_t NOW = 1800000000000;
static const char PASSWORD[] = "three old brass lamps";

struct scene {
    struct hall hall;
    struct world *world;
    struct campaign *campaign;
};

static void add_account(struct scene *scene, const char *name, enum role role)
{
    struct account account = {.name = name, .role = role, .made_at = NOW};
    const struct accounts_setter setter = {.by = NULL};
    WORLD_MUST(accounts_add(scene->world->db, &account, PASSWORD, &setter, &err));
}

static void read_campaign(struct scene *scene)
{
    WORLD_MUST(
        campaigns_find(scene->world->db, "last", scene->world->arena, &scene->campaign, &err));
}

static void add_step(struct scene *scene, const struct campaign *campaign, struct step *step,
                     const char *text)
{
    struct world *world = scene->world;
    step->campaign_id = campaign->id;
    WORLD_MUST(campaigns_add_step(world->db, step, &err));
    static const char *const languages[] = {"en", "cy"};
    for (size_t i = 0; i < ARRAY_LENGTH(languages); i++) {
        struct frozen_template template = {
            .name = "note",
            .channel = CHANNEL_SMS,
            .language = languages[i],
            .text = arena_printf(world->arena, "%s %s", text, languages[i])};
        WORLD_MUST(templates_put(world->db, &template, &err));
        WORLD_MUST(campaigns_add_template(world->db, step->id, CHANNEL_SMS, languages[i],
                                          template.id, &err));
    }
}

/* A campaign of asha's with two steps to twenty members and three, and accounts to approve with. */
static void open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    hall_open(&scene->hall, NOW);
    struct world *world = scene->world = scene->hall.world;
    scene->hall.config.approval.from = 10;
    scene->hall.config.approval.from_administrator = 10;
    scene->hall.config.approval.drift = 10;
    WORLD_MUST(segments_set(world->db, "trust", "employer:\"City Trust\"", &err));
    WORLD_MUST(segments_set(world->db, "meant", "segment:trust or number:M*", &err));
    crowd_fill(world, 20);
    WORLD_MUST(db_begin(world->db, &err));
    crowd_run(world, "INSERT INTO action (name, title, place, starts, ends, who, at) VALUES"
                     " ('rally', 'A rally', 'Town Hall', 1, 2, 'everyone', 0)");
    struct campaign campaign = {.name = "last",
                                .title = "Last call",
                                .ballot_id = world->ballot_id,
                                .details = "{\"place\":\"Town Hall\"}",
                                .budgeted = true,
                                .budget = 50000000,
                                .currency = "GBP",
                                .made_by = "asha",
                                .at = NOW};
    WORLD_MUST(campaigns_create(world->db, &campaign, &err));
    struct step first = {.position = 1,
                         .name = "first",
                         .who = "segment:meant and not voted",
                         .sms_first = true,
                         .uses_sms = true,
                         .at = NOW + CLOCK_HOUR,
                         .at_words = "opens + 1 day 10:00",
                         .deadline = NOW + 2 * (int64_t)CLOCK_HOUR};
    struct step second = first;
    second.position = 2;
    second.name = "second";
    second.who = "sent:remind";
    second.at += CLOCK_HOUR;
    second.deadline += CLOCK_HOUR;
    add_step(scene, &campaign, &first, "Please vote.");
    add_step(scene, &campaign, &second, "Have you voted?");
    crowd_run(world, "UPDATE campaign SET action_id = (SELECT id FROM action) WHERE name = 'last'");
    crowd_run(world, "INSERT INTO step_variant (step_id, position, name, weight) SELECT id, 1,"
                     " 'figures', 1 FROM step WHERE name = 'second'");
    add_account(scene, "asha", ROLE_ORGANISER);
    add_account(scene, "bert", ROLE_APPROVER);
    add_account(scene, "carys", ROLE_ADMINISTRATOR);
    WORLD_MUST(db_commit(world->db, &err));
    read_campaign(scene);
}

static void close_scene(struct scene *scene)
{
    hall_close(&scene->hall);
}

static struct approval_standing look(struct scene *scene, int64_t step_id)
{
    struct approval_standing standing;
    read_campaign(scene);
    WORLD_MUST(approval_look(scene->world->db, &scene->hall.config, scene->campaign, step_id,
                             scene->world->arena, &standing, &err));
    return standing;
}

static enum approval_state state_of(struct scene *scene)
{
    return look(scene, 0).state;
}

static const char *manifest(struct scene *scene)
{
    const char *text = NULL;
    read_campaign(scene);
    WORLD_MUST(approval_manifest(scene->world->db, &scene->hall.config, scene->campaign,
                                 scene->world->arena, &text, &err));
    return text;
}

/* Approve what is shown now; gives the kind of the fault, with its sentence in `text`. */
static enum error_kind give(struct scene *scene, const char *name, int64_t now, const char **text)
{
    struct world *world = scene->world;
    struct error fault = {.kind = ERROR_NONE};
    struct account *account = NULL;
    WORLD_MUST(accounts_find(world->db, name, world->arena, &account, &err));
    if (!approval_give(world->db, &scene->hall.config, scene->campaign->id, account,
                       manifest(scene), now, &fault)) {
        *text = arena_text(world->arena, fault.text);
    }
    return fault.kind;
}

static void approve(struct scene *scene)
{
    const char *text = "";
    if (give(scene, "bert", NOW, &text) != ERROR_NONE) {
        fail_msg("%s", text);
    }
    assert_int_equal(state_of(scene), APPROVAL_GIVEN);
}

/* What voids an approval, and what does not. */
static const struct {
    const char *sql;
    const char *why; /* NULL: it stays in force */
} changes[] = {
    {"UPDATE template SET text = text WHERE 0", NULL},
    {"UPDATE campaign SET title = 'Very last call' WHERE name = 'last'",
     "the title: 'Very last call' instead of 'Last call'"},
    {"UPDATE campaign SET details = '{\"place\":\"Park\"}' WHERE name = 'last'",
     "the details changed"},
    {"UPDATE campaign SET hours_sms = 'always' WHERE name = 'last'",
     "the hours of texts: 'always' instead of none"},
    {"UPDATE campaign SET hours_email = 'always' WHERE name = 'last'", "the hours of mails"},
    {"UPDATE campaign SET budget = 60000000 WHERE name = 'last'",
     "the budget: 60.00 GBP instead of 50.00 GBP"},
    {"UPDATE campaign SET currency = 'EUR' WHERE name = 'last'", "the currency"},
    {"UPDATE campaign SET purpose = 'promotional' WHERE name = 'last'", "the purpose"},
    {"UPDATE campaign SET ballot_id = NULL WHERE name = 'last'", "the ballot: "},
    {"UPDATE campaign SET action_id = NULL WHERE name = 'last'", "the action: "},
    {"UPDATE ballot SET closes = closes + 60000", "the ballot: the close: 20"},
    {"UPDATE ballot SET opens = opens - 60000", "the ballot: the opening: 20"},
    {"UPDATE ballot SET title = 'Another ballot'", "the ballot: the title"},
    {"UPDATE action SET place = 'The park'",
     "the action: the place: 'The park' instead of 'Town Hall'"},
    {"UPDATE action SET starts = 0", "the action: the beginning"},
    {"UPDATE step SET who = 'everyone' WHERE name = 'second'",
     "step second: who is meant: 'everyone' instead of 'sent:remind'"},
    {"UPDATE segment SET who = 'everyone' WHERE name = 'trust'", /* within 'meant' */
     "step first: segment trust changed"},
    {"UPDATE step SET at = at + 60000 WHERE name = 'first'", "step first: the time: 20"},
    {"UPDATE step SET deadline = deadline + 60000 WHERE name = 'second'",
     "step second: the deadline: 20"},
    {"UPDATE step SET at_words = NULL WHERE name = 'first'",
     "step first: the time in words: none instead of 'opens + 1 day 10:00'"},
    {"UPDATE step SET uses_email = 1 WHERE name = 'first'",
     "step first: whether mails go: yes instead of no"},
    {"UPDATE step SET sms_first = 0 WHERE name = 'first'", "step first: which channel"},
    {"UPDATE step SET plain = 'letters' WHERE name = 'first'", "step first: what may be"},
    {"UPDATE step SET asks = '1=voted' WHERE name = 'first'", "step first: what its answers"},
    {"UPDATE step SET hours_sms = 'always' WHERE name = 'first'", "step first: the hours"},
    {"UPDATE step SET mail_after = 7200000 WHERE name = 'first'",
     "step first: after how long a mail follows a text: 120 minutes instead of none"},
    {"UPDATE step SET budget = 5000000 WHERE name = 'first'", "step first: the budget: "},
    {"UPDATE step SET held_out = 10 WHERE name = 'first'", "step first: how many percent"},
    {"UPDATE step SET trial = 'other' WHERE name = 'first'",
     "step first: whose lots are drawn: 'other' instead of none"},
    {"INSERT INTO step_variant (step_id, position, name, weight) SELECT id, 1, 'plain', 1 FROM step"
     " WHERE name = 'first'",
     "step first: the share of wording plain is new"},
    {"UPDATE step_variant SET weight = 3 WHERE name = 'figures'",
     "step second: the share of wording figures changed"},
    {"UPDATE step_template SET variant = 'figures' WHERE language = 'cy'",
     "step first: the template sms.cy.figures is new"},
    {"UPDATE step_template SET template_id = (SELECT p.template_id FROM step_template p"
     " JOIN step s ON s.id = p.step_id WHERE s.name = 'second' AND p.language = 'cy')"
     " WHERE language = 'cy' AND step_id = (SELECT id FROM step WHERE name = 'first')",
     "step first: the template sms.cy changed"},
    {"DELETE FROM step_template WHERE language = 'cy'", "step first: the template sms.cy is gone"},
    {"INSERT INTO step (campaign_id, position, who, sms_first, uses_sms, uses_email, at,"
     " deadline, name) SELECT id, 3, 'everyone', 1, 1, 0, 1, 2, 'third' FROM campaign"
     " WHERE name = 'last'",
     "step third is new"},
    {"UPDATE account SET disabled_at = 1 WHERE name = 'bert'", "account bert is disabled"},
    {"UPDATE approval SET manifest = REPLACE(manifest, 'Last call', 'Last c4ll')",
     "what is kept of it has been tampered with"},
    {"UPDATE approval SET account_id = (SELECT id FROM account WHERE name = 'carys')",
     "what is kept of it has been tampered with"},
    /* What is no change of what was approved. */
    {"UPDATE campaign SET state = 'running', spent = 7, at = 8, replies_to = 'x'", NULL},
    {"UPDATE campaign SET watched_from = 9, paused_why = 'complaints'", NULL},
    {"UPDATE step SET expanded_to = 5, mailed_after = 9, spent = 4, overspent = 1", NULL},
    {"UPDATE step SET skipped = 'not wanted' WHERE name = 'second'", NULL},
    {"UPDATE step SET expanded = 1, who = 'everyone' WHERE name = 'first'", NULL},
    {"UPDATE ballot_member SET state = 'voted'", NULL}, /* whatever they answer */
    {"UPDATE ballot_member SET state = 'declined'", NULL},
    {"UPDATE outbox SET state = 'withheld', withheld = 1", NULL},
};

static void every_change_voids_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(changes); i++) {
        struct scene scene;
        open_scene(&scene);
        approve(&scene);
        crowd_run(scene.world, changes[i].sql);
        const struct approval_standing standing = look(&scene, 0);
        const bool kept = standing.state == APPROVAL_GIVEN;
        if (kept != (changes[i].why == NULL) ||
            (!kept && strstr(standing.why, changes[i].why) == NULL)) {
            fail_msg("%s: %s", changes[i].sql, kept ? "it stays" : standing.why);
        }
        close_scene(&scene);
    }
}

static void who_writes_belongs_to_it(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    approve(&scene);
    scene.hall.config.organisation.name = "Newtown Branch";
    assert_string_equal(look(&scene, 0).why, "who writes: organisation.name changed");
    scene.hall.config.organisation.name = "Anytown Branch";
    scene.hall.config.sms.sender = "+447700900998";
    assert_string_equal(look(&scene, 0).why, "who writes: sms.sender of practice changed");
    close_scene(&scene);
}

static void a_skipped_step_is_not_brought_back(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    crowd_run(scene.world, "UPDATE step SET skipped = 'not wanted' WHERE name = 'second'");
    approve(&scene);
    crowd_run(scene.world, "UPDATE step SET skipped = NULL WHERE name = 'second'");
    const struct approval_standing standing = look(&scene, 0);
    assert_int_equal(standing.state, APPROVAL_VOID);
    assert_non_null(strstr(standing.why, "step second: why it is skipped"));
    close_scene(&scene);
}

static void the_members_may_drift_a_little(void **state)
{
    (void)state;
    static const struct {
        int more; /* members than the twenty-three who were approved */
        int64_t drift;
        bool kept;
    } cases[] = {{10, 10, true}, {11, 10, false}, {11, 50, true}, {12, 50, false}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        open_scene(&scene);
        scene.hall.config.approval.drift = cases[i].drift;
        approve(&scene);
        for (int k = 0; k < cases[i].more; k++) {
            (void)crowd_add_voter(scene.world, 50 + k);
        }
        const struct approval_standing standing = look(&scene, 0);
        assert_int_equal(standing.state, cases[i].kept ? APPROVAL_GIVEN : APPROVAL_VOID);
        if (!cases[i].kept) {
            assert_non_null(strstr(standing.why, "members and not 23 any more"));
        }
        close_scene(&scene);
    }
}

static void fewer_members_void_it_too(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    approve(&scene);
    crowd_run(scene.world, "UPDATE member SET status = 'left' WHERE number LIKE 'C%'");
    const struct approval_standing standing = look(&scene, 0);
    assert_int_equal(standing.members, 3); /* which are so few that none is needed */
    assert_int_equal(standing.state, APPROVAL_FREE);
    scene.hall.config.approval.from = 1;
    assert_non_null(strstr(look(&scene, 0).why, "step first: it could mean 3 members and not 23"));
    close_scene(&scene);
}

static void only_the_step_that_begins_is_counted(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    WORLD_MUST(segments_set(scene.world->db, "meant", "segment:trust or number:M*", &err));
    approve(&scene);
    /* All of City Trust move on: the first step means three, the second still everyone. */
    crowd_run(scene.world, "UPDATE member SET employer = 'Other' WHERE employer = 'City Trust'");
    const int64_t first = crowd_number(scene.world, "SELECT id FROM step WHERE name = 'first'");
    const int64_t second = crowd_number(scene.world, "SELECT id FROM step WHERE name = 'second'");
    assert_int_equal(look(&scene, first).state, APPROVAL_VOID);
    assert_int_equal(look(&scene, second).state, APPROVAL_GIVEN);
    close_scene(&scene);
}

static void it_is_needed_from_so_many_members_on(void **state)
{
    (void)state;
    static const struct {
        const char *maker; /* "": nobody is known */
        int64_t from;
        int64_t from_administrator;
        enum approval_state state;
    } cases[] = {
        {"asha", 23, 1, APPROVAL_WANTED},  {"asha", 24, 1, APPROVAL_FREE},
        {"asha", 0, 1, APPROVAL_FREE},     {"carys", 1, 24, APPROVAL_FREE},
        {"carys", 1, 23, APPROVAL_WANTED}, {"carys", 1, 0, APPROVAL_FREE},
        {"", 23, 24, APPROVAL_WANTED},     {"", 24, 1, APPROVAL_FREE},
    };
    struct scene scene;
    open_scene(&scene);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        crowd_run(scene.world, arena_printf(scene.world->arena,
                                            "UPDATE campaign SET made_by = NULLIF('%s', '')"
                                            " WHERE name = 'last'",
                                            cases[i].maker));
        scene.hall.config.approval.from = cases[i].from;
        scene.hall.config.approval.from_administrator = cases[i].from_administrator;
        const struct approval_standing standing = look(&scene, 0);
        assert_int_equal(standing.state, cases[i].state);
        assert_int_equal(standing.members, 23); /* who is meant by both steps counts once */
        assert_int_equal(look(&scene, APPROVAL_NO_COUNTS).state, cases[i].state);
        assert_int_equal(approval_may(&standing), cases[i].state == APPROVAL_FREE);
        assert_int_equal(approval_words(&standing, scene.campaign, scene.world->arena) == NULL,
                         cases[i].state == APPROVAL_FREE);
    }
    close_scene(&scene);
}

static void a_branch_without_accounts_needs_none(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    crowd_run(scene.world, "DELETE FROM account");
    const struct approval_standing standing = look(&scene, 0);
    assert_int_equal(standing.state, APPROVAL_FREE);
    assert_true(standing.alone);
    close_scene(&scene);
}

static void only_a_second_person_may_give_it(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        const char *name;
        int64_t after;   /* days */
        const char *why; /* NULL: may */
    } cases[] = {
        {NULL, "bert", 0, NULL},
        {NULL, "carys", 0, NULL},
        {NULL, "asha", 0, "may not approve campaigns: the role is organiser"},
        {"UPDATE account SET role = 'approver' WHERE name = 'asha'", "asha", 0,
         "campaign last is for somebody else to approve, as asha made it"},
        {"UPDATE account SET disabled_at = 1 WHERE name = 'bert'", "bert", 0,
         "account bert is disabled"},
        {"UPDATE account SET role = 'auditor' WHERE name = 'bert'", "bert", 0, "may not approve"},
        {"INSERT INTO campaign_hand (campaign_id, account_id, did, at) SELECT c.id, a.id,"
         " 'raised the budget', 1 FROM campaign c, account a"
         " WHERE c.name = 'last' AND a.name = 'carys'",
         "carys", 0, "as carys raised the budget"},
        {"INSERT INTO campaign_hand (campaign_id, account_id, did, at) SELECT c.id, a.id,"
         " 'raised the budget', 1 FROM campaign c, account a"
         " WHERE c.name = 'remind' AND a.name = 'carys'",
         "carys", 0, NULL}, /* of another */
        {"UPDATE account SET password_by = 'asha' WHERE name = 'bert'", "bert", 0,
         "asha, who had a hand in campaign last, knows the password of bert"},
        {"UPDATE account SET password_by = 'carys' WHERE name = 'bert'", "bert", 0, NULL},
        {"UPDATE account SET recovered_at = 1800000000000 WHERE name = 'bert'", "bert", 2,
         "was set without a sign-in: bert approves nothing before"},
        {"UPDATE account SET recovered_at = 1800000000000 WHERE name = 'bert'", "bert", 3, NULL},
        {"UPDATE campaign SET state = 'finished' WHERE name = 'last'", "bert", 0,
         "campaign last is finished: there is nothing to approve"},
        {"UPDATE campaign SET state = 'cancelled' WHERE name = 'last'", "bert", 0, "cancelled"},
        {"UPDATE campaign SET state = 'running' WHERE name = 'last'", "bert", 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene;
        const char *text = "";
        open_scene(&scene);
        if (cases[i].sql != NULL) {
            crowd_run(scene.world, cases[i].sql);
        }
        const enum error_kind kind =
            give(&scene, cases[i].name, NOW + cases[i].after * 24 * CLOCK_HOUR, &text);
        if ((kind == ERROR_NONE) != (cases[i].why == NULL) ||
            (cases[i].why != NULL && strstr(text, cases[i].why) == NULL)) {
            fail_msg("%s, %s: %s", cases[i].name, cases[i].sql, text);
        }
        assert_int_equal(crowd_number(scene.world, "SELECT COUNT(*) FROM approval"),
                         cases[i].why == NULL ? 1 : 0);
        close_scene(&scene);
    }
}

static void what_changed_while_it_was_looked_at_is_not_approved(void **state)
{
    (void)state;
    struct scene scene;
    struct error fault;
    struct account *bert = NULL;
    open_scene(&scene);
    const char *shown = manifest(&scene);
    WORLD_MUST(accounts_find(scene.world->db, "bert", scene.world->arena, &bert, &err));
    crowd_run(scene.world, "UPDATE step SET at = at + 1 WHERE name = 'second'");
    assert_false(approval_give(scene.world->db, &scene.hall.config, scene.campaign->id, bert, shown,
                               NOW, &fault));
    assert_int_equal(fault.kind, ERROR_TEMPORARY);
    assert_int_equal(state_of(&scene), APPROVAL_WANTED);
    char before[APPROVAL_MARK_SIZE];
    char after[APPROVAL_MARK_SIZE];
    approval_mark(shown, before);
    approval_mark(manifest(&scene), after);
    assert_string_not_equal(before, after);
    close_scene(&scene);
}

static void what_was_found_void_stays_void(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    approve(&scene);
    crowd_run(scene.world, "UPDATE campaign SET budget = 60000000 WHERE name = 'last'");
    struct approval_standing standing = look(&scene, 0);
    assert_int_not_equal(standing.fresh_id, 0);
    WORLD_MUST(approval_settle(scene.world->db, &standing, NOW + 1, &err));
    crowd_run(scene.world, "UPDATE campaign SET budget = 50000000 WHERE name = 'last'");
    standing = look(&scene, 0);
    assert_int_equal(standing.state, APPROVAL_VOID);
    assert_int_equal(standing.fresh_id, 0);
    assert_string_equal(standing.by, "bert");
    assert_non_null(strstr(approval_words(&standing, scene.campaign, scene.world->arena),
                           "campaign last waits, as the approval of bert does not hold (the budget:"
                           " 60.00 GBP instead of 50.00 GBP): muster campaign approve last"));
    approve(&scene);
    close_scene(&scene);
}

/* Go on with whatever is due; gives the name of the campaign, NULL: none was. */
static const char *go_on(struct scene *scene, int64_t now, int64_t *queued, struct error *err)
{
    const struct expand_setting setting = {.config = &scene->hall.config};
    const struct campaign *campaign = NULL;
    struct expand_tally tally = {0};
    *err = (struct error){.kind = ERROR_NONE};
    if (!expand_next(scene->world->db, &setting, now, 1000, scene->world->arena, &campaign, &tally,
                     err)) {
        return NULL;
    }
    *queued = tally.sms;
    return campaign == NULL ? NULL : campaign->name;
}

static void no_step_begins_without_it(void **state)
{
    (void)state;
    struct scene scene;
    struct error fault;
    int64_t queued = 0;
    open_scene(&scene);
    crowd_run(scene.world, "UPDATE campaign SET state = 'finished' WHERE name = 'remind'");
    crowd_run(scene.world, "UPDATE campaign SET state = 'running' WHERE name = 'last'");
    assert_null(go_on(&scene, NOW, &queued, &fault)); /* it waits, and stops nobody */
    assert_int_equal(fault.kind, ERROR_NONE);
    approve(&scene);
    assert_string_equal(go_on(&scene, NOW, &queued, &fault), "last");
    assert_int_equal(queued, 23);
    /* Another budget before the second step, which nobody knows of before that is due. */
    crowd_run(scene.world, "UPDATE campaign SET budget = 60000000 WHERE name = 'last'");
    assert_null(go_on(&scene, NOW, &queued, &fault));
    assert_int_equal(fault.kind, ERROR_NONE);
    assert_null(go_on(&scene, NOW + CLOCK_HOUR, &queued, &fault));
    assert_int_equal(fault.kind, ERROR_DATA); /* it is told once */
    assert_non_null(
        strstr(fault.text, "campaign last waits, as the approval of bert does not hold"));
    assert_null(go_on(&scene, NOW + CLOCK_HOUR, &queued, &fault));
    assert_int_equal(fault.kind, ERROR_NONE);
    assert_int_equal(crowd_number(scene.world, "SELECT COUNT(*) FROM approval"
                                               " WHERE voided_at IS NOT NULL"),
                     1);
    read_campaign(&scene);
    assert_string_equal(scene.campaign->state, "running");
    /* Whoever goes past that is refused, too. */
    struct step step;
    const struct expand_setting setting = {.config = &scene.hall.config};
    struct expand_tally tally = {0};
    WORLD_MUST(campaigns_step(
        scene.world->db, crowd_number(scene.world, "SELECT id FROM step WHERE name = 'second'"),
        scene.world->arena, &step, &err));
    assert_false(expand_slice(scene.world->db, &setting, scene.campaign, &step, NOW + CLOCK_HOUR,
                              1000, &tally, &fault));
    assert_int_equal(fault.kind, ERROR_PERMISSION);
    approve(&scene);
    assert_string_equal(go_on(&scene, NOW + CLOCK_HOUR, &queued, &fault), "last");
    close_scene(&scene);
}

/* Whoever adds a column to these tables decides whether it decides what is sent: if it does, it is
 * named here, and in words in approval_difference.c; if not, among the others in store/manifests.c,
 * too. Templates are approved by their digest. */
static const char *const approved[] = {
    "campaign.name",
    "campaign.title",
    "campaign.details",
    "campaign.hours_sms",
    "campaign.hours_email",
    "campaign.hours_why",
    "campaign.budget",
    "campaign.currency",
    "campaign.purpose",
    "campaign.urgent",
    "step.who",
    "step.sms_first",
    "step.uses_sms",
    "step.uses_email",
    "step.at",
    "step.deadline",
    "step.plain",
    "step.asks",
    "step.name",
    "step.at_words",
    "step.deadline_words",
    "step.skipped",
    "step.mail_after",
    "step.held_out",
    "step.daily_until",
    "step.hours_sms",
    "step.hours_email",
    "step.hours_why",
    "step.position",
    "step_template.channel",
    "step_template.language",
    "step_template.template_id",
    "step.trial",
    "step_template.variant",
    "step_variant.name",
    "step_variant.weight",
    "step.budget",
};
static const char *const others[] = {
    "campaign.id",          "campaign.ballot_id",    "campaign.state",    "campaign.at",
    "campaign.spent",       "campaign.action_id",    "campaign.made_by",  "campaign.replies_to",
    "campaign.paused_why",  "campaign.watched_from", "step.id",           "step.campaign_id",
    "step.expanded_to",     "step.expanded",         "step.mailed_after", "step_template.step_id",
    "step_variant.step_id", "step_variant.position", "step.spent",        "step.overspent",
};

static void each_column_is_approved_or_is_not(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    struct query *query = query_compose(
        scene.world->db,
        "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
        " WHERE t.type = 'table' AND t.name IN ('campaign', 'step', 'step_template', "
        "'step_variant')");
    size_t count = 0;
    while (query_step(query)) {
        const char *column = query_column_text(query, 0, scene.world->arena);
        bool known = false;
        for (size_t i = 0; i < ARRAY_LENGTH(approved); i++) {
            known = known || text_equal(approved[i], column);
        }
        for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
            known = known || text_equal(others[i], column);
        }
        if (!known) {
            fail_msg("is an approval of %s, too? See store/manifests.c", column);
        }
        count++;
    }
    assert_int_equal(count, ARRAY_LENGTH(approved) + ARRAY_LENGTH(others));
    query_end(&query); /* before its store is closed */
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_voids_it),
        cmocka_unit_test(who_writes_belongs_to_it),
        cmocka_unit_test(a_skipped_step_is_not_brought_back),
        cmocka_unit_test(the_members_may_drift_a_little),
        cmocka_unit_test(fewer_members_void_it_too),
        cmocka_unit_test(only_the_step_that_begins_is_counted),
        cmocka_unit_test(it_is_needed_from_so_many_members_on),
        cmocka_unit_test(a_branch_without_accounts_needs_none),
        cmocka_unit_test(only_a_second_person_may_give_it),
        cmocka_unit_test(what_changed_while_it_was_looked_at_is_not_approved),
        cmocka_unit_test(what_was_found_void_stays_void),
        cmocka_unit_test(no_step_begins_without_it),
        cmocka_unit_test(each_column_is_approved_or_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
