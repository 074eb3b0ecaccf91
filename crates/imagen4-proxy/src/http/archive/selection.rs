//! Which runs are asked for, and which of them have something to download.

use std::collections::HashSet;

use imagen4_core::api::MAX_ARCHIVE_RUNS;
use imagen4_core::{FieldErrors, Run, RunId};

use super::manifest::{Missing, Reason};
use crate::store::{ReadTx, Result};

/// The ids of a query, each once, in its order.
pub(super) fn asked(query: &[(String, String)]) -> std::result::Result<Vec<RunId>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let (mut ids, mut seen, mut count) = (Vec::new(), HashSet::new(), 0);
    for (name, value) in query {
        match (name.as_str(), value.parse::<RunId>()) {
            ("run", Ok(id)) => {
                count += 1;
                if seen.insert(id) {
                    ids.push(id);
                }
            }
            ("run", Err(_)) => errors.add("run", "must be the id of a run: 32 lower-case hex digits"),
            (name, _) => errors.add(name, "is unknown; an archive is of one run or more, each as run=<id>"),
        }
    }
    if !(1..=MAX_ARCHIVE_RUNS).contains(&count) {
        errors.add("run", format!("must be given 1 to {MAX_ARCHIVE_RUNS} times"));
    }
    if errors.is_empty() { Ok(ids) } else { Err(errors) }
}

/// What is there of the runs that were asked for.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Those with images, in the order in which they were asked for.
    pub(super) runs: Vec<Run>,
    /// The others.
    pub(super) missing: Vec<Missing>,
}

impl Selection {
    /// Looks the runs of `person` up.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn of(tx: &ReadTx<'_>, person: &str, ids: &[RunId]) -> Result<Self> {
        let mut selection = Self::default();
        for id in ids.iter().copied() {
            let reason = match tx.run(person, id)? {
                Some(run) if !run.images.is_empty() => {
                    selection.runs.push(run);
                    continue;
                }
                Some(_) => Reason::NoImages,
                None if tx.is_deleted(person, id)? => Reason::Deleted,
                None => Reason::NotFound,
            };
            selection.missing.push(Missing { run: id, index: None, reason });
        }
        Ok(selection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: impl IntoIterator<Item = (&'static str, String)>) -> std::result::Result<Vec<RunId>, FieldErrors> {
        asked(&pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>())
    }

    fn id(number: usize) -> String {
        RunId::from_bits(number as u128).to_string()
    }

    #[test]
    fn each_run_is_taken_once_in_the_order_of_the_query() {
        let ids = query([3, 1, 3, 2].map(|number| ("run", id(number)))).expect("valid");
        assert_eq!(ids, [3, 1, 2].map(RunId::from_bits));
        let most = query((0..MAX_ARCHIVE_RUNS).map(|number| ("run", id(number)))).expect("valid");
        assert_eq!(most.len(), MAX_ARCHIVE_RUNS);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (pairs, field) in [
            (vec![], "run"),
            (vec![("run", String::new())], "run"),
            (vec![("run", id(1)), ("run", "../1".to_owned())], "run"),
            ((0..=MAX_ARCHIVE_RUNS).map(|number| ("run", id(number))).collect(), "run"),
            (vec![("run", id(1)), ("format", "tar".to_owned())], "format"),
        ] {
            let errors = query(pairs).expect_err("refused");
            assert_eq!(errors.iter().map(|(name, _)| name).collect::<Vec<_>>(), [field]);
        }
    }
}
