/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading callbacks; see hook.h. */
#include "muster/inbound/hook.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/model/phone.h"
#include "places.h"

enum {
    ID_MAX = 128,
    STATUS_MAX = 64,
    ERROR_MAX = 64,
    KIND_MAX = 128,
    NUMBER_MAX = 64,
    REPLACEMENT = 0xFFFD,
    DIGITS_MAX = 20,      /* of a number that is none of ours; E.164 has 15 */
    PARTS_MAX = 255,      /* of one text, as phones count them */
    PART_TEXT_MAX = 4096, /* bytes; the longest has 160 letters */
};

/* A call while it is read. */
struct reading {
    const struct gateway *gateway;
    const char *region;
    const struct hook_call *call;
    struct places places;
    struct arena *arena;
    size_t index; /* of the event in its list */
    bool listed;
};

enum { HIGH_FIRST = 0xD800, LOW_FIRST = 0xDC00, LOW_LAST = 0xDFFF }; /* halves of one letter */

/* The letter at `i` of UTF-16, high byte first; returns how many bytes it takes. */
static size_t wide_rune(const char *bytes, size_t length, size_t i, uint32_t *rune)
{
    const unsigned char *at = (const unsigned char *)bytes + i;
    const size_t left = length - i;
    uint32_t unit = left < 2 ? REPLACEMENT : (uint32_t)(at[0] << 8 | at[1]);
    size_t size = left < 2 ? left : 2;
    if (unit >= HIGH_FIRST && unit < LOW_FIRST && left >= 4) {
        const uint32_t low = (uint32_t)(at[2] << 8 | at[3]);
        if (low >= LOW_FIRST && low <= LOW_LAST) {
            unit = 0x10000 + ((unit - HIGH_FIRST) << 10) + (low - LOW_FIRST);
            size = 4;
        }
    }
    *rune = unit >= HIGH_FIRST && unit <= LOW_LAST ? REPLACEMENT : unit;
    return size;
}

/* Text as a person wrote it: whatever the provider made of it, an opt-out in it must not be
 * lost. */
