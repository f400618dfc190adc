/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call of muster: the command that was meant, its options and arguments, and what main has made
 * ready for it. */
#ifndef MUSTER_CLI_CALL_H
#define MUSTER_CLI_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include "listing.h"
#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/store/accounts.h"
#include "muster/store/db.h"

enum call_needs {
    CALL_NOTHING = 0,
    CALL_CONFIG = 1, /* the configuration is read */
    CALL_STORE = 2,  /* the store is open; includes the configuration */
};

/* An option of a command; a table of them ends with an empty one. */
struct call_option {
    const char *name; /* "--map" */
    const char
        *value; /* what stands for its value in the help: "HEADER=FIELD"; NULL: it is a switch */
    const char *meaning; /* one line */
};

struct call;

struct call_command {
    const char *words;     /* "campaign start" */
    const char *arguments; /* for the help: "NAME" */
    int least, most;       /* how many arguments; most -1: any number */
    enum call_needs needs;
    const char *summary;               /* one line */
    const struct call_option *options; /* NULL: none but those of every command */
    bool (*run)(struct call *call, struct error *err);
};

/* An option as given. */
struct call_given {
    const char *name;
    const char *value; /* NULL for a switch */
};

enum { CALL_GIVEN_MOST = 64 };

struct call {
    const struct call_command *command;
    const char *group; /* whose help is wanted, when no command was named; NULL: of all */
    const char *topic; /* the one word behind "help", which may be a page of the manual; or NULL */
    struct arena *arena;
    struct config config;
    struct db *db;
    struct account *actor;   /* who does it, as rights_check has found; NULL: nobody is known */
    const char *config_path; /* --config, MUSTER_CONFIG, ./muster.conf or /etc/muster/muster.conf */
    enum listing_format format;
    const char **arguments;
    size_t argument_count;
    struct call_given given[CALL_GIVEN_MOST];
    size_t given_count;
};

/* Take the command line apart: which of the commands, which options and arguments. ERROR_USAGE
 * with "did you mean" for what is not known. `--help`, `-h` and the word help in front give true
 * and `*help` true, with `call->command` NULL when no command was named, or only the first word of
 * several: that is `call->group`. `--version` may stand without a command, too. */
bool call_parse(struct call *call, int argc, char **argv, const struct call_command *commands,
                size_t count, bool *help, struct error *err) MUST_USE;

/* Whether a command is of a group: "segment list" of "segment"; NULL: of all. */
bool call_is_of(const struct call_command *command, const char *group) MUST_USE;

/* The options that every command has; the table ends with an empty one. Static. */
const struct call_option *call_common(void) MUST_USE;

/* Whether a switch was given; the value of an option (the last one given), or NULL. */
bool call_has(const struct call *call, const char *name);
const char *call_value(const struct call *call, const char *name);

/* Print the faults of a file to standard error. */
void call_print_faults(const struct faults *faults);

/* Read the configuration, and open the store, if so much is needed. */
bool call_open(struct call *call, enum call_needs needs, struct error *err) MUST_USE;

/* The same of what the command needs by the table. */
bool call_prepare(struct call *call, struct error *err) MUST_USE;

/* Print the help of all commands or of those of a group (NULL: all); or of one, which names the
 * others that begin with its word. */
void call_help_all(const struct call_command *commands, size_t count, const char *group);
void call_help(const struct call_command *commands, size_t count,
               const struct call_command *command);

#endif
