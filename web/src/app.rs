//! What the parts share, and the start.

use imagen4_core::Timestamp;
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::api::events::ServerEvent;
use crate::api::link::{self, News};
use crate::board::{self, Board};
use crate::composer::armed::Armed;
use crate::composer::{Composer, form, send};
use crate::lightbox::{Lightbox, LightboxView};
use crate::platform::dom::{bind_text, document, part};
use crate::platform::reactive::{mount, spawn};
use crate::platform::storage::Store;
use crate::platform::timer::Timer;
use crate::server::Server;
use crate::toast::Toast;
use crate::{tabs, theme};

/// If no stream has come up by then, the runs are asked for without one.
const PATIENCE_MS: i32 = 500;

/// Everything the parts share: signals only, hence `Copy`.
#[derive(Clone, Copy, Debug)]
pub struct App {
    /// The server, as far as it is known.
    pub server: Server,
    /// What will be painted.
    pub composer: Composer,
    /// What was painted.
    pub board: Board,
    /// The picture that is shown large.
    pub lightbox: Lightbox,
    /// What was just done, and the way back.
    pub toast: Toast,
    /// What the live region says.
    pub status: RwSignal<String>,
}

impl App {
    /// An app whose composer says what the form says.
    pub fn new(composer: Composer) -> Self {
        Self {
            server: Server::new(),
            composer,
            board: Board::new(),
            lightbox: Lightbox::new(),
            toast: Toast::new(),
            status: RwSignal::new(String::new()),
        }
    }

    /// Says `words` to whoever cannot see the page.
    pub fn say(self, words: &str) {
        self.status.set(words.to_owned());
    }

    /// The server's time, as often as elapsed time is shown anew.
    pub fn now(self) -> Timestamp {
        self.server.skew.get().server_time(self.board.now.get())
    }

    /// Asks for everything that no event tells.
    fn refresh(self) {
        spawn(async move {
            if self.server.learn().await {
                // Only now is it known which model the form is for.
                send::resume(self);
            }
            // Before the runs, above which it is shown.
            self.board.look_for_unexplained(self.server);
            self.board.refresh(self.server).await;
        });
    }

    fn hear(self, news: News) {
        match news {
            News::Up => {
                if !self.server.live.get_untracked() {
                    self.say("Connected again");
                }
                self.server.live.set(true);
                self.server.reachable.set(true);
                self.refresh();
            }
            News::Down => {
                self.server.live.set(false);
                self.say("Connection lost. Reconnecting…");
            }
            News::Failed => self.refresh(),
            News::Event(ServerEvent::Spend(spend)) => self.server.spend.set(Some(spend)),
            News::Event(ServerEvent::Run(run)) => self.board.take(self, *run),
            News::Event(ServerEvent::Deleted(id)) => self.board.drop_run(id),
            News::Event(ServerEvent::Config) => {
                self.server.ask_soon();
                self.board.look_for_unexplained(self.server);
            }
        }
    }
}

/// Adopts the shell and starts everything.
pub fn start() {
    let body: HtmlElement = document().body().expect("the shell has a body");
    mount(body, page);
}

fn page() -> impl IntoView {
    let app = App::new(Composer::new(form::present(), Armed::waiting(&Store::session())));
    theme::adopt();
    tabs::adopt();
    form::adopt(app);
    header(app.server);
    bind_text("status", move || app.status.get());
    app.toast.adopt();
    board::view::mount(app, part("runs"));

    link::keep(move |news| app.hear(news));
    let patience = StoredValue::new_local(None);
    patience.set_value(Some(Timer::once(PATIENCE_MS, move || {
        if !app.board.loaded.get_untracked() {
            app.refresh();
        }
    })));
    view! { <LightboxView app/> }
}

fn header(server: Server) {
    bind_text("model", move || server.terms().model.id.to_owned());
    bind_text("unit-price", move || format!("{} a picture", server.terms().unit_price));
    bind_text("today", move || server.today());
}
