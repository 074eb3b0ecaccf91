//! The shapes that a model offers: drawn ratios, or a size in pixels.

use imagen4_core::ModelSpec;
use imagen4_core::model::InputKind;
use imagen4_core::model::shape::{ratio_of, size_of};

use super::fields::Draft;
use super::input::text;

/// The ratios that are drawn where a model takes any size.
pub const USUAL: [&str; 7] = ["1:1", "16:9", "9:16", "3:4", "4:3", "3:2", "2:3"];
/// The longer and the shortest side of a drawn shape, in pixels.
const LONG: f64 = 24.0;
const SHORT: f64 = 4.0;

/// One choice of shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the draft says of it; empty lets the model decide.
    pub value: String,
    /// What people call it.
    pub label: String,
    /// What it comes to in pixels, where that is known.
    pub pixels: Option<(u32, u32)>,
}

/// What a model has when nothing is said; empty where it decides by itself.
pub fn usual(spec: &ModelSpec) -> String {
    spec.shape().and_then(|shape| shape.kind.default_value()).map(|value| text(&value)).unwrap_or_default()
}

/// The choice that a draft comes to.
pub fn chosen(draft: &Draft, spec: &ModelSpec) -> String {
    if draft.shape.trim().is_empty() { usual(spec) } else { draft.shape.trim().to_owned() }
}

/// The choices to be drawn.
pub fn choices(spec: &ModelSpec) -> Vec<Choice> {
    let Some(shape) = spec.shape() else { return Vec::new() };
    let mut choices = Vec::new();
    if usual(spec).is_empty() {
        choices.push(Choice { value: String::new(), label: "Auto".to_owned(), pixels: None });
    }
    match &shape.kind {
        InputKind::Choice { .. } => choices.extend(spec.shapes().into_iter().map(|name| Choice {
            value: name.to_owned(),
            label: size_of(name).map_or_else(|| name.to_owned(), in_words),
            pixels: spec.size_of(name),
        })),
        InputKind::Pixels { .. } => choices.extend(USUAL.into_iter().filter_map(|ratio| {
            let value = spec.nearest_shape(ratio).filter(|size| ratio_of(size) == ratio_of(ratio))?;
            Some(Choice { pixels: size_of(&value), label: ratio.to_owned(), value })
        })),
        _ => {}
    }
    choices
}

/// `1024 × 768`
pub fn in_words((width, height): (u32, u32)) -> String {
    format!("{width} × {height}")
}

/// A choice of shape as people write it.
pub fn name(shape: &str) -> String {
    size_of(shape).map_or_else(|| shape.to_owned(), in_words)
}

/// Width and height as a drawing of a shape has them.
pub fn drawn(value: &str) -> Option<(f64, f64)> {
    let ratio = ratio_of(value)?.value();
    let (width, height) = if ratio >= 1.0 { (LONG, LONG / ratio) } else { (LONG * ratio, LONG) };
    Some((width.max(SHORT), height.max(SHORT)))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_model_has_its_own_shapes_and_each_of_them_is_taken() {
        let models = told(&[]);
        let said = |model: &str| {
            let all = choices(&models.spec(model));
            all.into_iter().map(|choice| (choice.label, choice.value)).collect::<Vec<_>>()
        };
        let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        assert_eq!(said("").first(), Some(&pair("1:1", "1:1")));
        let pixels = said("wavespeed-ai/flux-dev");
        assert!(pixels.contains(&pair("1:1", "1024*1024")) && pixels.len() == USUAL.len(), "{pixels:?}");
        assert_eq!(said("google/nano-banana-2/text-to-image").first(), Some(&pair("Auto", "")));
        let sizes = said("openai/gpt-image-1.5/text-to-image");
        assert_eq!(sizes[..2], [pair("auto", "auto"), pair("1024 × 1024", "1024*1024")]);
        for entry in models.catalogue.entries() {
            for choice in choices(&entry.spec) {
                let draft = Draft { prompt: "a fox".into(), shape: choice.value.clone(), ..Draft::default() };
                assert!(draft.inputs(&entry.spec).is_ok(), "{}: {choice:?}", entry.spec.id);
            }
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_shape_is_drawn_as_it_is_and_never_as_nothing() {
        assert_eq!(drawn("16:9").map(|(width, height)| (width as u32, height as u32)), Some((24, 13)));
        assert_eq!(drawn("1:8"), Some((SHORT, LONG)));
        assert_eq!(drawn("auto"), None);
        assert_eq!([name("1024*768"), name("16:9")], ["1024 × 768", "16:9"]);
    }
}
