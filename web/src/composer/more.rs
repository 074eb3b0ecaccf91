//! The inputs that only this model has, behind a "+" until they are wanted.

use leptos::prelude::*;

use super::input::InputField;
use crate::state::draft::inputs::{rest, title};
use crate::state::use_stores;

/// The model's other inputs, where it has any.
#[component]
pub fn MoreSettings() -> impl IntoView {
    let draft = use_stores().draft;
    let has_any = Memo::new(move |_| {
        let spec = draft.spec.read();
        !rest(&spec).is_empty() || !spec.left_out.is_empty()
    });
    view! {
        <Show when=move || has_any.get()>
            <details class="fold" id="more">
                <summary>
                    <span class="link">"More settings"</span>
                    <span class="fold-value">{move || rest(&draft.spec.read()).into_iter().map(title).collect::<Vec<_>>().join(", ")}</span>
                </summary>
                {move || rest(&draft.spec.read()).into_iter().cloned().map(|input| view! { <InputField input /> }).collect_view()}
                <ul class="hint">
                    {move || {
                        let left_out = draft.spec.read().left_out.clone();
                        left_out
                            .into_iter()
                            .map(|(name, reason)| view! { <li>{format!("{name}: not available here, because {reason}")}</li> })
                            .collect_view()
                    }}
                </ul>
            </details>
        </Show>
    }
}
