/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Votes and days into points of a picture. Widths are whole points of its own grid, which the
 * browser scales; the words in it stay legible, as a narrow screen gets a picture of its own. */
#include "console_chart.h"

#include "muster/base/calendar.h"
#include "muster/base/clock.h"

enum {
    LINES_MOST = 5,   /* across, with a number each */
    MARK = 20,        /* from one mark to the next */
    RULE_ROW = 17,    /* a row of words above */
    HEADROOM = 108,   /* percent of the highest value */
    DAY_PARTS = 1000, /* an instant within its day */
    LABEL_ROOM = 92,  /* points that a word beside a line may need */
};

/* One picture: how large it is, and where in it the days and votes are. */
struct frame {
    const char *size;
    int64_t width, height, left, right, top, bottom;
    int64_t days_most;   /* how many days have their dates written */
    int64_t first, days; /* the first day by its number, and how many */
    int64_t highest;     /* the votes at the top */
};

/* The day of an instant, with its thousandths. */
static int64_t day_parts(int64_t instant)
{
    struct clock_stretch stretch;
    if (!clock_stretch(instant, &stretch)) {
        return 0;
    }
    const int64_t within = (instant - stretch.midnight) * DAY_PARTS / (24 * (int64_t)CLOCK_HOUR);
    return calendar_day(stretch.date) * DAY_PARTS + within;
}

static int64_t x_of(const struct frame *frame, int64_t parts)
{
    const int64_t room = frame->width - frame->left - frame->right;
    return frame->left + (parts - frame->first * DAY_PARTS) * room / (frame->days * DAY_PARTS);
}

static int64_t y_of(const struct frame *frame, int64_t votes)
{
    const int64_t room = frame->height - frame->top - frame->bottom;
    return frame->height - frame->bottom - votes * room / frame->highest;
}

static bool is_within(const struct frame *frame, int64_t instant)
{
    const int64_t parts = day_parts(instant);
    return parts >= frame->first * DAY_PARTS && parts <= (frame->first + frame->days) * DAY_PARTS;
}

/* 1, 2, 5, 10, 20, 50 and so on: the first that leaves no more than LINES_MOST lines. */
static int64_t step_of(int64_t highest)
{
    static const int64_t leads[] = {1, 2, 5};
    for (int64_t ten = 1;; ten *= 10) {
        for (size_t i = 0; i < ARRAY_LENGTH(leads); i++) {
            if (highest / (leads[i] * ten) <= LINES_MOST) {
                return leads[i] * ten;
            }
        }
    }
}

static void put_grid(const struct frame *frame, struct json *values)
{
    struct json *list = json_make_array();
    const int64_t step = step_of(frame->highest);
    for (int64_t votes = 0; votes <= frame->highest; votes += step) {
        struct json *line = json_make_object();
        json_put_number(line, "votes", votes);
        json_put_number(line, "y", y_of(frame, votes));
        json_put_number(line, "text_y", y_of(frame, votes) + 4);
        json_append(list, line);
    }
    json_put(values, "grid", list);
}

static void put_days(const struct console_call *call, const struct frame *frame,
                     struct json *values)
{
    struct json *list = json_make_array();
    const int64_t every = (frame->days + frame->days_most - 1) / frame->days_most;
    for (int64_t day = 0; day < frame->days; day += every) {
        struct json *one = json_make_object();
        const int64_t parts = (frame->first + day) * DAY_PARTS;
        json_put_number(one, "x", x_of(frame, parts));
        json_put_text(one, "day", calendar_text(calendar_date(frame->first + day), call->arena));
        json_append(list, one);
    }
    json_put(values, "days", list);
    json_put_number(values, "days_y", frame->height - frame->bottom + 18);
}

