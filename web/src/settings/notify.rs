//! Notifications of runs that end while nobody sees the page: the setting, and the browser's leave for it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Notification, NotificationPermission};

use crate::state::use_stores;

const REFUSED: &str = "Your browser blocks notifications from this page. Allow them in the browser's site settings.";

/// The setting. It is on only as long as the browser allows it.
#[component]
pub fn NotifySetting() -> impl IntoView {
    let settings = use_stores().settings;
    let refused = RwSignal::new(false);
    let set = move |on: bool| {
        settings.update(|settings| settings.notify = on);
        refused.set(false);
        if on {
            spawn_local(async move {
                if !may_notify().await {
                    settings.update(|settings| settings.notify = false);
                    // The dialog may be closed by now.
                    refused.try_set(true);
                }
            });
        }
    };
    view! {
        <label class="setting">
            "Notify me when a run ends while this tab is hidden"
            <input
                type="checkbox"
                prop:checked=move || settings.with(|settings| settings.notify)
                on:change:target=move |event| set(event.target().checked())
            />
        </label>
        <p class="failure" aria-live="polite">{move || refused.get().then_some(REFUSED)}</p>
    }
}

/// Asks the person for leave to notify; whether it is given.
pub async fn may_notify() -> bool {
    // A page that is not served safely enough has no such thing at all.
    let has_notifications = js_sys::Reflect::has(&window(), &"Notification".into()).unwrap_or_default();
    let Some(asked) = has_notifications.then(Notification::request_permission).and_then(Result::ok) else {
        return false;
    };
    let _is_told_below = js_sys::futures::JsFuture::from(asked).await;
    Notification::permission() == NotificationPermission::Granted
}
