/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was in the list, and where. */
#ifndef MUSTER_ROSTER_ATTENDANCE_H
#define MUSTER_ROSTER_ATTENDANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "muster/base/compiler.h"

struct attendance;

/* Nobody so far. The caller frees it with attendance_free. */
struct attendance *attendance_create(void) MUST_USE;

/* Release it; sets the pointer to NULL. */
void attendance_free(struct attendance **attendance);

/* Note that the member with this id of the store is in the line; gives the line in which they were
 * before, or 0. */
unsigned attendance_note(struct attendance *attendance, int64_t member_id, unsigned line);

/* Whether the member was noted. */
bool attendance_has(const struct attendance *attendance, int64_t member_id);

#endif
