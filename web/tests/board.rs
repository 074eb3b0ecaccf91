//! The board in a real browser: its bar and its chips, the days, the first visit, what was generated elsewhere, and the selection.
#![cfg(target_arch = "wasm32")]

mod common;

use common::{buttons, choose, click, count, find, is_shown, mount, part, settle, tell_models, text};
use imagen4_core::api::{Counts, UnexplainedPrediction};
use imagen4_core::{Run, RunId, Timestamp};
use imagen4_web::board::Board;
use imagen4_web::state::Stores;
use imagen4_web::state::draft::FocusTarget;
use imagen4_web::state::draft::fields::Draft;
use imagen4_web::state::storage::Store;
use imagen4_web::state::view::{BoardView, Step, from_address};
use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlInputElement, KeyboardEvent, KeyboardEventInit};

wasm_bindgen_test_configure!(run_in_browser);

const CHIPS: &str = "[aria-label='Active filters']";
const SELECTION: &str = "[aria-label='Selection']";

/// A board that has heard from its server that there is nothing.
async fn board() -> Stores {
    let history = window().history().expect("a history");
    history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some("?")).expect("an address");
    let stores = mount(Draft::default(), || view! { <Board /> }).await;
    tell_models(stores, &[], |_| ()).await;
    stores.runs.loaded.set(true);
    settle().await;
    stores
}

fn id(number: u128) -> RunId {
    RunId::from_bits(number)
}

/// A run that was created that many days ago.
fn run(number: u128, days: u64, state: &str) -> Run {
    let now = Timestamp::from_ms(js_sys::Date::now() as i64 + number as i64);
    let at = Timestamp::from_ms(now.ms() - (days * 86_400_000) as i64);
    let run = json!({
        "id": id(number), "state": state, "revision": 1, "created_at": at, "upstream": "embedded",
        "request": { "model": "wavespeed-ai/imagen4", "input": { "prompt": format!("fox {number}"), "seed": 7 } },
        "price_microusd": 0, "billed": "no", "prediction": null, "images": [], "problem": null, "timeline": [], "group": null,
        "parent": null, "favorite": false, "note": null,
    });
    serde_json::from_value(run).expect("a run")
}

async fn take(stores: Stores, runs: impl IntoIterator<Item = Run>) {
    runs.into_iter().for_each(|run| stores.runs.take(run));
    settle().await;
}

async fn press(key: &str) {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).expect("an event");
    document().body().expect("a body").dispatch_event(&event).expect("it is heard");
    settle().await;
}

#[wasm_bindgen_test]
async fn there_are_no_filters_over_nothing_and_a_start_fills_the_form() {
    let stores = board().await;
    assert!(!is_shown("#search"));
    assert_eq!(count(".start"), 3);
    part(".start").click();
    settle().await;
    stores.draft.fields.with_untracked(|draft| {
        assert!(!draft.prompt.is_empty());
        assert!(!draft.shape.is_empty(), "its shape is one of the model's");
    });
    assert_eq!(stores.draft.focus.get_untracked(), Some(FocusTarget::Generate));
    take(stores, [run(1, 0, "failed")]).await;
    assert!(is_shown("#search") && find(".start").is_none());
}

#[wasm_bindgen_test]
async fn each_day_has_one_heading_and_a_card_stays_when_another_comes_above() {
    let stores = board().await;
    take(stores, [run(1, 0, "failed"), run(2, 1, "failed"), run(3, 1, "failed")]).await;
    assert_eq!(count("[role=list][aria-label=Runs] > [role=listitem] article"), 3);
    let days = || (count("h3.day"), text("h3.day"));
    assert_eq!(days(), (2, "Today".to_owned()));
    let card = part(&format!("#run-{}", id(1)));
    take(stores, [run(4, 0, "failed")]).await;
    assert_eq!(days(), (2, "Today".to_owned()));
    assert!(part("h3.day + article").id().ends_with(&id(4).to_string()), "the heading is above the newest");
    assert!(part(&format!("#run-{}", id(1))).is_same_node(Some(&card)));
}

