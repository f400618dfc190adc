/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line; see options.h. */
#include "options.h"

#include <string.h>

#include "muster/base/text.h"

/* What was given, before it is understood. */
struct given {
    const char *smtp, *sms, *log, *faults, *seed, *answers, *ready, *tls, *auth, *account;
};

static const struct {
    const char *name;
    size_t place;
    const char *value;
    const char *meaning;
} table[] = {
    {"smtp", offsetof(struct given, smtp), "ADDR:PORT", "take mail here; port 0 is any free one"},
    {"sms", offsetof(struct given, sms), "ADDR:PORT", "take SMS here by HTTP, and show the pages"},
    {"log", offsetof(struct given, log), "FILE", "append what happens, a JSON object a line"},
    {"faults", offsetof(struct given, faults), "SPEC", "what goes wrong; \"help\" lists it"},
    {"seed", offsetof(struct given, seed), "N", "another N, another luck; 1 if not given"},
    {"answers", offsetof(struct given, answers), "SPEC",
     "what phones answer: \"VOTED=20%,STOP=3%\""},
    {"ready", offsetof(struct given, ready), "FILE", "write the addresses here once they listen"},
    {"tls", offsetof(struct given, tls), "CERT,KEY", "offer STARTTLS with these PEM files"},
    {"auth", offsetof(struct given, auth), "USER:PASSWORD", "ask mail clients for this"},
    {"account", offsetof(struct given, account), "USER:PASSWORD", "ask SMS clients for this"},
};

static void explain(struct buffer *out)
{
    buffer_puts(out, "muster-rehearsal: carriers on this machine that deliver to nobody\n\n"
                     "usage: muster-rehearsal --smtp ADDR:PORT --sms ADDR:PORT [options]\n\n");
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
        buffer_printf(out, "  --%-8s%-15s%s\n", table[i].name, table[i].value, table[i].meaning);
    }
    buffer_puts(out, "  --help                 print this\n"
                     "  --version              print the version\n");
}

static bool unknown(const char *word, struct error *err)
{
    const char *names[ARRAY_LENGTH(table) + 2];
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
        names[i] = table[i].name;
    }
    names[ARRAY_LENGTH(table)] = "help";
    names[ARRAY_LENGTH(table) + 1] = "version";
    bool option = strncmp(word, "--", 2) == 0;
    const char *nearest = option ? text_nearest(word + 2, names, ARRAY_LENGTH(names)) : NULL;
    if (nearest != NULL) {
        return error_set(err, ERROR_USAGE, "there is no option %s; did you mean --%s?", word,
                         nearest);
    }
    return error_set(err, ERROR_USAGE, "%s is not understood; --help tells what is", word);
}

/* Read one option and its value, "--name value" or "--name=value"; moves `*at` to its last word. */
static bool read_option(int count, char **words, int *at, struct given *given, struct error *err)
{
    const char *word = words[*at];
    for (size_t i = 0; i < ARRAY_LENGTH(table); i++) {
        size_t size = strlen(table[i].name);
        if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, table[i].name, size) != 0 ||
            (word[size + 2] != '\0' && word[size + 2] != '=')) {
            continue;
        }
        const char *value = word[size + 2] == '=' ? word + size + 3 : NULL;
        if (value == NULL) {
            *at += 1;
            value = *at < count ? words[*at] : NULL;
        }
        if (value == NULL) {
            return error_set(err, ERROR_USAGE, "--%s needs a value: %s", table[i].name,
                             table[i].value);
        }
        memcpy((char *)given + table[i].place, &value, sizeof value);
        return true;
    }
    return unknown(word, err);
}

static bool check_account(const char *name, const char *value, struct error *err)
{
    const char *colon = value == NULL ? NULL : strchr(value, ':');
    if (value != NULL && (colon == NULL || colon == value)) {
        return error_set(err, ERROR_USAGE, "--%s needs USER:PASSWORD", name);
    }
    return true;
}

static bool understand(const struct given *given, struct arena *arena, struct options *options,
                       struct error *err)
{
    int64_t seed = 1;
    if (given->seed != NULL && !text_number(given->seed, 0, INT64_MAX, &seed)) {
        return error_set(err, ERROR_USAGE, "--seed needs a whole number, not \"%s\"", given->seed);
    }
    if (given->smtp == NULL && given->sms == NULL) {
        return error_set(err, ERROR_USAGE, "give --smtp ADDR:PORT, --sms ADDR:PORT, or both");
    }
    options->smtp = given->smtp;
    options->sms = given->sms;
    options->log = given->log;
    options->ready = given->ready;
    options->auth = given->auth;
    options->account = given->account;
    if (given->tls != NULL) {
        char *comma = arena_text(arena, given->tls);
        options->certificate = strsep(&comma, ",");
        options->key = comma;
        if (text_empty(options->certificate) || text_empty(options->key)) {
            return error_set(err, ERROR_USAGE, "--tls needs two PEM files: CERT,KEY");
        }
    }
    return check_account("auth", given->auth, err) &&
           check_account("account", given->account, err) &&
           mishaps_parse(given->faults == NULL ? "" : given->faults, (uint64_t)seed,
                         &options->mishaps, err) &&
           answers_parse(given->answers == NULL ? "" : given->answers, (uint64_t)seed, arena,
                         &options->answers, err);
}

bool options_read(int count, char **words, struct arena *arena, struct options *options,
                  struct error *err)
{
    struct given given;
    memset(&given, 0, sizeof given);
    memset(options, 0, sizeof *options);
    buffer_init(&options->text, 1 << 16);
    for (int at = 1; at < count; at++) {
        options->asked = true;
        if (strcmp(words[at], "--help") == 0) {
            explain(&options->text);
            return true;
        }
        if (strcmp(words[at], "--version") == 0) {
            buffer_puts(&options->text, "muster-rehearsal " MUSTER_VERSION "\n");
            return true;
        }
        options->asked = false;
        if (!read_option(count, words, &at, &given, err)) {
            return false;
        }
    }
    if (given.faults != NULL && strcmp(given.faults, "help") == 0) {
        options->asked = true;
        mishaps_explain(&options->text);
        return true;
    }
    return understand(&given, arena, options, err);
}
