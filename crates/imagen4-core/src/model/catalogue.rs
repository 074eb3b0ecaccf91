//! The models of a server: where their rows come from, which of them are offered, and what is close to one that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::row::{EXTRAS, RowError, rows_of};
use super::{ModelSpec, builtin};
use crate::Timestamp;

/// A model, and whether it can be bought.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it is.
    pub spec: ModelSpec,
    /// Whether it can be bought now.
    pub offered: bool,
    /// Since when it is not listed any more, as far as this server saw.
    pub gone_since: Option<Timestamp>,
    /// Whether WaveSpeed or a file lists it; otherwise it is only known from this build, and its quote decides.
    pub confirmed: bool,
}

/// WaveSpeed's list as it was last seen, kept over restarts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Whose list it is.
    pub upstream: String,
    /// When it was last seen whole; `None` when it never was.
    pub updated_at: Option<Timestamp>,
    /// Its rows.
    pub rows: Vec<Value>,
    /// Rows that it had before, and since when it has not.
    #[serde(default)]
    pub gone: Vec<Gone>,
}

/// A row that disappeared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gone {
    /// Since when.
    pub since: Timestamp,
    /// The row.
    pub row: Value,
}

/// Where rows come from; what comes later wins.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The rows of this build.
    pub builtin: &'a [Value],
    /// What WaveSpeed lists.
    pub kept: &'a Kept,
    /// The rows of a file.
    pub file: &'a [Value],
}

/// All models of a server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    entries: Vec<Entry>,
    places: BTreeMap<String, usize>,
    updated_at: Option<Timestamp>,
}

static BUILTIN: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::assemble(Sources { builtin: builtin::rows(), kept: &Kept::default(), file: &[] }).0);

/// So many rows that disappeared are remembered.
const MOST_GONE: usize = 500;

/// What a row calls itself.
fn raw_id(row: &Value) -> Option<&str> {
    ["model_id", "id", "name"].into_iter().find_map(|key| row.get(key)?.as_str().filter(|id| !id.is_empty()))
}

impl Kept {
    /// The list after WaveSpeed's answer `answer`; `is_wanted` says of a row whether it is one for here.
    ///
    /// # Errors
    /// With the reason why the answer is none that could be believed: then nothing changes.
    pub fn refreshed(
        &self,
        upstream: &str,
        answer: &Value,
        is_wanted: impl Fn(&Value) -> bool,
        now: Timestamp,
    ) -> Result<Self, &'static str> {
        let rows = rows_of(answer).ok_or("it is no whole list of models")?;
        let rows: Vec<Value> = rows.iter().filter(|row| is_wanted(row)).cloned().collect();
        if !rows.iter().any(|row| ModelSpec::from_row(row).is_ok()) {
            return Err("it lists no model that makes images from text");
        }
        let listed: BTreeSet<&str> = rows.iter().filter_map(raw_id).collect();
        let is_listed = |row: &Value| raw_id(row).is_none_or(|id| listed.contains(id));
        let known = if self.upstream == upstream { self.clone() } else { Self::default() };
        let mut gone = known.gone;
        // Before its first answer the rows of this build are what was believed.
        let before = if known.updated_at.is_some() { &known.rows[..] } else { builtin::rows() };
        gone.retain(|gone| !is_listed(&gone.row));
        let told: BTreeSet<String> = gone.iter().filter_map(|gone| raw_id(&gone.row)).map(str::to_owned).collect();
        for row in before.iter().filter(|row| !is_listed(row) && ModelSpec::from_row(row).is_ok()) {
            if raw_id(row).is_some_and(|id| !told.contains(id)) {
                gone.push(Gone { since: now, row: row.clone() });
            }
        }
        // The oldest are forgotten: runs read without them.
        gone.drain(..gone.len().saturating_sub(MOST_GONE));
        Ok(Self { upstream: upstream.to_owned(), updated_at: Some(now), rows, gone })
    }
}

