//! What a person has set for this browser.

use imagen4_core::{AspectRatio, ImageCount, MicroUsd};
use leptos::prelude::*;

use crate::platform::storage::Store;

const KEY: &str = "imagen4.settings";

/// The settings besides the theme, which `boot.js` needs before the first paint and which is kept by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whatever costs more is asked about before it is sent; `None` never asks.
    pub confirm_above: Option<MicroUsd>,
    /// Flagged pictures cannot be revealed.
    pub hide_flagged: bool,
    /// The shape that an empty form begins with.
    pub aspect_ratio: AspectRatio,
    /// How many pictures an empty form begins with.
    pub num_images: ImageCount,
    /// The browser tells when a run ends while the page is hidden.
    pub notify: bool,
    /// Single keys do something outside of text fields.
    pub keys: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            confirm_above: None,
            hide_flagged: false,
            aspect_ratio: AspectRatio::default(),
            num_images: ImageCount::default(),
            notify: false,
            keys: true,
        }
    }
}

impl Settings {
    /// What was kept; whatever cannot be read is as it is by default.
    pub fn kept(store: &Store) -> Self {
        store.get(KEY).map(|text| Self::read(&text)).unwrap_or_default()
    }

    /// Keeps them, if the browser lets it.
    pub fn keep(&self, store: &Store) {
        store.set(KEY, Some(&self.write()));
    }

    /// One `name=value` a line: other builds pass over what they do not know.
    fn write(&self) -> String {
        let confirm = self.confirm_above.map(|limit| limit.micros().to_string()).unwrap_or_default();
        format!(
            "confirm_above={confirm}\nhide_flagged={}\naspect_ratio={}\nnum_images={}\nnotify={}\nkeys={}",
            self.hide_flagged, self.aspect_ratio, self.num_images, self.notify, self.keys
        )
    }

    fn read(text: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "confirm_above" => read.confirm_above = value.parse().ok().map(MicroUsd::new),
                "hide_flagged" => read.hide_flagged = value == "true",
                "aspect_ratio" => read.aspect_ratio = value.parse().unwrap_or_default(),
                "num_images" => {
                    read.num_images = value.parse().ok().and_then(|n| ImageCount::new(n).ok()).unwrap_or_default();
                }
                "notify" => read.notify = value == "true",
                "keys" => read.keys = value != "false",
                _ => {}
            }
        }
        read
    }
}

/// The settings, kept whenever they change.
pub fn kept() -> RwSignal<Settings> {
    let store = Store::local();
    let settings = RwSignal::new(Settings::kept(&store));
    crate::platform::reactive::effect(move || settings.with(|settings| settings.keep(&store)));
    settings
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn settings_survive_being_kept_and_nonsense_is_the_default() {
        let settings = Settings {
            confirm_above: Some(MicroUsd::new(500_000)),
            hide_flagged: true,
            aspect_ratio: AspectRatio::Tall,
            num_images: ImageCount::MAX,
            notify: true,
            keys: false,
        };
        assert_eq!(Settings::read(&settings.write()), settings);
        assert_eq!(Settings::read("num_images=9\nconfirm_above=much\nnew=1\n\0"), Settings::default());
    }
}
