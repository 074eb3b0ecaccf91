//! The inputs that only this model has. Their words are WaveSpeed's, so they are text and never markup.

use imagen4_core::ModelSpec;
use imagen4_core::model::{InputKind, InputSpec};

use super::input::{CUSTOM, others, text};

/// How the names of the controls begin.
pub const PREFIX: &str = "input-";
/// Longer texts get more than a line.
pub const ONE_LINE: usize = 200;

/// The id of the control for an input, which is also its name in the form.
pub fn id_of(input: &str) -> String {
    format!("{PREFIX}{input}")
}

/// What people call an input: `Guidance scale`.
pub fn title(input: &InputSpec) -> String {
    if !input.title.is_empty() {
        return input.title.clone();
    }
    let words = input.name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Width and height, where the shape can be these.
pub fn sides(spec: &ModelSpec) -> Vec<&InputSpec> {
    let is_there = spec.shapes().contains(&CUSTOM);
    others(spec).filter(|input| is_there && matches!(input.name.as_str(), "width" | "height")).collect()
}

/// The inputs without a place of their own.
pub fn rest(spec: &ModelSpec) -> Vec<&InputSpec> {
    let sides = sides(spec);
    others(spec).filter(|input| !sides.contains(input)).collect()
}

/// The options of a choice, by their values and what they are called.
pub fn options(input: &InputSpec) -> Vec<(String, String)> {
    let InputKind::Choice { options, default } = &input.kind else { return Vec::new() };
    let any = default.is_none().then(|| (String::new(), "Auto".to_owned()));
    any.into_iter().chain(options.iter().map(|option| (text(option), text(option)))).collect()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_input_has_one_place_and_a_name() {
        let names = |model: &str| {
            let spec = told(&[]).spec(model);
            let names = |inputs: Vec<&InputSpec>| inputs.into_iter().map(title).collect::<Vec<_>>();
            (names(sides(&spec)), names(rest(&spec)))
        };
        assert_eq!(names(""), (vec![], vec![]));
        let flux = ["Num inference steps", "Guidance scale", "Output format"];
        assert_eq!(names("wavespeed-ai/flux-dev"), (vec![], flux.map(str::to_owned).to_vec()));
        assert_eq!(names("pruna-ai/p-image/text-to-image"), (vec!["Width".into(), "Height".into()], vec![]));
    }
}
