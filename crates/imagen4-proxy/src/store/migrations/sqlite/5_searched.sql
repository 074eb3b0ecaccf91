DROP TRIGGER words_begin;
DROP TRIGGER words_noted;
DROP TRIGGER words_end;
DROP TABLE words;
-- Prompt and note as `imagen4_core::filter::searched` folds them: pages and servers find the same, in any script. A deleted
-- run has none.
ALTER TABLE runs ADD COLUMN searched TEXT NOT NULL DEFAULT '';
