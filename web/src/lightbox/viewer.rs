//! Which image is shown and how, and what keys and buttons do with it.

use imagen4_core::run::RunImage;
use imagen4_core::{Run, RunId};
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlImageElement;

use super::command::Command;
use super::order::{Reel, film, neighbor};
use super::step::Step;
use super::zoom::{Fitted, Pixels, Zoom};
use crate::state::Stores;
use crate::state::runs::RunsStore;
use crate::state::runs::action::Actions;
use crate::state::runs::images::ImageKey;
use crate::ui::dom;

/// Where the information has a column of its own. The style sheet says the same.
const WIDE: &str = "(min-width: 1200px)";

/// The lightbox as its parts see it: signals only, hence `Copy`.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub(super) stores: Stores,
    /// The images in the order of the board.
    order: Memo<Vec<ImageKey>>,
    /// The run of the image.
    pub(super) run: Memo<Option<Run>>,
    /// The image.
    pub(super) image: Memo<Option<RunImage>>,
    /// The images of its run, or of its run's group.
    pub(super) film: Memo<Vec<Reel>>,
    /// How large it is.
    pub(super) zoom: RwSignal<Zoom>,
    /// What was just done, or the level of the zoom: the page's own live region is out of reach behind a dialog.
    pub(super) said: RwSignal<String>,
    /// Whether the person wants the information; `None` as the screen has it.
    info: RwSignal<Option<bool>>,
    /// Whether older runs were asked for, to go on with them.
    wants_older: RwSignal<bool>,
    pub(super) actions: Actions,
    pub(super) dialog: NodeRef<html::Dialog>,
    pub(super) img: NodeRef<html::Img>,
    /// The image that was shown last, until the focus went back to it.
    pub(super) seen: StoredValue<Option<ImageKey>>,
    /// Where the person is in the browser's history: Back closes it.
    pub(super) step: StoredValue<Step>,
}

impl Viewer {
    pub(super) fn new(stores: Stores) -> Self {
        let key = stores.overlays.lightbox;
        let run = Memo::new(move |_| stores.runs.find(key.get()?.run).map(|run| run.get()));
        let image = Memo::new(move |_| {
            let index = key.get()?.index;
            run.with(|run| run.as_ref()?.images.iter().find(|image| image.index == index).cloned())
        });
        let run_id = Memo::new(move |_| key.get().map(|key| key.run));
        Self {
            stores,
            film: Memo::new(move |_| film(&run_id.get().map(|id| with_its_group(stores.runs, id)).unwrap_or_default())),
            order: Memo::new(move |_| stores.runs.shown_images()),
            run,
            image,
            zoom: RwSignal::new(Zoom::default()),
            said: RwSignal::new(String::new()),
            info: RwSignal::new(None),
            wants_older: RwSignal::new(false),
            actions: Actions::new(stores.runs),
            dialog: NodeRef::new(),
            img: NodeRef::new(),
            seen: StoredValue::new(None),
            step: StoredValue::new(Step::Before),
        }
    }

    /// What is shown.
    pub(super) fn key(self) -> Option<ImageKey> {
        self.stores.overlays.lightbox.get()
    }

    pub(super) fn show(self, key: ImageKey) {
        self.stores.overlays.lightbox.set(Some(key));
    }

    /// The image so many places on.
    pub(super) fn neighbor(self, step: isize) -> Option<ImageKey> {
        let key = self.key()?;
        self.order.with(|order| neighbor(order, key, step))
    }

    /// Whether there is nothing in that direction, and nothing more to be loaded.
    pub(super) fn is_end(self, step: isize) -> bool {
        let may_load = step > 0 && self.stores.runs.older.with(Option::is_some);
        self.neighbor(step).is_none() && !may_load
    }

    /// Whether there is an image in neither direction.
    pub(super) fn is_alone(self) -> bool {
        self.is_end(-1) && self.is_end(1)
    }

    /// Shows the image so many places on; beyond the last one, the first of the older runs.
    pub(super) fn go(self, step: isize) {
        match untrack(|| self.neighbor(step)) {
            Some(key) => self.show(key),
            None if step > 0 && !untrack(|| self.is_end(step)) => {
                self.said.set("Loading older images…".to_owned());
                self.wants_older.set(true);
                self.stores.runs.load_older();
            }
            None => {}
        }
    }

