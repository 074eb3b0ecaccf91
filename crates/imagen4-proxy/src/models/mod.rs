//! The models of this server: what the vendor lists, kept over restarts, and what each request costs now.
//!
//! # Layout
//! - [`Models`]: the catalogue that counts now, and asking the vendor for it again
//! - [`keep`]: the vendor's list on disk
//! - [`file`]: rows of a person's own
//! - [`quotes`]: prices of requests, asked once for all who want to know

pub mod file;
pub mod keep;
pub mod quotes;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use imagen4_client::{ApiError, Client};
use imagen4_core::model::{Catalogue, Entry, Kept, Sources, builtin, is_image_model};
use imagen4_core::{ModelInput, Problem, ProblemCode};
use imagen4_engine::Env;
use serde_json::Value;
use wildmatch::WildMatch;

use quotes::Quotes;

/// So many models are named to somebody whose model is gone.
pub const CLOSEST: usize = 3;

/// What the models are made of.
#[derive(Debug)]
pub struct Setup {
    /// Speaks to the vendor.
    pub client: Client,
    /// Whose list it is, as in [`imagen4_core::Run::upstream`].
    pub upstream: String,
    /// Where the vendor's list is kept; `None` forgets it with the process.
    pub path: Option<PathBuf>,
    /// Ids of models that are taken in whatever the vendor calls their kind; `*` is any text.
    pub patterns: Vec<String>,
    /// Rows of a person's own.
    pub file: Vec<Value>,
    /// What a form begins with, if it is offered.
    pub preferred: Option<String>,
    /// The time.
    pub env: Env,
}

/// The models of this server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Models(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    setup: Setup,
    patterns: Vec<WildMatch>,
    kept: Mutex<Kept>,
    catalogue: Mutex<Arc<Catalogue>>,
    quotes: Quotes,
    /// One refresh at a time: an older answer must not be taken over last.
    refreshing: tokio::sync::Mutex<()>,
    refreshes: AtomicU64,
    failures: AtomicU64,
}

