//! A finger that rests on something: the touch screen's second click.

use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::leptos_dom::helpers::WindowListenerHandle;
use leptos::prelude::*;
use web_sys::PointerEvent;

/// How long it rests, in milliseconds.
const LONG_MS: u32 = 500;
/// How far it may slip meanwhile, in pixels.
const SLIP: i32 = 10;

/// One finger at a time.
#[derive(Clone, Copy, Debug)]
pub struct LongPress {
    now: StoredValue<Option<Press>, LocalStorage>,
    taken: StoredValue<bool>,
}

/// A finger that is down, and what is listened for until it is up.
struct Press {
    _timer: Timeout,
    listeners: [Option<WindowListenerHandle>; 4],
}

impl std::fmt::Debug for Press {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Press")
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        self.listeners.iter_mut().filter_map(Option::take).for_each(WindowListenerHandle::remove);
    }
}

impl LongPress {
    /// No finger is down.
    pub fn new() -> Self {
        Self { now: StoredValue::new_local(None), taken: StoredValue::new(false) }
    }

    /// A pointer went down: if it is a finger and it rests, `rested` is called.
    pub fn begin(self, event: &PointerEvent, rested: impl FnOnce() + 'static) {
        self.taken.set_value(false);
        if event.pointer_type() != "touch" || !event.is_primary() {
            return;
        }
        let (x, y) = (event.client_x(), event.client_y());
        let end = move || self.now.set_value(None);
        let timer = Timeout::new(LONG_MS, move || {
            self.taken.set_value(true);
            rested();
        });
        let slip = window_event_listener(ev::pointermove, move |event| {
            if (event.client_x() - x).abs() > SLIP || (event.client_y() - y).abs() > SLIP {
                end();
            }
        });
        let up = window_event_listener(ev::pointerup, move |_| end());
        // The browser takes it for scrolling.
        let cancel = window_event_listener(ev::pointercancel, move |_| end());
        // Its own menu for what a finger rests on.
        let menu = window_event_listener(ev::contextmenu, |event| event.prevent_default());
        self.now.set_value(Some(Press { _timer: timer, listeners: [slip, up, cancel, menu].map(Some) }));
    }

    /// Whether the click that is being told ends a long press, and is none of its own.
    pub fn takes_click(self) -> bool {
        self.taken.try_update_value(std::mem::take).unwrap_or_default()
    }
}

impl Default for LongPress {
    fn default() -> Self {
        Self::new()
    }
}
