/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster reply answers. */
#include <stdio.h>

#include "acting.h"
#include "cmd.h"
#include "cmd_print.h"
#include "muster/dispatch/response.h"
#include "muster/store/saved_answers.h"

const struct call_option cmd_reply_answers_options[] = {
    {"--language", "CODE", "its language, en or cy; else that of organisation.language, or all"},
    {0},
};

bool cmd_reply_answers_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"NAME", "name", false}, {"LANGUAGE", "language", false}, {"TEXT", "text", false}};
    struct saved_answer *answers = NULL;
    size_t count = 0;
    if (!saved_answers_list(call->db, call->arena, &answers, &count, err)) {
        return false;
    }
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    for (size_t i = 0; i < count; i++) {
        listing_text(listing, answers[i].name);
        listing_text(listing, answers[i].language);
        listing_text(listing, answers[i].text);
    }
    listing_print(listing, call->format, "no saved answers");
    return true;
}

/* --language, if it is the code of one. */
static bool read_language(const struct call *call, const char **language, struct error *err)
{
    *language = call_value(call, "--language");
    return *language == NULL || saved_answers_check_language(*language, err);
}

bool cmd_reply_answers_set(struct call *call, struct error *err)
{
    struct saved_answer answer = {.name = call->arguments[0], .text = call->arguments[1]};
    int64_t parts = 0;
    if (!saved_answers_check_name(answer.name, err) ||
        !read_language(call, &answer.language, err) || !response_check(answer.text, &parts, err) ||
        !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (answer.language == NULL) {
        answer.language = call->config.organisation.language;
    }
    if (!saved_answers_set(call->db, &answer, err) ||
        !acting_note(call, NULL, "answer.save", answer.name, answer.language, err) ||
        !db_commit(transaction, err)) {
        return false;
    }
    (void)printf("%s (%s): %lld part%s\n", answer.name, answer.language, (long long)parts,
                 cmd_s(parts));
    return true;
}

bool cmd_reply_answers_remove(struct call *call, struct error *err)
{
    const char *name = call->arguments[0];
    const char *language = NULL;
    int64_t count = 0;
    if (!read_language(call, &language, err) || !db_begin(call->db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = call->db;
    if (!saved_answers_remove(call->db, name, language, &count, err) ||
        (count > 0 && !acting_note(call, NULL, "answer.remove", name, language, err)) ||
        !db_commit(transaction, err)) {
        return false;
    }
    if (count == 0) {
        return error_set(err, ERROR_DATA, "there is no saved answer '%s'%s%s", name,
                         language == NULL ? "" : " in ", language == NULL ? "" : language);
    }
    (void)printf("%s is gone%s\n", name, count > 1 ? ", in all its languages" : "");
    return true;
}
