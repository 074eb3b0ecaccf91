//! Models are rows: each of them is served by its own schema and price, and whatever can happen to one in a catalogue happens.

mod vendor;

use std::time::Duration;

use imagen4_core::model::{ModelSpec, builtin, rows_of};
use imagen4_core::{MicroUsd, RunRequest};
use imagen4_engine::Engine;
use imagen4_engine::bill::{Acceptance, Entry};
use imagen4_engine::faults::{Effect, Fate, On, Rule};
use serde_json::{Value, json};

use vendor::Vendor;

const MODELS: &str = "/api/v3/models";
const PRICE: &str = "/api/v3/model/price";
const FLUX: &str = "wavespeed-ai/flux-dev";

fn specs() -> Vec<ModelSpec> {
    builtin::rows().iter().map(|row| ModelSpec::from_row(row).expect("a model")).collect()
}

/// Some inputs for a model: the least, and one that says something of every concept that it has.
fn inputs(spec: &ModelSpec) -> [Value; 2] {
    let mut much = json!({ "prompt": "a fox in snow" });
    if let Some(shape) = &spec.concepts.shape {
        much[shape] = json!(spec.nearest_shape("16:9").expect("a shape"));
    }
    if let (Some(count), Some((_, max, _))) = (&spec.concepts.count, spec.counts()) {
        much[count] = json!(max);
    }
    if let Some(resolution) = &spec.concepts.resolution {
        much[resolution] = json!("2k");
    }
    if let Some(seed) = &spec.concepts.seed {
        much[seed] = json!(2_147_483_647);
    }
    for switch in spec.list_price.plus.keys() {
        much[switch] = json!(true);
    }
    [json!({ "prompt": "a fox in snow" }), much]
}

fn acceptances(engine: &Engine) -> Vec<Acceptance> {
    let taken = engine.entries().into_iter().filter_map(|entry| match entry {
        Entry::Accept(taken) => Some(taken),
        _ => None,
    });
    taken.collect()
}

/// The size written in the frame header of a baseline JPEG.
fn size_of(jpeg: &[u8]) -> (u32, u32) {
    let mut at = 2;
    loop {
        let (marker, length) = (jpeg[at + 1], usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]])));
        if (0xc0..=0xc2).contains(&marker) {
            let number = |i: usize| u32::from(u16::from_be_bytes([jpeg[i], jpeg[i + 1]]));
            return (number(at + 7), number(at + 5));
        }
        at += 2 + length;
    }
}

async fn price(vendor: &Vendor, model: &str, inputs: Value) -> (u16, Value) {
    vendor.call("POST", PRICE, json!({ "model_id": model, "inputs": inputs })).await
}

async fn ids(vendor: &Vendor) -> Vec<String> {
    let (_, rows) = vendor.call("GET", MODELS, Value::Null).await;
    let id = |row: &Value| row["model_id"].as_str().expect("an id").to_owned();
    rows.as_array().expect("a list").iter().map(id).collect()
}

