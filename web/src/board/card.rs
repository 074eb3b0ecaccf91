//! One run: what was asked for, how far it is, what came of it, and what can be done with it.

use imagen4_core::{ImageCount, Run, RunId};

use super::desk::card_id;
use super::money::price_chip;
use super::{actions, finder, note, pictures, timeline, trouble};
use crate::app::App;
use crate::platform::part::Part;
use crate::platform::reactive::Signal;

/// One run's card.
pub(crate) fn card(app: App, run: Signal<Run>) -> Part {
    let card = Part::copy("run-template");
    // What was asked for never changes.
    let list = card.find(".chips");
    let (group, parent) = run.with_untracked(|run| {
        card.set("id", &card_id(run.id));
        card.find("h4").say(run.request.prompt.as_str());
        for words in chips(run) {
            list.add(Part::new("li").set("class", "chip").say(&words));
        }
        let group: Option<RunId> = run.group.as_ref().and_then(|group| group.parse().ok());
        (group, run.parent)
    });
    list.add(Part::new("li").set("class", "chip").bind(move || run.with(price_chip)));
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

fn chips(run: &Run) -> Vec<String> {
    let request = &run.request;
    let seed = match request.seed {
        Some(seed) if seed.is_known() => format!("seed {seed}"),
        _ => "seed not known".to_owned(),
    };
    let count = match request.num_images {
        ImageCount::ONE => "1 image".to_owned(),
        count => format!("{count} images"),
    };
    let mut chips = vec![request.aspect_ratio.to_string(), seed, count];
    if run.is_sample() {
        chips.push("sample".to_owned());
    }
    chips
}

#[cfg(test)]
pub(crate) mod tests {
    use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
    use imagen4_core::{Billed, GenerationRequest, MicroUsd, Prompt, RunId, RunState, Seed, Timestamp};
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
            request: GenerationRequest {
                num_images: ImageCount::new(2).expect("two"),
                seed: Seed::new(7).ok(),
                ..GenerationRequest::new(Prompt::new("a fox in snow").expect("not empty"))
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
        assert_eq!(chips(&run(RunState::Running)), ["1:1", "seed 7", "2 images"]);
    }
}
