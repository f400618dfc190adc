-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 7 into one of version 8. What the columns mean is in schema.sql.

-- Budgets of steps. What a campaign has spent is the sum of its steps' (triggers.sql).
ALTER TABLE step ADD COLUMN budget INTEGER;
ALTER TABLE step ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE step ADD COLUMN overspent INTEGER NOT NULL DEFAULT 0;
UPDATE step SET spent = (SELECT COALESCE(SUM(o.cost), 0) FROM outbox o WHERE o.step_id = step.id);
