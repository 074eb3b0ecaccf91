//! A template of a person's own.

use serde::{Deserialize, Serialize};

use crate::state::draft::fields::Draft;

/// So many are kept at most.
pub const MOST: usize = 500;
/// The longest name, in characters.
pub const MAX_NAME_CHARS: usize = 80;

/// A template of a person's own: the form, under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Template {
    /// What the person calls it.
    pub name: String,
    /// What the form said.
    #[serde(flatten)]
    pub draft: Draft,
}