/// Why the vendor's list was not taken over; what was known before still counts.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// It was not told.
    #[error("WaveSpeed's model list is not available: {0}")]
    Untold(#[from] ApiError),
    /// It is none that could be believed.
    #[error("WaveSpeed's model list was not adopted: {0}")]
    Unbelievable(&'static str),
}

impl Models {
    /// The models as they were last seen.
    pub fn open(setup: Setup) -> Self {
        let kept = setup.path.as_deref().and_then(|path| keep::read(path, &setup.upstream)).unwrap_or_default();
        let models = Self(Arc::new(Shared {
            patterns: setup.patterns.iter().map(|pattern| WildMatch::new(pattern)).collect(),
            quotes: Quotes::new(setup.client.clone(), setup.env.clone()),
            setup,
            kept: Mutex::default(),
            catalogue: Mutex::default(),
            refreshing: tokio::sync::Mutex::default(),
            refreshes: AtomicU64::default(),
            failures: AtomicU64::default(),
        }));
        models.take(kept);
        models
    }

    /// What counts now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        lock(&self.0.catalogue).clone()
    }

    /// What a form begins with.
    pub fn default_model(&self) -> Option<String> {
        let catalogue = self.catalogue();
        catalogue.default_model(self.0.setup.preferred.as_deref()).map(|entry| entry.spec.id.clone())
    }

    /// The prices of requests.
    pub fn quotes(&self) -> &Quotes {
        &self.0.quotes
    }

    /// How often the vendor's list was taken over, and how often it was not.
    pub fn refreshes(&self) -> (u64, u64) {
        (self.0.refreshes.load(Ordering::Relaxed), self.0.failures.load(Ordering::Relaxed))
    }

    /// Asks the vendor for its list again. A failed or partial answer changes nothing.
    ///
    /// # Errors
    /// When it was not taken over.
    pub async fn refresh(&self) -> Result<(), RefreshError> {
        let outcome = self.ask().await;
        let counter = if outcome.is_ok() { &self.0.refreshes } else { &self.0.failures };
        counter.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    async fn ask(&self) -> Result<(), RefreshError> {
        let _alone = self.0.refreshing.lock().await;
        let setup = &self.0.setup;
        let answer = setup.client.models_json().await?;
        let before = lock(&self.0.kept).clone();
        let is_wanted = |row: &Value| self.is_wanted(row);
        let now = setup.env.now();
        let kept = before.refreshed(&setup.upstream, &answer, is_wanted, now).map_err(RefreshError::Unbelievable)?;
        if let Some(path) = &setup.path
            && let Err(error) = keep::write(path, &kept)
        {
            tracing::warn!(%error, "the list of models cannot be kept over a restart");
        }
        self.take(kept);
        Ok(())
    }

    fn is_wanted(&self, row: &Value) -> bool {
        let id = ["model_id", "id", "name"].into_iter().find_map(|key| row.get(key)?.as_str()).unwrap_or_default();
        let is_named = || self.0.patterns.iter().any(|pattern| pattern.matches(id));
        let is_other = || builtin::NOT_IMAGES.iter().any(|pattern| WildMatch::new(pattern).matches(id));
        is_named() || is_image_model(row) && !is_other()
    }

    fn take(&self, kept: Kept) {
        let sources = Sources { builtin: builtin::rows(), kept: &kept, file: &self.0.setup.file };
        let (catalogue, wrong) = Catalogue::assemble(sources);
        for error in wrong {
            tracing::debug!(%error, "a model is left out");
        }
        *lock(&self.0.kept) = kept;
        let before = std::mem::replace(&mut *lock(&self.0.catalogue), Arc::new(catalogue));
        let now = self.catalogue();
        let is_changed = |entry: &&Entry| now.find(&entry.spec.id).is_none_or(|now| now.offered != entry.offered);
        for entry in before.offered().filter(is_changed) {
            tracing::warn!(model = entry.spec.id, "WaveSpeed no longer lists this model");
        }
    }

    /// What is said of a model that cannot be bought.
    pub fn gone(&self, id: &str) -> Problem {
        let catalogue = self.catalogue();
        let entry = catalogue.find(id);
        let closest = match entry {
            Some(entry) => catalogue.closest(&entry.spec, CLOSEST),
            None => catalogue.closest(builtin::default_model(), CLOSEST),
        };
        let closest: Vec<String> = closest.into_iter().map(|entry| entry.spec.id.clone()).collect();
        let since = entry.and_then(|entry| entry.gone_since).map(|at| format!(" since {at}")).unwrap_or_default();
        let advice = match closest.is_empty() {
            true => String::new(),
            false => format!(" Closest models: {}.", closest.join(", ")),
        };
        let detail = format!("{id} is not offered{since}.{advice} Nothing was sent.");
        Problem { closest, ..Problem::new(ProblemCode::ModelRetired).detail(detail) }
    }

    /// What an input costs now, for a click that holds that much: a price older than a minute is asked for again.
    ///
    /// # Errors
    /// With what is said to whoever asks.
    pub async fn price(&self, input: &ModelInput) -> Result<imagen4_core::api::Quote, Problem> {
        self.0.quotes.of(input, quotes::Urgency::Click).await.map_err(|error| self.unpriced(input, error))
    }

    /// The same for a form that shows it: asked for only so often a minute.
    ///
    /// # Errors
    /// With what is said to whoever asks.
    pub async fn shown_price(&self, input: &ModelInput) -> Result<imagen4_core::api::Quote, Problem> {
        self.0.quotes.of(input, quotes::Urgency::Form).await.map_err(|error| self.unpriced(input, error))
    }

    fn unpriced(&self, input: &ModelInput, error: quotes::QuoteError) -> Problem {
        match error {
            quotes::QuoteError::Vendor(ApiError::Refused { status: 404 | 410, .. }) => {
                self.gone(&input.request().model)
            }
            error => error.problem(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere cannot have left anything half-changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
