//! Files of every older version open, and lose nothing.

use std::sync::Arc;

use imagen4_core::api::ImagePatch;
use imagen4_core::{MicroUsd, RunFilter, RunId, Timestamp};

use super::*;
use crate::store::sql::sqlite::SqliteConnection;
use crate::store::sql::value::params;
use crate::store::sql::{Clock, Value};
use crate::store::{Account, Database, Replica};

/// The first version with the column.
const SEARCHED: usize = 5;

/// The first version with favorite images.
const FAVORITES: usize = 8;

/// The first version with sums.
const SUMS: usize = 9;

/// A file as the build of that version left it, with three runs.
fn file_of(version: usize, path: &std::path::Path) {
    let connection: Box<dyn SqlConnection> = Box::new(SqliteConnection::open(path, clock()).expect("a file"));
    SQLITE[..version].iter().for_each(|migration| connection.batch(migration.sql).expect("migrated"));
    connection.set_schema_version(version).expect("a version");
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
                params![id, place as u64 + 4, request, [place as u8; 32], note],
            )
            .expect("a run");
    }
    connection
        .execute(
            "INSERT INTO pictures (run, position, content_type, width, height, bytes, sha256, nsfw)
             VALUES ('00000000000000000000000000000001', 0, 'image/png', 8, 8, 1, '', 0)",
            &[],
        )
        .expect("an image");
    for (kind, amount) in
        [("hold", 80_000_i64), ("release", 80_000), ("spend", 80_000), ("refund", 30_000), ("hold", 7)]
    {
        let row = [Value::from(kind), Value::from(amount)];
        connection
            .execute(
                "INSERT INTO money (run, upstream, day, kind, amount, at)
                 VALUES ('00000000000000000000000000000001', 'u', '2026-11-01', ?1, ?2, 0)",
                &row,
            )
            .expect("money");
    }
    for state in ["queued", "submitting", "running", "archived"] {
        let id = "00000000000000000000000000000001";
        connection
            .execute("INSERT INTO timeline (run, state, at) VALUES (?1, ?2, 5)", params![id, state])
            .expect("a step");
    }
}

fn clock() -> Clock {
    Arc::new(|| Timestamp::from_ms(0))
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
        let store = Database::Sqlite(path.clone()).open(account(), Replica::alone(0), clock()).expect("it opens");
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
        let mut store = Database::Sqlite(path.clone()).open(account(), Replica::alone(0), clock()).expect("it opens");
        let id = RunId::from_bits(1);
        assert!(!store.read_tx().pictures(id).expect("read")[0].favorite, "version {version}");
        let patch = ImagePatch { favorite: Some(true) };
        assert!(store.write(|tx| tx.patch_image("local", id, 0, &patch)).expect("written"));
        drop(store);
        let store = Database::Sqlite(path.clone()).open(account(), Replica::alone(0), clock()).expect("it opens again");
        let filter = RunFilter { favorite: Some(true), ..RunFilter::default() };
        assert!(store.read_tx().pictures(id).expect("read")[0].favorite, "version {version}");
        assert_eq!(store.read_tx().counts("local", &filter).expect("counted").runs, 1, "version {version}");
    }
}

#[test]
fn files_of_every_older_version_keep_their_counters_sums_and_steps() {
    for version in 1..SUMS {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.sqlite");
        file_of(version, &path);
        if version > 1 {
            let file: Box<dyn SqlConnection> = Box::new(SqliteConnection::open(&path, clock()).expect("a file"));
            file.execute("INSERT INTO meta (name, value) VALUES ('sent', '41')", &[]).expect("counted");
        }
        let mut store = Database::Sqlite(path.clone()).open(account(), Replica::alone(0), clock()).expect("it opens");
        let tx = store.read_tx();
        let money = tx.money_of_day("u", "2026-11-01").expect("read");
        assert_eq!(money, (MicroUsd::new(50_000), MicroUsd::new(7)), "version {version}");
        assert_eq!(tx.days_in_doubt().expect("read"), Vec::<String>::new(), "version {version}");
        let sql = "SELECT state FROM timeline WHERE run = ?1 ORDER BY seq";
        let steps: Vec<(String,)> = store.sql.all(sql, params![RunId::from_bits(1)]).expect("read");
        let steps: Vec<_> = steps.iter().map(|(state,)| state.as_str()).collect();
        assert_eq!(steps, ["queued", "submitting", "running", "archived"], "version {version}");
        let counters = store.write(|tx| Ok(tx.row)).expect("read");
        assert_eq!((counters.revision, counters.sent), (6, if version > 1 { 41 } else { 0 }), "version {version}");
    }
}
