//! What may truthfully be said of a run's cost.

use imagen4_core::{Billed, ProblemCode, Run};

/// The price, and its state where that is not plainly "paid".
pub fn price_chip(run: &Run) -> String {
    let price = run.price_microusd;
    if run.is_sample() {
        return format!("{price} · not charged");
    }
    match run.billed {
        _ if run.state.holds_money() => format!("{price} held"),
        Billed::No => format!("{price} · {}", doubt(run).unwrap_or("not billed")),
        Billed::Unknown => format!("{price} held"),
        Billed::Yes => price.to_string(),
        Billed::RefundExpected => format!("{price} · refund expected"),
        Billed::Refunded => format!("{price} · refunded"),
    }
}

/// Whether a run that went wrong costs anything.
pub fn verdict(run: &Run) -> String {
    let price = run.price_microusd;
    if run.is_sample() {
        return "It was a sample: nothing is charged.".to_owned();
    }
    match run.billed {
        Billed::No if doubt(run).is_some() => "As far as we know it was not billed.".to_owned(),
        Billed::No => "It was not billed.".to_owned(),
        Billed::Unknown => format!("The {price} stay set aside until that is known."),
        Billed::Yes => format!("It was billed: {price}."),
        Billed::RefundExpected => format!("{price} was billed."),
        Billed::Refunded => format!("The {price} were refunded."),
    }
}

/// Why "not billed" would be more than anybody knows: the run was let go, and nothing proves that it is absent.
fn doubt(run: &Run) -> Option<&'static str> {
    match run.problem.as_ref()?.code {
        ProblemCode::GivenUp => Some("given up"),
        ProblemCode::Restored => Some("taken back"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Problem, RunState};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::board::card::tests::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_price_is_never_called_paid_before_it_is() {
        assert_eq!(price_chip(&run(RunState::Queued)), "$0.08 held");
        assert_eq!(price_chip(&run(RunState::Unknown)), "$0.08 held");
        assert_eq!(price_chip(&run(RunState::Archived)), "$0.08");
        assert_eq!(price_chip(&run(RunState::Rejected)), "$0.08 · not billed");
        assert_eq!(price_chip(&run(RunState::Failed)), "$0.08 · refund expected");
        assert_eq!(price_chip(&Run { billed: Billed::Refunded, ..run(RunState::Failed) }), "$0.08 · refunded");
        let given_up = Run { problem: Some(Problem::new(ProblemCode::GivenUp)), ..run(RunState::Rejected) };
        assert_eq!(price_chip(&given_up), "$0.08 · given up");
        let sample = Run { upstream: "embedded".into(), ..run(RunState::Archived) };
        assert_eq!(price_chip(&sample), "$0.08 · not charged");
    }
}
