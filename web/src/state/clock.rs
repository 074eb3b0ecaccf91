//! How often elapsed time is shown anew.

use gloo_timers::callback::Interval;
use imagen4_core::Timestamp;
use leptos::prelude::*;

use super::config::ConfigStore;
use super::time::now;

/// The time that is shown: one timer for the whole page, and none while nothing is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    config: ConfigStore,
    shown: RwSignal<Timestamp>,
    timer: StoredValue<Option<Interval>, LocalStorage>,
}

impl Clock {
    /// A clock that stands.
    pub fn new(config: ConfigStore) -> Self {
        Self { config, shown: RwSignal::new(now()), timer: StoredValue::new_local(None) }
    }

    /// The server's time, as often as elapsed time is shown anew.
    pub fn now(self) -> Timestamp {
        self.config.skew.get().server_time(self.shown.get())
    }

    /// Lets time pass in steps of so many milliseconds, or not at all.
    pub fn run_every(self, ms: Option<u32>) {
        let tick = move || self.shown.set(now());
        self.timer.set_value(ms.map(|ms| {
            tick();
            Interval::new(ms, tick)
        }));
    }
}
