//! Which model the form is for: the menu, and what to take in place of one that is gone.

use imagen4_core::ModelSpec;
use imagen4_core::model::Entry;
use leptos::prelude::*;

use crate::format::day::moment;
use crate::state::draft::FocusTarget;
use crate::state::draft::fields::DraftStoreFields;
use crate::state::use_stores;

/// The model menu, with what each costs about.
#[component]
pub fn ModelMenu() -> impl IntoView {
    let stores = use_stores();
    let (draft, models) = (stores.draft, stores.config.models);
    let chosen = Memo::new(move |_| {
        let model = draft.fields.model().get();
        if model.is_empty() { models.with(|models| models.default_model.clone()) } else { model }
    });
    let options = Memo::new(move |_| {
        models.with(|models| {
            let offered = models.catalogue.offered();
            let mut options: Vec<_> = offered.map(|entry| (entry.spec.id.clone(), label(&entry.spec))).collect();
            let now = chosen.get();
            if !options.iter().any(|(id, _)| *id == now) {
                // Before the server has told, nothing is known of it.
                let why = if models.told { " · not available" } else { "" };
                options.push((now.clone(), models.name(&now) + why));
            }
            options
        })
    });
    let title = move || {
        let spec = draft.spec.get();
        let is_unsure = models.with(|models| {
            models.told && models.catalogue.find(&spec.id).is_some_and(|entry| entry.offered && !entry.confirmed)
        });
        let unsure = if is_unsure && !stores.config.is_demo() { " (not confirmed by WaveSpeed yet)" } else { "" };
        format!("{}{unsure} {}", spec.id, spec.description)
    };
    view! {
        <label class="model-menu">
            <span class="vh">"Model"</span>
            <select
                id="model"
                name="model"
                title=title
                prop:value=move || {
                    options.track();
                    chosen.get()
                }
                on:change:target=move |event| draft.switch_model(&event.target().value())
            >
                <For each=move || options.get() key=Clone::clone let((id, label))>
                    <option value=id.clone() selected=move || chosen.with(|chosen| *chosen == id)>
                        {label}
                    </option>
                </For>
            </select>
        </label>
    }
}

/// `Imagen 4 · $0.04`; an estimate, which is never the price of a click.
fn label(spec: &ModelSpec) -> String {
    match spec.price_microusd {
        Some(price) => format!("{} · {price}", spec.name),
        None => spec.name.clone(),
    }
}

/// What is to be said of the model: that it is gone, or what could not be taken along to it.
#[component]
pub fn ModelNotices() -> impl IntoView {
    let draft = use_stores().draft;
    let is_gone = Memo::new(move |_| !draft.is_offered() || draft.price.read().says_retired());
    view! {
        <Show when=move || is_gone.get()>{gone_notice()}</Show>
        <Show when=move || !draft.model_notice.with(String::is_empty)>
            <p class="model-notice hint" role="status">
                {move || draft.model_notice.get()}
                <Show when=move || !draft.undo.with(Vec::is_empty)>
                    <button type="button" class="link" aria-label="Undo the change of model" on:click=move |_| draft.undo()>
                        "Undo"
                    </button>
                </Show>
            </p>
        </Show>
    }
}

fn gone_notice() -> AnyView {
    let stores = use_stores();
    let (draft, models) = (stores.draft, stores.config.models);
    let model = Memo::new(move |_| draft.fields.model().get());
    let closest = move || {
        models.with(|models| {
            let all = models.closest(&model.get()).into_iter().filter(|entry| entry.spec.id != model.get());
            all.map(|entry| (entry.spec.id.clone(), label(&entry.spec))).collect::<Vec<_>>()
        })
    };
    view! {
        <div class="model-gone notice" role="group" aria-label="Model not available">
            <p>{move || models.with(|models| why_gone(models.catalogue.find(&model.get()), &model.get()))}</p>
            <div class="chips">
                <For each=closest key=Clone::clone let((id, label))>
                    <button
                        type="button"
                        class="chip"
                        on:click=move |_| {
                            draft.switch_model(&id);
                            draft.focus.set(Some(FocusTarget::Prompt));
                        }
                    >
                        {format!("Use {label}")}
                    </button>
                </For>
            </div>
        </div>
    }
    .into_any()
}

/// Why the form's model cannot be bought.
fn why_gone(entry: Option<&Entry>, id: &str) -> String {
    match entry {
        Some(Entry { spec, gone_since: Some(since), .. }) => {
            format!("{} is no longer available on WaveSpeed (since {}).", spec.name, moment(*since))
        }
        Some(entry) => format!("{} is not available right now.", entry.spec.name),
        None => format!("{id} is not one of this server's models."),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;

    #[wasm_bindgen_test]
    fn what_is_gone_says_since_when() {
        let models = told(&["wavespeed-ai/imagen4"]);
        let of = |id: &str| why_gone(models.catalogue.find(id), id);
        assert!(of("wavespeed-ai/imagen4").starts_with("Imagen 4 is no longer available on WaveSpeed (since Sep "));
        assert_eq!(of("somebody/else"), "somebody/else is not one of this server's models.");
        assert_eq!(label(&models.spec("wavespeed-ai/imagen4")), "Imagen 4 · $0.04");
    }
}
