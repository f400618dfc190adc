/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail address as people and spreadsheets write it, into the form that is stored and sent to. */
#ifndef MUSTER_MODEL_ADDRESS_H
#define MUSTER_MODEL_ADDRESS_H

#include <stdbool.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

/* Trims `mailto:`, angle brackets, a final dot or semicolon; checks the local part (RFC 5321
 * dot-atom, UTF-8 allowed by RFC 6531) and the domain (IDNA 2008 by libidn2, at least one dot,
 * labels of 63, 254 octets in all); the domain is lower-cased and in its ASCII form. On success
 * `*address` lies in the arena; on failure `*reason` is a static sentence. */
bool address_parse(const char *text, struct arena *arena, const char **address,
                   const char **reason) MUST_USE;

/* Values that mean "none": "", "n/a", "none", "null", "-", "no email", "x@x.com", "#N/A", ... */
bool address_is_placeholder(const char *text) MUST_USE;

/* Whether the domain is an employer's (nhs.net, *.nhs.uk, *.gov.uk, *.ac.uk, nhs.scot,
 * wales.nhs.uk): personal addresses are preferred to these. `address` as given by address_parse. */
bool address_is_work(const char *address) MUST_USE;

/* The address that was probably meant, at gmail.com where it says gmial.com, in the arena; NULL
 * when nothing is wrong, and in every doubt. `address` as given by address_parse. Only a
 * suggestion: whoever wrote the address may have meant it. */
const char *address_suggest(const char *address, struct arena *arena) MUST_USE;

#endif
