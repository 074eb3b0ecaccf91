//! The runs, each as true as the last thing heard of it, and which of them are shown.
//!
//! # Layout
//! - this file: the store; [`load`]: asking the server for runs; [`delete`]: deleting, with a way back
//! - [`collection`]: merging what arrives; [`listing`]: what the server has listed for the view
//! - [`items`]: runs and groups; [`images`]: the images of a run and their slots
//! - [`progress`]: how far a run is; [`money`]: what may be said of its cost; [`variants`]: what tells the runs of a group apart
//! - `navigate`: other runs are to be seen, and the address says so
//! - [`action`]: one request about a run at a time
//! - `samples`: runs for tests

pub mod action;
pub mod collection;
pub mod delete;
pub mod images;
pub mod items;
pub mod listing;
pub mod load;
pub mod money;
mod navigate;
pub mod progress;
#[cfg(test)]
pub(crate) mod samples;
pub mod variants;

use gloo_timers::callback::Timeout;
use imagen4_core::api::{Counts, UnexplainedPrediction};
use imagen4_core::{Run, RunId, RunState};
use leptos::prelude::*;

use self::collection::{Merged, Place, RunCollection};
use self::images::ImageKey;
use self::items::Item;
use self::listing::Listing;
use super::announcer;
use super::config::{ConfigStore, set_if_new};
use super::view::{BoardView, ViewStore};

/// The runs and what is known of the list.
#[derive(Clone, Copy, Debug)]
pub struct RunsStore {
    config: ConfigStore,
    view: ViewStore,
    /// What the live region says.
    announcement: RwSignal<String>,
    /// The runs that were loaded. It tells when runs come and go; each run tells its own changes.
    pub collection: RwSignal<RunCollection>,
    /// The unfinished ones among them.
    pub in_progress: RwSignal<Vec<RunId>>,
    listing: RwSignal<Listing>,
    /// The places of the runs that are shown, the newest first.
    pub shown: Memo<Vec<Place>>,
    /// The same as the board lists them.
    pub items: Memo<Vec<Item>>,
    /// How much the whole list holds.
    pub counts: RwSignal<Option<Counts>>,
    /// Runs that are about to be deleted, unless the person takes it back.
    deleting: RwSignal<Vec<RunId>>,
    /// Those of them that can still be taken back.
    undoable: RwSignal<Vec<RunId>>,
    /// Whether the first page has arrived.
    pub loaded: RwSignal<bool>,
    /// Where older runs begin.
    pub older: RwSignal<Option<String>>,
    /// Whether older runs are on their way.
    pub loading_older: RwSignal<bool>,
    /// Predictions at WaveSpeed that no run explains.
    pub unexplained: RwSignal<Vec<UnexplainedPrediction>>,
    unexplained_retry: StoredValue<Option<Timeout>, LocalStorage>,
    recount: StoredValue<Option<Timeout>, LocalStorage>,
    reload: StoredValue<Option<Timeout>, LocalStorage>,
}

impl RunsStore {
    /// An empty store that has not loaded anything.
    pub fn new(config: ConfigStore, view: ViewStore, announcement: RwSignal<String>) -> Self {
        let collection = RwSignal::new(RunCollection::default());
        let listing = RwSignal::new(Listing::default());
        let deleting = RwSignal::new(Vec::new());
        let shown = Memo::new(move |_| {
            let (view, deleting) = (view.board.get(), deleting.get());
            listing.with(|listing| collection.with(|runs| shown(runs, listing, &view, &deleting)))
        });
        let items = Memo::new(move |_| {
            let shown = shown.get();
            collection.with_untracked(|runs| {
                let runs: Vec<_> =
                    shown.iter().filter_map(|place| runs.at(*place)).map(|run| run.read_untracked()).collect();
                items::items(runs.iter().map(|run| &**run))
            })
        });
        Self {
            config,
            view,
            announcement,
            collection,
            in_progress: RwSignal::new(Vec::new()),
            listing,
            shown,
            items,
            counts: RwSignal::new(None),
            deleting,
            undoable: RwSignal::new(Vec::new()),
            loaded: RwSignal::new(false),
            older: RwSignal::new(None),
            loading_older: RwSignal::new(false),
            unexplained: RwSignal::new(Vec::new()),
            unexplained_retry: StoredValue::new_local(None),
            recount: StoredValue::new_local(None),
            reload: StoredValue::new_local(None),
        }
    }

    /// The run at a place, as a signal of the present owner.
    pub fn at(self, place: Place) -> Option<RwSignal<Run>> {
        self.collection.with_untracked(|runs| runs.at(place).cloned()).map(RwSignal::from)
    }

