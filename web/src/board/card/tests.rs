//! Cards as a person meets them: mounted, and read.

use imagen4_core::{Problem, ProblemCode, Run, RunState};
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use super::RunCard;
use crate::board::width::BoardWidth;
use crate::state::Stores;
use crate::state::config::models::tests::told;
use crate::state::draft::fields::Draft;
use crate::state::runs::samples;
use crate::ui::dom;

/// A card on the page, and the run that it shows.
struct Mounted {
    place: HtmlElement,
    run: RwSignal<Run>,
    stores: Stores,
}

impl Mounted {
    async fn of(run: Run) -> Self {
        let place: HtmlElement = document().create_element("div").expect("an element").unchecked_into();
        document().body().expect("a body").append_child(&place).expect("it takes it");
        let stores = StoredValue::new_local(None::<(Stores, RwSignal<Run>)>);
        let handle = mount_to(place.clone(), move || {
            let (all, run) = (Stores::new(Some(Draft::default())), RwSignal::new(run));
            all.config.models.set(told(&[]));
            provide_context(all);
            provide_context(BoardWidth(Signal::stored(1_060.0)));
            stores.set_value(Some((all, run)));
            view! { <RunCard run /> }
        });
        handle.forget();
        tick().await;
        let (stores, run) = stores.get_value().expect("it was mounted");
        Self { place, run, stores }
    }

    async fn becomes(&self, change: impl FnOnce(&mut Run)) {
        self.run.update(change);
        tick().await;
    }

    fn text(&self, selector: &str) -> String {
        let found: Vec<Element> = dom::all(&self.place, selector);
        found.iter().filter_map(|element| element.text_content()).collect::<Vec<_>>().join("|")
    }

    fn count(&self, selector: &str) -> usize {
        dom::all::<Element>(&self.place, selector).len()
    }

    fn press(&self, selector: &str) {
        dom::all::<HtmlElement>(&self.place, selector).first().expect(selector).click();
    }
}

fn failed(code: ProblemCode) -> Run {
    Run { problem: Some(Problem::new(code).detail("Why")), ..samples::run(RunState::Failed) }
}

#[wasm_bindgen_test]
async fn a_run_keeps_its_geometry_from_the_first_slot_to_the_last_image() {
    let card = Mounted::of(samples::run(RunState::Running)).await;
    let style = |card: &Mounted| dom::all::<HtmlElement>(&card.place, "article")[0].style().css_text();
    let before = style(&card);
    assert!(before.contains("--columns: 2"), "{before}");
    assert_eq!(card.count(".slot.waiting"), 2);
    assert_eq!(card.text("[aria-current=step] .word"), "Rendering");
    assert_eq!(card.count("[aria-label=Progress] .word"), 1, "one text, and dots");
    let images = samples::run(RunState::Archived).images;
    card.becomes(|run| (run.state, run.images) = (RunState::Archived, images)).await;
    assert_eq!(style(&card), before);
    assert_eq!((card.count(".slot.waiting"), card.count(".thumb")), (0, 2));
    assert_eq!(card.text(".meta"), "1:1 · 2 · seed 7 · $0.08 · 6 s");
    assert_eq!(card.count("[aria-label=Progress]"), 0);
}

#[wasm_bindgen_test]
async fn a_refused_prompt_is_not_offered_to_be_paid_for_again() {
    let card = Mounted::of(failed(ProblemCode::ContentRefused)).await;
    assert_eq!(card.text(".primary"), "Edit prompt");
    assert!(!card.text("article").contains("Try again"));
    assert_eq!(card.text(".prediction code"), "p");
    card.becomes(|run| *run = Run { revision: 2, ..failed(ProblemCode::GenerationFailed) }).await;
    assert_eq!(card.text(".primary"), "Try again");
    card.press(".primary");
    tick().await;
    assert_eq!(card.stores.draft.fields.get_untracked().prompt, "a fox in snow");
    assert!(!card.stores.draft.submitting.get_untracked(), "it buys nothing by itself");
}

#[wasm_bindgen_test]
async fn an_unknown_run_is_checked_again_or_let_go_after_a_question() {
    let card = Mounted::of(samples::run(RunState::Unknown)).await;
    assert_eq!(card.text(".primary"), "Check again");
    let hidden = |card: &Mounted| dom::all::<HtmlElement>(&card.place, ".confirm")[0].hidden();
    assert!(hidden(&card));
    card.press(&format!("#stop-{}", card.run.get_untracked().id));
    tick().await;
    assert!(!hidden(&card));
    assert!(card.text(".confirm").contains("frees $0.08"));
}

#[wasm_bindgen_test]
async fn a_note_that_is_being_written_survives_the_card() {
    let card = Mounted::of(samples::run(RunState::Archived)).await;
    let id = card.run.get_untracked().id;
    card.stores.notes.open(id);
    card.stores.notes.write(id, "half a thought".into(), "");
    tick().await;
    tick().await;
    let fields: Vec<web_sys::HtmlTextAreaElement> = dom::all(&card.place, "textarea");
    assert_eq!(fields[0].value(), "half a thought");
    card.stores.notes.close(id);
    tick().await;
    assert_eq!(card.count("textarea"), 0);
    assert_eq!(card.text(".link"), "Continue the unsaved note");
}
