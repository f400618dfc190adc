-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 7 into one of version 8. What the columns mean is in schema.sql.

-- Budgets of steps.
ALTER TABLE step ADD COLUMN budget INTEGER;
ALTER TABLE step ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
UPDATE step SET spent = (SELECT COALESCE(SUM(o.cost), 0) FROM outbox o WHERE o.step_id = step.id);

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
