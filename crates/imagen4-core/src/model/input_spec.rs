//! What a model can be told: its inputs, and what each of them takes.

use serde_json::Value;

use super::shape::PixelRules;

/// An input with more choices than that is not offered: nobody could look through them.
pub const MAX_CHOICES: usize = 256;

/// Most outputs that one run is taken to have.
pub const MAX_OUTPUTS: u32 = 16;

/// One input of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct InputSpec {
    /// Its name on the wire.
    pub name: String,
    /// WaveSpeed's label for it.
    pub title: String,
    /// WaveSpeed's words on it.
    pub description: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it takes.
    pub kind: InputKind,
}

/// What an input takes, and what it is when nothing is said.
#[derive(Clone, Debug, PartialEq)]
pub enum InputKind {
    /// Any text.
    Text {
        /// What it is otherwise.
        default: Option<String>,
        /// Fewest characters.
        min_chars: Option<usize>,
        /// Most characters.
        max_chars: Option<usize>,
    },
    /// One of some texts or numbers.
    Choice {
        /// They.
        options: Vec<Value>,
        /// What it is otherwise.
        default: Option<Value>,
    },
    /// A whole number.
    Integer {
        /// What it is otherwise.
        default: Option<i64>,
        /// The least.
        min: Option<i64>,
        /// The most.
        max: Option<i64>,
        /// It is a multiple of that.
        multiple_of: Option<i64>,
    },
    /// A number.
    Number {
        /// What it is otherwise.
        default: Option<f64>,
        /// The least.
        min: Option<f64>,
        /// The most.
        max: Option<f64>,
        /// How finely a control should go; nothing is refused by it.
        step: Option<f64>,
    },
    /// True or false.
    Switch {
        /// What it is otherwise.
        default: Option<bool>,
    },
    /// Width and height in pixels: `1024*768`.
    Pixels {
        /// What it is otherwise.
        default: Option<String>,
        /// The shortest side.
        min: u32,
        /// The longest side.
        max: u32,
        /// What else is known of it.
        rules: PixelRules,
    },
}

impl InputKind {
    /// What it is when nothing is said.
    pub fn default_value(&self) -> Option<Value> {
        match self {
            Self::Text { default, .. } | Self::Pixels { default, .. } => default.clone().map(Value::from),
            Self::Choice { default, .. } => default.clone(),
            Self::Integer { default, .. } => default.map(Value::from),
            Self::Number { default, .. } => default.map(Value::from),
            Self::Switch { default } => default.map(Value::from),
        }
    }
}
