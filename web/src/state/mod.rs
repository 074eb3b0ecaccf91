//! What the page knows: one store a domain, in signals that any component can follow.
//!
//! # Layout
//! - this file: all stores together, as the context that the components use
//! - [`config`]: the server, its models and limits; [`usage`]: today's money
//! - [`runs`]: the runs and which of them are shown; [`view`]: what the board shows, as the address says it; [`selection`]
//! - [`notes`]: notes that are being written
//! - [`draft`]: what will be generated; [`templates`]: what to begin with
//! - [`settings`], [`theme`]: what the person has set for this browser
//! - [`overlay`]: what is open over the page; [`toast`], [`announcer`]: what is said
//! - [`clock`], [`time`], [`random`], [`storage`], [`clipboard`], [`press`]: the browser in small pieces

pub mod announcer;
pub mod clipboard;
pub mod clock;
pub mod config;
pub mod draft;
pub mod notes;
pub mod overlay;
pub mod press;
pub mod random;
pub mod runs;
pub mod selection;
pub mod settings;
pub mod storage;
pub mod templates;
pub mod theme;
pub mod time;
pub mod toast;
pub mod usage;
pub mod view;

use leptos::prelude::*;

use self::clock::Clock;
use self::config::ConfigStore;
use self::config::default_model::default_model;
use self::draft::DraftStore;
use self::draft::fields::Draft;
use self::draft::submit::Submitter;
use self::notes::NotesStore;
use self::overlay::Overlays;
use self::runs::RunsStore;
use self::selection::Selection;
use self::settings::Settings;
use self::templates::TemplatesStore;
use self::theme::Theme;
use self::toast::Toast;
use self::usage::UsageStore;
use self::view::ViewStore;

/// All stores together: signals only, hence `Copy`.
#[derive(Clone, Copy, Debug)]
pub struct Stores {
    /// The server.
    pub config: ConfigStore,
    /// Today's money.
    pub usage: UsageStore,
    /// What will be generated.
    pub draft: DraftStore,
    /// The runs.
    pub runs: RunsStore,
    /// What the board shows.
    pub view: ViewStore,
    /// The selected runs.
    pub selection: Selection,
    /// Notes that are being written.
    pub notes: NotesStore,
    /// What the person has set.
    pub settings: RwSignal<Settings>,
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// Prompt templates.
    pub templates: TemplatesStore,
    /// What is open over the page.
    pub overlays: Overlays,
    /// What was just done, and the way back.
    pub toast: Toast,
    /// What the live region says.
    pub announcement: RwSignal<String>,
    /// The time that is shown.
    pub clock: Clock,
}

impl Stores {
    /// Stores of a page whose form says what `draft` says; else it begins as the person has set it.
    pub fn new(draft: Option<Draft>) -> Self {
        let (config, settings) = (ConfigStore::new(), settings::kept());
        let draft = draft.unwrap_or_else(|| settings.empty_draft(String::new(), &default_model()));
        let (usage, view, announcement) = (UsageStore::new(config), ViewStore::new(), RwSignal::new(String::new()));
        Self {
            config,
            usage,
            draft: DraftStore::new(config, usage, draft),
            runs: RunsStore::new(config, view, announcement),
            view,
            selection: Selection::new(),
            notes: NotesStore::new(),
            settings: RwSignal::new(settings),
            theme: RwSignal::new(theme::kept()),
            templates: TemplatesStore::new(),
            overlays: Overlays::new(),
            toast: Toast::new(),
            announcement,
            clock: Clock::new(config),
        }
    }

    /// What submits the draft.
    pub fn submitter(self) -> Submitter {
        let Self { draft, runs, usage, view, announcement, .. } = self;
        Submitter { draft, runs, usage, view, announcement }
    }
}

/// The stores of the page.
///
/// # Panics
/// Outside of `<App/>`.
pub fn use_stores() -> Stores {
    expect_context()
}
