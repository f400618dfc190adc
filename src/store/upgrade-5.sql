-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 4 into one of version 5: one trigger in place of four, and a budget that knows what
-- a receipt proves to have been sent after all; receipts that say why, and replies in parts. What the
-- columns mean is in schema.sql.

DROP TRIGGER outbox_legal_step;
DROP TRIGGER outbox_gives_way;
DROP TRIGGER outbox_tell;
DROP TRIGGER outbox_refund;

ALTER TABLE outbox ADD COLUMN given_back INTEGER;

INSERT INTO outbox_step (was, becomes, meaning) VALUES
    ('unaffordable', 'accepted',    'a receipt proves that an earlier try was taken after all'),
    ('unaffordable', 'delivered',   'a receipt proves that an earlier try was taken after all'),
    ('unaffordable', 'undelivered', 'a receipt proves that an earlier try was taken after all');

ALTER TABLE receipt ADD COLUMN error TEXT;
ALTER TABLE receipt ADD COLUMN cause TEXT;

CREATE TABLE reply_part (
    reply_id  INTEGER NOT NULL REFERENCES reply (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,
    total     INTEGER NOT NULL,
    reference TEXT    NOT NULL,
    sent_to   TEXT    NOT NULL,
    gateway   TEXT    NOT NULL,
    remote_id TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    PRIMARY KEY (reply_id, number),
    UNIQUE (gateway, remote_id, number)
) WITHOUT ROWID;

CREATE TRIGGER outbox_step_taken AFTER UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state
     AND NOT (NEW.state = 'claimed' AND OLD.state = 'queued')
     AND NOT (NEW.state = 'sending' AND OLD.state = 'claimed')
     AND NOT (NEW.state = 'accepted' AND OLD.state = 'sending')
BEGIN
    SELECT RAISE(ABORT, 'no legal step of the outbox')
     WHERE NOT EXISTS (SELECT 1 FROM outbox_step WHERE was = OLD.state AND becomes = NEW.state);

    INSERT INTO outbox_event (outbox_id, at, was, becomes, reason)
    SELECT NEW.id, NEW.changed_at, OLD.state, NEW.state, NEW.reason
     WHERE (OLD.state NOT IN ('sending', 'accepted', 'undelivered') OR NEW.attempt < OLD.attempt)
       AND NOT EXISTS (SELECT 1 FROM outbox_event e WHERE e.outbox_id = NEW.id
                       AND e.becomes = NEW.state AND e.reason = NEW.reason
                       AND e.at BETWEEN NEW.changed_at - 60000 AND NEW.changed_at);

    UPDATE outbox SET withheld = 1 WHERE id = NEW.id AND NEW.state = 'withheld' AND withheld = 0;

    UPDATE campaign SET spent = spent - OLD.cost
     WHERE OLD.cost IS NOT NULL AND NEW.state IN ('queued', 'refused', 'expired')
       AND NOT (OLD.state = 'unsure' AND NEW.state = 'queued')
       AND id = (SELECT campaign_id FROM step WHERE id = NEW.step_id);
    UPDATE outbox SET given_back = 0 WHERE id = NEW.id AND OLD.state = 'unsure' AND NEW.state = 'queued'
       AND OLD.cost IS NOT NULL;
    UPDATE outbox SET given_back = OLD.cost
     WHERE id = NEW.id AND OLD.cost IS NOT NULL AND OLD.state <> 'unsure' AND NEW.state = 'queued'
       AND NEW.attempt = OLD.attempt AND given_back IS NOT 0;
    UPDATE outbox SET cost = NULL
     WHERE id = NEW.id AND OLD.cost IS NOT NULL AND NEW.state IN ('queued', 'refused', 'expired');

    UPDATE campaign SET spent = spent + OLD.given_back
     WHERE OLD.given_back IS NOT NULL AND NEW.state IN ('accepted', 'delivered', 'undelivered')
       AND OLD.state IN ('queued', 'claimed', 'unaffordable')
       AND id = (SELECT campaign_id FROM step WHERE id = NEW.step_id);
    UPDATE outbox SET cost = OLD.given_back, given_back = NULL
     WHERE id = NEW.id AND OLD.given_back IS NOT NULL
       AND NEW.state IN ('accepted', 'delivered', 'undelivered')
       AND OLD.state IN ('queued', 'claimed', 'unaffordable');
END;
