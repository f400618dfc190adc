/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hours, paces and what is taken of them; see lanes.h. */
#include "muster/campaign/lanes.h"

#include "muster/base/clock.h"
#include "muster/store/paces.h"
#include "muster/store/routes.h"

/* The pace of one more carrier beside the others; 0, no limit, stays without one. */
static void add_pace(struct forecast_pace *sum, const struct forecast_pace *added, bool first)
{
    sum->rate = first || (sum->rate > 0 && added->rate > 0) ? sum->rate + added->rate : 0;
    sum->per_minute = first || (sum->per_minute > 0 && added->per_minute > 0)
                          ? sum->per_minute + added->per_minute
                          : 0;
    sum->per_day =
        first || (sum->per_day > 0 && added->per_day > 0) ? sum->per_day + added->per_day : 0;
}

static struct forecast_pace pace_of(const struct config *route, bool texts, bool alone)
{
    struct forecast_pace pace = {
        .rate = texts ? route->sms.rate : route->mail.rate,
        .per_minute = texts ? route->sms.per_minute : route->mail.per_minute,
        .per_day = texts ? route->sms.per_day : route->mail.per_day,
    };
    if (!alone && pace.rate == 0) { /* beside others, it is worth what its cap allows */
        pace.rate = (pace.per_minute + 59) / 60;
    }
    return pace;
}

/* What all carriers of a channel do together, and what they have done today. */
static bool read_pace(struct db *db, const struct lanes_setting *setting, enum channel channel,
                      struct arena *arena, struct lanes *lanes, struct error *err)
{
    const bool texts = channel == CHANNEL_SMS;
    size_t count = 0;
    const struct config_route *routes = config_routes(setting->config, texts, &count);
    struct forecast_use *use = &lanes->use[channel];
    struct clock_stretch today;
    if (!clock_stretch(setting->now, &today)) {
        return error_set(err, ERROR_INTERNAL, "the clock of this machine is wrong");
    }
    *use = (struct forecast_use){.date = today.date};
    for (size_t i = 0; i < count; i++) {
        const struct forecast_pace added = pace_of(routes[i].config, texts, count == 1);
        const char *name = texts ? setting->gateways[i].name : routes[i].name;
        int64_t gone = 0;
        if (!paces_used(db, routes_subject(channel_name(channel), name, arena), today.midnight,
                        &gone, err)) {
            return false;
        }
        use->gone += gone;
        add_pace(&lanes->lane[channel].pace, &added, i == 0);
    }
    return true;
}

bool lanes_read(struct db *db, const struct lanes_setting *setting, const struct campaign *campaign,
                struct arena *arena, struct lanes *lanes, struct error *err)
{
    const char *const own[] = {
        [CHANNEL_SMS] = campaign->hours_sms, [CHANNEL_EMAIL] = campaign->hours_email};
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        lanes->lane[i] = (struct forecast_lane){.holidays = setting->windows->holidays.dates};
        if (!windows_of(setting->windows, i == CHANNEL_SMS, own[i], &lanes->lane[i].hours, err) ||
            !read_pace(db, setting, (enum channel)i, arena, lanes, err)) {
            return false;
        }
    }
    return true;
}
