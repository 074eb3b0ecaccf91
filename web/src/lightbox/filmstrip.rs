//! The images of the same run, small; of a group, those of all its runs, with the words that differ.

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlElement;

use super::order::{Frame, Reel};
use super::viewer::Viewer;
use crate::state::runs::images::ImageKey;
use crate::ui::dom::by_id;

/// The filmstrip; nothing where there is only one image.
#[component]
pub fn Filmstrip(
    /// The lightbox.
    viewer: Viewer,
) -> impl IntoView {
    let strip = NodeRef::<html::Ul>::new();
    let has_several = move || viewer.film.with(|film| film.iter().map(|reel| reel.frames.len()).sum::<usize>() > 1);
    let prompt = move || viewer.run.with(|run| run.as_ref().map(|run| run.request.prompt().to_owned()));
    // The image that is shown stays in sight.
    Effect::new(move || {
        let thumbnail = viewer.key().and_then(|key| by_id::<HtmlElement>(&frame_id(key)));
        if let (Some(strip), Some(thumbnail)) = (strip.get(), thumbnail) {
            strip.set_scroll_left(thumbnail.offset_left() + (thumbnail.offset_width() - strip.client_width()) / 2);
        }
    });
    view! {
        <footer class="lightbox-foot">
            <Show when=move || !viewer.is_info_open()>
                <p class="lightbox-prompt" dir="auto">{prompt}</p>
            </Show>
            <Show when=has_several>
                <ul class="filmstrip" role="list" aria-label="Images of this run" node_ref=strip>
                    {move || viewer.film.get().into_iter().map(|each| reel(viewer, each)).collect_view()}
                </ul>
            </Show>
        </footer>
    }
}

fn reel(viewer: Viewer, reel: Reel) -> AnyView {
    let label =
        (!reel.label.is_empty()).then(|| view! { <span class="reel-label" aria-hidden="true">{reel.label}</span> });
    view! {
        <li class="reel">
            {label}
            <span class="reel-frames">{reel.frames.into_iter().map(|each| frame(viewer, each)).collect_view()}</span>
        </li>
    }
    .into_any()
}

fn frame(viewer: Viewer, frame: Frame) -> AnyView {
    let Frame { key, name, url, nsfw } = frame;
    view! {
        <button
            type="button"
            class="frame"
            class:veiled=move || nsfw && viewer.hides(key)
            id=frame_id(key)
            title=name.clone()
            aria-label=name
            aria-current=move || (viewer.key() == Some(key)).then_some("true")
            on:click=move |_| viewer.show(key)
        >
            <img src=url alt="" loading="lazy" decoding="async" draggable="false" />
        </button>
    }
    .into_any()
}

fn frame_id(key: ImageKey) -> String {
    format!("frame-{}-{}", key.run, key.index)
}
