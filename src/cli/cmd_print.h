/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What more than one group of commands prints. */
#ifndef MUSTER_CLI_CMD_PRINT_H
#define MUSTER_CLI_CMD_PRINT_H

#include "call.h"
#include "muster/model/member.h"

/* A table of members. Defined in cmd_roster.c. */
void cmd_print_members(struct call *call, const struct member *members, size_t count);

#endif
