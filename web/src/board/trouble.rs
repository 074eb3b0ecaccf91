//! What is wrong with a run, in plain words: what happened, what happens next, and what it costs.

use imagen4_core::{Run, RunState, Timestamp};

use super::money::verdict;
use crate::app::App;
use crate::platform::part::Part;
use crate::platform::reactive::Signal;
use crate::spans;

/// What is said, and how seriously.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    class: &'static str,
    title: String,
    detail: String,
}

/// What is wrong with `run`. A run under way can be in trouble without having failed.
pub fn trouble(run: &Run, now: impl Fn() -> Timestamp) -> Option<Trouble> {
    let (class, title) = match run.state {
        RunState::Unknown => ("unsure", "We don't know yet whether this was billed"),
        RunState::Failed | RunState::Expired | RunState::Rejected => ("", "Something went wrong"),
        RunState::Withdrawn => ("mild", "Withdrawn before it was sent"),
        RunState::Queued | RunState::Submitting | RunState::Running | RunState::Completed if run.problem.is_some() => {
            ("unsure", "")
        }
        // Nothing failed, and all the same it is not what was asked for.
        RunState::Archived => return fewer(run),
        _ => return None,
    };
    let problem = run.problem.as_ref();
    // The proxy's words say how it goes on, where it has any.
    let without_words = match run.state {
        RunState::Unknown => "We keep looking for it at the vendor",
        RunState::Running => "It goes on at the vendor",
        _ => "",
    };
    let happened = sentence(problem.and_then(|problem| problem.detail.as_deref()).unwrap_or(without_words));
    let outlook = match run.state {
        RunState::Completed => run.expires_at.map(|at| deletion(at, now())).unwrap_or_default(),
        RunState::Queued | RunState::Submitting | RunState::Running => String::new(),
        _ => verdict(run),
    };
    let mut detail = String::new();
    for words in [happened, outlook].iter().filter(|words| !words.is_empty()) {
        detail += " ";
        detail += words;
    }
    let title = match came(run) {
        Some(words) if run.state == RunState::Expired => words,
        _ => sentence(problem.map_or(title, |problem| &problem.title)),
    };
    Some(Trouble { class, title, detail })
}

/// What is said of a run that is done and brought fewer images than it promised.
fn fewer(run: &Run) -> Option<Trouble> {
    Some(Trouble { class: "mild", title: came(run)?, detail: format!(" {}", verdict(run)) })
}

/// `3 of 4 images arrived.`, of a run that did not bring what it promised, but something.
fn came(run: &Run) -> Option<String> {
    let (promised, came) = (run.request.promised()? as usize, run.images.len());
    (1..promised).contains(&came).then(|| format!("{came} of {promised} images arrived."))
}

fn deletion(at: Timestamp, now: Timestamp) -> String {
    match at.ms_since(now) {
        0 => "The vendor may have deleted them by now.".to_owned(),
        ms => format!("The vendor deletes them in {}.", spans::rough(ms)),
    }
}

fn sentence(text: &str) -> String {
    match text.trim_end() {
        text if text.is_empty() || text.ends_with(['.', '!', '?', '…']) => text.to_owned(),
        text => format!("{text}."),
    }
}

/// Keeps a card's paragraph as it is; hidden for a run that is well.
pub(crate) fn bind(app: App, run: Signal<Run>, paragraph: &Part) {
    let say = move |part: fn(Trouble) -> String| {
        move || run.with(|run| trouble(run, || app.now())).map(part).unwrap_or_default()
    };
    paragraph.bind_attr("class", say(|it| format!("trouble {}", it.class)));
    paragraph.show(move || run.with(|run| trouble(run, || app.now())).is_some());
    paragraph.find("strong").bind(say(|it| it.title));
    paragraph.find("span").bind(say(|it| it.detail));
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Billed, Problem, ProblemCode};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::board::card::tests::run;

    fn words(state: RunState, code: Option<ProblemCode>) -> String {
        let problem = code.map(|code| Problem::new(code).detail("What happened"));
        let run = Run { problem, expires_at: Some(Timestamp::from_ms(7 * 86_400_000)), ..run(state) };
        let said = trouble(&run, || Timestamp::from_ms(86_000_000));
        said.map(|it| format!("[{}] {}{}", it.class, it.title, it.detail)).unwrap_or_default()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_trouble_says_what_happened_and_what_it_costs() {
        for (state, code, expected) in [
            (
                RunState::Unknown,
                ProblemCode::AnswerLost,
                "[unsure] We don't know yet whether this was billed. What happened. The $0.08 stay set aside until that is known.",
            ),
            (
                RunState::Rejected,
                ProblemCode::NeverArrived,
                "[] It never reached the vendor. What happened. It was not billed.",
            ),
            (
                RunState::Rejected,
                ProblemCode::GivenUp,
                "[] Given up. What happened. As far as we know it was not billed.",
            ),
            (
                RunState::Withdrawn,
                ProblemCode::Restored,
                "[mild] Taken back after a restore. What happened. As far as we know it was not billed.",
            ),
            (
                RunState::Completed,
                ProblemCode::PicturesDelayed,
                "[unsure] The pictures cannot be fetched yet. What happened. The vendor deletes them in 6 days.",
            ),
            (RunState::Running, ProblemCode::KeyRefused, "[unsure] The vendor refused the API key. What happened."),
            (
                RunState::Queued,
                ProblemCode::RateLimited,
                "[unsure] The vendor's account allows no more at the moment. What happened.",
            ),
        ] {
            assert_eq!(words(state, Some(code)), expected);
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_that_is_well_says_nothing_and_another_speaks_for_itself_where_the_proxy_has_no_words() {
        for state in [RunState::Queued, RunState::Running, RunState::Completed, RunState::Archived] {
            assert_eq!(words(state, None), "");
        }
        assert_eq!(words(RunState::Withdrawn, None), "[mild] Withdrawn before it was sent. It was not billed.");
        let mut fewer = run(RunState::Archived);
        fewer.images.pop();
        let said = trouble(&fewer, Timestamp::default).expect("one is missing");
        assert_eq!((said.title.as_str(), said.detail.as_str()), ("1 of 2 images arrived.", " It was billed: $0.08."));
        fewer.state = RunState::Expired;
        fewer.problem = Some(Problem::new(ProblemCode::NoPictures).detail("WaveSpeed handed over 1 image"));
        let said = trouble(&fewer, Timestamp::default).expect("one is missing");
        assert_eq!(said.title, "1 of 2 images arrived.");
        assert!(said.detail.starts_with(" WaveSpeed handed over 1 image."), "{}", said.detail);
        (fewer.state, fewer.problem) = (RunState::Archived, None);
        fewer.request.input.remove("num_images");
        assert_eq!(trouble(&fewer, Timestamp::default), None, "nobody promised more");
        let lost = trouble(&run(RunState::Unknown), Timestamp::default).expect("it is lost");
        assert_eq!(lost.detail, " We keep looking for it at the vendor. The $0.08 stay set aside until that is known.");
        let refunded = Run { billed: Billed::Refunded, ..run(RunState::Failed) };
        let said = trouble(&refunded, Timestamp::default).expect("it failed");
        assert_eq!(said.detail.trim(), "The $0.08 were refunded.");
    }
}
