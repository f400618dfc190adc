/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an import does to members, counted under the words that people use. */
#ifndef MUSTER_ROSTER_DIFFERENCE_H
#define MUSTER_ROSTER_DIFFERENCE_H

#include "muster/model/member.h"
#include "muster/roster/import.h"
#include "muster/store/members.h"

/* Count what a row did to a member: joined, changed, moved, left, ... `again`: the member stood in
 * the list before. */
void difference_count(struct import_report *report, const struct members_outcome *outcome,
                      bool again);

#endif
