/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How an import is read from a query over `import`: the same columns everywhere. */
#ifndef MUSTER_STORE_IMPORTS_ROW_H
#define MUSTER_STORE_IMPORTS_ROW_H

#include "muster/store/imports.h"
#include "query.h"

#define IMPORT_ROW                                                                                 \
    "id, file, digest, at, whole, rows, joined, changed, unchanged, refused, departed, undone_at," \
    " made_by"

/* Read IMPORT_ROW, which begins at column 0, into the arena. Defined in imports.c. */
void imports_read_row(struct query *query, struct arena *arena, struct import *import);

#endif
