/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved answers; see saved_answers.h. */
#include "muster/store/saved_answers.h"

#include <string.h>

#include "query.h"
#include "vector.h"

bool saved_answers_check_name(const char *name, struct error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    return (name[0] != '\0' && name[strspn(name, letters)] == '\0') ||
           error_set(err, ERROR_USAGE,
                     "'%.40s' is no name of an answer: small letters, digits and hyphens", name);
}

bool saved_answers_check_language(const char *language, struct error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    return (strlen(language) == 2 && strspn(language, letters) == 2) ||
           error_set(err, ERROR_USAGE, "'%.40s' is no code of a language, such as en or cy",
                     language);
}

bool saved_answers_set(struct db *db, const struct saved_answer *answer, struct error *err)
{
    static const char SET[] =
        "INSERT INTO saved_answer (name, language, text) VALUES (:name, :language, :text)"
        " ON CONFLICT (name, language) DO UPDATE SET text = excluded.text";
    CLEANUP(query_end) struct query *query = query_begin(db, SET);
    query_text(query, ":name", answer->name);
    query_text(query, ":language", answer->language);
    query_text(query, ":text", answer->text);
    return query_run(query, err);
}

bool saved_answers_remove(struct db *db, const char *name, const char *language, int64_t *count,
                          struct error *err)
{
    static const char REMOVE[] = "DELETE FROM saved_answer WHERE name = :name"
                                 " AND language = COALESCE(:language, language)";
    CLEANUP(query_end) struct query *query = query_begin(db, REMOVE);
    query_text(query, ":name", name);
    query_text(query, ":language", language);
    if (!query_run(query, err)) {
        return false;
    }
    *count = query_changes(query);
    return true;
}

bool saved_answers_list(struct db *db, struct arena *arena, struct saved_answer **answers,
                        size_t *count, struct error *err)
{
    static const char LIST[] =
        "SELECT name, language, text FROM saved_answer ORDER BY name, language";
    CLEANUP(query_end) struct query *query = query_begin(db, LIST);
    struct vector list = {0};
    while (query_step(query)) {
        struct saved_answer *row = vector_push(&list, arena, sizeof *row);
        row->name = query_column_text(query, 0, arena);
        row->language = query_column_text(query, 1, arena);
        row->text = query_column_text(query, 2, arena);
    }
    *answers = list.items;
    *count = list.count;
    return query_ok(query, err);
}

bool saved_answers_find(struct db *db, const char *name, const char *language, const char *second,
                        struct arena *arena, const char **text, struct error *err)
{
    static const char FIND[] =
        "SELECT text FROM saved_answer WHERE name = :name ORDER BY"
        " CASE language WHEN :language THEN 0 WHEN :second THEN 1 ELSE 2 END, language LIMIT 1";
    CLEANUP(query_end) struct query *query = query_begin(db, FIND);
    query_text(query, ":name", name);
    query_text(query, ":language", language);
    query_text(query, ":second", second);
    *text = query_step(query) ? query_column_text(query, 0, arena) : NULL;
    return query_ok(query, err);
}
