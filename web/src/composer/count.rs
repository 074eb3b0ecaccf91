//! How many images, and the seed: as far as the model lets a person choose them.

use imagen4_core::{ModelSpec, RunRequest};
use serde_json::json;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::app::App;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::random;
use crate::platform::reactive::effect;
use crate::server::shell;

/// Up to so many are a segment each; more are written.
const SEGMENTS: i64 = 4;

/// How a count is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Segments(i64, i64),
    Number(i64, i64),
    None,
}

impl Form {
    fn of(spec: &ModelSpec) -> Self {
        match spec.counts() {
            Some((min, max, _)) if max <= SEGMENTS => Self::Segments(min, max),
            Some((min, max, _)) => Self::Number(min, max),
            None => Self::None,
        }
    }
}

/// What is said of how many images come, beside or in place of a choice.
fn words(spec: &ModelSpec) -> String {
    let Some(name) = &spec.concepts.count else {
        return match spec.outputs {
            Some(1) => "One run makes 1 image.".to_owned(),
            Some(count) => format!("One run makes {count} images."),
            None => "One run makes what the model makes, mostly 1 image.".to_owned(),
        };
    };
    let request = RunRequest { model: String::new(), input: [(name.clone(), json!(1))].into_iter().collect() };
    match request.promised() {
        Some(_) => String::new(),
        None => "At most so many: how many come is up to the model.".to_owned(),
    }
}

fn segment(count: i64) -> Part {
    let (label, input, unit) = (Part::new("label"), Part::new("input"), Part::new("span"));
    input.set("type", "radio").set("name", "num_images").set("value", &count.to_string());
    unit.set("class", "vh").say(if count == 1 { " image" } else { " images" });
    label.set("class", "segment").add(&input).add_text(&count.to_string()).add(&unit);
    label
}

/// Takes the shell's controls over.
pub(super) fn adopt(app: App) {
    let draft = app.composer.draft;
    let form = move || Form::of(&app.spec());
    let segments = Part::shell("images-segments");
    segments.show(move || matches!(form(), Form::Segments(..)));
    Part::shell("images-number").show(move || matches!(form(), Form::Number(..)));
    let number = Part::shell("images");
    number.bind_attr("aria-invalid", move || app.is_wrong("images"));
    let field: HtmlInputElement = number.0.clone().unchecked_into();
    let list = segments.find(".segments");
    let mut built = Form::of(&shell::spec());
    effect(move || {
        let spec = app.spec();
        let wanted = Form::of(&spec);
        if wanted != built {
            match wanted {
                Form::Segments(min, max) => list.fill((min..=max).map(segment)),
                Form::Number(min, max) => drop(number.set("min", &min.to_string()).set("max", &max.to_string())),
                Form::None => {}
            }
            // Segments are kept for the next model that has the same.
            built = wanted;
        }
        let usual = spec.counts().map(|(_, _, usual)| usual.to_string()).unwrap_or_default();
        let said = draft.with(|draft| draft.count.trim().to_owned());
        let now = if said.is_empty() { &usual } else { &said };
        for radio in dom::all(&list.0, "input") {
            let radio: HtmlInputElement = radio.unchecked_into();
            radio.set_checked(radio.value() == *now);
        }
        number.set("placeholder", &usual);
        if field.value() != said {
            field.set_value(&said);
        }
    });
    Part::shell("images-words").bind(move || words(&app.spec())).show(move || !words(&app.spec()).is_empty());

    let has_seeds = move || app.spec().seeds().is_some();
    Part::shell("seed-field").show(has_seeds);
    Part::shell("no-seed").show(move || !has_seeds());
    Part::shell("wording-seeds").show(has_seeds);
    Part::shell("seed").bind_attr("aria-invalid", move || app.is_wrong("seed"));
    Part::shell("dice").press(move || {
        if let Some(bounds) = app.spec_untracked().seeds() {
            let seed = rolled(bounds, u32::from_be_bytes(random::bytes()));
            draft.update(|draft| draft.seed = seed.to_string());
        }
    });
    Part::shell("release").show(move || draft.with(|draft| !draft.seed.trim().is_empty())).press(move || {
        draft.update(|draft| draft.seed.clear());
        dom::focus("seed");
    });
}

/// A seed from random bits; −1 is "any", and most seeds end at 2³¹ − 1.
fn rolled((min, max): (i64, i64), bits: u32) -> i64 {
    let (min, max) = (min.max(0), max.min(i64::from(i32::MAX)));
    min + i64::from(bits) % (max - min + 1).max(1)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::server::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_count_is_chosen_written_or_the_models_to_say() {
        let of = |model: &str| {
            let spec = told(&[]).spec(model);
            (Form::of(&spec), words(&spec))
        };
        assert_eq!(of(""), (Form::Segments(1, 4), String::new()));
        assert_eq!(of("minimax/image-01/text-to-image"), (Form::Number(1, 9), String::new()));
        let (form, words) = of("bytedance/seedream-v4/sequential");
        assert_eq!((form, words.is_empty()), (Form::Number(1, 15), false));
        assert_eq!(of("midjourney/text-to-image"), (Form::None, "One run makes 4 images.".to_owned()));
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
