//! What a person has set for this browser.

use imagen4_core::model::shape::ratio_of;
use imagen4_core::{MicroUsd, ModelSpec};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

use crate::composer::draft::Draft;
use crate::platform::dom::{listen, open, part};
use crate::platform::reactive::{Signal, effect, spawn};
use crate::platform::storage::Store;
use crate::presence;

const KEY: &str = "imagen4.settings";

/// The settings besides the theme, which `boot.js` needs before the first paint and which is kept by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whatever costs more is asked about before it is sent; `None` never asks.
    pub confirm_above: Option<MicroUsd>,
    /// Flagged pictures cannot be revealed.
    pub hide_flagged: bool,
    /// The ratio that an empty form begins with, where the model has it; empty is as the model has it.
    pub ratio: String,
    /// How many images an empty form begins with, where the model makes as many; `None` is as the model has it.
    pub images: Option<u32>,
    /// Single keys do something outside of text fields.
    pub keys: bool,
    /// The browser tells of a run that ends while nobody sees the page.
    pub notify: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { confirm_above: None, hide_flagged: false, ratio: String::new(), images: None, keys: true, notify: false }
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
            "confirm_above={confirm}\nhide_flagged={}\nratio={}\nimages={}\nkeys={}\nnotify={}",
            self.hide_flagged,
            self.ratio,
            self.images.map(|count| count.to_string()).unwrap_or_default(),
            self.keys,
            self.notify
        )
    }

    fn read(text: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "confirm_above" => read.confirm_above = value.parse().ok().map(MicroUsd::new),
                "hide_flagged" => read.hide_flagged = value == "true",
                "ratio" => read.ratio = known_ratio(value),
                "images" => read.images = value.parse().ok(),
                // An older version kept what nobody had chosen, too.
                "aspect_ratio" if value != "1:1" => read.ratio = known_ratio(value),
                "num_images" if value != "1" => read.images = value.parse().ok().filter(|count| *count <= 4),
                "keys" => read.keys = value != "false",
                "notify" => read.notify = value == "true",
                _ => {}
            }
        }
        read
    }

    /// What an empty form for a model begins with.
    pub fn begin(&self, model: String, spec: &ModelSpec) -> Draft {
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

fn known_ratio(text: &str) -> String {
    ratio_of(text).map(|ratio| ratio.to_string()).unwrap_or_default()
}

/// The settings, kept whenever they change.
pub fn kept() -> Signal<Settings> {
    let store = Store::local();
    let settings = Signal::new(Settings::kept(&store));
    effect(move || settings.with(|settings| settings.keep(&store)));
    settings
}

/// Takes the shell's dialog over. Whatever is changed there counts at once.
pub fn adopt(settings: Signal<Settings>) {
    listen(&part("settings-open"), "click", move |_: Event| {
        settings.with_untracked(show);
        open("settings");
    });
    listen(&part("settings"), "input", move |_: Event| {
        let text = control("confirm_above").value();
        let limit = match text.trim().trim_start_matches('$') {
            "" => Some(None),
            amount => MicroUsd::parse(amount).filter(|limit| *limit >= MicroUsd::ZERO).map(Some),
        };
        let failure =
            if limit.is_some() { "" } else { "That is no amount in dollars: 0.50 is one. It stays as it was." };
        part::<HtmlElement>("settings-failure").set_text_content(Some(failure));
        settings.update(|settings| {
            *settings = Settings {
                confirm_above: limit.unwrap_or(settings.confirm_above),
                hide_flagged: control("hide_flagged").checked(),
                ratio: known_ratio(&control("default_ratio").value()),
                images: control("default_images").value().parse().ok(),
                keys: control("keys").checked(),
                notify: control("notify").checked(),
            };
        });
    });
    listen(&part("notify"), "change", move |_: Event| {
        if !control("notify").checked() {
            return;
        }
        spawn(async move {
            if !presence::may_notify().await {
                control("notify").set_checked(false);
                settings.update(|settings| settings.notify = false);
                let words = "The browser does not let this page notify you: its own settings say so.";
                part::<HtmlElement>("settings-failure").set_text_content(Some(words));
            }
        });
    });
}

fn show(settings: &Settings) {
    let limit = settings.confirm_above.map(|limit| limit.to_string().trim_start_matches('$').to_owned());
    control("confirm_above").set_value(&limit.unwrap_or_default());
    control("hide_flagged").set_checked(settings.hide_flagged);
    control("default_ratio").set_value(&settings.ratio);
    control("default_images").set_value(&settings.images.map(|count| count.to_string()).unwrap_or_default());
    control("keys").set_checked(settings.keys);
    control("notify").set_checked(settings.notify);
}

/// A control of the dialog. A select has a value as well; no more is asked of it.
fn control(name: &str) -> HtmlInputElement {
    part::<HtmlElement>(name).unchecked_into()
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
            ratio: "9:16".into(),
            images: Some(4),
            keys: false,
            notify: true,
        };
        assert_eq!(Settings::read(&settings.write()), settings);
        assert_eq!(Settings::read("num_images=9\nconfirm_above=much\nnew=1\nratio=wide\n\0"), Settings::default());
        let old = Settings::read("aspect_ratio=9:16\nnum_images=2");
        assert_eq!((old.ratio.as_str(), old.images), ("9:16", Some(2)));
        assert_eq!(Settings::read("aspect_ratio=1:1\nnum_images=1"), Settings::default(), "nobody chose that");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_form_begins_as_it_was_set_as_far_as_the_model_goes() {
        let models = crate::server::models::tests::told(&[]);
        let settings = Settings { ratio: "9:16".into(), images: Some(4), ..Settings::default() };
        let begin = |settings: &Settings, model: &str| {
            let draft = settings.begin(model.into(), &models.spec(model));
            (draft.shape, draft.count)
        };
        assert_eq!(begin(&settings, ""), ("9:16".into(), "4".into()));
        assert_eq!(begin(&settings, "wavespeed-ai/nucleus-image/text-to-image"), ("9:16".into(), String::new()));
        assert_eq!(begin(&settings, "openai/gpt-image-1.5/text-to-image"), (String::new(), String::new()));
        assert_eq!(begin(&Settings::default(), ""), (String::new(), String::new()));
    }
}
