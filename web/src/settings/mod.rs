//! What a person sets for this browser. Every change counts at once.
//!
//! # Layout
//! - this file: the dialog; [`spending_limit`]: the amount that is asked about; [`defaults`]: what an empty form begins with
//! - [`notify`]: the browser's leave to notify

pub mod defaults;
pub mod notify;
pub mod spending_limit;

use leptos::prelude::*;

use self::defaults::Defaults;
use self::notify::NotifySetting;
use self::spending_limit::SpendingLimit;
use crate::state::settings::Settings;
use crate::state::theme::Theme;
use crate::state::use_stores;
use crate::ui::dialog::Dialog;

/// The dialog.
#[component]
pub fn SettingsDialog() -> impl IntoView {
    let open = use_stores().overlays.settings;
    view! {
        <Dialog open=open on_close=move || open.set(false) title="Settings">
            {content()}
        </Dialog>
    }
}

fn content() -> AnyView {
    let theme = use_stores().theme;
    let choice = move |which: Theme| {
        view! {
            <label>
                // The menu in the header has radio buttons of its own name.
                <input
                    type="radio"
                    name="settings_theme"
                    prop:checked=move || theme.get() == which
                    on:input=move |_| theme.set(which)
                />
                {which.name()}
            </label>
        }
    };
    view! {
        <div class="settings">
            <div class="setting">
                <span id="settings-theme">"Theme"</span>
                <div class="segmented" role="radiogroup" aria-labelledby="settings-theme">
                    {Theme::ALL.map(choice)}
                </div>
            </div>
            <SpendingLimit />
            <Defaults />
            <Switch
                label="Keep flagged images hidden"
                is_on=|settings| settings.hide_flagged
                set=|settings, on| settings.hide_flagged = on
            />
            <Switch
                label="Single-key shortcuts"
                is_on=|settings| settings.shortcuts
                set=|settings, on| settings.shortcuts = on
            />
            <NotifySetting />
            <p class="hint">"Saved in this browser."</p>
        </div>
    }
    .into_any()
}

/// A setting that is on or off.
#[component]
fn Switch(
    /// What is on or off.
    label: &'static str,
    /// Whether it is.
    is_on: fn(&Settings) -> bool,
    /// Switches it.
    set: fn(&mut Settings, bool),
) -> impl IntoView {
    let settings = use_stores().settings;
    view! {
        <label class="setting">
            {label}
            <input
                type="checkbox"
                prop:checked=move || settings.with(is_on)
                on:change:target=move |event| settings.update(|settings| set(settings, event.target().checked()))
            />
        </label>
    }
}
