//! The filters that are active, each of which can be removed. The search shows its words itself.

use imagen4_core::FieldErrors;
use leptos::prelude::*;

use super::status;
use crate::state::use_stores;
use crate::state::view::{BoardView, Step};
use crate::ui::focus::focus_soon;
use crate::ui::icon::{Icon, IconView};

/// One filter that is active.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Chip {
    /// Its name in a query.
    name: &'static str,
    /// What it is about, if its value does not say that.
    subject: Option<&'static str>,
    /// Its value as people say it.
    value: String,
}

impl Chip {
    /// `Status: Failed`
    fn text(&self) -> String {
        self.subject.map_or_else(|| self.value.clone(), |subject| format!("{subject}: {}", self.value))
    }

    /// `Remove filter: Status Failed`
    fn action(&self) -> String {
        format!("Remove filter: {}", self.text().replacen(": ", " ", 1))
    }

    fn element_id(&self) -> String {
        format!("filter-{}", self.name)
    }
}

/// The filters of a view, `model_name` being what people call a model.
fn chips(view: &BoardView, model_name: impl Fn(&str) -> String) -> Vec<Chip> {
    let chip = |name, subject, value: &str| Chip { name, subject, value: value.to_owned() };
    if view.run.is_some() {
        // It is shown whatever the others say.
        return vec![chip("run", None, "One run")];
    }
    let filter = &view.filter;
    let flagged = |flagged| if flagged { "Flagged" } else { "Not flagged" };
    let favorite = |favorite| if favorite { "Favorites" } else { "Not favorites" };
    let states = Some(&filter.states).filter(|states| !states.is_empty());
    let all = [
        states.map(|states| chip("state", Some("Status"), &status::name(states))),
        filter.model.as_ref().map(|id| chip("model", Some("Model"), &model_name(id))),
        filter.ratio.map(|ratio| chip("ratio", Some("Aspect ratio"), &ratio.to_string())),
        filter.nsfw.map(|nsfw| chip("nsfw", Some("NSFW"), flagged(nsfw))),
        filter.seed.map(|seed| chip("seed", Some("Seed"), &seed.to_string())),
        filter.favorite.map(|it| chip("favorite", None, favorite(it))),
        filter.group.map(|_| chip("group", None, "Variants")),
    ];
    all.into_iter().flatten().collect()
}

/// The view without that filter.
fn without(mut view: BoardView, name: &str) -> BoardView {
    match name {
        "run" => view.run = None,
        name => view.filter.set(name, "", &mut FieldErrors::default()),
    }
    view
}

/// The filters that are active, as buttons that remove them.
#[component]
pub fn Chips() -> impl IntoView {
    let stores = use_stores();
    let all = Memo::new(move |_| stores.view.board.with(|view| chips(view, |id| stores.config.model_name(id))));
    let remove = move |chip: &Chip| {
        // The focus goes to the filter that takes its place, or to the one before.
        let next = all.with_untracked(|all| {
            let at = all.iter().position(|other| other == chip)?;
            all.get(at + 1).or_else(|| all.get(at.checked_sub(1)?)).map(Chip::element_id)
        });
        focus_soon(next.unwrap_or_else(|| "runs-title".to_owned()));
        stores.runs.show(without(stores.view.board.get_untracked(), chip.name), Step::Push);
    };
    view! {
        <div class="chips" role="group" aria-label="Active filters" hidden=move || all.with(Vec::is_empty)>
            <For each=move || all.get() key=Clone::clone let:chip>
                <button
                    type="button"
                    class="chip on"
                    id=chip.element_id()
                    aria-label=chip.action()
                    title=chip.action()
                    on:click={
                        let chip = chip.clone();
                        move |_| remove(&chip)
                    }
                >
                    <span>{chip.text()}</span>
                    <IconView icon=Icon::Close />
                </button>
            </For>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunId;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::view::tests::read;

    fn of(view: &BoardView) -> Vec<Chip> {
        chips(view, |id| id.to_uppercase())
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_filter_but_the_search_has_a_chip_that_removes_it_alone() {
        let group = "0123456789abcdef0123456789abcdef";
        let mut view = read(&[
            ("q", "fox"),
            ("state", "failed,rejected,expired"),
            ("model", "a/b"),
            ("ratio", "16:9"),
            ("nsfw", "false"),
            ("seed", "7"),
            ("favorite", "true"),
            ("group", group),
        ]);
        let texts: Vec<_> = of(&view).iter().map(Chip::text).collect();
        let expected = [
            "Status: Failed",
            "Model: A/B",
            "Aspect ratio: 16:9",
            "NSFW: Not flagged",
            "Seed: 7",
            "Favorites",
            "Variants",
        ];
        assert_eq!(texts, expected);
        let actions: Vec<_> = of(&view).iter().map(Chip::action).collect();
        assert_eq!(actions[0], "Remove filter: Status Failed");
        assert_eq!(actions[2], "Remove filter: Aspect ratio 16:9");
        assert_eq!(actions[6], "Remove filter: Variants");
        for left in (0..expected.len()).rev() {
            view = without(view.clone(), of(&view)[0].name);
            assert_eq!(of(&view).len(), left);
        }
        assert_eq!(view, read(&[("q", "fox")]));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn one_run_alone_is_shown_whatever_the_filters_say() {
        let view = BoardView { run: Some(RunId::from_bits(1)), ..read(&[("seed", "7")]) };
        assert_eq!(of(&view).iter().map(Chip::action).collect::<Vec<_>>(), ["Remove filter: One run"]);
        assert_eq!(without(view, "run"), read(&[("seed", "7")]));
    }
}
