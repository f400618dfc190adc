-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 1 into one of version 2: imports that can be undone, facts of the list's own,
-- edits, erasures. What the columns mean is in schema.sql.

ALTER TABLE import ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN departed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import ADD COLUMN undone_at INTEGER;

-- The import that last changed a member is no longer told; which one brought it was never written.
UPDATE member SET import_id = NULL;
ALTER TABLE member ADD COLUMN custom TEXT;
ALTER TABLE member ADD COLUMN channels INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN absent_in INTEGER REFERENCES import (id);
ALTER TABLE member ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;

CREATE TABLE contact_2 (
    member_id   INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    address     TEXT    NOT NULL,
    address_key BLOB    NOT NULL,
    work        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (member_id, channel)
) WITHOUT ROWID;
INSERT INTO contact_2 (member_id, channel, address, address_key)
    SELECT member_id, channel, address, address_key FROM contact ORDER BY member_id, channel;
DROP TABLE contact;
ALTER TABLE contact_2 RENAME TO contact;
CREATE INDEX contact_address ON contact (address_key);

UPDATE member SET channels =
    (SELECT COALESCE(SUM(CASE c.channel WHEN 'sms' THEN 1 ELSE 2 END), 0)
     FROM contact c WHERE c.member_id = member.id);

DROP INDEX member_employer;
DROP INDEX member_branch;
CREATE INDEX member_status ON member (status, channels);
CREATE INDEX member_employer ON member (employer COLLATE NOCASE, status, channels);
CREATE INDEX member_branch ON member (branch COLLATE NOCASE, status, channels);
CREATE INDEX member_workplace ON member (workplace COLLATE NOCASE, status, channels);
CREATE INDEX member_job ON member (job COLLATE NOCASE, status, channels);
CREATE INDEX member_last_name ON member (last_name COLLATE NOCASE);

CREATE TABLE custom_field (
    name    TEXT PRIMARY KEY,
    heading TEXT NOT NULL
);

CREATE TABLE import_change (
    import_id INTEGER NOT NULL REFERENCES import (id),
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    before    TEXT    NOT NULL,
    PRIMARY KEY (import_id, member_id)
) WITHOUT ROWID;

CREATE INDEX import_change_member ON import_change (member_id);

CREATE TABLE member_edit (
    id        INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    fact      TEXT    NOT NULL,
    before    TEXT,
    after     TEXT,
    import_id INTEGER NOT NULL,
    at        INTEGER NOT NULL
);

CREATE INDEX member_edit_member ON member_edit (member_id);

CREATE TABLE erasure (
    number_key BLOB PRIMARY KEY,
    reason     TEXT NOT NULL,
    at         INTEGER NOT NULL
);

-- Whoever goes takes along what hangs on them, which must be found without looking at everything.
CREATE INDEX outbox_member ON outbox (member_id);
CREATE INDEX reply_member ON reply (member_id);
CREATE INDEX reply_outbox ON reply (outbox_id);
CREATE INDEX receipt_outbox ON receipt (outbox_id);
CREATE INDEX ballot_event_member ON ballot_event (member_id);
