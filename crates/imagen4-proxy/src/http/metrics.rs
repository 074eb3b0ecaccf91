//! What is counted while the process lives, because the store does not know it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;

/// Upper bounds of the histogram's buckets, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What is counted while the process lives.
#[derive(Debug)]
pub struct Metrics {
    pub(super) accept: Histogram,
    pub(super) streams: AtomicI64,
    pub(super) archives: AtomicI64,
    pub(super) archive_images: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            accept: Histogram::new(BUCKETS),
            streams: AtomicI64::new(0),
            archives: AtomicI64::new(0),
            archive_images: AtomicU64::new(0),
        }
    }
}

/// An event stream that is open for as long as this lives.
#[derive(Debug)]
pub(super) struct OpenStream(Arc<Metrics>);

/// An archive that is being downloaded for as long as this lives.
#[derive(Debug)]
pub(super) struct OpenArchive(Arc<Metrics>);

impl Metrics {
    /// A run was accepted within that time: our own share of a submission, its hold flushed to disk.
    pub(super) fn accepted(&self, took: Duration) {
        self.accept.observe(took.as_secs_f64());
    }
}

impl OpenStream {
    pub(super) fn of(metrics: Arc<Metrics>) -> Self {
        metrics.streams.fetch_add(1, Ordering::Relaxed);
        Self(metrics)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl OpenArchive {
    pub(super) fn of(metrics: Arc<Metrics>) -> Self {
        metrics.archives.fetch_add(1, Ordering::Relaxed);
        Self(metrics)
    }

    /// One more image is on its way.
    pub(super) fn sends_image(&self) {
        self.0.archive_images.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for OpenArchive {
    fn drop(&mut self) {
        self.0.archives.fetch_sub(1, Ordering::Relaxed);
    }
}
