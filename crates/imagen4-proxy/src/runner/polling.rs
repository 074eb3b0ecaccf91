//! When to ask the vendor: soon after a prediction is likely to be done, rarely otherwise, and never too often in all.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imagen4_core::Timestamp;

/// What predictions take before anything was learned, in milliseconds: 2 to 20 s, the shorter the likelier.
const PRIOR: [u64; 8] = [1_600, 2_400, 3_600, 5_000, 7_000, 10_000, 14_000, 20_000];
/// So many questions may be asked about a prediction in the mean.
const MEAN_QUESTIONS: f64 = 3.8;
/// And so many about one, before waits only grow.
const MOST_QUESTIONS: u32 = 12;
/// After this many predictions of a model the prior says nothing any more.
const LEARNED: usize = 8;
/// Two questions are never closer, in milliseconds.
const CLOSEST_MS: u64 = 150;
/// Beyond all experience each wait is a third of what has passed already, within these bounds, in milliseconds.
const BEYOND_MS: (u64, u64) = (800, 120_000);

/// When to ask for a prediction, counted from its POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollSchedule(Vec<u64>);

impl PollSchedule {
    /// Learns from what earlier predictions of the model took, in milliseconds.
    pub fn learned(took: &[u64]) -> Self {
        let missing = LEARNED.saturating_sub(took.len());
        // Of the prior, as many as are missing, spread over it.
        let prior = (0..missing).map(|place| PRIOR[place * PRIOR.len() / missing]);
        let mut known: Vec<u64> = took.iter().copied().chain(prior).collect();
        known.sort_unstable();
        // As many questions as may be asked: the fewer of them, the later the answer.
        let plans = (1..=MOST_QUESTIONS).map(|count| spread(&known, count));
        let plan = plans.take_while(|plan| mean_questions(plan, &known) <= MEAN_QUESTIONS).last();
        Self(plan.unwrap_or_else(|| spread(&known, 1)))
    }

    /// How long to wait for the next question when `passed` milliseconds have gone by since the POST and `asked` questions were
    /// asked. A clock that was set back makes `passed` stand still; the waits grow all the same.
    pub fn wait_ms(&self, passed: u64, asked: u32) -> u64 {
        let planned = self.0.iter().find(|at| **at >= passed + CLOSEST_MS).map(|at| at - passed);
        let grown = BEYOND_MS.0 << asked.saturating_sub(MOST_QUESTIONS).min(10);
        match planned {
            Some(wait) if asked < MOST_QUESTIONS => wait,
            _ => (passed / 3).max(grown / 2).clamp(BEYOND_MS.0, BEYOND_MS.1),
        }
    }
}

/// Spreads so many questions over what predictions took, `known` being sorted. Delay and number of questions together are least
/// when their density goes with the square root of how likely a prediction ends just then, if it has not ended before: late
/// questions are cheap, because few predictions live to be asked them.
fn spread(known: &[u64], count: u32) -> Vec<u64> {
    let intervals: Vec<(f64, f64, f64)> = known
        .windows(2)
        .enumerate()
        .map(|(place, ends)| {
            let (from, length) = (ends[0] as f64, (ends[1] - ends[0]) as f64);
            let left = (known.len() - 1 - place) as f64;
            (from, length, (length / left).sqrt())
        })
        .collect();
    let whole: f64 = intervals.iter().map(|(_, _, weight)| weight).sum();
    let last = known.last().copied().unwrap_or_default();
    let at = |part: u32| {
        let mut before = whole * f64::from(part) / f64::from(count);
        for (from, length, weight) in &intervals {
            if before <= *weight && *weight > 0.0 {
                return (from + length * before / weight) as u64;
            }
            before -= weight;
        }
        last
    };
    (1..count).map(at).chain([last]).collect()
}

/// How many of a plan's questions a prediction is asked in the mean.
fn mean_questions(plan: &[u64], known: &[u64]) -> f64 {
    let asked = |took: &u64| plan.iter().position(|at| at >= took).map_or(plan.len(), |place| place + 1);
    known.iter().map(asked).sum::<usize>() as f64 / known.len().max(1) as f64
}

