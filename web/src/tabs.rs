//! Which part a narrow screen shows. The tabs are links and the style sheet follows `:target`, so they work before this code
//! arrives and the browser's back button goes from one to the other; here they only learn to say which is shown.

use crate::platform::dom::{document, listen, window};

/// Marks the tab that is shown, now and whenever that changes.
pub fn adopt() {
    mark();
    listen(&window(), "hashchange", |_: web_sys::Event| mark());
}

fn mark() {
    let hash = window().location().hash().unwrap_or_default();
    for tab in ["#compose", "#runs"] {
        if let Ok(Some(link)) = document().query_selector(&format!(".tabs a[href='{tab}']")) {
            let shown = (tab == "#runs") == (hash == "#runs");
            let _never_fails =
                if shown { link.set_attribute("aria-current", "page") } else { link.remove_attribute("aria-current") };
        }
    }
}
