//! WaveSpeed's object, read tolerantly: what its documents, its SDKs and its real answers disagree about is accepted
//! in every form seen, and any other bytes are an error, never a panic.
//!
//! # Layout
//! - [`Envelope`]: `{code, message, data}` around every answer; [`error_message`] for bodies that are none
//! - [`Prediction`], [`PredictionStatus`], [`Output`]: what is in `data`

mod envelope;
mod status;

pub use envelope::{Envelope, Unreadable, error_message};
pub use status::PredictionStatus;

use serde_json::Value;

use crate::Timestamp;
use crate::json::integer;

/// Most characters kept of a text that WaveSpeed chose.
const MAX_TEXT_CHARS: usize = 500;

/// One prediction as WaveSpeed last told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// WaveSpeed's id.
    pub id: String,
    /// The model that works on it; empty when not told.
    pub model: String,
    /// How far it is.
    pub status: PredictionStatus,
    /// The images, in order; empty until `completed`.
    pub outputs: Vec<Output>,
    /// Whether each output was flagged as not safe for work; may be shorter than `outputs`.
    pub nsfw: Vec<bool>,
    /// When WaveSpeed accepted it.
    pub created_at: Option<Timestamp>,
    /// Why it failed, in WaveSpeed's words.
    pub error: Option<String>,
    /// WaveSpeed's task code: 0 is fine, 1200 moderation, 5004 a synchronous wait that ran out.
    pub task_code: Option<i64>,
    /// Time the model took, in milliseconds.
    pub inference_ms: Option<u64>,
    /// The inputs, where WaveSpeed repeats them.
    pub input: Option<Value>,
}

/// One image as WaveSpeed hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// An address to fetch it from.
    Url(String),
    /// The image itself in base64, with or without a `data:` prefix.
    Inline(String),
    /// Nothing that can be read; it keeps its place, because flags and image numbers count places.
    Unreadable,
}

impl Prediction {
    /// Reads a whole answer.
    ///
    /// # Errors
    /// [`Unreadable`] when the bytes are no envelope with a prediction that has an id.
    pub fn from_answer(body: &[u8]) -> Result<Self, Unreadable> {
        match Envelope::read(body)? {
            Envelope::Data(data) => Self::from_data(&data),
            Envelope::Refused { code, message } => Err(Unreadable::new(format!("code {code}: {message}"))),
        }
    }

    /// Reads what stands under `data`, or an item of a list.
    ///
    /// # Errors
    /// [`Unreadable`] when there is no usable id.
    pub fn from_data(data: &Value) -> Result<Self, Unreadable> {
        let text = |name: &str| data.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let id = text("id").filter(|id| is_id(id)).ok_or_else(|| Unreadable::new("no prediction id"))?;
        let millis = |value: Option<&Value>| value.and_then(Value::as_f64).filter(|ms| *ms > 0.0).map(|ms| ms as u64);
        Ok(Self {
            id: id.to_owned(),
            model: text("model").unwrap_or_default().to_owned(),
            status: text("status").map_or(PredictionStatus::Created, PredictionStatus::from_wire),
            outputs: outputs(data.get("outputs")),
            nsfw: flags(data.get("has_nsfw_contents")),
            created_at: text("created_at").and_then(|at| at.parse().ok()),
            error: text("error").map(shorten),
            task_code: data.get("code").and_then(integer),
            inference_ms: millis(data.pointer("/timings/inference")).or_else(|| millis(data.get("executionTime"))),
            input: data.get("input").filter(|input| input.is_object()).cloned(),
        })
    }

    /// How many outputs can be had.
    pub fn readable_outputs(&self) -> usize {
        self.outputs.iter().filter(|output| **output != Output::Unreadable).count()
    }

    /// Whether image `index` was flagged.
    pub fn is_nsfw(&self, index: usize) -> bool {
        self.nsfw.get(index).copied().unwrap_or(false)
    }
}

/// Ids go into paths: letters, digits, `-` and `_` only.
fn is_id(id: &str) -> bool {
    id.len() <= 128 && id.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
}

