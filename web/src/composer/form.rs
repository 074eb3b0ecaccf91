//! The shell's form, adopted: its elements stay the ones a person may already be typing into.

use imagen4_core::MicroUsd;
use imagen4_core::api::UpstreamKind;
use imagen4_core::wording::hints::{Hint, hints};
use wasm_bindgen::JsCast;
use web_sys::{
    HtmlButtonElement, HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement,
    KeyboardEvent,
};

use super::draft::{Draft, fullness};
use super::reasons::{Reason, reasons};
use super::{build, history, money, send, variants};
use crate::app::App;
use crate::platform::dom::{self, listen, part, window};
use crate::platform::part::Part;
use crate::platform::random;
use crate::platform::reactive::{Signal, effect, untrack};
use crate::platform::storage::Store;
use crate::platform::timer::Timer;

/// `boot.js` reads it under the same name.
const KEPT_DRAFT: &str = "imagen4.draft";

/// A pause in writing of that many milliseconds is the time for hints.
const PAUSE_MS: i32 = 700;

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
            if self.value(name) == value {
                continue;
            }
            match name {
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

/// What the form says now: what was kept, and what was typed before this code arrived.
pub fn present() -> Draft {
    let form = Form::find();
    Draft::from_values(|name| form.value(name))
}

/// Brings the form to life.
pub fn adopt(app: App) {
    let composer = app.composer;
    let form = Form::find();
    let reasons = Signal::derived(move || reasons_of(app));

    // From the form to the draft, and back where a button changed it.
    listen(&form.form, "input", {
        let form = form.clone();
        move |_: web_sys::Event| composer.draft.set(Draft::from_values(|name| form.value(name)))
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

    Part::shell("confirm").on("close", move |event: web_sys::Event| {
        let dialog = event.target().map(JsCast::unchecked_into::<HtmlDialogElement>);
        if dialog.is_some_and(|dialog| dialog.return_value() == "yes") {
            send::press(app);
        }
    });
    Part::shell("clear").show(move || composer.draft.with(Draft::has_text)).press(move || {
        composer.fill(default_draft(app));
        super::focus_prompt();
    });
    listen(&form.form, "submit", move |_: web_sys::Event| press(app));
    listen(&form.form, "keydown", move |event: KeyboardEvent| {
        if event.key() != "Enter" || event.is_composing() {
            return;
        }
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            press(app);
        } else if event.target().is_some_and(|target| target.has_type::<HtmlInputElement>()) {
            // It would press the button, and the button costs money.
            event.prevent_default();
        }
    });
    Part::shell("dice").press(move || {
        let seed = imagen4_core::Seed::from_random(u32::from_be_bytes(random::bytes()));
        composer.draft.update(|draft| draft.seed = seed.to_string());
    });
    Part::shell("release").show(move || composer.draft.with(|draft| !draft.seed.trim().is_empty())).press(move || {
        composer.draft.update(|draft| draft.seed.clear());
        dom::focus("seed");
    });
    listen(&dom::document(), "click", move |event: web_sys::Event| {
        if let Some((example, _)) = dom::marked(&event, "data-example") {
            composer.fill_prompt(&example);
        }
    });
    Part::shell("varied").show(move || composer.draft.with(|draft| draft.parent.is_some()));
    Part::shell("unvary").press(move || composer.draft.update(|draft| draft.parent = None));
    Part::shell("undo").show(move || composer.replaced.with(Option::is_some)).press(move || composer.undo());

    let runs = variants::adopt(app);
    let button = Part::shell("generate");
    button.0.unchecked_ref::<HtmlButtonElement>().set_disabled(false);
    button
        // Not `disabled`: it must be reachable, so that the reasons are.
        .bind_state("aria-disabled", move || !reasons.with(Vec::is_empty))
        .bind_state("aria-busy", move || composer.busy.get())
        .bind(move || {
            let runs = runs.get();
            let price = |count| app.server.terms().price_of(count).times(u32::try_from(runs).unwrap_or(u32::MAX));
            composer.draft.with(|draft| draft.label(runs, price(draft.num_images)))
        });
    Part::shell("failure").bind(move || composer.failure.get().unwrap_or_default());
    Part::shell("reason-list").bind_parts(move || {
        let item = |reason: &Reason| {
            let item = Part::new("li");
            item.say(&reason.text);
            item
        };
        reasons.with(|reasons| reasons.iter().map(item).collect())
    });
    Part::shell("ready").say("Ctrl + Enter or ⌘ + Enter sends it, too.").show(move || reasons.with(Vec::is_empty));
    let say = move |id: &str, words: fn(&Draft) -> String| {
        Part::shell(id).bind(move || composer.draft.with(words));
    };
    say("prompt-count", |draft| fullness(&draft.prompt).unwrap_or_default());
    say("negative-count", |draft| fullness(&draft.negative_prompt).unwrap_or_default());
    say("negative-summary", Draft::negative_summary);
    say("ratio-size", |draft| {
        let (width, height) = draft.aspect_ratio.pixels();
        format!("{width} × {height}")
    });
    let told = Signal::new(Vec::new());
    let pause = Signal::new(None);
    effect(move || {
        let now = composer.draft.with(|draft| hints(&draft.prompt, &draft.negative_prompt));
        // In the midst of a word they would only be in the way.
        pause.set(Some(Timer::once(PAUSE_MS, move || told.set_if_new(now.clone()))));
    });
    Part::shell("hints").bind_parts(move || {
        let item = |hint: &Hint| {
            let item = Part::new("li");
            item.say(&hint.to_string());
            item
        };
        told.with(|hints| hints.iter().map(item).collect())
    });
    build::adopt(app);
    history::adopt(app);
    money::adopt(app);
}

/// Why what the form says cannot be sent now.
fn reasons_of(app: App) -> Vec<Reason> {
    let terms = app.server.terms();
    app.composer.draft.with(|draft| reasons(draft, &terms))
}

fn press(app: App) {
    match dear(app) {
        _ if complain(app) => {}
        Some(price) => confirm(app, price),
        None => send::press(app),
    }
}

/// Says why what the form says cannot be sent and goes to where that can be mended; whether there is a reason.
pub fn complain(app: App) -> bool {
    let reasons = untrack(|| reasons_of(app));
    let Some(reason) = reasons.first() else { return false };
    app.say(&reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join(" "));
    match reason.control {
        Some("prompt") => super::focus_prompt(),
        control => dom::focus(control.unwrap_or("generate")),
    }
    true
}

/// What an empty form says, as the person has set it.
fn default_draft(app: App) -> Draft {
    let settings = app.settings.get_untracked();
    Draft { aspect_ratio: settings.aspect_ratio, num_images: settings.num_images, ..Draft::default() }
}

/// The price of the draft, if it is one that the person wants to be asked about.
fn dear(app: App) -> Option<MicroUsd> {
    let terms = untrack(|| app.server.terms());
    let requests = app.composer.draft.with_untracked(|draft| draft.requests(terms.model)).ok()?;
    let price = requests.iter().map(|request| terms.price_of(request.num_images)).sum();
    let limit = app.settings.with_untracked(|settings| settings.confirm_above)?;
    (price > limit && terms.upstream != Some(UpstreamKind::Embedded)).then_some(price)
}

fn confirm(app: App, price: MicroUsd) {
    let said = part::<HtmlElement>("generate").text_content().unwrap_or_default();
    let limit = app.settings.with_untracked(|settings| settings.confirm_above).unwrap_or_default();
    part::<HtmlElement>("confirm-title").set_text_content(Some(&format!("{said}?")));
    part::<HtmlElement>("confirm-yes").set_text_content(Some(&format!("Spend {price}")));
    part::<HtmlElement>("confirm-why")
        .set_text_content(Some(&format!("It is more than the {limit} of your settings.")));
    // Escape leaves the answer as it was.
    part::<HtmlDialogElement>("confirm").set_return_value("");
    dom::open("confirm");
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
