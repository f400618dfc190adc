-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Was anybody written to after they had opted out? Run it on a store, or on a copy of one:
--
--     sqlite3 -readonly -header muster.db <contrib/proof.sql
--
-- It gives a row for each hand-over that should not have been, and none when all is well.
--
-- The ledger of opt-outs has a position that only goes forward. An opt-out takes the next one, and so
-- does the lifting of one, each in the transaction that stores it. A message is released to the wire in
-- a transaction too, which writes down the position it finds. Transactions that write come one after the
-- other, so the positions say what came first, whatever the clock of the machine did meanwhile: a
-- message that was released under a position from the opt-out's own on, and before that of its lifting,
-- went to somebody who had said no. Who has said no only to what is promotional may get what is of service,
-- and a campaign is the one or the other from the moment it was made.
--
-- What `attempt` holds of a hand-over that has ended, `outbox` holds of one that is under way. What is
-- texted back to somebody who wrote is in `answer`, with its last hand-over; those before it certainly
-- sent nothing.
--
-- One text may go to a number that has opted out: the one that says so. It is an `answer` that names the
-- opt-out it confirms, and no two can name the same. It is in order as long as that is an opt-out which
-- the reply it answers has brought about, by this number, and nothing else has silenced the number; every
-- other is given here.

WITH handed_over (reference, channel, address_key, number, released_at, cleared_under, confirms,
                  purpose) AS (
    SELECT o.reference, o.channel, o.address_key, h.number, h.released_at, h.cleared_under, 0,
           k.purpose
      FROM (SELECT outbox_id, number, released_at, cleared_under FROM attempt
             WHERE cleared_under IS NOT NULL
            UNION
            SELECT id, attempt, released_at, cleared_under FROM outbox
             WHERE cleared_under IS NOT NULL) h
      JOIN outbox o ON o.id = h.outbox_id
      JOIN step t ON t.id = o.step_id
      JOIN campaign k ON k.id = t.campaign_id
    UNION ALL
    SELECT a.reference, 'sms', a.address_key, a.attempt, a.released_at, a.cleared_under,
           COALESCE((SELECT s.id FROM suppression s JOIN reply r ON r.id = a.reply_id
                      WHERE s.id = a.confirms AND s.kind = 'stop' AND s.source = 'reply'
                        AND s.address_key = a.address_key AND r.address_key = a.address_key
                        AND r.meaning = 'stop' AND s.at = a.made_at), 0),
           'service'
      FROM answer a
     WHERE a.cleared_under IS NOT NULL
)
SELECT h.reference, h.channel, h.number AS attempt, h.released_at, h.cleared_under,
       s.id AS opted_out_under, s.kind, s.lifted_under
  FROM handed_over h
  JOIN suppression s ON s.address_key = h.address_key AND s.id <> h.confirms
 WHERE h.cleared_under >= s.id
   AND (s.kind <> 'promotional' OR h.purpose = 'promotional')
   AND (s.lifted_under IS NULL OR h.cleared_under < s.lifted_under)
 ORDER BY h.released_at;