#[wasm_bindgen_test]
async fn each_filter_is_a_chip_that_goes_alone_and_the_address_says_what_is_left() {
    let stores = board().await;
    take(stores, [run(1, 0, "failed")]).await;
    let mut view = BoardView::read(|name| match name {
        "q" => Some("fox".into()),
        "state" => Some("failed,rejected,expired".into()),
        "seed" => Some("7".into()),
        _ => None,
    });
    stores.runs.show(view.clone(), Step::Replace);
    settle().await;
    let search = || part("#search").unchecked_into::<HtmlInputElement>().value();
    assert_eq!(search(), "fox");
    assert_eq!(buttons(CHIPS), ["Remove filter: Status Failed", "Remove filter: Seed 7"]);
    assert!(buttons("[role=search]").contains(&"Filter (2)".to_owned()));
    click(CHIPS, "Remove filter: Status Failed").await;
    view.filter.states.clear();
    assert_eq!(from_address(), view);
    assert_eq!(buttons(CHIPS), ["Remove filter: Seed 7"]);
    stores.runs.counts.set(Some(Counts { runs: 1, pictures: 2 }));
    settle().await;
    assert_eq!(text("#counts"), "1 run · 2 images");
    stores.runs.show(BoardView::default(), Step::Replace);
    settle().await;
    assert_eq!(search(), "", "the field says what the view does");
}

#[wasm_bindgen_test]
async fn what_is_no_seed_is_said_to_be_wrong() {
    let stores = board().await;
    take(stores, [run(1, 0, "failed")]).await;
    click("[role=search]", "Filter").await;
    choose("[name=seed]", "abc").await;
    assert_eq!(part("[name=seed]").get_attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(text("#seed-filter-note"), "A seed is a whole number.");
    choose("[name=seed]", "7").await;
    assert_eq!(part("[name=seed]").get_attribute("aria-invalid"), None);
}

#[wasm_bindgen_test]
async fn one_run_that_is_not_there_is_said_and_there_is_a_way_out() {
    let stores = board().await;
    stores.runs.show(BoardView { run: Some(id(99)), ..BoardView::default() }, Step::Replace);
    stores.runs.loaded.set(true);
    settle().await;
    assert!(text(".nothing").contains("There is no such run. It may have been deleted."));
    click(".nothing", "Show all runs").await;
    assert_eq!(stores.view.board.get_untracked(), BoardView::default());
}

#[wasm_bindgen_test]
async fn what_was_generated_elsewhere_can_be_dismissed_for_good() {
    Store::local().set("imagen4.dismissed", None);
    let prediction = |id: &str| UnexplainedPrediction { id: id.into(), ..UnexplainedPrediction::default() };
    let stores = board().await;
    stores.runs.unexplained.set(vec![prediction("a"), prediction("b")]);
    settle().await;
    assert_eq!(text("#unexplained"), "2 images generated elsewhere");
    click(".unexplained li", "Dismiss").await;
    assert_eq!(text("#unexplained"), "1 image generated elsewhere");
    let stores = board().await;
    stores.runs.unexplained.set(vec![prediction("a")]);
    settle().await;
    assert!(find("#unexplained").is_none(), "it was dismissed before the reload");
    Store::local().set("imagen4.dismissed", None);
}

#[wasm_bindgen_test]
async fn what_is_gone_is_not_selected_and_escape_clears() {
    let stores = board().await;
    take(stores, [run(1, 0, "failed"), run(2, 0, "running"), run(3, 0, "failed")]).await;
    assert!(find(SELECTION).is_none());
    stores.selection.set([id(1), id(2)]);
    settle().await;
    assert_eq!(text(".selection-bar strong"), "2 selected");
    let notes = text(".selection-bar .hint");
    assert_eq!(notes, "None of them has images to download. 1 run isn't finished and can't be deleted yet.");
    stores.runs.remove(id(2));
    settle().await;
    assert_eq!(text(".selection-bar strong"), "1 selected");
    click(SELECTION, "Select all shown").await;
    assert_eq!(text(".selection-bar strong"), "2 selected");
    press("Escape").await;
    assert!(find(SELECTION).is_none());
    stores.selection.set([id(1)]);
    settle().await;
    click(SELECTION, "Delete").await;
    assert!(find(SELECTION).is_none() && find(&format!("#run-{}", id(1))).is_none());
    assert_eq!(stores.toast.message.get_untracked(), "Run deleted");
    stores.toast.undo();
    settle().await;
    assert_eq!(text(".selection-bar strong"), "1 selected", "as it was");
}
