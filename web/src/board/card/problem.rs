//! What is wrong with a run, in plain words: what happened, what happens next, what it costs, and the one thing to do about it.

use imagen4_core::{ProblemCode, Run, RunState, Timestamp};

use crate::format::duration::rough;
use crate::state::runs::money::verdict;

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It came to nothing.
    Problem,
    /// It may go on, or nobody knows.
    Warning,
    /// Nothing failed, and all the same it is not what was asked for.
    Notice,
}

/// What is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// How seriously.
    pub severity: Severity,
    /// What happened, in a sentence.
    pub title: String,
    /// The rest.
    pub detail: String,
    /// What WaveSpeed's support asks for.
    pub prediction: Option<String>,
}

/// What a card offers first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The same once more may work.
    TryAgain,
    /// Only another prompt, or another model, can.
    EditPrompt,
    /// WaveSpeed is asked again.
    CheckAgain,
}

/// What is wrong with `run`. A run in progress can be in trouble without having failed; a queued one says itself what it waits for.
pub fn trouble(run: &Run, now: Timestamp) -> Option<Trouble> {
    let (severity, title) = match run.state {
        RunState::Unknown => (Severity::Warning, "Billing status unknown"),
        RunState::Failed | RunState::Expired | RunState::Rejected => (Severity::Problem, "Failed"),
        RunState::Withdrawn => (Severity::Notice, "Canceled"),
        RunState::Submitting | RunState::Running | RunState::Completed if run.problem.is_some() => {
            (Severity::Warning, "")
        }
        RunState::Archived => (Severity::Notice, ""),
        _ => return None,
    };
    let arrived = arrived(run);
    if run.state == RunState::Archived && arrived.is_none() {
        return None;
    }
    let problem = run.problem.as_ref();
    let mut detail = Vec::new();
    detail.push(match problem {
        // What is missing is said once.
        Some(problem) if arrived.is_some() && problem.code == ProblemCode::NoPictures => {
            "WaveSpeed did not deliver the rest. Contact its support with the prediction ID.".to_owned()
        }
        Some(problem) if arrived.is_some() && problem.code == ProblemCode::PicturesExpired => {
            "WaveSpeed deleted the rest before it could be saved.".to_owned()
        }
        // The server's words say how it goes on, where it has any.
        _ => sentence(problem.and_then(|problem| problem.detail.as_deref()).unwrap_or(match run.state {
            RunState::Unknown => "Still looking for it on WaveSpeed",
            RunState::Running => "It continues on WaveSpeed",
            _ => "",
        })),
    });
    detail.push(match run.state {
        RunState::Completed => run.expires_at.map(|at| deletion(at, now)).unwrap_or_default(),
        RunState::Submitting | RunState::Running => String::new(),
        _ => verdict(run, now),
    });
    detail.retain(|words| !words.is_empty());
    let is_done = matches!(run.state, RunState::Expired | RunState::Archived);
    let title = match arrived.filter(|_| is_done) {
        Some(words) => words,
        None => sentence(problem.map_or(title, |problem| &problem.title)),
    };
    let prediction = run.prediction.as_ref().map(|it| it.id.clone()).filter(|id| !id.is_empty());
    Some(Trouble { severity, title, detail: detail.join(" "), prediction })
}

/// What a run without images that has ended, or that nobody knows of, offers first.
pub fn remedy(run: &Run) -> Option<Remedy> {
    match run.state {
        RunState::Unknown => Some(Remedy::CheckAgain),
        RunState::Failed | RunState::Expired | RunState::Rejected | RunState::Withdrawn if run.images.is_empty() => {
            let is_retryable = run.problem.as_ref().is_none_or(|problem| problem.retryable);
            Some(if is_retryable { Remedy::TryAgain } else { Remedy::EditPrompt })
        }
        _ => None,
    }
}

/// `3 of 4 images arrived.`, of a run that did not bring what it promised, but something.
fn arrived(run: &Run) -> Option<String> {
    let (promised, came) = (run.request.promised()? as usize, run.images.len());
    (1..promised).contains(&came).then(|| format!("{came} of {promised} images arrived."))
}

fn deletion(at: Timestamp, now: Timestamp) -> String {
    match at.ms_since(now) {
        0 => "WaveSpeed may have deleted them by now.".to_owned(),
        ms => format!("WaveSpeed deletes them in {}.", rough(ms)),
    }
}

