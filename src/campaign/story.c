/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happened to a message; see story.h. */
#include "muster/campaign/story.h"

#include <stdlib.h>

#include "muster/base/text.h"
#include "muster/store/outbox_unsure.h"

static void tell(struct story *story, const struct story_event *event)
{
    if (event->at > 0) {
        story->events[story->count] = *event;
        story->events[story->count].place = story->count;
        story->count++;
    }
}

/* Claimed, released, and what came of it. */
static void tell_attempt(struct story *story, const struct outbox_attempt *attempt)
{
    tell(story, &(struct story_event){
                    .at = attempt->claimed_at, .kind = STORY_CLAIMED, .number = attempt->number});
    tell(story, &(struct story_event){.at = attempt->released_at,
                                      .kind = STORY_RELEASED,
                                      .number = attempt->number,
                                      .gateway = attempt->gateway});
    tell(story, &(struct story_event){.at = attempt->at,
                                      .kind = STORY_ATTEMPT,
                                      .number = attempt->number,
                                      .what = attempt->verdict,
                                      .text = attempt->answer});
}

/* What is under way, and has no attempt to tell of it yet. */
static void tell_under_way(struct story *story, const struct outbox_message *message)
{
    const bool sending = text_equal(message->state, "sending");
    if (sending || text_equal(message->state, "claimed")) {
        tell(story, &(struct story_event){.at = message->claimed_at,
                                          .kind = STORY_CLAIMED,
                                          .number = message->attempt + (sending ? 0 : 1)});
    }
    if (sending) {
        tell(story, &(struct story_event){.at = message->released_at,
                                          .kind = STORY_OPEN,
                                          .number = message->attempt,
                                          .gateway = message->gateway});
    }
}

static int in_time(const void *a, const void *b)
{
    const struct story_event *left = a;
    const struct story_event *right = b;
    if (left->at != right->at) {
        return left->at < right->at ? -1 : 1;
    }
    return left->place < right->place ? -1 : 1;
}

bool story_read(struct db *db, const struct outbox_message *message, struct arena *arena,
                struct story *story, struct error *err)
{
    struct outbox_attempt *attempts = NULL;
    struct outbox_event *events = NULL;
    struct outbox_lookup lookup;
    size_t attempt_count = 0;
    size_t event_count = 0;
    if (!outbox_attempts(db, message->id, arena, &attempts, &attempt_count, err) ||
        !outbox_events(db, message->id, arena, &events, &event_count, err) ||
        !outbox_unsure_last(db, message->id, arena, &lookup, err)) {
        return false;
    }
    enum { OF_ATTEMPT = 3, OTHERS = 4 };
    *story = (struct story){.events = arena_array(arena,
                                                  attempt_count * OF_ATTEMPT + event_count + OTHERS,
                                                  sizeof *story->events)};
    const bool why =
        event_count > 0 && events[0].at == message->made_at && text_equal(events[0].what, "queued");
    if (!why) {
        tell(story, &(struct story_event){.at = message->made_at, .kind = STORY_QUEUED});
    }
    for (size_t i = 0; i < attempt_count; i++) {
        tell_attempt(story, &attempts[i]);
    }
    tell_under_way(story, message);
    if (lookup.times > 0) {
        tell(story, &(struct story_event){.at = lookup.at,
                                          .kind = STORY_LOOKUP,
                                          .number = lookup.times,
                                          .text = lookup.answer});
    }
    for (size_t i = 0; i < event_count; i++) {
        tell(story, &(struct story_event){.at = events[i].at,
                                          .kind = STORY_EVENT,
                                          .what = events[i].what,
                                          .text = events[i].reason});
    }
    qsort(story->events, story->count, sizeof *story->events, in_time);
    return true;
}
