use imagen4_core::Timestamp;

use super::*;
use crate::store::rules::leases::{LEASE_MS, NEVER};
use crate::store::sql::sqlite::SqliteConnection;
use crate::store::{SyncStore, migrations};

fn empty() -> Tables {
    let account = Account { upstream: "u".to_owned(), daily_cap: None, timezone: jiff::tz::TimeZone::UTC };
    let sql = SqliteConnection::in_memory(Arc::new(Default::default)).expect("memory");
    Tables { sql: SyncStore::sqlite(sql, account).expect("a store").sql }
}

#[test]
fn every_column_of_every_table_is_copied() {
    let tables = empty();
    let there: Vec<(String, String)> = tables
        .sql
        .all(
            "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
             WHERE m.type = 'table' AND m.name <> 'replicas' ORDER BY 1, 2",
            &[],
        )
        .expect("read");
    let mut copied: Vec<(String, String)> = TABLES
        .iter()
        .flat_map(|table| table.columns().into_iter().map(|column| (table.name.to_owned(), column.to_owned())))
        .collect();
    copied.sort();
    assert_eq!(there, copied);
    assert_eq!(migrations::SQLITE.len(), 11, "another version may have other tables");
}

#[test]
fn a_copy_has_the_same_sums_and_another_row_has_others() {
    let (from, to) = (empty(), empty());
    from.sql.execute("INSERT INTO meta (name, value) VALUES ('store', 'x'), ('file', 'own')", &[]).expect("written");
    from.sql.execute("INSERT INTO removals (run) VALUES ('a'), ('b')", &[]).expect("written");
    let copied = from.copy_to(&to, |_| ()).expect("copied");
    assert_eq!(copied, from.sums().expect("read"));
    let rows = |tables: &Tables, name: &str| {
        tables.sums().expect("read").into_iter().find(|sum| sum.name == name).map(|sum| sum.rows)
    };
    assert_eq!((rows(&to, "meta"), rows(&to, "removals"), rows(&to, "account")), (Some(0), Some(2), Some(1)));
    assert_eq!(to.store_id().expect("read").as_deref(), Some("x"), "its images are the same");
    let file = |tables: &Tables| {
        let note = tables.sql.first::<(String,)>("SELECT value FROM meta WHERE name = 'file'", &[]);
        note.expect("read").map(|(file,)| file)
    };
    assert_eq!(file(&to).as_deref(), Some(A_COPY), "until both places are settled");
    to.mark_as_original().expect("written");
    assert_eq!(file(&to), None);
    let own = empty();
    own.note(STORE_ID, "y").expect("noted");
    from.copy_to(&own, |_| ()).expect("copied");
    assert_eq!(own.store_id().expect("read").as_deref(), Some("y"), "it has images of its own already");
    to.sql.execute("UPDATE removals SET run = 'c' WHERE run = 'b'", &[]).expect("written");
    assert_ne!(copied, to.sums().expect("read"));
}

#[test]
fn what_is_in_use_or_was_since_is_not_left_behind() {
    let tables = empty();
    let now = tables.sql.begin_write().expect("begun");
    tables.sql.rollback();
    let lease = |until: Timestamp| {
        let sql = "INSERT INTO replicas (id, lease_until) VALUES ('a', ?1)
                   ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until";
        tables.sql.execute(sql, params![until]).expect("written");
    };
    let is_a_copy = || tables.sql.first::<(String,)>("SELECT value FROM meta WHERE name = 'file'", &[]).expect("read");
    let minute = 60_000;
    // The last one was given before the clock was set back by a little.
    for until in [now + LEASE_MS, now + minute / 2] {
        lease(until);
        assert!(tables.is_in_use().expect("read") && !tables.leave_behind(0).expect("asked"));
    }
    for until in [now, now + 60 * minute, NEVER] {
        lease(until);
        assert!(!tables.is_in_use().expect("read"), "{until:?}");
    }
    assert!(!tables.leave_behind(1).expect("asked"), "something was done since");
    assert_eq!(is_a_copy(), None);
    assert!(tables.leave_behind(0).expect("asked"));
    assert_eq!(is_a_copy(), Some((A_COPY.to_owned(),)));
}
