//! Models as data: what WaveSpeed publishes of each, and inputs that are valid for one.
//!
//! # Layout
//! - [`ModelSpec`], [`InputSpec`]: a model and its inputs, read from WaveSpeed's catalogue in `row` and `schema`
//! - [`Concepts`]: which input is the prompt, the negative prompt, the shape, the count, the seed
//! - [`accepted_schema`]: what a model takes here, as JSON Schema
//! - [`shape`]: what a choice of shape comes to, as a ratio and in pixels
//! - [`ModelInput`]: an input that a model takes, in its normal form
//! - [`carry()`]: taking a draft along to another model
//! - [`Catalogue`]: the models of a server; what is gone, and what is close to it
//! - [`ModelOnWire`]: all that is told of a model, as one flat object
//! - [`builtin`]: the rows that come with this build

mod accepted;
pub mod builtin;
mod carry;
mod catalogue;
pub(crate) mod concepts;
mod input;
mod input_spec;
mod kind;
mod row;
mod schema;
pub mod shape;
mod spec;
mod value;
mod wire;
mod words;

pub use accepted::accepted_schema;
pub use carry::{Carried, carry};
pub use catalogue::{Catalogue, Entry, Kept, Sources};
pub use concepts::Concepts;
pub use input::ModelInput;
pub use input_spec::{InputKind, InputSpec, MAX_CHOICES, MAX_OUTPUTS};
pub use row::{RowError, is_image_model, is_model_id, rows_of};
pub use shape::{PixelRules, Ratio};
pub use spec::{ListPrice, ModelSpec};
pub use value::MAX_PROMPT_CHARS;
pub use wire::{InputOnWire, ModelOnWire};