#[tokio::test]
async fn every_row_is_billed_as_quoted_and_has_the_pictures_that_it_promises() {
    let vendor = Vendor::with(|options| options.latency = Duration::ZERO);
    let mut billed = 0;
    for spec in specs() {
        let [least, much] = inputs(&spec);
        for input in [least, much.clone()] {
            let (_, quote) = price(&vendor, &spec.id, input.clone()).await;
            assert_eq!(
                (&quote["model_id"], &quote["currency"], &quote["discount_rate"], &quote["discounted_price"]),
                (&json!(spec.id), &json!("USD"), &json!(100), &quote["price"]),
            );
            let quote = quote["price"].as_number().and_then(MicroUsd::from_json_dollars).expect("dollars");
            assert!(quote > MicroUsd::ZERO, "{}", spec.id);

            let id = vendor.submit_to(&spec.id, input.clone()).await["id"].as_str().expect("an id").to_owned();
            let taken = acceptances(&vendor.engine).pop().expect("an acceptance");
            assert_eq!((&taken.id, taken.price_microusd, &taken.model), (&id, quote, &spec.id));
            let normal = spec.accept(&input).expect("valid").into_request();
            assert_eq!(taken.input, json!(normal.input), "{}", spec.id);
            billed += quote.micros();

            let (_, done) = vendor.call("GET", &format!("/api/v3/predictions/{id}/result"), Value::Null).await;
            let outputs = done["outputs"].as_array().expect("a list").len() as u32;
            let expected = match spec.concepts.count {
                Some(_) => normal.images(),
                None => spec.outputs.unwrap_or(1),
            };
            assert_eq!(outputs, expected, "{}: {input}", spec.id);
            let size = taken.size.expect("a size");
            assert_ratio(&spec, &normal, size);
            // To paint all of them would take long.
            if input == much {
                let (status, jpeg) = vendor.send("GET", &format!("/outputs/{id}/{outputs}.jpeg"), "").await;
                assert_eq!((status, size_of(&jpeg)), (200, size), "{}", spec.id);
            }
        }
    }
    assert_eq!(vendor.engine.balance(), MicroUsd::new(1_000_000_000 - billed));
}

/// Imagen's own sizes are only near to the names of their ratios; a size in pixels is what it says.
fn assert_ratio(spec: &ModelSpec, request: &RunRequest, (width, height): (u32, u32)) {
    let Some(shape) = request.shape() else { return };
    let doubled = |(w, h): (u32, u32)| if request.resolution() == Some("2k") { (w * 2, h * 2) } else { (w, h) };
    match (spec.size_of(&shape), request.ratio()) {
        (Some(size), _) => assert_eq!((width, height), doubled(size), "{}", spec.id),
        (None, Some(ratio)) => {
            let far = (f64::from(width) / f64::from(height) / ratio.value()).ln().abs();
            assert!(far < 0.04, "{}: {width}*{height} is not {ratio}", spec.id);
        }
        (None, None) => assert_eq!(shape, "auto", "{}", spec.id),
    }
}

#[tokio::test]
async fn midjourney_makes_four_and_a_sequence_as_many_as_it_may() {
    let vendor = Vendor::with(|options| options.latency = Duration::ZERO);
    for (model, input, count, cost) in [
        ("midjourney/text-to-image", json!({ "prompt": "a" }), 4, 0.1),
        ("midjourney/text-to-image", json!({ "prompt": "a", "hd": true }), 4, 0.15),
        ("bytedance/seedream-v4/sequential", json!({ "prompt": "a", "max_images": 3 }), 3, 0.081),
        ("google/nano-banana-2/text-to-image", json!({ "prompt": "a", "resolution": "4k" }), 1, 0.14),
    ] {
        assert_eq!(price(&vendor, model, input.clone()).await.1["price"], json!(cost), "{model}");
        let done = vendor.submit_to(model, input).await;
        assert_eq!(done["outputs"].as_array().map(Vec::len), Some(count), "{model}");
    }
}

#[tokio::test]
async fn unknown_keys_are_dropped_and_billed_with_the_defaults() {
    let vendor = Vendor::open();
    let input = json!({ "prompt": "a fox", "aspect_ratio": "16:9", "n": 4, "Size": "512*512", "size": null });
    assert_eq!(price(&vendor, FLUX, input.clone()).await.1["price"], json!(0.012));
    vendor.submit_to(FLUX, input).await;
    let taken = acceptances(&vendor.engine).pop().expect("an acceptance");
    assert_eq!(taken.price_microusd, MicroUsd::new(12_000));
    assert_eq!((&taken.input["size"], taken.input.get("aspect_ratio")), (&json!("1024*1024"), None));

    let (status, words) =
        vendor.call("POST", &format!("/api/v3/{FLUX}"), json!({ "prompt": "a", "size": "8*8" })).await;
    assert!(status == 400 && words.as_str().is_some_and(|words| words.starts_with("size must be")), "{words}");
    assert_eq!(price(&vendor, FLUX, json!({ "num_images": 9 })).await.0, 400);
    assert_eq!(acceptances(&vendor.engine).len(), 1);
}

