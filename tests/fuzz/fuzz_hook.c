/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A callback: its first byte says which profile reads it, and at which URL it came. Whatever it is,
 * an event that is told of can be stored. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/text.h"
#include "muster/inbound/hook.h"

static const char *const sent[] = {"SENT", "message.*"};
static const char *const received[] = {"RECEIVED"};

static const struct gateway_status statuses[] = {
    {"sent", GATEWAY_PENDING},
    {"delivered", GATEWAY_DELIVERED},
};

static const struct gateway_error errors[] = {
    {"9", GATEWAY_CAUSE_OPTED_OUT},
};

#define WORDS                                                                                      \
    .name = "practice", .statuses = statuses, .status_count = 2, .errors = errors, .error_count = 1
#define RECEIPT .id = "id", .reference = "reference", .status = "status", .error = "error.code"
#define REPLY                                                                                      \
    .id = "id", .from = "from", .to = "to", .text = "text",                                        \
    .part = {.reference = "part.ref", .total = "part.total", .number = "part.number"}
#define SENT_ONLY     .only = {.where = "type", .equals = sent, .count = 2}
#define RECEIVED_ONLY .only = {.where = "type", .equals = received, .count = 1}

static const struct gateway profiles[] = {
    {WORDS, .receipt = {.format = GATEWAY_FORM, RECEIPT}, .reply = {.format = GATEWAY_FORM, REPLY}},
    {WORDS, .receipt = {.format = GATEWAY_JSON, RECEIPT}, .reply = {.format = GATEWAY_JSON, REPLY}},
    {WORDS, .receipt = {.format = GATEWAY_JSON, .list = "", RECEIPT, SENT_ONLY},
     .reply = {.format = GATEWAY_JSON, .list = "", REPLY, RECEIVED_ONLY}},
    {WORDS, .receipt = {.format = GATEWAY_JSON, .list = "results", RECEIPT, SENT_ONLY},
     .reply = {.format = GATEWAY_JSON, .list = "results", REPLY, RECEIVED_ONLY}},
    {WORDS,
     .receipt = {.format = GATEWAY_XML,
                 .id = "MessageId",
                 .status = "#name",
                 .only = {.where = "#name", .equals = sent, .count = 2}},
     .reply = {.format = GATEWAY_XML, REPLY}},
    {WORDS, .receipt = {.format = GATEWAY_XML, .list = "event", RECEIPT},
     .reply = {.format = GATEWAY_XML, .list = "event", REPLY}},
};

static bool is_word(const char *text, size_t longest)
{
    bool ok = text != NULL && strlen(text) <= longest && fuzz_is_utf8(text);
    for (size_t i = 0; ok && text[i] != '\0'; i++) {
        ok = (unsigned char)text[i] >= 0x20 && text[i] != 0x7F;
    }
    return ok;
}

static void check(const struct hook_event *event)
{
    if (event->kind == HOOK_RECEIPT) {
        const struct receipt *receipt = &event->receipt;
        MUST_HOLD(is_word(receipt->remote_id, 128) && receipt->remote_id[0] != '\0');
        MUST_HOLD(receipt->reference == NULL || is_word(receipt->reference, 128));
        MUST_HOLD(is_word(receipt->status, 64) && receipt->status[0] != '\0');
        MUST_HOLD(receipt->error == NULL || is_word(receipt->error, 64));
        MUST_HOLD(receipt->cause == NULL || receipt->error != NULL);
        MUST_HOLD(strcmp(receipt->gateway, "practice") == 0 && receipt->means != NULL);
        return;
    }
    const struct reply *reply = &event->reply;
    MUST_HOLD(is_word(reply->remote_id, 128) && reply->remote_id[0] != '\0');
    MUST_HOLD(is_word(reply->address, 64) && reply->address[0] != '\0');
    MUST_HOLD(reply->text != NULL && fuzz_is_utf8(reply->text));
    if (reply->part.total != 0) {
        MUST_HOLD(reply->part.total >= 2 && reply->part.total <= 255);
        MUST_HOLD(reply->part.number >= 1 && reply->part.number <= reply->part.total);
        MUST_HOLD(is_word(reply->part.reference, 128) && is_word(reply->part.sent_to, 64));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const unsigned choice = fuzz_byte(&rest);
    const struct hook_call call = {.kind = choice % 2 == 0 ? HOOK_RECEIPT : HOOK_REPLY,
                                   .bytes = rest.at,
                                   .length = rest.left,
                                   .at = 1};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct hook_events events = {.count = 77};
    struct error err = {0};
    if (!hook_read(&profiles[choice / 2 % ARRAY_LENGTH(profiles)], "GB", &call, arena, &events,
                   &err)) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0' && events.count == 77);
        return 0;
    }
    MUST_HOLD(events.count <= 2 * (size_t)HOOK_EVENTS_MAX);
    MUST_HOLD(events.unread == 0 || (events.count > 0 && events.fault.kind == ERROR_DATA));
    for (size_t i = 0; i < events.count; i++) {
        check(&events.events[i]);
    }
    return 0;
}
