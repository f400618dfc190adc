/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys in files, and the vectors of the standards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/file.h"
#include "muster/base/token.h"

struct place {
    char folder[32];
    char path[48];
};

static void open_place(struct place *place)
{
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/muster-token-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    (void)snprintf(place->path, sizeof place->path, "%s/key", place->folder);
}

static void close_place(const struct place *place)
{
    (void)unlink(place->path);
    assert_int_equal(rmdir(place->folder), 0);
}

static int start(void **state)
{
    (void)state;
    struct error err;
    return token_start(&err) && token_start(&err) ? 0 : 1;
}

static void digests_and_macs_are_the_standards(void **state)
{
    (void)state;
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    /* FIPS 180-4: the empty text, and "abc". */
    token_digest("", 0, digest);
    token_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    token_digest("abc", 3, digest);
    token_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /* RFC 4231, test case 1, whose key is filled up to our length with zeros. */
    struct token_key key = {0};
    memset(key.bytes, 0x0b, 20);
    token_mac(&key, "Hi There", 8, digest);
    token_hex(digest, sizeof digest, hex);
    assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

static void a_key_is_made_once_and_read_again(void **state)
{
    (void)state;
    struct place place;
    struct token_key first;
    struct token_key again;
    struct error err;
    struct stat info;
    open_place(&place);
    assert_true(token_key_create(place.path, &err));
    assert_int_equal(stat(place.path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_size, 65);
    assert_false(token_key_create(place.path, &err));
    assert_int_equal(err.kind, ERROR_CREATE);
    assert_true(token_key_read(place.path, &first, &err));
    assert_true(token_key_read(place.path, &again, &err));
    assert_memory_equal(&first, &again, sizeof first);
    token_key_wipe(&again);
    assert_memory_not_equal(&first, &again, sizeof first);
    close_place(&place);
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
#define DIGITS "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    static const struct {
        const char *text;
        mode_t mode;
        enum error_kind kind; /* ERROR_NONE: it is one */
    } cases[] = {
        {DIGITS "\n", 0600, ERROR_NONE},
        {DIGITS "\n", 0400, ERROR_NONE},
        {DIGITS "\n", 0640, ERROR_PERMISSION},
        {DIGITS "\n", 0604, ERROR_PERMISSION},
        {DIGITS "\n", 0620, ERROR_PERMISSION},
        {DIGITS, 0600, ERROR_CONFIG},
        {DIGITS "0\n", 0600, ERROR_CONFIG},
        {"", 0600, ERROR_CONFIG},
        {DIGITS "\r\n", 0600, ERROR_CONFIG},
        {"g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", 0600, ERROR_CONFIG},
        {"0 112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", 0600, ERROR_CONFIG},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct place place;
        struct error err = {.kind = ERROR_NONE};
        struct token_key key;
        open_place(&place);
        assert_true(
            file_create(place.path, cases[i].text, strlen(cases[i].text), cases[i].mode, &err));
        assert_int_equal(token_key_read(place.path, &key, &err), cases[i].kind == ERROR_NONE);
        assert_int_equal(err.kind, cases[i].kind);
        close_place(&place);
    }
    struct error err;
    struct token_key key;
    assert_false(token_key_read("/tmp/there-is-no-such-key", &key, &err));
    assert_int_equal(err.kind, ERROR_NO_INPUT);
    assert_false(token_key_read("/tmp", &key, &err));
}

static void random_words_are_of_their_alphabet_and_unlike(void **state)
{
    (void)state;
    enum { WORDS = 500 };
    static char words[WORDS][21];
    for (size_t i = 0; i < WORDS; i++) {
        token_random(words[i], 20);
        assert_int_equal(strlen(words[i]), 20);
        assert_int_equal(strspn(words[i], "abcdefghijklmnopqrstuvwxyz234567"), 20);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(words[i], words[j]);
        }
    }
    char none[1];
    token_random(none, 0);
    assert_string_equal(none, "");
}

static void only_the_same_is_equal(void **state)
{
    (void)state;
    assert_true(token_equal("", ""));
    assert_true(token_equal("secret", "secret"));
    assert_false(token_equal("secret", "secreT"));
    assert_false(token_equal("secret", "secre"));
    assert_false(token_equal("secret", "secrets"));
    assert_false(token_equal("secret", ""));
}

static void a_password_is_kept_as_argon2id(void **state)
{
    (void)state;
    static const char FIGURES[] = "$argon2id$v=19$m=19456,t=2,p=1$";
    char first[TOKEN_PASSWORD_SIZE];
    char second[TOKEN_PASSWORD_SIZE];
    struct error err;
    assert_true(token_password_keep("three old brass lamps", first, &err));
    assert_true(token_password_keep("three old brass lamps", second, &err));
    assert_memory_equal(first, FIGURES, sizeof FIGURES - 1);
    assert_string_not_equal(first, second); /* each has a salt of its own */
    assert_true(token_password_fits(first, "three old brass lamps"));
    assert_true(token_password_fits(second, "three old brass lamps"));
    assert_false(token_password_fits(first, "three old brass lamp"));
    assert_false(token_password_fits(first, ""));
    assert_false(token_password_fits("", "three old brass lamps"));
    assert_false(token_password_outdated(first));
    /* Made with less memory, as years ago. */
    assert_true(token_password_outdated("$argon2id$v=19$m=8192,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                        "mW3fzRsfbkqtGHjUQdvbYQ4mQzRjCMiVnBaPDAhFVmA"));
    assert_true(token_password_outdated("no such thing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_is_kept_as_argon2id),
        cmocka_unit_test(digests_and_macs_are_the_standards),
        cmocka_unit_test(a_key_is_made_once_and_read_again),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(random_words_are_of_their_alphabet_and_unlike),
        cmocka_unit_test(only_the_same_is_equal),
    };
    return cmocka_run_group_tests_name("base/token", tests, start, NULL);
}
