/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text as a picture that telephones read (QR code). Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_PICTURE_H
#define MUSTER_WEB_CONSOLE_PICTURE_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"

/* Draw a text as SVG, in the arena, with the quiet border that readers need. ERROR_DATA when it is
 * too long for one picture. */
bool console_picture_of(const char *text, struct arena *arena, const char **svg,
                        struct error *err) MUST_USE;

#endif
