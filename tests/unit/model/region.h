/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phone number library's own word, beside the tables that model/phone makes of it. */
#ifndef MUSTER_TESTS_MODEL_REGION_H
#define MUSTER_TESTS_MODEL_REGION_H

#include <stdint.h>

#include "muster/base/compiler.h"

MUSTER_C_BEGIN

enum { REGION_SIZE = 4 };

/* The country of the number +44 `national`, "GB", "JE", ..., asked as a whole; "ZZ" when it is
 * nobody's. */
void region_of(uint64_t national, char region[REGION_SIZE]);

MUSTER_C_END

#endif
