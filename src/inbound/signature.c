/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of callbacks: what is signed is put together, a MAC is made of it, and compared.
 * Tokens are in signature_token.c. */
#include "muster/inbound/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/inbound/form.h"
#include "signature_private.h"

enum {
    SIGNED_MAX = 1024 * 1024, /* bytes; a form's values may stand in it twice */
    GIVEN_MAX = 4096,         /* of all signatures that a callback gives */
    PIECES_MAX = 256,         /* of a query */
    ED25519_KEY_SIZE = 32,
};

bool signature_fail(struct error *err, const char *why)
{
    return error_set(err, ERROR_PERMISSION, "its signature %s", why);
}

static const EVP_MD *hash_of(enum gateway_hash hash)
{
    switch (hash) {
    case GATEWAY_MD5: return EVP_md5();
    case GATEWAY_SHA1: return EVP_sha1();
    case GATEWAY_SHA256: return EVP_sha256();
    case GATEWAY_SHA512: return EVP_sha512();
    }
    return EVP_sha256();
}

size_t signature_mac(enum gateway_hash hash, const char *key, const void *bytes, size_t length,
                     unsigned char mac[SIGNATURE_MOST])
{
    unsigned size = 0;
    if (HMAC(hash_of(hash), key, (int)strlen(key), bytes, length, mac, &size) == NULL) {
        abort(); /* out of memory, or an OpenSSL without this hash */
    }
    return size;
}

void signature_digest(enum gateway_hash hash, const void *bytes, size_t length,
                      unsigned char digest[SIGNATURE_MOST], size_t *size)
{
    unsigned written = 0;
    if (EVP_Digest(bytes, length, digest, &written, hash_of(hash), NULL) != 1) {
        abort();
    }
    *size = written;
}

size_t signature_base64(const char *text, size_t length, unsigned char *bytes, size_t room)
{
    unsigned char whole[GIVEN_MAX];
    unsigned char decoded[GIVEN_MAX];
    size_t bare = length;
    while (bare > 0 && text[bare - 1] == '=') {
        bare--;
    }
    if (bare == 0 || bare % 4 == 1 || bare + 4 > sizeof whole || length - bare > 2) {
        return 0;
    }
    for (size_t i = 0; i < bare; i++) {
        const char byte = text[i];
        if (byte == '=' || byte == '\n' || byte == ' ') {
            return 0;
        }
        whole[i] = (unsigned char)(byte == '-' ? '+' : byte == '_' ? '/' : byte);
    }
    const size_t missing = (4 - bare % 4) % 4;
    memset(whole + bare, '=', missing);
    const int size = EVP_DecodeBlock(decoded, whole, (int)(bare + missing));
    const size_t used = size < 0 ? 0 : (size_t)size - missing;
    if (size < 0 || used > room) {
        return 0;
    }
    memcpy(bytes, decoded, used);
    return used;
}

static size_t from_hex(const char *text, size_t length, unsigned char *bytes, size_t room)
{
    if (length % 2 != 0 || length / 2 > room) {
        return 0;
    }
    for (size_t i = 0; i < length; i++) {
        const char *digits = "0123456789abcdef";
        const char small = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] + 32) : text[i];
        const char *digit = small == '\0' ? NULL : strchr(digits, small);
        if (digit == NULL) {
            return 0;
        }
        const unsigned char value = (unsigned char)(digit - digits);
        bytes[i / 2] = (unsigned char)(i % 2 == 0 ? value << 4 : bytes[i / 2] | value);
    }
    return length / 2;
}

/* The form of a callback: its body, or its query when it has no body. False when it is none. */
static bool read_form(const struct signature_call *call, bool query_too, struct arena *arena,
                      struct form *form)
{
    *form = (struct form){.count = 0};
    return call->length > 0 ? form_parse(call->body, call->length, arena, form, NULL)
           : query_too      ? form_parse(call->query, strlen(call->query), arena, form, NULL)
                            : true;
}

static int by_name_and_value(const void *a, const void *b)
{
    const struct form_field *one = a;
    const struct form_field *other = b;
    const int names = strcmp(one->name, other->name);
    return names != 0 ? names : strcmp(one->value, other->value);
}

/* The fields in order, in the arena. */
static struct form_field *sorted(const struct form *form, struct arena *arena)
{
    struct form_field *fields = arena_array(arena, form->count + 1, sizeof *fields);
    if (form->count > 0) {
        memcpy(fields, form->fields, form->count * sizeof *fields);
    }
    qsort(fields, form->count, sizeof *fields, by_name_and_value);
    return fields;
}

