//! What the board shows, and how: the same that the address bar says.

use imagen4_core::{FieldErrors, RunFilter, RunId};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

/// How the board is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A card for each run.
    #[default]
    Cards,
    /// The images alone.
    Grid,
}

/// What is shown of the runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardView {
    /// What a run must be.
    pub filter: RunFilter,
    /// How they are laid out.
    pub layout: Layout,
    /// One run alone is shown.
    pub run: Option<RunId>,
}

impl BoardView {
    /// Reads the values of a query; what cannot be is passed over.
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let mut filter = RunFilter::default();
        for name in RunFilter::NAMES {
            filter.set(name, &value(name).unwrap_or_default(), &mut FieldErrors::default());
        }
        let layout = match value("view").as_deref() {
            // Older links say it in another word.
            Some("grid" | "pictures") => Layout::Grid,
            _ => Layout::Cards,
        };
        Self { filter, layout, run: value("run").and_then(|id| id.parse().ok()) }
    }

    /// The pairs of a query that say it.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filter.pairs();
        pairs.extend((self.layout == Layout::Grid).then(|| ("view", "grid".to_owned())));
        pairs.extend(self.run.map(|run| ("run", run.to_string())));
        pairs
    }

    /// Whether every run is shown.
    pub fn is_everything(&self) -> bool {
        self.run.is_none() && self.filter == RunFilter::default()
    }

    /// Whether the same runs are shown, however they are laid out.
    pub fn has_same_runs(&self, other: &Self) -> bool {
        self.filter == other.filter && self.run == other.run
    }
}

/// Whether a change of the view is a step that Back undoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is.
    Push,
    /// It takes the place of the present one: a search that is being typed.
    Replace,
}

/// Which part a narrow screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// The composer.
    #[default]
    Composer,
    /// The runs.
    Board,
}

/// What the board shows, and what a narrow screen does.
#[derive(Clone, Copy, Debug)]
pub struct ViewStore {
    /// What the board shows. To change it, see [`RunsStore::show`](super::runs::RunsStore::show).
    pub board: RwSignal<BoardView>,
    /// Which part a narrow screen shows.
    pub panel: RwSignal<Panel>,
    /// The run that the board has to bring into view.
    pub reveal: RwSignal<Option<RunId>>,
}

impl ViewStore {
    /// What the address bar says now.
    pub fn new() -> Self {
        Self {
            board: RwSignal::new(from_address()),
            panel: RwSignal::new(panel_of_address()),
            reveal: RwSignal::new(None),
        }
    }

    /// On a narrow screen, shows that part; Back goes to the other one.
    pub fn show_panel(self, panel: Panel) {
        // On a wide screen both are seen, and the address has nothing to say about it.
        let is_narrow = window().match_media(NARROW).ok().flatten().is_some_and(|query| query.matches());
        if is_narrow && self.panel.get_untracked() != panel {
            let _best_effort = window().location().set_hash(hash_of(panel));
        }
        self.panel.set(panel);
    }
}

impl Default for ViewStore {
    fn default() -> Self {
        Self::new()
    }
}

/// Where one part is seen at a time. The style sheet says the same.
pub const NARROW: &str = "(max-width: 1023px)";

/// The fragment of the address that stands for a part.
pub const fn hash_of(panel: Panel) -> &'static str {
    match panel {
        Panel::Composer => "compose",
        Panel::Board => "runs",
    }
}

/// The part that the fragment of the address names.
pub fn panel_of_address() -> Panel {
    match window().location().hash().unwrap_or_default().as_str() {
        "#runs" => Panel::Board,
        _ => Panel::Composer,
    }
}

/// What the query of the address asks for.
pub fn from_address() -> BoardView {
    let query = window().location().search().unwrap_or_default();
    let query = UrlSearchParams::new_with_str(&query).ok();
    BoardView::read(|name| query.as_ref()?.get(name))
}

/// Says in the address what is shown.
pub(super) fn write_address(view: &BoardView, step: Step) {
    let query = UrlSearchParams::new().ok();
    if let Some(query) = &query {
        view.pairs().iter().for_each(|(name, value)| query.append(name, value));
    }
    let query = query.map(|query| String::from(query.to_string())).unwrap_or_default();
    let location = window().location();
    let hash = location.hash().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    let url = if query.is_empty() { format!("{path}{hash}") } else { format!("{path}?{query}{hash}") };
    if let Ok(history) = window().history() {
        let _best_effort = match step {
            Step::Push => history.push_state_with_url(&JsValue::NULL, "", Some(&url)),
            Step::Replace => history.replace_state_with_url(&JsValue::NULL, "", Some(&url)),
        };
    }
}

/// An address that shows one run alone.
pub fn link_to(run: RunId) -> String {
    let location = window().location();
    let base = location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default();
    format!("{base}?run={run}")
}

#[cfg(test)]
pub(crate) mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    pub(crate) fn read(pairs: &[(&str, &str)]) -> BoardView {
        BoardView::read(|name| pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned()))
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_address_is_read_as_it_was_written_and_nonsense_is_passed_over() {
        let pairs = [("q", "fox"), ("state", "failed,expired"), ("seed", "7"), ("favorite", "true"), ("view", "grid")];
        let view = read(&pairs);
        assert_eq!(view.pairs(), pairs.map(|(name, value)| (name, value.to_owned())));
        assert!(!view.is_everything());
        assert_eq!(
            read(&[("state", "happy"), ("run", "x"), ("view", "upside down"), ("seed", "1e9")]),
            BoardView::default()
        );
        assert!(BoardView::default().is_everything());
        assert_eq!(read(&[("view", "pictures")]).layout, Layout::Grid, "an older link");
    }
}
