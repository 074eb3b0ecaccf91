//! `manifest.json`: what the images of an archive are, and what is missing.

use imagen4_core::run::RunImage;
use imagen4_core::{Billed, MicroUsd, Run, RunId, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::images::hex;

/// Grows when a reader of the older form would misread the newer one.
const VERSION: u32 = 1;

/// The whole of it.
#[derive(Debug, Serialize)]
pub(super) struct Manifest {
    version: u32,
    created_at: Timestamp,
    pub(super) runs: Vec<RunEntry>,
    pub(super) missing: Vec<Missing>,
}

impl Manifest {
    /// One without runs yet.
    pub(super) fn new(created_at: Timestamp, missing: Vec<Missing>) -> Self {
        Self { version: VERSION, created_at, runs: Vec::new(), missing }
    }

    /// The entry of that run, which is the latest or a new one.
    pub(super) fn entry(&mut self, run: &Run) -> &mut RunEntry {
        if self.runs.last().is_none_or(|last| last.id != run.id) {
            self.runs.push(RunEntry::of(run));
        }
        let last = self.runs.len() - 1;
        &mut self.runs[last]
    }
}

/// A run that has images in the archive.
#[derive(Debug, Serialize)]
pub(super) struct RunEntry {
    id: RunId,
    created_at: Timestamp,
    model: String,
    input: Map<String, Value>,
    seed: Option<i64>,
    price_microusd: MicroUsd,
    billed: Billed,
    group: Option<String>,
    favorite: bool,
    note: Option<String>,
    pub(super) files: Vec<FileEntry>,
}

impl RunEntry {
    fn of(run: &Run) -> Self {
        Self {
            id: run.id,
            created_at: run.created_at,
            model: run.request.model.clone(),
            input: run.request.input.clone(),
            seed: run.request.known_seed(),
            price_microusd: run.price_microusd,
            billed: run.billed,
            group: run.group.clone(),
            favorite: run.favorite,
            note: run.note.clone(),
            files: Vec::new(),
        }
    }
}

/// One file of the archive.
#[derive(Debug, Serialize)]
pub(super) struct FileEntry {
    name: String,
    index: u8,
    width: u32,
    height: u32,
    content_type: String,
    bytes: u64,
    sha256: String,
    favorite: bool,
    nsfw: bool,
}

impl FileEntry {
    /// That image under that name. Size and hash are those of `content`, the file as it lies in the archive: metadata is in it, so the
    /// kept image has others.
    pub(super) fn of(image: &RunImage, name: &str, content: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            index: image.index,
            width: image.width,
            height: image.height,
            content_type: image.content_type.clone(),
            bytes: content.len() as u64,
            sha256: hex(&Sha256::digest(content)),
            favorite: image.favorite,
            nsfw: image.nsfw,
        }
    }
}

/// A run or one of its images that was asked for and is not in the archive.
#[derive(Debug, Serialize)]
pub(super) struct Missing {
    pub(super) run: RunId,
    /// The image; absent where it is the whole run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<u8>,
    pub(super) reason: Reason,
}

/// Why it is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// The run was deleted.
    Deleted,
    /// There is no such run.
    NotFound,
    /// The run has no images, or none yet.
    NoImages,
    /// The image's file is not on the disk any more.
    FileMissing,
    /// The disk does not hand the image's file out.
    FileUnreadable,
}
