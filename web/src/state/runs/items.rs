//! What the board lists: single runs, and runs that were bought together as one group.

use std::collections::HashMap;

use imagen4_core::{Run, Timestamp};

use super::collection::{Place, place_of};

/// What identifies an item of the board.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ItemKey {
    /// One run.
    Run(Place),
    /// The group of that id.
    Group(String),
}

/// An item of the board, and the runs in it. Those of a group are in the order in which they were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What identifies it.
    pub key: ItemKey,
    /// Its runs; one, unless it is a group.
    pub places: Vec<Place>,
}

impl Item {
    /// When its newest run was accepted.
    pub fn created_at(&self) -> Timestamp {
        self.places.iter().map(|place| place.0).max().unwrap_or_default()
    }
}

/// The runs of a group, with their places in it.
type Members = Vec<(u32, Place)>;

/// The items of runs that come newest first. A group stands where its newest run does; of a group with only one run here, the run does.
pub fn items<'a>(runs: impl Iterator<Item = &'a Run>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut groups: HashMap<&str, (usize, Members)> = HashMap::new();
    for run in runs {
        let place = place_of(run);
        let Some(group) = &run.group else {
            items.push(Item { key: ItemKey::Run(place), places: vec![place] });
            continue;
        };
        let (_, members) = groups.entry(group).or_insert_with(|| {
            items.push(Item { key: ItemKey::Group(group.clone()), places: Vec::new() });
            (items.len() - 1, Vec::new())
        });
        members.push((run.group_index.unwrap_or_default(), place));
    }
    for (at, mut members) in groups.into_values() {
        members.sort_unstable();
        let item = &mut items[at];
        item.places = members.into_iter().map(|(_, place)| place).collect();
        if let [only] = item.places[..] {
            item.key = ItemKey::Run(only);
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run_at;

    #[wasm_bindgen_test(unsupported = test)]
    fn runs_that_were_bought_together_are_one_item_in_their_order() {
        let of = |id: u128, group: Option<(&str, u32)>| Run {
            group: group.map(|it| it.0.to_owned()),
            group_index: group.map(|it| it.1),
            ..run_at(id, 1)
        };
        let runs = [
            of(9, None),
            of(8, Some(("a", 2))),
            of(7, Some(("b", 0))),
            of(6, Some(("a", 0))),
            of(5, Some(("a", 1))),
            of(4, None),
        ];
        let items = items(runs.iter());
        let seen: Vec<_> = items
            .iter()
            .map(|item| (item.key.clone(), item.places.iter().map(|place| place.0.ms() / 1_000).collect::<Vec<_>>()))
            .collect();
        let run = |id| ItemKey::Run(place_of(&run_at(id, 1)));
        assert_eq!(
            seen,
            [(run(9), vec![9]), (ItemKey::Group("a".into()), vec![6, 5, 8]), (run(7), vec![7]), (run(4), vec![4]),]
        );
        assert_eq!(items[1].created_at().ms(), 8_000);
    }
}
