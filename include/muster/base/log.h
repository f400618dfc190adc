/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line an event on standard error, for journald or a terminal: `time program[role] level:
 * text`. Only programs log (a main, a role's loop, a server); libraries give errors back. No
 * line holds a whole phone number, a whole address or the text of a message: see log_masked. */
#ifndef MUSTER_BASE_LOG_H
#define MUSTER_BASE_LOG_H

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Name the lines of this process; `role` may be NULL. Both must outlive the process. */
void log_open(const char *program, const char *role);

/* Drop lines above this level; LOG_LEVEL_INFO at start. */
void log_set_level(enum log_level level);

void log_error(const char *format, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *format, ...) PRINTF_LIKE(1, 2);
void log_info(const char *format, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *format, ...) PRINTF_LIKE(1, 2);

/* An address as it may stand in a log: "+44 77** ***123", "s***@mail.example". In the arena. */
char *log_masked(const char *address, struct arena *arena) MUST_USE;

/* A text of somebody else's, such as a carrier's answer, with every mail address and every
 * number of seven digits or more in it masked like that. In the arena. */
char *log_masked_text(const char *text, struct arena *arena) MUST_USE;

#endif
