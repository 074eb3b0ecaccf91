//! The shape of the images, as far as the model lets a person choose it: drawn ratios, a size in pixels, how fine.

use imagen4_core::ModelSpec;
use imagen4_core::model::InputKind;
use imagen4_core::model::shape::{ratio_of, size_of};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::draft::Draft;
use super::more;
use super::request::{CUSTOM, text};
use crate::app::App;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::effect;
use crate::platform::select;
use crate::server::shell;

/// The ratios that are drawn where a model takes any size.
pub(crate) const USUAL: [&str; 7] = ["1:1", "16:9", "9:16", "3:4", "4:3", "3:2", "2:3"];
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
        choices.push(Choice { value: String::new(), label: "Model decides".to_owned(), pixels: None });
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
fn drawn(value: &str) -> Option<(f64, f64)> {
    let ratio = ratio_of(value)?.value();
    let (width, height) = if ratio >= 1.0 { (LONG, LONG / ratio) } else { (LONG * ratio, LONG) };
    Some((width.max(SHORT), height.max(SHORT)))
}

fn radio(choice: &Choice) -> Part {
    let (label, input, shape) = (Part::new("label"), Part::new("input"), Part::new("span"));
    input.set("type", "radio").set("name", "aspect_ratio").set("value", &choice.value);
    shape.set("class", "shape");
    match drawn(&choice.value) {
        Some((width, height)) => {
            for (side, length) in [("width", width), ("height", height)] {
                let _never_fails = shape.0.style().set_property(side, &format!("{length:.0}px"));
            }
        }
        None => drop(shape.set("class", "shape open")),
    }
    label.set("class", "choice").add(&input).add(&shape).add_text(&choice.label);
    if let Some(pixels) = choice.pixels {
        label.add(Part::new("span").set("class", "vh").say(&format!(" {} pixels", in_words(pixels))));
    }
    label
}

/// Takes the shell's controls over. The shell has those of the model of this build: they stay while they are the right ones.
pub(super) fn adopt(app: App) {
    let draft = app.composer.draft;
    let group = Part::shell("ratios");
    group.show(move || app.spec().shape().is_some());
    let list = group.find(".choices");
    let size = Part::shell("size");
    let field: HtmlInputElement = size.0.clone().unchecked_into();
    let mut built = choices(&shell::spec());
    effect(move || {
        let spec = app.spec();
        let wanted = choices(&spec);
        if wanted != built {
            list.fill(wanted.iter().map(radio));
            built = wanted;
        }
        let chosen = draft.with(|draft| chosen(draft, &spec));
        for radio in dom::all(&list.0, "input") {
            let radio: HtmlInputElement = radio.unchecked_into();
            radio.set_checked(radio.value() == chosen);
        }
        if field.value() != chosen {
            field.set_value(&chosen);
        }
    });
    let pixels = move || {
        let spec = app.spec();
        match spec.shape().map(|shape| &shape.kind) {
            Some(InputKind::Pixels { min, max, rules, .. }) => Some(rules.words(*min, *max)),
            _ => None,
        }
    };
    Part::shell("size-field").show(move || pixels().is_some());
    Part::shell("size-hint").bind(move || pixels().map(|words| format!("Width*height: {words}.")).unwrap_or_default());
    size.bind_attr("aria-invalid", move || app.is_wrong("size"));
    Part::shell("ratio-size").bind(move || {
        let spec = app.spec();
        draft.with(|draft| spec.size_of(&chosen(draft, &spec))).map(in_words).unwrap_or_default()
    });
    // Where the shape can be two sides of one's own.
    let sides = Part::shell("sides");
    sides.show(move || draft.with(|draft| chosen(draft, &app.spec())) == CUSTOM);
    sides.bind_parts(move || {
        let spec = app.spec();
        more::sides(&spec).into_iter().map(|side| more::control(app, side)).collect()
    });

    let resolution = Part::shell("resolution");
    let options = move || {
        let spec = app.spec();
        spec.concepts.resolution.as_ref().and_then(|name| spec.input(name)).map(more::options).unwrap_or_default()
    };
    Part::shell("resolution-field").show(move || !options().is_empty());
    select::bind(&resolution, options, move || {
        let spec = app.spec();
        let usual = spec.concepts.resolution.as_ref().and_then(|name| spec.input(name)?.kind.default_value());
        let said = draft.with(|draft| draft.resolution.clone());
        if said.is_empty() { usual.map(|value| text(&value)).unwrap_or_default() } else { said }
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::server::models::tests::told;

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
        assert_eq!(said("google/nano-banana-2/text-to-image").first(), Some(&pair("Model decides", "")));
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
