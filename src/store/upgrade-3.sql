-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 2 into one of version 3: whatever a message was made of is kept, so that it can
-- be rendered again. What the columns mean is in schema.sql.

CREATE TABLE letterhead (
    id       INTEGER PRIMARY KEY,
    settings TEXT    NOT NULL UNIQUE
);

ALTER TABLE template ADD COLUMN partials TEXT NOT NULL DEFAULT '{}';
ALTER TABLE campaign ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE step ADD COLUMN plain TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN letterhead_id INTEGER REFERENCES letterhead (id);
