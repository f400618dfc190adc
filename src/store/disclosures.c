/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of questions, each a section; see disclosures.h. The names of their columns are those of
 * the export. "id" is how the questions below a row find it, and is not told. */
#include "muster/store/disclosures.h"

#include <string.h>

#include "db_private.h"
#include "muster/base/text.h"
#include "query.h"

struct question {
    const char *name;
    const char *sql;              /* of :member, or below a row of :id */
    const struct question *below; /* ended by an empty one; NULL: none */
};

/* Keys of addresses that are the member's, or were when something was sent there. */
#define KEYS                                                                                       \
    "(SELECT address_key FROM contact WHERE member_id = :member UNION"                             \
    " SELECT address_key FROM outbox WHERE member_id = :member)"

/* Of a row of nobody in particular: from an address that nobody else has. */
#define NOBODY_ELSES(table)                                                                        \
    " NOT EXISTS (SELECT 1 FROM contact c WHERE c.address_key = " table                            \
    ".address_key AND c.member_id <> :member)"

/* Each fact with where it came from: the hand that wrote it last, else the latest list that changed
 * it and was not undone, else the list that brought the member. */
static const char FACTS[] =
    "WITH told (place, fact, value) AS ("
    " SELECT 1, 'number', number FROM member WHERE id = :member"
    " UNION ALL SELECT 2, 'first_name', first_name FROM member WHERE id = :member"
    " UNION ALL SELECT 3, 'last_name', last_name FROM member WHERE id = :member"
    " UNION ALL SELECT CASE channel WHEN 'sms' THEN 4 ELSE 5 END,"
    "  CASE channel WHEN 'sms' THEN 'mobile' ELSE 'email' END, address FROM contact"
    "  WHERE member_id = :member"
    " UNION ALL SELECT 6, 'employer', employer FROM member WHERE id = :member"
    " UNION ALL SELECT 7, 'workplace', workplace FROM member WHERE id = :member"
    " UNION ALL SELECT 8, 'branch', branch FROM member WHERE id = :member"
    " UNION ALL SELECT 9, 'job', job FROM member WHERE id = :member"
    " UNION ALL SELECT 10, 'band', band FROM member WHERE id = :member"
    " UNION ALL SELECT 11, 'language', language FROM member WHERE id = :member"
    " UNION ALL SELECT 12, 'status', status FROM member WHERE id = :member"
    " UNION ALL SELECT 13, 'joined', joined FROM member WHERE id = :member"
    " UNION ALL SELECT 14, 'tags', NULLIF(tags, '') FROM member WHERE id = :member"
    " UNION ALL SELECT 15, 'silent', CASE silent WHEN 1 THEN 'sms' WHEN 2 THEN 'email'"
    "  WHEN 3 THEN 'sms, email' END FROM member WHERE id = :member"
    " UNION ALL SELECT 16, 'absent_from', i.file FROM member m JOIN import i ON i.id = m.absent_in"
    "  WHERE m.id = :member"
    " UNION ALL SELECT 17, 'custom.' || j.key, j.value FROM member m, json_each(m.custom) j"
    "  WHERE m.id = :member AND m.custom IS NOT NULL),"
    " origin (place, fact, value, edit, list) AS (SELECT place, fact, value,"
    "  (SELECT MAX(e.id) FROM member_edit e WHERE e.member_id = :member AND e.fact = told.fact),"
    "  COALESCE((SELECT MAX(c.import_id) FROM import_change c"
    "    JOIN import i ON i.id = c.import_id AND i.undone_at IS NULL WHERE c.member_id = :member"
    "    AND EXISTS (SELECT 1 FROM json_each(c.before) b WHERE b.key = told.fact"
    "                OR (b.key = 'custom' AND told.fact LIKE 'custom.%'))),"
    "   (SELECT import_id FROM member WHERE id = :member)) FROM told WHERE value IS NOT NULL)"
    " SELECT o.fact, (SELECT heading FROM custom_field WHERE 'custom.' || name = o.fact) AS"
    " heading, o.value, CASE WHEN e.id IS NOT NULL AND e.import_id >= COALESCE(o.list, 0)"
    " THEN 'person' WHEN i.id IS NOT NULL THEN 'import' WHEN e.id IS NOT NULL THEN 'person' END AS"
    " source, CASE WHEN e.id IS NOT NULL AND e.import_id >= COALESCE(o.list, 0) THEN NULL"
    " ELSE i.file END AS file, CASE WHEN e.id IS NOT NULL AND e.import_id >= COALESCE(o.list, 0)"
    " THEN e.at ELSE COALESCE(i.at, e.at) END AS at FROM origin o"
    " LEFT JOIN member_edit e ON e.id = o.edit LEFT JOIN import i ON i.id = o.list"
    " ORDER BY o.place, o.fact";

static const char CONTACTS[] =
    "SELECT channel, address, CASE work WHEN 1 THEN 'yes' ELSE 'no' END AS employers"
    " FROM contact WHERE member_id = :member ORDER BY channel DESC";

