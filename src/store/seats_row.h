/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fragments of statements that ask where a member is entitled. */
#ifndef MUSTER_STORE_SEATS_ROW_H
#define MUSTER_STORE_SEATS_ROW_H

/* The units of a member in a ballot, "City Trust, Vale Trust"; NULL for who has no seat. Both
 * arguments are expressions of SQL. */
#define SEATS_UNITS(ballot, member)                                                                \
    "(SELECT GROUP_CONCAT(seated.name, ', ') FROM ballot_seat seat CROSS JOIN ballot_unit seated"  \
    " WHERE seat.ballot_id = " ballot " AND seat.member_id = " member                              \
    " AND seated.id = seat.unit_id)"

/* Whether the member has a seat in the ballot. */
#define SEATS_HAS(ballot, member)                                                                  \
    "EXISTS (SELECT 1 FROM ballot_seat seat WHERE seat.ballot_id = " ballot                        \
    " AND seat.member_id = " member ")"

#endif
