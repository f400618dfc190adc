/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of people, as they may be greeted: rolls shout (JONES, SIÂN), and put surnames first. */
#ifndef MUSTER_ROSTER_NAME_H
#define MUSTER_ROSTER_NAME_H

#include "muster/base/arena.h"

/* Put a first and a last name right. A name wholly in capitals gets small letters, with O'Brien,
 * McDonald, van der Berg and double-barrelled names as they should be; so do both together when
 * neither has a capital. Names in capitals and small letters are left as their bearers write them.
 * "SURNAME, First" in the place of the last name, with no first name given, is parted. Either may
 * be NULL or come back NULL; results lie in the arena or are what was given. */
void name_put_right(const char **first, const char **last, struct arena *arena);

/* Part a whole name, "SURNAME, First", "First Last" or "Dr Ann van der Berg"; a title in front is
 * dropped. The last name begins at its first particle ("de la Cruz", "Ní Dhomhnaill", "St John")
 * and keeps what follows it ("King Jr", "Jones (nee Evans)"). A single word is a last name. Not put
 * right yet. */
void name_split(const char *whole, const char **first, const char **last, struct arena *arena);

#endif
