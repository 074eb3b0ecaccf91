//! The board: every run, the newest first, each as true as the last thing heard of it.
//!
//! # Layout
//! - this file: the runs as the other parts see them
//! - [`store`]: merging what arrives from three sides by revision
//! - [`finding`]: which of them are shown; [`finder`]: the bar that says it, and the address bar; `choices`: what it lets one choose
//! - [`view`]: the list, its notices, its empty state; [`chunks`]: the part of it that is near the screen; [`grid`]: pictures
//!   without their cards; [`time`]: when it is shown anew
//! - [`card`]: one run; [`timeline`]: how far it is; [`pictures`]: what was painted; [`money`]: what may be said of its cost;
//!   [`trouble`]: what is wrong with it; [`note`]: what the person says of it; [`actions`], [`menu`]: what can be done with it
//! - [`desk`]: what a person asks of the server, one request at a time; [`unexplained`]: what the vendor lists and no run explains
//! - [`days`]: what people call a day

pub mod actions;
pub mod card;
mod choices;
pub mod chunks;
pub mod days;
pub mod desk;
pub mod finder;
pub mod finding;
pub mod grid;
pub mod menu;
pub mod money;
pub mod note;
pub mod pictures;
pub mod store;
pub mod time;
pub mod timeline;
pub mod trouble;
pub mod unexplained;
pub mod view;

use imagen4_core::api::{Counts, UnexplainedPrediction, UpstreamKind};
use imagen4_core::{Run, RunId, RunState, Timestamp};

use self::finding::{Finding, Listed};
use self::store::{Merged, Place, RunStore};
use crate::announce;
use crate::api::{self, ApiError};
use crate::app::App;
use crate::platform::clock;
use crate::platform::reactive::{Signal, spawn};
use crate::platform::timer::Timer;
use crate::server::Server;

/// When the server is asked again what the vendor lists, if it has not heard that itself, in milliseconds.
const NOT_YET_MS: i32 = 10_000;
/// Runs on one page of the list.
const PAGE: &str = "30";
/// What happens within this time is counted once, in milliseconds.
const COUNT_MS: i32 = 500;

/// The runs and what is known of the list.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    /// The runs that were loaded. It tells when runs come and go; each run tells its own changes.
    pub runs: Signal<RunStore>,
    /// The unfinished ones among them.
    pub under_way: Signal<Vec<RunId>>,
    /// Which of them are shown.
    pub finding: Signal<Finding>,
    /// What the server has listed for that.
    pub listed: Signal<Listed>,
    /// How much the whole list holds.
    pub counts: Signal<Option<Counts>>,
    /// Runs that are about to be deleted, unless the person takes it back.
    pub leaving: Signal<Vec<RunId>>,
    /// Those of them that can still be taken back.
    pub doomed: Signal<Vec<RunId>>,
    /// The run that the menu is about.
    pub menu: Signal<Option<RunId>>,
    /// The run whose note is being written.
    pub noting: Signal<Option<RunId>>,
    /// What is written of that note; its card may leave the screen meanwhile.
    pub note: Signal<String>,
    /// The run whose card is needed, however far it is from the screen.
    pub wanted: Signal<Option<RunId>>,
    /// Whether the first page has arrived.
    pub loaded: Signal<bool>,
    /// Where older runs begin.
    pub older: Signal<Option<String>>,
    /// Whether older runs are on their way.
    pub loading_older: Signal<bool>,
    /// Predictions at the vendor that no run explains.
    pub unexplained: Signal<Vec<UnexplainedPrediction>>,
    /// The browser's time, as often as elapsed time is shown anew.
    pub now: Signal<Timestamp>,
    looking: Signal<Option<Timer>>,
    counting: Signal<Option<Timer>>,
}

impl Board {
    /// An empty board that has not loaded anything.
    pub fn new() -> Self {
        Self {
            runs: Signal::new(RunStore::default()),
            under_way: Signal::new(Vec::new()),
            finding: Signal::new(Finding::default()),
            listed: Signal::new(Listed::default()),
            counts: Signal::new(None),
            leaving: Signal::new(Vec::new()),
            doomed: Signal::new(Vec::new()),
            menu: Signal::new(None),
            noting: Signal::new(None),
            note: Signal::new(String::new()),
            wanted: Signal::new(None),
            loaded: Signal::new(false),
            older: Signal::new(None),
            loading_older: Signal::new(false),
            unexplained: Signal::new(Vec::new()),
            now: Signal::new(clock::now()),
            looking: Signal::new(None),
            counting: Signal::new(None),
        }
    }

    /// Asks for the newest runs of the finding and reconciles the list with them.
    pub async fn refresh(self, server: Server) {
        let finding = self.finding.get_untracked();
        if let Some(id) = finding.run {
            let answer = api::run(id).await;
            server.note(&answer);
            if !matches!(answer, Err(ApiError::Unreachable)) {
                self.change(|runs| answer.is_ok_and(|run| runs.merge(run) == Merged::New));
                self.loaded.set(true);
            }
            return;
        }
        let answer = api::runs(&finding.filter, None, PAGE).await;
        server.note(&answer);
        let Ok(page) = answer else { return };
        // The person may be looking for something else by now.
        if self.finding.with_untracked(|now| *now != finding) {
            return;
        }
        let is_last = page.next_cursor.is_none();
        self.counts.set(page.counts);
        // Once older runs were loaded, the place to go on from is theirs.
        let mut from_here = false;
        self.listed.update(|listed| from_here = listed.begin(&page.runs, is_last));
        if from_here {
            self.older.set(page.next_cursor);
        }
        self.change(|runs| match finding.is_everything() {
            true => runs.reconcile(page.runs, is_last),
            false => runs.merge_all(page.runs),
        });
        self.loaded.set(true);
    }

