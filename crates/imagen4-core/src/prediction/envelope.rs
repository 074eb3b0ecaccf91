//! What stands around every answer, and what to say of a body that has no envelope.

use serde_json::Value;

use crate::json::integer;

use super::shorten;

/// The answer is not what the contract promises.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unreadable answer: {0}")]
pub struct Unreadable(String);

impl Unreadable {
    /// Unreadable for that reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// `{"code": 200, "message": "success", "data": …}`
#[derive(Clone, Debug, PartialEq)]
pub enum Envelope {
    /// What was asked for.
    Data(Value),
    /// WaveSpeed says no, whatever the HTTP status was.
    Refused {
        /// The envelope's code.
        code: i64,
        /// WaveSpeed's words.
        message: String,
    },
}

impl Envelope {
    /// Reads a whole body.
    ///
    /// # Errors
    /// [`Unreadable`] when it is not a JSON object with `data` or with another code than 200.
    pub fn read(body: &[u8]) -> Result<Self, Unreadable> {
        let mut value: Value = serde_json::from_slice(body).map_err(|_| Unreadable::new("not JSON"))?;
        let code = value.get("code").and_then(integer);
        match value.get_mut("data").map(Value::take) {
            Some(data) if !data.is_null() && matches!(code, None | Some(200)) => Ok(Self::Data(data)),
            _ => match code {
                Some(code) if code != 200 => Ok(Self::Refused { code, message: error_message(body) }),
                _ => Err(Unreadable::new("no data")),
            },
        }
    }

    /// Whether the body is a refusal in WaveSpeed's own shape, as opposed to a page of some gateway on the way.
    pub fn is_vendor_error(body: &[u8]) -> bool {
        let value = serde_json::from_slice::<Value>(body).unwrap_or_default();
        ["message", "error", "detail"].iter().any(|key| value.get(key).is_some_and(|text| !text.is_null()))
    }
}

/// WaveSpeed's words from any of its error bodies: `message`, `error`, `detail`, or the start of the text.
pub fn error_message(body: &[u8]) -> String {
    let message = match serde_json::from_slice::<Value>(body) {
        Ok(value) => ["message", "error", "detail"]
            .iter()
            .find_map(|key| match value.get(key)? {
                Value::String(text) if !text.trim().is_empty() => Some(shorten(text)),
                Value::Object(inner) => inner.get("message")?.as_str().map(shorten),
                _ => None,
            })
            .unwrap_or_default(),
        // A gateway's page: its markup tells nobody anything.
        Err(_) if body.trim_ascii_start().starts_with(b"<") => String::new(),
        Err(_) => shorten(&String::from_utf8_lossy(&body[..body.len().min(2000)])),
    };
    if message.is_empty() { "no reason given".to_owned() } else { message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_in_every_shape() {
        for (body, message) in [
            (r#"{"code":400,"message":"Insufficient credits","data":null}"#, "Insufficient credits"),
            (r#"{"error":"task not found"}"#, "task not found"),
            (r#"{"error":{"message":"nested"}}"#, "nested"),
            (r#"{"detail":"no such model"}"#, "no such model"),
            ("upstream connect error", "upstream connect error"),
            ("<html><body>502</body></html>", "no reason given"),
            ("", "no reason given"),
            ("[1,2]", "no reason given"),
        ] {
            assert_eq!(error_message(body.as_bytes()), message);
        }
    }

    #[test]
    fn only_the_vendors_own_shape_is_its_refusal() {
        assert!(Envelope::is_vendor_error(br#"{"code":401,"message":"Invalid API key","data":null}"#));
        assert!(!Envelope::is_vendor_error(b"<html>403 Forbidden</html>"));
        assert!(!Envelope::is_vendor_error(br#"{"code":403}"#));
    }

    #[test]
    fn a_code_other_than_200_is_a_refusal_even_with_data() {
        let refused = Envelope::read(br#"{"code":1401,"message":"bad","data":{"id":"a"}}"#);
        assert_eq!(refused, Ok(Envelope::Refused { code: 1401, message: "bad".to_owned() }));
        assert!(Envelope::read(br#"{"code":200,"message":"success","data":null}"#).is_err());
    }
}
