//! The price of a click: quoted before it, agreed to with it, and held at it.

use imagen4_core::MicroUsd;
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_tests::{Hands, NOON, Playground, Vendor};
use reqwest::Method;
use serde_json::{Value, json};

const IMAGEN: &str = "wavespeed-ai/imagen4";

async fn quote(playground: &Playground, body: &Value) -> Value {
    playground.call(Method::POST, "/api/quote", body).await.json()
}

#[tokio::test]
async fn what_costs_more_than_was_shown_is_not_held_and_tells_the_new_price() {
    let (hands, env) = Hands::at(NOON);
    let vendor = Vendor::on(env, |_| ()).await;
    let playground = vendor.customer().await;
    let body = json!({ "model": IMAGEN, "input": { "prompt": "a fox", "num_images": 4 } });
    assert_eq!(quote(&playground, &body).await["price_microusd"], 160_000);
    // 36 times as much, from one moment to the next.
    vendor.engine.set_price(IMAGEN, MicroUsd::new(40_000 * 36));
    assert_eq!(quote(&playground, &body).await["price_microusd"], 160_000, "for a minute it is not asked for again");
    hands.forward(61_000);
    let mut click = body.clone();
    click["max_price_microusd"] = json!(160_000);
    let refused = playground.submit("1", &click).await;
    let problem = refused.json();
    assert_eq!((refused.status, &problem["code"]), (409, &json!("price_changed")));
    assert_eq!((&problem["price_microusd"], &problem["billed"]), (&json!(160_000 * 36), &json!("no")));
    assert_eq!((playground.money().await, vendor.bill().len()), ((0, 0), 0));
    // The same press at the new price is the same click, and is bought.
    click["max_price_microusd"] = json!(160_000 * 36);
    assert_eq!(playground.submit("1", &click).await.status, 202);
    // A repetition needs no price that is still right.
    click["max_price_microusd"] = json!(1);
    assert_eq!(playground.submit("1", &click).await.status, 200);
    // Cheaper is no reason to ask.
    vendor.engine.set_price(IMAGEN, MicroUsd::new(10_000));
    hands.forward(61_000);
    click["max_price_microusd"] = json!(160_000);
    let cheaper = playground.submit("2", &click).await;
    assert_eq!((cheaper.status, &cheaper.json()["price_microusd"]), (202, &json!(40_000)));
}

#[tokio::test]
async fn no_quote_no_hold_on_both_apis() {
    let answers = [
        Effect::Error { status: 503 },
        Effect::Drop,
        Effect::RateLimit { retry_after_s: Some(1) },
        Effect::Malformed,
        Effect::Quote { percent: 0 },
        Effect::Answer { data: json!({ "price": -0.04, "currency": "USD" }) },
        Effect::Answer { data: json!({ "price": 0, "discounted_price": 0 }) },
        Effect::Answer { data: json!({ "price": 0.04, "discounted_price": 0.04, "currency": "EUR" }) },
        Effect::Answer { data: json!({ "price": "free" }) },
        Effect::Answer { data: json!(null) },
    ];
    for effect in answers {
        let vendor =
            Vendor::scripted(imagen4_engine::Env::system(), [Rule::on(On::Price).always().then(effect.clone())]).await;
        let playground = vendor.customer().await;
        let body = json!({ "prompt": "a fox" });
        let shown = quote(&playground, &body).await;
        assert_eq!(
            (&shown["code"], &shown["retryable"]),
            (&json!("price_unknown"), &json!(true)),
            "{effect:?}: {shown}"
        );
        let refused = playground.submit("1", &body).await;
        assert_eq!((refused.status, &refused.json()["code"]), (503, &json!("price_unknown")), "{effect:?}");
        let group = playground.submit_group("2", &json!({ "requests": [body, body] })).await;
        assert_eq!(group.status, 503, "{effect:?}");
        let program = playground.request(Method::POST, &format!("/api/v3/{IMAGEN}")).bearer_auth("any");
        let program = program.header("content-type", "application/json").body(body.to_string());
        let program = imagen4_tests::answer(program).await;
        assert_eq!((program.status, &program.json()["code"]), (503, &json!(503)), "{effect:?}");
        assert_eq!((playground.money().await, vendor.bill().len()), ((0, 0), 0), "{effect:?}");
        vendor.engine.clear_script();
        assert_eq!(playground.submit("1", &body).await.status, 202, "as soon as there is a price: {effect:?}");
    }
}

