-- The processes that work on this database. Each says again and again that it is there, by the database's clock.
CREATE TABLE replicas (
    id TEXT PRIMARY KEY,
    lease_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who follows a run, and how often it was taken up. What somebody finds out who follows it no longer comes too late.
ALTER TABLE runs ADD COLUMN owner TEXT;
ALTER TABLE runs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
-- What a 429 taught all of them: nothing leaves before, and then only so many at a time for a while.
ALTER TABLE account ADD COLUMN paused_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN slow_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN at_a_time INTEGER NOT NULL DEFAULT 0;
