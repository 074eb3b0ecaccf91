//! The words the painter knows and what each one means to it: singular words, or pairs of words, in lower case. A word may mean
//! several things.

mod places;
mod things;

use self::places::PLACES;
use self::things::THINGS;
use super::meaning::Meaning;

/// What a word means, as it stands.
pub(super) fn meaning(word: &str) -> Option<&'static [Meaning]> {
    PLACES.iter().chain(THINGS).find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}
