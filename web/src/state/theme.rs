//! Light, dark or the system's. `boot.js` applies what was chosen before the first paint.

use leptos::prelude::*;

use super::storage::Store;

const KEY: &str = "imagen4.theme";

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Whatever the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// Reads the kept word.
    pub fn from_kept(word: Option<&str>) -> Self {
        match word {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// The word that is kept, and the attribute's value; nothing for the system's.
    pub const fn kept(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The theme that was kept.
pub fn kept() -> Theme {
    Theme::from_kept(Store::local().get(KEY).as_deref())
}

/// Applies the theme and keeps it whenever it changes.
pub fn keep(theme: RwSignal<Theme>) {
    let store = Store::local();
    Effect::new(move || {
        let word = theme.get().kept();
        store.set(KEY, word);
        if let Some(root) = document().document_element() {
            let _never_fails = match word {
                Some(word) => root.set_attribute("data-theme", word),
                None => root.remove_attribute("data-theme"),
            };
        }
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_kept_is_read_back() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_kept(theme.kept()), theme);
        }
        assert_eq!(Theme::from_kept(Some("sepia")), Theme::System);
    }
}
