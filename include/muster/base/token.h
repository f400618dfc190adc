/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets, and what is made of them: keys in files, keyed MACs, digests, random references,
 * comparison that takes the same time whatever it finds. The only door to libsodium. */
#ifndef MUSTER_BASE_TOKEN_H
#define MUSTER_BASE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/error.h"

enum {
    TOKEN_KEY_SIZE = 32,       /* bytes of a key */
    TOKEN_DIGEST_SIZE = 32,    /* bytes of a SHA-256 digest or HMAC */
    TOKEN_HEX_SIZE = 65,       /* its text in hexadecimal, NUL included */
    TOKEN_PASSWORD_SIZE = 128, /* what is kept of a password, NUL included */
    TOKEN_SHA1_SIZE = 20,      /* bytes of an HMAC-SHA-1 */
    TOKEN_SEAL_SIZE = 40,      /* by how many bytes something sealed is longer */
};

struct token_key {
    unsigned char bytes[TOKEN_KEY_SIZE];
};

/* Get the library ready; call once before anything else here. */
bool token_start(struct error *err) MUST_USE;

/* Make a new random key in a new file of mode 0600 (64 hexadecimal digits and a newline).
 * ERROR_CREATE when the file is there already or cannot be made. */
bool token_key_create(const char *path, struct error *err) MUST_USE;

/* Read a key. ERROR_NO_INPUT when missing, ERROR_PERMISSION when others than its owner may read or
 * write it, ERROR_CONFIG when it is not a key. */
bool token_key_read(const char *path, struct token_key *key, struct error *err) MUST_USE;

/* Wipe a key from memory. For CLEANUP. */
void token_key_wipe(struct token_key *key);

/* HMAC-SHA-256 (RFC 2104) of `length` bytes under the key. */
void token_mac(const struct token_key *key, const void *bytes, size_t length,
               unsigned char mac[TOKEN_DIGEST_SIZE]);

/* Release what the calling thread has kept for token_mac: before a thread ends that is not the
 * process. */
void token_thread_end(void);

/* HMAC-SHA-1, which the one-time codes of RFC 6238 are made of, and nothing else here. */
void token_mac_sha1(const void *key, size_t key_length, const void *bytes, size_t length,
                    unsigned char mac[TOKEN_SHA1_SIZE]);

/* Encrypt `length` bytes under the key, with a nonce of their own and a mark of their being whole
 * (XSalsa20-Poly1305), into `sealed`, which has room for TOKEN_SEAL_SIZE more. */
void token_seal(const struct token_key *key, const void *bytes, size_t length,
                unsigned char *sealed);

/* Take what was sealed apart again; `length` is that of `sealed`. False when it was not sealed
 * under this key, or is not whole. */
bool token_unseal(const struct token_key *key, const unsigned char *sealed, size_t length,
                  void *bytes) MUST_USE;

/* SHA-256 (FIPS 180-4). */
void token_digest(const void *bytes, size_t length, unsigned char digest[TOKEN_DIGEST_SIZE]);

/* The same of bytes that come in pieces: begin, add each, end (which releases it too). */
struct token_hash;
struct token_hash *token_hash_begin(void) MUST_USE;
void token_hash_add(struct token_hash *hash, const void *bytes, size_t length);
void token_hash_end(struct token_hash **hash, unsigned char digest[TOKEN_DIGEST_SIZE]);
/* Release one that is not wanted any more; NULL inside is fine. For CLEANUP. */
void token_hash_free(struct token_hash **hash);

/* `length` bytes in lower-case hexadecimal and a NUL into `text` (room for 2 * length + 1). */
void token_hex(const unsigned char *bytes, size_t length, char *text);

/* `letters` random characters of a-z and 2-7 (5 bits each) and a NUL into `text`. */
void token_random(char *text, size_t letters);

/* Random bytes. */
void token_random_bytes(void *bytes, size_t length);

/* What is kept of a password: Argon2id over 19 MiB, twice, with a salt of its own, in the text form
 * that names all of these ("$argon2id$v=19$m=19456,t=2,p=1$..."). ERROR_SYSTEM when there is not so
 * much memory. */
bool token_password_keep(const char *password, char kept[TOKEN_PASSWORD_SIZE],
                         struct error *err) MUST_USE;

/* Whether it is the password that `kept` was made of. Takes as long for a wrong one. */
bool token_password_fits(const char *kept, const char *password) MUST_USE;

/* The same work for an account that is not there, so that nobody learns which are. */
void token_password_waste(const char *password);

/* Whether `kept` was made with less than is asked for now: it is to be made anew while the password
 * is at hand. */
bool token_password_outdated(const char *kept) MUST_USE;

/* Whether two strings are the same, in a time that depends only on the length of `given`. */
bool token_equal(const char *secret, const char *given) MUST_USE;

#endif
