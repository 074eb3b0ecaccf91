//! The tables, and how an older file becomes a newer one.

use imagen4_core::filter::searched;
use imagen4_core::model::{Catalogue, builtin};
use imagen4_core::run::RunRequest;
use rusqlite::{Connection, params};

use super::{Result, StoreError};

/// How a file of one version becomes one of the next.
struct Migration {
    sql: &'static str,
    /// What SQL cannot do.
    then: fn(&Connection) -> Result<()>,
}

impl Migration {
    const fn sql(sql: &'static str) -> Self {
        Self { sql, then: |_| Ok(()) }
    }
}

/// One entry a version; an entry is never changed once it was released.
const MIGRATIONS: [Migration; 8] = [
    Migration::sql(
        "
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
",
    ),
    Migration::sql(
        "
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
",
    ),
    Migration::sql(
        "
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
",
    ),
    Migration::sql(
        "
    -- A program asked for its pictures inside the answers, in base64.
    ALTER TABLE runs ADD COLUMN inline INTEGER NOT NULL DEFAULT 0;
",
    ),
    Migration {
        sql: "
    DROP TRIGGER words_begin;
    DROP TRIGGER words_noted;
    DROP TRIGGER words_end;
    DROP TABLE words;
    -- Prompt and note as `imagen4_core::filter::searched` folds them: pages and servers find the same, in any script. A deleted
    -- run has none.
    ALTER TABLE runs ADD COLUMN searched TEXT NOT NULL DEFAULT '';
",
        then: fold_all,
    },
    Migration::sql(
        "
    -- The vendor does not work on it: it calls its prediction completed, or does not know it.
    ALTER TABLE runs ADD COLUMN idle INTEGER NOT NULL DEFAULT 0;
",
    ),
    Migration {
        sql: "
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
",
        then: requests_by_model,
    },
    Migration::sql(
        "
    ALTER TABLE pictures ADD COLUMN favorite INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX pictures_favorite ON pictures (run) WHERE favorite;
",
    ),
];

/// Fills the column that is searched.
fn fold_all(connection: &Connection) -> Result<()> {
    let mut read = connection.prepare("SELECT seq, request, note FROM runs WHERE deleted_at IS NULL")?;
    let mut write = connection.prepare("UPDATE runs SET searched = ?2 WHERE seq = ?1")?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, request, note): (i64, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        // Whatever reads back wrongly is said where it is read; one such run must not keep a store shut.
        let request: serde_json::Value = serde_json::from_str(&request).unwrap_or_default();
        let prompt = request["prompt"].as_str().unwrap_or_default();
        write.execute(params![seq, searched(prompt, note.as_deref())])?;
    }
    Ok(())
}

/// Gives every request the form that is read now, and fills the columns beside it.
fn requests_by_model(connection: &Connection) -> Result<()> {
    let mut read = connection.prepare("SELECT seq, request FROM runs WHERE deleted_at IS NULL")?;
    let mut write =
        connection.prepare("UPDATE runs SET request = ?2, model = ?3, ratio = ?4, seed = ?5 WHERE seq = ?1")?;
    let known = Catalogue::builtin();
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, text): (i64, String) = (row.get(0)?, row.get(1)?);
        let request = by_model(&text, known);
        write.execute(params![
            seq,
            serde_json::to_string(&request).unwrap_or_default(),
            request.model,
            request.ratio().map(|ratio| ratio.to_string()),
            request.seed(),
        ])?;
    }
    Ok(())
}

/// An older request held the model and the five inputs side by side, `null` for those that were not there, and a count also where the
/// model has none. What was sent is what the model knows of them.
fn by_model(text: &str, known: &Catalogue) -> RunRequest {
    let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_str(text) else { return RunRequest::default() };
    let model = fields.remove("model").and_then(|model| model.as_str().map(str::to_owned));
    let model = model.unwrap_or_else(|| builtin::default_model().id.clone());
    let spec = known.find(&model).map(|entry| &entry.spec);
    fields.retain(|name, value| !value.is_null() && spec.is_none_or(|spec| spec.input(name).is_some()));
    RunRequest { model, input: fields }
}

