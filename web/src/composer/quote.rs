//! What the form would cost: asked for as it changes, once for everything that costs the same, and kept until the models change.

use std::collections::BTreeMap;

use imagen4_core::api::Quote;
use imagen4_core::{MicroUsd, ProblemCode};

use super::composed::Ask;
use crate::api::{self, ApiError};
use crate::app::App;
use crate::platform::reactive::{Signal, effect, spawn};
use crate::platform::timer::Timer;

/// A pause of that many milliseconds is the time to ask.
const PAUSE_MS: i32 = 300;

/// What is known of what a press costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Price {
    /// It cannot be asked for: what the form says has none.
    None,
    /// The answer is on its way.
    Asking,
    /// It is known.
    Known {
        /// What is held and paid.
        price: MicroUsd,
        /// The same without an account's discount.
        list: MicroUsd,
    },
    /// It could not be had, and why.
    Failed(ApiError),
}

impl Price {
    /// The price, if it is known.
    pub fn known(&self) -> Option<MicroUsd> {
        match self {
            Self::Known { price, .. } => Some(*price),
            _ => None,
        }
    }

    /// Whether the vendor does not serve the model any longer.
    pub fn says_retired(&self) -> bool {
        matches!(self, Self::Failed(ApiError::Refused(problem)) if problem.code == ProblemCode::ModelRetired)
    }

    /// Whether asking again may help.
    pub fn can_be_retried(&self) -> bool {
        match self {
            Self::Failed(ApiError::Refused(problem)) => problem.retryable,
            Self::Failed(_) => true,
            _ => false,
        }
    }
}

#[derive(Clone, Debug)]
enum Answer {
    Asked,
    Told(Quote),
    Failed(ApiError),
}

/// The prices that were asked for.
#[derive(Clone, Copy, Debug)]
pub struct Quotes {
    answers: Signal<BTreeMap<String, Answer>>,
    timer: Signal<Option<Timer>>,
}

impl Quotes {
    /// None yet.
    pub fn new() -> Self {
        Self { answers: Signal::new(BTreeMap::new()), timer: Signal::new(None) }
    }

    /// What everything together costs.
    pub fn price(self, asks: &[Ask]) -> Price {
        if asks.is_empty() {
            return Price::None;
        }
        self.answers.with(|answers| {
            let (mut price, mut list) = (MicroUsd::ZERO, MicroUsd::ZERO);
            for ask in asks {
                match answers.get(&ask.key) {
                    Some(Answer::Told(quote)) => {
                        price = price + quote.price_microusd.times(ask.times);
                        list = list + quote.list_price_microusd.times(ask.times);
                    }
                    Some(Answer::Failed(error)) => return Price::Failed(error.clone()),
                    Some(Answer::Asked) | None => return Price::Asking,
                }
            }
            Price::Known { price, list }
        })
    }

    /// Takes an answer to one of the questions.
    pub fn take(self, asks: &[Ask], answer: &Result<Quote, ApiError>) {
        self.answers.update(|answers| {
            for ask in asks {
                let answer = match answer {
                    Ok(quote) => Answer::Told(*quote),
                    Err(error) => Answer::Failed(error.clone()),
                };
                answers.insert(ask.key.clone(), answer);
            }
        });
    }

    /// Everything together costs so much now: somebody was told instead of being sold it.
    pub(super) fn changed(self, asks: &[Ask], price: MicroUsd) {
        self.answers.update(|answers| match asks {
            [ask] => {
                if let Some(Answer::Told(quote)) = answers.get_mut(&ask.key) {
                    // A little more than it is would do no harm, and less would be refused again.
                    let times = i64::from(ask.times.max(1));
                    quote.price_microusd = MicroUsd::new((price.micros() + times - 1) / times);
                }
            }
            asks => asks.iter().for_each(|ask| drop(answers.remove(&ask.key))),
        });
    }

    /// These are asked for anew.
    pub(super) fn forget(self, asks: &[Ask]) {
        self.answers.update(|answers| asks.iter().for_each(|ask| drop(answers.remove(&ask.key))));
    }

