//! One image, large, with its neighbors an arrow away.
//!
//! # Layout
//! - this file: the dialog; [`viewer`]: which image is shown, and how; [`command`]: the keys
//! - `actions`: what is done with it
//! - [`toolbar`], [`stage`], [`filmstrip`], [`inspector`]: its parts
//! - [`order`]: which image is next; [`details`](mod@details): what is known of it
//! - [`zoom`]: how large it is, and which part of it is seen; [`gesture`]: fingers, mouse and wheel that change that
//! - [`step`]: Back closes it; [`return_focus`](mod@return_focus): where the focus goes then

mod actions;
pub mod command;
pub mod details;
pub mod filmstrip;
pub mod gesture;
pub mod inspector;
pub mod order;
pub mod return_focus;
pub mod stage;
pub mod step;
pub mod toolbar;
pub mod viewer;
pub mod zoom;

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use web_sys::{Event, KeyboardEvent, ScrollRestoration};

use self::command::Command;
use self::filmstrip::Filmstrip;
use self::inspector::Inspector;
use self::return_focus::return_focus;
use self::stage::Stage;
use self::step::Step;
use self::toolbar::Toolbar;
use self::viewer::Viewer;
use crate::state::use_stores;

/// The lightbox; closed until an image is opened.
#[component]
pub fn Lightbox() -> impl IntoView {
    let viewer = Viewer::new(use_stores());
    let shown = viewer.stores.overlays.lightbox;
    let is_open = Memo::new(move |_| shown.with(Option::is_some));
    Effect::new(move || follow(viewer, shown.with(Option::is_some)));
    let _for_the_life_of_the_page = window_event_listener(ev::popstate, move |_| moved(viewer));
    // A click on text takes the focus out of the dialog, and the keys still are the image's.
    let _for_the_life_of_the_page = window_event_listener(ev::keydown, move |event| on_key(viewer, &event));
    view! {
        <dialog
            node_ref=viewer.dialog
            class="lightbox"
            aria-label="Image"
            on:cancel=move |event: Event| {
                event.prevent_default();
                viewer.close();
            }
            on:close=move |_| closed(viewer)
        >
            <Show when=move || is_open.get()>{content(viewer)}</Show>
        </dialog>
    }
}

fn content(viewer: Viewer) -> AnyView {
    let shown = viewer.stores.overlays.lightbox;
    Effect::new(move || {
        if let Some(key) = shown.get() {
            viewer.begin(key);
        }
    });
    // Its run can be deleted meanwhile, from another tab.
    Effect::new(move || {
        if viewer.image.with(Option::is_none) && shown.with_untracked(Option::is_some) {
            shown.set(None);
        }
    });
    Effect::new(move || viewer.go_on_when_loaded());
    Effect::new(move || {
        let failure = viewer.actions.failure.get();
        if !failure.is_empty() {
            viewer.said.set(failure);
        }
    });
    view! {
        <Toolbar viewer />
        <Stage viewer />
        <Filmstrip viewer />
        <Inspector viewer />
    }
    .into_any()
}

/// Opens or closes the dialog, as a step in the browser's history.
fn follow(viewer: Viewer, is_open: bool) {
    let Some(dialog) = viewer.dialog.get_untracked() else { return };
    match is_open {
        true if !dialog.open() => {
            let _fails_only_when_open = dialog.show_modal();
            viewer.step.update_value(|step| *step = step.opened());
        }
        false if dialog.open() => dialog.close(),
        _ => {}
    }
}

fn on_key(viewer: Viewer, event: &KeyboardEvent) {
    if viewer.is_open()
        && !event.default_prevented()
        && let Some(command) = Command::of_event(event, untrack(|| viewer.is_fit()))
    {
        event.prevent_default();
        viewer.run_command(command);
    }
}

/// The browser's history moved: Back from the lightbox, or the way back that was ours.
fn moved(viewer: Viewer) {
    let shown = viewer.stores.overlays.lightbox;
    let was = viewer.step.get_value();
    viewer.step.set_value(Step::Before);
    step::restore_scroll(ScrollRestoration::Auto);
    match (was, shown.with_untracked(Option::is_some)) {
        // Opened again on the way back.
        (Step::Returning, true) => viewer.step.update_value(|step| *step = step.opened()),
        // At an address with a fragment, the browser takes the focus away once this event is over.
        (Step::Returning, false) => set_timeout(move || give_focus_back(viewer), Duration::ZERO),
        (Step::Before | Step::Taken, true) => shown.set(None),
        (Step::Before | Step::Taken, false) => {}
    }
}

fn closed(viewer: Viewer) {
    // The event comes a moment after the focus is back. Whoever was as quick opened an image again.
    if viewer.is_open() {
        return;
    }
    viewer.stores.overlays.lightbox.set(None);
    viewer.step.update_value(|step| *step = step.closed());
    if viewer.step.get_value() == Step::Before {
        give_focus_back(viewer);
    }
}

/// The focus goes back to the thumbnail: of the image seen last, not of the first one.
fn give_focus_back(viewer: Viewer) {
    if let Some(key) = viewer.seen.try_update_value(Option::take).flatten() {
        return_focus(viewer.stores.view, key);
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use imagen4_core::RunState;
    use leptos::task::tick;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;
    use crate::state::Stores;
    use crate::state::draft::fields::Draft;
    use crate::state::runs::images::ImageKey;
    use crate::state::runs::samples::run;
    use crate::ui::dom::by_id;

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    async fn it_says_what_is_known_of_the_image_and_closes_when_its_run_is_deleted() {
        let owner = Owner::new();
        owner.set();
        let stores = Stores::new(Some(Draft::default()));
        let run = run(RunState::Archived);
        let key = ImageKey { run: run.id, index: 1 };
        stores.runs.take(run);
        let _mounted = leptos::mount::mount_to(document().body().expect("a body"), move || {
            provide_context(stores);
            view! { <Lightbox /> }
        });
        let dialog = document().query_selector("dialog.lightbox").expect("a selector").expect("the dialog");
        assert!(!dialog.has_attribute("open"));
        stores.overlays.lightbox.set(Some(key));
        tick().await;
        assert!(dialog.has_attribute("open"));
        let text = dialog.text_content().unwrap_or_default();
        for words in ["image 2 of 2", "a fox in snow", "Imagen 4 (wavespeed-ai/imagen4)", "1024 × 1024 pixels", "$0.08"]
        {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(
            by_id::<web_sys::Element>(&format!("frame-{}-0", key.run)).is_some(),
            "its neighbor is in the filmstrip"
        );
        stores.runs.remove(key.run);
        for _ in 0..3 {
            tick().await;
        }
        assert!(!dialog.has_attribute("open") && dialog.text_content().unwrap_or_default().is_empty());
    }
}
