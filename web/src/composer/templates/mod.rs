//! Templates: prompts and styles to begin with, and a person's own.
//!
//! # Layout
//! - this file: the gallery; [`own`]: a person's own; [`transfer`]: to a file and back

pub mod own;
pub mod transfer;

use imagen4_core::model::shape::ratio_of;
use leptos::prelude::*;

use self::own::OwnTemplates;
use super::build::with_words;
use super::way::use_way;
use crate::state::draft::FocusTarget;
use crate::state::draft::fields::{Draft, DraftStoreFields};
use crate::state::templates::builtin::{Builtin, PROMPTS, STYLES, Style};
use crate::state::use_stores;

/// The gallery.
#[component]
pub fn Templates() -> impl IntoView {
    view! {
        <div class="templates">
            <h3 class="label">"Prompts"</h3>
            <div class="gallery">{PROMPTS.map(prompt)}</div>
            <h3 class="label">"Styles"</h3>
            <p class="hint">"A style is appended to your prompt."</p>
            <div class="gallery styles">{STYLES.map(style)}</div>
            <OwnTemplates />
        </div>
    }
}

fn prompt(template: Builtin) -> impl IntoView {
    let stores = use_stores();
    let way = use_way();
    let pick = move |_| {
        let draft = stores.draft;
        let spec = draft.spec.get_untracked();
        let shape = spec.nearest_shape(template.ratio).filter(|shape| ratio_of(shape) == ratio_of(template.ratio));
        let before = draft.fields.get_untracked();
        draft.replace(Draft {
            prompt: template.prompt.to_owned(),
            shape: shape.unwrap_or_else(|| before.shape.clone()),
            parent: None,
            ..before
        });
        way.write();
        draft.focus.set(Some(FocusTarget::Prompt));
    };
    tile(template.id, template.title, template.prompt, pick)
}

fn style(style: Style) -> impl IntoView {
    let draft = use_stores().draft;
    let append = move |_| {
        let words = style.append.trim_start_matches([',', ' ']);
        let prompt = with_words(&draft.fields.prompt().read_untracked(), words);
        draft.replace(Draft { prompt, ..draft.fields.get_untracked() });
    };
    tile(style.id, style.title, style.append, append)
}

fn tile(
    id: &str,
    title: &'static str,
    words: &'static str,
    pick: impl Fn(leptos::ev::MouseEvent) + 'static,
) -> AnyView {
    view! {
        <button type="button" class="tile" title=words on:click=pick>
            <img src=format!("templates/{id}.webp") alt="" loading="lazy" decoding="async" />
            <span>{title}</span>
        </button>
    }
    .into_any()
}
