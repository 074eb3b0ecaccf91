//! Which of the vendor's predictions a lost run is. Pure but for reading which predictions other runs have.

use imagen4_client::{BillKind, BillRow};
use imagen4_core::{GenerationRequest, Prediction, PredictionStatus, Seed};
use serde_json::{Value, json};

use crate::dispatch::world::Window;
use crate::ledger::{Reading, Result, Standing, Writing};

/// How far the vendor's clock and ours may be apart, in milliseconds.
const APART_MS: u64 = 10 * 60_000;
/// A submission is given up after a minute.
const SUBMIT_MS: u64 = 60_000;

/// What list and bills show.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    /// Of the list.
    pub(super) predictions: Vec<Prediction>,
    /// Of the bills.
    pub(super) bills: Vec<BillRow>,
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

/// When the vendor may have accepted a run.
pub(super) fn window(run: &Standing) -> Window {
    Window { from: run.sent_at - APART_MS, to: run.sent_at + SUBMIT_MS + APART_MS }
}

/// Looks for a run among what list and bills show.
pub(super) fn find(writing: &Writing<'_>, run: &Standing, findings: &Findings) -> Result<Finding> {
    let (reading, upstream) = (writing.reading(), writing.account().upstream.as_str());
    let mut predictions: Vec<Prediction> = Vec::new();
    for prediction in &findings.predictions {
        let is_new = predictions.iter().all(|known| known.id != prediction.id);
        if is_new && reading.explains(upstream, &prediction.id)?.is_none() {
            predictions.push(prediction.clone());
        }
    }
    for row in &findings.bills {
        // What the list shows, the list describes better.
        let Some(id) = row.prediction_id.as_ref().filter(|_| row.kind == BillKind::Deduct) else { continue };
        let is_listed = findings.predictions.iter().chain(&predictions).any(|known| known.id == *id);
        if !is_listed && row.price == run.price && reading.explains(upstream, id)?.is_none() {
            predictions.extend(on_the_bill_only(row));
        }
    }
    let rivals: Vec<Standing> = reading.claimants(upstream)?.into_iter().filter(|rival| rival.id != run.id).collect();
    Ok(decide(run, &rivals, predictions))
}

/// Whether a prediction may be a run whose answer was lost: that one is settled first.
///
/// # Errors
/// When the ledger fails.
pub fn may_be_lost(reading: &Reading<'_>, upstream: &str, prediction: &Prediction) -> Result<bool> {
    Ok(reading.claimants(upstream)?.iter().any(|run| compare(run, prediction) != Match::No))
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

fn decide(run: &Standing, rivals: &[Standing], predictions: Vec<Prediction>) -> Finding {
    let best = predictions.iter().map(|prediction| compare(run, prediction)).max().unwrap_or(Match::No);
    if best == Match::No {
        return Finding::Nothing;
    }
    let mut candidates: Vec<Prediction> =
        predictions.into_iter().filter(|prediction| compare(run, prediction) == best).collect();
    // What is as good a match for another run is nobody's to take.
    let contested = candidates.iter().any(|candidate| rivals.iter().any(|rival| compare(rival, candidate) >= best));
    match candidates.pop() {
        Some(only) if candidates.is_empty() && !contested => Finding::Found(Box::new(only)),
        last => Finding::Several(candidates.into_iter().chain(last).map(|candidate| candidate.id).collect()),
    }
}

fn compare(run: &Standing, prediction: &Prediction) -> Match {
    let is_model = prediction.model.is_empty() || prediction.model == run.request.model.id;
    match &prediction.input {
        _ if !is_model => Match::No,
        Some(input) if is_input_of(&run.request, input) => {
            // Without a seed of its own it may be any of the same wording.
            let has_seed = run.request.seed.is_some_and(Seed::is_known);
            if has_seed { Match::Sure } else { in_time(run, prediction) }
        }
        Some(_) => Match::No,
        None => {
            let outputs = prediction.outputs.len();
            let is_count = prediction.status != PredictionStatus::Completed
                || outputs == 0
                || outputs == usize::from(run.request.num_images.get());
            if is_count { in_time(run, prediction) } else { Match::No }
        }
    }
}

fn in_time(run: &Standing, prediction: &Prediction) -> Match {
    if window(run).may_hold(prediction.created_at) { Match::Possible } else { Match::No }
}

/// Whether the vendor repeats what was sent; what it leaves out does not count against it.
fn is_input_of(request: &GenerationRequest, input: &Value) -> bool {
    let sent = request.vendor_input();
    let is_known = |name: &str| name != "seed" || request.seed.is_some_and(Seed::is_known);
    input.get("prompt") == sent.get("prompt")
        && ["negative_prompt", "aspect_ratio", "num_images", "seed"].iter().filter(|name| is_known(name)).all(|name| {
            let repeated = input.get(*name).filter(|value| !value.is_null() && **value != json!(""));
            repeated.is_none() || sent.get(*name).is_none() || repeated == sent.get(*name)
        })
}
