//! What is known of the vendor's account: its credit, and what it made that no run here explains.

use std::time::Duration;

use imagen4_client::ApiError;
use imagen4_core::api::{AccountInfo, Unexplained};
use imagen4_core::{MicroUsd, RunEvent, RunId};
use imagen4_engine::RETENTION_MS;

use tokio::sync::oneshot;

use super::effects::{Bills, Effects, Window};
use super::orphans::OrphanPredictions;
use super::{Runner, steps};
use crate::store::{Result, RunRecord, StoreError, TransitionDetails, WriteTx};

/// The balance is asked for again at most so often, and only when money moved.
const BALANCE_EVERY: Duration = Duration::from_secs(60);
/// What did not answer at the start is asked again after this long.
const AGAIN: Duration = Duration::from_secs(120);

/// The account as it was last seen.
#[derive(Debug, Default)]
pub(super) struct AccountCache {
    info: AccountInfo,
    strays: OrphanPredictions,
}

/// What became of an adoption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// It is a run now.
    New(RunId),
    /// It was one before.
    Before(RunId),
    /// The vendor's list did not show it.
    NotThere,
}

/// What became of a person's choice among several predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The run has that prediction now.
    Found,
    /// Another run has it.
    Taken,
    /// The vendor does not know it.
    NotThere,
    /// The vendor did not answer.
    NotNow,
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

    /// Makes a run of a prediction that no run explains, and sees it through.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn adopt(&self, prediction: &str, person: &str) -> Result<Adopted> {
        let (upstream, id) = (self.upstream().to_owned(), prediction.to_owned());
        if let Some(run) = self.shared.store.read(move |tx| tx.explains(&upstream, &id)).await? {
            return Ok(Adopted::Before(run));
        }
        // What a lost run may be is not to be taken in: its money would be counted twice.
        let is_offered = self.unexplained().await?.predictions.iter().any(|offered| offered.id == prediction);
        let stray = self.seen().strays.find(prediction).filter(|_| is_offered).cloned();
        let Some(stray) = stray else { return Ok(Adopted::NotThere) };
        let id = RunId::from_bits(self.shared.env.random());
        let adoption = stray.adoption(id, person, &self.shared.effects.models.catalogue());
        let taken = self.take_up(move |tx| {
            let run = tx.adopt(&adoption)?;
            Ok((run, (run == id).then_some(run)))
        });
        let run = taken.await?;
        Ok(if run == id { Adopted::New(run) } else { Adopted::Before(run) })
    }

    /// A person says which prediction a run is whose answer was lost.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn choose(&self, run: RunId, prediction: &str) -> Result<Chosen> {
        let prediction = match self.shared.effects.result(prediction).await {
            Ok(prediction) => prediction,
            Err(ApiError::Refused { status: 404, .. } | ApiError::Unreadable(_)) => return Ok(Chosen::NotThere),
            Err(_) => return Ok(Chosen::NotNow),
        };
        let upstream = self.upstream().to_owned();
        let found = self.take_up(move |tx| {
            if tx.read_tx().explains(&upstream, &prediction.id)?.is_some() {
                return Ok((false, None));
            }
            let facts = TransitionDetails { prediction: Some(prediction), ..TransitionDetails::default() };
            let is_found = tx.transition(run, RunEvent::Found, facts, tx.now())?.is_some();
            Ok((is_found, is_found.then_some(run)))
        });
        Ok(if found.await? { Chosen::Found } else { Chosen::Taken })
    }

    /// Writes down that the vendor has a run, and follows it from there: both or neither, also when whoever asked is gone meanwhile.
    ///
    /// # Errors
    /// When the store fails.
    async fn take_up<T: Send + 'static>(
        &self,
        found: impl FnOnce(&mut WriteTx<'_>) -> Result<(T, Option<RunId>)> + Send + 'static,
    ) -> Result<T> {
        let (runner, at) = (self.clone(), self.now());
        let task = self.shared.tasks.spawn(async move {
            let written = runner.shared.store.write(move |tx| {
                let (told, run) = found(tx)?;
                let record = run.map(|run| tx.read_tx().record(run)).transpose()?.flatten();
                let Some(record) = record else { return Ok((told, Vec::new())) };
                let attempt = tx.follow(record.id)?;
                Ok((told, steps::resume(&tx.read_tx(), &[RunRecord { attempt, ..record }], at)?))
            });
            let (told, steps) = written.await?;
            steps.into_iter().for_each(|step| runner.spawn_run(step));
            Ok(told)
        });
        task.await.map_err(|_| StoreError::Closed)?
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
            if !is_whole {
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