    fn ask(self, app: App, asks: Vec<Ask>) {
        self.answers.update(|answers| asks.iter().for_each(|ask| drop(answers.insert(ask.key.clone(), Answer::Asked))));
        for ask in asks {
            spawn(async move {
                let answer = api::quote(&ask.request).await;
                app.server.note(&answer);
                self.take(&[ask], &answer);
                if matches!(&answer, Err(ApiError::Refused(problem)) if problem.code == ProblemCode::ModelRetired) {
                    app.server.ask_models_soon();
                }
            });
        }
    }
}

impl Default for Quotes {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks for what the form costs whenever that is not known.
pub(super) fn keep(app: App) {
    let quotes = app.composer.quotes;
    effect(move || {
        let asks = app.present.composed.with(|composed| composed.asks.clone());
        let missing: Vec<_> =
            quotes.answers.with(|answers| asks.into_iter().filter(|ask| !answers.contains_key(&ask.key)).collect());
        if missing.is_empty() {
            quotes.timer.set(None);
            return;
        }
        // The first one can be asked at once.
        let pause = if quotes.answers.with_untracked(BTreeMap::is_empty) { 0 } else { PAUSE_MS };
        quotes.timer.set(Some(Timer::once(pause, move || quotes.ask(app, missing.clone()))));
    });
    // Another list, or another server, may have other prices.
    let source = Signal::derived(move || {
        let upstream = app.server.config.with(|config| config.as_ref().map(|config| config.upstream.name.clone()));
        (upstream, app.server.models.with(|models| models.catalogue.updated_at()))
    });
    effect(move || {
        source.track();
        quotes.answers.update(|answers| answers.retain(|_, answer| matches!(answer, Answer::Asked)));
    });
    // Who could not be reached is asked again when they can be.
    effect(move || {
        if app.server.reachable.get() {
            let is_lost = |answer: &Answer| matches!(answer, Answer::Failed(ApiError::Unreachable));
            quotes.answers.maybe_update(|answers| {
                let before = answers.len();
                answers.retain(|_, answer| !is_lost(answer));
                answers.len() < before
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Problem, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::composer::composed::Composed;
    use crate::composer::draft::Draft;
    use crate::platform::reactive::Scope;
    use crate::server::models::tests::told;

    fn quote(price: i64) -> Result<Quote, ApiError> {
        let list = MicroUsd::new(price + 1_000);
        Ok(Quote { price_microusd: MicroUsd::new(price), list_price_microusd: list, quoted_at: Timestamp::default() })
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn wordings_are_one_question_and_its_answer_times_their_number() {
        let draft = Draft { prompt: "a {red|blue|grey} fox".into(), count: "4".into(), ..Draft::default() };
        let composed = Composed::of(&Draft { model: "wavespeed-ai/imagen4".into(), ..draft }, &told(&[]));
        assert_eq!((composed.runs(), composed.asks.len()), (3, 1));
        Scope::new().with(|| {
            let quotes = Quotes::new();
            assert_eq!(quotes.price(&composed.asks), Price::Asking);
            quotes.take(&composed.asks, &quote(160_000));
            let known = |price, list| Price::Known { price: MicroUsd::new(price), list: MicroUsd::new(list) };
            assert_eq!(quotes.price(&composed.asks), known(480_000, 483_000));
            quotes.changed(&composed.asks, MicroUsd::new(500_000));
            assert_eq!(quotes.price(&composed.asks), known(500_001, 483_000), "and never less than was said");
            quotes.forget(&composed.asks);
            assert_eq!(quotes.price(&composed.asks), Price::Asking);
            assert_eq!(quotes.price(&[]), Price::None);
        });
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_failure_says_whether_asking_again_may_help() {
        let failed = |code| Price::Failed(ApiError::Refused(Box::new(Problem::new(code))));
        assert!(failed(ProblemCode::PriceUnknown).can_be_retried());
        assert!(Price::Failed(ApiError::Unreachable).can_be_retried());
        assert!(
            !failed(ProblemCode::ModelRetired).can_be_retried() && failed(ProblemCode::ModelRetired).says_retired()
        );
        assert!(!failed(ProblemCode::InvalidRequest).can_be_retried());
    }
}
