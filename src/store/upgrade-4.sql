-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 3 into one of version 4: several ways out, with paces and a share each; a ledger
-- whose position only goes forward; hours and a budget for a campaign; every step of a message told.
-- What the columns mean is in schema.sql.

CREATE TABLE ledger (
    position INTEGER NOT NULL
);

INSERT INTO ledger (position) SELECT COALESCE(MAX(id), 0) FROM suppression;

CREATE TRIGGER suppression_advances AFTER INSERT ON suppression
BEGIN
    UPDATE ledger SET position = MAX(position, NEW.id);
END;

-- What was lifted before there were positions is taken as never in force: nothing can be proved of it.
ALTER TABLE suppression ADD COLUMN lifted_under INTEGER;
UPDATE suppression SET lifted_under = id WHERE lifted_at IS NOT NULL;

ALTER TABLE campaign ADD COLUMN hours_sms TEXT;
ALTER TABLE campaign ADD COLUMN hours_email TEXT;
ALTER TABLE campaign ADD COLUMN hours_why TEXT;
ALTER TABLE campaign ADD COLUMN budget INTEGER;
ALTER TABLE campaign ADD COLUMN currency TEXT;
ALTER TABLE campaign ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;

CREATE TABLE route (
    channel      TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    name         TEXT    NOT NULL,
    turn         INTEGER NOT NULL DEFAULT 0,
    asked_at     INTEGER NOT NULL DEFAULT 0,
    failures     INTEGER NOT NULL DEFAULT 0,
    strikes      INTEGER NOT NULL DEFAULT 0,
    closed_until INTEGER NOT NULL DEFAULT 0,
    ramp         INTEGER NOT NULL DEFAULT 8,
    fault        TEXT,
    fault_at     INTEGER,
    PRIMARY KEY (channel, name)
) WITHOUT ROWID;

ALTER TABLE outbox ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN claimed_at INTEGER;
ALTER TABLE outbox ADD COLUMN cost INTEGER;
ALTER TABLE outbox ADD COLUMN pool TEXT NOT NULL DEFAULT '';
UPDATE outbox SET made_at = changed_at;

ALTER TABLE outbox ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET withheld = 1 WHERE state = 'withheld';
DROP INDEX outbox_address;
CREATE UNIQUE INDEX outbox_address ON outbox (step_id, address_key) WHERE withheld = 0;
DROP INDEX outbox_sending;
DROP INDEX outbox_waiting;
DROP INDEX outbox_history;
CREATE INDEX outbox_history ON outbox (address_key);
DROP INDEX outbox_queue;
CREATE INDEX outbox_queue ON outbox (step_id, channel, pool, due_at, id) WHERE state = 'queued';

INSERT INTO outbox_step (was, becomes, meaning) VALUES
    ('queued',  'unaffordable', 'the budget is spent'),
    ('claimed', 'unaffordable', 'the budget is spent'),
    ('unsure',  'expired',      'the provider has no such message, and no time for another try'),
    ('unaffordable', 'queued',  'the budget was raised');
UPDATE outbox_step SET meaning = 'the lease ended, the campaign was paused, or it is too early'
 WHERE was = 'claimed' AND becomes = 'queued';
UPDATE outbox_step SET meaning = 'settled by a person, a receipt or a look-up'
 WHERE was = 'unsure' AND becomes IN ('accepted', 'delivered', 'undelivered');
UPDATE outbox_step SET meaning = 'sent again: a person wants it, or the provider has no such message'
 WHERE was = 'unsure' AND becomes = 'queued';
UPDATE outbox_step SET meaning = 'not sent and not to be: a person says so, or its tries are used up'
 WHERE was = 'unsure' AND becomes = 'refused';

CREATE TRIGGER outbox_gives_way AFTER UPDATE OF state ON outbox
WHEN NEW.state = 'withheld' AND NEW.withheld = 0
BEGIN
    UPDATE outbox SET withheld = 1 WHERE id = NEW.id;
END;

