/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we ask of the compiler beyond C17: scope-bound release, and checked results.
 * gcc 12 and clang 14 both know every attribute used here. */
#ifndef MUSTER_BASE_COMPILER_H
#define MUSTER_BASE_COMPILER_H

#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
#define MUSTER_C_BEGIN extern "C" {
#define MUSTER_C_END   }
#else
#define MUSTER_C_BEGIN
#define MUSTER_C_END
#endif

/* The caller must look at the result. */
#define MUST_USE __attribute__((warn_unused_result))

/* Argument number `which` is a printf format, its values begin at argument `first`. */
#define PRINTF_LIKE(which, first) __attribute__((format(printf, which, first)))

/* Run `release(&variable)` when the variable leaves its scope. `release` accepts NULL contents. */
#define CLEANUP(release) __attribute__((cleanup(release)))

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#ifndef __cplusplus
/* Hand over what the pointer variable owns: gives its value, leaves NULL behind. */
#define STEAL(pointer) ((__typeof__(pointer))steal_pointer((void *)&(pointer)))

static inline void *steal_pointer(void *slot)
{
    void *value = NULL;
    void *const nothing = NULL;
    memcpy(&value, slot, sizeof value);
    memcpy(slot, &nothing, sizeof nothing);
    return value;
}
#endif

#endif
