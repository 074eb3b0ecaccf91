//! The form or a run as a program for the vendor's own API, in a dialog.

use imagen4_core::text::shows_nothing;
use imagen4_core::{GenerationRequest, MicroUsd};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTemplateElement};

use crate::app::App;
use crate::composer::form;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, spawn};

/// What the dialog shows.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    request: Signal<Option<(GenerationRequest, MicroUsd)>>,
    language: Signal<String>,
}

impl Code {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { request: Signal::new(None), language: Signal::new("curl".to_owned()) }
    }

    /// Shows the program for a request that costs so much.
    pub fn show(self, request: GenerationRequest, price: MicroUsd) {
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
            self.request.with(|shown| shown.as_ref().map(|(_, price)| price.to_string()).unwrap_or_default())
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
    let terms = app.server.terms_untracked();
    let requests = app.composer.draft.with_untracked(|draft| draft.requests(terms.model));
    match requests.ok().and_then(|requests| requests.into_iter().next()) {
        Some(request) => app.code.show(request.clone(), terms.price_of(request.num_images)),
        None => {
            form::complain(app);
        }
    }
}

fn fill(skeleton: &str, request: &GenerationRequest) -> String {
    let input = input(request);
    // The words of a prompt come last: whatever is in them is not looked at again.
    let skeleton = skeleton.replace("@MODEL@", request.model.id);
    for (mark, value) in [("@QUOTED@", quoted(&input)), ("@RAW@", raw(&input)), ("@INPUT@", input)] {
        if let Some((before, after)) = skeleton.split_once(mark) {
            return format!("{before}{value}{after}");
        }
    }
    skeleton
}

/// The input as JSON, which Python and JavaScript read as well. What is drawn as nothing is escaped: a compiler may refuse it
/// where it turns the direction of text, and nobody could see it.
fn input(request: &GenerationRequest) -> String {
    // What was not given is left out: not every vendor takes null for it.
    let text = |text: &str| visible(&serde_json::to_string(text).unwrap_or_default());
    let mut lines = vec![("prompt", text(request.prompt.as_str()))];
    lines.extend(request.negative_prompt.as_ref().map(|negative| ("negative_prompt", text(negative.as_str()))));
    lines.push(("aspect_ratio", text(request.aspect_ratio.as_str())));
    lines.push(("num_images", request.num_images.to_string()));
    lines.extend(request.seed.map(|seed| ("seed", seed.to_string())));
    let lines: Vec<_> = lines.into_iter().map(|(name, value)| format!("    \"{name}\": {value}")).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

/// One word for a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A raw string for Rust. What would end it stands inside a string of the JSON, so it can be escaped there.
fn raw(json: &str) -> String {
    format!("r#\"{}\"#", json.replace("\"#", "\"\\u0023"))
}

/// JSON with what is drawn as nothing as `\uXXXX`, but for what joins emoji. Python and Rust know no such escape for characters
/// beyond the Basic Multilingual Plane.
fn visible(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            ' ' | '\u{200d}' | '\u{fe0f}' | '\u{10000}'.. => visible.push(c),
            _ if shows_nothing(c) => visible += &format!("\\u{:04x}", c as u32),
            _ => visible.push(c),
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Prompt, Seed};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn request(prompt: &str) -> GenerationRequest {
        let prompt = Prompt::new(prompt).expect("not empty");
        GenerationRequest { seed: Seed::new(7).ok(), ..GenerationRequest::new(prompt) }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_prompt_cannot_leave_its_quotes() {
        let hostile = "a 'fox' $HOME \"and\" `id` \"## @INPUT@\nin snow";
        let input = input(&request(hostile));
        let json: serde_json::Value = serde_json::from_str(&input).expect("it is JSON");
        assert_eq!((json["prompt"].as_str(), json["seed"].as_i64()), (Some(hostile), Some(7)));
        assert_eq!(json.get("negative_prompt"), None);
        let shell = quoted(&input);
        let inside = shell.strip_prefix('\'').and_then(|shell| shell.strip_suffix('\'')).expect("it is quoted");
        assert!(!inside.replace("'\\''", "").contains('\''));
        assert_eq!(inside.replace("'\\''", "'"), input);
        assert_eq!(raw(r###"{"prompt": "a \"## b"}"###), r###"r#"{"prompt": "a \"\u0023# b"}"#"###);
        assert_eq!(fill("x = @INPUT@; // @MODEL@", &request(hostile)), format!("x = {input}; // wavespeed-ai/imagen4"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_cannot_be_seen_is_escaped() {
        let hidden = "a\u{2067}b\u{2069}\u{202e}\u{feff}\u{a0}\u{7f}\u{2028} \u{200d}🦊";
        let input = input(&request(hidden));
        assert!(input.contains("\\u2067b\\u2069\\u202e\\ufeff\\u00a0\\u007f\\u2028 \u{200d}🦊"), "{input}");
        let json: serde_json::Value = serde_json::from_str(&input).expect("it is JSON");
        assert_eq!(json["prompt"].as_str(), Some(hidden));
    }
}
