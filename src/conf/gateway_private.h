/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the reader of gateway profiles. Private to src/conf. */
#ifndef MUSTER_CONF_GATEWAY_PRIVATE_H
#define MUSTER_CONF_GATEWAY_PRIVATE_H

#include "libconfig_door.h"
#include "muster/conf/gateway.h"

/* A profile while it is read. */
struct gateway_reading {
    const struct libconfig *file;
    struct arena *arena;
    struct gateway *gateway;
};

/* How a text is handed over, what the answer means, and how is asked what became of it: the groups
 * request, answer and lookup of `group`. Defined in gateway_request.c. */
void gateway_read_submission(const struct gateway_reading *reading,
                             const struct libconfig_node *group);
void gateway_read_answer(const struct gateway_reading *reading, const struct libconfig_node *group);
void gateway_read_lookup(const struct gateway_reading *reading, const struct libconfig_node *group);

/* How callbacks are read and answered: the groups receipt, reply and callback_answer. Defined in
 * gateway_callback.c. */
void gateway_read_callbacks(const struct gateway_reading *reading,
                            const struct libconfig_node *group);

/* How they are signed: the group signature. Defined in gateway_signature.c. */
void gateway_read_signature(const struct gateway_reading *reading,
                            const struct libconfig_node *group);

#endif
