//! Which calls something happens to.

use serde::{Deserialize, Serialize};

use super::{Effect, Fate};

/// One rule of a script.
///
/// ```
/// use imagen4_engine::faults::{Effect, On, Rule};
/// let rule = Rule::on(On::Submit).prompt("fox").times(2).then(Effect::RateLimit { retry_after_s: Some(7) });
/// assert_eq!(rule.times, 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// The kind of call.
    pub on: On,
    /// Only where the prompt contains this; for results, outputs and deletions the prompt of their prediction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Only where the model has this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// So many matching calls are left alone first.
    pub skip: u64,
    /// So many matching calls after those are taken.
    pub times: u64,
    /// Every matching call is taken, whatever `times` says.
    pub always: bool,
    /// Percent of the matching calls that are taken, by chance; those spared do not count as uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance: Option<u8>,
    /// What happens to the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Effect>,
    /// What becomes of the prediction, if this call is a submission and is accepted.
    #[serde(skip_serializing_if = "Fate::is_ordinary")]
    pub fate: Fate,
}

/// The kinds of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// `POST /api/v3/{model}`
    #[default]
    Submit,
    /// `GET /api/v3/predictions/{id}` and `…/result`
    Result,
    /// `POST /api/v3/predictions`
    List,
    /// `POST /api/v3/predictions/delete`
    Delete,
    /// `POST /api/v3/billings/search`
    Billings,
    /// `GET` of an image
    Output,
    /// `GET /api/v3/balance`
    Balance,
    /// `GET /api/v3/models`
    Models,
    /// `POST /api/v3/model/price`
    Price,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            on: On::Submit,
            prompt: None,
            model: None,
            skip: 0,
            times: 1,
            always: false,
            chance: None,
            then: None,
            fate: Fate::default(),
        }
    }
}

impl Rule {
    /// The first call of that kind; nothing happens to it yet.
    pub fn on(on: On) -> Self {
        Self { on, ..Self::default() }
    }

    /// Only where the prompt contains `part`.
    pub fn prompt(self, part: impl Into<String>) -> Self {
        Self { prompt: Some(part.into()), ..self }
    }

    /// Only of that model.
    pub fn model(self, id: impl Into<String>) -> Self {
        Self { model: Some(id.into()), ..self }
    }

    /// Leaves the first `count` matching calls alone.
    pub fn skip(self, count: u64) -> Self {
        Self { skip: count, ..self }
    }

    /// Takes `count` matching calls.
    pub fn times(self, count: u64) -> Self {
        Self { times: count, ..self }
    }

    /// Takes every matching call.
    pub fn always(self) -> Self {
        Self { always: true, ..self }
    }

    /// Takes a matching call with a chance of so many percent.
    pub fn chance(self, percent: u8) -> Self {
        Self { chance: Some(percent), ..self }
    }

    /// What happens to the call.
    pub fn then(self, effect: Effect) -> Self {
        Self { then: Some(effect), ..self }
    }

    /// What becomes of the prediction.
    pub fn fate(self, fate: Fate) -> Self {
        Self { fate, ..self }
    }

    /// Why it is no sensible rule.
    pub(super) fn complaint(&self) -> Option<String> {
        if self.then.is_none() && self.fate.is_ordinary() {
            return Some("it says neither `then` nor `fate`".to_owned());
        }
        if self.on != On::Submit && !self.fate.is_ordinary() {
            return Some("only a submission has a `fate`".to_owned());
        }
        if self.chance.is_some_and(|percent| percent > 100) {
            return Some("`chance` is more than 100 percent".to_owned());
        }
        if self.on != On::Price && matches!(self.then, Some(Effect::Quote { .. })) {
            return Some("only a question for a price has a `quote`".to_owned());
        }
        self.then.as_ref().and_then(Effect::complaint).or_else(|| self.fate.complaint())
    }
}
