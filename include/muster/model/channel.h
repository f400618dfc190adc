/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two ways to a member. */
#ifndef MUSTER_MODEL_CHANNEL_H
#define MUSTER_MODEL_CHANNEL_H

#include <stdbool.h>

#include "muster/base/compiler.h"

enum channel { CHANNEL_SMS, CHANNEL_EMAIL };

enum { CHANNEL_COUNT = 2 };

/* The word for it in files, tables and commands: "sms", "email". Static. */
const char *channel_name(enum channel channel);

/* The channel of a word; false when there is none. */
bool channel_parse(const char *word, enum channel *channel) MUST_USE;

#endif
