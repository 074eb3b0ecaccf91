ALTER TABLE pictures ADD COLUMN favorite INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pictures_favorite ON pictures (run) WHERE favorite;
