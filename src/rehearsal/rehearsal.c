/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The world of a rehearsal; see rehearsal.h. */
#include "rehearsal.h"

#include <inttypes.h>
#include <stdio.h>

enum { BOXES_MOST = 200000, PHONE_BYTES = 24 << 20, MAIL_BYTES = 40 << 20 };

bool rehearsal_start(struct rehearsal *world, const char *log, struct error *err)
{
    world->numbers = tally_create();
    world->addresses = tally_create();
    world->phones = boxes_create(BOXES_MOST, PHONE_BYTES);
    world->mailboxes = boxes_create(BOXES_MOST, MAIL_BYTES);
    world->ledger = ledger_create(LEDGER_HOLDS);
    ledger_inherit(world->ledger, log);
    /* Every message has a line in the log, so the number of lines is past every number given out.
     * */
    world->last_message = journal_inherited(world->journal);
    world->last_reply = world->last_message;
    return loop_create(&world->loop, err) && callbacks_create(world->loop, &world->callbacks, err);
}

void rehearsal_stop(struct rehearsal *world)
{
    callbacks_free(&world->callbacks);
    loop_free(&world->loop);
    boxes_free(&world->phones);
    boxes_free(&world->mailboxes);
    ledger_free(&world->ledger);
    tally_free(&world->numbers);
    tally_free(&world->addresses);
}

void rehearsal_message_id(struct rehearsal *world, char letter, char id[BOX_ID_SIZE])
{
    uint64_t *last = letter == 'I' ? &world->last_reply : &world->last_message;
    *last += 1;
    snprintf(id, BOX_ID_SIZE, "%c%010" PRIu64, letter, *last % UINT64_C(10000000000));
}
