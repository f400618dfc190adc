/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saved answers: what organisers text again and again. */
#include "console_call.h"
#include "console_inbox.h"
#include "muster/base/text.h"
#include "muster/dispatch/response.h"
#include "muster/store/saved_answers.h"

/* The page, with a form that holds `form`; its name is that of the answer to be changed, or "". */
static bool show(struct console_call *call, const struct saved_answer *form, struct error *err)
{
    struct saved_answer *answers = NULL;
    size_t count = 0;
    if (!saved_answers_list(call->console->db, call->arena, &answers, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        int64_t parts = 0;
        struct error fault = {.kind = ERROR_NONE};
        struct json *one = json_make_object();
        json_put_text(one, "name", answers[i].name);
        json_put_text(one, "language", answers[i].language);
        json_put_text(one, "text", answers[i].text);
        if (response_check(answers[i].text, &parts, &fault)) {
            json_put_number(one, "parts", parts);
        }
        json_append(list, one);
    }
    json_put(call->values, "answers", list);
    json_put_flag(call->values, "writer", console_may(call, CONSOLE_WRITERS));
    json_put_text(call->values, "name", form->name);
    json_put_text(call->values, "text", form->text);
    json_put_flag(call->values, "welsh", text_equal(form->language, "cy"));
    return console_answer(call, "answers.html", "replies", err);
}

bool console_show_answers(struct console_call *call, struct error *err)
{
    struct saved_answer form = {.name = console_query(call, "change"),
                                .language = console_query(call, "language"),
                                .text = ""};
    if (form.name[0] != '\0' && !saved_answers_find(call->console->db, form.name, form.language,
                                                    call->console->config->organisation.language,
                                                    call->arena, &form.text, err)) {
        return false;
    }
    return show(call, &form, err);
}

bool console_set_answer(struct console_call *call, struct error *err)
{
    const struct saved_answer answer = {.name = console_field(call, "name"),
                                        .language = console_field(call, "language"),
                                        .text = console_lines(call, "text")};
    struct error fault = {.kind = ERROR_NONE};
    int64_t parts = 0;
    struct db *db = call->console->db;
    if (!saved_answers_check_name(answer.name, &fault) ||
        !saved_answers_check_language(answer.language, &fault) ||
        !response_check(answer.text, &parts, &fault)) {
        json_put_text(call->values, "answer_fault", fault.text);
        return show(call, &answer, err);
    }
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return saved_answers_set(db, &answer, err) &&
           console_note(call, "answer.save", answer.name, answer.language, err) &&
           db_commit(transaction, err) && console_go(call, "/answers", "done-saved");
}

bool console_remove_answer(struct console_call *call, struct error *err)
{
    struct db *db = call->console->db;
    int64_t count = 0;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!saved_answers_remove(db, console_field(call, "name"), console_field(call, "language"),
                              &count, err)) {
        return false;
    }
    if (count == 0) {
        return error_set(err, ERROR_NO_INPUT, "there is no such saved answer");
    }
    return console_note(call, "answer.remove", console_field(call, "name"),
                        console_field(call, "language"), err) &&
           db_commit(transaction, err) && console_go(call, "/answers", "done-removed");
}
