//! What was spent: today in the header, everything in a dialog.
//!
//! # Layout
//! - this file: the dialog, filled when it opens; [`pill`]: the button in the header
//! - [`summary`](mod@summary): the figures in words; [`chart`]: the days as bars

pub mod chart;
pub mod pill;
pub mod summary;

use imagen4_core::api::Spend;
use leptos::prelude::*;

use self::chart::Chart;
pub use self::pill::UsagePill;
use self::summary::{Row, by_model, summary};
use crate::api;
use crate::state::{Stores, use_stores};
use crate::ui::dialog::Dialog;

/// The dialog.
#[component]
pub fn UsageDialog() -> impl IntoView {
    let open = use_stores().overlays.usage;
    view! {
        <Dialog open=open on_close=move || open.set(false) title="Usage">
            {content()}
        </Dialog>
    }
}

fn content() -> AnyView {
    let stores = use_stores();
    match untrack(|| stores.config.is_demo()) {
        true => view! {
            <p>"Images in demo mode are free samples rendered on this machine. They are not counted here."</p>
        }
        .into_any(),
        false => figures(stores),
    }
}

fn figures(stores: Stores) -> AnyView {
    // It is asked for anew whenever money has moved.
    let usage = LocalResource::new(move || {
        stores.usage.today.track();
        async move {
            let answer = api::usage().await;
            stores.config.note(&answer);
            answer
        }
    });
    let answer = move || match usage.get() {
        None => view! { <p class="hint">"Loading…"</p> }.into_any(),
        Some(Ok(spend)) => tables(stores, spend),
        Some(Err(error)) => view! {
            <p class="failure" role="alert">{error.message()}</p>
            <button type="button" class="button" on:click=move |_| usage.refetch()>
                "Try again"
            </button>
        }
        .into_any(),
    };
    view! {
        {answer}
        <div class="dialog-actions">
            <a class="button" href="api/spend?format=csv" download="">
                "Download CSV"
            </a>
        </div>
    }
    .into_any()
}

fn tables(stores: Stores, spend: Spend) -> AnyView {
    let models = by_model(&spend, |id| untrack(|| stores.config.model_name(id)));
    view! {
        <Chart days=spend.days.clone() />
        {table("Summary", summary(&spend))}
        {(!models.is_empty()).then(|| table("By model", models))}
    }
    .into_any()
}

fn table(caption: &'static str, rows: Vec<Row>) -> AnyView {
    let row = |Row { name, value }| view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> };
    view! {
        <table class="usage-table">
            <caption>{caption}</caption>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
