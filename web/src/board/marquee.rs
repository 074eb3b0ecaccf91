//! Selecting with the mouse: a rectangle that is drawn from blank space selects what it touches.

use std::collections::BTreeSet;

use imagen4_core::RunId;
use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent, PointerEvent};

use crate::state::Stores;
use crate::ui::dom;

/// A click moves the mouse by less, in pixels.
const THRESHOLD: f64 = 4.0;
/// So near to an edge of the screen the page scrolls, in pixels; and so far with each frame.
const EDGE: f64 = 40.0;
const STEP: f64 = 14.0;
/// What text, images and controls are: no rectangle begins there.
const NOT_BLANK: &str = "a, button, input, select, textarea, label, summary, img, svg, canvas, p, h1, h2, h3, h4, span, strong, \
    ul, ol, dl, output, [popover], dialog, .board-bar, .selection-bar, .notice";

/// A rectangle, in pixels from the board's corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Frame {
    fn between(one: (f64, f64), other: (f64, f64)) -> Self {
        Self {
            left: one.0.min(other.0),
            top: one.1.min(other.1),
            right: one.0.max(other.0),
            bottom: one.1.max(other.1),
        }
    }

    fn of(element: &Element, origin: (f64, f64)) -> Self {
        let rect = element.get_bounding_client_rect();
        let (left, top) = (rect.left() - origin.0, rect.top() - origin.1);
        Self { left, top, right: left + rect.width(), bottom: top + rect.height() }
    }

    fn touches(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// The rectangle as the board shows it.
#[derive(Clone, Copy, Debug)]
pub struct Marquee {
    /// Whether the mouse is pressed where one can begin: text is not selected meanwhile.
    pub is_pressed: RwSignal<bool>,
    /// The rectangle, while one is drawn.
    pub frame: RwSignal<Option<Frame>>,
}

/// What is being drawn.
#[derive(Clone, Debug)]
struct Drag {
    /// Where it began, from the board's corner.
    from: (f64, f64),
    /// Where it began on the screen.
    start: (f64, f64),
    /// Where the mouse is on the screen.
    at: (f64, f64),
    is_drawn: bool,
    /// Where it is no drag: whether it clears the selection.
    clears: bool,
    /// What stays selected.
    base: BTreeSet<RunId>,
}

/// Lets a person select with the mouse on that board.
pub fn use_marquee(board: NodeRef<html::Div>, stores: Stores) -> Marquee {
    let marquee = Marquee { is_pressed: RwSignal::new(false), frame: RwSignal::new(None) };
    let drag = StoredValue::new(None::<Drag>);
    let end = move || {
        marquee.is_pressed.set(false);
        marquee.frame.set(None);
        drag.try_update_value(Option::take).flatten()
    };
    let on_down = window_event_listener(ev::pointerdown, move |event| {
        if let Some(begun) = board.get_untracked().and_then(|board| begin(&event, &board, stores)) {
            drag.set_value(Some(begun));
            marquee.is_pressed.set(true);
        }
    });
    let on_move = window_event_listener(ev::pointermove, move |event| {
        let is_begun = drag.try_update_value(|drag| drag.as_mut().is_some_and(|drag| drag.move_to(on_screen(&event))));
        if is_begun == Some(true) {
            draw(board, stores, drag, marquee);
        }
        if event.buttons() & 1 == 0 && drag.with_value(Option::is_some) {
            // The button was released outside of the window.
            end();
        }
    });
    let on_up = window_event_listener(ev::pointerup, move |_| match end() {
        Some(drag) if drag.clears && !drag.is_drawn => stores.selection.clear(),
        _ => {}
    });
    let on_cancel = window_event_listener(ev::pointercancel, move |_| drop(end()));
    on_cleanup(move || [on_down, on_move, on_up, on_cancel].into_iter().for_each(WindowListenerHandle::remove));
    marquee
}

/// The rectangle.
#[component]
pub fn MarqueeFrame(
    /// Where it is.
    frame: RwSignal<Option<Frame>>,
) -> impl IntoView {
    let side =
        move |of: fn(&Frame) -> f64| move || frame.with(|frame| frame.as_ref().map(|it| format!("{}px", of(it))));
    view! {
        <div
            class="marquee"
            aria-hidden="true"
            hidden=move || frame.with(Option::is_none)
            style:left=side(|frame| frame.left)
            style:top=side(|frame| frame.top)
            style:width=side(|frame| frame.right - frame.left)
            style:height=side(|frame| frame.bottom - frame.top)
        ></div>
    }
}

fn begin(event: &PointerEvent, board: &HtmlElement, stores: Stores) -> Option<Drag> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let is_inside = |selector| target.closest(selector).is_ok_and(|found| found.is_some());
    if event.pointer_type() != "mouse" || event.button() != 0 || !board.contains(Some(&target)) || is_inside(NOT_BLANK)
    {
        return None;
    }
    let adds = event.ctrl_key() || event.meta_key() || event.shift_key();
    let at = on_screen(event);
    let origin = origin(board);
    Some(Drag {
        from: (at.0 - origin.0, at.1 - origin.1),
        start: at,
        at,
        is_drawn: false,
        clears: !adds && !is_inside("article"),
        base: if adds { stores.selection.runs.get_untracked() } else { BTreeSet::new() },
    })
}

