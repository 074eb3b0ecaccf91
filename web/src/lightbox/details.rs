//! What is known of an image, by name.

use imagen4_core::run::RunImage;
use imagen4_core::{ModelSpec, Run};

use crate::format::count::grouped;
use crate::format::day::moment;
use crate::format::duration::precise;
use crate::state::config::Models;
use crate::state::draft::input::text;
use crate::state::runs::money::price_or_worth;

/// A fact and its name.
pub type Detail = (&'static str, String);

/// Everything that is known of one of a run's images besides its prompt.
pub fn details(run: &Run, image: &RunImage, models: &Models) -> Vec<Detail> {
    let mut details = made_from(run, models);
    details.push(("Created", moment(run.created_at)));
    details.extend(made_of(run, image));
    details
}

/// What was asked for.
fn made_from(run: &Run, models: &Models) -> Vec<Detail> {
    let (request, id) = (&run.request, &run.request.model);
    let spec = models.spec(id);
    let mut details = vec![("Model", model(run, &models.name(id)))];
    details.extend(request.negative_prompt().map(|negative| ("Negative prompt", negative.to_owned())));
    details.extend(settings(run, &spec).map(|settings| ("Settings", settings)));
    let has_no_seed = models.catalogue.find(id).is_some_and(|entry| entry.spec.concepts.seed.is_none());
    let seed = match request.known_seed() {
        Some(seed) => seed.to_string(),
        None if has_no_seed => "This model has no seed".to_owned(),
        None => "Unknown".to_owned(),
    };
    details.push(("Seed", seed));
    details
}

/// What came of it.
fn made_of(run: &Run, image: &RunImage) -> Vec<Detail> {
    let kilobytes = grouped(image.bytes.div_ceil(1_000));
    let prediction = run.prediction.as_ref();
    let mut details = vec![
        ("Size", format!("{} × {} pixels, {kilobytes} kB", image.width, image.height)),
        ("Price", price_or_worth(run)),
    ];
    details.extend(prediction.and_then(|it| it.inference_ms).map(|ms| ("Render time", precise(ms))));
    details.extend(run.note.clone().map(|note| ("Note", note)));
    details.extend(prediction.map(|it| ("Prediction ID", it.id.clone())));
    details
}

fn model(run: &Run, name: &str) -> String {
    let id = &run.request.model;
    let model = if name == id { name.to_owned() } else { format!("{name} ({id})") };
    if run.is_sample() { format!("{model}, demo sample") } else { model }
}

/// The model's other inputs, a line each.
fn settings(run: &Run, spec: &ModelSpec) -> Option<String> {
    let input = &run.request.input;
    let is_other = |name: &&String| spec.input(name).is_some() && !spec.concepts.has(name);
    let line = |name: &String| Some(format!("{}: {}", name.replace('_', " "), text(input.get(name)?)));
    let shape = run.request.shape().map(|shape| format!("aspect ratio: {shape}"));
    let shape = shape.map(|line| if line.contains('*') { line.replace("aspect ratio", "size") } else { line });
    let resolution = run.request.resolution().map(|resolution| format!("resolution: {resolution}"));
    let others = input.keys().filter(is_other).filter_map(line);
    let lines: Vec<_> = shape.into_iter().chain(resolution).chain(others).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::runs::samples::run;

    fn find<'a>(details: &'a [Detail], name: &str) -> Option<&'a str> {
        details.iter().find(|detail| detail.0 == name).map(|detail| detail.1.as_str())
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn it_says_what_was_asked_for() {
        let mut run = run(RunState::Archived);
        run.request.input.insert("negative_prompt".into(), "text".into());
        let details = made_from(&run, &told(&[]));
        assert_eq!(find(&details, "Model"), Some("Imagen 4 (wavespeed-ai/imagen4)"));
        assert_eq!(find(&details, "Negative prompt"), Some("text"));
        assert_eq!(find(&details, "Settings"), Some("aspect ratio: 1:1"));
        assert_eq!(find(&details, "Seed"), Some("7"));
        run.upstream = "embedded".into();
        run.request.input.remove("seed");
        let details = made_from(&run, &told(&[]));
        assert_eq!(find(&details, "Model"), Some("Imagen 4 (wavespeed-ai/imagen4), demo sample"));
        assert_eq!(find(&details, "Seed"), Some("Unknown"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_settings_are_the_models_own() {
        let mut run = run(RunState::Archived);
        run.request.model = "wavespeed-ai/flux-dev".into();
        run.request.input.remove("aspect_ratio");
        for (name, value) in [("size", "1280*720"), ("guidance_scale", "3.5"), ("somebody_elses", "x")] {
            run.request.input.insert(name.into(), value.into());
        }
        let details = made_from(&run, &told(&[]));
        assert_eq!(find(&details, "Settings"), Some("size: 1280*720\nguidance scale: 3.5"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn it_says_what_came_of_it() {
        let mut run = run(RunState::Archived);
        run.note = Some("for the cover".into());
        run.images[0].bytes = 1_234_567;
        let details = made_of(&run, &run.images[0]);
        assert_eq!(find(&details, "Size"), Some("1024 × 1024 pixels, 1,235 kB"));
        assert_eq!(find(&details, "Price"), Some("$0.08"));
        assert_eq!(find(&details, "Render time"), Some("5.1 s"));
        assert_eq!(find(&details, "Note"), Some("for the cover"));
        assert_eq!(find(&details, "Prediction ID"), Some("p"));
    }
}
