//! What is said of a run in one line: `16:9 · 4 · seed 481516 · $0.16 · 6 s`.

use imagen4_core::{Run, RunState};

use crate::format::day::moment;
use crate::format::duration::{precise, rounded};
use crate::state::config::Models;
use crate::state::draft::shapes;
use crate::state::runs::money::price;

/// The parts of the line. The model is named where it is another than the form's.
pub fn facts(run: &Run, models: &Models, model_of_form: &str) -> Vec<String> {
    let request = &run.request;
    let mut facts = Vec::with_capacity(6);
    if request.model != model_of_form {
        facts.push(models.name(&request.model));
    }
    facts.push(shape(run));
    let came = Some(run.images.len() as u32).filter(|came| *came > 0);
    facts.extend(request.promised().or(came).map(|count| count.to_string()));
    facts.push(seed(run, models));
    facts.push(price(run));
    facts.extend(took(run).map(rounded));
    facts
}

/// The shape that was asked for, as people call it.
pub fn shape(run: &Run) -> String {
    run.request.shape().map_or_else(|| "Auto".to_owned(), |shape| shapes::name(&shape))
}

/// What repeats the images, or why nothing does.
pub fn seed(run: &Run, models: &Models) -> String {
    match run.request.known_seed() {
        Some(seed) => format!("seed {seed}"),
        None if models.catalogue.find(&run.request.model).is_some_and(|it| it.spec.concepts.seed.is_none()) => {
            "no seed".to_owned()
        }
        None => "seed unknown".to_owned(),
    }
}

/// How long a run took that is done, in milliseconds.
pub fn took(run: &Run) -> Option<u64> {
    let end = run.timeline.last().filter(|_| run.state == RunState::Archived)?;
    Some(end.at.ms_since(run.created_at))
}

/// What is worth knowing beside the line: the model, how large the images are, how long the model took.
pub fn details(run: &Run, models: &Models) -> String {
    let mut details = vec![models.name(&run.request.model)];
    details.extend(run.images.first().map(|image| shapes::in_words((image.width, image.height))));
    details.extend(run.request.resolution().map(str::to_owned));
    let render_ms = run.prediction.as_ref().and_then(|prediction| prediction.inference_ms);
    details.extend(render_ms.map(|ms| format!("Render time {}", precise(ms))));
    details.push(moment(run.created_at));
    details.join(" · ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_says_in_one_line_what_it_was() {
        let (mut run, models) = (run(RunState::Archived), told(&[]));
        let line = |run: &Run| facts(run, &models, "wavespeed-ai/imagen4").join(" · ");
        assert_eq!(line(&run), "1:1 · 2 · seed 7 · $0.08 · 6 s");
        run.request.input = json!({"prompt": "a fox", "size": "1024*768"}).as_object().cloned().expect("an object");
        run.state = RunState::Running;
        assert_eq!(line(&run), "1024 × 768 · 2 · seed unknown · $0.08");
        run.request.model = "bytedance/seedream-v4".into();
        run.request.input.remove("size");
        let name = models.name("bytedance/seedream-v4");
        assert_eq!(line(&run).split(" · ").take(2).collect::<Vec<_>>(), [name.as_str(), "Auto"]);
        assert!(line(&run).contains("no seed"));
    }

    #[wasm_bindgen_test]
    fn the_rest_is_beside_the_line() {
        let details = details(&run(RunState::Archived), &told(&[]));
        assert!(details.starts_with("Imagen 4 · 1024 × 1024 · Render time 5.1 s · "), "{details}");
    }
}
