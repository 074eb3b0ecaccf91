//! Claiming queued runs for submission, within what the account allows.

use imagen4_core::{GenerationRequest, RunEvent, RunId, Timestamp};
use rusqlite::params;

use super::read::{request, run_id};
use super::{Facts, Reading, Result, Writing};

/// The window of the pictures-a-minute limit.
const MINUTE_MS: u64 = 60_000;
/// A run whose answer was lost may be working at the vendor; after this long it is taken to be done with.
const UNKNOWN_HOLDS_SLOT_MS: u64 = 120_000;

/// What the account allows at once; `None` is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// Pictures a minute.
    pub images_per_minute: Option<u32>,
    /// Predictions at a time.
    pub max_concurrent: Option<u32>,
}

/// A run that is about to be sent: it is `submitting` in the ledger.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The run.
    pub id: RunId,
    /// What to send.
    pub request: GenerationRequest,
    /// When it was accepted here.
    pub created_at: Timestamp,
}

/// The runs that may leave now, and when to look again.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// To be sent.
    pub runs: Vec<Claimed>,
    /// When the next one may leave; `None` when only another run's end can tell, or when nothing waits.
    pub next_at: Option<Timestamp>,
}

impl Writing<'_> {
    /// Moves every queued run that may leave now to `submitting`, the oldest first.
    ///
    /// # Errors
    /// When the ledger fails; then no run was claimed.
    pub fn claim_due(&mut self, slots: Slots, now: Timestamp) -> Result<Claim> {
        let mut claim = Claim::default();
        for (run, not_before) in self.queued()? {
            let (id, request) = (run.id, &run.request);
            let free_at =
                self.reading().slot_at(&self.account.upstream, slots, u32::from(request.num_images.get()), now)?;
            match free_at {
                Some(at) if at <= now && not_before <= now => {
                    self.transition(id, RunEvent::Dispatched, Facts::default(), now)?;
                    claim.runs.push(run);
                }
                Some(at) => {
                    let at = at.max(not_before);
                    claim.next_at = Some(claim.next_at.map_or(at, |earlier| earlier.min(at)));
                    // First come, first served: nobody overtakes a run that waits for a slot.
                    if at > not_before {
                        break;
                    }
                }
                None => break,
            }
        }
        Ok(claim)
    }

    fn queued(&self) -> Result<Vec<(Claimed, Timestamp)>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, request, not_before, created_at FROM runs WHERE upstream = ?1 AND state = 'queued' ORDER BY seq LIMIT 200",
        )?;
        let rows = statement.query_map([&self.account.upstream], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
        })?;
        rows.map(|row| {
            let (id, text, not_before, created_at) = row?;
            let created_at = Timestamp::from_ms(created_at);
            Ok((Claimed { id: run_id(&id)?, request: request(&text)?, created_at }, Timestamp::from_ms(not_before)))
        })
        .collect()
    }
}

impl Reading<'_> {
    /// When a run of `images` pictures could leave: now or later; `None` when that depends on another run's end.
    ///
    /// # Errors
    /// When the ledger fails.
    pub fn slot_at(&self, upstream: &str, slots: Slots, images: u32, now: Timestamp) -> Result<Option<Timestamp>> {
        if let Some(most) = slots.max_concurrent {
            let busy: u32 = self
                .connection
                .prepare_cached(
                    "SELECT count(*) FROM runs WHERE upstream = ?1
                     AND (state IN ('submitting', 'running') OR (state = 'unknown' AND submitted_at > ?2))",
                )?
                .query_row(params![upstream, (now - UNKNOWN_HOLDS_SLOT_MS).ms()], |row| row.get(0))?;
            if busy >= most {
                return Ok(None);
            }
        }
        let Some(allowance) = slots.images_per_minute else { return Ok(Some(now)) };
        let mut statement = self.connection.prepare_cached(
            "SELECT submitted_at, num_images FROM runs WHERE upstream = ?1 AND submitted_at > ?2 ORDER BY submitted_at DESC",
        )?;
        let sent = statement.query_map(params![upstream, (now - MINUTE_MS).ms()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?))
        })?;
        // A run larger than the allowance waits for an empty window and goes alone.
        let mut room = allowance.saturating_sub(images);
        for row in sent {
            let (at, count) = row?;
            match room.checked_sub(count) {
                Some(left) => room = left,
                None => return Ok(Some(Timestamp::from_ms(at) + MINUTE_MS)),
            }
        }
        Ok(Some(now))
    }
}
