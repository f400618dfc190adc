/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-click unsubscribing; see tap.h. */
#include "muster/inbound/tap.h"

#include "muster/base/arena.h"
#include "muster/store/outbox.h"
#include "muster/store/suppressions.h"
#include "muster/store/unsubscribe.h"

bool tap_unsubscribe(struct db *db, const char *token, int64_t now, bool *known, struct error *err)
{
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    if (!unsubscribe_reference(db, token, reference)) {
        *known = false;
        return true;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct outbox_message *message = NULL;
    if (!outbox_find(db, reference, arena, &message, err)) {
        return false;
    }
    if (message == NULL) {
        *known = false;
        return true;
    }
    struct suppression suppression = {
        .channel = message->channel,
        .kind = "stop",
        .source = "tap",
        .reason = "the unsubscribe link of a message was used",
        .at = now,
    };
    db_address_key(db, message->channel, message->address, suppression.address_key);
    if (!suppressions_add(db, &suppression, err)) {
        return false;
    }
    *known = true;
    return true;
}
