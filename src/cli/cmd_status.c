/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster campaign status: once, or on and on until the campaign is over. On a terminal the figures
 * are drawn over themselves; into a pipe goes a line when something has changed. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/campaign/watch.h"
#include "muster/conf/windows.h"
#include "status_screen.h"
#include "terminal.h"

const struct call_option cmd_status_options[] = {
    {"--watch", NULL, "stay, and show it anew every second until the campaign is over"},
    {0},
};

enum {
    STEP_MS = 200,             /* how soon Ctrl-C is heard */
    LINE_MS = 2000,            /* between two lines into a pipe, at least */
    LINE_SIZE = 1024,          /* of which two are told apart */
    AFTERWARDS_MS = 10 * 1000, /* what musterd needs to close a campaign */
    SCREEN_CEILING = 256 * 1024,
    COLUMNS_ASSUMED = 80,
    ROWS_ASSUMED = 24,
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* What was drawn last, on a terminal. */
struct canvas {
    size_t columns;
    size_t rows;
    size_t drawn; /* lines */
    bool colours;
};

/* One past its deadline is over, too: what is left of it only waits to be called expired. */
static bool is_over(const struct watch_view *view)
{
    return text_equal(view->campaign->state, "finished") ||
           text_equal(view->campaign->state, "cancelled") ||
           (text_equal(view->campaign->state, "running") && view->terms.deadline > 0 &&
            view->at > view->terms.deadline + AFTERWARDS_MS);
}

static struct json *states_of(const struct watch_view *view, enum channel channel)
{
    struct json *states = json_make_object();
    for (size_t i = 0; i < view->tally_count; i++) {
        if (text_equal(view->tallies[i].channel, channel_name(channel))) {
            json_put_number(states, view->tallies[i].state, view->tallies[i].count);
        }
    }
    return states;
}

/* An instant for programs; null for none. */
static void put_instant(struct json *object, const char *name, int64_t instant, struct arena *arena)
{
    json_put_text(object, name,
                  instant <= 0 || instant == HOURS_NEVER ? NULL : clock_iso(instant, arena));
}

static void put_rate(struct json *object, const char *name, int64_t rate)
{
    if (rate == WATCH_UNKNOWN) {
        json_put_text(object, name, NULL);
    } else {
        json_put_number(object, name, rate);
    }
}

static struct json *channel_json(const struct watch_view *view, enum channel channel,
                                 struct arena *arena)
{
    const struct watch_channel *row = &view->channels[channel];
    struct json *object = json_make_object();
    json_put_text(object, "channel", channel_name(channel));
    json_put_number(object, "messages", row->total);
    json_put_number(object, "done", row->done);
    json_put_number(object, "left", row->left);
    put_rate(object, "per_minute", row->now);
    put_rate(object, "per_minute_on_average", row->average);
    json_put_text(object, "hours", row->hours);
    put_instant(object, "opens_at", row->opens_at, arena);
    put_instant(object, "finish", row->forecast.last, arena);
    json_put_number(object, "late", row->forecast.late);
    json_put_flag(object, "pace_seen", !row->assumed);
    json_put(object, "states", states_of(view, channel));
    return object;
}

static struct json *errors_json(const struct watch_view *view)
{
    struct json *errors = json_make_array();
    for (size_t i = 0; i < view->error_count; i++) {
        struct json *object = json_make_object();
        json_put_text(object, "channel", view->errors[i].channel);
        json_put_text(object, "state", view->errors[i].state);
        json_put_number(object, "messages", view->errors[i].count);
        json_put_text(object, "why", view->errors[i].kind);
        json_append(errors, object);
    }
    return errors;
}

static struct json *routes_json(const struct watch_view *view, struct arena *arena)
{
    struct json *routes = json_make_array();
    for (size_t i = 0; i < view->route_count; i++) {
        const struct route_state *route = &view->routes[i];
        const bool closed = route->closed_until > view->at;
        const bool paused = route->paused_until > view->at;
        struct json *object = json_make_object();
        json_put_text(object, "channel", route->channel);
        json_put_text(object, "route", route->name);
        json_put_text(object, "state", closed ? "closed" : paused ? "paused" : "open");
        put_instant(object, "until",
                    closed   ? route->closed_until
                    : paused ? route->paused_until
                             : 0,
                    arena);
        json_put_number(object, "failures", route->failures);
        json_put_number(object, "trust_eighths", route->ramp);
        json_put_text(object, "fault", route->fault);
        put_instant(object, "fault_at", route->fault_at, arena);
        json_append(routes, object);
    }
    return routes;
}

static struct json *lots_json(const struct watch_view *view)
{
    struct json *lots = json_make_array();
    for (size_t i = 0; i < view->arm_count; i++) {
        struct json *object = json_make_object();
        json_put_text(object, "step", view->arms[i].step);
        json_put_text(object, "arm", view->arms[i].arm);
        json_put_number(object, "members", view->arms[i].members);
        json_append(lots, object);
    }
    return lots;
}

static struct json *money_json(const struct watch_view *view)
{
    struct json *object = json_make_object();
    json_put_number(object, "spent_millionths", view->terms.spent);
    put_rate(object, "limit_millionths",
             view->terms.budget < 0 ? WATCH_UNKNOWN : view->terms.budget);
    json_put_text(object, "currency", view->currency);
    return object;
}

static struct json *steps_json(const struct watch_view *view, struct arena *arena)
{
    struct json *object = json_make_object();
    json_put_number(object, "steps", view->terms.steps);
    json_put_number(object, "begun", view->terms.steps_expanded);
    json_put_number(object, "skipped", view->terms.steps_skipped);
    json_put_text(object, "next", view->terms.next);
    put_instant(object, "next_at", view->terms.next_at, arena);
    return object;
}

/* Mails that follow texts; null where none do. */
static void put_second(struct json *object, const struct watch_view *view, struct arena *arena)
{
    static const char NAME[] = "mail_after";
    if (view->second.after == 0) {
        json_put_text(object, NAME, NULL);
        return;
    }
    struct json *second = json_make_object();
    json_put_number(second, "hours", view->second.after / CLOCK_HOUR);
    json_put_number(second, "mails", view->second.queued);
    json_put_number(second, "texts_waiting", view->second.waiting);
    put_instant(second, "next_at", view->second.next_at, arena);
    json_put(object, NAME, second);
}

static void put_json(const struct watch_view *view, struct arena *arena, struct buffer *out)
{
    CLEANUP(json_free) struct json *object = json_make_object();
    struct json *channels = json_make_array();
    json_put_text(object, "campaign", view->campaign->name);
    json_put_text(object, "title", view->campaign->title);
    json_put_text(object, "state", view->campaign->state);
    json_put_text(object, "purpose", view->campaign->promotional ? "promotional" : "service");
    json_put_text(object, "paused_why", view->campaign->paused_why);
    json_put_text(object, "waits", view->waits);
    put_instant(object, "seen_at", view->at, arena);
    put_instant(object, "begins", view->terms.at, arena);
    put_instant(object, "deadline", view->terms.deadline, arena);
    json_put_flag(object, "expanded", view->terms.expanded);
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (view->channels[i].total > 0) {
            json_append(channels, channel_json(view, (enum channel)i, arena));
        }
    }
    json_put(object, "channels", channels);
    json_put(object, "errors", errors_json(view));
    json_put(object, "routes", routes_json(view, arena));
    json_put(object, "budget", money_json(view));
    put_second(object, view, arena);
    json_put(object, "steps", steps_json(view, arena));
    json_put(object, "by_lot", lots_json(view));
    (void)json_write(object, out);
    (void)buffer_putc(out, '\n');
}

