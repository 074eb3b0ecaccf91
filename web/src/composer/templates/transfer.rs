//! Templates to a file and back.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::format::count::count;
use crate::state::templates::NOT_KEPT;
use crate::state::templates::file::{FileError, MAX_FILE_BYTES};
use crate::state::use_stores;

const FILE_NAME: &str = "imagen4-templates.json";

/// Export and Import; what became of it goes to `message`.
#[component]
pub fn Transfer(
    /// What is said of it.
    message: RwSignal<String>,
) -> impl IntoView {
    let templates = use_stores().templates;
    let input = NodeRef::<html::Input>::new();
    let export = move |_| {
        if save_file(&templates.export()).is_none() {
            message.set("The browser does not let this page save a file.".to_owned());
        }
    };
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let import = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file can be chosen again.
        input.set_value("");
        if file.size() > MAX_FILE_BYTES as f64 {
            message.set(format!("Nothing imported. {}", FileError::TooLarge));
            return;
        }
        spawn_local(async move {
            let text = js_sys::futures::JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            message.set(match text.map(|text| templates.import(&text)) {
                None => "The file can't be read.".to_owned(),
                Some(Err(error)) => format!("Nothing imported. {error}"),
                Some(Ok(0)) => "You have all of these templates already.".to_owned(),
                Some(Ok(added)) => {
                    let added = count(added as u64, "template");
                    if templates.is_kept.get_untracked() {
                        format!("{added} imported.")
                    } else {
                        format!("{added} imported. {NOT_KEPT}")
                    }
                }
            });
        });
    };
    view! {
        <div class="row">
            <button type="button" class="link" on:click=export disabled=move || templates.own.with(Vec::is_empty)>
                "Export"
            </button>
            <button type="button" class="link" on:click=choose>
                "Import"
            </button>
            <input
                node_ref=input
                type="file"
                accept="application/json,.json"
                aria-label="Templates file"
                hidden
                on:change=import
            />
        </div>
    }
}

/// Hands a text to the browser as a file to be downloaded.
fn save_file(text: &str) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.unchecked_into();
    link.set_href(&url);
    link.set_download(FILE_NAME);
    link.click();
    Url::revoke_object_url(&url).ok()
}
