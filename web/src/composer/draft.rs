//! What the form says, as a plain value. It is also what is kept over a reload; `boot.js` puts it back into the form.

use imagen4_core::request::MAX_PROMPT_CHARS;
use imagen4_core::text::is_blank;
use imagen4_core::wording::variants::{escape, expand};
use imagen4_core::{
    AspectRatio, FieldErrors, GenerationRequest, ImageCount, MicroUsd, Model, NegativePrompt, Prompt, Run, RunId, Seed,
};

/// The names of the form's controls, which are also the names on the wire.
pub const FIELDS: [&str; 7] = ["prompt", "negative_prompt", "aspect_ratio", "num_images", "seed", "seeds", "parent"];

/// Which seeds the wordings of one prompt get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seeds {
    /// One for all: only the words differ.
    #[default]
    One,
    /// Each a new one.
    Each,
}

/// Everything the form says; the texts can still be wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What to paint; `{dawn|noon}` stands for two wordings.
    pub prompt: String,
    /// What to keep out.
    pub negative_prompt: String,
    /// The shape.
    pub aspect_ratio: AspectRatio,
    /// How many.
    pub num_images: ImageCount,
    /// The held seed; empty lets the proxy roll one.
    pub seed: String,
    /// Where there are several wordings.
    pub seeds: Seeds,
    /// The run that it is varied from.
    pub parent: Option<RunId>,
}

impl Draft {
    /// Reads the draft from the values of [`FIELDS`].
    pub fn from_values(value: impl Fn(&str) -> String) -> Self {
        Self {
            prompt: value("prompt"),
            negative_prompt: value("negative_prompt"),
            aspect_ratio: value("aspect_ratio").parse().unwrap_or_default(),
            num_images: value("num_images").parse().ok().and_then(|n| ImageCount::new(n).ok()).unwrap_or_default(),
            seed: value("seed"),
            seeds: if value("seeds") == "each" { Seeds::Each } else { Seeds::One },
            parent: value("parent").parse().ok(),
        }
    }

