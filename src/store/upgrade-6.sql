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
