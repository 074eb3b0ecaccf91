//! What a person asks of the server about a run: one request at a time, and what became of it.

use imagen4_core::api::Resolution;
use imagen4_core::{RunId, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::RunsStore;
use crate::api::{self, RunAction};
use crate::state::draft::submission::ONE_CLICK_MS;
use crate::state::time;
use crate::state::toast::Toast;

/// The requests of one card or one list.
#[derive(Clone, Copy, Debug)]
pub struct Actions {
    runs: RunsStore,
    clicked_at: StoredValue<Timestamp>,
    /// Whether an answer is waited for.
    pub pending: RwSignal<bool>,
    /// Why the last request came to nothing; empty when it did not.
    pub failure: RwSignal<String>,
    /// The run that the last request brought.
    pub done: RwSignal<Option<RunId>>,
}

impl Actions {
    /// None yet.
    pub fn new(runs: RunsStore) -> Self {
        Self {
            runs,
            clicked_at: StoredValue::new(Timestamp::default()),
            pending: RwSignal::new(false),
            failure: RwSignal::new(String::new()),
            done: RwSignal::new(None),
        }
    }

    /// Sends a request, unless one is on its way or this is the second half of a double click: it would fall on whatever has
    /// taken the place of the button.
    pub fn send(self, action: RunAction) {
        self.send_then(action, |_| {});
    }

    /// The same; `then` is called with the run when the request was taken, also if the card is gone by then.
    pub fn send_then(self, action: RunAction, then: impl FnOnce(RunId) + 'static) {
        let now = time::now();
        if self.pending.get_untracked() || now.ms_since(self.clicked_at.get_value()) < ONE_CLICK_MS {
            return;
        }
        self.clicked_at.set_value(now);
        self.pending.set(true);
        self.failure.set(String::new());
        self.done.set(None);
        spawn_local(async move {
            let answer = api::act(&action).await;
            self.runs.config.note(&answer);
            // The card may be gone by now.
            self.pending.try_set(false);
            match answer {
                Ok(run) => {
                    let id = run.id;
                    self.runs.take(run);
                    if let Some(message) = done_message(&action) {
                        self.runs.announcement.set(message.to_owned());
                    }
                    self.done.try_set(Some(id));
                    then(id);
                }
                Err(error) => {
                    self.runs.announcement.set(error.message());
                    self.failure.try_set(error.message());
                }
            }
        });
    }
}

impl RunsStore {
    /// Marks a run or an image as a favorite, or no more: nothing waits for it, and a failure is told in passing.
    pub fn mark(self, toast: Toast, action: RunAction) {
        spawn_local(async move {
            let answer = api::act(&action).await;
            self.config.note(&answer);
            match answer {
                Ok(run) => self.take(run),
                Err(error) => toast.show(&format!("Not saved. {}", error.message())),
            }
        });
    }
}

/// What is said of a request that was taken, where the run's new state does not say it.
fn done_message(action: &RunAction) -> Option<&'static str> {
    match action {
        RunAction::Resolve(_, Resolution::Wait) => Some("Checking WaveSpeed again"),
        RunAction::Import(_) => Some("Imported as a run"),
        _ => None,
    }
}
