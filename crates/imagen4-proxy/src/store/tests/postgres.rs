//! The same rules on PostgreSQL, by the same answers; and what only a server does: it is shared, slow, gone, and back again.
//!
//! `cargo xtask test --only postgres` starts a server and names it in `IMAGEN4_TEST_POSTGRES`.

mod cut;
mod script;

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use self::cut::Cut;
use self::script::Script;
use super::*;
use crate::store::sql::postgres::PostgresConnection;
use crate::store::sql::{Committed, SqlConnection, Value};

const UPSTREAM: &str = "https://vendor.test";

fn server() -> String {
    std::env::var("IMAGEN4_TEST_POSTGRES").expect("IMAGEN4_TEST_POSTGRES names a server")
}

/// The address of a schema that nobody else has, on a server at that address.
fn schema_on(server: &str, name: &str) -> String {
    format!("{server}?options=-csearch_path%3D{name}")
}

fn new_schema() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let connection = PostgresConnection::open(&server()).expect("a server");
    connection.batch(&format!("CREATE SCHEMA {name}")).expect("a schema");
    name
}

fn account(cap: Option<&str>) -> Account {
    Account {
        upstream: UPSTREAM.to_owned(),
        daily_cap: cap.and_then(MicroUsd::parse),
        timezone: jiff::tz::TimeZone::UTC,
    }
}

