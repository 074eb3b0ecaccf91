//! The stream of what changes. It transfers state, not history: whoever connects gets what is going on, whoever comes back
//! gets what changed meanwhile, and a copy more than needed does no harm because the larger revision wins.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use tokio_stream::wrappers::BroadcastStream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::{App, LOCAL, Shared};
use super::metrics::OpenStream;
use super::problem::ApiResult;
use crate::store::StoreEvent;

/// Proxies on the way close what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// When the browser comes back after a broken connection.
const RETRY: Duration = Duration::from_secs(1);

pub(super) fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Everything that changes, as server-sent events: first every unfinished run and the money, then `run`, `deleted`, `spend` and
/// `config` as they happen.
#[utoipa::path(get, path = "/events", tag = "events", params(
    ("Last-Event-ID" = Option<String>, Header, description = "Brings everything that changed since that event"),
), responses((status = 200, description = "A stream", content_type = "text/event-stream", body = String)))]
async fn events(State(app): Shared, headers: HeaderMap) -> ApiResult<Response> {
    let last_seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<u64>().ok());
    // First listen, then look: nothing falls between the two.
    let changes = BroadcastStream::new(app.store.subscribe());
    let (account, now) = (app.store.account().clone(), app.env.now());
    let present = app.store.read(move |tx| {
        let mut present: Vec<StoreEvent> =
            tx.runs_since(LOCAL, last_seen)?.iter().map(|run| StoreEvent::run(LOCAL, run)).collect();
        if let Some(seen) = last_seen {
            let deleted = tx.deleted_since(LOCAL, seen)?;
            present.extend(deleted.into_iter().map(|(id, revision)| StoreEvent::deleted(LOCAL, id, revision)));
        }
        present.push(StoreEvent::spend(&tx.spend(&account, now)?));
        Ok(present)
    });
    let present = stream::iter(present.await?);
    let live = changes
        // A stream that fell too far behind ends; the browser comes back with the last id that it saw.
        .take_while(|change| std::future::ready(change.is_ok()))
        .filter_map(|change| std::future::ready(change.ok()));
    let open = OpenStream::of(app.metrics.clone());
    let live = live.inspect(move |_| _ = &open);
    let stream = first().chain(present.chain(live).filter_map(|change| std::future::ready(event(change))).map(Ok));
    let sse = Sse::new(stream.take_until(app.closing.clone().cancelled_owned()))
        .keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // Buffering proxies would hold events back until there are enough of them.
    let unbuffered =
        [(HeaderName::from_static("x-accel-buffering"), "no"), (header::CACHE_CONTROL, "no-cache, no-transform")];
    Ok((unbuffered, sse).into_response())
}

fn first() -> impl Stream<Item = Result<Event, Infallible>> {
    stream::iter([Ok(Event::default().retry(RETRY).comment("hello"))])
}

fn event(change: StoreEvent) -> Option<Event> {
    match change {
        StoreEvent::Run { person, revision, json } => {
            (&*person == LOCAL).then(|| Event::default().event("run").id(revision.to_string()).data(&json))
        }
        StoreEvent::Deleted { person, revision, json } => {
            (&*person == LOCAL).then(|| Event::default().event("deleted").id(revision.to_string()).data(&json))
        }
        StoreEvent::Config => Some(Event::default().event("config").data("{}")),
        StoreEvent::Spend(json) => Some(Event::default().event("spend").data(&json)),
    }
}
