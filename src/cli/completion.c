/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The completions of bash, zsh and fish. What a shell needs to know is printed as functions over
 * `case`, made from the tables; how it asks them is the same text for every muster.
 *
 * A step of a command is what may come next: behind "reply answers" come list, set and remove. */
#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "call.h"
#include "muster.h"
#include "muster/base/text.h"
#include "rights.h"
#include "words.h"

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Text between single quotes, for all three shells. */
static void put_quoted(const char *text)
{
    (void)putchar('\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            (void)fputs("'\\''", stdout);
        } else {
            (void)putchar(*text);
        }
    }
    (void)putchar('\'');
}

/* Whether the command begins with the words `before`, whole, and goes on; then `*next` is its next
 * word, of `*length` letters. */
static bool goes_on(const struct call_command *command, const char *before, size_t before_length,
                    const char **next, size_t *length)
{
    const char *words = command->words;
    if (before_length > 0) {
        if (strncmp(words, before, before_length) != 0 || words[before_length] != ' ') {
            return false;
        }
        words += before_length + 1;
    }
    *next = words;
    *length = strcspn(words, " ");
    return true;
}

/* Whether an earlier command of the table has the same next word there. */
static bool named_before(const struct call_command *commands, size_t index, const char *before,
                         size_t before_length, const char *word, size_t length)
{
    for (size_t i = 0; i < index; i++) {
        const char *next = NULL;
        size_t next_length = 0;
        if (goes_on(&commands[i], before, before_length, &next, &next_length) &&
            next_length == length && strncmp(next, word, length) == 0) {
            return true;
        }
    }
    return false;
}

typedef void step_fn(const char *before, size_t before_length, const char *word, size_t length,
                     const struct call_command *command);

/* Call `each` with every word that may follow the words `before`, once, and with the command that
 * ends there, or NULL for the first word of several commands. */
static void each_step(const char *before, size_t before_length, step_fn *each)
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    for (size_t i = 0; i < count; i++) {
        const char *word = NULL;
        size_t length = 0;
        if (goes_on(&commands[i], before, before_length, &word, &length) &&
            !named_before(commands, i, before, before_length, word, length)) {
            each(before, before_length, word, length, word[length] == '\0' ? &commands[i] : NULL);
        }
    }
}

/* Call `each` for the steps behind every beginning of a command that has some. */
static void each_beginning(void (*each)(const char *before, size_t length))
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    each("", 0);
    for (size_t i = 0; i < count; i++) {
        const char *words = commands[i].words;
        for (size_t at = strcspn(words, " "); words[at] != '\0';
             at += 1 + strcspn(words + at + 1, " ")) {
            const char *start = words;
            size_t from = at;
            while (from > 0 && words[from - 1] != ' ') {
                from--;
            }
            const size_t before = from == 0 ? 0 : from - 1;
            if (!named_before(commands, i, start, before, words + from, at - from)) {
                each(words, at);
            }
        }
    }
}

/* Whether a place names its words itself, as "text|csv|json" does. */
static bool is_choice(const char *place)
{
    return strchr(place, '|') != NULL && strpbrk(place, CAPITALS "[ ") == NULL;
}

/* The words that stand for `place` ("STATE", "text|csv|json") of a command, blanks between them;
 * nothing when any word may. */
static void put_values(const char *command, const char *place)
{
    if (is_choice(place)) {
        for (; *place != '\0'; place++) {
            (void)putchar(*place == '|' ? ' ' : *place);
        }
        return;
    }
    const char *word = NULL;
    for (size_t i = 0; (word = words_at(command, place, i)) != NULL; i++) {
        (void)printf("%s%s", i == 0 ? "" : " ", word);
    }
}

static bool has_values(const char *command, const char *place)
{
    return place != NULL && (is_choice(place) || words_at(command, place, 0) != NULL);
}

/* --- bash and zsh, which read the same functions ---------------------------------------------- */

static void put_word(const char *before, size_t before_length, const char *word, size_t length,
                     const struct call_command *command)
{
    (void)before;
    (void)before_length;
    (void)command;
    (void)printf(" %.*s", (int)length, word);
}

