/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The texts of schema.sql, triggers.sql and of the upgrades, built in. A store is made by the first
 * two; an old one goes through the upgrades, and gets the triggers behind the last. */
#ifndef MUSTER_STORE_SCHEMA_H
#define MUSTER_STORE_SCHEMA_H

extern const char schema_sql[];
extern const char schema_triggers[];
extern const char schema_upgrade_2[];
extern const char schema_upgrade_3[];
extern const char schema_upgrade_4[];
extern const char schema_upgrade_5[];
extern const char schema_upgrade_6[];
extern const char schema_upgrade_7[];
extern const char schema_upgrade_8[];
extern const char schema_upgrade_9[];

#endif
