//! Saying that this process is there, and taking over from those that are not any more.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Runner;
use super::steps::{self, problems};
use crate::store::{Disagreement, Members, Result};

/// So often a process says that it is there: five times in a lease.
const HEARTBEAT: Duration = Duration::from_secs(3);

impl Runner {
    /// Says that this process is there, and goes on with what nobody follows any more.
    pub(super) async fn take_over(&self) -> Result<()> {
        let (at, settings) = (self.now(), self.shared.settings.clone());
        let taken = self.shared.store.write(move |tx| {
            // Who was away for longer than a lease asks again whether it may work here.
            if tx.has_lapsed()? {
                if tx.is_left_behind()? {
                    return Ok(Err("the store was moved elsewhere meanwhile; this replica ends".to_owned()));
                }
                if let Some(Disagreement { setting, .. }) = tx.join(&settings)? {
                    return Ok(Err(format!("other replicas began to work with another {setting}; this one ends")));
                }
            }
            let runs = tx.take_over(&problems::lost(problems::UnknownReason::Restart))?;
            Ok(Ok((steps::resume(&tx.read_tx(), &runs, at)?, tx.members()?)))
        });
        let (steps, Members { live, is_leader }) = match taken.await? {
            Ok(taken) => taken,
            Err(why) => {
                tracing::error!("{why}");
                self.shared.store.fail();
                return Ok(());
            }
        };
        if !steps.is_empty() {
            tracing::info!(runs = steps.len(), "going on with runs that nobody follows");
        }
        steps.into_iter().for_each(|step| self.spawn_run(step));
        self.shared.rate.share_with(live);
        self.shared.is_leader.store(is_leader, Ordering::Relaxed);
        // Whoever is gone may have left something in the queue.
        if self.shared.live.swap(live, Ordering::Relaxed) > live {
            self.notify();
        }
        Ok(())
    }

    /// Goes on saying so for as long as the process works.
    pub(super) async fn keep_lease(self) {
        while self.sleep_or_stop(HEARTBEAT).await {
            if let Err(error) = self.take_over().await {
                tracing::warn!(%error, "the lease could not be renewed");
            }
        }
    }

    /// Says that this process is there while it ends: what it sent is still being written down. The rest is for others.
    pub(super) async fn stay_until(&self, ended: impl Future<Output = ()>) {
        let staying = async {
            loop {
                if self.shared.store.is_shared()
                    && let Err(error) = self.shared.store.write(|tx| tx.hand_over()).await
                {
                    tracing::warn!(%error, "the lease could not be renewed");
                }
                self.shared.env.sleep(HEARTBEAT).await;
            }
        };
        tokio::select! {
            () = ended => {}
            () = staying => {}
        }
    }

    /// Whether this process does what one of all has to do.
    pub(super) fn is_leader(&self) -> bool {
        self.shared.is_leader.load(Ordering::Relaxed)
    }
}