static const char SUPPRESSIONS[] =
    "SELECT s.channel, (SELECT address FROM contact c WHERE c.member_id = :member"
    " AND c.address_key = s.address_key) AS address, s.kind, s.source, s.reason, s.at, s.ends_at,"
    " s.lifted_at, s.lifted_why FROM suppression s WHERE s.address_key IN " KEYS " ORDER BY s.id";

static const char IMPORTS[] =
    "SELECT i.file, i.at, CASE WHEN i.id = (SELECT import_id FROM member WHERE id = :member)"
    " THEN 'brought' ELSE 'changed' END AS did, i.made_by AS account, i.undone_at FROM import i"
    " WHERE i.id IN (SELECT import_id FROM member WHERE id = :member UNION"
    " SELECT import_id FROM import_change WHERE member_id = :member) ORDER BY i.id";

static const char IMPORT_CHANGES[] =
    "SELECT i.at, i.file, b.key AS fact, b.value AS before FROM import_change c"
    " JOIN import i ON i.id = c.import_id, json_each(c.before) b WHERE c.member_id = :member"
    " ORDER BY i.id, b.key";

static const char EDITS[] = "SELECT at, fact, before, after FROM member_edit"
                            " WHERE member_id = :member ORDER BY id";

static const char BALLOTS[] =
    "SELECT x.ballot_id AS id, b.name AS ballot, b.title, x.state, x.source, x.at, x.plan"
    " FROM ballot_member x JOIN ballot b ON b.id = x.ballot_id WHERE x.member_id = :member"
    " ORDER BY b.opens, b.id";

static const struct question OF_BALLOT[] = {
    {"seats",
     "SELECT u.name AS unit, t.workplace, t.line FROM ballot_seat t"
     " JOIN ballot_unit u ON u.id = t.unit_id WHERE t.ballot_id = :id AND t.member_id = :member"
     " ORDER BY u.name",
     NULL},
    {"events",
     "SELECT at, told, becomes, source, account FROM ballot_event WHERE ballot_id = :id"
     " AND member_id = :member ORDER BY id",
     NULL},
    {"papers",
     "SELECT asked_at, source, passed_on_at, passed_on_to, sent_at, closed_at, closed_as"
     " FROM replacement WHERE ballot_id = :id AND member_id = :member ORDER BY id",
     NULL},
    {NULL, NULL, NULL}};

static const char ACTIONS[] =
    "SELECT a.name AS action, a.title, e.state, e.guests, e.source, e.at FROM attendee_event e"
    " JOIN action a ON a.id = e.action_id WHERE e.member_id = :member ORDER BY e.id";

static const char TRIALS[] =
    "SELECT k.name AS campaign, NULLIF(s.name, '') AS step, t.arm, t.at FROM trial_member t"
    " JOIN step s ON s.id = t.step_id JOIN campaign k ON k.id = s.campaign_id"
    " WHERE t.member_id = :member ORDER BY t.at, s.id";

static const char MESSAGES[] =
    "SELECT o.id, o.reference, k.name AS campaign, k.title, k.purpose, NULLIF(s.name, '') AS step,"
    " o.channel, o.address, t.name AS template, t.language, o.state, o.reason, o.made_at, o.due_at,"
    " o.released_at, o.changed_at, o.gateway, o.remote_id, o.parts, o.merge FROM outbox o"
    " JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"
    " JOIN template t ON t.id = o.template_id WHERE o.member_id = :member ORDER BY o.id";

static const struct question OF_MESSAGE[] = {
    {"events",
     "SELECT at, was, becomes, reason FROM outbox_event WHERE outbox_id = :id ORDER BY id", NULL},
    {"attempts",
     "SELECT number, released_at, at, verdict, answer, gateway, remote_id FROM attempt"
     " WHERE outbox_id = :id ORDER BY number",
     NULL},
    {"receipts",
     "SELECT at, gateway, remote_id, status, means, error, cause FROM receipt"
     " WHERE outbox_id = :id ORDER BY id",
     NULL},
    {"lookups", "SELECT at, times, answer FROM lookup WHERE outbox_id = :id", NULL},
    {"bounces",
     "SELECT at, class, status, diagnostic, times FROM bounce WHERE outbox_id = :id ORDER BY id",
     NULL},
    {NULL, NULL, NULL}};

static const char REPLIES[] =
    "SELECT r.id, r.at, r.channel, r.address, r.gateway, r.remote_id, r.text, r.meaning,"
    " o.reference AS answers_to, r.assigned, r.assigned_at, r.done_at FROM reply r"
    " LEFT JOIN outbox o ON o.id = r.outbox_id WHERE r.member_id = :member"
    " OR (r.member_id IS NULL AND r.address_key IN " KEYS " AND" NOBODY_ELSES("r") ")"
                                                                                   " ORDER BY r.id";

