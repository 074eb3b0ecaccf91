//! Another model for the same draft: what both have goes along, the rest is named, and the prompt is never lost.

use imagen4_core::model::carry;
use imagen4_core::{ModelSpec, Run, RunRequest};
use serde_json::Value;

use super::fields::Draft;
use super::shapes;
use crate::state::config::Models;

/// The draft for another model, and what could not go along as it was.
pub fn carried(draft: &Draft, from: &ModelSpec, to: &ModelSpec) -> (Draft, Vec<String>) {
    // What is seen is what is taken along, also where it is only the model's usual choice.
    let mut seen = draft.clone();
    if seen.shape.is_empty() && to.shape().is_some() {
        seen.shape = shapes::usual(from);
    }
    if let (true, Some((_, _, usual)), Some(_)) = (seen.count.is_empty(), from.counts(), to.counts()) {
        seen.count = usual.to_string();
    }
    let mut input = seen.input(from, &draft.prompt);
    // What a model that nobody describes any more calls them is not known.
    for (concept, usual, text) in [
        (&from.concepts.negative_prompt, "negative_prompt", &seen.negative_prompt),
        (&from.concepts.shape, "aspect_ratio", &seen.shape),
        (&from.concepts.resolution, "resolution", &seen.resolution),
        (&from.concepts.count, "num_images", &seen.count),
        (&from.concepts.seed, "seed", &seen.seed),
    ] {
        if concept.is_none() && !text.is_empty() {
            input.insert(usual.to_owned(), text.parse::<i64>().map_or_else(|_| text.as_str().into(), Value::from));
        }
    }
    let carried = carry(&input, to);
    let mut dropped = carried.dropped;
    let request = RunRequest { model: to.id.clone(), input: carried.input };
    let mut now =
        Draft { prompt: draft.prompt.clone(), seeds: draft.seeds, parent: draft.parent, ..Draft::of(&request, to) };
    if to.concepts.negative_prompt.is_some() {
        now.negative_prompt.clone_from(&draft.negative_prompt);
    }
    // What is no number yet was not carried.
    if !draft.seed.trim().is_empty() && draft.seed.trim().parse::<i64>().is_err() {
        match to.concepts.seed {
            Some(_) => now.seed.clone_from(&draft.seed),
            None => dropped.push("the seed".to_owned()),
        }
    }
    (now, dropped)
}

/// The draft for what a run was asked for: for its model where that is offered, else for the one of `now`.
pub fn of_run(models: &Models, run: &Run, now: &Draft) -> (Draft, String) {
    let id = &run.request.model;
    if models.offered(id).is_some() {
        return (Draft::of(&run.request, &models.spec(id)), String::new());
    }
    let other = if models.offered(&now.model).is_some() { &now.model } else { &models.default_model };
    let spec = models.spec(other);
    let carried = carry(&run.request.input, &spec);
    let request = RunRequest { model: spec.id.clone(), input: carried.input };
    // Words are text here, whatever they look like.
    let draft = Draft::of(&request, &spec);
    let mut words = format!("{} is no longer available; switched to {}.", models.name(id), spec.name);
    if !carried.dropped.is_empty() {
        words += &format!(" {}", not_carried(&carried.dropped));
    }
    (draft, words)
}

/// What is said of what could not be taken along.
pub fn not_carried(dropped: &[String]) -> String {
    format!("Not carried over: {}.", dropped.join(", "))
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::runs::samples::run;

    fn full() -> Draft {
        Draft {
            prompt: "a {red|blue} fox".into(),
            negative_prompt: "blurry".into(),
            shape: "16:9".into(),
            count: "4".into(),
            seed: "7".into(),
            ..Draft::default()
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_both_models_have_goes_along_and_the_rest_is_named() {
        let models = told(&[]);
        let from = models.spec("wavespeed-ai/imagen4");
        for (id, shape, count, seed, said) in [
            ("wavespeed-ai/flux-dev", "1360*768", "4", "7", "the negative prompt"),
            ("wavespeed-ai/nucleus-image/text-to-image", "16:9", "2", "7", "4 images became 2"),
            (
                "bytedance/seedream-v4",
                "2736*1536",
                "",
                "",
                "the negative prompt, 4 images: this model decides how many a run makes, the seed 7",
            ),
            ("google/imagen4", "16:9", "4", "7", ""),
        ] {
            let (draft, dropped) = carried(&full(), &from, &models.spec(id));
            assert_eq!(draft.prompt, "a {red|blue} fox", "{id}");
            assert_eq!(
                (draft.count.as_str(), draft.seed.as_str(), dropped.join(", ").as_str()),
                (count, seed, said),
                "{id}"
            );
            let ratio = |shape: &str| imagen4_core::model::shape::ratio_of(shape).map(|it| it.to_string());
            assert_eq!(ratio(&draft.shape), ratio(shape), "{id}: {}", draft.shape);
            assert!(draft.inputs(&models.spec(id)).is_ok(), "{id}: {draft:?}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_draft_goes_to_every_model_and_its_prompt_with_it() {
        let models = told(&[]);
        let ids: Vec<_> = models.catalogue.entries().iter().map(|entry| entry.spec.id.clone()).collect();
        for from in &ids {
            let (draft, _) = carried(&full(), &models.spec("wavespeed-ai/imagen4"), &models.spec(from));
            for to in &ids {
                let (draft, _) = carried(&draft, &models.spec(from), &models.spec(to));
                assert_eq!(draft.prompt, full().prompt);
                assert!(draft.inputs(&models.spec(to)).is_ok(), "{from} to {to}: {draft:?}");
            }
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_seed_that_is_being_written_stays_as_it_is() {
        let models = told(&[]);
        let draft = Draft { seed: "7x".into(), ..full() };
        let to = |id: &str| carried(&draft, &models.spec(""), &models.spec(id));
        assert_eq!(to("wavespeed-ai/flux-dev").0.seed, "7x");
        assert!(to("bytedance/seedream-v4").1.contains(&"the seed".to_owned()));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn nothing_is_lost_with_a_model_that_nobody_describes() {
        let models = told(&[]);
        let from = models.spec("somebody/else");
        let (draft, dropped) = carried(&full(), &from, &models.spec("wavespeed-ai/imagen4"));
        assert_eq!((draft, dropped), (Draft { model: "wavespeed-ai/imagen4".into(), ..full() }, Vec::new()));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_is_used_again_with_its_model_or_with_the_present_one_where_that_is_gone() {
        let run = run(RunState::Archived);
        let now = Draft { model: "bytedance/seedream-v4".into(), ..Draft::default() };
        let (draft, words) = of_run(&told(&[]), &run, &now);
        assert_eq!((draft.model.as_str(), draft.count.as_str(), words.as_str()), ("wavespeed-ai/imagen4", "2", ""));
        let (draft, words) = of_run(&told(&["wavespeed-ai/imagen4"]), &run, &now);
        assert_eq!((draft.model.as_str(), draft.prompt.as_str()), ("bytedance/seedream-v4", "a fox in snow"));
        assert!(words.starts_with("Imagen 4 is no longer available; switched to Seedream 4. Not carried"), "{words}");
    }
}
