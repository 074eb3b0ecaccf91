//! What the event stream says, read tolerantly.

use imagen4_core::api::Spend;
use imagen4_core::{Run, RunId};

use super::json::{FromJson, Json};

/// The names of the events that are listened for.
pub const NAMES: [&str; 4] = ["run", "spend", "deleted", "config"];

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerEvent {
    /// A run is new or has changed.
    Run(Box<Run>),
    /// The money has changed.
    Spend(Spend),
    /// A run was deleted.
    Deleted(RunId),
    /// What the server knows of the vendor has changed: its prices, the account, what it lists.
    Config,
}

impl ServerEvent {
    /// Reads an event; `None` for a name or a shape that this build does not know.
    pub fn read(name: &str, data: &str) -> Option<Self> {
        let json = Json::parse(data)?;
        match name {
            "run" => Run::from_json(&json).map(|run| Self::Run(Box::new(run))),
            "spend" => Spend::from_json(&json).map(Self::Spend),
            "deleted" => json.parsed("id").map(Self::Deleted),
            "config" => Some(Self::Config),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
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
