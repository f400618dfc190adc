/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: which command, which options, and what was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "call.h"
#include "muster/base/text.h"

static const struct call_option IMPORT_OPTIONS[] = {
    {"--dry-run", NULL, "change nothing"},
    {"--map", "HEADER=FIELD", "what a column is"},
    {0},
};

static const struct call_command COMMANDS[] = {
    {"import", "FILE", 1, 1, CALL_NOTHING, "Import", IMPORT_OPTIONS, NULL},
    {"import list", "", 0, 0, CALL_NOTHING, "List", NULL, NULL},
    {"campaign start", "NAME", 1, 1, CALL_NOTHING, "Start", NULL, NULL},
    {"ballot mark", "NAME STATE NUMBER...", 3, -1, CALL_NOTHING, "Mark", NULL, NULL},
    {"check", "", 0, 0, CALL_NOTHING, "Check", NULL, NULL},
};

enum { WORDS_MOST = 80 };

/* Parse a line whose words are parted by single blanks; "_" is an empty word. */
static bool parse(const char *line, struct call *call, bool *help, struct error *err)
{
    char *words[WORDS_MOST] = {arena_text(call->arena, "muster")};
    int count = 1;
    for (const char *at = line; *at != '\0';) {
        size_t length = strcspn(at, " ");
        words[count++] = length == 1 && at[0] == '_' ? arena_text(call->arena, "")
                                                     : arena_span(call->arena, at, length);
        at += length + (at[length] == ' ' ? 1 : 0);
    }
    return call_parse(call, count, words, COMMANDS, ARRAY_LENGTH(COMMANDS), help, err);
}

static void lines_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *command;
        const char *arguments; /* joined by '|' */
        const char *map;
        bool dry_run;
        const char *config;
        enum listing_format format;
    } cases[] = {
        {"check", "check", "", NULL, false, NULL, LISTING_TEXT},
        {"import a.csv", "import", "a.csv", NULL, false, NULL, LISTING_TEXT},
        {"import list", "import list", "", NULL, false, NULL, LISTING_TEXT},
        {"import -- list", "import", "list", NULL, false, NULL, LISTING_TEXT},
        {"import -", "import", "-", NULL, false, NULL, LISTING_TEXT},
        {"import -- --dry-run", "import", "--dry-run", NULL, false, NULL, LISTING_TEXT},
        {"import --dry-run a.csv", "import", "a.csv", NULL, true, NULL, LISTING_TEXT},
        {"import a.csv --map x=number", "import", "a.csv", "x=number", false, NULL, LISTING_TEXT},
        {"import a.csv --map=x=number", "import", "a.csv", "x=number", false, NULL, LISTING_TEXT},
        {"import a.csv --map x=1 --map y=2", "import", "a.csv", "y=2", false, NULL, LISTING_TEXT},
        {"import a.csv --map --dry-run", "import", "a.csv", "--dry-run", false, NULL, LISTING_TEXT},
        {"import _", "import", "", NULL, false, NULL, LISTING_TEXT},
        {"--config c.conf check", "check", "", NULL, false, "c.conf", LISTING_TEXT},
        {"check --config=c.conf --format json", "check", "", NULL, false, "c.conf", LISTING_JSON},
        {"--format csv import list", "import list", "", NULL, false, NULL, LISTING_CSV},
        {"ballot mark a b c d", "ballot mark", "a|b|c|d", NULL, false, NULL, LISTING_TEXT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct call call = {.arena = arena};
        struct error err = {.kind = ERROR_NONE};
        bool help = true;
        if (!parse(cases[i].line, &call, &help, &err)) {
            fail_msg("%s: %s", cases[i].line, err.text);
        }
        const char *arguments = "";
        for (size_t n = 0; n < call.argument_count; n++) {
            arguments =
                arena_printf(arena, "%s%s%s", arguments, n == 0 ? "" : "|", call.arguments[n]);
        }
        assert_false(help);
        assert_string_equal(call.command->words, cases[i].command);
        assert_string_equal(arguments, cases[i].arguments);
        assert_true(text_equal(call_value(&call, "--map"), cases[i].map));
        assert_true(text_equal(call_value(&call, "--config"), cases[i].config));
        assert_int_equal(call_has(&call, "--dry-run"), cases[i].dry_run);
        assert_int_equal(call.format, cases[i].format);
    }
}

