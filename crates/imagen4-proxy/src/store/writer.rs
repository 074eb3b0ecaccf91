//! The thread that owns the writing connection. Requests that wait at the same time share one transaction, and so one flush.

use std::collections::BTreeSet;
use std::sync::mpsc::Receiver;

use imagen4_core::{RunId, Timestamp};
use tokio::sync::broadcast;

use super::sql::{Committed, SqlConnection};
use super::tx::TxChanges;
use super::{Account, ReadTx, Replica, Result, StoreEvent, WriteTx};

/// Most requests in one transaction: a crowd's first answer should not wait for its last.
const MOST_REQUESTS: usize = 256;

/// An operation that waits for its turn, and then for the commit.
pub(super) trait WriteRequest: Send {
    /// Does it. An error undoes this request alone.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Answers whoever asked.
    fn answer(self: Box<Self>, committed: Committed);
}

/// Works requests off until every sender is gone, or until a commit fails (`false` then): what a flush did not take, another flush
/// may only seem to take. A full disk is another matter: the transaction is undone, and everything is as before.
pub(super) fn work(
    sql: &dyn SqlConnection,
    account: &Account,
    replica: &Replica,
    requests: &Receiver<Box<dyn WriteRequest>>,
    events: &broadcast::Sender<StoreEvent>,
    now: impl Fn() -> Timestamp,
) -> bool {
    while let Ok(first) = requests.recv() {
        let mut batch = vec![first];
        batch.extend(requests.try_iter().take(MOST_REQUESTS - 1));
        let tx = match WriteTx::begin(sql, account, replica) {
            Ok(tx) => tx,
            Err(error) => {
                // Somebody else has the file, a backup perhaps. Nothing was written, so nothing is in doubt.
                tracing::error!(%error, "the database is busy");
                batch.into_iter().for_each(|request| request.answer(Committed::No));
                continue;
            }
        };
        let (committed, changes) = run_all(tx, &mut batch);
        let erased = changes.erased;
        if committed == Committed::Yes
            && let Err(error) = publish(sql, account, changes, events, now())
        {
            tracing::warn!(%error, "a change could not be told to the event streams");
        }
        for request in batch {
            request.answer(committed);
        }
        match committed {
            Committed::Unknown => return false,
            Committed::Yes if erased => sql.erase_deleted(),
            _ => {}
        }
    }
    true
}

fn run_all(mut tx: WriteTx<'_>, batch: &mut [Box<dyn WriteRequest>]) -> (Committed, TxChanges) {
    for request in batch {
        if let Err(error) = tx.nested(|tx| request.run(tx)) {
            tracing::error!(%error, "the database failed");
            let committed = tx.sql.after_failure(&error);
            tx.rollback();
            return (committed, TxChanges::default());
        }
    }
    tx.commit()
}

fn publish(
    sql: &dyn SqlConnection,
    account: &Account,
    changes: TxChanges,
    events: &broadcast::Sender<StoreEvent>,
    now: Timestamp,
) -> Result<()> {
    // Nobody listening is no failure.
    let send = |change| drop(events.send(change));
    let tx = ReadTx { sql };
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
