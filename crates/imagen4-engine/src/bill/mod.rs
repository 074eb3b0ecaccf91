//! The bill: what was accepted, deleted and refunded, one JSON line an entry, on disk before anybody is told.
//!
//! It is the engine's whole memory: predictions are worked out from it, so a killed engine goes on where it was.
//!
//! # Layout
//! - [`Entry`], [`Acceptance`]: what stands on it
//! - `journal`: the file, and [`Receipt`] for waiting until it is on disk
//! - [`Bill`]: the file with an index over it

mod entry;
mod journal;

pub use entry::{Acceptance, Entry};
pub use journal::Receipt;

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use imagen4_core::MicroUsd;

use journal::Journal;

/// The file, everything that is in it, and an index over it.
#[derive(Debug)]
pub struct Bill {
    journal: Option<Journal>,
    entries: Vec<Entry>,
    standings: HashMap<String, Standing>,
    /// Places of acceptances that are to fail and are not refunded.
    owed: BTreeSet<usize>,
    net: MicroUsd,
}

/// What became of one acceptance.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// Its place among the entries.
    place: usize,
    refunded: bool,
    deleted: bool,
}

/// The bill cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    /// The file cannot be read or written.
    #[error("cannot use {path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
    /// Another process has it open.
    #[error("{path} is in use by another engine")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// A line is none of ours.
    #[error("{path}, line {line}, is not an entry of a bill")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

impl Bill {
    /// A bill that is forgotten with the process.
    pub fn in_memory() -> Self {
        Self {
            journal: None,
            entries: Vec::new(),
            standings: HashMap::new(),
            owed: BTreeSet::new(),
            net: MicroUsd::ZERO,
        }
    }

    /// Opens or begins the bill in `dir`. A last line without its end was never acknowledged to anybody and is cut off.
    ///
    /// # Errors
    /// See [`BillError`].
    pub fn open(dir: &Path) -> Result<Self, BillError> {
        let (journal, entries) = Journal::open(dir)?;
        let mut bill = Self::in_memory();
        entries.into_iter().for_each(|entry| bill.note(entry));
        bill.journal = Some(journal);
        Ok(bill)
    }

    /// Writes an entry down. It is on disk once the receipt was flushed, which needs no access to the bill.
    ///
    /// # Errors
    /// When it cannot be written: then it is not on the bill.
    pub fn append(&mut self, entry: Entry) -> io::Result<Receipt> {
        let receipt = match &mut self.journal {
            Some(journal) => journal.write(&entry)?,
            None => Receipt::nothing_to_do(),
        };
        self.note(entry);
        Ok(receipt)
    }

    fn note(&mut self, entry: Entry) {
        match &entry {
            Entry::Accept(taken) => {
                let standing = Standing { place: self.entries.len(), refunded: false, deleted: false };
                self.standings.insert(taken.id.clone(), standing);
                self.net = self.net + taken.price_microusd;
                if taken.fate.fail.is_some() {
                    self.owed.insert(self.entries.len());
                }
            }
            Entry::Refund { id, .. } => {
                let price = self.acceptance(id).map_or(MicroUsd::ZERO, |taken| taken.price_microusd);
                if let Some(standing) = self.standings.get_mut(id).filter(|standing| !standing.refunded) {
                    standing.refunded = true;
                    self.owed.remove(&standing.place);
                    self.net = self.net - price;
                }
            }
            Entry::Delete { id, .. } => {
                if let Some(standing) = self.standings.get_mut(id) {
                    standing.deleted = true;
                }
            }
        }
        self.entries.push(entry);
    }

    /// Everything that ever happened, the oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The accepted submissions, the oldest first.
    pub fn acceptances(&self) -> impl DoubleEndedIterator<Item = &Acceptance> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Accept(acceptance) => Some(acceptance),
            _ => None,
        })
    }

    /// The acceptance of that prediction, deleted or not.
    pub fn acceptance(&self, prediction: &str) -> Option<&Acceptance> {
        match self.entries.get(self.standings.get(prediction)?.place)? {
            Entry::Accept(acceptance) => Some(acceptance),
            _ => None,
        }
    }

    /// Acceptances that are to fail, or have failed, and are not refunded.
    pub fn unrefunded_failures(&self) -> impl Iterator<Item = &Acceptance> {
        self.owed.iter().filter_map(|place| match self.entries.get(*place)? {
            Entry::Accept(acceptance) => Some(acceptance),
            _ => None,
        })
    }

    /// Whether the client had the prediction forgotten.
    pub fn is_deleted(&self, prediction: &str) -> bool {
        self.standings.get(prediction).is_some_and(|standing| standing.deleted)
    }

    /// Everything charged and not given back.
    pub fn net(&self) -> MicroUsd {
        self.net
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use imagen4_core::Timestamp;
    use serde_json::Value;

    use super::*;
    use crate::faults::Fate;

    fn acceptance(id: &str) -> Entry {
        Entry::Accept(Acceptance {
            id: id.to_owned(),
            at: Timestamp::from_ms(0),
            price_microusd: MicroUsd::new(40_000),
            model: "m".to_owned(),
            input: Value::Null,
            outputs: None,
            size: None,
            seed: 7,
            base64: false,
            fate: Fate::default(),
        })
    }

    #[test]
    fn a_bill_survives_and_a_torn_line_does_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut bill = Bill::open(dir.path()).expect("a bill");
        bill.append(acceptance("a")).expect("written").flush().expect("on disk");
        bill.append(acceptance("b")).expect("written").flush().expect("on disk");
        bill.append(Entry::Refund { id: "a".to_owned(), at: Timestamp::from_ms(1) })
            .expect("written")
            .flush()
            .expect("on disk");
        drop(bill);
        let path = dir.path().join("bill.jsonl");
        let mut text = fs::read(&path).expect("text");
        text.extend_from_slice(b"{\"kind\":\"accept\",\"id\":\"tor");
        fs::write(&path, text).expect("written");

        let mut bill = Bill::open(dir.path()).expect("a bill");
        assert_eq!((bill.entries().len(), bill.net()), (3, MicroUsd::new(40_000)));
        bill.append(acceptance("c")).expect("written").flush().expect("on disk");
        drop(bill);
        assert_eq!(Bill::open(dir.path()).expect("a bill").acceptances().count(), 3);
    }

    #[test]
    fn two_engines_cannot_share_a_bill_and_nonsense_is_none() {
        let dir = tempfile::tempdir().expect("a directory");
        let bill = Bill::open(dir.path()).expect("a bill");
        assert!(matches!(Bill::open(dir.path()), Err(BillError::InUse { .. })));
        drop(bill);
        fs::write(dir.path().join("bill.jsonl"), "nonsense\n").expect("written");
        assert!(matches!(Bill::open(dir.path()), Err(BillError::Corrupt { line: 1, .. })));
    }
}
