//! What the bar above the runs lets a person choose: the models and shapes that there are runs of, or could be.

use imagen4_core::{ModelSpec, Ratio, RunFilter};

use super::store::RunStore;
use crate::app::App;
use crate::composer::shape;
use crate::platform::part::Part;
use crate::platform::select::{self, Options};
use crate::server::Models;

/// Keeps the choices of the two selects as they are.
pub(super) fn keep(app: App, model: &Part, ratio: &Part) {
    let filter = move || app.board.finding.with(|finding| finding.filter.clone());
    let choices = move |of: fn(&Models, &RunStore, &RunFilter) -> Options| {
        move || app.server.models.with(|models| app.board.runs.with(|runs| of(models, runs, &filter())))
    };
    select::bind(model, choices(models), move || filter().model.unwrap_or_default());
    let chosen = move || filter().ratio.map(|ratio| ratio.to_string()).unwrap_or_default();
    select::bind(ratio, choices(ratios), chosen);
}

fn models(models: &Models, runs: &RunStore, filter: &RunFilter) -> Options {
    let offered = models.catalogue.offered().map(|entry| &entry.spec.id);
    let mut ids: Vec<&String> = Vec::new();
    for id in runs.models().iter().chain(offered).chain(&filter.model) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let any = (String::new(), "Any model".to_owned());
    [any].into_iter().chain(ids.into_iter().map(|id| (id.clone(), models.name(id)))).collect()
}

fn ratios(models: &Models, runs: &RunStore, filter: &RunFilter) -> Options {
    let mut all: Vec<Ratio> = Vec::new();
    let ids = runs.models().iter().chain([&models.default_model]);
    let of_models = ids.filter_map(|id| models.catalogue.find(id)).flat_map(|entry| of(&entry.spec));
    for ratio in of_models.chain(runs.ratios().iter().copied()).chain(filter.ratio) {
        if !all.contains(&ratio) {
            all.push(ratio);
        }
    }
    let any = (String::new(), "Any shape".to_owned());
    [any].into_iter().chain(all.into_iter().map(|ratio| (ratio.to_string(), ratio.to_string()))).collect()
}

/// The ratios that a model lets one choose.
fn of(spec: &ModelSpec) -> Vec<Ratio> {
    shape::choices(spec).iter().filter_map(|choice| spec.ratio_of(&choice.value)).collect()
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::board::card::tests::run;
    use crate::server::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_there_are_runs_of_can_be_chosen_and_so_can_what_is_looked_for() {
        let mut runs = RunStore::default();
        let mut other = run(RunState::Archived);
        other.request.model = "somebody/else".into();
        other.request.input.insert("aspect_ratio".into(), "21:9".into());
        runs.merge(other);
        let filter =
            RunFilter { model: Some("long/gone".into()), ratio: "2.35:1".parse().ok(), ..RunFilter::default() };
        let values = |options: Options| options.into_iter().map(|(value, _)| value).collect::<Vec<_>>();
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
}
