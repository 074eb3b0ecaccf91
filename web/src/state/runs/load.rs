//! Asking the server for runs, page by page.

use gloo_timers::callback::Timeout;
use imagen4_core::api::UpstreamKind;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::RunsStore;
use super::collection::Merged;
use crate::api::{self, ApiError};
use crate::state::config::{RETRY_MS, set_if_new};

/// Runs on one page of the list.
const PAGE: u32 = 30;
/// What happens within this time is counted once, in milliseconds.
const RECOUNT_MS: u32 = 500;
/// When the server is asked again what WaveSpeed lists, if it has not heard that itself, in milliseconds.
const NOT_YET_MS: u32 = 10_000;

impl RunsStore {
    /// Asks for the newest runs of the view and reconciles the list with them.
    pub async fn load(self) {
        let view = self.view.board.get_untracked();
        if let Some(id) = view.run {
            let answer = api::run(id).await;
            self.config.note(&answer);
            match answer {
                Ok(run) => self.update(|runs| runs.merge(run) == Merged::New),
                Err(ApiError::Refused(_)) => {}
                Err(_) => return self.load_again(),
            }
            self.loaded.set(true);
            return;
        }
        let answer = api::runs(&view.filter, None, PAGE).await;
        self.config.note(&answer);
        let Ok(page) = answer else { return self.load_again() };
        // The person may be looking for something else by now.
        if self.view.board.with_untracked(|now| !now.has_same_runs(&view)) {
            return;
        }
        let is_last = page.next_cursor.is_none();
        self.counts.set(page.counts);
        // Once older runs were loaded, the place to go on from is theirs.
        let mut from_here = false;
        self.listing.update(|listing| from_here = listing.begin(&page.runs, is_last));
        if from_here {
            self.older.set(page.next_cursor);
        }
        self.update(|runs| match view.is_everything() {
            true => runs.reconcile(page.runs, is_last),
            false => runs.merge_all(page.runs),
        });
        self.loaded.set(true);
    }

    /// Asks again in a while, whatever the person looks for by then.
    fn load_again(self) {
        self.reload.set_value(Some(Timeout::new(RETRY_MS, move || spawn_local(self.load()))));
    }

    /// Asks for the next older runs, unless they are on their way.
    pub fn load_older(self) {
        let cursor = self.older.get_untracked().filter(|_| !self.loading_older.get_untracked());
        if let Some(cursor) = cursor {
            self.loading_older.set(true);
            spawn_local(self.load_from(cursor));
        }
    }

    async fn load_from(self, cursor: String) {
        let view = self.view.board.get_untracked();
        let answer = api::runs(&view.filter, Some(&cursor), PAGE).await;
        self.config.note(&answer);
        self.loading_older.set(false);
        let is_wanted = self.view.board.with_untracked(|now| now.has_same_runs(&view));
        if let Some(page) = answer.ok().filter(|_| is_wanted) {
            self.listing.update(|listing| listing.extend(&page.runs, page.next_cursor.is_none()));
            self.update(|runs| runs.merge_all(page.runs));
            self.older.set(page.next_cursor);
        }
    }

    /// Asks again how much there is, once for everything that happens about now.
    pub(super) fn recount_soon(self) {
        let recount = move || {
            self.recount.set_value(None);
            spawn_local(async move {
                let filter = self.view.board.with_untracked(|view| view.filter.clone());
                if let Ok(page) = api::runs(&filter, None, 1).await {
                    self.counts.set(page.counts);
                }
            });
        };
        if self.loaded.get_untracked() && self.recount.with_value(Option::is_none) {
            self.recount.set_value(Some(Timeout::new(RECOUNT_MS, recount)));
        }
    }

    /// Asks what WaveSpeed lists and no run explains; where nothing costs money there is nothing to explain.
    pub fn load_unexplained(self) {
        if untrack(|| self.config.upstream()) != Some(UpstreamKind::Wavespeed) {
            return;
        }
        spawn_local(async move {
            if let Ok(answer) = api::unexplained().await {
                if answer.looked_at.is_none() {
                    let retry = Timeout::new(NOT_YET_MS, move || self.load_unexplained());
                    self.unexplained_retry.set_value(Some(retry));
                }
                set_if_new(self.unexplained, answer.predictions);
            }
        });
    }
}
