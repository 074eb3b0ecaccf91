//! Keeping the pictures of a completed run. Addresses do not live long, so after a failure, and after a restart, the vendor is
//! asked for new ones.

use std::sync::Arc;

use futures_util::future::join_all;
use imagen4_core::model::MAX_OUTPUTS;
use imagen4_core::prediction::Output;
use imagen4_core::{Prediction, RunEvent, RunId, Timestamp};

use super::ask::Watch;
use super::words::{delayed, expired, incomplete};
use super::{Errand, Next, Settlement};
use crate::dispatch::world::World;
use crate::ledger::{Facts, Result, Writing};

/// Wait before what failed is tried again, doubled each time, and the longest such wait, in milliseconds.
const AGAIN_MS: (u64, u64) = (2_000, 15 * 60_000);
/// So many more tries when the vendor's seven days are over: the clock alone may be wrong.
const LAST_TRIES: u32 = 4;

/// Pictures to be kept.
#[derive(Clone, Debug)]
pub struct Fetch {
    watch: Watch,
    /// What the vendor just told; `None` asks it again.
    prediction: Option<Prediction>,
    tries: u32,
    beyond: u32,
}

impl Fetch {
    /// The pictures of a prediction that is completed.
    pub(super) fn of(watch: &Watch, prediction: Option<Prediction>) -> Self {
        Self { watch: watch.clone(), prediction, tries: 0, beyond: 0 }
    }

    fn again(&self, now: Timestamp) -> Next {
        let wait = (AGAIN_MS.0 << self.tries.min(20)).min(AGAIN_MS.1);
        let beyond = self.beyond + u32::from(self.watch.is_beyond_retention(now));
        let again = Self { watch: self.watch.clone(), prediction: None, tries: self.tries + 1, beyond };
        Next::at(now + wait, Errand::Fetch(Box::new(again)))
    }
}

pub(super) async fn perform(run: RunId, fetch: Fetch, world: &impl World) -> Settlement {
    let prediction = match fetch.prediction.clone() {
        Some(prediction) => Some(prediction),
        None => world.result(&fetch.watch.prediction_id).await.ok(),
    };
    let outcomes = match &prediction {
        Some(prediction) => keep_all(run, prediction, world).await,
        None => Vec::new(),
    };
    let places = prediction.map_or(0, |prediction| prediction.outputs.len().min(MAX_OUTPUTS as usize));
    let outcomes = Arc::new(outcomes);
    Settlement::new(move |writing, now| settle(writing, run, &fetch, &outcomes, places, now))
}

/// Which of the readable outputs are kept now. A place that holds nothing keeps its number: flags and pictures count places.
async fn keep_all(run: RunId, prediction: &Prediction, world: &impl World) -> Vec<bool> {
    let most = MAX_OUTPUTS as usize;
    let readable =
        prediction.outputs.iter().enumerate().take(most).filter(|(_, output)| **output != Output::Unreadable);
    let kept = readable.map(|(index, output)| {
        world.keep(run, u8::try_from(index).unwrap_or(u8::MAX), output, prediction.is_nsfw(index))
    });
    join_all(kept).await
}

/// `places` are the outputs that the vendor lists, also those that hold nothing.
fn settle(
    writing: &mut Writing<'_>,
    run: RunId,
    fetch: &Fetch,
    outcomes: &[bool],
    places: usize,
    now: Timestamp,
) -> Result<Next> {
    if !outcomes.is_empty() && outcomes.iter().all(|kept| *kept) {
        let kept = writing.reading().pictures(run)?.len();
        // Where none was promised, the vendor's own list says how many there should be.
        let expected = fetch.watch.promised.unwrap_or(places);
        let (event, facts) = match expected.checked_sub(kept) {
            Some(missing @ 1..) => {
                (RunEvent::Expired, Facts::from(incomplete(missing, expected, &fetch.watch.prediction_id)))
            }
            _ => (RunEvent::Archived, Facts::default()),
        };
        writing.transition(run, event, facts, now)?;
        return Ok(Next::nothing());
    }
    if fetch.beyond >= LAST_TRIES {
        writing.transition(run, RunEvent::Expired, Facts::from(expired()), now)?;
        return Ok(Next::nothing());
    }
    if fetch.tries == 1 {
        writing.note_problem(run, Some(&delayed()))?;
    }
    Ok(fetch.again(now))
}
