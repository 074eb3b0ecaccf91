//! What submitting a run and submitting a group have in common: the key, the fingerprint, the price, and the refusals.

use axum::http::{HeaderMap, StatusCode};
use imagen4_core::{MicroUsd, ModelInput, Problem, ProblemCode, RunId};
use imagen4_engine::Env;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::app::App;
use super::problem::{ApiError, ApiResult};
use crate::store::{Accepted, NewRun, ReadTx, StoreError};

const MAX_KEY_CHARS: usize = 255;

/// Who asks, and under which key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) person: &'static str,
    pub(super) key_hash: [u8; 32],
}

impl Asked {
    pub(super) fn by(person: &'static str, key: &[u8]) -> Self {
        Self { person, key_hash: Sha256::digest(key).into() }
    }

    /// The same for one run of a group.
    pub(super) fn place(self, place: usize) -> Self {
        let key = [&self.key_hash[..], &place.to_be_bytes()].concat();
        Self::by(self.person, &key)
    }

    /// Of a request as it was asked for: a seed that is rolled here would make every repetition a new one.
    pub(super) fn fingerprint(self, asked: &impl Serialize) -> [u8; 32] {
        Sha256::digest(serde_json::to_vec(asked).unwrap_or_default()).into()
    }

    /// What the same click brought before; a repetition needs neither a price nor a model that is still offered.
    pub(super) async fn before(self, app: &App, fingerprint: [u8; 32]) -> ApiResult<Option<Accepted>> {
        let read = move |tx: &ReadTx<'_>| tx.accepted_before(self.person, self.key_hash, fingerprint);
        Ok(app.store.read(read).await?)
    }

    /// A new run, with a seed, at what it was quoted for.
    pub(super) fn run(
        self,
        app: &App,
        input: ModelInput,
        price: MicroUsd,
        parent: Option<RunId>,
        fingerprint: [u8; 32],
    ) -> NewRun {
        NewRun {
            id: fresh_id(&app.env),
            person: self.person.to_owned(),
            key_hash: self.key_hash,
            fingerprint,
            price,
            request: input.with_rolled_seed(app.env.random() as u32).into_request(),
            parent,
        }
    }
}

/// A run's id. There is no 429 in it: an SDK that was told to try again takes that for a rate limit wherever it stands in an
/// error, and would buy the run a second time.
fn fresh_id(env: &Env) -> RunId {
    loop {
        let id = RunId::from_bits(env.random());
        if !id.to_string().contains("429") {
            return id;
        }
    }
}

/// The status and the id of what was accepted, or why it was not.
pub(super) fn accepted(outcome: Result<Accepted, StoreError>) -> ApiResult<(StatusCode, RunId)> {
    match outcome.map_err(|error| ApiError::from(error).unsure())? {
        Accepted::New(id) => Ok((StatusCode::ACCEPTED, id)),
        Accepted::Before(id) => Ok((StatusCode::OK, id)),
        Accepted::KeyReused => {
            let advice = "A new request needs a new key. Nothing was sent.";
            Err(Problem::new(ProblemCode::IdempotencyKeyReused).detail(advice).into())
        }
        Accepted::Deleted => {
            let advice = "It was deleted. A new request needs a new key. Nothing was sent.";
            Err(Problem::new(ProblemCode::RunDeleted).detail(advice).into())
        }
        Accepted::OverBudget(budget) => {
            let left = (budget.cap_microusd - budget.spent_microusd - budget.held_microusd).max(MicroUsd::ZERO);
            let detail = format!("needs {}, {left} left. Nothing was sent.", budget.price_microusd);
            Err(Problem { budget: Some(budget), ..Problem::new(ProblemCode::OverBudget).detail(detail) }.into())
        }
    }
}

pub(super) fn idempotency_key(headers: &HeaderMap) -> ApiResult<&[u8]> {
    let key = headers.get("idempotency-key").map(|key| key.as_bytes()).unwrap_or_default();
    if key.is_empty() || key.len() > MAX_KEY_CHARS {
        let detail = format!(
            "Send an Idempotency-Key header of 1 to {MAX_KEY_CHARS} characters, the same for every repetition of one submission."
        );
        return Err(Problem::new(ProblemCode::IdempotencyKeyRequired).detail(detail).into());
    }
    Ok(key)
}
