/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails that came back to the small union of world.h, as the reader gives them. */
#ifndef MUSTER_TESTS_INBOUND_LETTER_H
#define MUSTER_TESTS_INBOUND_LETTER_H

#include "muster/inbound/bounce.h"
#include "muster/store/bounces.h"
#include "muster/store/unsubscribe.h"
#include "world.h"

static const int64_t NOW = 1800000000000;

static const struct config letter_config = {
    .mail = {.bounces = "bounces+*@branch.example", .leave = "leave+*@branch.example"},
    .brakes = {.dead = 5, .complaints = 3},
};

#define ANN "ann@mail.example"
#define BEA "bea@mail.example"

/* Another step of the campaign, which every member may have a mail of. */
static inline void next_step(struct world *world)
{
    static int position = 1;
    struct campaign *campaign = NULL;
    WORLD_MUST(campaigns_find(world->db, "remind", world->arena, &campaign, &err));
    struct step step = {.campaign_id = campaign->id,
                        .position = ++position,
                        .who = "everyone",
                        .uses_email = true,
                        .at = world->now - CLOCK_HOUR,
                        .deadline = world->now + 12 * (int64_t)CLOCK_HOUR};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(campaigns_add_step(world->db, &step, &err));
    WORLD_MUST(db_commit(world->db, &err));
    world->step_id = step.id;
}

/* A mail to the member (from 0) that the relay has taken. */
static inline struct outbox_message *sent(struct world *world, size_t member)
{
    struct outbox_message *queued = world_queue(world, member, CHANNEL_EMAIL);
    struct outbox_message *messages = NULL;
    size_t count = 0;
    WORLD_MUST(outbox_list(world->db, 0, "queued", 1, world->arena, &messages, &count, &err));
    assert_int_equal(count, 1);
    queued = messages;
    world_release(world, CHANNEL_EMAIL);
    world_settle(world, queued->id, "accepted", NULL);
    struct outbox_message *message = NULL;
    WORLD_MUST(outbox_find(world->db, queued->reference, world->arena, &message, &err));
    assert_string_equal(message->state, "accepted");
    return message;
}

static inline const char *state_of(struct world *world, const struct outbox_message *message)
{
    struct outbox_message *found = NULL;
    WORLD_MUST(outbox_find(world->db, message->reference, world->arena, &found, &err));
    return found->state;
}

/* How a mail says which of ours it is about. */
enum about { BY_RECIPIENT, BY_HEADER, BY_LINK, BY_MESSAGE_ID, BY_NOTHING };

/* A mail that came back, with one event. */
struct letter {
    struct returned_event event;
    struct returned mail;
    const char *came_to[2];
    const char *recipient;
};

static inline void write_letter(struct world *world, struct letter *letter,
                                const struct outbox_message *message, enum about about)
{
    const char *sender = message == NULL ? ""
                                         : bounces_sender(world->db, letter_config.mail.bounces,
                                                          message->reference, world->arena);
    char *token = arena_alloc(world->arena, UNSUBSCRIBE_TOKEN_SIZE);
    if (about == BY_LINK) {
        unsubscribe_token(world->db, message->reference, token);
    }
    letter->came_to[0] = "somebody@elsewhere.example";
    letter->came_to[1] = about == BY_HEADER ? sender : "bounces@branch.example";
    letter->recipient = about == BY_RECIPIENT ? sender : "";
    letter->mail = (struct returned){
        .came_to = letter->came_to,
        .came_to_count = 2,
        .message_id = about == BY_MESSAGE_ID
                          ? arena_printf(world->arena, "%s@branch.example", message->reference)
                          : "",
        .token = about == BY_LINK ? token : "",
        .own_id = arena_printf(world->arena, "%lld.%p@mx.example", (long long)world->now,
                               (const void *)message),
        .from = "mailer-daemon@mx.example",
        .subject = "Undelivered",
        .text = "",
        .events = &letter->event,
        .count = 1,
    };
}

static inline struct letter bounce_of(struct world *world, const struct outbox_message *message,
                                      enum about about, enum returned_class class,
                                      const char *status)
{
    struct letter letter = {0};
    letter.event = (struct returned_event){.kind = RETURNED_BOUNCE,
                                           .class = class,
                                           .recipient = message == NULL ? ANN : message->address,
                                           .status = status,
                                           .diagnostic = "550 <" ANN "> is not here"};
    write_letter(world, &letter, message, about);
    return letter;
}

static inline struct letter letter_of(struct world *world, const struct outbox_message *message,
                                      enum about about, enum returned_kind kind, const char *from,
                                      const char *text)
{
    struct letter letter = {0};
    letter.event =
        (struct returned_event){.kind = kind, .recipient = from, .status = "", .diagnostic = ""};
    write_letter(world, &letter, message, about);
    letter.mail.from = from;
    letter.mail.text = text;
    letter.mail.own_id = arena_printf(world->arena, "%s.%s.%p", from, text, (const void *)message);
    return letter;
}

static inline struct bounce_outcome take(struct world *world, struct letter *letter)
{
    struct bounce_outcome outcome = {0};
    letter->mail.came_to = letter->came_to; /* a letter may have been copied */
    if (letter->mail.count == 1) {
        letter->mail.events = &letter->event;
    }
    const struct bounce_mail mail = {
        .returned = &letter->mail, .recipient = letter->recipient, .now = world->now};
    WORLD_MUST(db_begin(world->db, &err));
    WORLD_MUST(bounce_take(world->db, &letter_config, &mail, world->arena, &outcome, &err));
    WORLD_MUST(db_commit(world->db, &err));
    assert_null(strstr(outcome.told, ANN));
    return outcome;
}

static inline size_t suppressed(struct world *world, const char *address, const char *kind)
{
    return world_suppressed(world, CHANNEL_EMAIL, address, kind);
}

#endif