/// Spreads all questions over time: the more predictions are under way, the rarer each is asked for.
#[derive(Debug)]
pub struct RateLimiter {
    apart_ms: u64,
    /// Processes that ask at the same time.
    shared_by: AtomicU32,
    next: Mutex<Timestamp>,
}

impl RateLimiter {
    /// At most `per_second` questions a second.
    pub fn new(per_second: u64) -> Self {
        Self { apart_ms: 1_000 / per_second.max(1), shared_by: AtomicU32::new(1), next: Mutex::default() }
    }

    /// So many processes ask, this one included: each asks as much less.
    pub fn share_with(&self, processes: u32) {
        self.shared_by.store(processes.max(1), Ordering::Relaxed);
    }

    /// Takes the next place; how long to wait for it.
    pub fn reserve(&self, now: Timestamp) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        // A queue of places longer than a minute was made by a clock that was set back.
        let at = if next.ms_since(now) > 60_000 { now } else { (*next).max(now) };
        *next = at + self.apart_ms * u64::from(self.shared_by.load(Ordering::Relaxed));
        Duration::from_millis(at.ms_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for a prediction that takes `ms`: how often, and how late the answer is.
    fn ask(plan: &PollSchedule, ms: u64) -> (u64, u64) {
        let (mut passed, mut questions) = (0, 0);
        while passed < ms || questions == 0 {
            passed += plan.wait_ms(passed, questions as u32);
            questions += 1;
        }
        (questions, passed - ms)
    }

    /// The mean of questions and delay over predictions that take what `next` says, learning on the way.
    fn mean(runs: u64, mut next: impl FnMut(u64) -> u64) -> (f64, f64) {
        let (mut took, mut questions, mut delay) = (Vec::new(), 0, 0);
        for run in 0..runs {
            let plan = PollSchedule::learned(&took[took.len().saturating_sub(32)..]);
            let ms = next(run);
            let (its_questions, its_delay) = ask(&plan, ms);
            took.push(ms + its_delay / 2);
            questions += its_questions;
            delay += its_delay;
        }
        (questions as f64 / runs as f64, delay as f64 / runs as f64)
    }

    #[test]
    fn two_to_twenty_seconds_take_four_questions() {
        // An even spread, in an order that repeats only after all were there.
        let (questions, delay) = mean(1_000, |run| 2_000 + run * 7_919 % 18_001);
        assert!(questions <= 4.0, "{questions} questions, {delay} ms late");
        assert!(delay < 1_600.0, "{questions} questions, {delay} ms late");
    }

    #[test]
    fn what_takes_the_same_each_time_is_known_at_once_soon() {
        let (questions, delay) = mean(200, |_| 2_000);
        assert!(questions < 2.5 && delay < 150.0, "{questions} questions, {delay} ms late");
        let (questions, delay) = mean(200, |run| 5_500 + run * 37 % 1_000);
        assert!(questions < 5.0 && delay < 250.0, "{questions} questions, {delay} ms late");
    }

    #[test]
    fn what_takes_longer_than_ever_is_asked_for_ever_more_rarely() {
        let plan = PollSchedule::learned(&[]);
        let (questions, _) = ask(&plan, 600_000);
        assert!(questions < 32, "{questions}");
        assert_eq!(plan.wait_ms(10_000_000, 9), 120_000);
        assert!(plan.wait_ms(0, 20) > 60_000, "and also when the clock stands still");
    }

    #[test]
    fn many_predictions_share_the_rate() {
        let rate = RateLimiter::new(10);
        let now = Timestamp::from_ms(1_000_000);
        let waits: Vec<u64> = (0..4).map(|_| rate.reserve(now).as_millis() as u64).collect();
        assert_eq!(waits, [0, 100, 200, 300]);
        assert_eq!(rate.reserve(now + 10_000).as_millis(), 0);
        assert_eq!(rate.reserve(now - 3_600_000).as_millis(), 0, "the clock was set back");
    }
}
