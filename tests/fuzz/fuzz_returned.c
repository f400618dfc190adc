/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail of anything at all: it is always something, in words that may be printed, and what is read
 * of a mail does not depend on what was read before. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/text.h"
#include "muster/inbound/returned.h"

static bool is_line(const char *text, size_t longest)
{
    bool ok = text != NULL && strlen(text) <= longest && fuzz_is_utf8(text);
    for (size_t i = 0; ok && text[i] != '\0'; i++) {
        ok = (unsigned char)text[i] >= 0x20 && text[i] != 0x7F;
    }
    return ok;
}

static void check_event(const struct returned_event *event)
{
    MUST_HOLD(event->kind <= RETURNED_OTHER && event->class <= RETURNED_CONFIG);
    MUST_HOLD(is_line(event->recipient, 1000) && is_line(event->original, 1000));
    MUST_HOLD(is_line(event->status, 15) && is_line(event->diagnostic, 1000));
    MUST_HOLD(strchr(event->recipient, ' ') == NULL);
    MUST_HOLD(event->class == RETURNED_NONE || event->kind == RETURNED_BOUNCE);
    MUST_HOLD(event->kind != RETURNED_OTHER || event->diagnostic[0] != '\0');
    MUST_HOLD(event->kind != RETURNED_REPLY || event->recipient[0] != '\0');
}

static void check(const struct returned *returned)
{
    MUST_HOLD(returned->count >= 1 && returned->count <= RETURNED_EVENTS_MAX);
    for (size_t i = 0; i < returned->count; i++) {
        check_event(&returned->events[i]);
    }
    for (size_t i = 0; i < returned->came_to_count; i++) {
        MUST_HOLD(is_line(returned->came_to[i], 1000) && returned->came_to[i][0] != '\0');
    }
    MUST_HOLD(is_line(returned->message_id, 1000) && is_line(returned->own_id, 1000));
    MUST_HOLD(is_line(returned->token, 63) && is_line(returned->from, 1000));
    MUST_HOLD(is_line(returned->subject, 1000));
    MUST_HOLD(returned->text != NULL && fuzz_is_utf8(returned->text));
    const enum returned_kind kind = returned->events[0].kind;
    MUST_HOLD(returned->text[0] == '\0' || kind == RETURNED_REPLY || kind == RETURNED_UNSUBSCRIBE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct returned first = {.count = 77};
    struct returned again;
    struct error err = {0};
    if (!returned_read((const char *)bytes, size, arena, &first, &err)) {
        MUST_HOLD(size == 0 && err.kind == ERROR_DATA && first.count == 77);
        return 0;
    }
    check(&first);
    MUST_HOLD(returned_read((const char *)bytes, size, arena, &again, &err));
    MUST_HOLD(first.count == again.count && strcmp(first.text, again.text) == 0);
    MUST_HOLD(first.events[0].kind == again.events[0].kind);
    MUST_HOLD(strcmp(first.events[0].recipient, again.events[0].recipient) == 0);
    return 0;
}
