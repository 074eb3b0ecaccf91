//! The thread that owns the writing connection. Requests that wait at the same time share one transaction, and so one flush.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::sql::{Committed, SqlConnection};
use super::{StoreError, SyncStore, WriteTx};

/// Most requests in one transaction: a crowd's first answer should not wait for its last.
const MOST_REQUESTS: usize = 256;

/// So often a database is asked what became of a transaction.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// An operation that waits for its turn, and then for the commit.
pub(super) trait WriteRequest: Send {
    /// Does it. An error undoes this request alone.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Answers whoever asked.
    fn answer(self: Box<Self>, committed: Committed);
    /// Says why it was not done.
    fn refuse(self: Box<Self>, why: &StoreError);
}

/// Works requests off until every sender is gone, or until a commit fails (`false` then): what a flush did not take, another flush
/// may only seem to take. A full disk is another matter: the transaction is undone, and everything is as before. `wrote` is told of
/// each commit, with the last revision in it, before whoever asked.
pub(super) fn work(store: SyncStore, requests: &Receiver<Box<dyn WriteRequest>>, wrote: impl Fn(u64)) -> bool {
    let SyncStore { sql, account, replica } = store;
    let (mut latest, mut is_down) = (0, false);
    while let Ok(first) = requests.recv() {
        let mut batch = vec![first];
        batch.extend(requests.try_iter().take(MOST_REQUESTS - 1));
        let mut tx = match WriteTx::begin(&*sql, &account, &replica) {
            Ok(tx) => {
                is_down = false;
                tx
            }
            Err(error) => {
                // Somebody else has the file, or the server is gone. Nothing was written, so nothing is in doubt.
                if !std::mem::replace(&mut is_down, true) {
                    tracing::error!(%error, "the database cannot be written");
                }
                batch.into_iter().for_each(|request| request.refuse(&error));
                continue;
            }
        };
        if tx.row.revision < latest {
            tracing::error!("the database is older than it was: it was replaced while it was in use");
            tx.rollback();
            batch.into_iter().for_each(|request| request.answer(Committed::No));
            return false;
        }
        let (committed, revision, has_erased) = (run_all(&mut tx, &mut batch), tx.row.revision, tx.has_erased);
        let committed = if committed == Committed::Later { settle(&*sql, requests) } else { committed };
        if committed == Committed::Yes {
            latest = revision;
            wrote(revision);
        }
        for request in batch {
            request.answer(committed);
        }
        match committed {
            Committed::Later | Committed::Unknown => return false,
            Committed::Yes if has_erased => sql.erase_deleted(),
            _ => {}
        }
    }
    true
}

/// Waits until the database says what became of a transaction. Meanwhile nothing else is written, and whoever asks is told so.
fn settle(sql: &dyn SqlConnection, requests: &Receiver<Box<dyn WriteRequest>>) -> Committed {
    let why = StoreError::Unavailable("it does not say what became of the last transaction".into());
    loop {
        match requests.recv_timeout(ASK_AGAIN) {
            Ok(request) => request.refuse(&why),
            Err(RecvTimeoutError::Timeout) => {}
            // Nobody is left to be told; the next start reads what there is.
            Err(RecvTimeoutError::Disconnected) => return Committed::Unknown,
        }
        match sql.settled() {
            Committed::Later => {}
            settled => return settled,
        }
    }
}

fn run_all(tx: &mut WriteTx<'_>, batch: &mut [Box<dyn WriteRequest>]) -> Committed {
    for request in batch {
        if let Err(error) = tx.nested(|tx| request.run(tx)) {
            tracing::error!(%error, "the database failed");
            let committed = tx.sql.after_failure(&error);
            tx.rollback();
            return committed;
        }
    }
    tx.commit()
}
