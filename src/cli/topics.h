/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster help TOPIC: the pages of the manual, wherever there is no man(1). */
#ifndef MUSTER_CLI_TOPICS_H
#define MUSTER_CLI_TOPICS_H

#include <stdbool.h>

#include "muster/base/compiler.h"

/* Print a page of the manual to standard output: "member" and "muster-member" are the page
 * muster-member, "segment.7" is that of section 7. "topics" lists the pages. False when there is
 * no such page. */
bool topics_print(const char *topic) MUST_USE;

#endif
