/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who listens is known to the process as a whole, as the name in its log is: a loop need not be
 * handed it through every floor between. */
#include "muster/base/pulse.h"

#include <stddef.h>

static void (*listener)(void *context);
static void *listener_context;

void pulse_open(void (*beat)(void *context), void *context)
{
    listener = beat;
    listener_context = context;
}

void pulse_beat(void)
{
    if (listener != NULL) {
        listener(listener_context);
    }
}
