//! The thread that owns the writing connection. Jobs that wait at the same time share one transaction, and so one flush.

use std::collections::BTreeSet;
use std::sync::mpsc::Receiver;

use imagen4_core::{RunId, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tokio::sync::broadcast;

use super::{Account, Change, LedgerError, Reading, Result};

/// Most jobs in one transaction: a crowd's first answer should not wait for its last.
const MOST_JOBS: usize = 256;

/// One transaction, as an operation sees it.
#[derive(Debug)]
pub struct Writing<'a> {
    pub(super) connection: &'a Connection,
    pub(super) account: &'a Account,
    pub(super) touched: &'a mut Touched,
}

/// What a transaction changed, to be told after it is committed.
#[derive(Debug, Default)]
pub(super) struct Touched {
    runs: Vec<RunId>,
    money: bool,
    words_deleted: bool,
}

impl Writing<'_> {
    /// Whose money it is.
    pub fn account(&self) -> &Account {
        self.account
    }

    /// The same transaction for reading.
    pub fn reading(&self) -> Reading<'_> {
        Reading { connection: self.connection }
    }

    /// Gives the run the next revision and has it told.
    pub(super) fn touch(&mut self, id: RunId) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE runs SET revision = (SELECT coalesce(max(revision), 0) + 1 FROM runs) WHERE id = ?1",
            )?
            .execute(params![id.to_string()])?;
        self.touched.runs.push(id);
        Ok(())
    }

    pub(super) fn words_deleted(&mut self) {
        self.touched.words_deleted = true;
    }

    pub(super) fn money_moved(&mut self) {
        self.touched.money = true;
    }
}

/// An operation that waits for its turn, and then for the commit.
pub(super) trait Job: Send {
    /// Does it. An error undoes this job alone.
    fn run(&mut self, writing: &mut Writing<'_>) -> bool;
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

/// Works jobs off until every sender is gone, or until a commit fails (`false` then): what a flush did not take, another flush
/// may only seem to take. A full disk is another matter: SQLite undoes the transaction, and everything is as before.
pub(super) fn work(
    mut connection: Connection,
    account: Account,
    jobs: &Receiver<Box<dyn Job>>,
    changes: &broadcast::Sender<Change>,
    now: impl Fn() -> Timestamp,
) -> bool {
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        batch.extend(jobs.try_iter().take(MOST_JOBS - 1));
        let mut touched = Touched::default();
        let committed = match Transaction::new(&mut connection, TransactionBehavior::Immediate) {
            Ok(transaction) => commit(transaction, &account, &mut batch, &mut touched),
            Err(error) => {
                // Somebody else has the file, a backup perhaps. Nothing was written, so nothing is in doubt.
                tracing::error!(%error, "the ledger is busy");
                batch.into_iter().for_each(|job| job.answer(Commit::NotTaken));
                continue;
            }
        };
        let commit = match &committed {
            Ok(()) => Commit::Done,
            Err(error) if is_full(error) => Commit::NotTaken,
            Err(_) => Commit::InDoubt,
        };
        let words_deleted = touched.words_deleted;
        if let Err(error) = &committed {
            tracing::error!(%error, "the ledger could not commit");
        } else if let Err(error) = tell(&connection, &account, touched, changes, now()) {
            tracing::warn!(%error, "a change could not be told to the event streams");
        }
        for job in batch {
            job.answer(commit);
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
fn is_full(error: &LedgerError) -> bool {
    matches!(error, LedgerError::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull))
}

fn commit(
    transaction: Transaction<'_>,
    account: &Account,
    batch: &mut [Box<dyn Job>],
    touched: &mut Touched,
) -> Result<()> {
    for job in batch {
        transaction.execute_batch("SAVEPOINT job")?;
        let mut own = Touched::default();
        if job.run(&mut Writing { connection: &transaction, account, touched: &mut own }) {
            transaction.execute_batch("RELEASE job")?;
            touched.runs.extend(own.runs);
            touched.money |= own.money;
            touched.words_deleted |= own.words_deleted;
        } else {
            transaction.execute_batch("ROLLBACK TO job; RELEASE job")?;
        }
    }
    transaction.commit().map_err(LedgerError::from)
}

fn tell(
    connection: &Connection,
    account: &Account,
    touched: Touched,
    changes: &broadcast::Sender<Change>,
    now: Timestamp,
) -> Result<()> {
    // Nobody listening is no failure.
    let send = |change| drop(changes.send(change));
    let reading = Reading { connection };
    let ids: BTreeSet<RunId> = touched.runs.into_iter().collect();
    let mut runs = Vec::new();
    for id in ids {
        runs.extend(reading.change_of(id)?);
    }
    // Event ids must not go backwards: whoever comes back asks for what is after the last one.
    runs.sort_by_key(|(revision, _)| *revision);
    for (_, change) in runs {
        send(change);
    }
    if touched.money {
        send(Change::spend(&reading.spend(account, now)?));
    }
    Ok(())
}