    /// Shows what `finding` asks for.
    pub fn look(self, server: Server, finding: Finding) {
        let same = self.finding.with_untracked(|now| now.filter == finding.filter && now.run == finding.run);
        self.finding.set(finding);
        if !same {
            self.listed.set(Listed::default());
            self.older.set(None);
            self.loaded.set(false);
            spawn(self.refresh(server));
        }
    }

    /// The places of the runs that are shown, the newest first.
    pub fn shown(self) -> Vec<Place> {
        let (finding, leaving) = (self.finding.get(), self.leaving.get());
        self.listed.with(|listed| {
            self.runs.with(|runs| {
                let shown = |(at, run): &(Place, Signal<Run>)| {
                    !leaving.contains(&at.1) && run.with_untracked(|run| listed.shows(&finding, *at, run))
                };
                runs.entries().filter(shown).map(|(at, _)| at).collect()
            })
        })
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
        let finding = self.finding.get_untracked();
        let answer = api::runs(&finding.filter, Some(&cursor), PAGE).await;
        server.note(&answer);
        self.loading_older.set(false);
        let is_wanted = self.finding.with_untracked(|now| *now == finding);
        if let Some(page) = answer.ok().filter(|_| is_wanted) {
            self.listed.update(|listed| listed.extend(&page.runs, page.next_cursor.is_none()));
            self.change(|runs| runs.merge_all(page.runs));
            self.older.set(page.next_cursor);
        }
    }

    /// Changes the store; `change` says whether runs came or went.
    fn change(self, change: impl FnOnce(&mut RunStore) -> bool) {
        self.runs.maybe_update(change);
        let under_way = self.runs.with_untracked(|runs| runs.under_way().to_vec());
        self.under_way.set_if_new(under_way);
    }

    /// Asks again how much there is, once for everything that happens about now.
    fn count_soon(self) {
        let count = move || {
            self.counting.set(None);
            spawn(async move {
                let filter = self.finding.with_untracked(|finding| finding.filter.clone());
                if let Ok(page) = api::runs(&filter, None, "1").await {
                    self.counts.set(page.counts);
                }
            });
        };
        if self.loaded.get_untracked() && self.counting.with_untracked(Option::is_none) {
            self.counting.set(Some(Timer::once(COUNT_MS, count)));
        }
    }

    /// Asks what the vendor lists and no run explains; where nothing costs money there is nothing to explain.
    pub fn look_for_unexplained(self, server: Server) {
        if server.terms_untracked().upstream == Some(UpstreamKind::Wavespeed) {
            spawn(async move {
                if let Ok(answer) = api::unexplained().await {
                    if answer.looked_at.is_none() {
                        let again = Timer::once(NOT_YET_MS, move || self.look_for_unexplained(server));
                        self.looking.set(Some(again));
                    }
                    self.unexplained.set_if_new(answer.predictions);
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
        self.merge(app.server, run);
    }

    fn merge(self, server: Server, run: Run) -> Merged {
        let (state, pictures, model) = (run.state, run.images.len(), run.request.model.clone());
        let prediction = run.prediction.as_ref().map(|prediction| prediction.id.clone());
        let mut merged = Merged::Stale;
        self.change(|runs| {
            merged = runs.merge(run);
            merged == Merged::New
        });
        let counts = match &merged {
            Merged::New => true,
            Merged::Newer(before) => before.state != state || before.images.len() != pictures,
            Merged::Stale => false,
        };
        if counts {
            self.count_soon();
        }
        match &merged {
            Merged::New => server.note_state(None, state),
            Merged::Newer(before) => server.note_state(Some(before.state), state),
            Merged::Stale => {}
        }
        let is_known = server.models.with_untracked(|models| !models.told || models.typical_ms(&model).is_some());
        if state == RunState::Archived && merged != Merged::New && !is_known {
            // Now the server knows how long runs of that model take.
            server.ask_models_soon();
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

    /// A run's place among the queued ones, from 1.
    pub fn queue_position(self, run: &Run) -> usize {
        let is_before = |id: &RunId| {
            let other = self.runs.with_untracked(|runs| runs.get(*id));
            let at = |other: &Run| (other.created_at, other.id) < (run.created_at, run.id);
            other.is_some_and(|other| other.with(|other| other.state == RunState::Queued && at(other)))
        };
        1 + self.under_way.with(|ids| ids.iter().filter(|id| is_before(id)).count())
    }

    /// Whether a run waits for a slot.
    pub fn any_queued(self) -> bool {
        self.runs.with_untracked(|runs| runs.iter().any(|run| run.with_untracked(|run| run.state == RunState::Queued)))
    }

    /// Makes a run's card, also if it is far from the screen.
    pub fn bring(self, run: RunId) {
        self.wanted.set(Some(run));
    }

    /// A run was deleted.
    pub fn drop_run(self, id: RunId) {
        self.change(|runs| runs.delete(id));
        self.leaving.update(|leaving| leaving.retain(|other| *other != id));
        self.count_soon();
    }
}

impl Default for Board {
    fn default() -> Self {
        Self::new()
    }
}
