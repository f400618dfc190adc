/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a provider answers to a text: the first byte says by which rules it is judged, the second
 * gives its status. Whatever it is, there is one verdict, and only what can be kept is kept. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/text.h"
#include "sms_private.h"

#define ANY .low = 100, .high = 599
static const struct gateway_rule by_json[] = {
    {ANY, .where = "messages.0.status", .equals = "ok*", .verdict = GATEWAY_ACCEPTED},
    {ANY, .where = "errors.*.code", .equals = "9", .verdict = GATEWAY_OPTED_OUT},
    {ANY, .where = "errors.*.code", .equals = "1*", .verdict = GATEWAY_CONFIG},
    {ANY, .where = "a.*.b.*.c", .equals = NULL, .verdict = GATEWAY_REFUSED},
    {.low = 429, .high = 429, .where = "", .verdict = GATEWAY_THROTTLED},
};
static const struct gateway_rule by_text[] = {
    {ANY, .where = "body", .equals = "OK*", .verdict = GATEWAY_ACCEPTED},
    {ANY, .where = "body", .equals = "ERR", .verdict = GATEWAY_REFUSED},
    {.low = 200, .high = 299, .where = "", .verdict = GATEWAY_UNSURE},
};

static const struct gateway gateways[] = {
    {.rules = by_json, .rule_count = ARRAY_LENGTH(by_json), .answer_id = "messages.0.id"},
    {.rules = by_text, .rule_count = ARRAY_LENGTH(by_text), .answer_id_text = "OK: *\n"},
    {.answer_id = "id"},
};

static const int statuses[] = {200, 202, 301, 400, 401, 404, 409, 429, 500, 503};

static bool is_word(const char *text, size_t longest)
{
    bool ok = text != NULL && strlen(text) <= longest && fuzz_is_utf8(text);
    for (size_t i = 0; ok && text[i] != '\0'; i++) {
        ok = (unsigned char)text[i] >= 0x20 && text[i] != 0x7F;
    }
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { ASKED = 7000 };
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const struct gateway *gateway = &gateways[fuzz_byte(&rest) % ARRAY_LENGTH(gateways)];
    const int status = statuses[fuzz_byte(&rest) % ARRAY_LENGTH(statuses)];
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const struct sms_answer answer = {.status = status,
                                      .body = arena_span(arena, rest.at, rest.left),
                                      .length = rest.left,
                                      .retry_after = ASKED};
    struct parcel parcel = {.reference = "r1", .to = "+447700900001", .verdict = CARRIER_UNTOUCHED};
    const bool stop = sms_judge(gateway, &answer, &parcel, arena);
    const bool taken = parcel.verdict == CARRIER_ACCEPTED || parcel.verdict == CARRIER_UNSURE;
    MUST_HOLD(parcel.verdict != CARRIER_UNTOUCHED);
    MUST_HOLD(!stop || parcel.verdict == CARRIER_DEFERRED);
    MUST_HOLD(!parcel.opted_out || parcel.verdict == CARRIER_REFUSED);
    MUST_HOLD(parcel.retry_after == (parcel.verdict == CARRIER_DEFERRED ? ASKED : 0));
    MUST_HOLD(is_word(parcel.answer, CARRIER_ANSWER_MAX));
    MUST_HOLD(parcel.remote_id == NULL ||
              (taken && parcel.remote_id[0] != '\0' && is_word(parcel.remote_id, size)));
    return 0;
}
