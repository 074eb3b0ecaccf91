//! Which of the vendor's predictions a lost run is. Pure but for reading which predictions other runs have.

use imagen4_client::{BillKind, BillRow};
use imagen4_core::{Prediction, RunRequest, RunState, Timestamp};
use serde_json::{Value, json};

use crate::runner::effects::Window;
use crate::store::{MatchCandidate, ReadTx, Result, RunRecord, WriteTx};

/// How far the vendor's clock and ours may be apart, in milliseconds.
const APART_MS: u64 = 10 * 60_000;
/// Lost runs that were sent so far from each other do not contest a prediction of which only the time is known, in milliseconds.
const RIVALS_APART_MS: u64 = 12 * 3_600_000;
/// A submission is given up after a minute.
const SUBMIT_MS: u64 = 60_000;

/// What list and bills show.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Of the list.
    pub predictions: Vec<Prediction>,
    /// Of the bills.
    pub bills: Vec<BillRow>,
}

/// What that means for one run.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// Only this can be it, and it can be nobody else's.
    Found(Box<Prediction>),
    /// These could be it, or could be another run's.
    Several(Vec<String>),
    /// It is not there.
    Nothing,
}

/// When the vendor may have accepted what was sent then.
pub(super) fn window(sent_at: Timestamp) -> Window {
    Window { from: sent_at - APART_MS, to: sent_at + SUBMIT_MS + APART_MS }
}

/// Looks for a run among what list and bills show.
pub(super) fn find(tx: &WriteTx<'_>, run: &RunRecord, findings: &Findings) -> Result<Finding> {
    let (tx, upstream) = (tx.read_tx(), tx.account().upstream.as_str());
    let mut predictions: Vec<Prediction> = Vec::new();
    for prediction in &findings.predictions {
        let is_new = predictions.iter().all(|known| known.id != prediction.id);
        if is_new && tx.explains(upstream, &prediction.id)?.is_none() {
            predictions.push(prediction.clone());
        }
    }
    let mut others = Vec::new();
    for row in &findings.bills {
        // What the list shows, the list describes better.
        let Some(id) = row.prediction_id.as_ref().filter(|_| row.kind == BillKind::Deduct) else { continue };
        let is_listed = findings.predictions.iter().chain(&predictions).any(|known| known.id == *id);
        if is_listed || tx.explains(upstream, id)?.is_some() {
            continue;
        }
        match row.price == run.price {
            true => predictions.extend(on_the_bill_only(row)),
            false => others.push(id.clone()),
        }
    }
    Ok(match decide(run, &tx.rivals(upstream, Some(run.id))?, predictions) {
        // A bill may differ from its quote: what nothing else explains may be it, and is for a person to say.
        Finding::Nothing if !others.is_empty() => Finding::Several(others),
        finding => finding,
    })
}

/// Whether a prediction may be a run whose answer is still looked for: that one is settled first.
///
/// # Errors
/// When the store fails.
pub fn may_be_lost(tx: &ReadTx<'_>, upstream: &str, prediction: &Prediction) -> Result<bool> {
    let is_its = |rival: &MatchCandidate| {
        let least = if rival.is_open { Match::Possible } else { Match::Sure };
        rival.request.as_ref().is_some_and(|request| compare(request, window(rival.sent_at), prediction) >= least)
    };
    Ok(tx.rivals(upstream, None)?.iter().any(is_its))
}

/// A prediction of which nothing but its bill is known.
fn on_the_bill_only(row: &BillRow) -> Option<Prediction> {
    let prediction = Prediction::from_data(&json!({ "id": row.prediction_id })).ok()?;
    Some(Prediction { created_at: row.created_at, ..prediction })
}

/// How sure it is that a prediction is a run's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    No,
    /// Its time and model fit, and nothing else is known.
    Possible,
    /// Its inputs are the run's.
    Sure,
}

