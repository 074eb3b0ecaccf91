//! A select whose options are made by the code. What they say is text, never markup.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::part::Part;
use super::reactive::effect;

/// Options by their values and what they are called.
pub type Options = Vec<(String, String)>;

/// Puts options into a select.
pub fn fill(select: &Part, options: &Options) {
    let option = |(value, label): &(String, String)| {
        let option = Part::new("option");
        option.set("value", value).say(label);
        option
    };
    select.fill(options.iter().map(option));
}

/// Keeps a select's options and what is chosen of them. The options are made anew only when they are others.
pub fn bind(select: &Part, options: impl Fn() -> Options + 'static, chosen: impl Fn() -> String + 'static) {
    let select = select.clone();
    // A select has a value as an input has one; no more is asked of it.
    let element: HtmlInputElement = select.0.clone().unchecked_into();
    let mut built: Option<Options> = None;
    effect(move || {
        let wanted = options();
        if built.as_ref() != Some(&wanted) {
            fill(&select, &wanted);
            built = Some(wanted);
        }
        let chosen = chosen();
        if element.value() != chosen {
            element.set_value(&chosen);
        }
    });
}
