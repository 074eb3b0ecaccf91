//! The images of a run. How they stand is said by the custom properties of its card.

use imagen4_core::Run;
use leptos::prelude::*;

use crate::board::thumb::Thumbnail;
use crate::state::runs::images::slots;
use crate::ui::near::Near;

/// A slot for each image that was promised or came.
#[component]
pub fn Strip(
    /// The run.
    run: RwSignal<Run>,
    /// Whether its card is near the screen.
    near: Near,
) -> impl IntoView {
    let slots = Memo::new(move |_| run.with(slots));
    view! {
        <div class="strip">
            <For each=move || slots.get() key=|slot| *slot let:image>
                <Thumbnail run image near />
            </For>
        </div>
    }
}
