-- What is decided for all runs at once: whoever writes holds this row.
CREATE TABLE account (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    -- The last revision that was given out, and how often a run was claimed to be sent.
    revision INTEGER NOT NULL,
    sent INTEGER NOT NULL
) STRICT;
INSERT INTO account (one, revision, sent) VALUES (
    1,
    (SELECT coalesce(max(revision), 0) FROM runs),
    coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'sent'), 0)
);
DELETE FROM meta WHERE name = 'sent';

-- The sums of money, kept by whoever appends to it.
CREATE TABLE days (
    upstream TEXT NOT NULL,
    day TEXT NOT NULL,
    held INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    PRIMARY KEY (upstream, day)
) STRICT, WITHOUT ROWID;
INSERT INTO days (upstream, day, held, spent)
    SELECT upstream, day,
        sum(CASE kind WHEN 'hold' THEN amount WHEN 'release' THEN -amount ELSE 0 END),
        sum(CASE kind WHEN 'spend' THEN amount WHEN 'refund' THEN -amount ELSE 0 END)
    FROM money GROUP BY upstream, day;
DROP INDEX money_day;

-- A number of its own for every entry.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    run TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
INSERT INTO entries (seq, run, state, at) SELECT rowid, run, state, at FROM timeline ORDER BY rowid;
DROP TABLE timeline;
ALTER TABLE entries RENAME TO timeline;
CREATE INDEX timeline_run ON timeline (run);
