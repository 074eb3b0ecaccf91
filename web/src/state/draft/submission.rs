//! A submission and the life of its key. The proxy makes one run of a key, however often it is sent, so a key lives until its answer is
//! known and no longer.

use imagen4_core::{MicroUsd, ProblemCode, Timestamp};

use crate::api::{ApiError, Submission};
use crate::state::storage::Store;

const KEY: &str = "imagen4.armed";
/// What the page agreed to pay stands behind everything else in a body.
const MOST: &str = ",\"max_price_microusd\":";

/// Clicks on the same thing that are closer than this, in milliseconds, are one: a double click, or a key that is held down.
pub const ONE_CLICK_MS: u64 = 700;

/// The last click, of which a double click is the second half.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    body: String,
    at: Timestamp,
}

impl Click {
    /// Notes a click; whether it is only a part of the one before.
    pub fn repeats(last: &mut Option<Self>, body: &str, at: Timestamp) -> bool {
        let before = last.replace(Self { body: body.to_owned(), at });
        before.is_some_and(|before| before.body == body && at.ms_since(before.at) < ONE_CLICK_MS)
    }
}

/// The submission of what `body` makes of a key, to be bought for `most`: with the key it has already, if it waits for an answer, else
/// with a new one. What is rolled for a body is rolled from its key, so the same key is the same body; what waits for an answer keeps the
/// price that it was sent with.
pub fn prepare(
    waiting: Option<Submission>,
    body: impl Fn(&str) -> String,
    most: MicroUsd,
    new_key: impl FnOnce() -> String,
) -> Submission {
    match waiting {
        Some(waiting) if is_of(&waiting, &body) => waiting,
        _ => {
            let key = new_key();
            Submission { body: with_price(&body(&key), most), key }
        }
    }
}

/// Whether a submission is what `body` makes of its key, at whatever price.
pub fn is_of(submission: &Submission, body: impl Fn(&str) -> String) -> bool {
    body(&submission.key) == without_price(&submission.body)
}

/// Whether `answer` ends the life of the key.
pub fn is_settled_by<T>(answer: &Result<T, ApiError>) -> bool {
    match answer {
        Ok(_) => true,
        // Before a price is known nothing is made of a key.
        Err(ApiError::Refused(problem)) if problem.code == ProblemCode::PriceUnknown => true,
        // The server knows the key from before, as something that it does not recognize any more: it may be this very click, bought.
        Err(ApiError::Refused(problem)) if problem.code == ProblemCode::IdempotencyKeyReused => false,
        Err(error) => error.is_definite(),
    }
}

/// What still waits for an answer in this tab, also after a reload.
pub fn waiting(store: &Store) -> Option<Submission> {
    let kept = store.get(KEY)?;
    let (key, body) = kept.split_once('\n')?;
    Some(Submission { key: key.to_owned(), body: body.to_owned() })
}

/// Remembers a submission, before it is sent.
pub fn remember(submission: &Submission, store: &Store) {
    store.set(KEY, Some(&format!("{}\n{}", submission.key, submission.body)));
}

/// Forgets what was submitted: its answer is known.
pub fn forget(store: &Store) {
    store.set(KEY, None);
}

/// A body that says what it may cost at most, last of all.
fn with_price(body: &str, most: MicroUsd) -> String {
    match body.strip_suffix('}') {
        Some(body) => format!("{body}{MOST}{}}}", most.micros()),
        None => body.to_owned(),
    }
}

fn without_price(body: &str) -> String {
    match body.rsplit_once(MOST) {
        // Inside of an input more braces would follow.
        Some((body, price)) if price.strip_suffix('}').is_some_and(|it| it.parse::<i64>().is_ok()) => {
            format!("{body}}}")
        }
        _ => body.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::Problem;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn submission(key: &str, body: &str) -> Submission {
        Submission { key: key.to_owned(), body: body.to_owned() }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_same_body_keeps_its_key_and_another_body_gets_its_own() {
        let rolled = |key: &str| format!("{{\"a\":\"{key}\"}}");
        let cents = MicroUsd::new(40_000);
        let first = prepare(None, rolled, cents, || "1".into());
        assert_eq!(first, submission("1", r#"{"a":"1","max_price_microusd":40000}"#));
        assert!(is_of(&first, rolled) && !is_of(&first, |_| "{}".into()));
        assert_eq!(
            prepare(Some(first.clone()), rolled, MicroUsd::new(50_000), || "2".into()),
            first,
            "at another price it would be bought twice"
        );
        let other = |_: &str| r#"{"b":{"x":1,"max_price_microusd":5}}"#.to_owned();
        let second = prepare(Some(first), other, cents, || "2".into());
        assert!(second.key == "2" && is_of(&second, other));
        assert!(is_of(&submission("3", &other("")), other), "what an input is called changes nothing");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_double_click_is_one_press_and_a_held_key_never_ends() {
        let mut last = None;
        let mut repeats = |body, ms| Click::repeats(&mut last, body, Timestamp::from_ms(ms));
        assert!(!repeats("a", 0));
        assert!((1..9).all(|press| repeats("a", press * 400)));
        assert!(!repeats("b", 3_201), "another variant is another run");
        assert!(!repeats("b", 3_901), "and a press after a pause is meant");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_key_lives_until_its_answer_is_known() {
        let refused = |code| Err::<(), _>(ApiError::Refused(Box::new(Problem::new(code))));
        assert!(is_settled_by(&Ok(())));
        assert!(is_settled_by(&refused(ProblemCode::OverBudget)));
        assert!(is_settled_by(&refused(ProblemCode::PriceChanged)));
        assert!(is_settled_by(&refused(ProblemCode::PriceUnknown)), "nothing was held");
        assert!(!is_settled_by(&refused(ProblemCode::StorageFailed)));
        assert!(!is_settled_by::<()>(&Err(ApiError::Unreachable)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn without_storage_it_is_only_forgotten_earlier() {
        let store = Store::denied();
        remember(&submission("1", "a"), &store);
        assert_eq!(waiting(&store), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_key_that_the_server_knows_as_something_else_is_kept() {
        let refused = |code| Err::<(), _>(ApiError::Refused(Box::new(Problem::new(code))));
        assert!(!is_settled_by(&refused(ProblemCode::IdempotencyKeyReused)), "it may be bought already");
        assert!(is_settled_by(&refused(ProblemCode::InvalidRequest)));
    }
}
