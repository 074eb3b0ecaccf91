//! What can be done with a run, as icons.

use imagen4_core::api::RunPatch;
use imagen4_core::{Run, RunState};
use leptos::prelude::*;

use super::menu::MoreMenu;
use super::problem::{Remedy, remedy};
use super::reuse;
use crate::api::{self, RunAction};
use crate::state::runs::progress::is_in_progress;
use crate::state::use_stores;
use crate::ui::button::{star_button, tool_button};
use crate::ui::icon::{Icon, drawn};
use crate::ui::near::Near;
use crate::ui::popover::Popover;

/// Edit prompt · Regenerate · Download · Favorite · More actions.
#[component]
pub fn CardActions(
    /// The run.
    run: RwSignal<Run>,
    /// Whether the card is near the screen: before, there are none.
    near: Near,
    /// Without what its group offers for all of them.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    view! { <div class="card-actions">{move || near.get().then(|| view! { <Icons run brief /> })}</div> }
}

#[component]
fn Icons(run: RwSignal<Run>, brief: bool) -> impl IntoView {
    let stores = use_stores();
    let id = run.with_untracked(|run| run.id);
    let has_edit = Memo::new(move |_| run.with(|run| remedy(run) != Some(Remedy::EditPrompt)));
    let has_images = Memo::new(move |_| run.with(|run| !run.images.is_empty()));
    // The place for it is there before the images are: nothing moves when they come.
    let has_place = Memo::new(move |_| run.with(|run| has_frame(run) && run.state != RunState::Queued));
    let url = Memo::new(move |_| run.with(download_url));
    let favorite = move |_| {
        let favorite = run.with_untracked(|run| !run.favorite);
        let patch = RunPatch { favorite: Some(favorite), note: None };
        stores.runs.mark(stores.toast, RunAction::Patch(id, patch));
    };
    view! {
            <span hidden=move || !has_edit.get()>
                {tool_button("Edit prompt", Icon::Edit, move |_| reuse::edit_prompt(stores, &run.get_untracked()))}
            </span>
            {(!brief)
                .then(|| {
                    let act = move |_| reuse::regenerate(stores, &run.get_untracked());
                    view! { <span hidden=move || !has_place.get()>{tool_button("Regenerate", Icon::Refresh, act)}</span> }
                })}
            <a
                class="icon-button"
                class:invisible=move || !has_images.get()
                hidden=move || !has_place.get()
                href=move || url.get()
                download=""
                aria-label="Download"
                title="Download"
            >
                {drawn(Icon::Download)}
            </a>
            {star_button("Favorite", move || run.with(|run| run.favorite), None, favorite)}
            <Popover id=format!("more-{id}") label="More actions" icon=Icon::More>
                <MoreMenu run />
            </Popover>
    }
}

/// Whether a run shows images, or slots for them.
pub fn has_frame(run: &Run) -> bool {
    is_in_progress(run.state) || !run.images.is_empty()
}

/// Where what a run brought is downloaded: the image, or a ZIP file of several.
fn download_url(run: &Run) -> String {
    match &run.images[..] {
        [image] => format!("{}?download", image.url),
        _ => api::archive_url([run.id]),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn one_image_is_downloaded_as_it_is_and_several_as_one_file() {
        let mut run = run(RunState::Archived);
        assert_eq!(download_url(&run), format!("api/archive?run={}", run.id));
        run.images.pop();
        assert_eq!(download_url(&run), "api/runs/0/images/0?download");
    }
}
