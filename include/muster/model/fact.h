/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One fact of a member as a person types it: "mobile=07700 900123". The words are those that a list
 * is mapped with; the value becomes what is stored. */
#ifndef MUSTER_MODEL_FACT_H
#define MUSTER_MODEL_FACT_H

#include <stdbool.h>
#include <stddef.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/model/member.h"

/* The i-th word that names a fact, "first", "lang"; NULL behind the last. Static. */
const char *fact_word(size_t index) MUST_USE;

/* The field that a word means: one of these, or member_field_name's, in capitals or not. Custom
 * fields are none of them. */
bool fact_parse(const char *word, enum member_field *field) MUST_USE;

/* What stands for the field in what people read: "first name", "e-mail". Static. */
const char *fact_label(enum member_field field) MUST_USE;

/* The i-th status that lists and rules know, "active", "retired"; NULL behind the last. A member
 * may have any other: fact_read takes what it is given. Static. */
const char *fact_status(size_t index) MUST_USE;

/* A value into the form that is stored, in the arena; blank text is "", not known any more. Mobile
 * numbers are read as in `region`, the language is a code such as cy, or its name in English or
 * Welsh; the date is 2026-01-31, or 31/01/2026 with the day first.
 * Tags replace the `known` ones (NULL: none), or are put to them and taken from them where each has
 * a sign: "+rep,-steward". On failure `*reason` is a static sentence. */
bool fact_read(enum member_field field, const char *text, const char *known, const char *region,
               struct arena *arena, const char **value, const char **reason) MUST_USE;

#endif
