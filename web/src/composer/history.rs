//! Earlier prompts, a key away; what was being written is one of them.

use imagen4_core::wording::variants::escape;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

use crate::app::App;
use crate::platform::dom::{listen, part};
use crate::platform::reactive::Signal;

/// A walk through earlier prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// First what was being written, then the earlier ones, the newest first.
    prompts: Vec<String>,
    at: usize,
}

impl Walk {
    /// The prompt one step older or newer than `now`. Whoever has changed what the walk came to begins a new one from there.
    pub fn step(&mut self, now: &str, older: bool, earlier: impl FnOnce() -> Vec<String>) -> Option<&str> {
        if self.prompts.get(self.at).map(String::as_str) != Some(now) {
            self.prompts = vec![now.to_owned()];
            for prompt in earlier() {
                if !self.prompts.contains(&prompt) {
                    self.prompts.push(prompt);
                }
            }
            self.at = 0;
        }
        let at = if older { self.at + 1 } else { self.at.checked_sub(1)? };
        let prompt = self.prompts.get(at)?;
        self.at = at;
        Some(prompt)
    }
}

/// Alt and an arrow in the prompt walk through the prompts of the runs that the page knows.
pub fn adopt(app: App) {
    let walk = Signal::new(Walk::default());
    let area: HtmlTextAreaElement = part("prompt");
    listen(&area.clone(), "keydown", move |event: KeyboardEvent| {
        let older = match event.key().as_str() {
            "ArrowUp" => true,
            "ArrowDown" => false,
            _ => return,
        };
        if !event.alt_key() {
            return;
        }
        event.prevent_default();
        let earlier = || {
            let prompt = |run: Signal<imagen4_core::Run>| run.with_untracked(|run| escape(run.request.prompt()));
            app.board.runs.with_untracked(|runs| runs.iter().map(prompt).collect())
        };
        let now = app.composer.draft.with_untracked(|draft| draft.prompt.clone());
        walk.update(|walk| {
            if let Some(prompt) = walk.step(&now, older, earlier) {
                app.composer.draft.update(|draft| draft.prompt = prompt.to_owned());
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_was_being_written_is_found_at_the_end_of_the_way_back() {
        let earlier = || ["fox", "owl", "fox", "hen"].map(str::to_owned).to_vec();
        let mut walk = Walk::default();
        assert_eq!(walk.step("my ow", true, earlier), Some("fox"));
        assert_eq!(walk.step("fox", true, earlier), Some("owl"));
        assert_eq!(walk.step("owl", true, earlier), Some("hen"), "each once");
        assert_eq!(walk.step("hen", true, earlier), None);
        assert_eq!(walk.step("hen", false, earlier), Some("owl"));
        assert_eq!(walk.step("owl", false, earlier), Some("fox"));
        assert_eq!(walk.step("fox", false, earlier), Some("my ow"));
        assert_eq!(walk.step("my ow", false, earlier), None);
        walk.step("my ow", true, earlier);
        // The fox was changed: it is what is being written now.
        assert_eq!(walk.step("fox at night", true, earlier), Some("fox"));
        assert_eq!(walk.step("fox", false, earlier), Some("fox at night"));
    }
}
