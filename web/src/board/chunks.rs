//! Runs in chunks, of which only those near the screen are in the document.

use super::store::Place;

/// Runs in one chunk at most.
const MOST: usize = 10;

/// Some runs that follow one another; known by the first of them.
pub type Chunk = Vec<Place>;

/// Divides `places`. Where a chunk began `before`, one begins again: a run that comes at the top must not move all the others
/// into other chunks.
pub fn divide(places: &[Place], before: &[Chunk]) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut begins = before.iter().filter_map(|chunk| chunk.first()).peekable();
    for place in places {
        // Both lists go from the newest to the oldest.
        while begins.next_if(|begin| **begin > *place).is_some() {}
        let begins_here = begins.next_if(|begin| *begin == place).is_some();
        match chunks.last_mut().filter(|chunk| !begins_here && chunk.len() < MOST) {
            Some(chunk) => chunk.push(*place),
            None => chunks.push(vec![*place]),
        }
    }
    chunks
}

#[cfg(test)]
mod tests {
    use imagen4_core::{RunId, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn places(ids: impl Iterator<Item = i64>) -> Vec<Place> {
        ids.map(|id| (Timestamp::from_ms(id), RunId::from_bits(id as u128))).collect()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn chunks_stay_where_they_are_when_runs_come_and_go() {
        let old = divide(&places((1..=25).rev()), &[]);
        assert_eq!(old.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
        let new = divide(&places((-3..=27).rev()), &old);
        assert_eq!(new.iter().map(Vec::len).collect::<Vec<_>>(), [2, 10, 10, 9]);
        assert_eq!(new[1..3], old[..2]);
        // Without the first of a chunk, the others go to the one before, as far as there is room.
        let without = divide(&places((1..=25).rev().filter(|id| *id != 15)), &old);
        assert_eq!(without.iter().map(Vec::len).collect::<Vec<_>>(), [10, 9, 5]);
        assert_eq!(without[2], old[2]);
    }
}
