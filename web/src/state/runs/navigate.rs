//! Other runs are to be seen, and the address says so.

use imagen4_core::{RunFilter, RunId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::RunsStore;
use super::listing::Listing;
use crate::state::view::{self, BoardView, Step};

impl RunsStore {
    /// Shows what `view` asks for, and says so in the address.
    pub fn show(self, view: BoardView, step: Step) {
        if self.view.board.with_untracked(|now| *now == view) {
            return;
        }
        view::write_address(&view, step);
        self.open(view);
    }

    /// Shows the runs that share something, laid out as they are now.
    pub fn show_only(self, change: impl FnOnce(&mut RunFilter)) {
        let layout = self.view.board.with_untracked(|view| view.layout);
        let mut view = BoardView { layout, ..BoardView::default() };
        change(&mut view.filter);
        self.show(view, Step::Push);
    }

    /// Shows what the address asks for.
    pub fn open_address(self) {
        self.open(view::from_address());
    }

    fn open(self, view: BoardView) {
        let is_same = self.view.board.with_untracked(|now| now.has_same_runs(&view));
        self.view.board.set(view);
        if !is_same {
            self.listing.set(Listing::default());
            self.older.set(None);
            self.loaded.set(false);
            spawn_local(self.load());
        }
    }

    /// Brings runs that were just bought into view, whatever is being looked at; Back brings that back.
    pub fn reveal(self, runs: &[RunId]) {
        let is_shown = |id: &RunId| self.shown.with_untracked(|shown| shown.iter().any(|place| place.1 == *id));
        if !runs.iter().all(is_shown) {
            self.show_only(|_| {});
        }
        self.view.reveal.set(runs.first().copied());
    }
}