static void add_fields(const struct form *form, struct arena *arena, struct buffer *out)
{
    const struct form_field *fields = sorted(form, arena);
    for (size_t i = 0; i < form->count; i++) {
        if (i == 0 || by_name_and_value(&fields[i - 1], &fields[i]) != 0) {
            (void)buffer_puts(out, fields[i].name);
            (void)buffer_add(out, fields[i].value, fields[i].length);
        }
    }
}

static void add_pairs(const struct form *form, const char *without, struct arena *arena,
                      struct buffer *out)
{
    const struct form_field *fields = sorted(form, arena);
    for (size_t i = 0; i < form->count; i++) {
        if (text_equal(fields[i].name, without)) {
            continue;
        }
        (void)buffer_printf(out, "&%s=", fields[i].name);
        for (size_t k = 0; k < fields[i].length; k++) {
            const char byte = fields[i].value[k];
            (void)buffer_putc(out, byte == '&' || byte == '=' ? '_' : byte);
        }
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool add_query(const char *query, struct arena *arena, struct buffer *out)
{
    const char *pieces[PIECES_MAX];
    size_t count = 0;
    for (const char *at = query; *at != '\0';) {
        const size_t length = strcspn(at, "&");
        if (count == PIECES_MAX) {
            return false;
        }
        pieces[count++] = arena_span(arena, at, length);
        at += length + (at[length] == '&' ? 1 : 0);
    }
    qsort(pieces, count, sizeof *pieces, by_text);
    for (size_t i = 0; i < count; i++) {
        (void)buffer_printf(out, "%s%s", i == 0 ? "" : "&", pieces[i]);
    }
    return true;
}

static const char *header_of(const struct signature_call *call, const char *name)
{
    const char *value = call->header(name, call->context);
    return value == NULL ? "" : value;
}

static bool add_part(const struct gateway_signature *signature, const struct gateway_signed *part,
                     const struct signature_call *call, struct arena *arena, struct buffer *out)
{
    unsigned char digest[SIGNATURE_MOST];
    size_t size = 0;
    struct form form;
    switch (part->part) {
    case GATEWAY_PART_URL: return buffer_puts(out, call->url);
    case GATEWAY_PART_BASE_URL: return buffer_add(out, call->url, strcspn(call->url, "?"));
    case GATEWAY_PART_QUERY: return add_query(call->query, arena, out);
    case GATEWAY_PART_BODY: return buffer_add(out, call->body, call->length);
    case GATEWAY_PART_HEADER: return buffer_puts(out, header_of(call, part->text));
    case GATEWAY_PART_TEXT: return buffer_puts(out, part->text);
    case GATEWAY_PART_BODY_SHA256:
        signature_digest(GATEWAY_SHA256, call->body, call->length, digest, &size);
        return buffer_add(out, digest, size);
    case GATEWAY_PART_FIELDS:
        if (!read_form(call, false, arena, &form)) {
            return false;
        }
        add_fields(&form, arena, out);
        return true;
    case GATEWAY_PART_PAIRS:
        if (!read_form(call, true, arena, &form)) {
            return false;
        }
        add_pairs(&form, signature->place.field, arena, out);
        return true;
    }
    return false;
}

/* What stands at a place, "" when nothing does or the form gives it twice. */
static const char *value_at(const struct gateway_place *place, const struct signature_call *call,
                            struct arena *arena)
{
    struct form form;
    const struct form_field *field = NULL;
    if (!text_empty(place->header)) {
        return header_of(call, place->header);
    }
    if (!read_form(call, true, arena, &form) || !form_find(&form, place->field, &field, NULL) ||
        field == NULL) {
        return "";
    }
    return field->value;
}

static bool is_timely(const struct gateway_signature *signature, const struct signature_call *call,
                      struct arena *arena)
{
    const struct gateway_place *place = &signature->timestamp;
    int64_t seconds = 0;
    if (text_empty(place->header) && text_empty(place->field)) {
        return true;
    }
    if (!text_number(value_at(place, call, arena), 0, INT64_MAX / CLOCK_SECOND, &seconds)) {
        return false;
    }
    const int64_t off = call->at / CLOCK_SECOND - seconds;
    return off <= signature->tolerance && off >= -signature->tolerance;
}

/* Whether one of those that are given, between commas, is this one. */
static bool is_among(const char *given, bool hex, const unsigned char *wanted, size_t size)
{
    bool found = false;
    for (const char *at = given; *at != '\0';) {
        unsigned char bytes[SIGNATURE_MOST];
        at += strspn(at, ", ");
        const size_t length = strcspn(at, ", ");
        const size_t got = hex ? from_hex(at, length, bytes, sizeof bytes)
                               : signature_base64(at, length, bytes, sizeof bytes);
        found |= got == size && size > 0 && CRYPTO_memcmp(bytes, wanted, size) == 0;
        at += length;
    }
    return found;
}

static bool check_ed25519(const char *given, const char *key, const struct buffer *text,
                          struct error *err)
{
    unsigned char public[ED25519_KEY_SIZE];
    unsigned char bytes[SIGNATURE_MOST];
    if (signature_base64(key, strlen(key), public, sizeof public) != sizeof public) {
        return error_set(err, ERROR_CONFIG, "the key is no public key of Ed25519 in base 64");
    }
    const size_t size = signature_base64(given, strlen(given), bytes, sizeof bytes);
    EVP_PKEY *point = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public, sizeof public);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) {
        abort();
    }
    const bool right =
        point != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, point) == 1 &&
        EVP_DigestVerify(context, bytes, size, (const unsigned char *)buffer_text(text),
                         text->length) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(point);
    return right || signature_fail(err, "is not right");
}

