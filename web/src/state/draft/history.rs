//! Walking through earlier prompts. What a person has written is part of the walk, however often it is begun anew.

/// A walk through earlier prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptHistory {
    /// First what was being written, the newest first, then the prompts of earlier runs, the newest first.
    prompts: Vec<String>,
    /// How many of them were written here.
    written: usize,
    at: usize,
}

/// So many texts that were written and replaced are kept.
const MOST_WRITTEN: usize = 20;

impl PromptHistory {
    /// The prompt one step older or newer than `now`. Whoever has changed what the walk came to goes on from there, and what they had
    /// written before stays in the walk.
    pub fn step(&mut self, now: &str, older: bool, earlier: impl FnOnce() -> Vec<String>) -> Option<&str> {
        if self.prompts.get(self.at).map(String::as_str) != Some(now) {
            let mut prompts = vec![now.to_owned()];
            let written = self.prompts.drain(..self.written).filter(|text| text != now && !text.is_empty());
            prompts.extend(written.take(MOST_WRITTEN - 1));
            self.written = prompts.len();
            for prompt in earlier() {
                if !prompts.contains(&prompt) {
                    prompts.push(prompt);
                }
            }
            self.prompts = prompts;
            self.at = 0;
        }
        let at = if older { self.at + 1 } else { self.at.checked_sub(1)? };
        let prompt = self.prompts.get(at)?;
        self.at = at;
        Some(prompt)
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn earlier() -> Vec<String> {
        ["fox", "owl", "fox", "hen"].map(str::to_owned).to_vec()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_was_being_written_is_found_at_the_end_of_the_way_back() {
        let mut history = PromptHistory::default();
        assert_eq!(history.step("my ow", true, earlier), Some("fox"));
        assert_eq!(history.step("fox", true, earlier), Some("owl"));
        assert_eq!(history.step("owl", true, earlier), Some("hen"), "each once");
        assert_eq!(history.step("hen", true, earlier), None);
        assert_eq!(history.step("hen", false, earlier), Some("owl"));
        assert_eq!(history.step("owl", false, earlier), Some("fox"));
        assert_eq!(history.step("fox", false, earlier), Some("my ow"));
        assert_eq!(history.step("my ow", false, earlier), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn whoever_changes_an_earlier_prompt_does_not_lose_their_own() {
        let mut history = PromptHistory::default();
        history.step("my own prompt", true, earlier);
        // The fox was changed: it is what is being written now, and what was written before is one step away.
        assert_eq!(history.step("fox x", true, earlier), Some("my own prompt"));
        assert_eq!(history.step("my own prompt", true, earlier), Some("fox"));
        assert_eq!(history.step("fox", true, earlier), Some("owl"));
        assert_eq!(history.step("owl, twice", false, earlier), None, "nothing is newer than what is being written");
        for expected in ["fox x", "my own prompt", "fox"] {
            let now = history.prompts[history.at].clone();
            assert_eq!(history.step(&now, true, earlier), Some(expected));
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_walk_keeps_a_bounded_number_of_texts() {
        let mut history = PromptHistory::default();
        for text in 0..100 {
            history.step(&format!("text {text}"), true, earlier);
        }
        assert_eq!(history.prompts.len(), MOST_WRITTEN + 3);
    }
}
