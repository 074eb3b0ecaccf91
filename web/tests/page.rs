//! The page in a real browser: the shell is adopted, the board shows what it is given.
#![cfg(target_arch = "wasm32")]

use imagen4_core::api::{
    AccountInfo, BudgetState, HoldReason, Limits, ModelInfo, QueueHold, ServerConfig, UnexplainedPrediction,
    UpstreamInfo, UpstreamKind,
};
use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
use imagen4_core::{
    AspectRatio, Billed, GenerationRequest, ImageCount, MicroUsd, Model, Problem, ProblemCode, Prompt, Run, RunId,
    RunState, Seed, Timestamp,
};
use imagen4_web::app::App;
use imagen4_web::board;
use imagen4_web::composer::draft::Draft;
use imagen4_web::composer::{Composer, form};
use imagen4_web::platform::dom::{document, part};
use imagen4_web::platform::reactive::{Scope, Signal, effect};
use leptos::mount::mount_to;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlElement, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

const SHELL: &str = include_str!("../../index.html");

/// Puts the shell into the test's page and lets `before` use it before the code arrives.
async fn page(before: impl FnOnce()) -> App {
    if let Some(old) = document().get_element_by_id("test-shell") {
        old.remove();
    }
    let shell = document().create_element("div").expect("a div");
    shell.set_id("test-shell");
    let (_, body) = SHELL.split_once("<body>").expect("the shell has a body");
    shell.set_inner_html(body.split_once("</body>").expect("and its end").0);
    document().body().expect("a body").append_child(&shell).expect("the shell fits");
    before();

    let (send, receive) = std::sync::mpsc::channel();
    mount_to(part::<HtmlElement>("test-shell"), move || {
        let app = App::new(Composer::new(form::present(), None));
        form::adopt(app);
        board::view::adopt(app);
        send.send(app).expect("somebody waits");
    })
    .forget();
    settle().await;
    receive.recv().expect("it was mounted")
}

/// Lets everything follow that follows from what was done; what follows from that again takes its own turn.
async fn settle() {
    for _ in 0..8 {
        tick().await;
    }
}

/// What a server with a key says: a slot opens in 40 seconds.
fn config(app: App) -> ServerConfig {
    let model = Model::default_model();
    ServerConfig {
        models: vec![ModelInfo {
            id: model.id.into(),
            name: model.name.into(),
            price_microusd: model.price,
            table_price_microusd: None,
            typical_ms: None,
            max_images: 4,
            aspect_ratios: Vec::new(),
        }],
        upstream: UpstreamInfo { kind: UpstreamKind::Wavespeed, name: "https://api.wavespeed.ai".into() },
        limits: Limits {
            images_per_minute: Some(1),
            max_concurrent: None,
            next_slot_at: Some(app.server.now() + 40_000),
            queue_hold: Some(QueueHold {
                reason: HoldReason::ImagesPerMinute,
                until: Some(app.server.now() + 40_000),
                in_flight: 0,
            }),
        },
        account: AccountInfo { balance_microusd: Some(MicroUsd::new(20_000)), asked_at: None, key_refused: false },
        version: "1".into(),
    }
}

/// The names of the buttons of the only card that can be seen.
fn buttons() -> Vec<String> {
    let buttons = document()
        .query_selector_all("article .actions button:not([hidden], [hidden] *, .more)")
        .expect("a good selector");
    (0..buttons.length()).filter_map(|index| buttons.get(index)?.text_content()).collect()
}

fn click(name: &str) {
    let buttons = document().query_selector_all("article button").expect("a good selector");
    (0..buttons.length())
        .filter_map(|index| buttons.get(index))
        .find(|button| button.text_content().as_deref() == Some(name))
        .expect("a button of that name")
        .unchecked_into::<HtmlElement>()
        .click();
}

fn text(id: &str) -> String {
    part::<HtmlElement>(id).text_content().unwrap_or_default()
}

