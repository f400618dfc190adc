/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory with a life of its own: a phone, a mail, a connection, a receipt that is due. They come
 * and go one by one, so no arena fits. Running out of memory ends the program. */
#ifndef MUSTER_REHEARSAL_CELL_H
#define MUSTER_REHEARSAL_CELL_H

#include <stddef.h>

#include "muster/base/compiler.h"

/* `size` zeroed bytes, released with free. Never NULL. */
void *cell_new(size_t size) MUST_USE;

/* A copy of the text, released with free. Never NULL. */
char *cell_text(const char *text) MUST_USE;

#endif
