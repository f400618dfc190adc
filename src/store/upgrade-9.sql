-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 8 into one of version 9. What the columns mean is in schema.sql.

-- Restriction of processing.
CREATE TABLE restriction (
    member_id INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
    reason    TEXT    NOT NULL,             -- one sentence
    account   TEXT,                         -- whose deed it was; NULL: nobody in particular
    at        INTEGER NOT NULL
);
