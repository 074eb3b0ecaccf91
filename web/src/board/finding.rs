//! Which runs the board shows, and how: what the address bar holds.

use imagen4_core::{FieldErrors, Run, RunFilter, RunId};

use super::store::Place;

/// A view of the board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What a run must be.
    pub filter: RunFilter,
    /// Only the pictures are shown, without their cards.
    pub pictures: bool,
    /// One run alone is shown.
    pub run: Option<RunId>,
}

impl Finding {
    /// Reads the values of a query or a form; what cannot be is passed over.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let mut filter = RunFilter::default();
        for name in RunFilter::NAMES {
            filter.set(name, &value(name).unwrap_or_default(), &mut FieldErrors::default());
        }
        Self {
            filter,
            pictures: value("view").as_deref() == Some("pictures"),
            run: value("run").and_then(|id| id.parse().ok()),
        }
    }

    /// The pairs of a query that say it.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filter.pairs();
        pairs.extend(self.pictures.then(|| ("view", "pictures".to_owned())));
        pairs.extend(self.run.map(|run| ("run", run.to_string())));
        pairs
    }

    /// Whether every run is shown.
    pub fn is_everything(&self) -> bool {
        self.run.is_none() && self.filter == RunFilter::default()
    }
}

/// What the server has listed for a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The runs on its pages.
    runs: Vec<Place>,
    /// Where its last page ends; `None` when nothing is older.
    end: Option<Place>,
}

impl Listed {
    /// Takes the newest page; of what was listed before, only what is older stays. Returns whether nothing did: then the next
    /// page goes on from this one.
    pub fn begin(&mut self, page: &[Run], is_last: bool) -> bool {
        let oldest = page.last().map(place);
        match oldest.filter(|_| !is_last) {
            Some(oldest) => self.runs.retain(|listed| *listed < oldest),
            None => self.runs.clear(),
        }
        let is_longer = !self.runs.is_empty();
        self.runs.extend(page.iter().map(place));
        if !is_longer {
            self.end = oldest.filter(|_| !is_last);
        }
        !is_longer
    }

    /// Takes the next older page.
    pub fn extend(&mut self, page: &[Run], is_last: bool) {
        self.runs.extend(page.iter().map(place));
        self.end = page.last().map(place).filter(|_| !is_last);
    }

    /// Whether a run is shown: the server listed it, or it is new and is what the finding asks for.
    pub fn shows(&self, finding: &Finding, at: Place, run: &Run) -> bool {
        match finding.run {
            Some(only) => only == run.id,
            None => {
                let is_loaded = self.end.is_none_or(|end| at >= end);
                (is_loaded && finding.filter.matches(run)) || self.runs.contains(&at)
            }
        }
    }
}

fn place(run: &Run) -> Place {
    (run.created_at, run.id)
}

#[cfg(test)]
mod tests {
    use imagen4_core::{RunState, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::board::card::tests::run;

    fn read(pairs: &[(&str, &str)]) -> Finding {
        Finding::read(|name| pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    fn at(id: u128) -> Run {
        Run { id: RunId::from_bits(id), created_at: Timestamp::from_ms(id as i64), ..run(RunState::Running) }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_address_is_read_as_it_was_written_and_nonsense_is_passed_over() {
        let pairs =
            [("q", "fox"), ("state", "failed,expired"), ("seed", "7"), ("favorite", "true"), ("view", "pictures")];
        let finding = read(&pairs);
        assert_eq!(finding.pairs(), pairs.map(|(name, value)| (name, value.to_owned())));
        assert!(!finding.is_everything());
        assert_eq!(
            read(&[("state", "happy"), ("run", "x"), ("view", "upside down"), ("seed", "1e9")]),
            Finding::default()
        );
        assert!(Finding::default().is_everything());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_shown_is_what_was_listed_and_what_is_new_and_fits() {
        let sought = read(&[("q", "bear")]);
        let mut listed = Listed::default();
        // The server found the bear under another spelling; the fox is only known, not sought.
        listed.begin(&[at(8)], false);
        let shows = |listed: &Listed, finding: &Finding, run: &Run| listed.shows(finding, place(run), run);
        assert!(shows(&listed, &sought, &at(8)));
        assert!(!shows(&listed, &sought, &at(9)));
        // Without a search everything down to the end of the last page is shown, and nothing beyond it.
        let all = Finding::default();
        assert!(shows(&listed, &all, &at(9)));
        assert!(!shows(&listed, &all, &at(7)));
        listed.extend(&[at(7), at(6)], true);
        assert!(shows(&listed, &all, &at(7)) && shows(&listed, &all, &at(1)));
        let only = Finding { run: Some(RunId::from_bits(1)), ..sought };
        assert!(shows(&listed, &only, &at(1)) && !shows(&listed, &only, &at(8)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_newest_page_that_is_read_again_keeps_what_is_older() {
        let mut listed = Listed::default();
        listed.begin(&[at(9), at(8)], false);
        listed.extend(&[at(7), at(6)], false);
        listed.begin(&[at(10), at(8)], false);
        let sought = read(&[("q", "bear")]);
        let shown: Vec<_> = (1..=10).filter(|id| listed.shows(&sought, place(&at(*id)), &at(*id))).collect();
        assert_eq!(shown, [6, 7, 8, 10]);
        assert_eq!(listed.end, Some(place(&at(6))));
    }
}
