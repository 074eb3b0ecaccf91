-- A program asked for its pictures inside the answers, in base64.
ALTER TABLE runs ADD COLUMN inline INTEGER NOT NULL DEFAULT 0;
