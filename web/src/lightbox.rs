//! One picture, large, with its neighbours an arrow away.

use imagen4_core::{Run, RunId};
use leptos::html::Dialog;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::app::App;
use crate::board::pictures::place;
use crate::board::store::RunStore;
use crate::platform::dom;
use crate::platform::reactive::{effect, press};

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
}

/// Which picture is shown, and which flagged ones may be.
#[derive(Clone, Copy, Debug)]
pub struct Lightbox {
    shown: RwSignal<Option<PictureKey>>,
    revealed: RwSignal<Vec<PictureKey>>,
}

impl Lightbox {
    /// Closed.
    pub fn new() -> Self {
        Self { shown: RwSignal::new(None), revealed: RwSignal::new(Vec::new()) }
    }

    /// Shows a picture.
    pub fn open(self, key: PictureKey) {
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
}

impl Default for Lightbox {
    fn default() -> Self {
        Self::new()
    }
}

/// The picture `step` places from `key` in the order of the board; none beyond its ends.
pub fn neighbour(runs: &RunStore, key: PictureKey, step: isize) -> Option<PictureKey> {
    let all: Vec<_> = (runs.iter())
        .flat_map(|run| {
            run.with_untracked(|run| {
                run.images.iter().map(|image| PictureKey { run: run.id, index: image.index }).collect::<Vec<_>>()
            })
        })
        .collect();
    let at = all.iter().position(|other| *other == key)?;
    all.get(at.checked_add_signed(step)?).copied()
}

/// What is said of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Caption {
    url: String,
    alt: String,
    prompt: String,
    facts: String,
    nsfw: bool,
}

impl Caption {
    fn of(run: &Run, index: u8) -> Option<Self> {
        let image = run.images.iter().find(|image| image.index == index)?;
        let request = &run.request;
        let prompt = request.prompt.as_str().to_owned();
        let place = place(usize::from(index), usize::from(request.num_images.get()));
        let alt = format!("{prompt}, {place}");
        let mut facts = format!("{place} · {} · {} × {}", request.aspect_ratio, image.width, image.height);
        if let Some(seed) = request.seed.filter(|seed| seed.is_known()) {
            facts += &format!(" · seed {seed}");
        }
        if run.is_sample() {
            facts += " · a sample painted locally, not Imagen 4";
        }
        Some(Self { url: image.url.clone(), alt, prompt, facts, nsfw: image.nsfw })
    }
}

/// The dialog; closed until a picture is opened.
#[component]
pub(crate) fn LightboxView(app: App) -> impl IntoView {
    let Lightbox { shown, .. } = app.lightbox;
    let runs = app.board.runs;
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        let (Some(dialog), open) = (dialog.get(), shown.with(Option::is_some)) else { return };
        if open && !dialog.open() {
            let _fails_only_when_open = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let closed = move |_| {
        // The thumb of the picture seen last, not of the first one.
        if let Some(key) = shown.get_untracked() {
            shown.set(None);
            dom::focus(&key.element_id());
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let next = move |step| shown.get().and_then(|key| runs.with(|runs| neighbour(runs, key, step)));
    let go = move |step| {
        if let Some(key) = untrack(|| next(step)) {
            shown.set(Some(key));
        }
    };
    let is_end = |step| Signal::derive(move || next(step).is_none().to_string());

    let caption = move || {
        let key = shown.get()?;
        runs.with(|runs| runs.get(key.run))?.with(|run| Caption::of(run, key.index))
    };
    // Its run can be deleted from another tab.
    effect(move || {
        if shown.with(Option::is_some) && caption().is_none() {
            shown.set(None);
        }
    });
    let say = move |part: fn(Caption) -> String| Signal::derive(move || caption().map(part).unwrap_or_default());
    // Without a picture there must be no address: an empty one is the page itself.
    let url = Signal::derive(move || caption().map(|caption| caption.url));
    let download = Signal::derive(move || url.get().map(|url| format!("{url}?download")));
    let veiled = Signal::derive(move || {
        let flagged = caption().is_some_and(|caption| caption.nsfw);
        flagged && shown.get().is_some_and(|key| !app.lightbox.is_revealed(key))
    });
    let clear = Signal::derive(move || !veiled.get());
    let reveal = press(move || shown.get_untracked().into_iter().for_each(|key| app.lightbox.reveal(key)));
    let reuse = press(move || {
        let run = shown.get_untracked().and_then(|key| runs.with_untracked(|runs| runs.get(key.run)));
        shown.set(None);
        if let Some(run) = run {
            close();
            run.with_untracked(|run| app.composer.reuse(run));
        }
    });
    view! {
        <dialog class="lightbox" node_ref=dialog aria-label="Picture" on:close=closed
            on:keydown=move |event: KeyboardEvent| match event.key().as_str() {
                "ArrowLeft" => go(-1),
                "ArrowRight" => go(1),
                _ => {}
            }>
            <div class="lightbox-top">
                <button class="action" type="button" aria-disabled=is_end(-1) on:click=press(move || go(-1))>"← Previous"</button>
                <button class="action" type="button" aria-disabled=is_end(1) on:click=press(move || go(1))>"Next →"</button>
                <button class="action close" type="button" on:click=press(close)>"Close"</button>
            </div>
            <figure>
                <div class="large" class:veiled=veiled>
                    <img src=url alt=say(|caption| caption.alt)/>
                    <button class="veil" type="button" hidden=clear on:click=reveal>"Reveal"</button>
                </div>
                <figcaption>
                    <p>{say(|caption| caption.prompt)}</p>
                    <p class="hint">{say(|caption| caption.facts)}</p>
                    <div class="actions">
                        <a class="action strong" href=download download="">"Download"</a>
                        <button class="action" type="button" on:click=reuse>"Reuse"</button>
                    </div>
                </figcaption>
            </figure>
        </dialog>
    }
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
        let key = |id, index| PictureKey { run: RunId::from_bits(id), index };
        assert_eq!(neighbour(&runs, key(2, 1), 1), Some(key(1, 0)));
        assert_eq!(neighbour(&runs, key(1, 0), -1), Some(key(2, 1)));
        assert_eq!(neighbour(&runs, key(2, 0), -1), None);
        assert_eq!(neighbour(&runs, key(1, 1), 1), None);
    }
}
