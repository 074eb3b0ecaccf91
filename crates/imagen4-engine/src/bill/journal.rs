//! The bill's file: lines are written one after the other, and one flush serves all that wait for it.
//!
//! A flush to disk takes a millisecond or two, so a thousand submissions at once must not each have their own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::{BillError, Entry};

/// The open file, locked against other engines.
#[derive(Debug)]
pub(super) struct Journal {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    file: File,
    /// Bytes of whole lines.
    written: AtomicU64,
    /// Bytes that are certainly on disk; locked while flushing.
    flushed: Mutex<u64>,
}

/// A place in the file that is to be on disk before anybody is told.
#[derive(Clone, Debug)]
#[must_use = "an entry is durable only after it was flushed"]
pub struct Receipt(Option<(Arc<Shared>, u64)>);

impl Journal {
    /// Opens or begins the file in `dir` and reads what is in it. A last line without its end was never acknowledged to
    /// anybody and is cut off.
    pub(super) fn open(dir: &Path) -> Result<(Self, Vec<Entry>), BillError> {
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
        let lines = text[..whole].split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
        let entries = lines.map(|(index, line)| {
            serde_json::from_slice(line).map_err(|_| BillError::Corrupt { path: path.clone(), line: index + 1 })
        });
        let entries = entries.collect::<Result<_, _>>()?;
        let shared = Shared { file, written: AtomicU64::new(whole as u64), flushed: Mutex::default() };
        Ok((Self { shared: Arc::new(shared) }, entries))
    }

    /// Writes a line; it is on disk once the receipt was flushed.
    pub(super) fn write(&mut self, entry: &Entry) -> io::Result<Receipt> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let Shared { file, written, .. } = &*self.shared;
        let begin = written.load(Ordering::SeqCst);
        if let Err(error) = { file }.write_all(&line) {
            // Half a line would spoil the next one.
            file.set_len(begin)?;
            return Err(error);
        }
        let end = begin + line.len() as u64;
        written.store(end, Ordering::SeqCst);
        Ok(Receipt(Some((self.shared.clone(), end))))
    }
}

impl Receipt {
    /// Of a bill that is kept in memory.
    pub(super) fn nothing_to_do() -> Self {
        Self(None)
    }

    /// Waits until the entry is on disk. Whoever comes first flushes for all that were written until then.
    ///
    /// # Errors
    /// When the disk fails; the entry may or may not survive then.
    pub fn flush(&self) -> io::Result<()> {
        let Some((shared, place)) = &self.0 else { return Ok(()) };
        let mut flushed = shared.flushed.lock().unwrap_or_else(PoisonError::into_inner);
        if *flushed < *place {
            let written = shared.written.load(Ordering::SeqCst);
            shared.file.sync_data()?;
            *flushed = written;
        }
        Ok(())
    }
}
