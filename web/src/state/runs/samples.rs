//! Runs for tests.

use imagen4_core::run::{RunImage, RunPrediction, TimelineEntry};
use imagen4_core::{Billed, MicroUsd, Run, RunId, RunRequest, RunState, Timestamp};
use serde_json::json;

/// A run of two images in that state, as the proxy would send it.
pub(crate) fn run(state: RunState) -> Run {
    let created_at = Timestamp::from_ms(1_000_000);
    let image = |index| RunImage {
        index,
        url: format!("api/runs/0/images/{index}"),
        thumb_url: (index == 0).then(|| "api/runs/0/images/0?thumb".into()),
        width: 1024,
        height: 1024,
        content_type: "image/jpeg".into(),
        bytes: 1,
        sha256: String::new(),
        nsfw: false,
        favorite: false,
    };
    Run {
        id: RunId::from_bits(0),
        state,
        revision: 1,
        created_at,
        upstream: "https://api.wavespeed.ai".into(),
        request: RunRequest {
            model: "wavespeed-ai/imagen4".into(),
            input: json!({"prompt": "a fox in snow", "aspect_ratio": "1:1", "num_images": 2, "seed": 7})
                .as_object()
                .cloned()
                .expect("an object"),
        },
        price_microusd: MicroUsd::new(80_000),
        billed: Billed::of(state, false),
        prediction: Some(RunPrediction {
            id: "p".into(),
            status: "processing".into(),
            created_at: None,
            inference_ms: Some(5_120),
        }),
        images: if state == RunState::Archived { vec![image(0), image(1)] } else { Vec::new() },
        problem: None,
        timeline: vec![TimelineEntry { state, at: created_at + 6_120 }],
        group: None,
        group_index: None,
        expires_at: None,
        not_before: None,
        parent: None,
        favorite: false,
        note: None,
    }
}

/// A run of that id, created at as many seconds.
pub(crate) fn run_at(id: u128, revision: u64) -> Run {
    let created_at = Timestamp::from_ms(1_000 * id as i64);
    Run { id: RunId::from_bits(id), revision, created_at, ..run(RunState::Running) }
}
