//! The inputs that only this model has: a control for each, made from its schema. Its words are the vendor's, so they are text and
//! never markup.

use imagen4_core::ModelSpec;
use imagen4_core::model::{InputKind, InputSpec};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::request::{CUSTOM, others, text};
use crate::app::App;
use crate::platform::part::Part;
use crate::platform::reactive::effect;
use crate::platform::select;

/// How the names of the controls begin.
pub(super) const PREFIX: &str = "more-";
/// Longer texts get more than a line.
const ONE_LINE: usize = 200;

/// The id of the control for an input, which is also its name in the form.
pub(super) fn id_of(input: &str) -> String {
    format!("{PREFIX}{input}")
}

/// What people call an input: `Guidance scale`.
pub(super) fn title(input: &InputSpec) -> String {
    if !input.title.is_empty() {
        return input.title.clone();
    }
    let words = input.name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Width and height, where the shape can be these.
pub(super) fn sides(spec: &ModelSpec) -> Vec<&InputSpec> {
    let is_there = spec.shapes().contains(&CUSTOM);
    others(spec).filter(|input| is_there && matches!(input.name.as_str(), "width" | "height")).collect()
}

/// The inputs without a place of their own.
fn rest(spec: &ModelSpec) -> Vec<&InputSpec> {
    let sides = sides(spec);
    others(spec).filter(|input| !sides.contains(input)).collect()
}

/// The options of a choice, by their values and what they are called.
pub(super) fn options(input: &InputSpec) -> Vec<(String, String)> {
    let InputKind::Choice { options, default } = &input.kind else { return Vec::new() };
    let any = default.is_none().then(|| (String::new(), "Model decides".to_owned()));
    any.into_iter().chain(options.iter().map(|option| (text(option), text(option)))).collect()
}

/// A field with the control for an input.
pub(super) fn control(app: App, input: &InputSpec) -> Part {
    let draft = app.composer.draft;
    let (id, name) = (id_of(&input.name), input.name.clone());
    let (field, label, hint) = (Part::new("div"), Part::new("label"), Part::new("p"));
    let usual = input.kind.default_value().map(|value| text(&value)).unwrap_or_default();
    let control = match &input.kind {
        InputKind::Choice { .. } => Part::new("select"),
        InputKind::Text { max_chars, .. } if max_chars.is_none_or(|most| most > ONE_LINE) => Part::new("textarea"),
        _ => Part::new("input"),
    };
    control.set("id", &id).set("name", &id).set("aria-describedby", &format!("{id}-hint"));
    let bounds = |min: Option<String>, max: Option<String>, step: String| {
        control.set("type", "number").set("step", &step);
        min.map(|min| control.set("min", &min));
        max.map(|max| control.set("max", &max));
    };
    match &input.kind {
        InputKind::Text { .. } => drop(control.set("dir", "auto").set("rows", "2")),
        InputKind::Choice { .. } => select::fill(&control, &options(input)),
        InputKind::Integer { min, max, multiple_of, .. } => {
            let step = multiple_of.unwrap_or(1).to_string();
            bounds(min.map(|it| it.to_string()), max.map(|it| it.to_string()), step);
        }
        InputKind::Number { min, max, step, .. } => {
            let step = step.map_or_else(|| "any".to_owned(), |it| it.to_string());
            bounds(min.map(|it| it.to_string()), max.map(|it| it.to_string()), step);
        }
        InputKind::Switch { .. } => drop(control.set("type", "checkbox")),
        InputKind::Pixels { .. } => drop(control.set("type", "text")),
    }
    if !matches!(input.kind, InputKind::Choice { .. } | InputKind::Switch { .. }) {
        control.set("placeholder", &usual);
    }
    control.bind_attr("aria-invalid", {
        let id = id.clone();
        move || app.is_wrong(&id)
    });
    let element: HtmlInputElement = control.0.clone().unchecked_into();
    let is_switch = matches!(input.kind, InputKind::Switch { .. });
    let is_choice = matches!(input.kind, InputKind::Choice { .. });
    effect(move || {
        let said = draft.with(|draft| draft.other(&name).to_owned());
        let now = if said.is_empty() && (is_switch || is_choice) { usual.clone() } else { said };
        if is_switch {
            element.set_checked(now == "true");
        } else if element.value() != now {
            element.set_value(&now);
        }
    });
    label.set("for", &id).say(&title(input));
    hint.set("class", "hint").set("id", &format!("{id}-hint")).say(&input.description);
    field.set("class", if is_switch { "field switch" } else { "field" });
    field.add(&label).add(&control).add(&hint);
    field
}

/// Takes the shell's fold over.
pub(super) fn adopt(app: App) {
    let fold = Part::shell("more");
    fold.show(move || {
        let spec = app.spec();
        !rest(&spec).is_empty() || !spec.left_out.is_empty()
    });
    Part::shell("more-summary").bind(move || {
        let spec = app.spec();
        let names: Vec<_> = rest(&spec).into_iter().map(title).collect();
        names.join(", ")
    });
    Part::shell("more-inputs").bind_parts(move || {
        let spec = app.spec();
        rest(&spec).into_iter().map(|input| control(app, input)).collect()
    });
    Part::shell("left-out").bind_parts(move || {
        let spec = app.spec();
        let item = |(name, reason): (&String, &String)| {
            let item = Part::new("li");
            item.say(&format!("{name}: not offered here, because {reason}"));
            item
        };
        spec.left_out.iter().map(item).collect()
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::server::models::tests::told;

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
