//! What comes near the screen: of thousands of cards, those far away do without what nobody can use there.

use js_sys::Reflect;
use leptos::prelude::*;
use web_sys::Event;

/// Whether an element with `content-visibility: auto` was near the screen, or under the pointer, or had the focus; once is enough.
#[derive(Clone, Copy, Debug)]
pub struct Near(RwSignal<bool>);

impl Near {
    /// Not yet; where the browser does not tell, at once.
    pub fn new() -> Self {
        let tells = Reflect::has(&window(), &"ContentVisibilityAutoStateChangeEvent".into()).unwrap_or_default();
        Self(RwSignal::new(!tells))
    }

    /// Whether it is.
    pub fn get(self) -> bool {
        self.0.get()
    }

    /// It is.
    pub fn come(self) {
        if !self.0.get_untracked() {
            self.0.set(true);
        }
    }

    /// The browser begins or ends to leave the element out.
    pub fn on_change(self, event: &Event) {
        let is_skipped = Reflect::get(event, &"skipped".into()).is_ok_and(|skipped| skipped.is_truthy());
        if !is_skipped {
            self.come();
        }
    }
}

impl Default for Near {
    fn default() -> Self {
        Self::new()
    }
}
