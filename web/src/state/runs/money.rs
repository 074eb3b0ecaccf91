//! What may truthfully be said of a run's cost.

use imagen4_core::{Billed, MicroUsd, ProblemCode, Run, Timestamp};

/// WaveSpeed refunds failed runs within this time, in milliseconds.
const REFUND_MS: u64 = 3 * 3_600_000;

/// The price, and its state where that is not plainly "paid". A demo has none.
pub fn price(run: &Run) -> String {
    let price = run.price_microusd;
    if run.is_sample() {
        return "demo".to_owned();
    }
    match run.billed {
        _ if run.state.holds_money() => format!("{price} reserved"),
        Billed::No => format!("{price} · {}", doubt(run).unwrap_or("not charged")),
        Billed::Unknown => format!("{price} reserved"),
        Billed::Yes => price.to_string(),
        Billed::RefundExpected => format!("{price} · refund expected"),
        Billed::Refunded => format!("{price} · refunded"),
    }
}

/// The price as [`price`] has it, and of a demo what it would be.
pub fn price_or_worth(run: &Run) -> String {
    match run.is_sample() {
        true => format!("{} · not charged", run.price_microusd),
        false => price(run),
    }
}

/// The prices of a group together: what was charged, and apart from it what is not plainly that.
pub fn total<'a>(runs: impl Iterator<Item = &'a Run>) -> Vec<String> {
    let (mut charged, mut reserved, mut refund, mut free) = Default::default();
    let mut all_demo = true;
    for run in runs {
        all_demo &= run.is_sample();
        let sum: &mut MicroUsd = match run.billed {
            _ if run.is_sample() => continue,
            _ if run.state.holds_money() => &mut reserved,
            Billed::Unknown => &mut reserved,
            Billed::Yes => &mut charged,
            Billed::RefundExpected => &mut refund,
            Billed::No | Billed::Refunded => &mut free,
        };
        *sum = *sum + run.price_microusd;
    }
    if all_demo {
        return vec!["demo".to_owned()];
    }
    let parts = [(charged, ""), (reserved, " reserved"), (refund, " refund expected")];
    let parts: Vec<_> =
        parts.into_iter().filter(|part| part.0 > MicroUsd::ZERO).map(|(sum, what)| format!("{sum}{what}")).collect();
    if parts.is_empty() { vec![format!("{free} · not charged")] } else { parts }
}

/// What a run that went wrong costs, in a sentence.
pub fn verdict(run: &Run, now: Timestamp) -> String {
    let price = run.price_microusd;
    if run.is_sample() {
        return "Demo mode: nothing is charged.".to_owned();
    }
    let is_overdue = || run.timeline.last().is_some_and(|end| now.ms_since(end.at) > REFUND_MS);
    match run.billed {
        Billed::No if doubt(run).is_some() => "Not charged, as far as we know.".to_owned(),
        Billed::No => "Not charged.".to_owned(),
        Billed::Unknown => format!("{price} stays reserved until that is known."),
        Billed::Yes => format!("Charged {price}."),
        Billed::RefundExpected if is_overdue() => format!("Charged {price}; the refund has not arrived yet."),
        Billed::RefundExpected => format!("Charged {price}; refund expected within 3 hours."),
        Billed::Refunded => format!("{price} was refunded."),
    }
}

/// Why "not charged" would be more than anybody knows: the run was let go, and nothing proves that it is absent.
fn doubt(run: &Run) -> Option<&'static str> {
    match run.problem.as_ref()?.code {
        ProblemCode::GivenUp => Some("tracking stopped"),
        ProblemCode::Restored => Some("canceled after a restore"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Problem, RunState};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    fn demo() -> Run {
        Run { upstream: "embedded".into(), ..run(RunState::Archived) }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_price_is_never_called_paid_before_it_is() {
        assert_eq!(price(&run(RunState::Queued)), "$0.08 reserved");
        assert_eq!(price(&run(RunState::Unknown)), "$0.08 reserved");
        assert_eq!(price(&run(RunState::Archived)), "$0.08");
        assert_eq!(price(&run(RunState::Rejected)), "$0.08 · not charged");
        assert_eq!(price(&run(RunState::Failed)), "$0.08 · refund expected");
        assert_eq!(price(&Run { billed: Billed::Refunded, ..run(RunState::Failed) }), "$0.08 · refunded");
        let given_up = Run { problem: Some(Problem::new(ProblemCode::GivenUp)), ..run(RunState::Rejected) };
        assert_eq!(price(&given_up), "$0.08 · tracking stopped");
        assert_eq!(price(&demo()), "demo");
        assert_eq!(price_or_worth(&demo()), "$0.08 · not charged");
        assert_eq!(price_or_worth(&given_up), "$0.08 · tracking stopped");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_group_says_what_was_charged_apart_from_what_may_be() {
        let of = |states: &[RunState]| total(states.iter().map(|state| run(*state)).collect::<Vec<_>>().iter());
        assert_eq!(of(&[RunState::Archived, RunState::Archived]), ["$0.16"]);
        assert_eq!(of(&[RunState::Running, RunState::Queued, RunState::Unknown]), ["$0.08", "$0.16 reserved"]);
        assert_eq!(of(&[RunState::Archived, RunState::Failed]), ["$0.08", "$0.08 refund expected"]);
        assert_eq!(of(&[RunState::Rejected, RunState::Withdrawn]), ["$0.16 · not charged"]);
        assert_eq!(total([demo(), demo()].iter()), ["demo"]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_refund_is_expected_only_as_long_as_it_may_come() {
        let failed = run(RunState::Failed);
        let end = failed.timeline[0].at;
        assert_eq!(verdict(&failed, end + 1_000), "Charged $0.08; refund expected within 3 hours.");
        assert_eq!(verdict(&failed, end + REFUND_MS + 1), "Charged $0.08; the refund has not arrived yet.");
        assert_eq!(verdict(&run(RunState::Unknown), end), "$0.08 stays reserved until that is known.");
        assert_eq!(verdict(&Run { state: RunState::Failed, ..demo() }, end), "Demo mode: nothing is charged.");
    }
}
