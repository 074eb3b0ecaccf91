//! The form or a run as a program for WaveSpeed's own API, in a dialog.
//!
//! # Layout
//! - this file: the dialog; [`program`]: the program in each language; [`literal`]: an input as a literal of a language

pub mod literal;
pub mod program;

use leptos::prelude::*;
use leptos::task::spawn_local;

use self::program::{Language, program};
use crate::state::clipboard;
use crate::state::overlay::CodeRequest;
use crate::state::use_stores;
use crate::ui::dialog::Dialog;

/// The dialog; closed until somebody asks for a program.
#[component]
pub fn CodeDialog() -> impl IntoView {
    let shown = use_stores().overlays.code;
    // The language stays as it was chosen.
    let language = RwSignal::new(Language::Curl);
    let is_open = Signal::derive(move || shown.with(Option::is_some));
    view! {
        <Dialog open=is_open on_close=move || shown.set(None) title="Code" class="wide">
            {content(shown.get_untracked(), language)}
        </Dialog>
    }
}

fn content(shown: Option<CodeRequest>, language: RwSignal<Language>) -> AnyView {
    let Some(CodeRequest { request, price }) = shown else { return ().into_any() };
    let text = Memo::new(move |_| program(language.get(), &request));
    let said = RwSignal::new("");
    let copy = move |_| {
        let copied = clipboard::copied(text.with_untracked(|text| clipboard::copy(text)));
        spawn_local(async move {
            let words = if copied.await { "Copied" } else { clipboard::NO_COPY };
            // The dialog may be closed by now.
            said.try_set(words);
        });
    };
    let choose = move |chosen| {
        language.set(chosen);
        said.set("");
    };
    let cost = match price {
        Some(price) => format!(" and costs {price} per run."),
        None => "; every run is charged.".to_owned(),
    };
    view! {
        <div class="code">
            <div class="segmented" role="radiogroup" aria-label="Language">
                {Language::ALL.map(|each| view! {
                    <label>
                        <input
                            type="radio"
                            name="language"
                            prop:checked=move || language.get() == each
                            on:input=move |_| choose(each)
                        />
                        {each.name()}
                    </label>
                })}
            </div>
            <pre tabindex="0">{move || text.get()}</pre>
            <p class="hint">
                "Calls WaveSpeed directly with your own " <code>"WAVESPEED_API_KEY"</code> {cost}
            </p>
            <div class="dialog-actions">
                <button type="button" class="button primary" on:click=copy>
                    "Copy"
                </button>
                <output class="hint" aria-live="polite">{move || said.get()}</output>
            </div>
        </div>
    }
    .into_any()
}
