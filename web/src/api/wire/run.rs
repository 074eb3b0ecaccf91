//! Runs and what went wrong with them.

use std::collections::BTreeMap;

use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
use imagen4_core::{Problem, Run};

use super::money;
use crate::api::Page;
use crate::api::json::{FromJson, Json};

impl FromJson for Page {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self { runs: json.list("runs")?, next_cursor: json.text("next_cursor"), counts: json.read("counts") })
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
            request: json.serde("request")?,
            price_microusd: money(json, "price_microusd")?,
            billed: json.word("billed")?,
            prediction: json.read("prediction"),
            images: json.list("images")?,
            problem: json.read("problem"),
            timeline: json.list("timeline")?,
            group: json.text("group"),
            expires_at: json.parsed("expires_at"),
            not_before: json.parsed("not_before"),
            parent: json.parsed("parent"),
            favorite: json.flag("favorite").unwrap_or_default(),
            note: json.text("note"),
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
            thumb_url: json.text("thumb_url"),
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
            budget: json.read("budget"),
            price_microusd: money(json, "price_microusd"),
            closest: json.strings("closest"),
            candidates: json.strings("candidates"),
            request_id: json.text("request_id"),
        })
    }
}

fn texts(json: &Json) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for (name, text) in json.texts() {
        texts.insert(name, text);
    }
    texts
}
