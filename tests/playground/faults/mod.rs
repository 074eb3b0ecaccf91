//! Every fault of the engine, and what the person then sees: the run's state, whether it was billed, why in plain words, and
//! the money. The engine's own bill says what is true.
//!
//! # Layout
//! - `refused`: the vendor says no
//! - `lost`: the answer to the submission does not come, or cannot be read
//! - `doubt`: lost runs that cannot be told apart, or looked for at all
//! - `limited`: 429, honest and not
//! - `ended`: predictions that end without pictures, or not as documented
//! - `asking`: questions that fail while a prediction is under way
//! - `pictures`: outputs that are late, broken, fewer, or never come

mod asking;
mod doubt;
mod ended;
mod limited;
mod lost;
mod pictures;
mod refused;

use imagen4_core::{Problem, Run, RunState, Timestamp};

/// What a person reads beside a run.
fn said(run: &Run) -> &str {
    run.problem.as_ref().and_then(|problem| problem.detail.as_deref()).unwrap_or_default()
}

/// Why it is as it is.
fn problem(run: &Run) -> &Problem {
    run.problem.as_ref().expect("a reason")
}

/// The states it went through.
fn states(run: &Run) -> Vec<RunState> {
    run.timeline.iter().map(|entry| entry.state).collect()
}

/// When it entered a state.
fn at(run: &Run, state: RunState) -> Timestamp {
    run.timeline.iter().find(|entry| entry.state == state).unwrap_or_else(|| panic!("never {state:?}: {run:?}")).at
}
