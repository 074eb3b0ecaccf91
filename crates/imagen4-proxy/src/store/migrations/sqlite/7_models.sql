-- A request is a model and that model's own input. What lists are narrowed to stands beside it: a model may call it anything.
DROP INDEX runs_ratio;
DROP INDEX runs_seed;
ALTER TABLE runs DROP COLUMN ratio;
ALTER TABLE runs DROP COLUMN seed;
ALTER TABLE runs ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN ratio TEXT;
ALTER TABLE runs ADD COLUMN seed INTEGER;
CREATE INDEX runs_model ON runs (person, model);
CREATE INDEX runs_ratio ON runs (person, ratio);
CREATE INDEX runs_seed ON runs (person, seed);
