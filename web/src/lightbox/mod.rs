//! One picture, large, with its neighbours an arrow away.
//!
//! # Layout
//! - this file: which picture is shown, and what its buttons do
//! - [`caption`]: what is said of it; `copy`: taking it along
//! - `step`: Back closes it
//! - [`zoom`]: how large it is, and which part of it is seen; [`touch`]: fingers, mouse and wheel that change that

pub mod caption;
mod copy;
mod step;
pub mod touch;
pub mod zoom;

use imagen4_core::api::RunPatch;
use imagen4_core::{Run, RunId};
use web_sys::{HtmlDialogElement, HtmlElement, HtmlImageElement, KeyboardEvent, MouseEvent, ScrollRestoration};

use self::caption::Caption;
use self::copy::{copy_picture, tell_copied};
use self::step::{push_step, scroll_back};
use self::zoom::{Fitted, Zoom};
use crate::api::order::Order;
use crate::app::App;
use crate::board::desk::Desk;
use crate::board::store::{Place, RunStore};
use crate::composer::again;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, effect, untrack};
use crate::platform::timer::{Timer, soon};

/// One step closer and one back, in thousandths.
const CLOSER: i64 = 1_250;
const FARTHER: i64 = 800;
/// How far an arrow moves a picture that is larger than its frame, in pixels.
const STEP: i64 = 80;
/// A thumb that is not there yet is looked for so often, and after so many milliseconds.
const FOCUS_TRIES: u32 = 40;
const FOCUS_MS: i32 = 50;

/// A picture of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PictureKey {
    /// Its run.
    pub run: RunId,
    /// Its place among the run's pictures.
    pub index: u8,
}

impl PictureKey {
    /// The id of its thumb on the board.
    pub fn element_id(self) -> String {
        format!("picture-{}-{}", self.run, self.index)
    }

    /// The pictures of a run that are here.
    pub fn all_of(run: &Run) -> Vec<Self> {
        run.images.iter().map(|image| Self { run: run.id, index: image.index }).collect()
    }
}

/// Which picture is shown and how, and which flagged ones may be.
#[derive(Clone, Copy, Debug)]
pub struct Lightbox {
    shown: Signal<Option<PictureKey>>,
    revealed: Signal<Vec<PictureKey>>,
    zoom: Signal<Zoom>,
    /// What was just done, or the level of the zoom: the page's own live region is out of reach behind a dialog.
    said: Signal<String>,
    /// The picture that was shown last, until the focus went back to it.
    seen: Signal<Option<PictureKey>>,
    focusing: Signal<Option<Timer>>,
    /// Whether Back closes it: it is a step in the browser's history.
    step: Signal<bool>,
}

impl Lightbox {
    /// Closed.
    pub fn new() -> Self {
        Self {
            shown: Signal::new(None),
            revealed: Signal::new(Vec::new()),
            zoom: Signal::new(Zoom::default()),
            said: Signal::new(String::new()),
            seen: Signal::new(None),
            focusing: Signal::new(None),
            step: Signal::new(false),
        }
    }

    /// Shows a picture, whole at first.
    pub fn open(self, key: PictureKey) {
        self.zoom.set(Zoom::default());
        self.said.set(String::new());
        self.seen.set(Some(key));
        self.shown.set(Some(key));
    }

    /// Lifts the veil from a flagged picture, until the page is left.
    pub fn reveal(self, key: PictureKey) {
        self.revealed.update(|revealed| {
            revealed.push(key);
        });
    }

    /// Whether the veil was lifted.
    pub fn is_revealed(self, key: PictureKey) -> bool {
        self.revealed.with(|revealed| revealed.contains(&key))
    }

    fn is_whole(self) -> bool {
        self.zoom.with_untracked(|zoom| zoom.is_fit())
    }

    /// Shows more or less of it, and says how large it is then.
    fn zoom_to(self, zoom: Zoom) {
        if self.zoom.get_untracked() != zoom {
            self.said.set(format!("{} %", zoom.percent(fitted())));
            self.zoom.set(zoom);
        }
    }

    fn pan(self, x: i64, y: i64) {
        self.zoom.update(|zoom| *zoom = zoom.moved((x, y), fitted()));
    }
}

impl Default for Lightbox {
    fn default() -> Self {
        Self::new()
    }
}

/// The picture `step` places from `key` in the order of the board; none beyond its ends.
pub fn neighbour(runs: &RunStore, shown: &[Place], key: PictureKey, step: isize) -> Option<PictureKey> {
    let runs = shown.iter().filter_map(|place| runs.at(*place));
    let all: Vec<_> = runs.flat_map(|run| run.with_untracked(PictureKey::all_of)).collect();
    let at = all.iter().position(|other| *other == key)?;
    all.get(at.checked_add_signed(step)?).copied()
}

