/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of etc/holidays.conf, built in. Private to src/conf. */
#ifndef MUSTER_CONF_HOLIDAYS_PRESET_H
#define MUSTER_CONF_HOLIDAYS_PRESET_H

extern const char holidays_preset[];

#endif
