/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who takes the mail of a domain in, by the DNS. */
#ifndef MUSTER_CARRIER_MX_H
#define MUSTER_CARRIER_MX_H

#include "muster/base/arena.h"
#include "muster/base/compiler.h"

enum mx {
    MX_SILENT, /* no answer, or none that says anything: another time perhaps */
    MX_NONE,   /* there is no such domain, or it names nobody */
    MX_FOUND,
};

/* Ask `resolver` ("192.0.2.53:53"; "" or NULL: those that the system asks), once each, for some
 * seconds at most. With MX_FOUND `*host` is the mail server that is preferred, in small letters and
 * without a final dot, in the arena; "." says that the domain takes no mail (RFC 7505). */
enum mx mx_lookup(const char *resolver, const char *domain, struct arena *arena,
                  const char **host) MUST_USE;

#endif
