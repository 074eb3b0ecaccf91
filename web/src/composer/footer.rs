//! What stands under the button: why it cannot be pressed, and what went wrong.

use leptos::prelude::*;

use super::Composer;
use super::reasons::Reason;
use crate::platform::reactive::dynamic;

/// The reasons, or how to send by keyboard.
#[component]
pub(crate) fn Reasons(composer: Composer, reasons: Memo<Vec<Reason>>) -> impl IntoView {
    let failure = Signal::derive(move || composer.failure.get().unwrap_or_default());
    let any = Signal::derive(move || reasons.with(|reasons| !reasons.is_empty()));
    let list = dynamic(move || reasons.get().into_iter().map(|reason| view! { <li>{reason.text}</li> }).collect_view());
    view! {
        <p class="failure">{failure}</p>
        <ul>{list}</ul>
        <p class="hint" hidden=any>"Ctrl + Enter or ⌘ + Enter sends it, too."</p>
    }
}
