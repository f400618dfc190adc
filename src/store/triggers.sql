-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What happens by itself, most of it in the outbox: made when a store is, and anew by each upgrade, so that it stands
-- here alone.

-- Every step of a message passes the first of the two triggers. The three steps that nearly all messages
-- take bring nothing, and are legal: it lets them by. It is kept this small because SQLite makes room for
-- all that a trigger might need before it reads its WHEN, for each message anew; what the other steps bring
-- with them is therefore in a second one, which it calls by way of a view that never has a row.
--
-- A text that certainly was not sent costs nothing. One that a person sends again although it may have
-- been sent may be paid for twice, and one that was given back for too early is paid for when a receipt
-- says so: no budget is passed unseen.
--
-- Of a step with `mail_after`, a text that was handed over has its `mail_at`. One that was refused certainly
-- did not arrive, and its mail is due at once. One that is undelivered may yet turn out to have arrived:
-- receipts overtake one another, and what stands for an hour (3600000) stands. A text that arrived, or goes
-- back to the queue, has none. When a mail is withheld, another at the same mailbox may have its own.
DROP TRIGGER IF EXISTS outbox_step_taken;
DROP VIEW IF EXISTS outbox_other_step; -- and its trigger
CREATE TRIGGER outbox_step_taken AFTER UPDATE OF state ON outbox
WHEN NEW.state <> OLD.state
     AND NOT (NEW.state = 'claimed' AND OLD.state = 'queued')
     AND NOT (NEW.state = 'sending' AND OLD.state = 'claimed')
     AND NOT (NEW.state = 'accepted' AND OLD.state = 'sending')
BEGIN
    INSERT INTO outbox_other_step
    VALUES (NEW.id, NEW.step_id, NEW.member_id, NEW.channel, NEW.address_key, OLD.state, NEW.state,
            NEW.reason, NEW.changed_at, OLD.attempt, NEW.attempt, OLD.cost, OLD.given_back);
END;

CREATE VIEW outbox_other_step
       (id, step_id, member_id, channel, address_key, was, becomes, reason, at, had_begun, begun, cost,
        given_back)
    AS SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL WHERE 0;

CREATE TRIGGER outbox_other_step_taken INSTEAD OF INSERT ON outbox_other_step
BEGIN
    SELECT RAISE(ABORT, 'no legal step of the outbox')
     WHERE NOT EXISTS (SELECT 1 FROM outbox_step WHERE was = NEW.was AND becomes = NEW.becomes);

    INSERT INTO outbox_event (outbox_id, at, was, becomes, reason)
    SELECT NEW.id, NEW.at, NEW.was, NEW.becomes, NEW.reason
     WHERE (NEW.was NOT IN ('sending', 'accepted', 'undelivered') OR NEW.begun < NEW.had_begun)
       AND NOT EXISTS (SELECT 1 FROM outbox_event e WHERE e.outbox_id = NEW.id
                       AND e.becomes = NEW.becomes AND e.reason = NEW.reason
                       AND e.at BETWEEN NEW.at - 60000 AND NEW.at);

    UPDATE outbox SET withheld = 1 WHERE id = NEW.id AND NEW.becomes = 'withheld' AND withheld = 0;

    UPDATE step SET spent = spent - NEW.cost
     WHERE NEW.cost IS NOT NULL AND NEW.becomes IN ('queued', 'refused', 'expired')
       AND NOT (NEW.was = 'unsure' AND NEW.becomes = 'queued')
       AND id = NEW.step_id;
    UPDATE outbox SET given_back = 0 WHERE id = NEW.id AND NEW.was = 'unsure' AND NEW.becomes = 'queued'
       AND NEW.cost IS NOT NULL;
    UPDATE outbox SET given_back = NEW.cost
     WHERE id = NEW.id AND NEW.cost IS NOT NULL AND NEW.was <> 'unsure' AND NEW.becomes = 'queued'
       AND NEW.begun = NEW.had_begun AND given_back IS NOT 0;
    UPDATE outbox SET cost = NULL
     WHERE id = NEW.id AND NEW.cost IS NOT NULL AND NEW.becomes IN ('queued', 'refused', 'expired');

    UPDATE step SET spent = spent + NEW.given_back
     WHERE NEW.given_back IS NOT NULL AND NEW.becomes IN ('accepted', 'delivered', 'undelivered')
       AND NEW.was IN ('queued', 'claimed', 'unaffordable')
       AND id = NEW.step_id;
    UPDATE outbox SET cost = NEW.given_back, given_back = NULL
     WHERE id = NEW.id AND NEW.given_back IS NOT NULL
       AND NEW.becomes IN ('accepted', 'delivered', 'undelivered')
       AND NEW.was IN ('queued', 'claimed', 'unaffordable');

    UPDATE outbox SET mail_at = CASE NEW.becomes
           WHEN 'refused' THEN NEW.at
           WHEN 'undelivered' THEN MIN(NEW.at + 3600000, released_at
                + (SELECT mail_after FROM step WHERE id = NEW.step_id))
           WHEN 'accepted' THEN released_at + (SELECT mail_after FROM step WHERE id = NEW.step_id)
           WHEN 'unsure' THEN mail_at
           END
     WHERE id = NEW.id AND channel = 'sms'
       AND (SELECT mail_after FROM step WHERE id = NEW.step_id) IS NOT NULL;
    UPDATE outbox SET mail_at = MAX(NEW.at, released_at
           + (SELECT mail_after FROM step WHERE id = NEW.step_id))
     WHERE NEW.becomes = 'withheld' AND NEW.channel = 'email' AND step_id = NEW.step_id
       AND channel = 'sms' AND mail_at IS NULL
       AND state IN ('accepted', 'unsure', 'undelivered', 'refused')
       AND (SELECT mail_after FROM step WHERE id = NEW.step_id) IS NOT NULL
       AND member_id IN (SELECT member_id FROM contact
           WHERE address_key = NEW.address_key AND member_id <> NEW.member_id)
       AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.step_id = NEW.step_id
           AND e.member_id = outbox.member_id AND e.channel = 'email');
END;

-- What a step has spent, its campaign has.
DROP TRIGGER IF EXISTS step_spent;
CREATE TRIGGER step_spent AFTER UPDATE OF spent ON step WHEN NEW.spent <> OLD.spent
BEGIN
    UPDATE campaign SET spent = spent + NEW.spent - OLD.spent WHERE id = NEW.campaign_id;
END;

-- A member is entitled with the first seat, and until the last is gone.
DROP TRIGGER IF EXISTS ballot_seat_taken;
CREATE TRIGGER ballot_seat_taken AFTER INSERT ON ballot_seat
WHEN NOT EXISTS (SELECT 1 FROM ballot_seat t WHERE t.ballot_id = NEW.ballot_id
                 AND t.member_id = NEW.member_id AND t.unit_id <> NEW.unit_id)
BEGIN
    UPDATE ballot SET entitled = entitled + 1 WHERE id = NEW.ballot_id;
END;
DROP TRIGGER IF EXISTS ballot_seat_left;
CREATE TRIGGER ballot_seat_left AFTER DELETE ON ballot_seat
WHEN NOT EXISTS (SELECT 1 FROM ballot_seat t WHERE t.ballot_id = OLD.ballot_id
                 AND t.member_id = OLD.member_id)
BEGIN
    UPDATE ballot SET entitled = entitled - 1 WHERE id = OLD.ballot_id;
END;
