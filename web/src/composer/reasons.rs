//! Why the draft cannot be sent now: every reason, in words, and where to mend it.

use imagen4_core::GenerationRequest;
use imagen4_core::api::MAX_GROUP_CHARS;

use super::draft::{Draft, grouped};
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
    let chars: usize = requests.iter().flatten().map(GenerationRequest::text_chars).sum();
    if runs > 1 && chars > MAX_GROUP_CHARS {
        let (chars, most) = (grouped(chars), grouped(MAX_GROUP_CHARS));
        let text = format!("The wordings have {chars} characters together: at most {most} can be sent at once.");
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
    fn what_shows_nothing_cannot_be_sent() {
        for prompt in ["\u{200b}", "\u{feff}\n", "\u{3164}", "\u{2800} \u{2067}"] {
            let draft = Draft { prompt: prompt.into(), ..Draft::default() };
            let texts: Vec<_> = reasons(&draft, &terms()).into_iter().map(|reason| reason.text).collect();
            assert_eq!(texts, ["Prompt is required: describe what to paint."], "{}", prompt.escape_unicode());
            assert!(!draft.has_text());
        }
        let draft = Draft { prompt: "a fox".into(), negative_prompt: "\u{200b}".into(), ..Draft::default() };
        assert_eq!((reasons(&draft, &terms()), draft.negative_summary().as_str()), (vec![], "none"));
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
        let long = |runs: &str| format!("{}{{{runs}}}", "🦊".repeat(9_999));
        assert_eq!(all(long("a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t"), 1_000_000), [""; 0]);
        let said = "The wordings have 210,000 characters together: at most 200,000 can be sent at once.";
        assert_eq!(all(long("a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u"), 1_000_000), [said]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn samples_have_no_budget() {
        let draft = Draft { prompt: "a fox".into(), ..Draft::default() };
        let terms = Terms { left: Some(MicroUsd::ZERO), upstream: Some(UpstreamKind::Embedded), ..terms() };
        assert_eq!(reasons(&draft, &terms), []);
    }
}
