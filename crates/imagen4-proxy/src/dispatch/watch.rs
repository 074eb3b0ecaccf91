//! Watching: one poller for each prediction, however many people look.

use std::time::Duration;

use imagen4_core::RunEvent;

use super::verdict::{Poll, of_poll};
use super::{Dispatcher, Watched, expired};
use crate::ledger::Facts;

/// The first question, soon enough to see `created`.
const FIRST: Duration = Duration::from_millis(300);
/// Each wait is longer than the one before, up to this.
const LONGEST: Duration = Duration::from_secs(5);

impl Dispatcher {
    /// Asks until the prediction ends, then keeps its pictures.
    pub(super) async fn watch(&self, run: Watched) {
        let mut wait = FIRST;
        let mut told = None;
        let mut lagging_since = None;
        while self.nap(wait).await {
            wait = wait.mul_f32(1.4).min(LONGEST);
            let answer = self.tools.client.result(&run.prediction_id).await;
            if let Err(error) = &answer {
                tracing::warn!(run = %run.id, %error, "asking for a prediction failed");
            }
            match of_poll(answer, run.paid, &mut lagging_since, self.now()) {
                Poll::Fetch(prediction) => {
                    let facts = Facts { prediction: Some(prediction.clone()), ..Facts::default() };
                    self.transition(run.id, RunEvent::Completed, facts).await;
                    self.wake();
                    return self.archive(run, Some(prediction)).await;
                }
                Poll::End(event, problem, prediction) => {
                    let facts = Facts { problem: Some(*problem), prediction, not_before: None };
                    self.transition(run.id, event, facts).await;
                    return self.wake();
                }
                Poll::Wait(_) if run.is_past_retention(self.now()) => {
                    self.transition(run.id, RunEvent::Expired, expired()).await;
                    return self.wake();
                }
                Poll::Wait(Some(prediction)) if told.as_ref() != Some(&prediction.status) => {
                    told = Some(prediction.status.clone());
                    let id = run.id;
                    let noted = self.tools.ledger.write(move |writing| writing.note_prediction(id, &prediction)).await;
                    if let Err(error) = noted {
                        tracing::error!(run = %id, %error, "a status could not be noted");
                    }
                }
                Poll::Wait(_) => {}
            }
        }
    }
}
