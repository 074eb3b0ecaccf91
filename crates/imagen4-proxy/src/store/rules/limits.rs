//! What the account allows at once, and what a run has to wait for.

use imagen4_core::Timestamp;
use imagen4_core::api::{HoldReason, QueueHold};

use crate::store::sql::Value;
use crate::store::sql::value::params;
use crate::store::{ReadTx, Result};

/// The window of the pictures-a-minute limit.
const MINUTE_MS: u64 = 60_000;
/// A run whose answer was lost may be working at the vendor; after this long it is taken to be done with.
const UNKNOWN_HOLDS_SLOT_MS: u64 = 120_000;
/// Nothing is ever asked to wait longer than a quarter of an hour: what waits beyond that waits for a clock that was set back.
pub(in crate::store) const LONGEST_PAUSE_MS: u64 = 16 * MINUTE_MS;

/// What the account allows at once; `None` is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    /// Pictures a minute.
    pub images_per_minute: Option<u32>,
    /// Predictions at a time.
    pub max_concurrent: Option<u32>,
    /// Nothing leaves before: the vendor asked to slow down.
    pub paused_until: Option<Timestamp>,
    /// Until then `max_concurrent` is less than the account allows: the vendor asked to slow down.
    pub slow_until: Option<Timestamp>,
}

impl ReadTx<'_> {
    /// What a run of `images` pictures would have to wait for; `None` when it could leave now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn hold(&self, upstream: &str, slots: RateLimits, images: u32, now: Timestamp) -> Result<Option<QueueHold>> {
        let in_flight = self.in_flight(upstream, now)?;
        let hold = |reason, until| Some(QueueHold { reason, until, in_flight });
        if slots.max_concurrent.is_some_and(|most| in_flight >= most) {
            let freed = self.lost_slot_freed_at(upstream, now)?;
            return Ok(match slots.slow_until {
                Some(slow) => hold(HoldReason::SlowedDown, Some(freed.map_or(slow, |at| at.min(slow)))),
                None => hold(HoldReason::MaxConcurrent, freed),
            });
        }
        let is_real = |until: &Timestamp| *until > now && *until < now + LONGEST_PAUSE_MS;
        let paused = slots.paused_until.filter(is_real);
        let full_until = self.window_full_until(upstream, slots, images, now)?;
        Ok(match (paused, full_until) {
            (Some(paused), full) if full.is_none_or(|full| full <= paused) => hold(HoldReason::Paused, Some(paused)),
            (_, Some(full)) => hold(HoldReason::ImagesPerMinute, Some(full)),
            _ => None,
        })
    }

    /// Until when `images` pictures more are too many for a minute.
    fn window_full_until(
        &self,
        upstream: &str,
        slots: RateLimits,
        images: u32,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let Some(allowance) = slots.images_per_minute else { return Ok(None) };
        // What was sent in the future was sent before the clock was set back; it must not stop the queue until then.
        let sent: Vec<(Timestamp, u32)> = self.sql.all(
            "SELECT submitted_at, num_images FROM runs WHERE upstream = ?1 AND submitted_at > ?2 AND submitted_at < ?3
             ORDER BY submitted_at DESC",
            params![upstream, now - MINUTE_MS, now + MINUTE_MS],
        )?;
        // A run larger than the allowance waits for an empty window and goes alone.
        let mut room = allowance.saturating_sub(images);
        for (at, count) in sent {
            match room.checked_sub(count) {
                Some(left) => room = left,
                None => return Ok(Some(at + MINUTE_MS)),
            }
        }
        Ok(None)
    }

    /// How many predictions the vendor may be working on. What it calls completed or does not know is none of them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn in_flight(&self, upstream: &str, now: Timestamp) -> Result<u32> {
        let (count,) = self.sql.one(
            "SELECT count(*) FROM runs WHERE upstream = ?1 AND (state = 'submitting' OR (state = 'running' AND idle = 0)
             OR (state = 'unknown' AND submitted_at > ?2 AND submitted_at < ?3))",
            &lost_lately(upstream, now),
        )?;
        Ok(count)
    }

    /// When the first run whose answer was lost stops counting as one that the vendor works on.
    fn lost_slot_freed_at(&self, upstream: &str, now: Timestamp) -> Result<Option<Timestamp>> {
        let (first,): (Option<Timestamp>,) = self.sql.one(
            "SELECT min(submitted_at) FROM runs
             WHERE upstream = ?1 AND state = 'unknown' AND submitted_at > ?2 AND submitted_at < ?3",
            &lost_lately(upstream, now),
        )?;
        Ok(first.map(|at| at + UNKNOWN_HOLDS_SLOT_MS))
    }
}

/// The time in which a run whose answer was lost was sent, if it holds a slot. What was sent in the future was sent before the
/// clock was set back.
fn lost_lately(upstream: &str, now: Timestamp) -> [Value; 3] {
    [upstream.into(), (now - UNKNOWN_HOLDS_SLOT_MS).into(), (now + UNKNOWN_HOLDS_SLOT_MS).into()]
}