impl Drag {
    /// Follows the mouse; returns whether it becomes a rectangle by that.
    fn move_to(&mut self, at: (f64, f64)) -> bool {
        self.at = at;
        let is_click = (at.0 - self.start.0).hypot(at.1 - self.start.1) < THRESHOLD;
        !is_click && !std::mem::replace(&mut self.is_drawn, true)
    }
}

/// Draws the rectangle with every frame: the page scrolls under a mouse that rests.
fn draw(node: NodeRef<html::Div>, stores: Stores, drag: StoredValue<Option<Drag>>, marquee: Marquee) {
    request_animation_frame(move || {
        let (Some(board), Some(Some(now))) = (node.get_untracked(), drag.try_get_value()) else { return };
        scroll_at_edge(now.at.1);
        let origin = origin(&board);
        let frame = Frame::between(now.from, (now.at.0 - origin.0, now.at.1 - origin.1));
        if marquee.frame.get_untracked() != Some(frame) {
            marquee.frame.set(Some(frame));
            let touched = touched(&board, frame, origin);
            stores.selection.set(now.base.iter().copied().chain(touched));
        }
        draw(node, stores, drag, marquee);
    });
}

fn scroll_at_edge(y: f64) {
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let step = match y {
        y if y < EDGE => -STEP,
        y if y > height - EDGE => STEP,
        _ => return,
    };
    window().scroll_by_with_x_and_y(0.0, step);
}

fn on_screen(event: &MouseEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn origin(board: &Element) -> (f64, f64) {
    let rect = board.get_bounding_client_rect();
    (rect.left(), rect.top())
}

/// The runs whose cards or images the rectangle touches.
fn touched(board: &Element, frame: Frame, origin: (f64, f64)) -> impl Iterator<Item = RunId> {
    let all = dom::all::<Element>(board, "[id^='run-'], [id^='image-']").into_iter();
    all.filter(move |element| frame.touches(&Frame::of(element, origin))).filter_map(|element| run_of(&element.id()))
}

/// The run that an element stands for, by its id: `run-<id>`, or `image-<id>-0`.
fn run_of(element_id: &str) -> Option<RunId> {
    let id = match element_id.strip_prefix("image-") {
        Some(image) => image.split_once('-')?.0,
        None => element_id.strip_prefix("run-")?,
    };
    id.parse().ok()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::images::ImageKey;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_rectangle_touches_what_it_overlaps_whichever_way_it_was_drawn() {
        let frame = Frame::between((50.0, 80.0), (10.0, 20.0));
        assert_eq!(frame, Frame::between((10.0, 20.0), (50.0, 80.0)));
        let card = |left, top| Frame::between((left, top), (left + 100.0, top + 100.0));
        assert!(frame.touches(&card(40.0, 70.0)) && frame.touches(&card(-80.0, 0.0)));
        assert!(!frame.touches(&card(50.0, 20.0)), "it only meets its edge");
        assert!(!frame.touches(&card(0.0, 90.0)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_element_stands_for_its_run() {
        let run = RunId::from_bits(7);
        assert_eq!(run_of(&format!("run-{run}")), Some(run));
        assert_eq!(run_of(&ImageKey { run, index: 3 }.element_id()), Some(run));
        for other in ["run-menu", "image-", "runs", "", "run-7"] {
            assert_eq!(run_of(other), None, "{other}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_click_is_no_rectangle() {
        let (start, base) = ((5.0, 5.0), BTreeSet::new());
        let mut drag = Drag { from: start, start, at: start, is_drawn: false, clears: true, base };
        assert!(!drag.move_to((7.0, 6.0)) && !drag.is_drawn);
        assert!(drag.move_to((12.0, 5.0)) && drag.is_drawn);
        assert!(!drag.move_to((13.0, 5.0)), "it is one already");
    }
}