/* The line of the votes, and the area below it. The last day is as far as it has come. */
static void put_line(const struct console_call *call, const struct chart *chart,
                     const struct frame *frame, struct json *values)
{
    struct arena *arena = call->arena;
    const struct trend *trend = chart->trend;
    const int64_t base = y_of(frame, 0);
    const int64_t now = day_parts(call->now);
    const char *points = arena_printf(arena, "%lld,%lld", (long long)frame->left, (long long)base);
    int64_t x = frame->left;
    for (size_t i = 0; i < trend->count; i++) {
        const int64_t day = calendar_day(trend->days[i].date);
        const int64_t end = (day + 1) * DAY_PARTS;
        x = x_of(frame, now >= day * DAY_PARTS && now < end ? now : end);
        points = arena_printf(arena, "%s %lld,%lld", points, (long long)x,
                              (long long)y_of(frame, trend->days[i].voted));
    }
    const int64_t voted = trend->days[trend->count - 1].voted;
    json_put_text(values, "line", points);
    json_put_text(values, "area",
                  arena_printf(arena, "%s %lld,%lld", points, (long long)x, (long long)base));
    struct json *end = json_make_object();
    const bool left = x > frame->left + LABEL_ROOM; /* the outlook lies to the right */
    json_put_number(end, "x", x);
    json_put_number(end, "y", y_of(frame, voted));
    json_put_number(end, "text_x", left ? x - 8 : x + 8);
    json_put_number(end, "text_y", y_of(frame, voted) - 8);
    json_put_text(end, "anchor", left ? "end" : "start");
    json_put_number(end, "voted", voted);
    json_put(values, "end", end);
}

/* Where it may end, and how steeply it must rise to reach what is needed. */
static void put_outlook(const struct console_call *call, const struct chart *chart,
                        const struct frame *frame, struct json *values)
{
    struct arena *arena = call->arena;
    const struct board_row *row = chart->row;
    const struct ballot *ballot = chart->board->ballot;
    if (call->now < ballot->opens || call->now >= ballot->closes) {
        return;
    }
    const int64_t x = x_of(frame, day_parts(call->now));
    const int64_t y = y_of(frame, row->figures.voted);
    const int64_t close = x_of(frame, day_parts(ballot->closes));
    if (row->projection.known) {
        json_put_text(values, "band",
                      arena_printf(arena, "%lld,%lld %lld,%lld %lld,%lld", (long long)x,
                                   (long long)y, (long long)close,
                                   (long long)y_of(frame, row->projection.high), (long long)close,
                                   (long long)y_of(frame, row->projection.low)));
    }
    const int64_t until =
        ballot->last_post == 0 ? ballot->closes : ballot->last_post + 24 * (int64_t)CLOCK_HOUR;
    if (row->short_by > 0 && until > call->now) {
        struct json *pace = json_make_object();
        json_put_number(pace, "x", x);
        json_put_number(pace, "y", y);
        json_put_number(pace, "to_x", x_of(frame, day_parts(until)));
        json_put_number(pace, "to_y", y_of(frame, row->needed));
        json_put(values, "pace", pace);
    }
}

/* An upright line with its word above, in a row of its own. */
static void put_rule(const struct console_call *call, const struct frame *frame, const char *kind,
                     int64_t instant, struct json *list)
{
    if (instant == 0 || !is_within(frame, instant)) {
        return;
    }
    struct json *rule = json_make_object();
    const int64_t x = x_of(frame, day_parts(instant));
    const bool left = x > frame->width - frame->right - LABEL_ROOM;
    const int64_t row = (int64_t)json_count(list);
    json_put_text(rule, "kind", kind);
    json_put_number(rule, "x", x);
    json_put_number(rule, "y", RULE_ROW * row + 4);
    json_put_number(rule, "text_x", left ? x - 5 : x + 5);
    json_put_number(rule, "text_y", RULE_ROW * (row + 1));
    json_put_text(rule, "anchor", left ? "end" : "start");
    json_put_text(rule, "words", console_said(call, "chart", kind));
    json_append(list, rule);
}

static void put_rules(const struct console_call *call, const struct chart *chart,
                      const struct frame *frame, struct json *values)
{
    struct json *list = json_make_array();
    const struct ballot *ballot = chart->board->ballot;
    put_rule(call, frame, "today", call->now, list);
    put_rule(call, frame, "post",
             ballot->last_post == 0 ? 0 : ballot->last_post + 24 * (int64_t)CLOCK_HOUR - 1, list);
    put_rule(call, frame, "close", ballot->closes, list);
    json_put(values, "rules", list);
}