/* As many messages of each state as there are: a table, for spreadsheets. */
static void print_csv(const struct watch_view *view, struct arena *arena)
{
    static const struct listing_column COLUMNS[] = {
        {"CHANNEL", "channel", false}, {"STATE", "state", false}, {"MESSAGES", "messages", true}};
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), arena);
    for (size_t i = 0; i < view->tally_count; i++) {
        listing_text(listing, view->tallies[i].channel);
        listing_text(listing, view->tallies[i].state);
        listing_number(listing, view->tallies[i].count);
    }
    listing_print(listing, LISTING_CSV, "");
}

static bool flush(const struct buffer *out, struct error *err)
{
    (void)fwrite(buffer_text(out), 1, out->length, stdout);
    return fflush(stdout) == 0 || error_set(err, ERROR_IO, "standard output cannot be written");
}

/* Print it once. */
static bool print_once(const struct watch_view *view, enum listing_format format,
                       struct arena *arena, struct error *err)
{
    CLEANUP(buffer_free) struct buffer out;
    struct status_screen screen;
    buffer_init(&out, SCREEN_CEILING);
    switch (format) {
    case LISTING_CSV: print_csv(view, arena); return true;
    case LISTING_JSON: put_json(view, arena, &out); return flush(&out, err);
    case LISTING_TEXT:
        status_screen_make(view, arena, &screen);
        for (size_t i = 0; i < screen.count; i++) {
            (void)buffer_printf(&out, "%s\n", screen.lines[i].text);
        }
        return flush(&out, err);
    }
    return true;
}

