//! The thread that owns the writing connection. Requests that wait at the same time share one transaction, and so one flush.

use std::collections::BTreeSet;
use std::sync::mpsc::Receiver;

use imagen4_core::{RunId, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tokio::sync::broadcast;

use super::{Account, ReadTx, Result, StoreError, StoreEvent};

/// Most requests in one transaction: a crowd's first answer should not wait for its last.
const MOST_REQUESTS: usize = 256;

/// One transaction, as an operation sees it.
#[derive(Debug)]
pub struct WriteTx<'a> {
    pub(in crate::store) connection: &'a Connection,
    pub(in crate::store) account: &'a Account,
    pub(in crate::store) changes: &'a mut TxChanges,
}

/// What a transaction changed, to be told after it is committed.
#[derive(Debug, Default)]
pub(super) struct TxChanges {
    runs: Vec<RunId>,
    money: bool,
    words_deleted: bool,
}

impl WriteTx<'_> {
    /// Whose money it is.
    pub fn account(&self) -> &Account {
        self.account
    }

    /// The same transaction for reading.
    pub fn read_tx(&self) -> ReadTx<'_> {
        ReadTx { connection: self.connection }
    }

    /// Gives the run the next revision and has it told.
    pub(super) fn bump_revision(&mut self, id: RunId) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE runs SET revision = (SELECT coalesce(max(revision), 0) + 1 FROM runs) WHERE id = ?1",
            )?
            .execute(params![id.to_string()])?;
        self.changes.runs.push(id);
        Ok(())
    }

    pub(super) fn words_deleted(&mut self) {
        self.changes.words_deleted = true;
    }

    pub(super) fn money_moved(&mut self) {
        self.changes.money = true;
    }
}

/// An operation that waits for its turn, and then for the commit.
pub(super) trait WriteRequest: Send {
    /// Does it. An error undoes this request alone.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Answers whoever asked.
    fn answer(self: Box<Self>, commit: Commit);
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Commit {
    /// It is on disk.
    Done,
    /// Nothing of it is: it may be tried again.
    NotTaken,
    /// Nobody knows before the file is opened again.
    InDoubt,
}

/// Works requests off until every sender is gone, or until a commit fails (`false` then): what a flush did not take, another flush
/// may only seem to take. A full disk is another matter: SQLite undoes the transaction, and everything is as before.
pub(super) fn work(
    mut connection: Connection,
    account: Account,
    requests: &Receiver<Box<dyn WriteRequest>>,
    events: &broadcast::Sender<StoreEvent>,
    now: impl Fn() -> Timestamp,
) -> bool {
    while let Ok(first) = requests.recv() {
        let mut batch = vec![first];
        batch.extend(requests.try_iter().take(MOST_REQUESTS - 1));
        let mut changes = TxChanges::default();
        let committed = match Transaction::new(&mut connection, TransactionBehavior::Immediate) {
            Ok(transaction) => commit(transaction, &account, &mut batch, &mut changes),
            Err(error) => {
                // Somebody else has the file, a backup perhaps. Nothing was written, so nothing is in doubt.
                tracing::error!(%error, "the database is busy");
                batch.into_iter().for_each(|request| request.answer(Commit::NotTaken));
                continue;
            }
        };
        let commit = match &committed {
            Ok(()) => Commit::Done,
            Err(error) if is_full(error) => Commit::NotTaken,
            Err(_) => Commit::InDoubt,
        };
        let words_deleted = changes.words_deleted;
        if let Err(error) = &committed {
            tracing::error!(%error, "the database could not commit");
        } else if let Err(error) = publish(&connection, &account, changes, events, now()) {
            tracing::warn!(%error, "a change could not be told to the event streams");
        }
        for request in batch {
            request.answer(commit);
        }
        if commit == Commit::InDoubt {
            return false;
        }
        // The write-ahead log would keep them until it is full. A reader in the way only puts that off.
        if words_deleted && let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::debug!(%error, "the write-ahead log could not be emptied");
        }
    }
    true
}

/// Whether the disk has no room: nothing was written, and nothing is in doubt.
fn is_full(error: &StoreError) -> bool {
    matches!(error, StoreError::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull))
}

fn commit(
    transaction: Transaction<'_>,
    account: &Account,
    batch: &mut [Box<dyn WriteRequest>],
    changes: &mut TxChanges,
) -> Result<()> {
    for request in batch {
        transaction.execute_batch("SAVEPOINT request")?;
        let mut own = TxChanges::default();
        if request.run(&mut WriteTx { connection: &transaction, account, changes: &mut own }) {
            transaction.execute_batch("RELEASE request")?;
            changes.runs.extend(own.runs);
            changes.money |= own.money;
            changes.words_deleted |= own.words_deleted;
        } else {
            transaction.execute_batch("ROLLBACK TO request; RELEASE request")?;
        }
    }
    transaction.commit().map_err(StoreError::from)
}

fn publish(
    connection: &Connection,
    account: &Account,
    changes: TxChanges,
    events: &broadcast::Sender<StoreEvent>,
    now: Timestamp,
) -> Result<()> {
    // Nobody listening is no failure.
    let send = |change| drop(events.send(change));
    let tx = ReadTx { connection };
    let ids: BTreeSet<RunId> = changes.runs.into_iter().collect();
    let mut runs = Vec::new();
    for id in ids {
        runs.extend(tx.change_of(id)?);
    }
    // Event ids must not go backwards: whoever comes back asks for what is after the last one.
    runs.sort_by_key(|(revision, _)| *revision);
    for (_, change) in runs {
        send(change);
    }
    if changes.money {
        send(StoreEvent::spend(&tx.spend(account, now)?));
    }
    Ok(())
}
