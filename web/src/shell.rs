//! Taking over from the static markup of `index.html`: in one task its text, caret and focus are read, the app is mounted, and the shell
//! goes. The markup of both is the same, so nothing moves.

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

use crate::app::App;
use crate::state::draft::DraftStore;
use crate::state::draft::fields::Draft;
use crate::ui::dom::by_id;

const SHELL: &str = "shell";

/// Puts the app in the place of the shell, once no input method is in the midst of a word.
pub fn take_over() {
    let is_composing = by_id::<HtmlElement>(SHELL).is_some_and(|shell| shell.dataset().get("composing").is_some());
    match by_id::<HtmlTextAreaElement>("prompt").filter(|_| is_composing) {
        Some(prompt) => {
            let swap = Closure::once_into_js(swap);
            let options = web_sys::AddEventListenerOptions::new();
            options.set_once(true);
            let _never_fails = prompt.add_event_listener_with_callback_and_add_event_listener_options(
                "compositionend",
                swap.unchecked_ref(),
                &options,
            );
        }
        None => swap(),
    }
}

/// Where a person is in the shell's form.
struct Place {
    focused: Option<String>,
    caret: Option<(u32, u32)>,
    scroll: i32,
}

fn swap() {
    let Some(shell) = by_id::<HtmlElement>(SHELL) else { return };
    let draft = draft(&shell);
    let prompt = by_id::<HtmlTextAreaElement>("prompt");
    let place = Place {
        focused: document().active_element().map(|element| element.id()).filter(|id| !id.is_empty()),
        caret: prompt
            .as_ref()
            .and_then(|prompt| Some((prompt.selection_start().ok()??, prompt.selection_end().ok()??))),
        scroll: prompt.as_ref().map(|prompt| prompt.scroll_top()).unwrap_or_default(),
    };
    let text = draft.as_ref().map(|draft| draft.prompt.clone()).unwrap_or_default();
    let body = document().body().expect("a document has a body");
    mount_to(body, move || view! { <App draft /> }).forget();
    shell.remove();
    restore(&place, &text);
}

/// The app's own value arrives a microtask later: caret and focus are set by hand, now.
fn restore(place: &Place, text: &str) {
    if let Some(prompt) = by_id::<HtmlTextAreaElement>("prompt") {
        prompt.set_value(text);
        if let Some((start, end)) = place.caret {
            let _best_effort = prompt.set_selection_range(start, end);
        }
        prompt.set_scroll_top(place.scroll);
    }
    if let Some(focused) = place.focused.as_ref().and_then(|id| by_id::<HtmlElement>(id)) {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _best_effort = focused.focus_with_options(&options);
    }
}

/// What was kept, and what was written or chosen in the shell since.
fn draft(shell: &HtmlElement) -> Option<Draft> {
    let kept = DraftStore::kept();
    let touched = shell.dataset().get("touched").unwrap_or_default();
    let mut draft = kept.clone().unwrap_or_default();
    let value = |id: &str| by_id::<HtmlInputElement>(id).map(|input| input.value());
    for name in touched.split_whitespace() {
        match name {
            "seed" => draft.seed = value("seed").unwrap_or_default(),
            "aspect_ratio" => draft.shape = checked(shell, name).unwrap_or(draft.shape),
            "num_images" => draft.count = checked(shell, name).unwrap_or(draft.count),
            _ => {}
        }
    }
    if let Some(prompt) = by_id::<HtmlTextAreaElement>("prompt") {
        draft.prompt = prompt.value();
    }
    // A form that nobody has touched begins as the person has set it.
    (kept.is_some() || draft != Draft::default()).then_some(draft)
}

fn checked(shell: &HtmlElement, name: &str) -> Option<String> {
    let found = shell.query_selector(&format!("input[name={name}]:checked")).ok()??;
    Some(found.unchecked_into::<HtmlInputElement>().value())
}
