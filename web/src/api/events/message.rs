//! What the event stream says, read tolerantly.

use imagen4_core::api::{Deleted, Spend};
use imagen4_core::{Run, RunId};

use crate::api::http::parse;

/// The names of the events that are listened for.
pub(super) const NAMES: [&str; 4] = ["run", "spend", "deleted", "config"];

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerEvent {
    /// A run is new or has changed.
    Run(Box<Run>),
    /// The money has changed.
    Usage(Box<Spend>),
    /// A run was deleted.
    Deleted(RunId),
    /// What the server knows of WaveSpeed has changed: its prices, the account, what it lists.
    Config,
}

impl ServerEvent {
    /// Reads an event; `None` for a name or a shape that this build does not know.
    pub fn read(name: &str, data: &str) -> Option<Self> {
        match name {
            "run" => parse(data).map(Self::Run),
            "spend" => parse(data).map(Self::Usage),
            "deleted" => parse(data).map(|deleted: Deleted| Self::Deleted(deleted.id)),
            "config" => Some(Self::Config),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_this_build_does_not_know_is_no_event() {
        let id = "0123456789abcdef0123456789abcdef";
        let deleted = ServerEvent::read("deleted", &format!(r#"{{"id":"{id}","new":1}}"#));
        assert_eq!(deleted, id.parse().ok().map(ServerEvent::Deleted));
        assert_eq!(ServerEvent::read("config", "{}"), Some(ServerEvent::Config));
        for (name, data) in [("deleted", "{}"), ("run", "null"), ("run", "{"), ("spend", "\u{0}"), ("balance", "{}")] {
            assert_eq!(ServerEvent::read(name, data), None, "{name} {data}");
        }
    }
}
