//! What a prediction is at any moment: a function of its acceptance and the time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use imagen4_core::RunRequest;
use tokio::sync::oneshot;

use super::size::{scaled, size};
use super::{Engine, RETENTION_MS, lock, millis};
use crate::Brief;
use crate::bill::{Acceptance, Bill, Entry};

/// How a prediction looks from outside: its acceptance, and how far it is.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) acceptance: Acceptance,
    pub(crate) request: RunRequest,
    pub(crate) status: String,
    pub(crate) outputs: Outputs,
    pub(crate) inference_ms: u64,
}

/// What is told of the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outputs {
    /// A list of so many; none until it is completed.
    These(u32),
    /// `null`
    Null,
}

impl View {
    /// Whether nothing more will happen to it.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.status.as_str(), "completed" | "failed" | "cancelled" | "timeout")
    }
}

impl Engine {
    /// From accepting that prediction to its end.
    pub(crate) fn latency(&self, acceptance: &Acceptance) -> Duration {
        acceptance.fate.latency_ms.map_or(self.options.latency, Duration::from_millis)
    }

    /// The prediction as it is now; `None` when it was never there, deleted, vanished, or is older than seven days.
    pub(crate) fn prediction(&self, id: &str) -> Option<View> {
        let acceptance = {
            let bill = self.lock();
            bill.acceptance(id).filter(|taken| self.is_kept(&bill, taken)).cloned()?
        };
        Some(self.view(acceptance))
    }

    /// All predictions that are still kept, the newest first.
    pub(crate) fn predictions(&self) -> Vec<View> {
        let kept: Vec<Acceptance> = {
            let bill = self.lock();
            bill.acceptances().rev().filter(|taken| self.is_kept(&bill, taken)).cloned().collect()
        };
        kept.into_iter().map(|acceptance| self.view(acceptance)).collect()
    }

    /// What stands on the bill of that prediction, kept or not.
    pub(crate) fn billed(&self, id: &str) -> Option<View> {
        let acceptance = self.lock().acceptance(id).cloned()?;
        Some(self.view(acceptance))
    }

    /// Forgets predictions; answers how many there were.
    pub(crate) fn delete(&self, ids: &[&str]) -> io::Result<usize> {
        let mut deleted = 0;
        for id in ids {
            let mut bill = self.lock();
            if bill.acceptance(id).is_some_and(|taken| self.is_kept(&bill, taken)) {
                let entry = Entry::Delete { id: (*id).to_owned(), at: self.env.now() };
                let receipt = bill.append(entry)?;
                drop(bill);
                receipt.flush()?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    /// Picture `index` of a prediction, if it is completed, has that many, and can be had.
    pub(crate) fn picture(&self, view: &View, index: u32) -> Option<Vec<u8>> {
        let Outputs::These(count) = view.outputs else { return None };
        (index < count && !view.acceptance.fate.missing_outputs.contains(&index)).then(|| self.paint(view, index))
    }

    /// The same for whoever must not be kept from other work.
    pub(crate) async fn picture_of(self: Arc<Self>, id: String, index: u32) -> Option<Vec<u8>> {
        let (tell, told) = oneshot::channel();
        let engine = self.clone();
        self.painters.spawn(move || {
            // Whoever asked may be gone by now.
            if !tell.is_closed() {
                let picture = engine.prediction(&id).and_then(|view| engine.picture(&view, index));
                drop(tell.send(picture));
            }
        });
        told.await.ok().flatten()
    }

    /// Paints without asking whether it is time, as soon as a painter is free.
    pub(crate) fn paint(&self, view: &View, index: u32) -> Vec<u8> {
        let View { acceptance, request, .. } = view;
        // Bills of before there were other models do not say it.
        let size = acceptance.size.unwrap_or_else(|| {
            let spec = lock(&self.models).spec(&request.model).cloned();
            size(spec.as_deref(), request)
        });
        let (width, height) = scaled(size, if self.options.double_size { 2.0 } else { 1.0 });
        let brief = Brief {
            prompt: request.prompt(),
            negative_prompt: request.negative_prompt(),
            width,
            height,
            seed: acceptance.seed,
            index,
        };
        self.painters.install(|| crate::paint(&brief))
    }

    /// What stands on the bill, as it looks now. Nothing of it depends on what the model is today.
    pub(super) fn view(&self, acceptance: Acceptance) -> View {
        let input = acceptance.input.as_object().cloned().unwrap_or_default();
        let request = RunRequest { model: acceptance.model.clone(), input };
        let (fate, age) = (&acceptance.fate, self.env.now().ms_since(acceptance.at));
        let latency = millis(self.latency(&acceptance));
        // A quarter of the wait is the queue, the rest is work.
        let status = match (&fate.status, &fate.fail) {
            (Some(odd), _) if odd.ms.is_none_or(|ms| age < ms) => &odd.name,
            _ if age < latency / 4 => "created",
            _ if age < latency => "processing",
            (_, Some(failure)) => failure.status.as_str(),
            _ => "completed",
        };
        let asked_for = acceptance.outputs.unwrap_or_else(|| request.images());
        let pictures = fate.more.unwrap_or(0).max(asked_for);
        let outputs = match status {
            "completed" if fate.empty_outputs => Outputs::Null,
            "completed" if fate.late_outputs_ms.is_some_and(|ms| age < latency.saturating_add(ms)) => Outputs::Null,
            "completed" => Outputs::These(fate.fewer.unwrap_or(pictures).min(pictures)),
            _ => Outputs::These(0),
        };
        let inference_ms = if status == "completed" { latency - latency / 4 } else { 0 };
        View { status: status.to_owned(), acceptance, request, outputs, inference_ms }
    }

    fn is_kept(&self, bill: &Bill, acceptance: &Acceptance) -> bool {
        let age = self.env.now().ms_since(acceptance.at);
        age < RETENTION_MS
            && acceptance.fate.vanish_after_ms.is_none_or(|ms| age < ms)
            && !bill.is_deleted(&acceptance.id)
    }
}
