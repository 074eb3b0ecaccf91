//! One connection to the event stream.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

use super::message::{NAMES, ServerEvent};

/// What a connection tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StreamEvent {
    /// It is open.
    Open,
    /// Something happened.
    Message(Box<ServerEvent>),
    /// It is down, and the browser tries again by itself.
    Lost,
    /// It is down, and the browser has given up: it does so on any answer but 200.
    Closed,
}

/// An open event stream; dropping it closes it.
#[derive(Debug)]
pub(super) struct Stream {
    source: EventSource,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_state: Closure<dyn FnMut(Event)>,
}

impl Stream {
    /// Connects; `None` where the browser refuses to even try.
    pub(super) fn open(url: &str, on_event: impl Fn(StreamEvent) + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let on_event = Rc::new(on_event);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let on_event = Rc::clone(&on_event);
            move |message: MessageEvent| {
                let data = message.data().as_string().unwrap_or_default();
                if let Some(event) = ServerEvent::read(&message.type_(), &data) {
                    on_event(StreamEvent::Message(Box::new(event)));
                }
            }
        });
        let on_state = Closure::<dyn FnMut(Event)>::new({
            let source = source.clone();
            move |event: Event| {
                on_event(match (event.type_().as_str(), source.ready_state()) {
                    ("open", _) => StreamEvent::Open,
                    (_, EventSource::CLOSED) => StreamEvent::Closed,
                    _ => StreamEvent::Lost,
                });
            }
        });
        for name in NAMES {
            let _never_fails = source.add_event_listener_with_callback(name, on_message.as_ref().unchecked_ref());
        }
        source.set_onopen(Some(on_state.as_ref().unchecked_ref()));
        source.set_onerror(Some(on_state.as_ref().unchecked_ref()));
        Some(Self { source, _on_message: on_message, _on_state: on_state })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
