-- When the answer to the POST was lost; what has no prediction id since then is looked for.
ALTER TABLE runs ADD COLUMN lost_at INTEGER;
-- A deleted run leaves its key, price, day, prediction and state, and nothing of what it was about.
ALTER TABLE runs ADD COLUMN deleted_at INTEGER;
-- From the POST to completed as well as polling could tell, in milliseconds.
ALTER TABLE runs ADD COLUMN took_ms INTEGER;
ALTER TABLE runs ADD COLUMN bill_asked_at INTEGER;
ALTER TABLE runs ADD COLUMN bill_settled INTEGER NOT NULL DEFAULT 0;
CREATE INDEX runs_lost ON runs (upstream, lost_at) WHERE lost_at IS NOT NULL AND prediction_id IS NULL;
CREATE INDEX runs_bill ON runs (upstream, submitted_at) WHERE prediction_id IS NOT NULL AND NOT bill_settled;
CREATE INDEX runs_group ON runs (group_id) WHERE group_id IS NOT NULL;

CREATE TABLE groups (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    key_hash BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    UNIQUE (person, key_hash)
) STRICT, WITHOUT ROWID;

ALTER TABLE pictures ADD COLUMN thumb INTEGER NOT NULL DEFAULT 0;

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
