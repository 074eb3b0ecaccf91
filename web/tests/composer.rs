//! The composer in a real browser: the controls that a model has, the button and its reasons.
#![cfg(target_arch = "wasm32")]

mod common;

use common::{choose, click, count, find, is_shown, mount, part, quote, settle, tell_models, text};
use imagen4_core::api::{AccountInfo, BudgetState, Limits, ServerConfig, UpstreamInfo, UpstreamKind};
use imagen4_core::{MicroUsd, Problem, ProblemCode};
use imagen4_web::api::ApiError;
use imagen4_web::composer::{Composer, ModelMenu};
use imagen4_web::state::Stores;
use imagen4_web::state::config::default_model::default_model;
use imagen4_web::state::draft::fields::{Draft, DraftStoreFields};
use imagen4_web::state::draft::shapes;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

const SHELL: &str = include_str!("../../index.html");

fn fox() -> Draft {
    Draft { prompt: "a fox".into(), ..Draft::default() }
}

/// The composer with its model menu.
async fn composer(draft: Draft) -> Stores {
    let view = || {
        view! {
            <ModelMenu />
            <Composer />
        }
    };
    mount(draft, view).await
}

/// A composer whose server has told its models.
async fn ready(draft: Draft) -> Stores {
    let stores = composer(draft).await;
    tell_models(stores, &[], |_| ()).await;
    stores
}

fn config(stores: Stores, kind: UpstreamKind) -> ServerConfig {
    ServerConfig {
        upstream: UpstreamInfo { kind, name: "x".into() },
        limits: Limits {
            images_per_minute: Some(1),
            max_concurrent: None,
            next_slot_at: Some(stores.config.now_untracked() + 40_000),
            queue_hold: None,
        },
        account: AccountInfo { balance_microusd: Some(MicroUsd::new(20_000)), asked_at: None, key_refused: false },
        models_at: None,
        version: "1".into(),
    }
}

fn is_off() -> bool {
    part("#generate").get_attribute("aria-disabled").as_deref() == Some("true")
}

#[wasm_bindgen_test]
async fn the_shell_has_the_controls_that_the_app_puts_in_their_place() {
    composer(Draft::default()).await;
    let (_, shell) = SHELL.split_once("<div id=\"shell\">").expect("there is a shell");
    let holder = document().create_element("div").expect("a div");
    holder.set_inner_html(shell);
    let words = |element: web_sys::Element| {
        let text = element.text_content().unwrap_or_default();
        text.split_whitespace().collect::<String>()
    };
    for part_of_both in [".model-menu", ".tabs", ".ratios", ".segmented", ".generate", ".keys", ".add"] {
        let of_shell = holder.query_selector(part_of_both).expect("a good selector").expect("the shell has it");
        assert_eq!(words(of_shell), words(part(part_of_both).unchecked_into()), "{part_of_both}");
    }
    for id in ["prompt", "seed", "generate", "ratio-0", "ratio-4"] {
        assert!(SHELL.contains(&format!("id=\"{id}\"")) && find(&format!("#{id}")).is_some(), "{id}");
    }
    for choice in shapes::choices(&default_model()) {
        assert!(SHELL.contains(&format!("value=\"{}\"", choice.value)), "{choice:?}");
    }
}

