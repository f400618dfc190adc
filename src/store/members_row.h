/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a member is read from a query over `member m`: the same columns everywhere; and how facts are
 * written one by one. */
#ifndef MUSTER_STORE_MEMBERS_ROW_H
#define MUSTER_STORE_MEMBERS_ROW_H

#include "muster/base/error.h"
#include "muster/model/channel.h"
#include "muster/model/member.h"
#include "query.h"

#define MEMBER_ROW                                                                                 \
    "m.id, m.number, m.first_name, m.last_name, m.employer, m.workplace, m.branch, m.job, m.band," \
    " m.language, m.status, m.joined, m.tags, m.custom,"                                           \
    " (SELECT c.address FROM contact c WHERE c.member_id = m.id AND c.channel = 'sms'),"           \
    " (SELECT c.address FROM contact c WHERE c.member_id = m.id AND c.channel = 'email')"

enum { MEMBER_ROW_COLUMNS = 16 };

enum { MEMBER_CUSTOM_CEILING = 1024 * 1024 }; /* bytes of struct member's custom facts, stored */

/* member_is_gone in SQL, turned round. */
#define MEMBER_NOT_GONE "m.status NOT IN ('left', 'lapsed', 'resigned', 'deceased')"

/* Read MEMBER_ROW, which begins at column `first`, into the arena. Defined in members.c. */
void members_read_row(struct query *query, int first, struct arena *arena, struct member *member);

/* The member of a query's first row, in the arena; NULL when it has none. */
bool members_read_one(struct query *query, struct arena *arena, struct member **member,
                      struct error *err) MUST_USE;

/* Set one fact of a stored member, whatever it was; NULL or "": it is not known any more. Tags are
 * as struct member has them. An address that is set or taken away is marked in member.channels.
 * Defined in members_put.c. */
bool members_write(struct db *db, int64_t id, enum member_field field, const char *text,
                   struct error *err) MUST_USE;

/* Write the addresses whose fields are set. Defined, like what follows, in members_contacts.c. */
bool members_put_contacts(struct db *db, int64_t id, const struct member *member, unsigned fields,
                          struct error *err) MUST_USE;

/* Suppress the addresses of the member on these channels (MEMBER_SILENT_...), as the list of this
 * import asks; 0: no import. */
bool members_silence(struct db *db, const struct member *member, unsigned channels,
                     int64_t import_id, struct error *err) MUST_USE;

/* Set or, NULL or "", take away an address, and mark that in member.channels. A member who wants
 * silence on the channel gets it at the new address. */
bool members_write_contact(struct db *db, int64_t id, enum channel channel, const char *address,
                           struct error *err) MUST_USE;

#endif
