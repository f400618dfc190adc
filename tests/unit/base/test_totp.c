/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time codes, by the vectors of RFC 6238. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "muster/base/token.h"
#include "muster/base/totp.h"

static const struct totp_secret published = {"12345678901234567890"};

/* Appendix B has eight digits; ours are the last six. */
static void the_vectors_of_the_rfc(void **state)
{
    static const struct {
        int64_t seconds;
        const char *code;
    } vectors[] = {
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char code[TOTP_DIGITS + 1];
        totp_code(&published, totp_step(vectors[i].seconds * 1000), code);
        assert_string_equal(code, vectors[i].code);
    }
}

/* RFC 4226, appendix D: the counter itself. */
static void the_vectors_by_counter(void **state)
{
    static const char *const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                        "254676", "287922", "162583", "399871", "520489"};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char code[TOTP_DIGITS + 1];
        totp_code(&published, (int64_t)i, code);
        assert_string_equal(code, codes[i]);
    }
}

static void a_clock_may_be_a_step_wrong(void **state)
{
    const int64_t step = 60000000;
    const int64_t now = step * TOTP_STEP + 29999;
    (void)state;
    for (int64_t off = -3; off <= 3; off++) {
        char code[TOTP_DIGITS + 1];
        totp_code(&published, step + off, code);
        assert_int_equal(totp_find(&published, code, now, 0), off < -1 || off > 1 ? 0 : step + off);
    }
}

static void no_code_serves_twice(void **state)
{
    const int64_t step = 60000000;
    const int64_t now = step * TOTP_STEP;
    char code[TOTP_DIGITS + 1];
    char before[TOTP_DIGITS + 1];
    char after[TOTP_DIGITS + 1];
    (void)state;
    totp_code(&published, step - 1, before);
    totp_code(&published, step, code);
    totp_code(&published, step + 1, after);
    assert_int_equal(totp_find(&published, code, now, step), 0);
    assert_int_equal(totp_find(&published, before, now, step), 0);
    assert_int_equal(totp_find(&published, after, now, step), step + 1);
    assert_int_equal(totp_find(&published, code, now, step - 1), step);
}

static void a_code_is_six_digits(void **state)
{
    const int64_t now = 59000; /* 287082 */
    static const char *const wrong[] = {"",        "28708",  "2870820", "287 08",
                                        "287082x", "287083", "0287082", "-87082",
                                        "28708\n", "287O82", "94287082"};
    (void)state;
    assert_int_equal(totp_find(&published, "287082", now, 0), 1);
    assert_int_equal(totp_find(&published, "287 082", now, 0), 1);
    assert_int_equal(totp_find(&published, " 287082 ", now, 0), 1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(totp_find(&published, wrong[i], now, 0), 0);
    }
}

static void a_secret_is_written_in_base32(void **state)
{
    char text[TOTP_SECRET_LETTERS + 1];
    struct totp_secret zeros = {{0}};
    struct totp_secret ones;
    (void)state;
    memset(ones.bytes, 0xff, sizeof ones.bytes);
    totp_write(&published, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    totp_write(&zeros, text);
    assert_string_equal(text, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    totp_write(&ones, text);
    assert_string_equal(text, "77777777777777777777777777777777");
}

static void what_is_sealed_opens_by_its_key_only(void **state)
{
    struct token_key key = {{1}};
    struct token_key other = {{2}};
    unsigned char sealed[TOTP_SECRET_SIZE + TOKEN_SEAL_SIZE];
    unsigned char again[sizeof sealed];
    struct totp_secret opened;
    struct error err = {.kind = ERROR_NONE};
    (void)state;
    assert_true(token_start(&err));
    token_seal(&key, published.bytes, sizeof published.bytes, sealed);
    token_seal(&key, published.bytes, sizeof published.bytes, again);
    assert_memory_not_equal(sealed, again, sizeof sealed);
    assert_true(token_unseal(&key, sealed, sizeof sealed, opened.bytes));
    assert_memory_equal(opened.bytes, published.bytes, sizeof opened.bytes);
    assert_false(token_unseal(&other, sealed, sizeof sealed, opened.bytes));
    assert_false(token_unseal(&key, sealed, sizeof sealed - 1, opened.bytes));
    assert_false(token_unseal(&key, sealed, 5, opened.bytes));
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_false(token_unseal(&key, sealed, sizeof sealed, opened.bytes));
        sealed[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_the_rfc),
        cmocka_unit_test(the_vectors_by_counter),
        cmocka_unit_test(a_clock_may_be_a_step_wrong),
        cmocka_unit_test(no_code_serves_twice),
        cmocka_unit_test(a_code_is_six_digits),
        cmocka_unit_test(a_secret_is_written_in_base32),
        cmocka_unit_test(what_is_sealed_opens_by_its_key_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
