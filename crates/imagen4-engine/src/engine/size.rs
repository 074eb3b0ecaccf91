//! How large a picture is: what a request chose, as a model would paint it.

use imagen4_core::model::shape::{Ratio, ratio_of, size_of};
use imagen4_core::{ModelSpec, RunRequest};

/// Most pixels of one picture, which is the largest of the 2K ones. What would have more is painted smaller, in its own ratio:
/// painting takes some 45 bytes a pixel, and there are models that offer four times as many.
const MAX_PIXELS: f64 = 2560.0 * 1792.0;

/// The longest side that is painted.
const MAX_SIDE: f64 = 8192.0;

/// The side of a square at the resolution `1k`.
const SIDE: f64 = 1024.0;

/// Sides are multiples of it, where they are not said outright.
const STEP: f64 = 16.0;

/// Width and height in pixels of the pictures of a request. `spec` is the model's, where it is known.
///
/// A size in pixels is taken as it is, a ratio is painted with about a million pixels, times the square of the resolution. Where
/// the model decides, the prompt chooses among three shapes.
pub(super) fn size(spec: Option<&ModelSpec>, request: &RunRequest) -> (u32, u32) {
    let shape = request.shape().unwrap_or_default();
    let scale = request.resolution().and_then(resolution).unwrap_or(1.0);
    match (size_of(&shape), spec.and_then(|spec| spec.size_of(&shape))) {
        (Some(pixels), _) => scaled(pixels, 1.0),
        (None, Some(known)) => scaled(known, scale),
        (None, None) => of_ratio(ratio_of(&shape).unwrap_or_else(|| decided(request.prompt())), SIDE * scale),
    }
}

/// Both sides times `scale`, as far as that is painted.
pub(super) fn scaled((width, height): (u32, u32), scale: f64) -> (u32, u32) {
    bounded(f64::from(width) * scale, f64::from(height) * scale)
}

/// `0.5k`, `1k`, `2K`, as a multiple of `1k`.
fn resolution(name: &str) -> Option<f64> {
    let number = name.strip_suffix(['k', 'K'])?.parse::<f64>().ok()?;
    (0.25..=8.0).contains(&number).then_some(number)
}

/// The shorter side is rounded first and the longer one follows, so that narrow pictures keep their ratio.
fn of_ratio(ratio: Ratio, side: f64) -> (u32, u32) {
    let step = |length: f64| ((length / STEP).round() * STEP).max(STEP);
    let ratio = ratio.value();
    let short = step(side / ratio.max(1.0 / ratio).sqrt());
    if ratio >= 1.0 { bounded(step(short * ratio), short) } else { bounded(short, step(short / ratio)) }
}

/// The ratio of a model that decides it: the same for the same prompt.
fn decided(prompt: &str) -> Ratio {
    let sum = prompt.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let (width, height) = [(1, 1), (3, 2), (2, 3)][sum as usize % 3];
    Ratio::of_size(width, height).unwrap_or(Ratio::SQUARE)
}

fn bounded(width: f64, height: f64) -> (u32, u32) {
    let scale = (MAX_PIXELS / (width * height)).sqrt().min(MAX_SIDE / width.max(height)).min(1.0);
    let side = |length: f64| (length * scale).round().max(STEP) as u32;
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use imagen4_core::model::builtin;
    use serde_json::{Value, json};

    use super::*;

    fn request(input: &Value) -> RunRequest {
        RunRequest { model: "m".to_owned(), input: input.as_object().expect("an object").clone() }
    }

    fn sized(input: &Value) -> (u32, u32) {
        size(None, &request(input))
    }

    #[test]
    fn every_form_of_shape_comes_to_its_pixels() {
        for (input, expected) in [
            (json!({ "size": "1280*720" }), (1280, 720)),
            (json!({ "size": "256*1536", "resolution": "2k" }), (256, 1536)),
            (json!({ "size": "2048*2048" }), (2048, 2048)),
            (json!({ "aspect_ratio": "custom", "width": 512, "height": 768 }), (512, 768)),
            (json!({ "aspect_ratio": "1:1" }), (1024, 1024)),
            (json!({ "image_size": "16:9" }), (1360, 768)),
            (json!({ "aspect_ratio": "21:9", "resolution": "2K" }), (3136, 1344)),
            (json!({ "aspect_ratio": "8:1", "resolution": "0.5k" }), (1408, 176)),
            (json!({ "aspect_ratio": "1:1", "resolution": "1080p" }), (1024, 1024)),
            (json!({ "aspect_ratio": "2.35:1" }), (1584, 672)),
        ] {
            assert_eq!(sized(&input), expected, "{input}");
        }
    }

    #[test]
    fn a_table_of_sizes_is_kept_and_scaled() {
        let imagen = |input| size(Some(builtin::default_model()), &request(&input));
        assert_eq!(imagen(json!({ "aspect_ratio": "3:4" })), (896, 1280));
        assert_eq!(scaled(imagen(json!({ "aspect_ratio": "16:9" })), 2.0), (2816, 1536));
        assert_eq!(imagen(json!({ "aspect_ratio": "4:3", "resolution": "2k" })), (2560, 1792));
    }

    #[test]
    fn the_model_decides_by_the_prompt_and_always_alike() {
        let shapes = |input: Value| -> std::collections::BTreeSet<_> {
            let sizes = ["a", "b", "c", "a fox", "a hen"].map(|prompt| {
                let mut input = input.clone();
                input["prompt"] = json!(prompt);
                assert_eq!(sized(&input), sized(&input));
                sized(&input)
            });
            sizes.into_iter().collect()
        };
        assert_eq!(shapes(json!({})), shapes(json!({ "size": "auto" })));
        assert_eq!(shapes(json!({})).into_iter().collect::<Vec<_>>(), [(832, 1248), (1024, 1024), (1248, 832)]);
    }

    #[test]
    fn what_is_too_large_is_painted_smaller_in_its_own_ratio() {
        for input in [
            json!({ "size": "4096*4096" }),
            json!({ "size": "16384*64" }),
            json!({ "size": "999999*999999" }),
            json!({ "size": "6197*4096" }),
            json!({ "aspect_ratio": "1:8", "resolution": "4k" }),
            json!({ "aspect_ratio": "16:9", "resolution": "8k" }),
        ] {
            for times in [1.0, 2.0] {
                let (width, height) = scaled(sized(&input), times);
                assert!(width * height <= 4_600_000 && width.max(height) <= 8192, "{input}: {width}*{height}");
                let wanted = request(&input).ratio().expect("a ratio").value();
                let far = (f64::from(width) / f64::from(height) / wanted).ln().abs();
                assert!(far < 0.04, "{input}: {width}*{height}");
            }
        }
    }
}
