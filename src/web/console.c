/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The console listener; see console.h. */
#include "muster/web/console.h"

#include <string.h>
#include <unistd.h>

#include "console_call.h"
#include "console_counts.h"
#include "console_job.h"
#include "console_lists.h"
#include "console_mails.h"
#include "console_metrics.h"
#include "console_watches.h"
#include "exposition.h"
#include "listener.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/message/mime.h"
#include "server.h"

enum {
    TICK = 200, /* ms between two looks at `stop` */
    REQUEST_WITHIN = 20 * CLOCK_SECOND,
    FAREWELL_WITHIN = CLOCK_SECOND, /* for the last answers to leave */
    AROUND_FILE = 1024 * 1024,      /* what a form with a file may have beside it */
    PAGE_MAX = 4 * 1024 * 1024,
};

static bool show_metrics(struct console_call *call, struct error *err)
{
    CLEANUP(buffer_free) struct buffer page;
    buffer_init(&page, PAGE_MAX);
    if (!console_metrics_put(call->console->metrics, call->now, &page, err)) {
        return false;
    }
    server_answer(call->exchange, &(struct server_answer){.status = 200,
                                                          .type = EXPOSITION_TYPE,
                                                          .body = buffer_text(&page)});
    return true;
}

static bool show_file(struct console_call *call, const char *name, const char *type)
{
    server_answer(
        call->exchange,
        &(struct server_answer){.status = 200, .type = type, .body = console_pages_file(name)});
    return true;
}

static bool show_style(struct console_call *call, struct error *err)
{
    (void)err;
    return show_file(call, "style.css", "text/css; charset=utf-8");
}

static bool show_script(struct console_call *call, struct error *err)
{
    (void)err;
    return show_file(call, "console.js", "text/javascript; charset=utf-8");
}

static bool show_icon(struct console_call *call, struct error *err)
{
    (void)err;
    return show_file(call, "icon.svg", "image/svg+xml");
}

static bool show_health(struct console_call *call, struct error *err)
{
    (void)err;
    server_show_health(call->exchange, call->request, NULL);
    return true;
}

/* Where everybody begins: a rep with their own part. */
static bool show_first(struct console_call *call, struct error *err)
{
    return console_may(call, CONSOLE_STAFF) ? console_show_today(call, err)
                                            : console_go(call, "/mine", NULL);
}

/* Lists are brought in by those who write: muster import asks nobody, and organisers are to help
 * themselves when the administrator is away. Whoever may look sees what was brought in; a list that
 * waits is its sender's alone. */
