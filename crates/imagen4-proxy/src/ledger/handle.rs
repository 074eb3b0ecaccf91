//! The ledger as async code sees it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use imagen4_engine::Ambient;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{broadcast, oneshot};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::writer::{Commit, Job, work};
use super::{Account, Book, Change, LedgerError, Reading, Result, Writing};

/// Changes that a slow event stream may fall behind before it has to read the ledger again.
const CHANGES_KEPT: usize = 1024;

/// A handle on the ledger. Cheap to clone; the writer ends with the last one.
#[derive(Clone, Debug)]
pub struct Ledger {
    jobs: Sender<Box<dyn Job>>,
    changes: broadcast::Sender<Change>,
    readers: Arc<Readers>,
    account: Account,
    failed: CancellationToken,
    ended: CancellationToken,
}

#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Ledger {
    /// Opens the ledger's file, brings it to this build's version and starts the writer.
    ///
    /// # Errors
    /// When the file cannot be used, or was written by a newer build.
    pub fn open(path: &Path, account: Account, ambient: &Ambient) -> Result<Self> {
        Self::start(Book::open(path, account)?, path, ambient)
    }

    /// Gives an opened book to a writer thread of its own; `path` is where readers find it.
    ///
    /// # Errors
    /// When the machine has no thread left.
    pub fn start(book: Book, path: &Path, ambient: &Ambient) -> Result<Self> {
        let Book { connection, account } = book;
        let (jobs, waiting) = channel();
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let (its_account, its_changes, its_ambient) = (account.clone(), changes.clone(), ambient.clone());
        let failed = CancellationToken::new();
        let ended = CancellationToken::new();
        let (its_failed, its_ended) = (failed.clone(), ended.clone());
        thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || {
                if !work(connection, its_account, &waiting, &its_changes, || its_ambient.now()) {
                    its_failed.cancel();
                }
                its_ended.cancel();
            })
            .map_err(|error| LedgerError::Unreadable(error.to_string()))?;
        let readers = Arc::new(Readers { path: path.to_owned(), idle: Mutex::default() });
        Ok(Self { jobs, changes, readers, account, failed, ended })
    }

    /// Whose money it is.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Ends when a commit failed in a way that leaves in doubt what is on disk. Nothing more is written then: the process is to
    /// end, and the next one reads what there is.
    pub async fn failed(&self) {
        self.failed.cancelled().await;
    }

    /// Gives this handle up, and waits until the file is closed: until all the other handles are given up as well.
    pub async fn closed(self) {
        let ended = self.ended.clone();
        drop(self);
        ended.cancelled().await;
    }

    /// Tells the event streams that prices, limits or the vendor's account changed.
    pub fn tell_config(&self) {
        drop(self.changes.send(Change::Config));
    }

    /// Everything that changes from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Runs an operation in a transaction. When this returns `Ok` it is on disk; dropping the future does not stop it.
    ///
    /// # Errors
    /// The operation's own, which undoes it, or the commit's.
    pub async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut Writing<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job = Operation { operation: Some(operation), outcome: None, reply };
        self.jobs.send(Box::new(job)).map_err(|_| LedgerError::Closed)?;
        answer.await.map_err(|_| LedgerError::Closed)?
    }

    /// Runs a reading operation beside the writer.
    ///
    /// # Errors
    /// The operation's own.
    pub async fn read<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Reading<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let readers = self.readers.clone();
        let task = spawn_blocking(move || {
            let connection = readers.take()?;
            let outcome = operation(&Reading { connection: &connection });
            readers.put(connection);
            outcome
        });
        task.await.map_err(|_| LedgerError::Closed)?
    }
}

impl Readers {
    fn take(&self) -> Result<Connection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(
            || {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(&self.path, flags)?;
                connection.busy_timeout(std::time::Duration::from_secs(5))?;
                Ok(connection)
            },
            Ok,
        )
    }

    fn put(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < 4 {
            idle.push(connection);
        }
    }
}

struct Operation<T, F> {
    operation: Option<F>,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnOnce(&mut Writing<'_>) -> Result<T> + Send> Job for Operation<T, F> {
    fn run(&mut self, writing: &mut Writing<'_>) -> bool {
        self.outcome = self.operation.take().map(|operation| operation(writing));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, commit: Commit) {
        let outcome = match (self.outcome, commit) {
            (Some(Err(error)), _) => Err(error),
            (Some(outcome), Commit::Done) => outcome,
            (_, Commit::NotTaken) => Err(LedgerError::NotTaken),
            _ => Err(LedgerError::Closed),
        };
        // Whoever asked may be gone; what was written stays.
        drop(self.reply.send(outcome));
    }
}
