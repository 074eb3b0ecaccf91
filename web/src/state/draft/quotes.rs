//! What the form would cost: asked for as it changes, once for everything that costs the same, and kept until the models change.

use std::collections::BTreeMap;

use gloo_timers::callback::Timeout;
use imagen4_core::api::Quote;
use imagen4_core::{MicroUsd, ProblemCode};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::plan::PriceQuery;
use crate::api::{self, ApiError};
use crate::state::config::ConfigStore;

/// A pause of that many milliseconds is the time to ask.
const PAUSE_MS: u32 = 300;

/// What is known of what Generate costs.
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

    /// Whether WaveSpeed does not serve the model any longer.
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
    Quoted(Quote),
    Failed(ApiError),
}

/// The prices that were asked for.
#[derive(Clone, Copy, Debug)]
pub struct Quotes {
    config: ConfigStore,
    answers: RwSignal<BTreeMap<String, Answer>>,
    pause: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Quotes {
    /// None yet.
    pub fn new(config: ConfigStore) -> Self {
        Self { config, answers: RwSignal::new(BTreeMap::new()), pause: StoredValue::new_local(None) }
    }

    /// What everything together costs.
    pub fn price(self, queries: &[PriceQuery]) -> Price {
        if queries.is_empty() {
            return Price::None;
        }
        self.answers.with(|answers| {
            let (mut price, mut list) = (MicroUsd::ZERO, MicroUsd::ZERO);
            for query in queries {
                match answers.get(&query.key) {
                    Some(Answer::Quoted(quote)) => {
                        price = price + quote.price_microusd.times(query.times);
                        list = list + quote.list_price_microusd.times(query.times);
                    }
                    Some(Answer::Failed(error)) => return Price::Failed(error.clone()),
                    Some(Answer::Asked) | None => return Price::Asking,
                }
            }
            Price::Known { price, list }
        })
    }

    /// Takes an answer to a query.
    pub fn take(self, query: &PriceQuery, answer: &Result<Quote, ApiError>) {
        let answer = match answer {
            Ok(quote) => Answer::Quoted(*quote),
            Err(error) => Answer::Failed(error.clone()),
        };
        self.answers.update(|answers| drop(answers.insert(query.key.clone(), answer)));
    }

    /// Everything together costs so much now: somebody was told instead of being sold it.
    pub(super) fn changed(self, queries: &[PriceQuery], price: MicroUsd) {
        self.answers.update(|answers| match queries {
            [query] => {
                if let Some(Answer::Quoted(quote)) = answers.get_mut(&query.key) {
                    // A little more than it is would do no harm, and less would be refused again.
                    let times = i64::from(query.times.max(1));
                    quote.price_microusd = MicroUsd::new((price.micros() + times - 1) / times);
                }
            }
            queries => queries.iter().for_each(|query| drop(answers.remove(&query.key))),
        });
    }

    /// These are asked for anew.
    pub fn forget(self, queries: &[PriceQuery]) {
        self.answers.update(|answers| queries.iter().for_each(|query| drop(answers.remove(&query.key))));
    }

    fn ask(self, queries: Vec<PriceQuery>) {
        self.answers.update(|answers| {
            queries.iter().for_each(|query| drop(answers.insert(query.key.clone(), Answer::Asked)));
        });
        for query in queries {
            spawn_local(async move {
                let answer = api::quote(&query.request).await;
                self.config.note(&answer);
                self.take(&query, &answer);
                if matches!(&answer, Err(ApiError::Refused(problem)) if problem.code == ProblemCode::ModelRetired) {
                    self.config.reload_models_soon();
                }
            });
        }
    }

    /// Asks for prices whenever they are not known: of what the form comes to, after a pause.
    pub(super) fn keep_asking(self, queries: Memo<Vec<PriceQuery>>) {
        Effect::new(move || {
            let missing: Vec<_> = self
                .answers
                .with(|answers| queries.get().into_iter().filter(|query| !answers.contains_key(&query.key)).collect());
            let is_first = self.answers.with_untracked(BTreeMap::is_empty);
            // The first one can be asked at once.
            let pause = if is_first { 0 } else { PAUSE_MS };
            let ask = (!missing.is_empty()).then(|| Timeout::new(pause, move || self.ask(missing)));
            self.pause.set_value(ask);
        });
        // Another list, or another server, may have other prices.
        let source = Memo::new(move |_| {
            let upstream = self.config.server.with(|server| server.as_ref().map(|server| server.upstream.name.clone()));
            (upstream, self.config.models.with(|models| models.catalogue.updated_at()))
        });
        Effect::new(move || {
            // A memo that nobody reads follows nothing.
            source.get();
            self.answers.update(|answers| answers.retain(|_, answer| matches!(answer, Answer::Asked)));
        });
        // Who could not be reached is asked again when they can be.
        Effect::new(move || {
            if self.config.reachable.get() {
                let is_lost = |answer: &Answer| matches!(answer, Answer::Failed(ApiError::Unreachable));
                self.answers.maybe_update(|answers| {
                    let before = answers.len();
                    answers.retain(|_, answer| !is_lost(answer));
                    answers.len() < before
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Problem, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::draft::fields::Draft;
    use crate::state::draft::plan::Plan;

    fn quote(price: i64) -> Result<Quote, ApiError> {
        let list = MicroUsd::new(price + 1_000);
        Ok(Quote { price_microusd: MicroUsd::new(price), list_price_microusd: list, quoted_at: Timestamp::default() })
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn variants_are_one_question_and_its_answer_times_their_number() {
        let draft = Draft { prompt: "a {red|blue|grey} fox".into(), count: "4".into(), ..Draft::default() };
        let plan = Plan::of(&Draft { model: "wavespeed-ai/imagen4".into(), ..draft }, &told(&[]));
        assert_eq!((plan.runs(), plan.queries.len()), (3, 1));
        Owner::new().with(|| {
            let quotes = Quotes::new(ConfigStore::new());
            assert_eq!(quotes.price(&plan.queries), Price::Asking);
            quotes.take(&plan.queries[0], &quote(160_000));
            let known = |price, list| Price::Known { price: MicroUsd::new(price), list: MicroUsd::new(list) };
            assert_eq!(quotes.price(&plan.queries), known(480_000, 483_000));
            quotes.changed(&plan.queries, MicroUsd::new(500_000));
            assert_eq!(quotes.price(&plan.queries), known(500_001, 483_000), "and never less than was said");
            quotes.forget(&plan.queries);
            assert_eq!(quotes.price(&plan.queries), Price::Asking);
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