static const struct console_place places[] = {
    {"GET", "/", CONSOLE_SIGNED_IN, show_first},
    {"GET", "/sign-in", CONSOLE_ANYBODY, console_show_sign_in},
    {"POST", "/sign-in", CONSOLE_ANYBODY | CONSOLE_TOKENLESS, console_sign_in},
    {"GET", "/sign-in/code", CONSOLE_ANYBODY, console_show_second},
    {"POST", "/sign-in/code", CONSOLE_ANYBODY | CONSOLE_TOKENLESS, console_second},
    {"POST", "/sign-out", CONSOLE_ANYBODY, console_sign_out},
    {"GET", "/join/*", CONSOLE_ANYBODY, console_show_join},
    {"POST", "/join/*", CONSOLE_ANYBODY | CONSOLE_TOKENLESS, console_join},
    {"GET", "/account", CONSOLE_SIGNED_IN, console_show_account},
    {"POST", "/account/password", CONSOLE_SIGNED_IN, console_change_password},
    {"POST", "/account/sign-out", CONSOLE_SIGNED_IN | CONSOLE_UNREADY, console_sign_out_everywhere},
    {"GET", "/account/totp", CONSOLE_SIGNED_IN | CONSOLE_UNREADY, console_show_totp},
    {"GET", "/account/totp.svg", CONSOLE_SIGNED_IN | CONSOLE_UNREADY, console_show_totp_picture},
    {"POST", "/account/totp/begin", CONSOLE_SIGNED_IN | CONSOLE_UNREADY, console_begin_totp},
    {"POST", "/account/totp/confirm", CONSOLE_SIGNED_IN | CONSOLE_UNREADY, console_confirm_totp},
    {"POST", "/account/totp/codes", CONSOLE_SIGNED_IN, console_make_codes},
    {"GET", "/accounts", CONSOLE_KEEPERS, console_show_accounts},
    {"POST", "/accounts", CONSOLE_ADMINISTRATORS, console_add_account},
    {"GET", "/accounts/new", CONSOLE_ADMINISTRATORS, console_show_new_account},
    {"GET", "/accounts/*", CONSOLE_KEEPERS, console_show_one_account},
    {"POST", "/accounts/*", CONSOLE_ADMINISTRATORS, console_set_account},
    {"POST", "/accounts/*/disable", CONSOLE_ADMINISTRATORS, console_disable_account},
    {"POST", "/accounts/*/enable", CONSOLE_ADMINISTRATORS, console_enable_account},
    {"POST", "/accounts/*/link", CONSOLE_ADMINISTRATORS, console_link_account},
    {"POST", "/accounts/*/sign-out", CONSOLE_ADMINISTRATORS, console_sign_out_account},
    {"POST", "/accounts/*/totp-off", CONSOLE_ADMINISTRATORS, console_drop_totp},
    {"GET", "/record", CONSOLE_KEEPERS, console_show_record},
    {"POST", "/language", CONSOLE_ANYBODY, console_set_language},
    {"GET", "/ballots", CONSOLE_STAFF, console_show_ballots},
    {"GET", "/today/waiting", CONSOLE_STAFF, console_show_waiting},
    {"GET", "/ballots/*", CONSOLE_STAFF, console_show_board},
    {"GET", "/ballots/*/units/*", CONSOLE_STAFF, console_show_unit},
    {"GET", "/ballots/*/result", CONSOLE_STAFF, console_show_result},
    {"POST", "/ballots/*/result", CONSOLE_WRITERS, console_enter_count},
    {"GET", "/ballots/*/effects", CONSOLE_STAFF, console_show_effects},
    {"GET", "/ballots/*/calls", CONSOLE_STAFF, console_show_calls},
    {"GET", "/ballots/*/calls.csv", CONSOLE_STAFF, console_show_calls_csv},
    {"GET", "/ballots/*/replacements", CONSOLE_STAFF, console_show_replacements},
    {"POST", "/ballots/*/replacements", CONSOLE_WRITERS, console_pass_on_replacements},
    {"POST", "/ballots/*/replacements/sent", CONSOLE_WRITERS, console_send_replacements},
    {"GET", "/ballots/*/replacements.csv", CONSOLE_STAFF, console_show_replacements_csv},
    {"GET", "/campaigns", CONSOLE_STAFF, console_show_campaigns},
    {"GET", "/campaigns/new", CONSOLE_WRITERS, console_show_new_campaign},
    {"POST", "/campaigns/new", CONSOLE_WRITERS, console_make_campaign},
    {"POST", "/campaigns/preview", CONSOLE_WRITERS, console_preview_campaign},
    {"GET", "/campaigns/*/edit", CONSOLE_WRITERS, console_show_edit},
    {"POST", "/campaigns/*/edit", CONSOLE_WRITERS, console_edit_campaign},
    {"GET", "/campaigns/mail/*", CONSOLE_STAFF, console_show_mail},
    {"GET", "/templates", CONSOLE_STAFF, console_show_templates},
    {"GET", "/templates/*", CONSOLE_STAFF, console_show_template},
    {"GET", "/campaigns/*", CONSOLE_STAFF, console_show_campaign},
    {"GET", "/mine", CONSOLE_REPS, console_show_mine},
    {"GET", "/ballots/*/phone", CONSOLE_SIGNED_IN, console_show_phone_round},
    {"POST", "/ballots/*/phone", CONSOLE_WRITERS | CONSOLE_REPS, console_mark_call},
    {"GET", "/ballots/*/mark", CONSOLE_WRITERS | CONSOLE_REPS, console_show_marking},
    {"POST", "/ballots/*/mark", CONSOLE_WRITERS | CONSOLE_REPS, console_mark_list},
    {"GET", "/members", CONSOLE_SIGNED_IN, console_show_members},
    {"GET", "/members/*", CONSOLE_SIGNED_IN, console_show_member},
    {"POST", "/members/count", CONSOLE_STAFF, console_count_members},
    {"POST", "/members/found", CONSOLE_STAFF, console_find_members},
    {"GET", "/segments", CONSOLE_STAFF, console_show_segments},
    {"POST", "/segments", CONSOLE_WRITERS, console_save_segment},
    {"GET", "/members/*/edit", CONSOLE_WRITERS, console_show_correction},
    {"POST", "/members/*/edit", CONSOLE_WRITERS, console_correct_member},
    {"POST", "/members/*/export", CONSOLE_ADMINISTRATORS, console_export_member},
    {"POST", "/members/*/stop", CONSOLE_WRITERS, console_stop_member},
    {"POST", "/members/*/lift", CONSOLE_WRITERS, console_lift_member},
    {"GET", "/opt-outs", CONSOLE_STAFF, console_show_opt_outs},
    {"POST", "/opt-outs", CONSOLE_WRITERS, console_add_opt_out},
    {"POST", "/opt-outs/*/lift", CONSOLE_WRITERS, console_lift_opt_out},
    {"POST", "/members/*/mark", CONSOLE_WRITERS | CONSOLE_REPS, console_mark_member},
    {"GET", "/campaigns/*/progress", CONSOLE_STAFF, console_show_campaign_progress},
    {"GET", "/campaigns/*/steps", CONSOLE_STAFF, console_show_campaign_steps},
    {"GET", "/campaigns/*/messages", CONSOLE_STAFF, console_show_campaign_messages},
    {"GET", "/campaigns/*/messages/*", CONSOLE_STAFF, console_show_campaign_message},
    {"GET", "/campaigns/*/preflight", CONSOLE_STAFF, console_show_preflight},
    {"POST", "/campaigns/*/preflight", CONSOLE_STAFF, console_begin_preflight},
    {"GET", "/campaigns/*/preflight/progress", CONSOLE_STAFF, console_show_preflight_progress},
    {"GET", "/campaigns/*/approve", CONSOLE_STAFF, console_show_approve},
    {"POST", "/campaigns/*/approve", CONSOLE_APPROVERS, console_approve},
    {"GET", "/campaigns/*/start", CONSOLE_WRITERS, console_ask_start},
    {"POST", "/campaigns/*/start", CONSOLE_WRITERS, console_start_campaign},
    {"POST", "/campaigns/*/pause", CONSOLE_WRITERS, console_pause_campaign},
    {"GET", "/campaigns/*/resume", CONSOLE_WRITERS, console_ask_resume},
    {"POST", "/campaigns/*/resume", CONSOLE_WRITERS, console_resume_campaign},
    {"GET", "/campaigns/*/cancel", CONSOLE_WRITERS, console_ask_cancel},
    {"POST", "/campaigns/*/cancel", CONSOLE_WRITERS, console_cancel_campaign},
    {"POST", "/campaigns/*/test", CONSOLE_TESTERS, console_test_campaign},
    {"GET", "/campaigns/*/test", CONSOLE_TESTERS, console_show_campaign_test},
    {"GET", "/campaigns/*/test/progress", CONSOLE_TESTERS, console_show_campaign_test_part},
    {"GET", "/gateways", CONSOLE_KEEPERS, console_show_gateways},
    {"POST", "/gateways/*/test", CONSOLE_ADMINISTRATORS, console_test_gateway},
    {"GET", "/gateways/test", CONSOLE_ADMINISTRATORS, console_show_gateway_test},
    {"GET", "/gateways/test/progress", CONSOLE_ADMINISTRATORS, console_show_gateway_test_part},
    {"GET", "/replies", CONSOLE_STAFF, console_show_replies},
    {"GET", "/replies/*", CONSOLE_STAFF, console_show_conversation},
    {"POST", "/replies/*", CONSOLE_WRITERS, console_answer_reply},
    {"POST", "/replies/*/size", CONSOLE_WRITERS, console_measure_answer},
    {"POST", "/replies/*/meaning", CONSOLE_WRITERS, console_correct_reply},
    {"POST", "/replies/*/assign", CONSOLE_WRITERS, console_assign_reply},
    {"POST", "/replies/*/done", CONSOLE_WRITERS, console_finish_reply},
    {"GET", "/answers", CONSOLE_STAFF, console_show_answers},
    {"POST", "/answers", CONSOLE_WRITERS, console_set_answer},
    {"POST", "/answers/remove", CONSOLE_WRITERS, console_remove_answer},
    {"GET", "/imports", CONSOLE_STAFF, console_show_imports},
    {"POST", "/imports", CONSOLE_WRITERS | CONSOLE_UPLOAD, console_take_list},
    {"GET", "/imports/new", CONSOLE_WRITERS, console_show_import_new},
    {"GET", "/imports/lists/*", CONSOLE_WRITERS, console_show_list},
    {"GET", "/imports/lists/*/progress", CONSOLE_WRITERS, console_show_list_progress},
    {"GET", "/imports/lists/*/refused.csv", CONSOLE_WRITERS, console_send_refused},
    {"GET", "/imports/lists/*/changes.csv", CONSOLE_WRITERS, console_send_changes},
    {"POST", "/imports/lists/*/try", CONSOLE_WRITERS, console_try_list},
    {"POST", "/imports/lists/*/apply", CONSOLE_WRITERS, console_apply_list},
    {"POST", "/imports/lists/*/drop", CONSOLE_WRITERS, console_drop_list},
    {"GET", "/imports/*", CONSOLE_STAFF, console_show_import},
    {"GET", "/imports/*/progress", CONSOLE_WRITERS, console_show_undo_progress},
    {"POST", "/imports/*/undo", CONSOLE_WRITERS, console_undo_import},
    {"GET", "/style.css", CONSOLE_ANYBODY, show_style},
    {"GET", "/console.js", CONSOLE_ANYBODY, show_script},
    {"GET", "/icon.svg", CONSOLE_ANYBODY, show_icon},
    {"GET", "/metrics", CONSOLE_ANYBODY, show_metrics},
    {"HEAD", "/metrics", CONSOLE_ANYBODY, show_metrics},
    {"GET", "/health", CONSOLE_ANYBODY, show_health},
    {"HEAD", "/health", CONSOLE_ANYBODY, show_health},
};

