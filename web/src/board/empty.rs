//! The board before the first run: what will happen here, and a few ways to begin.

use imagen4_core::api::UpstreamKind;
use leptos::prelude::*;

use crate::app::App;
use crate::composer::examples::EXAMPLES;
use crate::platform::reactive::press;

/// Shown while there is no run.
#[component]
pub(crate) fn Empty(app: App) -> impl IntoView {
    let money = Signal::derive(move || {
        let terms = app.server.terms();
        match terms.upstream {
            Some(UpstreamKind::Embedded) => {
                "Without a key, samples are painted on this machine: nothing is charged.".to_owned()
            }
            _ => {
                format!("A picture costs {}. The button always shows the price before you press it.", terms.unit_price)
            }
        }
    });
    let example = move |(name, prompt): (&'static str, &'static str)| {
        view! {
            <li><button class="start" type="button" on:click=press(move || app.composer.fill_prompt(prompt))>
                <strong>{name}</strong><span>{prompt}</span>
            </button></li>
        }
    };
    view! {
        <div class="empty">
            <h3>"Your runs will appear here"</h3>
            <p>"Write a prompt, or begin with one of these and press Generate. You see how far each run is, and its pictures as soon as they are painted; they are kept on the server, also when this page is closed. "{money}</p>
            <ul class="starts" role="list">{EXAMPLES.map(example).collect_view()}</ul>
        </div>
    }
}
