/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a value is written where it will stand; for render.c only. */
#ifndef MUSTER_MESSAGE_ESCAPE_H
#define MUSTER_MESSAGE_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/buffer.h"
#include "muster/message/template.h"

/* Append a value. `raw` leaves alone what markup, forms and JSON would escape; what no text message
 * may hold is dropped all the same. False when the value cannot stand there at all: a line break in
 * a header. */
bool escape_value(enum template_escape escape, bool raw, const char *text, size_t length,
                  struct buffer *out) MUST_USE;

/* Append words of the template itself: as they are, without what no text message may hold. */
void escape_words(enum template_escape escape, const char *text, size_t length, struct buffer *out);

#endif