/* The marks stand below the days; where two would touch, the later one moves on. */
static void put_marks(const struct chart *chart, const struct frame *frame, struct json *values)
{
    struct json *list = json_make_array();
    int64_t before = -MARK;
    for (size_t i = 0; i < chart->mark_count; i++) {
        const struct chart_mark *mark = &chart->marks[i];
        if (!is_within(frame, mark->at)) {
            continue;
        }
        const int64_t x = x_of(frame, day_parts(mark->at));
        const int64_t shown = x < before + MARK ? before + MARK : x;
        before = shown;
        if (shown > frame->width - MARK / 2) {
            continue;
        }
        struct json *one = json_make_object();
        json_put_number(one, "number", mark->number);
        json_put_number(one, "x", x);
        json_put_number(one, "shown_x", shown);
        json_append(list, one);
    }
    json_put(values, "marks", list);
    json_put_number(values, "marks_y", frame->height - MARK / 2 - 4);
    json_put_number(values, "marks_text_y", frame->height - MARK / 2);
}

static void put_frame(const struct frame *frame, struct json *values)
{
    json_put_text(values, "size", frame->size);
    json_put_number(values, "width", frame->width);
    json_put_number(values, "height", frame->height);
    json_put_number(values, "left", frame->left);
    json_put_number(values, "label_x", frame->left - 8);
    json_put_number(values, "right", frame->width - frame->right);
    json_put_number(values, "top", frame->top);
    json_put_number(values, "base", frame->height - frame->bottom);
}

/* The highest value that is in the picture. */
static int64_t highest_of(const struct chart *chart, bool open)
{
    const struct board_row *row = chart->row;
    const int64_t values[] = {1, row->needed, row->figures.voted,
                              open && row->projection.known ? row->projection.high : 0};
    int64_t highest = chart->trend->days[chart->trend->count - 1].voted;
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        highest = values[i] > highest ? values[i] : highest;
    }
    return highest + (highest * (HEADROOM - 100) + 99) / 100;
}

void console_put_charts(const struct console_call *call, const struct chart *chart,
                        struct json *values)
{
    struct frame frames[] = {
        {.size = "wide",
         .width = 960,
         .height = 400,
         .left = 58,
         .right = 24,
         .top = 58,
         .bottom = 60,
         .days_most = 10},
        {.size = "narrow",
         .width = 360,
         .height = 340,
         .left = 44,
         .right = 12,
         .top = 58,
         .bottom = 60,
         .days_most = 4},
    };
    const struct ballot *ballot = chart->board->ballot;
    const struct trend *trend = chart->trend;
    const int64_t first = calendar_day(trend->days[0].date);
    const int64_t reported = calendar_day(trend->days[trend->count - 1].date);
    const int64_t closes = day_parts(ballot->closes) / DAY_PARTS;
    struct json *list = json_make_array();
    for (size_t i = 0; i < ARRAY_LENGTH(frames); i++) {
        struct frame *frame = &frames[i];
        struct json *one = json_make_object();
        frame->first = first;
        frame->days = (reported > closes ? reported : closes) - first + 1;
        frame->highest = highest_of(chart, call->now < ballot->closes);
        put_frame(frame, one);
        put_grid(frame, one);
        put_days(call, frame, one);
        put_line(call, chart, frame, one);
        put_outlook(call, chart, frame, one);
        put_rules(call, chart, frame, one);
        put_marks(chart, frame, one);
        if (chart->row->needed > 0) {
            struct json *needed = json_make_object();
            json_put_number(needed, "y", y_of(frame, chart->row->needed));
            json_put_number(needed, "text_y", y_of(frame, chart->row->needed) - 6);
            json_put(one, "line_needed", needed);
        }
        json_append(list, one);
    }
    json_put(values, "charts", list);
}
