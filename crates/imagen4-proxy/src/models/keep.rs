//! The vendor's list on disk: a server that starts while the vendor is down knows what it offered.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use imagen4_core::model::Kept;

/// The list of that upstream; `None` where there is none that can be read.
pub fn read(path: &Path, upstream: &str) -> Option<Kept> {
    let bytes = fs::read(path).ok()?;
    let kept: Kept = serde_json::from_slice(&bytes)
        .inspect_err(|error| tracing::warn!(%error, "the kept list of models cannot be read; it is asked for again"))
        .ok()?;
    Some(kept).filter(|kept| kept.upstream == upstream)
}

/// Keeps a list: whole, or as it was before.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, kept: &Kept) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(&serde_json::to_vec(kept)?)?;
    file.sync_all()?;
    fs::rename(new, path)
}

#[cfg(test)]
mod tests {
    use imagen4_core::Timestamp;

    use super::*;

    #[test]
    fn what_is_kept_is_read_back_by_its_own_upstream_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("models.json");
        assert_eq!(read(&path, "a"), None);
        let kept = Kept { upstream: "a".to_owned(), updated_at: Some(Timestamp::from_ms(7)), ..Kept::default() };
        write(&path, &kept).expect("written");
        assert_eq!((read(&path, "a"), read(&path, "b")), (Some(kept), None));
        fs::write(&path, "{\"upstream\": \"a\", \"rows\": [").expect("written");
        assert_eq!(read(&path, "a"), None, "a torn file is none");
    }
}
