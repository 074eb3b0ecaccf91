//! What can be asked about one run, or about a prediction that should be one.

use imagen4_core::RunId;
use imagen4_core::api::{Resolution, RunPatch};
use js_sys::encode_uri_component;

/// One request. Its answer is the run it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunAction {
    /// Cancel it while it is queued.
    Cancel(RunId),
    /// Decide about a run whose answer was lost.
    Resolve(RunId, Resolution),
    /// Mark it as a favorite, or note something about it.
    Patch(RunId, RunPatch),
    /// Mark one of its images as a favorite, or no more.
    FavoriteImage(RunId, u8, bool),
    /// Make a run of a prediction that no run explains; by WaveSpeed's id.
    Import(String),
}

impl RunAction {
    /// Where it is sent.
    pub fn path(&self) -> String {
        match self {
            Self::Cancel(run) => format!("api/runs/{run}/withdraw"),
            Self::Resolve(run, _) => format!("api/runs/{run}/resolve"),
            Self::Patch(run, _) => format!("api/runs/{run}"),
            Self::FavoriteImage(run, index, _) => format!("api/runs/{run}/images/{index}"),
            // WaveSpeed may put anything into its ids.
            Self::Import(prediction) => {
                format!("api/unexplained/{}/adopt", String::from(encode_uri_component(prediction)))
            }
        }
    }

    /// Whether the method is PATCH; else it is POST.
    pub const fn is_patch(&self) -> bool {
        matches!(self, Self::Patch(..) | Self::FavoriteImage(..))
    }

    /// What is sent, as JSON.
    pub fn body(&self) -> String {
        match self {
            Self::Cancel(_) | Self::Import(_) => "{}".to_owned(),
            Self::Patch(_, patch) => serde_json::to_string(patch).unwrap_or_default(),
            Self::FavoriteImage(_, _, favorite) => format!(r#"{{"favorite":{favorite}}}"#),
            Self::Resolve(_, resolution) => serde_json::to_string(resolution).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn every_action_goes_where_the_server_listens() {
        let run = RunId::from_bits(7);
        let id = "00000000000000000000000000000007";
        for (action, path, body) in [
            (RunAction::Cancel(run), format!("api/runs/{id}/withdraw"), "{}"),
            (RunAction::Resolve(run, Resolution::Wait), format!("api/runs/{id}/resolve"), r#"{"action":"wait"}"#),
            (RunAction::Resolve(run, Resolution::Release), format!("api/runs/{id}/resolve"), r#"{"action":"release"}"#),
            (
                RunAction::Patch(run, RunPatch { favorite: Some(true), note: None }),
                format!("api/runs/{id}"),
                r#"{"favorite":true}"#,
            ),
            (RunAction::FavoriteImage(run, 2, false), format!("api/runs/{id}/images/2"), r#"{"favorite":false}"#),
            (RunAction::Import("a/../b?".into()), "api/unexplained/a%2F..%2Fb%3F/adopt".into(), "{}"),
        ] {
            assert_eq!((action.path(), action.body()), (path, body.to_owned()));
        }
    }
}