static void put_next(const char *before, size_t length)
{
    (void)printf("        '%.*s') echo", (int)length, before);
    each_step(before, length, put_word);
    (void)puts(" ;;");
}

static void put_option_names(const struct call_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        (void)printf(" %s", options->name);
    }
}

static void put_option_values(const char *command, const struct call_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (has_values(command, options->value)) {
            (void)printf("        '%s %s') echo ", command, options->name);
            put_values(command, options->value);
            (void)puts(" ;;");
        }
    }
}

/* The options that take a value, whichever command they are of. */
static void put_takers_of(const char *words, const struct call_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (options->value != NULL) {
            (void)printf("        %s'%s %s') return 0 ;;\n", words[0] == '\0' ? "*" : "", words,
                         options->name);
        }
    }
}

static void put_takers(void)
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    (void)puts("_muster_takes() {\n    case $1 in");
    for (size_t i = 0; i < count; i++) {
        put_takers_of(commands[i].words, commands[i].options);
        put_takers_of(commands[i].words, rights_options(commands[i].words));
    }
    put_takers_of("", call_common());
    (void)puts("    esac\n    return 1\n}\n");
}

static void put_functions(void)
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    (void)puts("# The words that may follow those of a command.\n"
               "_muster_next() {\n    case $1 in");
    each_beginning(put_next);
    (void)puts("    esac\n}\n\n# The options of a command.\n"
               "_muster_options() {\n    case $1 in");
    for (size_t i = 0; i < count; i++) {
        if (commands[i].options != NULL || rights_options(commands[i].words) != NULL) {
            (void)printf("        '%s') echo", commands[i].words);
            put_option_names(commands[i].options);
            put_option_names(rights_options(commands[i].words));
            (void)puts(" ;;");
        }
    }
    (void)fputs("    esac\n    echo", stdout);
    put_option_names(call_common());
    (void)puts("\n}\n\n# The words that the value of an option, or a place of a command, may be.\n"
               "_muster_values() {\n    case $1 in");
    for (size_t i = 0; i < count; i++) {
        put_option_values(commands[i].words, commands[i].options);
    }
    for (const struct call_option *o = call_common(); o->name != NULL; o++) {
        if (has_values("", o->value)) {
            (void)printf("        *' %s') echo ", o->name);
            put_values("", o->value);
            (void)puts(" ;;");
        }
    }
    (void)puts("    esac\n}\n\n# Whether an option takes a value.");
    put_takers();
}

/* What both do with the words before the cursor: `command` is the longest name of a command that
 * they begin with, `wants` the option whose value stands at the cursor. */
static const char WALK[] =
    "# Sets command and wants from the words of the line before the cursor.\n"
    "_muster_walk() {\n"
    "    local word following\n"
    "    command='' wants=''\n"
    "    for word in \"$@\"; do\n"
    "        if [[ -n $wants ]]; then wants=''; continue; fi\n"
    "        if [[ $word == -* ]]; then\n"
    "            if [[ $word != *=* ]] && _muster_takes \"$command $word\"; then wants=$word; fi\n"
    "            continue\n"
    "        fi\n"
    "        following=\" $(_muster_next \"$command\") \"\n"
    "        if [[ $following == *\" $word \"* ]]; then command=\"${command:+$command }$word\"; "
    "fi\n"
    "    done\n"
    "}\n\n";

static void print_bash(void)
{
    (void)puts("# Completion of muster for bash; made from its table of commands.\n");
    put_functions();
    (void)fputs(WALK, stdout);
    (void)fputs("_muster() {\n"
                "    local current=${COMP_WORDS[COMP_CWORD]} command wants choices=''\n"
                "    _muster_walk \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"\n"
                "    COMPREPLY=()\n"
                "    if [[ -n $wants ]]; then\n"
                "        choices=$(_muster_values \"$command $wants\")\n"
                "    elif [[ $current == -* ]]; then\n"
                "        choices=$(_muster_options \"$command\")\n"
                "    else\n"
                "        choices=$(_muster_next \"$command\")\n"
                "    fi\n"
                "    # Empty choices leave it to bash, which completes names of files.\n"
                "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$current\")\n"
                "}\n\n"
                "complete -o default -F _muster muster\n",
                stdout);
}

