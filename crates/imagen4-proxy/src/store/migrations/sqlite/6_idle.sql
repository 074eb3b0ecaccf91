-- The vendor does not work on it: it calls its prediction completed, or does not know it.
ALTER TABLE runs ADD COLUMN idle INTEGER NOT NULL DEFAULT 0;
