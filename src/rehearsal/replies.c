/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the phones say; see replies.h. The log has a line when a reply is first posted, and another
 * with the very instant at which the client acknowledged it: from then on a STOP binds. */
#include "replies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "form.h"
#include "muster/base/clock.h"

struct reply {
    struct callback callback;
    struct rehearsal *world;
    uint64_t ordinal; /* of this phone */
    int64_t said;     /* the instant of the first post, 0 before it */
    bool repeated;
    char id[BOX_ID_SIZE];
    const char *from; /* these behind the struct */
    const char *to;
    const char *said_text;
    char text[];
};

static void show(struct reply *reply)
{
    struct box *phone = boxes_open(reply->world->phones, reply->from);
    if (phone == NULL) {
        return;
    }
    struct item item = {
        .at = reply->said,
        .outgoing = true,
        .from = reply->to,
        .subject = "",
        .text = reply->said_text,
        .length = strlen(reply->said_text),
    };
    memcpy(item.id, reply->id, sizeof item.id);
    boxes_put(reply->world->phones, phone, &item);
}

static void begin_line(struct reply *reply, const char *event)
{
    journal_begin(reply->world->journal, event);
    journal_text(reply->world->journal, "id", reply->id);
    journal_text(reply->world->journal, "from", reply->from);
}

/* The first post: now it is said. */
static void say(struct reply *reply)
{
    struct journal *journal = reply->world->journal;
    reply->said = clock_now();
    reply->world->counts.replies_posted++;
    begin_line(reply, "reply");
    journal_text(journal, "to", reply->to);
    journal_text(journal, "text", reply->said_text);
    journal_end(journal);
    show(reply);
    /* Before it is on the wire. A failure is remembered there and ends the program. */
    bool flushed = journal_flush(journal);
    (void)flushed;
}

static void compose(void *data, struct buffer *body)
{
    struct reply *reply = data;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (reply->said == 0) {
        say(reply);
    }
    form_put(body, "id", reply->id);
    form_put(body, "from", reply->from);
    form_put(body, "to", reply->to);
    form_put(body, "text", reply->said_text);
    form_put(body, "time", clock_iso(reply->said, arena));
}

static void mark(struct reply *reply, const char *status)
{
    struct box *phone = boxes_find(reply->world->phones, reply->from);
    struct item *item = phone == NULL ? NULL : boxes_item(phone, reply->id);
    if (item != NULL) {
        snprintf(item->status, sizeof item->status, "%s", status);
    }
}

static void done(void *data, long status, unsigned tries)
{
    struct reply *reply = data;
    struct rehearsal *world = reply->world;
    bool answered = status >= 200 && status < 300;
    if (!reply->repeated) {
        begin_line(reply, answered ? "reply-answered" : "reply-abandoned");
        journal_number(world->journal, "status", status);
        journal_number(world->journal, "tries", tries);
        journal_end(world->journal);
        world->counts.replies_answered += answered;
        world->counts.replies_abandoned += !answered;
        mark(reply, answered ? "taken" : "not taken");
        if (answered &&
            mishaps_strike(&world->mishaps, MISHAP_REPLY_REPEAT, reply->from, reply->ordinal)) {
            reply->repeated = true;
            callbacks_post(world->callbacks, &reply->callback, 0);
            return;
        }
    }
    world->counts.replies_waiting--;
    free(reply);
}

static const char *append(char **end, const char *text)
{
    size_t size = strlen(text) + 1;
    const char *copy = memcpy(*end, text, size);
    *end += size;
    return copy;
}

void replies_begin(struct rehearsal *world, const struct reply_facts *facts)
{
    size_t room =
        strlen(facts->from) + strlen(facts->to) + strlen(facts->text) + strlen(facts->url) + 4;
    struct reply *reply = cell_new(sizeof *reply + room);
    char *end = reply->text;
    reply->from = append(&end, facts->from);
    reply->to = append(&end, facts->to);
    reply->said_text = append(&end, facts->text);
    reply->callback.url = append(&end, facts->url);
    reply->world = world;
    rehearsal_message_id(world, 'I', reply->id);
    struct tally_entry *entry = tally_of(world->numbers, facts->from);
    entry->replies++;
    reply->ordinal = entry->replies;
    reply->callback.compose = compose;
    reply->callback.done = done;
    reply->callback.drop = free;
    reply->callback.data = reply;
    world->counts.replies_waiting++;
    callbacks_post(world->callbacks, &reply->callback, facts->pause);
}
