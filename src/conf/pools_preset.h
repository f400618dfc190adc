/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of etc/mail-pools.conf, built in. Private to src/conf. */
#ifndef MUSTER_CONF_POOLS_PRESET_H
#define MUSTER_CONF_POOLS_PRESET_H

extern const char pools_preset[];

#endif