const struct console_place *console_places(size_t *count)
{
    *count = ARRAY_LENGTH(places);
    return places;
}

static bool serve(struct server *server, struct console *console, const volatile sig_atomic_t *stop,
                  struct error *err)
{
    while (*stop == 0) {
        if (!server_turn(server, TICK, err)) {
            return false;
        }
        console_import_tick(console, clock_now());
    }
    /* Answer what has been read; whatever fails now has no one to hear it. */
    server_quiesce(server);
    const int64_t until = clock_monotonic() + FAREWELL_WITHIN;
    while (server_open(server) > 0 && clock_monotonic() < until && server_turn(server, 1, NULL)) {
    }
    return true;
}

bool console_run(struct db *db, const struct config *config, int listen_fd,
                 const volatile sig_atomic_t *stop, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (listen_fd < 0 && !listener_open(config->console.listen, &listen_fd, err)) {
        return false;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    mime_start(); /* before there is a thread of a job: it begins for one at a time only */
    CLEANUP(console_lists_free) struct console_lists *lists = console_lists_create();
    CLEANUP(console_jobs_free)
    struct console_jobs *jobs = console_jobs_create(config->store.file, config->store.key);
    CLEANUP(console_watches_free)
    struct console_watches *watches = console_watches_create(config);
    CLEANUP(console_mails_free) struct console_mails *mails = console_mails_create();
    CLEANUP(console_metrics_free)
    struct console_metrics *metrics = console_metrics_create(db, config);
    CLEANUP(console_counts_free) struct console_counts *counts = console_counts_create(db);
    struct server_route routes[ARRAY_LENGTH(places)];
    struct console console = {.db = db,
                              .config = config,
                              .metrics = metrics,
                              .counts = counts,
                              .jobs = jobs,
                              .lists = lists,
                              .watches = watches,
                              .mails = mails,
                              .routes = routes,
                              .secure = strncmp(config->console.url, "https:", 6) == 0};
    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        routes[i] = (struct server_route){places[i].method, places[i].path, console_take};
    }
    CLEANUP(console_pages_free) struct console_pages *pages = NULL;
    if (!console_pages_create(&pages, err)) {
        return false;
    }
    console.pages = pages;
    CLEANUP(server_free) struct server *server = NULL;
    const char *name = listener_name(listen_fd, arena);
    const bool inside = listener_is_inside(listen_fd);
    const struct server_options options = {.routes = routes,
                                           .route_count = ARRAY_LENGTH(routes),
                                           .context = &console,
                                           .listen_fd = listen_fd,
                                           .request_within = REQUEST_WITHIN,
                                           .strict_transport = console.secure,
                                           .lost = console_lost,
                                           .admit = console_admit,
                                           .body_max = CONSOLE_UPLOAD_MAX + AROUND_FILE};
    if (!server_create(&options, &server, err)) {
        return error_prefix(err, "%s", name);
    }
    log_info("listening on %s", name);
    if (!inside) {
        log_warning(
            "the console is meant for the inside: %s is not on the loopback, so see that only"
            " those can reach it who may",
            name);
    }
    return serve(server, &console, stop, err);
}
