//! The store as async code sees it.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Instant;

use imagen4_core::{Run, RunId};
use imagen4_engine::Env;
use tokio::sync::{broadcast, oneshot};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::feed::Feed;
use super::readers::Readers;
use super::recent::RecentRuns;
use super::sql::Committed;
use super::writer::{WriteRequest, work};
use super::{Account, Database, ReadTx, Replica, Result, StoreError, StoreEvent, SyncStore, WriteTx};

/// Events that a slow stream may fall behind before it has to read the store again.
const EVENTS_KEPT: usize = 1024;

/// A handle on the store. Cheap to clone; the writer ends with the last one.
#[derive(Clone, Debug)]
pub struct Store {
    requests: Sender<Box<dyn WriteRequest>>,
    events: broadcast::Sender<StoreEvent>,
    readers: Arc<Readers>,
    recent: Arc<RecentRuns>,
    account: Account,
    is_shared: bool,
    failed: CancellationToken,
    ended: CancellationToken,
}

impl Store {
    /// Opens a database, brings it to this build's version and starts its writer and its feed. It waits for the database: not on a
    /// thread that others wait for.
    ///
    /// # Errors
    /// When the database cannot be used, or was written by a newer build.
    pub fn open(database: Database, account: Account, replica: Replica, env: &Env) -> Result<Self> {
        let clock = env.clone();
        // A test whose hours are short has the database in the same time.
        let store = database.open_in(account, replica, Arc::new(move || clock.now()), !env.is_system())?;
        Self::start(store, database, env)
    }

    fn start(store: SyncStore, database: Database, env: &Env) -> Result<Self> {
        let account = store.account().clone();
        let (requests, waiting) = channel();
        let (changed, changes) = channel();
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let (failed, stopped, ended) = (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
        let recent = Arc::new(RecentRuns::default());
        database.listen(changed.clone())?;
        let clock = env.clone();
        let feed = Feed::new(database.reader()?, account.clone(), events.clone(), recent.clone(), move || clock.now());
        let stop = stopped.clone();
        let feed = spawn("feed", move || feed.follow(&changes, &stop))?;
        let writer = {
            let (recent, failed, ended) = (recent.clone(), failed.clone(), ended.clone());
            move || {
                let wrote = |revision| {
                    recent.wrote(revision);
                    // A feed that has ended is told nothing.
                    _ = changed.send(());
                };
                // Whatever ends this thread, nothing is written any more.
                let (failure, _stop) = (failed.drop_guard(), stopped.clone().drop_guard());
                if work(store, &waiting, wrote) {
                    failure.disarm();
                } else {
                    drop(failure);
                }
                // Whoever waits for the end finds the file closed.
                stopped.cancel();
                _ = changed.send(());
                drop(feed.join());
                ended.cancel();
            }
        };
        spawn("store", writer)?;
        let is_shared = database.is_shared();
        let readers = Arc::new(Readers::of(database));
        Ok(Self { requests, events, readers, recent, account, is_shared, failed, ended })
    }

    /// Whose money it is.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Has the process end: the database is not what it was.
    pub fn fail(&self) {
        self.failed.cancel();
    }

    /// Whether other processes may use the database.
    pub const fn is_shared(&self) -> bool {
        self.is_shared
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
        let place = self.readers.place().await?;
        let readers = self.readers.clone();
        // Whoever asked may go away; the place is taken until the database has answered.
        let task = spawn_blocking(move || {
            let _place = place;
            readers.read(operation)
        });
        task.await.map_err(|_| StoreError::Closed)?
    }

    /// A run, if it is there and belongs to `person`: from memory where that is as good.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn run(&self, person: &'static str, id: RunId) -> Result<Option<Arc<Run>>> {
        match self.recent.get(person, id, Instant::now()) {
            Some(run) => Ok(Some(run)),
            None => Ok(self.read(move |tx| tx.run(person, id)).await?.map(Arc::new)),
        }
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|error| StoreError::Unreadable(error.to_string()))
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

    fn refuse(self: Box<Self>, why: &StoreError) {
        drop(self.reply.send(Err(StoreError::Unavailable(why.to_string().into()))));
    }
}
