//! The header: the model menu with its price, the usage, whether it is a demo, and everything else behind one button.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::composer::ModelMenu;
use crate::state::theme::Theme;
use crate::state::use_stores;
use crate::ui::icon::Icon;
use crate::ui::popover::{Popover, close_popover};
use crate::usage::UsagePill;

const MENU: &str = "app-menu";

/// The bar at the top of the page.
#[component]
pub fn Header() -> impl IntoView {
    let config = use_stores().config;
    let badge = move || {
        config.upstream().map(|_| {
            let (class, text, title) = match config.is_demo() {
                true => (
                    "badge demo",
                    "Demo",
                    "Demo mode: images are samples rendered on this machine. Nothing is charged.",
                ),
                false => ("badge live", "Live", "Live: images are generated on WaveSpeed and charged to its account."),
            };
            view! { <span class=class title=title>{text}</span> }
        })
    };
    view! {
        <header class="top">
            <h1>"Imagen 4" <span class="wide">" Playground"</span></h1>
            <ModelMenu />
            <span class="top-right">
                <UsagePill />
                {badge}
                <Popover id=MENU label="Menu" icon=Icon::More panel_class="app-menu">
                    {move || menu()}
                </Popover>
            </span>
        </header>
    }
}

fn menu() -> AnyView {
    let stores = use_stores();
    let item = |name: &'static str, open: RwSignal<bool>| {
        let act = move |_| {
            close_popover(MENU);
            open.set(true);
        };
        view! {
            <button type="button" class="menu-item" aria-haspopup="dialog" on:click=act>
                {name}
            </button>
        }
    };
    let theme = |theme: Theme| {
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    prop:checked=move || stores.theme.get() == theme
                    on:input=move |_| stores.theme.set(theme)
                />
                {theme.name()}
            </label>
        }
    };
    let refresh = move |_| {
        close_popover(MENU);
        spawn_local(async move {
            let answer = api::refresh_models().await;
            stores.config.note(&answer);
            match answer {
                Ok(list) => {
                    stores.config.take_models(list);
                    stores.toast.show("The list of models is up to date.");
                }
                Err(error) => stores.toast.show(&error.message()),
            }
        });
    };
    view! {
        <div class="segmented" role="radiogroup" aria-label="Theme">
            {Theme::ALL.map(theme)}
        </div>
        {item("Settings", stores.overlays.settings)}
        {item("Usage", stores.overlays.usage)}
        {item("Keyboard shortcuts", stores.overlays.shortcuts)}
        <button type="button" class="menu-item" on:click=refresh>
            "Refresh models"
        </button>
    }
    .into_any()
}
