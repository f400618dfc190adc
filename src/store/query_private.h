/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only db.c asks of the statements. */
#ifndef MUSTER_STORE_QUERY_PRIVATE_H
#define MUSTER_STORE_QUERY_PRIVATE_H

#include "query.h"

/* Finalise every kept statement, before the store is closed. */
void query_close_all(struct db *db);

#endif
