/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line. */
#include "call.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "rights.h"
#include "words.h"

static const struct call_option COMMON[] = {
    {"--config", "FILE",
     "the configuration (else MUSTER_CONFIG, ./muster.conf, /etc/muster/muster.conf)"},
    {"--format", "text|csv|json", "how a listing is printed"},
    {"--help", NULL, "this help; -h gives it, too, and muster help WORD a page of the manual"},
    {"--version", NULL, "the version of muster"},
    {0},
};

enum { NAMES_MOST = 128 };

const struct call_option *call_common(void)
{
    return COMMON;
}

static const struct call_option *find_option(const struct call_option *options, const char *name,
                                             size_t length)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (strlen(options->name) == length && strncmp(options->name, name, length) == 0) {
            return options;
        }
    }
    return NULL;
}

static size_t add_names(const struct call_option *options, const char **names, size_t count)
{
    for (; options != NULL && options->name != NULL && count < NAMES_MOST; options++) {
        names[count++] = options->name;
    }
    return count;
}

static bool unknown_option(const struct call *call, const char *name, struct error *err)
{
    const char *names[NAMES_MOST];
    size_t count = add_names(COMMON, names, 0);
    count = add_names(call->command == NULL ? NULL : call->command->options, names, count);
    const char *near = text_nearest(name, names, count);
    return error_set(err, ERROR_USAGE, "there is no option %s%s%s%s", name,
                     near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
                     near == NULL ? "" : "?");
}

/* How many words of a command's name the line begins with: all of them, or 0. */
static size_t words_match(const char *words, char *const *line, size_t length)
{
    size_t used = 0;
    while (*words != '\0') {
        size_t word = strcspn(words, " ");
        if (used == length || strlen(line[used]) != word || strncmp(line[used], words, word) != 0) {
            return 0;
        }
        used++;
        words += word;
        words += *words == ' ' ? 1 : 0;
    }
    return used;
}

static const struct call_command *find_command(const struct call_command *commands, size_t count,
                                               char *const *line, size_t length, size_t *used)
{
    const struct call_command *best = NULL;
    *used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t words = words_match(commands[i].words, line, length);
        if (words > *used) {
            best = &commands[i];
            *used = words;
        }
    }
    return best;
}

/* The second words of the commands that begin with this word; gives how many. */
static size_t words_behind(const struct call_command *commands, size_t count, const char *group,
                           const char *names[NAMES_MOST])
{
    size_t known = 0;
    for (size_t i = 0; i < count && known < NAMES_MOST; i++) {
        const char *words = commands[i].words;
        size_t first = strcspn(words, " ");
        if (strlen(group) == first && strncmp(group, words, first) == 0 && words[first] == ' ') {
            names[known++] = words + first + 1;
        }
    }
    return known;
}

/* "start, pause or cancel" */
static const char *joined_names(const char *const *names, size_t count, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        const char *joint = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        text = arena_printf(arena, "%s%s%s", text, joint, names[i]);
    }
    return text;
}

/* `line[0]` is "campaign", and what follows is no command of that group. */
static bool unknown_in_group(char *const *line, size_t length, const char *const *names,
                             size_t known, struct arena *arena, struct error *err)
{
    if (length < 2 || line[1][0] == '-') {
        return error_set(err, ERROR_USAGE, "'muster %s' wants one more word: %s", line[0],
                         joined_names(names, known, arena));
    }
    const char *near = text_nearest(line[1], names, known);
    if (near == NULL) {
        return error_set(err, ERROR_USAGE, "there is no command '%s %s'; see muster %s --help",
                         line[0], line[1], line[0]);
    }
    return error_set(err, ERROR_USAGE, "there is no command '%s %s'; did you mean 'muster %s %s'?",
                     line[0], line[1], line[0], near);
}

/* The first words of the commands: how "imprt members.csv" finds its import. */
static const char *nearest_first(const struct call_command *commands, size_t count,
                                 const char *word, struct arena *arena)
{
    const char *names[NAMES_MOST];
    size_t known = 0;
    for (; known < count && known < NAMES_MOST; known++) {
        const char *words = commands[known].words;
        names[known] = arena_span(arena, words, strcspn(words, " "));
    }
    return text_nearest(word, names, known);
}