    /// Goes on once older runs are there. One page without images ends it.
    pub(super) fn go_on_when_loaded(self) {
        if self.wants_older.get() && !self.stores.runs.loading_older.get() {
            self.wants_older.set(false);
            self.said.set(String::new());
            if let Some(key) = self.neighbor(1) {
                self.show(key);
            }
        }
    }

    /// Another image is shown: the whole of it, and nothing is said yet.
    pub(super) fn begin(self, key: ImageKey) {
        self.seen.set_value(Some(key));
        self.zoom.set(Zoom::default());
        self.said.set(String::new());
        self.wants_older.set(false);
        if let (Some(next), Ok(preloaded)) = (untrack(|| self.neighbor(1)), HtmlImageElement::new()) {
            // It is there at once when the person goes on.
            preloaded.set_src(&RunImage::url_of(next.run, next.index));
        }
    }

    /// Whether the image must not be seen.
    pub(super) fn is_veiled(self) -> bool {
        let is_flagged = self.image.with(|image| image.as_ref().is_some_and(|image| image.nsfw));
        is_flagged && self.key().is_some_and(|key| self.hides(key))
    }

    /// Whether that image must not be seen, should it be flagged.
    pub(super) fn hides(self, key: ImageKey) -> bool {
        self.hides_flagged() || !self.stores.overlays.is_revealed(key)
    }

    /// Whether flagged images cannot be revealed.
    pub(super) fn hides_flagged(self) -> bool {
        self.stores.settings.with(|settings| settings.hide_flagged)
    }

    pub(super) fn is_fit(self) -> bool {
        self.zoom.with(|zoom| zoom.is_fit())
    }

    /// Shows more or less of it, and says how large it is then.
    pub(super) fn zoom_to(self, zoom: Zoom) {
        if self.zoom.get_untracked() != zoom {
            self.zoom.set(zoom);
            self.said.set(format!("{}%", zoom.percent(self.fitted())));
        }
    }

    /// Zooms by so many thousandths around a point.
    pub(super) fn zoom_by(self, thousandths: i64, around: Pixels) {
        self.zoom_to(self.zoom.get_untracked().by(thousandths, around, self.fitted()));
    }

    pub(super) fn natural(self) {
        self.zoom_to(Zoom::natural(self.fitted()));
    }

    pub(super) fn pan(self, by: Pixels) {
        self.zoom.set(self.zoom.get_untracked().moved(by, self.fitted()));
    }

    /// The image as it fits its frame now.
    fn fitted(self) -> Fitted {
        let shown = self.img.get_untracked().map(|img| (img.offset_width().into(), img.offset_height().into()));
        let natural_width = self.image.with_untracked(|image| image.as_ref().map(|image| image.width));
        Fitted { shown: shown.unwrap_or_default(), natural_width: natural_width.unwrap_or_default().into() }
    }

    pub(super) fn is_info_open(self) -> bool {
        self.info.get().unwrap_or_else(|| dom::matches_media(WIDE))
    }

    pub(super) fn toggle_info(self) {
        let is_open = untrack(|| self.is_info_open());
        self.info.set(Some(!is_open));
    }

    pub(super) fn run_command(self, command: Command) {
        match command {
            Command::Go(step) => self.go(step),
            Command::Pan(by) => self.pan(by),
            Command::Zoom(thousandths) => self.zoom_by(thousandths, (0, 0)),
            Command::Fit => self.zoom_to(Zoom::default()),
            Command::Natural => self.natural(),
            Command::Info => self.toggle_info(),
            Command::Favorite => self.toggle_favorite(),
        }
    }

    /// Whether it lies over the page.
    pub(super) fn is_open(self) -> bool {
        self.dialog.get_untracked().is_some_and(|dialog| dialog.open())
    }

    pub(super) fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        self.stores.overlays.lightbox.set(None);
    }
}

/// The run of that id, or those of its group that the board shows beside it, in their order.
fn with_its_group(runs: RunsStore, id: RunId) -> Vec<Run> {
    let places = runs.items.with(|items| {
        let item = items.iter().find(|item| item.places.iter().any(|place| place.1 == id));
        item.map(|item| item.places.clone())
    });
    let ids = places.map_or_else(|| vec![id], |places| places.into_iter().map(|place| place.1).collect());
    ids.into_iter().filter_map(|id| runs.find(id)).map(|run| run.get()).collect()
}
