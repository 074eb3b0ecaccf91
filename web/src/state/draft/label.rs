//! What the button and the lines beside it say of the price.

use imagen4_core::ModelSpec;

use super::fields::Draft;
use super::quotes::Price;
use crate::state::config::Terms;

/// What the button says of so many runs: `Generate 3 × 2 images · $0.24`.
pub fn label(draft: &Draft, spec: &ModelSpec, runs: usize, price: &Price, terms: &Terms) -> String {
    let images = draft.images(spec).map(|images| match terms.is_free() {
        true => images.replace("image", "sample"),
        false => images,
    });
    let what = match (runs, images) {
        (0 | 1, Some(images)) => format!("Generate {images}"),
        (0 | 1, None) => "Generate".to_owned(),
        (runs, Some(images)) => format!("Generate {runs} × {images}"),
        (runs, None) => format!("Generate {runs} runs"),
    };
    match price {
        Price::None => what,
        Price::Asking => format!("{what} · pricing…"),
        Price::Known { .. } if terms.is_free() => format!("{what} · free"),
        Price::Known { price, .. } => format!("{what} · {price}"),
        Price::Failed(_) => format!("{what} · no price"),
    }
}

/// What the same would cost with a key; only of a demo.
pub fn hypothetical(price: &Price, terms: &Terms) -> Option<String> {
    match price {
        Price::Known { list, .. } if terms.is_free() => Some(format!("{list} on WaveSpeed")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::UpstreamKind;
    use imagen4_core::{MicroUsd, Problem, ProblemCode};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::api::ApiError;
    use crate::state::config::models::tests::told;

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
        assert_eq!(say("", "4", 3, &known(480_000)), "Generate 3 × 4 images · $0.48");
        assert_eq!(say("bytedance/seedream-v4", "", 1, &known(27_000)), "Generate · $0.027");
        assert_eq!(say("bytedance/seedream-v4/sequential", "3", 1, &known(81_000)), "Generate up to 3 images · $0.081");
        assert_eq!(say("midjourney/text-to-image", "", 2, &known(200_000)), "Generate 2 × 4 images · $0.20");
        assert_eq!(say("", "4", 1, &Price::Asking), "Generate 4 images · pricing…");
        let failed = Price::Failed(ApiError::Refused(Box::new(Problem::new(ProblemCode::PriceUnknown))));
        assert_eq!(say("", "4", 1, &failed), "Generate 4 images · no price");
        let free = terms(UpstreamKind::Embedded);
        let draft = Draft { count: "4".into(), ..Draft::default() };
        assert_eq!(label(&draft, &models.spec(""), 1, &known(160_000), &free), "Generate 4 samples · free");
        assert_eq!(hypothetical(&known(160_000), &free).as_deref(), Some("$0.16 on WaveSpeed"));
        assert_eq!(hypothetical(&Price::Asking, &free), None);
        assert_eq!(hypothetical(&known(160_000), &terms(UpstreamKind::Wavespeed)), None, "it is the price itself");
    }
}
