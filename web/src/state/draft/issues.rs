//! Why the draft cannot be submitted now: every issue, in words, and where to fix it.

use imagen4_core::ModelSpec;
use imagen4_core::api::MAX_GROUP_CHARS;

use super::inputs;
use super::plan::Plan;
use super::quotes::Price;
use crate::format::count::grouped;
use crate::state::config::Terms;

/// One issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The id of the control that can mend it.
    pub control: Option<String>,
    /// The issue in words.
    pub text: String,
}

impl Issue {
    fn of(control: &str, text: String) -> Self {
        Self { control: Some(control.to_owned()), text }
    }
}

/// Every issue why what the form comes to cannot be sent on these terms; none means it can.
pub fn issues(spec: &ModelSpec, is_offered: bool, plan: &Plan, price: &Price, terms: &Terms) -> Vec<Issue> {
    let mut issues = Vec::new();
    if !is_offered || price.says_retired() {
        issues.push(Issue::of("model", format!("{} is no longer available: choose another model.", spec.name)));
    }
    if let Err(errors) = &plan.inputs {
        issues.extend(errors.iter().map(|(field, message)| {
            let (control, name) = control(spec, field);
            Issue::of(&control, format!("{name} {message}."))
        }));
    }
    let runs = plan.runs();
    let chars: usize = plan.inputs.iter().flatten().map(|input| input.text_chars()).sum();
    if runs > 1 && chars > MAX_GROUP_CHARS {
        let (chars, most) = (grouped(chars as u64), grouped(MAX_GROUP_CHARS as u64));
        let text = format!("The variants have {chars} characters together: at most {most} can be sent at once.");
        issues.push(Issue::of("prompt", text));
    }
    if let Some((left, price)) = terms.left.zip(price.known()).filter(|(_, price)| terms.is_over_budget(*price)) {
        issues.push(Issue { control: None, text: format!("Daily budget exceeded: needs {price}, {left} left.") });
    }
    if !terms.reachable {
        issues.push(Issue { control: None, text: "Can't reach the server.".to_owned() });
    }
    match price {
        Price::Failed(_) if price.says_retired() || !terms.reachable => {}
        Price::Failed(error) => {
            let control = if price.can_be_retried() { "retry-price" } else { "generate" };
            issues.push(Issue::of(control, format!("Can't get the price. {}", error.message())));
        }
        // It is there in a moment, and while something else is wrong nobody waits for it.
        Price::Asking if issues.is_empty() => {
            issues.push(Issue { control: None, text: "Getting the price…".to_owned() });
        }
        _ => {}
    }
    issues
}

