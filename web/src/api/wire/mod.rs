//! The shapes on the wire, field by field. The tests hold them against serde's own reading and writing in the core.

use std::collections::BTreeMap;

use imagen4_core::api::{DaySpend, Limits, ModelInfo, RatioInfo, ServerConfig, Spend, UpstreamInfo};
use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
use imagen4_core::{GenerationRequest, ImageCount, MicroUsd, Model, NegativePrompt, Problem, Prompt, Run, Seed};

use super::Page;
use super::json::{FromJson, Json};

fn money(json: &Json, name: &str) -> Option<MicroUsd> {
    json.number(name).map(MicroUsd::new)
}

fn texts(json: &Json) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (name, text) in json.texts() {
        texts.insert(name, text);
    }
    texts
}

impl FromJson for Page {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { runs: json.list("runs")?, next_cursor: json.text("next_cursor") })
    }
}

impl FromJson for Run {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.parsed("id")?,
            state: json.word("state")?,
            revision: json.number("revision")?,
            created_at: json.parsed("created_at")?,
            upstream: json.text("upstream")?,
            request: json.read("request")?,
            price_microusd: money(json, "price_microusd")?,
            billed: json.word("billed")?,
            prediction: json.read("prediction"),
            images: json.list("images")?,
            problem: json.read("problem"),
            timeline: json.list("timeline")?,
            group: json.text("group"),
            parent: json.parsed("parent"),
            favorite: json.flag("favorite").unwrap_or_default(),
            note: json.text("note"),
        })
    }
}

impl FromJson for GenerationRequest {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            model: Model::find(&json.text("model")?)?,
            prompt: Prompt::new(json.text("prompt")?).ok()?,
            negative_prompt: NegativePrompt::new(json.text("negative_prompt").unwrap_or_default()).ok()?,
            aspect_ratio: json.parsed("aspect_ratio")?,
            num_images: ImageCount::new(json.number("num_images")?).ok()?,
            seed: json.number("seed").and_then(|seed| Seed::new(seed).ok()),
        })
    }
}

impl FromJson for RunPrediction {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.text("id")?,
            status: json.text("status")?,
            created_at: json.parsed("created_at"),
            inference_ms: json.number("inference_ms"),
        })
    }
}

impl FromJson for RunImage {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            index: json.number("index")?,
            url: json.text("url")?,
            width: json.number("width")?,
            height: json.number("height")?,
            content_type: json.text("content_type")?,
            bytes: json.number("bytes")?,
            sha256: json.text("sha256")?,
            nsfw: json.flag("nsfw")?,
        })
    }
}

impl FromJson for TimelineEntry {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { state: json.word("state")?, at: json.parsed("at")? })
    }
}

impl FromJson for Problem {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            code: json.word("code")?,
            title: json.text("title")?,
            status: json.number("status")?,
            detail: json.text("detail"),
            retryable: json.flag("retryable")?,
            billed: json.word("billed")?,
            fields: json.field("fields").map(|fields| texts(&fields)).unwrap_or_default(),
            request_id: json.text("request_id"),
        })
    }
}

impl FromJson for ServerConfig {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            models: json.list("models")?,
            upstream: json.read("upstream")?,
            limits: json.read("limits")?,
            version: json.text("version")?,
        })
    }
}

impl FromJson for ModelInfo {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.text("id")?,
            name: json.text("name")?,
            price_microusd: money(json, "price_microusd")?,
            max_images: json.number("max_images")?,
            aspect_ratios: json.list("aspect_ratios")?,
        })
    }
}

impl FromJson for RatioInfo {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { name: json.text("name")?, width: json.number("width")?, height: json.number("height")? })
    }
}

impl FromJson for UpstreamInfo {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { kind: json.word("kind")?, name: json.text("name")? })
    }
}

impl FromJson for Limits {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            images_per_minute: json.number("images_per_minute"),
            max_concurrent: json.number("max_concurrent"),
            next_slot_at: json.parsed("next_slot_at"),
        })
    }
}

impl FromJson for Spend {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            day: json.text("day")?,
            spent_microusd: money(json, "spent_microusd")?,
            held_microusd: money(json, "held_microusd")?,
            cap_microusd: money(json, "cap_microusd"),
            refunds_expected_microusd: money(json, "refunds_expected_microusd")?,
            days: json.list("days")?,
        })
    }
}

impl FromJson for DaySpend {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            day: json.text("day")?,
            spent_microusd: money(json, "spent_microusd")?,
            held_microusd: money(json, "held_microusd")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use imagen4_core::api::UpstreamKind;
    use imagen4_core::{Billed, ProblemCode, RunId, RunState, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
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
        let mut full = run(RunState::Expired);
        full.request.negative_prompt = NegativePrompt::new("blur \"and\"\nnoise").expect("short enough");
        full.request.seed = Some(Seed::UNKNOWN);
        full.prediction = full.prediction.map(|p| RunPrediction { created_at: Some(Timestamp::from_ms(5)), ..p });
        expect_round_trip(Run {
            problem: Some(problem.clone()),
            group: Some("g".into()),
            parent: Some(RunId::from_bits(7)),
            favorite: true,
            note: Some("n".into()),
            ..full
        });
        expect_round_trip(problem);
        expect_round_trip(ServerConfig {
            models: vec![ModelInfo {
                id: "m".into(),
                name: "M".into(),
                price_microusd: MicroUsd::new(38_000),
                max_images: 4,
                aspect_ratios: vec![RatioInfo { name: "1:1".into(), width: 1, height: 2 }],
            }],
            upstream: UpstreamInfo { kind: UpstreamKind::Wavespeed, name: "https://x".into() },
            limits: Limits {
                images_per_minute: Some(2),
                max_concurrent: None,
                next_slot_at: Some(Timestamp::from_ms(1)),
            },
            version: "1".into(),
        });
        let day = |cents| DaySpend {
            day: "2026-11-22".into(),
            spent_microusd: MicroUsd::new(cents),
            held_microusd: MicroUsd::ZERO,
        };
        expect_round_trip(Spend {
            day: "2026-11-22".into(),
            cap_microusd: Some(MicroUsd::new(1)),
            days: vec![day(1), day(2)],
            ..Spend::default()
        });
    }

    #[wasm_bindgen_test]
    fn a_list_loses_only_what_cannot_be_read() {
        let good = serde_json::to_string(&run(RunState::Running)).expect("it can be written");
        let text = format!(
            r#"{{"runs": [{good}, null, {{"id": 7}}, {}], "next_cursor": null}}"#,
            good.replace("running", "dreaming")
        );
        let page = Json::parse(&text).as_ref().and_then(Page::from_json).expect("a page");
        assert_eq!(page.runs, [run(RunState::Running)]);
        assert_eq!(page.next_cursor, None);
    }
}
