//! The server's event stream, kept for as long as the page is seen: a hidden tab gives its connection back (browsers allow six to one
//! server), and a stream that the browser has given up is opened anew.
//!
//! # Layout
//! - this file: keeping a connection; `stream`: one connection; [`message`]: what it says

pub mod message;
mod stream;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::{document, window_event_listener};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use self::message::ServerEvent;
use self::stream::{Stream, StreamEvent};

const URL: &str = "api/events";
/// A shorter break is not worth mentioning.
const DOWN_AFTER_MS: u32 = 2_000;

/// What the page is told of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// A stream is open; what happened before it must be asked for.
    Open,
    /// Something happened.
    Event(ServerEvent),
    /// An attempt failed.
    Failed,
    /// There has been no stream for two seconds.
    Down,
}

/// How long to wait before the next attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Backoff(u32);

impl Backoff {
    /// Milliseconds to wait now: 1, 2, 4, 8 and then always 10 seconds.
    fn next_ms(&mut self) -> u32 {
        let ms = (1_000 << self.0.min(4)).min(10_000);
        self.0 += 1;
        ms
    }
}

struct Link {
    on_change: Box<dyn Fn(Connection)>,
    open: RefCell<Open>,
}

#[derive(Default)]
struct Open {
    stream: Option<Stream>,
    backoff: Backoff,
    retry: Option<Timeout>,
    down: Option<Timeout>,
}

/// Opens the stream and keeps it for the life of the page.
pub fn connect(on_change: impl Fn(Connection) + 'static) {
    let link = Rc::new(Link { on_change: Box::new(on_change), open: RefCell::default() });
    link.open();
    let back_online = Rc::clone(&link);
    let _for_the_life_of_the_page = window_event_listener(ev::online, move |_| {
        // The browser would go on waiting as long as it thought while there was no network.
        if !document().hidden() {
            back_online.open.borrow_mut().backoff = Backoff::default();
            back_online.open();
        }
    });
    let on_visibility = Closure::<dyn Fn()>::new(move || {
        if document().hidden() {
            link.open.take();
        } else {
            link.open();
        }
    });
    let _never_fails =
        document().add_event_listener_with_callback("visibilitychange", on_visibility.as_ref().unchecked_ref());
    on_visibility.forget();
}

impl Link {
    fn open(self: &Rc<Self>) {
        let link = Rc::clone(self);
        let stream = Stream::open(URL, move |event| link.on_event(event));
        let mut open = self.open.borrow_mut();
        open.retry = None;
        open.stream = stream;
    }

    fn on_event(self: &Rc<Self>, event: StreamEvent) {
        let change = match event {
            StreamEvent::Message(event) => Connection::Event(*event),
            StreamEvent::Open => {
                let mut open = self.open.borrow_mut();
                open.backoff = Backoff::default();
                open.down = None;
                Connection::Open
            }
            StreamEvent::Lost | StreamEvent::Closed => {
                self.plan_retry(event == StreamEvent::Closed);
                Connection::Failed
            }
        };
        (self.on_change)(change);
    }

    fn plan_retry(self: &Rc<Self>, is_closed: bool) {
        let mut open = self.open.borrow_mut();
        if open.down.is_none() {
            let link = Rc::clone(self);
            open.down = Some(Timeout::new(DOWN_AFTER_MS, move || (link.on_change)(Connection::Down)));
        }
        if is_closed {
            let link = Rc::clone(self);
            let wait = open.backoff.next_ms();
            open.retry = Some(Timeout::new(wait, move || link.open()));
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn attempts_become_rarer_but_never_stop() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..6).map(|_| backoff.next_ms()).collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    }
}
