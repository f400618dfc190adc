/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster-manual: makes the pages of the manual and the completions of shells out of the tables that
 * the programs work by, so that neither can say anything else. It is run by the build, and not
 * installed.
 *
 *     muster-manual page < src/cli/pages/muster-member.1      the page, in mdoc(7)
 *     muster-manual bash|zsh|fish                             the completion
 *
 * A page is written by hand; a line that begins with `.\" @` asks for what a table has:
 *
 *     .\" @commands member     the commands that begin with this word
 *     .\" @summary             all commands, a line for each
 *     .\" @common              the options of every command
 *     .\" @settings            the settings of muster.conf
 *     .\" @fields              the fields of templates */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "completion.h"
#include "muster.h"
#include "muster/base/text.h"
#include "muster/conf/config.h"
#include "muster/message/fields.h"
#include "rights.h"
#include "words.h"

enum { LINE_MOST = 4096, EX_USAGE_STATUS = 64, EX_DATA_STATUS = 65 };

#define ASKS ".\\\" @"

/* Whether a sentence has ended before this place, where mdoc wants a new line. */
static bool is_between(const char *text, size_t length, size_t at)
{
    return at > 0 && at + 1 < length && text[at] == ' ' && strchr(".?!", text[at - 1]) != NULL &&
           isupper((unsigned char)text[at + 1]);
}

/* Text as mdoc takes it: no letter of it is a command. */
static void put_text(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const bool begins = i == 0 || text[i - 1] == '\n';
        if (begins && (text[i] == '.' || text[i] == '\'')) {
            (void)fputs("\\&", stdout);
        }
        if (is_between(text, length, i)) {
            (void)putchar('\n');
        } else if (text[i] == '\\') {
            (void)fputs("\\e", stdout);
        } else if (text[i] == '-') {
            (void)fputs("\\-", stdout);
        } else {
            (void)putchar(text[i]);
        }
    }
}

static void put_line(const char *text)
{
    put_text(text, strlen(text));
    (void)putchar('\n');
}

/* Lines that are shown as they are. */
static void put_note(const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        (void)fputs("\\&", stdout);
        for (size_t i = 0; i < length; i++) {
            put_text(text + i, 1);
        }
        (void)putchar('\n');
        text += length + (text[length] == '\n');
    }
}

/* A sentence out of a table: its first letter large, a full stop behind it. */
static void put_sentence(const char *text)
{
    (void)putchar(toupper((unsigned char)text[0]));
    put_text(text + 1, strlen(text + 1));
    (void)puts(strchr(".:?!", text[strlen(text) - 1]) == NULL ? "." : "");
}

/* One argument of a macro: quoted, as it may have blanks or look like a macro. */
static void put_quoted(const char *text)
{
    (void)fputs(" \"\\&", stdout);
    put_text(text, strlen(text));
    (void)putchar('"');
}

static void put_rows(const struct call_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        (void)fputs(".It Fl", stdout);
        put_quoted(options->name + 1);
        if (options->value != NULL) {
            (void)fputs(" Ar", stdout);
            put_quoted(options->value);
        }
        (void)putchar('\n');
        put_sentence(options->meaning);
    }
}

static void put_options(const struct call_option *options, const struct call_option *others)
{
    (void)puts(".Bl -tag -width indent");
    put_rows(options);
    put_rows(others);
    (void)puts(".El");
}

/* The words that a place of the command may have, if there is a list of them. */
static void put_words(const char *command, const char *place)
{
    if (words_at(command, place, 0) == NULL) {
        return;
    }
    (void)puts(".Pp");
    (void)fputs(".Ar", stdout);
    put_quoted(place);
    (void)puts("\nis one of");
    const char *word = NULL;
    for (size_t i = 0; (word = words_at(command, place, i)) != NULL; i++) {
        (void)fputs(".Ql", stdout);
        put_quoted(word);
        (void)puts(words_at(command, place, i + 1) == NULL ? " ." : " ,");
    }
}

/* The same of each place that the text ("NAME STATE [NUMBER...]") names. */
static void put_places(const char *command, const char *text)
{
    while (text != NULL && *text != '\0') {
        char place[64];
        const size_t skipped = strcspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        const size_t length = strspn(text + skipped, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        (void)snprintf(place, sizeof place, "%.*s", (int)length, text + skipped);
        put_words(command, place);
        text += skipped + length;
    }
}

static void put_command(const struct call_command *command)
{
    (void)fputs(".It Nm muster Cm", stdout);
    put_quoted(command->words);
    if (command->arguments[0] != '\0') {
        (void)fputs(" Ar", stdout);
        put_quoted(command->arguments);
    }
    (void)putchar('\n');
    put_sentence(command->summary);
    put_places(command->words, command->arguments);
    const struct call_option *asked = rights_options(command->words);
    if (command->options != NULL || asked != NULL) {
        put_options(command->options, asked);
    }
    for (const struct call_option *o = command->options; o != NULL && o->name != NULL; o++) {
        put_places(command->words, o->value);
    }
    const char *note = NULL;
    for (size_t i = 0; (note = words_note(command->words, i)) != NULL; i++) {
        (void)puts(".Bd -literal");
        put_note(note + strspn(note, "\n"));
        (void)puts(".Ed");
    }
}

static bool put_commands(const char *group)
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    bool any = false;
    (void)puts(".Bl -tag -width indent");
    for (size_t i = 0; i < count; i++) {
        if (call_is_of(&commands[i], group)) {
            put_command(&commands[i]);
            any = true;
        }
    }
    (void)puts(".El");
    return any;
}

