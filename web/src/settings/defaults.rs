//! What an empty form begins with, where the model has it.

use leptos::prelude::*;

use crate::state::settings::known_ratio;
use crate::state::use_stores;

const RATIOS: [&str; 7] = ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3"];
const COUNTS: [&str; 4] = ["1", "2", "3", "4"];
/// The model's own choice.
const MODEL_DEFAULT: &str = "Model default";

/// The aspect ratio and the number of images.
#[component]
pub fn Defaults() -> impl IntoView {
    let settings = use_stores().settings;
    let (ratio, count) = settings.with_untracked(|settings| {
        (settings.ratio.clone(), settings.images.map(|count| count.to_string()).unwrap_or_default())
    });
    let set_ratio = move |value: String| settings.update(|settings| settings.ratio = known_ratio(&value));
    let set_count = move |value: String| settings.update(|settings| settings.images = value.parse().ok());
    view! {
        <label class="setting">
            "Default aspect ratio"
            <select on:change:target=move |event| set_ratio(event.target().value())>{options(&RATIOS, &ratio)}</select>
        </label>
        <label class="setting">
            "Default number of images"
            <select on:change:target=move |event| set_count(event.target().value())>{options(&COUNTS, &count)}</select>
        </label>
    }
}

/// What can be chosen, and what is chosen at first; that is among them, whatever it is.
fn options(values: &[&'static str], chosen: &str) -> impl IntoView + use<> {
    let other = (!chosen.is_empty() && !values.contains(&chosen)).then(|| chosen.to_owned());
    let values = std::iter::once(String::new()).chain(values.iter().map(|value| (*value).to_owned())).chain(other);
    let option = |value: String| {
        let label = if value.is_empty() { MODEL_DEFAULT.to_owned() } else { value.clone() };
        view! { <option selected=value == chosen value=value>{label}</option> }
    };
    values.map(option).collect_view()
}