fn outputs(value: Option<&Value>) -> Vec<Output> {
    match value {
        Some(Value::Array(items)) => items.iter().map(|item| output(item).unwrap_or(Output::Unreadable)).collect(),
        Some(one) => output(one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn output(value: &Value) -> Option<Output> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(object) => ["url", "uri", "image", "image_url", "b64_json", "base64"]
            .iter()
            .find_map(|key| object.get(*key)?.as_str())?,
        _ => return None,
    };
    let text = text.trim_ascii();
    let is_url = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    match text {
        "" => None,
        url if is_url("https://") || is_url("http://") => Some(Output::Url(url.to_owned())),
        inline => Some(Output::Inline(inline.to_owned())),
    }
}

fn flags(value: Option<&Value>) -> Vec<bool> {
    match value {
        Some(Value::Array(items)) => items.iter().map(|item| item.as_bool().unwrap_or(false)).collect(),
        Some(Value::Bool(flag)) => vec![*flag],
        _ => Vec::new(),
    }
}

/// Cuts a text that somebody else chose and drops its control characters.
fn shorten(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').take(MAX_TEXT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(data: Value) -> Prediction {
        Prediction::from_data(&data).expect("readable")
    }

    #[test]
    fn the_documented_answer() {
        let answer = json!({"code": 200, "message": "success", "data": {
            "id": "e6832d4abffb4d79bfbca19783fca133", "model": "wavespeed-ai/imagen4", "outputs": [],
            "urls": {"get": "https://api.wavespeed.ai/x"}, "has_nsfw_contents": [], "status": "created",
            "created_at": "2025-05-19T06:09:15.948268264Z", "error": "", "timings": {"inference": 0}}});
        let prediction = Prediction::from_answer(answer.to_string().as_bytes()).expect("readable");
        assert_eq!(prediction.status, PredictionStatus::Created);
        assert_eq!(prediction.created_at.map(|at| at.to_string()).as_deref(), Some("2025-05-19T06:09:15.948Z"));
        assert_eq!((prediction.error, prediction.inference_ms), (None, None));
    }

    #[test]
    fn every_form_of_outputs_that_was_seen() {
        let url = |text: &str| Output::Url(text.to_owned());
        for (outputs, expected) in [
            (json!(["https://a/1.jpeg", "https://a/2.jpeg"]), vec![url("https://a/1.jpeg"), url("https://a/2.jpeg")]),
            (json!("https://a/1.jpeg"), vec![url("https://a/1.jpeg")]),
            (json!([{"url": "https://a/1.jpeg", "width": 8}]), vec![url("https://a/1.jpeg")]),
            (json!(["/9j/4AAQ"]), vec![Output::Inline("/9j/4AAQ".to_owned())]),
            (json!([null, "https://a/2.jpeg"]), vec![Output::Unreadable, url("https://a/2.jpeg")]),
            (json!(null), vec![]),
            (json!(7), vec![]),
        ] {
            assert_eq!(
                read(json!({"id": "a1", "status": "completed", "outputs": outputs})).outputs,
                expected,
                "{outputs}"
            );
        }
    }

    #[test]
    fn absent_null_and_odd_fields_are_tolerated() {
        let bare = read(json!({"id": "a1"}));
        assert_eq!((bare.status, bare.outputs.len(), bare.nsfw.len()), (PredictionStatus::Created, 0, 0));
        let odd = read(json!({"id": "a1", "status": "dreaming", "has_nsfw_contents": [true, null], "timings": null,
            "urls": null, "error": null, "created_at": "soon", "executionTime": 812.4}));
        assert_eq!(odd.status, PredictionStatus::Other("dreaming".to_owned()));
        assert_eq!((odd.is_nsfw(0), odd.is_nsfw(1), odd.is_nsfw(9)), (true, false, false));
        assert_eq!(odd.inference_ms, Some(812));
    }

    #[test]
    fn an_id_that_would_change_a_path_is_refused() {
        for id in [json!("../balance"), json!("a b"), json!(""), json!(null), json!(12)] {
            assert!(Prediction::from_data(&json!({ "id": id })).is_err());
        }
    }

    #[test]
    fn a_refusal_inside_a_200_is_no_prediction() {
        assert!(Prediction::from_answer(br#"{"code":400,"message":"no","data":null}"#).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_prediction_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Prediction::from_answer(&bytes);
            let _ = error_message(&bytes);
        }

        #[test]
        fn any_json_is_a_prediction_or_an_error(outputs in "(null|\\[\\]|7|\"x\"|\\[\\{\\}\\]|\\[null\\])", status in "\\PC{0,12}", code in any::<i64>()) {
            let body = format!(r#"{{"code":{code},"data":{{"id":"a","outputs":{outputs},"status":{}}}}}"#, json!(status));
            let _ = Prediction::from_answer(body.as_bytes());
        }
    }
}
