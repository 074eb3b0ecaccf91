//! Keeping the pictures of a completed run. Addresses do not live long, so after a failure, and after a restart, the vendor is
//! asked for new ones.

use std::sync::Arc;

use futures_util::future::join_all;
use imagen4_client::ApiError;
use imagen4_core::model::MAX_OUTPUTS;
use imagen4_core::prediction::Output;
use imagen4_core::{Prediction, RunEvent, RunId, Timestamp};

use super::problems::{delayed, expired, incomplete};
use super::watch::PollState;
use super::{Next, Outcome, Step};
use crate::runner::effects::Effects;
use crate::store::{Result, TransitionDetails, WriteTx};

/// Wait before what failed is tried again, doubled each time, and the longest such wait, in milliseconds.
const AGAIN_MS: (u64, u64) = (2_000, 15 * 60_000);
/// So many more tries that the vendor answered when its seven days are over, and the shortest wait between them, in milliseconds: the
/// clock alone may be wrong.
const LAST_TRIES: u32 = 4;
const BEYOND_MS: u64 = 60_000;
/// A list that was asked for again may lack an address for a moment: so many of them are believed.
const SHORT_LISTS: u32 = 4;

/// Pictures to be kept.
#[derive(Clone, Debug)]
pub struct Archive {
    watch: PollState,
    /// What the vendor just told; `None` asks it again.
    prediction: Option<Prediction>,
    tries: u32,
    beyond: u32,
    /// Lists that had fewer outputs than were paid for.
    short: u32,
}

impl Archive {
    /// The pictures of a prediction that is completed.
    pub(super) fn of(watch: &PollState, prediction: Option<Prediction>) -> Self {
        Self { watch: watch.clone(), prediction, tries: 0, beyond: 0, short: 0 }
    }

    /// `is_answered`: the vendor said something of it.
    fn again(&self, is_answered: bool, now: Timestamp) -> Next {
        let is_beyond = self.watch.is_beyond_retention(now);
        let wait = (AGAIN_MS.0 << self.tries.min(20)).clamp(if is_beyond { BEYOND_MS } else { 0 }, AGAIN_MS.1);
        let beyond = self.beyond + u32::from(is_beyond && is_answered);
        let again =
            Self { watch: self.watch.clone(), prediction: None, tries: self.tries + 1, beyond, short: self.short };
        Next::at(now + wait, Step::Archive(Box::new(again)))
    }
}

pub(super) async fn perform(run: RunId, fetch: Archive, effects: &impl Effects) -> Outcome {
    let prediction = match fetch.prediction.clone() {
        Some(prediction) => Ok(prediction),
        None => effects.result(&fetch.watch.prediction_id).await,
    };
    let found = Arc::new(match &prediction {
        Ok(prediction) => Found {
            kept: keep_all(run, prediction, effects).await,
            places: prediction.outputs.len().min(MAX_OUTPUTS as usize),
            is_answered: true,
        },
        Err(error) => {
            let is_answered = matches!(error, ApiError::Refused { status: 404, .. });
            Found { kept: Vec::new(), places: 0, is_answered }
        }
    });
    Outcome::new(move |tx, now| apply(tx, run, &fetch, &found, now))
}

/// What came of a try.
#[derive(Debug)]
struct Found {
    /// Which of the readable outputs are kept now.
    kept: Vec<bool>,
    /// The outputs that the vendor lists, also those that hold nothing.
    places: usize,
    /// Whether the vendor said something of it.
    is_answered: bool,
}

/// Which of the readable outputs are kept now. A place that holds nothing keeps its number: flags and pictures count places.
async fn keep_all(run: RunId, prediction: &Prediction, effects: &impl Effects) -> Vec<bool> {
    let most = MAX_OUTPUTS as usize;
    let readable =
        prediction.outputs.iter().enumerate().take(most).filter(|(_, output)| **output != Output::Unreadable);
    let kept = readable.map(|(index, output)| {
        effects.store(run, u8::try_from(index).unwrap_or(u8::MAX), output, prediction.is_nsfw(index))
    });
    join_all(kept).await
}

fn apply(tx: &mut WriteTx<'_>, run: RunId, fetch: &Archive, found: &Found, now: Timestamp) -> Result<Next> {
    if !found.kept.is_empty() && found.kept.iter().all(|kept| *kept) {
        let kept = tx.read_tx().pictures(run)?.len();
        // Where none was promised, the vendor's own list says how many there should be.
        let expected = fetch.watch.promised.unwrap_or(found.places);
        let (event, facts) = match expected.checked_sub(kept) {
            // What was told last time was heard often enough.
            Some(1..) if fetch.prediction.is_none() && fetch.short + 1 < SHORT_LISTS => {
                return Ok(Archive { short: fetch.short + 1, ..fetch.clone() }.again(true, now));
            }
            Some(missing @ 1..) => {
                (RunEvent::Expired, TransitionDetails::from(incomplete(missing, expected, &fetch.watch.prediction_id)))
            }
            _ => (RunEvent::Archived, TransitionDetails::default()),
        };
        tx.transition(run, event, facts, now)?;
        return Ok(Next::nothing());
    }
    if fetch.beyond >= LAST_TRIES {
        tx.transition(run, RunEvent::Expired, TransitionDetails::from(expired()), now)?;
        return Ok(Next::nothing());
    }
    if fetch.tries == 1 {
        tx.note_problem(run, Some(&delayed()))?;
    }
    Ok(fetch.again(found.is_answered, now))
}
