-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A store of version 8 into one of version 9. What the columns mean is in schema.sql.

-- Answers of which nobody knows what became of them: they are counted on each page of Today.
CREATE INDEX answer_unsure ON answer (id) WHERE state = 'unsure';
