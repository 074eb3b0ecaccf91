//! The bill: what was accepted, deleted and refunded, one JSON line an entry, on disk before anybody is told.
//!
//! It is the engine's whole memory: predictions are worked out from it, so a killed engine goes on where it was.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use imagen4_core::{MicroUsd, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One line of the bill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// A submission was accepted, and its price charged.
    Accept(Acceptance),
    /// A price was given back.
    Refund {
        /// The prediction's id.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// The client asked to forget the prediction. What was charged stays charged.
    Delete {
        /// The prediction's id.
        id: String,
        /// When.
        at: Timestamp,
    },
}

/// A submission as it was accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The prediction's id, 32 hex digits.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What was charged.
    pub price_microusd: MicroUsd,
    /// The model's id.
    pub model: String,
    /// The inputs as they were understood.
    pub input: Value,
    /// The seed that was asked for, or the one that was rolled.
    pub seed: u32,
    /// Whether outputs are handed over in base64.
    #[serde(default)]
    pub base64: bool,
}

/// The file, everything that is in it, and an index over it.
#[derive(Debug)]
pub struct Bill {
    file: Option<File>,
    entries: Vec<Entry>,
    standings: HashMap<String, Standing>,
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
        Self { file: None, entries: Vec::new(), standings: HashMap::new(), net: MicroUsd::ZERO }
    }

    /// Opens or begins the bill in `dir`. A last line without its end was never acknowledged to anybody and is cut off.
    ///
    /// # Errors
    /// See [`BillError`].
    pub fn open(dir: &Path) -> Result<Self, BillError> {
        let path = dir.join("bill.jsonl");
        let io = |cause| BillError::Io { path: path.clone(), cause };
        fs::create_dir_all(dir).map_err(io)?;
        let file = OpenOptions::new().create(true).append(true).read(true).open(&path).map_err(io)?;
        file.try_lock().map_err(|_| BillError::InUse { path: path.clone() })?;
        let text = fs::read(&path).map_err(io)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            file.set_len(whole as u64).map_err(io)?;
        }
        let lines = text[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let mut bill = Self::in_memory();
        for (index, line) in lines.enumerate() {
            let entry = serde_json::from_slice(line);
            bill.note(entry.map_err(|_| BillError::Corrupt { path: path.clone(), line: index + 1 })?);
        }
        bill.file = Some(file);
        Ok(bill)
    }

    /// Writes an entry down; it is on disk when this returns.
    ///
    /// # Errors
    /// When the disk does not take it: then it is not on the bill.
    pub fn append(&mut self, entry: Entry) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            let whole = file.metadata()?.len();
            if let Err(error) = file.write_all(&line).and_then(|()| file.sync_data()) {
                // Half a line would spoil the next one.
                file.set_len(whole)?;
                return Err(error);
            }
        }
        self.note(entry);
        Ok(())
    }

    fn note(&mut self, entry: Entry) {
        match &entry {
            Entry::Accept(taken) => {
                let standing = Standing { place: self.entries.len(), refunded: false, deleted: false };
                self.standings.insert(taken.id.clone(), standing);
                self.net = self.net + taken.price_microusd;
            }
            Entry::Refund { id, .. } => {
                let price = self.acceptance(id).map_or(MicroUsd::ZERO, |taken| taken.price_microusd);
                if let Some(standing) = self.standings.get_mut(id).filter(|standing| !standing.refunded) {
                    standing.refunded = true;
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
    use super::*;

    fn acceptance(id: &str) -> Entry {
        Entry::Accept(Acceptance {
            id: id.to_owned(),
            at: Timestamp::from_ms(0),
            price_microusd: MicroUsd::new(40_000),
            model: "m".to_owned(),
            input: Value::Null,
            seed: 7,
            base64: false,
        })
    }

    #[test]
    fn a_bill_survives_and_a_torn_line_does_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut bill = Bill::open(dir.path()).expect("a bill");
        bill.append(acceptance("a")).expect("written");
        bill.append(acceptance("b")).expect("written");
        bill.append(Entry::Refund { id: "a".to_owned(), at: Timestamp::from_ms(1) }).expect("written");
        drop(bill);
        let path = dir.path().join("bill.jsonl");
        let mut text = fs::read(&path).expect("text");
        text.extend_from_slice(b"{\"kind\":\"accept\",\"id\":\"tor");
        fs::write(&path, text).expect("written");

        let mut bill = Bill::open(dir.path()).expect("a bill");
        assert_eq!((bill.entries().len(), bill.net()), (3, MicroUsd::new(40_000)));
        bill.append(acceptance("c")).expect("written");
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