static const struct question OF_REPLY[] = {
    {"parts", "SELECT number, total, text FROM reply_part WHERE reply_id = :id ORDER BY number",
     NULL},
    {"answers",
     "SELECT kind, reference, address, text, state, reason, made_at, released_at, changed_at,"
     " gateway, remote_id FROM answer WHERE reply_id = :id ORDER BY id",
     NULL},
    {NULL, NULL, NULL}};

static const char BOUNCES[] =
    "SELECT b.at, b.class, b.status, b.diagnostic, b.times FROM bounce b WHERE b.outbox_id IS NULL"
    " AND b.address_key IN " KEYS " AND" NOBODY_ELSES("b") " ORDER BY b.id";

static const char SPECIMENS[] =
    "SELECT p.at, p.campaign, NULLIF(p.step, '') AS step, p.channel, p.language, p.outcome"
    " FROM specimen p WHERE p.member_id = :member ORDER BY p.id";

static const char RECORD[] =
    "SELECT r.id AS entry, r.at, r.account, r.deed, r.subject, r.detail FROM record r"
    " WHERE r.subject = 'member ' || :member ORDER BY r.id";

static const struct question QUESTIONS[] = {
    {"facts", FACTS, NULL},
    {"contacts", CONTACTS, NULL},
    {"suppressions", SUPPRESSIONS, NULL},
    {"imports", IMPORTS, NULL},
    {"import_changes", IMPORT_CHANGES, NULL},
    {"edits", EDITS, NULL},
    {"ballots", BALLOTS, OF_BALLOT},
    {"actions", ACTIONS, NULL},
    {"trials", TRIALS, NULL},
    {"messages", MESSAGES, OF_MESSAGE},
    {"replies", REPLIES, OF_REPLY},
    {"bounces", BOUNCES, NULL},
    {"test_messages", SPECIMENS, NULL},
    {"record", RECORD, NULL},
};

const char *disclosures_section(size_t index)
{
    return index < ARRAY_LENGTH(QUESTIONS) ? QUESTIONS[index].name : NULL;
}

static bool is_instant(const char *name)
{
    const size_t length = strlen(name);
    return strcmp(name, "at") == 0 || (length > 3 && strcmp(name + length - 3, "_at") == 0);
}

/* A row as an object; gives its id, 0 for none. */
static int64_t put_columns(struct query *query, disclosures_instant_fn *instant,
                           struct arena *arena, struct json *row)
{
    int64_t id = 0;
    for (int i = 0; i < query_column_count(query); i++) {
        const char *name = query_column_name(query, i);
        const bool number = query_column_is_number(query, i);
        if (strcmp(name, "id") == 0) {
            id = query_column(query, i);
        } else if (number && is_instant(name)) {
            json_put_text(row, name, instant(query_column(query, i), arena));
        } else if (number) {
            json_put_number(row, name, query_column(query, i));
        } else if (query_column_view(query, i) != NULL) {
            json_put_text(row, name, query_column_view(query, i));
        }
    }
    return id;
}

/* What a walk over the questions carries along. */
struct walk {
    struct db *db;
    int64_t member_id;
    disclosures_instant_fn *instant;
    const struct disclosures_taker *taker;
};

static bool put_below(const struct walk *walk, const struct question *below, int64_t id,
                      struct arena *arena, struct json *row, struct error *err)
{
    for (; below != NULL && below->name != NULL; below++) {
        struct json *list = json_make_array();
        json_put(row, below->name, list);
        CLEANUP(query_end) struct query *query = query_begin(walk->db, below->sql);
        query_number(query, ":id", id);
        if (strstr(below->sql, ":member") != NULL) {
            query_number(query, ":member", walk->member_id);
        }
        while (query_step(query)) {
            struct json *one = json_make_object();
            json_append(list, one);
            (void)put_columns(query, walk->instant, arena, one);
        }
        if (!query_ok(query, err)) {
            return false;
        }
    }
    return true;
}

static bool tell(const struct walk *walk, const struct question *question, struct error *err)
{
    CLEANUP(query_end) struct query *query = query_begin(walk->db, question->sql);
    query_number(query, ":member", walk->member_id);
    bool ok = walk->taker->section(walk->taker->context, question->name, err);
    while (ok && query_step(query)) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        CLEANUP(json_free) struct json *row = json_make_object();
        const int64_t id = put_columns(query, walk->instant, arena, row);
        ok = put_below(walk, question->below, id, arena, row, err) &&
             walk->taker->row(walk->taker->context, question->name, row, arena, err);
    }
    return ok && query_ok(query, err);
}

bool disclosures_read(struct db *db, int64_t member_id, disclosures_instant_fn *instant,
                      const struct disclosures_taker *taker, struct error *err)
{
    const struct walk walk = {.db = db, .member_id = member_id, .instant = instant, .taker = taker};
    /* A transaction that only reads waits for no import. */
    if (!db_execute(db, "BEGIN", "reading a member", err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    for (size_t i = 0; i < ARRAY_LENGTH(QUESTIONS); i++) {
        if (!tell(&walk, &QUESTIONS[i], err)) {
            return false;
        }
    }
    return transaction != NULL;
}
