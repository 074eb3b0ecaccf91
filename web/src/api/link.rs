//! Keeping an event stream for as long as the page is seen: a hidden tab gives its connection back (browsers allow six to
//! one server), and a stream that the browser has given up is opened anew.

use std::cell::RefCell;
use std::rc::Rc;

use super::events::ServerEvent;
use super::stream::{Signal, Stream};
use crate::platform::dom;
use crate::platform::timer::Timer;

const URL: &str = "api/events";
/// A shorter break is nobody's business.
const NOTICE_MS: i32 = 2_000;

/// What the page is told of its link to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A stream is up; what happened before it must be asked for.
    Up,
    /// Something happened.
    Event(ServerEvent),
    /// An attempt failed.
    Failed,
    /// There has been no stream for two seconds.
    Down,
}

/// How long to wait before the next attempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff(u32);

impl Backoff {
    /// Milliseconds to wait now: 1, 2, 4, 8 and then always 10 seconds.
    pub fn next_ms(&mut self) -> i32 {
        let ms = (1_000 << self.0.min(4)).min(10_000);
        self.0 += 1;
        ms
    }

    /// It worked.
    pub fn reset(&mut self) {
        self.0 = 0;
    }
}

struct Link {
    tell: Box<dyn Fn(News)>,
    connection: RefCell<Connection>,
}

#[derive(Default)]
struct Connection {
    stream: Option<Stream>,
    backoff: Backoff,
    retry: Option<Timer>,
    notice: Option<Timer>,
}

/// Opens the stream and keeps it for the life of the page.
pub fn keep(tell: impl Fn(News) + 'static) {
    let link = Rc::new(Link { tell: Box::new(tell), connection: RefCell::default() });
    link.open();
    let back = Rc::clone(&link);
    dom::listen(&dom::window(), "online", move |_: web_sys::Event| {
        // The browser would go on waiting as long as it thought while there was no network.
        if !dom::is_hidden() {
            back.connection.borrow_mut().backoff.reset();
            back.open();
        }
    });
    dom::listen(&dom::document(), "visibilitychange", move |_: web_sys::Event| {
        if dom::is_hidden() {
            link.connection.take();
        } else {
            link.open();
        }
    });
}

impl Link {
    fn open(self: &Rc<Self>) {
        let link = Rc::clone(self);
        let stream = Stream::open(URL, move |signal| link.hear(signal));
        let mut connection = self.connection.borrow_mut();
        connection.retry = None;
        connection.stream = stream;
    }

    fn hear(self: &Rc<Self>, signal: Signal) {
        let news = match signal {
            Signal::Event(event) => News::Event(event),
            Signal::Open => {
                let mut connection = self.connection.borrow_mut();
                connection.backoff.reset();
                connection.notice = None;
                News::Up
            }
            Signal::Lost | Signal::Closed => {
                self.plan(signal == Signal::Closed);
                News::Failed
            }
        };
        (self.tell)(news);
    }

    fn plan(self: &Rc<Self>, closed: bool) {
        let mut connection = self.connection.borrow_mut();
        if connection.notice.is_none() {
            let link = Rc::clone(self);
            connection.notice = Some(Timer::once(NOTICE_MS, move || (link.tell)(News::Down)));
        }
        if closed {
            let link = Rc::clone(self);
            let wait = connection.backoff.next_ms();
            connection.retry = Some(Timer::once(wait, move || link.open()));
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
        backoff.reset();
        assert_eq!(backoff.next_ms(), 1_000);
    }
}
