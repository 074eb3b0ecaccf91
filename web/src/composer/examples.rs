//! Prompts of our own, to start from.

use leptos::prelude::*;

use super::Composer;
use crate::platform::reactive::press;

/// A name that fits on a chip, and the prompt.
pub const EXAMPLES: [(&str, &str); 3] = [
    (
        "A lighthouse in a winter storm",
        "A lighthouse in a winter storm, waves breaking over the rocks, its beam cutting through driving snow, deep blue \
         dusk, wide shot, photorealistic",
    ),
    (
        "A still mountain lake at dawn",
        "A still mountain lake at dawn, low mist over the water, layered ridges fading into the distance, warm first \
         light, wide shot, photorealistic",
    ),
    (
        "A night market after rain",
        "A night market after rain, lanterns mirrored in the wet street, steam rising from the stalls, people under \
         umbrellas, shallow depth of field, 35 mm film",
    ),
];

/// The chips under the button; what they replace can be had back.
#[component]
pub(crate) fn Examples(composer: Composer) -> impl IntoView {
    let chip = move |(name, prompt): (&'static str, &'static str)| {
        let act = press(move || composer.fill_prompt(prompt));
        view! { <button class="chip" type="button" title=prompt on:click=act>{name}</button> }
    };
    let nothing = Signal::derive(move || composer.replaced.with(Option::is_none));
    view! {
        <div class="row">
            <p class="label" id="examples-title">"Examples"</p>
            <button class="link" type="button" hidden=nothing on:click=press(move || composer.undo())>"Undo: my text back"</button>
        </div>
        <div class="chips" role="group" aria-labelledby="examples-title">
            {EXAMPLES.map(chip).collect_view()}
        </div>
    }
}
