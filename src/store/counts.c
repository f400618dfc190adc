/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions and counts; see counts.h. */
#include "muster/store/counts.h"

#include "query.h"
#include "vector.h"

bool counts_ask(struct db *db, int64_t ballot_id, const struct count_question *questions,
                size_t count, struct error *err)
{
    static const char ASK[] = "INSERT INTO ballot_question (ballot_id, position, name, text)"
                              " VALUES (:ballot, :position, :name, :text)";
    CLEANUP(query_end) struct query *query = query_begin(db, ASK);
    for (size_t i = 0; i < count; i++) {
        query_number(query, ":ballot", ballot_id);
        query_number(query, ":position", (int64_t)i + 1);
        query_text(query, ":name", questions[i].name);
        query_text(query, ":text", questions[i].text);
        if (!query_run(query, err)) {
            return false;
        }
        query_again(query);
    }
    return true;
}

bool counts_questions(struct db *db, int64_t ballot_id, struct arena *arena,
                      struct count_question **questions, size_t *count, struct error *err)
{
    static const char QUESTIONS[] =
        "SELECT name, text FROM ballot_question WHERE ballot_id = :ballot ORDER BY position";
    CLEANUP(query_end) struct query *query = query_begin(db, QUESTIONS);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct count_question *row = vector_push(&list, arena, sizeof *row);
        row->name = query_column_text(query, 0, arena);
        row->text = query_column_text(query, 1, arena);
    }
    *questions = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool counts_units(struct db *db, int64_t ballot_id, struct arena *arena, struct count_unit **units,
                  size_t *count, struct error *err)
{
    static const char UNITS[] = "SELECT u.id, u.name, COALESCE(u.notified,"
                                " (SELECT k.entitled FROM ballot_kept k WHERE k.unit_id = u.id),"
                                " (SELECT COUNT(*) FROM ballot_seat t WHERE t.unit_id = u.id))"
                                " FROM ballot_unit u WHERE u.ballot_id = :ballot ORDER BY u.name";
    CLEANUP(query_end) struct query *query = query_begin(db, UNITS);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct count_unit *row = vector_push(&list, arena, sizeof *row);
        row->id = query_column(query, 0);
        row->name = query_column_text(query, 1, arena);
        row->entitled = query_column(query, 2);
    }
    *units = list.items;
    *count = list.count;
    return query_ok(query, err);
}

static bool put_answers(struct db *db, const struct count_unit *unit, size_t questions,
                        struct error *err)
{
    static const char PUT[] =
        "INSERT INTO unit_answer (unit_id, position, yes_votes, no_votes, spoiled)"
        " VALUES (:unit, :position, :yes, :no, :spoiled)"
        " ON CONFLICT (unit_id, position) DO UPDATE SET yes_votes = excluded.yes_votes,"
        " no_votes = excluded.no_votes, spoiled = excluded.spoiled";
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    for (size_t i = 0; i < questions; i++) {
        query_number(query, ":unit", unit->id);
        query_number(query, ":position", (int64_t)i + 1);
        query_number(query, ":yes", unit->answers[i].yes);
        query_number(query, ":no", unit->answers[i].no);
        query_number(query, ":spoiled", unit->answers[i].spoiled);
        if (!query_run(query, err)) {
            return false;
        }
        query_again(query);
    }
    return true;
}

bool counts_put(struct db *db, const struct count_unit *unit, size_t questions, int64_t at,
                struct error *err)
{
    static const char PUT[] =
        "INSERT INTO unit_count (unit_id, entitled, votes, spoiled, at)"
        " VALUES (:unit, :entitled, :votes, :spoiled, :at) ON CONFLICT (unit_id) DO UPDATE SET"
        " entitled = excluded.entitled, votes = excluded.votes, spoiled = excluded.spoiled,"
        " at = excluded.at";
    CLEANUP(query_end) struct query *query = query_begin(db, PUT);
    query_number(query, ":unit", unit->id);
    query_number(query, ":entitled", unit->entitled);
    query_number(query, ":votes", unit->votes);
    query_number(query, ":spoiled", unit->spoiled);
    query_number(query, ":at", at);
    return query_run(query, err) && put_answers(db, unit, questions, err);
}

static bool read_answers(struct db *db, size_t questions, struct arena *arena,
                         struct count_unit *unit, struct error *err)
{
    static const char ANSWERS[] =
        "SELECT yes_votes, no_votes, spoiled FROM unit_answer WHERE unit_id = :unit"
        " ORDER BY position";
    CLEANUP(query_end) struct query *query = query_begin(db, ANSWERS);
    query_number(query, ":unit", unit->id);
    unit->answers = arena_array(arena, questions + 1, sizeof *unit->answers);
    for (size_t i = 0; i < questions && query_step(query); i++) {
        unit->answers[i] = (struct count_answer){.yes = query_column(query, 0),
                                                 .no = query_column(query, 1),
                                                 .spoiled = query_column(query, 2)};
    }
    return query_ok(query, err);
}

bool counts_list(struct db *db, int64_t ballot_id, size_t questions, struct arena *arena,
                 struct count_unit **units, size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT u.id, u.name, c.entitled, c.votes, c.spoiled, c.at FROM unit_count c"
        " JOIN ballot_unit u ON u.id = c.unit_id WHERE u.ballot_id = :ballot ORDER BY u.name";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    query_number(query, ":ballot", ballot_id);
    struct vector list = {0};
    while (query_step(query)) {
        struct count_unit *row = vector_push(&list, arena, sizeof *row);
        row->id = query_column(query, 0);
        row->name = query_column_text(query, 1, arena);
        row->entitled = query_column(query, 2);
        row->votes = query_column(query, 3);
        row->spoiled = query_column(query, 4);
        row->at = query_column(query, 5);
        if (!read_answers(db, questions, arena, row, err)) {
            return false;
        }
    }
    *units = list.items;
    *count = list.count;
    return query_ok(query, err);
}
