//! What may truthfully be said of a run's cost.

use imagen4_core::{Billed, Run};

/// The price, and its state where that is not plainly "paid".
pub fn price_chip(run: &Run) -> String {
    let price = run.price_microusd;
    if run.is_sample() {
        return format!("{price} · not charged");
    }
    match run.billed {
        _ if run.state.holds_money() => format!("{price} held"),
        Billed::No => format!("{price} · not billed"),
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
        Billed::No => "It was not billed.".to_owned(),
        Billed::Unknown => format!("The {price} stay set aside until that is known."),
        Billed::Yes => format!("It was billed: {price}."),
        Billed::RefundExpected => format!("{price} was billed; the vendor refunds failed runs within 3 hours."),
        Billed::Refunded => format!("The {price} were refunded."),
    }
}
