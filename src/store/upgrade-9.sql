-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 8 into one of version 9. What the columns mean is in schema.sql.

-- How many are entitled is kept, where each page of a ballot counted them.
ALTER TABLE ballot ADD COLUMN entitled INTEGER NOT NULL DEFAULT 0;
UPDATE ballot SET entitled =
    (SELECT COUNT(DISTINCT t.member_id) FROM ballot_seat t WHERE t.ballot_id = ballot.id);
-- Answers of which nobody knows what became of them: they are counted on each page of Today.
CREATE INDEX answer_unsure ON answer (id) WHERE state = 'unsure';
-- Restriction of processing.
CREATE TABLE restriction (
    member_id INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
    reason    TEXT    NOT NULL,             -- one sentence
    account   TEXT,                         -- whose deed it was; NULL: nobody in particular
    at        INTEGER NOT NULL
);
