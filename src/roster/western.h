/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows or Macintosh: which of two encodings of Western Europe a list is in that is not UTF-8. */
#ifndef MUSTER_ROSTER_WESTERN_H
#define MUSTER_ROSTER_WESTERN_H

#include <stddef.h>

#include "muster/base/compiler.h"

struct western;

/* A judgement that has seen nothing yet. The caller frees it with western_free. */
struct western *western_create(void) MUST_USE;

/* Release it; sets the pointer to NULL. */
void western_free(struct western **western);

/* Look at the next bytes of the file. */
void western_add(struct western *western, const char *bytes, size_t length);

/* "WINDOWS-1252" or "MACINTOSH", names that iconv knows; the latter only where it reads clearly
 * better. Static. */
const char *western_end(struct western *western) MUST_USE;

#endif
