/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sign of life of this process: the loop of a role gives one each time round, and whoever started
 * the role sees to it that somebody hears. A program of which nobody wants to hear gives none. */
#ifndef MUSTER_BASE_PULSE_H
#define MUSTER_BASE_PULSE_H

/* Have `beat` called, with `context`, at each sign of life from now on: in the thread that runs the
 * loop, a few times a second or some thousand times, so it must be quick. */
void pulse_open(void (*beat)(void *context), void *context);

/* A sign of life: the loop has come round, and what it needs is open. */
void pulse_beat(void);

#endif