static void what_is_not_understood_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *sentence;
    } cases[] = {
        {"", "no command; see muster --help"},
        {"_", "there is no command ''"},
        {"--config c.conf", "no command"},
        {"frobnicate", "there is no command 'frobnicate'; see muster --help"},
        {"chekc", "there is no command 'chekc'; did you mean 'muster check'?"},
        {"campaign", "'muster campaign' wants one more word: start"},
        {"imprt a.csv", "there is no command 'imprt'; did you mean 'muster import'?"},
        {"campaing x y", "there is no command 'campaing'; did you mean 'muster campaign'?"},
        {"help chekc", "there is no command 'chekc'; did you mean 'muster check'?"},
        {"help campaign x", "there is no command 'campaign x'; see muster campaign --help"},
        {"campaign x --help", "there is no command 'campaign x'; see muster campaign --help"},
        {"campaign strat x", "there is no command 'campaign strat'; did you mean 'muster campaign"
                             " start'?"},
        {"campaign frobnicate",
         "there is no command 'campaign frobnicate'; see muster campaign --help"},
        {"campaign frobnicate x",
         "there is no command 'campaign frobnicate'; see muster campaign --help"},
        {"campaign stop x", "there is no command 'campaign stop'; see muster campaign --help"},
        {"campaign --dry-run", "'muster campaign' wants one more word"},
        {"campaign _", "there is no command 'campaign '; see muster campaign --help"},
        {"campain start", "there is no command 'campain start'; did you mean 'muster campaign"
                          " start'?"},
        {"check=", "there is no command 'check='; did you mean 'muster check'?"},
        {"--version=1", "--version takes no value"},
        {"--verison", "there is no option --verison; did you mean --version?"},
        {"campaign start", "usage: muster campaign start NAME"},
        {"campaign start a b", "usage: muster campaign start NAME"},
        {"check x", "usage: muster check"},
        {"ballot mark a b", "usage: muster ballot mark NAME STATE NUMBER..."},
        {"import a --dry-rnu", "there is no option --dry-rnu; did you mean --dry-run?"},
        {"import a --dry-run=yes", "--dry-run takes no value"},
        {"import a --map", "--map wants a value: HEADER=FIELD"},
        {"check --dry-run", "there is no option --dry-run"},
        {"--dry-run import a", "there is no option --dry-run"},
        {"check --format xml", "--format is text, csv or json, not 'xml'"},
        {"check --format", "--format wants a value"},
        {"check -x", "there is no option -x"},
        {"check --", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct call call = {.arena = arena};
        struct error err = {.kind = ERROR_NONE};
        bool help = false;
        bool ok = parse(cases[i].line, &call, &help, &err);
        if (ok != (cases[i].sentence == NULL)) {
            fail_msg("'%s': %d %s", cases[i].line, ok, err.text);
        }
        if (!ok) {
            assert_int_equal(err.kind, ERROR_USAGE);
            if (strstr(err.text, cases[i].sentence) == NULL) {
                fail_msg("'%s': %s", cases[i].line, err.text);
            }
        }
    }
}

static void help_is_given_whatever_else_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *command; /* NULL: of all, or of a group */
        const char *group;
    } cases[] = {
        {"--help", NULL, NULL},
        {"-h", NULL, NULL},
        {"help", NULL, NULL},
        {"help import", "import", NULL},
        {"help campaign start", "campaign start", NULL},
        {"import -h", "import", NULL},
        {"campaign --help", NULL, "campaign"},
        {"campaign -h", NULL, "campaign"},
        {"--help campaign", NULL, "campaign"},
        {"help campaign", NULL, "campaign"},
        {"import --help", "import", NULL},
        {"campaign start --help", "campaign start", NULL},
        {"--help import list", "import list", NULL},
        {"check x y z --help", "check", NULL},
        {"import --format xml --help", "import", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct call call = {.arena = arena};
        struct error err;
        bool help = false;
        assert_true(parse(cases[i].line, &call, &help, &err));
        assert_true(help);
        const char *words = call.command == NULL ? NULL : call.command->words;
        assert_true(text_equal(words, cases[i].command));
        assert_true(text_equal(call.group, cases[i].group));
    }
}

static void the_version_is_told_with_or_without_a_command(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "--version",        "--config c.conf --version", "--version --config c.conf",
        "import --version", "check x y --version",       "--format xml --version",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        struct call call = {.arena = arena};
        struct error err;
        bool help = true;
        assert_true(parse(lines[i], &call, &help, &err));
        assert_false(help);
        assert_true(call_has(&call, "--version"));
    }
}

static void there_are_only_so_many_options(void **state)
{
    (void)state;
    char line[2000] = "import a";
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct call call = {.arena = arena};
    struct error err;
    bool help = false;
    for (int i = 0; i <= CALL_GIVEN_MOST; i++) {
        memcpy(line + strlen(line), " --dry-run", sizeof " --dry-run");
    }
    assert_false(parse(line, &call, &help, &err));
    assert_string_equal(err.text, "too many options");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_understood),
        cmocka_unit_test(what_is_not_understood_is_said),
        cmocka_unit_test(help_is_given_whatever_else_is_wrong),
        cmocka_unit_test(the_version_is_told_with_or_without_a_command),
        cmocka_unit_test(there_are_only_so_many_options),
    };
    return cmocka_run_group_tests_name("cli/call", tests, NULL, NULL);
}
