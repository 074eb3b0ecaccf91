-- What lists are narrowed to. A deleted run has no request any more.
ALTER TABLE runs ADD COLUMN ratio TEXT AS (json_extract(nullif(request, ''), '$.aspect_ratio')) VIRTUAL;
ALTER TABLE runs ADD COLUMN seed INTEGER AS (json_extract(nullif(request, ''), '$.seed')) VIRTUAL;
CREATE INDEX runs_ratio ON runs (person, ratio);
CREATE INDEX runs_seed ON runs (person, seed);
CREATE INDEX runs_state ON runs (person, state);
CREATE INDEX runs_favorite ON runs (person) WHERE favorite;
CREATE INDEX pictures_flagged ON pictures (run) WHERE nsfw;

CREATE VIRTUAL TABLE words USING fts5 (prompt, note, tokenize = 'unicode61 remove_diacritics 2');
-- What is deleted leaves the index, and not only its results.
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
INSERT INTO words (rowid, prompt, note)
    SELECT seq, json_extract(request, '$.prompt'), note FROM runs WHERE deleted_at IS NULL;
-- Triggers: nothing that writes a run can forget its words.
CREATE TRIGGER words_begin AFTER INSERT ON runs BEGIN
    INSERT INTO words (rowid, prompt, note) VALUES (new.seq, json_extract(new.request, '$.prompt'), new.note);
END;
CREATE TRIGGER words_noted AFTER UPDATE OF note ON runs WHEN new.deleted_at IS NULL BEGIN
    UPDATE words SET note = new.note WHERE rowid = new.seq;
END;
CREATE TRIGGER words_end AFTER UPDATE OF deleted_at ON runs WHEN new.deleted_at IS NOT NULL BEGIN
    DELETE FROM words WHERE rowid = new.seq;
END;