static void put_summary(void)
{
    size_t count = 0;
    const struct call_command *commands = muster_commands(&count);
    (void)puts(".Bl -tag -width \"campaign preflight\" -compact");
    for (size_t i = 0; i < count; i++) {
        (void)fputs(".It Cm", stdout);
        put_quoted(commands[i].words);
        (void)putchar('\n');
        put_sentence(commands[i].summary);
    }
    (void)puts(".El");
}

static void put_limits(const struct config_description *setting)
{
    if (setting->low <= setting->high) {
        (void)printf("A number from %lld to %lld.\n", (long long)setting->low,
                     (long long)setting->high);
    }
    if (setting->words != NULL) {
        (void)puts("One of");
        for (const char *word = setting->words; *word != '\0';) {
            const size_t length = strcspn(word, "|");
            (void)fputs(".Ql \"\\&", stdout);
            put_text(word, length);
            (void)puts(word[length] == '\0' ? "\" ." : "\" ,");
            word += length + (word[length] == '|');
        }
    }
}

static void put_setting(const struct config_description *setting)
{
    (void)fputs(".It Ic", stdout);
    put_quoted(setting->name);
    (void)putchar('\n');
    put_line(setting->help);
    put_limits(setting);
    if (setting->preset == NULL) {
        (void)puts("It must be given.");
    } else if (setting->preset[0] != '\0') {
        (void)fputs("Preset:\n.Ql", stdout);
        put_quoted(setting->preset);
        (void)puts(" .");
    }
}

static void put_settings(void)
{
    const char *group = "";
    struct config_description setting;
    for (size_t i = 0; config_describe(i, &setting); i++) {
        if (!text_equal(group, setting.group)) {
            (void)printf("%s.Ss The group %s\n", i == 0 ? "" : ".El\n", setting.group);
            put_line(setting.group_help);
            (void)puts(".Bl -tag -width indent");
            group = setting.group;
        }
        put_setting(&setting);
    }
    (void)puts(".El");
}

static void put_fields(void)
{
    size_t count = 0;
    const struct field *fields = fields_list(&count);
    (void)puts(".Bl -tag -width \"ballot.replacements_end\" -compact");
    for (size_t i = 0; i < count; i++) {
        (void)fputs(".It Ic", stdout);
        put_quoted(fields[i].name);
        (void)putchar('\n');
        put_sentence(fields[i].meaning);
    }
    (void)puts(".El");
}

/* What a line asks for; false when no table has it. */
static bool answer(const char *asked)
{
    static const char COMMANDS[] = "commands ";
    if (strncmp(asked, COMMANDS, sizeof COMMANDS - 1) == 0) {
        return put_commands(asked + sizeof COMMANDS - 1);
    }
    static const struct {
        const char *name;
        void (*put)(void);
    } TABLES[] = {{"summary", put_summary}, {"settings", put_settings}, {"fields", put_fields}};
    for (size_t i = 0; i < ARRAY_LENGTH(TABLES); i++) {
        if (text_equal(TABLES[i].name, asked)) {
            TABLES[i].put();
            return true;
        }
    }
    if (text_equal(asked, "common")) {
        put_options(call_common(), NULL);
        return true;
    }
    return false;
}

/* Copy the page on standard input, with what it asks for. */
static int make_page(void)
{
    char line[LINE_MOST];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (strncmp(line, ASKS, sizeof ASKS - 1) != 0) {
            (void)fputs(line, stdout);
            continue;
        }
        line[strcspn(line, "\n")] = '\0';
        if (!answer(line + sizeof ASKS - 1)) {
            (void)fprintf(stderr, "muster-manual: no table has \"%s\"\n", line + sizeof ASKS - 1);
            return EX_DATA_STATUS;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (text_equal(what, "page")) {
        return make_page();
    }
    if (completion_print(what)) {
        return 0;
    }
    (void)fputs("usage: muster-manual page|bash|zsh|fish\n", stderr);
    return EX_USAGE_STATUS;
}
