CREATE TABLE runs (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL,
    upstream TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    day TEXT NOT NULL,
    request TEXT NOT NULL,
    num_images INTEGER NOT NULL,
    price INTEGER NOT NULL,
    refunded INTEGER NOT NULL DEFAULT 0,
    key_hash BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    not_before INTEGER NOT NULL DEFAULT 0,
    submitted_at INTEGER,
    prediction_id TEXT,
    prediction_status TEXT,
    prediction_created_at INTEGER,
    inference_ms INTEGER,
    problem TEXT,
    group_id TEXT,
    parent TEXT,
    favorite INTEGER NOT NULL DEFAULT 0,
    note TEXT,
    UNIQUE (person, key_hash)
) STRICT;
CREATE UNIQUE INDEX runs_prediction ON runs (upstream, prediction_id) WHERE prediction_id IS NOT NULL;
CREATE INDEX runs_revision ON runs (revision);
CREATE INDEX runs_unfinished ON runs (upstream, state)
    WHERE state IN ('queued', 'submitting', 'running', 'completed', 'unknown');
CREATE INDEX runs_submitted ON runs (upstream, submitted_at) WHERE submitted_at IS NOT NULL;

-- Appended, never changed. Held = holds - releases, spent = spends - refunds.
CREATE TABLE money (
    seq INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    upstream TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('hold', 'release', 'spend', 'refund')),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX money_day ON money (upstream, day);
CREATE INDEX money_run ON money (run);

CREATE TABLE timeline (
    run TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX timeline_run ON timeline (run);

CREATE TABLE pictures (
    run TEXT NOT NULL,
    position INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    nsfw INTEGER NOT NULL,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
