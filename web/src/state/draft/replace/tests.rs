use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::state::config::ConfigStore;
use crate::state::config::models::tests::told;
use crate::state::usage::UsageStore;

fn store() -> DraftStore {
    let config = ConfigStore::new();
    config.models.set(told(&[]));
    DraftStore::new(config, UsageStore::new(config), Draft::default())
}

#[wasm_bindgen_test]
fn every_text_that_the_page_replaces_can_be_brought_back_in_order() {
    Owner::new().with(|| {
        let draft = store();
        let prompt = || draft.fields.prompt().get_untracked();
        for text in ["a fox", "an owl", "a hen"] {
            draft.replace_prompt(text);
        }
        draft.undo();
        assert_eq!(prompt(), "an owl");
        draft.undo();
        assert_eq!(prompt(), "a fox");
        draft.redo();
        assert_eq!(prompt(), "an owl");
        draft.fields.prompt().set("an owl by a person".into());
        draft.replace_prompt("template");
        draft.undo();
        assert_eq!(prompt(), "an owl by a person");
        assert!(draft.redo.get_untracked().len() == 1, "what came after was replaced");
    });
}

#[wasm_bindgen_test]
fn a_model_that_has_no_place_for_a_text_gives_it_back() {
    Owner::new().with(|| {
        let draft = store();
        draft.fields.set(Draft { prompt: "a fox".into(), negative_prompt: "blurry".into(), ..Draft::default() });
        draft.switch_model("wavespeed-ai/flux-dev");
        assert!(draft.model_notice.get_untracked().contains("the negative prompt"));
        draft.undo();
        assert_eq!(draft.fields.negative_prompt().get_untracked(), "blurry");
        assert_eq!(draft.model_notice.get_untracked(), "");
    });
}

#[wasm_bindgen_test]
fn a_seed_that_was_typed_comes_back_and_one_that_was_rolled_is_no_loss() {
    Owner::new().with(|| {
        let draft = store();
        let seed = || draft.fields.seed().get_untracked();
        draft.fields.seed().set("1234".into());
        for rolled in ["7", "8", "9"] {
            draft.replace_seed(rolled.into());
        }
        assert_eq!(draft.undo.get_untracked().len(), 1);
        draft.undo();
        assert_eq!(seed(), "1234");
        draft.fields.update(|draft| draft.set_other("guidance_scale", "3.5"));
        draft.replace(Draft::default());
        draft.undo();
        assert_eq!(draft.fields.with_untracked(|draft| draft.other("guidance_scale").to_owned()), "3.5");
    });
}