impl Catalogue {
    /// Puts the sources together. With the catalogue come the rows that are no models here, and why.
    pub fn assemble(sources: Sources<'_>) -> (Self, Vec<RowError>) {
        let Sources { builtin, kept, file } = sources;
        let mut catalogue = Self { updated_at: kept.updated_at, ..Self::default() };
        let mut wrong = Vec::new();
        let is_known = kept.updated_at.is_some();
        let mut add =
            |row: &Value, offered: bool, gone_since: Option<Timestamp>, confirmed: bool| match with_builtin_extras(
                row, builtin,
            ) {
                Ok(spec) => catalogue.put(Entry { spec, offered, gone_since, confirmed }),
                Err(error) => wrong.push(error),
            };
        for row in builtin {
            add(row, !is_known, kept.updated_at, false);
        }
        for gone in &kept.gone {
            add(&gone.row, false, Some(gone.since), true);
        }
        for row in &kept.rows {
            add(row, true, None, true);
        }
        for row in file {
            add(row, true, None, true);
        }
        catalogue.sort();
        (catalogue, wrong)
    }

    /// The models of this build, all of them offered.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The models as a server told them.
    pub fn of(entries: Vec<Entry>, updated_at: Option<Timestamp>) -> Self {
        let mut catalogue = Self { updated_at, ..Self::default() };
        entries.into_iter().for_each(|entry| catalogue.put(entry));
        catalogue
    }

    fn put(&mut self, entry: Entry) {
        match self.places.get(&entry.spec.id) {
            Some(place) => self.entries[*place] = entry,
            None => {
                self.places.insert(entry.spec.id.clone(), self.entries.len());
                self.entries.push(entry);
            }
        }
    }

    /// What is offered first, the most prominent before the others.
    fn sort(&mut self) {
        self.entries.sort_by_key(|entry| (!entry.offered, std::cmp::Reverse(entry.spec.sort_order)));
        let places = self.entries.iter().enumerate().map(|(place, entry)| (entry.spec.id.clone(), place));
        self.places = places.collect();
    }

    /// All of them, what is offered first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Those that can be bought.
    pub fn offered(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.offered)
    }

    /// When WaveSpeed's list was last seen.
    pub fn updated_at(&self) -> Option<Timestamp> {
        self.updated_at
    }

    /// The model of that id, offered or not.
    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.get(*self.places.get(id)?)
    }

    /// The model of that id, if it can be bought.
    pub fn find_offered(&self, id: &str) -> Option<&Entry> {
        self.find(id).filter(|entry| entry.offered)
    }

    /// The offered models that are closest to one: in what they have, and then in price.
    pub fn closest(&self, to: &ModelSpec, most: usize) -> Vec<&Entry> {
        let distance = |entry: &&Entry| {
            let price = |spec: &ModelSpec| spec.price_microusd.unwrap_or_default().micros();
            (std::cmp::Reverse(entry.spec.concepts.shared_with(&to.concepts)), price(&entry.spec).abs_diff(price(to)))
        };
        let mut others: Vec<&Entry> = self.offered().filter(|entry| entry.spec.id != to.id).collect();
        others.sort_by_key(distance);
        others.truncate(most);
        others
    }

    /// What a form begins with: `preferred` if it is offered, else the default of this build, else what is closest to that.
    pub fn default_model(&self, preferred: Option<&str>) -> Option<&Entry> {
        let usual = builtin::default_model();
        let named = preferred.and_then(|id| self.find_offered(id)).or_else(|| self.find_offered(&usual.id));
        named.or_else(|| self.closest(usual, 1).into_iter().next())
    }
}

/// Reads a row; what its shape cannot say comes from the built-in row of the same id, unless it says so itself.
fn with_builtin_extras(row: &Value, builtin: &[Value]) -> Result<ModelSpec, RowError> {
    let mut spec = ModelSpec::from_row(row)?;
    if row.get(EXTRAS).is_none() {
        let is_same = |other: &&Value| other.get("model_id").and_then(Value::as_str) == Some(&spec.id);
        if let Some(extras) = builtin.iter().find(is_same).and_then(|other| other.get(EXTRAS)) {
            // Rows of this build are right; the tests read each.
            drop(spec.add_extras(extras));
        }
    }
    Ok(spec)
}