#[tokio::test]
async fn a_price_is_told_without_a_prompt_too() {
    let vendor = Vendor::open();
    for inputs in
        [json!({ "num_images": 3 }), json!({ "num_images": 3, "prompt": "" }), json!({ "num_images": 3, "x": 1 })]
    {
        assert_eq!(price(&vendor, FLUX, inputs).await.1["price"], json!(0.036));
    }
    assert_eq!(vendor.call("POST", PRICE, json!({ "model_id": FLUX })).await.1["price"], json!(0.012));
    assert_eq!(price(&vendor, "nobody/knows", json!({})).await, (404, json!("model not found")));
}

#[tokio::test]
async fn a_seed_is_rolled_where_none_is_named_and_kept_where_one_is() {
    let vendor = Vendor::open();
    for (model, input, seed) in [
        (FLUX, json!({ "prompt": "a", "seed": 7 }), Some(7)),
        (FLUX, json!({ "prompt": "a", "seed": -1 }), None),
        (FLUX, json!({ "prompt": "a" }), None),
        ("bytedance/seedream-v4", json!({ "prompt": "a", "seed": 7 }), None),
    ] {
        vendor.submit_to(model, input.clone()).await;
        let taken = acceptances(&vendor.engine).pop().expect("an acceptance");
        // The ids, which the seeds are rolled with, count from 1.
        let rolled = u32::from_str_radix(&taken.id, 16).expect("a number") >> 1;
        assert_eq!(taken.seed, seed.unwrap_or(rolled), "{model} {input}");
    }
}

#[tokio::test]
async fn the_catalogue_is_in_the_vendors_shape_with_the_prices_that_are_charged() {
    let vendor = Vendor::open();
    let (_, listed) = vendor.call("GET", MODELS, Value::Null).await;
    let rows = rows_of(&listed).expect("a list");
    assert_eq!(rows.len(), builtin::rows().len());
    for (row, own) in rows.iter().zip(builtin::rows()) {
        assert_eq!(*row, builtin::in_vendors_shape(own));
    }
    vendor.engine.set_price(FLUX, MicroUsd::new(50_000));
    let (_, listed) = vendor.call("GET", MODELS, Value::Null).await;
    let row = rows_of(&listed).expect("a list").iter().find(|row| row["model_id"] == FLUX).expect("a row");
    assert_eq!(row["base_price"], json!(0.05));
    assert_eq!(price(&vendor, FLUX, json!({ "num_images": 4 })).await.1["price"], json!(0.2));
}

#[tokio::test]
async fn a_row_of_another_kind_is_listed_and_takes_no_submission() {
    let video = json!({ "model_id": "a/video", "type": "text-to-video", "base_price": 0.5 });
    let vendor = Vendor::with(|options| options.models.extend([video.clone(), json!({ "odd": true })]));
    let (_, listed) = vendor.call("GET", MODELS, Value::Null).await;
    let rows = rows_of(&listed).expect("a list");
    assert_eq!(rows[rows.len() - 2..], [video, json!({ "odd": true })]);
    assert_eq!(vendor.call("POST", "/api/v3/a/video", json!({ "prompt": "a" })).await.0, 404);
}

#[tokio::test]
async fn a_model_disappears_and_comes_back() {
    let vendor = Vendor::open();
    let id = vendor.submit_to(FLUX, json!({ "prompt": "a fox" })).await["id"].as_str().expect("an id").to_owned();
    vendor.engine.retire(FLUX);
    assert!(!ids(&vendor).await.contains(&FLUX.to_owned()));
    assert_eq!(price(&vendor, FLUX, json!({})).await, (404, json!("model not found")));
    let (status, words) = vendor.call("POST", &format!("/api/v3/{FLUX}"), json!({ "prompt": "a fox" })).await;
    assert_eq!((status, words), (404, json!("This model is no longer available")));
    assert_eq!(acceptances(&vendor.engine).len(), 1);
    vendor.later(2000);
    let (_, done) = vendor.call("GET", &format!("/api/v3/predictions/{id}/result"), Value::Null).await;
    assert_eq!(done["outputs"].as_array().map(Vec::len), Some(1), "what was accepted goes on");
    vendor.engine.restore(FLUX);
    assert!(ids(&vendor).await.contains(&FLUX.to_owned()));
    vendor.submit_to(FLUX, json!({ "prompt": "a fox" })).await;
}

