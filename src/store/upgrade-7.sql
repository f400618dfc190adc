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

-- Who may act, and whom a second pair of eyes needs.
CREATE TABLE account (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    full_name    TEXT,
    role         TEXT    NOT NULL
                 CHECK (role IN ('administrator', 'organiser', 'approver', 'rep', 'auditor')),
    branch       TEXT,
    workplace    TEXT,
    mobile       TEXT,
    email        TEXT,
    password     TEXT    NOT NULL,
    password_at  INTEGER NOT NULL,
    password_by  TEXT,
    recovered_at INTEGER,
    failures     INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER NOT NULL DEFAULT 0,
    signed_in_at INTEGER,
    disabled_at  INTEGER,
    made_at      INTEGER NOT NULL
);
