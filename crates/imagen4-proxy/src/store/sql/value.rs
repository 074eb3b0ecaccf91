//! What goes into a statement and what comes out of it: the same for every database.

use imagen4_core::{MicroUsd, RunId, RunRequest, RunState, Timestamp};

use crate::store::{Result, StoreError};

/// One value of a column. Flags are 0 and 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// None.
    Null,
    /// A number, a flag, a time in milliseconds, or money in micro-dollars.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

macro_rules! into_value {
    ($($type:ty: $value:ident => $made:expr),+ $(,)?) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        })+
    };
}

into_value! {
    i64: number => Self::Integer(number),
    // Nothing that is counted here comes near the limit.
    u64: number => Self::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
    u32: number => Self::Integer(number.into()),
    u8: number => Self::Integer(number.into()),
    bool: flag => Self::Integer(flag.into()),
    // PostgreSQL has no place for this one character, and nobody sees it.
    &str: text => Self::Text(text.replace('\0', "")),
    &String: text => Self::from(text.as_str()),
    String: text => Self::from(text.as_str()),
    [u8; 32]: bytes => Self::Blob(bytes.to_vec()),
    RunId: id => Self::Text(id.to_string()),
    RunState: state => Self::Text(state.as_str().to_owned()),
    Timestamp: at => Self::Integer(at.ms()),
    MicroUsd: amount => Self::Integer(amount.micros()),
    // Our own types have no keys or numbers that JSON lacks.
    &RunRequest: request => Self::Text(serde_json::to_string(request).unwrap_or_default()),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Something that a column can be read as.
pub trait FromValue: Sized {
    /// Reads it, or says what it should have been. A text that is wrong is not repeated: it may be a prompt.
    fn from_value(value: Value) -> std::result::Result<Self, &'static str>;
}

macro_rules! from_integer {
    ($($type:ty),+) => {
        $(impl FromValue for $type {
            fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
                match value {
                    Value::Integer(number) => Self::try_from(number).map_err(|_| "a number that is out of range"),
                    _ => Err("something that should be a number"),
                }
            }
        })+
    };
}

from_integer!(i64, u64, u32, u8);

impl FromValue for bool {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        i64::from_value(value).map(Self::from_ms)
    }
}

impl FromValue for MicroUsd {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        i64::from_value(value).map(Self::new)
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        match value {
            Value::Text(text) => Ok(text),
            _ => Err("something that should be a text"),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        match value {
            Value::Blob(bytes) => Ok(bytes),
            _ => Err("something that should be bytes"),
        }
    }
}

impl FromValue for RunId {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        String::from_value(value)?.parse().map_err(|_| "a run's id")
    }
}

impl FromValue for RunState {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        Self::from_wire(&String::from_value(value)?).ok_or("a run's state")
    }
}

impl FromValue for RunRequest {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        serde_json::from_str(&String::from_value(value)?).map_err(|_| "a run's request")
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> std::result::Result<Self, &'static str> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// One row of an answer, read column by column.
#[derive(Debug)]
pub struct Row(std::vec::IntoIter<Value>);

impl Row {
    /// A row of these columns.
    pub fn new(columns: Vec<Value>) -> Self {
        Self(columns.into_iter())
    }

    /// All columns as they are.
    pub fn into_values(self) -> Vec<Value> {
        self.0.collect()
    }

    /// The next column.
    ///
    /// # Errors
    /// When there is none, or it is something else.
    pub fn take<T: FromValue>(&mut self) -> Result<T> {
        let value = self.0.next().ok_or_else(|| StoreError::Unreadable("a row that is too short".to_owned()))?;
        T::from_value(value).map_err(|what| StoreError::Unreadable(what.to_owned()))
    }
}

/// Something that a row can be read as.
pub trait FromRow: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// When the row does not hold it.
    fn from_row(row: &mut Row) -> Result<Self>;
}

macro_rules! tuple {
    ($($column:ident),+) => {
        impl<$($column: FromValue),+> FromRow for ($($column,)+) {
            fn from_row(row: &mut Row) -> Result<Self> {
                Ok(($(row.take::<$column>()?,)+))
            }
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);
tuple!(A, B, C, D, E, F);
tuple!(A, B, C, D, E, F, G);
tuple!(A, B, C, D, E, F, G, H);

/// The values of a statement's `?1`, `?2`, …
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::sql::Value::from($value)),*]
    };
}
pub(crate) use params;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_holds_something_else_says_what_and_repeats_no_text() {
        let read = |value: Value| RunRequest::from_row_of(value).expect_err("it is none").to_string();
        assert!(read(Value::Text("a fox in the snow".to_owned())).ends_with("a run's request"));
        let mut short = Row::new(vec![Value::Integer(-1)]);
        assert!(short.take::<u32>().expect_err("negative").to_string().contains("out of range"));
        assert!(short.take::<u32>().expect_err("none left").to_string().contains("too short"));
    }

    impl Row {
        fn of(value: Value) -> Self {
            Self::new(vec![value])
        }
    }

    trait Single: FromValue {
        fn from_row_of(value: Value) -> Result<Self> {
            Row::of(value).take()
        }
    }

    impl<T: FromValue> Single for T {}
}