/// FLUX as it never was: its size is a ratio, and it costs something else.
fn changed() -> Value {
    let properties = json!({ "prompt": { "type": "string" }, "aspect_ratio": { "type": "string", "enum": ["2:1"] } });
    let schema = json!({ "type": "object", "required": ["prompt"], "properties": properties });
    json!({ "model_id": FLUX, "type": "text-to-image", "base_price": 0.1,
        "api_schema": { "api_schemas": [{ "type": "model_run", "request_schema": schema }] } })
}

#[tokio::test]
async fn a_schema_changes_and_what_was_accepted_before_stays_as_it_was() {
    let vendor = Vendor::open();
    let before = json!({ "prompt": "a fox", "size": "512*768", "num_images": 2 });
    let id = vendor.submit_to(FLUX, before.clone()).await["id"].as_str().expect("an id").to_owned();
    vendor.engine.replace_row(&changed()).expect("a row");
    assert!(vendor.engine.replace_row(&json!({ "name": "../x" })).is_err());
    assert_eq!(ids(&vendor).await.len(), builtin::rows().len());
    assert_eq!(price(&vendor, FLUX, before.clone()).await.1["price"], json!(0.1));
    vendor.submit_to(FLUX, before).await;
    let taken = acceptances(&vendor.engine).pop().expect("an acceptance");
    assert_eq!((taken.input, taken.price_microusd), (json!({ "prompt": "a fox" }), MicroUsd::new(100_000)));
    vendor.later(2000);
    let (_, jpeg) = vendor.send("GET", &format!("/outputs/{id}/2.jpeg"), "").await;
    assert_eq!(size_of(&jpeg), (512, 768));
}

#[tokio::test]
async fn a_script_changes_the_models_while_they_are_asked_for() {
    let vendor = Vendor::open();
    let model = FLUX.to_owned();
    vendor.engine.script(Rule::on(On::Submit).skip(1).then(Effect::Retire { model: model.clone() }));
    vendor.engine.script(Rule::on(On::Models).then(Effect::Restore { model }));
    vendor.engine.script(Rule::on(On::Price).then(Effect::ReplaceRow { row: changed() }));
    let path = format!("/api/v3/{FLUX}");
    let submit = async || vendor.call("POST", &path, json!({ "prompt": "a fox" })).await.0;
    assert_eq!([submit().await, submit().await, submit().await], [200, 404, 404]);
    assert!(ids(&vendor).await.contains(&FLUX.to_owned()));
    assert_eq!((submit().await, price(&vendor, FLUX, json!({})).await.1["price"].clone()), (200, json!(0.1)));
}

#[tokio::test]
async fn a_quote_may_be_anything_while_the_bill_stays_right() {
    let vendor = Vendor::open();
    let free = json!({ "price": -0.04, "discounted_price": 0, "currency": "EUR" });
    for (effect, expected) in [
        (Effect::Quote { percent: 150 }, json!(0.018)),
        (Effect::Quote { percent: 0 }, json!(0.0)),
        (Effect::Answer { data: free.clone() }, json!(-0.04)),
    ] {
        vendor.engine.clear_script();
        vendor.engine.script(Rule::on(On::Price).model(FLUX).then(effect.clone()));
        let (_, told) = price(&vendor, FLUX, json!({ "prompt": "a fox" })).await;
        assert_eq!(told["price"], expected, "{effect:?}");
        if let Effect::Quote { .. } = effect {
            assert_eq!((&told["discounted_price"], &told["currency"]), (&told["price"], &json!("USD")));
        } else {
            assert_eq!(told, free);
        }
        assert_eq!(price(&vendor, FLUX, json!({})).await.1["price"], json!(0.012), "only once");
        vendor.submit_to(FLUX, json!({ "prompt": "a fox" })).await;
        assert_eq!(acceptances(&vendor.engine).pop().map(|taken| taken.price_microusd), Some(MicroUsd::new(12_000)));
    }
    vendor.engine.script(Rule::on(On::Price).then(Effect::Quote { percent: 50 }));
    assert_eq!(price(&vendor, "nobody/knows", json!({})).await.0, 404, "what is refused has no price");
}

