/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of muster-rehearsal. */
#ifndef MUSTER_REHEARSAL_OPTIONS_H
#define MUSTER_REHEARSAL_OPTIONS_H

#include <stdbool.h>

#include "answers.h"
#include "mishaps.h"
#include "muster/base/buffer.h"

struct options {
    const char *smtp, *sms;        /* where to listen; at least one is given */
    const char *log, *ready;       /* files, or NULL */
    const char *certificate, *key; /* PEM files, or NULL */
    const char *auth, *account;    /* USER:PASSWORD, or NULL */
    struct mishaps mishaps;
    struct answers answers;
    bool asked; /* for help: print `text` and go, nothing else is set */
    struct buffer text;
};

/* Read the command line; texts are argv's or in the arena. Release `text` with buffer_free.
 * ERROR_USAGE with one sentence when it is wrong. */
bool options_read(int count, char **words, struct arena *arena, struct options *options,
                  struct error *err) MUST_USE;

#endif
