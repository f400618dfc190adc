/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of etc/ballot-law.conf, built in. Private to src/conf. */
#ifndef MUSTER_CONF_LAW_PRESET_H
#define MUSTER_CONF_LAW_PRESET_H

extern const char law_preset[];

#endif