/* What is given is compared by its digest, so that not even its length is told. */
static bool check_login(const struct gateway_signature *signature,
                        const struct signature_call *call, const char *key, struct arena *arena,
                        struct error *err)
{
    static const char BASIC[] = "Basic ";
    unsigned char given[GIVEN_MAX];
    unsigned char digests[2][TOKEN_DIGEST_SIZE];
    const char *text = header_of(call, "Authorization");
    if (text[0] == '\0') {
        return error_set(err, ERROR_PERMISSION, "its user and password are missing");
    }
    const bool basic = strncasecmp(text, BASIC, sizeof BASIC - 1) == 0;
    const char *coded = text + (basic ? sizeof BASIC - 1 : 0);
    coded += strspn(coded, " ");
    const size_t size = signature_base64(coded, strlen(coded), given, sizeof given);
    const char *wanted = arena_printf(arena, "%s:%s", signature->user, key);
    token_digest(given, size, digests[0]);
    token_digest(wanted, strlen(wanted), digests[1]);
    return (basic && CRYPTO_memcmp(digests[0], digests[1], sizeof digests[0]) == 0) ||
           error_set(err, ERROR_PERMISSION, "its user and password are not right");
}

static bool check_text(const struct gateway_signature *signature, const char *given,
                       const char *key, struct buffer *text, struct error *err)
{
    unsigned char wanted[SIGNATURE_MOST];
    size_t size = 0;
    if (signature->scheme == GATEWAY_ED25519) {
        return check_ed25519(given, key, text, err);
    }
    if (signature->scheme == GATEWAY_MAC) {
        size = signature_mac(signature->hash, key, buffer_text(text), text->length, wanted);
    } else {
        (void)buffer_puts(text, key);
        signature_digest(signature->hash, buffer_text(text), text->length, wanted, &size);
    }
    return is_among(given, signature->hex, wanted, size) || signature_fail(err, "is not right");
}

bool signature_check(const struct gateway_signature *signature, const char *key,
                     const struct signature_call *call, struct arena *arena,
                     struct signature_payload *payload, struct error *err)
{
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, SIGNED_MAX);
    *payload = (struct signature_payload){.bytes = call->body, .length = call->length};
    if (signature->scheme == GATEWAY_UNSIGNED) {
        return true;
    }
    if (signature->scheme == GATEWAY_BASIC) {
        return check_login(signature, call, key, arena, err);
    }
    const char *given = value_at(&signature->place, call, arena);
    if (given[0] == '\0' || strlen(given) > GIVEN_MAX) {
        return signature_fail(err, given[0] == '\0' ? "is missing" : "is too long");
    }
    if (key[0] == '\0') {
        return error_set(err, ERROR_CONFIG, "there is no key to check its signature by");
    }
    if (signature->scheme == GATEWAY_JWT) {
        return signature_check_token(signature, given, key, call, arena, payload, err);
    }
    for (size_t i = 0; i < signature->part_count; i++) {
        if (!add_part(signature, &signature->parts[i], call, arena, &text) || text.full) {
            return signature_fail(err, "is of something that cannot be read");
        }
    }
    return check_text(signature, given, key, &text, err) &&
           (is_timely(signature, call, arena) || signature_fail(err, "is not of this time"));
}
