/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A phone number as people and spreadsheets write it, into E.164. The only door to libphonenumber.
 *
 * First the damage is repaired that spreadsheets and people do (a lost leading zero, `+44
 * (0)7...`, `00447...`, a float's `.0`, an Excel `="07..."`), then the number is judged. Ofcom's
 * drama numbers 07700 900000 to 900999 are accepted as mobiles, although no operator may assign
 * them: rehearsals and samples use them. */
#ifndef MUSTER_MODEL_PHONE_H
#define MUSTER_MODEL_PHONE_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

MUSTER_C_BEGIN

/* `region` is ISO 3166-1 alpha-2 ("GB"): how a number without a country code is read. On success
 * `*e164` is "+447700900123" in the arena; on failure `*reason` is a static sentence that says
 * what is wrong ("has 9 digits where a mobile has 10", "is a landline", ...). True only for
 * numbers that can receive a text: not landlines, pagers or 070 personal numbers. A British mobile
 * in a range that the library does not know yet is taken. Blank text is refused too. */
bool phone_parse(const char *text, const char *region, struct arena *arena, const char **e164,
                 const char **reason) MUST_USE;

/* Whether the range of a British mobile, as phone_parse gives it, was given out when the library's
 * tables were made: one that was not may be new, or mistyped. True for other numbers. */
bool phone_is_known(const char *e164) MUST_USE;

/* Where a text goes, as far as its price depends on it. Jersey, Guernsey and the Isle of Man share
 * +44 with the United Kingdom and are routes of their own, dearer with most providers. */
enum phone_route {
    PHONE_UK,
    PHONE_CROWN, /* Jersey, Guernsey, the Isle of Man */
    PHONE_ABROAD,
};
enum { PHONE_ROUTES = PHONE_ABROAD + 1 };

/* The route of a number in E.164, as phone_parse gives it: by the country that the library's tables
 * name, which may differ from where a number that was taken along to another network lies. A +44
 * number that they give to nobody (the drama numbers, a range newer than they are) counts as the
 * United Kingdom's; what does not begin with +44 is abroad. Some nanoseconds for a mobile whose
 * range was asked before, some microseconds otherwise. */
enum phone_route phone_route(const char *e164) MUST_USE;

MUSTER_C_END

#endif
