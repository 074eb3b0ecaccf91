//! The bar over the image: which one it is, how large, and what is done most.

use leptos::prelude::*;

use super::command::Command;
use super::order::place;
use super::viewer::Viewer;
use crate::ui::button::IconButton;
use crate::ui::icon::{Icon, IconView};

/// The bar.
#[component]
pub fn Toolbar(
    /// The lightbox.
    viewer: Viewer,
) -> impl IntoView {
    let place = move || viewer.film.with(|film| place(film, viewer.key()?));
    let download = move || viewer.image.with(|image| image.as_ref().map(|image| format!("{}?download", image.url)));
    let is_favorite = move || viewer.image.with(|image| image.as_ref().is_some_and(|image| image.favorite));
    view! {
        <header class="lightbox-bar">
            <p class="lightbox-place">{place}</p>
            <button type="button" class="button quiet" on:click=move |_| viewer.run_command(Command::Fit)>
                "Fit"
            </button>
            <button type="button" class="button quiet" on:click=move |_| viewer.run_command(Command::Natural)>
                "100%"
            </button>
            <output class="lightbox-said" aria-live="polite">{move || viewer.said.get()}</output>
            <IconButton
                label="Favorite"
                icon=Icon::Star
                class="star"
                pressed=Signal::derive(is_favorite)
                on_click=move |_| viewer.toggle_favorite()
            />
            <a class="icon-button" aria-label="Download" title="Download" href=download download="">
                <IconView icon=Icon::Download />
            </a>
            <button
                type="button"
                class="icon-button"
                aria-label="Info"
                title="Info"
                aria-expanded=move || viewer.is_info_open().to_string()
                aria-controls="lightbox-info"
                on:click=move |_| viewer.toggle_info()
            >
                <IconView icon=Icon::Info />
            </button>
            <IconButton label="Close" icon=Icon::Close on_click=move |_| viewer.close() />
        </header>
    }
}
