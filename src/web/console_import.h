/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages of a list that is brought in share. Private to console_import*.c. */
#ifndef MUSTER_WEB_CONSOLE_IMPORT_H
#define MUSTER_WEB_CONSOLE_IMPORT_H

#include "console_call.h"
#include "console_job.h"
#include "console_list_work.h"
#include "console_lists.h"

/* The list that the path names. ERROR_NO_INPUT when there is none of this account's. */
bool console_import_find(const struct console_call *call, struct console_list **list,
                         struct error *err) MUST_USE;

/* Put what every page of a list shows. */
void console_import_put(struct console_call *call, const struct console_list *list);

/* Put the profiles there are, of which one may be chosen. */
bool console_import_put_profiles(struct console_call *call, const char *chosen,
                                 struct error *err) MUST_USE;

/* The path of a profile, in the call's arena; NULL for "", and for a name that is none. */
bool console_import_profile(const struct console_call *call, const char *name, const char **path,
                            struct error *err) MUST_USE;

/* What stands between the cells, in words. */
const char *console_import_delimiter(const struct console_call *call, char delimiter) MUST_USE;

/* Begin a job; takes the arena over when it does. `*busy` is why it does not: whose other one is
 * under way, in the language of the call; else NULL. */
bool console_import_begin(struct console_call *call, const struct console_job_order *order,
                          struct arena **arena, int64_t *id, const char **busy,
                          struct error *err) MUST_USE;

/* Try a list, or bring it in. */
bool console_import_run(struct console_call *call, struct console_list *list,
                        enum console_list_step step, const char **busy, struct error *err) MUST_USE;

/* Put how far a job is, whose page is `there`. */
void console_import_put_progress(struct console_call *call, const struct console_job_look *look,
                                 const char *there);

/* Answer with the columns of a list, and a fault, which may be NULL. */
bool console_import_show_columns(struct console_call *call, struct console_list *list,
                                 const char *fault, struct error *err) MUST_USE;

/* Answer with what a job has found. */
bool console_import_show_result(struct console_call *call, struct console_list *list,
                                const struct console_list_work *work, const char *fault,
                                struct error *err) MUST_USE;

#endif
