//! Clocks for proxy and engine together: the vendor's hours are what a person waits for, not what a test does.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use imagen4_core::Timestamp;
use imagen4_engine::Env;

/// When most tests begin: far from midnight.
pub const NOON: Timestamp = Timestamp::from_ms(1_795_348_800_000);

/// A clock that begins at [`NOON`] and runs `factor` times faster than the machine's.
pub fn fast(factor: u32) -> Env {
    Env::accelerated(NOON, factor)
}

/// A clock that runs as fast as the machine's and is set forward by hand.
#[derive(Clone, Debug)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    /// A clock that says `start` now, and the hands to set it.
    pub fn at(start: Timestamp) -> (Self, Env) {
        let system = Env::system();
        let hands = Self(Arc::new(AtomicI64::new(start.ms() - system.now().ms())));
        let (ahead, random) = (hands.0.clone(), system.clone());
        let now = move || Timestamp::from_ms(system.now().ms() + ahead.load(Ordering::SeqCst));
        (hands, Env::new(now, move || random.random()))
    }

    /// Sets it forward by so many milliseconds.
    pub fn forward(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}
