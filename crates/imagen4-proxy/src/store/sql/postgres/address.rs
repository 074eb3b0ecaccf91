//! How to reach a database.

use std::time::Duration;

use postgres::Config;
use postgres::config::TargetSessionAttrs;

use crate::store::{Result, StoreError};

/// A server that does not answer for so long is taken to be gone.
const CONNECT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(15);

/// How to connect to the database at that address, and how long to wait for it.
pub(super) fn config(url: &str) -> Result<Config> {
    // What is wrong with it is not said: it may be the password.
    let unreadable = |_| StoreError::Unusable("its address cannot be read".to_owned());
    let mut config: Config = url.parse().map_err(unreadable)?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    config.keepalives_idle(SILENCE);
    // Of several hosts, the one that takes writes.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_application_name().is_none() {
        config.application_name("imagen4-proxy");
    }
    Ok(config)
}
