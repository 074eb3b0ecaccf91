//! Reading an event stream.

use reqwest::Method;
use serde_json::Value;

use crate::{PATIENCE, Playground};

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is about; empty for a comment.
    pub name: String,
    /// The store's revision, where it has one.
    pub id: Option<u64>,
    /// What it tells.
    pub data: Value,
}

impl Event {
    fn read(text: &str) -> Self {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
        Self {
            name: field("event:").to_owned(),
            id: field("id:").parse().ok(),
            data: serde_json::from_str(field("data:")).unwrap_or_default(),
        }
    }
}

impl Playground {
    /// Reads a stream until an event is as wanted; answers all events so far.
    ///
    /// # Panics
    /// When it does not come.
    pub async fn events(&self, last_id: Option<&str>, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut request = self.request(Method::GET, "/api/events");
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let mut response = request.send().await.expect("a stream");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut text = String::new();
        let mut events: Vec<Event> = Vec::new();
        let reading = async {
            while let Some(chunk) = response.chunk().await.expect("more") {
                text.push_str(&String::from_utf8_lossy(&chunk));
                while let Some((event, rest)) = text.split_once("\n\n") {
                    events.push(Event::read(event));
                    text = rest.to_owned();
                    if events.last().is_some_and(&wanted) {
                        return;
                    }
                }
            }
            panic!("the stream ended after {events:?}");
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the event comes");
        events
    }
}
