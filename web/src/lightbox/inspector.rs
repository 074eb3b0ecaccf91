//! What is known of the image, and what can be done with it.

use leptos::prelude::*;

use super::details::{Detail, details};
use super::viewer::Viewer;
use crate::state::draft::DraftStore;
use crate::ui::button::IconButton;
use crate::ui::icon::{Icon, IconView};

/// The panel beside the image; on narrow screens it lies over it.
#[component]
pub fn Inspector(
    /// The lightbox.
    viewer: Viewer,
) -> impl IntoView {
    let models = viewer.stores.config.models;
    let prompt = move || viewer.run.with(|run| run.as_ref().map(|run| run.request.prompt().to_owned()));
    let rows = Memo::new(move |_| {
        let (run, image) = (viewer.run.get()?, viewer.image.get()?);
        Some(models.with(|models| details(&run, &image, models)))
    });
    let row = |(name, value): Detail| view! { <div><dt>{name}</dt><dd dir="auto">{value}</dd></div> };
    let has_seed = move || viewer.run.with(|run| run.as_ref().is_some_and(|run| run.request.known_seed().is_some()));
    view! {
        <aside class="lightbox-info" id="lightbox-info" aria-label="Image information" hidden=move || !viewer.is_info_open()>
            <div class="row apart">
                <h2>"Prompt"</h2>
                <IconButton label="Copy prompt" icon=Icon::Copy on_click=move |_| viewer.copy_prompt() />
            </div>
            <p class="prompt" dir="auto">{prompt}</p>
            <div class="lightbox-actions">
                {action("Edit prompt", Icon::Edit, move || viewer.leave_to_form(DraftStore::edit_prompt))}
                {action("Regenerate", Icon::Refresh, move || viewer.regenerate())}
                <Show when=has_seed>{action("Lock seed", Icon::Lock, move || viewer.lock_seed())}</Show>
                {action("Copy image", Icon::Copy, move || viewer.copy_image())}
            </div>
            <dl class="details">{move || rows.get().unwrap_or_default().into_iter().map(row).collect_view()}</dl>
        </aside>
    }
}

fn action(label: &'static str, icon: Icon, act: impl Fn() + 'static) -> AnyView {
    view! {
        <button type="button" class="button" on:click=move |_| act()>
            <IconView icon />
            {label}
        </button>
    }
    .into_any()
}