/// A store in a schema, as a process that shares it.
fn open_in(schema: &str, cap: Option<&str>) -> SyncStore {
    let connection = PostgresConnection::open(&schema_on(&server(), schema)).expect("a server");
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("replica {}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let replica = Replica { name, is_alone: false };
    let mut store = SyncStore::postgres(connection, account(cap)).expect("a store");
    store.set_replica(replica);
    store.write(|tx| tx.renew_lease()).expect("written");
    store
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn both_databases_answer_alike_whatever_is_done() {
    for seed in 0..40 {
        let mut sqlite = store(UPSTREAM);
        let schema = new_schema();
        let connection = PostgresConnection::open(&schema_on(&server(), &schema)).expect("a server");
        let connection = connection.with_clock(Arc::new(|| NOW));
        let mut postgres = SyncStore::postgres(connection, account(None)).expect("a store");
        postgres.write(|tx| tx.renew_lease()).expect("written");
        let (mut one, mut other) = (Script::new(seed), Script::new(seed));
        for step in 0..60 {
            let (told, other) = (one.step(&mut sqlite), other.step(&mut postgres));
            assert_eq!(told, other, "seed {seed}, step {step}");
        }
        for (place, (told, other)) in one.read_all(&sqlite).iter().zip(other.read_all(&postgres)).enumerate() {
            assert_eq!(*told, other, "seed {seed}, reading {place}");
        }
    }
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn a_cap_holds_and_revisions_are_in_order_however_many_write() {
    let schema = new_schema();
    drop(open_in(&schema, None));
    let write = |writer: u8| {
        let mut store = open_in(&schema, Some("5.00"));
        let mut accepted = 0;
        for number in 0..12 {
            let number = writer * 12 + number;
            let price = MicroUsd::new(40_000);
            let new = NewRun { price, key_hash: [number; 32], ..new_run(number) };
            accepted += u32::from(matches!(store.write(|tx| tx.accept(&new)).expect("written"), Accepted::New(_)));
        }
        accepted
    };
    let accepted: u32 = thread::scope(|scope| {
        let writers: Vec<_> = (0..16).map(|writer| scope.spawn(move || write(writer))).collect();
        writers.into_iter().map(|writer| writer.join().expect("it ends")).sum()
    });
    assert_eq!(accepted, 125, "5.00 dollars are 125 images for 4 cents");
    let store = open_in(&schema, Some("5.00"));
    let (spent, held) = store.read_tx().money_in_all(UPSTREAM).expect("read");
    assert_eq!((spent, held), (MicroUsd::ZERO, MicroUsd::parse("5.00").expect("money")));
    let revisions: Vec<(u64,)> = store.sql.all("SELECT revision FROM runs ORDER BY seq", &[]).expect("read");
    assert_eq!(revisions, (1..=125).map(|revision| (revision,)).collect::<Vec<_>>());
    assert_eq!(store.read_tx().days_in_doubt().expect("read"), Vec::<String>::new());
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn whoever_holds_the_lock_and_gets_no_time_loses_it_and_writes_nothing() {
    let schema = new_schema();
    let (mut frozen, mut other) = (open_in(&schema, None), open_in(&schema, None));
    let (begun, wait) = std::sync::mpsc::channel();
    let late = thread::spawn(move || {
        frozen.write(|tx| {
            tx.accept(&new_run(1))?;
            begun.send(()).expect("heard");
            thread::sleep(Duration::from_secs(4));
            tx.accept(&new_run(2))
        })
    });
    wait.recv().expect("it has the lock");
    assert!(matches!(other.write(|tx| tx.accept(&new_run(3))).expect("written"), Accepted::New(_)));
    let late = late.join().expect("it ends").expect_err("it is too late");
    assert!(late.is_harmless(), "{late}");
    let runs = other.read_tx().runs("local", &imagen4_core::RunFilter::default(), None, 9).expect("read").0;
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [RunId::from_bits(3)]);
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn a_connection_that_is_lost_before_the_commit_writes_nothing_and_is_made_again() {
    let schema = new_schema();
    let (mut store, killer) = (open_in(&schema, None), open_in(&schema, None));
    let lost = store.write(|tx| {
        tx.accept(&new_run(1))?;
        let (pid,): (i64,) = tx.sql.one("SELECT CAST(pg_backend_pid() AS BIGINT)", &[])?;
        killer.sql.query(&format!("SELECT pg_terminate_backend({pid})"), &[])?;
        thread::sleep(Duration::from_millis(100));
        tx.accept(&new_run(2))
    });
    assert!(lost.expect_err("it is lost").is_harmless());
    assert_eq!(store.read_tx().run("local", RunId::from_bits(1)).expect("read"), None);
    assert!(matches!(store.write(|tx| tx.accept(&new_run(1))).expect("written"), Accepted::New(_)));
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn whoever_does_not_get_the_lock_in_time_tries_again_later() {
    let schema = new_schema();
    let (mut store, holder) = (open_in(&schema, None), open_in(&schema, None));
    // Its sessions stay for longer than others wait.
    holder.sql.batch("SET idle_in_transaction_session_timeout = 0").expect("set");
    store.sql.batch("SET lock_timeout = '200ms'").expect("set");
    holder.sql.begin_write().expect("begun");
    for _ in 0..2 {
        assert!(store.write(|tx| tx.accept(&new_run(1))).expect_err("it is held").is_harmless());
    }
    holder.sql.rollback();
    assert!(matches!(store.write(|tx| tx.accept(&new_run(1))).expect("written"), Accepted::New(_)));
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn a_commit_whose_answer_is_lost_is_asked_for() {
    let schema = new_schema();
    drop(open_in(&schema, None));
    for (is_forwarded, committed) in [(true, Committed::Yes), (false, Committed::No)] {
        let cut = Cut::before(&server());
        let connection = PostgresConnection::open(&schema_on(&cut.address, &schema)).expect("through it");
        connection.begin_write().expect("begun");
        let name = format!("{committed:?}");
        let row = [Value::from(&name)];
        connection.execute("INSERT INTO meta (name, value) VALUES (?1, 'x')", &row).expect("written");
        cut.at_the_next_commit(is_forwarded);
        assert_eq!(connection.commit(), committed);
        let sql: &dyn SqlConnection = &connection;
        let (count,): (u64,) = sql.one("SELECT count(*) FROM meta WHERE name = ?1", &row).expect("read");
        assert_eq!(count, u64::from(committed == Committed::Yes));
    }
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn a_newer_builds_database_is_left_alone_and_two_beginners_do_not_meet() {
    let schema = new_schema();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| open_in(&schema, None));
        }
    });
    let store = open_in(&schema, None);
    store.sql.set_schema_version(99).expect("written");
    let connection = PostgresConnection::open(&schema_on(&server(), &schema)).expect("a server");
    let refused = SyncStore::postgres(connection, account(None)).expect_err("refused");
    assert!(refused.to_string().contains("newer build"));
}

#[test]
#[ignore = "needs a PostgreSQL server"]
fn what_one_process_leaves_another_takes_over_once_its_lease_is_over() {
    let schema = new_schema();
    let (mut one, mut other) = (open_in(&schema, None), open_in(&schema, None));
    one.write(|tx| tx.accept(&new_run(1))).expect("accepted");
    let claimed = one.write(|tx| tx.claim_due(RateLimits::default(), tx.now())).expect("claimed");
    assert_eq!(claimed.runs.len(), 1);
    let lost = Problem::new(ProblemCode::AnswerLost);
    assert_eq!(other.write(|tx| tx.take_over(&lost)).expect("written").len(), 0, "it is there");
    one.write(|tx| tx.end_lease()).expect("written");
    let taken = other.write(|tx| tx.take_over(&lost)).expect("written");
    assert_eq!(taken.iter().map(|run| (run.state, run.attempt)).collect::<Vec<_>>(), [(RunState::Unknown, 2)]);
    one.write(|tx| tx.accept(&new_run(2))).expect("accepted");
    assert!(one.write(|tx| tx.claim_due(RateLimits::default(), tx.now())).expect("nothing").runs.is_empty());
}
