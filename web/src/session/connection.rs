//! What the event stream says, into the stores.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::events::message::ServerEvent;
use crate::api::events::{Connection, connect};
use crate::state::Stores;
use crate::state::config::set_if_new;

/// If no stream has come up by then, the runs are asked for without one.
const PATIENCE_MS: u32 = 500;
/// How long good news stays, in milliseconds.
const NOTICE_MS: u32 = 4_000;
/// How long after the moment the server is asked whether the account takes a request: our clock may be ahead.
const SLOT_GRACE_MS: u64 = 500;

/// Connects, and keeps the stores as the server says.
pub(super) fn keep(stores: Stores) {
    let quiet = StoredValue::new_local(None);
    connect(move |change| apply(stores, quiet, change));
    let patience = StoredValue::new_local(None);
    patience.set_value(Some(Timeout::new(PATIENCE_MS, move || {
        if !stores.runs.loaded.get_untracked() {
            refresh(stores);
        }
    })));
    watch_slot(stores);
}

/// Asks for everything that no event tells.
fn refresh(stores: Stores) {
    spawn_local(async move {
        stores.config.load().await;
        // Before the runs, above which it is shown.
        stores.runs.load_unexplained();
        stores.runs.load().await;
    });
}

fn apply(stores: Stores, quiet: StoredValue<Option<Timeout>, LocalStorage>, change: Connection) {
    let config = stores.config;
    match change {
        Connection::Open => {
            if !config.live.get_untracked() {
                stores.announcement.set("Connected again".to_owned());
                config.notice.set("Connected again. Everything is up to date.");
                quiet.set_value(Some(Timeout::new(NOTICE_MS, move || set_if_new(config.notice, ""))));
            }
            config.live.set(true);
            config.reachable.set(true);
            refresh(stores);
        }
        Connection::Down => {
            config.live.set(false);
            quiet.set_value(None);
            config.notice.set(match window().navigator().on_line() {
                true => "Connection lost. Reconnecting… Your runs continue on the server.",
                false => "You are offline. Your runs continue on the server.",
            });
            stores.announcement.set("Connection lost. Reconnecting…".to_owned());
        }
        Connection::Failed => refresh(stores),
        Connection::Event(ServerEvent::Usage(spend)) => stores.usage.today.set(Some(*spend)),
        Connection::Event(ServerEvent::Run(run)) => stores.runs.take(*run),
        Connection::Event(ServerEvent::Deleted(id)) => stores.runs.remove(id),
        Connection::Event(ServerEvent::Config) => {
            config.reload_soon();
            stores.runs.load_unexplained();
        }
    }
}

/// Asks the server again when the account should take the next request and a run waits for it.
fn watch_slot(stores: Stores) {
    let timer = StoredValue::new_local(None);
    let next = Memo::new(move |_| stores.config.next_slot_at());
    Effect::new(move || {
        timer.set_value(next.get().map(|at| {
            let wait = at.ms_since(stores.config.now_untracked()) + SLOT_GRACE_MS;
            Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
                if stores.runs.any_queued() {
                    stores.config.reload_soon();
                }
            })
        }));
    });
}
