//! Which cards fill the row that they stand in, and how: a row is never half blank.

use std::collections::HashMap;

use imagen4_core::{Run, RunId, RunState};
use leptos::prelude::*;

use super::card::actions::has_frame;
use super::card::frame::Frame;
use super::new_runs::Arrivals;
use super::width::BoardWidth;
use crate::state::Stores;
use crate::state::runs::items::{Item, ItemKey};
use crate::state::runs::progress::is_in_progress;
use crate::ui::strip::{ROW, TALLEST};

/// Between cards, in pixels.
const GAP: f64 = 8.0;
/// The narrowest card.
const NARROWEST: f64 = 180.0;
/// Images of a row that would stay half empty may be as tall as that.
const STRETCHED: f64 = 420.0;
/// How tall images are that have their text beside them, and the room that it needs.
const BESIDE: f64 = 300.0;
const TEXT: f64 = 180.0;
/// Narrower boards have a card a row.
const ONE_A_ROW: f64 = 520.0;

/// How a card fills its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Its images grow.
    Stretch,
    /// Its text stands beside its images.
    Beside,
}

/// The cards that fill their rows in a way of their own.
#[derive(Clone, Copy, Debug)]
pub struct Fills(pub Memo<HashMap<RunId, Fill>>);

impl Fills {
    /// How a run's card fills its row, if in a way of its own.
    pub fn of(self, run: RunId) -> Option<Fill> {
        self.0.with(|fills| fills.get(&run).copied())
    }

    /// Of everything that the board lists; `begins` are the items with which a day begins.
    pub fn new<D: Send + Sync + 'static>(stores: Stores, begins: Memo<Vec<(ItemKey, D)>>) -> Self {
        let BoardWidth(width) = expect_context();
        let arrivals: Arrivals = expect_context();
        Self(Memo::new(move |_| {
            let card = |item: &Item| {
                let ItemKey::Run(place) = item.key else { return None };
                let run = stores.runs.collection.with_untracked(|runs| runs.at(place).cloned())?;
                let ratio = |run: &Run| {
                    let frame = |models: &_| Frame::of(run, models, width.get()).ratio;
                    (run.state != RunState::Queued && has_frame(run)).then(|| stores.config.models.with(frame))
                };
                // Until it ends, a run's form may change.
                if run.with_untracked(|run| is_in_progress(run.state)) {
                    run.track();
                }
                Some(Card { run: place.1, ratio: run.with_untracked(ratio)? })
            };
            stores.runs.items.with(|items| {
                begins.with(|begins| {
                    let begins_here =
                        |item: &Item| arrivals.begins_row(item) || begins.iter().any(|(key, _)| *key == item.key);
                    let cards = items.iter().map(|item| (card(item), begins_here(item)));
                    fills(cards, width.get())
                })
            })
        }))
    }
}

/// A card of images: width to height of its frame.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Card {
    run: RunId,
    ratio: f64,
}

/// The same layout that the browser makes of the style sheet. What is no card of images fills its row by itself, and so does the end
/// of a day end one.
fn fills(cards: impl Iterator<Item = (Option<Card>, bool)>, board: f64) -> HashMap<RunId, Fill> {
    let mut fills = HashMap::new();
    if board < ONE_A_ROW {
        return fills;
    }
    let mut row: Vec<Card> = Vec::new();
    let mut end = |row: &mut Vec<Card>| {
        if let Some(fill) = fill(row, board) {
            fills.extend(row.iter().map(|card| (card.run, fill)));
        }
        row.clear();
    };
    for (card, begins_day) in cards {
        let basis = |card: &Card| (card.ratio * ROW).max(NARROWEST).min(board);
        let taken: f64 = row.iter().map(|card| basis(card) + GAP).sum();
        let is_full = card.as_ref().is_none_or(|card| taken + basis(card) > board);
        if begins_day || is_full {
            end(&mut row);
        }
        row.extend(card);
    }
    end(&mut row);
    fills
}

fn fill(row: &[Card], board: f64) -> Option<Fill> {
    let gaps = GAP * (row.len().max(1) - 1) as f64;
    let ratio: f64 = row.iter().map(|card| card.ratio).sum();
    let height = (board - gaps) / ratio;
    match row {
        [] => None,
        // It fills by itself.
        _ if height <= TALLEST => None,
        _ if height <= STRETCHED => Some(Fill::Stretch),
        _ if ratio * BESIDE + TEXT * row.len() as f64 + gaps <= board => Some(Fill::Beside),
        _ => Some(Fill::Stretch),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn of(ratios: &[Option<f64>], days: &[usize], board: f64) -> Vec<Option<Fill>> {
        let card = |(at, ratio): (usize, &Option<f64>)| {
            (ratio.map(|ratio| Card { run: RunId::from_bits(at as u128), ratio }), days.contains(&at))
        };
        let fills = fills(ratios.iter().enumerate().map(card), board);
        (0..ratios.len()).map(|at| fills.get(&RunId::from_bits(at as u128)).copied()).collect()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn rows_that_would_stay_half_blank_are_filled() {
        use Fill::{Beside, Stretch};
        let square = Some(1.0);
        assert_eq!(of(&[Some(4.0)], &[0], 1_060.0), [None], "four squares fill a row");
        assert_eq!(of(&[square], &[0], 1_060.0), [Some(Beside)]);
        assert_eq!(of(&[square, square], &[0], 1_060.0), [Some(Beside); 2]);
        assert_eq!(of(&[square, square, square], &[0], 1_060.0), [Some(Stretch); 3]);
        assert_eq!(of(&[square, square, Some(3.6)], &[0], 1_060.0), [Some(Beside), Some(Beside), None]);
        // A day, and what is no card of images, ends a row.
        assert_eq!(of(&[square, square, square], &[0, 1], 1_060.0), [Some(Beside); 3]);
        assert_eq!(of(&[square, None, square], &[0], 1_060.0), [Some(Beside), None, Some(Beside)]);
        assert_eq!(of(&[square], &[0], 390.0), [None], "on a phone a card is a row");
    }
}
