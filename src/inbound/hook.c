/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading callbacks; see hook.h. */
#include "muster/inbound/hook.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/inbound/form.h"
#include "muster/model/phone.h"

enum {
    ID_MAX = 128,
    STATUS_MAX = 64,
    NUMBER_MAX = 64,
    REPLACEMENT = 0xFFFD,
    DIGITS_MAX = 20, /* of a number that is none of ours; E.164 has 15 */
};

/* A callback's values, whichever way they were written. */
struct values {
    enum gateway_body format;
    struct form form;
    struct json *json;
};

static void free_values(struct values *values)
{
    json_free(&values->json);
}

static bool read_values(const struct gateway_callback *callback, const struct hook_call *call,
                        struct arena *arena, struct values *values, struct error *err)
{
    if (call->length > HOOK_BYTES_MAX) {
        return error_set(err, ERROR_DATA, "the callback has more than %d bytes", HOOK_BYTES_MAX);
    }
    values->format = callback->format;
    switch (callback->format) {
    case GATEWAY_FORM: return form_parse(call->bytes, call->length, arena, &values->form, err);
    case GATEWAY_JSON: return json_parse(call->bytes, call->length, &values->json, err);
    case GATEWAY_XML: break;
    }
    return error_set(err, ERROR_CONFIG, "callbacks in XML are not understood yet");
}

/* The value at a place of the profile; NULL when the profile has none ("") or it was not sent. */
static bool get(const struct values *values, const char *place, struct arena *arena,
                const char **bytes, size_t *length, struct error *err)
{
    *bytes = NULL;
    *length = 0;
    if (text_empty(place)) {
        return true;
    }
    if (values->format == GATEWAY_JSON) {
        *bytes = json_text_at(values->json, place, arena);
        *length = *bytes == NULL ? 0 : strlen(*bytes);
        return true;
    }
    const struct form_field *field = NULL;
    if (!form_find(&values->form, place, &field, err)) {
        return false;
    }
    if (field != NULL) {
        *bytes = field->value;
        *length = field->length;
    }
    return true;
}

/* A short value such as an id: "" when it was not sent; UTF-8 without control characters. */
static bool get_word(const struct values *values, const char *place, size_t longest,
                     struct arena *arena, const char **word, struct error *err)
{
    const char *bytes = NULL;
    size_t length = 0;
    if (!get(values, place, arena, &bytes, &length, err)) {
        return false;
    }
    if (length > longest) {
        return error_set(err, ERROR_DATA, "%s has more than %zu bytes", place, longest);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7F) {
            return error_set(err, ERROR_DATA, "%s has a control character", place);
        }
    }
    if (!text_is_utf8(bytes == NULL ? "" : bytes, length)) {
        return error_set(err, ERROR_DATA, "%s is not UTF-8", place);
    }
    *word = text_trim(bytes == NULL ? "" : bytes, arena);
    return true;
}

/* Text as a person wrote it: whatever the provider made of it, an opt-out in it must not be
 * lost. */
static const char *mend(const char *bytes, size_t length, struct arena *arena)
{
    char *out = arena_alloc(arena, length * 3 + 1);
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        uint32_t rune = 0;
        i += text_rune(bytes + i, length - i, &rune);
        char piece[4];
        size_t size = text_put_rune(rune == 0 ? REPLACEMENT : rune, piece);
        memcpy(out + used, piece, size);
        used += size;
    }
    out[used] = '\0';
    return out;
}

/* `+` and the digits of a number that is no mobile of ours, such as a short code. */
static const char *keep_digits(const char *given, struct arena *arena)
{
    char digits[DIGITS_MAX + 1];
    size_t count = 0;
    for (const char *at = given; *at != '\0' && count < DIGITS_MAX; at++) {
        if (*at >= '0' && *at <= '9') {
            digits[count++] = *at;
        }
    }
    digits[count] = '\0';
    return count == 0 ? given : arena_printf(arena, "+%s", digits);
}

/* Providers write numbers with their country code, some without the plus; only what cannot be read
 * so is taken as a number of our own region. */
static const char *normalise(const char *given, const char *region, struct arena *arena)
{
    const char *number = NULL;
    const char *reason = NULL;
    if (given[0] >= '1' && given[0] <= '9' &&
        phone_parse(arena_printf(arena, "+%s", given), region, arena, &number, &reason)) {
        return number;
    }
    if (phone_parse(given, region, arena, &number, &reason)) {
        return number;
    }
    return keep_digits(given, arena);
}

static const char *receipt_word(enum gateway_receipt means)
{
    switch (means) {
    case GATEWAY_PENDING: return "pending";
    case GATEWAY_DELIVERED: return "delivered";
    case GATEWAY_UNDELIVERED: return "undelivered";
    case GATEWAY_EXPIRED: return "expired";
    }
    return "pending";
}

