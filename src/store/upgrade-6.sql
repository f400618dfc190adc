-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 5 into one of version 6. What the columns mean is in schema.sql.

-- Campaigns of service and promotional ones, and members who want none of the latter. A campaign without
-- a ballot that was made before is taken for a promotional one, as it is now where its file says nothing.
ALTER TABLE campaign ADD COLUMN purpose TEXT NOT NULL DEFAULT 'service'
    CHECK (purpose IN ('service', 'promotional'));
UPDATE campaign SET purpose = 'promotional' WHERE ballot_id IS NULL;

-- What a link did, that link can take back.
ALTER TABLE suppression ADD COLUMN link TEXT;
DROP INDEX suppression_in_force;
CREATE UNIQUE INDEX suppression_in_force ON suppression (address_key, kind, source)
    WHERE lifted_at IS NULL;

CREATE TABLE refusal_count (
    why   TEXT    PRIMARY KEY,
    count INTEGER NOT NULL
) WITHOUT ROWID;

-- Ballots under their law, with their days.
ALTER TABLE ballot ADD COLUMN method TEXT NOT NULL DEFAULT 'postal';
ALTER TABLE ballot ADD COLUMN together INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ballot ADD COLUMN support_part INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ballot ADD COLUMN support_whole INTEGER NOT NULL DEFAULT 1;
ALTER TABLE ballot ADD COLUMN replacements_from INTEGER;
ALTER TABLE ballot ADD COLUMN replacements_until INTEGER;
ALTER TABLE ballot ADD COLUMN last_post INTEGER;
ALTER TABLE ballot ADD COLUMN mandate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ballot ADD COLUMN notice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ballot ADD COLUMN ballot_notice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ballot ADD COLUMN sample_paper INTEGER NOT NULL DEFAULT 0;

-- What a campaign's texts ask, the day that members name, and what is texted back to them.
ALTER TABLE step ADD COLUMN asks TEXT NOT NULL DEFAULT '';
ALTER TABLE ballot_member ADD COLUMN plan TEXT;

CREATE TABLE answer (
    id            INTEGER PRIMARY KEY,
    reply_id      INTEGER NOT NULL REFERENCES reply (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL CHECK (kind IN ('stopped', 'help', 'person')),
    confirms      INTEGER UNIQUE REFERENCES suppression (id),
    reference     TEXT    NOT NULL UNIQUE,
    gateway       TEXT    NOT NULL,
    address       TEXT    NOT NULL,
    address_key   BLOB    NOT NULL,
    language      TEXT,
    text          TEXT,
    state         TEXT    NOT NULL DEFAULT 'queued',
    made_at       INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    attempt       INTEGER NOT NULL DEFAULT 0,
    worker_id     INTEGER,
    cleared_under INTEGER,
    released_at   INTEGER,
    parts         INTEGER,
    remote_id     TEXT,
    reason        TEXT,
    changed_at    INTEGER NOT NULL,
    CHECK ((kind = 'stopped') = (confirms IS NOT NULL))
);

CREATE INDEX answer_reply ON answer (reply_id);
CREATE INDEX answer_queue ON answer (gateway, due_at) WHERE state = 'queued';
CREATE INDEX answer_sending ON answer (worker_id) WHERE state = 'sending';
CREATE INDEX answer_address ON answer (address_key);
CREATE INDEX answer_remote ON answer (gateway, remote_id) WHERE remote_id IS NOT NULL;

CREATE TRIGGER answer_step_taken BEFORE UPDATE OF state ON answer
WHEN NEW.state <> OLD.state
BEGIN
    SELECT RAISE(ABORT, 'no legal step of an answer')
     WHERE (OLD.state, NEW.state) NOT IN (VALUES
           ('queued', 'sending'), ('queued', 'withheld'), ('queued', 'expired'),
           ('sending', 'queued'), ('sending', 'expired'), ('sending', 'refused'),
           ('sending', 'accepted'), ('sending', 'unsure'),
           ('sending', 'delivered'), ('sending', 'undelivered'),
           ('accepted', 'delivered'), ('accepted', 'undelivered'),
           ('unsure', 'accepted'), ('unsure', 'delivered'), ('unsure', 'undelivered'),
           ('undelivered', 'delivered'));
    SELECT RAISE(ABORT, 'an answer to a number that is suppressed')
     WHERE NEW.state = 'sending' AND EXISTS (SELECT 1 FROM suppression s
           WHERE s.address_key = NEW.address_key AND s.lifted_at IS NULL
           AND s.kind <> 'promotional' AND s.id IS NOT NEW.confirms);
END;

-- Mail that comes back, and replies by mail; suppressions that end by themselves.
ALTER TABLE suppression ADD COLUMN ends_at INTEGER;
CREATE INDEX suppression_ends ON suppression (ends_at) WHERE lifted_at IS NULL AND ends_at IS NOT NULL;

ALTER TABLE reply ADD COLUMN channel TEXT NOT NULL DEFAULT 'sms' CHECK (channel IN ('sms', 'email'));
CREATE INDEX reply_stranger ON reply (at) WHERE channel = 'email' AND member_id IS NULL;

CREATE TABLE bounce (
    id          INTEGER PRIMARY KEY,
    address_key BLOB    NOT NULL,
    outbox_id   INTEGER REFERENCES outbox (id) ON DELETE CASCADE,
    class       TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    diagnostic  TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    times       INTEGER NOT NULL DEFAULT 1
);

CREATE UNIQUE INDEX bounce_message ON bounce (outbox_id, class) WHERE outbox_id IS NOT NULL;
CREATE UNIQUE INDEX bounce_unproven ON bounce (address_key, class) WHERE outbox_id IS NULL;
CREATE INDEX bounce_address ON bounce (address_key, class);
CREATE INDEX bounce_blocked ON bounce (at) WHERE class = 'blocked';

CREATE TABLE mail_taken (
    mark BLOB PRIMARY KEY,
    at   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX mail_taken_at ON mail_taken (at);

CREATE TABLE mail_count (
    kind  TEXT    NOT NULL,
    class TEXT    NOT NULL,
    proof TEXT    NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, class, proof)
) WITHOUT ROWID;