#[tokio::test]
async fn a_catalogue_may_be_empty_or_far_too_long() {
    let vendor = Vendor::open();
    let (_, whole) = vendor.send("GET", MODELS, "").await;
    vendor.engine.script(Rule::on(On::Models).then(Effect::Answer { data: json!([]) }));
    vendor.engine.script(Rule::on(On::Models).then(Effect::Padding { bytes: 20_000_000 }));
    assert_eq!(vendor.call("GET", MODELS, Value::Null).await.1, json!([]));
    let (_, long) = vendor.send("GET", MODELS, "").await;
    assert_eq!(long.len(), whole.len() + 20_000_000);
    let read = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("JSON");
    assert_eq!(read(&long), read(&whole));
    assert_eq!(vendor.send("GET", MODELS, "").await.1, whole);
}

#[tokio::test]
async fn more_pictures_may_come_than_were_asked_for() {
    let vendor = Vendor::with(|options| options.latency = Duration::ZERO);
    for (more, expected) in [(6, 6), (1, 2)] {
        vendor.engine.script(Rule::on(On::Submit).fate(Fate { more: Some(more), ..Fate::default() }));
        let done = vendor.submit(json!({ "prompt": "a fox", "num_images": 2 })).await;
        assert_eq!(done["outputs"].as_array().map(Vec::len), Some(expected));
        assert_eq!(done["has_nsfw_contents"].as_array().map(Vec::len), Some(expected));
        let last = format!("/outputs/{}/{expected}.jpeg", done["id"].as_str().expect("an id"));
        assert_eq!(vendor.send("GET", &last, "").await.0, 200);
        assert_eq!(acceptances(&vendor.engine).pop().map(|taken| taken.price_microusd), Some(MicroUsd::new(80_000)));
    }
}

#[tokio::test]
async fn bills_of_before_there_were_other_models_are_still_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let line = |id: char, model: &str, input: Value| {
        let id = id.to_string().repeat(32);
        json!({ "kind": "accept", "id": id, "at": "2027-01-15T08:00:00Z", "price_microusd": 80_000, "model": model,
            "input": input, "seed": 7, "base64": false })
        .to_string()
    };
    let lines = [
        line('a', "wavespeed-ai/imagen4", json!({ "prompt": "a fox", "aspect_ratio": "16:9", "num_images": 2 })),
        line('b', "google/imagen4-ultra", json!({ "prompt": "a hen", "aspect_ratio": "9:16", "negative_prompt": "x" })),
        line('c', "nobody/knows", json!({ "prompt": "a cat", "aspect_ratio": "1:1", "num_images": 3 })),
    ];
    std::fs::write(dir.path().join("bill.jsonl"), lines.join("\n") + "\n").expect("written");
    let vendor = Vendor::with(|options| options.state_dir = Some(dir.path().to_owned()));
    vendor.later(2000);
    assert_eq!(vendor.engine.balance(), MicroUsd::new(999_760_000));
    for (id, count, size) in [('a', 2, (1408, 768)), ('b', 1, (768, 1408)), ('c', 3, (1024, 1024))] {
        let id = id.to_string().repeat(32);
        let (_, done) = vendor.call("GET", &format!("/api/v3/predictions/{id}/result"), Value::Null).await;
        assert_eq!(done["outputs"].as_array().map(Vec::len), Some(count), "{done}");
        let (_, jpeg) = vendor.send("GET", &format!("/outputs/{id}/{count}.jpeg"), "").await;
        assert_eq!(size_of(&jpeg), size);
    }
}
