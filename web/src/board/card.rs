//! One run: what was asked for, how far it is, what came of it, and what can be done with it.

use imagen4_core::api::RunPatch;
use imagen4_core::{ImageCount, Run};
use leptos::prelude::*;

use super::actions::Actions;
use super::desk::{Desk, card_id};
use super::money::price_chip;
use super::note::NoteView;
use super::pictures::Pictures;
use super::timeline::Timeline;
use super::trouble::TroubleView;
use crate::api::order::Order;
use crate::app::App;
use crate::platform::reactive::press;

/// One run's card.
#[component]
pub(crate) fn Card(app: App, run: RwSignal<Run>) -> impl IntoView {
    // What was asked for never changes.
    let (id, prompt, chips) =
        run.with_untracked(|run| (card_id(run.id), run.request.prompt.as_str().to_owned(), chips(run)));
    let price = Signal::derive(move || run.with(price_chip));
    let desk = Desk::new(app);
    let favorite = Memo::new(move |_| run.with(|run| run.favorite));
    let mark = press(move || {
        let (id, favorite) = run.with_untracked(|run| (run.id, !run.favorite));
        desk.ask(Order::Patch(id, RunPatch { favorite: Some(favorite), note: None }));
    });
    view! {
        <article id=id tabindex="-1">
            <div class="title">
                <h4>{prompt}</h4>
                <button class="icon star" type="button" aria-label="Favourite" title="Favourite"
                    aria-pressed=Signal::derive(move || favorite.get().to_string()) on:click=mark>"★"</button>
            </div>
            <ul class="chips" role="list">
                {chips.into_iter().map(|chip| view! { <li class="chip">{chip}</li> }).collect_view()}
                <li class="chip">{price}</li>
            </ul>
            <NoteView app run/>
            <Timeline app run/>
            <Pictures app run/>
            <TroubleView app run/>
            <Actions app run/>
        </article>
    }
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
