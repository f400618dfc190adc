-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 6 into one of version 7. What the columns mean is in schema.sql.

-- What a campaign calls members to, and who made it.
ALTER TABLE campaign ADD COLUMN action_id INTEGER REFERENCES action (id);
ALTER TABLE campaign ADD COLUMN made_by TEXT;

-- Steps that move with their ballot.
ALTER TABLE step ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE step ADD COLUMN at_words TEXT;
ALTER TABLE step ADD COLUMN deadline_words TEXT;
ALTER TABLE step ADD COLUMN skipped TEXT;
ALTER TABLE step ADD COLUMN mail_after INTEGER;
ALTER TABLE step ADD COLUMN held_out INTEGER NOT NULL DEFAULT 0;

-- What members are called to.
CREATE TABLE action (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL UNIQUE,
    title    TEXT    NOT NULL,
    place    TEXT    NOT NULL,
    starts   INTEGER NOT NULL,
    ends     INTEGER NOT NULL,
    who      TEXT    NOT NULL,
    contact  TEXT,
    state    TEXT    NOT NULL DEFAULT 'planned'
             CHECK (state IN ('planned', 'changed', 'cancelled')),
    at       INTEGER NOT NULL,
    CHECK (ends > starts)
);

-- Replacement papers. Who says now that none has come has asked for one, when it was told.
CREATE TABLE replacement (
    id           INTEGER PRIMARY KEY,
    ballot_id    INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    member_id    INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    loss         INTEGER NOT NULL CHECK (loss > 0),
    asked_at     INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    batch        INTEGER,
    passed_on_at INTEGER,
    passed_on_to TEXT,
    sent_at      INTEGER,
    closed_at    INTEGER,
    closed_as    TEXT,
    CHECK ((batch IS NULL) = (passed_on_at IS NULL))
);

CREATE UNIQUE INDEX replacement_waiting ON replacement (ballot_id, member_id)
    WHERE batch IS NULL AND closed_at IS NULL;
CREATE INDEX replacement_ballot ON replacement (ballot_id, member_id);
CREATE INDEX replacement_member ON replacement (member_id);

INSERT INTO replacement (ballot_id, member_id, loss, asked_at, source)
SELECT ballot_id, member_id, 1, at, source FROM ballot_member
 WHERE state = 'no-paper' AND at IS NOT NULL AND source IS NOT NULL;
