//! What happened since, read from the database by revision: every process tells its streams the same, whoever wrote it.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use imagen4_core::{Run, RunId, Timestamp};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::recent::RecentRuns;
use super::sql::SqlConnection;
use super::tx::AccountRow;
use super::{Account, ReadTx, Result, StoreEvent};

/// It looks again after this long, whatever it was told: a message may be lost.
const PATIENCE: Duration = Duration::from_secs(1);
/// Changes that are read in one go.
const PAGE: usize = 200;

/// One run that changed.
pub(super) struct ChangedRun {
    pub(super) id: RunId,
    pub(super) person: Arc<str>,
    pub(super) revision: u64,
    /// What it is now; `None` when it was deleted.
    pub(super) run: Option<Arc<Run>>,
}

/// Tells event streams and memory what was committed.
pub(super) struct Feed {
    sql: Box<dyn SqlConnection>,
    account: Account,
    events: broadcast::Sender<StoreEvent>,
    recent: Arc<RecentRuns>,
    now: Box<dyn Fn() -> Timestamp + Send>,
    seen: Option<Seen>,
}

/// How far it is.
#[derive(Clone)]
struct Seen {
    revision: u64,
    backoff: Backoff,
    day: String,
    spend: Option<Arc<str>>,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Feed")
    }
}

impl Feed {
    pub(super) fn new(
        sql: Box<dyn SqlConnection>,
        account: Account,
        events: broadcast::Sender<StoreEvent>,
        recent: Arc<RecentRuns>,
        now: impl Fn() -> Timestamp + Send + 'static,
    ) -> Self {
        Self { sql, account, events, recent, now: Box::new(now), seen: None }
    }

    /// Follows the database until it is stopped.
    pub(super) fn follow(mut self, changed: &Receiver<()>, stopped: &CancellationToken) {
        let mut has_failed = false;
        while !stopped.is_cancelled() {
            match self.catch_up() {
                Ok(()) => has_failed = false,
                Err(error) if !has_failed => {
                    has_failed = true;
                    tracing::warn!(%error, "the changes of the database could not be read; trying again");
                }
                Err(_) => {}
            }
            if changed.recv_timeout(PATIENCE).is_ok() {
                // One look is as good as many.
                while changed.try_recv().is_ok() {}
            }
        }
    }

    /// Tells everything that was committed since the last time.
    pub(super) fn catch_up(&mut self) -> Result<()> {
        let (began, tx) = (Instant::now(), ReadTx { sql: &*self.sql });
        let AccountRow { revision: latest, backoff, .. } = AccountRow::read(&*self.sql)?;
        let now = (self.now)();
        let day = self.account.day_of(now);
        let mut seen = match self.seen.clone() {
            Some(seen) => seen,
            None => {
                for change in tx.unfinished()? {
                    self.remember(&change);
                }
                Seen { revision: latest, backoff, day: day.clone(), spend: None }
            }
        };
        // A new day has a budget of its own.
        let mut has_changed = seen.day != day;
        seen.day = day;
        // A database that has fewer than before was replaced; the writer ends the process.
        while seen.revision < latest {
            let changes = tx.changes_since(seen.revision, PAGE)?;
            let Some(last) = changes.last() else { break };
            seen.revision = last.revision;
            has_changed = true;
            for change in &changes {
                self.remember(change);
                if self.events.receiver_count() > 0 {
                    drop(self.events.send(change.event()));
                }
            }
        }
        if self.events.receiver_count() == 0 {
            // Whoever comes next is told by the database.
            seen.spend = None;
        } else if has_changed {
            let spend = StoreEvent::spend(&tx.spend(&self.account, now)?);
            if let StoreEvent::Spend(json) = &spend
                && seen.spend.as_ref() != Some(json)
            {
                seen.spend = Some(json.clone());
                drop(self.events.send(spend));
            }
        }
        if std::mem::replace(&mut seen.backoff, backoff) != backoff {
            drop(self.events.send(StoreEvent::Config));
        }
        self.recent.confirm(latest, began);
        self.seen = Some(seen);
        Ok(())
    }

    fn remember(&self, change: &ChangedRun) {
        match &change.run {
            Some(run) => self.recent.put(&change.person, run),
            None => self.recent.remove(change.id),
        }
    }
}

impl ChangedRun {
    fn event(&self) -> StoreEvent {
        match &self.run {
            Some(run) => StoreEvent::run_at(self.revision, &self.person, run),
            None => StoreEvent::deleted(&self.person, self.id, self.revision),
        }
    }
}
