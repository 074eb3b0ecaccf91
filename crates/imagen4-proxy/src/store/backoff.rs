//! What a 429 teaches: pause, then send less at a time for a while.

use imagen4_core::Timestamp;

use super::rules::limits::LONGEST_PAUSE_MS;
use super::sql::value::params;
use super::sql::{FromRow, Row};
use super::{RateLimits, ReadTx, Result, WriteTx};

/// After a 429 fewer predictions are sent at a time for so long.
const SLOW_MS: u64 = 10 * 60_000;

/// How far the account's limits are narrowed at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Backoff {
    pub(super) paused_until: Timestamp,
    pub(super) slow_until: Timestamp,
    pub(super) at_a_time: u32,
}

impl FromRow for Backoff {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { paused_until: row.take()?, slow_until: row.take()?, at_a_time: row.take()? })
    }
}

impl WriteTx<'_> {
    /// The vendor said 429: nothing leaves before `until`, whoever sends it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn slow_down(&mut self, until: Timestamp) -> Result<()> {
        let busy = self.read_tx().in_flight(&self.account.upstream, self.now)?;
        self.row.backoff.limited(until, busy, self.now);
        Ok(())
    }
}

impl ReadTx<'_> {
    /// The account's limits as they are now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn limits(&self, configured: RateLimits, now: Timestamp) -> Result<RateLimits> {
        let backoff: Backoff = self.sql.one("SELECT paused_until, slow_until, at_a_time FROM account", params![])?;
        Ok(backoff.narrow(configured, now))
    }
}

impl Backoff {
    /// The vendor said 429: nothing leaves before `until`, and then at most half of what was under way, `busy`. What was sent
    /// together is refused together: during the pause, another 429 says nothing new.
    pub(super) fn limited(&mut self, until: Timestamp, busy: u32, now: Timestamp) {
        // A pause that ends later than any can was made by a clock that was set back.
        let before = Some(self.paused_until).filter(|before| *before < now + LONGEST_PAUSE_MS);
        let is_paused = before.is_some_and(|before| now < before) && self.is_slow(now);
        self.paused_until = before.map_or(until, |before| before.max(until));
        if !is_paused {
            let at_most = if self.is_slow(now) { self.at_a_time } else { u32::MAX };
            self.at_a_time = (busy / 2).clamp(1, at_most);
        }
        self.slow_until = self.paused_until + SLOW_MS;
    }

    /// The limits as they are now.
    pub(super) fn narrow(&self, slots: RateLimits, now: Timestamp) -> RateLimits {
        let slower = self
            .is_slow(now)
            .then_some(self.at_a_time)
            .filter(|most| slots.max_concurrent.is_none_or(|own| *most < own));
        RateLimits {
            max_concurrent: slower.or(slots.max_concurrent),
            slow_until: slower.map(|_| self.slow_until),
            paused_until: Some(self.paused_until).filter(|until| *until > now),
            ..slots
        }
    }

    fn is_slow(&self, now: Timestamp) -> bool {
        // Further ahead than a 429 can ask for, it waits for a clock that was set back.
        now < self.slow_until && self.slow_until < now + 3 * SLOW_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    #[test]
    fn a_429_pauses_and_then_halves_for_a_while() {
        let slots = RateLimits { max_concurrent: Some(50), ..RateLimits::default() };
        let mut backoff = Backoff::default();
        assert_eq!(backoff.narrow(slots, NOW), slots);
        backoff.limited(NOW + 7_000, 20, NOW);
        let narrow = backoff.narrow(slots, NOW);
        assert_eq!((narrow.max_concurrent, narrow.paused_until), (Some(10), Some(NOW + 7_000)));
        backoff.limited(NOW + 9_000, 11, NOW + 8_000);
        assert_eq!(backoff.narrow(slots, NOW + 9_000).max_concurrent, Some(5));
        assert_eq!(backoff.narrow(slots, NOW + 9_000).paused_until, None);
        assert_eq!(backoff.narrow(slots, NOW + 9_000).slow_until, Some(NOW + 9_000 + SLOW_MS));
        let narrow = RateLimits { max_concurrent: Some(5), ..RateLimits::default() };
        assert_eq!(backoff.narrow(narrow, NOW + 9_000), narrow, "no slower than the account is anyway");
        assert_eq!(backoff.narrow(slots, NOW + 9_000 + SLOW_MS), slots);
        backoff.limited(NOW + 9_000, 3, NOW + 8_500);
        assert_eq!(backoff.narrow(slots, NOW + 9_000).max_concurrent, Some(5), "the same burst");
        // Without a limit of its own, an account gets the one that it was found to have.
        assert_eq!(backoff.narrow(RateLimits::default(), NOW + 9_000).max_concurrent, Some(5));
        backoff.limited(NOW + 10_000, 0, NOW + 10_000);
        assert_eq!(backoff.narrow(slots, NOW + 10_000).max_concurrent, Some(1));
        let mut burst = Backoff::default();
        burst.limited(NOW + 900_000, 4, NOW);
        burst.limited(NOW + 20_000, 3, NOW);
        assert_eq!(
            burst.narrow(slots, NOW).slow_until,
            Some(NOW + 900_000 + SLOW_MS),
            "never before the pause is over"
        );
        // What a clock left behind that was a day ahead does not hide the next pause.
        let day = 24 * 3_600_000;
        backoff.limited(NOW + day, 0, NOW + day);
        backoff.limited(NOW + 5_000, 0, NOW);
        assert_eq!(backoff.narrow(slots, NOW).paused_until, Some(NOW + 5_000));
    }
}