/* The size of the terminal; a change of it makes every line drawn before another. */
static void measure(struct canvas *canvas, struct buffer *out)
{
    struct winsize size = {0};
    const bool known =
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 1;
    const size_t columns = known ? size.ws_col : COLUMNS_ASSUMED;
    const size_t rows = known ? size.ws_row : ROWS_ASSUMED;
    if (canvas->drawn > 0 && (columns != canvas->columns || rows != canvas->rows)) {
        (void)buffer_puts(out, "\033[H\033[2J");
        canvas->drawn = 0;
    }
    canvas->columns = columns;
    canvas->rows = rows;
}

/* Draw over what was drawn before. The last column stays free: some terminals wrap there. */
static bool draw(struct canvas *canvas, const struct watch_view *view, struct arena *arena,
                 struct error *err)
{
    static const enum terminal_tone tones[] = {[STATUS_PLAIN] = TERMINAL_PLAIN,
                                               [STATUS_BOLD] = TERMINAL_BOLD,
                                               [STATUS_GOOD] = TERMINAL_GOOD,
                                               [STATUS_BAD] = TERMINAL_BAD};
    CLEANUP(buffer_free) struct buffer out;
    struct status_screen screen;
    buffer_init(&out, SCREEN_CEILING);
    status_screen_make(view, arena, &screen);
    measure(canvas, &out);
    if (canvas->drawn > 0) {
        (void)buffer_printf(&out, "\r\033[%zuA", canvas->drawn);
    }
    const size_t room = canvas->rows - 1;
    canvas->drawn = screen.count < room ? screen.count : room;
    for (size_t i = 0; i < canvas->drawn; i++) {
        const struct status_line *line = &screen.lines[i];
        const enum terminal_tone tone = canvas->colours ? tones[line->tone] : TERMINAL_PLAIN;
        (void)buffer_printf(&out, "%s%s%s\033[K\n", terminal_begin(tone),
                            listing_head(line->text, canvas->columns - 1, arena),
                            terminal_end(tone));
    }
    (void)buffer_puts(&out, "\033[J");
    return flush(&out, err);
}

/* What was said last, into a pipe. */
struct teller {
    char said[LINE_SIZE];
    int64_t at;
};

/* A line, if there is something new to say. */
static bool tell(struct teller *teller, const struct watch_view *view, enum listing_format format,
                 struct arena *arena, struct error *err)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, SCREEN_CEILING);
    const int64_t now = clock_monotonic();
    const bool over = is_over(view) || stop != 0;
    const char *line = status_screen_line(view, arena);
    if (teller->at != 0 &&
        (text_equal(teller->said, line) || (!over && now - teller->at < LINE_MS))) {
        return true;
    }
    (void)snprintf(teller->said, sizeof teller->said, "%s", line);
    teller->at = now;
    if (format == LISTING_JSON) {
        put_json(view, arena, &out);
    } else {
        (void)buffer_printf(&out, "%s %s\n", clock_format(view->at, "%H:%M:%S", arena), line);
    }
    return flush(&out, err);
}

static void rest(int64_t milliseconds)
{
    const int64_t until = clock_monotonic() + milliseconds;
    for (int64_t left = milliseconds; stop == 0 && left > 0; left = until - clock_monotonic()) {
        clock_sleep(left < STEP_MS ? left : STEP_MS);
    }
}

/* Look on until the campaign is over, or somebody has seen enough: either is no failure. */
static bool look_on(struct call *call, struct watch *watch, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct sigaction action = {.sa_handler = on_signal};
    const bool drawing = call->format == LISTING_TEXT && terminal_is();
    struct canvas canvas = {.colours = terminal_wants_colours()};
    struct teller teller = {.said = ""};
    const struct watch_view *view = NULL;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    bool ok = true;
    bool over = false;
    while (ok && !over) {
        arena_reset(arena);
        over = stop != 0;
        ok = watch_look(watch, clock_now(), &view, err) &&
             (drawing ? draw(&canvas, view, arena, err)
                      : tell(&teller, view, call->format, arena, err));
        over = over || (ok && is_over(view));
        if (ok && !over) {
            rest(watch_pause(watch));
        }
    }
    return ok;
}

bool cmd_campaign_status(struct call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    struct campaign *campaign = NULL;
    struct windows windows;
    const struct watch_view *view = NULL;
    const bool watching = call_has(call, "--watch");
    faults_init(&faults);
    if (watching && call->format == LISTING_CSV) {
        return error_set(err, ERROR_USAGE, "--watch gives text or json, not csv");
    }
    if (!cmd_find_campaign(call, call->arguments[0], &campaign, err)) {
        return false;
    }
    if (!windows_read(&call->config, call->arena, &faults, &windows, err)) {
        call_print_faults(&faults);
        return false;
    }
    CLEANUP(watch_free)
    struct watch *watch = watch_open(call->db, &call->config, &windows, campaign->id);
    if (watching) {
        return look_on(call, watch, err);
    }
    return watch_look(watch, clock_now(), &view, err) &&
           print_once(view, call->format, call->arena, err);
}