/* What the provider's word means to us; NULL when the profile does not know it. */
static const char *status_meaning(const struct gateway *gateway, const char *word)
{
    for (size_t i = 0; i < gateway->status_count; i++) {
        if (strcasecmp(gateway->statuses[i].word, word) == 0) {
            return receipt_word(gateway->statuses[i].means);
        }
    }
    return NULL;
}

static bool read_receipt(const struct gateway *gateway, const struct values *values,
                         struct arena *arena, struct hook_event *event, struct error *err)
{
    const struct gateway_callback *places = &gateway->receipt;
    struct receipt *receipt = &event->receipt;
    const char *reference = "";
    if (!get_word(values, places->id, ID_MAX, arena, &receipt->remote_id, err) ||
        !get_word(values, places->reference, ID_MAX, arena, &reference, err) ||
        !get_word(values, places->status, STATUS_MAX, arena, &receipt->status, err)) {
        return false;
    }
    if (text_empty(receipt->remote_id) && text_empty(reference)) {
        return error_set(err, ERROR_DATA, "the receipt names no message");
    }
    if (text_empty(receipt->status)) {
        return error_set(err, ERROR_DATA, "the receipt has no status");
    }
    receipt->reference = text_given(reference);
    if (text_empty(receipt->remote_id)) {
        receipt->remote_id = reference;
    }
    receipt->means = status_meaning(gateway, receipt->status);
    event->unknown_status = receipt->means == NULL;
    if (event->unknown_status) {
        receipt->means = receipt_word(GATEWAY_PENDING);
    }
    return true;
}

/* An id for a reply of a provider that gives none. It holds the instant, so that a second STOP
 * after a START is never taken for a repeat of the first; a true repeat is then kept twice, which
 * does no harm. */
static const char *make_id(const struct hook_call *call, struct arena *arena)
{
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    token_digest(call->bytes, call->length, digest);
    token_hex(digest, sizeof digest, hex);
    return arena_printf(arena, "%lld-%.32s", (long long)call->at, hex);
}

static bool read_reply(const struct gateway *gateway, const char *region,
                       const struct hook_call *call, const struct values *values,
                       struct arena *arena, struct reply *reply, struct error *err)
{
    const struct gateway_callback *places = &gateway->reply;
    const char *from = "";
    const char *text = NULL;
    size_t length = 0;
    if (!get_word(values, places->id, ID_MAX, arena, &reply->remote_id, err) ||
        !get_word(values, places->from, NUMBER_MAX, arena, &from, err) ||
        !get(values, places->text, arena, &text, &length, err)) {
        return false;
    }
    if (text_empty(reply->remote_id)) {
        if (!text_empty(places->id)) {
            return error_set(err, ERROR_DATA, "the reply has no %s", places->id);
        }
        reply->remote_id = make_id(call, arena);
    }
    if (text_empty(from)) {
        return error_set(err, ERROR_DATA, "the reply does not say who wrote it");
    }
    reply->address = normalise(from, region, arena);
    reply->text = mend(text == NULL ? "" : text, length, arena);
    return true;
}

bool hook_read(const struct gateway *gateway, const char *region, const struct hook_call *call,
               struct arena *arena, struct hook_event *event, struct error *err)
{
    const struct gateway_callback *callback =
        call->kind == HOOK_RECEIPT ? &gateway->receipt : &gateway->reply;
    CLEANUP(free_values) struct values values = {.json = NULL};
    if (!read_values(callback, call, arena, &values, err)) {
        return false;
    }
    struct hook_event read = {.kind = call->kind};
    bool ok = false;
    if (call->kind == HOOK_RECEIPT) {
        read.receipt.gateway = gateway->name;
        read.receipt.at = call->at;
        ok = read_receipt(gateway, &values, arena, &read, err);
    } else {
        read.reply.gateway = gateway->name;
        read.reply.at = call->at;
        ok = read_reply(gateway, region, call, &values, arena, &read.reply, err);
    }
    if (ok) {
        *event = read;
    }
    return ok;
}

void hook_secret(const struct db *db, const char *gateway, char secret[HOOK_SECRET_SIZE])
{
    char purpose[256];
    char hex[TOKEN_HEX_SIZE];
    (void)snprintf(purpose, sizeof purpose, "hook:%s", gateway);
    db_derive(db, purpose, hex);
    memcpy(secret, hex, HOOK_SECRET_SIZE - 1);
    secret[HOOK_SECRET_SIZE - 1] = '\0';
}

bool hook_urls(const struct db *db, const struct config *config, const struct gateway *gateway,
               struct arena *arena, const char **receipt_url, const char **reply_url)
{
    if (text_empty(config->public.url)) {
        *receipt_url = "";
        *reply_url = "";
        return false;
    }
    char secret[HOOK_SECRET_SIZE];
    hook_secret(db, gateway->name, secret);
    const char *base =
        arena_printf(arena, "%s/hook/%s/%s", config->public.url, gateway->name, secret);
    *receipt_url = arena_printf(arena, "%s/receipt", base);
    *reply_url = arena_printf(arena, "%s/reply", base);
    return true;
}
