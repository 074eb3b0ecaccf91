//! The shell's form, adopted: its elements stay the ones a person may already be typing into.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlButtonElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

use super::draft::{Draft, fullness};
use super::examples::Examples;
use super::footer::Reasons;
use super::money::Money;
use super::reasons::reasons;
use super::send;
use crate::app::App;
use crate::platform::dom::{self, bind_text, listen, part, window};
use crate::platform::random;
use crate::platform::reactive::{effect, mount};
use crate::platform::storage::Store;

/// `boot.js` reads it under the same name.
const KEPT_DRAFT: &str = "imagen4.draft";

/// The form's controls.
#[derive(Clone, Debug)]
struct Form {
    form: HtmlFormElement,
    texts: [HtmlTextAreaElement; 2],
    seed: HtmlInputElement,
}

impl Form {
    fn find() -> Self {
        Self { form: part("composer"), texts: [part("prompt"), part("negative-prompt")], seed: part("seed") }
    }

    fn radio(&self, name: &str, which: &str) -> Option<HtmlInputElement> {
        self.form.query_selector(&format!("input[name={name}]{which}")).ok()?.map(JsCast::unchecked_into)
    }

    fn value(&self, name: &str) -> String {
        match name {
            "prompt" => self.texts[0].value(),
            "negative_prompt" => self.texts[1].value(),
            "seed" => self.seed.value(),
            _ => self.radio(name, ":checked").map(|radio| radio.value()).unwrap_or_default(),
        }
    }

    /// Writes only what differs: writing moves the caret.
    fn write(&self, draft: &Draft) {
        for (name, value) in draft.values() {
            if self.value(name) == value {
                continue;
            }
            match name {
                "prompt" => self.texts[0].set_value(&value),
                "negative_prompt" => self.texts[1].set_value(&value),
                "seed" => self.seed.set_value(&value),
                _ => {
                    if let Some(radio) = self.radio(name, &format!("[value='{value}']")) {
                        radio.set_checked(true);
                    }
                }
            }
        }
    }
}

/// What the form says now: what was kept, and what was typed before this code arrived.
pub fn present() -> Draft {
    let form = Form::find();
    Draft::from_values(|name| form.value(name))
}

/// Brings the form to life.
pub fn adopt(app: App) {
    let composer = app.composer;
    let form = Form::find();
    let terms = move || app.server.terms();
    let reasons = Memo::new(move |_| composer.draft.with(|draft| reasons(draft, &terms())));

    // From the form to the draft, and back where a button changed it.
    listen(&form.form, "input", {
        let form = form.clone();
        move |_: web_sys::Event| composer.draft.set(Draft::from_values(|name| form.value(name)))
    });
    let kept = Store::local();
    effect({
        let form = form.clone();
        move || {
            composer.draft.with(|draft| {
                form.write(draft);
                kept.set(KEPT_DRAFT, Some(&draft.to_json()));
            });
            form.texts.iter().for_each(grow);
        }
    });

    listen(&form.form, "submit", move |_: web_sys::Event| press(app, reasons));
    listen(&form.form, "keydown", move |event: KeyboardEvent| {
        if event.key() != "Enter" || event.is_composing() {
            return;
        }
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            press(app, reasons);
        } else if event.target().is_some_and(|target| target.has_type::<HtmlInputElement>()) {
            // It would press the button, and the button costs money.
            event.prevent_default();
        }
    });
    listen(&part("dice"), "click", move |_: web_sys::Event| {
        let seed = imagen4_core::Seed::from_random(u32::from_be_bytes(random::bytes()));
        composer.draft.update(|draft| draft.seed = seed.to_string());
    });
    let release: HtmlElement = part("release");
    listen(&release, "click", move |_: web_sys::Event| {
        composer.draft.update(|draft| draft.seed.clear());
        dom::focus("seed");
    });
    effect(move || release.set_hidden(composer.draft.with(|draft| draft.seed.trim().is_empty())));

    let button: HtmlButtonElement = part("generate");
    button.set_disabled(false);
    effect(move || {
        // Not `disabled`: it must be reachable, so that the reasons are.
        let state = [("aria-disabled", !reasons.with(Vec::is_empty)), ("aria-busy", composer.busy.get())];
        for (name, on) in state {
            let _never_fails = button.set_attribute(name, if on { "true" } else { "false" });
        }
    });
    bind_text("generate", move || composer.draft.with(|draft| draft.label(terms().price_of(draft.num_images))));
    bind_text("prompt-count", move || composer.draft.with(|draft| fullness(&draft.prompt)).unwrap_or_default());
    bind_text("negative-count", move || {
        composer.draft.with(|draft| fullness(&draft.negative_prompt)).unwrap_or_default()
    });
    bind_text("ratio-size", move || {
        let (width, height) = composer.draft.with(|draft| draft.aspect_ratio.pixels());
        format!("{width} × {height}")
    });
    bind_text("negative-summary", move || composer.draft.with(Draft::negative_summary));

    let slot: HtmlElement = part("reasons");
    slot.set_text_content(None);
    mount(slot, move || view! { <Reasons composer reasons/> });
    mount(part("money"), move || view! { <Money app/> });
    mount(part("examples"), move || view! { <Examples composer/> });
}

fn press(app: App, reasons: Memo<Vec<super::reasons::Reason>>) {
    let reasons = reasons.get_untracked();
    match reasons.first() {
        None => send::press(app),
        Some(reason) => {
            app.say(&reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join(" "));
            dom::focus(reason.control.unwrap_or("generate"));
        }
    }
}

/// Where the style sheet's `field-sizing` is not known, the text area's height follows its text by hand.
fn grow(text: &HtmlTextAreaElement) {
    let known =
        |style: web_sys::CssStyleDeclaration| style.get_property_value("field-sizing").is_ok_and(|it| !it.is_empty());
    if !window().get_computed_style(text).ok().flatten().is_some_and(known) {
        let style = HtmlElement::style(text);
        let _best_effort = style.set_property("height", "auto");
        let _best_effort = style.set_property("height", &format!("{}px", text.scroll_height() + 2));
    }
}
