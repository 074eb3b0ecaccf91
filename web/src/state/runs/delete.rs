//! Deleting runs: they leave the board at once, and the server when the chance to undo that is over.

use imagen4_core::RunId;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::RunsStore;
use crate::api;
use crate::format::count::count;
use crate::state::toast::Toast;

impl RunsStore {
    /// Takes runs off the board now, and deletes them when the chance to undo that is over; with those that were deleted just before.
    /// `undone` is called with them if the person takes it back.
    pub fn delete(self, toast: Toast, runs: &[RunId], undone: impl FnOnce(Vec<RunId>) + 'static) {
        toast.forget();
        self.deleting.update(|deleting| deleting.extend(runs));
        self.undoable.update(|undoable| undoable.extend(runs));
        let message = match self.undoable.with_untracked(Vec::len) {
            1 => "Run deleted".to_owned(),
            number => format!("{} deleted", count(number as u64, "run")),
        };
        let undo = move || {
            let undoable = self.take_undoable();
            self.deleting.update(|deleting| deleting.retain(|other| !undoable.contains(other)));
            undone(undoable);
        };
        let done = move || {
            for id in self.take_undoable() {
                spawn_local(self.delete_now(toast, id));
            }
        };
        toast.offer_undo(&message, undo, done);
    }

    fn take_undoable(self) -> Vec<RunId> {
        self.undoable.try_update(std::mem::take).unwrap_or_default()
    }

    async fn delete_now(self, toast: Toast, id: RunId) {
        let answer = api::delete_run(id).await;
        self.config.note(&answer);
        match answer {
            Ok(()) => self.remove(id),
            Err(error) => {
                self.deleting.update(|deleting| deleting.retain(|other| *other != id));
                toast.show(&format!("Not deleted. {}", error.message()));
            }
        }
    }
}
