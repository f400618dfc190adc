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
