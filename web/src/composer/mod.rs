//! The composer: what will be generated, what it costs, and the button.
//!
//! # Layout
//! - this file: the form; [`generate`]: what happens on submit
//! - [`model`]: the model menu, and what to do when a model is gone
//! - [`prompt`]: the prompt, and the [`way`] to it: written or built from slots ([`build`]) or taken from a template ([`templates`]); [`variants`], [`hints`], [`tips`]
//! - [`shape`], [`count`], [`seed`], [`negative`], [`more`]: the controls that the model has, each an [`input`] of its schema
//! - [`footer`]: the button, its price, and the reason when it is off; [`confirm`]: asking before a dear click

pub mod build;
pub mod confirm;
pub mod count;
pub mod footer;
pub mod generate;
pub mod hints;
pub mod input;
pub mod model;
pub mod more;
pub mod negative;
pub mod prompt;
pub mod seed;
pub mod shape;
pub mod templates;
pub mod tips;
pub mod variants;
pub mod way;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use self::confirm::ConfirmDialog;
use self::count::Count;
use self::footer::Footer;
use self::generate::Generate;
pub use self::model::ModelMenu;
use self::model::ModelNotices;
use self::more::MoreSettings;
use self::negative::NegativePrompt;
use self::prompt::PromptEditor;
use self::seed::Seed;
use self::shape::{Resolution, Shape};
use self::way::use_way;
use crate::state::draft::FocusTarget;
use crate::state::use_stores;
use crate::ui::focus::focus_soon;
use crate::ui::keys::{Modifier, is_composing, shortcut};

/// The form.
#[component]
pub fn Composer(
    /// What stands below its fields on a narrow screen, where the board is out of sight.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let stores = use_stores();
    let generate = Generate::new(stores);
    provide_context(generate);
    let way = use_way();
    Effect::new(move || {
        if let Some(target) = stores.draft.focus.get() {
            stores.draft.focus.set(None);
            focus_soon(match target {
                FocusTarget::Prompt => way.prompt_control(),
                FocusTarget::Seed => "seed",
                FocusTarget::Generate => "generate",
            });
        }
    });
    let on_keydown = move |event: KeyboardEvent| {
        if shortcut(&event, Modifier::CtrlOrMeta).as_deref() == Some("Enter") {
            event.prevent_default();
            generate.press();
        } else if event.key() == "Enter" && !is_composing(&event) && is_input(&event) {
            // It would press the button, and the button costs money.
            event.prevent_default();
        }
    };
    view! {
        <section id="compose" class="composer" aria-labelledby="compose-title">
            <h2 class="vh" id="compose-title">
                "Compose"
            </h2>
            <form
                id="composer"
                autocomplete="off"
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    generate.press();
                }
                on:keydown=on_keydown
            >
                <div class="composer-fields">
                    <ModelNotices />
                    <PromptEditor way />
                    <Shape />
                    <Resolution />
                    <div class="pair">
                        <Count />
                        <Seed />
                    </div>
                    <NegativePrompt />
                    <MoreSettings />
                    <div class="below-fields">{children.map(|children| children())}</div>
                </div>
                <Footer />
            </form>
            <ConfirmDialog />
        </section>
    }
}

fn is_input(event: &KeyboardEvent) -> bool {
    event.target().is_some_and(|target| target.has_type::<HtmlInputElement>())
}
