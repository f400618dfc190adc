/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libsodium under the names muster uses; but for MACs OpenSSL, which has the processor's own
 * instructions for SHA-256: a mail of 5 kB takes it a fourth of the time. */
#include "muster/base/token.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/file.h"

_Static_assert(TOKEN_DIGEST_SIZE == crypto_hash_sha256_BYTES, "SHA-256 has 32 bytes");
_Static_assert(TOKEN_KEY_SIZE == crypto_secretbox_KEYBYTES, "a key seals, too");
_Static_assert(TOKEN_SEAL_SIZE == crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES,
               "a nonce and a mark");
_Static_assert(TOKEN_PASSWORD_SIZE >= crypto_pwhash_STRBYTES, "what is kept of a password");

/* The least that OWASP asks of Argon2id. */
enum { PASSWORD_TIMES = 2, PASSWORD_MEMORY = 19456 * 1024 };

bool token_start(struct error *err)
{
    if (sodium_init() < 0) {
        return error_set(err, ERROR_SYSTEM, "the system gives no random numbers");
    }
    return true;
}

bool token_key_create(const char *path, struct error *err)
{
    struct token_key key;
    randombytes_buf(key.bytes, sizeof key.bytes);
    char line[TOKEN_HEX_SIZE + 1];
    token_hex(key.bytes, sizeof key.bytes, line);
    line[TOKEN_HEX_SIZE - 1] = '\n';
    bool ok = file_create(path, line, TOKEN_HEX_SIZE, 0600, err);
    sodium_memzero(line, sizeof line);
    token_key_wipe(&key);
    return ok;
}

/* Read the key's text, TOKEN_HEX_SIZE bytes with its newline, from an open file. */
static bool read_key_text(int fd, const char *path, char line[TOKEN_HEX_SIZE], struct error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return error_set(err, ERROR_NO_INPUT, "key file %s is not a regular file", path);
    }
    if ((info.st_mode & 077) != 0) {
        char advice[FILE_ADVICE_SIZE];
        file_advise(&info, advice);
        return error_set(err, ERROR_PERMISSION,
                         "key file %s can be read by others than its owner; %s", path, advice);
    }
    if (info.st_size != TOKEN_HEX_SIZE || read(fd, line, TOKEN_HEX_SIZE) != TOKEN_HEX_SIZE ||
        line[TOKEN_HEX_SIZE - 1] != '\n') {
        return error_set(err, ERROR_CONFIG, "%s is not a key of 64 hexadecimal digits", path);
    }
    return true;
}

bool token_key_read(const char *path, struct token_key *key, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_set(err, errno == EACCES ? ERROR_PERMISSION : ERROR_NO_INPUT,
                         "key file %s cannot be opened: %s", path, strerror(errno));
    }
    char line[TOKEN_HEX_SIZE];
    bool ok = read_key_text(fd, path, line, err);
    (void)close(fd);
    if (!ok) {
        return false;
    }
    struct token_key read;
    size_t length = 0;
    const char *end = NULL;
    ok = sodium_hex2bin(read.bytes, sizeof read.bytes, line, TOKEN_HEX_SIZE - 1, NULL, &length,
                        &end) == 0 &&
         length == sizeof read.bytes && end == line + TOKEN_HEX_SIZE - 1;
    sodium_memzero(line, sizeof line);
    if (!ok) {
        return error_set(err, ERROR_CONFIG, "%s is not a key of 64 hexadecimal digits", path);
    }
    *key = read;
    token_key_wipe(&read);
    return true;
}

void token_key_wipe(struct token_key *key)
{
    sodium_memzero(key, sizeof *key);
}

/* What makes HMAC-SHA-256, made once by each thread: it takes far longer to make than to use. */
static _Thread_local EVP_MAC_CTX *made;

static EVP_MAC_CTX *mac_maker(void)
{
    if (made == NULL) {
        char digest[] = "SHA256";
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_end()};
        EVP_MAC *hmac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
        made = EVP_MAC_CTX_new(hmac);
        EVP_MAC_free(hmac); /* the other holds it */
        if (made == NULL || EVP_MAC_CTX_set_params(made, parameters) != 1) {
            abort();
        }
    }
    return made;
}

void token_thread_end(void)
{
    EVP_MAC_CTX_free(made);
    made = NULL;
}

