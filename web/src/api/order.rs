//! What a person can ask of the server about a run that is there, or about one that should be.

use imagen4_core::RunId;
use imagen4_core::api::{Resolution, RunPatch};
use js_sys::encode_uri_component;

/// One request. Its answer is the run it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Take it back while it is queued.
    Withdraw(RunId),
    /// Decide about a run whose answer was lost.
    Resolve(RunId, Resolution),
    /// Mark it, or note something about it.
    Patch(RunId, RunPatch),
    /// Make a run of a prediction that no run explains; by the vendor's id.
    Adopt(String),
}

impl Order {
    /// Where it is sent.
    pub fn path(&self) -> String {
        match self {
            Self::Withdraw(run) => format!("api/runs/{run}/withdraw"),
            Self::Resolve(run, _) => format!("api/runs/{run}/resolve"),
            Self::Patch(run, _) => format!("api/runs/{run}"),
            // The vendor may put anything into its ids.
            Self::Adopt(prediction) => {
                format!("api/unexplained/{}/adopt", String::from(encode_uri_component(prediction)))
            }
        }
    }

    /// What is sent, as JSON.
    pub fn body(&self) -> String {
        match self {
            Self::Withdraw(_) | Self::Adopt(_) => "{}".to_owned(),
            Self::Patch(_, patch) => serde_json::to_string(patch).unwrap_or_default(),
            Self::Resolve(_, resolution) => serde_json::to_string(resolution).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn every_order_goes_where_the_server_listens() {
        let run = RunId::from_bits(7);
        let id = "00000000000000000000000000000007";
        for (order, path, body) in [
            (Order::Withdraw(run), format!("api/runs/{id}/withdraw"), "{}"),
            (Order::Resolve(run, Resolution::Wait), format!("api/runs/{id}/resolve"), r#"{"action":"wait"}"#),
            (Order::Resolve(run, Resolution::Release), format!("api/runs/{id}/resolve"), r#"{"action":"release"}"#),
            (
                Order::Patch(run, RunPatch { favorite: Some(true), note: None }),
                format!("api/runs/{id}"),
                r#"{"favorite":true}"#,
            ),
            (Order::Adopt("a/../b?".into()), "api/unexplained/a%2F..%2Fb%3F/adopt".into(), "{}"),
        ] {
            assert_eq!((order.path(), order.body()), (path, body.to_owned()));
        }
    }
}
