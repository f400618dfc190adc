/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store for the fuzz targets that need one: made once for the process, emptied for each input,
 * and looked at through a connection of its own, past the code under test. */
#ifndef TESTS_FUZZ_SCRATCH_H
#define TESTS_FUZZ_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#include "muster/base/buffer.h"
#include "muster/base/compiler.h"
#include "muster/store/db.h"

struct scratch;

/* The store; made at the first call, removed at the end of the process. */
struct scratch *scratch_open(void) MUST_USE;

struct db *scratch_db(const struct scratch *scratch) MUST_USE;

/* Empty all its tables. */
void scratch_clear(struct scratch *scratch);

/* Run a statement; read one number. */
void scratch_run(struct scratch *scratch, const char *sql);
int64_t scratch_number(struct scratch *scratch, const char *sql) MUST_USE;

/* Write down all rows of a table, or of all tables (NULL), for a comparison. To be released. */
void scratch_dump(struct scratch *scratch, const char *table, struct buffer *dump);

/* Make the list to be imported of these bytes; gives its path. */
const char *scratch_list(struct scratch *scratch, const void *bytes, size_t size) MUST_USE;

#endif
