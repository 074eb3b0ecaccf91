//! Form, quote, hold, submit, bill, archive: for every row that comes with this build, against the engine.

use imagen4_core::api::Quote;
use imagen4_core::model::builtin;
use imagen4_core::{MicroUsd, ModelSpec, RunState};
use imagen4_tests::{Playground, Vendor};
use reqwest::Method;
use serde_json::{Value, json};

/// An input with as much in it as the model has, of every form.
fn full_input(spec: &ModelSpec) -> Value {
    let mut input = json!({ "prompt": format!("a heron for {}", spec.name), "negative_prompt": "fog" });
    let concepts = &spec.concepts;
    if concepts.negative_prompt.is_none() {
        input.as_object_mut().expect("an object").remove("negative_prompt");
    }
    if let (Some(name), Some(shape)) = (&concepts.shape, spec.nearest_shape("4:3")) {
        input[name] = json!(shape);
    }
    if let (Some(name), Some((_, max, _))) = (&concepts.count, spec.counts()) {
        input[name] = json!(max.min(3));
    }
    if let Some(name) = &concepts.seed {
        input[name] = json!(7);
    }
    input
}

#[tokio::test]
async fn every_row_costs_what_was_quoted_and_brings_what_was_promised() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    let mut shown = MicroUsd::ZERO;
    for row in builtin::rows() {
        let spec = ModelSpec::from_row(row).expect("a model");
        let told = playground.get(&format!("/api/models/{}", spec.id)).await.json();
        assert_eq!((&told["offered"], &told["confirmed"]), (&json!(true), &json!(true)), "{}", spec.id);
        let body = json!({ "model": spec.id, "input": full_input(&spec) });
        let quote = playground.call(Method::POST, "/api/quote", &body).await;
        let quote: Quote = serde_json::from_value(quote.json()).unwrap_or_else(|error| panic!("{}: {error}", spec.id));
        let mut click = body.clone();
        click["max_price_microusd"] = json!(quote.price_microusd);
        let run = playground.run(&spec.id, &click).await;
        assert_eq!(run.price_microusd, quote.price_microusd, "{}", spec.id);
        assert_eq!(run.request.model, spec.id);
        let run = playground.wait(run.id, RunState::Archived).await;
        let expected = run.request.promised().or(spec.outputs).unwrap_or(run.request.images());
        assert_eq!(run.images.len(), expected as usize, "{}", spec.id);
        if let Some(ratio) = run.request.ratio() {
            let image = &run.images[0];
            let painted = f64::from(image.width) / f64::from(image.height);
            assert!((painted / ratio.value()).ln().abs() < 0.08, "{}: {painted} for {ratio}", spec.id);
        }
        // What was sent is what the run says, to the letter.
        let bill = vendor.bill().pop().expect("it is billed");
        assert_eq!((&bill.input, bill.model.as_str()), (&json!(run.request.input), spec.id.as_str()));
        assert_eq!(bill.price_microusd, quote.price_microusd, "{}", spec.id);
        shown = shown + quote.price_microusd;
    }
    let billed: MicroUsd = vendor.bill().iter().map(|taken| taken.price_microusd).sum();
    assert_eq!((billed, vendor.bill().len()), (shown, builtin::rows().len()));
    assert_eq!(playground.money().await, (shown.micros(), 0));
}

#[tokio::test]
async fn every_bound_is_kept_before_anything_is_held() {
    let vendor = Vendor::open().await;
    let playground = vendor.customer().await;
    for (model, input, field) in [
        ("wavespeed-ai/flux-dev", json!({ "size": "auto" }), "size"),
        ("wavespeed-ai/flux-dev", json!({ "size": "1:1" }), "size"),
        ("wavespeed-ai/flux-dev", json!({ "size": "8x8" }), "size"),
        ("wavespeed-ai/flux-dev", json!({ "size": "99999*99999" }), "size"),
        ("wavespeed-ai/flux-dev", json!({ "size": "１０２４*１０２４" }), "size"),
        ("wavespeed-ai/flux-dev", json!({ "aspect_ratio": "1:1" }), "aspect_ratio"),
        ("wavespeed-ai/flux-dev", json!({ "guidance_scale": 20.5 }), "guidance_scale"),
        ("wavespeed-ai/flux-dev", json!({ "image": "https://a/b.png" }), "image"),
        ("minimax/image-01/text-to-image", json!({ "size": "1020*1024" }), "size"),
        ("minimax/image-01/text-to-image", json!({ "num_images": 10 }), "num_images"),
        ("minimax/image-01/text-to-image", json!({ "prompt": "x".repeat(1_501) }), "prompt"),
        ("google/nano-banana-2/text-to-image", json!({ "resolution": "8k" }), "resolution"),
        ("google/nano-banana-2/text-to-image", json!({ "seed": 7 }), "seed"),
        ("google/nano-banana-2/text-to-image", json!({ "enable_web_search": "yes" }), "enable_web_search"),
        ("midjourney/text-to-image", json!({ "quality": 2 }), "quality"),
        ("pruna-ai/p-image/text-to-image", json!({ "width": 520 }), "width"),
        ("a/b/../c", json!({}), "model"),
        ("wavespeed-ai%2fflux-dev", json!({}), "model"),
    ] {
        let mut whole = json!({ "prompt": "a fox" });
        whole.as_object_mut().expect("an object").extend(input.as_object().expect("an object").clone());
        let answer = playground.submit("1", &json!({ "model": model, "input": whole })).await;
        assert_eq!(answer.status, 422, "{model} {input}: {}", answer.text());
        assert!(answer.json()["fields"][field].is_string(), "{model} {input}: {}", answer.text());
    }
    assert_eq!((playground.money().await, vendor.bill().len()), ((0, 0), 0));
}

#[tokio::test]
async fn the_flat_form_is_taken_and_is_the_same_click() {
    let playground = Playground::embedded().await;
    let flat = json!({ "model": "wavespeed-ai/imagen4", "prompt": "a fox", "num_images": 2 });
    let nested = json!({ "input": { "num_images": 2.0, "prompt": "a fox", "aspect_ratio": "1:1", "seed": null } });
    let first = playground.run("1", &flat).await;
    let again = playground.submit("1", &nested).await;
    assert_eq!((again.status, &again.json()["id"]), (200, &json!(first.id)));
    let other = playground.submit("1", &json!({ "input": { "prompt": "a hen" } })).await;
    assert_eq!((other.status, &other.json()["code"]), (422, &json!("idempotency_key_reused")));
    for (body, field) in [
        (json!({ "input": 7 }), "input"),
        (json!({ "input": { "prompt": "a" }, "seed": 7 }), "seed"),
        (json!({ "input": { "prompt": "a" }, "max_price_microusd": -1 }), "max_price_microusd"),
        (json!({ "input": { "prompt": "a" }, "parent": "x" }), "parent"),
        (json!({ "model": 7, "prompt": "a" }), "model"),
        (json!([]), "prompt"),
    ] {
        let answer = playground.submit("2", &body).await;
        assert_eq!((answer.status, answer.json()["fields"][field].is_string()), (422, true), "{}", answer.text());
    }
}
