//! The list of runs with its notices. Chunks of it that are far from the screen are empty blocks of their height.

use leptos::html::{Button, Div};
use leptos::prelude::*;
use web_sys::HtmlElement;

use super::card::Card;
use super::chunks::{Chunk, divide};
use super::days::{heading, headings};
use super::empty::Empty;
use super::grid::grid;
use super::list::list;
use super::store::Place;
use super::unexplained::UnexplainedNotice;
use super::{finder, menu, time};
use crate::app::App;
use crate::platform::near::Near;
use crate::platform::reactive::{self, dynamic, effect, press};
use crate::platform::{clock, dom};

/// How far from the screen cards are made and kept, in pixels: two or three screens.
const MARGIN: u32 = 1_800;

type Headings = Memo<Vec<(imagen4_core::RunId, String)>>;

/// Shows the board inside `parent`.
pub fn mount(app: App, parent: HtmlElement) {
    finder::adopt(app);
    menu::adopt(app);
    reactive::mount(parent, move || view! { <BoardView app/> });
}

#[component]
fn BoardView(app: App) -> impl IntoView {
    let board = app.board;
    let shown = Memo::new(move |_| board.shown());
    let chunks = Memo::new(move |before: Option<&Vec<Chunk>>| {
        shown.with(|shown| divide(shown, before.map(Vec::as_slice).unwrap_or_default()))
    });
    let headings = Memo::new(move |_| shown.with(|shown| headings(shown.iter().copied(), clock::now())));
    let nothing = Memo::new(move |_| board.loaded.get() && shown.with(Vec::is_empty));
    let pictures = Memo::new(move |_| board.finding.with(|finding| finding.pictures));
    let none_yet = Memo::new(move |_| nothing.get() && board.finding.with(|finding| finding.is_everything()));
    let no_older = Signal::derive(move || board.older.with(Option::is_none));
    let older = Signal::derive(move || match board.loading_older.get() {
        true => "Loading…".to_owned(),
        false => "Show older runs".to_owned(),
    });
    let button = NodeRef::<Button>::new();
    let near = StoredValue::new_local(None);
    effect(move || {
        // What has come may not fill the screen yet: each time, it is looked at anew.
        shown.track();
        near.set_value(button.get().map(|button| {
            Near::watch(&button, MARGIN, move |is_near| {
                if is_near {
                    board.show_older(app.server);
                }
            })
        }));
    });
    time::keep(app);
    time::watch_slot(app);
    view! {
        <p class="notice" hidden=app.server.live>"Connection lost. Reconnecting…"</p>
        <UnexplainedNotice app/>
        {dynamic(move || none_yet.get().then(|| view! { <Empty app/> }))}
        <p class="nothing" hidden=Signal::derive(move || !nothing.get() || none_yet.get())>{finder::nothing(app)}</p>
        <div class="runs" class:pictures-only=pictures role="list" aria-label=Signal::derive(move || label(pictures.get()))
            aria-busy=Signal::derive(move || (!board.loaded.get()).to_string()) on:keydown=super::grid::keys()>
            {dynamic(move || {
                // Cards and pictures share nothing that could be kept.
                let pictures = pictures.get();
                let begins = move || chunks.get().into_iter().filter_map(|chunk| chunk.first().copied()).collect();
                list(begins, move |begin| chunk(app, begin, pictures, chunks, headings))
            })}
        </div>
        <button class="older" type="button" node_ref=button hidden=no_older on:click=press(move || board.show_older(app.server))>
            {older}
        </button>
    }
}

fn label(pictures: bool) -> &'static str {
    if pictures { "Pictures" } else { "Runs" }
}

fn chunk(app: App, begin: Place, pictures: bool, chunks: Memo<Vec<Chunk>>, headings: Headings) -> AnyView {
    let block = NodeRef::<Div>::new();
    // Made once, so that its height is known before it goes.
    let near = RwSignal::new(true);
    let height = RwSignal::new(None);
    let watch = StoredValue::new_local(None);
    let places = Memo::new(move |_| {
        let mine = |chunks: &Vec<Chunk>| chunks.iter().find(|chunk| chunk.first() == Some(&begin)).cloned();
        chunks.with(mine).unwrap_or_default()
    });
    effect(move || {
        let Some(block) = block.get() else { return };
        watch.set_value(Some(Near::watch(&block.clone(), MARGIN, move |is_near| {
            // What holds the focus stays.
            if is_near != near.get_untracked() && (is_near || !dom::holds_focus(&block)) {
                height.set((!is_near).then(|| format!("{}px", block.offset_height())));
                near.set(is_near);
            }
        })));
    });
    let card = move |place: Place| {
        let day = Signal::derive(move || headings.with(|headings| heading(headings, place.1)));
        let run = app.board.runs.with_untracked(|runs| runs.at(place));
        let card = run.map(|run| view! { <Card app run=run.into()/> });
        view! { <div role="listitem"><h3 class="day">{day}</h3>{card}</div> }.into_any()
    };
    let inside = dynamic(move || match (near.get(), pictures) {
        (false, _) => ().into_any(),
        (true, true) => grid(app, places),
        (true, false) => list(move || places.get(), card),
    });
    view! { <div class="chunk" role="presentation" node_ref=block style:height=height>{inside}</div> }.into_any()
}
