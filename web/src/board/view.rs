//! The list of runs with its notices.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::card::Card;
use super::days::{heading, headings};
use super::empty::Empty;
use super::time;
use super::unexplained::UnexplainedNotice;
use crate::app::App;
use crate::platform::clock;
use crate::platform::reactive::{self, dynamic, press};

/// Shows the board inside `parent`.
pub fn mount(app: App, parent: HtmlElement) {
    reactive::mount(parent, move || view! { <BoardView app/> });
}

#[component]
fn BoardView(app: App) -> impl IntoView {
    let board = app.board;
    let headings = Memo::new(move |_| board.runs.with(|runs| headings(runs.places(), clock::now())));
    let places = move || board.runs.with(|runs| runs.places().collect::<Vec<_>>());
    let empty = Memo::new(move |_| board.loaded.get() && board.runs.with(|runs| runs.is_empty()));
    let no_older = Signal::derive(move || board.older.with(Option::is_none));
    let older = Signal::derive(move || match board.loading_older.get() {
        true => "Loading…".to_owned(),
        false => "Show older runs".to_owned(),
    });
    time::keep(app);
    time::watch_slot(app);
    view! {
        <p class="notice" hidden=app.server.live>"Connection lost. Reconnecting…"</p>
        <UnexplainedNotice app/>
        {dynamic(move || empty.get().then(|| view! { <Empty app/> }))}
        <ol class="runs" role="list" aria-label="Runs" aria-busy=Signal::derive(move || (!board.loaded.get()).to_string())>
            <For each=places key=|(_, id)| *id let(place)>
                <li>
                    <h3 class="day">{Signal::derive(move || headings.with(|headings| heading(headings, place.1)))}</h3>
                    {board.runs.with_untracked(|runs| runs.at(place)).map(|run| view! { <Card app run=run.into()/> })}
                </li>
            </For>
        </ol>
        <button class="older" type="button" hidden=no_older on:click=press(move || board.show_older(app.server))>
            {older}
        </button>
    }
}
