/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list on its way in: from the form that sends it to the job that brings it in. What each column
 * means, and what was found, have files of their own. */
#include "console_import.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/conf/profile.h"
#include "muster/roster/look.h"

enum { TICK_EVERY = CLOCK_SECOND };

bool console_import_find(const struct console_call *call, struct console_list **list,
                         struct error *err)
{
    *list = console_lists_find(call->console->lists, call->request->parts[0], call->account->id);
    return *list != NULL || error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "import-gone"));
}

void console_import_put(struct console_call *call, const struct console_list *list)
{
    json_put_text(call->values, "key", list->key);
    json_put_text(call->values, "file", list->name);
    json_put_text(call->values, "digest", list->digest);
}

bool console_import_put_profiles(struct console_call *call, const char *chosen, struct error *err)
{
    const char *const *names = NULL;
    size_t count = 0;
    if (!profile_list(call->console->config->path, call->arena, &names, &count, err)) {
        return false;
    }
    struct json *profiles = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *profile = json_make_object();
        json_put_text(profile, "name", names[i]);
        json_put_flag(profile, "chosen", text_equal(names[i], chosen));
        json_append(profiles, profile);
    }
    json_put(call->values, "profiles", profiles);
    return true;
}

bool console_import_profile(const struct console_call *call, const char *name, const char **path,
                            struct error *err)
{
    const char *const *names = NULL;
    size_t count = 0;
    if (!profile_list(call->console->config->path, call->arena, &names, &count, err)) {
        return false;
    }
    *path = NULL;
    for (size_t i = 0; i < count; i++) {
        if (text_equal(names[i], name)) {
            return profile_find(call->console->config->path, name, call->arena, path, err);
        }
    }
    return true;
}

bool console_import_begin(struct console_call *call, const struct console_job_order *order,
                          struct arena **arena, int64_t *id, const char **busy, struct error *err)
{
    struct console_job_look other;
    *busy = NULL;
    if (console_jobs_running(call->console->jobs, &other)) {
        *busy = arena_printf(call->arena, "%s %s", other.who, console_word(call, "job-busy-by"));
        return true;
    }
    return console_jobs_begin(call->console->jobs, order, arena, id, err);
}

static struct console_list_work *make_work(const struct console_call *call,
                                           const struct console_list *list, const char *profile,
                                           struct arena *arena)
{
    struct console_list_work *work = arena_alloc(arena, sizeof *work);
    const char **maps = arena_array(arena, list->reading.map_count + 1, sizeof *maps);
    for (size_t i = 0; i < list->reading.map_count; i++) {
        maps[i] = arena_text(arena, list->reading.maps[i]);
    }
    work->config = call->console->config;
    work->reading = list->reading;
    work->reading.maps = maps;
    work->reading.within = arena_text(arena, list->reading.within);
    work->reading.profile = arena_text(arena, list->reading.profile);
    work->made_by = arena_text(arena, call->account->name);
    work->name = arena_text(arena, list->name);
    work->profile = arena_text(arena, profile);
    work->fd = list->fd;
    work->changes_fd = -1;
    return work;
}

/* Two files without a name, beside the store. */
static bool open_files(const struct console_call *call, int *refused, int *changes,
                       struct error *err)
{
    const char *folder = file_beside(call->console->config->store.file, ".", call->arena);
    if (!file_nameless(folder, refused, err)) {
        return false;
    }
    if (!file_nameless(folder, changes, err)) {
        (void)close(*refused);
        return false;
    }
    return true;
}

bool console_import_run(struct console_call *call, struct console_list *list,
                        enum console_list_step step, const char **busy, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *profile = NULL;
    if (!console_import_profile(call, list->reading.profile, &profile, err)) {
        return false;
    }
    struct console_list_work *work = make_work(call, list, profile, arena);
    work->dry_run = step != CONSOLE_LIST_APPLIED;
    if (!open_files(call, &work->refused_fd, &work->changes_fd, err)) {
        return false;
    }
    const int refused =
        work->refused_fd; /* the job may be at work on the rest before we are back */
    const int changes = work->changes_fd;
    const struct console_job_order order = {.account = call->account->id,
                                            .who = call->account->full_name,
                                            .what = "import-job",
                                            .run = console_list_work_import,
                                            .context = work};
    int64_t id = 0;
    const bool ok = console_import_begin(call, &order, &arena, &id, busy, err);
    if (!ok || *busy != NULL) {
        (void)close(refused);
        (void)close(changes);
        return ok;
    }
    console_list_set_job(list, step, id, refused, changes);
    return true;
}

