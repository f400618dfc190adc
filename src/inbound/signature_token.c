/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Web Tokens (RFC 7519) signed by HMAC. The profile says by which hash, and a token that says
 * another one, or "none", is wrong: what a token says of itself is what whoever forged it says. */
#include <openssl/crypto.h>
#include <string.h>
#include <strings.h>

#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "signature_private.h"

enum {
    TOKEN_MAX = 4096, /* bytes of its claims */
    SKEW = 5,         /* seconds by which clocks may be apart */
};

/* A part of a token, decoded, in the arena; NULL when it is not base 64. */
static const char *decode(const char *text, size_t length, struct arena *arena, size_t *size)
{
    unsigned char *bytes = arena_alloc(arena, TOKEN_MAX + 1);
    *size = signature_base64(text, length, bytes, TOKEN_MAX);
    bytes[*size] = '\0';
    return *size == 0 ? NULL : (const char *)bytes;
}

/* Whether the header says that the token is signed as the profile wants it. */
static bool is_kind(const char *header, size_t length, enum gateway_hash hash, struct arena *arena)
{
    CLEANUP(json_free) struct json *json = NULL;
    const char *wanted = hash == GATEWAY_SHA512 ? "HS512" : "HS256";
    return json_parse(header, length, &json, NULL) &&
           text_equal(json_text_at(json, "alg", arena), wanted);
}

/* The time of a claim, seconds since the epoch; `absent` when it is not there. */
static bool time_of(const struct json *claims, const char *name, int64_t absent,
                    struct arena *arena, int64_t *seconds)
{
    const char *text = json_text_at(claims, name, arena);
    *seconds = absent;
    return text == NULL || text_number(text, 0, INT64_MAX / CLOCK_SECOND, seconds);
}

static bool is_timely(const struct json *claims, int64_t tolerance, int64_t at, struct arena *arena)
{
    int64_t begins = 0;
    int64_t ends = 0;
    int64_t issued = 0;
    const int64_t now = at / CLOCK_SECOND;
    if (!time_of(claims, "nbf", 0, arena, &begins) ||
        !time_of(claims, "exp", INT64_MAX - SKEW, arena, &ends) ||
        !time_of(claims, "iat", -1, arena, &issued)) {
        return false;
    }
    const int64_t off = now - issued;
    const bool fresh = issued >= 0 && off <= tolerance && off >= -tolerance - SKEW;
    const bool bounded = json_member(claims, "exp") != NULL;
    return now >= begins - SKEW && now <= ends + SKEW && (tolerance == 0 || bounded || fresh);
}

/* Whether a claim is the SHA-256 of these bytes, in hexadecimal. */
static bool holds_hash(const struct json *claims, const char *name, const void *bytes,
                       size_t length, struct arena *arena)
{
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    const char *claim = json_text_at(claims, name, arena);
    if (claim == NULL || strlen(claim) != sizeof hex - 1) {
        return false;
    }
    token_digest(bytes, length, digest);
    token_hex(digest, sizeof digest, hex);
    const char *small = text_fold(claim, arena);
    return strlen(small) == sizeof hex - 1 && CRYPTO_memcmp(small, hex, sizeof hex - 1) == 0;
}

static bool check_claims(const struct gateway_signature *signature, const struct json *claims,
                         const struct signature_call *call, struct arena *arena, struct error *err)
{
    if (!is_timely(claims, signature->tolerance, call->at, arena)) {
        return signature_fail(err, "is not of this time");
    }
    if (!text_empty(signature->issuer) &&
        !text_equal(json_text_at(claims, "iss", arena), signature->issuer)) {
        return signature_fail(err, "is somebody else's");
    }
    /* Where there is no body, nothing is said of one. */
    if (!text_empty(signature->body_hash) &&
        (call->length > 0 || json_member(claims, signature->body_hash) != NULL) &&
        !holds_hash(claims, signature->body_hash, call->body, call->length, arena)) {
        return signature_fail(err, "is of another body");
    }
    if (!text_empty(signature->url_hash) &&
        !holds_hash(claims, signature->url_hash, call->url, strlen(call->url), arena)) {
        return signature_fail(err, "is of another address");
    }
    return true;
}

bool signature_check_token(const struct gateway_signature *signature, const char *given,
                           const char *key, const struct signature_call *call, struct arena *arena,
                           struct signature_payload *payload, struct error *err)
{
    static const char BEARER[] = "Bearer ";
    const bool bearer = strncasecmp(given, BEARER, sizeof BEARER - 1) == 0;
    const char *token = given + (bearer ? sizeof BEARER - 1 : 0);
    const size_t header_length = strcspn(token, ".");
    const char *claims_at = token + header_length + (token[header_length] == '.' ? 1 : 0);
    const size_t claims_length = strcspn(claims_at, ".");
    const char *mac_at = claims_at + claims_length + (claims_at[claims_length] == '.' ? 1 : 0);
    unsigned char mac[SIGNATURE_MOST];
    unsigned char wanted[SIGNATURE_MOST];
    size_t header_size = 0;
    size_t claims_size = 0;
    const size_t size =
        signature_mac(signature->hash, key, token, header_length + 1 + claims_length, wanted);
    const size_t got = signature_base64(mac_at, strlen(mac_at), mac, sizeof mac);
    if (got != size || CRYPTO_memcmp(mac, wanted, size) != 0) {
        return signature_fail(err, "is not right");
    }
    const char *header = decode(token, header_length, arena, &header_size);
    const char *claims = decode(claims_at, claims_length, arena, &claims_size);
    CLEANUP(json_free) struct json *json = NULL;
    if (header == NULL || claims == NULL || !is_kind(header, header_size, signature->hash, arena) ||
        !json_parse(claims, claims_size, &json, NULL)) {
        return signature_fail(err, "is a token that cannot be read");
    }
    if (signature->claims) {
        *payload = (struct signature_payload){.bytes = claims, .length = claims_size};
    }
    return check_claims(signature, json, call, arena, err);
}
