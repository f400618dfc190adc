-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What happens by itself, most of it in the outbox: made when a store is, and anew by each upgrade, so that it stands
-- here alone.

-- What a step brings with it, in one trigger: each that there is costs every step of every message a
-- microsecond or two. The three steps that nearly all messages take bring nothing, and are legal.
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

    UPDATE step SET spent = spent - OLD.cost
     WHERE OLD.cost IS NOT NULL AND NEW.state IN ('queued', 'refused', 'expired')
       AND NOT (OLD.state = 'unsure' AND NEW.state = 'queued')
       AND id = NEW.step_id;
    UPDATE outbox SET given_back = 0 WHERE id = NEW.id AND OLD.state = 'unsure' AND NEW.state = 'queued'
       AND OLD.cost IS NOT NULL;
    UPDATE outbox SET given_back = OLD.cost
     WHERE id = NEW.id AND OLD.cost IS NOT NULL AND OLD.state <> 'unsure' AND NEW.state = 'queued'
       AND NEW.attempt = OLD.attempt AND given_back IS NOT 0;
    UPDATE outbox SET cost = NULL
     WHERE id = NEW.id AND OLD.cost IS NOT NULL AND NEW.state IN ('queued', 'refused', 'expired');

    UPDATE step SET spent = spent + OLD.given_back
     WHERE OLD.given_back IS NOT NULL AND NEW.state IN ('accepted', 'delivered', 'undelivered')
       AND OLD.state IN ('queued', 'claimed', 'unaffordable')
       AND id = NEW.step_id;
    UPDATE outbox SET cost = OLD.given_back, given_back = NULL
     WHERE id = NEW.id AND OLD.given_back IS NOT NULL
       AND NEW.state IN ('accepted', 'delivered', 'undelivered')
       AND OLD.state IN ('queued', 'claimed', 'unaffordable');

    UPDATE outbox SET mail_at = CASE NEW.state
           WHEN 'refused' THEN NEW.changed_at
           WHEN 'undelivered' THEN MIN(NEW.changed_at + 3600000, released_at
                + (SELECT mail_after FROM step WHERE id = NEW.step_id))
           WHEN 'accepted' THEN released_at + (SELECT mail_after FROM step WHERE id = NEW.step_id)
           WHEN 'unsure' THEN mail_at
           END
     WHERE id = NEW.id AND channel = 'sms'
       AND (SELECT mail_after FROM step WHERE id = NEW.step_id) IS NOT NULL;
    UPDATE outbox SET mail_at = MAX(NEW.changed_at, released_at
           + (SELECT mail_after FROM step WHERE id = NEW.step_id))
     WHERE NEW.state = 'withheld' AND NEW.channel = 'email' AND step_id = NEW.step_id
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
