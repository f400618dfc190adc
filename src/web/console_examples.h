/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Campaigns to begin from. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_EXAMPLES_H
#define MUSTER_WEB_CONSOLE_EXAMPLES_H

#include <stdbool.h>

#include "muster/campaign/sketch.h"

/* Put an example's steps into a sketch with room for them: "reminder" of a ballot, from the first
 * paper to the last post, or "call" to an action. False when there is none of this name. */
bool console_examples_put(const char *name, struct sketch *sketch) MUST_USE;

#endif
