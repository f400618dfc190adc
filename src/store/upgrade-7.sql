-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 6 into one of version 7. What the columns mean is in schema.sql.

-- What a campaign calls members to, and who made it.
ALTER TABLE campaign ADD COLUMN action_id INTEGER REFERENCES action (id);
ALTER TABLE campaign ADD COLUMN made_by TEXT;
ALTER TABLE campaign ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;

-- Campaigns that pause by themselves.
ALTER TABLE campaign ADD COLUMN paused_why TEXT;
ALTER TABLE campaign ADD COLUMN watched_from INTEGER NOT NULL DEFAULT 0;

-- Steps that move with their ballot.
ALTER TABLE step ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE step ADD COLUMN at_words TEXT;
ALTER TABLE step ADD COLUMN deadline_words TEXT;
ALTER TABLE step ADD COLUMN skipped TEXT;
ALTER TABLE step ADD COLUMN mail_after INTEGER;
ALTER TABLE step ADD COLUMN held_out INTEGER NOT NULL DEFAULT 0;

-- What members are called to, and what they answer.

-- Steps that are repeated daily, and hours of their own.
ALTER TABLE step ADD COLUMN daily_until TEXT;
ALTER TABLE step ADD COLUMN hours_sms TEXT;
ALTER TABLE step ADD COLUMN hours_email TEXT;
ALTER TABLE step ADD COLUMN hours_why TEXT;

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
    why      TEXT,
    merge    TEXT    NOT NULL DEFAULT '{}',
    CHECK (ends > starts)
);

