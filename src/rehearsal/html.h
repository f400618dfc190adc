/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing pages: everything that comes from outside goes through html_text or html_link. */
#ifndef MUSTER_REHEARSAL_HTML_H
#define MUSTER_REHEARSAL_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/buffer.h"

/* Begin a page: head, style, and the bar with its links. `back` puts a link to the list there. */
void html_open(struct buffer *out, const char *title, bool back);
void html_close(struct buffer *out);

/* Append text with HTML's special characters escaped; bytes that are not UTF-8 become U+FFFD. Safe
 * in elements and in quoted attributes. */
void html_text(struct buffer *out, const char *text);
void html_span(struct buffer *out, const char *bytes, size_t length);

/* The same, with http and https addresses made into links. */
void html_linked(struct buffer *out, const char *bytes, size_t length);

/* The local time of an instant: "20:05" today, else with the date. */
void html_time(struct buffer *out, int64_t instant);

#endif
