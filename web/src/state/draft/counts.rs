//! How many images, and the seed: as far as the model lets a person choose them.

use imagen4_core::{ModelSpec, RunRequest};
use serde_json::json;

/// Up to so many are a segment each; more are written.
const SEGMENTS: i64 = 4;

/// How a count is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountControl {
    /// A segment for each from the first to the second.
    Segments(i64, i64),
    /// A number from the first to the second.
    Number(i64, i64),
    /// It is the model's to say.
    None,
}

impl CountControl {
    /// How that model lets a person choose.
    pub fn of(spec: &ModelSpec) -> Self {
        match spec.counts() {
            Some((min, max, _)) if max <= SEGMENTS => Self::Segments(min, max),
            Some((min, max, _)) => Self::Number(min, max),
            None => Self::None,
        }
    }
}

/// What is said of how many images come, beside or in place of a choice.
pub fn hint(spec: &ModelSpec) -> String {
    let Some(name) = &spec.concepts.count else {
        return match spec.outputs {
            Some(1) => "Makes 1 image per run.".to_owned(),
            Some(count) => format!("Makes {count} images per run."),
            None => "The model decides how many images it makes, mostly 1.".to_owned(),
        };
    };
    let request = RunRequest { model: String::new(), input: [(name.clone(), json!(1))].into_iter().collect() };
    match request.promised() {
        Some(_) => String::new(),
        None => "At most this many: the model decides.".to_owned(),
    }
}

/// A seed from random bits; −1 is "any", and most seeds end at 2³¹ − 1.
pub fn rolled((min, max): (i64, i64), bits: u32) -> i64 {
    let (min, max) = (min.max(0), max.min(i64::from(i32::MAX)));
    min + i64::from(bits) % (max - min + 1).max(1)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_count_is_chosen_written_or_the_models_to_say() {
        let of = |model: &str| {
            let spec = told(&[]).spec(model);
            (CountControl::of(&spec), hint(&spec))
        };
        assert_eq!(of(""), (CountControl::Segments(1, 4), String::new()));
        assert_eq!(of("minimax/image-01/text-to-image"), (CountControl::Number(1, 9), String::new()));
        let (form, hint) = of("bytedance/seedream-v4/sequential");
        assert_eq!((form, hint.is_empty()), (CountControl::Number(1, 15), false));
        assert_eq!(of("midjourney/text-to-image"), (CountControl::None, "Makes 4 images per run.".to_owned()));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_rolled_seed_is_within_the_models_bounds() {
        for bits in [0, 1, u32::MAX] {
            assert!((0..=i64::from(i32::MAX)).contains(&rolled((-1, i64::MAX), bits)));
            assert!((3..=5).contains(&rolled((3, 5), bits)));
            assert_eq!(rolled((7, 7), bits), 7);
        }
    }
}
