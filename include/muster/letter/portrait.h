/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is held of one member, written down for that member: the answer to a request for access
 * under article 15 of the UK GDPR. */
#ifndef MUSTER_LETTER_PORTRAIT_H
#define MUSTER_LETTER_PORTRAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/draft.h"
#include "muster/base/error.h"
#include "muster/conf/config.h"
#include "muster/model/member.h"
#include "muster/store/db.h"

enum portrait_form {
    PORTRAIT_JSON, /* for programs: one object, whose names are those of store/disclosures.h */
    PORTRAIT_HTML, /* for people: one page that needs nothing else and can be printed, in the
                    * member's language where it is ours, else in English */
};

/* The form of a word, "json" or "html"; false when there is none. */
bool portrait_form_parse(const char *word, enum portrait_form *form) MUST_USE;

/* Where it is written to: takes the bytes, in order. What goes wrong there is its own to tell. */
typedef void portrait_put_fn(void *context, const void *bytes, size_t length);

/* What is wanted, and for whom. */
struct portrait_order {
    const struct member *member; /* its id, number and language are needed */
    enum portrait_form form;
    int64_t now;
};

/* Write it, row by row: no more than one message with all that happened to it is held in memory.
 * Messages are rendered again from what was kept of them, and it is said whether that is, to the
 * byte, what was sent. Must not be called within a transaction. */
bool portrait_write(struct db *db, const struct config *config, const struct portrait_order *order,
                    portrait_put_fn *put, void *context, struct error *err) MUST_USE;

/* Write it into a draft, and keep that: the file is there whole, or not at all. Else as above. */
bool portrait_keep(struct db *db, const struct config *config, const struct portrait_order *order,
                   struct draft *draft, struct error *err) MUST_USE;

/* What it is called as a file: "member-0012345.json", with nothing of a number in it that a name
 * may not hold. In the arena. */
const char *portrait_file_name(const struct portrait_order *order, struct arena *arena) MUST_USE;

/* The words for a name of the interface (of a section, a value, a fact), in a language: 0 English,
 * 1 Welsh; NULL: there are none. */
const char *portrait_word(const char *name, size_t language);

#endif
