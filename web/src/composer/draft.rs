//! What the form says, as a plain value. It is also what is kept over a reload; `boot.js` puts it back into the form.

use std::collections::BTreeMap;

use imagen4_core::RunId;
use imagen4_core::text::is_blank;
use serde_json::{Map, Value, json};

/// Which seeds the wordings of one prompt get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seeds {
    /// One for all: only the words differ.
    #[default]
    One,
    /// Each a new one.
    Each,
}

/// Everything the form says, as it was written: any of it can be wrong, and nothing of it depends on the model but what it is called.
/// What is empty is as the model has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The model's id; empty before the person or the server has named one.
    pub model: String,
    /// What to paint; `{dawn|noon}` stands for two wordings.
    pub prompt: String,
    /// What to keep out.
    pub negative_prompt: String,
    /// The shape: `16:9`, `1024*768`, or whatever the model calls it.
    pub shape: String,
    /// How fine.
    pub resolution: String,
    /// How many.
    pub count: String,
    /// The held seed; empty lets the proxy roll one.
    pub seed: String,
    /// Where there are several wordings.
    pub seeds: Seeds,
    /// The model's other inputs by name.
    pub others: BTreeMap<String, String>,
    /// The run that it is varied from.
    pub parent: Option<RunId>,
}

/// The name of the other inputs in what is kept.
const OTHERS: &str = "others";

impl Draft {
    /// The values of the form's controls by name, but for the other inputs.
    pub fn values(&self) -> [(&'static str, String); 9] {
        [
            ("model", self.model.clone()),
            ("prompt", self.prompt.clone()),
            ("negative_prompt", self.negative_prompt.clone()),
            ("aspect_ratio", self.shape.clone()),
            ("resolution", self.resolution.clone()),
            ("num_images", self.count.clone()),
            ("seed", self.seed.clone()),
            ("seeds", if self.seeds == Seeds::Each { "each" } else { "one" }.to_owned()),
            ("parent", self.parent.map(|run| run.to_string()).unwrap_or_default()),
        ]
    }

    /// Takes what a control says.
    pub fn set(&mut self, name: &str, value: &str) {
        let text = match name {
            "model" => &mut self.model,
            "prompt" => &mut self.prompt,
            "negative_prompt" => &mut self.negative_prompt,
            "aspect_ratio" => &mut self.shape,
            "resolution" => &mut self.resolution,
            "num_images" => &mut self.count,
            "seed" => &mut self.seed,
            "seeds" => {
                self.seeds = if value == "each" { Seeds::Each } else { Seeds::One };
                return;
            }
            "parent" => {
                self.parent = value.parse().ok();
                return;
            }
            _ => return,
        };
        value.clone_into(text);
    }

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
        let mut fields: Map<String, Value> =
            self.values().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        fields.insert(OTHERS.to_owned(), json!(self.others));
        Value::Object(fields).to_string()
    }

    /// The draft that was kept; what cannot be read is empty. Older versions kept the same without a model.
    pub fn from_json(text: &str) -> Option<Self> {
        let fields: Map<String, Value> = serde_json::from_str(text).ok()?;
        let mut draft = Self::default();
        for (name, value) in &fields {
            match value {
                Value::String(value) => draft.set(name, value),
                Value::Object(others) if name == OTHERS => {
                    for (name, value) in others {
                        draft.set_other(name, value.as_str().unwrap_or_default());
                    }
                }
                _ => {}
            }
        }
        Some(draft)
    }

    /// Whether there is something a person wrote.
    pub fn has_text(&self) -> bool {
        !(is_blank(&self.prompt) && is_blank(&self.negative_prompt))
    }

    /// What the folded negative prompt shows of itself.
    pub fn negative_summary(&self) -> String {
        match self.negative_prompt.trim() {
            text if is_blank(text) => "none".to_owned(),
            text => text.chars().take(80).collect(),
        }
    }
}

/// How full a text is, once that matters: `8,412 of 10,000`.
pub fn fullness(text: &str, most: usize) -> Option<String> {
    // Bytes are never fewer than characters, and free to count.
    if text.len() <= most * 4 / 5 {
        return None;
    }
    let count = text.chars().count();
    (count > most * 4 / 5).then(|| format!("{} of {}", grouped(count), grouped(most)))
}

pub(super) fn grouped(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
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
        let old = r#"{"prompt":"a fox","negative_prompt":"","aspect_ratio":"16:9","num_images":"4","seed":"7","seeds":"one"}"#;
        let draft = Draft::from_json(old).expect("it is a draft");
        assert_eq!((draft.model.as_str(), draft.shape.as_str(), draft.count.as_str()), ("", "16:9", "4"));
        let odd = r#"{"prompt":["a"],"others":["b"],"parent":"me","size":"1"}"#;
        assert_eq!(Draft::from_json(odd), Some(Draft::default()));
        for text in ["null", "{", "\0", "[]"] {
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
