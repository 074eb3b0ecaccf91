//! What is known of the vendor's account: its credit, and what it made that no run here explains.

use std::time::Duration;

use imagen4_client::ApiError;
use imagen4_core::MicroUsd;
use imagen4_core::api::{AccountInfo, Unexplained};
use imagen4_engine::RETENTION_MS;

use tokio::sync::oneshot;

use super::Runner;
use super::effects::{Bills, Effects, Window};
use super::orphans::OrphanPredictions;
use crate::store::Result;

/// The balance is asked for again at most so often, and only when money moved.
const BALANCE_EVERY: Duration = Duration::from_secs(60);
/// The list is asked for again this often: the vendor deletes after seven days what nobody imports.
const STRAYS_EVERY: Duration = Duration::from_secs(3600);
/// What did not answer at the start is asked again after this long.
const AGAIN: Duration = Duration::from_secs(120);

/// The account as it was last seen.
#[derive(Debug, Default)]
pub(super) struct AccountCache {
    info: AccountInfo,
    pub(super) strays: OrphanPredictions,
}

impl Runner {
    /// What is known of the account.
    pub fn account(&self) -> AccountInfo {
        self.seen().info.clone()
    }

    /// Predictions at the vendor that no run explains.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unexplained(&self) -> Result<Unexplained> {
        let (strays, upstream) = (self.seen().strays.clone(), self.upstream().to_owned());
        let models = self.shared.effects.models.catalogue();
        self.shared.store.read(move |tx| strays.unexplained(tx, &upstream, &models)).await
    }

    /// Asks for credit and the list; whether both of them answered.
    pub(super) async fn look_at_account(&self) -> bool {
        let balance = self.shared.effects.client.balance().await;
        let strays = self.strays().await;
        let is_whole = balance.is_ok() && strays.is_some();
        self.note_balance(balance);
        let mut seen = self.seen_mut();
        if let Some(strays) = strays {
            seen.strays = strays;
        }
        drop(seen);
        self.shared.store.publish_config();
        is_whole
    }

    /// Looks at the account, says so, and goes on looking for as long as the process lives.
    pub(super) async fn keep_account(self, looked: oneshot::Sender<()>) {
        let mut is_whole = tokio::select! {
            is_whole = self.look_at_account() => is_whole,
            () = self.shared.stop.cancelled() => return,
        };
        // Whoever waited may have gone on already.
        _ = looked.send(());
        let mut spent = None;
        loop {
            if !self.sleep_or_stop(if is_whole { BALANCE_EVERY } else { AGAIN }).await {
                return;
            }
            // What was found to be unexplained, and when, was seen whole, or it would be asked for again anyway.
            if !is_whole || self.seen().strays.is_older_than(STRAYS_EVERY, self.now()) {
                is_whole = self.look_at_account().await;
                continue;
            }
            let upstream = self.upstream().to_owned();
            let money = self.shared.store.read(move |tx| tx.money_in_all(&upstream)).await.ok();
            if money != spent || self.account().key_refused {
                spent = money;
                self.note_balance(self.shared.effects.client.balance().await);
                self.shared.store.publish_config();
            }
        }
    }

    fn note_balance(&self, balance: std::result::Result<MicroUsd, ApiError>) {
        let now = self.now();
        let info = &mut self.seen_mut().info;
        match balance {
            Ok(balance) => {
                *info = AccountInfo { balance_microusd: Some(balance), asked_at: Some(now), key_refused: false };
            }
            Err(ApiError::Refused { status: 401 | 403, .. }) => {
                if !info.key_refused {
                    tracing::warn!("WaveSpeed does not accept the key");
                }
                info.key_refused = true;
            }
            Err(error) => tracing::debug!(%error, "the WaveSpeed balance is not known"),
        }
    }

    async fn strays(&self) -> Option<OrphanPredictions> {
        let now = self.now();
        // A day more, because clocks differ; the vendor keeps less than that.
        let window = Window { from: now - RETENTION_MS, to: now + 24 * 3_600_000 };
        let predictions = self.shared.effects.list(Some(window)).await.ok()?;
        let bills = self.shared.effects.bills(&Bills::In(window)).await.unwrap_or_default();
        Some(OrphanPredictions::of(predictions, &bills, now))
    }
}