#[wasm_bindgen_test]
async fn the_button_says_why_it_cannot_be_pressed() {
    let stores = ready(Draft::default()).await;
    assert_eq!(text("#reasons ul"), "Prompt is required: describe the image.");
    assert!(is_off());
    assert_eq!(part("#prompt").get_attribute("aria-invalid"), None, "nobody has done anything wrong yet");
    part("#generate").click();
    settle().await;
    assert_eq!(part("#prompt").get_attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(document().active_element().map(|element| element.id()).as_deref(), Some("prompt"));
    stores.draft.fields.prompt().set("a fox".into());
    stores.draft.fields.count().set("4".into());
    settle().await;
    assert_eq!(text("#reasons ul"), "Getting the price…");
    quote(stores, 16).await;
    assert_eq!(text("#reasons ul"), "");
    assert_eq!(text("#generate"), "Generate 4 images · $0.16");
    assert!(!is_off());
}

#[wasm_bindgen_test]
async fn without_a_price_nothing_is_bought_and_it_can_be_asked_for_again() {
    let stores = ready(fox()).await;
    assert_eq!(text("#generate"), "Generate 1 image · pricing…");
    let problem = Problem::new(ProblemCode::PriceUnknown).detail("WaveSpeed did not answer");
    let query = stores.draft.plan_untracked().queries[0].clone();
    stores.draft.quotes.take(&query, &Err(ApiError::Refused(Box::new(problem))));
    settle().await;
    assert_eq!(text("#generate"), "Generate 1 image · no price");
    assert!(text("#reasons").contains("Can't get the price. "), "{}", text("#reasons"));
    assert!(is_off());
    click("#reasons", "Retry").await;
    assert_eq!(text("#generate"), "Generate 1 image · pricing…");
    assert!(!is_shown("#retry-price"));
    stores.config.server.set(Some(config(stores, UpstreamKind::Embedded)));
    settle().await;
    quote(stores, 4).await;
    assert_eq!(text("#generate"), "Generate 1 sample · free");
    assert!(text("#generate-note").contains("$0.04 on WaveSpeed"), "{}", text("#generate-note"));
}

#[wasm_bindgen_test]
async fn another_model_has_other_controls_and_keeps_what_it_can() {
    let stores = ready(fox()).await;
    let full = Draft {
        negative_prompt: "blurry".into(),
        shape: "16:9".into(),
        count: "4".into(),
        seed: "7".into(),
        ..stores.draft.fields.get_untracked()
    };
    stores.draft.fields.set(full.clone());
    settle().await;
    choose("#model", "wavespeed-ai/flux-dev").await;
    let shown = || {
        let parts = ["#negative", "#ratios", "#size", ".segmented", "#images", "#seed", "#resolution", "#more"];
        parts.into_iter().filter(|part| is_shown(part)).collect::<Vec<_>>()
    };
    assert_eq!(shown(), ["#ratios", "#size", ".segmented", "#seed", "#more"]);
    assert!(text(".model-notice").starts_with("Not carried over: the negative prompt."), "{}", text(".model-notice"));
    let draft = stores.draft.fields.get_untracked();
    assert_eq!((draft.prompt.as_str(), draft.count.as_str(), draft.seed.as_str()), ("a fox", "4", "7"));
    let checked = part("#ratios input:checked").parent_element().and_then(|label| label.text_content());
    assert!(checked.as_ref().is_some_and(|label| label.starts_with("16:9")), "{checked:?}");
    choose("#input-guidance_scale", "99").await;
    assert!(text("#reasons").contains("Guidance scale must be a number from 1 to 20."), "{}", text("#reasons"));
    assert_eq!(part("#input-guidance_scale").get_attribute("aria-invalid").as_deref(), Some("true"));

    choose("#model", "minimax/image-01/text-to-image").await;
    assert_eq!(shown(), ["#ratios", "#size", "#images", "#seed"]);
    choose("#model", "bytedance/seedream-v4").await;
    assert_eq!(shown(), ["#ratios", "#size"]);
    assert!(text("#images-hint").starts_with("The model decides how many"), "{}", text("#images-hint"));
    choose("#model", "google/nano-banana-2/text-to-image").await;
    assert_eq!(shown(), ["#ratios", "#resolution", "#more"]);
    assert_eq!(part("#prompt").unchecked_into::<HtmlTextAreaElement>().value(), "a fox", "through all of them");

    choose("#model", "wavespeed-ai/imagen4").await;
    stores.draft.fields.set(full);
    choose("#model", "wavespeed-ai/flux-dev").await;
    click(".model-notice", "Undo the change of model").await;
    let back = stores.draft.fields.get_untracked();
    assert_eq!((back.model.as_str(), back.negative_prompt.as_str()), ("wavespeed-ai/imagen4", "blurry"));
    assert!(!is_shown(".model-notice"));
}

#[wasm_bindgen_test]
async fn what_a_catalogue_says_is_text_whatever_it_looks_like() {
    const HOSTILE: &str = "<img src=x onerror=\"document.title='hit'\"><b>bold</b> \u{202e}";
    let stores = composer(fox()).await;
    let hostile = |entry: &mut imagen4_core::model::Entry| {
        let spec = &mut entry.spec;
        spec.name = format!("{} {HOSTILE}", spec.name);
        spec.description = HOSTILE.to_owned();
        spec.left_out.insert("image".to_owned(), HOSTILE.to_owned());
        for input in &mut spec.inputs {
            input.title = HOSTILE.to_owned();
            input.description = HOSTILE.to_owned();
        }
    };
    tell_models(stores, &[], hostile).await;
    choose("#model", "wavespeed-ai/flux-dev").await;
    assert_eq!((count("b"), count("img[src=x]")), (0, 0));
    assert!(text("#more").contains(HOSTILE) && text("#model").contains(HOSTILE));
    assert_ne!(document().title(), "hit");
}

#[wasm_bindgen_test]
async fn a_model_that_is_gone_is_named_with_others_and_nothing_is_lost() {
    let draft = Draft { model: "wavespeed-ai/imagen4".into(), seed: "7".into(), ..fox() };
    let stores = composer(draft).await;
    tell_models(stores, &["wavespeed-ai/imagen4"], |_| ()).await;
    assert!(text(".model-gone").starts_with("Imagen 4 is no longer available on WaveSpeed"), "{}", text(".model-gone"));
    assert!(is_off());
    assert!(
        text("#reasons").contains("Imagen 4 is no longer available: choose another model."),
        "{}",
        text("#reasons")
    );
    assert!(stores.draft.plan_untracked().queries.is_empty(), "nobody is asked what it costs");
    part(".model-gone button").click();
    settle().await;
    let draft = stores.draft.fields.get_untracked();
    assert_ne!(draft.model, "wavespeed-ai/imagen4");
    assert_eq!((draft.prompt.as_str(), draft.seed.as_str(), is_shown(".model-gone")), ("a fox", "7", false));
}

#[wasm_bindgen_test]
async fn build_changes_the_slot_that_is_written_in_and_no_other_byte() {
    let prompt = "A poster that reads \"Good night, golden hour, sleep well\", watercolor";
    let stores = ready(Draft { prompt: prompt.into(), ..Draft::default() }).await;
    let build: HtmlInputElement = part(".tabs label:nth-child(2) input").unchecked_into();
    build.click();
    settle().await;
    let style = part("#slot-style").unchecked_into::<HtmlInputElement>().value();
    choose("#slot-style", &format!("{style}x")).await;
    choose("#slot-style", &style).await;
    assert_eq!(stores.draft.fields.prompt().get_untracked(), prompt);
}

#[wasm_bindgen_test]
async fn clearing_and_templates_never_lose_what_was_written() {
    let stores = ready(Draft { prompt: "my own words".into(), ..Draft::default() }).await;
    click(".text-actions", "Clear").await;
    assert_eq!(stores.draft.fields.prompt().get_untracked(), "");
    stores.draft.replace_prompt("a template");
    settle().await;
    click(".text-actions", "Undo: bring my text back").await;
    assert_eq!(part("#prompt").unchecked_into::<HtmlTextAreaElement>().value(), "my own words");
    click(".text-actions", "Redo").await;
    assert_eq!(stores.draft.fields.prompt().get_untracked(), "a template");
}

#[wasm_bindgen_test]
async fn the_account_is_told_under_the_button_and_a_refusal_updates_the_budget() {
    let stores = ready(fox()).await;
    stores.config.server.set(Some(config(stores, UpstreamKind::Wavespeed)));
    settle().await;
    quote(stores, 4).await;
    assert!(!is_off());
    assert!(text("#generate-note").starts_with("WaveSpeed balance $0.02"), "{}", text("#generate-note"));
    assert!(text("#reasons").contains("Next request in 4"), "{}", text("#reasons"));
    assert!(text("#reasons").contains("Low WaveSpeed balance: $0.02 left, needs $0.04."), "{}", text("#reasons"));
    stores.usage.take_budget(BudgetState {
        cap_microusd: MicroUsd::new(500_000),
        spent_microusd: MicroUsd::new(400_000),
        held_microusd: MicroUsd::new(80_000),
        price_microusd: MicroUsd::new(40_000),
    });
    settle().await;
    assert!(text("#reasons").contains("Daily budget exceeded: needs $0.04, $0.02 left."), "{}", text("#reasons"));
    assert!(is_off());
}
