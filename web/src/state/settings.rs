//! What a person has set for this browser.

use imagen4_core::model::shape::ratio_of;
use imagen4_core::{MicroUsd, ModelSpec};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::draft::fields::Draft;
use super::storage;

const KEY: &str = "imagen4.settings";

/// The settings besides the theme, which `boot.js` needs before the first paint and which is kept by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whatever costs more is asked about before it is submitted; `None` never asks. In micro-dollars.
    pub confirm_above: Option<MicroUsd>,
    /// Flagged images cannot be revealed.
    pub hide_flagged: bool,
    /// The aspect ratio that an empty form begins with, where the model has it; empty is as the model has it.
    pub ratio: String,
    /// How many images an empty form begins with, where the model makes as many; `None` is as the model has it.
    pub images: Option<u32>,
    /// Single keys do something outside of text fields.
    pub shortcuts: bool,
    /// The browser tells of a run that ends while nobody sees the page.
    pub notify: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            confirm_above: None,
            hide_flagged: false,
            ratio: String::new(),
            images: None,
            shortcuts: true,
            notify: false,
        }
    }
}

impl Settings {
    fn read(text: &str) -> Self {
        match serde_json::from_str::<Self>(text) {
            Ok(settings) => Self { ratio: known_ratio(&settings.ratio), ..settings },
            Err(_) => Self::read_lines(text),
        }
    }

    /// As older versions kept them: one `name=value` a line.
    fn read_lines(text: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "confirm_above" => read.confirm_above = value.parse().ok().map(MicroUsd::new),
                "hide_flagged" => read.hide_flagged = value == "true",
                "ratio" => read.ratio = known_ratio(value),
                "images" => read.images = value.parse().ok(),
                "keys" => read.shortcuts = value != "false",
                "notify" => read.notify = value == "true",
                _ => {}
            }
        }
        read
    }

    /// What an empty form for a model begins with.
    pub fn empty_draft(&self, model: String, spec: &ModelSpec) -> Draft {
        let shape = spec.nearest_shape(&self.ratio).filter(|shape| ratio_of(shape) == ratio_of(&self.ratio));
        let has = |count: &u32| spec.counts().is_some_and(|(min, max, _)| (min..=max).contains(&i64::from(*count)));
        Draft {
            model,
            shape: shape.filter(|_| !self.ratio.is_empty()).unwrap_or_default(),
            count: self.images.filter(has).map(|count| count.to_string()).unwrap_or_default(),
            ..Draft::default()
        }
    }
}

/// A ratio in its normal form; empty for what is none.
pub fn known_ratio(text: &str) -> String {
    ratio_of(text).map(|ratio| ratio.to_string()).unwrap_or_default()
}

/// The settings that were kept; whatever cannot be read is as it is by default.
pub fn kept() -> Settings {
    storage::Store::local().get(KEY).map(|text| Settings::read(&text)).unwrap_or_default()
}

/// Keeps the settings whenever they change.
pub fn keep(settings: RwSignal<Settings>) {
    let store = storage::Store::local();
    Effect::new(move || {
        settings.with(|settings| store.set(KEY, Some(&serde_json::to_string(settings).unwrap_or_default())));
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn settings_survive_being_kept_and_nonsense_is_the_default() {
        let settings = Settings {
            confirm_above: Some(MicroUsd::new(500_000)),
            hide_flagged: true,
            ratio: "9:16".into(),
            images: Some(4),
            shortcuts: false,
            notify: true,
        };
        let kept = serde_json::to_string(&settings).expect("JSON");
        assert_eq!(Settings::read(&kept), settings);
        for odd in ["", "null", "{\"images\":\"x\"}", "{\"ratio\":\"wide\"}", "confirm_above=much\nnew=1\n\0"] {
            assert_eq!(Settings::read(odd), Settings::default(), "{odd}");
        }
        let older =
            Settings::read("confirm_above=500000\nhide_flagged=true\nratio=9:16\nimages=4\nkeys=false\nnotify=true");
        assert_eq!(older, settings, "as older versions kept them");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_form_begins_as_it_was_set_as_far_as_the_model_goes() {
        let models = told(&[]);
        let settings = Settings { ratio: "9:16".into(), images: Some(4), ..Settings::default() };
        let begin = |settings: &Settings, model: &str| {
            let draft = settings.empty_draft(model.into(), &models.spec(model));
            (draft.shape, draft.count)
        };
        assert_eq!(begin(&settings, ""), ("9:16".into(), "4".into()));
        assert_eq!(begin(&settings, "wavespeed-ai/nucleus-image/text-to-image"), ("9:16".into(), String::new()));
        assert_eq!(begin(&settings, "openai/gpt-image-1.5/text-to-image"), (String::new(), String::new()));
        assert_eq!(begin(&Settings::default(), ""), (String::new(), String::new()));
    }
}