void token_mac(const struct token_key *key, const void *bytes, size_t length,
               unsigned char mac[TOKEN_DIGEST_SIZE])
{
    EVP_MAC_CTX *maker = mac_maker();
    size_t size = 0;
    if (EVP_MAC_init(maker, key->bytes, sizeof key->bytes, NULL) != 1 ||
        EVP_MAC_update(maker, bytes, length) != 1 ||
        EVP_MAC_final(maker, mac, &size, TOKEN_DIGEST_SIZE) != 1) {
        abort(); /* no address would be recognised again, so nothing may go on */
    }
}

void token_mac_sha1(const void *key, size_t key_length, const void *bytes, size_t length,
                    unsigned char mac[TOKEN_SHA1_SIZE])
{
    unsigned size = 0;
    if (HMAC(EVP_sha1(), key, (int)key_length, bytes, length, mac, &size) == NULL) {
        abort(); /* a code of nothing must not let anybody in */
    }
}

void token_seal(const struct token_key *key, const void *bytes, size_t length,
                unsigned char *sealed)
{
    randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
    (void)crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, bytes, length, sealed,
                                key->bytes);
}

bool token_unseal(const struct token_key *key, const unsigned char *sealed, size_t length,
                  void *bytes)
{
    return length >= TOKEN_SEAL_SIZE &&
           crypto_secretbox_open_easy(bytes, sealed + crypto_secretbox_NONCEBYTES,
                                      length - crypto_secretbox_NONCEBYTES, sealed,
                                      key->bytes) == 0;
}

void token_digest(const void *bytes, size_t length, unsigned char digest[TOKEN_DIGEST_SIZE])
{
    (void)crypto_hash_sha256(digest, bytes, length);
}

struct token_hash {
    crypto_hash_sha256_state state;
};

struct token_hash *token_hash_begin(void)
{
    struct token_hash *hash = malloc(sizeof *hash);
    if (hash == NULL) {
        abort();
    }
    (void)crypto_hash_sha256_init(&hash->state);
    return hash;
}

void token_hash_add(struct token_hash *hash, const void *bytes, size_t length)
{
    (void)crypto_hash_sha256_update(&hash->state, bytes, length);
}

void token_hash_end(struct token_hash **hash, unsigned char digest[TOKEN_DIGEST_SIZE])
{
    (void)crypto_hash_sha256_final(&(*hash)->state, digest);
    token_hash_free(hash);
}

void token_hash_free(struct token_hash **hash)
{
    free(*hash);
    *hash = NULL;
}

void token_hex(const unsigned char *bytes, size_t length, char *text)
{
    (void)sodium_bin2hex(text, length * 2 + 1, bytes, length);
}

void token_random(char *text, size_t letters)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    randombytes_buf(text, letters);
    for (size_t i = 0; i < letters; i++) {
        text[i] = alphabet[(unsigned char)text[i] & 31];
    }
    text[letters] = '\0';
}

void token_random_bytes(void *bytes, size_t length)
{
    randombytes_buf(bytes, length);
}

bool token_password_keep(const char *password, char kept[TOKEN_PASSWORD_SIZE], struct error *err)
{
    return crypto_pwhash_str(kept, password, strlen(password), PASSWORD_TIMES, PASSWORD_MEMORY) ==
               0 ||
           error_set(err, ERROR_SYSTEM, "there is not enough memory to keep a password");
}

bool token_password_fits(const char *kept, const char *password)
{
    return crypto_pwhash_str_verify(kept, password, strlen(password)) == 0;
}

void token_password_waste(const char *password)
{
    char kept[TOKEN_PASSWORD_SIZE];
    const int done =
        crypto_pwhash_str(kept, password, strlen(password), PASSWORD_TIMES, PASSWORD_MEMORY);
    (void)done; /* whether there was room for it changes nothing */
    sodium_memzero(kept, sizeof kept);
}

bool token_password_outdated(const char *kept)
{
    return crypto_pwhash_str_needs_rehash(kept, PASSWORD_TIMES, PASSWORD_MEMORY) != 0;
}

bool token_equal(const char *secret, const char *given)
{
    /* Digests of both are compared, so that neither content nor length of the secret shows. */
    unsigned char a[TOKEN_DIGEST_SIZE];
    unsigned char b[TOKEN_DIGEST_SIZE];
    token_digest(secret, strlen(secret), a);
    token_digest(given, strlen(given), b);
    return sodium_memcmp(a, b, sizeof a) == 0;
}
