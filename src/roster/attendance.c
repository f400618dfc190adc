/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids of the store are counted up from 1, so an array has a place for each: 4 bytes a member. */
#include "attendance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/buffer.h"

enum { FIRST_MEMBERS = 4096 };

/* Beyond this an id is not one that an import has made. */
static const size_t MEMBERS_LIMIT = (size_t)64 * 1024 * 1024;

struct attendance {
    struct buffer lines; /* unsigned, by id; 0: not seen */
};

struct attendance *attendance_create(void)
{
    struct attendance *attendance = calloc(1, sizeof *attendance);
    if (attendance == NULL) {
        (void)fputs("muster: out of memory\n", stderr);
        abort();
    }
    buffer_init(&attendance->lines, MEMBERS_LIMIT * sizeof(unsigned));
    return attendance;
}

void attendance_free(struct attendance **attendance)
{
    if (*attendance != NULL) {
        buffer_free(&(*attendance)->lines);
        free(*attendance);
        *attendance = NULL;
    }
}

static size_t known(const struct attendance *attendance)
{
    return attendance->lines.length / sizeof(unsigned);
}

/* Make room up to the id. */
static void grow(struct attendance *attendance, size_t id)
{
    size_t members = known(attendance) == 0 ? FIRST_MEMBERS : known(attendance);
    while (members <= id) {
        members *= 2;
    }
    size_t more = members * sizeof(unsigned) - attendance->lines.length;
    char *room = buffer_reserve(&attendance->lines, more);
    if (room == NULL) {
        (void)fputs("muster: a member's id is beyond all counting\n", stderr);
        abort();
    }
    memset(room, 0, more);
    buffer_extend(&attendance->lines, more);
}

unsigned attendance_note(struct attendance *attendance, int64_t member_id, unsigned line)
{
    size_t id = (size_t)member_id;
    if (id >= known(attendance)) {
        grow(attendance, id);
    }
    char *slot = attendance->lines.data + id * sizeof(unsigned);
    unsigned before;
    memcpy(&before, slot, sizeof before);
    memcpy(slot, &line, sizeof line);
    return before;
}

bool attendance_has(const struct attendance *attendance, int64_t member_id)
{
    size_t id = (size_t)member_id;
    unsigned line = 0;
    if (id < known(attendance)) {
        memcpy(&line, attendance->lines.data + id * sizeof line, sizeof line);
    }
    return line != 0;
}