fn run(id: u128, state: RunState) -> Run {
    let created_at = Timestamp::from_ms(1_795_000_000_000 + id as i64);
    Run {
        id: RunId::from_bits(id),
        state,
        revision: 1,
        created_at,
        upstream: "https://api.wavespeed.ai".into(),
        request: GenerationRequest {
            aspect_ratio: AspectRatio::Wide,
            num_images: ImageCount::MAX,
            seed: Seed::new(481_516).ok(),
            ..GenerationRequest::new(Prompt::new(format!("prompt {id}")).expect("not empty"))
        },
        price_microusd: MicroUsd::new(160_000),
        billed: Billed::of(state, false),
        prediction: Some(RunPrediction {
            id: "p".into(),
            status: "created".into(),
            created_at: None,
            inference_ms: None,
        }),
        images: Vec::new(),
        problem: None,
        timeline: vec![TimelineEntry { state, at: created_at + 6_100 }],
        group: None,
        not_before: None,
        expires_at: None,
        parent: None,
        favorite: false,
        note: None,
    }
}

#[wasm_bindgen_test]
fn the_shell_says_what_the_core_says() {
    let model = Model::default_model();
    for expected in [
        format!(r#"id="model">{}<"#, model.id),
        format!(r#"id="unit-price">{} a picture<"#, model.price),
        format!(">{}</button>", Draft::default().label(1, model.price)),
    ] {
        assert!(SHELL.contains(&expected), "{expected}");
    }
    for ratio in AspectRatio::ALL {
        let (width, height) = ratio.pixels();
        let expected = format!(r#"></span>{ratio}<span class="vh"> {width} × {height} pixels</span>"#);
        assert!(SHELL.contains(&expected) && SHELL.contains(&format!(r#"value="{ratio}""#)), "{expected}");
    }
}

#[wasm_bindgen_test]
async fn what_was_typed_before_the_code_arrived_is_kept_with_its_caret() {
    let app = page(|| {
        let prompt: HtmlTextAreaElement = part("prompt");
        prompt.set_value("a fox in snow");
        prompt.focus().expect("it can be focused");
        prompt.set_selection_range(2, 5).expect("it is that long");
    })
    .await;
    let prompt: HtmlTextAreaElement = part("prompt");
    assert_eq!(app.composer.draft.get_untracked().prompt, "a fox in snow");
    assert_eq!((prompt.selection_start(), prompt.selection_end()), (Ok(Some(2)), Ok(Some(5))));
    assert_eq!(document().active_element().map(|element| element.id()).as_deref(), Some("prompt"));
    let button: HtmlElement = part("generate");
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("false"));
    assert!(!button.has_attribute("disabled"));
}

#[wasm_bindgen_test]
async fn the_button_says_why_it_cannot_be_pressed() {
    let app = page(|| ()).await;
    let reasons = document().query_selector("#reasons ul").expect("a good selector").expect("a list of reasons");
    assert_eq!(reasons.text_content().as_deref(), Some("Prompt is required: describe what to paint."));
    assert_eq!(part::<HtmlElement>("generate").get_attribute("aria-disabled").as_deref(), Some("true"));
    app.composer.fill(Draft { prompt: "a fox".into(), num_images: ImageCount::MAX, ..Draft::default() });
    settle().await;
    assert_eq!(reasons.text_content().as_deref(), Some(""));
    assert_eq!(text("generate"), "Generate 4 images · $0.16");
    assert_eq!(part::<HtmlElement>("generate").get_attribute("aria-disabled").as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn an_example_never_loses_what_was_written() {
    let app = page(|| part::<HtmlTextAreaElement>("prompt").set_value("my own words")).await;
    app.composer.fill_prompt("an example");
    settle().await;
    assert_eq!(part::<HtmlTextAreaElement>("prompt").value(), "an example");
    app.composer.undo();
    settle().await;
    assert_eq!(part::<HtmlTextAreaElement>("prompt").value(), "my own words");
    app.composer.undo();
    assert_eq!(app.composer.draft.get_untracked().prompt, "an example");
}

#[wasm_bindgen_test]
async fn a_run_goes_from_empty_places_to_pictures_without_a_new_card() {
    let app = page(|| ()).await;
    app.board.take(app, run(1, RunState::Running));
    settle().await;
    let query = |selector: &str| document().query_selector(selector).expect("a good selector");
    let card = query("article").expect("a card");
    assert_eq!(
        query(".timeline [aria-current]")
            .and_then(|step| step.text_content())
            .map(|text| text.starts_with("processing")),
        Some(true)
    );
    assert_eq!(document().query_selector_all(".waiting").map(|places| places.length()), Ok(4));

    let image = RunImage {
        index: 0,
        url: "data:,".into(),
        thumb_url: None,
        width: 1408,
        height: 768,
        content_type: "image/jpeg".into(),
        bytes: 1,
        sha256: String::new(),
        nsfw: true,
    };
    app.board.take(app, Run { revision: 2, images: vec![image], ..run(1, RunState::Completed) });
    settle().await;
    assert!(query("article").is_some_and(|now| now.is_same_node(Some(&card))), "the card stays");
    assert_eq!(document().query_selector_all(".waiting").map(|places| places.length()), Ok(3));
    assert_eq!(query(".picture.veiled").and_then(|picture| picture.text_content()).as_deref(), Some("Reveal"));
}

#[wasm_bindgen_test]
async fn what_went_wrong_is_said_with_its_cost() {
    let app = page(|| ()).await;
    let lost = Problem::new(ProblemCode::AnswerLost).detail("The connection broke").billed(Billed::Unknown);
    let failed = Problem::new(ProblemCode::GenerationFailed);
    app.board.take(app, Run { problem: Some(lost), ..run(1, RunState::Unknown) });
    app.board.take(app, Run { problem: Some(failed), ..run(2, RunState::Failed) });
    settle().await;
    let runs = text("runs");
    for words in [
        "We don't know yet whether this was billed. The connection broke. The $0.16 stay set aside until that is known.",
        "The vendor could not generate it.",
        "$0.16 was billed.",
        "Try again · $0.16",
    ] {
        assert!(runs.contains(words), "{words} in {runs}");
    }
}

#[wasm_bindgen_test]
async fn a_queued_run_can_be_taken_back_and_says_when_it_could_leave() {
    let app = page(|| ()).await;
    app.server.config.set(Some(config(app)));
    app.board.take(app, run(1, RunState::Queued));
    settle().await;
    assert_eq!(buttons(), ["Vary the wording", "Reuse", "Hold seed", "Withdraw"]);
    let why = "Next in the queue · limit of 1 image per minute · next slot in 40 s";
    assert!(text("runs").contains(why), "{}", text("runs"));
    // One that was turned away says itself when it is tried again.
    let again = Some(app.server.now() + 33_500);
    app.board.take(app, Run { revision: 2, not_before: again, ..run(1, RunState::Queued) });
    settle().await;
    assert!(text("runs").contains("Tried again in 34 s"), "{}", text("runs"));
    app.board.take(app, Run { revision: 3, ..run(1, RunState::Submitting) });
    settle().await;
    assert_eq!(buttons(), ["Vary the wording", "Reuse", "Hold seed"]);
    assert!(!text("runs").contains("next slot"));
}

#[wasm_bindgen_test]
async fn an_unknown_run_is_given_up_only_after_a_second_press() {
    let app = page(|| ()).await;
    let lost = Problem::new(ProblemCode::AnswerLost).billed(Billed::Unknown);
    app.board.take(app, Run { problem: Some(lost), ..run(1, RunState::Unknown) });
    settle().await;
    let at_first = ["Look again now", "Give up · frees $0.16", "Vary the wording", "Reuse", "Hold seed"];
    assert_eq!(buttons(), at_first);
    click("Give up · frees $0.16");
    settle().await;
    assert_eq!(buttons()[5..], ["Give up anyway", "Keep looking"]);
    assert!(text("runs").contains("The vendor may have billed it all the same."));
    click("Keep looking");
    settle().await;
    assert_eq!(buttons(), at_first);
}

#[wasm_bindgen_test]
async fn what_the_vendor_lists_is_unexplained_until_there_is_a_run_for_it() {
    let app = page(|| ()).await;
    let prediction = |id: &str, prompt: Option<&str>| UnexplainedPrediction {
        id: id.into(),
        model: "m".into(),
        status: "completed".into(),
        created_at: None,
        prompt: prompt.map(Into::into),
        price_microusd: Some(MicroUsd::new(40_000)),
    };
    app.board.unexplained.set(vec![prediction("p", None), prediction("q", Some("a fox"))]);
    settle().await;
    let notice = || {
        let notice = document().query_selector(".unexplained").expect("a good selector").expect("a notice");
        (!notice.has_attribute("hidden")).then(|| notice.text_content().unwrap_or_default())
    };
    let both = notice().expect("it is seen");
    assert!(
        both.trim_start().starts_with("The vendor lists 2 predictions of the last 7 days that no run here explains."),
        "{both}"
    );
    assert!(both.contains("prompt not known") && both.contains("a fox") && both.contains("Adopt · $0.04"), "{both}");
    app.board.take(app, run(1, RunState::Running));
    settle().await;
    assert!(notice().is_some_and(|one| one.contains("lists 1 prediction ") && !one.contains("prompt not known")));
    app.board.unexplained.set(Vec::new());
    settle().await;
    assert_eq!(notice(), None);
}

#[wasm_bindgen_test]
async fn the_account_is_told_under_the_button_and_a_refusal_updates_the_budget() {
    let app = page(|| part::<HtmlTextAreaElement>("prompt").set_value("a fox")).await;
    app.server.config.set(Some(config(app)));
    settle().await;
    assert_eq!(part::<HtmlElement>("generate").get_attribute("aria-disabled").as_deref(), Some("false"));
    assert!(text("money").contains("$0.02 at the vendor · next slot in 40 s"), "{}", text("money"));
    assert!(text("money").contains("The vendor's account holds $0.02, and this costs $0.04: top it up."));
    app.server.take_budget(BudgetState {
        cap_microusd: MicroUsd::new(500_000),
        spent_microusd: MicroUsd::new(400_000),
        held_microusd: MicroUsd::new(80_000),
        price_microusd: MicroUsd::new(40_000),
    });
    settle().await;
    assert!(text("money").contains("$0.40 spent · $0.08 held · $0.50 a day"));
    assert!(text("reasons").contains("Over the daily budget: $0.02 is left, this costs $0.04."), "{}", text("reasons"));
    assert_eq!(part::<HtmlElement>("generate").get_attribute("aria-disabled").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn effects_run_at_once_and_then_when_what_they_read_is_news() {
    page(|| ()).await;
    let scope = Scope::new();
    let (source, seen) = scope.with(|| (Signal::new(1), Signal::new(Vec::new())));
    scope.with(|| {
        let half = Signal::derived(move || source.get() / 2);
        effect(move || seen.update(|seen| seen.push(half.get())));
    });
    assert_eq!(seen.get_untracked(), [0]);
    for value in [2, 3, 4] {
        source.set(value);
        settle().await;
    }
    assert_eq!(seen.get_untracked(), [0, 1, 2], "three is no news after two");
}

#[wasm_bindgen_test]
async fn nothing_runs_after_its_scope_and_a_late_answer_is_harmless() {
    page(|| ()).await;
    let outer = Scope::new();
    let (source, runs) = outer.with(|| (Signal::new(0), Signal::new(0)));
    let inner = outer.with(Scope::new);
    let own = inner.with(|| {
        effect(move || {
            source.track();
            runs.update(|runs| *runs += 1);
        });
        Signal::new(String::new())
    });
    inner.end();
    source.set(1);
    settle().await;
    assert_eq!(runs.get_untracked(), 1);
    own.set("late".into());
    outer.end();
    source.set(2);
}