CREATE TABLE outbox_event (
    id        INTEGER PRIMARY KEY,
    outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    was       TEXT    NOT NULL,
    becomes   TEXT    NOT NULL,
    reason    TEXT
);

CREATE INDEX outbox_event_message ON outbox_event (outbox_id);

CREATE TRIGGER outbox_tell AFTER UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state AND NEW.state NOT IN ('claimed', 'sending')
     AND (OLD.state NOT IN ('sending', 'accepted', 'undelivered') OR NEW.attempt < OLD.attempt)
     AND NOT EXISTS (SELECT 1 FROM outbox_event e WHERE e.outbox_id = NEW.id
                     AND e.becomes = NEW.state AND e.reason = NEW.reason
                     AND e.at BETWEEN NEW.changed_at - 60000 AND NEW.changed_at)
BEGIN
    INSERT INTO outbox_event (outbox_id, at, was, becomes, reason)
    VALUES (NEW.id, NEW.changed_at, OLD.state, NEW.state, NEW.reason);
END;

CREATE TRIGGER outbox_refund AFTER UPDATE OF state ON outbox
WHEN OLD.cost IS NOT NULL AND NEW.state IN ('queued', 'refused', 'expired')
BEGIN
    UPDATE campaign SET spent = spent - OLD.cost
     WHERE id = (SELECT campaign_id FROM step WHERE id = NEW.step_id);
    UPDATE outbox SET cost = NULL WHERE id = NEW.id;
END;

CREATE TABLE attempt_4 (
    outbox_id     INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    verdict       TEXT    NOT NULL,
    answer        TEXT    NOT NULL,
    claimed_at    INTEGER,
    released_at   INTEGER,
    cleared_under INTEGER,
    gateway       TEXT,
    remote_id     TEXT,
    PRIMARY KEY (outbox_id, number)
) WITHOUT ROWID;

INSERT INTO attempt_4 (outbox_id, number, at, verdict, answer, released_at, cleared_under, gateway)
SELECT a.outbox_id, a.number, a.at, a.verdict, a.answer,
       CASE WHEN a.number = o.attempt THEN o.released_at END,
       CASE WHEN a.number = o.attempt THEN o.cleared_under END, o.gateway
  FROM attempt a JOIN outbox o ON o.id = a.outbox_id;
DROP TABLE attempt;
ALTER TABLE attempt_4 RENAME TO attempt;
CREATE INDEX attempt_remote ON attempt (gateway, remote_id) WHERE remote_id IS NOT NULL;

CREATE TABLE lookup (
    outbox_id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
    attempt   INTEGER NOT NULL,
    times     INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    next_at   INTEGER NOT NULL,
    answer    TEXT    NOT NULL
);

CREATE INDEX outbox_unsure ON outbox (gateway, released_at) WHERE state = 'unsure';

DROP TABLE pace;
CREATE TABLE pace (
    subject      TEXT PRIMARY KEY,
    next_us      INTEGER NOT NULL DEFAULT 0,
    paused_until INTEGER NOT NULL DEFAULT 0,
    why          TEXT
) WITHOUT ROWID;

CREATE TABLE pace_use (
    subject TEXT    NOT NULL,
    slice   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    PRIMARY KEY (subject, slice, at)
) WITHOUT ROWID;

DROP INDEX outbox_state;
CREATE INDEX outbox_state ON outbox (step_id, state, channel);

CREATE TABLE attempt_count (
    channel TEXT    NOT NULL,
    route   TEXT    NOT NULL,
    verdict TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (channel, route, verdict)
) WITHOUT ROWID;

INSERT INTO attempt_count (channel, route, verdict, count)
SELECT o.channel, COALESCE(a.gateway, ''), a.verdict, COUNT(*)
  FROM attempt a JOIN outbox o ON o.id = a.outbox_id GROUP BY 1, 2, 3;

CREATE TABLE mail_domain (
    domain TEXT PRIMARY KEY,
    mx     TEXT    NOT NULL DEFAULT '',
    at     INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
