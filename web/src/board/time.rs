//! When the board's time is shown anew: one timer for all cards, and none while nothing is waited for.

use crate::app::App;
use crate::platform::clock;
use crate::platform::dom::matches_media;
use crate::platform::reactive::{Signal, effect};
use crate::platform::timer::Timer;

/// How long after the moment the server is asked whether the slot is open, in milliseconds: our clock may be ahead.
const SLOT_GRACE_MS: u64 = 500;

/// Lets time pass while a run is under way, or while the account's next slot lies ahead.
pub fn keep(app: App) {
    let board = app.board;
    let any_under_way = Signal::derived(move || !board.under_way.with(Vec::is_empty));
    let slot_ahead = Signal::derived(move || {
        board.now.track();
        app.server.next_slot_at().is_some_and(|at| at > app.server.now())
    });
    let timer = Signal::new(None);
    effect(move || {
        let tick = move || board.now.set(clock::now());
        let calm = || matches_media("(prefers-reduced-motion: reduce)");
        let pace = match any_under_way.get() {
            true => Some(if calm() { 1_000 } else { 100 }),
            false => slot_ahead.get().then_some(1_000),
        };
        timer.set(pace.map(|ms| {
            tick();
            Timer::every(ms, tick)
        }));
    });
}

/// Asks the server again when the next slot should have opened and a run waits for it.
pub fn watch_slot(app: App) {
    let timer = Signal::new(None);
    effect(move || {
        timer.set(app.server.next_slot_at().map(|at| {
            let wait = at.ms_since(app.server.now()) + SLOT_GRACE_MS;
            Timer::once(i32::try_from(wait).unwrap_or(i32::MAX), move || {
                if app.board.any_queued() {
                    app.server.ask_soon();
                }
            })
        }));
    });
}
