-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 5 into one of version 6. What the columns mean is in schema.sql.

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
