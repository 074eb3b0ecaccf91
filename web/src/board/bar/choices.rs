//! What can be chosen in the filters: the models and aspect ratios that there are runs of, or could be; and whatever is chosen.

use imagen4_core::{ModelSpec, Ratio, RunFilter};

use super::status;
use crate::state::config::Models;
use crate::state::draft::shapes;
use crate::state::runs::collection::RunCollection;

/// The values of a select and what they are called; the empty one narrows nothing.
pub(super) type Options = Vec<(String, String)>;

fn any_or(options: impl Iterator<Item = (String, String)>) -> Options {
    [(String::new(), "Any".to_owned())].into_iter().chain(options).collect()
}

/// The statuses; with that of a link which names other states.
pub(super) fn statuses(filter: &RunFilter) -> Options {
    let known = status::STATUSES.map(|(value, name)| (value.to_owned(), name.to_owned()));
    let chosen = (status::value(&filter.states), status::name(&filter.states));
    let is_other = !chosen.0.is_empty() && !known.contains(&chosen);
    any_or(known.into_iter().chain(is_other.then_some(chosen)))
}

/// The models.
pub(super) fn models(models: &Models, runs: &RunCollection, filter: &RunFilter) -> Options {
    let offered = models.catalogue.offered().map(|entry| &entry.spec.id);
    let mut ids: Vec<&String> = Vec::new();
    for id in runs.models().iter().chain(offered).chain(&filter.model) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    any_or(ids.into_iter().map(|id| (id.clone(), models.name(id))))
}

/// The aspect ratios.
pub(super) fn ratios(models: &Models, runs: &RunCollection, filter: &RunFilter) -> Options {
    let mut all: Vec<Ratio> = Vec::new();
    let ids = runs.models().iter().chain([&models.default_model]);
    let of_models = ids.filter_map(|id| models.catalogue.find(id)).flat_map(|entry| of(&entry.spec));
    for ratio in of_models.chain(runs.ratios().iter().copied()).chain(filter.ratio) {
        if !all.contains(&ratio) {
            all.push(ratio);
        }
    }
    any_or(all.into_iter().map(|ratio| (ratio.to_string(), ratio.to_string())))
}

/// The ratios that a model lets one choose.
fn of(spec: &ModelSpec) -> Vec<Ratio> {
    shapes::choices(spec).iter().filter_map(|choice| spec.ratio_of(&choice.value)).collect()
}

/// Whether images were flagged.
pub(super) fn nsfw() -> Options {
    let options = [("false", "Not flagged"), ("true", "Flagged")];
    any_or(options.into_iter().map(|(value, name)| (value.to_owned(), name.to_owned())))
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::runs::samples::run;

    fn values(options: Options) -> Vec<String> {
        options.into_iter().map(|(value, _)| value).collect()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_there_are_runs_of_can_be_chosen_and_so_can_what_is_looked_for() {
        let mut runs = RunCollection::default();
        let mut other = run(RunState::Archived);
        other.request.model = "somebody/else".into();
        other.request.input.insert("aspect_ratio".into(), "21:9".into());
        runs.merge(other);
        let filter =
            RunFilter { model: Some("long/gone".into()), ratio: "2.35:1".parse().ok(), ..RunFilter::default() };
        let models = told(&["wavespeed-ai/imagen4"]);
        let ids = values(super::models(&models, &runs, &filter));
        assert_eq!((ids[0].as_str(), ids[1].as_str()), ("", "somebody/else"));
        assert!(ids.contains(&"long/gone".to_owned()) && ids.contains(&"wavespeed-ai/flux-dev".to_owned()));
        assert!(!ids.contains(&"wavespeed-ai/imagen4".to_owned()), "it is gone, and there is no run of it");
        let ratios = values(ratios(&models, &runs, &filter));
        for ratio in ["1:1", "21:9", "2.35:1"] {
            assert!(ratios.contains(&ratio.to_owned()), "{ratio} in {ratios:?}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_link_that_names_other_states_is_a_choice_of_its_own() {
        assert_eq!(statuses(&RunFilter::default()).len(), 6);
        let filter = RunFilter { states: vec![RunState::Rejected], ..RunFilter::default() };
        assert_eq!(statuses(&filter).last(), Some(&("rejected".to_owned(), "Rejected".to_owned())));
        let filter = RunFilter { states: vec![RunState::Archived], ..RunFilter::default() };
        assert_eq!(statuses(&filter).len(), 6);
    }
}
