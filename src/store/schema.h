/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of schema.sql, built in. */
#ifndef MUSTER_STORE_SCHEMA_H
#define MUSTER_STORE_SCHEMA_H

extern const char schema_sql[];

#endif