/// The picture as it fits its frame now.
fn fitted() -> Fitted {
    let picture = picture();
    Fitted {
        shown: (picture.offset_width().into(), picture.offset_height().into()),
        natural_width: picture.natural_width().into(),
    }
}

fn picture() -> HtmlImageElement {
    dom::part("lightbox-picture")
}

fn dialog() -> HtmlDialogElement {
    dom::part("lightbox")
}

/// Takes the shell's dialog over; closed until a picture is opened.
pub fn adopt(app: App) {
    let lightbox = app.lightbox;
    let shown = lightbox.shown;
    let caption = Signal::derived(move || {
        let key = shown.get()?;
        let run = app.board.runs.with(|runs| runs.get(key.run))?;
        app.server.models.with(|models| run.with(|run| Caption::of(run, key.index, models)))
    });
    effect(move || match shown.with(Option::is_some) {
        true if !dialog().open() => {
            dom::open("lightbox");
            lightbox.step.set(push_step());
        }
        false => dialog().close(),
        true => {}
    });
    // Its run can be deleted from another tab.
    effect(move || {
        if caption.with(Option::is_none) && shown.with_untracked(Option::is_some) {
            shown.set(None);
        }
    });

    let parts = Part::shell("lightbox");
    let say = move |part: fn(&Caption) -> String| {
        move || caption.with(|caption| caption.as_ref().map(part).unwrap_or_default())
    };
    let hidden = move || app.settings.with(|settings| settings.hide_flagged);
    let veiled = move || {
        let flagged = caption.with(|caption| caption.as_ref().is_some_and(|caption| caption.nsfw));
        flagged && (hidden() || shown.get().is_some_and(|key| !lightbox.is_revealed(key)))
    };
    parts.find(".prompt").bind(say(|caption| caption.prompt.clone()));
    parts.find(".facts").bind(say(|caption| caption.facts.clone()));
    parts.find(".said").bind(move || lightbox.said.get());
    parts.find(".star").bind_attr("aria-pressed", say(|caption| caption.favorite.to_string()));
    parts.find("[data-do=hold-seed]").show(move || caption.with(|it| it.as_ref().is_some_and(|it| it.has_seed)));
    parts.find("a").bind_attr("href", say(|caption| format!("{}?download", caption.url)));
    parts.find(".info").bind_parts(move || {
        let rows = caption.with(|caption| caption.as_ref().map(|caption| caption.rows.clone())).unwrap_or_default();
        let row = |(name, value): &(&str, String)| {
            let (term, text) = (Part::new("dt"), Part::new("dd"));
            term.say(name);
            text.say(value);
            [term, text]
        };
        rows.iter().flat_map(row).collect()
    });
    let frame = parts.find(".large");
    frame.bind_class("veiled", veiled).bind_class("zoomed", move || !lightbox.zoom.get().is_fit());
    frame.find(".veil").show(move || veiled() && !hidden());
    let image = frame.find("img");
    // Without a picture there must be no address: an empty one is the page itself.
    image.bind_attr("src", say(|caption| caption.url.clone())).bind_attr("alt", say(|caption| caption.alt.clone()));
    image.bind_style("transform", move || lightbox.zoom.get().css());

    for (name, step) in [("previous", -1), ("next", 1)] {
        let button = parts.find(&format!("[data-do={name}]"));
        button.bind_state("aria-disabled", move || {
            shown.track();
            app.board.runs.track();
            next(app, step).is_none()
        });
    }
    touch::adopt(app, &frame);
    let desk = Desk::new(app);
    effect(move || {
        let failure = desk.failure.get();
        if !failure.is_empty() {
            lightbox.said.set(failure);
        }
    });
    parts.on("click", move |event: MouseEvent| {
        if let Some((what, _)) = dom::asked(&event) {
            act(app, desk, &what);
        }
    });
    parts.on("keydown", move |event: KeyboardEvent| {
        // The browser's own: copying text, going back.
        if !event.ctrl_key() && !event.meta_key() && !event.alt_key() {
            key(app, desk, &event.key());
        }
    });
    parts.on("close", move |_: web_sys::Event| closed(app));
    dom::listen(&dom::window(), "popstate", move |_: web_sys::Event| {
        lightbox.step.set(false);
        lightbox.shown.set(None);
        scroll_back(ScrollRestoration::Auto);
    });
}

fn next(app: App, step: isize) -> Option<PictureKey> {
    let key = app.lightbox.shown.get_untracked()?;
    let places = untrack(|| app.board.shown());
    app.board.runs.with_untracked(|runs| neighbour(runs, &places, key, step))
}

fn go(app: App, step: isize) {
    match next(app, step) {
        Some(key) => app.lightbox.open(key),
        // There may be more of them.
        None if step > 0 => app.board.show_older(app.server),
        None => {}
    }
}