void console_import_put_progress(struct console_call *call, const struct console_job_look *look,
                                 const char *there)
{
    json_put_flag(call->values, "running", look->state == CONSOLE_JOB_RUNNING);
    json_put_text(call->values, "there", there);
    json_put_text(call->values, "progress", arena_printf(call->arena, "%s/progress", there));
    json_put_text(call->values, "doing_words",
                  console_word(call, look->doing[0] == '\0' ? look->what : look->doing));
    if (look->total > 0) {
        json_put_text(call->values, "percent",
                      arena_printf(call->arena, "%zu", look->done * 100 / look->total));
    }
}

bool console_show_import_new(struct console_call *call, struct error *err)
{
    return console_import_put_profiles(call, console_field(call, "profile"), err) &&
           console_answer(call, "import-new.html", "members", err);
}

/* The form once more, with what was wrong. */
static bool refuse(struct console_call *call, const char *sentence, struct error *err)
{
    json_put_text(call->values, "fault", sentence);
    return console_show_import_new(call, err);
}

/* Whether it can be read at all: who picked the wrong file should hear it now. */
static bool look_first(struct console_call *call, const struct console_list *list,
                       struct error *err)
{
    const char *profile = NULL;
    struct import_options options;
    struct look look;
    return console_import_profile(call, list->reading.profile, &profile, err) &&
           console_list_work_options(call->console->config, &list->reading, list->name, profile,
                                     call->arena, &options, err) &&
           look_take(file_again(list->fd, call->arena), &options, call->arena, &look, err);
}

bool console_take_list(struct console_call *call, struct error *err)
{
    struct console_list *list = NULL;
    struct error fault = {.kind = ERROR_NONE};
    const char *profile = NULL;
    if (call->upload_fault != NULL) {
        return refuse(call, call->upload_fault, err);
    }
    if (call->file.fd < 0 || call->file.name[0] == '\0') {
        return refuse(call, console_word(call, "import-choose-first"), err);
    }
    if (!console_lists_add(call->console->lists, &call->file, call->account->id, call->now, &list,
                           &fault)) {
        return refuse(call, console_word(call, "import-too-many"), err);
    }
    if (!console_import_profile(call, console_field(call, "profile"), &profile, err)) {
        return false;
    }
    struct console_list_reading reading = list->reading;
    reading.profile = profile == NULL ? "" : console_field(call, "profile");
    console_list_read_as(list, &reading);
    if (!look_first(call, list, &fault)) {
        console_lists_drop(call->console->lists, list);
        return fault.kind == ERROR_DATA ? refuse(call, fault.text, err)
                                        : error_set(err, fault.kind, "%s", fault.text);
    }
    return console_go(call, arena_printf(call->arena, "/imports/lists/%s", list->key), NULL);
}

bool console_show_list(struct console_call *call, struct error *err)
{
    struct console_list *list = NULL;
    struct console_job_look look;
    if (!console_import_find(call, &list, err)) {
        return false;
    }
    const bool known = list->job != 0 &&
                       console_jobs_look(call->console->jobs, list->job, call->account->id, &look);
    console_import_put(call, list);
    if (known && look.state == CONSOLE_JOB_RUNNING) {
        const char *there = arena_printf(call->arena, "/imports/lists/%s", list->key);
        console_import_put_progress(call, &look, there);
        return console_answer(call, "import-progress.html", "members", err);
    }
    if (known && look.state == CONSOLE_JOB_DONE && console_query(call, "columns")[0] == '\0') {
        return console_import_show_result(call, list, look.context, NULL, err);
    }
    if (list->fd < 0) {
        return console_go(call, "/imports", NULL);
    }
    const bool failed = known && look.state == CONSOLE_JOB_FAILED;
    return console_import_show_columns(call, list, failed ? look.fault.text : NULL, err);
}

