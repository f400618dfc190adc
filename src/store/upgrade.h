/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores that an older muster made, brought up to date. */
#ifndef MUSTER_STORE_UPGRADE_H
#define MUSTER_STORE_UPGRADE_H

#include "db_private.h"

enum { UPGRADE_VERSION = 9 }; /* of the schema that this muster works with */

/* Bring a store that db.c has opened, of the version that its file tells (at most
 * UPGRADE_VERSION), up to date: every step in one transaction, so that a store is always of some
 * version. Must come before foreign keys are turned on. */
bool upgrade_run(struct db *db, struct error *err) MUST_USE;

#endif
