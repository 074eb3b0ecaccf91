//! Everything that is wrong with an input, field by field, at once.

use std::collections::BTreeMap;
use std::fmt;

/// A value that is refused, in words that fit behind the field's name: "must be …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(String);

impl Refusal {
    /// Refuses with what is allowed.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Field name → what is wrong with it and what is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<String, String>);

impl FieldErrors {
    /// Notes that `field` is refused; the first reason stays.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| message.into());
    }

    /// Passes a good value on and notes a refusal.
    pub fn check<T>(&mut self, field: &str, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.add(field, refusal.0)).ok()
    }

    /// Notes everything that is wrong elsewhere as well.
    pub fn merge(&mut self, others: Self) {
        others.iter().for_each(|(field, message)| self.add(field, message));
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields and their messages, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }

    /// The fields and their messages, as they go over the wire.
    pub fn into_map(self) -> BTreeMap<String, String> {
        self.0
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (field, message)) in self.iter().enumerate() {
            write!(f, "{}{field} {message}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}
