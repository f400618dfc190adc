-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 7 into one of version 8. What the columns mean is in schema.sql.

-- Budgets of steps. What a campaign has spent is the sum of its steps' (triggers.sql).
ALTER TABLE step ADD COLUMN budget INTEGER;
ALTER TABLE step ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step ADD COLUMN overspent INTEGER NOT NULL DEFAULT 0;
UPDATE step SET spent = (SELECT COALESCE(SUM(o.cost), 0) FROM outbox o WHERE o.step_id = step.id);

-- What a rep sees.
ALTER TABLE account ADD COLUMN scope TEXT;

-- The record.
CREATE TABLE record (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    account TEXT,
    deed    TEXT    NOT NULL,
    subject TEXT,
    detail  TEXT,
    chain   BLOB    NOT NULL
);
CREATE INDEX record_account ON record (account, id);
CREATE INDEX record_subject ON record (subject, id);
CREATE INDEX record_deed ON record (deed, id);
CREATE TRIGGER record_stays BEFORE UPDATE ON record
BEGIN
    SELECT RAISE (ABORT, 'what is in the record stays as it is');
END;
CREATE TRIGGER record_keeps BEFORE DELETE ON record
BEGIN
    SELECT RAISE (ABORT, 'what is in the record stays in it');
END;
-- One that takes the place of another (INSERT OR REPLACE) would delete it without a word.
CREATE TRIGGER record_grows BEFORE INSERT ON record
WHEN NEW.id IS NOT (SELECT COALESCE(MAX(id), 0) + 1 FROM record)
BEGIN
    SELECT RAISE (ABORT, 'the record grows at its end only');
END;

-- Whose an import is.
ALTER TABLE import ADD COLUMN made_by TEXT;
-- One-time codes, and links by which accounts are made.
ALTER TABLE account ADD COLUMN totp BLOB;
ALTER TABLE account ADD COLUMN totp_at INTEGER;
ALTER TABLE account ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN totp_next BLOB;
CREATE TABLE recovery_code (
    digest     BLOB    PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id)
) WITHOUT ROWID;
CREATE INDEX recovery_code_account ON recovery_code (account_id);
CREATE TABLE invitation (
    digest     BLOB    PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('first', 'join', 'password')),
    account_id INTEGER REFERENCES account (id),
    made_by    TEXT,
    made_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    CHECK ((kind = 'first') = (account_id IS NULL))
) WITHOUT ROWID;
CREATE INDEX invitation_account ON invitation (account_id);
CREATE TABLE sign_in_try (
    account_id   INTEGER NOT NULL REFERENCES account (id),
    address      TEXT    NOT NULL,
    failures     INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (account_id, address)
) WITHOUT ROWID;
CREATE TABLE sign_in (
    digest     BLOB    PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    made_at    INTEGER NOT NULL
) WITHOUT ROWID;

-- The trend of a ballot.
ALTER TABLE ballot_event ADD COLUMN account TEXT;
CREATE INDEX ballot_event_story ON ballot_event (ballot_id, member_id, id, at, becomes);

-- What went in the last minute, and today.
CREATE INDEX attempt_at ON attempt (at);
