//! A small image that opens large, and what can be done with it alone; or the place where it will be.

use imagen4_core::Run;
use imagen4_core::run::RunImage;
use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlImageElement;

use super::select;
use crate::api::RunAction;
use crate::state::clipboard;
use crate::state::runs::images::{ImageKey, Slot, expected, position};
use crate::state::{Stores, use_stores};
use crate::ui::button::{star_button, tool_button};
use crate::ui::icon::{Icon, drawn};
use crate::ui::near::Near;

/// One of a run's images with its own actions, or a blank of its shape.
#[component]
pub fn Thumbnail(
    /// Its run.
    run: RwSignal<Run>,
    /// Which of its images. (`slot` means something else to `view!`.)
    image: Slot,
    /// Whether its card is near the screen; without one it is.
    #[prop(optional)]
    near: Option<Near>,
) -> impl IntoView {
    match image {
        Slot::Ready(index) => view! {
            <div class="slot">
                <OpenButton run index />
                {move || near.is_none_or(Near::get).then(|| view! { <ImageActions run index /> })}
            </div>
        }
        .into_any(),
        Slot::Waiting(_) => view! { <div class="slot waiting"></div> }.into_any(),
        Slot::Missing(_) => view! { <div class="slot missing">"not available"</div> }.into_any(),
    }
}

/// The image of that index, if it is here.
pub(super) fn image(run: &Run, index: u8) -> Option<&RunImage> {
    run.images.iter().find(|image| image.index == index)
}

/// Why an image is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Veil {
    None,
    /// It could not be loaded.
    Broken,
    /// It is flagged, and can be revealed.
    Flagged,
    /// It is flagged, and the settings keep it hidden.
    Hidden,
}

impl Veil {
    fn of(stores: Stores, key: ImageKey, is_nsfw: bool) -> Self {
        match is_nsfw {
            true if stores.settings.with(|settings| settings.hide_flagged) => Self::Hidden,
            true if !stores.overlays.is_revealed(key) => Self::Flagged,
            _ => Self::None,
        }
    }

    /// What stands over it.
    const fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Broken => "Could not be loaded. Press to try again.",
            Self::Flagged => "Reveal",
            Self::Hidden => "Hidden: flagged as NSFW",
        }
    }

    /// What its button does, in words.
    fn label(self, position: &str) -> String {
        match self {
            Self::None => format!("Open {position}"),
            Self::Broken => format!("Load {position} again"),
            Self::Flagged => format!("Reveal {position}, flagged as NSFW"),
            Self::Hidden => format!("Hidden {position}, flagged as NSFW"),
        }
    }
}

/// The image as the button that opens it.
#[component]
pub fn OpenButton(
    /// Its run.
    run: RwSignal<Run>,
    /// Its place among the run's images.
    index: u8,
    /// Whether the tabulator stops at it.
    #[prop(optional, into)]
    tabindex: Option<Signal<i32>>,
) -> impl IntoView {
    let stores = use_stores();
    let (image, key, prompt) = run.with_untracked(|run| {
        let image = image(run, index).cloned();
        (image, ImageKey { run: run.id, index }, run.request.prompt().to_owned())
    });
    let image = image?;
    let is_nsfw = image.nsfw;
    let broken = RwSignal::new(false);
    let img = NodeRef::<html::Img>::new();
    // Others may come that nobody promised.
    let position = Memo::new(move |_| run.with(|run| position(index, expected(run))));
    let veil = Memo::new(move |_| if broken.get() { Veil::Broken } else { Veil::of(stores, key, is_nsfw) });
    let on_click = move |event: leptos::ev::MouseEvent| {
        if select::on_thumb_click(stores, key.run, &event) {
            return;
        }
        match veil.get_untracked() {
            Veil::None => stores.overlays.lightbox.set(Some(key)),
            Veil::Broken => {
                if let Some(img) = img.get_untracked() {
                    img.set_src(&img.src());
                }
            }
            Veil::Flagged => stores.overlays.reveal(key),
            Veil::Hidden => {}
        }
    };
    let on_load = move |event: leptos::ev::Event| {
        let _never_fails = event_target::<HtmlImageElement>(&event).class_list().add_1("ready");
        broken.set(false);
    };
    Some(view! {
        <button
            type="button"
            id=key.element_id()
            class="thumb"
            class:veiled=move || matches!(veil.get(), Veil::Flagged | Veil::Hidden)
            aria-label=move || veil.get().label(&position.read())
            tabindex=tabindex.map(|tabindex| move || tabindex.get())
            on:click=on_click
            on:pointerdown=move |event| select::on_thumb_press(stores, key.run, &event)
        >
            <img
                node_ref=img
                loading="lazy"
                decoding="async"
                draggable="false"
                width=image.width
                height=image.height
                alt=move || format!("{prompt}, {}", position.read())
                on:load=on_load
                on:error=move |_| broken.set(true)
                src=image.thumb_url.unwrap_or(image.url)
            />
            {move || match veil.get() {
                Veil::None => None,
                veil => Some(view! { <span class="veil">{veil.text()}</span> }),
            }}
        </button>
    })
}

/// What can be done with one image, over its corner.
#[component]
fn ImageActions(
    /// Its run.
    run: RwSignal<Run>,
    /// Its place among the run's images.
    index: u8,
) -> impl IntoView {
    let stores = use_stores();
    let (url, key) = run.with_untracked(|run| {
        let url = image(run, index).map(|image| image.url.clone());
        (url.unwrap_or_default(), ImageKey { run: run.id, index })
    });
    let is_nsfw = run.with_untracked(|run| image(run, index).is_some_and(|image| image.nsfw));
    let download = format!("{url}?download");
    let copy = move |_| {
        let copied = clipboard::image_of(&url).and_then(|image| clipboard::copy_image(&image));
        stores.toast.tell_copied(copied, "Image copied");
    };
    view! {
        <div
            class="slot-actions"
            role="group"
            aria-label=format!("Image {} actions", u32::from(index) + 1)
            hidden=move || Veil::of(stores, key, is_nsfw) != Veil::None
        >
            <a class="icon-button" href=download download="" aria-label="Download image" title="Download image">
                {drawn(Icon::Download)}
            </a>
            <FavoriteImage run index />
            {tool_button("Copy image", Icon::Copy, copy)}
        </div>
    }
}

/// The star of one image.
#[component]
pub fn FavoriteImage(
    /// Its run.
    run: RwSignal<Run>,
    /// Its place among the run's images.
    index: u8,
    /// Whether the tabulator stops at it.
    #[prop(optional, into)]
    tabindex: Option<Signal<i32>>,
) -> impl IntoView {
    let stores = use_stores();
    let is_favorite = move |run: &Run| image(run, index).is_some_and(|image| image.favorite);
    star_button(
        "Favorite image",
        move || run.with(is_favorite),
        tabindex,
        move |_| {
            let action = run.with_untracked(|run| RunAction::FavoriteImage(run.id, index, !is_favorite(run)));
            stores.runs.mark(stores.toast, action);
        },
    )
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_thumbnail_says_what_a_press_does() {
        let labels = [Veil::None, Veil::Broken, Veil::Flagged, Veil::Hidden].map(|veil| veil.label("image 1 of 4"));
        assert_eq!(
            labels,
            [
                "Open image 1 of 4",
                "Load image 1 of 4 again",
                "Reveal image 1 of 4, flagged as NSFW",
                "Hidden image 1 of 4, flagged as NSFW",
            ]
        );
    }
}
