/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of this floor know of libconfig: look-ups that note every fault with its file
 * and line and go on, so that a person mends a file in one go. Private to src/conf. */
#ifndef MUSTER_CONF_LIBCONFIG_DOOR_H
#define MUSTER_CONF_LIBCONFIG_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"

/* One parsed file. */
struct libconfig;

/* A group, list or value in it; lives as long as the file. */
struct libconfig_node;

/* Read and parse `path` (at most 1 MiB; `@include` is looked for beside it). Texts that are looked
 * up later are copied into `arena`, and faults go to `faults`; both must outlive the file.
 * ERROR_NO_INPUT when there is no file; `bad` when it does not parse, which is noted among the
 * faults too. */
bool libconfig_open(const char *path, enum error_kind bad, struct arena *arena,
                    struct faults *faults, struct libconfig **file, struct error *err) MUST_USE;

/* The same of a text that is called `name` in faults. */
bool libconfig_open_text(const char *name, const char *text, enum error_kind bad,
                         struct arena *arena, struct faults *faults, struct libconfig **file,
                         struct error *err) MUST_USE;

/* Release it; sets the pointer to NULL. */
void libconfig_free(struct libconfig **file);

/* True when nothing was noted since the file was opened; else false with `bad` and a count. */
bool libconfig_conclude(const struct libconfig *file, enum error_kind bad,
                        struct error *err) MUST_USE;

/* The outermost group. */
const struct libconfig_node *libconfig_root(const struct libconfig *file);

/* The path of a node, "mail.relay", in the arena; "" for the outermost group. */
const char *libconfig_name(const struct libconfig *file, const struct libconfig_node *node);

/* Note a fault at the node's place, or at the file as a whole when `node` is NULL. */
void libconfig_fault(const struct libconfig *file, const struct libconfig_node *node,
                     const char *format, ...) PRINTF_LIKE(3, 4);

/* Note every member of `group` whose name is not in `names`, with "did you mean". */
void libconfig_known(const struct libconfig *file, const struct libconfig_node *group,
                     const char *const *names, size_t count);

/* A member of a group, or NULL. The group may be NULL: then there is none. */
const struct libconfig_node *libconfig_member(const struct libconfig_node *group, const char *name);

/* The same, when it must be a group, or a list (an array is one too): another type is a fault. */
const struct libconfig_node *libconfig_group(const struct libconfig *file,
                                             const struct libconfig_node *group, const char *name);
const struct libconfig_node *libconfig_list(const struct libconfig *file,
                                            const struct libconfig_node *group, const char *name);

/* The group that is the file's one subject, or NULL after a fault; anything beside it is one. */
const struct libconfig_node *libconfig_subject(const struct libconfig *file, const char *name);

/* Whether it is a group. */
bool libconfig_is_group(const struct libconfig_node *node);

/* Whether it is a list, or an array. */
bool libconfig_is_list(const struct libconfig_node *node);

/* How many members or elements it has, and the one at `index`. */
size_t libconfig_count(const struct libconfig_node *node);
const struct libconfig_node *libconfig_at(const struct libconfig_node *node, size_t index);

/* The line that it stands on. */
unsigned libconfig_line(const struct libconfig_node *node);

/* A member's own name; "" for an element of a list. */
const char *libconfig_key(const struct libconfig_node *node);

/* The value as text, in the arena: a string as it stands (it must be UTF-8 without control
 * characters other than newline and tab), a whole number in decimal. Another type is a fault and
 * gives NULL. */
const char *libconfig_value(const struct libconfig *file, const struct libconfig_node *node);

/* The same, but only a number, or only a string, will do. */
const char *libconfig_typed(const struct libconfig *file, const struct libconfig_node *node,
                            bool number);

/* A string member of a group: `preset` when it is not there; when that is NULL its absence, or an
 * empty text, is a fault. Never NULL: "" after a fault. */
const char *libconfig_text(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, const char *preset);

/* Which of the words a string member is; `preset` when it is not there, or after a fault. A
 * negative `preset` makes its absence a fault, and 0 is given then. */
int libconfig_word(const struct libconfig *file, const struct libconfig_node *group,
                   const char *name, const char *const *words, size_t count, int preset);

#endif
