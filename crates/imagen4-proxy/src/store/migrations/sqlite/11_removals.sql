-- Deleted runs whose images are still to be removed: whoever deletes one may end before that is done.
CREATE TABLE removals (
    run TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO removals (run) SELECT id FROM runs WHERE deleted_at IS NOT NULL;
