//! The words that are searched for: a pause in typing is a search.

use gloo_timers::callback::Timeout;
use imagen4_core::filter::MAX_SEARCH_CHARS;
use leptos::prelude::*;

use super::change::set_filter;
use crate::state::use_stores;
use crate::state::view::Step;

/// A pause in typing, in milliseconds.
pub(super) const PAUSE_MS: u32 = 200;

/// A text that becomes a filter after a pause in typing, and follows the view where that changes by other means: Back, or a chip.
#[derive(Clone, Copy, Debug)]
pub struct TypedFilter {
    /// What the field says.
    pub(super) text: RwSignal<String>,
    name: &'static str,
    filter_of: fn(&str) -> String,
    sent: StoredValue<String>,
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

impl TypedFilter {
    /// The filter of that name. `filter_of` makes a value of what was typed, and `now` is the value that the view has.
    pub(super) fn new(name: &'static str, filter_of: fn(&str) -> String, now: Memo<String>) -> Self {
        let value = now.get_untracked();
        let field = Self {
            text: RwSignal::new(value.clone()),
            name,
            filter_of,
            sent: StoredValue::new(value),
            pause: StoredValue::new_local(None),
        };
        Effect::new(move || {
            let now = now.get();
            // What was typed since it was sent is not lost to its own echo.
            if field.sent.with_value(|sent| *sent != now) {
                field.set(now);
            }
        });
        field
    }

    /// The person has typed.
    pub(super) fn typed(self, text: String) {
        let stores = use_stores();
        self.text.set(text);
        let search = move || {
            let value = self.text.with_untracked(|text| (self.filter_of)(text));
            self.sent.set_value(value.clone());
            set_filter(stores, self.name, &value, Step::Replace);
        };
        self.pause.set_value(Some(Timeout::new(PAUSE_MS, search)));
    }

    /// Something else than typing decides.
    pub(super) fn set(self, value: String) {
        self.pause.set_value(None);
        self.sent.set_value(value.clone());
        self.text.set(value);
    }
}

/// The search field.
#[component]
pub fn SearchField() -> impl IntoView {
    let stores = use_stores();
    let now = Memo::new(move |_| stores.view.board.with(|view| view.filter.q.clone()));
    let search = TypedFilter::new("q", words, now);
    view! {
        <input
            id="search"
            name="q"
            type="search"
            maxlength=2 * MAX_SEARCH_CHARS
            enterkeyhint="search"
            aria-label="Search prompts and notes"
            placeholder="Search prompts and notes"
            dir="auto"
            prop:value=move || search.text.get()
            on:input:target=move |event| search.typed(event.target().value())
        />
    }
}

/// As many of the words as can be searched for; an attribute counts emoji twice.
fn words(text: &str) -> String {
    text.trim().chars().take(MAX_SEARCH_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::view::BoardView;

    #[wasm_bindgen_test(unsupported = test)]
    fn whatever_is_typed_can_be_searched_for() {
        assert_eq!(words("  fox snow "), "fox snow");
        let typed = "x".repeat(2 * MAX_SEARCH_CHARS);
        let mut view = BoardView::default();
        let mut errors = imagen4_core::FieldErrors::default();
        view.filter.set("q", &words(&typed), &mut errors);
        assert!(errors.is_empty());
        assert_eq!(view.filter.q.chars().count(), MAX_SEARCH_CHARS);
    }
}
