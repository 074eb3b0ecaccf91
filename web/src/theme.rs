//! Light, dark or the system's. `boot.js` applies what was chosen before the first paint.

use web_sys::HtmlElement;

use crate::platform::dom::{document, listen, part};
use crate::platform::reactive::{Signal, effect};
use crate::platform::storage::Store;

const KEY: &str = "imagen4.theme";

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Whatever the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Reads the kept word.
    pub fn from_kept(word: Option<&str>) -> Self {
        match word {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::Auto,
        }
    }

    /// The word that is kept, and the attribute's value; nothing for the system's.
    pub const fn kept(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The one after it.
    pub const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// Brings the header's button to life.
pub fn adopt() {
    let store = Store::local();
    let theme = Signal::new(Theme::from_kept(store.get(KEY).as_deref()));
    let button: HtmlElement = part("theme");
    listen(&button, "click", move |_: web_sys::Event| {
        theme.update(|theme| *theme = theme.next());
        store.set(KEY, theme.get_untracked().kept());
    });
    effect(move || {
        let theme = theme.get();
        if let Some(root) = document().document_element() {
            let _never_fails = match theme.kept() {
                Some(word) => root.set_attribute("data-theme", word),
                None => root.remove_attribute("data-theme"),
            };
        }
        let name = format!("Theme: {}", theme.kept().unwrap_or("automatic"));
        let _never_fails = button.set_attribute("aria-label", &name);
        button.set_title(&name);
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_press_goes_round_and_what_is_kept_is_read_back() {
        let mut theme = Theme::default();
        for _ in 0..3 {
            assert_eq!(Theme::from_kept(theme.kept()), theme);
            theme = theme.next();
        }
        assert_eq!(theme, Theme::Auto);
        assert_eq!(Theme::from_kept(Some("sepia")), Theme::Auto);
    }
}