/// Sets the connection up: durable commits, readers beside the writer.
pub(super) fn configure(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // NORMAL may lose the last commits with the power; an intent must be on disk before the first byte leaves.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // What was deleted leaves the file as well.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Brings the file to this build's version.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > MIGRATIONS.len() {
        return Err(StoreError::Unreadable(format!("version {version} was written by a newer build")));
    }
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(version) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration.sql)?;
        (migration.then)(&transaction)?;
        transaction.pragma_update(None, "user_version", index + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::ImagePatch;
    use imagen4_core::{MicroUsd, RunFilter, RunId};

    use super::*;
    use crate::store::{Account, SqliteStore};

    /// The first version with the column.
    const SEARCHED: usize = 5;

    /// The first version with favorite images.
    const FAVORITES: usize = 8;

    /// A file as the build of that version left it, with three runs.
    fn file_of(version: usize, path: &std::path::Path) {
        let connection = Connection::open(path).expect("a file");
        configure(&connection).expect("configured");
        MIGRATIONS[..version].iter().for_each(|migration| connection.execute_batch(migration.sql).expect("migrated"));
        connection.pragma_update(None, "user_version", version).expect("a version");
        let runs = [
            ("00000000000000000000000000000001", r#"{"prompt": "一只狐狸在雪地里奔跑", "seed": 7}"#, None),
            ("00000000000000000000000000000002", r#"{"prompt": "“Quokka” on a beach"}"#, Some("Für später")),
            ("00000000000000000000000000000003", r#"{"prompt": 7}"#, None),
        ];
        for (place, (id, request, note)) in runs.into_iter().enumerate() {
            connection
                .execute(
                    "INSERT INTO runs (id, person, upstream, state, revision, created_at, day, request, num_images, price, key_hash,
                        fingerprint, note) VALUES (?1, 'local', 'u', 'archived', ?2, 0, '2026-11-01', ?3, 1, 0, ?4, x'00', ?5)",
                    params![id, place, request, place.to_be_bytes(), note],
                )
                .expect("a run");
        }
        connection
            .execute(
                "INSERT INTO pictures (run, position, content_type, width, height, bytes, sha256, nsfw)
                 VALUES ('00000000000000000000000000000001', 0, 'image/png', 8, 8, 1, '', 0)",
                [],
            )
            .expect("an image");
    }

    fn account() -> Account {
        Account { upstream: "u".to_owned(), daily_cap: Some(MicroUsd::ZERO), timezone: jiff::tz::TimeZone::UTC }
    }

    #[test]
    fn files_of_every_version_without_it_are_searched_by_the_new_column() {
        for version in 1..SEARCHED {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("ledger.sqlite");
            file_of(version, &path);
            let store = SqliteStore::open(&path, account()).expect("it opens");
            let count = |q: &str| {
                let filter = RunFilter { q: q.to_owned(), ..RunFilter::default() };
                store.read_tx().counts("local", &filter).expect("counted").runs
            };
            assert_eq!(
                (count("狐狸"), count("quokka"), count("spater"), count("castle")),
                (1, 1, 1, 0),
                "version {version}"
            );
        }
    }

    #[test]
    fn images_in_files_of_every_older_version_become_favorites() {
        for version in 1..FAVORITES {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("ledger.sqlite");
            file_of(version, &path);
            let mut store = SqliteStore::open(&path, account()).expect("it opens");
            let id = RunId::from_bits(1);
            assert!(!store.read_tx().pictures(id).expect("read")[0].favorite, "version {version}");
            let patch = ImagePatch { favorite: Some(true) };
            assert!(store.write(|tx| tx.patch_image("local", id, 0, &patch)).expect("written"));
            drop(store);
            let store = SqliteStore::open(&path, account()).expect("it opens again");
            let filter = RunFilter { favorite: Some(true), ..RunFilter::default() };
            assert!(store.read_tx().pictures(id).expect("read")[0].favorite, "version {version}");
            assert_eq!(store.read_tx().counts("local", &filter).expect("counted").runs, 1, "version {version}");
        }
    }
}
