//! Which of the loaded runs are shown: what the server has listed for the view, and what is new and fits it.

use imagen4_core::Run;

use super::collection::{Place, place_of};
use crate::state::view::BoardView;

/// What the server has listed for a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The runs on its pages.
    runs: Vec<Place>,
    /// Where its last page ends; `None` when nothing is older.
    end: Option<Place>,
}

impl Listing {
    /// Takes the newest page; of what was listed before, only what is older stays. Returns whether nothing did: then the next
    /// page goes on from this one.
    pub fn begin(&mut self, page: &[Run], is_last: bool) -> bool {
        let oldest = page.last().map(place_of);
        match oldest.filter(|_| !is_last) {
            Some(oldest) => self.runs.retain(|listed| *listed < oldest),
            None => self.runs.clear(),
        }
        let is_longer = !self.runs.is_empty();
        self.runs.extend(page.iter().map(place_of));
        if !is_longer {
            self.end = oldest.filter(|_| !is_last);
        }
        !is_longer
    }

    /// Takes the next older page.
    pub fn extend(&mut self, page: &[Run], is_last: bool) {
        self.runs.extend(page.iter().map(place_of));
        self.end = page.last().map(place_of).filter(|_| !is_last);
    }

    /// Whether a run is shown: the server listed it, or it is new and is what the view asks for.
    pub fn shows(&self, view: &BoardView, run: &Run) -> bool {
        let place = place_of(run);
        match view.run {
            Some(only) => only == run.id,
            None => {
                let is_loaded = self.end.is_none_or(|end| place >= end);
                (is_loaded && view.filter.matches(run)) || self.runs.contains(&place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunId;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run_at;
    use crate::state::view::tests::read;

    fn at(id: u128) -> Run {
        run_at(id, 1)
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_shown_is_what_was_listed_and_what_is_new_and_fits() {
        let sought = read(&[("q", "bear")]);
        let mut listing = Listing::default();
        // The server found the bear under another spelling; the fox is only known, not sought.
        listing.begin(&[at(8)], false);
        assert!(listing.shows(&sought, &at(8)));
        assert!(!listing.shows(&sought, &at(9)));
        // Without a search everything down to the end of the last page is shown, and nothing beyond it.
        let all = BoardView::default();
        assert!(listing.shows(&all, &at(9)));
        assert!(!listing.shows(&all, &at(7)));
        listing.extend(&[at(7), at(6)], true);
        assert!(listing.shows(&all, &at(7)) && listing.shows(&all, &at(1)));
        let only = BoardView { run: Some(RunId::from_bits(1)), ..sought };
        assert!(listing.shows(&only, &at(1)) && !listing.shows(&only, &at(8)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_newest_page_that_is_read_again_keeps_what_is_older() {
        let mut listing = Listing::default();
        listing.begin(&[at(9), at(8)], false);
        listing.extend(&[at(7), at(6)], false);
        listing.begin(&[at(10), at(8)], false);
        let sought = read(&[("q", "bear")]);
        let shown: Vec<_> = (1..=10).filter(|id| listing.shows(&sought, &at(*id))).collect();
        assert_eq!(shown, [6, 7, 8, 10]);
        assert_eq!(listing.end, Some(place_of(&at(6))));
    }
}
