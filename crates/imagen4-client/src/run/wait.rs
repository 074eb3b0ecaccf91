//! How to wait for a prediction.

use std::time::Duration;

/// How to wait for a prediction: how often to ask, for how long, and what to put up with.
///
/// ```
/// use std::time::Duration;
/// use imagen4_client::Wait;
/// let wait = Wait::new().interval(Duration::from_millis(500)).timeout(Duration::from_secs(120));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub(super) interval: Duration,
    pub(super) timeout: Option<Duration>,
    pub(super) patience: Duration,
}

/// An interval grows to so many times itself.
const GROWTH: u32 = 5;
/// After failures it is asked at least so often, unless WaveSpeed asks for more or the interval is longer.
const SLOWEST_RETRY: Duration = Duration::from_secs(30);
/// No loop turns without a pause.
const SHORTEST: Duration = Duration::from_millis(1);

impl Default for Wait {
    fn default() -> Self {
        Self { interval: Duration::from_secs(2), timeout: None, patience: Duration::from_secs(5 * 60) }
    }
}

impl Wait {
    /// Asks after 2 seconds and then ever more rarely, at least every 10; without an end; through five minutes of failures.
    pub fn new() -> Self {
        Self::default()
    }

    /// The shortest time between two questions, 2 seconds by default, at least a millisecond. A question comes after a third
    /// of the time waited so far, but after one interval at the least and five at the most.
    pub fn interval(self, interval: Duration) -> Self {
        Self { interval: interval.max(SHORTEST), ..self }
    }

    /// How long to wait altogether; without an end by default. It is counted from the first look at what is waited for: a
    /// submission before it has a time limit of its own.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// For how long failing questions are repeated, 5 minutes by default; the time is counted anew after each answer. They
    /// are repeated after one interval, then two, four and so on up to 30 seconds, and never sooner than WaveSpeed asks for
    /// by `Retry-After`, up to the end of the patience. WaveSpeed's own refusals (a bad key) are not repeated.
    ///
    /// Up to a minute of it is also granted to an id that WaveSpeed does not know yet, and to outputs that a completed
    /// prediction does not have yet.
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// From one answer to the next question, when it was waited for `waited` already.
    pub(super) fn pause(&self, waited: Duration) -> Duration {
        (waited / 3).clamp(self.interval, self.interval.saturating_mul(GROWTH))
    }

    /// From a failure to the next question, after `failures` earlier ones in a row.
    pub(super) fn backoff(&self, failures: u32) -> Duration {
        let doubled = self.interval.saturating_mul(1 << failures.min(16));
        doubled.min(SLOWEST_RETRY.max(self.interval))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(times: &[Duration]) -> Vec<u64> {
        times.iter().map(Duration::as_secs).collect()
    }

    #[test]
    fn pauses_grow_with_what_was_waited_within_bounds() {
        let pauses = [0, 3, 9, 15, 30, 3600].map(|waited| Wait::new().pause(Duration::from_secs(waited)));
        assert_eq!(seconds(&pauses), [2, 2, 3, 5, 10, 10]);
    }

    #[test]
    fn failures_double_the_pause_up_to_half_a_minute_or_a_longer_interval() {
        let times = [0, 1, 2, 3, 4, 1000];
        assert_eq!(seconds(&times.map(|failures| Wait::new().backoff(failures))), [2, 4, 8, 16, 30, 30]);
        let rare = Wait::new().interval(Duration::from_secs(60));
        assert_eq!(seconds(&times.map(|failures| rare.backoff(failures))), [60; 6]);
    }

    #[test]
    fn there_is_always_a_pause() {
        assert_eq!(Wait::new().interval(Duration::ZERO).pause(Duration::ZERO), Duration::from_millis(1));
    }
}
