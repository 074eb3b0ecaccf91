//! Build: the prompt in six slots. The text is the prompt in both ways of writing; the slots are a view of it.

use imagen4_core::wording::slots::{Slot, Slots};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use crate::app::App;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, effect};

/// Takes the shell's slots over.
pub(super) fn adopt(app: App) {
    let draft = app.composer.draft;
    let slots = Signal::new(Slots::default());
    let building = Signal::new(is_building());
    let build = Part::shell("build");
    let fields: Vec<HtmlInputElement> = dom::all(&build.0, "input").into_iter().map(JsCast::unchecked_into).collect();

    let ways = Part::shell("ways");
    ways.on("input", move |event: Event| {
        // It is no part of the draft.
        event.stop_propagation();
        building.set(is_building());
    });
    build.show(move || building.get());
    Part::shell("prompt").show(move || !building.get());
    Part::shell("composed").bind(move || draft.with(|draft| draft.prompt.clone()));

    // Whatever else changed the prompt is split anew; what the slots themselves say stays as it was typed.
    effect({
        let fields = fields.clone();
        move || {
            if !building.get() {
                return;
            }
            let now = draft.with(|draft| {
                slots.with_untracked(|slots| (slots.compose() != draft.prompt).then(|| Slots::split(&draft.prompt)))
            });
            if let Some(now) = now {
                for (slot, field) in Slot::ALL.into_iter().zip(&fields) {
                    field.set_value(now.get(slot));
                }
                slots.set(now);
            }
        }
    });
    let write = move |fields: &[HtmlInputElement]| {
        let mut now = Slots::default();
        for (slot, field) in Slot::ALL.into_iter().zip(fields) {
            now.set(slot, &field.value());
        }
        let prompt = now.compose();
        slots.set(now);
        draft.update(|draft| draft.prompt = prompt);
    };
    build.on("input", {
        let fields = fields.clone();
        move |event: Event| {
            event.stop_propagation();
            write(&fields);
        }
    });
    build.on("click", move |event: Event| {
        let Some((slot, chip)) = dom::marked(&event, "data-add") else { return };
        if let Some(field) = fields.iter().find(|field| field.name() == slot) {
            field.set_value(&with(&field.value(), &chip.text_content().unwrap_or_default()));
            write(&fields);
        }
    });

    let negative = Part::shell("negative");
    negative.on("click", move |event: Event| {
        if let Some((_, chip)) = dom::marked(&event, "data-add") {
            let words = chip.text_content().unwrap_or_default();
            draft.update(|draft| draft.negative_prompt = with(&draft.negative_prompt, &words));
        }
    });
}

fn is_building() -> bool {
    dom::part::<HtmlInputElement>("way-build").checked()
}

/// `text` with `words` behind it, unless they are there.
fn with(text: &str, words: &str) -> String {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || c == ',');
    match text.contains(words) {
        true => text.to_owned(),
        false if text.is_empty() => words.to_owned(),
        false => format!("{text}, {words}"),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_chip_adds_its_words_once() {
        assert_eq!(with("", "golden hour"), "golden hour");
        assert_eq!(with("soft haze, ", "golden hour"), "soft haze, golden hour");
        assert_eq!(with("golden hour", "golden hour"), "golden hour");
    }
}
