//! Being told that another process wrote something.

use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use postgres::Config;
use postgres::fallible_iterator::FallibleIterator;

use super::CHANNEL;
use super::address::config;
use super::session::Session;
use crate::store::{Result, StoreError};

/// So long it waits for a message before it looks whether anybody still wants to know.
const PATIENCE: Duration = Duration::from_secs(1);

/// Has `changed` told of every commit that wrote something, from a thread of its own, until nobody receives it any more. A lost
/// connection is made again; that tells, too, because something may have been missed.
///
/// # Errors
/// When the address cannot be read, or the machine has no thread left.
pub(in crate::store) fn listen(url: &str, changed: Sender<()>) -> Result<()> {
    let config = config(url)?;
    let thread = thread::Builder::new().name("listen".to_owned()).spawn(move || {
        while changed.send(()).is_ok() {
            if let Err(error) = hear(&config, &changed) {
                tracing::debug!(%error, "the database does not tell of changes");
            }
            thread::sleep(PATIENCE);
        }
    });
    thread.map(drop).map_err(|error| StoreError::Unreadable(error.to_string()))
}

/// Hears messages until the connection is lost.
fn hear(config: &Config, changed: &Sender<()>) -> Result<()> {
    let mut session = Session::begin(config)?;
    session.client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
    while changed.send(()).is_ok() {
        // One is as good as many.
        session.client.notifications().timeout_iter(PATIENCE).next()?;
        if session.client.is_closed() {
            break;
        }
    }
    Ok(())
}
