//! Bringing a run into view that was just bought, as soon as it is on the board.

use imagen4_core::RunId;
use leptos::prelude::*;
use web_sys::{Element, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::new_runs::{behavior, scroll_to_top};
use crate::state::Stores;
use crate::state::runs::images::ImageKey;
use crate::ui::dom;

/// How long the run is looked for, in frames.
const FRAMES: u32 = 20;

/// Brings into view what is asked for.
pub(super) fn keep(stores: Stores) {
    Effect::new(move || {
        if let Some(run) = stores.view.reveal.get() {
            look_for(stores, run, FRAMES);
        }
    });
}

fn look_for(stores: Stores, run: RunId, frames: u32) {
    request_animation_frame(move || {
        let reveal = stores.view.reveal;
        if reveal.get_untracked() != Some(run) {
            return;
        }
        match element_of(run) {
            Some(element) => show(&element),
            // A run that was just bought is the first, wherever its images will be.
            None if frames == 0 => scroll_to_top(),
            None => return look_for(stores, run, frames - 1),
        }
        reveal.set(None);
    });
}

/// The card of a run, or that of its group, or its first image, where it has a place on the screen.
fn element_of(run: RunId) -> Option<Element> {
    let image = ImageKey { run, index: 0 }.element_id();
    let found = dom::by_id::<Element>(&format!("run-{run}")).or_else(|| dom::by_id(&image));
    let found = found.filter(|element| element.get_client_rects().length() > 0)?;
    let group = found.closest(".group-card").ok().flatten();
    Some(group.unwrap_or(found))
}

/// Scrolls unless the element begins in the upper half of the screen already, below the header.
fn show(element: &Element) {
    const HEADER: f64 = 48.0;
    let top = element.get_bounding_client_rect().top();
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    if (HEADER..height / 2.0).contains(&top) {
        return;
    }
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Start);
    options.set_behavior(behavior());
    element.scroll_into_view_with_scroll_into_view_options(&options);
}
