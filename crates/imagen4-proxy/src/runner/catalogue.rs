//! Keeping the list of models: asked for at the start, and every hour.

use std::time::Duration;

use tokio::sync::oneshot;

use super::{FIRST_LOOK, Runner};
use crate::models::RefreshError;

/// The list is asked for again after an hour.
const EVERY: Duration = Duration::from_secs(3_600);
/// What was not told is asked for again after this long.
const AGAIN: Duration = Duration::from_secs(60);

impl Runner {
    /// Asks for the vendor's models again and says so to every page.
    ///
    /// # Errors
    /// When its list was not taken over; what was known before still counts.
    pub async fn refresh_models(&self) -> Result<(), RefreshError> {
        let outcome = self.shared.effects.models.refresh().await;
        match &outcome {
            Ok(()) => self.shared.store.publish_config(),
            Err(error) => tracing::warn!("{error}"),
        }
        outcome
    }

    /// Asks for the models, and goes on asking for as long as the process lives. A vendor that is slow does not keep the page waiting
    /// for long.
    pub(super) async fn know_models(&self) {
        let (asked, first) = oneshot::channel();
        self.shared.tasks.spawn(self.clone().keep_models(asked));
        drop(tokio::time::timeout(FIRST_LOOK, first).await);
    }

    async fn keep_models(self, asked: oneshot::Sender<()>) {
        let mut asked = Some(asked);
        loop {
            let is_told = tokio::select! {
                outcome = self.refresh_models() => outcome.is_ok(),
                () = self.shared.stop.cancelled() => return,
            };
            // Whoever waited may have gone on already.
            asked.take().map(|asked| asked.send(()));
            if !self.sleep_or_stop(if is_told { EVERY } else { AGAIN }).await {
                return;
            }
        }
    }
}
