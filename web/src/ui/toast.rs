//! A word at the edge of the screen, with a way back where there is one.

use leptos::prelude::*;

/// A toast; none while its message is empty.
#[component]
pub fn ToastView(
    /// What it says.
    #[prop(into)]
    message: Signal<String>,
    /// Whether there is a way back.
    #[prop(into)]
    can_undo: Signal<bool>,
    /// The person takes it back.
    on_undo: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    // Screen readers say what changes in a live region that was there before.
    view! {
        <div aria-live="polite">
            <Show when=move || !message.with(String::is_empty)>
                <div class="toast" role="group" aria-label="Notice">
                    <span>{move || message.get()}</span>
                    <Show when=move || can_undo.get()>
                        <button type="button" class="link" id="toast-undo" on:click=move |_| on_undo()>
                            "Undo"
                        </button>
                    </Show>
                </div>
            </Show>
        </div>
    }
}
