//! One run: what was asked for, how far it is, what came of it, and what can be done with it.

use imagen4_core::{ImageCount, Run, RunState};
use leptos::prelude::*;

use super::money::{price_chip, verdict};
use super::pictures::Pictures;
use super::timeline::{Timeline, is_under_way};
use crate::app::App;
use crate::composer::Composer;
use crate::platform::reactive::press;

/// One run's card.
#[component]
pub(crate) fn Card(app: App, run: RwSignal<Run>) -> impl IntoView {
    // What was asked for never changes.
    let (prompt, chips) = run.with_untracked(|run| (run.request.prompt.as_str().to_owned(), chips(run)));
    let price = Signal::derive(move || run.with(price_chip));
    view! {
        <article>
            <h4>{prompt}</h4>
            <ul class="chips" role="list">
                {chips.into_iter().map(|chip| view! { <li class="chip">{chip}</li> }).collect_view()}
                <li class="chip">{price}</li>
            </ul>
            <Timeline app run/>
            <Pictures app run/>
            <Trouble run/>
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

/// What went wrong and whether it costs anything.
#[component]
fn Trouble(run: RwSignal<Run>) -> impl IntoView {
    let class = Signal::derive(move || match run.with(|run| run.state) {
        RunState::Unknown => "trouble unsure".to_owned(),
        RunState::Withdrawn => "trouble mild".to_owned(),
        _ => "trouble".to_owned(),
    });
    let title = Signal::derive(move || run.with(trouble));
    let detail = Signal::derive(move || {
        run.with(|run| {
            let detail = run.problem.as_ref().and_then(|problem| problem.detail.as_deref()).unwrap_or_default();
            format!(" {} {}", sentence(detail), verdict(run))
        })
    });
    let none = Signal::derive(move || title.with(String::is_empty));
    view! { <p class=class hidden=none><strong>{title}</strong>{detail}</p> }
}

fn trouble(run: &Run) -> String {
    let title = match run.state {
        RunState::Unknown => "We don't know yet whether this was billed",
        RunState::Failed | RunState::Expired | RunState::Rejected => "Something went wrong",
        RunState::Withdrawn => "Withdrawn before it was sent",
        _ => return String::new(),
    };
    sentence(run.problem.as_ref().map_or(title, |problem| &problem.title))
}

fn sentence(text: &str) -> String {
    match text.trim_end() {
        text if text.is_empty() || text.ends_with(['.', '!', '?', '…']) => text.to_owned(),
        text => format!("{text}."),
    }
}

#[component]
fn Actions(app: App, run: RwSignal<Run>) -> impl IntoView {
    let state = move || run.with(|run| run.state);
    let (count, seed) = run.with_untracked(|run| (run.request.num_images, run.request.seed));
    let again = Signal::derive(move || format!("Try again · {}", app.server.terms().price_of(count)));
    let not_again = Signal::derive(move || !is_retryable(state()));
    let unstoppable = Signal::derive(move || !is_under_way(state()) || state() == RunState::Queued);
    let act = |act: fn(Composer, &Run)| press(move || run.with_untracked(|run| act(app.composer, run)));
    view! {
        <div class="actions">
            <button class="action strong" type="button" hidden=not_again on:click=act(Composer::try_again)>{again}</button>
            <button class="action" type="button" on:click=act(Composer::reuse)>"Reuse"</button>
            <button class="action" type="button" hidden=!seed.is_some_and(|seed| seed.is_known()) on:click=act(Composer::hold_seed)>
                "Hold seed"
            </button>
            <span class="hint" hidden=unstoppable>"A run under way can't be stopped at the vendor."</span>
        </div>
    }
}

const fn is_retryable(state: RunState) -> bool {
    matches!(state, RunState::Failed | RunState::Rejected | RunState::Expired | RunState::Withdrawn)
}

#[cfg(test)]
pub(crate) mod tests {
    use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
    use imagen4_core::{Billed, GenerationRequest, MicroUsd, Prompt, RunId, Seed, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// A run of two pictures in that state, as the proxy would send it.
    pub(crate) fn run(state: RunState) -> Run {
        let created_at = Timestamp::from_ms(1_000_000);
        let image = |index| RunImage {
            index,
            url: format!("api/runs/0/images/{index}"),
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
            parent: None,
            favorite: false,
            note: None,
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_price_is_never_called_paid_before_it_is() {
        assert_eq!(price_chip(&run(RunState::Queued)), "$0.08 held");
        assert_eq!(price_chip(&run(RunState::Unknown)), "$0.08 held");
        assert_eq!(price_chip(&run(RunState::Archived)), "$0.08");
        assert_eq!(price_chip(&run(RunState::Rejected)), "$0.08 · not billed");
        assert_eq!(price_chip(&run(RunState::Failed)), "$0.08 · refund expected");
        let sample = Run { upstream: "embedded".into(), ..run(RunState::Archived) };
        assert_eq!(price_chip(&sample), "$0.08 · not charged");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_says_what_was_asked_for() {
        assert_eq!(chips(&run(RunState::Running)), ["1:1", "seed 7", "2 images"]);
    }
}
