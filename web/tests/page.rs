//! The page in a real browser: the shell is adopted, the board shows what it is given.
#![cfg(target_arch = "wasm32")]

use imagen4_core::api::{
    AccountInfo, BudgetState, HoldReason, Limits, ModelInfo, ModelList, QueueHold, Quote, ServerConfig,
    UnexplainedPrediction, UpstreamInfo, UpstreamKind,
};
use imagen4_core::model::{Entry, builtin};
use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
use imagen4_core::{Billed, Catalogue, MicroUsd, Problem, ProblemCode, Run, RunId, RunRequest, RunState, Timestamp};
use imagen4_web::api::ApiError;
use imagen4_web::app::App;
use imagen4_web::board;
use imagen4_web::composer::draft::Draft;
use imagen4_web::composer::menu::abilities;
use imagen4_web::composer::{Composer, form, label, quote, shape, switch};
use imagen4_web::platform::dom::{document, part};
use imagen4_web::platform::reactive::{Scope, Signal, effect};
use imagen4_web::platform::storage::Store;
use imagen4_web::server::{Models, Terms};
use leptos::mount::mount_to;
use leptos::task::tick;
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

const SHELL: &str = include_str!("../../index.html");

/// Puts the shell into the test's page and lets `before` use it before the code arrives.
async fn page(before: impl FnOnce()) -> App {
    if let Some(old) = document().get_element_by_id("test-shell") {
        old.remove();
    }
    Store::local().set("imagen4.draft", None);
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
    ServerConfig {
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
        models_at: None,
        version: "1".into(),
    }
}

/// All models of this build, as a server would tell them; those of `gone` are not offered any more, and `change` has the last word.
fn told(app: App, gone: &[&str], change: impl Fn(&mut Entry)) {
    let model = |entry: &Entry| {
        let is_gone = gone.contains(&entry.spec.id.as_str());
        let gone_since = is_gone.then(|| Timestamp::from_ms(1_790_000_000_000));
        let mut entry = Entry { offered: !is_gone, gone_since, confirmed: true, ..entry.clone() };
        change(&mut entry);
        ModelInfo { entry, typical_ms: None, closest: Vec::new() }
    };
    let models = Catalogue::builtin().entries().iter().map(model).collect();
    let list = ModelList { models, default_model: None, updated_at: Some(Timestamp::from_ms(1)) };
    app.server.models.set(Models::of(list));
}

/// What the server would answer to what the form asks the price of now.
async fn quoted(app: App, cents: i64) {
    let price = MicroUsd::new(cents * 10_000);
    let quote = Quote { price_microusd: price, list_price_microusd: price, quoted_at: Timestamp::default() };
    app.composer.quotes.take(&app.composed_untracked().asks, &Ok(quote));
    settle().await;
}

/// A page whose server has told its models.
async fn ready(before: impl FnOnce()) -> App {
    let app = page(before).await;
    told(app, &[], |_| ());
    settle().await;
    app
}

/// Chooses a value of a control as a person would.
fn choose(id: &str, value: &str) {
    let control: HtmlInputElement = part::<HtmlElement>(id).unchecked_into();
    control.set_value(value);
    let event = web_sys::Event::new("input").expect("an event");
    event.init_event_with_bubbles("input", true);
    control.dispatch_event(&event).expect("it is heard");
}

