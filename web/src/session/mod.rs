//! The connection to the server, and what a tab says while nobody looks at it.
//!
//! # Layout
//! - this file: starting it all; [`connection`]: what the event stream says, into the stores
//! - [`presence`]: title, icon and notifications; [`notices`]: what the person should know of the connection

pub mod connection;
pub mod notices;
pub mod presence;

use leptos::prelude::*;

pub use self::notices::Notices;
use crate::state::{Stores, settings, theme};

/// Starts everything that goes on for the life of the page.
pub fn start(stores: Stores) {
    settings::keep(stores.settings);
    theme::keep(stores.theme);
    stores.draft.keep();
    connection::keep(stores);
    presence::keep(stores);
    fit_draft_to_models(stores);
}

/// Once the models are known, it is known what the form would submit.
fn fit_draft_to_models(stores: Stores) {
    let told = Memo::new(move |_| stores.config.models.with(|models| models.told));
    Effect::new(move || {
        if told.get() {
            untrack(|| {
                stores.draft.fit_to_models();
                stores.submitter().resume();
            });
        }
    });
}
