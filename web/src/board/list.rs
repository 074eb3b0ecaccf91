//! The list: the runs by day, why there is none, and the way to older ones.

use imagen4_core::Timestamp;
use leptos::prelude::*;
use leptos::{ev, html};
use leptos_use::{UseIntersectionObserverOptions, use_intersection_observer_with_options};

use super::card::RunCard;
use super::grid::ImageGrid;
use super::group::GroupCard;
use super::new_runs::Arrivals;
use super::rows::Fills;
use crate::format::day::Day;
use crate::state::runs::collection::Place;
use crate::state::runs::items::{Item, ItemKey};
use crate::state::time;
use crate::state::use_stores;
use crate::state::view::Layout;
use crate::ui::focus::focus_soon;

/// Older runs are asked for two or three screens before the end comes near.
const AHEAD: &str = "1800px 0px";

/// The items with which a day begins, and what people call that day.
type Headings = Memo<Vec<(ItemKey, String)>>;

/// The runs, or their images.
#[component]
pub fn RunList() -> impl IntoView {
    let view = use_stores().view.board;
    let is_grid = Memo::new(move |_| view.with(|view| view.layout == Layout::Grid));
    view! {
        <Show when=move || is_grid.get() fallback=|| view! { <Flow /> }>
            <ImageGrid />
        </Show>
        <Nothing />
        <Older />
    }
}

/// The runs as cards.
#[component]
fn Flow() -> impl IntoView {
    let runs = use_stores().runs;
    let awake = RwSignal::new(());
    // A page that was left open over midnight knows the day when somebody comes back to it.
    let on_focus = window_event_listener(ev::focus, move |_| awake.set(()));
    on_cleanup(move || on_focus.remove());
    let headings = Memo::new(move |_| {
        awake.track();
        let today = Day::of(time::now());
        let days = runs.items.with(|items| first_of_days(items, Day::of));
        days.into_iter().map(|(key, day)| (key, day.name(today))).collect()
    });
    provide_context(Fills::new(use_stores(), headings));
    view! {
        <div class="flow" role="list" aria-label="Runs" aria-busy=move || (!runs.loaded.get()).to_string()>
            <For each=move || runs.items.get() key=|item| item.key.clone() let:item>
                {item_view(item, headings)}
            </For>
        </div>
    }
}

fn item_view(item: Item, headings: Headings) -> AnyView {
    let runs = use_stores().runs;
    let arrivals: Arrivals = expect_context();
    let key = item.key.clone();
    let begins_row = Memo::new({
        let item = item.clone();
        move |_| arrivals.begins_row(&item)
    });
    let row_break = move || begins_row.get().then(|| view! { <div class="row-break"></div> });
    let heading = move || {
        let name = headings.with(|all| all.iter().find(|(first, _)| *first == key).map(|(_, name)| name.clone()));
        name.map(|name| view! { <h3 class="day">{name}</h3> })
    };
    let card = match item.key {
        ItemKey::Run(place) => runs.at(place).map(|run| view! { <RunCard run /> }.into_any()),
        ItemKey::Group(id) => {
            let places = places_of(ItemKey::Group(id.clone()));
            Some(view! { <GroupCard id places /> }.into_any())
        }
    };
    view! {
        <div role="listitem" class="item">
            {row_break}
            {heading}
            {card}
        </div>
    }
    .into_any()
}

/// The runs of an item, for as long as it is listed.
fn places_of(key: ItemKey) -> Signal<Vec<Place>> {
    let items = use_stores().runs.items;
    let places = Memo::new(move |before: Option<&Vec<Place>>| {
        let now = items.with(|items| items.iter().find(|item| item.key == key).map(|item| item.places.clone()));
        now.or_else(|| before.cloned()).unwrap_or_default()
    });
    places.into()
}

/// The items with which a day begins. They come newest first.
fn first_of_days<D: PartialEq>(items: &[Item], day_of: impl Fn(Timestamp) -> D) -> Vec<(ItemKey, D)> {
    let mut days: Vec<(ItemKey, D)> = Vec::new();
    for item in items {
        let day = day_of(item.created_at());
        if days.last().is_none_or(|(_, last)| *last != day) {
            days.push((item.key.clone(), day));
        }
    }
    days
}

/// Why nothing is shown, and the way out.
#[component]
fn Nothing() -> impl IntoView {
    let stores = use_stores();
    let (runs, view) = (stores.runs, stores.view.board);
    let is_nothing =
        move || runs.loaded.get() && runs.items.with(Vec::is_empty) && !view.with(|view| view.is_everything());
    let reason = move || match view.with(|view| view.run.is_some()) {
        true => "There is no such run. It may have been deleted.",
        false => "No runs match.",
    };
    let clear = move |_| {
        runs.show_only(|_| {});
        focus_soon("runs-title");
    };
    view! {
        <Show when=is_nothing>
            <div class="nothing">
                <p>{reason}</p>
                <button type="button" class="button" on:click=clear>
                    {move || if view.with(|view| view.run.is_some()) { "Show all runs" } else { "Clear filters" }}
                </button>
            </div>
        </Show>
    }
}

/// The way to older runs, which is taken by itself when it comes near.
#[component]
fn Older() -> impl IntoView {
    let runs = use_stores().runs;
    let button = NodeRef::<html::Button>::new();
    let observed = use_intersection_observer_with_options(
        button,
        move |entries, _| {
            if entries.iter().any(|entry| entry.is_intersecting()) {
                runs.load_older();
            }
        },
        UseIntersectionObserverOptions::default().root_margin(AHEAD),
    );
    Effect::new(move || {
        // What has come may not fill the screen yet: an observer that begins anew tells.
        runs.older.track();
        (observed.resume)();
    });
    view! {
        <button
            node_ref=button
            type="button"
            class="button older"
            hidden=move || runs.older.with(Option::is_none)
            on:click=move |_| runs.load_older()
        >
            {move || if runs.loading_older.get() { "Loading…" } else { "Show older runs" }}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunId;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn each_day_begins_once_and_a_group_belongs_to_the_day_of_its_newest_run() {
        let place = |at: i64| (Timestamp::from_ms(at), RunId::from_bits(at as u128));
        let run = |at| Item { key: ItemKey::Run(place(at)), places: vec![place(at)] };
        let group = Item { key: ItemKey::Group("g".into()), places: vec![place(19), place(21)] };
        let items = [run(29), run(25), group.clone(), run(20), run(11), run(10)];
        let days = first_of_days(&items, |at| at.ms() / 10);
        assert_eq!(days, [(run(29).key, 2), (run(11).key, 1)]);
        let days = first_of_days(&[group.clone(), run(12)], |at| at.ms() / 10);
        assert_eq!(days, [(group.key, 2), (run(12).key, 1)]);
        assert_eq!(first_of_days(&[], |at| at.ms()), []);
    }
}
