//! The runner's background tasks. A task that panics leaves something that nobody follows any more: the process ends then, and whoever
//! begins next goes on with what is on disk.

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::store::Store;

/// The background tasks of a runner.
#[derive(Debug)]
pub(super) struct Tasks {
    tracker: TaskTracker,
    store: Store,
}

impl Tasks {
    pub(super) fn new(store: Store) -> Self {
        Self { tracker: TaskTracker::new(), store }
    }

    pub(super) fn spawn<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        let watch = PanicWatch(self.store.clone());
        self.tracker.spawn(async move {
            let _watch = watch;
            task.await
        })
    }

    /// Waits until all of them have ended.
    pub(super) async fn ended(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// Has the process end when it is dropped by a panic.
struct PanicWatch(Store);

impl Drop for PanicWatch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("a task panicked: the process ends, and the next one goes on with its runs");
            self.0.fail();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::store::tests::open;

    #[tokio::test]
    async fn a_task_that_panics_ends_the_process_and_one_that_ends_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(folder.path(), "demo", "1.00");
        let tasks = Tasks::new(store.clone());
        assert_eq!(tasks.spawn(async { 1 }).await.expect("it ends"), 1);
        let stopped = tasks.spawn(std::future::pending::<()>());
        stopped.abort();
        tasks.ended().await;
        let failed = |store: Store| async move { tokio::time::timeout(Duration::ZERO, store.failed()).await.is_ok() };
        assert!(!failed(store.clone()).await);
        let panicked = tasks.spawn(async {
            tokio::task::yield_now().await;
            panic!("on purpose")
        });
        assert!(panicked.await.is_err_and(|error: tokio::task::JoinError| error.is_panic()));
        assert!(failed(store).await);
    }
}
