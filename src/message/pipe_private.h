/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits of what a pipe may be asked; for pipe.c and pipe_apply.c. */
#ifndef MUSTER_MESSAGE_PIPE_PRIVATE_H
#define MUSTER_MESSAGE_PIPE_PRIVATE_H

enum {
    PIPE_TRUNCATE_LEAST = 4,
    PIPE_TRUNCATE_MOST = 10000,
    PIPE_DECIMALS_MOST = 9,
};

#endif