#[tokio::test]
async fn what_agrees_in_all_that_moves_a_price_is_quoted_once() {
    let counted = Rule::on(On::Price).always().then(Effect::Delay { ms: 20 });
    let vendor = Vendor::scripted(imagen4_engine::Env::system(), [counted]).await;
    let playground = vendor.customer_with(|config| config.daily_budget = None).await;
    let asked = || vendor.engine.script_uses()[0];
    let requests: Vec<_> =
        (0..40).map(|n| json!({ "prompt": format!("fox {n}"), "num_images": 1 + n % 2, "seed": n })).collect();
    let group = playground.submit_group("1", &json!({ "requests": requests })).await;
    assert_eq!((group.status, asked()), (202, 2), "{}", group.text());
    // Many at once share one answer.
    let body = json!({ "model": "wavespeed-ai/flux-dev", "input": { "prompt": "a fox", "size": "512*512" } });
    let together = (0..20).map(|_| quote(&playground, &body));
    let prices = futures_util::future::join_all(together).await;
    assert!(prices.iter().all(|price| price["price_microusd"] == 12_000), "{prices:?}");
    assert_eq!(asked(), 3);
    // What can move a price is asked for: resolution, quality, switches.
    let banana = |input: Value| json!({ "model": "google/nano-banana-2/text-to-image", "input": input });
    for (input, price) in [
        (json!({ "prompt": "a" }), 70_000),
        (json!({ "prompt": "b", "resolution": "4k" }), 140_000),
        (json!({ "prompt": "c", "resolution": "4k", "enable_web_search": true }), 154_000),
    ] {
        assert_eq!(quote(&playground, &banana(input)).await["price_microusd"], price);
    }
    assert_eq!(asked(), 6);
    let metrics = playground.get("/metrics").await.text();
    assert!(metrics.contains("imagen4_quotes 6"), "{metrics}");
}

#[tokio::test]
async fn a_form_asks_only_so_often_a_minute_and_a_click_always() {
    let (hands, env) = Hands::at(NOON);
    let vendor = Vendor::on(env, |_| ()).await;
    let playground = vendor.customer_with(|config| config.daily_budget = None).await;
    let body = |steps: u32, scale: u32| {
        json!({ "model": "wavespeed-ai/flux-dev",
            "input": { "prompt": "a fox", "num_inference_steps": steps, "guidance_scale": scale } })
    };
    let mut refused = 0;
    for n in 0..130 {
        let told = quote(&playground, &body(1 + n % 50, 1 + n / 50)).await;
        refused += usize::from(told["code"] == "price_unknown");
    }
    assert_eq!(refused, 10, "120 a minute");
    assert_eq!(playground.submit("1", &body(49, 20)).await.status, 202);
    hands.forward(61_000);
    assert_eq!(quote(&playground, &body(48, 20)).await["price_microusd"], 12_000);
}

#[tokio::test]
async fn a_group_is_agreed_to_as_a_whole() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let mixed = json!([
        { "prompt": "a fox" },
        { "model": "wavespeed-ai/flux-dev", "input": { "prompt": "a fox", "num_images": 2 } },
        { "model": "openai/gpt-image-1.5/text-to-image", "input": { "prompt": "a fox" } },
    ]);
    let refused = playground.submit_group("1", &json!({ "requests": mixed, "max_price_microusd": 103_999 })).await;
    assert_eq!((refused.status, &refused.json()["price_microusd"]), (409, &json!(104_000)));
    assert_eq!(playground.money().await, (0, 0));
    let bought = playground.submit_group("1", &json!({ "requests": mixed, "max_price_microusd": 104_000 })).await;
    assert_eq!(bought.status, 202, "{}", bought.text());
    let inner = json!({ "requests": [{ "prompt": "a", "max_price_microusd": 1 }] });
    let refused = playground.submit_group("2", &inner).await.json();
    assert!(refused["fields"]["requests[0].max_price_microusd"].is_string(), "{refused}");
}