static void print_zsh(void)
{
    (void)puts(
        "#compdef muster\n# Completion of muster for zsh; made from its table of commands.\n");
    put_functions();
    (void)fputs(WALK, stdout);
    (void)fputs(
        "_muster() {\n"
        "    local command wants\n"
        "    local -a choices\n"
        "    _muster_walk \"${(@)words[2,CURRENT-1]}\"\n"
        "    if [[ -n $wants ]]; then\n"
        "        choices=(${=\"$(_muster_values \"$command $wants\")\"})\n"
        "    elif [[ $PREFIX == -* ]]; then\n"
        "        choices=(${=\"$(_muster_options \"$command\")\"})\n"
        "    else\n"
        "        choices=(${=\"$(_muster_next \"$command\")\"})\n"
        "    fi\n"
        "    if (( ${#choices} )); then compadd -a choices; fi\n"
        "    if [[ $PREFIX != -* ]]; then _files; fi\n"
        "}\n\n"
        "if [[ $funcstack[1] == _muster ]]; then _muster \"$@\"; else compdef _muster muster; fi\n",
        stdout);
}

/* --- fish ------------------------------------------------------------------------------------- */

static void put_fish_word(const char *before, size_t before_length, const char *word, size_t length,
                          const struct call_command *command)
{
    (void)printf("complete -c muster -n \"test (_muster_command) = '%.*s'\" -a '%.*s'",
                 (int)before_length, before, (int)length, word);
    if (command != NULL) {
        (void)fputs(" -d ", stdout);
        put_quoted(command->summary);
    }
    (void)putchar('\n');
}

static void put_fish_step(const char *before, size_t length)
{
    each_step(before, length, put_fish_word);
}

static void put_fish_option(const char *command, const struct call_option *option)
{
    (void)fputs("complete -c muster", stdout);
    if (command[0] != '\0') {
        (void)printf(" -n \"test (_muster_command) = '%s'\"", command);
    }
    (void)printf(" -l %s -d ", option->name + 2);
    put_quoted(option->meaning);
    if (has_values(command, option->value)) {
        (void)fputs(" -x -a '", stdout);
        put_values(command, option->value);
        (void)putchar('\'');
    } else if (option->value != NULL) {
        (void)fputs(" -r", stdout);
    }
    (void)putchar('\n');
}

static void put_fish_options(const char *command, const struct call_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        put_fish_option(command, options);
    }
}

static void print_fish(void)
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    (void)puts("# Completion of muster for fish; made from its table of commands.\n");
    (void)puts("# The name of the command that the line before the cursor begins with.\n"
               "function _muster_command\n"
               "    set -l command ''\n"
               "    for word in (commandline -opc)[2..-1]\n"
               "        set -l longer (string trim \"$command $word\")\n"
               "        if contains -- \"$longer\" $_muster_beginnings\n"
               "            set command $longer\n"
               "        end\n"
               "    end\n"
               "    echo \"$command\"\n"
               "end\n");
    (void)fputs("set -g _muster_beginnings", stdout);
    for (size_t i = 0; i < count; i++) {
        const char *words = commands[i].words;
        for (size_t at = strcspn(words, " ");; at += 1 + strcspn(words + at + 1, " ")) {
            (void)printf(" '%.*s'", (int)at, words);
            if (words[at] == '\0') {
                break;
            }
        }
    }
    (void)puts("\n");
    each_beginning(put_fish_step);
    for (size_t i = 0; i < count; i++) {
        put_fish_options(commands[i].words, commands[i].options);
        put_fish_options(commands[i].words, rights_options(commands[i].words));
    }
    put_fish_options("", call_common());
}

bool completion_print(const char *shell)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } SHELLS[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    for (size_t i = 0; i < ARRAY_LENGTH(SHELLS); i++) {
        if (text_equal(SHELLS[i].name, shell)) {
            SHELLS[i].print();
            return true;
        }
    }
    return false;
}
