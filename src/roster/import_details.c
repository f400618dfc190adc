/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a report is worth a sentence. */
#include "muster/roster/import.h"

size_t import_details(const struct import_report *report,
                      struct import_detail details[IMPORT_DETAILS_MOST])
{
    const struct import_detail all[] = {
        {"moved", report->moved},
        {"addressed", report->addressed},
        {"renamed", report->renamed},
        {"left", report->left},
        {"returned", report->returned},
        {"departed", report->import.departed},
        {"corrected", report->corrected},
        {"overruled", report->overruled},
        {"rezeroed", report->rezeroed},
        {"duplicates", report->duplicates},
        {"erased", report->erased},
        {"opt-outs", report->opt_outs},
        {"spoken", report->spoken},
        {"sharing", report->shared > 0 ? report->sharing : 0},
        {"unread", report->import.whole ? report->unread : 0},
    };
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
        if (all[i].count > 0) {
            details[count++] = all[i];
        }
    }
    return count;
}
