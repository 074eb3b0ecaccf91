//! `<App/>`: the stores as context, and the layout that puts the features together.
//!
//! # Layout
//! - this file: the page; [`header`], [`tabs`]

pub mod header;
pub mod tabs;

use leptos::ev;
use leptos::prelude::*;

use self::header::Header;
use self::tabs::Tabs;
use crate::board::Board;
use crate::board::first_visit::FirstVisit;
use crate::code::CodeDialog;
use crate::composer::Composer;
use crate::lightbox::Lightbox;
use crate::session::{self, Notices};
use crate::settings::SettingsDialog;
use crate::shortcuts::{self, ShortcutsDialog};
use crate::state::Stores;
use crate::state::draft::fields::Draft;
use crate::state::view::{Panel, panel_of_address};
use crate::ui::toast::ToastView;
use crate::usage::UsageDialog;

/// The whole page.
#[component]
pub fn App(
    /// What the form says at first; `None` for a form that begins as the person has set it.
    draft: Option<Draft>,
) -> impl IntoView {
    let stores = Stores::new(draft);
    provide_context(stores);
    session::start(stores);
    shortcuts::listen(stores);
    let panel = stores.view.panel;
    let _for_the_life_of_the_page = window_event_listener(ev::hashchange, move |_| panel.set(panel_of_address()));
    let toast = stores.toast;
    view! {
        <a class="skip" href="#runs">
            "Skip to the board"
        </a>
        <Header />
        <main class="layout" class:show-board=move || panel.get() == Panel::Board>
            <Composer>
                <FirstVisit />
            </Composer>
            <section id="runs" class="board-panel" aria-labelledby="runs-title">
                <h2 class="vh" id="runs-title" tabindex="-1">
                    "Runs"
                </h2>
                <Notices />
                <Board />
            </section>
        </main>
        <ToastView message=toast.message can_undo=toast.can_undo on_undo=move || toast.undo() />
        <Tabs />
        <Lightbox />
        <UsageDialog />
        <CodeDialog />
        <SettingsDialog />
        <ShortcutsDialog />
        <p class="vh" role="status">
            {move || stores.announcement.get()}
        </p>
    }
}
