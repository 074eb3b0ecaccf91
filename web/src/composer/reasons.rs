//! Why the draft cannot be sent now: every reason, in words, and where to mend it.

use imagen4_core::GenerationRequest;
use imagen4_core::api::MAX_BODY_BYTES;

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
    let requests = draft.requests(terms.model);
    if let Err(errors) = &requests {
        reasons.extend(errors.iter().map(|(field, message)| {
            let (control, name) = match field {
                "negative_prompt" => ("negative-prompt", "Negative prompt"),
                "seed" => ("seed", "Seed"),
                _ => ("prompt", "Prompt"),
            };
            Reason { control: Some(control), text: format!("{name} {message}.") }
        }));
    }
    let runs = requests.as_ref().map_or(1, Vec::len);
    let bytes: usize = requests.iter().flatten().map(weight).sum();
    if runs > 1 && bytes > MAX_BODY_BYTES {
        let text = "The wordings are too long together: at most 64 KiB can be sent at once.".to_owned();
        reasons.push(Reason { control: Some("prompt"), text });
    }
    let price = terms.price_of(draft.num_images).times(u32::try_from(runs).unwrap_or(u32::MAX));
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

/// A request's part of a body, in bytes; what JSON escapes takes more, seldom twice as much.
fn weight(request: &GenerationRequest) -> usize {
    let negative = request.negative_prompt.as_ref().map_or(0, |text| text.as_str().len());
    160 + request.prompt.as_str().len() + negative
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
    fn wordings_are_paid_for_and_sent_together() {
        let all = |prompt: String, left: i64| {
            let draft = Draft { prompt, ..Draft::default() };
            let terms = Terms { left: Some(MicroUsd::new(left)), ..terms() };
            reasons(&draft, &terms).into_iter().map(|reason| reason.text).collect::<Vec<_>>()
        };
        assert_eq!(all("a {b|c|d}".into(), 120_000), [""; 0]);
        assert_eq!(all("a {b|c|d}".into(), 80_000), ["Over the daily budget: $0.08 is left, this costs $0.12."]);
        let long = format!("{}{{a|b|c|d|e|f|g|h}}", "x".repeat(9_000));
        assert_eq!(all(long, 1_000_000), ["The wordings are too long together: at most 64 KiB can be sent at once."]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn samples_have_no_budget() {
        let draft = Draft { prompt: "a fox".into(), ..Draft::default() };
        let terms = Terms { left: Some(MicroUsd::ZERO), upstream: Some(UpstreamKind::Embedded), ..terms() };
        assert_eq!(reasons(&draft, &terms), []);
    }
}
