//! The large image, and the arrows at its sides. Wheel, drag, pinch and swipe are for whoever has the means; keys and buttons do the same.

use leptos::html;
use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent, WheelEvent};

use super::gesture::{Gesture, Pointers, swipe, wheel};
use super::viewer::Viewer;
use super::zoom::{Pixels, Zoom};
use crate::state::runs::images::{expected, position};
use crate::ui::focus::focus;
use crate::ui::icon::{Icon, IconView};

const FRAME: &str = "lightbox-frame";

/// The image in its frame.
#[component]
pub fn Stage(
    /// The lightbox.
    viewer: Viewer,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let pointers = RwSignal::new(Pointers::default());
    // Which of them did.
    let (arrived, broken) = (RwSignal::new(None), RwSignal::new(None));
    let is_broken = move || broken.get() == viewer.key() && arrived.get() != viewer.key();
    let src = move || viewer.image.with(|image| image.as_ref().map(|image| image.url.clone()));
    let alt = move || {
        let (key, run) = (viewer.key()?, viewer.run.get()?);
        Some(format!("{}, {}", run.request.prompt(), position(key.index, expected(&run))))
    };
    let on_wheel = move |event: WheelEvent| {
        event.prevent_default();
        viewer.zoom_by(wheel(event.delta_y() as i64, event.delta_mode()), point(frame, &event));
    };
    let on_double_click = move |_| match untrack(|| viewer.is_fit()) {
        true => viewer.natural(),
        false => viewer.zoom_to(Zoom::default()),
    };
    let on_down = move |event: PointerEvent| {
        pointers.update_untracked(|pointers| pointers.down(event.pointer_id(), point(frame, &event)));
    };
    let on_move = move |event: PointerEvent| {
        let to = point(frame, &event);
        match pointers.try_update_untracked(|pointers| pointers.moved(event.pointer_id(), to)).flatten() {
            Some(Gesture::Drag(by)) if !untrack(|| viewer.is_fit()) => viewer.pan(by),
            Some(Gesture::Pinch(thousandths, around)) => viewer.zoom_by(thousandths, around),
            _ => {}
        }
    };
    let on_end = move |event: PointerEvent| {
        let way = pointers.try_update_untracked(|pointers| pointers.up(event.pointer_id())).flatten();
        let is_swipe = event.pointer_type() == "touch" && untrack(|| viewer.is_fit());
        if let Some(step) = way.filter(|_| is_swipe).and_then(swipe) {
            viewer.go(step);
        }
    };
    view! {
        <div class="lightbox-view">
            <div
                node_ref=frame
                class="lightbox-frame"
                id=FRAME
                tabindex="-1"
                class:veiled=move || viewer.is_veiled()
                class:zoomed=move || !viewer.is_fit()
                on:wheel=on_wheel
                on:dblclick=on_double_click
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_end
                on:pointercancel=on_end
                on:pointerleave=on_end
            >
                <img
                    node_ref=viewer.img
                    src=src
                    alt=alt
                    draggable="false"
                    style:transform=move || viewer.zoom.get().css()
                    // Until the next one has arrived, the one before would be seen in its place, flagged or not.
                    class:waiting=move || arrived.get() != viewer.key()
                    on:load=move |_| arrived.set(untrack(|| viewer.key()))
                    on:error=move |_| broken.set(untrack(|| viewer.key()))
                />
            </div>
            {move || cover(viewer, is_broken())}
            {arrow(viewer, -1, "Previous image", Icon::Left)}
            {arrow(viewer, 1, "Next image", Icon::Right)}
        </div>
    }
}

/// What is said in place of an image that is hidden or did not arrive.
fn cover(viewer: Viewer, is_broken: bool) -> Option<AnyView> {
    let (text, button) = match (viewer.is_veiled(), is_broken) {
        (true, _) if viewer.hides_flagged() => ("Hidden: flagged as not safe for work", None),
        (true, _) => ("Flagged as not safe for work", Some("Reveal")),
        (false, true) => ("This image could not be loaded.", Some("Try again")),
        (false, false) => return None,
    };
    let act = move |_| {
        // The button is about to go.
        focus(FRAME);
        match (is_broken, untrack(|| (viewer.is_veiled(), viewer.key()))) {
            (_, (true, Some(key))) => viewer.stores.overlays.reveal(key),
            (true, _) => {
                if let Some(img) = viewer.img.get_untracked() {
                    img.set_src(&img.src());
                }
            }
            _ => {}
        }
    };
    let button = button.map(|label| {
        view! {
            <button type="button" class="button" on:click=act>
                {label}
            </button>
        }
    });
    let cover = view! {
        <div class="lightbox-cover">
            <p>{text}</p>
            {button}
        </div>
    };
    Some(cover.into_any())
}

fn arrow(viewer: Viewer, step: isize, label: &'static str, icon: Icon) -> AnyView {
    view! {
        <button
            type="button"
            class=if step < 0 { "lightbox-arrow previous" } else { "lightbox-arrow next" }
            aria-label=label
            title=label
            hidden=move || viewer.is_alone()
            aria-disabled=move || viewer.is_end(step).to_string()
            on:click=move |_| viewer.go(step)
        >
            <IconView icon />
        </button>
    }
    .into_any()
}

/// Where it happened, counted from the middle of the frame.
fn point(frame: NodeRef<html::Div>, event: &MouseEvent) -> Pixels {
    let Some(frame) = frame.get_untracked() else { return (0, 0) };
    let frame = frame.get_bounding_client_rect();
    let middle = (frame.left() + frame.width() / 2.0, frame.top() + frame.height() / 2.0);
    (i64::from(event.client_x()) - middle.0 as i64, i64::from(event.client_y()) - middle.1 as i64)
}