bool console_show_list_progress(struct console_call *call, struct error *err)
{
    struct console_list *list = NULL;
    struct console_job_look look = {.doing = "", .what = "import-job", .state = CONSOLE_JOB_DONE};
    if (!console_import_find(call, &list, err)) {
        return false;
    }
    if (!console_jobs_look(call->console->jobs, list->job, call->account->id, &look)) {
        look.state = CONSOLE_JOB_DONE; /* forgotten: its page knows what to show */
    }
    const char *there = arena_printf(call->arena, "/imports/lists/%s", list->key);
    console_import_put_progress(call, &look, there);
    return console_answer_part(call, "import-progress-part.html", err);
}

bool console_apply_list(struct console_call *call, struct error *err)
{
    struct console_list *list = NULL;
    struct console_job_look look;
    const char *busy = NULL;
    if (!console_import_find(call, &list, err)) {
        return false;
    }
    const char *there = arena_printf(call->arena, "/imports/lists/%s", list->key);
    if (list->step != CONSOLE_LIST_TRIED ||
        !console_jobs_look(call->console->jobs, list->job, call->account->id, &look) ||
        look.state != CONSOLE_JOB_DONE) {
        return console_go(call, there, NULL);
    }
    const struct console_list_work *work = look.context;
    struct console_list_reading reading = list->reading;
    console_import_put(call, list);
    if ((work->report.too_many_leave && console_field(call, "leavers")[0] == '\0') ||
        (work->report.too_many_renamed && console_field(call, "renamed")[0] == '\0')) {
        return console_import_show_result(call, list, work,
                                          console_word(call, "import-confirm-first"), err);
    }
    if (work->report.too_many_leave) {
        reading.leavers_most = console_list_work_leavers(&work->report);
    }
    if (work->report.too_many_renamed) {
        reading.renamed_most = console_list_work_renamed(&work->report);
    }
    console_list_read_as(list, &reading);
    if (!console_import_run(call, list, CONSOLE_LIST_APPLIED, &busy, err)) {
        return false;
    }
    return busy != NULL ? console_import_show_result(call, list, work, busy, err)
                        : console_go(call, there, NULL);
}

/* Whether its job is under way. */
static bool is_busy(const struct console *console, const struct console_list *list)
{
    struct console_job_look look;
    return console_jobs_running(console->jobs, &look) && look.id == list->job;
}

bool console_drop_list(struct console_call *call, struct error *err)
{
    struct console_list *list = NULL;
    if (!console_import_find(call, &list, err)) {
        return false;
    }
    if (is_busy(call->console, list)) {
        return console_go(call, arena_printf(call->arena, "/imports/lists/%s", list->key), NULL);
    }
    console_lists_drop(call->console->lists, list);
    return console_go(call, "/imports", "done-dropped");
}

/* One of the files that its job has written: the rows with faults, or else the changes. */
static bool send_file(struct console_call *call, bool refused, struct error *err)
{
    struct stat info;
    struct console_list *list = NULL;
    if (!console_import_find(call, &list, err)) {
        return false;
    }
    const int fd = refused ? list->refused_fd : list->changes_fd;
    if (fd < 0 || is_busy(call->console, list) || fstat(fd, &info) != 0) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "import-gone"));
    }
    const struct server_file file = {fd, (size_t)info.st_size,
                                     refused ? "refused.csv" : "changes.csv"};
    server_answer(
        call->exchange,
        &(struct server_answer){.status = 200, .type = "text/csv; charset=utf-8", .file = &file});
    return true;
}

bool console_send_refused(struct console_call *call, struct error *err)
{
    return send_file(call, true, err);
}

bool console_send_changes(struct console_call *call, struct error *err)
{
    return send_file(call, false, err);
}

void console_import_tick(struct console *console, int64_t now)
{
    struct console_job_look look;
    if (now < console->next_tick && console->next_tick - now <= TICK_EVERY) {
        return;
    }
    console->next_tick = now + TICK_EVERY;
    const bool busy = console_jobs_running(console->jobs, &look);
    for (struct console_list *list = console_lists_first(console->lists); list != NULL;
         list = list->next) {
        struct console_job_look own;
        if (list->fd >= 0 && list->step == CONSOLE_LIST_APPLIED &&
            console_jobs_look(console->jobs, list->job, list->account, &own) &&
            own.state == CONSOLE_JOB_DONE) {
            console_list_close(list);
        }
    }
    console_lists_sweep(console->lists, busy ? look.id : 0, now);
}
