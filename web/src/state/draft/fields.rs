//! What the form says, as a plain value. It is also what is kept over a reload; `boot.js` puts its texts back into the shell's form.

use std::collections::BTreeMap;

use imagen4_core::RunId;
use imagen4_core::text::is_blank;
use reactive_stores::Store;
use serde::{Deserialize, Serialize};

use crate::format::count::grouped;

/// Which seeds the variants of one prompt get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seeds {
    /// One for all: only the words differ.
    #[default]
    One,
    /// Each a new one.
    Each,
}

/// Everything the form says, as it was written: any of it can be wrong, and nothing of it depends on the model but what it is called.
/// What is empty is as the model has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Store, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The model's id; empty before the person or the server has named one.
    pub model: String,
    /// What the image shows; `{dawn|noon}` stands for two variants.
    pub prompt: String,
    /// What to keep out.
    pub negative_prompt: String,
    /// The aspect ratio or size: `16:9`, `1024*768`, or whatever the model calls it.
    #[serde(rename = "aspect_ratio")]
    pub shape: String,
    /// How fine.
    pub resolution: String,
    /// How many images.
    #[serde(rename = "num_images")]
    pub count: String,
    /// The locked seed; empty lets the proxy roll one.
    pub seed: String,
    /// Where there are several variants.
    pub seeds: Seeds,
    /// The model's other inputs by name.
    pub others: BTreeMap<String, String>,
    /// The run that it is based on.
    pub parent: Option<RunId>,
}

impl Draft {
    /// Takes what the control of another input says; nothing is as the model has it.
    pub fn set_other(&mut self, name: &str, value: &str) {
        match value {
            "" => drop(self.others.remove(name)),
            value => drop(self.others.insert(name.to_owned(), value.to_owned())),
        }
    }

    /// What another input says.
    pub fn other(&self, name: &str) -> &str {
        self.others.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The draft as JSON, to be kept.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The draft that was kept. Older versions kept the same without a model, and no parent as an empty text.
    pub fn from_json(text: &str) -> Option<Self> {
        let mut kept: serde_json::Value = serde_json::from_str(text).ok()?;
        let fields = kept.as_object_mut()?;
        if fields.get("parent").is_some_and(|parent| parent == "") {
            fields.remove("parent");
        }
        serde_json::from_value(kept).ok()
    }

    /// Whether there is something a person wrote.
    pub fn has_text(&self) -> bool {
        !(is_blank(&self.prompt) && is_blank(&self.negative_prompt))
    }
}

/// How full a text is, once that matters: `8,412 of 10,000`.
pub fn fullness(text: &str, most: usize) -> Option<String> {
    // Bytes are never fewer than characters, and free to count.
    if text.len() <= most * 4 / 5 {
        return None;
    }
    let count = text.chars().count();
    (count > most * 4 / 5).then(|| format!("{} of {}", grouped(count as u64), grouped(most as u64)))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_draft_survives_being_kept() {
        let draft = Draft {
            model: "m/n".into(),
            prompt: "a \"fox\"\nin snow".into(),
            shape: "9:16".into(),
            resolution: "2k".into(),
            count: "4".into(),
            seed: "12x".into(),
            seeds: Seeds::Each,
            others: [("guidance_scale".to_owned(), "3.5".to_owned())].into(),
            parent: Some(RunId::from_bits(7)),
            ..Draft::default()
        };
        assert_eq!(Draft::from_json(&draft.to_json()), Some(draft));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_older_versions_kept_is_read_and_nonsense_is_not() {
        let old = r#"{"prompt":"a fox","negative_prompt":"","aspect_ratio":"16:9","num_images":"4","seed":"7","seeds":"one","parent":""}"#;
        let draft = Draft::from_json(old).expect("it is a draft");
        assert_eq!((draft.model.as_str(), draft.shape.as_str(), draft.count.as_str()), ("", "16:9", "4"));
        for text in ["null", "{", "\0", "[]", r#"{"prompt":["a"]}"#, r#"{"parent":"me"}"#] {
            assert_eq!(Draft::from_json(text), None, "{text}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_counter_appears_near_the_limit() {
        assert_eq!(fullness(&"é".repeat(8_000), 10_000), None);
        assert_eq!(fullness(&"é".repeat(8_412), 10_000).as_deref(), Some("8,412 of 10,000"));
        assert_eq!(fullness(&"é".repeat(1_501), 1_500).as_deref(), Some("1,501 of 1,500"));
    }
}
