//! The predictions that a person does not want to hear of any more, remembered in this browser.

use crate::state::storage::Store;

const KEY: &str = "imagen4.dismissed";
/// So many are remembered: more than WaveSpeed lists at a time.
const MOST: usize = 500;

/// The ids that were kept, the oldest first.
pub(super) fn kept() -> Vec<String> {
    Store::local().get(KEY).map(|text| read(&text)).unwrap_or_default()
}

/// Remembers `ids` over a reload.
pub(super) fn keep(ids: &[String]) {
    Store::local().set(KEY, serde_json::to_string(ids).ok().as_deref());
}

/// Adds an id; the oldest go where it gets too long.
pub(super) fn add(ids: &mut Vec<String>, id: &str) {
    ids.retain(|other| other != id);
    ids.push(id.to_owned());
    let superfluous = ids.len().saturating_sub(MOST);
    ids.drain(..superfluous);
}

fn read(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_list_stays_bounded_and_the_oldest_go_first() {
        let mut ids = Vec::new();
        (0..MOST + 2).for_each(|id| add(&mut ids, &id.to_string()));
        assert_eq!((ids.len(), ids[0].as_str()), (MOST, "2"));
        add(&mut ids, "2");
        assert_eq!((ids.len(), ids[0].as_str(), ids[MOST - 1].as_str()), (MOST, "3", "2"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_cannot_be_read_is_nothing() {
        assert_eq!(read(r#"["a","b"]"#), ["a", "b"]);
        for odd in ["", "null", "{}", "[1]"] {
            assert!(read(odd).is_empty(), "{odd}");
        }
    }
}