fn key(app: App, desk: Desk, key: &str) {
    let lightbox = app.lightbox;
    match (key, lightbox.is_whole()) {
        ("ArrowLeft", true) => go(app, -1),
        ("ArrowRight", true) => go(app, 1),
        ("ArrowLeft", false) => lightbox.pan(STEP, 0),
        ("ArrowRight", false) => lightbox.pan(-STEP, 0),
        ("ArrowUp", _) => lightbox.pan(0, STEP),
        ("ArrowDown", _) => lightbox.pan(0, -STEP),
        ("+" | "=", _) => act(app, desk, "closer"),
        ("-", _) => act(app, desk, "farther"),
        ("0", _) => act(app, desk, "fit"),
        ("1", _) => act(app, desk, "natural"),
        ("i", _) => act(app, desk, "info"),
        ("f", _) => act(app, desk, "favorite"),
        _ => {}
    }
}

fn act(app: App, desk: Desk, what: &str) {
    let lightbox = app.lightbox;
    let Some(key) = lightbox.shown.get_untracked() else { return };
    let Some(run) = app.board.runs.with_untracked(|runs| runs.get(key.run)).map(Signal::get_untracked) else { return };
    let by = |thousandths| lightbox.zoom_to(lightbox.zoom.get_untracked().by(thousandths, (0, 0), fitted()));
    match what {
        "previous" => go(app, -1),
        "next" => go(app, 1),
        "closer" => by(CLOSER),
        "farther" => by(FARTHER),
        "fit" => lightbox.zoom_to(Zoom::default()),
        "natural" => lightbox.zoom_to(Zoom::natural(fitted())),
        "reveal" => lightbox.reveal(key),
        "close" => lightbox.shown.set(None),
        "info" => toggle_info(),
        "favorite" => desk.ask(Order::Patch(run.id, RunPatch { favorite: Some(!run.favorite), note: None })),
        "copy-prompt" => tell_copied(app, dom::copy(run.request.prompt()), "Prompt copied"),
        "copy-picture" => tell_copied(app, copy_picture(), "Picture copied"),
        "hold-seed" => {
            let held = again::hold(app, &run);
            lightbox.said.set(if held { "Its seed is held in the composer" } else { again::NO_SEEDS }.to_owned());
        }
        "reuse" => {
            // Where it leads is a step of its own.
            lightbox.step.set(false);
            dialog().close();
            again::reuse(app, &run);
        }
        _ => {}
    }
}

fn toggle_info() {
    let info: HtmlElement = dom::part("lightbox-info");
    info.set_hidden(!info.hidden());
    let pressed = if info.hidden() { "false" } else { "true" };
    let _never_fails = dom::part::<HtmlElement>("lightbox-info-button").set_attribute("aria-expanded", pressed);
}

/// The focus goes back to the thumb: of the picture seen last, not of the first one.
fn closed(app: App) {
    if app.lightbox.step.get_untracked() {
        app.lightbox.step.set(false);
        let _best_effort = dom::window().history().map(|history| history.back());
    }
    app.lightbox.shown.set(None);
    if let Some(key) = app.lightbox.seen.take() {
        give_focus(app, key, FOCUS_TRIES);
    }
}

/// Focuses a thumb as soon as it is there: its card may have been taken away while it was far from the screen.
fn give_focus(app: App, key: PictureKey, tries: u32) {
    app.board.bring(key.run);
    soon(move || {
        let id = key.element_id();
        dom::focus(&id);
        if tries > 0 && !dom::is_there(&id) {
            app.lightbox.focusing.set(Some(Timer::once(FOCUS_MS, move || give_focus(app, key, tries - 1))));
        }
    });
}

#[cfg(test)]
mod tests {
    use imagen4_core::{RunState, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::board::card::tests::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn arrows_go_through_the_pictures_of_all_runs_and_stop_at_the_ends() {
        let mut runs = RunStore::default();
        let archived =
            |id, at| Run { id: RunId::from_bits(id), created_at: Timestamp::from_ms(at), ..run(RunState::Archived) };
        runs.merge(archived(1, 1));
        runs.merge(archived(2, 2));
        let shown: Vec<_> = runs.places().collect();
        let neighbour = |runs: &RunStore, key, step| neighbour(runs, &shown, key, step);
        let key = |id, index| PictureKey { run: RunId::from_bits(id), index };
        assert_eq!(neighbour(&runs, key(2, 1), 1), Some(key(1, 0)));
        assert_eq!(neighbour(&runs, key(1, 0), -1), Some(key(2, 1)));
        assert_eq!(neighbour(&runs, key(2, 0), -1), None);
        assert_eq!(neighbour(&runs, key(1, 1), 1), None);
    }
}
