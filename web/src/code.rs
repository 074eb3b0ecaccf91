//! The form or a run as a program for the vendor's own API, in a dialog.

use imagen4_core::model::is_model_id;
use imagen4_core::{MicroUsd, RunRequest};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTemplateElement};

use crate::app::App;
use crate::composer::press;
use crate::composer::quote::Price;
use crate::literal::{Language, object, quoted};
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, spawn};

/// What the dialog shows.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    request: Signal<Option<(RunRequest, Option<MicroUsd>)>>,
    language: Signal<String>,
}

impl Code {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { request: Signal::new(None), language: Signal::new("curl".to_owned()) }
    }

    /// Shows the program for a request that costs so much, as far as that is known.
    pub fn show(self, request: RunRequest, price: Option<MicroUsd>) {
        self.request.set(Some((request, price)));
        Part::shell("code-said").say("");
        dom::open("code");
    }

    fn text(self) -> String {
        let template = self.language.with(|language| dom::part::<HtmlTemplateElement>(&format!("code-{language}")));
        let skeleton = template.content().text_content().unwrap_or_default();
        self.request.with(|shown| shown.as_ref().map(|(request, _)| fill(&skeleton, request)).unwrap_or_default())
    }

    /// Takes the shell's dialog over.
    pub fn adopt(self) {
        Part::shell("code").on("input", move |event: web_sys::Event| {
            if let Some(radio) = event.target().map(JsCast::unchecked_into::<HtmlInputElement>) {
                self.language.set(radio.value());
            }
        });
        Part::shell("code-text").bind(move || self.text());
        Part::shell("code-price").bind(move || {
            let price = self.request.with(|shown| shown.as_ref().and_then(|(_, price)| *price));
            price.map_or_else(|| "what the model costs".to_owned(), |price| price.to_string())
        });
        Part::shell("code-copy").press(move || {
            let text = dom::part::<Element>("code-text").text_content().unwrap_or_default();
            let copied = dom::copied(dom::copy(&text));
            spawn(async move {
                Part::shell("code-said").say(if copied.await { "Copied" } else { dom::NO_COPY });
            });
        });
    }
}

impl Default for Code {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the program for what the form says: for the first of its wordings, if there are several.
pub fn show_draft(app: App) {
    let composed = app.composed_untracked();
    let runs = composed.runs().max(1) as i64;
    match composed.inputs.ok().and_then(|inputs| inputs.into_iter().next()) {
        Some(input) => {
            let each = |all: MicroUsd| MicroUsd::new(all.micros() / runs);
            let price = match app.price_untracked() {
                // Whoever runs it has a key of their own.
                Price::Known { list, .. } if app.server.terms_untracked().is_free() => Some(each(list)),
                Price::Known { price, .. } => Some(each(price)),
                _ => None,
            };
            app.code.show(input.into_request(), price);
        }
        None => {
            press::complain(app);
        }
    }
}

fn fill(skeleton: &str, request: &RunRequest) -> String {
    // An id can come from an old run or an odd catalogue, and here it would be code.
    if !is_model_id(&request.model) {
        return "The id of this model cannot be written into a program.".to_owned();
    }
    let skeleton = skeleton.replace("@MODEL@", &request.model);
    let input = |language| object(&request.input, language);
    // The words of a prompt come last: whatever is in them is not looked at again.
    for (mark, language) in [
        ("@SHELL@", Language::Json),
        ("@JAVASCRIPT@", Language::Json),
        ("@PYTHON@", Language::Python),
        ("@RUST@", Language::Rust),
    ] {
        if let Some((before, after)) = skeleton.split_once(mark) {
            let input = input(language);
            let input = if mark == "@SHELL@" { quoted(&input) } else { input };
            return format!("{before}{input}{after}");
        }
    }
    skeleton
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_prompt_cannot_leave_its_place_and_an_id_cannot_be_code() {
        let hostile = "a 'fox' @RUST@ @MODEL@ \"## $HOME";
        let input = json!({ "prompt": hostile, "seed": 7 }).as_object().cloned().expect("an object");
        let mut request = RunRequest { model: "wavespeed-ai/imagen4".into(), input };
        let json = object(&request.input, Language::Json);
        assert_eq!(fill("x = @JAVASCRIPT@; // @MODEL@", &request), format!("x = {json}; // wavespeed-ai/imagen4"));
        assert_eq!(fill("y @SHELL@", &request), format!("y {}", quoted(&json)));
        request.model = "\"; rm -rf ~; \"".into();
        assert!(!fill("call(\"@MODEL@\")", &request).contains("rm"));
    }
}
