//! The board: every run, the newest first, each as true as the last thing heard of it.
//!
//! # Layout
//! - this file: the runs as the other parts see them
//! - [`store`]: merging what arrives from three sides by revision
//! - [`view`]: the list, its notices, its empty state; [`time`]: when it is shown anew
//! - [`card`]: one run; [`timeline`]: how far it is; [`pictures`]: what was painted; [`money`]: what may be said of its cost;
//!   [`trouble`]: what is wrong with it; [`actions`]: what can be done with it
//! - [`desk`]: what a person asks of the server, one request at a time; [`unexplained`]: what the vendor lists and no run explains
//! - [`days`]: what people call a day; [`empty`]: the board before the first run

pub mod actions;
pub mod card;
pub mod days;
pub mod desk;
pub mod empty;
pub mod money;
pub mod pictures;
pub mod store;
pub mod time;
pub mod timeline;
pub mod trouble;
pub mod unexplained;
pub mod view;

use imagen4_core::api::{UnexplainedPrediction, UpstreamKind};
use imagen4_core::{Run, RunId, RunState, Timestamp};
use leptos::prelude::*;

use self::store::{Merged, RunStore};
use crate::announce;
use crate::api;
use crate::app::App;
use crate::platform::clock;
use crate::platform::reactive::spawn;
use crate::platform::timer::Timer;
use crate::server::Server;

/// When the server is asked again what the vendor lists, if it has not heard that itself, in milliseconds.
const NOT_YET_MS: i32 = 10_000;

/// The runs and what is known of the list.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    /// The runs that were loaded. It tells when runs come and go; each run tells its own changes.
    pub runs: RwSignal<RunStore>,
    /// Whether the first page has arrived.
    pub loaded: RwSignal<bool>,
    /// Where older runs begin.
    pub older: RwSignal<Option<String>>,
    /// Whether older runs are on their way.
    pub loading_older: RwSignal<bool>,
    /// Predictions at the vendor that no run explains.
    pub unexplained: RwSignal<Vec<UnexplainedPrediction>>,
    /// The browser's time, as often as elapsed time is shown anew.
    pub now: RwSignal<Timestamp>,
    looking: StoredValue<Option<Timer>, LocalStorage>,
}

impl Board {
    /// An empty board that has not loaded anything.
    pub fn new() -> Self {
        Self {
            runs: RwSignal::new(RunStore::default()),
            loaded: RwSignal::new(false),
            older: RwSignal::new(None),
            loading_older: RwSignal::new(false),
            unexplained: RwSignal::new(Vec::new()),
            now: RwSignal::new(clock::now()),
            looking: StoredValue::new_local(None),
        }
    }

    /// Asks for the newest runs and reconciles the list with them.
    pub async fn refresh(self, server: Server) {
        let answer = api::runs(None).await;
        server.note(&answer);
        let Ok(page) = answer else { return };
        self.runs.maybe_update(|runs| runs.reconcile(page.runs, page.next_cursor.is_none()));
        // Once older runs were loaded, the place to go on from is theirs.
        if !self.loaded.get_untracked() {
            self.older.set(page.next_cursor);
            self.loaded.set(true);
        }
    }

    /// Asks for the next older runs, unless they are on their way.
    pub fn show_older(self, server: Server) {
        let cursor = self.older.get_untracked().filter(|_| !self.loading_older.get_untracked());
        if let Some(cursor) = cursor {
            self.loading_older.set(true);
            spawn(self.load_older(server, cursor));
        }
    }

    async fn load_older(self, server: Server, cursor: String) {
        let answer = api::runs(Some(&cursor)).await;
        server.note(&answer);
        self.loading_older.set(false);
        if let Ok(page) = answer {
            self.runs.maybe_update(|runs| runs.merge_all(page.runs));
            self.older.set(page.next_cursor);
        }
    }

    /// Asks what the vendor lists and no run explains; where nothing costs money there is nothing to explain.
    pub fn look_for_unexplained(self, server: Server) {
        if server.terms_untracked().upstream == Some(UpstreamKind::Wavespeed) {
            spawn(async move {
                if let Ok(answer) = api::unexplained().await {
                    if answer.looked_at.is_none() {
                        let again = Timer::once(NOT_YET_MS, move || self.look_for_unexplained(server));
                        self.looking.set_value(Some(again));
                    }
                    self.unexplained.maybe_update(|known| {
                        let news = *known != answer.predictions;
                        *known = answer.predictions;
                        news
                    });
                }
            });
        }
    }

    /// Takes a run that an event or an answer brought, and says what has changed.
    pub fn take(self, app: App, run: Run) {
        let after = run.clone();
        match self.merge(app.server, run) {
            Merged::Newer(before) => {
                if let Some(words) = announce::transition(&before, &after) {
                    app.say(&words);
                }
            }
            Merged::New | Merged::Stale => {}
        }
    }

    /// Takes the answer to a press of the button.
    pub fn take_new(self, app: App, run: Run) {
        app.say("Run accepted");
        self.merge(app.server, run);
    }

    fn merge(self, server: Server, run: Run) -> Merged {
        let state = run.state;
        let prediction = run.prediction.as_ref().map(|prediction| prediction.id.clone());
        let mut merged = Merged::Stale;
        self.runs.maybe_update(|runs| {
            merged = runs.merge(run);
            merged == Merged::New
        });
        match &merged {
            Merged::New => server.note_state(None, state),
            Merged::Newer(before) => server.note_state(Some(before.state), state),
            Merged::Stale => {}
        }
        if let Some(id) = prediction {
            self.explain(&id);
        }
        merged
    }

    /// There is a run for that prediction.
    fn explain(self, prediction: &str) {
        self.unexplained.maybe_update(|unexplained| {
            let before = unexplained.len();
            unexplained.retain(|other| other.id != prediction);
            unexplained.len() < before
        });
    }

    /// Whether a run waits for a slot.
    pub fn any_queued(self) -> bool {
        self.runs.with_untracked(|runs| runs.iter().any(|run| run.with_untracked(|run| run.state == RunState::Queued)))
    }

    /// A run was deleted.
    pub fn drop_run(self, id: RunId) {
        self.runs.maybe_update(|runs| runs.delete(id));
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}
