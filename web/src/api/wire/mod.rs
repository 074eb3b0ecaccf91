//! The shapes on the wire, field by field. The tests hold them against serde's own reading and writing in the core.
//!
//! # Layout
//! - [`run`]: runs and what went wrong with them
//! - [`server`]: the money, and what the vendor lists
//! - [`models`]: the models

pub(super) mod models;
mod run;
mod server;

use imagen4_core::MicroUsd;

use super::json::Json;

fn money(json: &Json, name: &str) -> Option<MicroUsd> {
    json.number(name).map(MicroUsd::new)
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::{
        AccountInfo, BudgetState, Counts, DaySpend, HoldReason, Limits, ModelSpend, QueueHold, Quote, ServerConfig,
        Spend, Unexplained, UnexplainedPrediction, UpstreamInfo, UpstreamKind,
    };
    use imagen4_core::run::RunPrediction;
    use imagen4_core::{Billed, Problem, ProblemCode, Run, RunId, RunState, Timestamp};
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::api::Page;
    use crate::api::json::FromJson;
    use crate::board::card::tests::run;

    fn expect_round_trip<T: FromJson + serde::Serialize + PartialEq + std::fmt::Debug>(value: T) {
        let text = serde_json::to_string(&value).expect("wire types can be written");
        assert_eq!(Json::parse(&text).as_ref().and_then(T::from_json), Some(value), "{text}");
    }

    #[wasm_bindgen_test]
    fn what_the_core_writes_is_read_as_it_was() {
        for state in RunState::ALL {
            expect_round_trip(run(state));
        }
        let mut problem = Problem::new(ProblemCode::InvalidRequest).detail("seed is wrong").billed(Billed::Unknown);
        problem.fields.insert("seed".into(), "must be a number".into());
        problem.request_id = Some("r".into());
        problem.price_microusd = Some(MicroUsd::new(5));
        problem.closest = vec!["m".into()];
        problem.candidates = vec!["p1".into(), "p2".into()];
        problem.budget = Some(BudgetState {
            cap_microusd: MicroUsd::new(1),
            spent_microusd: MicroUsd::new(2),
            held_microusd: MicroUsd::new(3),
            price_microusd: MicroUsd::new(4),
        });
        let mut full = run(RunState::Expired);
        full.request.model = "somebody/else".into();
        full.request.input =
            json!({"prompt": "", "negative_prompt": "blur \"and\"\nnoise", "seed": -1, "scale": 3.5, "hd": true})
                .as_object()
                .cloned()
                .expect("an object");
        full.prediction = full.prediction.map(|p| RunPrediction { created_at: Some(Timestamp::from_ms(5)), ..p });
        expect_round_trip(Run {
            problem: Some(problem.clone()),
            group: Some("g".into()),
            expires_at: Some(Timestamp::from_ms(6)),
            not_before: Some(Timestamp::from_ms(7)),
            parent: Some(RunId::from_bits(7)),
            favorite: true,
            note: Some("n".into()),
            ..full
        });
        expect_round_trip(problem);
        expect_round_trip(ServerConfig {
            upstream: UpstreamInfo { kind: UpstreamKind::Wavespeed, name: "https://x".into() },
            limits: Limits {
                images_per_minute: Some(2),
                max_concurrent: None,
                next_slot_at: Some(Timestamp::from_ms(1)),
                queue_hold: Some(QueueHold {
                    reason: HoldReason::SlowedDown,
                    until: Some(Timestamp::from_ms(3)),
                    in_flight: 1,
                }),
            },
            account: AccountInfo {
                balance_microusd: Some(MicroUsd::new(8_200_000)),
                asked_at: Some(Timestamp::from_ms(2)),
                key_refused: true,
            },
            models_at: Some(Timestamp::from_ms(8)),
            version: "1".into(),
        });
        expect_round_trip(Quote {
            price_microusd: MicroUsd::new(1),
            list_price_microusd: MicroUsd::new(2),
            quoted_at: Timestamp::from_ms(3),
        });
        let day = |cents| DaySpend {
            day: "2026-11-22".into(),
            spent_microusd: MicroUsd::new(cents),
            held_microusd: MicroUsd::ZERO,
            pictures: 3,
        };
        expect_round_trip(Spend {
            day: "2026-11-22".into(),
            cap_microusd: Some(MicroUsd::new(1)),
            unknown_microusd: MicroUsd::new(5),
            days: vec![day(1), day(2)],
            models: vec![ModelSpend { model: "m".into(), spent_microusd: MicroUsd::new(6), pictures: 7 }],
            ..Spend::default()
        });
        let bare = UnexplainedPrediction {
            id: "a".into(),
            model: "m".into(),
            status: "completed".into(),
            ..UnexplainedPrediction::default()
        };
        let told = UnexplainedPrediction {
            created_at: Some(Timestamp::from_ms(3)),
            prompt: Some("a fox".into()),
            price_microusd: Some(MicroUsd::new(40_000)),
            ..bare.clone()
        };
        expect_round_trip(Unexplained { predictions: vec![told, bare], looked_at: Some(Timestamp::from_ms(4)) });
    }

    #[wasm_bindgen_test]
    fn a_list_loses_only_what_cannot_be_read() {
        let good = serde_json::to_string(&run(RunState::Running)).expect("it can be written");
        let text = format!(
            r#"{{"runs": [{good}, null, {{"id": 7}}, {}], "next_cursor": null, "counts": {{"runs": 9, "pictures": 12}}}}"#,
            good.replace("running", "dreaming")
        );
        let page = Json::parse(&text).as_ref().and_then(Page::from_json).expect("a page");
        assert_eq!(page.runs, [run(RunState::Running)]);
        assert_eq!(page.next_cursor, None);
        assert_eq!(page.counts, Some(Counts { runs: 9, pictures: 12 }));
    }
}
