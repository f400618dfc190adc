/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fragments of statements that ask what is to be done with the reply r. */
#ifndef MUSTER_STORE_INBOX_ROW_H
#define MUSTER_STORE_INBOX_ROW_H

/* The number of the reply r is held until a person decides. */
#define INBOX_HELD                                                                                 \
    " (r.meaning = 'hold' AND EXISTS (SELECT 1 FROM suppression h"                                 \
    "     WHERE h.address_key = r.address_key AND h.kind = 'hold' AND h.lifted_at IS NULL))"

/* A person must read the reply r. Whose doubtful wish to leave has been taken for one has had the
 * answer. */
#define INBOX_FOR_A_PERSON                                                                         \
    " (r.meaning = 'other' OR (r.meaning = 'hold' AND NOT EXISTS (SELECT 1 FROM suppression s"     \
    "     WHERE s.address_key = r.address_key AND s.lifted_at IS NULL"                             \
    "     AND s.kind NOT IN ('hold', 'promotional'))))"

/* A person has answered the reply r, and that has not come to nothing. */
#define INBOX_ANSWERED                                                                             \
    " EXISTS (SELECT 1 FROM answer a WHERE a.reply_id = r.id AND a.kind = 'person'"                \
    "     AND a.state NOT IN ('withheld', 'expired', 'refused'))"

#define INBOX_WAITS INBOX_FOR_A_PERSON " AND r.done_at IS NULL AND NOT" INBOX_ANSWERED

#endif
