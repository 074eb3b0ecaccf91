use imagen4_core::RunState;
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::state::config::models::tests::told;
use crate::state::runs::samples::run;

fn spec(id: &str) -> ModelSpec {
    (*told(&[]).spec(id)).clone()
}

#[wasm_bindgen_test(unsupported = test)]
fn every_wrong_field_is_named_as_the_model_calls_it() {
    let named = |draft: &Draft, model: &str| {
        let errors = draft.inputs(&spec(model)).expect_err("all of it is wrong");
        errors.iter().map(|(field, _)| field.to_owned()).collect::<Vec<_>>()
    };
    let draft = Draft { prompt: "  ".into(), seed: "seven".into(), shape: "2:7".into(), ..Draft::default() };
    assert_eq!(named(&draft, ""), ["aspect_ratio", "prompt", "seed"]);
    let others = [("guidance_scale", "lots"), ("num_inference_steps", "51"), ("output_format", "gif")];
    let others = others.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let draft = Draft { count: "5".into(), others, ..draft };
    let all = ["guidance_scale", "num_images", "num_inference_steps", "output_format", "prompt", "seed", "size"];
    assert_eq!(named(&draft, "wavespeed-ai/flux-dev"), all);
    let fitted = draft.fitted(&spec("wavespeed-ai/flux-dev"));
    assert_eq!(named(&fitted, "wavespeed-ai/flux-dev"), ["prompt", "seed"], "the texts stay");
}

#[wasm_bindgen_test(unsupported = test)]
fn only_what_the_model_takes_is_sent_in_its_own_types() {
    let others = [("guidance_scale", "7"), ("hd", "true"), ("quality", "4"), ("num_inference_steps", "30")];
    let draft = Draft {
        prompt: "a fox".into(),
        negative_prompt: "\u{200b}".into(),
        shape: "1280x720".into(),
        count: "2".into(),
        seed: " 7 ".into(),
        others: others.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        ..Draft::default()
    };
    let sent = |draft: &Draft, model: &str| {
        Value::Object(draft.inputs(&spec(model)).expect("valid")[0].request().input.clone())
    };
    assert_eq!(
        sent(&draft, "wavespeed-ai/flux-dev"),
        json!({"prompt": "a fox", "size": "1280*720", "num_images": 2, "seed": 7, "num_inference_steps": 30,
            "guidance_scale": 7.0, "output_format": "jpeg"})
    );
    let draft = Draft { shape: "16:9".into(), ..draft };
    assert_eq!(
        sent(&draft, "midjourney/text-to-image"),
        json!({"prompt": "a fox", "aspect_ratio": "16:9", "seed": 7, "hd": true, "quality": 4, "stylize": 100, "chaos": 0})
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn every_variant_is_a_request_and_a_run_is_used_again_as_it_was() {
    let words = |prompt: &str| {
        let draft = Draft { prompt: prompt.into(), ..Draft::default() };
        let inputs = draft.inputs(&spec(""));
        inputs.map(|all| all.iter().map(|one| one.request().prompt().to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(words("a {red|blue} fox").expect("two"), ["a red fox", "a blue fox"]);
    assert_eq!(words(r#"{"a": "fox"}"#).expect("one"), [r#"{"a": "fox"}"#]);
    let many = words("{a|b|c|d|e}{a|b|c|d|e}{a|b|c|d|e}").expect_err("too many");
    let said: Vec<_> = many.iter().map(|(_, message)| message).collect();
    assert_eq!(said, ["makes 125 variants; at most 100 are allowed"]);
    assert!(words("{ | }").is_err(), "a variant of nothing");

    let mut run = run(RunState::Archived);
    run.request.input.insert("prompt".into(), "a {red|blue} fox".into());
    let again = Draft::of(&run.request, &spec("")).inputs(&spec("")).expect("valid");
    assert_eq!(again.iter().map(ModelInput::request).collect::<Vec<_>>(), [&run.request]);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_price_can_be_asked_for_before_the_prompt_is_written() {
    let draft = Draft { seed: "x".into(), count: "4".into(), ..Draft::default() };
    assert_eq!(draft.priceable(&spec("")).map(|it| it.request().promised()), Some(Some(4)));
    assert_eq!(Draft { count: "9".into(), ..draft }.priceable(&spec("")), None, "nobody would know of how many");
}

#[wasm_bindgen_test(unsupported = test)]
fn how_many_images_come_is_said_where_it_is_known() {
    let images = |model: &str, count: &str| Draft { count: count.into(), ..Draft::default() }.images(&spec(model));
    assert_eq!(images("", "").as_deref(), Some("1 image"));
    assert_eq!(images("", "4").as_deref(), Some("4 images"));
    assert_eq!(images("bytedance/seedream-v4/sequential", "5").as_deref(), Some("up to 5 images"));
    assert_eq!(images("midjourney/text-to-image", "").as_deref(), Some("4 images"));
    assert_eq!(images("wavespeed-ai/qwen-image/text-to-image", "3"), None);
}
