//! The list of runs, and what it can be narrowed to.

use imagen4_core::api::Counts;
use imagen4_core::{Run, RunFilter, RunState, Timestamp};

use super::assemble::{COLUMNS, RunRow};
use crate::store::sql::Value;
use crate::store::{ReadTx, Result};

/// What a list of predictions is narrowed to, in the vendor's way.
#[derive(Clone, Debug, Default)]
pub struct PredictionFilter {
    /// Only of that model.
    pub model: Option<String>,
    /// Only in one of these states; an empty list lets nothing through.
    pub states: Option<Vec<RunState>>,
    /// Of lost runs, only those that were sent after that time, or not after it.
    pub lost: Option<(Timestamp, bool)>,
    /// Only accepted at or after.
    pub after: Option<Timestamp>,
    /// Only accepted before.
    pub before: Option<Timestamp>,
}

impl ReadTx<'_> {
    /// The runs of `person` that `filter` lets through, the newest first: `limit` of them behind the first `skip`. With them, how
    /// many there are in all.
    ///
    /// # Errors
    /// When the store fails.
    pub fn predictions(
        &self,
        person: &str,
        filter: &PredictionFilter,
        skip: u64,
        limit: u64,
    ) -> Result<(Vec<Run>, u64)> {
        let mut narrowed = Narrowed::to(person, &RunFilter::default());
        if let Some(model) = &filter.model {
            narrowed.and("model = ?", model.clone());
        }
        if let Some(states) = &filter.states {
            narrowed.and_state(states);
        }
        if let Some((at, is_after)) = filter.lost {
            let compare = if is_after { ">" } else { "<=" };
            narrowed.and(&format!("(state <> 'unknown' OR submitted_at {compare} ?)"), at);
        }
        if let Some(after) = filter.after {
            narrowed.and("created_at >= ?", after);
        }
        if let Some(before) = filter.before {
            narrowed.and("created_at < ?", before);
        }
        let count = format!("SELECT count(*) FROM runs WHERE {}", narrowed.sql);
        let (total,) = self.sql.one(&count, &narrowed.values)?;
        let sql =
            format!("SELECT {COLUMNS} FROM runs WHERE {} ORDER BY seq DESC LIMIT {limit} OFFSET {skip}", narrowed.sql);
        let rows: Vec<RunRow> = self.sql.all(&sql, &narrowed.values)?;
        Ok((rows.into_iter().map(|row| self.assemble(row)).collect::<Result<_>>()?, total))
    }

    /// The runs of `person` that `filter` lets through, the newest first: at most `limit`, older than `cursor`. With them the
    /// next cursor.
    ///
    /// # Errors
    /// When the store fails.
    pub fn runs(
        &self,
        person: &str,
        filter: &RunFilter,
        cursor: Option<i64>,
        limit: usize,
    ) -> Result<(Vec<Run>, Option<i64>)> {
        let mut narrowed = Narrowed::to(person, filter);
        narrowed.and("seq < ?", cursor.unwrap_or(i64::MAX));
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE {} ORDER BY seq DESC LIMIT {}", narrowed.sql, limit + 1);
        let mut rows: Vec<RunRow> = self.sql.all(&sql, &narrowed.values)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| row.seq);
        Ok((rows.into_iter().map(|row| self.assemble(row)).collect::<Result<_>>()?, next))
    }

    /// How many runs of `person` the filter lets through, and how many kept pictures they have.
    ///
    /// # Errors
    /// When the store fails.
    pub fn counts(&self, person: &str, filter: &RunFilter) -> Result<Counts> {
        let narrowed = Narrowed::to(person, filter);
        let sql = format!(
            "SELECT count(*), CAST(coalesce(sum((SELECT count(*) FROM pictures WHERE run = runs.id)), 0) AS BIGINT)
             FROM runs WHERE {}",
            narrowed.sql
        );
        let (runs, pictures) = self.sql.one(&sql, &narrowed.values)?;
        Ok(Counts { runs, pictures })
    }
}

/// Conditions on `runs`, and the values that they name by number.
struct Narrowed {
    sql: String,
    values: Vec<Value>,
}

impl Narrowed {
    fn to(person: &str, filter: &RunFilter) -> Self {
        let mut narrowed = Self { sql: "deleted_at IS NULL".to_owned(), values: Vec::new() };
        narrowed.and("person = ?", person.to_owned());
        if !filter.states.is_empty() {
            narrowed.and_state(&filter.states);
        }
        if let Some(model) = &filter.model {
            narrowed.and("model = ?", model.clone());
        }
        if let Some(ratio) = filter.ratio {
            narrowed.and("ratio = ?", ratio.to_string());
        }
        if let Some(seed) = filter.seed {
            narrowed.and("seed = ?", seed);
        }
        if let Some(favorite) = filter.favorite {
            let image = "EXISTS (SELECT 1 FROM pictures WHERE run = runs.id AND pictures.favorite = 1)";
            narrowed.and_is(&format!("(runs.favorite = 1 OR {image})"), favorite);
        }
        if let Some(nsfw) = filter.nsfw {
            narrowed.and_is("EXISTS (SELECT 1 FROM pictures WHERE run = runs.id AND nsfw = 1)", nsfw);
        }
        if let Some(group) = filter.group {
            narrowed.and("group_id = ?", group);
        }
        for term in filter.terms() {
            narrowed.and("searched LIKE ? ESCAPE '!'", anywhere(&term));
        }
        narrowed
    }

    fn and_state(&mut self, states: &[RunState]) {
        // Names of an enum: nothing to quote.
        let names: Vec<_> = states.iter().map(|state| format!("'{}'", state.as_str())).collect();
        self.sql += &format!(" AND state IN ({})", names.join(", "));
    }

    fn and_is(&mut self, condition: &str, is: bool) {
        self.sql += if is { " AND " } else { " AND NOT " };
        self.sql += condition;
    }

    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.sql += " AND ";
        self.sql += &condition.replace('?', &format!("?{}", self.values.len()));
    }
}

/// The pattern of texts that hold a term. Terms and texts are folded alike, so that it does not matter who tells a from A.
fn anywhere(term: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in term.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern + "%"
}
