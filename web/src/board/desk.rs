//! What a person asks of the server with a button: one request at a time, and what became of it.

use imagen4_core::RunId;
use imagen4_core::api::Resolution;
use leptos::prelude::*;
use leptos::task::tick;

use crate::api;
use crate::api::order::Order;
use crate::app::App;
use crate::platform::dom;
use crate::platform::reactive::spawn;

/// Where the requests of one card or one list go through.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    app: App,
    /// Whether an answer is waited for.
    pub busy: RwSignal<bool>,
    /// Why the last request came to nothing; empty when it did not.
    pub failure: RwSignal<String>,
}

impl Desk {
    /// A desk with nothing on it.
    pub fn new(app: App) -> Self {
        Self { app, busy: RwSignal::new(false), failure: RwSignal::new(String::new()) }
    }

    /// Sends an order, unless one is on its way: the second half of a double click.
    pub fn ask(self, order: Order) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(String::new());
        spawn(async move {
            let app = self.app;
            let answer = api::ask(&order).await;
            app.server.note(&answer);
            self.busy.set(false);
            match answer {
                Ok(run) => {
                    let id = run.id;
                    app.board.take(app, run);
                    if let Some(words) = done(&order) {
                        app.say(words);
                    }
                    // The button that was pressed may be gone with its purpose: the focus goes to what came of it.
                    tick().await;
                    if dom::is_focus_lost() {
                        dom::focus(&card_id(id));
                    }
                }
                Err(error) => {
                    app.say(&error.words());
                    self.failure.set(error.words());
                }
            }
        });
    }
}

/// What is said of an order that was taken, where the run's new state does not say it.
fn done(order: &Order) -> Option<&'static str> {
    match order {
        Order::Resolve(_, Resolution::Wait) => Some("Looking for it at the vendor"),
        Order::Adopt(_) => Some("Adopted as a run"),
        Order::Withdraw(_) | Order::Resolve(..) => None,
    }
}

/// The id of a run's card.
pub fn card_id(run: RunId) -> String {
    format!("run-{run}")
}
