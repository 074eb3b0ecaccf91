//! One run: what was asked for, how far it is, what came of it, and what can be done with it.

use imagen4_core::{Run, RunId};

use super::desk::card_id;
use super::money::price_chip;
use super::{actions, finder, note, pictures, timeline, trouble};
use crate::app::App;
use crate::composer::shape;
use crate::platform::part::Part;
use crate::platform::reactive::Signal;
use crate::server::Models;
use crate::spans;

/// One run's card.
pub(crate) fn card(app: App, run: Signal<Run>) -> Part {
    let card = Part::copy("run-template");
    // What was asked for never changes.
    let list = card.find(".chips");
    let (group, parent) = run.with_untracked(|run| {
        card.set("id", &card_id(run.id));
        card.find("h4").say(run.request.prompt());
        let group: Option<RunId> = run.group.as_ref().and_then(|group| group.parse().ok());
        (group, run.parent)
    });
    // What the models are called, and which of them have seeds, is learned after the first cards are there.
    let chip = |words: Box<dyn Fn() -> String>| {
        let chip = Part::new("li");
        chip.set("class", "chip").bind(words);
        list.add(&chip);
        chip
    };
    chip(Box::new(move || run.with(|run| app.server.name_of(&run.request.model))));
    for words in run.with_untracked(chips) {
        chip(Box::new(move || words.clone()));
    }
    chip(Box::new(move || run.with(|run| app.server.models.with(|models| seed(run, models)))));
    chip(Box::new(move || run.with(price_chip)));
    if let Some(group) = group {
        link(&list, "its group", move || finder::show_alike(app, |filter| filter.group = Some(group)));
    }
    if let Some(parent) = parent {
        link(&list, "varied from", move || finder::show_run(app, parent));
    }
    card.find(".star").bind_state("aria-pressed", move || run.with(|run| run.favorite));
    timeline::bind(app, run, &card);
    pictures::bind(app, run, &card.find(".pictures"));
    trouble::bind(app, run, &card.find(".trouble"));
    actions::bind(app, run, &card);
    // The last: a note that is being written brings parts of its own, which the others must not find.
    note::bind(app, run, &card);
    card
}

fn link(chips: &Part, words: &str, act: impl FnMut() + 'static) {
    let button = Part::new("button");
    button.set("class", "chip").set("type", "button").say(words).press(act);
    chips.add(Part::new("li").add(&button));
}

/// What was asked for, whatever the model is called.
fn chips(run: &Run) -> Vec<String> {
    let request = &run.request;
    let mut chips = Vec::new();
    chips.push(request.shape().map_or_else(|| "shape by the model".to_owned(), |shape| shape::name(&shape)));
    chips.extend(request.resolution().map(str::to_owned));
    if let Some(count) = request.promised() {
        chips.push(spans::count(u64::from(count), "image"));
    }
    if run.is_sample() {
        chips.push("sample".to_owned());
    }
    chips
}

/// What repeats the images, or why nothing does.
pub(crate) fn seed(run: &Run, models: &Models) -> String {
    match run.request.known_seed() {
        Some(seed) => format!("seed {seed}"),
        None if models.catalogue.find(&run.request.model).is_some_and(|it| it.spec.concepts.seed.is_none()) => {
            "no seed".to_owned()
        }
        None => "seed not known".to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
    use imagen4_core::{Billed, MicroUsd, RunId, RunRequest, RunState, Timestamp};
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// A run of two pictures in that state, as the proxy would send it.
    pub(crate) fn run(state: RunState) -> Run {
        let created_at = Timestamp::from_ms(1_000_000);
        let image = |index| RunImage {
            index,
            url: format!("api/runs/0/images/{index}"),
            thumb_url: (index == 0).then(|| "api/runs/0/images/0?thumb".into()),
            width: 1024,
            height: 1024,
            content_type: "image/jpeg".into(),
            bytes: 1,
            sha256: String::new(),
            nsfw: false,
        };
        Run {
            id: RunId::from_bits(0),
            state,
            revision: 1,
            created_at,
            upstream: "https://api.wavespeed.ai".into(),
            request: RunRequest {
                model: "wavespeed-ai/imagen4".into(),
                input: json!({"prompt": "a fox in snow", "aspect_ratio": "1:1", "num_images": 2, "seed": 7})
                    .as_object()
                    .cloned()
                    .expect("an object"),
            },
            price_microusd: MicroUsd::new(80_000),
            billed: Billed::of(state, false),
            prediction: Some(RunPrediction {
                id: "p".into(),
                status: "processing".into(),
                created_at: None,
                inference_ms: Some(5_120),
            }),
            images: if state == RunState::Archived { vec![image(0), image(1)] } else { Vec::new() },
            problem: None,
            timeline: vec![TimelineEntry { state, at: created_at + 6_120 }],
            group: None,
            expires_at: None,
            not_before: None,
            parent: None,
            favorite: false,
            note: None,
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_says_what_was_asked_for() {
        let mut run = run(RunState::Running);
        assert_eq!(chips(&run), ["1:1", "2 images"]);
        let models = crate::server::models::tests::told(&[]);
        assert_eq!(seed(&run, &models), "seed 7");
        run.request.input = json!({"prompt": "a fox", "size": "1024*768"}).as_object().cloned().expect("an object");
        assert_eq!((chips(&run), seed(&run, &models).as_str()), (vec!["1024 × 768".to_owned()], "seed not known"));
        run.request.model = "bytedance/seedream-v4".into();
        assert_eq!(seed(&run, &models), "no seed");
        run.request.input.remove("size");
        assert_eq!(chips(&run), ["shape by the model"]);
    }
}
