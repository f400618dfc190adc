/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lists that were brought in, and taking one back. */
#include "console_import.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"

enum { SHOWN_MOST = 500, KEPT_SHOWN = 50 };

static void put_import(struct console_call *call, struct json *values, const struct import *import)
{
    json_put_number(values, "id", import->id);
    json_put_text(values, "file", text_printable(import->file, call->arena));
    json_put_text(values, "at", clock_iso(import->at, call->arena));
    json_put_text(values, "made_by", import->made_by);
    json_put_flag(values, "whole", import->whole);
    json_put_number(values, "rows", import->rows);
    json_put_number(values, "joined", import->joined);
    json_put_number(values, "changed", import->changed);
    json_put_number(values, "unchanged", import->unchanged);
    json_put_number(values, "refused", import->refused);
    json_put_number(values, "departed", import->departed);
    if (import->undone_at != 0) {
        json_put_text(values, "undone", clock_iso(import->undone_at, call->arena));
    }
}

/* Lists of the account that wait to be brought in. */
static void put_waiting(struct console_call *call)
{
    struct json *waiting = json_make_array();
    for (struct console_list *list = console_lists_first(call->console->lists); list != NULL;
         list = list->next) {
        if (list->account != call->account->id || list->fd < 0) {
            continue;
        }
        struct json *values = json_make_object();
        json_put_text(values, "key", list->key);
        json_put_text(values, "file", list->name);
        json_put_text(values, "at", clock_iso(list->at, call->arena));
        json_append(waiting, values);
    }
    json_put(call->values, "waiting", waiting);
}

bool console_show_imports(struct console_call *call, struct error *err)
{
    struct import *imports = NULL;
    size_t count = 0;
    if (!imports_list(call->console->db, SHOWN_MOST, call->arena, &imports, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        put_import(call, values, &imports[i]);
        json_append(list, values);
    }
    json_put(call->values, "imports", list);
    json_put_flag(call->values, "may_import", console_may(call, CONSOLE_WRITERS));
    struct console_job_look look;
    if (console_jobs_running(call->console->jobs, &look)) {
        struct json *running = json_make_object();
        json_put_text(running, "who", look.who);
        json_put(call->values, "running", running);
    }
    put_waiting(call);
    return console_answer(call, "imports.html", "members", err);
}

/* The import that the path names. */
static bool find_import(const struct console_call *call, struct import **import, struct error *err)
{
    int64_t id = 0;
    *import = NULL;
    if (text_number(call->request->parts[0], 1, INT64_MAX, &id) &&
        !imports_get(call->console->db, id, call->arena, import, err)) {
        return false;
    }
    return *import != NULL ||
           error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "import-no-such"));
}

/* The latest that is in force; 0: none is. Only that one can be undone. */
static bool find_latest(const struct console_call *call, int64_t *id, struct error *err)
{
    struct import *imports = NULL;
    size_t count = 0;
    if (!imports_list(call->console->db, SHOWN_MOST, call->arena, &imports, &count, err)) {
        return false;
    }
    *id = 0;
    for (size_t i = count; i-- > 0;) {
        *id = imports[i].undone_at == 0 ? imports[i].id : *id;
    }
    return true;
}

static void put_undoing(struct console_call *call, const struct imports_undoing *undoing)
{
    struct json *values = json_make_object();
    struct json *list = json_make_array();
    for (size_t i = 0; i < undoing->kept_count && i < KEPT_SHOWN; i++) {
        struct json *kept = json_make_object();
        json_put_text(kept, "number", text_printable(undoing->kept[i].number, call->arena));
        json_put_text(kept, "fact", undoing->kept[i].fact);
        json_put_text(kept, "why", undoing->kept[i].why);
        json_append(list, kept);
    }
    json_put_number(values, "removed", undoing->removed);
    json_put_number(values, "restored", undoing->restored);
    json_put_number(values, "opt_outs", undoing->opt_outs);
    json_put_number(values, "kept_count", (int64_t)undoing->kept_count);
    json_put(values, "kept", list);
    json_put(call->values, "undoing", values);
}

static bool show(struct console_call *call, const struct import *import, const char *fault,
                 struct error *err)
{
    int64_t latest = 0;
    char digest[TOKEN_HEX_SIZE];
    if (!find_latest(call, &latest, err)) {
        return false;
    }
    token_hex(import->digest, sizeof import->digest, digest);
    put_import(call, call->values, import);
    json_put_text(call->values, "digest", digest);
    const bool writer = console_may(call, CONSOLE_WRITERS);
    json_put_flag(call->values, "may_undo", writer && latest == import->id);
    if (writer && import->undone_at == 0 && latest > import->id) {
        json_put_number(call->values, "later", latest);
    }
    if (fault != NULL) {
        json_put_text(call->values, "fault", fault);
    }
    return console_answer(call, "import.html", "members", err);
}

bool console_show_import(struct console_call *call, struct error *err)
{
    struct import *import = NULL;
    struct console_job_look look;
    if (!find_import(call, &import, err)) {
        return false;
    }
    if (call->console->undone_import != import->id ||
        !console_jobs_look(call->console->jobs, call->console->undo_job, call->account->id,
                           &look)) {
        return show(call, import, NULL, err);
    }
    if (look.state == CONSOLE_JOB_RUNNING) {
        const char *there = arena_printf(call->arena, "/imports/%lld", (long long)import->id);
        json_put_text(call->values, "file", text_printable(import->file, call->arena));
        console_import_put_progress(call, &look, there);
        return console_answer(call, "import-progress.html", "members", err);
    }
    if (look.state == CONSOLE_JOB_DONE) {
        const struct console_undo_work *work = look.context;
        put_undoing(call, &work->undoing);
    }
    return show(call, import, look.state == CONSOLE_JOB_FAILED ? look.fault.text : NULL, err);
}

bool console_show_undo_progress(struct console_call *call, struct error *err)
{
    struct import *import = NULL;
    struct console_job_look look = {.doing = "", .what = "import-job", .state = CONSOLE_JOB_DONE};
    if (!find_import(call, &import, err)) {
        return false;
    }
    if (!console_jobs_look(call->console->jobs, call->console->undo_job, call->account->id,
                           &look)) {
        look.state = CONSOLE_JOB_DONE;
    }
    console_import_put_progress(call, &look,
                                arena_printf(call->arena, "/imports/%lld", (long long)import->id));
    return console_answer_part(call, "import-progress-part.html", err);
}

bool console_undo_import(struct console_call *call, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct import *import = NULL;
    const char *busy = NULL;
    int64_t id = 0;
    int64_t latest = 0;
    if (!find_import(call, &import, err) || !find_latest(call, &latest, err)) {
        return false;
    }
    if (latest != import->id) { /* its page says why */
        return console_go(call, arena_printf(call->arena, "/imports/%lld", (long long)import->id),
                          NULL);
    }
    struct console_undo_work *work = arena_alloc(arena, sizeof *work);
    work->import_id = import->id;
    work->made_by = arena_text(arena, call->account->name);
    const struct console_job_order order = {.account = call->account->id,
                                            .who = call->account->full_name,
                                            .what = "import-job",
                                            .run = console_list_work_undo,
                                            .context = work};
    if (!console_import_begin(call, &order, &arena, &id, &busy, err)) {
        return false;
    }
    if (busy != NULL) {
        return show(call, import, busy, err);
    }
    call->console->undone_import = import->id;
    call->console->undo_job = id;
    return console_go(call, arena_printf(call->arena, "/imports/%lld", (long long)import->id),
                      NULL);
}