static bool unknown_command(const struct call_command *commands, size_t count, char *const *line,
                            size_t length, struct call *call, struct error *err)
{
    const char *names[NAMES_MOST];
    size_t known = words_behind(commands, count, line[0], names);
    if (known > 0) {
        return unknown_in_group(line, length, names, known, call->arena, err);
    }
    for (; known < count && known < NAMES_MOST; known++) {
        names[known] = commands[known].words;
    }
    const char *typed = length > 1 && line[1][0] != '-'
                            ? arena_printf(call->arena, "%s %s", line[0], line[1])
                            : line[0];
    const char *near = text_nearest(typed, names, known);
    if (near == NULL) {
        typed = line[0];
        near = nearest_first(commands, count, typed, call->arena);
    }
    if (near == NULL) {
        return error_set(err, ERROR_USAGE, "there is no command '%s'; see muster --help", line[0]);
    }
    return error_set(err, ERROR_USAGE, "there is no command '%s'; did you mean 'muster %s'?", typed,
                     near);
}

static bool is_help(const char *word)
{
    return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;
}

static void ask_help(struct call *call)
{
    call->given[call->given_count++] = (struct call_given){"--help", NULL};
}

/* Whether help is wanted of a group, "segment --help": no second word, and nothing but options. */
static bool is_group_help(const struct call *call, const struct call_command *commands,
                          size_t count, char *const *line, size_t length)
{
    const char *names[NAMES_MOST];
    bool help = call_has(call, "--help");
    for (size_t i = 1; i < length; i++) {
        if (line[i][0] != '-') {
            return false;
        }
        help = help || is_help(line[i]);
    }
    return help && words_behind(commands, count, line[0], names) > 0;
}

/* Take "--name value" or "--name=value" at `line[*at]`. */
static bool take_option(struct call *call, char *const *line, size_t length, size_t *at,
                        struct error *err)
{
    const char *word = is_help(line[*at]) ? "--help" : line[*at];
    size_t name_length = strcspn(word, "=");
    const struct call_option *option = find_option(COMMON, word, name_length);
    if (option == NULL && call->command != NULL) {
        option = find_option(call->command->options, word, name_length);
    }
    if (option == NULL && call->command != NULL) {
        option = find_option(rights_options(call->command->words), word, name_length);
    }
    if (option == NULL) {
        return unknown_option(call, arena_span(call->arena, word, name_length), err);
    }
    const char *value = word[name_length] == '=' ? word + name_length + 1 : NULL;
    if (option->value == NULL && value != NULL) {
        return error_set(err, ERROR_USAGE, "%s takes no value", option->name);
    }
    if (option->value != NULL && value == NULL) {
        if (*at + 1 == length) {
            return error_set(err, ERROR_USAGE, "%s wants a value: %s", option->name, option->value);
        }
        value = line[++*at];
    }
    if (call->given_count == CALL_GIVEN_MOST) {
        return error_set(err, ERROR_USAGE, "too many options");
    }
    call->given[call->given_count++] = (struct call_given){option->name, value};
    return true;
}

static bool check_arguments(const struct call *call, struct error *err)
{
    const struct call_command *command = call->command;
    int count = (int)call->argument_count;
    if (count < command->least || (command->most >= 0 && count > command->most)) {
        return error_set(err, ERROR_USAGE, "usage: muster %s%s%s", command->words,
                         command->arguments[0] == '\0' ? "" : " ", command->arguments);
    }
    return true;
}

static bool set_format(struct call *call, struct error *err)
{
    static const char NAME[] = "--format";
    const char *format = call_value(call, NAME);
    if (find_option(call->command->options, NAME, sizeof NAME - 1) != NULL) {
        return true; /* a word of the command's own */
    }
    if (format != NULL && !listing_format_parse(format, &call->format)) {
        return error_set(err, ERROR_USAGE, "--format is text, csv or json, not '%s'", format);
    }
    return true;
}