/// Whether the element of that id is shown.
fn is_shown(id: &str) -> bool {
    part::<HtmlElement>(id).closest("[hidden]").expect("a good selector").is_none()
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
        request: RunRequest {
            model: "wavespeed-ai/imagen4".into(),
            input: json!({"prompt": format!("prompt {id}"), "aspect_ratio": "16:9", "num_images": 4, "seed": 481_516})
                .as_object()
                .cloned()
                .expect("an object"),
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
    let spec = builtin::default_model();
    let terms = Terms { upstream: None, left: None, reachable: true };
    let price = spec.price_microusd.expect("the default has an estimate");
    for expected in [
        format!(r#"id="model-name">{}<"#, spec.name),
        format!(r#"id="unit-price">about {price}<"#),
        format!(r#"<option value="{}">{} · about {price}</option>"#, spec.id, spec.name),
        format!(r#"id="model-does">{}<"#, abilities(spec)),
        format!(">{}</button>", label::label(&Draft::default(), spec, 1, &quote::Price::Asking, &terms)),
    ] {
        assert!(SHELL.contains(&expected), "{expected}");
    }
    for choice in shape::choices(spec) {
        let pixels = shape::in_words(choice.pixels.expect("its sizes are known"));
        let expected = format!(r#"></span>{}<span class="vh"> {pixels} pixels</span>"#, choice.label);
        assert!(SHELL.contains(&expected) && SHELL.contains(&format!(r#"value="{}""#, choice.value)), "{expected}");
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
    told(app, &[], |_| ());
    settle().await;
    quoted(app, 4).await;
    let button: HtmlElement = part("generate");
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("false"));
    assert!(!button.has_attribute("disabled"));
}

#[wasm_bindgen_test]
async fn what_was_chosen_before_the_code_arrived_wins_over_what_was_kept_and_the_shells_controls_stay() {
    let radio = || {
        let radio = document().query_selector("input[name=aspect_ratio][value='9:16']").expect("a good selector");
        radio.expect("the shell has it").unchecked_into::<HtmlInputElement>()
    };
    let before = std::cell::RefCell::new(None);
    let app = page(|| {
        Store::local().set("imagen4.draft", Some(r#"{"prompt":"","aspect_ratio":"16:9","num_images":"3"}"#));
        radio().set_checked(true);
        part::<HtmlElement>("composer").set_attribute("data-touched", "aspect_ratio").expect("it can be noted");
        before.replace(Some(radio()));
    })
    .await;
    let draft = app.composer.draft.get_untracked();
    assert_eq!((draft.shape.as_str(), draft.count.as_str()), ("9:16", "3"));
    told(app, &[], |_| ());
    settle().await;
    assert!(before.take().is_some_and(|before| radio().is_same_node(Some(&before))), "nobody loses the focus");
    assert!(radio().checked());
}

#[wasm_bindgen_test]
async fn the_button_says_why_it_cannot_be_pressed() {
    let app = ready(|| ()).await;
    let reasons = document().query_selector("#reasons ul").expect("a good selector").expect("a list of reasons");
    assert_eq!(reasons.text_content().as_deref(), Some("Prompt is required: describe what to paint."));
    assert_eq!(part::<HtmlElement>("generate").get_attribute("aria-disabled").as_deref(), Some("true"));
    app.composer.draft.update(|draft| {
        draft.prompt = "a fox".into();
        draft.count = "4".into();
    });
    settle().await;
    assert_eq!(reasons.text_content().as_deref(), Some("Asking the price…"));
    quoted(app, 16).await;
    assert_eq!(reasons.text_content().as_deref(), Some(""));
    assert_eq!(text("generate"), "Generate 4 images · $0.16");
    assert_eq!(part::<HtmlElement>("generate").get_attribute("aria-disabled").as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn without_a_price_nothing_is_bought_and_it_can_be_asked_for_again() {
    let app = ready(|| part::<HtmlTextAreaElement>("prompt").set_value("a fox")).await;
    assert_eq!(text("generate"), "Generate 1 image · asking the price…");
    let problem = Problem::new(ProblemCode::PriceUnknown).detail("WaveSpeed did not answer");
    app.composer.quotes.take(&app.composed_untracked().asks, &Err(ApiError::Refused(Box::new(problem))));
    settle().await;
    assert_eq!(text("generate"), "Generate 1 image · price not known");
    assert!(text("reasons").contains("The price is not known: "), "{}", text("reasons"));
    assert!(is_shown("price-again"));
    part::<HtmlElement>("price-again").click();
    settle().await;
    assert_eq!(text("generate"), "Generate 1 image · asking the price…");
    assert!(!is_shown("price-again"));
    let free = UpstreamInfo { kind: UpstreamKind::Embedded, name: "embedded".into() };
    app.server.config.set(Some(ServerConfig { upstream: free, ..config(app) }));
    settle().await;
    quoted(app, 4).await;
    assert_eq!(
        (text("generate"), text("demo")),
        ("Generate 1 image · free".into(), "Free demo · $0.04 on WaveSpeed".into())
    );
}

#[wasm_bindgen_test]
async fn another_model_has_other_controls_and_keeps_what_it_can() {
    let app = ready(|| part::<HtmlTextAreaElement>("prompt").set_value("a fox")).await;
    let full = Draft {
        negative_prompt: "blurry".into(),
        shape: "16:9".into(),
        count: "4".into(),
        seed: "7".into(),
        ..app.composer.draft.get_untracked()
    };
    app.composer.draft.set(full.clone());
    settle().await;
    choose("model", "wavespeed-ai/flux-dev");
    settle().await;
    let shown = || {
        let ids =
            ["negative", "ratios", "size-field", "images-segments", "images-number", "seed-field", "no-seed", "more"];
        ids.into_iter().filter(|id| is_shown(id)).collect::<Vec<_>>()
    };
    assert_eq!(shown(), ["ratios", "size-field", "images-segments", "seed-field", "more"]);
    assert_eq!(text("switched"), "Not carried over as it was: the negative prompt.");
    let draft = app.composer.draft.get_untracked();
    assert_eq!((draft.prompt.as_str(), draft.count.as_str(), draft.seed.as_str()), ("a fox", "4", "7"));
    let checked =
        document().query_selector("#ratios input:checked").expect("a good selector").expect("a shape is chosen");
    assert_eq!(checked.parent_element().and_then(|it| it.text_content()).map(|it| it.starts_with("16:9")), Some(true));
    choose("more-guidance_scale", "99");
    settle().await;
    assert!(text("reasons").contains("Guidance scale must be a number from 1 to 20."), "{}", text("reasons"));
    assert_eq!(part::<HtmlElement>("more-guidance_scale").get_attribute("aria-invalid").as_deref(), Some("true"));

    choose("model", "minimax/image-01/text-to-image");
    settle().await;
    assert_eq!(shown(), ["ratios", "size-field", "images-number", "seed-field"]);
    choose("model", "bytedance/seedream-v4");
    settle().await;
    assert_eq!(shown(), ["ratios", "size-field", "no-seed"]);
    assert!(text("images-words").starts_with("One run makes what the model makes"));
    choose("model", "pruna-ai/p-image/text-to-image");
    settle().await;
    assert!(is_shown("ratios") && !is_shown("size-field"));
    choose("model", "google/nano-banana-2/text-to-image");
    settle().await;
    assert!(is_shown("resolution-field"));
    assert_eq!(part::<HtmlTextAreaElement>("prompt").value(), "a fox", "through all of them");

    switch::to(app, "wavespeed-ai/imagen4");
    app.composer.draft.set(full);
    switch::to(app, "wavespeed-ai/flux-dev");
    settle().await;
    part::<HtmlElement>("switch-undo").click();
    settle().await;
    let back = app.composer.draft.get_untracked();
    assert_eq!((back.model.as_str(), back.negative_prompt.as_str()), ("wavespeed-ai/imagen4", "blurry"));
    assert_eq!(text("switched"), "");
}

#[wasm_bindgen_test]
async fn what_a_catalogue_says_is_text_whatever_it_looks_like() {
    const HOSTILE: &str = "<img src=x onerror=\"document.title='hit'\"><b>bold</b> \u{202e}";
    let app = page(|| part::<HtmlTextAreaElement>("prompt").set_value("a fox")).await;
    told(app, &[], |entry| {
        let spec = &mut entry.spec;
        spec.name = format!("{} {HOSTILE}", spec.name);
        spec.description = HOSTILE.to_owned();
        spec.left_out.insert("image".to_owned(), HOSTILE.to_owned());
        for input in &mut spec.inputs {
            input.title = HOSTILE.to_owned();
            input.description = HOSTILE.to_owned();
        }
    });
    settle().await;
    choose("model", "wavespeed-ai/flux-dev");
    app.board.take(app, run(1, RunState::Archived));
    settle().await;
    let count = |selector: &str| document().query_selector_all(selector).map(|all| all.length());
    assert_eq!(count("#test-shell b"), Ok(0));
    assert_eq!(count("#test-shell img[src=x]"), Ok(0));
    assert!(text("more-inputs").contains(HOSTILE) && text("left-out").contains(HOSTILE));
    assert!(text("model").contains(HOSTILE) && text("runs").contains(HOSTILE));
    assert_ne!(document().title(), "hit");
}

#[wasm_bindgen_test]
async fn a_model_that_is_gone_is_named_with_others_and_nothing_is_lost() {
    let app = page(|| part::<HtmlTextAreaElement>("prompt").set_value("a fox")).await;
    app.composer.draft.update(|draft| {
        draft.model = "wavespeed-ai/imagen4".into();
        draft.seed = "7".into();
    });
    told(app, &["wavespeed-ai/imagen4"], |_| ());
    settle().await;
    assert!(is_shown("gone"));
    assert!(text("gone").starts_with("Imagen 4 has not been offered since "), "{}", text("gone"));
    assert_eq!(part::<HtmlElement>("generate").get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(text("reasons").contains("Imagen 4 is not offered now: choose another model."), "{}", text("reasons"));
    assert!(app.composed_untracked().asks.is_empty(), "nobody is asked what it costs");
    let button = document().query_selector("#gone button").expect("a good selector").expect("one to take instead");
    button.unchecked_into::<HtmlElement>().click();
    settle().await;
    let draft = app.composer.draft.get_untracked();
    assert_ne!(draft.model, "wavespeed-ai/imagen4");
    assert_eq!((draft.prompt.as_str(), draft.seed.as_str(), is_shown("gone")), ("a fox", "7", false));
}

#[wasm_bindgen_test]
async fn a_run_that_brought_fewer_images_than_it_promised_says_so() {
    let app = ready(|| ()).await;
    let image = |index| RunImage {
        index,
        url: "data:,".into(),
        thumb_url: None,
        width: 1408,
        height: 768,
        content_type: "image/jpeg".into(),
        bytes: 1,
        sha256: String::new(),
        nsfw: false,
    };
    app.board.take(app, Run { images: vec![image(0), image(1), image(3)], ..run(1, RunState::Archived) });
    settle().await;
    assert!(text("runs").contains("3 of 4 images arrived."), "{}", text("runs"));
    assert_eq!(document().query_selector_all(".missing").map(|places| places.length()), Ok(1));
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
        "Try again · about $0.16",
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
    told(app, &[], |_| ());
    settle().await;
    quoted(app, 4).await;
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
