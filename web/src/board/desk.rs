//! What a person asks of the server with a button: one request at a time, and what became of it.

use imagen4_core::api::Resolution;
use imagen4_core::{RunId, Timestamp};
use leptos::task::tick;

use crate::api;
use crate::api::order::Order;
use crate::app::App;
use crate::composer::armed::ONE_PRESS_MS;
use crate::platform::clock;
use crate::platform::dom;
use crate::platform::reactive::{Signal, spawn};

/// Where the requests of one card or one list go through.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    app: App,
    pressed: Signal<Timestamp>,
    /// Whether an answer is waited for.
    pub busy: Signal<bool>,
    /// Why the last request came to nothing; empty when it did not.
    pub failure: Signal<String>,
    /// Whether the last request was taken.
    pub taken: Signal<bool>,
}

impl Desk {
    /// A desk with nothing on it.
    pub fn new(app: App) -> Self {
        Self {
            app,
            pressed: Signal::new(Timestamp::default()),
            busy: Signal::new(false),
            failure: Signal::new(String::new()),
            taken: Signal::new(false),
        }
    }

    /// Sends an order, unless one is on its way or this is the second half of a double click: it would fall on whatever has
    /// taken the place of the button.
    pub fn ask(self, order: Order) {
        let now = clock::now();
        if self.busy.get_untracked() || now.ms_since(self.pressed.get_untracked()) < ONE_PRESS_MS {
            return;
        }
        self.pressed.set(now);
        self.busy.set(true);
        self.failure.set(String::new());
        self.taken.set(false);
        spawn(async move {
            let app = self.app;
            let answer = api::ask(&order).await;
            app.server.note(&answer);
            self.busy.set(false);
            match answer {
                Ok(run) => {
                    self.taken.set(true);
                    let id = run.id;
                    app.board.take(app, run);
                    if let Some(words) = done(&order) {
                        app.say(words);
                    }
                    // The button that was pressed may be gone with its purpose: the focus goes to what came of it.
                    tick().await;
                    if matches!(order, Order::Adopt(_)) || dom::is_focus_lost() {
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
        Order::Withdraw(_) | Order::Resolve(..) | Order::Patch(..) => None,
    }
}

/// The id of a run's card.
pub fn card_id(run: RunId) -> String {
    format!("run-{run}")
}
