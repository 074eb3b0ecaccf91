//! The store as async code sees it.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use imagen4_engine::Env;
use tokio::sync::{broadcast, oneshot};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::sql::sqlite::SqliteConnection;
use super::sql::{Committed, SqlConnection};
use super::writer::{WriteRequest, work};
use super::{Account, ReadTx, Replica, Result, StoreError, StoreEvent, SyncStore, WriteTx};

/// Events that a slow stream may fall behind before it has to read the store again.
const EVENTS_KEPT: usize = 1024;

/// A handle on the store. Cheap to clone; the writer ends with the last one.
#[derive(Clone, Debug)]
pub struct Store {
    requests: Sender<Box<dyn WriteRequest>>,
    events: broadcast::Sender<StoreEvent>,
    readers: Arc<Readers>,
    account: Account,
    failed: CancellationToken,
    ended: CancellationToken,
}

#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Box<dyn SqlConnection>>>,
}

impl Store {
    /// Opens the store's file, brings it to this build's version and starts the writer.
    ///
    /// # Errors
    /// When the file cannot be used, or was written by a newer build.
    pub fn open(path: &Path, account: Account, env: &Env) -> Result<Self> {
        let clock = env.clone();
        let mut store = SyncStore::open(path, account, Arc::new(move || clock.now()))?;
        store.set_replica(Replica::alone(env.random()));
        Self::start(store, path, env)
    }

    /// Gives an opened store to a writer thread of its own; `path` is where readers find it.
    ///
    /// # Errors
    /// When the machine has no thread left.
    pub fn start(store: SyncStore, path: &Path, env: &Env) -> Result<Self> {
        let SyncStore { sql, account, replica } = store;
        let (requests, waiting) = channel();
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let failed = CancellationToken::new();
        let ended = CancellationToken::new();
        let writer = {
            let (account, events, env) = (account.clone(), events.clone(), env.clone());
            let (failed, ended) = (failed.clone(), ended.clone());
            move || {
                if !work(&*sql, &account, &replica, &waiting, &events, || env.now()) {
                    failed.cancel();
                }
                // Whoever waits for the end finds the file closed.
                drop(sql);
                ended.cancel();
            }
        };
        thread::Builder::new()
            .name("store".to_owned())
            .spawn(writer)
            .map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let readers = Arc::new(Readers { path: path.to_owned(), idle: Mutex::default() });
        Ok(Self { requests, events, readers, account, failed, ended })
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
    pub fn publish_config(&self) {
        drop(self.events.send(StoreEvent::Config));
    }

    /// Everything that changes from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<StoreEvent> {
        self.events.subscribe()
    }

    /// Runs an operation in a transaction. When this returns `Ok` it is on disk; dropping the future does not stop it.
    ///
    /// # Errors
    /// The operation's own, which undoes it, or the commit's.
    pub async fn write<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let request = PendingWrite { operation: Some(operation), outcome: None, reply };
        self.requests.send(Box::new(request)).map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs a reading operation beside the writer.
    ///
    /// # Errors
    /// The operation's own.
    pub async fn read<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&ReadTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let readers = self.readers.clone();
        let task = spawn_blocking(move || {
            let sql = readers.take()?;
            let outcome = operation(&ReadTx { sql: &*sql });
            readers.put(sql);
            outcome
        });
        task.await.map_err(|_| StoreError::Closed)?
    }
}

impl Readers {
    fn take(&self) -> Result<Box<dyn SqlConnection>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Ok(Box::new(SqliteConnection::reader(&self.path)?) as Box<_>), Ok)
    }

    fn put(&self, sql: Box<dyn SqlConnection>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < 4 {
            idle.push(sql);
        }
    }
}

struct PendingWrite<T, F> {
    operation: Option<F>,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnOnce(&mut WriteTx<'_>) -> Result<T> + Send> WriteRequest for PendingWrite<T, F> {
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool {
        self.outcome = self.operation.take().map(|operation| operation(tx));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, committed: Committed) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(error)), _) => Err(error),
            (Some(outcome), Committed::Yes) => outcome,
            (_, Committed::No) => Err(StoreError::NotTaken),
            _ => Err(StoreError::Closed),
        };
        // Whoever asked may be gone; what was written stays.
        drop(self.reply.send(outcome));
    }
}
