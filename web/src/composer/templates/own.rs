//! A person's own templates: the form under a name.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::transfer::Transfer;
use crate::composer::way::use_way;
use crate::state::draft::FocusTarget;
use crate::state::templates::NOT_KEPT;
use crate::state::templates::template::{MAX_NAME_CHARS, Template};
use crate::state::{Stores, use_stores};
use crate::ui::button::IconButton;
use crate::ui::icon::Icon;
use crate::ui::keys::{Modifier, shortcut};

/// The list, and saving the present form.
#[component]
pub fn OwnTemplates() -> impl IntoView {
    let stores = use_stores();
    let templates = stores.templates;
    let (name, message) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let save = move || match templates.save(&name.get_untracked(), stores.draft.fields.get_untracked()) {
        Ok(before) => {
            let is_kept = templates.is_kept.get_untracked();
            message.set(if is_kept { "Template saved." } else { NOT_KEPT }.to_owned());
            name.set(String::new());
            if let Some(before) = before {
                offer_undo(stores, "Template replaced", before);
            }
        }
        Err(error) => message.set(error),
    };
    let on_keydown = move |event: KeyboardEvent| {
        if shortcut(&event, Modifier::None).as_deref() == Some("Enter") {
            event.prevent_default();
            save();
        }
    };
    view! {
        <h3 class="label">"Saved"</h3>
        <ul class="own-templates" aria-label="Saved templates">
            <For each=move || templates.own.get() key=Clone::clone let(template)>
                {own(template)}
            </For>
        </ul>
        <div class="row">
            <input
                id="template-name"
                type="text"
                dir="auto"
                maxlength=2 * MAX_NAME_CHARS
                aria-label="Template name"
                placeholder="Name for the current form"
                prop:value=move || name.get()
                on:input:target=move |event| name.set(event.target().value())
                on:keydown=on_keydown
            />
            <button type="button" class="button" on:click=move |_| save()>
                "Save"
            </button>
        </div>
        <Transfer message />
        <p class="hint" role="status" id="templates-message">
            {move || message.get()}
        </p>
    }
}

/// Says what was done to a template, and brings it back if the person wants to.
fn offer_undo(stores: Stores, done: &str, before: Template) {
    let undo = move || drop(stores.templates.save(&before.name, before.draft));
    stores.toast.offer_undo(done, undo, || {});
}

fn own(template: Template) -> impl IntoView {
    let stores = use_stores();
    let way = use_way();
    let Template { name, draft } = template;
    let (label, deleted, words) = (name.clone(), name.clone(), draft.prompt.clone());
    let pick = move |_| {
        let model = stores.draft.fields.with_untracked(|draft| draft.model.clone());
        stores.draft.apply_template(draft.clone(), &model);
        way.write();
        stores.draft.focus.set(Some(FocusTarget::Prompt));
    };
    let delete = move |_| {
        if let Some(before) = stores.templates.delete(&deleted) {
            offer_undo(stores, "Template deleted", before);
        }
    };
    view! {
        <li class="row">
            <button type="button" class="own-template" title=words on:click=pick>
                {name}
            </button>
            <IconButton label=format!("Delete template {label}") icon=Icon::Trash on_click=delete />
        </li>
    }
}