/// The id of the control for an input, and what people call it.
fn control(spec: &ModelSpec, field: &str) -> (String, String) {
    let concepts = &spec.concepts;
    let is = |concept: &Option<String>| concept.as_deref() == Some(field);
    let (id, name) = match field {
        _ if field == concepts.prompt => ("prompt", "Prompt"),
        _ if is(&concepts.negative_prompt) => ("negative-prompt", "Negative prompt"),
        _ if is(&concepts.shape) && spec.shapes().is_empty() => ("size", "Size"),
        _ if is(&concepts.shape) => ("ratios", "Aspect ratio"),
        _ if is(&concepts.resolution) => ("resolution", "Resolution"),
        _ if is(&concepts.count) => ("images", "Images"),
        _ if is(&concepts.seed) => ("seed", "Seed"),
        _ => return (inputs::id_of(field), spec.input(field).map_or_else(|| field.to_owned(), inputs::title)),
    };
    (id.to_owned(), name.to_owned())
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::UpstreamKind;
    use imagen4_core::{MicroUsd, Problem, ProblemCode};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::api::ApiError;
    use crate::state::config::models::tests::told;
    use crate::state::draft::fields::Draft;

    const TERMS: Terms = Terms { upstream: Some(UpstreamKind::Wavespeed), left: None, reachable: true };

    fn known(price: i64) -> Price {
        Price::Known { price: MicroUsd::new(price), list: MicroUsd::new(price) }
    }

    fn all(draft: &Draft, price: &Price, terms: &Terms) -> Vec<Issue> {
        let models = told(&[]);
        let draft = Draft {
            model: Some(draft.model.clone()).filter(|it| !it.is_empty()).unwrap_or(models.default_model.clone()),
            ..draft.clone()
        };
        let plan = Plan::of(&draft, &models);
        issues(&models.spec(&draft.model), models.offered(&draft.model).is_some(), &plan, price, terms)
    }

    fn texts(draft: &Draft, price: &Price, terms: &Terms) -> Vec<String> {
        all(draft, price, terms).into_iter().map(|issue| issue.text).collect()
    }

    fn fox() -> Draft {
        Draft { prompt: "a fox".into(), ..Draft::default() }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_good_draft_with_a_price_has_no_issues() {
        assert_eq!(all(&fox(), &known(40_000), &TERMS), []);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn all_issues_are_listed_at_once() {
        let draft = Draft { seed: "-2".into(), count: "4".into(), ..Draft::default() };
        let terms = Terms { left: Some(MicroUsd::new(120_000)), reachable: false, ..TERMS };
        assert_eq!(
            texts(&draft, &known(160_000), &terms),
            [
                "Prompt is required: describe the image.",
                "Seed must be a whole number from -1 to 2147483647.",
                "Daily budget exceeded: needs $0.16, $0.12 left.",
                "Can't reach the server.",
            ]
        );
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_wrong_input_leads_to_its_own_control() {
        let others = [("guidance_scale", "lots"), ("num_inference_steps", "99")];
        let draft = Draft {
            model: "wavespeed-ai/flux-dev".into(),
            shape: "9*9".into(),
            count: "9".into(),
            others: others.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            ..fox()
        };
        let controls: Vec<_> =
            all(&draft, &known(1), &TERMS).into_iter().map(|it| (it.control.unwrap_or_default(), it.text)).collect();
        let starts = [
            ("input-guidance_scale", "Guidance scale must be a number from 1 to 20."),
            ("images", "Images must be a whole number from 1 to 4."),
            ("input-num_inference_steps", "Num inference steps must be a whole number from 1 to 50."),
            ("size", "Size must be width*height in pixels, such as 1024*1024"),
        ];
        assert_eq!(controls.len(), starts.len(), "{controls:?}");
        for ((control, text), (id, start)) in controls.iter().zip(starts) {
            assert!(control == id && text.starts_with(start), "{control}: {text}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn without_a_price_nothing_can_be_pressed_and_it_says_why() {
        assert_eq!(texts(&fox(), &Price::Asking, &TERMS), ["Getting the price…"]);
        assert_eq!(texts(&Draft::default(), &Price::Asking, &TERMS).len(), 1, "who has to write first does not wait");
        let failed = |code| Price::Failed(ApiError::Refused(Box::new(Problem::new(code))));
        let unknown = all(&fox(), &failed(ProblemCode::PriceUnknown), &TERMS);
        assert_eq!(unknown[0].text, "Can't get the price. Price not available right now.");
        assert_eq!(unknown[0].control.as_deref(), Some("retry-price"));
        let said = texts(&fox(), &failed(ProblemCode::ModelRetired), &TERMS);
        assert_eq!(said.len(), 1);
        assert!(said[0].ends_with("is no longer available: choose another model."), "{said:?}");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_shows_nothing_cannot_be_sent() {
        for prompt in ["\u{200b}", "\u{feff}\n", "\u{3164}", "\u{2800} \u{2067}"] {
            let draft = Draft { prompt: prompt.into(), ..Draft::default() };
            let said = texts(&draft, &known(40_000), &TERMS);
            assert_eq!(said, ["Prompt is required: describe the image."], "{}", prompt.escape_unicode());
            assert!(!draft.has_text());
        }
        let draft = Draft { negative_prompt: "\u{200b}".into(), ..fox() };
        assert_eq!(all(&draft, &known(40_000), &TERMS), []);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn variants_are_paid_for_and_sent_together() {
        let said = |prompt: String, left: i64, price: i64| {
            let terms = Terms { left: Some(MicroUsd::new(left)), ..TERMS };
            texts(&Draft { prompt, ..Draft::default() }, &known(price), &terms)
        };
        assert_eq!(said("a {b|c|d}".into(), 120_000, 120_000), [""; 0]);
        let over = ["Daily budget exceeded: needs $0.12, $0.08 left."];
        assert_eq!(said("a {b|c|d}".into(), 80_000, 120_000), over);
        let long = |runs: &str| format!("{}{{{runs}}}", "🦊".repeat(9_999));
        assert_eq!(said(long("a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t"), 1_000_000, 0), [""; 0]);
        let words = "The variants have 210,000 characters together: at most 200,000 can be sent at once.";
        assert_eq!(said(long("a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u"), 1_000_000, 0), [words]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn samples_have_no_budget() {
        let terms = Terms { left: Some(MicroUsd::ZERO), upstream: Some(UpstreamKind::Embedded), ..TERMS };
        assert_eq!(all(&fox(), &known(40_000), &terms), []);
    }
}
