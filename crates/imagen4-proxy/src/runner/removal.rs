//! Removing the images of deleted runs.

use std::time::Duration;

use imagen4_core::RunId;

use super::Runner;
use crate::store::Result;

/// What could not be removed is tried again after this long.
const AGAIN: Duration = Duration::from_secs(600);

impl Runner {
    /// Removes the images of runs that were deleted. What does not succeed is tried again later.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_images(&self, runs: Vec<RunId>) -> Result<()> {
        let mut removed = Vec::new();
        for run in runs {
            // What is left stands in the table.
            if self.shared.stop.is_cancelled() {
                break;
            }
            match self.shared.effects.pictures.remove(run).await {
                Ok(()) => removed.push(run),
                Err(error) => {
                    tracing::warn!(%run, %error, "the images of a deleted run could not be removed yet");
                }
            }
        }
        if removed.is_empty() {
            return Ok(());
        }
        self.shared.store.write(move |tx| tx.images_removed(&removed)).await
    }

    /// Removes what an earlier process did not come to, and what did not succeed.
    pub(super) async fn keep_removing(self) {
        loop {
            if self.is_leader() {
                let removed =
                    async { self.remove_images(self.shared.store.read(|tx| tx.images_to_remove()).await?).await };
                if let Err(error) = removed.await {
                    tracing::warn!(%error, "the images of deleted runs could not be looked up");
                }
            }
            if !self.sleep_or_stop(AGAIN).await {
                return;
            }
        }
    }
}