CREATE TABLE attendee (
    action_id INTEGER NOT NULL REFERENCES action (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    state     TEXT    NOT NULL CHECK (state IN ('coming', 'maybe', 'cannot')),
    guests    INTEGER NOT NULL DEFAULT 0 CHECK (guests BETWEEN 0 AND 20),
    source    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (action_id, member_id)
);

CREATE INDEX attendee_member ON attendee (member_id);

CREATE TABLE attendee_event (
    id        INTEGER PRIMARY KEY,
    action_id INTEGER NOT NULL REFERENCES action (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    state     TEXT    NOT NULL,
    guests    INTEGER NOT NULL,
    source    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    outbox_id INTEGER REFERENCES outbox (id) ON DELETE SET NULL
);

CREATE INDEX attendee_event_member ON attendee_event (member_id);
CREATE INDEX attendee_event_message ON attendee_event (outbox_id);

-- Columns of lists that are called like what is a word of the segment language now get a "_", as they
-- would when they came in today.
UPDATE member SET custom = json_remove(json_set(custom, '$.coming_', json_extract(custom, '$.coming')), '$.coming')
    WHERE json_extract(custom, '$.coming') IS NOT NULL;
UPDATE member SET custom = json_remove(json_set(custom, '$.maybe_', json_extract(custom, '$.maybe')), '$.maybe')
    WHERE json_extract(custom, '$.maybe') IS NOT NULL;
UPDATE member SET custom = json_remove(json_set(custom, '$.cannot_', json_extract(custom, '$.cannot')), '$.cannot')
    WHERE json_extract(custom, '$.cannot') IS NOT NULL;
UPDATE member
    SET custom = json_remove(json_set(custom, '$.unanswered_', json_extract(custom, '$.unanswered')), '$.unanswered')
    WHERE json_extract(custom, '$.unanswered') IS NOT NULL;
UPDATE member_edit SET fact = fact || '_' WHERE fact IN ('coming', 'maybe', 'cannot', 'unanswered');
UPDATE custom_field SET name = name || '_' WHERE name IN ('coming', 'maybe', 'cannot', 'unanswered');

-- A member may be entitled in two units: where moves out of ballot_member into rows of its own.
ALTER TABLE ballot_unit ADD COLUMN notified INTEGER CHECK (notified > 0);

ALTER TABLE ballot_member RENAME TO ballot_member_6;

CREATE TABLE ballot_member (
    ballot_id INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    state     TEXT    NOT NULL DEFAULT 'unknown'
              CHECK (state IN ('unknown', 'voted', 'no-paper', 'declined', 'ineligible')),
    source    TEXT,
    at        INTEGER,
    plan      TEXT,
    PRIMARY KEY (ballot_id, member_id)
);

CREATE TABLE ballot_seat (
    ballot_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    unit_id   INTEGER NOT NULL REFERENCES ballot_unit (id) ON DELETE CASCADE,
    workplace TEXT,
    line      INTEGER,
    PRIMARY KEY (ballot_id, member_id, unit_id),
    FOREIGN KEY (ballot_id, member_id) REFERENCES ballot_member (ballot_id, member_id) ON DELETE CASCADE
) WITHOUT ROWID;

INSERT INTO ballot_member (ballot_id, member_id, state, source, at, plan)
    SELECT ballot_id, member_id, state, source, at, plan FROM ballot_member_6;
INSERT INTO ballot_seat (ballot_id, member_id, unit_id)
    SELECT ballot_id, member_id, unit_id FROM ballot_member_6;

DROP TABLE ballot_member_6;

CREATE INDEX ballot_member_member ON ballot_member (member_id);
CREATE INDEX ballot_seat_unit ON ballot_seat (unit_id);

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

-- What answers have cost.
ALTER TABLE answer ADD COLUMN cost INTEGER;
ALTER TABLE answer ADD COLUMN currency TEXT;

CREATE TABLE answer_count (
    gateway  TEXT    NOT NULL,
    currency TEXT    NOT NULL,
    texts    INTEGER NOT NULL,
    parts    INTEGER NOT NULL,
    cost     INTEGER NOT NULL,
    PRIMARY KEY (gateway, currency)
) WITHOUT ROWID;

INSERT INTO answer_count (gateway, currency, texts, parts, cost)
SELECT gateway, '', COUNT(*), COALESCE(SUM(parts), 0), 0 FROM answer
 WHERE state IN ('accepted', 'unsure', 'delivered', 'undelivered') GROUP BY gateway;

CREATE TRIGGER answer_counted AFTER UPDATE OF state ON answer
WHEN OLD.state = 'sending' AND NEW.state IN ('accepted', 'unsure', 'delivered', 'undelivered')
BEGIN
    INSERT INTO answer_count (gateway, currency, texts, parts, cost)
    VALUES (NEW.gateway, COALESCE(NEW.currency, ''), 1, COALESCE(NEW.parts, 0),
            COALESCE(NEW.cost, 0))
    ON CONFLICT (gateway, currency) DO UPDATE SET texts = texts + 1,
           parts = parts + excluded.parts, cost = cost + excluded.cost;
END;

-- An answer stays whose it is, and confirms nothing but what a reply has asked for.
DROP TRIGGER answer_step_taken;

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
           WHERE s.address_key = NEW.address_key AND s.lifted_at IS NULL AND s.kind <> 'promotional'
           AND (s.id IS NOT NEW.confirms OR s.kind <> 'stop' OR s.source <> 'reply'));
END;

CREATE TRIGGER answer_begins BEFORE INSERT ON answer WHEN NEW.state <> 'queued'
BEGIN
    SELECT RAISE(ABORT, 'an answer begins in the queue');
END;

CREATE TRIGGER answer_stays
BEFORE UPDATE OF reply_id, kind, confirms, gateway, address, address_key ON answer
WHEN (OLD.reply_id, OLD.kind, OLD.gateway, OLD.address, OLD.address_key)
     <> (NEW.reply_id, NEW.kind, NEW.gateway, NEW.address, NEW.address_key)
  OR OLD.confirms IS NOT NEW.confirms
BEGIN
    SELECT RAISE(ABORT, 'an answer stays whose it is');
END;

-- Who answers what members wrote in their own words.
ALTER TABLE campaign ADD COLUMN replies_to TEXT;
ALTER TABLE reply ADD COLUMN assigned TEXT;
ALTER TABLE reply ADD COLUMN assigned_at INTEGER;
ALTER TABLE reply ADD COLUMN done_at INTEGER;
CREATE INDEX reply_to_answer ON reply (at) WHERE done_at IS NULL AND meaning IN ('other', 'hold');
CREATE TABLE saved_answer (
    name     TEXT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (name, language)
) WITHOUT ROWID;

-- What a ballot asks, and what was counted.
CREATE TABLE ballot_question (
    ballot_id INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    PRIMARY KEY (ballot_id, position),
    UNIQUE (ballot_id, name)
) WITHOUT ROWID;
CREATE TABLE unit_count (
    unit_id  INTEGER PRIMARY KEY REFERENCES ballot_unit (id) ON DELETE CASCADE,
    entitled INTEGER NOT NULL,
    votes    INTEGER NOT NULL,
    spoiled  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    CHECK (spoiled >= 0 AND spoiled <= votes AND votes <= entitled)
);
CREATE TABLE unit_answer (
    unit_id   INTEGER NOT NULL REFERENCES unit_count (unit_id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    yes_votes INTEGER NOT NULL CHECK (yes_votes >= 0),
    no_votes  INTEGER NOT NULL CHECK (no_votes >= 0),
    spoiled   INTEGER NOT NULL CHECK (spoiled >= 0),
    PRIMARY KEY (unit_id, position)
) WITHOUT ROWID;

-- The end of what is known of members in a ballot.
ALTER TABLE ballot ADD COLUMN retention TEXT;
ALTER TABLE ballot ADD COLUMN purged_at INTEGER;
CREATE TABLE ballot_kept (
    id           INTEGER PRIMARY KEY,
    ballot_id    INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    unit_id      INTEGER REFERENCES ballot_unit (id) ON DELETE CASCADE,
    entitled     INTEGER NOT NULL,
    voted        INTEGER NOT NULL,
    no_paper     INTEGER NOT NULL,
    declined     INTEGER NOT NULL,
    ineligible   INTEGER NOT NULL,
    reached      INTEGER NOT NULL,
    replacements INTEGER NOT NULL,
    UNIQUE (ballot_id, unit_id)
);

-- When a member whose text has not arrived gets a mail.
ALTER TABLE step ADD COLUMN mailed_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN mail_at INTEGER;
CREATE INDEX outbox_mail ON outbox (step_id, mail_at) WHERE mail_at IS NOT NULL;

-- It is made anew by triggers.sql.
DROP TRIGGER outbox_step_taken;

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

-- Who is signed in.
CREATE TABLE session (
    digest     BLOB    PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    made_at    INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE campaign_hand (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    did         TEXT    NOT NULL,
    at          INTEGER NOT NULL
);
CREATE INDEX campaign_hand_campaign ON campaign_hand (campaign_id);

CREATE TABLE approval (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    at          INTEGER NOT NULL,
    manifest    TEXT    NOT NULL,
    digest      BLOB    NOT NULL,
    voided_at   INTEGER,
    void_why    TEXT
);
CREATE INDEX approval_campaign ON approval (campaign_id);

CREATE TABLE specimen (
    id          INTEGER PRIMARY KEY,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    campaign    TEXT    NOT NULL,
    step        TEXT    NOT NULL,
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    language    TEXT    NOT NULL,
    member_id   INTEGER REFERENCES member (id) ON DELETE SET NULL,
    reference   TEXT    NOT NULL UNIQUE,
    route       TEXT    NOT NULL,
    parts       INTEGER,
    outcome     TEXT    NOT NULL DEFAULT 'sending'
                CHECK (outcome IN ('sending', 'accepted', 'refused', 'not taken', 'unsure')),
    answer      TEXT,
    remote_id   TEXT,
    at          INTEGER NOT NULL
);
CREATE INDEX specimen_account ON specimen (account_id, at);

-- Members who are held out, and wordings that are compared.
ALTER TABLE step ADD COLUMN trial TEXT;

CREATE TABLE step_variant (
    step_id  INTEGER NOT NULL REFERENCES step (id),
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    weight   INTEGER NOT NULL CHECK (weight > 0),
    PRIMARY KEY (step_id, name)
) WITHOUT ROWID;

CREATE TABLE trial_member (
    step_id   INTEGER NOT NULL REFERENCES step (id),
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    trial     TEXT    NOT NULL,
    household INTEGER NOT NULL,
    arm       TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (step_id, member_id)
) WITHOUT ROWID;

CREATE INDEX trial_member_member ON trial_member (member_id, trial);

CREATE TABLE step_template_made (
    step_id     INTEGER NOT NULL REFERENCES step (id),
    channel     TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    template_id INTEGER NOT NULL REFERENCES template (id),
    variant     TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (step_id, variant, channel, language)
);
INSERT INTO step_template_made (step_id, channel, language, template_id)
SELECT step_id, channel, language, template_id FROM step_template;
DROP TABLE step_template;
ALTER TABLE step_template_made RENAME TO step_template;
