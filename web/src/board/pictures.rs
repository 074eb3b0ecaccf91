//! The pictures of a run: places of the right shape from the start, filled as the pictures arrive.

use imagen4_core::Run;
use imagen4_core::run::RunImage;
use leptos::prelude::*;

use super::timeline::is_under_way;
use crate::app::App;
use crate::lightbox::PictureKey;
use crate::platform::reactive::{dynamic, press};

/// `picture 1 of 4`
pub fn place(index: usize, of: usize) -> String {
    format!("picture {} of {of}", index + 1)
}

/// The row of pictures on a card.
#[component]
pub(crate) fn Pictures(app: App, run: RwSignal<Run>) -> impl IntoView {
    let (ratio, asked) = run.with_untracked(|run| (run.request.aspect_ratio, run.request.num_images.get()));
    let none = Signal::derive(move || run.with(|run| !is_under_way(run.state) && run.images.is_empty()));
    let row = (0..asked).map(|index| view! { <Picture app run index/> }).collect_view();
    view! { <div class="pictures" data-ratio=ratio.as_str() data-count=asked hidden=none>{row}</div> }
}

#[component]
fn Picture(app: App, run: RwSignal<Run>, index: u8) -> impl IntoView {
    let image = Memo::new(move |_| run.with(|run| run.images.iter().find(|image| image.index == index).cloned()));
    let under_way = Memo::new(move |_| run.with(|run| is_under_way(run.state)));
    dynamic(move || match image.get() {
        Some(image) => view! { <Thumb app run image/> }.into_any(),
        None => {
            let (class, words) = match under_way.get() {
                true => ("picture waiting", ""),
                false => ("picture missing", "not available"),
            };
            view! { <div class=class>{words}</div> }.into_any()
        }
    })
}

/// A small picture that opens large.
#[component]
pub(crate) fn Thumb(app: App, run: RwSignal<Run>, image: RunImage) -> impl IntoView {
    let (key, prompt, place) = run.with_untracked(|run| {
        let place = place(usize::from(image.index), usize::from(run.request.num_images.get()));
        (PictureKey { run: run.id, index: image.index }, run.request.prompt.as_str().to_owned(), place)
    });
    let alt = format!("{prompt}, {place}");
    let (width, height, src) = (image.width, image.height, image.thumb_url.unwrap_or(image.url));
    let veiled = Signal::derive(move || image.nsfw && !app.lightbox.is_revealed(key));
    let ready = RwSignal::new(false);
    let broken = RwSignal::new(false);
    let name = Signal::derive(move || match veiled.get() {
        true => format!("Reveal {place}, flagged as not safe for work"),
        false => format!("Open {place}"),
    });
    let veil = Signal::derive(move || match (broken.get(), veiled.get()) {
        (true, _) => "This picture could not be loaded".to_owned(),
        (_, true) => "Reveal".to_owned(),
        _ => String::new(),
    });
    let act = press(move || if veiled.get_untracked() { app.lightbox.reveal(key) } else { app.lightbox.open(key) });
    view! {
        <button class="picture" class:veiled=veiled id=key.element_id() type="button" aria-label=name on:click=act>
            <img alt=alt width=width height=height loading="lazy" decoding="async" class:ready=ready
                on:load=move |_| ready.set(true) on:error=move |_| broken.set(true) src=src/>
            <span class="veil">{veil}</span>
        </button>
    }
}