fn decide(run: &RunRecord, rivals: &[MatchCandidate], predictions: Vec<Prediction>) -> Finding {
    let compare = |prediction: &Prediction| compare(&run.request, window(run.sent_at), prediction);
    let best = predictions.iter().map(compare).max().unwrap_or(Match::No);
    if best == Match::No {
        return Finding::Nothing;
    }
    let mut candidates: Vec<Prediction> =
        predictions.into_iter().filter(|prediction| compare(prediction) == best).collect();
    let contested = candidates.iter().any(|candidate| rivals.iter().any(|rival| contests(rival, run, candidate, best)));
    // What was given up already takes more than a possibility to come back.
    let is_taken_up = run.state != RunState::Rejected || best == Match::Sure;
    match candidates.pop() {
        Some(only) if candidates.is_empty() && !contested && is_taken_up => Finding::Found(Box::new(only)),
        last => Finding::Several(candidates.into_iter().chain(last).map(|candidate| candidate.id).collect()),
    }
}

/// What may as well be another run's is nobody's to take. Where only the time is known, that is what any other open question of
/// the time may be: clocks are wrong by hours more often than by days.
fn contests(rival: &MatchCandidate, run: &RunRecord, candidate: &Prediction, best: Match) -> bool {
    let apart = rival.sent_at.ms_since(run.sent_at).max(run.sent_at.ms_since(rival.sent_at));
    match (&rival.request, best) {
        (None, Match::Possible) => apart < RIVALS_APART_MS,
        (Some(request), Match::Possible) if candidate.input.is_none() => {
            apart < RIVALS_APART_MS && is_model(request, candidate)
        }
        (Some(request), _) => compare(request, window(rival.sent_at), candidate) >= best,
        (None, _) => false,
    }
}

fn compare(request: &RunRequest, window: Window, prediction: &Prediction) -> Match {
    let in_time = if window.may_hold(prediction.created_at) { Match::Possible } else { Match::No };
    match &prediction.input {
        _ if !is_model(request, prediction) => Match::No,
        // Without a seed of its own, or one that is not repeated, it may be any of the same wording.
        Some(input) if is_input_of(request, input) => {
            match request.known_seed().is_some() && input.get("seed").is_some_and(|seed| !seed.is_null()) {
                true => Match::Sure,
                false => Match::Possible,
            }
        }
        Some(_) => Match::No,
        // Fewer pictures than were asked for do happen.
        None if request.promised().is_some_and(|promised| prediction.outputs.len() > promised as usize) => Match::No,
        None => in_time,
    }
}

fn is_model(request: &RunRequest, prediction: &Prediction) -> bool {
    prediction.model.is_empty() || prediction.model == request.model
}

/// Whether the vendor repeats the very input that was sent. What it leaves out does not count against it, nor what it adds: models fill in
/// what was not said. The prompt it must repeat.
fn is_input_of(request: &RunRequest, input: &Value) -> bool {
    let repeats =
        |name: &str, sent: &Value| match input.get(name).filter(|value| !value.is_null() && **value != json!("")) {
            Some(repeated) => is_same(sent, repeated),
            None => name != "prompt",
        };
    let is_rolled = |name: &str| name == "seed" && request.known_seed().is_none();
    request.input.iter().all(|(name, sent)| is_rolled(name) || repeats(name, sent))
}

/// `7` may come back as `7.0`, `0.7` in half as many bits, and a text without the blanks around its words.
fn is_same(sent: &Value, repeated: &Value) -> bool {
    match (sent, repeated) {
        (Value::String(sent), Value::String(repeated)) => sent.split_whitespace().eq(repeated.split_whitespace()),
        (Value::Number(sent), Value::Number(repeated)) => match (sent.as_f64(), repeated.as_f64()) {
            // Whole numbers are exact: a seed has more digits than fit into half as many bits.
            (Some(sent), Some(repeated)) if sent.fract() != 0.0 => sent as f32 == repeated as f32,
            (sent, repeated) => sent == repeated,
        },
        _ => sent == repeated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_the_same_in_another_notation_and_in_no_other() {
        let same =
            [(json!(7), json!(7.0)), (json!(0.7), json!(f64::from(0.7_f32))), (json!("a fox"), json!("a fox\n"))];
        assert!(same.iter().all(|(sent, repeated)| is_same(sent, repeated)));
        let other =
            [(json!(7), json!(8)), (json!(0.7), json!(0.71)), (json!("a fox"), json!("afox")), (json!(7), json!("7"))];
        assert!(!other.iter().any(|(sent, repeated)| is_same(sent, repeated)));
        // A seed has more digits than 32 bits of a float tell apart.
        assert!(!is_same(&json!(1_800_000_000), &json!(1_800_000_001)));
    }
}