static const char *mend(const char *bytes, size_t length, bool wide, struct arena *arena)
{
    char *out = arena_alloc(arena, length * 3 + 1);
    size_t used = 0;
    for (size_t i = 0; i < length;) {
        uint32_t rune = 0;
        i += wide ? wide_rune(bytes, length, i, &rune) : text_rune(bytes + i, length - i, &rune);
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

static const char *cause_word(enum gateway_cause means)
{
    switch (means) {
    case GATEWAY_CAUSE_NUMBER: return "number";
    case GATEWAY_CAUSE_BLOCKED: return "blocked";
    case GATEWAY_CAUSE_TEMPORARY: return "temporary";
    case GATEWAY_CAUSE_OURS: return "ours";
    case GATEWAY_CAUSE_OPTED_OUT: return "opted_out";
    }
    return NULL;
}

/* Why the text did not arrive. An error that cannot be read costs no receipt. */
static void read_error(const struct reading *reading, const struct places_event *event,
                       struct receipt *receipt)
{
    const struct gateway *gateway = reading->gateway;
    const char *word = "";
    if (!places_word(event, gateway->receipt.error, ERROR_MAX, reading->arena, &word, NULL)) {
        return;
    }
    receipt->error = text_given(word);
    for (size_t i = 0; receipt->error != NULL && i < gateway->error_count; i++) {
        if (strcasecmp(gateway->errors[i].word, word) == 0) {
            receipt->cause = cause_word(gateway->errors[i].means);
            return;
        }
    }
}

static bool read_receipt(const struct reading *reading, const struct places_event *from,
                         struct hook_event *event, struct error *err)
{
    const struct gateway_callback *places = &reading->gateway->receipt;
    struct arena *arena = reading->arena;
    struct receipt *receipt = &event->receipt;
    const char *reference = "";
    if (!places_word(from, places->id, ID_MAX, arena, &receipt->remote_id, err) ||
        !places_word(from, places->reference, ID_MAX, arena, &reference, err) ||
        !places_word(from, places->status, STATUS_MAX, arena, &receipt->status, err)) {
        return false;
    }
    if (text_empty(receipt->remote_id) && text_empty(reference)) {
        return error_set(err, ERROR_DATA, "the receipt names no message");
    }
    if (text_empty(receipt->status)) {
        return error_set(err, ERROR_DATA, "the receipt has no status");
    }
    receipt->gateway = reading->gateway->name;
    receipt->at = reading->call->at;
    receipt->reference = text_given(reference);
    if (text_empty(receipt->remote_id)) {
        receipt->remote_id = reference;
    }
    receipt->means = status_meaning(reading->gateway, receipt->status);
    event->unknown_status = receipt->means == NULL;
    if (event->unknown_status) {
        receipt->means = receipt_word(GATEWAY_PENDING);
    }
    read_error(reading, from, receipt);
    return true;
}

/* An id for a reply that has none. It holds the instant, so that a second STOP after a START is
 * never taken for a repeat of the first; a true repeat is then kept twice, which does no harm. */
static const char *make_id(const struct reading *reading)
{
    const struct hook_call *call = reading->call;
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    token_digest(call->bytes, call->length, digest);
    token_hex(digest, sizeof digest, hex);
    return arena_printf(reading->arena, "%lld-%.32s-%zu", (long long)call->at, hex, reading->index);
}

/* Without an id a lone reply is refused where the provider has ids, and sent again; in a list it is
 * not, as the others are taken. */
static bool read_reply_id(const struct reading *reading, const struct places_event *from,
                          const char **id, struct error *err)
{
    const char *place = reading->gateway->reply.id;
    struct error fault = {.kind = ERROR_NONE};
    if (!places_word(from, place, ID_MAX, reading->arena, id, &fault)) {
        *id = "";
    } else if (text_empty(*id) && !text_empty(place)) {
        (void)error_set(&fault, ERROR_DATA, "the reply has no %s", place);
    }
    if (fault.kind != ERROR_NONE && !reading->listed) {
        *err = fault;
        return false;
    }
    if (text_empty(*id)) {
        *id = make_id(reading);
    }
    return true;
}

/* Which part of a longer text it is. Whatever is not clearly a part is a text of its own, so that
 * nothing waits for others that never come. */
static void read_part(const struct reading *reading, const struct places_event *from,
                      struct reply *reply)
{
    const struct gateway_callback *places = &reading->gateway->reply;
    struct arena *arena = reading->arena;
    struct reply_part part = {.total = 0};
    const char *number = "";
    const char *total = "";
    if (text_empty(places->part.reference) || strlen(reply->text) > PART_TEXT_MAX ||
        !places_word(from, places->part.reference, ID_MAX, arena, &part.reference, NULL) ||
        !places_word(from, places->part.number, ID_MAX, arena, &number, NULL) ||
        !places_word(from, places->part.total, ID_MAX, arena, &total, NULL) ||
        !places_word(from, places->to, NUMBER_MAX, arena, &part.sent_to, NULL)) {
        return;
    }
    if (!text_empty(part.reference) && text_number(total, 2, PARTS_MAX, &part.total) &&
        text_number(number, 1, part.total, &part.number)) {
        reply->part = part;
    }
}

static bool is_like(const char *word, const char *pattern)
{
    size_t length = strlen(pattern);
    if (length > 0 && pattern[length - 1] == '*') {
        return strncmp(word, pattern, length - 1) == 0;
    }
    return text_equal(word, pattern);
}

/* Whether an event is one of those; all are when nothing is asked. */
static bool is_meant(const struct reading *reading, const struct gateway_only *only,
                     const struct places_event *event, bool *meant, struct error *err)
{
    const char *word = "";
    if (only->count > 0 && !places_word(event, only->where, KIND_MAX, reading->arena, &word, err)) {
        return false;
    }
    *meant = only->count == 0;
    for (size_t i = 0; i < only->count; i++) {
        *meant |= !text_empty(word) && is_like(word, only->equals[i]);
    }
    return true;
}

static bool read_reply(const struct reading *reading, const struct places_event *event,
                       struct reply *reply, struct error *err)
{
    const struct gateway_callback *places = &reading->gateway->reply;
    struct arena *arena = reading->arena;
    const char *from = "";
    const char *text = NULL;
    size_t length = 0;
    bool wide = false;
    if (!read_reply_id(reading, event, &reply->remote_id, err) ||
        !places_word(event, places->from, NUMBER_MAX, arena, &from, err) ||
        !places_get(event, places->text, arena, &text, &length, err)) {
        return false;
    }
    if (text_empty(from)) {
        return error_set(err, ERROR_DATA, "the reply does not say who wrote it");
    }
    wide = places->utf16.count > 0 && is_meant(reading, &places->utf16, event, &wide, NULL) && wide;
    reply->gateway = reading->gateway->name;
    reply->at = reading->call->at;
    reply->address = normalise(from, reading->region, arena);
    reply->text = mend(text == NULL ? "" : text, length, wide, arena);
    read_part(reading, event, reply);
    return true;
}

/* Add the event to those that were read, if it is of this kind. */
static bool read_event(const struct reading *reading, enum hook_kind kind,
                       const struct places_event *from, struct hook_events *events,
                       struct error *err)
{
    const struct gateway *gateway = reading->gateway;
    struct hook_event *event = &events->events[events->count];
    bool meant = false;
    if (!is_meant(reading, kind == HOOK_RECEIPT ? &gateway->receipt.only : &gateway->reply.only,
                  from, &meant, err)) {
        return false;
    }
    if (!meant) {
        return true;
    }
    *event = (struct hook_event){.kind = kind};
    if (kind == HOOK_RECEIPT ? !read_receipt(reading, from, event, err)
                             : !read_reply(reading, from, &event->reply, err)) {
        return false;
    }
    events->count++;
    return true;
}

/* Read the events of one kind. */
static bool read_list(struct reading *reading, enum hook_kind kind, const struct places_list *list,
                      struct hook_events *events, struct error *err)
{
    reading->listed = list->listed;
    for (size_t i = 0; i < list->count; i++) {
        const struct places_event from = places_event(list, i);
        struct error fault = {.kind = ERROR_NONE};
        reading->index = i;
        if (read_event(reading, kind, &from, events, &fault)) {
            continue;
        }
        if (!list->listed) {
            *err = fault;
            return false;
        }
        events->fault = events->unread == 0 ? fault : events->fault;
        events->unread++;
    }
    return true;
}

/* Read those of the URL's kind, and then those of the other, if the profile tells them apart. */
static bool read_events(struct reading *reading, struct hook_events *events, struct error *err)
{
    const struct gateway *gateway = reading->gateway;
    const bool receipts = reading->call->kind == HOOK_RECEIPT;
    const struct gateway_callback *own = receipts ? &gateway->receipt : &gateway->reply;
    const struct gateway_callback *other = receipts ? &gateway->reply : &gateway->receipt;
    struct places_list owns;
    struct places_list others = {.count = 0};
    const bool any = places_events(&reading->places, own->list, &owns);
    const bool both = own->only.count > 0 && other->only.count > 0 &&
                      own->format == other->format &&
                      places_events(&reading->places, other->list, &others);
    if (!any && !both) {
        return text_empty(own->list)
                   ? error_set(err, ERROR_DATA, "the callback is no list")
                   : error_set(err, ERROR_DATA, "the callback has no list %s", own->list);
    }
    owns.count = any ? owns.count : 0;
    if (owns.count > HOOK_EVENTS_MAX || others.count > HOOK_EVENTS_MAX) {
        return error_set(err, ERROR_DATA, "the callback has more than %d events", HOOK_EVENTS_MAX);
    }
    events->events =
        arena_array(reading->arena, owns.count + others.count + 1, sizeof *events->events);
    return read_list(reading, reading->call->kind, &owns, events, err) &&
           read_list(reading, receipts ? HOOK_REPLY : HOOK_RECEIPT, &others, events, err);
}

static void free_reading(struct reading *reading)
{
    places_free(&reading->places);
}

bool hook_read(const struct gateway *gateway, const char *region, const struct hook_call *call,
               struct arena *arena, struct hook_events *events, struct error *err)
{
    if (call->length > HOOK_BYTES_MAX) {
        return error_set(err, ERROR_DATA, "the callback has more than %d bytes", HOOK_BYTES_MAX);
    }
    CLEANUP(free_reading)
    struct reading reading = {.gateway = gateway, .region = region, .call = call, .arena = arena};
    struct hook_events read = {.count = 0};
    enum gateway_body format =
        call->kind == HOOK_RECEIPT ? gateway->receipt.format : gateway->reply.format;
    if (!places_open(format, call->bytes, call->length, arena, &reading.places, err) ||
        !read_events(&reading, &read, err)) {
        return false;
    }
    if (read.count == 0 && read.unread > 0) {
        *err = read.fault;
        return error_prefix(err, "no event of %zu can be read", read.unread);
    }
    *events = read;
    return true;
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

/* As a user or a password stands in a URL (RFC 3986 3.2.1). */
static const char *escape(const char *text, struct arena *arena)
{
    static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char *out = arena_alloc(arena, strlen(text) * 3 + 1);
    size_t used = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr(bare, *at) != NULL) {
            out[used++] = *at;
        } else {
            used += (size_t)snprintf(out + used, 4, "%%%02X", (unsigned)(unsigned char)*at);
        }
    }
    out[used] = '\0';
    return out;
}

/* The URL of the public listener, with what the provider logs in by. */
static bool make_base(const struct config *config, const struct gateway *gateway,
                      struct arena *arena, const char **base, struct error *err)
{
    const struct gateway_signature *signature = &gateway->signature;
    const char *url = config->public.url;
    const char *slashes = strstr(url, "://");
    char password[FILE_SECRET_MAX];
    if (signature->scheme != GATEWAY_BASIC || slashes == NULL) {
        *base = url;
        return true;
    }
    if (!file_secret(signature->password_file, password, err)) {
        return error_prefix(err, "what gateway %s logs in with", gateway->name);
    }
    const int before = (int)(slashes - url) + 3;
    *base = arena_printf(arena, "%.*s%s:%s@%s", before, url, escape(signature->user, arena),
                         escape(password, arena), url + before);
    explicit_bzero(password, sizeof password);
    return true;
}

bool hook_urls(const struct db *db, const struct config *config, const struct gateway *gateway,
               struct arena *arena, struct hook_urls *urls, struct error *err)
{
    const char *base = NULL;
    char secret[HOOK_SECRET_SIZE];
    if (text_empty(config->public.url)) {
        *urls = (struct hook_urls){.receipt = "", .reply = ""};
        return true;
    }
    if (!make_base(config, gateway, arena, &base, err)) {
        return false;
    }
    hook_secret(db, gateway->name, secret);
    base = arena_printf(arena, "%s/hook/%s/%s", base, gateway->name, secret);
    urls->receipt = arena_printf(arena, "%s/receipt", base);
    urls->reply = arena_printf(arena, "%s/reply", base);
    return true;
}