    /// The values of [`FIELDS`].
    pub fn values(&self) -> [(&'static str, String); 7] {
        let [prompt, negative_prompt, aspect_ratio, num_images, seed, seeds, parent] = FIELDS;
        [
            (prompt, self.prompt.clone()),
            (negative_prompt, self.negative_prompt.clone()),
            (aspect_ratio, self.aspect_ratio.to_string()),
            (num_images, self.num_images.to_string()),
            (seed, self.seed.clone()),
            (seeds, if self.seeds == Seeds::Each { "each" } else { "one" }.to_owned()),
            (parent, self.parent.map(|run| run.to_string()).unwrap_or_default()),
        ]
    }

    /// The values as JSON, to be kept.
    pub fn to_json(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let fields = self.values().map(|(name, value)| format!("{}:{}", quoted(name), quoted(&value)));
        format!("{{{}}}", fields.join(","))
    }

    /// What a run was made from, its seed held.
    pub fn of(run: &Run) -> Self {
        let request = &run.request;
        Self {
            // What it says is what was sent, also where it looks like wordings.
            prompt: escape(request.prompt.as_str()),
            negative_prompt: request.negative_prompt.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default(),
            aspect_ratio: request.aspect_ratio,
            num_images: request.num_images,
            seed: request.seed.filter(|seed| seed.is_known()).map(|seed| seed.to_string()).unwrap_or_default(),
            seeds: Seeds::default(),
            parent: None,
        }
    }

    /// The requests, one for each wording, or everything that is wrong with the draft.
    pub fn requests(&self, model: &'static Model) -> Result<Vec<GenerationRequest>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let wordings = errors.check("prompt", expand(&self.prompt).map_err(Into::into)).unwrap_or_default();
        let negative_prompt = errors.check("negative_prompt", NegativePrompt::new(self.negative_prompt.as_str()));
        let seed = errors.check("seed", self.held_seed());
        let mut requests = Vec::new();
        for wording in wordings {
            // One wrong wording is enough to say so.
            let prompt = errors.check("prompt", Prompt::new(wording));
            if let (Some(prompt), Some(negative_prompt), Some(seed)) = (prompt, &negative_prompt, seed) {
                requests.push(GenerationRequest {
                    model,
                    negative_prompt: negative_prompt.clone(),
                    aspect_ratio: self.aspect_ratio,
                    num_images: self.num_images,
                    seed,
                    ..GenerationRequest::new(prompt)
                });
            }
        }
        if errors.is_empty() { Ok(requests) } else { Err(errors) }
    }

    fn held_seed(&self) -> Result<Option<Seed>, imagen4_core::request::Refusal> {
        match self.seed.trim() {
            "" => Ok(None),
            seed => seed.parse().map(Some),
        }
    }

    /// Whether there is something a person wrote.
    pub fn has_text(&self) -> bool {
        !(is_blank(&self.prompt) && is_blank(&self.negative_prompt))
    }

    /// What the button says of so many runs that cost `price` together.
    pub fn label(&self, runs: usize, price: MicroUsd) -> String {
        let images = match self.num_images {
            ImageCount::ONE => "1 image".to_owned(),
            count => format!("{count} images"),
        };
        match runs {
            0 | 1 => format!("Generate {images} · {price}"),
            runs => format!("Generate {runs} runs × {images} · {price}"),
        }
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
pub fn fullness(text: &str) -> Option<String> {
    // Bytes are never fewer than characters, and free to count.
    if text.len() <= MAX_PROMPT_CHARS * 4 / 5 {
        return None;
    }
    let count = text.chars().count();
    (count > MAX_PROMPT_CHARS * 4 / 5).then(|| format!("{} of {}", grouped(count), grouped(MAX_PROMPT_CHARS)))
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
            prompt: "a \"fox\"\nin snow".into(),
            aspect_ratio: AspectRatio::Tall,
            num_images: ImageCount::MAX,
            seed: "12x".into(),
            seeds: Seeds::Each,
            parent: Some(RunId::from_bits(7)),
            ..Draft::default()
        };
        let kept: serde_json::Value = serde_json::from_str(&draft.to_json()).expect("it is JSON");
        assert_eq!(Draft::from_values(|name| kept[name].as_str().unwrap_or_default().to_owned()), draft);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_button_says_what_it_does_and_costs() {
        let one = Draft::default();
        let four = Draft { num_images: ImageCount::MAX, ..Draft::default() };
        let price = Model::default_model().price;
        assert_eq!(one.label(1, price), "Generate 1 image · $0.04");
        assert_eq!(four.label(1, price.times(4)), "Generate 4 images · $0.16");
        assert_eq!(four.label(3, price.times(12)), "Generate 3 runs × 4 images · $0.48");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_wrong_field_is_named() {
        let draft = Draft { prompt: "  ".into(), seed: "seven".into(), ..Draft::default() };
        let errors = draft.requests(Model::default_model()).expect_err("nothing to paint");
        assert_eq!(errors.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["prompt", "seed"]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_wording_is_a_request_and_a_run_is_used_again_as_it_was() {
        let words = |prompt: &str| {
            let draft = Draft { prompt: prompt.into(), ..Draft::default() };
            let requests = draft.requests(Model::default_model());
            requests.map(|all| all.iter().map(|one| one.prompt.as_str().to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(words("a {red|blue} fox").expect("two"), ["a red fox", "a blue fox"]);
        assert_eq!(words(r#"{"a": "fox"}"#).expect("one"), [r#"{"a": "fox"}"#]);
        let many = words("{a|b|c|d|e}{a|b|c|d|e}{a|b|c|d|e}").expect_err("too many");
        let said: Vec<_> = many.iter().map(|(_, message)| message).collect();
        assert_eq!(said, ["makes 125 wordings; at most 100 are allowed"]);
        assert!(words("{ | }").is_err(), "a wording of nothing");

        let mut run = crate::board::card::tests::run(imagen4_core::RunState::Archived);
        run.request.prompt = Prompt::new("a {red|blue} fox").expect("not empty");
        let again = Draft::of(&run).requests(Model::default_model()).expect("valid");
        assert_eq!(again.iter().map(|one| one.prompt.as_str()).collect::<Vec<_>>(), ["a {red|blue} fox"]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_counter_appears_near_the_limit() {
        assert_eq!(fullness(&"é".repeat(8_000)), None);
        assert_eq!(fullness(&"é".repeat(8_412)).as_deref(), Some("8,412 of 10,000"));
    }
}
