/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed callback: its first byte says how it is signed; up to the first line's end stands the
 * signature, and behind it the body. None of them is right, but for tokens that are signed here,
 * whose claims are whatever comes: they are read to their end. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "signature_private.h"

static const char KEY[] = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

static const struct gateway_signed whole[] = {
    {GATEWAY_PART_URL, ""},         {GATEWAY_PART_BASE_URL, ""},   {GATEWAY_PART_FIELDS, ""},
    {GATEWAY_PART_PAIRS, ""},       {GATEWAY_PART_QUERY, ""},      {GATEWAY_PART_BODY, ""},
    {GATEWAY_PART_BODY_SHA256, ""}, {GATEWAY_PART_HEADER, "X-At"}, {GATEWAY_PART_TEXT, "."},
};
static const struct gateway_signed body[] = {{GATEWAY_PART_BODY, ""}};

#define HEADER .place = {.header = "X-Signature", .field = ""}
#define TIMED  .timestamp = {.header = "", .field = "at"}, .tolerance = 300

static const struct gateway_signature kinds[] = {
    {.scheme = GATEWAY_MAC, .hash = GATEWAY_SHA1, HEADER, .parts = whole, .part_count = 9, TIMED},
    {.scheme = GATEWAY_MAC,
     .hash = GATEWAY_SHA256,
     .hex = true,
     HEADER,
     .parts = whole,
     .part_count = 9},
    {.scheme = GATEWAY_DIGEST,
     .hash = GATEWAY_MD5,
     .hex = true,
     .place = {.header = "", .field = "sig"},
     .parts = whole,
     .part_count = 9},
    {.scheme = GATEWAY_ED25519, HEADER, .parts = body, .part_count = 1},
    {.scheme = GATEWAY_JWT,
     .hash = GATEWAY_SHA256,
     HEADER,
     .issuer = "",
     .body_hash = "hash",
     .url_hash = "url"},
    {.scheme = GATEWAY_JWT,
     .hash = GATEWAY_SHA256,
     HEADER,
     .issuer = "us",
     .body_hash = "",
     .url_hash = "",
     .claims = true,
     .tolerance = 60},
    {.scheme = GATEWAY_BASIC, .user = "us"},
};

static const char *header_of(const char *name, void *context)
{
    const bool given = strcmp(name, "X-Signature") == 0 || strcmp(name, "Authorization") == 0;
    return given ? context : "1700000000";
}

/* RFC 4648 5, without padding. */
static void add_base64(struct buffer *out, const char *bytes, size_t length)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < length; i++) {
        held = held << 8 | (unsigned char)bytes[i];
        for (bits += 8; bits >= 6; bits -= 6) {
            (void)buffer_putc(out, letters[held >> (bits - 6) & 63]);
        }
    }
    if (bits > 0) {
        (void)buffer_putc(out, letters[held << (6 - bits) & 63]);
    }
}

/* A token with these claims, signed as it must be. */
static void make_token(struct buffer *out, const char *claims, size_t length)
{
    static const char head[] = "{\"alg\":\"HS256\"}";
    unsigned char mac[SIGNATURE_MOST];
    add_base64(out, head, sizeof head - 1);
    (void)buffer_putc(out, '.');
    add_base64(out, claims, length);
    const size_t size = signature_mac(GATEWAY_SHA256, KEY, buffer_text(out), out->length, mac);
    (void)buffer_putc(out, '.');
    add_base64(out, (const char *)mac, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const unsigned choice = fuzz_byte(&rest);
    const struct gateway_signature *kind = &kinds[choice % ARRAY_LENGTH(kinds)];
    const bool made = choice >= 128 && kind->scheme == GATEWAY_JWT;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(buffer_free) struct buffer token;
    buffer_init(&token, 64 * 1024);
    const char *line = memchr(rest.at, '\n', rest.left);
    const size_t given = line == NULL ? rest.left : (size_t)(line - rest.at);
    if (made) {
        make_token(&token, rest.at, given);
    } else {
        (void)buffer_add(&token, rest.at, given);
    }
    const struct signature_call call = {
        .url = "https://m.example/hook?a=b",
        .query = "a=b",
        .body = line == NULL ? "" : arena_span(arena, line + 1, rest.left - given - 1),
        .length = line == NULL ? 0 : rest.left - given - 1,
        .at = 1700000000000,
        .header = header_of,
        .context = arena_span(arena, buffer_text(&token), token.length),
    };
    struct signature_payload payload = {0};
    struct error err = {0};
    const bool ok = signature_check(kind, KEY, &call, arena, &payload, &err);
    MUST_HOLD(ok ? made : err.kind == ERROR_PERMISSION);
    MUST_HOLD(!ok || strlen(payload.bytes) <= payload.length);
    return 0;
}
