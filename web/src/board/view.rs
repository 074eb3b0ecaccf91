//! The list of runs with its notices. Chunks of it that are far from the screen are empty blocks of their height.

use imagen4_core::RunId;
use web_sys::KeyboardEvent;

use super::chunks::{Chunk, divide};
use super::days::{heading, headings};
use super::store::Place;
use super::{card, finder, grid, menu, time, unexplained};
use crate::app::App;
use crate::composer::menu::about;
use crate::platform::near::Near;
use crate::platform::part::{Part, list};
use crate::platform::reactive::{Signal, effect};
use crate::platform::{clock, dom};

/// How far from the screen cards are made and kept, in pixels: two or three screens.
const MARGIN: u32 = 1_800;

/// What the chunks are made from.
#[derive(Clone, Copy, Debug)]
struct Content {
    chunks: Signal<Vec<Chunk>>,
    headings: Signal<Vec<(RunId, String)>>,
}

/// Takes the shell's board over.
pub fn adopt(app: App) {
    finder::adopt(app);
    menu::adopt(app);
    unexplained::adopt(app);
    let board = app.board;
    let shown = Signal::derived(move || board.shown());
    let content = Content {
        chunks: Signal::new(Vec::new()),
        headings: Signal::derived(move || shown.with(|shown| headings(shown.iter().copied(), clock::now()))),
    };
    effect(move || {
        let chunks = content.chunks.with_untracked(|before| shown.with(|shown| divide(shown, before)));
        content.chunks.set_if_new(chunks);
    });
    let pictures = Signal::derived(move || board.finding.with(|finding| finding.pictures));
    let nothing = move || board.loaded.get() && shown.with(Vec::is_empty);
    let none_yet = move || nothing() && board.finding.with(|finding| finding.is_everything());

    let notice = move || app.server.notice.get();
    Part::shell("offline").show(move || !notice().is_empty()).bind(move || notice().to_owned());
    Part::shell("updated").show(move || app.server.updated.get());
    for price in dom::all(&Part::shell("empty").0, ".price") {
        Part(price).bind(move || price_of_one(app));
    }
    Part::shell("empty").show(none_yet);
    Part::shell("empty-money").bind(move || money(app).to_owned());
    Part::shell("nothing").show(move || nothing() && !none_yet()).bind(move || finder::nothing(app).to_owned());
    let runs = Part::shell("list");
    runs.bind_class("pictures-only", move || pictures.get())
        .bind_attr("aria-label", move || if pictures.get() { "Pictures" } else { "Runs" }.to_owned())
        .bind_state("aria-busy", move || !board.loaded.get())
        .on("keydown", |event: KeyboardEvent| grid::walk(&event));
    // Cards and pictures share nothing that could be kept: the one is another child than the other.
    let keys = move || {
        let pictures = pictures.get();
        content.chunks.with(|chunks| chunks.iter().filter_map(|chunk| Some((*chunk.first()?, pictures))).collect())
    };
    list(&runs, keys, move |(begin, pictures)| chunk(app, begin, pictures, content));

    let older = Part::shell("older");
    older
        .show(move || board.older.with(Option::is_some))
        .bind(move || if board.loading_older.get() { "Loading…" } else { "Show older runs" }.to_owned())
        .press(move || board.show_older(app.server));
    let near = Signal::new(None);
    effect(move || {
        // What has come may not fill the screen yet: each time, it is looked at anew.
        shown.track();
        near.set(Some(Near::watch(&older.0, MARGIN, move |is_near| {
            if is_near {
                board.show_older(app.server);
            }
        })));
    });
    time::keep(app);
    time::watch_slot(app);
}

/// What an example costs.
fn price_of_one(app: App) -> String {
    match (app.server.terms().is_free(), app.spec().price_microusd) {
        (true, _) => "sample · free".to_owned(),
        (false, Some(price)) => about(price),
        (false, None) => String::new(),
    }
}

fn money(app: App) -> &'static str {
    match app.server.terms().is_free() {
        true => "Without a key, samples are painted on this machine: nothing is charged.",
        false => "The button always shows the price before you press it.",
    }
}

fn chunk(app: App, begin: Place, pictures: bool, content: Content) -> Part {
    let block = Part::new("div");
    block.set("class", "chunk").set("role", "presentation");
    // Made once, so that its height is known before it goes.
    let near = Signal::new(true);
    let height = Signal::new(String::new());
    let places = Signal::derived(move || {
        let mine = |chunks: &Vec<Chunk>| chunks.iter().find(|chunk| chunk.first() == Some(&begin)).cloned();
        content.chunks.with(mine).unwrap_or_default()
    });
    effect(move || {
        let wanted = app.board.wanted.get();
        if places.with_untracked(|places| places.iter().any(|place| Some(place.1) == wanted)) {
            height.set(String::new());
            near.set(true);
        }
    });
    block.bind_style("height", move || height.get());
    let element = block.0.clone();
    let watch = Near::watch(&block.0, MARGIN, move |is_near| {
        // What holds the focus stays.
        if is_near != near.get_untracked() && (is_near || !dom::holds_focus(&element)) {
            height.set(if is_near { String::new() } else { format!("{}px", element.offset_height()) });
            near.set(is_near);
        }
    });
    crate::platform::reactive::hold(watch);
    let shown = move || if near.get() { places.get() } else { Vec::new() };
    if pictures {
        block.add(&grid::grid(app, shown));
    } else {
        list(&block, shown, move |place| item(app, place, content.headings));
    }
    block
}

fn item(app: App, place: Place, headings: Signal<Vec<(RunId, String)>>) -> Part {
    let (item, day) = (Part::new("div"), Part::new("h3"));
    item.set("role", "listitem").add(&day);
    day.set("class", "day").bind(move || headings.with(|headings| heading(headings, place.1)));
    day.show(move || headings.with(|headings| !heading(headings, place.1).is_empty()));
    if let Some(run) = app.board.runs.with_untracked(|runs| runs.at(place)) {
        item.add(&card::card(app, run));
    }
    item
}
