//! The shell's form, adopted: its elements stay the ones a person may already be typing into.

use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

use super::draft::Draft;
use super::{build, count, history, menu, money, more, press, quote, said, send, shape, switch};
use crate::app::App;
use crate::platform::dom::{self, listen, part, window};
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, effect, untrack};
use crate::platform::storage::Store;
use crate::server::shell;

/// `boot.js` reads it under the same name.
const KEPT_DRAFT: &str = "imagen4.draft";

/// The controls that are the same whatever the model is.
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

    fn input(&self, name: &str, which: &str) -> Option<HtmlInputElement> {
        self.form.query_selector(&format!("input[name={name}]{which}")).ok()?.map(JsCast::unchecked_into)
    }

    fn value(&self, name: &str) -> String {
        match name {
            "prompt" => self.texts[0].value(),
            "negative_prompt" => self.texts[1].value(),
            "seed" => self.seed.value(),
            "parent" => self.input(name, "").map(|hidden| hidden.value()).unwrap_or_default(),
            _ => self.input(name, ":checked").map(|radio| radio.value()).unwrap_or_default(),
        }
    }

    /// Writes only what differs: writing moves the caret.
    fn write(&self, draft: &Draft) {
        for (name, value) in draft.values() {
            match name {
                // The controls that a model has follow the draft by themselves.
                "model" | "aspect_ratio" | "resolution" | "num_images" => {}
                _ if self.value(name) == value => {}
                "prompt" => self.texts[0].set_value(&value),
                "negative_prompt" => self.texts[1].set_value(&value),
                "seed" => self.seed.set_value(&value),
                "parent" => {
                    if let Some(hidden) = self.input(name, "") {
                        hidden.set_value(&value);
                    }
                }
                _ => {
                    if let Some(radio) = self.input(name, &format!("[value='{value}']")) {
                        radio.set_checked(true);
                    }
                }
            }
        }
    }
}

/// What the form says now: what was kept, and what was written or chosen before this code arrived.
pub fn present() -> Draft {
    let form = Form::find();
    let mut draft = Store::local().get(KEPT_DRAFT).and_then(|kept| Draft::from_json(&kept)).unwrap_or_default();
    for name in ["prompt", "negative_prompt", "seed", "seeds"] {
        draft.set(name, &form.value(name));
    }
    // `boot.js` notes them: the shell may not even have the choice that was kept.
    let touched = form.form.get_attribute("data-touched").unwrap_or_default();
    for name in touched.split_whitespace().filter(|name| matches!(*name, "aspect_ratio" | "num_images")) {
        draft.set(name, &form.value(name));
    }
    draft
}

/// Takes what a control of the form says.
fn hear(app: App, control: &HtmlInputElement) {
    let (name, value) = (control.name(), control.value());
    match name.as_str() {
        "model" => switch::to(app, &value),
        "size" => app.composer.draft.update(|draft| draft.shape = value),
        _ => app.composer.draft.update(|draft| match name.strip_prefix(more::PREFIX) {
            Some(input) if control.type_() == "checkbox" => draft.set_other(input, &control.checked().to_string()),
            Some(input) => draft.set_other(input, &value),
            None => draft.set(&name, &value),
        }),
    }
}

/// Brings the form to life.
pub fn adopt(app: App) {
    let composer = app.composer;
    let form = Form::find();

    // From the form to the draft, and back where a button changed it.
    listen(&form.form, "input", move |event: web_sys::Event| {
        if let Some(control) = event.target() {
            // Text areas and selects have a name, a type and a value as inputs have; no more is asked of them.
            hear(app, control.unchecked_ref());
        }
    });
    let kept = Store::local();
    if kept.get(KEPT_DRAFT).is_none() && composer.draft.with_untracked(|draft| *draft == Draft::default()) {
        composer.draft.set(default_draft(app));
    }
    let unkept = Signal::new(false);
    effect({
        let form = form.clone();
        move || {
            composer.draft.with(|draft| {
                form.write(draft);
                unkept.set_if_new(!kept.set(KEPT_DRAFT, Some(&draft.to_json())) && draft.has_text());
            });
            form.texts.iter().for_each(grow);
        }
    });
    Part::shell("unkept").show(move || unkept.get());
    let told = Signal::derived(move || app.server.models.with(|models| models.told));
    effect(move || {
        if told.get() {
            untrack(|| {
                switch::settle(app);
                // Only now is it known what the form would send.
                send::resume(app);
            });
        }
    });

    Part::shell("confirm").on("close", move |event: web_sys::Event| {
        let dialog = event.target().map(JsCast::unchecked_into::<HtmlDialogElement>);
        if dialog.is_some_and(|dialog| dialog.return_value() == "yes") {
            press::confirmed(app);
        }
    });
    Part::shell("clear").show(move || composer.draft.with(Draft::has_text)).press(move || {
        composer.fill(default_draft(app));
        super::focus_prompt();
    });
    listen(&form.form, "submit", move |_: web_sys::Event| press::press(app));
    listen(&form.form, "keydown", move |event: KeyboardEvent| {
        if event.key() != "Enter" || event.is_composing() {
            return;
        }
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            press::press(app);
        } else if event.target().is_some_and(|target| target.has_type::<HtmlInputElement>()) {
            // It would press the button, and the button costs money.
            event.prevent_default();
        }
    });
    listen(&dom::document(), "click", move |event: web_sys::Event| {
        if let Some((example, _)) = dom::marked(&event, "data-example") {
            composer.fill_prompt(&example);
        }
    });
    Part::shell("varied").show(move || composer.draft.with(|draft| draft.parent.is_some()));
    Part::shell("unvary").press(move || composer.draft.update(|draft| draft.parent = None));
    Part::shell("undo").show(move || composer.replaced.with(Option::is_some)).press(move || composer.undo());

    menu::adopt(app);
    shape::adopt(app);
    count::adopt(app);
    more::adopt(app);
    quote::keep(app);
    said::adopt(app);
    build::adopt(app);
    history::adopt(app);
    money::adopt(app);
}

/// What an empty form says for the present model, as the person has set it.
fn default_draft(app: App) -> Draft {
    let settings = app.settings.get_untracked();
    let model = app.composer.draft.with_untracked(|draft| draft.model.clone());
    let known = app.server.models.with_untracked(|models| models.told);
    let spec = if known { app.spec_untracked() } else { std::rc::Rc::new(shell::spec()) };
    settings.begin(model, &spec)
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
