/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log line is one line and harmless, whoever wrote the text in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/log.h"
#include "muster/base/text.h"

/* What an information line with this text looks like, without its time. */
static const char *logged(const char *text)
{
    static char line[8192];
    FILE *file = tmpfile();
    assert_non_null(file);
    int before = dup(STDERR_FILENO);
    assert_true(before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    log_info("%s", text);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    (void)close(before);
    rewind(file);
    size_t length = fread(line, 1, sizeof line - 1, file);
    line[length] = '\0';
    (void)fclose(file);
    const char *program = strstr(line, " muster[test] info: ");
    assert_non_null(program);
    return program + 1;
}

static void no_line_acts_on_a_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *line;
    } cases[] = {
        {"", ""},
        {"plain ~", "plain ~"},
        {"a\nb\tc\rd", "a b c d"},
        {"\x1b[31mred", "\xEF\xBF\xBD[31mred"},
        {"a\x7f", "a\xEF\xBF\xBD"},
        {"\xC2\x9B\x33\x31m", "\xEF\xBF\xBD\x33\x31m"}, /* the C1 form of ESC [ */
        {"a\xC2\x85z", "a\xEF\xBF\xBDz"},
        {"\xE2\x80\xAEtxt", "\xEF\xBF\xBDtxt"}, /* turns its neighbours round */
        {"\xE2\x81\xA6x\xE2\x81\xA9", "\xEF\xBF\xBDx\xEF\xBF\xBD"},
        {"caf\xC3\xA9 \xC5\xB5", "caf\xC3\xA9 \xC5\xB5"},
        {"bad \x9B\xFF\xC3", "bad \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_string_equal(logged(cases[i].text),
                            arena_printf(arena, "muster[test] info: %s\n", cases[i].line));
    }
}

static void a_long_line_is_cut_and_stays_sound(void **state)
{
    (void)state;
    char text[4096];
    static const char *const letters[] = {"a", "\xC3\xA9", "\xC2\x9B", "\xF0\x9F\x91\x8D"};
    for (size_t k = 0; k < ARRAY_LENGTH(letters); k++) {
        size_t step = strlen(letters[k]);
        for (size_t shift = 0; shift < 4; shift++) { /* the cut falls on each byte */
            memset(text, 'x', shift);
            size_t used = shift;
            for (; used + step < sizeof text; used += step) {
                memcpy(text + used, letters[k], step);
            }
            text[used] = '\0';
            const char *line = logged(text);
            size_t length = strlen(line);
            assert_true(length > 300 && length < 3500);
            assert_true(text_is_utf8(line, length));
            assert_ptr_equal(strchr(line, '\n'), line + length - 1);
            assert_null(strstr(line, "\xC2\x9B"));
        }
    }
}

static void answers_of_others_tell_no_address(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"451 4.7.0 try again later", "451 4.7.0 try again later"},
        {"550 5.1.1 <e1@mail.example>: Recipient rejected",
         "550 5.1.1 <e***@mail.example>: Recipient rejected"},
        {"{\"to\":\"+447700900123\",\"code\":400}", "{\"to\":\"+44 77** ***123\",\"code\":400}"},
        {"to=07700900123&x", "to=077 00** ***123&x"},
        {"number 07700 900123 unknown", "number 077 00** ***123 unknown"},
        {"queued as R0000000001 at 127.0.0.1:2525", "queued as R0000000001 at 127.0.0.1:2525"},
        {"si\xC3\xB4n@mail.example", "s***@mail.example"},
        {"@", "***@"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(log_masked_text(cases[i][0], arena), cases[i][1]);
    }
}

int main(void)
{
    log_open("muster", "test");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_acts_on_a_terminal),
        cmocka_unit_test(a_long_line_is_cut_and_stays_sound),
        cmocka_unit_test(answers_of_others_tell_no_address),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
