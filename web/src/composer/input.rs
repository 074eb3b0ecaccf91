//! A control for one input of a model, made from its schema. Its words are WaveSpeed's, so they are text and never markup.

use imagen4_core::model::{InputKind, InputSpec};
use leptos::prelude::*;

use crate::state::draft::fields::DraftStoreFields;
use crate::state::draft::input::text;
use crate::state::draft::inputs::{ONE_LINE, id_of, options, title};
use crate::state::use_stores;

/// A field with the control for an input.
#[component]
pub fn InputField(
    /// Which.
    input: InputSpec,
) -> impl IntoView {
    let draft = use_stores().draft;
    let (id, name) = (id_of(&input.name), input.name.clone());
    let hint_id = format!("{id}-hint");
    let usual = input.kind.default_value().map(|value| text(&value)).unwrap_or_default();
    let others = draft.fields.others();
    let said = {
        let name = name.clone();
        Memo::new(move |_| others.with(|others| others.get(&name).cloned().unwrap_or_default()))
    };
    let set = move |value: &str| {
        others.update(|others| match value {
            "" => drop(others.remove(&name)),
            value => drop(others.insert(name.clone(), value.to_owned())),
        });
    };
    let is_wrong = {
        let id = id.clone();
        Memo::new(move |_| draft.has_issue(&id))
    };
    let invalid = move || is_wrong.get().then_some("true");
    let shown = {
        let usual = usual.clone();
        Memo::new(move |_| said.with(|said| if said.is_empty() { usual.clone() } else { said.clone() }))
    };
    let control = match &input.kind {
        InputKind::Choice { .. } => view! {
            <select
                id=id.clone()
                aria-describedby=hint_id.clone()
                aria-invalid=invalid
                prop:value=move || shown.get()
                on:change:target=move |event| set(&event.target().value())
            >
                {options(&input)
                    .into_iter()
                    .map(|(value, label)| {
                        let own = value.clone();
                        view! { <option value=value selected=move || shown.with(|shown| *shown == own)>{label}</option> }
                    })
                    .collect_view()}
            </select>
        }
        .into_any(),
        InputKind::Switch { .. } => view! {
            <input
                id=id.clone()
                type="checkbox"
                aria-describedby=hint_id.clone()
                prop:checked=move || shown.with(|shown| shown == "true")
                on:change:target=move |event| set(&event.target().checked().to_string())
            />
        }
        .into_any(),
        InputKind::Text { max_chars, .. } if max_chars.is_none_or(|most| most > ONE_LINE) => view! {
            <textarea
                id=id.clone()
                dir="auto"
                rows="2"
                aria-describedby=hint_id.clone()
                aria-invalid=invalid
                placeholder=usual
                prop:value=move || said.get()
                on:input:target=move |event| set(&event.target().value())
            ></textarea>
        }
        .into_any(),
        kind => {
            let Bounds { kind, min, max, step } = Bounds::of(kind);
            view! {
                <input
                    id=id.clone()
                    type=kind
                    min=min
                    max=max
                    step=step
                    aria-describedby=hint_id.clone()
                    aria-invalid=invalid
                    placeholder=usual
                    prop:value=move || said.get()
                    on:input:target=move |event| set(&event.target().value())
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="field" class:switch=matches!(input.kind, InputKind::Switch { .. })>
            <label for=id class="label">
                {title(&input)}
            </label>
            {control}
            <p class="hint" id=hint_id>
                {input.description.clone()}
            </p>
        </div>
    }
}

/// The attributes of a field of one line.
struct Bounds {
    kind: &'static str,
    min: Option<String>,
    max: Option<String>,
    step: Option<String>,
}

impl Bounds {
    fn of(kind: &InputKind) -> Self {
        let text = |number: &dyn ToString| number.to_string();
        match kind {
            InputKind::Integer { min, max, multiple_of, .. } => Self {
                kind: "number",
                min: min.map(|it| text(&it)),
                max: max.map(|it| text(&it)),
                step: Some(multiple_of.unwrap_or(1).to_string()),
            },
            InputKind::Number { min, max, step, .. } => Self {
                kind: "number",
                min: min.map(|it| text(&it)),
                max: max.map(|it| text(&it)),
                step: Some(step.map_or_else(|| "any".to_owned(), |it| text(&it))),
            },
            _ => Self { kind: "text", min: None, max: None, step: None },
        }
    }
}