fn sentence(text: &str) -> String {
    match text.trim_end() {
        text if text.is_empty() || text.ends_with(['.', '!', '?', '…']) => text.to_owned(),
        text => format!("{text}."),
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Billed, Problem};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    fn said(run: &Run) -> String {
        trouble(run, Timestamp::from_ms(2_000_000)).map(|it| format!("{} {}", it.title, it.detail)).unwrap_or_default()
    }

    fn of(state: RunState, code: ProblemCode) -> Run {
        let problem = Problem { title: "What happened".into(), ..Problem::new(code).detail("Why, and what to do") };
        Run { problem: Some(problem), expires_at: Some(Timestamp::from_ms(7 * 86_400_000)), ..run(state) }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_problem_says_what_happened_and_what_it_costs() {
        for (state, code, money) in [
            (RunState::Unknown, ProblemCode::AnswerLost, " $0.08 stays reserved until that is known."),
            (RunState::Rejected, ProblemCode::NeverArrived, " Not charged."),
            (RunState::Rejected, ProblemCode::GivenUp, " Not charged, as far as we know."),
            (RunState::Withdrawn, ProblemCode::Restored, " Not charged, as far as we know."),
            (RunState::Failed, ProblemCode::ContentRefused, " Charged $0.08; refund expected within 3 hours."),
            (RunState::Completed, ProblemCode::PicturesDelayed, " WaveSpeed deletes them in 6 days."),
            (RunState::Running, ProblemCode::KeyRefused, ""),
        ] {
            assert_eq!(said(&of(state, code)), format!("What happened. Why, and what to do.{money}"));
        }
        assert_eq!(trouble(&of(RunState::Queued, ProblemCode::RateLimited), Timestamp::default()), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_that_is_well_says_nothing_and_another_speaks_for_itself_where_the_server_has_no_words() {
        for state in [RunState::Queued, RunState::Running, RunState::Completed, RunState::Archived] {
            assert_eq!(said(&run(state)), "");
        }
        assert_eq!(said(&run(RunState::Withdrawn)), "Canceled. Not charged.");
        let unknown =
            "Billing status unknown. Still looking for it on WaveSpeed. $0.08 stays reserved until that is known.";
        assert_eq!(said(&run(RunState::Unknown)), unknown);
        let refunded = Run { billed: Billed::Refunded, ..run(RunState::Failed) };
        assert_eq!(said(&refunded), "Failed. $0.08 was refunded.");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_missing_is_said_once() {
        let mut fewer = run(RunState::Archived);
        fewer.images.pop();
        assert_eq!(said(&fewer), "1 of 2 images arrived. Charged $0.08.");
        fewer.state = RunState::Expired;
        fewer.problem = Some(Problem::new(ProblemCode::NoPictures).detail("1 of 2 images were not handed over"));
        let words = said(&fewer);
        assert_eq!(words.matches("of 2").count(), 1, "{words}");
        assert!(trouble(&fewer, Timestamp::default()).is_some_and(|it| it.prediction.as_deref() == Some("p")));
        assert_eq!(remedy(&fewer), None, "what arrived is there to be used");
        (fewer.state, fewer.problem) = (RunState::Archived, None);
        fewer.request.input.remove("num_images");
        assert_eq!(said(&fewer), "", "nobody promised more");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_cannot_work_again_is_not_offered_again() {
        let of = |state, code| remedy(&of(state, code));
        assert_eq!(of(RunState::Failed, ProblemCode::ContentRefused), Some(Remedy::EditPrompt));
        assert_eq!(of(RunState::Rejected, ProblemCode::Refused), Some(Remedy::EditPrompt));
        assert_eq!(of(RunState::Failed, ProblemCode::GenerationFailed), Some(Remedy::TryAgain));
        assert_eq!(of(RunState::Unknown, ProblemCode::AnswerLost), Some(Remedy::CheckAgain));
        assert_eq!(remedy(&run(RunState::Withdrawn)), Some(Remedy::TryAgain));
        for state in [RunState::Queued, RunState::Running, RunState::Archived] {
            assert_eq!(remedy(&run(state)), None);
        }
    }
}