bool call_parse(struct call *call, int argc, char **argv, const struct call_command *commands,
                size_t count, bool *help, struct error *err)
{
    size_t length = argc > 0 ? (size_t)argc - 1 : 0;
    char *const *line = argv + 1;
    size_t at = 0;
    /* Options may stand before the command's words, too. */
    while (at < length && line[at][0] == '-') {
        if (!take_option(call, line, length, &at, err)) {
            return false;
        }
        at++;
    }
    if (at < length && strcmp(line[at], "help") == 0) {
        ask_help(call);
        at++;
        call->topic = at + 1 == length ? line[at] : NULL;
    }
    *help = call_has(call, "--help");
    if (at == length) {
        return *help || call_has(call, "--version") ||
               error_set(err, ERROR_USAGE, "no command; see muster --help");
    }
    size_t used = 0;
    call->command = find_command(commands, count, line + at, length - at, &used);
    if (call->command == NULL) {
        *help = is_group_help(call, commands, count, line + at, length - at);
        call->group = *help ? line[at] : NULL;
    }
    if (call->command == NULL && !*help) {
        return unknown_command(commands, count, line + at, length - at, call, err);
    }
    if (call->command == NULL) {
        return true;
    }
    call->arguments = arena_array(call->arena, length + 1, sizeof *call->arguments);
    bool literal = false;
    for (at += used; at < length; at++) {
        if (!literal && strcmp(line[at], "--") == 0) {
            literal = true;
        } else if (!literal && line[at][0] == '-' && line[at][1] != '\0') {
            if (!take_option(call, line, length, &at, err)) {
                return false;
            }
        } else {
            call->arguments[call->argument_count++] = line[at];
        }
    }
    *help = call_has(call, "--help");
    return *help || call_has(call, "--version") ||
           (set_format(call, err) && check_arguments(call, err));
}

bool call_has(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *call_value(const struct call *call, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < call->given_count; i++) {
        if (strcmp(call->given[i].name, name) == 0) {
            value = call->given[i].value;
        }
    }
    return value;
}

void call_print_faults(const struct faults *faults)
{
    (void)fputs(buffer_text(&faults->text), stderr);
}

static const char *find_config(const struct call *call)
{
    const char *named = call_value(call, "--config");
    return text_empty(named) ? config_find() : named;
}

bool call_open(struct call *call, enum call_needs needs, struct error *err)
{
    call->config_path = find_config(call);
    if (needs == CALL_NOTHING) {
        return true;
    }
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = config_open(call_value(call, "--config"), call->arena, &faults, &call->config, err);
    call_print_faults(&faults);
    if (!ok || needs == CALL_CONFIG) {
        return ok;
    }
    return db_open(call->config.store.file, call->config.store.key, &call->db, err);
}

bool call_prepare(struct call *call, struct error *err)
{
    return call_open(call, call->command->needs, err);
}

static void print_options(const struct call_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        char left[64];
        (void)snprintf(left, sizeof left, "%s%s%s", options->name,
                       options->value == NULL ? "" : " ",
                       options->value == NULL ? "" : options->value);
        (void)printf("  %-26s %s\n", left, options->meaning);
    }
}

static void print_command(const struct call_command *command)
{
    char left[64];
    (void)snprintf(left, sizeof left, "%s %s", command->words, command->arguments);
    (void)printf("  %-38s %s\n", left, command->summary);
}

bool call_is_of(const struct call_command *command, const char *group)
{
    size_t first = strcspn(command->words, " ");
    return group == NULL || (strlen(group) == first && strncmp(group, command->words, first) == 0);
}

void call_help(const struct call_command *commands, size_t count,
               const struct call_command *command)
{
    (void)printf("muster %s%s%s\n\n%s.\n\n", command->words,
                 command->arguments[0] == '\0' ? "" : " ", command->arguments, command->summary);
    print_options(command->options);
    print_options(rights_options(command->words));
    print_options(COMMON);
    words_print(command->words);
    bool more = false;
    for (size_t i = 0; strchr(command->words, ' ') == NULL && i < count; i++) {
        if (&commands[i] != command && call_is_of(&commands[i], command->words)) {
            (void)fputs(more ? "" : "\nThere are also\n", stdout);
            print_command(&commands[i]);
            more = true;
        }
    }
}

void call_help_all(const struct call_command *commands, size_t count, const char *group)
{
    if (group == NULL) {
        (void)printf(
            "muster reaches the members of a union by text and mail: ballots, calls to act.\n\n");
    }
    (void)printf("usage: muster [--config FILE] %s%sCOMMAND ...\n\n", group == NULL ? "" : group,
                 group == NULL ? "" : " ");
    for (size_t i = 0; i < count; i++) {
        if (call_is_of(&commands[i], group)) {
            print_command(&commands[i]);
        }
    }
    (void)printf("\nmuster %s%sCOMMAND --help tells the options of a command.\n",
                 group == NULL ? "" : group, group == NULL ? "" : " ");
}
