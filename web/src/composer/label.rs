//! What the button and the lines beside it say of the price.

use imagen4_core::ModelSpec;

use super::draft::Draft;
use super::quote::Price;
use crate::server::Terms;

/// What the button says of so many runs.
pub fn label(draft: &Draft, spec: &ModelSpec, runs: usize, price: &Price, terms: &Terms) -> String {
    let images = draft.images(spec);
    let what = match (runs, images) {
        (0 | 1, Some(images)) => format!("Generate {images}"),
        (0 | 1, None) => "Generate".to_owned(),
        (runs, Some(images)) => format!("Generate {runs} runs × {images}"),
        (runs, None) => format!("Generate {runs} runs"),
    };
    match price {
        Price::None => what,
        Price::Asking => format!("{what} · asking the price…"),
        Price::Known { .. } if terms.is_free() => format!("{what} · free"),
        Price::Known { price, .. } => format!("{what} · {price}"),
        Price::Failed(_) => format!("{what} · price not known"),
    }
}

/// What is said of a demo: what the same would cost.
pub fn demo(price: &Price, terms: &Terms) -> String {
    match price {
        Price::Known { list, .. } if terms.is_free() => format!("Free demo · {list} on WaveSpeed"),
        _ => String::new(),
    }
}

/// `3 runs × 2 images = $0.24`
pub fn sum(draft: &Draft, spec: &ModelSpec, runs: usize, price: &Price, terms: &Terms) -> String {
    let mut words = format!("{runs} runs");
    if let Some(images) = draft.images(spec) {
        words += &format!(" × {images}");
    }
    if let Price::Known { list, price } = price {
        words += &format!(" = {}", if terms.is_free() { list } else { price });
    }
    words
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::UpstreamKind;
    use imagen4_core::{MicroUsd, Problem, ProblemCode};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::api::ApiError;
    use crate::server::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_button_says_what_it_does_and_costs() {
        let models = told(&[]);
        let known = |price| Price::Known { price: MicroUsd::new(price), list: MicroUsd::new(price) };
        let terms = |upstream| Terms { upstream: Some(upstream), left: None, reachable: true };
        let say = |model: &str, count: &str, runs, price: &Price| {
            let draft = Draft { count: count.into(), ..Draft::default() };
            label(&draft, &models.spec(model), runs, price, &terms(UpstreamKind::Wavespeed))
        };
        assert_eq!(say("", "", 1, &known(40_000)), "Generate 1 image · $0.04");
        assert_eq!(say("", "4", 1, &known(160_000)), "Generate 4 images · $0.16");
        assert_eq!(say("", "4", 3, &known(480_000)), "Generate 3 runs × 4 images · $0.48");
        assert_eq!(say("bytedance/seedream-v4", "", 1, &known(27_000)), "Generate · $0.027");
        assert_eq!(say("bytedance/seedream-v4/sequential", "3", 1, &known(81_000)), "Generate up to 3 images · $0.081");
        assert_eq!(say("midjourney/text-to-image", "", 2, &known(200_000)), "Generate 2 runs × 4 images · $0.20");
        assert_eq!(say("", "4", 1, &Price::Asking), "Generate 4 images · asking the price…");
        let failed = Price::Failed(ApiError::Refused(Box::new(Problem::new(ProblemCode::PriceUnknown))));
        assert_eq!(say("", "4", 1, &failed), "Generate 4 images · price not known");
        let free = terms(UpstreamKind::Embedded);
        let draft = Draft { count: "4".into(), ..Draft::default() };
        assert_eq!(label(&draft, &models.spec(""), 1, &known(160_000), &free), "Generate 4 images · free");
        assert_eq!(demo(&known(160_000), &free), "Free demo · $0.16 on WaveSpeed");
        assert_eq!(demo(&Price::Asking, &free), "");
        assert_eq!(sum(&draft, &models.spec(""), 3, &known(480_000), &free), "3 runs × 4 images = $0.48");
    }
}
