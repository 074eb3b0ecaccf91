//! What the parts share, and the start.

use imagen4_core::Timestamp;

use crate::api::events::ServerEvent;
use crate::api::link::{self, News};
use crate::board::{self, Board};
use crate::code::{self, Code};
use crate::composer::armed::Armed;
use crate::composer::present::Present;
use crate::composer::{Composer, form};
use crate::lightbox::Lightbox;
use crate::platform::dom::window;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, spawn};
use crate::platform::storage::Store;
use crate::platform::timer::Timer;
use crate::server::Server;
use crate::settings::{self, Settings};
use crate::toast::Toast;
use crate::{lightbox, presence, shortcuts, spending, tabs, theme};

/// If no stream has come up by then, the runs are asked for without one.
const PATIENCE_MS: i32 = 500;
/// How long good news stays, in milliseconds.
const NOTICE_MS: i32 = 4_000;

/// Everything the parts share: signals only, hence `Copy`.
#[derive(Clone, Copy, Debug)]
pub struct App {
    /// The server, as far as it is known.
    pub server: Server,
    /// What will be painted.
    pub composer: Composer,
    /// What follows from these two.
    pub present: Present,
    /// What was painted.
    pub board: Board,
    /// The picture that is shown large.
    pub lightbox: Lightbox,
    /// What the person has set.
    pub settings: Signal<Settings>,
    /// The program that is shown.
    pub code: Code,
    /// What was just done, and the way back.
    pub toast: Toast,
    /// What the live region says.
    pub status: Signal<String>,
    quiet: Signal<Option<Timer>>,
}

impl App {
    /// An app whose composer says what the form says.
    pub fn new(composer: Composer) -> Self {
        let server = Server::new();
        Self {
            server,
            composer,
            present: Present::of(composer, server),
            board: Board::new(),
            lightbox: Lightbox::new(),
            settings: settings::kept(),
            code: Code::new(),
            toast: Toast::new(),
            status: Signal::new(String::new()),
            quiet: Signal::new(None),
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
            self.server.learn().await;
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
                    self.server.notice.set("Connected again: this is up to date.");
                    let quiet = Timer::once(NOTICE_MS, move || self.server.notice.set_if_new(""));
                    self.quiet.set(Some(quiet));
                }
                self.server.live.set(true);
                self.server.reachable.set(true);
                self.refresh();
            }
            News::Down => {
                self.server.live.set(false);
                self.quiet.set(None);
                self.server.notice.set(match window().navigator().on_line() {
                    true => "Connection lost. Reconnecting… Runs go on at the server.",
                    false => "This device is offline. Runs go on at the server.",
                });
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
    leptos::mount::mount_to_body(page);
}

fn page() {
    let app = App::new(Composer::new(form::present(), Armed::waiting(&Store::session())));
    theme::adopt();
    tabs::adopt();
    form::adopt(app);
    header(app.server);
    Part::shell("status").bind(move || app.status.get());
    app.toast.adopt();
    settings::adopt(app.settings);
    app.code.adopt();
    Part::shell("code-open").press(move || code::show_draft(app));
    shortcuts::adopt(app);
    spending::adopt(app);
    presence::keep(app);
    board::view::adopt(app);
    lightbox::adopt(app);

    link::keep(move |news| app.hear(news));
    let patience = Signal::new(None);
    patience.set(Some(Timer::once(PATIENCE_MS, move || {
        if !app.board.loaded.get_untracked() {
            app.refresh();
        }
    })));
}

fn header(server: Server) {
    Part::shell("today").bind(move || server.today());
}
