/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbered steps, forward only. Two programs may open an old store at once: the version is read
 * again under the lock of the step's transaction. */
#include "upgrade.h"

#include "muster/base/buffer.h"
#include "schema.h"

/* The step to each version from 2 on. */
static const char *const STEPS[] = {schema_upgrade_2, schema_upgrade_3, schema_upgrade_4,
                                    schema_upgrade_5, schema_upgrade_6, schema_upgrade_7,
                                    schema_upgrade_8, schema_upgrade_9};

static bool step_up(struct db *db, struct error *err)
{
    static const char DOING[] = "bringing the store up to date";
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    int64_t version = db_pragma_number(db, "PRAGMA user_version");
    if (version < 1) {
        return db_fault(db, DOING, err);
    }
    if (version >= UPGRADE_VERSION) {
        return true;
    }
    CLEANUP(buffer_free) struct buffer mark;
    buffer_init(&mark, 64);
    (void)buffer_printf(&mark, "PRAGMA user_version = %d", (int)version + 1);
    return db_execute(db, STEPS[version - 1], DOING, err) &&
           (version + 1 < UPGRADE_VERSION || db_execute(db, schema_triggers, DOING, err)) &&
           db_execute(db, buffer_text(&mark), DOING, err) && db_commit(transaction, err);
}

bool upgrade_run(struct db *db, struct error *err)
{
    while (db_pragma_number(db, "PRAGMA user_version") < UPGRADE_VERSION) {
        if (!step_up(db, err)) {
            return false;
        }
    }
    return true;
}
