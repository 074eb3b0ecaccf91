//! How to write a prompt, for whoever asks.

use leptos::prelude::*;

use crate::ui::icon::Icon;
use crate::ui::popover::Popover;

/// The tips, behind a button.
#[component]
pub fn Tips() -> impl IntoView {
    view! {
        <Popover id="tips" label="Prompt tips" icon=Icon::Info panel_class="tips">
            <ul>
                <li>"Start with the subject: the first words count most."</li>
                <li>"Then the scene, the light, the camera, and the style."</li>
                <li>"Name things instead of judging them: " <q>"rust, moss, peeling paint"</q> " says more than " <q>"beautiful"</q> "."</li>
                <li>"Text that should appear in the image goes in quotes; keep it short."</li>
                <li>"Lock the seed and change one thing at a time to see what it does."</li>
                <li>"Braces make variants: " <code>"{dawn|noon}"</code> " is two. A plain brace is " <code>"\\{"</code> "."</li>
            </ul>
        </Popover>
    }
}
