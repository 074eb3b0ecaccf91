//! Time, waiting and randomness as arguments, so that tests need neither patience nor luck.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use imagen4_core::Timestamp;

/// Where the time and random bits come from, and how long waiting takes.
#[derive(Clone)]
pub struct Env {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    random: Arc<dyn Fn() -> u128 + Send + Sync>,
    /// How many times faster than the machine's its time runs, at least 1.
    factor: u32,
    is_system: bool,
}

impl Env {
    /// The machine's clock and the operating system's random numbers.
    pub fn system() -> Self {
        Self { is_system: true, ..Self::new(system_time, system_random) }
    }

    /// Time and 128 random bits from wherever the caller likes. Waiting takes as long as it says.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        random: impl Fn() -> u128 + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), random: Arc::new(random), factor: 1, is_system: false }
    }

    /// A clock that says `start` now and runs `factor` times faster than the machine's (0 counts as 1); waiting shrinks as
    /// much. Random numbers are the operating system's.
    pub fn accelerated(start: Timestamp, factor: u32) -> Self {
        let (begun, factor) = (Instant::now(), factor.max(1));
        let now = move || {
            let ms = begun.elapsed().as_micros().saturating_mul(u128::from(factor)) / 1000;
            start + u64::try_from(ms).unwrap_or(u64::MAX)
        };
        Self { factor, ..Self::new(now, system_random) }
    }

    /// Whether its time is the machine's.
    pub const fn is_system(&self) -> bool {
        self.is_system
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// 128 random bits.
    pub fn random(&self) -> u128 {
        (self.random)()
    }

    /// Waits until `time` has passed on this clock.
    pub fn sleep(&self, time: Duration) -> impl Future<Output = ()> + Send + 'static {
        tokio::time::sleep(time / self.factor)
    }
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
}

fn system_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn system_random() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    u128::from_ne_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn an_hour_at_36_000_times_the_speed_is_a_tenth_of_a_second() {
        let (start, begun) = (Timestamp::from_ms(1_800_000_000_000), Instant::now());
        let env = Env::accelerated(start, 36_000);
        assert!(env.now() >= start);
        env.sleep(HOUR).await;
        assert!(env.now() >= start + 3_600_000, "{}", env.now());
        assert!((100..10_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_given_clock_waits_as_long_as_it_says() {
        let begun = tokio::time::Instant::now();
        Env::new(|| Timestamp::from_ms(0), || 0).sleep(HOUR).await;
        assert!(begun.elapsed() >= HOUR);
    }
}
