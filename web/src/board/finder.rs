//! The bar above the runs that says which of them are shown, and the address bar, which says the same.

use imagen4_core::api::Counts;
use imagen4_core::{RunFilter, RunId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlFormElement, HtmlInputElement, UrlSearchParams};

use super::choices;
use super::finding::Finding;
use crate::app::App;
use crate::platform::dom::{document, listen, part, window};
use crate::platform::part::Part;
use crate::platform::reactive::Signal;
use crate::platform::timer::Timer;
use crate::spans::count;

/// A pause in typing of that many milliseconds is a search.
const TYPED_MS: i32 = 200;

/// Takes the shell's bar over, and shows what the address asks for.
pub fn adopt(app: App) {
    let form: HtmlFormElement = part("finding");
    // What a browser may have kept in the form is not what the address says.
    open(app);
    listen(&window(), "popstate", move |_: Event| open(app));
    listen(&form, "submit", |event: Event| event.prevent_default());
    let find = |name: &str| Part::shell("finding").find(&format!("[name={name}]"));
    choices::keep(app, &find("model"), &find("ratio"));
    let (typing, wrong_seed) = (Signal::new(None), Signal::new(false));
    find("seed").bind_state("aria-invalid", move || wrong_seed.get());
    listen(&form, "input", move |event: Event| {
        let control = event.target().map(JsCast::unchecked_into::<HtmlInputElement>);
        let is_typed = control.is_some_and(|control| matches!(control.type_().as_str(), "search" | "text"));
        let look = move || {
            let finding = Finding::read(value);
            wrong_seed
                .set_if_new(finding.filter.seed.is_none() && value("seed").is_some_and(|it| !it.trim().is_empty()));
            look(app, finding, !is_typed);
        };
        typing.set(is_typed.then(|| Timer::once(TYPED_MS, look)));
        if !is_typed {
            look();
        }
    });
    Part::shell("find-everything")
        .press(move || show_alike(app, |_| {}))
        .show(move || !app.board.finding.with(Finding::is_everything));
    Part::shell("counts").bind(move || match app.board.finding.with(|finding| finding.run.is_some()) {
        true => "One run".to_owned(),
        false => {
            let advice = if wrong_seed.get() { "A seed is a whole number: it is left out. " } else { "" };
            advice.to_owned() + &app.board.counts.get().map(counts).unwrap_or_default()
        }
    });
}

/// `1 run · 4 pictures`
fn counts(counts: Counts) -> String {
    format!("{} · {}", count(counts.runs, "run"), count(counts.pictures, "picture"))
}

/// Why nothing is shown.
pub(super) fn nothing(app: App) -> &'static str {
    match app.board.finding.with(|finding| finding.run.is_some()) {
        true => "There is no such run. It may have been deleted.",
        false => "No runs match.",
    }
}

/// An address that shows one run alone.
pub fn link_to(run: RunId) -> String {
    let location = window().location();
    let base = location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default();
    format!("{base}?run={run}")
}

/// Shows the runs that share something with `run`.
pub fn show_alike(app: App, change: impl FnOnce(&mut RunFilter)) {
    let mut finding = Finding { pictures: app.board.finding.with_untracked(|it| it.pictures), ..Finding::default() };
    change(&mut finding.filter);
    show(app, finding);
}

/// Shows one run alone.
pub fn show_run(app: App, run: RunId) {
    show(app, Finding { run: Some(run), ..Finding::default() });
}

fn show(app: App, finding: Finding) {
    write(&finding);
    look(app, finding, true);
}

/// Shows what the address asks for.
fn open(app: App) {
    let query = window().location().search().unwrap_or_default();
    let query = UrlSearchParams::new_with_str(&query).ok();
    let finding = Finding::read(|name| query.as_ref()?.get(name));
    write(&finding);
    app.board.look(app.server, finding);
}

/// Looks for `finding` and says so in the address: as a step that Back undoes, or in place of the present one.
fn look(app: App, finding: Finding, is_step: bool) {
    if app.board.finding.with_untracked(|now| *now == finding) {
        return;
    }
    let query = UrlSearchParams::new().ok();
    if let Some(query) = &query {
        finding.pairs().iter().for_each(|(name, value)| query.append(name, value));
    }
    let query = query.map(|query| String::from(query.to_string())).unwrap_or_default();
    let location = window().location();
    let hash = location.hash().unwrap_or_default();
    let path = location.pathname().unwrap_or_default();
    let url = if query.is_empty() { format!("{path}{hash}") } else { format!("{path}?{query}{hash}") };
    if let Ok(history) = window().history() {
        let _best_effort = match is_step {
            true => history.push_state_with_url(&JsValue::NULL, "", Some(&url)),
            false => history.replace_state_with_url(&JsValue::NULL, "", Some(&url)),
        };
    }
    app.board.look(app.server, finding);
}

fn control(name: &str) -> Option<HtmlInputElement> {
    // A select has a type and a value as well; no more is asked of it.
    document().query_selector(&format!("#finding [name={name}]")).ok()?.map(JsCast::unchecked_into)
}

fn value(name: &str) -> Option<String> {
    let control = control(name)?;
    (control.type_() != "checkbox" || control.checked()).then(|| control.value())
}

fn write(finding: &Finding) {
    let pairs = finding.pairs();
    for name in RunFilter::NAMES.into_iter().chain(["view", "run"]) {
        let Some(control) = control(name) else { continue };
        let wanted =
            pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str()).unwrap_or_default();
        match control.type_().as_str() {
            "checkbox" => control.set_checked(!wanted.is_empty()),
            _ => control.set_value(wanted),
        }
    }
}