    /// The run of that id as it is now; followed only in whether it is there.
    pub fn find(self, id: RunId) -> Option<ArcRwSignal<Run>> {
        self.collection.with(|runs| runs.get(id).cloned())
    }

    /// The run of that id as it is now, without following it.
    pub fn get_untracked(self, id: RunId) -> Option<Run> {
        self.collection.with_untracked(|runs| runs.get(id).map(|run| run.get_untracked()))
    }

    /// The images that are shown, in the order of the board.
    pub fn shown_images(self) -> Vec<ImageKey> {
        self.items.with(|items| {
            self.collection.with(|runs| {
                let places = items.iter().flat_map(|item| &item.places);
                places.filter_map(|place| runs.at(*place)).flat_map(|run| run.with(ImageKey::all_of)).collect()
            })
        })
    }

    /// Takes a run that an event or an answer brought, and says what has changed.
    pub fn take(self, run: Run) {
        let after = run.clone();
        if let Merged::Newer(before) = self.merge(run)
            && let Some(text) = announcer::transition(&before, &after)
        {
            self.announcement.set(text);
        }
    }

    /// Takes a copy of a run.
    pub(super) fn merge(self, run: Run) -> Merged {
        let (id, state, images, model) = (run.id, run.state, run.images.len(), run.request.model.clone());
        let prediction = run.prediction.as_ref().map(|prediction| prediction.id.clone());
        let mut merged = Merged::Stale;
        self.update(|runs| {
            merged = runs.merge(run);
            match &merged {
                Merged::New => true,
                // It came to be what the person is looking for.
                Merged::Newer(before) => {
                    let matches = |run: &Run| self.view.board.with_untracked(|view| view.filter.matches(run));
                    !matches(before) && runs.get(id).is_some_and(|run| run.with_untracked(matches))
                }
                Merged::Stale => false,
            }
        });
        match &merged {
            Merged::New => {
                self.recount_soon();
                self.config.note_state(None, state);
            }
            Merged::Newer(before) => {
                if before.state != state || before.images.len() != images {
                    self.recount_soon();
                }
                self.config.note_state(Some(before.state), state);
            }
            Merged::Stale => {}
        }
        let is_known = self.config.models.with_untracked(|all| !all.told || all.typical_ms(&model).is_some());
        if state == RunState::Archived && merged != Merged::New && !is_known {
            // Now the server knows how long runs of that model take.
            self.config.reload_models_soon();
        }
        if let Some(id) = prediction {
            // There is a run for that prediction.
            self.unexplained.maybe_update(|unexplained| {
                let before = unexplained.len();
                unexplained.retain(|other| other.id != id);
                unexplained.len() < before
            });
        }
        merged
    }

    /// A run was deleted.
    pub fn remove(self, id: RunId) {
        self.update(|runs| runs.delete(id));
        self.deleting.update(|deleting| deleting.retain(|other| *other != id));
        self.recount_soon();
    }

    /// Changes the collection; `change` says whether runs came or went.
    fn update(self, change: impl FnOnce(&mut RunCollection) -> bool) {
        self.collection.maybe_update(change);
        let in_progress = self.collection.with_untracked(|runs| runs.in_progress().to_vec());
        set_if_new(self.in_progress, in_progress);
    }

    /// Whether every run of the list is here.
    pub fn has_all(self) -> bool {
        self.loaded.get() && self.older.with(Option::is_none)
    }

    /// A run's place among the queued ones, from 1.
    pub fn queue_position(self, run: &Run) -> usize {
        let is_before = |id: &RunId| {
            let other = self.collection.with_untracked(|runs| runs.get(*id).cloned());
            let place = |other: &Run| (other.created_at, other.group_index, other.id);
            other.is_some_and(|other| other.with(|other| other.state == RunState::Queued && place(other) < place(run)))
        };
        1 + self.in_progress.with(|ids| ids.iter().filter(|id| is_before(id)).count())
    }

    /// Whether a run waits for a slot.
    pub fn any_queued(self) -> bool {
        let is_queued = |run: &ArcRwSignal<Run>| run.with_untracked(|run| run.state == RunState::Queued);
        self.collection.with_untracked(|runs| runs.iter().any(|(_, run)| is_queued(run)))
    }
}

fn shown(runs: &RunCollection, listing: &Listing, view: &BoardView, deleting: &[RunId]) -> Vec<Place> {
    let is_shown = |(place, run): &(Place, &ArcRwSignal<Run>)| {
        !deleting.contains(&place.1) && run.with_untracked(|run| listing.shows(view, run))
    };
    runs.iter().filter(is_shown).map(|(place, _)| place).collect()
}
