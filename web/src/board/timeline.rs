//! How far a run is, in the vendor's own words, and how long it took.

use imagen4_core::{Run, RunState, Timestamp};

use crate::app::App;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::Signal;
use crate::spans::{precise, rough};

/// How long the vendor's first word for a prediction is news. It is asked rarely, and mostly about when the pictures should
/// be ready: after that moment the step goes by its own name, unless the vendor has said something else.
const CREATED_MS: u64 = 1_000;

/// Where a run is, seen from a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The run is past it.
    Done,
    /// The run is there.
    Current,
    /// The run has not come to it.
    Ahead,
}

/// Whether something is expected to happen soon: time is worth showing.
pub const fn is_under_way(state: RunState) -> bool {
    matches!(state, RunState::Queued | RunState::Submitting | RunState::Running | RunState::Completed)
}

fn at(run: &Run) -> usize {
    match run.state {
        RunState::Queued => 0,
        RunState::Submitting => 1,
        RunState::Running => 2,
        _ => 3,
    }
}

/// Where a run that is under way is, seen from the step of that index.
pub fn place(run: &Run, index: usize) -> Place {
    match at(run) {
        at if index < at => Place::Done,
        at if index == at => Place::Current,
        _ => Place::Ahead,
    }
}

/// The word for that step.
pub fn word(run: &Run, index: usize, now: impl Fn() -> Timestamp) -> String {
    let is_news = || run.timeline.last().is_some_and(|entry| now().ms_since(entry.at) < CREATED_MS);
    let current = at(run) == index;
    match (index, &run.prediction) {
        (0, _) => "queued",
        (1, _) => {
            if current {
                "submitting"
            } else {
                "submitted"
            }
        }
        // The vendor's own word while it is the vendor's turn.
        (2, Some(prediction)) if current => match prediction.status.as_str() {
            "" => "processing",
            "created" if !is_news() => "processing",
            status => status,
        },
        (2, _) => "processing",
        _ => {
            if current {
                "fetching pictures"
            } else {
                "archived"
            }
        }
    }
    .to_owned()
}

/// What earlier runs tell of how long this one will be with the vendor: ` · about 6 s left`.
pub fn outlook(run: &Run, typical_ms: Option<u64>, now: Timestamp) -> String {
    let began = run.timeline.iter().rev().find(|entry| entry.state == RunState::Submitting).map(|entry| entry.at);
    let (Some(typical), Some(began), RunState::Submitting | RunState::Running) = (typical_ms, began, run.state) else {
        return String::new();
    };
    match now.ms_since(began) {
        // A second before, it may as well be now.
        passed if passed + 1_000 <= typical => format!(" · about {} left", rough(typical - passed)),
        passed if passed <= typical + typical / 2 => String::new(),
        _ => " · longer than usual".to_owned(),
    }
}

/// How a run ended: `archived · 6.1 s · model 5.1 s`.
pub fn ending(run: &Run) -> String {
    let mut words = run.state.as_str().to_owned();
    if let Some(end) = run.timeline.last().filter(|_| run.state != RunState::Unknown) {
        words += &format!(" · {}", precise(end.at.ms_since(run.created_at)));
    }
    if let Some(ms) = run.prediction.as_ref().and_then(|prediction| prediction.inference_ms) {
        let who = if run.is_sample() { "painter" } else { "model" };
        words += &format!(" · {who} {}", precise(ms));
    }
    words
}

/// The line under a card's chips. It keeps its height when the run ends.
pub(crate) fn bind(app: App, run: Signal<Run>, card: &Part) {
    let going_on = move || run.with(|run| is_under_way(run.state));
    let steps = card.find("ol.timeline");
    steps.show(going_on);
    for (index, step) in dom::all(&steps.0, "li").into_iter().enumerate() {
        bind_step(app, run, index, &Part(step));
    }
    let end = card.find("p.timeline");
    end.show(move || !going_on())
        .bind_attr("class", move || run.with(|run| format!("timeline {}", run.state.as_str())));
    end.find(".end").bind(move || if going_on() { String::new() } else { run.with(ending) });
}

fn bind_step(app: App, run: Signal<Run>, index: usize, step: &Part) {
    let place = move || run.with(|run| place(run, index));
    let class = move || match place() {
        Place::Done => "done",
        Place::Current => "current",
        Place::Ahead => "ahead",
    };
    step.bind_attr("class", move || class().to_owned())
        .bind_attr("aria-current", move || if place() == Place::Current { "step" } else { "" }.to_owned());
    step.find(".word").bind(move || run.with(|run| word(run, index, || app.now())));
    step.find(".elapsed").bind(move || match place() {
        Place::Current => run.with(|run| {
            let outlook = outlook(run, app.server.typical_ms(&run.request.model), app.now());
            precise(app.now().ms_since(run.created_at)) + &outlook
        }),
        _ => String::new(),
    });
}

#[cfg(test)]
mod tests {
    use imagen4_core::run::TimelineEntry;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::Place::{Ahead, Current, Done};
    use super::*;
    use crate::board::card::tests::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_vendors_word_is_shown_while_it_is_its_turn_and_its_first_one_while_it_is_news() {
        let mut run = run(RunState::Running);
        let since = run.timeline[0].at;
        for (status, ms, shown) in [
            ("created", 999, "created"),
            ("created", 1_000, "processing"),
            ("processing", 0, "processing"),
            ("warming_up", 90_000, "warming_up"),
            ("", 0, "processing"),
        ] {
            run.prediction.as_mut().expect("a running run has a prediction").status = status.to_owned();
            let words: Vec<_> = (0..4).map(|index| (place(&run, index), word(&run, index, || since + ms))).collect();
            let expected = [(Done, "queued"), (Done, "submitted"), (Current, shown), (Ahead, "archived")];
            assert_eq!(words, expected.map(|(place, word)| (place, word.to_owned())));
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_left_is_learned_and_never_below_nothing() {
        let mut run = run(RunState::Running);
        let began = run.created_at + 2_000;
        run.timeline.insert(0, TimelineEntry { state: RunState::Submitting, at: began });
        let after = |ms| outlook(&run, Some(6_000), began + ms);
        assert_eq!([0, 1_500, 5_000].map(after), [" · about 6 s left", " · about 5 s left", " · about 1 s left"]);
        assert_eq!([5_001, 9_000, 9_001].map(after), ["", "", " · longer than usual"]);
        assert_eq!(outlook(&run, None, began + 60_000), "", "nothing was learned yet");
        run.state = RunState::Completed;
        assert_eq!(outlook(&run, Some(6_000), began), "");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_end_tells_both_times() {
        assert_eq!(ending(&run(RunState::Archived)), "archived · 6.1 s · model 5.1 s");
    }
}
