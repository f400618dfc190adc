/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The campaigns, and how far one is. */
#include "console_call.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/store/campaigns.h"
#include "muster/store/outbox.h"

static void put_campaign(const struct console_call *call, const struct campaign *campaign,
                         struct json *values)
{
    json_put_text(values, "name", campaign->name);
    json_put_text(values, "title", campaign->title);
    json_put_text(values, "state_words",
                  console_pages_words(call->console->pages, call->language,
                                      arena_printf(call->arena, "campaign-%s", campaign->state)));
}

static bool is_under_way(const struct campaign *campaign)
{
    return text_equal(campaign->state, "running") || text_equal(campaign->state, "paused");
}

bool console_put_campaigns(struct console_call *call, bool under_way, struct error *err)
{
    struct campaign *campaigns = NULL;
    size_t count = 0;
    if (!campaigns_list(call->console->db, call->arena, &campaigns, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        if (!under_way || is_under_way(&campaigns[i])) {
            struct json *values = json_make_object();
            put_campaign(call, &campaigns[i], values);
            json_append(list, values);
        }
    }
    json_put(call->values, "campaigns", list);
    return true;
}

bool console_show_campaigns(struct console_call *call, struct error *err)
{
    return console_put_campaigns(call, false, err) &&
           console_answer(call, "campaigns.html", "campaigns", err);
}

bool console_show_campaign(struct console_call *call, struct error *err)
{
    struct campaign *campaign = NULL;
    struct outbox_tally *tallies = NULL;
    size_t count = 0;
    if (!campaigns_find(call->console->db, call->request->parts[0], call->arena, &campaign, err)) {
        return false;
    }
    if (campaign == NULL) {
        return error_set(err, ERROR_NO_INPUT, "there is no campaign of this name");
    }
    if (!outbox_tally(call->console->db, campaign->id, call->arena, &tallies, &count, err)) {
        return false;
    }
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        struct json *values = json_make_object();
        json_put_text(values, "channel", tallies[i].channel);
        json_put_text(values, "state", tallies[i].state);
        json_put_number(values, "count", tallies[i].count);
        json_append(list, values);
    }
    json_put(call->values, "tallies", list);
    put_campaign(call, campaign, call->values);
    return console_answer(call, "campaign.html", "campaigns", err);
}
