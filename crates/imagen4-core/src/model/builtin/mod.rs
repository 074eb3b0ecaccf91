//! The rows that come with this build, in WaveSpeed's own shape: the Imagen 4 family, which has left WaveSpeed's catalogue, and some
//! models of each form that was offered in October 2026. Prices and bounds are those of that month.
//!
//! With a key they are only a beginning: what WaveSpeed lists wins. What WaveSpeed's shape cannot say stands in `x-playground`: a
//! name for people, how many outputs a call has, what a shape comes to in pixels, rules for sizes, and what moves the price.

use std::sync::LazyLock;

use serde_json::Value;

use super::{ModelSpec, row::EXTRAS};

/// When these rows were right.
pub const DATED: &str = "2026-10-02";

/// Ids of models whose outputs are no image that can be kept here: vectors and material sets. `*` is any text.
pub const NOT_IMAGES: [&str; 3] = ["*vector*", "*material*", "*svg*"];

/// The family that the default is of. A page that wants no more than the default carries no more than this.
const IMAGEN: &str = include_str!("imagen.json");
const OFFERED: &str = include_str!("offered.json");

static ROWS: LazyLock<Vec<Value>> = LazyLock::new(|| [IMAGEN, OFFERED].map(read).concat());

static DEFAULT: LazyLock<ModelSpec> =
    LazyLock::new(|| ModelSpec::from_row(&read(IMAGEN)[0]).expect("the first row of this build is a model"));

fn read(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("the rows of this build are JSON")
}

/// The rows, the default model first.
pub fn rows() -> &'static [Value] {
    &ROWS
}

/// The first of them: what is asked for where no other model is named.
pub fn default_model() -> &'static ModelSpec {
    &DEFAULT
}

/// A row as WaveSpeed would send it: without what its shape cannot say.
pub fn in_vendors_shape(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(fields) = row.as_object_mut() {
        fields.remove(EXTRAS);
    }
    row
}
