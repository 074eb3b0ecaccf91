//! Why the draft cannot be sent now: every reason, in words, and where to mend it.

use super::draft::Draft;
use crate::server::Terms;

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The id of the control that can mend it.
    pub control: Option<&'static str>,
    /// The reason in words.
    pub text: String,
}

/// Every reason why `draft` cannot be sent on these terms; none means it can.
pub fn reasons(draft: &Draft, terms: &Terms) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Err(errors) = draft.request(terms.model) {
        reasons.extend(errors.iter().map(|(field, message)| {
            let (control, name) = match field {
                "negative_prompt" => ("negative-prompt", "Negative prompt"),
                "seed" => ("seed", "Seed"),
                _ => ("prompt", "Prompt"),
            };
            Reason { control: Some(control), text: format!("{name} {message}.") }
        }));
    }
    let price = terms.price_of(draft.num_images);
    if let Some(left) = terms.left.filter(|_| terms.is_over_budget(price)) {
        reasons.push(Reason {
            control: None,
            text: format!("Over the daily budget: {left} is left, this costs {price}."),
        });
    }
    if !terms.reachable {
        reasons.push(Reason { control: None, text: "The server cannot be reached.".to_owned() });
    }
    reasons
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::UpstreamKind;
    use imagen4_core::{ImageCount, MicroUsd, Model};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn terms() -> Terms {
        let model = Model::default_model();
        Terms { model, unit_price: model.price, upstream: Some(UpstreamKind::Wavespeed), left: None, reachable: true }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_good_draft_has_no_reasons() {
        let draft = Draft { prompt: "a fox".into(), ..Draft::default() };
        assert_eq!(reasons(&draft, &terms()), []);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn all_reasons_are_listed_at_once() {
        let draft = Draft { seed: "-2".into(), num_images: ImageCount::MAX, ..Draft::default() };
        let terms = Terms { left: Some(MicroUsd::new(120_000)), reachable: false, ..terms() };
        let texts: Vec<_> = reasons(&draft, &terms).into_iter().map(|reason| reason.text).collect();
        assert_eq!(
            texts,
            [
                "Prompt is required: describe what to paint.",
                "Seed must be a whole number from -1 to 2147483647.",
                "Over the daily budget: $0.12 is left, this costs $0.16.",
                "The server cannot be reached.",
            ]
        );
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn samples_have_no_budget() {
        let draft = Draft { prompt: "a fox".into(), ..Draft::default() };
        let terms = Terms { left: Some(MicroUsd::ZERO), upstream: Some(UpstreamKind::Embedded), ..terms() };
        assert_eq!(reasons(&draft, &terms), []);
    }
}
